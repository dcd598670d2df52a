"""Tables as CSV and JSON: open data."""

import csv
import io
import re
from collections.abc import Iterable

import msgspec

from dialog.domain.findings.model import Findings
from dialog.reports.tables import Sheet, Value

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
GUARD = "'"
"""Put before a text that a spreadsheet would run. A text that begins with it gets one more, so
that taking one away always gives the text as it was."""
SPLITS = "[;\t\r\n]"
"""What a spreadsheet that is set to Swedish takes to end a cell, also between quotes when a cell
before has ended in a comma."""
RUN_THERE = r"(?=[ ']*(?:[=@＝＠]|[-+－＋][^;\t\r\n]*[(|!]))"
OPEN, GUARDED = re.compile(f"({SPLITS}){RUN_THERE}"), re.compile(f"({SPLITS}){GUARD}{RUN_THERE}")
SEPARATOR = " "
"""Between several of a kind in one cell of numbers or codes."""


def csv_file(sheet: Sheet) -> bytes:
    """UTF-8 without a mark, RFC 4180: commas, CRLF, quotes where they are needed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in sheet.columns])
    writer.writerows([cell(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode()


def cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            return guarded(SEPARATOR.join(map(str, value)))
    return guarded(value)


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it, nor what it takes to be a cell inside it."""
    begins = text.startswith((*RUN_BY_SPREADSHEETS, GUARD))
    return (GUARD if begins else "") + OPEN.sub(rf"\1{GUARD}", text)


def unguarded(text: str) -> str:
    """The text as it was."""
    return GUARDED.sub(r"\1", text.removeprefix(GUARD))


def json_file(found: Findings, sheets: Iterable[Sheet]) -> bytes:
    """All tables in one file, with what they are a picture of. Texts stand as they were written."""
    content = {
        "dialogue": found.dialogue,
        "record_number": found.record_number,
        "municipality": found.municipality,
        "edition": found.scope.edition,
        "version": found.version,
        "status": "working-material" if found.version is None else "record",
        "seq": found.seq,
        "log_hash": found.log_hash,
        "rehearsal": found.rehearsal,
        "tables": {sheet.name: records(sheet) for sheet in sheets},
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def records(sheet: Sheet) -> list[dict[str, Value]]:
    names = [column.name for column in sheet.columns]
    return [dict(zip(names, row, strict=True)) for row in sheet.rows]
