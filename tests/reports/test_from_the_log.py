"""Documents of a dialogue as the log tells it: the same numbers, whatever has happened."""

from collections import Counter

import pytest
from hypothesis import given, settings

from dialog.domain.findings import find
from dialog.domain.findings.model import Findings, Scope
from dialog.locales import own_words
from dialog.protocol import work_events as we
from dialog.protocol.work_commands import Disposition
from dialog.reports import documents, docx, html
from dialog.reports.model import Document
from dialog.reports.wording import Wording
from tests.domain.findings.matters import Matter
from tests.domain.findings.test_dots import Evening
from tests.domain.findings.test_small_cells import matters
from tests.reports import reading


@pytest.fixture
def matter() -> Matter:
    it = Matter().session()
    it.post(1, "Trygga skolvägar", target_group="young")
    it.post(2, "Trygga vägar hem", target_group="old", kind="question")
    it.post(None, "Trygga vägar", target_group="old", people=6)
    it.post(3, "Lek", target_group="young", topic="leisure", kind="meaning", area=None)
    safe = it.theme("Trygga vägar", [1, 2, 3])
    it.add(we.ThemeMoved(safe, "centre"))
    it.add(we.DispositionSet([safe], [], Disposition("programme")), "Till programmet")
    it.add(we.DispositionSet([], [2], Disposition("handover", recipient="roads")), "Hål i gatan")
    return it


def built(kind: str, matter: Matter) -> tuple[Document, Findings]:
    found = find(matter.dialogue, Scope((), documents.edition(kind)))
    return documents.build(kind, found, matter.dialogue.definition), found


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_kind_comes_out_and_its_citations_lead_somewhere(matter, kind):
    it, _ = built(kind, matter)
    assert reading.cited(it) <= {source.number for source in it.sources}
    assert not [text for text in reading.words(it) if "doc." in text or "{" in text]
    assert docx.write(it) and html.page(it)


def test_the_change_log_names_areas_and_recipients(matter):
    it, _ = built("summary", matter)
    log = reading.tables(it, "Ändringar")[0]
    said = [row[2].text for row in log.rows]
    assert "Gjorde temat ”Trygga vägar”" in said
    assert "Flyttade temat ”Trygga vägar” till The centre" in said
    assert any("Tekniska kontoret" in text for text in said)
    assert [row[3].text for row in log.rows][-1] == "Hål i gatan"


@given(matters())
@settings(max_examples=15, deadline=None)
def test_the_sums_are_those_of_the_appendix_whatever_has_happened(matter):
    it, found = built("ksau", matter)
    assert len(it.sources) == found.numbers.received
    shown = {row[0].text: int(row[1].text) for row in reading.tables(it, "Vad som händer")[0].rows}
    total = shown.pop("Summa")
    assert total == sum(shown.values()) == len(it.sources)
    assert {name: n for name, n in shown.items() if n} == dict(Counter(map(fate, it.sources)))
    for table in reading.tables(it):
        if "Bygger på bidrag" in table.columns:
            count = table.columns.index("Bidrag")
            assert all(row[count].text == str(len(row[-1].sources)) for row in table.rows)


def fate(source) -> str:
    words = {
        str(it) for key, it in own_words("sv", "documents").items() if "doc.disposition." in key
    }
    parts = (part.split(":")[0] for part in source.about.split(" · "))
    return next(part for part in parts if part in words)


def test_a_political_keyword_says_who_pointed_it_out_and_when(matter):
    matter.add(we.ThemeCarried(1, "keyword", "keyword"))
    it, found = built("board", matter)
    [said] = [text for text in reading.words(it) if "lyftes fram" in text]
    when = Wording(found, matter.dialogue.definition).minute(found.at)
    assert said == f"”Trygga vägar” lyftes fram {when} (Presidiet)."
    public = find(matter.dialogue, Scope(edition="public"))
    assert not [t.carried_by for area in public.areas for t in area.themes if t.carried_by]


def test_first_stands_what_most_target_groups_speak_of(matter):
    """A large group does not drown the others; in public the order tells nothing of groups."""
    many = [matter.post(n, "Lek i parken", target_group="old") for n in range(10, 19)]
    matter.theme("Lek", many, area="centre")
    its = {edition: matter.find(edition).areas[1].themes for edition in ("internal", "public")}
    assert [(it.title, it.spread) for it in its["internal"]] == [("Trygga vägar", 2), ("Lek", 1)]
    assert [(it.title, it.spread) for it in its["public"]] == [
        ("Lek", None),
        ("Trygga vägar", None),
    ]
    numbers = {edition: {it.title: it.number for it in of} for edition, of in its.items()}
    assert numbers["internal"] == numbers["public"], "one number, wherever it is read"
    it, _ = built("ksau", matter)
    table = reading.tables(it, "Teman")[0]
    assert "Målgrupper" in table.columns
    assert [row[1].text for row in table.rows] == ["Trygga vägar", "Lek"]


def test_committees_and_companies_are_named_as_a_channel_and_counted_apart(matter):
    matter.add(we.ContributionsThemed([matter.committee("Trygga vägar till badet")], 1))
    it, _ = built("summary", matter)
    assert any("Nämnder och bolag 1" in text for text in reading.words(it))
    [others] = reading.tables(it, "nämnder och bolag, som redovisas för sig")
    assert "Nämnder och bolag" in [row[0].text for row in others.rows]
    table = reading.tables(it, "Teman och målgrupper")[0]
    cells = dict(zip(table.columns, (cell.text for cell in table.rows[0]), strict=True))
    assert cells["Nämnder och bolag"] == "0 (1)"


# ── dots ──


@pytest.fixture
def dotted() -> Evening:
    it = Evening().session()
    it.theme("Trygga vägar", [it.post(90, "Vägar", target_group="firms")])
    it.theme("Parken", [it.post(91, "Park", target_group="firms")])
    for person in range(1, 13):
        it.person(person, "young" if person < 7 else "old")
    it.open()
    for person in range(1, 13):
        it.dot(person, 1)
    for person in (1, 7, 8, 9, 10, 11):
        it.dot(person, 2)
    return it


def test_the_summary_says_how_revealed_dots_lie_as_a_temperature_check_and_no_vote(dotted):
    def table(kind: str = "summary") -> list[list[str]]:
        it, _ = built(kind, dotted)
        return [
            [cell.text for cell in row]
            for table in reading.tables(it, "Prickar efter målgrupp")
            for row in table.rows
        ]

    assert table() == [], "nobody has revealed them"
    dotted.reveal()
    assert table() == [
        ["Alla prickar", "18", "7", "11", "0", "0"],
        ["1 School and work", "18", "7", "11", "0", "0"],
        ["N1.1 Trygga vägar", "12", *["visas inte"] * 4],
        ["N1.2 Parken", "6", *["visas inte"] * 4],
    ]
    it, _ = built("summary", dotted)
    assert any("temperaturmätare, inte en omröstning" in text for text in reading.words(it))
    public = [kind for kind in documents.KINDS if documents.edition(kind) == "public"]
    assert public and not any(table(kind) for kind in public)
