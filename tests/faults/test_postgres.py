"""PostgreSQL dies and comes back, hangs, cuts connections, and its answers are lost."""

import asyncio
import contextlib
import os
import signal
import time

import pytest
from websockets.exceptions import ConnectionClosed

from bench.deployment import PostgreSQL, deployment
from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from dialog.rehearsal.screen import Screen
from dialog.staff import FRESH
from tests.hall import evening, wire_of

pytestmark = pytest.mark.timeout(900)
PAUSE = 1.0
"""Seconds between two contributions of one person."""


async def test_while_the_database_is_dead_people_keep_what_they_wrote_and_it_counts_once(
    database_server, length, verdict
):
    deaths = length(2, 6)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                for n in range(deaths):
                    await it.more_promises(20)
                    how = database_server.kill if n % 2 == 0 else lambda: kill(database_server)
                    await asyncio.to_thread(how)
                    await told_to_wait(it)
                    assert all(screen.records for screen in it.screens)
                    await asyncio.to_thread(come_back, database_server)
                await it.more_promises(20)
            what = "PostgreSQL stopped at once, and kill -9 of its first process, in turns"
            await verdict("F4", what, it, kills=deaths)


async def test_connections_cut_in_the_middle_of_commits_lose_and_double_nothing(
    database_server, length, verdict
):
    cuts = length(40, 200)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                for _ in range(cuts):
                    await asyncio.to_thread(there.postgres.execute, CUT)
                    await asyncio.sleep(0.05)
                await it.more_promises(20)
            what = "pg_terminate_backend of every connection, again and again"
            await verdict("F4", what, it, cuts=cuts)


async def test_a_commit_whose_answer_is_lost_counts_once(database_server, length, verdict):
    rounds = length(40, 150)
    with deployment(web=1, worker=False, postgres=database_server) as there:
        [losing] = there.more_web(1, ("-m", "tests.dying_server", "unknown", "3"))
        async with evening(there.web[0], 12, others=[losing]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                await it.more_promises(rounds)
            assert it.resent, "no answer was lost: this has shown nothing"
            await verdict("F4", "every third commit's answer is lost", it)


async def test_while_the_database_hangs_nobody_waits_for_ever_and_screens_stay(
    database_server, length, verdict
):
    hung = length(6, 15)
    with deployment(web=0, worker=False, postgres=database_server) as there:
        there.more_web(2, ("-c", SHORT_OF_PATIENCE))
        async with evening(there.web[0], 20, others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=8):
                await it.more_promises(20)
                database_server.pause()
                try:
                    ends = time.monotonic() + hung
                    await told_to_wait(it)
                    await asyncio.sleep(FRESH)  # until then a newcomer is known, and let in
                    assert await how_it_ends(it.people[0]) == f.TRY_LATER
                    assert all(screen.is_open and screen.records for screen in it.screens)
                    await asyncio.sleep(max(0.0, ends - time.monotonic()))
                finally:
                    database_server.resume()
                await it.more_promises(20)
            await verdict("F4", "SIGSTOP of PostgreSQL", it, hung_s=hung)


# ── what these tests need ─────────────────────────────────────────────────────────────────────

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname LIKE 'dialog%%' AND backend_type = 'client backend'"
)


SHORT_OF_PATIENCE = (
    "from dialog import cli, live, sockets; "
    "sockets.KNOWN_WITHIN = live.SAVED_WITHIN = 2.0; cli.main()"
)


async def how_it_ends(person: Screen) -> int | None:
    """The code with which one more connection of theirs is closed."""
    async with wire_of(person) as wire:
        await wire.send(encode(f.Hello(f.PROTOCOL, "phone", person.epoch, person.seq)), text=True)
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(60):
                while True:
                    await wire.recv()
        return wire.close_code


async def told_to_wait(it) -> None:
    """Until somebody has been told that nothing can be saved just now."""
    before = it.nacks["Unsaved"]
    async with asyncio.timeout(60):
        while it.nacks["Unsaved"] == before:
            await asyncio.sleep(0.05)


def kill(server: PostgreSQL) -> None:
    """Its first process, as a careless administrator would; the others notice and end."""
    os.kill(server.pid, signal.SIGKILL)


def come_back(server: PostgreSQL) -> None:
    """It does not start before the last of the old ones is gone."""
    ends = time.monotonic() + 60
    while True:
        with contextlib.suppress(Exception):
            server.start()
            server.execute("SELECT 1")
            return
        assert time.monotonic() < ends, "PostgreSQL does not come back"
        time.sleep(0.2)
