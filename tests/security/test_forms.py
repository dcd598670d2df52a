"""Plain forms that are packed so as to bring in what JSON cannot."""

from urllib.parse import urlencode

import pytest

from tests.security.house import HOME, House

EDGE = "edge"
STEP = "area-1-skriv"
SLIP = {"op": "a-form-of-a-stranger", "step": STEP, "begun": "99", "kind": "keyword"}
"""What makes a contribution of words."""


def in_parts(charset: str, **fields: bytes | str) -> dict[str, object]:
    """A form as multipart/form-data, its fields in this encoding, as it is asked for."""
    parts = b""
    for name, value in fields.items():
        value = value.encode() if isinstance(value, str) else value
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts += head.encode() + value + b"\r\n"
    kind = f"multipart/form-data; boundary={EDGE}; charset={charset}"
    return {"content": parts + f"--{EDGE}--\r\n".encode(), "headers": {"Content-Type": kind}}


@pytest.fixture
def writing(house: House) -> str:
    """A session in which people write just now."""
    session = house.opened()
    go = {"type": "go-to-step", "step": STEP, "seen": None}
    wish = {"t": "do", "op": "go-to-where-it-is-written", "command": go}
    house.fay.post(f"/api/s/{session}/do?audience=console", json=wish)
    return session


def contributions(house: House, session: str) -> int:
    return len(house.portal.call(house.installation.session, session).contributions)


def test_a_form_with_half_a_character_for_a_receipt_drops_nobody(house, writing):
    phone, other = house.phone(writing), house.phone(writing)
    cookies = "; ".join(f"{it.name}={it.value}" for it in phone.cookies.jar)
    with phone.websocket_connect(
        f"{HOME.replace('https', 'wss')}/ws/{writing}", headers={"Origin": HOME, "Cookie": cookies}
    ) as wire:
        wire.send_json({"t": "hello", "v": 1, "audience": "phone"})
        assert wire.receive_json()["t"] == "welcome"
        form = in_parts("unicode_escape", **SLIP, text="cykel", receipt=b"\\ud800")
        answer = other.post(f"/plain/s/{writing}", **form)
        assert 400 <= answer.status_code < 500
        wire.send_json({"t": "do", "op": "still-there-0000000", "command": {"type": "try-it-out"}})
        while (frame := wire.receive_json())["t"] != "nack":
            pass
        assert frame["refusal"]["kind"] == "not-now"
    assert contributions(house, writing) == 0


@pytest.mark.parametrize("receipt", ["a b", "\n", "A1\n", "å", "x" * 65, "a/b", "850101_1236"])
def test_a_receipt_is_letters_and_digits_or_it_is_refused(house, writing, receipt):
    phone = house.phone(writing)
    post = SLIP | {"text": "cykel", "receipt": receipt}
    assert phone.post(f"/plain/s/{writing}", data=post).status_code == 400
    fields = {"step": STEP, "begun": 99, "kind": "keyword", "text": "cykel", "receipt": receipt}
    command = {"type": "post-contribution"} | fields
    wish = {"t": "do", "op": SLIP["op"], "command": command}
    refused = phone.post(f"/api/s/{writing}/do", json=wish)
    assert (refused.status_code, refused.json()["kind"]) == (400, "malformed")
    assert contributions(house, writing) == 0


CODECS = {
    "punycode": b"-" + b"a" * 59_000,
    "idna": b"xn--" + b"a" * 59_000,
    "utf-7": b"+2AA-",
    "unicode_escape": b"\\ud800",
    "raw_unicode_escape": b"\\ud800",
    "utf-16": b"\x00\xd8",
    "utf-8": b"2222222",
    "no such codec": b"2222222",
}
"""Encodings that somebody else chooses: slow, broken, or with half characters in them."""


@pytest.mark.parametrize("codec", CODECS)
def test_nobody_chooses_the_encoding_of_a_form(house, writing, codec):
    stranger, phone = house.somebody(), house.phone(writing)
    joining = in_parts(codec, code=CODECS[codec])
    assert stranger.post("/plain/join", **joining).status_code == 415
    for field in ("text", "op", "step"):
        form = in_parts(codec, **SLIP | {"text": "cykel"} | {field: CODECS[codec]})
        assert phone.post(f"/plain/s/{writing}", **form).status_code == 415
    assert contributions(house, writing) == 0


@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/plain", "application/x-www-form-urlencodedx", "multipart/form-data"],
)
def test_a_form_of_another_kind_is_not_read(house, writing, kind):
    sent = {"content": f"code={house.code(writing)}", "headers": {"Content-Type": kind}}
    assert house.somebody().post("/plain/join", **sent).status_code == 415


@pytest.mark.parametrize("half", [b"%ED%A0%80", b"\xed\xa0\x80", b"%u d800", b"%FF", b"\xff"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-7", "; charset=punycode"])
def test_what_is_no_text_in_a_form_of_the_right_kind_is_an_answer_and_no_error(
    house, writing, half, charset
):
    phone = house.phone(writing)
    headers = {"Content-Type": f"application/x-www-form-urlencoded{charset}"}
    for field in ("text", "receipt", "op", "step", "contribution", "target_group", "nothing"):
        form = urlencode({k: v for k, v in (SLIP | {"text": ""}).items() if k != field}).encode()
        form += b"&" + field.encode() + b"=" + half
        assert phone.post(f"/plain/s/{writing}", content=form, headers=headers).status_code == 400
    form = b"code=" + half
    joined = house.somebody().post("/plain/join", content=form, headers=headers)
    assert joined.status_code == 400
    assert contributions(house, writing) == 0
