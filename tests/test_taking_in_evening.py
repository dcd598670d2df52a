"""An evening in a hall without internet, with real processes: held on a laptop, copied, looked
through, and taken into a server that holds an evening of its own at that very time."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dialog.protocol import commands as c
from dialog.protocol.work_events import SessionTakenIn
from dialog.rehearsal.visitor import Visitor
from dialog.store import doors
from dialog.store.database import open_database
from tests.hall import DIALOGUE, ROOT, Evening, Server, check, evening, fold

pytest_plugins = ["tests.store.databases"]


class Town(Server):
    """The municipality's server, on either database."""

    url = ""  # type: ignore[assignment]

    def __init__(self, data: Path, url: str) -> None:
        super().__init__(data)
        self.url = url or f"sqlite:///{data / 'dialog.db'}"  # type: ignore[misc]


@pytest.fixture
def laptop(tmp_path):
    server = Server(tmp_path / "laptop").start()
    yield server
    server.kill()


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request, tmp_path, laptop):
    """Started after the laptop: what is said of a database is said to the town alone."""
    url = ""
    if request.param == "postgresql":
        from tests.store.databases import new_postgres_database

        url = new_postgres_database(request.getfixturevalue("postgres"))
    with pytest.MonkeyPatch.context() as told:
        told.setenv("DIALOG_DATABASE", url)
        server = Town(tmp_path / "town", url).start()
    yield server
    server.kill()


def run(
    *arguments: object, database: str = "", program: tuple[str, ...] = ("-m", "dialog")
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *program, *map(str, arguments)]
    env = os.environ | {"DIALOG_DATABASE": database}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


KILLED = """
import os, signal
from dialog.cli import main
from dialog.store import log
log.keep_receipts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main()
"""
"""`dialog`, that dies when all is written but the last."""


async def said(*arguments: object, database: str = "") -> str:
    """What the command prints, once it has done it."""
    done = await asyncio.to_thread(run, *arguments, database=database)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def held_on(laptop: Server, receipt: str) -> tuple[str, dict[str, tuple[int, str]]]:
    """An evening from its opening to its end: the session, and what was promised there."""
    async with evening(laptop, people=3) as hall:
        for person in hall.people * 2:
            await hall.post(person)
        await write_with(hall, receipt)
        await hall.do(c.HideContribution(2, "spam"))
        await check(hall)
        await hall.do(c.EndSession())
        return hall.session, dict(hall.promises)


async def write_with(hall: Evening, receipt: str) -> None:
    """One more contribution, whose receipt this is."""
    step, text, op = hall.step("collect"), "Fler bänkar vid ån", "with-a-receipt-of-its-own"
    wish = c.PostContribution(step, 0, "keyword", text, receipt=receipt)
    hall.sent[text] += 1
    ack = await hall.people[0].do(wish, op)
    hall.promises[op] = (ack.seq, text)


async def copied(laptop: Server, to: Path) -> Path:
    await said("backup", to, "--data", laptop.data)
    return to


async def test_an_evening_without_internet_comes_to_the_municipality(laptop, town, tmp_path):
    receipt = secrets.token_hex(16)
    session, promises = await held_on(laptop, receipt)
    command = ("take-in", await copied(laptop, tmp_path / "copy.zip"), "--data", town.data)
    do_it = (*command, "--do", "--by", "registrator/Rut")
    async with evening(town, people=2) as here:
        await here.post(here.people[0])
        before = town.log_of(here.session)[1]
        nobody = await asyncio.to_thread(run, *command, "--do", database=town.url)
        assert nobody.returncode == 1 and "say with --by who does it" in nobody.stderr
        preview = await said(*command, database=town.url)
        assert "7 contributions" in preview and "say --do" in preview
        assert town.log_of(here.session)[1] == before
        dead = await asyncio.to_thread(run, *do_it, database=town.url, program=("-c", KILLED))
        assert dead.returncode == -signal.SIGKILL
        assert town.log_of(here.session)[1] == before
        more = here.keep_posting(here.people[1], lambda: len(here.promises) > 12, 0.02)
        posting = asyncio.create_task(more)
        assert "Sessions taken in: 1." in await said(*do_it, database=town.url)
        await posting
        again = await said(*do_it, database=town.url)
        assert "nothing is new" in again and "nothing is changed" in again
        await workboard_shows_it(here)
        log = await check(here)
        told = await Visitor(town.address).post("/api/receipts", receipts=[receipt])
    assert told["received"][0]["text"] == "Fler bänkar vid ån"
    assert_same(laptop, town, session, promises)
    assert sum(isinstance(it.event, SessionTakenIn) for it in log) == 1


async def workboard_shows_it(here: Evening) -> None:
    board = Visitor(here.server.address)
    await board.post("/api/staff/login", secret=here.server.secret("presidium"))
    for _ in range(50):
        found = await board.get(f"/api/dialogue/{DIALOGUE}/records")
        words = [it["words"] for it in found["records"]["changes"]["changes"]]
        if "session_taken_in" in words:
            break
        await asyncio.sleep(0.1)
    assert words.count("session_taken_in") == 1


def assert_same(laptop: Server, town: Server, session: str, promises) -> None:
    """All that was promised on the laptop stands in the town's log, each in its own words once."""
    theirs = fold(*laptop.log_of(session)).sessions[session]
    ours = fold(*town.log_of(session)).sessions[session]
    there = [(it.words, it.standing, it.at) for it in theirs.contributions.values()]
    assert [(it.words, it.standing, it.at) for it in ours.contributions.values()] == there
    assert {text for _, text in promises.values()} == {words for words, _, _ in there}
    engine = open_database(town.url)
    with engine.connect() as db:
        door = doors.door_of(db, session)
        assert door is not None and door.ended and door.code == ""
    engine.dispose()
