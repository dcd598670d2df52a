"""What every spreadsheet has: columns with names, and rows of cells as text."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dialog.text.names import nearest, plain


class BadSpreadsheet(Exception):
    """What is wrong with a file, or with what was asked of it, in a sentence."""


class Added(NamedTuple):
    """A column to add: one value a row, in the order of the rows; None for an empty cell."""

    name: str
    values: Sequence[str | int | float | None]


@dataclass(slots=True)
class Table(ABC):
    """Everything below the header, empty rows too. Every row has a cell for every column."""

    file: Path
    columns: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list, kw_only=True)
    """What its owner should be told about how the file was read."""

    def column(self, name: str) -> int:
        """The column of that name, or of that number when none has it as its name.
        `BadSpreadsheet` if there is none, or more than one."""
        for same in (str, plain):
            places = [n for n, column in enumerate(self.columns) if same(column) == same(name)]
            if len(places) == 1:
                return places[0]
            if places:
                many = f'{len(places)} columns are called "{name}"'
                numbers = " or ".join(str(place + 1) for place in places)
                raise BadSpreadsheet(f"{self.file}: {many}; give a number: {numbers}")
        if name.isdecimal() and 1 <= int(name) <= len(self.columns):
            return int(name) - 1
        hint = nearest(name, self.columns)
        raise BadSpreadsheet(f'{self.file} has no column "{name}"{hint}; it has {self.listed()}')

    def listed(self, places: Sequence[int] | None = None) -> str:
        """The columns by name; by number where they have none or share it."""
        shared = Counter(self.columns)
        names = []
        for place in range(len(self.columns)) if places is None else places:
            column = self.columns[place]
            number = f" (number {place + 1})" if not column.strip() or shared[column] > 1 else ""
            names.append(f'"{" ".join(column.split())}"{number}')
        return ", ".join(names)

    @abstractmethod
    def with_columns(self, added: Sequence[Added]) -> bytes:
        """The file, with columns at its right."""

    @abstractmethod
    def line_of(self, row: int) -> int:
        """Where a row, counted from 0, stands in the file, as its program counts."""


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """Which row names the columns: the first that is more than a heading over the table.

    A heading is one cell with others empty beside it, above a row with several.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    several = next((row for row, cells in enumerate(filled) if cells > 1), None)
    if several is None:
        return next((row for row, cells in enumerate(filled) if cells), len(rows))
    return several


def padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
