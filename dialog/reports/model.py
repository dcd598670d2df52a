"""A document as blocks: what every writer (DOCX, PDF, HTML) turns into its own format.

Text is plain, in lines; a writer escapes it and replaces what its fonts cannot show. `sources`
are numbers in the document's list of sources, shown as [3, 17].
"""

from typing import Literal

from msgspec import Struct

Lang = str
"""BCP 47, such as `sv`, `ar`."""


class Run(Struct):
    """A stretch of text. `lang` "" where it is the document's."""

    text: str
    bold: bool = False
    italic: bool = False
    lang: Lang = ""


class Block(Struct, tag=True):
    """The base of every block."""


class Heading(Block):
    """`level` 1 … 3 (0 is the document's title, which is not a block). Numbered by the document."""

    text: str
    level: int = 1
    number: str = ""


class Paragraph(Block):
    """`style`: body text, a lead-in, a note in small type, or a caution that must be seen."""

    runs: list[Run]
    style: Literal["body", "lead", "note", "caution"] = "body"
    sources: list[int] = []


class Bullets(Block):
    """`ordered`: numbered."""

    items: list[list[Run]]
    ordered: bool = False
    sources: list[list[int]] = []
    """For each item; or none at all."""


class Quote(Block):
    """A contribution in its own words. `by`: what may be said of who, such as a target group."""

    text: str
    lang: Lang
    by: str = ""
    source: int | None = None


class Cell(Struct):
    """A cell of a table. `lang` "" where it is the document's."""

    text: str
    lang: Lang = ""
    bold: bool = False
    sources: list[int] = []
    align: Literal["start", "end"] = "start"
    bar: str = ""
    """A colour (#RRGGBB) drawn as a bar at the cell's edge; never the only sign of anything."""
    after: list[Run] = []
    """On a line of its own below."""


class Table(Block):
    """`columns`: the header row. `header_column`: the first cell of each row is its header.
    `widths`: shares that need not sum up to anything.
    """

    caption: str
    columns: list[str]
    rows: list[list[Cell]]
    header_column: bool = True
    widths: list[float] = []
    small: bool = False


class Missing(Block):
    """A text that only people can write, and nobody has: said, never made up."""

    label: str


class PageBreak(Block):
    pass


AnyBlock = Heading | Paragraph | Bullets | Quote | Table | Missing | PageBreak


class Fact(Struct):
    """A line of the head: `Dnr` → `KS 2019/017`."""

    label: str
    value: str


class Letterhead(Struct):
    """Who sends it. `logo`: the bytes of a PNG or SVG; empty: none. `logo_alt`: what it shows."""

    municipality: str
    unit: str = ""
    address: str = ""
    logo: bytes = b""
    logo_alt: str = ""


class Source(Struct):
    """One numbered source: a contribution, in its own words."""

    number: int
    text: str
    lang: Lang
    about: str = ""
    """Area, kind and (internal edition only) target group, as one line."""
    after: list[Run] = []
    """On a line of its own below the words: a translation."""


class Document(Struct):
    """`kind` in words ("SUMMERING"); `draft`: it is not frozen, and says so on every page;
    `updated`: ISO date and time it was made from.
    """

    title: str
    kind: str
    subtitle: str
    letterhead: Letterhead
    facts: list[Fact]
    blocks: list[AnyBlock]
    sources: list[Source]
    draft: bool
    lang: Lang = "sv"
    contents: bool = True
    author: str = ""
    updated: str = ""
    draft_mark: str = ""
    sources_title: str = ""
    closing: list[AnyBlock] = []
    """What comes after the list of sources: a second appendix."""
    contents_title: str = ""
    labels: dict[str, str] = {}
    """Words a writer needs (page, of, missing …), in the document's language."""


MOST_IN_CONTENTS = 18


def contents_depth(blocks: list[AnyBlock]) -> int:
    """How deep a list of contents goes: it is to leave room on the first page."""
    headings = [it for it in blocks if isinstance(it, Heading) and it.level <= 2]
    return 2 if len(headings) <= MOST_IN_CONTENTS else 1
