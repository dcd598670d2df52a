"""One-page guides for those who work an evening: `docs/guides/*.md` as PDF/A and PDF/UA."""

from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any, Literal, get_args

import msgspec
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from dialog.reports import fonts, pdf
from dialog.reports.job import Job
from dialog.settings import shipped

Guide = Literal["facilitator", "table-host", "moderator", "presidium", "scribe"]
GUIDES: tuple[Guide, ...] = get_args(Guide)
UPDATED = datetime(2026, 11, 30, tzinfo=UTC)
"""When the guides were last changed: it stands in the file, and the same source gives the same
bytes."""
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_one_at_a_time = Lock()


def guide(name: Guide) -> bytes:
    """The guide as a PDF, set once in each process. Takes seconds the first time; raises
    `pdf.CannotTypeset`."""
    with _one_at_a_time:
        return _set(name)


@cache
def _set(name: Guide) -> bytes:
    return pdf.set_apart(job(source(name)))


def source(name: Guide) -> str:
    return (shipped("docs") / "guides" / f"{name}.md").read_text("utf-8")


def job(text: str) -> Job:
    data = content(text) | {
        "fonts": list(fonts.FAMILIES),
        "date": [UPDATED.year, UPDATED.month, UPDATED.day],
    }
    return Job(
        document=msgspec.json.encode(data).decode(),
        fonts=[str(folder) for folder in fonts.folders()],
        header_columns=[True for block in data["blocks"] if block["type"] == "table"],
        timestamp=int(UPDATED.timestamp()),
        template="guides.typ",
    )


# ── from Markdown ─────────────────────────────────────────────────────────────────────────────


def content(text: str) -> dict[str, Any]:
    """The title, the paragraph under it, and everything after that."""
    title, lead, *rest = SyntaxTreeNode(PARSER.parse(text)).children
    return {
        "title": title.children[0].content,
        "lead": runs(lead.children[0]),
        "blocks": [block(node) for node in rest],
    }


def block(node: SyntaxTreeNode) -> dict[str, Any]:
    match node.type:
        case "heading":
            return {"type": "heading", "runs": runs(node.children[0])}
        case "paragraph":
            return {"type": "paragraph", "runs": runs(node.children[0])}
        case "bullet_list" | "ordered_list":
            items = [runs(item.children[0].children[0]) for item in node.children]
            return {"type": "list", "ordered": node.type == "ordered_list", "items": items}
        case "table":
            rows = [row for part in node.children for row in part.children]
            cells = [[runs(cell.children[0]) for cell in row.children] for row in rows]
            return {"type": "table", "head": cells[0], "rows": cells[1:]}
    raise ValueError(f"a guide has no {node.type}")


def runs(inline: SyntaxTreeNode) -> list[dict[str, Any]]:
    """Words, some of them bold or slanted."""
    made = []
    for node in inline.children:
        words = node.content if node.type == "text" else "".join(it.content for it in node.walk())
        made.append(
            {
                "text": " " if node.type == "softbreak" else words,
                "bold": node.type == "strong",
                "italic": node.type == "em",
            }
        )
    return made
