"""What is shown and what is not, what is a record and what is work: in archives and copies."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
from msgspec.structs import replace

from dialog import locales
from dialog.domain.findings.moderated import ACTS
from dialog.exporting import content_of, copied, material, shown_words, words_apart
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.reports.archive import RESTRICTED_WORDS, verify
from dialog.reports.disclosure import Asked, is_about
from dialog.settings import Settings
from dialog.store import log as store
from tests.domain.matter import Matter
from tests.domain.meeting import ID, ada, bo, fay, pia, session_definition

pytest_plugins = ["tests.store.databases"]
HIDDEN, WITHDRAWN, HELD = "Names a neighbour", "Not what I meant", "Ring 070-174 06 05 om bussen"
MASKED, SHOWN = "Bo på Storgatan vill ha fler bänkar", "[maskerat] vill ha fler bänkar"
TOLD = "Bo of Storgatan wants benches"
SECRETS = (TOLD, HIDDEN, WITHDRAWN, HELD, "Bo på Storgatan")


@pytest.fixture
def it(sqlite):
    """A dialogue in which something is hidden, withdrawn, held and masked; its engine beside it."""
    it = Matter(session_definition(moderation="hold-flagged")).go("write")
    for person, text in ((ada, HIDDEN), (bo, WITHDRAWN), (ada, HELD), (bo, MASKED)):
        it.post(person, text)
    it.do(pia, c.PostOnBehalf("write", "question", "Fler bussar?", "paper", "old", people=3))
    it.do(fay, c.HideContribution(1, "personal-data"))
    it.do(bo, c.WithdrawContribution(2))
    it.do(fay, c.TranslateContribution(4, "en", TOLD))
    it.do(fay, c.MaskContribution(4, [(0, 15)]))
    it.do(fay, c.TranslateContribution(4, "en", "more benches"))
    it.work(wc.MarkRead(contribution=4, verdict="note", note="A private note"))
    it.work(wc.DraftGoal(area="school", text="First words"))
    it.work(wc.WriteGoal(goal=1, field="text", text="Last words"))
    with sqlite.begin() as db:
        store.create_dialogue(db, "matter")
        store.append(db, "matter", it.log)
        made = material(db, "matter", Settings())
    return made


def test_what_may_be_read_and_what_may_not_part(it):
    shown, apart = shown_words(it), words_apart(it)
    assert not [text for text in shown.values() for secret in SECRETS if secret in text]
    assert {SHOWN, "Fler bussar?", "Last words"} <= set(shown.values())
    assert [(one.text, one.standing, one.reason) for one in apart] == [
        (HIDDEN, "hidden", "personal-data"),
        (WITHDRAWN, "withdrawn", ""),
        (HELD, "held", ""),
        (MASKED, "visible", ""),
        (TOLD, "visible", ""),
    ]


def test_notes_and_replaced_drafts_are_in_neither(it):
    everything = [*shown_words(it).values(), *(one.text for one in words_apart(it))]
    assert not {"A private note", "First words"} & set(everything)


def test_the_archive_has_the_moderation_log_and_names_the_restricted_package(it, tmp_path):
    restricted = content_of(it, "archive", "restricted", [])
    whole = content_of(it, "archive", "zip", [])
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        everything = b"".join(file.read(name) for name in file.namelist() if "pdf" not in name)
        manifest = json.loads(file.read("manifest.json"))
        log = list(csv.DictReader(io.StringIO(file.read("tables/moderation.csv").decode())))
    assert not [secret for secret in SECRETS if secret.encode() in everything]
    assert manifest["status"] == "working-material" and b"Arbetsmaterial" in everything
    assert ("hidden", "personal-data", "1") in [
        (row["act"], row["reason"], row["contribution"]) for row in log
    ]
    with zipfile.ZipFile(io.BytesIO(restricted)) as file:
        assert all(secret.encode() in file.read(RESTRICTED_WORDS) for secret in SECRETS)
        rows = list(csv.DictReader(io.StringIO(file.read("tables/review.csv").decode())))
    assert [row["contribution"] for row in rows] == ["1", "2", "3", "4"]
    assert manifest["restricted"]["sha256"] == hashlib.sha256(restricted).hexdigest()
    for content in (whole, restricted):
        (tmp_path / "it.zip").write_bytes(content)
        assert verify(tmp_path / "it.zip").mistakes == []


# ── a request for records ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "asked, text, fits",
    [
        ("", "anything", True),
        ("buss", "Fler BUSSAR i byn", True),
        ("bussar", "En buss räcker", True),
        ("cykel, bänk", "Bänkarna vid ån", True),
        ("säker väg", "En väg som är säker", True),
        ("säker väg", "En säker bro", False),
        ("bad", "Fler bänkar", False),
        ("(", "Fler bänkar", False),
        (" , ,", "Fler bänkar", True),
    ],
)
def test_a_request_is_found_by_words_as_they_stand_or_inflected(asked, text, fits):
    assert is_about(asked, [text]) is fits


def rows(it, asked):
    content = copied(it, asked, "csv").content.decode()
    return list(csv.DictReader(io.StringIO(content)))


def numbers(it, **asked):
    return [int(row["contribution"]) for row in rows(it, Asked(**asked))]


def test_a_request_is_narrowed_by_words_session_and_period(it):
    assert numbers(it) == [1, 2, 3, 4, 5]
    assert numbers(it, words="bänk") == [4]
    assert numbers(it, words="benches") == [4]  # in a translation
    assert numbers(it, words="storgatan", review=True) == [4]  # under a mask: it is about it
    assert numbers(it, session=ID) == [1, 2, 3, 4, 5]
    assert numbers(it, session="another") == []
    assert numbers(it, since="2023-11-14", until="2023-11-14") == [1, 2, 3, 4, 5]
    assert numbers(it, until="2023-11-13") == numbers(it, since="2023-11-15") == []
    assert numbers(it, target_group="old") == [5]


def test_the_copy_does_not_tell_what_is_masked_by_what_it_was_asked_for(it):
    assert numbers(it, words="storgatan") == numbers(it, words="bo på storgatan, bad") == []
    assert numbers(it, words="storgatan, bänk") == numbers(it, words="maskerat, benches") == [4]
    for format in ("csv", "json", "xlsx", "docx", "html"):
        content = opened(copied(it, Asked(words="storgatan"), format).content)
        assert b"[maskerat]" not in content
    [row] = rows(it, Asked(words="storgatan", review=True))
    marks = "En del är maskerad: pröva; Det som söktes är maskerat: står inte i kopian"
    assert (row["marks"], row["text"]) == (marks, MASKED)
    [row] = rows(it, Asked(words="bänk", review=True))
    assert row["marks"] == "En del är maskerad: pröva"


def test_the_copy_has_running_number_minute_channel_and_translation_and_nothing_hidden(it):
    asked = Asked(reference="Dnr 7/2027")
    [one, two, three, four, five] = rows(it, asked)
    assert [row["text"] for row in (one, two, three)] == ["", "", ""]
    assert (four["text"], four["received"]) == (
        SHOWN,
        "2023-11-14T22:13Z",
    )
    assert "more benches" in four["translations"]
    assert (five["channel"], five["standing"]) == ("paper", "visible")
    for format in ("csv", "json", "xlsx", "docx", "html"):
        file = copied(it, asked, format)
        assert file.name == f"ks-2019-017-utlamnande-dnr-7-2027.{format}"
        assert not [secret for secret in SECRETS if secret.encode() in opened(file.content)]
        assert format in ("csv", "json", "xlsx") or b"Dnr 7/2027" in opened(file.content)


def test_the_paper_for_the_review_says_where_swedish_words_were_not_looked_for(sqlite):
    it = Matter(session_definition()).go("write")
    for text, language in (
        ("المزيد من الحافلات", "ar"),
        ("Lisää busseja", "fi"),
        ("Fler bussar", "sv"),
        ("Fler bänkar", "sv"),
        ("Fewer busses", "en"),
    ):
        it.do(pia, c.PostOnBehalf("write", "question", text, "paper", language=language))
    it.do(fay, c.TranslateContribution(2, "sv", "Fler bussar"))
    with sqlite.begin() as db:
        store.create_dialogue(db, "matter")
        store.append(db, "matter", it.log)
        made = material(db, "matter", Settings())
    review = Asked(words="buss", review=True)
    page = copied(made, review, "html").content.decode()
    assert "saknar svensk översättning" in page and "nummer 1." in page
    sheets = json.loads(copied(made, review, "json").content)["tables"]
    assert [row["contribution"] for row in sheets["review"]] == [2, 3, 5]
    assert [row["contribution"] for row in sheets["not-searched"]] == [1]
    assert b"Inte genoms" in opened(copied(made, review, "xlsx").content)
    for asked in (Asked(words="buss"), Asked(review=True), replace(review, until="2023-11-13")):
        assert "saknar svensk" not in copied(made, asked, "html").content.decode()
        assert "not-searched" not in json.loads(copied(made, asked, "json").content)["tables"]


def test_people_read_swedish_time_that_says_so_and_programs_iso_with_the_zone(it):
    asked = Asked()
    assert rows(it, asked)[0]["received"] == "2023-11-14T22:13Z"
    page = copied(it, asked, "html").content.decode()
    assert "2023-11-14 23.13" in page and "22:13" not in page
    assert "Mottaget (svensk tid)" in page and " svensk tid</" in page
    assert b"Mottaget (svensk tid)" in opened(copied(it, asked, "xlsx").content)


def test_the_paper_for_the_review_has_everything_and_says_what_must_be_judged(it):
    [one, two, three, four, five] = rows(it, Asked(review=True))
    assert [row["text"] for row in (one, two, three, four)] == [HIDDEN, WITHDRAWN, HELD, MASKED]
    assert (one["marks"], one["reason"]) == ("Dolt: pröva", "personal-data")
    assert three[
        "marks"
    ] == "Väntar på granskning: pröva; Kan innehålla personuppgifter: Telefon?" or (
        three["marks"].startswith("Väntar på granskning: pröva; Kan innehålla personuppgifter: ")
    )
    assert (four["marks"], four["shown"]) == (
        "En del är maskerad: pröva",
        SHOWN,
    )
    assert (five["marks"], five["people"], five["assessment"]) == ("", "3", "")
    for format in ("xlsx", "docx", "html"):
        content = opened(copied(it, Asked(review=True), format).content).decode(errors="replace")
        assert HIDDEN in content and "ekretesspröv" in content


def opened(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return b"".join(file.read(name) for name in file.namelist())


def test_every_act_of_moderation_has_words():
    said = {act for tell in ACTS.values() for on in (True, False) for act, _, _ in tell(filled(on))}
    missing = [act for act in said if locales.translate("sv", f"act.{act}") == f"act.{act}"]
    assert len(said) > 15 and not missing


def filled(on):
    """An event of that kind, with something in every field."""

    class Anything:
        contributions, contribution, reason, flags, spans = (
            [1],
            1,
            "spam",
            [],
            [(0, 1)] if on else [],
        )
        held, held_back, open, blank = True, on, on, on
        moderation, seconds, undone, seat = "show-all", 1, 1, "a"

    Anything.on = on
    return Anything
