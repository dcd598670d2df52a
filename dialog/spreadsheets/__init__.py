"""Spreadsheets of texts, as municipalities have them: CSV of any dialect, and Excel's XLSX.

A file comes back as it was, with columns added at its right: the cells that were there are never
written anew, so nothing of them can be lost.
"""

import os
from pathlib import Path

from dialog.spreadsheets import delimited
from dialog.spreadsheets.table import Added, BadSpreadsheet, Table

__all__ = ["Added", "BadSpreadsheet", "Table", "check_goal", "read", "write_whole"]

EXCEL = ".xlsx"
OLD_EXCEL_OR_LOCKED = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


def read(file: Path, sheet: str | None = None) -> Table:
    """The table in `file`, or `BadSpreadsheet`. `sheet` says which, of a workbook's."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadSpreadsheet(f"{file}: {error.strerror}") from None
    if data.startswith(OLD_EXCEL_OR_LOCKED):
        raise BadSpreadsheet(
            f"{file} is an old Excel file or has a password; save it as .xlsx without one"
        )
    if data.startswith(ZIP):
        from dialog.spreadsheets import workbook  # brings numpy, which the web process does without

        return workbook.read(file, data, sheet)
    if sheet is not None:
        raise BadSpreadsheet(f"{file} is no Excel file, so it has no sheets to choose from")
    return delimited.read(file, data)


def check_goal(table: Table, goal: Path) -> None:
    """Refuse what `table` cannot or must not be written to, before any work is done."""
    if goal.exists() and goal.samefile(table.file):
        raise BadSpreadsheet(f"{goal} is the input itself; name another file for the output")
    if goal.exists() and not goal.is_file():
        raise BadSpreadsheet(f"{goal} is not a file")
    if not goal.resolve().parent.is_dir():
        raise BadSpreadsheet(f"{goal}: there is no folder {goal.parent}")
    if not isinstance(table, delimited.Delimited) and not is_excel(goal):
        raise BadSpreadsheet(f"{goal}: from an Excel file comes an Excel file; end it in {EXCEL}")


def write_whole(table: Table, goal: Path, added: list[Added]) -> None:
    """`goal` = `table` with columns at its right: all of it, or on failure nothing of it."""
    check_goal(table, goal)
    if is_excel(goal) and isinstance(table, delimited.Delimited):
        from dialog.spreadsheets import workbook

        data = workbook.made_of(table, added)
    else:
        data = table.with_columns(added)
    goal = goal.resolve()
    partial = goal.with_name(f".{goal.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(goal)
    except OSError as error:
        raise BadSpreadsheet(f"cannot write {goal}: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def is_excel(file: Path) -> bool:
    return file.suffix.lower() == EXCEL
