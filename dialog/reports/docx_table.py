"""A table in WordprocessingML: header row marked and repeated, rows kept whole, captioned."""

from collections.abc import Sequence

from dialog.reports import ooxml
from dialog.reports.model import Cell, Run, Table

WIDTH = 9070
"""Of the text on the page, in twentieths of a point."""
MOST_UPRIGHT = 8
"""Columns; with more of them the heads stand on end."""
HEAD = "E9EDF0"


def table(it: Table, number: int, label: str, lang: str, known: frozenset[int]) -> str:
    """The caption and the table. `label`: the word for table; `known`: the sources there are."""
    caption = ooxml.paragraph(
        "Caption",
        ooxml.run(Run(f"{label} "), lang)
        + ooxml.field(f"SEQ {label} \\* ARABIC", str(number))
        + ooxml.run(Run(f". {it.caption}"), lang),
    )
    widths = columns(it)
    rows = [head(it, widths, lang)]
    rows += [row(it, cells, widths, lang, known) for cells in it.rows]
    return caption + whole(widths, rows, it.caption, it.header_column)


def whole(widths: Sequence[int], rows: Sequence[str], name: str, header_column: bool) -> str:
    """`w:tbl`, and the empty line after it that Word wants between tables."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    first = int(header_column)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Dialogtabell"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"04A0" if first else "0420"}" w:firstRow="1" w:lastRow="0" '
        f'w:firstColumn="{first}" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        f"<w:tblCaption w:val={ooxml.attribute(name)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>" + ooxml.paragraph("Mellanrum", "")
    )


def columns(it: Table) -> list[int]:
    """Widths that sum up to the page's."""
    shares = it.widths or [3.0, *[1.0] * (len(it.columns) - 1)]
    return [round(WIDTH * share / sum(shares)) for share in shares]


def head(it: Table, widths: Sequence[int], lang: str) -> str:
    on_end = len(it.columns) > MOST_UPRIGHT
    tall = min(3000, 300 + 90 * max(map(len, it.columns[1:]), default=0))
    height = f'<w:trHeight w:val="{tall}" w:hRule="exact"/>' if on_end else ""
    cells = "".join(
        cell(
            ooxml.paragraph(
                head_style(it),
                ooxml.run(Run(words, bold=True), lang),
                '<w:jc w:val="end"/>' if ends(it, n) and not on_end else "",
            ),
            width,
            f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD}"/>'
            + ('<w:textDirection w:val="btLr"/>' if on_end and n else "")
            + f'<w:vAlign w:val="{"center" if on_end and n else "bottom"}"/>',
        )
        for n, (words, width) in enumerate(zip(it.columns, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{height}<w:tblHeader/></w:trPr>{cells}</w:tr>"


def ends(it: Table, column: int) -> bool:
    """Whether the column holds numbers, which stand at its end."""
    return bool(it.rows) and it.rows[0][column].align == "end"


def row(
    it: Table, cells: Sequence[Cell], widths: Sequence[int], lang: str, known: frozenset[int]
) -> str:
    its = "".join(
        cell(
            content(it, one, it.header_column and n == 0, lang, known),
            width,
            bar(one.bar),
        )
        for n, (one, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{its}</w:tr>"


def content(it: Table, one: Cell, header: bool, lang: str, known: frozenset[int]) -> str:
    rtl = ooxml.right_to_left(one.text, one.lang)
    properties = "<w:bidi/>" if rtl else ""
    if one.align == "end":
        place = "center" if len(it.columns) > MOST_UPRIGHT else "end"
        properties += f'<w:jc w:val="{place}"/>'
    words = ooxml.run(Run(one.text, one.bold or header, lang=one.lang), lang)
    said = words + ooxml.sources(one.sources, known, bool(one.text))
    return ooxml.paragraph(body_style(it), said, properties) + after(it, one, lang)


def after(it: Table, one: Cell, lang: str) -> str:
    if not one.after:
        return ""
    rtl = "<w:bidi/>" if ooxml.right_to_left(one.after[-1].text, one.after[-1].lang) else ""
    return ooxml.paragraph(body_style(it), ooxml.runs(one.after, lang), rtl)


def cell(inner: str, width: int, properties: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{inner}</w:tc>'


def bar(colour: str) -> str:
    """A thick edge in a colour, beside words that say the same."""
    if not colour:
        return ""
    return (
        '<w:tcBorders><w:left w:val="single" w:sz="48" w:space="0" '
        f"w:color={ooxml.attribute(colour.lstrip('#'))}/></w:tcBorders>"
        '<w:tcMar><w:left w:w="160" w:type="dxa"/></w:tcMar>'
    )


def head_style(it: Table) -> str:
    return "Tabellhuvudliten" if it.small else "Tabellhuvud"


def body_style(it: Table) -> str:
    return "Tabelltextliten" if it.small else "Tabelltext"
