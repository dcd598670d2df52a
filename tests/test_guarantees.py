"""What docs/guarantees.md promises, each tried by doing the worst to a real server."""

import asyncio
import contextlib
import re
import socket
import sqlite3

from dialog.broadcast import Frame
from dialog.channel import Channel, spread
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_server_frame, encode
from dialog.protocol.records import Counts
from dialog.protocol.refusals import Unsaved
from dialog.rehearsal.screen import Screen
from tests.by_hand import stalled_console
from tests.hall import ROOT, check, evening, wire_of
from tests.test_live import until

# ── the disk fails ────────────────────────────────────────────────────────────────────────────


async def test_while_somebody_else_locks_the_database_nothing_is_lost(serve):
    server = serve()
    async with evening(server, 20) as it:
        refused: list[f.Nack] = []
        for person in it.people:
            person.watch = lambda _, frame, __: (
                refused.append(frame) if isinstance(frame, f.Nack) else None
            )
        stranger = sqlite3.connect(server.data / "dialog.db", isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        posting = [asyncio.create_task(it.post(person)) for person in it.people for _ in range(5)]
        await until(lambda: refused, 60)  # each is refused many times before it is through
        assert not any(task.done() for task in posting)
        stranger.execute("ROLLBACK")
        stranger.close()
        await asyncio.gather(*posting)
        assert {type(nack.refusal) for nack in refused} == {Unsaved}
        assert len(it.promises) == 100
        await check(it)


# ── readers ───────────────────────────────────────────────────────────────────────────────────


def of_patience(seconds: int) -> tuple[str, str]:
    """A server that drops after so long whoever does not read."""
    changed = f"import dialog.channel as it; it.STALLED = {seconds}"
    return "-c", f"{changed}; from dialog.cli import main; main()"


async def test_screens_that_do_not_read_delay_nobody(serve):
    """Not even if they are never dropped."""
    server = serve(program=of_patience(3600))
    async with evening(server, 10) as it, contextlib.AsyncExitStack() as stalled:
        for _ in range(8):
            stalled.enter_context(stalled_console(it))
        for n in range(60):
            ack = await it.post(it.people[n % 10], f"{n} " + "lång text" * 50)
            assert await it.console.until(lambda seq=ack.seq: it.console.seq >= seq, 60)
        await check(it)


async def test_screens_that_do_not_read_are_dropped(serve):
    server = serve(program=of_patience(1))
    async with evening(server, 10) as it:
        stalled = [stalled_console(it) for _ in range(8)]
        for n in range(60):
            ack = await it.post(it.people[n % 10], f"{n} " + "lång text" * 50)
            assert await it.console.until(lambda seq=ack.seq: it.console.seq >= seq, 60)
        for one in stalled:
            with one:
                assert await asyncio.to_thread(was_dropped, one)
        await check(it)


async def test_a_screen_that_does_not_read_makes_no_other_wait_for_it():
    channel = Channel("evening", "phone", 0, {})
    stalled, healthy = Reader(full=True), Reader()
    for reader in (stalled, healthy):
        channel.admit(reader, 0)  # type: ignore[arg-type]
    channel.push(1, {"counts": Counts(1, 0, 0, 0, {})}, [])
    spreading = asyncio.create_task(spread(channel))
    await until(lambda: len(healthy.frames) == 1)
    channel.push(2, {"counts": Counts(2, 0, 0, 0, {})}, [])
    await until(lambda: len(healthy.frames) == 2)
    assert stalled.frames == []
    spreading.cancel()


def test_who_comes_from_another_process_is_brought_to_now_and_never_back():
    channel = Channel("evening", "phone", 0, {})
    for to in (3, 5, 9):
        channel.push(to, {"counts": Counts(to, 0, 0, 0, {})}, [])

    def given(since: int, now: int) -> list[object]:
        reader = Reader()
        channel.admit(reader, since, now)  # type: ignore[arg-type]
        return [(type(frame), getattr(frame, "seq", 0)) for frame in reader.frames]

    assert given(3, 12) == [(f.Patch, 0)]  # where a patch of ours ends
    assert given(4, 12) == [(f.View, 9)]  # inside one: what it shows is not known here
    assert given(9, 12) == given(12, 12) == []  # nothing has changed from 9 to 12
    assert given(11, 12) == [(f.View, 12)]  # and yet something may have, and back


async def test_who_comes_back_is_given_what_is_missing_and_nothing_else(server):
    async with evening(server, 2) as it:
        ada, bo = it.people
        for n in range(3):
            await it.post(ada, f"före {n}")
        await it.settle()
        head = it.server.log_of(it.session)[1][-1].seq
        assert await bo.until(lambda: bo.seq >= head, 60)
        seq, epoch = bo.seq, bo.epoch
        await it.post(ada, "medan bo var borta")
        await bo.until(lambda: bo.seq > seq)
        assert [type(frame) for frame in await first_frames(bo, seq, epoch)] == [f.Patch]
        assert await first_frames(bo, bo.seq, epoch) == []
        for since, other in ((seq, "0" * 16), (-1, epoch), (1, epoch), (10**6, epoch)):
            frames = await first_frames(bo, since, other)
            assert [type(frame) for frame in frames] == [f.View], (since, other)


async def test_what_a_screen_shows_equals_the_log_read_anew(server):
    async with evening(server, 3) as it:
        ada, bo, cy = it.people
        await it.do(c.SetModeration("hold-all"))
        for person in (ada, bo, cy, ada):
            await it.post(person)
        await ada.until(lambda: len(ada.own.contributions) == 2)
        numbers = [own.contribution for own in ada.own.contributions]
        await it.do(c.ReleaseContributions(numbers))
        hidden = await it.do(c.HideContribution(numbers[0], "spam"))
        await ada.do(c.WithdrawContribution(numbers[1]))
        await bo.do(c.ChoosePerspective("youth"))
        await it.do(c.ShowOthers(True))
        await it.do(c.StartTimer(60))
        await it.do(c.Undo(hidden.seq))
        await check(it)
        await it.do(c.ShowOthers(False))
        await it.do(c.StopTimer())
        await check(it)


def test_every_test_that_the_table_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "guarantees.md").read_text()))
    there = "".join(file.read_text() for file in (ROOT / "tests").rglob("*.py"))
    assert named
    assert not [name for name in named if f"def {name}(" not in there]


# ── what these tests need ─────────────────────────────────────────────────────────────────────


class Reader:
    """A connection of which only the frames matter."""

    def __init__(self, full: bool = False) -> None:
        self.full, self.cursor, self.full_since = full, -1, None
        self.frames: list[f.ServerFrame] = []

    def take(self, data: bytes) -> bool:
        return False

    def is_full(self) -> bool:
        return self.full

    def write(self, frame: Frame) -> None:
        self.frames.append(decode_server_frame(frame.payload))


async def first_frames(screen: Screen, since: int, epoch: str) -> list[f.ServerFrame]:
    """What a phone that says it has got to `since` is given before anything new happens."""
    async with wire_of(screen) as wire:
        await wire.send(encode(f.Hello(f.PROTOCOL, "phone", epoch, since)), text=True)
        await wire.send(encode(f.Ping()), text=True)
        frames = []
        while not isinstance(frame := decode_server_frame(await wire.recv(decode=False)), f.Pong):
            frames.append(frame)
    return [frame for frame in frames if not isinstance(frame, f.Welcome | f.Mine)]


def was_dropped(one: socket.socket) -> bool:
    """Reading all that is left, whether the other end is gone."""
    with contextlib.suppress(ConnectionResetError):
        while one.recv(65536):
            pass
    return True
