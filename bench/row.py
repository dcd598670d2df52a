"""A row of the table of figures: what was reached, beside what it is compared with in one run."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table. Ratios are to an anchor that ran in the same minutes on the same
    machine; `figures` has every number behind the words, with its unit in its name."""

    what: str
    anchor: str
    to_reach: str
    reached: str
    met: bool | None
    """None where nothing is to be reached, only told."""
    figures: dict[str, float]


HEAD = ("what", "anchor in the same run", "to reach", "reached", "")
MARKS = {True: "yes", False: "**no**", None: "–"}


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [(it.what, it.anchor, it.to_reach, it.reached, MARKS[it.met]) for it in rows]
    cells = (" | ".join(line) for line in [HEAD, ("---",) * len(HEAD), *lines])
    return "\n".join(f"| {it} |" for it in cells)


def shown(rows: Sequence[Row]) -> None:
    """Print rows by themselves, every figure with them."""
    for row in rows:
        print(f"{row.what}\n  anchor    {row.anchor}\n  to reach  {row.to_reach}")
        print(f"  reached   {row.reached} ({MARKS[row.met]})")
        for name, value in row.figures.items():
            print(f"    {name:32} {value:,.4g}" if value < 1000 else f"    {name:32} {value:,.0f}")


def here() -> dict[str, object]:
    """What machine this is, of which commit, and when."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(asked, capture_output=True, text=True, cwd=Path(__file__).parent)
    return {
        "commit": commit.stdout.strip(),
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{platform.platform()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
