"""CSV and its kin: whatever separates the columns, and in whatever encoding.

Every record is kept as it was written; a new column is put after it. So quotes, line ends and
encoding stay those of the input.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dialog.spreadsheets.table import Added, BadSpreadsheet, Table, header_at, padded

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
CLEAR, LIKELY = 0.9, 0.5
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COMMENT = "#"


class Dialect(NamedTuple):
    """What separates columns, and whether quotes may hold a cell together."""

    delimiter: str
    quoted: bool = True


DIALECTS = [Dialect(","), Dialect(";"), Dialect("\t"), Dialect("|"), Dialect("\t", quoted=False)]


class Record(NamedTuple):
    """One row: as written, what ends it, its cells, and the line it begins on."""

    written: str
    end: str
    cells: list[str]
    line: int


class Parsed(NamedTuple):
    """The file as one dialect sees it."""

    dialect: Dialect
    records: list[Record]
    width: int
    """The commonest number of cells."""
    fit: float
    """The share of the records that have it."""


@dataclass(slots=True)
class Delimited(Table):
    mark: bytes
    encoding: str
    dialect: Dialect
    above: list[Record]
    """What stands over the header: comments and headings."""
    header: Record
    records: list[Record]

    def line_of(self, row: int) -> int:
        return self.records[row].line

    def with_columns(self, added: Sequence[Added]) -> bytes:
        values = zip(*(column.values for column in added), strict=True)
        lines = [self.mark]
        lines += [self.encoded(record.written + record.end) for record in self.above]
        lines.append(self.longer(self.header, [column.name for column in added]))
        lines += [
            self.longer(record, [safe(value) for value in row])
            for record, row in zip(self.records, values, strict=True)
        ]
        return b"".join(lines)

    def longer(self, record: Record, more: list[str]) -> bytes:
        if not record.written:
            return self.encoded(record.end)
        missing = self.dialect.delimiter * (len(self.columns) - len(record.cells) + 1)
        # Of ours only: a title may have got a capital that an old encoding lacks.
        ending = joined(more, self.dialect).encode(self.encoding, "replace")
        return self.encoded(record.written + missing) + ending + self.encoded(record.end)

    def encoded(self, text: str) -> bytes:
        return text.encode(self.encoding)


def read(file: Path, data: bytes) -> Delimited:
    """The table in a file of text."""
    mark, encoding, text = decoded(file, data)
    sep, lines = without_excels_line(list(io.StringIO(text, newline="")))
    parsed = best_reading(file, lines, len(sep) + 1)
    top = top_of(parsed)
    if top == len(parsed.records):
        raise BadSpreadsheet(f"{file} is empty")
    header, below = parsed.records[top], parsed.records[top + 1 :]
    above = [*(Record(line, "", [], 1) for line in sep), *parsed.records[:top]]
    width = max(len(record.cells) for record in [header, *below])
    check_widths(file, header, below, parsed.dialect)
    return Delimited(
        file=file,
        columns=padded(header.cells, width),
        rows=[padded(record.cells, width) for record in below],
        mark=mark,
        encoding=encoding,
        dialect=parsed.dialect,
        above=above,
        header=header,
        records=below,
        notes=[f"the columns are named on line {header.line}"] if above else [],
    )


def decoded(file: Path, data: bytes) -> tuple[bytes, str, str]:
    """Byte order mark, encoding and text. What is no Unicode is Windows' western European."""
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    for encoding in [MARKS[mark]] if mark else likely_encodings(data):
        try:
            text = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return mark, encoding, text
    raise BadSpreadsheet(f"{file} is neither text nor .xlsx; save it as CSV (UTF-8) or .xlsx")


def likely_encodings(data: bytes) -> list[str]:
    match data[:2].find(b"\0"):
        case 0:
            return ["utf-16-be"]
        case 1:
            return ["utf-16-le"]
    return ["utf-8", "cp1252"]


def without_excels_line(lines: list[str]) -> tuple[list[str], list[str]]:
    """Excel may say `sep=;` on a line of its own before everything."""
    first = lines[0].strip().lower() if lines else ""
    return (lines[:1], lines[1:]) if first.startswith("sep=") else ([], lines)


def best_reading(file: Path, lines: list[str], first_line: int) -> Parsed:
    """The dialect in which the rows are alike."""
    readings: list[Parsed] = []
    mistakes: dict[Dialect, str] = {}
    for dialect in DIALECTS:
        try:
            readings.append(parsed(lines, dialect, first_line))
        except CannotParse as mistake:
            mistakes[dialect] = f"{file}, {mistake}"
    wide = [reading for reading in readings if has_columns(reading)]
    if wide:
        return max(wide, key=lambda reading: (reading.fit, reading.width))
    top = next((line for line in lines if line.strip()), "")
    for dialect, sentence in mistakes.items():
        if dialect.delimiter in top:
            raise BadSpreadsheet(sentence)
    narrow = [reading for reading in readings if reading.width == 1 and reading.fit == 1]
    if narrow:
        return narrow[0]
    unclear = f"{file}: cannot tell what separates the columns; save it as .xlsx"
    raise BadSpreadsheet(next(iter(mistakes.values()), unclear))


class CannotParse(Exception):
    """Where and why a file is no table in some dialect."""


def parsed(lines: list[str], dialect: Dialect, first_line: int) -> Parsed:
    found = list(records(lines, dialect, first_line))
    widths = Counter(len(record.cells) for record in found if is_row(record))
    width, count = max(widths.items(), key=lambda it: (it[1], it[0]), default=(1, 1))
    return Parsed(dialect, found, width, count / max(1, widths.total()))


def records(lines: list[str], dialect: Dialect, first_line: int) -> Iterator[Record]:
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        strict=True,
    )
    start = 0
    while start < len(lines):
        try:
            cells = next(reader)
        except csv.Error as error:
            raise CannotParse(f"line {first_line + start}: {said(error)}") from None
        written = "".join(lines[start : reader.line_num])
        bare = written.rstrip("\r\n")
        yield Record(bare, written[len(bare) :], cells, first_line + start)
        start = reader.line_num


def said(error: csv.Error) -> str:
    if "end of data" in str(error) or "field limit" in str(error):
        return "a quotation mark opens a cell and none closes it"
    if "expected after" in str(error):
        return 'a quotation mark inside a quoted cell must be doubled ("")'
    return str(error)


def is_row(record: Record) -> bool:
    return bool(record.written.strip()) and not record.written.startswith(COMMENT)


def has_columns(reading: Parsed) -> bool:
    """Prose has commas too: rows must be alike, all the more if the first has none."""
    first = next((record for record in reading.records if is_row(record)), None)
    named = first is not None and len(first.cells) > 1
    return reading.width > 1 and reading.fit >= (LIKELY if named else CLEAR)


def top_of(parsed: Parsed) -> int:
    """Which record names the columns. `#` begins a comment, unless it fits as a row."""
    comments = 0
    for record in parsed.records:
        if not record.written.startswith(COMMENT) or len(record.cells) == parsed.width:
            break
        comments += 1
    return comments + header_at([record.cells for record in parsed.records[comments:]])


def check_widths(file: Path, header: Record, below: list[Record], dialect: Dialect) -> None:
    """A cell beyond the header is a text cut in two: grouped, it would say something else."""
    for record in below:
        if any(cell.strip() for cell in record.cells[len(header.cells) :]):
            raise BadSpreadsheet(
                f"{file}, line {record.line}: {len(record.cells)} cells, but the header has"
                f" {len(header.cells)}; put quotation marks round a text with"
                f" {dialect.delimiter!r} in it"
            )


def safe(value: str | int | float | None) -> str:
    """No word of ours may become a formula where the file is opened."""
    text = "" if value is None else str(value)
    return text.lstrip("=+-@\t\r ") if text.startswith(FORMULA) else text


def joined(cells: list[str], dialect: Dialect) -> str:
    if not dialect.quoted:
        return dialect.delimiter.join(cells)
    line = io.StringIO()
    csv.writer(line, delimiter=dialect.delimiter, lineterminator="").writerow(cells)
    return line.getvalue()
