"""The other ways in, over HTTP: a table's device, a code of one's own, a window, a class, paper."""

import contextlib
import logging
import re
import secrets
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from dialog import opening
from dialog.app import create_app
from dialog.identity import HOST, WEEK
from dialog.live import now_ms
from dialog.settings import Settings

EVENING = "2019-04-01-medborgardialog"
BOARD = "2019-02-21-extra-ks"
WINDOW = "2019-04-01-webb"
HOUR = 3_600_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("entry")


@pytest.fixture(scope="module")
def fay(data: Path) -> Iterator[TestClient]:
    """The facilitator's client, signed in; one server for all tests here."""
    with TestClient(create_app(Settings(data=data, grouping="none", home=HOME))) as client:
        sign_in(client, client, "facilitator")
        yield client


HOME = "http://testserver"


def sign_in(fay: TestClient, client: TestClient, role: str) -> None:
    secret = fay.app.state.installation.identity.link_secret(role, 0)
    assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200


@pytest.fixture
def stranger(fay: TestClient) -> TestClient:
    return somebody(fay)


def somebody(fay: TestClient) -> TestClient:
    """Another browser, on the same server and its event loop."""
    client = TestClient(fay.app)
    client.portal = fay.portal
    return client


def open_session(fay: TestClient, session: str = EVENING, room: str = "") -> str:
    asked = {"dialogue": "mal-2019", "session": session, "room": room}
    return str(fay.post("/api/staff/open", json=asked).json()["session"])


def records(client: TestClient, session: str, audience: str) -> dict:
    return client.get(f"/api/s/{session}/records?audience={audience}").json()


def do(client: TestClient, session: str, audience: str, **command: object) -> dict:
    wish = {"t": "do", "op": secrets.token_urlsafe(18), "command": command}
    return client.post(f"/api/s/{session}/do?audience={audience}", json=wish).json()


def go_to(fay: TestClient, session: str, step: str) -> None:
    answer = do(fay, session, "console", type="go-to-step", step=step, seen=None)
    assert answer["t"] == "ack", answer


def paper(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True)
    return done.stdout.decode()


def is_closed(socket: WebSocketTestSession, within: float = 12) -> bool:
    """Whether the server ends the connection soon, whatever it says before."""
    closed = threading.Event()

    def listen() -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                socket.receive_json()
        closed.set()

    threading.Thread(target=listen, daemon=True).start()
    return closed.wait(within)


# ── a table ───────────────────────────────────────────────────────────────────────────────────


def link_of(fay: TestClient, session: str, table: str = "7", lives: int = HOUR) -> str:
    """The secret in the link on a table."""
    here = fay.app.state.installation
    generation = fay.portal.call(here.staff.generations)[HOST]
    return here.identity.table_secret(session, table, generation, now_ms() + lives)


def open_table(client: TestClient, session: str, secret: str):
    return client.post(f"/api/t/{session}", json={"secret": secret})


def test_a_tables_link_makes_the_device_the_tables(fay, stranger):
    session = open_session(fay)
    page = stranger.get(f"/t/{session}")
    assert page.status_code == 200 and "host/app" in page.text
    assert open_table(stranger, session, link_of(fay, session)).json()["table"] == "7"
    assert '"session":"' + session in stranger.get(f"/s/{session}").text
    assert records(stranger, session, "phone")["own"] is not None
    with stranger.websocket_connect(f"/ws/{session}", headers={"origin": HOME}) as socket:
        socket.send_json({"t": "hello", "v": 1, "audience": "phone", "epoch": "", "since": -1})
        assert socket.receive_json()["t"] == "welcome"


def test_the_same_device_stays_who_it_is_and_another_one_is_the_same_table(fay):
    session, first, second, eight = open_session(fay), *(somebody(fay) for _ in range(3))
    secret = link_of(fay, session)
    for client in (first, first, second):
        assert open_table(client, session, secret).status_code == 200
    assert open_table(eight, session, link_of(fay, session, "8")).status_code == 200
    its = fay.portal.call(fay.app.state.installation.session, session)
    assert (its.tables, its.participants) == ({1: "7", 2: "8"}, {})
    assert first.cookies[f"p_{session}"] != second.cookies[f"p_{session}"]


@contextlib.contextmanager
def following(client: TestClient, session: str) -> Iterator[WebSocketTestSession]:
    with client.websocket_connect(f"/ws/{session}", headers={"origin": HOME}) as socket:
        socket.send_json({"t": "hello", "v": 1, "audience": "phone", "epoch": "", "since": -1})
        assert socket.receive_json()["t"] == "welcome"
        yield socket


def test_whoever_has_seen_a_tables_link_keeps_its_own_device_neither_out_nor_waiting(fay):
    session, tablet = open_session(fay), somebody(fay)
    secret, strangers = link_of(fay, session), [somebody(fay) for _ in range(12)]
    assert [open_table(it, session, secret).status_code for it in strangers] == [200] * 12
    assert open_table(tablet, session, secret).status_code == 200
    go_to(fay, session, "area-1-skriv")
    slip = {"type": "post-contribution", "step": "area-1-skriv", "begun": 99, "kind": "keyword"}
    with following(tablet, session) as socket, contextlib.ExitStack() as lines:
        for it in strangers:
            lines.enter_context(following(it, session))
            for _ in range(35):
                records(it, session, "phone")
                last = do(it, session, "phone", **slip, text="Nej", people=1)
        assert last["refusal"]["kind"] == "wait"
        wish = {"t": "do", "op": secrets.token_urlsafe(18)}
        socket.send_json(wish | {"command": slip | {"text": "Bänkar", "people": 6}})
        while (frame := socket.receive_json()).get("op") != wish["op"]:
            pass
        assert frame["t"] == "ack"
        assert "own" in records(tablet, session, "phone")


def test_when_the_meeting_has_ended_a_tables_link_lets_no_device_in(fay, stranger):
    session = open_session(fay)
    assert open_table(somebody(fay), session, link_of(fay, session)).status_code == 200
    assert do(fay, session, "console", type="end-session")["t"] == "ack"
    assert (
        open_table(stranger, session, link_of(fay, session)).json()["kind"] == "session-has-ended"
    )


def test_a_link_of_another_session_or_time_or_hand_opens_nothing(fay, stranger):
    session, other = open_session(fay), open_session(fay)
    secret = link_of(fay, session)
    for wrong in (link_of(fay, other), link_of(fay, session, lives=-1), secret[:-1], "x", ""):
        assert open_table(stranger, session, wrong).json() == {"kind": "not-allowed"}
    assert "p_" not in str(stranger.cookies)


def test_revoking_the_tables_links_closes_them_and_what_they_opened(fay, stranger):
    session = open_session(fay)
    secret = link_of(fay, session)
    assert open_table(stranger, session, secret).status_code == 200
    with stranger.websocket_connect(f"/ws/{session}", headers={"origin": HOME}) as socket:
        socket.send_json({"t": "hello", "v": 1, "audience": "phone", "epoch": "", "since": -1})
        assert socket.receive_json()["t"] == "welcome"
        assert somebody(fay).post("/api/staff/revoke-tables", json={}).status_code == 403
        assert fay.post("/api/staff/revoke-tables", json={}).status_code == 200
        assert is_closed(socket)
    assert open_table(somebody(fay), session, secret).status_code == 403
    assert records(stranger, session, "phone") == {"kind": "not-joined"}


def test_the_host_cards_are_the_facilitators_to_print(fay):
    session, pia = open_session(fay), somebody(fay)
    sign_in(fay, pia, "presidium")
    path = f"/api/s/{session}/print?what=hosts&tables=2"
    assert "Bord 2" in paper(fay.get(path).content)
    assert pia.get(path).status_code == 403


# ── a code of one's own ───────────────────────────────────────────────────────────────────────


NAMES = ["Agneta Qvarnlöf", "Börje Zetterlund", "", "Cia Wåhlin"]


def drawn(fay: TestClient, session: str, seats: int = 3) -> list[str]:
    """Codes for the session, without the paper, which takes a second to set."""
    codes = [opening.new_code(opening.OWN_CODE_LENGTH) for _ in range(seats)]
    fay.portal.call(opening.keep_codes, fay.app.state.installation.live, session, codes)
    return codes


def on_the_strips(made) -> list[str]:
    assert made.status_code == 200, made.text
    assert made.headers["cache-control"] == "no-store"
    return re.findall(r"\b[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}\b", paper(made.content))


def test_each_code_of_a_roster_lets_one_in_and_nobody_after(fay):
    session = open_session(fay, BOARD)
    codes = on_the_strips(fay.post(f"/api/s/{session}/roster", json={"seats": 5}))
    assert len(set(codes)) == 5
    assert somebody(fay).post("/api/join", json={"code": codes[0]}).json() == {"session": session}
    again = somebody(fay).post("/api/join", json={"code": codes[0]})
    assert (again.status_code, again.json()) == (404, {"kind": "code-unknown"})
    plain = somebody(fay).post("/plain/join", data={"code": codes[1].lower().replace("-", "")})
    assert plain.status_code == 200 and plain.url.path == f"/plain/s/{session}"
    assert fay.get(f"/api/s/{session}/seats").json() == {"used": 2, "total": 5}


def test_such_a_session_has_no_shared_code_and_shows_none(fay, stranger):
    session = open_session(fay, BOARD)
    for audience in ("console", "board"):
        assert records(fay, session, audience)["records"]["meeting"]["code"] == ""
    assert stranger.post("/api/join", json={"code": ""}).json() == {"kind": "code-unknown"}
    changed = fay.post("/api/staff/code", json={"session": session})
    assert changed.json() == {"kind": "not-now"}
    poster = fay.get(f"/api/s/{session}/print?what=poster")
    assert "Skriv koden från din egen remsa" in paper(poster.content)


def test_a_lost_code_is_drawn_anew_and_the_first_one_lets_nobody_in(fay, stranger):
    session = open_session(fay, BOARD)
    codes = drawn(fay, session)
    another = fay.post(f"/api/s/{session}/another-code", json={"seat": 3}).json()
    assert another["qr"].startswith("data:image/svg")
    assert stranger.post("/api/join", json={"code": codes[2]}).status_code == 404
    assert stranger.post("/api/join", json={"code": another["code"]}).status_code == 200
    assert fay.post(f"/api/s/{session}/another-code", json={"seat": 99}).status_code == 404


def test_nobody_hands_such_a_phone_on_to_a_next_person(fay, stranger):
    session = open_session(fay, BOARD)
    stranger.post("/api/join", json={"code": drawn(fay, session)[0]})
    assert stranger.post(f"/api/s/{session}/next-person").json() == {"kind": "not-allowed"}


def test_when_the_meeting_has_ended_its_codes_are_gone_and_none_are_drawn(fay, stranger):
    session = open_session(fay, BOARD)
    codes = drawn(fay, session)
    assert do(fay, session, "console", type="end-session")["t"] == "ack"
    assert stranger.post("/api/join", json={"code": codes[0]}).json() == {"kind": "code-unknown"}
    assert fay.get(f"/api/s/{session}/seats").json() == {"used": 0, "total": 0}
    late = fay.post(f"/api/s/{session}/roster", json={"seats": 5})
    assert late.json() == {"kind": "not-now"}


def test_codes_are_drawn_by_the_facilitator_and_for_such_a_meeting_only(fay, stranger):
    session, evening = open_session(fay, BOARD), open_session(fay)
    for path, body in (("roster", {"seats": 5}), ("another-code", {"seat": 1})):
        assert stranger.post(f"/api/s/{session}/{path}", json=body).status_code == 403
        assert fay.post(f"/api/s/{evening}/{path}", json=body).json() == {"kind": "not-now"}
    assert stranger.get(f"/api/s/{session}/seats").status_code == 403
    for wrong in ({"seats": 0}, {"seats": 201}, {"seats": 2, "names": ["x" * 81]}):
        assert fay.post(f"/api/s/{session}/roster", json=wrong).status_code == 400


def test_the_names_are_on_the_paper_and_nowhere_else(fay, data, caplog):
    session = open_session(fay, BOARD)
    with caplog.at_level(logging.DEBUG):
        made = fay.post(f"/api/s/{session}/roster", json={"seats": 4, "names": NAMES})
    text = paper(made.content)
    fay.post(f"/api/s/{session}/another-code", json={"seat": 1})
    for name in filter(None, NAMES):
        assert name in text and name not in caplog.text
        surname = name.split()[1].encode()
        holding = [file for file in data.rglob("*") if file.is_file()]
        assert not [file for file in holding if surname in file.read_bytes()]
    assert b"extra-ks" in (data / "dialog.db-wal").read_bytes()  # what it would stand beside


def test_a_rehearsal_of_it_is_joined_by_a_shared_code(fay, stranger):
    asked = {"dialogue": "mal-2019", "session": BOARD, "participants": 0}
    session = fay.post("/api/staff/rehearse", json=asked).json()["session"]
    code = records(fay, session, "console")["records"]["meeting"]["code"]
    assert stranger.post("/api/join", json={"code": code}).json() == {"session": session}


# ── a window and a class ──────────────────────────────────────────────────────────────────────


NOON_IN_SUMMER = "2199-07-01T10:00:00+00:00"


def test_the_closing_of_a_window_is_set_in_swedish_time_and_its_cookies_live_as_long(fay):
    session = open_session(fay, WINDOW)
    assert records(fay, session, "console")["records"]["settings"]["past_closing"]
    path = f"/api/s/{session}/closing"
    assert fay.post(path, json={"closes": "2199-07-01T12:00"}).status_code == 200
    stage = records(fay, session, "console")["records"]["stage"]
    assert datetime.fromtimestamp(stage["closes_at"] / 1000, UTC).isoformat() == NOON_IN_SUMMER
    code = records(fay, session, "console")["records"]["meeting"]["code"]
    joined = somebody(fay).post("/api/join", json={"code": code})
    lives = int(re.search(r"max-age=(\d+)", joined.headers["set-cookie"].lower())[1])
    assert lives > WEEK and now_ms() // 1000 + lives > stage["closes_at"] // 1000
    for wrong, kind in (("2199-02-30T12:00", "malformed"), ("2019-04-07T23:59", "not-now")):
        assert fay.post(path, json={"closes": wrong}).json()["kind"] == kind
    assert somebody(fay).post(path, json={"closes": ""}).status_code == 403
    assert fay.post(path, json={"closes": ""}).status_code == 200


def test_a_qr_picture_brings_its_own_paper(fay, stranger):
    session = open_session(fay, BOARD)
    drawn(fay, session)
    in_the_page = fay.post(f"/api/s/{session}/another-code", json={"seat": 1}).json()["qr"]
    for picture in (unquote(in_the_page), stranger.get("/qr/2222222.svg").text):
        assert re.search("""fill=["']#fff["']""", picture)


def test_several_classes_at_once_have_each_their_code_and_poster(fay, data):
    made = {"dialogue": "mal-2019", "title": "Klasser", "type": "class"}
    definition = fay.post("/api/staff/new-session", json=made).json()["session"]
    gate = {"question": True, "deciders": True}
    asked = {"dialogue": "mal-2019", "session": definition, "gate": gate}
    classes = {}
    for room in ("7A", "7B"):
        its = fay.post("/api/staff/open", json=asked | {"room": room}).json()["session"]
        classes[room] = records(fay, its, "console")["records"]["meeting"]["code"], its
    assert classes["7A"][0] != classes["7B"][0]
    for room, (code, session) in classes.items():
        poster = paper(fay.get(f"/api/s/{session}/print?what=poster&lang=sv-easy").content)
        assert room in poster and f"{code[:3]}-{code[3:]}" in poster
        pupil = somebody(fay)
        assert pupil.post("/api/join", json={"code": code}).json() == {"session": session}
        assert records(pupil, session, "phone")["own"]["target_group"] == "youth"


# ── the scribe ────────────────────────────────────────────────────────────────────────────────


def test_the_scribe_enters_slips_and_sees_what_has_been_entered_and_nothing_more(fay, stranger):
    session, dan = open_session(fay), somebody(fay)
    sign_in(fay, dan, "scribe")
    assert stranger.get(f"/scribe/{session}", follow_redirects=False).status_code == 303
    assert dan.get(f"/scribe/{session}").status_code == 200
    slip = {"type": "post-on-behalf", "step": "area-1-skriv", "kind": "keyword"}
    first = do(dan, session, "scribe", **slip, text="Bänkar")
    second = do(fay, session, "scribe", **slip, text="Bänkar", channel="table", table="7", people=6)
    shown = records(dan, session, "scribe")["records"]
    assert set(shown) <= {"meeting", "stage", "timer", "counts", "run", "paper"}
    slips = [(it["slip"], it["seq"], it.get("table", "")) for it in shown["paper"]["slips"]]
    assert slips == [(2, second["seq"], "7"), (1, first["seq"], "")]
    assert do(dan, session, "scribe", type="end-session")["refusal"]["kind"] == "not-allowed"
    assert records(dan, session, "console") == {"kind": "not-joined"}


def test_what_phones_write_is_not_among_the_slips(fay, stranger):
    session = open_session(fay)
    code = records(fay, session, "console")["records"]["meeting"]["code"]
    stranger.post("/api/join", json={"code": code})
    go_to(fay, session, "area-1-skriv")
    wish = {"step": "area-1-skriv", "begun": 0, "kind": "keyword", "text": "Bänkar"}
    assert do(stranger, session, "phone", type="post-contribution", **wish)["t"] == "ack"
    assert records(fay, session, "scribe")["records"]["paper"]["slips"] == []
