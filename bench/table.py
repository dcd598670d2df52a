"""The table of figures: every row beside what it is compared with, measured in one run.

    python -m bench.table [--only fan_out --only crowd] [--small] [--out bench/results/scale.json]

An idle machine, please. Prints the table as Markdown; `--out` keeps it with every figure behind it,
the machine and the commit.
"""

import argparse
import importlib
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from bench.phones import CannotMeasure
from bench.row import Row, here, table

MODULES = (
    *("fan_out", "crowd", "durable", "memory", "reconnect", "first_load", "dead_bus"),
    *("stopped_readers", "two_processes", "opening"),
)
"""Each is `python -m bench.<name>` by itself, and has `rows(small)`."""
TOLD = ("uvicorn", "uvloop", "starlette", "websockets", "msgspec", "SQLAlchemy", "psycopg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=MODULES)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    rows, failed = measured(chosen.only or list(MODULES), chosen.small)
    print(table(rows))
    if chosen.out:
        keep(chosen.out, rows, failed, chosen.small)
    for name, why in failed.items():
        print(f"{name}: {why}", file=sys.stderr)
    sys.exit(bool(failed))


def measured(names: list[str], small: bool = False) -> tuple[list[Row], dict[str, str]]:
    """All rows, and why the modules that gave none did not. One that fails stops no other."""
    rows, failed = [], {}
    for name in names:
        began = time.monotonic()
        try:
            rows += importlib.import_module(f"bench.{name}").rows(small)
        except (CannotMeasure, ImportError, OSError, AssertionError) as error:
            failed[name] = f"{type(error).__name__}: {error}"
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return rows, failed


def keep(out: Path, rows: list[Row], failed: dict[str, str], small: bool = False) -> None:
    """Write everything down where it can be found again."""
    found = {
        **here(),
        "versions": {name: version(name) for name in TOLD},
        "small": small,
        "rows": [row._asdict() for row in rows],
        "failed": failed,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
