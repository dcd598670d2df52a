"""Earlier material from a spreadsheet: looked through row by row, and brought in whole or not at
all. Nothing is written here; the rows that come out are what `ImportContributions` takes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from dialog import locales
from dialog.domain.contributions import fit_words
from dialog.domain.personal_data import flags
from dialog.protocol.agenda import COMMITTEES, UNDISCLOSED, DialogueDefinition, Text, free, slug
from dialog.protocol.refusals import AnyRefusal, Refused
from dialog.protocol.work_commands import ImportContributions, ImportedContribution
from dialog.spreadsheets import BadSpreadsheet, Table, read
from dialog.text.names import plain

Kind = Literal["keyword", "question", "meaning"]
Way = Literal["import", "committee"]
KINDS: tuple[Kind, ...] = ("keyword", "question", "meaning")
WAYS: tuple[Way, ...] = ("import", "committee")
MOST_ROWS = 5000


class CannotImport(Exception):
    """Why not, in a sentence."""


@dataclass(slots=True)
class Options:
    """Which column says what, by name or number; where there is none, what holds for all rows."""

    text: str
    area: str | None = None
    kind: str | None = None
    target_group: str | None = None
    language: str | None = None
    all_area: str = ""
    all_kind: Kind = "keyword"
    all_language: str = "sv"
    sheet: str | None = None
    title: str = ""
    public: bool = False
    channel: Way = "import"


class Mistake(Struct):
    """`line`: of the file, as its program counts. `why`: a key of the catalogue, with `params`."""

    line: int
    column: str
    why: str
    params: dict[str, str | int] = {}

    def said(self, lang: str) -> str:
        return locales.translate(lang, self.why, **self.params)


class Preview(Struct):
    """`lines`: for each row, where it stands in the file. `columns`: of the file. `flagged`: how
    many of the rows will wait for a moderator."""

    file: str
    columns: list[str]
    rows: list[ImportedContribution]
    lines: list[int]
    mistakes: list[Mistake]
    notes: list[str] = []
    flagged: int = 0


def preview(file: Path, definition: DialogueDefinition, options: Options) -> Preview:
    """What would come of each row, and what is wrong with which. `CannotImport` if the file or a
    column cannot be found at all."""
    try:
        table = read(file, options.sheet)
        look = Look(table, definition, options)
    except BadSpreadsheet as error:
        raise CannotImport(str(error)) from None
    made = Preview(str(file), table.columns, [], [], [], list(table.notes))
    for number, cells in enumerate(table.rows):
        if any(cell.strip() for cell in cells):
            line = table.line_of(number)
            row, mistakes = look.at(cells, line)
            made.mistakes += mistakes
            if row is not None:
                made.rows.append(row)
                made.lines.append(line)
                made.flagged += bool(flags(row.text))
    if not made.rows and not made.mistakes:
        raise CannotImport(f"{file} has no rows with anything in them")
    if len(made.rows) > MOST_ROWS:
        raise CannotImport(f"{file} has {len(made.rows)} rows; at most {MOST_ROWS} go in at once")
    return made


def command(
    made: Preview, options: Options, today: date, taken: Sequence[str]
) -> ImportContributions:
    """The wish that brings it in, into a session of its own. `taken`: the sessions of all
    dialogues, for an id is of one session only."""
    title = options.title or Path(made.file).stem
    return ImportContributions(
        session=free(f"import-{slug(title) or 'material'}", taken),
        rows=made.rows,
        title=title,
        date=today.isoformat(),
        access="public" if options.public else "closed",
        channel=options.channel,
    )


# ── one row ───────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Look:
    """How rows are looked at: names as people write them -> ids, and where each column is."""

    table: Table
    definition: DialogueDefinition
    options: Options
    text: int = field(init=False)
    places: dict[str, int | None] = field(init=False)
    areas: dict[str, str] = field(init=False)
    groups: dict[str, str] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        asked = self.options
        self.text = self.table.column(asked.text)
        names = {
            "area": asked.area,
            "kind": asked.kind,
            "target_group": asked.target_group,
            "language": asked.language,
        }
        self.places = {
            key: None if name is None else self.table.column(name) for key, name in names.items()
        }
        it = self.definition
        self.areas = {
            plain(word): area.id
            for number, area in enumerate(it.areas, start=1)
            for word in (area.id, str(number), *words(area.name), *words(area.short))
        }
        if asked.all_area and plain(asked.all_area) not in self.areas:
            raise CannotImport(f"there is no goal area {asked.all_area!r}: {there(self.areas)}")
        self.groups = {
            plain(word): group.id
            for group in it.target_groups
            for word in (group.id, *words(group.name))
        }
        self.kinds = {plain(word): kind for kind in KINDS for word in (kind, *kind_words(kind))}

    def at(self, cells: list[str], line: int) -> tuple[ImportedContribution | None, list[Mistake]]:
        """The row, or what is wrong with it."""
        mistakes: list[Mistake] = []

        def known(key: str, names: dict[str, str], otherwise: str) -> str:
            value = self.cell(cells, key)
            if not value:
                return otherwise
            if plain(value) not in names:
                params: dict[str, str | int] = {"value": value[:60], "there": there(names)}
                mistakes.append(Mistake(line, self.name(key), f"import.unknown_{key}", params))
            return names.get(plain(value), otherwise)

        area = known("area", self.areas, self.areas.get(plain(self.options.all_area), ""))
        kind = known("kind", self.kinds, self.options.all_kind)
        group = COMMITTEES
        if self.options.channel != "committee":
            group = known("target_group", self.groups, UNDISCLOSED)
        language = self.language(cells, line, mistakes)
        text = self.words(cells, line, mistakes)
        if mistakes:
            return None, mistakes
        return ImportedContribution(text, area or None, kind, group, language), []  # type: ignore[arg-type]

    def words(self, cells: list[str], line: int, mistakes: list[Mistake]) -> str:
        try:
            return fit_words(cells[self.text])
        except Refused as refused:
            why, params = in_words(refused.refusal)
            mistakes.append(Mistake(line, self.table.columns[self.text], why, params))
            return ""

    def language(self, cells: list[str], line: int, mistakes: list[Mistake]) -> str:
        value = self.cell(cells, "language").lower() or self.options.all_language
        if not (value.isascii() and value.isalpha() and len(value) in (2, 3)):
            params: dict[str, str | int] = {"value": value[:60]}
            mistakes.append(Mistake(line, self.name("language"), "import.no_language", params))
        return value

    def cell(self, cells: list[str], key: str) -> str:
        place = self.places[key]
        return "" if place is None else cells[place].strip()

    def name(self, key: str) -> str:
        place = self.places[key]
        return key if place is None else self.table.columns[place]


def in_words(refusal: AnyRefusal) -> tuple[str, dict[str, str | int]]:
    """The refusal as a key of the catalogue and what fills it in."""
    its = {name: getattr(refusal, name) for name in refusal.__struct_fields__}
    return f"refusal.{refusal.__struct_config__.tag}", its


def words(text: Text) -> Iterator[str]:
    yield from [text] if isinstance(text, str) else text.values()


def kind_words(kind: str) -> Iterator[str]:
    yield from (str(locales.translate(lang, f"kind.{kind}")) for lang in ("sv", "en"))


def there(names: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(names.values()))


# ── for the one who looks ─────────────────────────────────────────────────────────────────────

Say = Callable[[str], None]
SHOWN = 10


def show(made: Preview, say: Say) -> None:
    """The first rows as a table, and every mistake."""
    for note in made.notes:
        say(note)
    say(f"{'line':>5}  {'kind':8}  {'area':22}  {'target group':16}  text")
    for line, row in list(zip(made.lines, made.rows, strict=True))[:SHOWN]:
        text = " ".join(row.text.split())
        shortened = text if len(text) <= 60 else f"{text[:59]}…"
        area, group = row.area or "–", row.target_group
        say(f"{line:5}  {row.kind:8}  {area[:22]:22}  {group[:16]:16}  {shortened}")
    if len(made.rows) > SHOWN:
        say(f"       … and {len(made.rows) - SHOWN} more")
    if made.flagged:
        say(f"{made.flagged} of them may hold personal data and will wait for a moderator")
    for mistake in made.mistakes:
        say(f'{made.file}, line {mistake.line}, "{mistake.column}": {mistake.said("en")}')
