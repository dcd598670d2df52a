"""How long a fault lasts, and what was counted meanwhile."""

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.terminal import TerminalReporter

from bench.deployment import PostgreSQL, postgres_server
from bench.row import here
from tests.faults.watched import Watched
from tests.hall import Counted, Evening, count

N = TypeVar("N", int, float)
FAULT = "fault"
COUNTS = Counted._fields


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


@pytest.fixture
def verdict(note: Callable[..., None]) -> Callable[..., Awaitable[Counted]]:
    """`await verdict("F3", "Redis killed five times", evening, kills=5)` counts what has become
    of everything, notes it, and fails unless all of it is right. The end of every fault."""

    async def give(row: str, what: str, evening: Evening, **figures: float) -> Counted:
        start = time.monotonic()
        counted, wrong = await count(evening)
        figures |= {"sent_again": evening.resent, "told_to_wait": evening.nacks.total()}
        figures["settled_in_s"] = round(time.monotonic() - start, 1)
        note(row, what, **counted._asdict(), **figures)
        assert counted.acknowledged, "nobody was answered: this has shown nothing"
        assert counted.is_right, f"{counted}: {'; '.join(wrong)}"
        return counted

    return give


@pytest.fixture(scope="session")
def database_server() -> Iterator[PostgreSQL]:
    """One PostgreSQL for the deployments of all faults, each with a database of its own."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Starts servers whose errors are kept."""
    servers: list[Watched] = []

    def start(**given: object) -> Watched:
        server = Watched(**{"data": tmp_path / f"data{len(servers)}"} | given)  # type: ignore[arg-type]
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Everything that was counted, with the machine and the commit."""
    reports = [it for kind in ("passed", "failed") for it in terminalreporter.getreports(kind)]
    rows = [
        {"test": it.nodeid, "passed": it.passed, "seconds": round(it.duration, 1), **value}
        for it in reports
        for name, value in it.user_properties
        if name == FAULT and it.when == "call"
    ]
    if rows:
        terminalreporter.write_line(added_up(rows))
    if file := config.getoption("--results"):
        found = {"whole": config.getoption("--whole"), **here(), "faults": rows}
        Path(file).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def added_up(rows: list[dict]) -> str:
    """What all faults have counted, in one line."""
    sums = (f"{sum(it.get(name, 0) for it in rows):,} {name}" for name in COUNTS)
    return f"{len(rows)} faults: {', '.join(sums)}".replace("_", " ")
