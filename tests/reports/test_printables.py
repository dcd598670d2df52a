"""What a meeting needs on paper: every word that the hall needs is there, and all can read it."""

import re
import subprocess
from io import BytesIO

import pikepdf
import pytest

from dialog.domain.state import Dialogue, Session
from dialog.protocol.agenda import in_language
from dialog.reports import printables
from dialog.reports.model import Letterhead
from dialog.reports.typesetting import find
from tests.reports.material import EVENING, folder
from tests.reports.test_pdf import bare, text_of

TABLES = 5
QR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37">'
    '<path d="M4 4h7v7h-7z" fill="#000"/></svg>'
)


def session(**changes) -> Session:
    dialogue = Dialogue("mal-2019", folder().definition, at=EVENING)
    it = Session(
        id="kvall",
        dialogue=dialogue,
        definition=folder().sessions["2019-04-01-medborgardialog"],
        code="ABCDEF",
        code_expires=0,
        room="Aulan",
        opened_at=0,
        moderation="hold-all",
    )
    for name, value in changes.items():
        setattr(dialogue, name, value)
    return it


def made(what, lang="sv", it=None) -> bytes:
    way = printables.WayIn("https://dialog.example", "ABCDEF", QR)
    head = Letterhead("Vaggeryds kommun")
    return printables.described(what, it or session(), way, head, lang, TABLES)()


@pytest.fixture(scope="module")
def all_made() -> dict[str, bytes]:
    return {what: made(what) for what in printables.PRINTABLES}


@pytest.mark.parametrize("what", printables.PRINTABLES)
def test_each_is_sound_and_says_that_it_is_accessible(all_made, what, tmp_path):
    (tmp_path / "it.pdf").write_bytes(all_made[what])
    done = subprocess.run(["qpdf", "--check", tmp_path / "it.pdf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with pikepdf.open(BytesIO(all_made[what])) as file, file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["pdfuaid:part"] == "1"
        assert str(file.Root.Lang) == "sv"
        assert find(file.Root.StructTreeRoot, "/H1") or what == "run-of-show"


@pytest.mark.parametrize("what", ["poster", "cards"])
def test_the_way_in_stands_in_words_and_in_a_picture_that_is_described(all_made, what):
    text = bare(text_of(all_made[what]))
    assert "dialog.example" in text and "ABC-DEF" in text and "https" not in text
    with pikepdf.open(BytesIO(all_made[what])) as file:
        pictures = find(file.Root.StructTreeRoot, "/Figure")
        said = [str(it.get("/Alt")) for it in pictures]
    times = 1 if what == "poster" else TABLES
    assert said == ["QR-kod till dialog.example med koden ABC-DEF"] * times


def test_the_poster_is_one_page_with_what_when_and_where(all_made):
    text = bare(text_of(all_made["poster"]))
    for words in ("Medborgardialog om kommunens mål", "1 april 2019", "Fenix gymnasium", "Aulan"):
        assert bare(words) in text
    assert pages(all_made["poster"]) == 1


def test_every_table_has_a_card_with_the_ground_rules_and_two_share_a_sheet(all_made):
    text = text_of(all_made["cards"])
    assert [int(n) for n in re.findall(r"^\f?Bord (\d+)$", text, re.M)] == list(
        range(1, TABLES + 1)
    )
    rules = session().definition.rules
    for rule in rules:
        assert bare(text).count(bare(in_language(rule, "sv")[0])) == TABLES
    assert pages(all_made["cards"]) == 3


def test_the_run_of_show_has_every_step_with_its_time_and_what_may_be_said(all_made):
    rows = printables.steps_table(printables.Words(session(), "sv")).rows
    steps = session().definition.steps
    assert [row[0].text.partition("\n")[0] for row in rows[:4]] == ["0.00", "0.45", "0.55", "1.00"]
    assert [row[3].text for row in rows] == [in_language(step.say, "sv")[0] for step in steps]
    assert {row[4].text for row in rows} == {""}
    text = bare(text_of(all_made["run-of-show"]))
    assert all(bare(in_language(step.title, "sv")[0]) in text for step in steps)


def test_the_form_asks_what_the_steps_ask_and_everybody_may_leave_out_who_they_are(all_made):
    text = bare(text_of(all_made["form"]))
    definition = folder().definition
    for group in definition.target_groups:
        assert bare(in_language(group.name, "sv")[0]) in text
    assert bare("Vill inte svara") in text and bare("Löpnummer") in text
    asked = {id for step in session().definition.steps for id in getattr(step, "topics", [])}
    for topic in definition.topics:
        assert (bare(in_language(topic.text, "sv")[0]) in text) == (topic.id in asked)
    assert bare("Det här händer med pappret") in text


def test_the_form_is_there_in_easy_swedish_and_in_english():
    assert bare("Sätt ett kryss") in bare(text_of(made("form", "sv-easy")))
    english = made("form", "en")
    assert bare("Prefer not to say") in bare(text_of(english))
    with pikepdf.open(BytesIO(english)) as file:
        assert str(file.Root.Lang) == "en"


@pytest.mark.parametrize("what", printables.PRINTABLES)
def test_of_a_rehearsal_it_says_so(all_made, what):
    assert bare("ÖVNING.") in bare(text_of(made(what, it=session(rehearsal=True))))
    assert bare("ÖVNING.") not in bare(text_of(all_made[what]))


def test_what_people_wrote_is_never_code_and_what_no_font_has_is_named():
    it = session()
    it.room = "#pagebreak() $x$ *\U0001f600*"
    text = bare(text_of(made("poster", it=it)))
    assert bare("#pagebreak() $x$ *[tecken U+1F600 grinning face]*") in text


def test_the_same_session_gives_the_same_bytes(all_made):
    assert made("cards") == all_made["cards"]


def pages(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as file:
        return len(file.pages)
