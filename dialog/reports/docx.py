"""A document as DOCX: what a secretary opens in Word and goes on writing in."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from docx import Document as new_package
from docx.document import Document as Package
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.section import _Header
from docx.shared import Cm

from dialog.reports import docx_styles, docx_table, ooxml
from dialog.reports.letters import plain, right_to_left, writable
from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Cell,
    Document,
    Fact,
    Heading,
    Missing,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    contents_depth,
)
from dialog.reports.ooxml import W

PNG = b"\x89PNG\r\n\x1a\n"
LANGUAGES = {"sv": "sv-SE", "sv-easy": "sv-SE", "en": "en-GB"}
STYLES = {"body": "Normal", "lead": "Ingress", "note": "Anmarkning", "caution": "Observera"}
BODY, END_OF_BODY = "word/document.xml", b"<w:sectPr"
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(document: Document) -> bytes:
    """The file. The same document gives the same bytes. A logo that is not PNG is left out."""
    package = new_package(io.BytesIO(template(LANGUAGES.get(document.lang, document.lang))))
    properties(package, document)
    heads(package, document)
    xml = "".join(_Body(document, package).xml())
    file = io.BytesIO()
    package.save(file)
    return packed(file.getvalue(), xml.encode())


@cache
def template(language: str) -> bytes:
    """An empty document in our styles."""
    package = new_package()
    docx_styles.prepare(package, language)
    file = io.BytesIO()
    package.save(file)
    return file.getvalue()


def properties(package: Package, document: Document) -> None:
    """What Word, and a screen reader, say that the file is."""
    core = package.core_properties
    core.title = writable(f"{document.title}. {document.subtitle}".strip(". "))[:255]
    core.author = writable(document.author or document.letterhead.municipality)[:255]
    core.subject = writable(document.kind)[:255]
    core.language = LANGUAGES.get(document.lang, document.lang)
    core.comments, core.keywords, core.last_modified_by = "", "", core.author
    at = datetime.fromisoformat(document.updated) if document.updated else datetime(2000, 1, 1)
    core.created = core.modified = at.astimezone(UTC).replace(tzinfo=None)


def packed(file: bytes, body: bytes) -> bytes:
    """The package with its body, and without the time at which it was packed.

    The body goes in as it is: to move a long one from tree to tree takes half a minute.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            part = old.read(name)
            if name == BODY:
                part = part.replace(END_OF_BODY, body + END_OF_BODY, 1)
            new.writestr(entry, part)
    return out.getvalue()


# ── header and footer ─────────────────────────────────────────────────────────────────────────


def heads(package: Package, document: Document) -> None:
    section = package.sections[0]
    fill(section.first_page_header, letterhead_lines(document), document)
    logo(section.first_page_header, document)
    fill(section.header, running_lines(document), document)
    for footer in (section.first_page_footer, section.footer):
        footer.paragraphs[0]._p.getparent().replace(
            footer.paragraphs[0]._p, parse_xml(namespaced(foot(document)))
        )


def letterhead_lines(document: Document) -> Iterator[str]:
    """The sender to the left; to the right what it is, its date and its record number."""
    letterhead = document.letterhead
    sender = [letterhead.municipality, letterhead.unit, *letterhead.address.splitlines()]
    left = [line for line in sender if line]
    shown = 2 if document.draft else 3  # the version of a draft is the mark below
    right = [document.kind, *(fact.value for fact in document.facts[:shown])]
    for n in range(max(len(left), len(right))):
        yield two_columns(
            Run(left[n] if n < len(left) else "", bold=n == 0),
            Run(right[n] if n < len(right) else "", bold=n == 0),
            document,
        )
    yield from draft_line(document)


def running_lines(document: Document) -> Iterator[str]:
    yield two_columns(Run(document.letterhead.municipality), Run(document.kind), document)
    yield from draft_line(document)


def two_columns(left: Run, right: Run, document: Document) -> str:
    between = "<w:r><w:tab/></w:r>" if right.text else ""
    both = ooxml.run(left, document.lang) + between + ooxml.run(right, document.lang)
    return ooxml.paragraph("Header", both)


def draft_line(document: Document) -> Iterator[str]:
    if document.draft:
        words = ooxml.run(Run(document.draft_mark, bold=True), document.lang)
        frame = "".join(
            f'<w:{side} w:val="single" w:sz="8" w:space="3" w:color="1A1A1A"/>'
            for side in ("top", "left", "bottom", "right")
        )
        yield ooxml.paragraph(
            "Header",
            words,
            f'<w:pBdr>{frame}</w:pBdr><w:spacing w:before="120" w:after="200"/>'
            '<w:ind w:left="80" w:right="80"/>',
        )


def fill(header: _Header, lines: Iterator[str], document: Document) -> None:
    empty = header.paragraphs[0]._p
    for line in lines:
        empty.addprevious(parse_xml(namespaced(line)))
    if header.paragraphs[:-1]:
        empty.getparent().remove(empty)


def logo(header: _Header, document: Document) -> None:
    """Above the sender, with what it shows for those who do not see it."""
    image = document.letterhead.logo
    if not image.startswith(PNG):
        return
    at_top = header.paragraphs[0].insert_paragraph_before(style="Header")
    shape = at_top.add_run().add_picture(io.BytesIO(image), height=Cm(1.6))
    about = next(shape._inline.iter(qn("wp:docPr")))
    about.set("descr", writable(document.letterhead.logo_alt or document.letterhead.municipality))


def foot(document: Document) -> str:
    labels = document.labels
    page = ooxml.field("PAGE", "1"), ooxml.field("NUMPAGES", "1")
    return ooxml.paragraph(
        "Footer",
        ooxml.run(Run(labels.get("footer", document.title)), document.lang)
        + "<w:r><w:tab/></w:r>"
        + ooxml.run(Run(labels.get("page", "Sida") + " "), document.lang)
        + page[0]
        + ooxml.run(Run(f" {labels.get('of', 'av')} "), document.lang)
        + page[1],
    )


def namespaced(xml: str) -> str:
    """The one element in `xml` with the namespace it stands in."""
    return xml.replace(">", f' xmlns:w="{W}">', 1)


# ── body ──────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Body:
    """The blocks in their order; tables and bookmarks are numbered as they come."""

    document: Document
    package: Package
    tables: int = 0
    marks: int = 0
    headings: list[tuple[str, Heading]] = field(default_factory=list)

    def xml(self) -> Iterator[str]:
        document = self.document
        self.known = frozenset(source.number for source in document.sources)
        yield ooxml.paragraph("Title", self.words(document.title))
        if document.subtitle:
            yield ooxml.paragraph("Subtitle", self.words(document.subtitle))
        yield from map(self.fact, document.facts)
        blocks = [self.block(it) for it in document.blocks]
        if document.sources:
            blocks.append(self.sources())
        blocks += map(self.block, document.closing)
        if document.contents:
            yield from self.contents()
        yield from blocks

    def words(self, text: str) -> str:
        return ooxml.run(Run(text), self.document.lang)

    def fact(self, it: Fact) -> str:
        lang = self.document.lang
        label = ooxml.run(Run(it.label, bold=True), lang)
        return ooxml.paragraph(
            "Uppgift", f"{label}<w:r><w:tab/></w:r>{ooxml.run(Run(it.value), lang)}"
        )

    def contents(self) -> Iterator[str]:
        """Linked, and without page numbers, which nothing but Word itself knows: it is right as it
        is, and Word draws it anew on demand.
        """
        deep = contents_depth(self.document.blocks)
        shown = [(name, it) for name, it in self.headings if it.level <= deep]
        yield ooxml.paragraph("TOCHeading", self.words(self.document.contents_title))
        for n, (name, it) in enumerate(shown):
            start = ooxml.field_start(f'TOC \\o "1-{deep}" \\n \\h \\z \\u') if n == 0 else ""
            end = ooxml.FIELD_END if n == len(shown) - 1 else ""
            entry = ooxml.link(name, numbered(it))
            yield ooxml.paragraph(f"TOC{it.level}", start + entry + end)

    def block(self, it: AnyBlock) -> str:
        match it:
            case Heading():
                return self.heading(it)
            case Paragraph():
                return self.paragraph(it)
            case Bullets():
                return self.bullets(it)
            case Quote():
                return self.quote(it)
            case Table():
                return self.table(it)
            case Missing():
                return self.missing(it)
            case PageBreak():
                return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'

    def mark(self, name: str, inner: str) -> str:
        self.marks += 1
        return ooxml.bookmark(self.marks, name, inner)

    def heading(self, it: Heading, properties: str = "") -> str:
        name = f"_Toc{len(self.headings) + 1:06}"
        self.headings.append((name, it))
        words = self.mark(name, self.words(numbered(it)))
        return ooxml.paragraph(f"Heading{it.level}", words, properties)

    def paragraph(self, it: Paragraph) -> str:
        words = ooxml.runs(it.runs, self.document.lang)
        rtl = "<w:bidi/>" if right_to_left(plain(it.runs)) else ""
        return ooxml.paragraph(STYLES[it.style], words + ooxml.sources(it.sources, self.known), rtl)

    def bullets(self, it: Bullets) -> str:
        style, properties = "ListBullet", ""
        if it.ordered:
            number = docx_styles.new_list(self.package)
            style = "ListNumber"
            properties = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        sources = it.sources or [[] for _ in it.items]
        return "".join(
            ooxml.paragraph(
                style,
                ooxml.runs(item, self.document.lang) + ooxml.sources(its, self.known),
                properties + ("<w:bidi/>" if right_to_left(plain(item)) else ""),
            )
            for item, its in zip(it.items, sources, strict=True)
        )

    def quote(self, it: Quote) -> str:
        lang = self.document.lang
        words = ooxml.run(Run(it.text, lang=it.lang), lang)
        by = ooxml.run(Run(f" – {it.by}" if it.by else ""), lang)
        sources = ooxml.sources([it.source] if it.source is not None else [], self.known)
        rtl = "<w:bidi/>" if right_to_left(it.text, it.lang) else ""
        return ooxml.paragraph("Quote", words + by + sources, rtl)

    def table(self, it: Table) -> str:
        self.tables += 1
        label = self.document.labels.get("table", "Tabell")
        return docx_table.table(it, self.tables, label, self.document.lang, self.known)

    def missing(self, it: Missing) -> str:
        words = f"[{self.document.labels.get('missing', 'Text saknas')}: {it.label}]"
        return ooxml.paragraph("Textsaknas", self.words(words))

    def sources(self) -> str:
        """Every source, where the links lead."""
        labels, lang = self.document.labels, self.document.lang
        heading = self.heading(Heading(self.document.sources_title, 1), "<w:pageBreakBefore/>")
        names = ("source_number", "source_text", "source_about")
        about = Table(
            self.document.sources_title,
            [labels.get(name, "") for name in names],
            [],
            widths=[1.1, 9, 5.9],
            small=True,
        )
        widths = docx_table.columns(about)
        rows = [docx_table.head(about, widths, lang)]
        for source in self.document.sources:
            number = ooxml.run(Run(str(source.number), bold=True), lang)
            words = Cell(source.text, source.lang, after=source.after)
            cells = (
                ooxml.paragraph(
                    "Tabelltextliten", self.mark(ooxml.source_anchor(source.number), number)
                ),
                docx_table.content(about, words, False, lang, self.known),
                docx_table.content(about, Cell(source.about), False, lang, self.known),
            )
            its = "".join(map(docx_table.cell, cells, widths))
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{its}</w:tr>")
        return heading + docx_table.whole(widths, rows, about.caption, True)


def numbered(it: Heading) -> str:
    return f"{it.number}\u2002{it.text}" if it.number else it.text
