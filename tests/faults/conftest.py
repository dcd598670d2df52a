"""How long a fault lasts, and what was counted meanwhile."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.terminal import TerminalReporter

from bench.row import here

N = TypeVar("N", int, float)
FAULT = "fault"


@pytest.fixture
def length(request: pytest.FixtureRequest) -> Callable[[N, N], N]:
    """`length(short, whole)`: the first in `make test`, the second in `make faults`."""
    whole = request.config.getoption("--whole")
    return lambda short, all_of_it: all_of_it if whole else short


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`note("F3", "Redis killed five times", acknowledged=…, lost=0, …)` for the results."""

    def write(row: str, what: str, **figures: float) -> None:
        record_property(FAULT, {"row": row, "what": what, **figures})

    return write


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Everything that was counted, with the machine and the commit."""
    reports = [it for kind in ("passed", "failed") for it in terminalreporter.getreports(kind)]
    rows = [
        {"test": it.nodeid, "passed": it.passed, "seconds": round(it.duration, 1), **value}
        for it in reports
        for name, value in it.user_properties
        if name == FAULT and it.when == "call"
    ]
    if file := config.getoption("--results"):
        found = {"whole": config.getoption("--whole"), **here(), "faults": rows}
        Path(file).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
