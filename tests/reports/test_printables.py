"""What a meeting needs on paper: every word that the hall needs is there, and all can read it."""

import re
import subprocess
from io import BytesIO

import pikepdf
import pytest
from msgspec.structs import replace

from dialog.domain.state import Dialogue, Session
from dialog.protocol.agenda import WhatNext, in_language
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


LINKS = [printables.TableLink(str(n), QR, EVENING) for n in range(1, TABLES + 1)]
NAMES = ["Anna Andersson", "", "Bo Bengtsson"]
PAPERS = (*printables.PRINTABLES, "roster")


def made(what, lang="sv", it=None, code="ABCDEF", home="https://dialog.example") -> bytes:
    way = printables.WayIn(home, code, QR, receipts=QR)
    head = Letterhead("Vaggeryds kommun")
    if what == "roster":
        own = printables.WayIn(home, "ABCDEFGHJ", QR)
        strips = [printables.Strip(n, name, own) for n, name in enumerate(NAMES, 1)]
        return printables.roster(it or session(), strips, head)()
    return printables.described(what, it or session(), way, head, lang, TABLES, LINKS)()


@pytest.fixture(scope="module")
def all_made() -> dict[str, bytes]:
    return {what: made(what) for what in PAPERS}


@pytest.mark.parametrize("what", PAPERS)
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
    times = 1 if what == "poster" else TABLES
    assert described(all_made[what]) == ["QR-kod till dialog.example med koden ABC-DEF"] * times


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
    assert bare("Vill inte svara") in text and bare("Bidragens nummer") in text
    asked = {id for step in session().definition.steps for id in getattr(step, "topics", [])}
    for topic in definition.topics:
        assert (bare(in_language(topic.text, "sv")[0]) in text) == (topic.id in asked)
    assert bare("Det här händer med pappret") in text


def test_a_host_card_for_each_table_says_what_to_do_and_how_long_it_is_good(all_made):
    text = text_of(all_made["hosts"])
    assert [int(n) for n in re.findall(r"^\f?Bord (\d+)$", text, re.M)] == list(
        range(1, TABLES + 1)
    )
    assert bare(text).count(bare("hur många som står bakom")) == TABLES
    assert bare(text).count(bare("Gäller till 1 april 2019")) == TABLES
    assert described(all_made["hosts"])[0] == "QR-kod för enheten på bord 1"
    assert pages(all_made["hosts"]) == 3


def test_four_cards_to_take_home_share_a_sheet_and_say_where_to_read_and_what_comes_next(all_made):
    text = bare(text_of(all_made["home-card"]))
    for words in ("dialog.example/receipt", "dialog.example/feedback/mal-2019", "10 april 2019:"):
        assert text.count(bare(words)) == 4
    assert described(all_made["home-card"]) == ["QR-kod till dialog.example/receipt"] * 4
    assert pages(all_made["home-card"]) == 1
    assert "ABC" not in text  # nobody's code: there is room for one's own


def test_the_roster_has_a_list_of_names_without_codes_and_a_strip_for_each_seat(all_made):
    list_of_names, strips = text_of(all_made["roster"]).split("\f")[:2]
    assert "ABC-DEF-GHJ" not in list_of_names and "Utdelad" in list_of_names
    assert strips.count("ABC-DEF-GHJ") == len(NAMES)
    for name in filter(None, NAMES):
        assert name in list_of_names and name in strips
    assert described(all_made["roster"])[0] == "QR-kod för plats 1"


def test_the_poster_of_a_window_says_until_when_it_is_open():
    it = session()
    it.closes_at = EVENING + 6 * 24 * 3_600_000
    assert bare("öppet till 7 april 2019") in bare(text_of(made("poster", it=it)))


def test_where_everybody_has_a_code_of_their_own_the_poster_shows_none():
    text = bare(text_of(made("poster", code="")))
    assert bare("Skriv koden från din egen remsa") in text and "dialog.example" in text


LONG = "Kommunikationsinfrastrukturutvecklingens"


@pytest.mark.parametrize("what", ["poster", "cards", "hosts", "home-card", "roster"])
def test_long_names_stay_within_their_paper(what):
    it = session()
    line = WhatNext(f"{LONG} 2027", f"Det här sa ni: {LONG} publiceras på kommunens webbplats.")
    title = f"{LONG} medborgardialog"
    it.definition = replace(it.definition, title=title, question=title, next=[line] * 9)
    it.room = f"{LONG} aula"
    data = made(what, it=it)
    assert pages(data) == {"poster": 1, "cards": 3, "hosts": 3, "home-card": 1, "roster": 2}[what]
    assert list(words_outside(data)) == []


FAR = "www.mellersta-smaland.example/medborgardialog/mal-for-mandatperioden"


@pytest.mark.parametrize("what", ["poster", "cards", "home-card", "roster"])
def test_an_address_with_a_long_path_can_still_be_read(what):
    """It is divided before it becomes smaller than anything else on the paper."""
    data = made(what, home=f"https://{FAR}")
    assert pages(data) == {"poster": 1, "cards": 3, "home-card": 1, "roster": 2}[what]
    assert list(words_outside(data)) == []
    parts = [it for it in words_of(data) if re.search(r"smaland\.|/medborgardialog|mandatp", it[4])]
    assert bare(FAR) in bare("".join(it[4] for it in parts))
    smallest = min(bottom - top for _, top, _, bottom, _ in parts)
    assert smallest > 1.18 * (20 if what == "poster" else 7), "in points"


def words_outside(data):
    """Words that reach into the white edge of their page."""
    for left, top, right, bottom, word in words_of(data):
        if min(left, top) < 12 or right > 583 or bottom > 830:
            yield word


def words_of(data):
    """Every word with its box: left, top, right, bottom, word."""
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True).stdout
    box = r'xMin="([-.\d]+)" yMin="([-.\d]+)" xMax="([-.\d]+)" yMax="([-.\d]+)">(.*?)<'
    return [(*map(float, it[:4]), it[4]) for it in re.findall(box, found.decode())]


def test_a_paper_is_there_in_the_languages_that_have_all_its_words():
    offered = ("sv", "sv-easy", "en", "fi")
    for what in printables.FOR_EVERYBODY:
        there = printables.languages(what, session(), offered)
        assert there[:3] == ["sv", "sv-easy", "en"]
        assert printables.has_words("sv", what) and printables.has_words("en", what)
        assert ("fi" in there) == printables.has_words("fi", what)


def test_the_papers_of_a_class_are_in_easy_swedish_first():
    it = session()
    it.definition = replace(it.definition, type="class")
    assert printables.languages("poster", it, ("sv", "sv-easy", "en"))[0] == "sv-easy"


def test_the_form_is_there_in_easy_swedish_and_in_english():
    assert bare("Sätt ett kryss") in bare(text_of(made("form", "sv-easy")))
    english = made("form", "en")
    assert bare("Prefer not to say") in bare(text_of(english))
    with pikepdf.open(BytesIO(english)) as file:
        assert str(file.Root.Lang) == "en"


@pytest.mark.parametrize("what", PAPERS)
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


def described(data: bytes) -> list[str]:
    """What the file says of each of its pictures to those who do not see them."""
    with pikepdf.open(BytesIO(data)) as file:
        return [str(it.get("/Alt")) for it in find(file.Root.StructTreeRoot, "/Figure")]


def pages(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as file:
        return len(file.pages)
