"""What a reader finds in a document: its words, headings, tables and citations."""

from collections.abc import Iterator

from dialog.reports.model import (
    AnyBlock,
    Bullets,
    Document,
    Heading,
    Missing,
    Paragraph,
    Quote,
    Table,
)


def blocks(document: Document) -> list[AnyBlock]:
    return [*document.blocks, *document.closing]


def headings(document: Document, level: int = 1) -> list[str]:
    its = (it for it in document.blocks if isinstance(it, Heading) and it.level == level)
    return [f"{it.number} {it.text}".strip() for it in its]


def missing(document: Document) -> list[str]:
    return [it.label for it in document.blocks if isinstance(it, Missing)]


def tables(document: Document, word: str = "") -> list[Table]:
    return [it for it in blocks(document) if isinstance(it, Table) and word in it.caption]


def words_of(block: AnyBlock) -> Iterator[str]:
    match block:
        case Heading(text=text) | Quote(text=text):
            yield text
        case Paragraph(runs=runs):
            yield "".join(run.text for run in runs)
        case Bullets(items=items):
            yield from ("".join(run.text for run in item) for item in items)
        case Table(caption=caption, columns=columns, rows=rows):
            yield from (caption, *columns, *(cell.text for row in rows for cell in row))
        case Missing(label=label):
            yield label


def words(document: Document) -> list[str]:
    """Every text of the document, also of its head and its sources."""
    found = [document.title, document.kind, document.subtitle, document.draft_mark]
    found += [text for fact in document.facts for text in (fact.label, fact.value)]
    found += [text for block in blocks(document) for text in words_of(block)]
    found += [text for it in document.sources for text in (it.text, it.about)]
    return [*found, *document.labels.values(), document.sources_title, document.contents_title]


def cited(document: Document) -> set[int]:
    found: set[int] = set()
    for block in blocks(document):
        match block:
            case Paragraph(sources=its):
                found.update(its)
            case Bullets(sources=lists):
                found.update(n for its in lists for n in its)
            case Quote(source=int(n)):
                found.add(n)
            case Table(rows=rows):
                found.update(n for row in rows for cell in row for n in cell.sources)
    return found
