"""Staff come and go: by link, from another device, and out again; what is noted of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from dialog import sockets, staff
from dialog.app import create_app
from dialog.cli import main
from dialog.identity import SIGNED_IN_FOR, STAFF_ROLES
from dialog.limits import Buckets
from dialog.locales import catalogue, translate
from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from dialog.settings import Settings
from dialog.store import audit, doors
from tests.test_api import opened, somebody_else

FRESH = 0.05


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data: Path = tmp_path_factory.mktemp("house")
    return Settings(data=data, grouping="none", home="http://testserver")


@pytest.fixture(scope="module")
def everybodys(settings: Settings) -> Iterator[TestClient]:
    """A browser that nobody has signed in with; what is known of sign-ins is looked up often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "FRESH", FRESH)
        patch.setattr(sockets, "FRESH", FRESH)
        with TestClient(create_app(settings)) as client:
            client.app.state.installation.doorkeeper.per_address = Buckets(1000, 1)
            yield client


@pytest.fixture
def house(everybodys: TestClient, settings: Settings) -> Iterator[TestClient]:
    """The same, with its clock and its settings put right again afterwards."""
    identity = everybodys.app.state.installation.identity  # type: ignore[attr-defined]
    now = identity.now
    yield everybodys
    identity.now, settings.staff_links = now, "on"


def comes(house: TestClient, role: str, secret: str = "") -> TestClient:
    """Somebody else's browser, signed in with a link of that role."""
    browser = somebody_else(house)
    answer = browser.post("/api/staff/login", json={"secret": secret or secret_for(house, role)})
    assert answer.status_code == 200 and answer.json()["role"] == role
    return browser


def secret_for(house: TestClient, role: str) -> str:
    """The secret in a role's link as it is now."""
    here = house.app.state.installation  # type: ignore[attr-defined]
    with here.live.engine.connect() as db:
        return here.identity.link_secret(role, doors.generation(db, role))


def is_in(browser: TestClient) -> bool:
    return browser.get("/api/staff/overview").status_code == 200


def secret_of(url: str) -> str:
    return url.partition("#")[2]


def trail(browser: TestClient) -> list[tuple[str, str, str]]:
    notes = browser.get("/api/staff/audit").json()
    return [(note["role"], note["what"], note["about"]) for note in notes]


def noted(house: TestClient) -> list[tuple[str, str]]:
    """All of it, the earliest first."""
    with house.app.state.installation.live.engine.connect() as db:  # type: ignore[attr-defined]
        return [(it.role, it.what) for it in audit.notes(db, 10_000)[::-1]]


# ── out ───────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_of_a_cookie_is_no_use_after_signing_out(house):
    mo = comes(house, "moderator")
    thief = somebody_else(house)
    thief.cookies = dict(mo.cookies)
    assert is_in(thief)
    mo.post("/api/staff/logout", json={})
    assert not is_in(mo) and not is_in(thief)
    assert is_in(comes(house, "moderator"))


def test_an_open_line_is_closed_when_its_holder_has_signed_out_or_stayed_too_long(house):
    fay, mo = comes(house, "facilitator"), comes(house, "moderator")
    session = opened(fay)
    identity = house.app.state.installation.identity
    for browser in (mo, fay):
        headers = {"Origin": "http://testserver"}
        with browser.websocket_connect(f"/ws/{session}", headers=headers) as line:
            line.send_text(encode(f.Hello(f.PROTOCOL, "console")).decode())
            while json.loads(line.receive_text())["t"] != "view":
                pass
            if browser is mo:
                mo.post("/api/staff/logout", json={})
            else:
                identity.now = lambda now=identity.now: now() + SIGNED_IN_FOR
            with pytest.raises(WebSocketDisconnect) as closed:
                while True:
                    line.receive_text()
        assert closed.value.code == f.NOT_ADMITTED


def test_a_paired_screen_is_let_in_as_long_as_staff_are_and_no_longer(house):
    """The computer is the room's: whoever has it next week was not at the meeting."""
    fay, screen = comes(house, "facilitator"), somebody_else(house)
    session = opened(fay)
    shown = screen.post("/api/projector").json()
    fay.post("/api/staff/pair", json={"number": shown["number"], "session": session})
    paired = screen.post("/api/projector/wait", json={"secret": shown["secret"]})
    assert f'"session":"{session}"' in screen.get("/projector").text
    assert f"Max-Age={SIGNED_IN_FOR};" in paired.headers["set-cookie"]
    identity = house.app.state.installation.identity
    headers = {"Origin": "http://testserver"}
    with screen.websocket_connect(f"/ws/{session}", headers=headers) as line:
        line.send_text(encode(f.Hello(f.PROTOCOL, "projector")).decode())
        while json.loads(line.receive_text())["t"] != "view":
            pass
        identity.now = lambda now=identity.now: now() + SIGNED_IN_FOR
        with pytest.raises(WebSocketDisconnect) as closed:
            while True:
                line.receive_text()
    assert closed.value.code == f.NOT_ADMITTED
    assert '"session":null' in screen.get("/projector").text


def test_revoking_a_role_signs_its_devices_out_and_ends_its_links_on_the_way(house):
    fay, mo, ray = (comes(house, it) for it in ("facilitator", "moderator", "registrar"))
    old = secret_for(house, "moderator")
    on_its_way = secret_of(mo.post("/api/staff/phone-link", json={}).json()["url"])
    new = fay.post("/api/staff/revoke", json={"role": "moderator"}).json()["link"]
    assert not is_in(mo) and is_in(fay) and is_in(ray)
    for secret in (on_its_way, old):
        refused = somebody_else(house).post("/api/staff/login", json={"secret": secret})
        assert refused.json() == {"kind": "not-allowed"}
    assert is_in(comes(house, "moderator", secret_of(new)))


# ── one more device ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_link_for_one_more_device_lets_one_in_with_the_same_role_once(house, role):
    session = opened(comes(house, "facilitator"))
    holder = comes(house, role)
    made = holder.post("/api/staff/phone-link", json={"session": session}).json()
    assert made["url"].startswith(f"http://testserver/staff?session={session}#")
    nowhere = holder.post("/api/staff/phone-link", json={"session": "s-1&x#"})
    assert nowhere.json() == {"kind": "code-unknown"}
    secret = secret_of(made["url"])
    assert is_in(comes(house, role, secret))
    assert somebody_else(house).post("/api/staff/login", json={"secret": secret}).status_code == 403


def test_a_device_let_in_by_another_is_signed_in_no_longer_than_that_one(house):
    identity = house.app.state.installation.identity
    first = comes(house, "scribe")
    clock = identity.now
    identity.now = lambda: clock() + SIGNED_IN_FOR - 60
    second = comes(
        house, "scribe", secret_of(first.post("/api/staff/phone-link", json={}).json()["url"])
    )
    assert is_in(second)
    identity.now = lambda: clock() + SIGNED_IN_FOR
    assert not is_in(first) and not is_in(second)


# ── links ─────────────────────────────────────────────────────────────────────────────────────


def test_the_facilitator_has_every_roles_link_with_its_secret_in_the_fragment(house):
    fay = comes(house, "facilitator")
    links = fay.get("/api/staff/links").json()["links"]
    assert [it["role"] for it in links] == list(STAFF_ROLES)
    for it in links:
        assert it["link"].startswith("http://testserver/staff#") and it["qr"].startswith("data:")
        assert is_in(comes(house, it["role"], secret_of(it["link"])))


def test_the_page_itself_holds_no_links(house):
    fay = comes(house, "facilitator")
    secret = secret_for(house, "moderator")
    assert secret not in fay.get("/staff").text


def test_where_links_are_off_none_lets_anybody_in_and_none_is_made(house, settings):
    fay = comes(house, "facilitator")
    settings.staff_links = "off"
    assert fay.get("/api/staff/links").json()["links"] == []
    secret = secret_for(house, "moderator")
    refused = somebody_else(house).post("/api/staff/login", json={"secret": secret})
    assert refused.status_code == 403


def test_the_command_line_prints_links_and_revokes_them_for_a_server_that_runs(house, settings):
    mo = comes(house, "moderator")
    given = ["--data", str(settings.data), "--home", "http://testserver"]
    printed = CliRunner().invoke(main, ["links", *given]).stdout
    assert printed.split().index("Moderator") < printed.split().index("Registrar")
    link = next(
        word for line in printed.splitlines() if "Scribe" in line for word in line.split()[1:]
    )
    assert is_in(comes(house, "scribe", secret_of(link)))
    new = CliRunner().invoke(main, ["links", "--revoke", "moderator", *given]).stdout.split()[1]
    house.app.state.installation.staff.read_at = -FRESH
    assert not is_in(mo) and is_in(comes(house, "moderator", secret_of(new)))
    said = CliRunner().invoke(main, ["audit", "--data", str(settings.data)]).stdout
    assert all(re.match(r"[-\d]{10} [:\d]{8} CES?T  ", line) for line in said.splitlines()), said
    told = CliRunner().invoke(main, ["audit", "--json", "--data", str(settings.data)]).stdout
    last = [json.loads(line) for line in told.splitlines()]
    assert ("command-line", "links-revoked") in [(note["role"], note["what"]) for note in last]


def test_looking_for_links_does_not_begin_an_installation(tmp_path):
    result = CliRunner().invoke(main, ["links", "--data", str(tmp_path / "nowhere")])
    assert result.exit_code == 1 and "there is no dialogue" in result.output
    assert not (tmp_path / "nowhere").exists()


# ── what is noted ─────────────────────────────────────────────────────────────────────────────


def test_who_came_what_they_took_and_who_left_is_noted_with_role_and_time(house):
    fay = comes(house, "facilitator")
    session = opened(fay)
    fay.get(f"/api/staff/export?session={session}")
    fay.post("/api/staff/phone-link", json={})
    ray = comes(house, "registrar")
    fetched = ray.get("/api/dialogue/mal-2019/disclosure?format=csv")
    assert fetched.status_code == 200
    fay.post("/api/staff/revoke", json={"role": "scribe"})
    fay.post("/api/staff/logout", json={})
    notes = trail(ray)[:8]
    assert notes[::-1] == [
        ("facilitator", "signed-in", "link"),
        ("facilitator", "opened", session),
        ("facilitator", "exported", session),
        ("facilitator", "device-link", ""),
        ("registrar", "signed-in", "link"),
        ("registrar", "disclosed", notes[2][2]),
        ("facilitator", "links-revoked", "scribe"),
        ("facilitator", "signed-out", ""),
    ]
    assert "mal-2019" in notes[2][2] and notes[2][2].endswith(".csv")
    raw = ray.get("/api/staff/audit").json()[:8]
    assert len({note["seat"] for note in raw if note["role"] == "facilitator"}) == 1
    assert all(note["at"] and not note["subject"] for note in raw)
    assert "testclient" not in json.dumps(raw)  # the address that the test client has


def test_what_is_printed_read_and_given_to_a_screen_and_who_looked_at_the_links_is_noted(house):
    """What carries secrets or people's words: a host's card lets whoever has it write for a table,
    a link is a role, a document has words that are not public."""
    fay = comes(house, "facilitator")
    session = opened(fay)
    for what in ("hosts", "poster"):
        assert fay.get(f"/api/s/{session}/print?what={what}&tables=1").status_code == 200
    assert fay.get("/api/staff/links").status_code == 200
    number = somebody_else(house).post("/api/projector").json()["number"]
    given = fay.post("/api/staff/pair", json={"number": number, "session": session})
    assert given.status_code == 200
    read = "/api/dialogue/mal-2019/document?for=summary&format=html"
    assert fay.get(read).status_code == 200
    assert trail(fay)[:5][::-1] == [
        ("facilitator", "printed", f"{session} hosts"),
        ("facilitator", "printed", f"{session} poster"),
        ("facilitator", "links-shown", ""),
        ("facilitator", "paired", session),
        ("facilitator", "read", trail(fay)[0][2]),
    ]
    assert trail(fay)[0][2].startswith("mal-2019 ") and trail(fay)[0][2].endswith(".html")


def test_what_was_not_to_be_had_is_not_noted(house):
    fay, mia = comes(house, "facilitator"), comes(house, "moderator")
    session = opened(fay)
    before = trail(fay)
    assert mia.get(f"/api/s/{session}/print?what=hosts").status_code == 403
    assert mia.get("/api/staff/links").status_code == 403
    given = fay.post("/api/staff/pair", json={"number": "000000", "session": session})
    assert given.status_code == 404
    assert fay.get("/api/dialogue/mal-2019/document?for=nothing&format=html").status_code == 400
    assert trail(fay) == before


def test_a_document_that_is_shown_anew_for_every_word_is_noted_once_an_hour_for_each_device(house):
    """The preview beside the texts fetches it again each time they come to rest."""
    fay, pia = comes(house, "facilitator"), comes(house, "presidium")
    opened(fay)
    house.app.state.installation.noted_reads.levels.clear()
    before = len(noted(house))
    read = "/api/dialogue/mal-2019/document?format=html&for="
    for at in range(3):
        fay.get(f"{read}summary&at={at}")
    pia.get(f"{read}summary")
    fay.get(f"{read}board")
    assert noted(house)[before:] == [
        ("facilitator", "read"),
        ("presidium", "read"),
        ("facilitator", "read"),
    ]
    house.app.state.installation.noted_reads.levels.clear()  # an hour later
    fay.get(f"{read}summary")
    assert len(noted(house)) == before + 4


@pytest.mark.parametrize("language", ["sv", "en"])
def test_whatever_is_noted_can_be_said(language):
    words = catalogue(language, "console")
    missing = [what for what in get_args(audit.What) if f"staff.did_{what}" not in words]
    assert missing == []


def test_what_is_noted_comes_page_by_page(house):
    fay = comes(house, "facilitator")
    for _ in range(3):
        comes(house, "scribe")
    first = fay.get("/api/staff/audit").json()
    older = fay.get(f"/api/staff/audit?before={first[1]['at']}").json()
    assert older and older[0]["at"] < first[1]["at"]
    assert fay.get("/api/staff/audit?before=yesterday").json() == first


# ── the overview ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_the_overview_says_in_words_what_a_role_may_do(house, role):
    page = comes(house, role).get("/staff").text
    what = translate("sv", f"staff.may_{role}")
    assert what != f"staff.may_{role}" and f"Här kan du {what}." in page.partition("<body>")[2]


def test_only_those_who_work_on_the_whole_are_led_to_the_workboard(house):
    opened(comes(house, "facilitator"))
    led = [
        role
        for role in STAFF_ROLES
        if comes(house, role).get("/api/staff/overview").json()["dialogues"][0]["opened"]
    ]
    assert led == ["facilitator", "presidium", "working-committee", "registrar"]
