"""A document as one HTML file: no script, nothing fetched from elsewhere."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from dialog.reports.letters import right_to_left, spoken, writable
from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Cell,
    Document,
    Heading,
    Letterhead,
    Missing,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
)

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
PNG = b"\x89PNG\r\n\x1a\n"
LANGUAGES = {"sv-easy": "sv"}


def page(document: Document) -> bytes:
    """The file: everything in it, also the logo."""
    title = " – ".join(part for part in (document.title, document.subtitle) if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{said_language(document)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n"
        f'<meta name="author" content="{text(document.author)}">\n'
        f"<style>{STYLE}{bars(document)}</style>\n</head>\n<body>\n"
        f"{head(document)}<main>\n{body(document)}</main>\n"
        f"<footer><p>{text(document.labels.get('footer', ''))}</p></footer>\n</body>\n</html>\n"
    ).encode()


def body(document: Document, start: int = 1) -> str:
    """What stands in `main`: for a page of ours, which has its own head and styles.

    `start`: the level of the document's title as a heading.
    """
    return "".join(_Body(document, start).html())


def main_of(file: bytes) -> str:
    """What stands in `main` of a file that `page` has made."""
    return file.decode().partition("<main>")[2].rpartition("</main>")[0]


def text(words: str) -> str:
    """Escaped. A line break stays one: the styles keep it (`pre-line` or `pre-wrap`)."""
    return escape(writable(words)).replace("\r", "&#13;")


def said_language(document: Document) -> str:
    return LANGUAGES.get(document.lang, document.lang)


def bars(document: Document) -> str:
    """A rule for each colour in the document: a style attribute would be against our policy."""
    blocks = (*document.blocks, *document.closing)
    tables = (block for block in blocks if isinstance(block, Table))
    cells = (cell for table in tables for row in table.rows for cell in row)
    found = sorted({cell.bar for cell in cells if COLOUR.fullmatch(cell.bar)})
    return "".join(f".{bar_class(it)}{{border-left:.5rem solid {it}}}" for it in found)


def bar_class(colour: str) -> str:
    return f"bar-{colour.lstrip('#').lower()}"


def head(document: Document) -> str:
    """Who sends it and what it is."""
    draft = f'<p class="draft">{text(document.draft_mark)}</p>\n' if document.draft else ""
    return (
        f'<header>\n<div class="sender">{logo(document.letterhead)}'
        f"{sender(document.letterhead)}</div>\n"
        f'<p class="document-kind">{text(document.kind)}</p>\n{draft}</header>\n'
    )


def sender(it: Letterhead) -> str:
    lines = [it.unit, *it.address.splitlines()]
    return (
        f"<p><strong>{text(it.municipality)}</strong>"
        + "".join(f"<br>{text(line)}" for line in lines if line)
        + "</p>"
    )


def logo(it: Letterhead) -> str:
    if not it.logo:
        return ""
    kind = "png" if it.logo.startswith(PNG) else "svg+xml"
    data = base64.b64encode(it.logo).decode()
    alt = text(it.logo_alt or it.municipality)
    return f'<img src="data:image/{kind};base64,{data}" alt="{alt}">'


@dataclass
class _Body:
    document: Document
    start: int
    tables: int = 0
    headings: int = 0

    def html(self) -> Iterator[str]:
        document = self.document
        self.known = {source.number for source in document.sources}
        yield f"<h{self.start}>{text(document.title)}</h{self.start}>\n"
        if document.subtitle:
            yield f'<p class="subtitle">{text(document.subtitle)}</p>\n'
        if document.facts:
            yield '<dl class="facts">\n'
            for fact in document.facts:
                yield f"<div><dt>{text(fact.label)}</dt><dd>{text(fact.value)}</dd></div>\n"
            yield "</dl>\n"
        if document.contents:
            yield self.contents()
        for block in document.blocks:
            yield self.block(block)
        if document.sources:
            yield self.sources()
        for block in document.closing:
            yield self.block(block)

    def contents(self) -> str:
        it = self.document
        listed = [Heading(it.sources_title)] if it.sources else []
        blocks: list[AnyBlock] = [*it.blocks, *listed, *it.closing]
        shown = [block for block in blocks if isinstance(block, Heading)]
        lines = "".join(
            f'<li class="level-{one.level}"><a href="#section-{n}">{heading_text(one)}</a></li>\n'
            for n, one in enumerate(shown, 1)
            if one.level <= 2
        )
        title = text(it.contents_title)
        level = self.start + 1
        return (
            f'<nav aria-labelledby="contents"><h{level} id="contents">{title}</h{level}>\n'
            f"<ul>\n{lines}</ul></nav>\n"
        )

    def block(self, it: AnyBlock) -> str:
        match it:
            case Heading():
                return self.heading(it)
            case Paragraph():
                inner = self.runs(it.runs) + self.cited(it.sources)
                return f'<p class="{it.style}">{inner}</p>\n'
            case Bullets():
                return self.bullets(it)
            case Quote():
                return self.quote(it)
            case Table():
                return self.table(it)
            case Missing():
                label = self.document.labels.get("missing", "Text saknas")
                return f'<p class="missing">[{text(label)}: {text(it.label)}]</p>\n'
            case PageBreak():
                return '<div class="page-break"></div>\n'

    def heading(self, it: Heading) -> str:
        self.headings += 1
        level = min(it.level + self.start, 6)
        return f'<h{level} id="section-{self.headings}">{heading_text(it)}</h{level}>\n'

    def runs(self, runs: Sequence[Run]) -> str:
        return "".join(self.run(it) for it in runs)

    def run(self, it: Run) -> str:
        inner = text(it.text)
        if it.italic:
            inner = f"<em>{inner}</em>"
        if it.bold:
            inner = f"<strong>{inner}</strong>"
        marks = self.spoken(it.text, it.lang)
        return f"<bdi{marks}>{inner}</bdi>" if marks else inner

    def spoken(self, words: str, lang: str) -> str:
        """The attributes for a text in another language or direction."""
        rtl = right_to_left(words, lang)
        ours = self.document.lang.split("-")[0]
        said = spoken(words, lang or ours)
        marks = f' lang="{escape(said)}"' if said and said != ours else ""
        return marks + (' dir="rtl"' if rtl else "")

    def cited(self, numbers: Sequence[int]) -> str:
        if not numbers:
            return ""
        each = (f'<a href="#source-{n}">{n}</a>' if n in self.known else str(n) for n in numbers)
        return f'<span class="cited">&nbsp;[{", ".join(each)}]</span>'

    def bullets(self, it: Bullets) -> str:
        tag = "ol" if it.ordered else "ul"
        sources = it.sources or [[] for _ in it.items]
        items = "".join(
            f"<li>{self.runs(item)}{self.cited(its)}</li>\n"
            for item, its in zip(it.items, sources, strict=True)
        )
        return f"<{tag}>\n{items}</{tag}>\n"

    def quote(self, it: Quote) -> str:
        by = f'<span class="by"> – {text(it.by)}</span>' if it.by else ""
        cited = self.cited([it.source] if it.source is not None else [])
        words = f'<span class="words"{self.spoken(it.text, it.lang)}>{text(it.text)}</span>'
        return f"<blockquote><p>{words}{by}{cited}</p></blockquote>\n"

    def table(self, it: Table) -> str:
        self.tables += 1
        label = self.document.labels.get("table", "Tabell")
        caption = f"{text(label)} {self.tables}. {text(it.caption)}"
        rows = "".join(self.row(it, cells) for cells in it.rows)
        return self.framed(caption, it.columns, rows, "small" if it.small else "")

    def framed(self, caption: str, columns: Sequence[str], rows: str, style: str) -> str:
        """It can be scrolled sideways on a small screen, with the keyboard too."""
        heads = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
        return (
            f'<div class="table" role="group" tabindex="0" aria-label="{caption}">'
            f'<table class="{style}"><caption>{caption}</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
        )

    def row(self, it: Table, cells: Sequence[Cell]) -> str:
        inner = "".join(self.cell(one, it.header_column and n == 0) for n, one in enumerate(cells))
        return f"<tr>{inner}</tr>\n"

    def cell(self, it: Cell, header: bool) -> str:
        names = ["end"] if it.align == "end" else []
        names += [bar_class(it.bar)] if COLOUR.fullmatch(it.bar) else []
        style = f' class="{" ".join(names)}"' if names else ""
        inner = self.run(Run(it.text, bold=it.bold and not header, lang=it.lang))
        tag, scope = ("th", ' scope="row"') if header else ("td", "")
        return f"<{tag}{scope}{style}>{inner}{self.cited(it.sources)}{self.after(it.after)}</{tag}>"

    def after(self, runs: list[Run]) -> str:
        """Of ours, whatever the cell is in."""
        ours = f' lang="{escape(said_language(self.document))}" dir="ltr"'
        return f'<p class="after"{ours}>{self.runs(runs)}</p>' if runs else ""

    def sources(self) -> str:
        labels = self.document.labels
        heading = self.heading(Heading(self.document.sources_title))
        columns = [
            labels.get(name, "") for name in ("source_number", "source_text", "source_about")
        ]
        rows = "".join(
            f'<tr id="source-{it.number}"><th scope="row">{it.number}</th>'
            f'<td class="words"{self.spoken(it.text, it.lang)}>{text(it.text)}'
            f"{self.after(it.after)}</td>"
            f"<td>{text(it.about)}</td></tr>\n"
            for it in self.document.sources
        )
        return heading + self.framed(text(self.document.sources_title), columns, rows, "small")


def heading_text(it: Heading) -> str:
    return f"{text(it.number)} {text(it.text)}" if it.number else text(it.text)


STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:50rem;padding:1.5rem;color:#1a1a1a;background:#fff;
font:1rem/1.5 Arial,"Liberation Sans",sans-serif;overflow-wrap:break-word}
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 2rem;
border-bottom:2px solid #1f3a56;margin-bottom:2rem}
header img{max-height:4rem;max-width:14rem}
.document-kind{font-weight:bold;letter-spacing:.05em}
.draft{flex-basis:100%;font-weight:bold;border:2px solid #1a1a1a;padding:.3rem .6rem}
h1,h2,h3,h4{color:#1f3a56;line-height:1.25}
h1{font-size:1.9rem;margin-bottom:.2rem}h2{font-size:1.4rem;margin-top:2.2rem}
h3{font-size:1.15rem;margin-top:1.6rem}h4{font-size:1rem}
.subtitle,.lead{font-size:1.15rem}.note,.small{font-size:.9rem}
.facts{margin:1rem 0}.facts div{display:flex;flex-wrap:wrap;gap:0 1rem}
dt{font-weight:bold;flex:0 0 11rem}dd{margin:0;flex:1 1 16rem}
nav{margin:1.5rem 0;padding:.5rem 1.2rem;background:#f2f4f6}nav h2{font-size:1.1rem;margin:.4rem 0}
nav ul{list-style:none;padding:0}nav .level-2{padding-left:1.5rem}
a{color:#0b4f8a}.cited{font-size:.9em;overflow-wrap:anywhere}
.caution,.missing{border:2px solid #1f3a56;padding:.6rem .9rem}.missing{border:2px dashed #5c5c5c}
blockquote{margin:.8rem 0;padding-left:1rem;border-left:.25rem solid #767676}
.body,.lead,.caution,td{white-space:pre-line}.words{white-space:pre-wrap}
.after{margin:.2rem 0 0}
.table{overflow-x:auto;margin:1.2rem 0}table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #767676}
thead th{background:#e9edf0;vertical-align:bottom}.end{text-align:right}
footer{margin-top:3rem;border-top:1px solid #767676;font-size:.9rem}
:focus-visible{outline:3px solid #0b4f8a;outline-offset:2px}
@media print{body{max-width:none;padding:0}.page-break{break-after:page}tr{break-inside:avoid}
thead{display:table-header-group}.table{overflow:visible}}
"""
