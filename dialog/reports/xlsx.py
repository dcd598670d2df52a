"""Tables as a workbook: typed columns, a header that stays, filters, words instead of codes."""

import io
from datetime import datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dialog.domain.findings.model import Findings
from dialog.domain.times import SWEDEN
from dialog.protocol.agenda import in_language
from dialog.reports.letters import writable
from dialog.reports.tables import Column, Kind, Sheet, Value, Words

LONGEST_CELL = 32_767
WRAPPED: tuple[Kind, ...] = ("text", "gap", "work")
WIDE = 25
"""From this width on a column of text is wrapped."""


def xlsx_file(found: Findings, sheets: list[Sheet]) -> bytes:
    """The same findings give the same bytes. No cell is ever run: every text is written as one."""
    out = io.BytesIO()
    # Texts are neither formulas nor links nor numbers, whatever they look like.
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    describe(book, found)
    words = Words(found)
    for sheet in sheets:
        Page(book, words).write(sheet)
    book.close()
    return out.getvalue()


def describe(book: Workbook, found: Findings) -> None:
    version = "" if found.version is None else f", version {found.version}"
    book.set_properties(
        {
            "title": writable(
                f"{in_language(found.title, 'sv')[0]} – {found.record_number}{version}"
            ),
            "author": writable(found.municipality),
            "subject": writable(found.record_number),
            "created": local(found.at).replace(tzinfo=None),
        }
    )
    book.set_custom_property("Language", "sv-SE")
    book.set_custom_property("Log-SHA-256", found.log_hash or "–")


class Page:
    """One sheet of the workbook, in writing."""

    def __init__(self, book: Workbook, words: Words) -> None:
        self.words, self.book = words, book
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E9EDF0", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.plain = book.add_format({"valign": "top"})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.minute = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"})
        self.day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})

    def write(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(self.words.title(sheet.name)[:31])
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            header = self.words.timed if column.kind == "moment" else self.words.header
            page.write_string(0, place, header(column.name), self.head)
        for number, row in enumerate(sheet.rows, start=1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                self.put(page, number, place, column, value)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)

    def put(self, page: Worksheet, row: int, place: int, column: Column, value: Value) -> None:
        said = self.words.say(column.kind, value)
        match said:
            case None:
                page.write_blank(row, place, None, self.plain)
            case int():
                page.write_number(row, place, said, self.plain)
            case _ if column.kind in ("moment", "date"):
                self.put_time(page, row, place, column.kind, said)
            case _:
                page.write_string(row, place, writable(said)[:LONGEST_CELL], self.style(column))

    def put_time(self, page: Worksheet, row: int, place: int, kind: Kind, text: str) -> None:
        try:
            when = datetime.fromisoformat(text)
        except ValueError:  # a date that nobody has set
            page.write_string(row, place, writable(text), self.plain)
            return
        if kind == "date":
            page.write_datetime(row, place, when, self.day)
        else:
            page.write_datetime(
                row, place, when.astimezone(SWEDEN).replace(tzinfo=None), self.minute
            )

    def style(self, column: Column) -> Format:
        wide = column.kind in WRAPPED and column.width >= WIDE
        return self.wrapped if wide else self.plain


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, SWEDEN)
