"""Excel's XLSX. Formulas are never run: the result that Excel saved is what is read.

A workbook is written by opening it again and adding cells, so its dates, formulas, styles and
other sheets stay.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.escape import unescape

from dialog.spreadsheets.table import Added, BadSpreadsheet, Table, header_at, padded

LONGEST_CELL = 32_767  # openpyxl cuts longer ones without a word
MOST_BYTES = 200 * 1024**2
MOST_CELLS = 10_000_000
"""In a sheet, empty ones between and up to the last counted."""
MERGED = re.compile(rb"""mergeCell\s[^>]{0,200}?ref=["']([^"']{0,100})""")
"""Bounded, for it reads whole files that anybody may have made."""
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@")


@dataclass(slots=True)
class Sheet(Table):
    data: bytes
    name: str
    header: int
    """The row that names the columns, counted from 1."""

    def line_of(self, row: int) -> int:
        return self.header + row + 1

    def with_columns(self, added: Sequence[Added]) -> bytes:
        with quietly():
            book = load_workbook(io.BytesIO(self.data), rich_text=True)
        page = book[self.name]
        beyond = 1 + max(
            (cell.column for row in page.iter_rows() for cell in row if cell.value is not None),
            default=0,
        )
        for column, (name, values) in enumerate(added, start=beyond):
            put(page.cell(self.header, column), name)
            for row, value in enumerate(values, start=self.header + 1):
                if value is not None:
                    put(page.cell(row, column), value)
        return saved(book)


def read(file: Path, data: bytes, name: str | None = None) -> Sheet:
    """The table on the sheet called `name`, or on the first sheet that has any."""
    book = opened(file, data)
    for page in book.worksheets:
        not_too_large(file, page)
    pages = {page.title: rows_of(page) for page in book.worksheets}
    filled = [title for title, rows in pages.items() if any(any(row) for row in rows)]
    if name is not None and name not in pages:
        raise BadSpreadsheet(f'{file} has no sheet "{name}"; it has {", ".join(pages)}')
    if not filled or name is not None and name not in filled:
        raise BadSpreadsheet(f"{file} is empty" if name is None else f'{file}: "{name}" is empty')
    title = name or filled[0]
    rows = pages[title]
    above = headings(book[title], len(rows))
    top = above + header_at(rows[above:])
    notes = [] if len(filled) == 1 else [f'"{title}" is read, of the sheets {", ".join(filled)}']
    if top:
        notes.append(f"the columns are named on row {top + 1}")
    columns = names_of(book[title], rows[top], top + 1)
    return Sheet(file, columns, rows[top + 1 :], data, title, top + 1, notes=notes)


def opened(file: Path, data: bytes) -> Workbook:
    try:
        with quietly():
            not_a_bomb(file, data)
            return load_workbook(io.BytesIO(data), data_only=True)
    except BadSpreadsheet:
        raise
    except Exception:  # a broken file fails wherever in openpyxl it happens to be read
        raise BadSpreadsheet(f"{file} cannot be read as an Excel file; save it anew") from None


def not_a_bomb(file: Path, data: bytes) -> None:
    """Before anything of it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
            raise BadSpreadsheet(f"{file} is too large; divide it")
        names = (name for name in parts.namelist() if name.startswith("xl/worksheets/"))
        if any(merged_in(parts.read(name)) > MOST_CELLS for name in names):
            raise BadSpreadsheet(f"{file} has whole columns of merged cells; part them")


def merged_in(sheet: bytes) -> int:
    """How many cells openpyxl would make of those that are merged."""
    bounds = (range_boundaries(area.decode("ascii", "replace")) for area in MERGED.findall(sheet))
    sides = ([side or 1 for side in found] for found in bounds)
    return sum((right - left + 1) * (low - high + 1) for left, high, right, low in sides)


def not_too_large(file: Path, page: Any) -> None:
    """One mark far out makes all cells up to it."""
    rows, columns = page.max_row or 0, page.max_column or 0
    if rows * columns > MOST_CELLS:
        raise BadSpreadsheet(
            f'{file}: the sheet "{page.title}" goes on to row {rows} and column {columns};'
            " delete what is empty there"
        )


def rows_of(page: Any) -> list[list[str]]:
    """Every row as text, down to the last that has any and equally wide."""
    rows = [[text_of(value) for value in row] for row in page.iter_rows(values_only=True)]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((last_filled(row) for row in rows), default=0)
    return [padded(row[:width], width) for row in rows]


def last_filled(row: list[str]) -> int:
    return max((place for place, cell in enumerate(row, start=1) if cell), default=0)


def text_of(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return unescape(value)  # Forms writes the line breaks of browsers as _x000D_
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def headings(page: Any, rows: int) -> int:
    """How many rows at the top have cells merged over several columns: they name no column."""
    wide = {
        row
        for area in page.merged_cells.ranges
        if area.min_col < area.max_col
        for row in range(area.min_row, area.max_row + 1)
    }
    return next((row for row in range(rows) if row + 1 not in wide), 0)


def names_of(page: Any, row: list[str], number: int) -> list[str]:
    """The names on row `number`. One that is merged with rows above it stands in the topmost."""
    names = list(row)
    for area in page.merged_cells.ranges:
        if area.min_row < number <= area.max_row and area.min_col == area.max_col <= len(names):
            names[area.min_col - 1] = text_of(page.cell(area.min_row, area.min_col).value)
    return names


def made_of(table: Table, added: Sequence[Added]) -> bytes:
    """A new workbook in which every cell of `table` is text, and so are numbers and formulas."""
    book = Workbook()
    page = book.active
    assert page is not None
    columns = [*table.columns, *(column.name for column in added)]
    values = zip(*(column.values for column in added), strict=True)
    rows = [[*row, *more] for row, more in zip(table.rows, values, strict=True)]
    for number, cells in enumerate([columns, *rows], start=1):
        for column, value in enumerate(cells, start=1):
            if value not in ("", None):
                fits_in_a_cell(table, number, value)
                put(page.cell(number, column), value)
    return saved(book)


def fits_in_a_cell(table: Table, number: int, value: object) -> None:
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise BadSpreadsheet(
            f"{table.file}: row {number} has a text of {len(value)} characters and Excel takes"
            f" {LONGEST_CELL}; write to .csv instead"
        )
    if isinstance(value, str) and ILLEGAL_CHARACTERS_RE.search(value):
        raise BadSpreadsheet(
            f"{table.file}: row {number} has a sign that Excel cannot hold; write to .csv instead"
        )


def put(cell: Any, value: str | int | float) -> None:
    """Text stays text, whatever it begins with, also when somebody edits the cell."""
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        if value.startswith(LOOKS_LIKE_A_FORMULA):
            cell.quotePrefix = True
    else:
        cell.value = value


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    with quietly():
        book.save(out)
    return out.getvalue()


@contextmanager
def quietly() -> Iterator[None]:
    """openpyxl warns of styles it replaces; whoever has the file can do nothing about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
