"""`dialog group`: group the texts of a spreadsheet, without a server.

The same analysis as in the hall, so it is also how the grouping is measured.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from dialog.analysis import groups as analysis
from dialog.analysis import labels, space
from dialog.analysis.embedding import LEXICAL
from dialog.domain.titles import TITLE_TERMS, TITLE_WORDS, joined
from dialog.embedders import Embedded, Embedders, Fallback, label
from dialog.protocol.codec import encode
from dialog.spreadsheets import Added, Table, check_goal, read, write_whole
from dialog.text.names import plain

TYPICAL = 3
TEXT_NAMES = {"text", "svar", "bidrag", "kommentar", "fritext", "comment", "answer"}
WORDS_OF_PROSE = 3
MOST_TEXTS = 50_000
"""Every two are compared: more at once would take a laptop too long."""
A_STRETCH = 500
"""Texts between two lines about how far it has come."""


class Given(NamedTuple):
    """What a row gets. The fields name the new columns."""

    group: int | None
    title: str | None
    sure: float | None


COLUMNS: tuple[str, ...] = Given._fields
NOTHING = Given(None, None, None)

Say = Callable[[str], None]


class CannotGroup(Exception):
    """Why not, in a sentence."""


@dataclass(slots=True)
class Options:
    """What was asked for on the command line."""

    file: Path
    text: str | None = None
    area: str | None = None
    groups: int | None = None
    out: Path | None = None
    sheet: str | None = None
    models: Embedders | None = None
    """None: compare texts by their letters."""
    say: Say = lambda line: None
    """Where a line about how it goes is put."""


class FoundGroup(Struct):
    """One group of an area, numbered from 1, with the words of its most typical texts."""

    group: int
    title: str
    terms: list[str]
    size: int
    sure: float
    typical: list[str]


class AreaSummary(Struct):
    """What was found among the texts of one area."""

    area: str
    rows: int
    texts: int
    groups: list[FoundGroup]
    singles: int
    model: str
    fallback: Fallback
    seconds: float


class Summary(Struct):
    file: str
    text: str
    area: str | None
    out: str | None
    areas: list[AreaSummary]


@dataclass(slots=True)
class Found:
    """The groups of some texts, largest first, each with the places of its members."""

    groups: list[FoundGroup]
    members: list[list[int]]
    model: str
    fallback: Fallback


def group_file(options: Options) -> Summary:
    """Read, group area by area, and write; `CannotGroup` or `BadSpreadsheet` if it cannot."""
    table = read(options.file, options.sheet)
    for note in table.notes:
        options.say(note)
    if options.out is not None:
        check_goal(table, options.out)
    text = text_column(table, options)
    area = None if options.area is None else table.column(options.area)
    found: list[AreaSummary] = []
    given: dict[int, Given] = {}
    for name, rows in in_turn(rows_by_area(table, area), options):
        summary, given_here = group_area(table, text, name, rows, options)
        found.append(summary)
        given |= given_here
    if options.out is not None:
        write_whole(table, options.out, added_columns(table, given, options.say))
        options.say(f"{options.out} is written")
    return Summary(
        file=str(options.file),
        text=table.columns[text],
        area=None if area is None else table.columns[area],
        out=None if options.out is None else str(options.out),
        areas=found,
    )


# ── which columns ─────────────────────────────────────────────────────────────────────────────


def text_column(table: Table, options: Options) -> int:
    """The column that was named; else the only one that can be meant."""
    if options.text is not None:
        column = table.column(options.text)
        if not any(row[column].strip() for row in table.rows):
            raise CannotGroup(f'{table.file}: the column "{table.columns[column]}" has no text')
        return column
    plausible = plausible_columns(table)
    if not plausible:
        raise CannotGroup(f"{table.file} has no texts to group; it has {table.listed()}")
    if len(plausible) > 1:
        raise CannotGroup(f"say with --text which column to group: {table.listed(plausible)}")
    options.say(f'the texts are read from the column "{table.columns[plausible[0]]}"')
    return plausible[0]


def plausible_columns(table: Table) -> list[int]:
    """The columns named as texts are; failing those, the ones in which people have written."""
    written = {
        place: [row[place].strip() for row in table.rows if row[place].strip()]
        for place in range(len(table.columns))
    }
    filled = [place for place, cells in written.items() if has_words(cells)]
    named = [place for place in filled if TEXT_NAMES & set(plain(table.columns[place]).split())]
    return named or [place for place in filled if is_prose(written[place])] or filled


def has_words(cells: Sequence[str]) -> bool:
    worded = sum(any(letter.isalpha() for letter in cell) for cell in cells)
    return worded * 2 > len(cells)


def is_prose(cells: Sequence[str]) -> bool:
    """Several words each, and seldom the same: a choice from a list is no text."""
    words = sum(len(cell.split()) for cell in cells)
    return words >= WORDS_OF_PROSE * len(cells) and len(set(cells)) * 2 > len(cells)


# ── area by area ──────────────────────────────────────────────────────────────────────────────


def rows_by_area(table: Table, area: int | None) -> dict[str, list[int]]:
    """The rows that have anything in them, by the value of the column `area`."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(table.rows):
        if any(cell.strip() for cell in row):
            found["" if area is None else " ".join(row[area].split())].append(number)
    return found


def in_turn(areas: dict[str, list[int]], options: Options) -> Iterator[tuple[str, list[int]]]:
    for number, (name, rows) in enumerate(areas.items(), start=1):
        named = "" if options.area is None else f' of "{name}" (area {number} of {len(areas)})'
        options.say(f"grouping {len(rows)} rows{named} …")
        yield name, rows


def group_area(
    table: Table, text: int, name: str, rows: Sequence[int], options: Options
) -> tuple[AreaSummary, dict[int, Given]]:
    """Group the texts on `rows`: what was found, and what each grouped row is given."""
    began = time.monotonic()
    worded = [row for row in rows if table.rows[row][text].strip()]
    if len(worded) > MOST_TEXTS:
        raise CannotGroup(
            f"{len(worded)} texts are too many to compare at once (at most {MOST_TEXTS});"
            " divide them with --area"
        )
    texts = [table.rows[row][text] for row in worded]
    found = analyse(texts, options.groups, options.models, options.say)
    given = {
        worded[place]: Given(group.group, group.title, group.sure)
        for group, members in zip(found.groups, found.members, strict=True)
        for place in members
    }
    summary = AreaSummary(
        area=name,
        rows=len(rows),
        texts=len(worded),
        groups=found.groups,
        singles=len(worded) - sum(group.size for group in found.groups),
        model=found.model,
        fallback=found.fallback,
        seconds=round(time.monotonic() - began, 3),
    )
    return summary, given


def analyse(texts: list[str], most: int | None, models: Embedders | None, say: Say) -> Found:
    """The one place where the analysis is asked."""
    embedded = embed(texts, models, say)
    vectors = space.prepared(embedded.vectors, embedded.model)
    found = analysis.group(vectors, most=most)
    say(f"  groups: {len(found.groups)}, single voices: {len(found.singles)}; finding words …")
    locate = None if models is None else partial(models.beside, embedded)
    area = labels.written(texts, vectors, locate)
    groups = []
    for number, (members, sure) in enumerate(zip(found.groups, found.sure, strict=True), start=1):
        said = labels.describe(area, members)
        terms = [
            " ".join(texts[where.text_index][where.start : where.end].split())
            for where in (term.occurrences[0] for term in said.terms)
        ]
        first_words = " ".join(texts[said.typical[0]].split()[:TITLE_WORDS])
        title = joined(terms[:TITLE_TERMS] or [first_words])
        typical = [texts[post] for post in said.typical[:TYPICAL]]
        groups.append(FoundGroup(number, title, terms, len(members), sure, typical))
    return Found(groups, found.groups, embedded.model, embedded.fallback)


def embed(texts: list[str], models: Embedders | None, say: Say) -> Embedded:
    """Vectors of the texts, all by one model; by common letters if there are no `models`."""
    if models is None:
        return Embedded(LEXICAL.embed(texts), label(LEXICAL), "")
    for start in range(0, len(texts), A_STRETCH):
        models.vectors(texts[start : start + A_STRETCH])  # kept, and asked for together below
        say(f"  {min(start + A_STRETCH, len(texts))} of {len(texts)} texts read")
    return models.vectors(texts)


# ── what comes out ────────────────────────────────────────────────────────────────────────────


def added_columns(table: Table, given: dict[int, Given], say: Say) -> list[Added]:
    """A group, its title and sureness for each row; nothing for single voices and empty rows."""
    names = free_names(table.columns)
    if names != COLUMNS:
        say(f"the file has such columns already; the new ones are called {', '.join(names)}")
    values = [given.get(row, NOTHING) for row in range(len(table.rows))]
    return [Added(name, [value[n] for value in values]) for n, name in enumerate(names)]


def free_names(taken: Sequence[str]) -> tuple[str, ...]:
    """`group`, `title`, `sure`; with _2, _3 … if any of them is there already."""
    there, number, names = {plain(name) for name in taken}, 1, COLUMNS
    while there & set(names):
        number += 1
        names = tuple(f"{name}_{number}" for name in COLUMNS)
    return names


def as_json(summary: Summary) -> str:
    return encode(summary).decode()


def readable(summary: Summary) -> str:
    """For the one who sits at the terminal."""
    return "\n\n".join("\n".join(lines_of(area, summary)) for area in summary.areas)


def lines_of(area: AreaSummary, summary: Summary) -> Iterator[str]:
    if summary.area is not None:
        yield f"{summary.area}: {area.area or '(empty)'}"
    for group in area.groups:
        yield f"{group.group:3}  {group.title}  ({group.size} texts, sure {group.sure:.2f})"
        yield from (f"       {shortened(text)}" for text in group.typical)
    yield f"     Single voices: {area.singles}"
    if area.rows > area.texts:
        yield f"     Rows without text: {area.rows - area.texts}"


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"
