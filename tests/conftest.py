"""Coroutine tests, and servers for those that need a real one."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dialog.analysis.e5 import PackagedE5
from tests.hall import GroupingWorker, Server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="Faults at full length, as make faults.")
    parser.addoption("--results", help="A file for what the faults have counted, as JSON.")


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """`async def test_…` is run to its end in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


@pytest.fixture(scope="session")
def e5() -> PackagedE5:
    """The model that comes along, loaded once."""
    return PackagedE5()


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever counts how fast something is asked for, however long the asking takes."""
    monkeypatch.setattr("dialog.limits.time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of this test's own."""
    servers: list[Server] = []

    def start(**options: object) -> Server:
        given = {"data": tmp_path / f"data{len(servers)}"} | options
        server = Server(**given)  # type: ignore[arg-type]
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.kill()


@pytest.fixture
def grouping_beside() -> Iterator[Callable[..., GroupingWorker]]:
    """Starts grouping workers beside servers."""
    workers: list[GroupingWorker] = []

    def start(server: Server, *program: str, **env: str) -> GroupingWorker:
        worker = GroupingWorker(server, program, **env)
        workers.append(worker)
        return worker.start()

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a module, each with a session of its own."""
    server = Server(tmp_path_factory.mktemp("server") / "data").start()
    yield server
    server.stop()
