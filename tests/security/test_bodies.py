"""Large heads and bodies, packed ones, and JSON that is meant to break its reader."""

import contextlib
import gzip
import json
import time

import pytest

from dialog.app import BODY_LIMIT
from dialog.files_api import IMPORT_LIMIT
from tests.security.fort import request
from tests.security.routes import doors

JSON = {"Content-Type": "application/json"}
OP = "0123456789abcdefghij"


def test_a_body_is_read_only_up_to_the_limit(house):
    fits = json.dumps({"code": "x" * (BODY_LIMIT - 100)})
    assert house.somebody().post("/api/join", content=fits, headers=JSON).status_code == 404
    large = json.dumps({"code": "x" * BODY_LIMIT})
    refused = house.somebody().post("/api/join", content=large, headers=JSON)
    assert refused.status_code == 413


def test_a_body_without_a_stated_length_is_read_only_up_to_the_limit(fort):
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    head = "POST /api/join HTTP/1.1\nContent-Type: application/json\nTransfer-Encoding: chunked"
    with fort.wire(request(head) + piece * 3) as wire:
        assert b" 413 " in wire.recv(4096)
    assert fort.is_well()


def test_three_hundred_megabytes_cost_no_memory(fort):
    before = fort.memory
    head = "POST /api/join HTTP/1.1\nContent-Type: application/json\nContent-Length: 300000000"
    with fort.wire(request(head)) as wire:
        try:
            for _ in range(300):
                wire.sendall(b"x" * 1_000_000)
        except ConnectionError:
            pass
    assert fort.memory - before < 8 << 20
    assert fort.is_well()


def test_a_file_to_bring_in_may_be_larger_but_not_any_size(house):
    path = "/api/dialogue/mal-2019/import?mode=preview&text=Text"
    assert house.session
    assert house.fay.post(path, content=b"x" * IMPORT_LIMIT).status_code != 413
    assert house.fay.post(path, content=b"x" * (IMPORT_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate", "GZIP", "identity, gzip", "zstd"])
def test_a_packed_body_is_refused_unopened(house, packing):
    bomb = gzip.compress(b'{"code": "' + b"x" * 10_000_000 + b'"}')
    sent = JSON | {"Content-Encoding": packing}
    assert len(bomb) < BODY_LIMIT
    assert house.somebody().post("/api/join", content=bomb, headers=sent).status_code == 415


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\nX-Large: " + "x" * 1_000_000,
        "GET /" + "x" * 1_000_000 + " HTTP/1.1",
        "GET / HTTP/1.1\n" + "\n".join(f"X-{n}: x" for n in range(100_000)),
    ],
    ids=["a header", "an address", "many headers"],
)
def test_a_large_head_is_refused(fort, head):
    with contextlib.suppress(ConnectionError):  # it was refused while it was still being sent
        assert fort.ask(head).status in (0, 400)
    assert fort.is_well()


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\nContent-Length: 5\nTransfer-Encoding: chunked",
        "GET / HTTP/1.1\nContent-Length: 5\nContent-Length: 6",
        "GET / HTTP/1.1\nTransfer-Encoding: chunked, gzip",
        "GET / HTTP/1.1\nContent-Length: -1",
        "GET / HTTP/1.1\nX-Two: a\x00b",
        "GET / HTTP/1.1\nHost: a\nHost: b",
        "GET / HTTP/1.1\n Folded: x",
        "GET  / HTTP/1.1",
    ],
)
def test_a_head_that_two_readers_may_read_differently_is_refused(fort, head):
    """Behind a proxy it could carry a second request past it."""
    assert fort.ask(head).status in (400, 421, 501)
    assert not fort.mistakes()


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────

TRICKS = {
    "deep lists": "[" * 30_000,
    "deep objects": '{"code":' * 5_000,
    "deep and unknown": '{"x": ' + "[" * 30_000,
    "deep and closed": "[" * 5_000 + "]" * 5_000,
    "a number without end": '{"code": ' + "9" * 60_000 + "}",
    "infinity": '{"code": 1e999}',
    "not a number": '{"code": NaN}',
    "a lone surrogate": '{"code": "\\ud800"}',
    "a surrogate turned round": '{"code": "\\udc00\\ud800"}',
    "bytes that are no UTF-8": b'{"code": "\xff"}',
    "an overlong letter": b'{"code": "\xc0\xaf"}',
    "a surrogate in bytes": b'{"code": "\xed\xa0\x80"}',
    "NUL outside": b'{"code": "x"}\0',
    "twice the same name": '{"code": "2222222", "code": 3}',
    "another type": '{"code": ["2222222"]}',
    "nothing": "",
    "a byte order mark": b'\xef\xbb\xbf{"code": "2222222"}',
}


@pytest.mark.parametrize("body", TRICKS.values(), ids=TRICKS)
def test_a_trick_in_json_is_refused_in_words(house, body):
    refused = house.somebody().post("/api/join", content=body, headers=JSON)
    assert (refused.status_code, refused.json()["kind"]) == (400, "malformed")


def test_nul_and_other_controls_in_a_code_find_nothing(house):
    for code in ("\0" * 7, "222\0222", "2222222\0", "\x1b[2J", "\u202e2222222"):
        assert house.somebody().post("/api/join", json={"code": code}).status_code == 404


@pytest.mark.parametrize(
    "hostile", ["%00", "%0a", "%ff", "%ed%a0%80", "a" * 5000, "..%2f..", "'--"]
)
def test_ids_of_any_shape_find_nothing(house, hostile):
    stranger = house.somebody()
    for path in (
        "/s/{}",
        "/api/s/{}/records",
        "/api/dialogue/{}/records",
        "/console/{}",
        "/qr/{}.svg",
    ):
        answer = stranger.get(path.format(hostile), follow_redirects=False)
        assert answer.status_code < 500
    assert house.fay.get(f"/api/dialogue/{hostile}/records").status_code in (403, 404)
    assert house.fay.get(f"/api/s/{hostile}/records?audience=console").status_code in (401, 404)
    assert house.fay.get(f"/api/staff/export?session={hostile}").status_code == 404


LONG = "9" * 5000
"""More digits than Python makes a number of."""


@pytest.mark.parametrize("number", [LONG, "-1", "1.0", "٣", "1%0a", "½", "99999999999999999999"])
def test_a_number_of_any_shape_in_an_address_is_an_answer_and_no_error(house, number):
    assert house.session
    ids = {"session": house.session, "dialogue": "mal-2019"}
    for client in (house.somebody(), house.fay):
        for door in doors():
            if door.method == "GET" and door.parameters:
                for name in door.parameters:
                    path = door.at(**{**ids, name: number})
                    answer = client.get(path, follow_redirects=False)
                    assert answer.status_code < 500, (door.path, name)
    protocol = house.fay.get(f"/api/dialogue/mal-2019/disposal/{number}?format=json")
    assert (protocol.status_code, protocol.json()["kind"]) == (400, "malformed")


def post(text: str, **more: object) -> dict[str, object]:
    fields = {"step": "area-1-skriv", "begun": 0, "kind": "keyword", "text": text}
    return {"t": "do", "op": OP, "command": {"type": "post-contribution"} | fields | more}


@pytest.mark.parametrize(
    "wish",
    [
        post("x", begun=-1),
        post("x", begun=2**53 + 2),
        post("x", begun=1.5),
        post("x", begun="0"),
        post("x", people=0),
        post("x", people=10**30),
        post("x" * 4001),
        post("x", kind="vote"),
        post("x", step="../etc"),
        post("x", role="facilitator"),
        post("x", participant=1),
        post("x") | {"op": "0" * 41},
        post("x") | {"op": "0123456789abcdef\n"},
        post("x") | {"t": "ack"},
    ],
    ids=lambda wish: str(wish)[:0] or None,
)
def test_a_wish_of_the_wrong_shape_is_refused(house, wish):
    phone = house.phone(house.session)
    refused = phone.post(f"/api/s/{house.session}/do", json=wish)
    assert (refused.status_code, refused.json()["kind"]) == (400, "malformed")


def test_reading_tricks_costs_next_to_nothing(house):
    stranger = house.somebody()
    began = time.process_time()
    for body in TRICKS.values():
        stranger.post("/api/join", content=body, headers=JSON)
    assert time.process_time() - began < 2
