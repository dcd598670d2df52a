"""PostgreSQL's disk is full: where its tables lie, or where its own log does."""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy.exc import SQLAlchemyError

from bench.deployment import PostgreSQL, deployment
from tests.faults.test_disk import MEGABYTE, fill, mounted, readers_are_served
from tests.faults.test_postgres import PAUSE, come_back, told_to_wait
from tests.hall import evening

__all__ = ["mounted"]
pytestmark = pytest.mark.timeout(900)
OF_ALL, OF_LOG = 160 * MEGABYTE, 64 * MEGABYTE
"""An empty PostgreSQL takes 60; a file of its log 16, and there is always one more."""


@pytest.fixture
def disk(mounted: Callable[..., Path]) -> Callable[[int], Path]:
    """Makes small ones. Not where pytest keeps what tests write: every pytest that starts on the
    machine takes that folder from everybody but its own user, and PostgreSQL has another."""

    def make(size: int) -> Path:
        at = Path(tempfile.mkdtemp(prefix="dialog-disk-"))
        return mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", at=at)

    return make


@pytest.fixture
def small(disk: Callable[[int], Path]) -> Iterator[Callable[[], PostgreSQL]]:
    """Makes servers on small disks."""
    servers: list[PostgreSQL] = []

    def make() -> PostgreSQL:
        place = disk(OF_ALL) / "pg"
        place.mkdir()
        servers.append(server := PostgreSQL(place))
        return server

    yield make
    for server in servers:
        server.close()


def log_apart(server: PostgreSQL, place: Path) -> None:
    """As many have it: what is written first of every commit lies on a disk of its own. It keeps
    no more of it than has room there."""
    server.execute("ALTER SYSTEM SET min_wal_size = '32MB'")
    server.execute("ALTER SYSTEM SET max_wal_size = '32MB'")
    server.stop()
    own = server.folder / "pg_wal"
    subprocess.run(["cp", "-a", own, place], check=True)
    shutil.rmtree(own)
    own.symlink_to(place / "pg_wal")
    server.start()


async def test_while_the_databases_disk_is_full_people_read_on_and_what_they_write_waits(
    small, length, verdict
):
    server, people = small(), length(20, 60)
    with deployment(worker=False, postgres=server) as there:
        async with evening(there.web[0], people, others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                await it.more_promises(20)
                file = fill(server.folder.parent)
                await told_to_wait(it)
                await asyncio.sleep(length(1, 8))
                await readers_are_served(it)
                file.unlink()
                await it.more_promises(20)
            await verdict("F5", "PostgreSQL's disk is full", it, phones=people)


async def test_when_the_databases_own_log_finds_no_room_it_ends_and_what_people_write_waits(
    small, disk, length, verdict
):
    """It does not go on by itself: whoever has made room starts it again."""
    server, people = small(), length(20, 60)
    place = disk(OF_LOG)
    log_apart(server, place)
    with deployment(worker=False, postgres=server) as there:
        async with evening(there.web[0], people, others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                await it.more_promises(20)
                file = fill(place)
                await until_it_has_ended(server)
                await told_to_wait(it)
                await asyncio.sleep(length(1, 8))
                assert all(screen.records for screen in it.screens)
                file.unlink()
                await asyncio.to_thread(come_back, server)
                await it.more_promises(20)
            await verdict("F5", "the disk of PostgreSQL's log is full", it, phones=people)


async def until_it_has_ended(server: PostgreSQL) -> None:
    """With less to write than an evening has until a file of its log is full."""
    async with asyncio.timeout(60):
        while not has_ended(server.pid):
            with contextlib.suppress(SQLAlchemyError):
                await asyncio.to_thread(server.execute, "SELECT pg_switch_wal()")
            await asyncio.sleep(0.2)


def has_ended(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True
