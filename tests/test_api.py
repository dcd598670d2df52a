"""The doors over HTTP: who is let in, how often, and what is refused in words."""

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.locales import translate
from dialog.sessions import load
from dialog.settings import Settings

EVENING = {"dialogue": "mal-2019", "session": "2019-04-01-medborgardialog"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, grouping="none", home="http://testserver")


@pytest.fixture
def fay(settings: Settings) -> Iterator[TestClient]:
    """The facilitator's client, signed in."""
    app = create_app(settings)
    with TestClient(app) as client:
        installation = app.state.installation
        secret = installation.identity.link_secret("facilitator", 0)
        assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200
        yield client


@pytest.fixture
def stranger(fay: TestClient) -> TestClient:
    return somebody_else(fay)


def somebody_else(fay: TestClient) -> TestClient:
    """Another browser, on the same server and its event loop."""
    client = TestClient(fay.app)
    client.portal = fay.portal
    return client


def opened(fay: TestClient) -> str:
    return str(fay.post("/api/staff/open", json=EVENING).json()["session"])


def code_of(fay: TestClient, session: str) -> str:
    path = f"/api/s/{session}/records?audience=console"
    return str(fay.get(path).json()["records"]["meeting"]["code"])


def go_to(fay: TestClient, session: str, step: str) -> None:
    command = {"type": "go-to-step", "step": step, "seen": None}
    wish = {"t": "do", "op": f"go-to-{step}-0000000000", "command": command}
    answer = fay.post(f"/api/s/{session}/do?audience=console", json=wish)
    assert answer.json()["t"] == "ack"


def test_a_projectors_secret_opens_the_session_once(fay, stranger):
    session = opened(fay)
    shown = stranger.post("/api/projector", json={}).json()
    fay.post("/api/staff/pair", json={"number": shown["number"], "session": session})
    asked = {"secret": shown["secret"]}
    assert stranger.post("/api/projector/wait", json=asked).json() == {"session": session}
    again = somebody_else(fay).post("/api/projector/wait", json=asked).json()
    assert again["session"] is None


def test_a_projector_is_paired_only_with_an_open_session(fay, stranger):
    number = stranger.post("/api/projector", json={}).json()["number"]
    refused = fay.post("/api/staff/pair", json={"number": number, "session": "nowhere"})
    assert refused.status_code == 404


def test_guesses_at_staff_links_are_counted(stranger, no_time_passes):
    guesses = [stranger.post("/api/staff/login", json={"secret": "x"}) for _ in range(40)]
    assert [it.status_code for it in guesses] == [403] * 30 + [429] * 10


def test_wrong_codes_are_counted_and_right_ones_are_not(fay, stranger, no_time_passes):
    code = code_of(fay, opened(fay))
    wrong = [stranger.post("/api/join", json={"code": "2222222"}) for _ in range(40)]
    kinds = [it.json()["kind"] for it in wrong]
    assert kinds == ["code-unknown"] * 30 + ["too-many-wrong-codes"] * 10
    right = [stranger.post("/api/join", json={"code": code}).status_code for _ in range(60)]
    assert set(right) == {200}


def test_a_code_is_read_in_any_case_with_or_without_dashes(fay, stranger):
    code = code_of(fay, opened(fay))
    for written in (code.lower(), f"{code[:3]}-{code[3:]}", f" {code[:4]} {code[4:]} "):
        assert stranger.post("/api/join", json={"code": written}).status_code == 200


def test_a_phone_that_is_in_already_is_shown_the_way_back(fay, stranger):
    session = opened(fay)
    code = code_of(fay, session)
    ways = ("/", f"/j/{code}")
    assert not any(known_in(stranger, way, session) for way in ways)
    assert stranger.post("/api/join", json={"code": code}).status_code == 200
    assert all(known_in(stranger, way, session) for way in ways)
    other = code_of(
        fay, str(fay.post("/api/staff/open", json=EVENING | {"room": "2"}).json()["session"])
    )
    assert not known_in(stranger, f"/j/{other}", session)
    assert not known_in(somebody_else(fay), "/", session)
    end = {"t": "do", "op": "end-the-session-00000", "command": {"type": "end-session"}}
    assert fay.post(f"/api/s/{session}/do?audience=console", json=end).json()["t"] == "ack"
    assert not known_in(stranger, "/", session)
    assert known_in(stranger, f"/j/{code}", session)


def test_whoever_opens_a_dialogues_address_without_having_joined_is_asked_for_the_code(
    fay, stranger
):
    session = opened(fay)
    for path in (f"/s/{session}", "/s/another"):
        page = stranger.get(f"{path}?lang=sv")
        assert page.status_code == 200 and "Kod från skärmen" in page.text


def test_an_address_that_leads_nowhere_says_so_in_the_readers_language(stranger):
    browser = {"Accept": "text/html,*/*", "Accept-Language": "sv"}
    for path in ("/nonsens", "/guide/nonsens", "/api/nonsens"):
        page = stranger.get(path, headers=browser)
        assert page.status_code == 404 and "Sidan finns inte" in page.text, path
        assert 'href="/"' in page.text
    assert stranger.get("/nonsens", headers={"Accept": "*/*"}).text == "Not Found"


def known_in(client: TestClient, path: str, session: str) -> bool:
    page = client.get(f"{path}?lang=sv").text
    return f'href="/s/{session}"' in page and "redan med" in page


def test_one_phone_is_handed_on_only_so_often(fay, stranger, no_time_passes):
    session = opened(fay)
    stranger.post("/api/join", json={"code": code_of(fay, session)})
    path = f"/api/s/{session}/next-person"
    assert [stranger.post(path).status_code for _ in range(11)] == [200] * 10 + [429]


def test_another_sites_page_may_not_post(fay):
    refused = fay.post("/api/staff/open", json=EVENING, headers={"Origin": "http://evil.example"})
    assert refused.status_code == 403


def test_a_participant_may_not_do_what_staff_do(fay, stranger):
    session = opened(fay)
    stranger.post("/api/join", json={"code": code_of(fay, session)})
    assert stranger.post("/api/staff/open", json=EVENING).status_code == 403
    assert stranger.get("/api/staff/overview").status_code == 403
    assert stranger.get(f"/api/staff/export?session={session}").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"municipality": ""},
        {"areas": []},
        {"areas": ["x"] * 300},
        {"title": "  "},
    ],
)
def test_an_empty_dialogue_is_not_made(fay, settings, wrong):
    whole = {
        "municipality": "Älvdals kommun",
        "record_number": "KS 1",
        "title": "Ny",
        "areas": ["A"],
    }
    refused = fay.post("/api/staff/new-dialogue", json=whole | wrong)
    assert refused.json()["kind"] == "malformed"
    assert not settings.own_sessions.exists()


def test_a_dialogue_made_in_the_browser_keeps_all_that_was_written(fay, settings):
    asked = {
        "municipality": "Älvdals kommun",
        "record_number": "KS 2026/1",
        "title": "Mål för Älvdal",
        "areas": ["Skog", "Skola"],
        "purpose": "Vi vill veta vad orden betyder.",
    }
    id = fay.post("/api/staff/new-dialogue", json=asked).json()["dialogue"]
    again = fay.post("/api/staff/new-dialogue", json=asked).json()["dialogue"]
    assert id != again
    made = load(settings.own_sessions).dialogues[id].definition
    assert made.purpose == asked["purpose"]
    assert [area.name for area in made.areas] == asked["areas"]


def test_a_session_made_in_the_browser_can_be_opened(fay):
    asked = {"dialogue": "mal-2019", "title": "Klass 8B", "date": "2019-04-03"}
    made = fay.post("/api/staff/new-session", json=asked).json()["session"]
    gate = {"question": True, "deciders": True}
    opening = {"dialogue": "mal-2019", "session": made, "gate": gate}
    assert code_of(fay, fay.post("/api/staff/open", json=opening).json()["session"])


def test_residents_are_invited_only_when_two_questions_are_answered_with_yes(fay):
    asked = {"dialogue": "mal-2019", "title": "Klass 8B"}
    made = fay.post("/api/staff/new-session", json=asked).json()["session"]
    asks = {
        session["id"]: session["asks"]
        for dialogue in fay.get("/api/staff/overview").json()["dialogues"]
        for session in dialogue["sessions"]
    }
    assert asks[made] and not asks[EVENING["session"]] and not asks["2019-03-06-ks"]
    opening = {"dialogue": "mal-2019", "session": made}
    assert fay.post("/api/staff/open", json=opening).json() == {"kind": "gate-unanswered"}
    no = {"question": True, "deciders": False}
    refused = fay.post("/api/staff/open", json=opening | {"gate": no})
    assert refused.json() == {"kind": "gate-closed"}
    rehearsed = fay.post("/api/staff/rehearse", json=opening | {"participants": 0})
    assert rehearsed.status_code == 200


def test_without_script_only_a_contribution_is_thanked_for(fay, stranger):
    session = opened(fay)
    go_to(fay, session, "area-1-skriv")
    stranger.post("/plain/join", data={"code": code_of(fay, session)})
    path, op = f"/plain/s/{session}", "plain-form-0000000000"
    chosen = stranger.post(path, data={"op": op, "target_group": "seniors"})
    assert "Tack!" not in chosen.text
    form = {"op": op + "1", "step": "area-1-skriv", "begun": "99", "kind": "keyword"}
    assert "Tack!" in stranger.post(path, data=form | {"text": "cykelväg"}).text
    assert "Tack!" not in stranger.post(path, data=form | {"op": op + "2", "text": " "}).text


def test_without_script_ones_own_is_taken_back_and_nobody_elses(fay, stranger):
    session = opened(fay)
    go_to(fay, session, "area-1-skriv")
    path, bo = f"/plain/s/{session}", somebody_else(fay)
    for who, words in ((stranger, "cykelväg"), (bo, "badplats")):
        who.post("/plain/join", data={"code": code_of(fay, session)})
        who.post(path, data={"op": words * 3, "target_group": "seniors"})
        form = {"op": words * 4, "step": "area-1-skriv", "begun": "99", "kind": "keyword"}
        shown = who.post(path, data=form | {"text": words}).text
    number = re.search(r'name="contribution" value="(\d+)"', shown)[1]
    refused = stranger.post(path, data={"op": "not-mine" * 3, "contribution": number})
    assert refused.status_code == 400 and 'role="alert"' in refused.text
    assert "Dolt av dig" not in bo.get(path).text
    withdrawn = bo.post(path, data={"op": "mine" * 5, "contribution": number}).text
    assert "Bidraget visas inte längre." in withdrawn and "Dolt av dig" in withdrawn
    assert 'name="contribution"' not in withdrawn and "Tack!" not in withdrawn


@pytest.mark.parametrize(
    "language, words", [("sv", "kvittokod"), ("sv-easy", "kod"), ("en", "receipt code")]
)
def test_the_page_without_script_says_what_needs_it_and_so_do_the_pages_on_help(
    fay, stranger, language, words
):
    session = opened(fay)
    stranger.post("/plain/join", data={"code": code_of(fay, session)})
    page = unescape(stranger.get(f"/plain/s/{session}?lang={language}").text)
    assert (
        words in translate(language, "plain.script") and translate(language, "plain.script") in page
    )
    simple = "simple page" if language == "en" else "enkla sidan"
    for name in ("help", "accessibility"):
        told = stranger.get(f"/{name}?lang={language}").text
        assert [it for it in re.findall("<li.*?</li>", told, re.S) if simple in it and words in it]


def test_without_script_a_class_is_told_once_what_it_can_influence(fay, stranger):
    made = {"dialogue": "mal-2019", "title": "Klass 8B", "type": "class"}
    written = fay.post("/api/staff/new-session", json=made).json()["session"]
    gate = {"question": True, "deciders": True}
    opening = {"dialogue": "mal-2019", "session": written, "gate": gate}
    session = fay.post("/api/staff/open", json=opening).json()["session"]
    go_to(fay, session, "skriv-area-1")
    first = stranger.post("/plain/join", data={"code": code_of(fay, session)}).text
    for key in ("about.can_influence", "about.decided", "join.go_on"):
        assert translate("sv", key) in first
    assert "<textarea" not in first
    then = stranger.get(f"/plain/s/{session}").text
    assert "<textarea" in then and translate("sv", "about.decided") not in then


def test_the_privacy_page_names_the_municipality_that_invites(fay, stranger):
    assert "Vaggeryds kommun" in stranger.get("/privacy").text
    asked = {"municipality": "Älvdals kommun", "record_number": "KS 1", "title": "Ny"}
    fay.post("/api/staff/new-dialogue", json=asked | {"areas": ["A"]})
    page = stranger.get("/privacy").text
    assert "Vaggeryds kommun" not in page and "[FYLL I" not in page
    stranger.post("/api/join", json={"code": code_of(fay, opened(fay))})
    joined = stranger.get("/privacy").text
    assert "Vaggeryds kommun" in joined and "Älvdals kommun" not in joined


def test_a_fourth_simulated_hall_waits_for_room(fay):
    rehearsals = fay.app.state.installation.rehearsals
    rehearsals.has_room = lambda: False
    asked = EVENING | {"participants": 5}
    assert fay.post("/api/staff/rehearse", json=asked).json()["kind"] == "wait"
    assert fay.post("/api/staff/rehearse", json=asked | {"pace": -1}).status_code == 400


def test_a_file_that_cannot_be_read_is_left_out_with_a_sentence(tmp_path):
    folder = tmp_path / "alvdal"
    folder.mkdir()
    (folder / "dialogue.toml").write_text(
        'id = "alvdal"\nrecord_number = "KS 1"\ntitle = "Mål"\nmunicipality = "Älvdals kommun"\n'
        '[[areas]]\nid = "skog"\nname = "Skog"\nshort = "Skog"\n'
        '[[target_groups]]\nid = "undisclosed"\nname = "Vill inte svara"\n'
    )
    os.symlink("/nonexistent", folder / "kvall.toml")
    os.symlink("nobody@host.1", folder / ".#kvall.toml")
    (folder / "mapp.toml").mkdir()
    library = load(tmp_path)
    assert "alvdal" in library.dialogues
    assert sorted(Path(mistake.file).name for mistake in library.mistakes) == [
        "kvall.toml",
        "mapp.toml",
    ]


def staff(fay: TestClient, role: str) -> TestClient:
    client = somebody_else(fay)
    secret = fay.app.state.installation.identity.link_secret(role, 0)  # type: ignore[attr-defined]
    assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200
    return client


def test_what_the_hall_needs_on_paper_is_for_those_who_run_it(fay, stranger):
    session = opened(fay)
    path = f"/api/s/{session}/print?what=poster"
    phone = somebody_else(fay)
    assert phone.post("/api/join", json={"code": code_of(fay, session)}).status_code == 200
    for somebody in (stranger, phone, staff(fay, "registrar"), staff(fay, "working-committee")):
        refused = somebody.get(path)
        assert (refused.status_code, refused.json()["kind"]) == (403, "not-allowed")
    for somebody in (fay, staff(fay, "presidium")):
        answer = somebody.get(path)
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'inline; filename="affisch.pdf"'
    nowhere = fay.get("/api/s/nowhere/print?what=poster")
    assert nowhere.json()["kind"] == "not-allowed"


@pytest.mark.parametrize("asked", ["what=lunch", "what=cards&tables=101", "what=form&lang=de", ""])
def test_what_cannot_be_printed_is_refused(fay, asked):
    refused = fay.get(f"/api/s/{opened(fay)}/print?{asked}")
    assert (refused.status_code, refused.json()["kind"]) == (400, "malformed")
