"""A document as PDF/A-2a and PDF/UA-1: what an archive and the accessibility law both ask for.

Set by typst in a process of its own. What people wrote is data to a fixed template, and never
anything else; a text that cannot be set is set with placeholders, and the rest comes out as it is.
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from dialog.reports import fonts
from dialog.reports.job import CANNOT_BE_SET, Job
from dialog.reports.letters import right_to_left, spoken
from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Cell,
    Document,
    Heading,
    Missing,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    contents_depth,
)

PATIENCE = 180.0
"""Seconds before the typesetter is given up."""
WORDS = {
    "sv": {
        "page": "Sida",
        "of": "av",
        "missing": "Text saknas",
        "table": "Tabell",
        "source_number": "Nr",
        "source_text": "Bidrag",
        "source_about": "Om bidraget",
    },
    "en": {
        "page": "Page",
        "of": "of",
        "missing": "Text missing",
        "table": "Table",
        "source_number": "No.",
        "source_text": "Contribution",
        "source_about": "About it",
    },
}
DRAFT = {"sv": "ARBETSUTKAST – inte fastställt", "en": "WORKING DRAFT – not adopted"}
SOURCES = {"sv": "Källor", "en": "Sources"}
CONTENTS = {"sv": "Innehåll", "en": "Contents"}
LOGOS = {b"\x89PNG": "logo.png", b"<": "logo.svg"}
LANGUAGE = re.compile(r"[a-z]{2,3}")

Show = Callable[[str, str], str]
"""Text and the document's language -> what can be set."""


class CannotTypeset(Exception):
    """No PDF; the text says why, in none of the document's words."""


def pdf(document: Document) -> bytes:
    """The document as a file. The same document gives the same bytes."""
    try:
        return typeset(document, fonts.shown)
    except Refused:
        culprits = frozenset(refused_texts(document))
    for show in (strict_for(culprits), fonts.strictly_shown):
        with contextlib.suppress(Refused):
            return typeset(document, show)
    raise CannotTypeset("the typesetter refuses the document")


# ── what the typesetter will not have ─────────────────────────────────────────────────────────


class Refused(Exception):
    """The typesetter will not have some text of the document."""


def strict_for(texts: frozenset[str]) -> Show:
    def show(text: str, lang: str) -> str:
        return fonts.strictly_shown(text, lang) if text in texts else fonts.shown(text, lang)

    return show


def refused_texts(document: Document) -> Iterator[str]:
    """Those of its texts that cannot be set, found by halving."""
    texts = list(dict.fromkeys(texts_of(document)))
    waiting = [texts]
    while waiting:
        some = waiting.pop()
        if can_be_set(document, some):
            continue
        if len(some) == 1:
            yield some[0]
        else:
            middle = len(some) // 2
            waiting += [some[:middle], some[middle:]]


def can_be_set(document: Document, texts: list[str]) -> bool:
    # As they stand anywhere: in either weight, and in either direction.
    blocks: list[AnyBlock] = [
        Table("", [""], [[Cell(text, bold=bold)] for text in texts for bold in (False, True)]),
        *(Paragraph([Run(text, bold=bold)]) for text in texts for bold in (False, True)),
    ]
    only = Document(
        title="-",
        kind="",
        subtitle="",
        letterhead=msgspec.structs.replace(
            document.letterhead, municipality="", unit="", address="", logo=b"", logo_alt=""
        ),
        facts=[],
        blocks=blocks,
        sources=[],
        draft=False,
        lang=document.lang,
        contents=False,
        updated=document.updated,
    )
    try:
        typeset(only, fonts.shown)
    except Refused:
        return False
    return True


def texts_of(value: Any) -> Iterator[str]:
    """Every text in the document, wherever it stands."""
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from texts_of(each)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from texts_of(getattr(value, name))


# ── in a process of its own ───────────────────────────────────────────────────────────────────


def typeset(document: Document, show: Show) -> bytes:
    """The PDF, `Refused` if a text of it cannot be set, `CannotTypeset` if nothing comes."""
    return set_apart(job_of(document, show))


def set_apart(job: Job) -> bytes:
    """What the typesetter makes of the job, in a process of its own; raises as `typeset` does."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dialog.reports.typesetting"],
            input=msgspec.json.encode(job),
            capture_output=True,
            timeout=PATIENCE,
            env=os.environ | {"RAYON_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise CannotTypeset("the typesetter took too long") from None
    if done.returncode == CANNOT_BE_SET:
        raise Refused
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CannotTypeset(f"the typesetter ended with {done.returncode}: {''.join(last)[:200]}")
    return done.stdout


def job_of(document: Document, show: Show) -> Job:
    made_at = moment(document.updated)
    logo_name = logo_called(document.letterhead.logo)
    data = Data(document, show).all(made_at, logo_name)
    return Job(
        document=msgspec.json.encode(data).decode(),
        fonts=[str(folder) for folder in fonts.folders()],
        header_columns=[
            *header_columns(document.blocks),
            *([True] if document.sources else []),
            *header_columns(document.closing),
        ],
        timestamp=int(made_at.timestamp()),
        logo=document.letterhead.logo if logo_name else b"",
        logo_name=logo_name,
    )


def header_columns(blocks: list[AnyBlock]) -> list[bool]:
    return [block.header_column for block in blocks if isinstance(block, Table)]


def moment(updated: str) -> datetime:
    """When the document says it is from; a date alone is midnight. PDF/A takes none without."""
    try:
        found = datetime.fromisoformat(updated)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def logo_called(logo: bytes) -> str:
    """The logo's file name by what it is; "" for none."""
    start = logo.lstrip()[:4]
    return next((name for sign, name in LOGOS.items() if start.startswith(sign)), "")


# ── the template's data ───────────────────────────────────────────────────────────────────────


class Data:
    """The document as plain values, each text as the fonts can show it."""

    def __init__(self, document: Document, show: Show) -> None:
        self.document, self.show_text = document, show
        self.lang = language(document.lang) or "sv"
        self.words = WORDS.get(self.lang, WORDS["en"]) | document.labels
        self.level = self.tables = 0

    def show(self, text: str) -> str:
        return self.show_text(text, self.lang)

    def all(self, made_at: datetime, logo_name: str) -> dict[str, Any]:
        it, show = self.document, self.show
        head = it.letterhead
        title = show(it.title) or "–"
        mark = it.draft_mark or DRAFT.get(self.lang, DRAFT["en"])
        return {
            "title": one_line(title),
            "subtitle": show(it.subtitle),
            "kind": show(it.kind),
            "author": show(it.author or head.municipality),
            "keywords": [one_line(show(fact.value)) for fact in it.facts[:3] if fact.value],
            "date": [made_at.year, made_at.month, made_at.day],
            "lang": self.lang,
            "fonts": list(fonts.FAMILIES),
            "draft_mark": show(mark) if it.draft else "",
            "running": one_line(show(head.municipality)),
            "footer": one_line(show(self.words.get("footer") or it.title)),
            "words": {name: show(self.words[name]) for name in WORDS["sv"]},
            "letterhead": {
                "municipality": show(head.municipality),
                "unit": show(head.unit),
                "address": show(head.address),
                "logo_alt": show(head.logo_alt or head.municipality),
            },
            "logo": logo_name or None,
            "facts": [{"label": show(f.label), "value": show(f.value)} for f in it.facts],
            "contents": it.contents and any(isinstance(b, Heading) for b in it.blocks),
            "contents_depth": contents_depth(it.blocks),
            "contents_title": show(it.contents_title or CONTENTS.get(self.lang, CONTENTS["en"])),
            "blocks": [self.block(block) for block in it.blocks],
            "sources_title": show(it.sources_title or SOURCES.get(self.lang, SOURCES["en"])),
            "closing": [self.block(block) for block in it.closing],
            "known": {str(source.number): True for source in it.sources},
            "sources": [
                {
                    "number": source.number,
                    "about": show(source.about),
                    "after": self.runs(source.after),
                }
                | self.said(source.text, source.lang)
                for source in it.sources
            ],
        }

    def block(self, block: AnyBlock) -> dict[str, Any]:
        return {"type": type(block).__name__} | self.content(block)

    def content(self, block: AnyBlock) -> dict[str, Any]:
        show = self.show
        match block:
            case Heading():
                # A level may not be skipped downwards (PDF/UA).
                self.level = max(1, min(block.level, self.level + 1))
                return {"level": self.level, "number": show(block.number), "text": show(block.text)}
            case Paragraph():
                return {
                    "runs": self.runs(block.runs),
                    "style": block.style,
                    "sources": block.sources,
                }
            case Bullets():
                items = [self.runs(item) for item in block.items]
                return {"items": items, "ordered": block.ordered, "sources": block.sources}
            case Quote():
                by = {"by": show(block.by), "source": block.source}
                return by | self.said(block.text, block.lang)
            case Table():
                return self.table(block)
            case Missing():
                return {"label": show(block.label)}
            case PageBreak():
                return {}

    def table(self, table: Table) -> dict[str, Any]:
        width = len(table.columns)
        self.tables += 1
        return {
            "caption": self.show(f"{self.words['table']} {self.tables}. {table.caption}"),
            "columns": [self.show(column) for column in table.columns],
            "rows": [
                [self.cell(cell) for cell in [*row, *[Cell("")] * (width - len(row))][:width]]
                for row in table.rows
            ],
            "widths": (table.widths + [1.0] * width)[:width],
            "small": table.small,
        }

    def cell(self, cell: Cell) -> dict[str, Any]:
        return self.said(cell.text, cell.lang) | {
            "bold": cell.bold,
            "sources": cell.sources,
            "after": self.runs(cell.after),
            "align": cell.align,
            "bar": cell.bar if re.fullmatch(r"#[0-9A-Fa-f]{6}", cell.bar) else "",
        }

    def runs(self, runs: Iterable[Run]) -> list[dict[str, Any]]:
        return [self.run(run) for run in runs]

    def run(self, run: Run) -> dict[str, Any]:
        made: dict[str, Any] = {"text": self.show(run.text), "bold": run.bold, "italic": run.italic}
        lang = language(run.lang)
        return made | ({"lang": lang} if lang else {})

    def said(self, text: str, lang: str) -> dict[str, Any]:
        """Somebody's words, in their language and direction; "" as `lang`: the document's."""
        lang = lang or self.lang
        return {
            "text": self.show(text),
            "lang": language(spoken(text, lang)) or "und",
            "rtl": right_to_left(text, lang),
        }


def language(tag: str) -> str:
    """The language of a tag, as typst takes it; "" where there is none."""
    found = tag.partition("-")[0].lower()
    return found if LANGUAGE.fullmatch(found) else ""


def one_line(text: str) -> str:
    return " ".join(text.split())
