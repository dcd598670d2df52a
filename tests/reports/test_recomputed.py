"""Every count of contributions in the internal edition, worked out anew from its appendix alone."""

import re
from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given, settings

from dialog.domain.findings import find
from dialog.domain.findings.model import Scope
from dialog.locales import own_words
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from dialog.protocol.work_commands import Disposition
from dialog.reports import documents
from dialog.reports.model import Document, Source, Table
from tests.domain.findings.matters import GROUPS, Matter
from tests.domain.findings.test_small_cells import matters
from tests.reports import reading

WHOLE = [kind for kind, its in documents.KINDS.items() if its.whole]
WORDS = own_words("sv", "documents")
DISPOSITIONS = {str(it) for key, it in WORDS.items() if key.startswith("doc.disposition.")}
ORDER = ("Område\N{NO-BREAK SPACE}1", "Område\N{NO-BREAK SPACE}2", str(WORDS["doc.across"]))
STANDINGS = {name: str(WORDS[f"doc.standing.{name}"]) for name in ("held", "hidden", "withdrawn")}


class Line(NamedTuple):
    """A line of the appendix, as a reader sees it."""

    number: int
    standing: str
    reason: str
    area: str
    kind: str
    parts: list[str]

    def after(self, label: str) -> str:
        return next((it.removeprefix(label) for it in self.parts if it.startswith(label)), "")

    @property
    def disposition(self) -> str:
        return next(it.split(":")[0] for it in self.parts if it.split(":")[0] in DISPOSITIONS)


def line(source: Source) -> Line:
    area, kind, *parts = source.about.split(" · ")
    its = (name for name, words in STANDINGS.items() if source.text.startswith(words))
    reason = source.text.partition("Skäl: ")[2].removesuffix(".")
    return Line(source.number, next(its, "visible"), reason, area, kind, parts)


def check(it: Document, names: list[str]) -> int:
    """Counts again whatever the document counts; how many numbers that was. `names`: of target
    groups."""
    lines = [line(source) for source in it.sources]
    seen = [one for one in lines if one.standing == "visible"]
    done = prose(it, lines)
    for table in reading.tables(it):
        done += cited_rows(table, seen)
        done += crossed(table, seen, names)
        done += one_number_a_row(table, lines, seen, names)
    return done


def prose(it: Document, lines: list[Line]) -> int:
    words = "\n".join(reading.words(it))
    standing = Counter(one.standing for one in lines)
    themes = sum(one.standing == "visible" and bool(one.after("Tema ")) for one in lines)
    wanted = {
        r"(\d+) bidrag har kommit in": len(lines),
        r"Antal bidrag: (\d+)": len(lines),
        r"Synliga: (\d+)": standing["visible"],
        r"Dolda: (\d+)": standing["hidden"],
        r"Dolda av den som skrev: (\d+)": standing["withdrawn"],
        r"Väntar på granskning: (\d+)": standing["held"],
        r"(\d+) bidrag har dolts": standing["hidden"],
        r"Nyckelord (\d+),": sum(one.kind == "Nyckelord" for one in lines),
        r"Frågeställning (\d+),": sum(one.kind == "Frågeställning" for one in lines),
        r"Innebörd (\d+)": sum(one.kind == "Innebörd" for one in lines),
        r"markerat (\d+) bidrag av": sum("Läst av en människa" in one.parts for one in lines),
        r"(\d+) bidrag ingår i teman": themes,
        r"Enstaka röster utanför teman: (\d+)": standing["visible"] - themes,
    }
    done = 0
    for pattern, n in wanted.items():
        for told in re.findall(pattern, words):
            assert int(told) == n, pattern
            done += 1
    told = re.findall(r"^Området har (\d+|ett) bidrag", words, re.MULTILINE)
    told = [1 if n == "ett" else int(n) for n in told]
    areas = Counter(one.area for one in lines if one.standing == "visible")
    assert told == [areas[name] for name in ORDER[: len(told)]]
    labels = (("Bidrag efter hur de kommit in", "Väg in: "), ("Bidrag efter språk", "Språk: "))
    for label, name in labels:
        for told in re.findall(rf"^{label}:? (.*\d)$", words, re.MULTILINE):
            counted = Counter(one.after(name) or "svenska" for one in lines)
            assert dict(re.findall(r"(\S.*?) (\d+)(?:, |$)", told)) == {
                name: str(n) for name, n in counted.items()
            }
            done += 1
    return done


def cited_rows(table: Table, seen: list[Line]) -> int:
    """Themes and topics: as many as they cite, and as many as stand there by the appendix."""
    if "Bygger på bidrag" not in table.columns:
        return 0
    at = table.columns.index("Bidrag")
    for row in table.rows:
        assert int(row[at].text) == len(row[-1].sources)
        theme = [one.number for one in seen if one.after("Tema ") == row[0].text]
        topic = [one.number for one in seen if one.after("Delområde: ") == row[0].text]
        assert sorted(row[-1].sources) == (theme or topic)
    return len(table.rows)


def crossed(table: Table, seen: list[Line], names: list[str]) -> int:
    """The matrix: `people (contributions)` in each cell."""
    groups = [name for name in names if name in table.columns]
    if not groups or "Invånare" not in " ".join(table.columns):
        return 0
    done = 0
    for row in table.rows:
        number = row[0].text.split(" ")[0]
        its = [one for one in seen if number and one.after("Tema ") == number]
        # Where all goal areas share a table, a topic has the number of its own before it.
        title = row[0].text.removeprefix(f"{number} ") if number.isdecimal() else row[0].text
        its = its or [one for one in seen if one.after("Delområde: ") in (title, row[0].text)]
        for name in groups:
            told = re.search(r"\((\d+)\)", row[table.columns.index(name)].text)
            assert int(told[1] if told else 0) == sum(name in one.parts for one in its), row[0].text
            done += 1
    return done


def one_number_a_row(table: Table, lines: list[Line], seen: list[Line], names: list[str]) -> int:
    told = {row[0].text: row[-1].text for row in table.rows}
    if table.caption.startswith("Vad som händer med alla inkomna bidrag"):
        counted = Counter(one.disposition for one in lines)
        wanted = {name: counted[name] for name in told} | {"Summa": len(lines)}
    elif table.columns[-1] == "Bidrag" and set(told) <= set(names):
        wanted = {name: sum(name in one.parts for one in seen) for name in told}
    elif table.caption.startswith("Dolda bidrag efter skäl"):
        counted = Counter(one.reason for one in lines if one.standing == "hidden")
        wanted = {name: counted[name] for name in told}
    elif table.columns[0] == "Tillfälle" and table.columns[-1] == "Bidrag":
        counted = Counter(one.after("Tillfälle: ") or next(iter(told)) for one in lines)
        wanted = {name: counted[name] for name in told}
    else:
        return 0
    assert told == {name: str(n) for name, n in wanted.items()}
    return len(told)


@pytest.fixture
def matter() -> Matter:
    """Two sessions, all kinds, ways in, languages and standings."""
    it = Matter().session().session("later", title="Later")
    for person in range(1, 7):
        it.post(person, f"Trygga vägar {person}", target_group="young", topic="safety")
    it.post(7, "Gatan är mörk", target_group="old", kind="question", held=True)
    it.post(8, "Hot", target_group="firms")
    it.add(e.ContributionHidden(8, "threat"), session="evening")
    it.post(None, "Fler lampor", target_group="old", kind="meaning", people=6)
    it.post(1, "Lek", session="later", target_group="elected", kind="meaning", topic="leisure")
    it.post(2, "Bad", session="later", target_group="young", area=None)
    it.theme("Trygga vägar", [1, 2, 3, 7, 8, 9])
    it.theme("Lampor", [4, 10], area="centre")
    it.add(we.DispositionSet([1], [], Disposition("programme")), "Till programmet")
    it.add(we.DispositionSet([], [2], Disposition("handover", recipient="roads")), "Hål i gatan")
    it.add(we.ContributionRead(3, 1, "fits"))
    return it


@pytest.mark.parametrize("kind", WHOLE)
def test_every_count_is_that_of_the_appendix(matter, kind):
    it = documents.build(kind, find(matter.dialogue, Scope()), matter.dialogue.definition)
    assert check(it, [str(group.name) for group in GROUPS]) > 12


@given(matters(changing=True))
@settings(max_examples=15, deadline=None)
def test_every_count_is_that_of_the_appendix_whatever_has_happened(matter: Matter):
    found = find(matter.dialogue, Scope())
    for kind in WHOLE:
        it = documents.build(kind, found, matter.dialogue.definition)
        assert check(it, [str(group.name) for group in GROUPS]) > 8
