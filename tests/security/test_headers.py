"""What every answer says about itself: pages, files, errors, also those that no route answers."""

import re

import pytest
from starlette.routing import Route

from dialog.headers import NO_PAGE
from dialog.information import PATHS
from tests.security.fort import request
from tests.security.house import HOME
from tests.security.routes import doors

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
OF_PAGES = {
    "cross-origin-opener-policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self' wss://dialog.example.se",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "app",
}


FILES = {"/sw.js", "/icon.svg", "/favicon.ico", "/healthz"}
"""The same for the whole world."""


def assert_guarded(headers, what: str) -> None:
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, (what, name)
    assert "frame-ancestors" in headers["content-security-policy"], what
    assert "server" not in headers, what


def policy_of(headers) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("door", doors(), ids=lambda door: f"{door.method} {door.path}")
def test_every_route_says_it(house, door):
    path = door.at(session=house.session, dialogue="mal-2019", code="2222222", version="x")
    for client in (house.somebody(), house.fay):
        answer = client.request(door.method, path, follow_redirects=False)
        assert_guarded(answer.headers, door.path)
        if path.startswith("/api/") and answer.status_code == 200:
            assert answer.headers["cache-control"] == "no-store"
        if answer.headers.get("content-type", "").startswith("text/html"):
            policy = policy_of(answer.headers)
            frames = {"frame-src": "'self'"} if path.startswith("/work/") else {}
            assert policy == POLICY | frames
            assert OF_PAGES.items() <= dict(answer.headers).items()
            assert "camera=()" in answer.headers["permissions-policy"]


def test_errors_say_it_too(house):
    def fails(request):
        raise RuntimeError("a mistake of ours")

    router = house.app.router
    router.routes.append(Route("/fails", fails))
    try:
        client = house.somebody()
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        answers = {
            500: client.get("/fails"),
            404: client.get("/nothing"),
            405: client.put("/api/join", headers={"Origin": HOME}),
            413: client.post("/api/join", content=b"x" * 100_000),
            415: client.post("/api/join", headers={"Content-Encoding": "gzip"}),
            403: client.post("/api/join", headers={"Origin": "null"}),
            421: client.get("/", headers={"Host": "elsewhere.example"}),
            307: client.get("/privacy/", follow_redirects=False),
        }
    finally:
        router.routes.pop()
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_guarded(answer.headers, str(status))
    assert "mistake of ours" not in answers[500].text and "Traceback" not in answers[500].text


def test_files_of_ours_can_do_nothing_when_they_are_opened_by_themselves(house):
    assets = house.installation.assets
    for name in assets.files:
        answer = house.somebody().get(assets.address(name))
        assert answer.status_code == 200
        assert_guarded(answer.headers, name)
        assert answer.headers["content-security-policy"] == NO_PAGE


def test_what_is_answered_before_any_route_says_it_too(fort):
    for answer in (fort.ask("NONSENSE"), fort.ask("GET / HTTP/1.1\nHost: a b")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_over_plain_http_nothing_is_promised_of_https(fort):
    headers = fort.ask("GET / HTTP/1.1").headers
    assert "strict-transport-security" not in headers
    assert "cross-origin-opener-policy" not in headers  # browsers complain of it there


def test_what_belongs_to_somebody_is_kept_by_no_cache(house):
    phone = house.phone(house.session)
    for answer in (
        phone.get(f"/api/s/{house.session}/records"),
        house.fay.get("/api/staff/overview"),
        phone.post("/api/receipts", json={"receipts": ["x"]}),
    ):
        assert answer.headers["cache-control"] == "no-store"


PUBLIC = {
    *("/", "/j/{code}", "/s/{session}", "/projector", "/receipt", "/feedback/{dialogue}"),
    *("/guide", "/guide/{name}", "/guide/{name}.pdf", "/qr/{code}.svg"),
    *(f"/{path}" for both in PATHS.items() for path in both),
}
"""Pages that say the same to everybody who may see them: a browser may keep them and ask whether
they have changed."""
WORDS = "en bänk vid ån"


@pytest.fixture
def visitors(house):
    """Staff, a phone that has written, and somebody who has not come in."""
    phone = house.phone(house.session)
    step = {"type": "go-to-step", "step": "area-1-skriv", "seen": None}
    post = {"type": "post-contribution", "step": "area-1-skriv", "kind": "keyword", "begun": 1}
    for client, wish in ((house.fay, step), (phone, post | {"text": WORDS})):
        path = f"/api/s/{house.session}/do" + ("?audience=console" if client is house.fay else "")
        client.post(path, json={"t": "do", "op": f"0123456789-{wish['type']}", "command": wish})
    assert WORDS in phone.get(f"/plain/s/{house.session}").text
    return [house.fay, house.staff("moderator"), phone, house.somebody()]


def test_no_page_with_a_secret_or_with_somebodys_own_words_is_kept_on_the_device(house, visitors):
    """It may be lent: whoever has it next presses Back."""
    ids = {"session": house.session, "dialogue": "mal-2019", "code": "2222222", "name": "moderator"}
    code, kept = house.code(house.session), set()
    for door in doors():
        if door.method != "GET" or door.path.startswith(("/static/", "/api/")):
            continue
        # Setting a guide takes a second, and it asks nobody who they are.
        for visitor in visitors[-1:] if door.path.endswith(".pdf") else visitors:
            answer = visitor.get(door.at(**ids), follow_redirects=False)
            if answer.status_code != 200 or answer.headers.get("cache-control") == "no-store":
                continue
            kept.add(door.path)
            assert WORDS not in answer.text and code not in answer.text, door.path
            assert '"seat":' not in answer.text, door.path
    assert kept - FILES <= PUBLIC
    assert PUBLIC - kept == set(), "these are kept nowhere, and slow for nothing"
    assert code in house.fay.get("/staff").text


def test_a_document_in_a_frame_may_do_nothing_but_be_read(house):
    assert house.session
    path = "/api/dialogue/mal-2019/document?for=summary&format=html-sv"
    answer = house.fay.get(path)
    if answer.status_code == 400:
        path = path.replace("html-sv", "html")
        answer = house.fay.get(path)
    assert answer.status_code == 200, answer.text
    policy = policy_of(answer.headers)
    assert policy["default-src"] == "'none'" and "sandbox" in policy
    assert policy["frame-ancestors"] == "'self'" and "script-src" not in policy


def test_no_header_repeats_what_the_visitor_said(fort):
    """Not even where it might pass for a name: a line break or a semicolon ends nothing."""
    for host in (
        "a;script-src *",
        "a'unsafe-inline'",
        "a b",
        "a,b",
        "a/../b",
        "-" * 300,
        "[::1",
        "a:b",
    ):
        answer = fort.ask(f"GET / HTTP/1.1\nHost: {host}")
        assert answer.status in (400, 421)
        assert host not in answer.headers.get("content-security-policy", "")


def test_the_raw_request_is_what_these_tests_think_it_is():
    assert re.match(rb"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", request("GET / HTTP/1.1"))
