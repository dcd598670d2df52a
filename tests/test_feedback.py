"""The feedback page: for everyone, when it has been published, as it was when it was frozen."""

import re

import pytest
from msgspec.structs import replace
from sqlalchemy import update
from starlette.testclient import TestClient

from dialog.domain import receipts
from dialog.domain.state import Person
from dialog.exporting import CannotExport, file_of, material, rendered
from dialog.protocol import agenda as a
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import GuardUnmet
from dialog.reports import documents, html
from dialog.reports.formats import PAGES, files_of
from dialog.store import files
from dialog.store import tables as t
from tests.domain.meeting import DIALOGUE, Meeting
from tests.reports.material import definition, findings
from tests.test_api import opened

pytest_plugins = ["tests.test_api"]

PAGE = "/feedback/mal-2019"
NOT_READY = "Återkopplingen är inte klar än. Den kommer senast 15 april 2019."
pia, system = Person("presidium"), Person("system")


class Office:
    """What the presidium and the server do with versions."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.here = client, client.app.state.installation

    def do(self, person: Person, command: wc.WorkCommand) -> int:
        async def done() -> int:
            live = await self.here.live.dialogue("mal-2019")
            command.seen = live.dialogue.seq
            if isinstance(command, wc.FreezeVersion):
                command.upto = live.dialogue.seq
            return (await live.do(person, command)).seq

        return self.client.portal.call(done)

    def freeze(self, number: int, title: str = "") -> None:
        """A version with its feedback page in three languages."""
        self.do(pia, wc.FreezeVersion("summary", [], 0, "0" * 64))
        for language, format in PAGES.items():
            made = documents.build(
                "feedback", findings(edition="public"), definition(), lang=language
            )
            made.title = title or made.title
            page = html.page(made)
            file = files.File("feedback", format, "public", f"{format}.html", "text/html", page)
            self.client.portal.call(self.here.live.write, files.keep, "mal-2019", number, file, 0)

    def publish(self, number: int) -> None:
        self.do(pia, wc.PublishFeedback(number))

    def page(self, language: str = "sv") -> str:
        return self.client.get(f"{PAGE}?lang={language}").text


@pytest.fixture
def office(fay: TestClient) -> Office:
    opened(fay)
    return Office(fay)


def test_it_is_shown_when_it_is_published_and_not_when_it_is_frozen(office):
    office.freeze(1)
    assert NOT_READY in office.page()
    office.publish(1)
    assert NOT_READY not in office.page()
    assert "Bostäder för livets olika skeden" in office.page()
    assert 'href="/receipt"' in office.page()


def test_it_is_there_in_three_languages(office):
    office.freeze(1)
    office.publish(1)
    titles = {"sv": "Det här sa ni – så används det", "en": "What you said – and how it is used"}
    for language, title in titles.items():
        assert f"<h1>{title}</h1>" in office.page(language)
    assert office.page("sv-easy").count("<h1>") == 1
    assert office.page("sv-easy") != office.page("sv")
    assert 'class="document" lang="en"' in office.page("en")


def test_freezing_makes_a_page_in_each_language(office, settings):
    assert {("feedback", format) for format in PAGES.values()} <= set(files_of("summary"))
    office.do(pia, wc.FreezeVersion("summary", [], 0, "0" * 64))
    with office.here.live.engine.connect() as db:
        it = material(db, "mal-2019", settings, 1)
    made = [rendered(it, "feedback", format) for format in PAGES.values()]
    assert [file.name.partition("aterkoppling-")[2] for file in made] == [
        "version-1.html",
        "version-1-lattlast.html",
        "version-1-english.html",
    ]
    assert {file.edition for file in made} == {"public"}
    assert len({html.main_of(file.content) for file in made}) == 3
    assert all(html.main_of(file.content).startswith("\n<h1>") for file in made)


def test_a_language_that_was_not_stored_is_read_in_swedish_and_says_so(office):
    office.freeze(1)
    office.publish(1)

    def forget(db):
        db.execute(t.file.delete().where(t.file.c.format == "html-en"))

    office.client.portal.call(office.here.live.write, forget)
    assert 'class="document" lang="sv"' in office.page("en")


def test_the_name_of_another_wish_freezes_nothing(office):
    op, path = "another-wish-0123456789", "/api/dialogue/mal-2019"
    note = {"type": "make-theme", "area": "area-1", "title": "Tema", "contributions": []}
    done = {"t": "do", "op": op, "command": {**note, "seen": 0}}
    assert office.client.post(f"{path}/do", json=done).json()["t"] == "ack"
    answer = office.client.post(f"{path}/freeze", json={"of": "summary", "op": op})
    assert (answer.status_code, answer.json()["kind"]) == (400, "malformed")


def test_a_later_version_shows_when_it_is_published_too(office):
    office.freeze(1)
    office.publish(1)
    office.freeze(2, "Det här blev det")
    assert "Det här blev det" not in office.page()
    office.publish(2)
    assert "<h1>Det här blev det</h1>" in office.page()


def forge(office: Office) -> None:
    def written_over(db):
        db.execute(update(t.file).values(content=b"<main>forged</main>"))

    office.client.portal.call(office.here.live.write, written_over)


def test_a_file_that_is_not_what_was_frozen_is_not_shown(office):
    office.freeze(1)
    office.publish(1)
    forge(office)
    assert "forged" not in office.page() and NOT_READY in office.page()


def test_a_file_that_is_not_what_was_frozen_is_neither_handed_out_nor_made_anew(office, settings):
    office.freeze(1)
    forge(office)
    path = "/api/dialogue/mal-2019/document?for=feedback&format=html&version=1"
    answer = office.client.get(path)
    assert (answer.status_code, answer.json()) == (400, {"kind": "file-damaged"})
    with pytest.raises(CannotExport, match=r"html\.html is no longer what was frozen"):
        file_of(office.here.live.engine, settings, "mal-2019", "feedback", "html", version=1)


def test_it_needs_no_script_no_style_of_its_own_and_nobody_else(office):
    office.freeze(1)
    office.publish(1)
    page = office.page()
    assert "<script" not in page and "<style" not in page and " style=" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_an_unknown_dialogue_is_not_found(office):
    assert office.client.get("/feedback/no-such-dialogue").status_code == 404


def test_the_matter_is_not_archived_before_people_have_been_told():
    stages = [a.Stage("listen", "We listen", "All")]
    stages += [a.Stage("archived", "Kept", "Registrar", guards=["feedback-published"])]
    it = Meeting(dialogue=replace(DIALOGUE, stages=stages))
    archive = wc.EnterStage("archived")
    assert it.refusal(pia, archive) == GuardUnmet("feedback-published", 1)
    it.do(pia, wc.FreezeVersion("summary", [], it.seq, "0" * 64))
    assert it.refusal(pia, archive) == GuardUnmet("feedback-published", 1)
    it.do(pia, wc.PublishFeedback(1))
    it.do(pia, archive)
    assert it.dialogue.work.stage == "archived"


def test_the_receipt_leads_to_it_when_it_can_be_read(office):
    dialogue = office.here.live.live["mal-2019"].dialogue
    assert not receipts.progress(dialogue).published
    office.freeze(1)
    assert not receipts.progress(dialogue).published
    office.publish(1)
    assert receipts.progress(dialogue).published


def test_the_presidiums_guide_is_a_page_too(fay):
    page = fay.get("/guide").text
    assert "<h1>Presidiets sju arbetsdagar</h1>" in page and "<table>" in page
    assert " style=" not in page
