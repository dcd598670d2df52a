"""Who may go where: every route, every audience and every wish, for everybody there is.

The tables below are read against the application's own list of routes: a new route without a row
fails, and so does a row that lets in more or fewer than it says.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from dialog.app import create_app
from dialog.identity import HOST, STAFF_ROLES, StaffRole
from dialog.limits import Buckets
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol import work_commands as wc
from dialog.protocol.codec import encode
from dialog.settings import Settings
from dialog.store import doors
from tests.domain.test_permissions import LETTERS, TABLE, WORK_TABLE

DIALOGUE, EVENING = "mal-2019", "2019-04-01-medborgardialog"
EVERYBODY = "npqtwfbkrod"
"""n: nobody, p: a participant, q: one of another session, t: the device of a table in the session,
w: its screen on the wall. Staff as in the rules' table: f: facilitator, b: presidium, k: the
working committee, r: the registrar, o: moderator, d: scribe.
"""
STAFF = "fbkrod"
WORK = "fbkr"

INFORMATION = (
    *("about", "privacy", "accessibility", "rules", "help"),
    *("om", "personuppgifter", "tillganglighet", "regler", "hjalp"),
)

# What a route is asked with, if not with an empty object; and who is let in. Where nobody is turned
# away, the third says by which words one sees that somebody was let in.
ROUTES: dict[str, tuple[str | dict[str, Any], str, str]] = {
    "GET /healthz": ("", EVERYBODY, ""),
    "GET /readyz": ("", EVERYBODY, ""),
    "GET /metrics": ("", "", ""),  # for whoever has the token: tests/test_probes.py
    "POST /api/join": ({}, EVERYBODY, ""),
    "POST /api/s/{session}/next-person": ({}, "p", ""),
    "POST /api/s/{session}/do": ({}, "ptfbod", ""),
    "GET /api/s/{session}/records": ("", "ptfbod", ""),
    # Whoever is a guest too sees what a guest sees.
    "GET /api/s/{session}/records?console": ("audience=console", "ptfo", ""),
    "GET /api/s/{session}/records?presidium": ("audience=presidium", "ptb", ""),
    "GET /api/s/{session}/records?board": ("audience=board", "ptfb", ""),
    "GET /api/s/{session}/records?scribe": ("audience=scribe", "ptfbd", ""),
    "POST /api/t/{session}": ({}, EVERYBODY, ""),
    "POST /api/staff/revoke-tables": ({}, "f", ""),
    "POST /api/s/{session}/closing": ({}, "f", ""),
    "GET /api/s/{session}/seats": ("", "fb", ""),
    "POST /api/s/{session}/roster": ({}, "f", ""),
    "POST /api/s/{session}/another-code": ({}, "f", ""),
    "POST /api/receipts": ({}, EVERYBODY, ""),
    "POST /api/projector": ({}, EVERYBODY, ""),
    "POST /api/projector/wait": ({}, EVERYBODY, ""),
    "POST /api/staff/login": ({}, EVERYBODY, ""),
    "POST /api/staff/logout": ({}, EVERYBODY, ""),
    "GET /api/staff/links": ("", "f", ""),
    "POST /api/staff/revoke": ({}, "f", ""),
    "GET /api/staff/audit": ("", "fr", ""),
    "POST /api/staff/phone-link": ({}, STAFF, ""),
    "GET /staff/sign-in": ("", "", ""),  # no provider is set here: tests/test_oidc.py
    "GET /staff/back": ("", "", ""),
    "GET /api/staff/overview": ("", STAFF, ""),
    "POST /api/staff/open": ({}, "f", ""),
    "POST /api/staff/rehearse": ({}, "f", ""),
    "GET /api/staff/export": ("session=nowhere", "f", ""),
    "POST /api/staff/discard": ({}, "f", ""),
    "POST /api/staff/pair": ({}, "f", ""),
    "POST /api/staff/code": ({}, "fo", ""),
    "POST /api/staff/new-dialogue": ({}, "f", ""),
    "POST /api/staff/new-session": ({}, "f", ""),
    "POST /api/dialogue/{dialogue}/do": ({}, WORK, ""),
    "GET /api/dialogue/{dialogue}/records": ("", WORK, ""),
    "GET /api/dialogue/{dialogue}/findings": ("version=x", WORK, ""),
    "GET /api/dialogue/{dialogue}/difference": ("from=x", WORK, ""),
    "POST /api/dialogue/{dialogue}/freeze": ({}, WORK, ""),
    "GET /api/dialogue/{dialogue}/rendering": ("", WORK, ""),
    "GET /api/dialogue/{dialogue}/document": ("for=ksau", WORK, ""),
    "GET /api/dialogue/{dialogue}/document?archive": ("for=archive", "fr", ""),
    "GET /api/dialogue/{dialogue}/disclosure": ("", "fr", ""),
    "GET /api/dialogue/{dialogue}/disposal": ("", "fr", ""),
    "POST /api/dialogue/{dialogue}/disposal": ({}, "r", ""),
    "GET /api/dialogue/{dialogue}/disposal/{number}": ("", "fr", ""),
    "POST /api/dialogue/{dialogue}/import": ({}, "f", ""),
    "GET /api/s/{session}/print": ("what=nothing", "fb", ""),
    "GET /": ("", EVERYBODY, ""),
    "GET /j/{code}": ("", EVERYBODY, ""),
    "GET /s/{session}": ("", "pt", '"session":"SESSION"'),
    "GET /t/{session}": ("", EVERYBODY, ""),
    "GET /qr/{code}.svg": ("", EVERYBODY, ""),
    "GET /projector": ("session=SESSION", "wfbo", '"session":"SESSION"'),
    "GET /staff": ("", STAFF, '"overview":{"home"'),
    "GET /console/{session}": ("", "fb", ""),
    "GET /moderate/{session}": ("", "fo", ""),
    "GET /board/{session}": ("", "fb", ""),
    "GET /scribe/{session}": ("", "fbd", ""),
    "GET /work/{dialogue}": ("", WORK, ""),
    "GET /receipt": ("", EVERYBODY, ""),
    "GET /feedback/{dialogue}": ("", EVERYBODY, ""),
    "GET /guide": ("", EVERYBODY, ""),
    "GET /guide/{name}": ("", EVERYBODY, ""),
    "GET /guide/{name}.pdf": ("", EVERYBODY, ""),
    **{f"GET /{name}": ("", EVERYBODY, "") for name in INFORMATION},
    "GET /static/{version}/{path:path}": ("", EVERYBODY, ""),
    "GET /static/words-{digest}/{language}.js": ("", EVERYBODY, ""),
    "GET /sw.js": ("", EVERYBODY, ""),
    "GET /icon.svg": ("", EVERYBODY, ""),
    "GET /favicon.ico": ("", EVERYBODY, ""),
    "POST /plain/join": ({}, EVERYBODY, ""),
    "GET /plain/s/{session}": ("", "pt", ""),
    "POST /plain/s/{session}": ({}, "pt", ""),
}
AUDIENCES: dict[str, dict[str, str]] = {
    "/ws/{session}": {
        "phone": "pt",
        "projector": "wfbo",
        "console": "fo",
        "presidium": "b",
        "board": "fb",
        "scribe": "fbd",
    },
    "/ws/dialogue/{dialogue}": {"workboard": WORK},
}
"""Who is let in; nobody to an audience that is not named."""


class House:
    """The application with an open session and everybody's cookies in it."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.here = client.app.state.installation  # type: ignore[attr-defined]
        for kind in self.here.sockets.limits:
            self.here.sockets.limits[kind] = Buckets(burst=10_000, rate=1)
        self.here.doorkeeper.per_address = Buckets(burst=10_000, rate=1)
        self.cookies = {"n": ""}
        for role in STAFF_ROLES:
            self.cookies[LETTERS[role]] = self.staff_cookie(role)
        self.session, self.code = self.opened()
        _, other = self.opened()
        self.cookies["p"] = self.given("POST", "/api/join", "", json={"code": self.code})
        self.cookies["q"] = self.given("POST", "/api/join", "", json={"code": other})
        self.cookies["w"] = self.screen()
        self.cookies["t"] = self.table()

    def staff_cookie(self, role: StaffRole) -> str:
        """Somebody signs in."""
        secret = self.here.identity.link_secret(role, 0)
        return self.given("POST", "/api/staff/login", "", json={"secret": secret})

    def screen(self) -> str:
        shown = self.ask("POST", "/api/projector", "n", json={}).json()
        pairing = {"number": shown["number"], "session": self.session}
        assert self.ask("POST", "/api/staff/pair", "f", json=pairing).status_code == 200
        waiting = {"secret": shown["secret"]}
        return self.given("POST", "/api/projector/wait", "", json=waiting)

    def table(self) -> str:
        soon = int(time.time() + 3600) * 1000
        with self.here.live.engine.connect() as db:
            generation = doors.generation(db, HOST)
        secret = self.here.identity.table_secret(self.session, "7", generation, soon)
        return self.given("POST", f"/api/t/{self.session}", "", json={"secret": secret})

    def opened(self) -> tuple[str, str]:
        """One more session: its id and code."""
        opening = {"dialogue": DIALOGUE, "session": EVENING}
        session = self.ask("POST", "/api/staff/open", "f", json=opening).json()["session"]
        records = f"/api/s/{session}/records?audience=console"
        return session, self.ask("GET", records, "f").json()["records"]["meeting"]["code"]

    def ask(self, method: str, path: str, who: str, cookie: str | None = None, **more: Any) -> Any:
        headers = {"Cookie": self.cookies[who] if cookie is None else cookie}
        answer = self.client.request(method, path, headers=headers, follow_redirects=False, **more)
        self.client.cookies.clear()
        return answer

    def given(self, method: str, path: str, cookie: str, **more: Any) -> str:
        """The cookie that comes with the answer."""
        answer = self.ask(method, path, "n", cookie, **more)
        assert answer.status_code == 200, answer.text
        return answer.headers["set-cookie"].partition(";")[0]

    def filled(self, text: str) -> str:
        text = text.replace("{session}", self.session).replace("SESSION", self.session)
        text = text.replace("{dialogue}", DIALOGUE).replace("{code}", self.code)
        text = (
            text.replace("{digest}", "0").replace("{language}", "sv").replace("{name}", "no-such")
        )
        text = text.replace("{version}", "0").replace("{number}", "1")
        return text.replace("{path:path}", "lib/words.js")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data: Path = tmp_path_factory.mktemp("house")
    given = {"home": "http://testserver", "metrics": "t" * 32}
    app = create_app(Settings(data=data, grouping="none", **given))
    with TestClient(app) as client:
        yield House(client)


def routes_of(app: Any) -> set[str]:
    """Every method and path that the application answers."""
    found = {it.path for it in app.routes if isinstance(it, WebSocketRoute)}
    for it in app.routes:
        if isinstance(it, Route):
            found |= {f"{method} {it.path}" for method in (it.methods or set()) - {"HEAD"}}
    assert len(app.routes) == sum(isinstance(it, Route | WebSocketRoute) for it in app.routes)
    return found


def test_every_route_of_the_application_has_its_row(house):
    rows = {row.partition("?")[0] for row in ROUTES} | set(AUDIENCES)
    assert rows == routes_of(house.client.app)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_lets_in_whom_its_row_names_and_nobody_else(house, route):
    asked, allowed, seen = ROUTES[route]
    method, _, path = route.partition("?")[0].partition(" ")
    path = house.filled(path)
    if isinstance(asked, str) and asked:
        path += f"?{house.filled(asked)}"
    let_in = ""
    for who in EVERYBODY:
        more = {"json": asked} if isinstance(asked, dict) else {}
        cookie = house.cookies[who]
        if "logout" in path and who in STAFF:
            role = next(role for role in STAFF_ROLES if LETTERS[role] == who)
            cookie = house.staff_cookie(role)
        answer = house.ask(method, path, who, cookie, **more)
        turned_away = answer.status_code in (401, 403, 502) or answer.has_redirect_location
        shown = not seen or house.filled(seen) in answer.text
        let_in += who if shown and not turned_away else ""
    if "revoke-tables" in path:
        house.cookies["t"] = house.table()
    assert let_in == "".join(it for it in EVERYBODY if it in allowed)


@pytest.mark.parametrize("audience", get_args(f.Audience))
@pytest.mark.parametrize("path", AUDIENCES)
def test_an_audience_lets_in_whom_its_row_names_and_nobody_else(house, path, audience):
    allowed = AUDIENCES[path].get(audience, "")
    let_in = "".join(who for who in EVERYBODY if is_shown(house, house.filled(path), audience, who))
    assert let_in == "".join(it for it in EVERYBODY if it in allowed)


def is_shown(house: House, path: str, audience: f.Audience, who: str) -> bool:
    """Whether a view comes before the line is closed as a stranger's."""
    headers = {"Cookie": house.cookies[who], "Origin": "http://testserver"}
    with house.client.websocket_connect(path, headers=headers) as socket:
        socket.send_text(encode(f.Hello(f.PROTOCOL, audience)).decode())
        try:
            while json.loads(socket.receive_text())["t"] != "view":
                pass
        except WebSocketDisconnect as closed:
            assert closed.code == f.NOT_ADMITTED
            return False
        return True


def from_outside(table: list[tuple[Any, str]], union: Any) -> list[tuple[Any, str]]:
    """What people ask for; the machine and the system ask for the rest."""
    return [(command, allowed) for command, allowed in table if type(command) in get_args(union)]


def named(value: Any) -> str | None:
    return None if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize("command, allowed", from_outside(TABLE, c.OuterCommand), ids=named)
def test_a_wish_over_http_is_heard_from_whom_the_rules_name(house, command, allowed):
    path = f"/api/s/{house.session}/do"
    heard = "".join(who for who in EVERYBODY if is_heard(house, path, who, command))
    assert heard == "".join(it for it in EVERYBODY if it in allowed)


@pytest.mark.parametrize(
    "command, allowed", from_outside(WORK_TABLE, wc.WorkboardCommand), ids=named
)
def test_a_wish_about_the_whole_is_heard_from_whom_the_rules_name(house, command, allowed):
    path = f"/api/dialogue/{DIALOGUE}/do"
    heard = "".join(who for who in EVERYBODY if is_heard(house, path, who, command))
    assert heard == "".join(it for it in EVERYBODY if it in allowed)


def is_heard(house: House, path: str, who: str, command: Any) -> bool:
    """Whether it was refused, if at all, for anything but who it came from."""
    op = re.sub(r"[^\w-]", "-", f"wish-of-{who}-{type(command).__name__}-0000")[:40]
    answer = house.ask("POST", path, who, json=json.loads(encode(f.Do(op, command))))
    if answer.status_code in (401, 403):
        return False
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return said["t"] == "ack" or said["refusal"]["kind"] not in ("not-allowed", "not-joined")
