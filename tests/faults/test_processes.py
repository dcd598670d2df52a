"""Our own processes die, hang, are restarted and race, while people write."""

import asyncio
import contextlib
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from bench.deployment import deployment
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_server_frame, encode
from dialog.protocol.events import GroupsSuggested, StepOpened
from dialog.protocol.records import Group
from dialog.protocol.refusals import AlreadyMoved, Refused
from dialog.rehearsal.screen import Screen, ShownOut
from dialog.rehearsal.visitor import Visitor
from dialog.rehearsal.wire import dialled
from tests.hall import ROOT, Evening, GroupingWorker, Roaming, Server, evening

pytestmark = pytest.mark.timeout(900)
PAUSE = 0.5
"""Seconds between two contributions of one person, who never waits for an answer …"""
UNANSWERED = 8
"""… as long as no more than so many are without one."""
TO_BEGIN = 240
"""Seconds that a new worker may take on a busy machine: it reads a language model first."""
POINTS = ("before-commit", "before-ack", "after-ack")
TEXTS = ("fler bussar på kvällen", "bussar i byarna", "bussen går för sällan")

# ── killed ────────────────────────────────────────────────────────────────────────────────────


async def test_killed_again_and_again_one_process_breaks_no_promise(serve, length, verdict):
    server, kills = serve(), length(5, 50)
    async with evening(server, length(20, 60)) as it:
        async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
            for _ in range(kills):
                await it.more_promises(length(20, 30))
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
        await verdict("F1a", "kill -9 of the one web process, SQLite", it, kills=kills)


async def test_killed_in_turns_two_processes_break_no_promise(database_server, length, verdict):
    kills = length(3, 50)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
                for n in range(kills):
                    await it.more_promises(length(20, 30))
                    victim = there.web[n % 2]
                    await asyncio.to_thread(victim.kill)
                    await it.more_promises(10)
                    await asyncio.to_thread(victim.start)
            what = "kill -9 of two web processes in turns, PostgreSQL and Redis"
            await verdict("F1b", what, it, kills=kills)


async def test_killed_at_the_worst_moment_no_promise_is_broken(serve, length, verdict):
    server, kills = serve(), length(2, 8)
    async with evening(server, 12) as it:
        async with it.everybody_writing(0.3, waiting=UNANSWERED):
            await asyncio.to_thread(server.kill)
            for point, nth in product(POINTS, range(kills)):
                server.program = ("-m", "tests.dying_server", point, str(1 + nth % 3))
                await asyncio.to_thread(server.start)
                await asyncio.to_thread(server.wait_for_death)
            server.program = ("-m", "dialog")
            await asyncio.to_thread(server.start)
        what = "kill -9 before the commit, before and after the acknowledgement, SQLite"
        await verdict("F1c", what, it, kills=kills * len(POINTS))


async def test_what_one_process_left_behind_another_goes_on_from(database_server, length, verdict):
    kills = length(1, 8)
    with deployment(worker=False, postgres=database_server) as there:
        dying, other = there.web
        async with evening(other, 12, others=[dying]) as it:
            async with it.everybody_writing(0.3, waiting=UNANSWERED):
                await asyncio.to_thread(dying.kill)
                for point, nth in product(POINTS, range(kills)):
                    dying.program = ("-m", "tests.dying_server", point, str(1 + nth % 3))
                    await asyncio.to_thread(dying.start)
                    await send(it.people[::2], dying)
                    await asyncio.to_thread(dying.wait_for_death)
                    await it.more_promises(5)
                dying.program = ("-m", "dialog")
                await asyncio.to_thread(dying.start)
            what = "the same of one of two web processes, PostgreSQL and Redis"
            await verdict("F1c", what, it, kills=kills * len(POINTS))


async def test_two_processes_show_the_same_and_one_takes_over_from_the_other(
    serve, length, verdict
):
    server, kills = serve(), length(2, 20)
    async with evening(server, 10) as it:
        other = serve(data=server.data)
        moving = it.people[:5]
        for person in moving:
            await it.move(person, other)
        ack = await it.post(it.people[5])  # at the one, which has no way to tell the other
        for person in moving:
            assert await person.until(lambda person=person: person.seq >= ack.seq, 60)
        async with it.everybody_writing(0.3, waiting=UNANSWERED):
            for _ in range(kills):
                await it.more_promises(20)
                await asyncio.to_thread(other.kill)
                await it.more_promises(10)
                await asyncio.to_thread(other.start)
                await send(moving, other)
        what = "kill -9 of one of two web processes on one SQLite file"
        await verdict("F1b", what, it, kills=kills)


# ── restarted ─────────────────────────────────────────────────────────────────────────────────


async def test_told_to_stop_it_says_so_and_the_hall_comes_back(serve, verdict):
    server = serve()
    async with evening(server, 20) as it:
        async with it.everybody_writing(0.2):
            await it.more_promises(20)
            assert await asyncio.to_thread(server.stop) in (0, -signal.SIGTERM)
            await asyncio.to_thread(server.start)
        assert {screen.closes[0] for screen in it.screens} == {f.GOING_AWAY}
        await verdict("F2", "SIGTERM of the one web process, SQLite", it, restarts=1)


async def test_a_new_release_is_rolled_out_while_people_write_and_staff_work(
    database_server, length, verdict
):
    restarts = length(4, 20)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
                for n in range(restarts):
                    await it.more_promises(20)
                    timer = asyncio.create_task(it.do(c.StartTimer(600 + n)))
                    if n % 2 == 0:
                        await asyncio.to_thread(dialog, there.data, there.env, "migrate")
                    assert await asyncio.to_thread(there.web[n % 2].stop) in (0, -signal.SIGTERM)
                    await asyncio.to_thread(there.web[n % 2].start)
                    await timer
            assert {code for screen in it.screens for code in screen.partings} == {f.GOING_AWAY}
            assert all(screen.partings for screen in it.screens)
            what = "rolling SIGTERM of two web processes, with dialog migrate between"
            await verdict("F2", what, it, restarts=restarts)


# ── hung ──────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_hung_process_did_not_answer_is_sent_again_and_counts_once(serve, verdict):
    server = serve(program=("-m", "tests.dying_server", "hang-before-ack", "40"))
    async with evening(server, 20) as it:
        async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
            await asyncio.to_thread(is_stopped, server)
            began = time.monotonic()
            for person in it.people:
                assert await person.until(lambda person=person: not person.is_open, 60)
            server.resume()
            hung = round(time.monotonic() - began, 1)
            await it.more_promises(40)
        what = "SIGSTOP of the one web process between commit and answer, SQLite"
        await verdict("F6", what, it, hung_s=hung)
        assert it.resent, "nobody sent anything again: this has shown nothing"


async def test_a_process_that_hangs_with_the_log_in_its_hand_lets_go_of_it(
    database_server, verdict
):
    with deployment(web=0, worker=False, postgres=database_server) as there:
        hanging, other = there.more_web(2, ("-m", "tests.dying_server", "never", "0"))
        async with evening(other, 12, others=[hanging]) as it:
            async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
                await asyncio.to_thread(hanging.kill)
                hanging.program = ("-m", "tests.dying_server", "hang-before-commit", "3")
                await asyncio.to_thread(hanging.start)
                await send(it.people[:4], hanging)
                await asyncio.to_thread(is_stopped, hanging)
                await it.more_promises(20)
                for person in it.people:
                    assert await person.until(lambda p=person: is_at(p, other), 60)
                hanging.resume()
                await it.more_promises(20)
            assert it.nacks["Unsaved"]
            await verdict("F6", "SIGSTOP of a web process inside its transaction", it)


# ── the worker ────────────────────────────────────────────────────────────────────────────────


async def test_the_grouping_worker_dies_and_posting_goes_on(serve, verdict):
    server = serve(grouping="child")
    async with evening(server, 5) as it:
        async with it.everybody_writing(0.3):
            first = await worker_of(server)
            os.kill(first, signal.SIGKILL)
            await it.more_promises(10)
            assert await worker_of(server, other_than=first)
            hung = await worker_of(server)
            await stopped_between_writes(hung, server.data / "dialog.db")
            await it.more_promises(15)
            assert await asyncio.to_thread(server.stop) in (0, -signal.SIGTERM)
            assert not Path(f"/proc/{hung}").exists()
            await asyncio.to_thread(server.start)
        await groups_come(it)
        await verdict("worker", "kill -9 and SIGSTOP of the grouping worker, SQLite", it, kills=1)


async def stopped_between_writes(worker: int, database: Path) -> None:
    """SQLite has nobody who takes the write lock from a process that hangs with it."""
    while True:
        os.kill(worker, signal.SIGSTOP)
        ours = contextlib.closing(sqlite3.connect(database, timeout=0.5))
        with contextlib.suppress(sqlite3.OperationalError), ours as db:
            db.execute("BEGIN IMMEDIATE")
            return
        os.kill(worker, signal.SIGCONT)
        await asyncio.sleep(0.1)


async def test_a_worker_on_its_own_dies_and_hangs_and_posting_goes_on(
    database_server, length, verdict
):
    hangs = length(1, 3)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], 6, others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE):
                for nth in range(hangs):
                    hanging = ("-m", "tests.dying_server", "hang-before-commit", str(1 + nth))
                    there.worker = GroupingWorker(Server(there.data), hanging, **there.env).start()
                    await asyncio.to_thread(is_stopped, there.worker)
                    await it.more_promises(20)
                    there.worker.resume()
                    await it.more_promises(5)
                    there.worker.kill()
                    await it.more_promises(10)
            there.start_worker()
            await groups_come(it)
            what = "a worker beside two web processes hangs inside its transaction, and kill -9"
            await verdict("worker", what, it, hangs=hangs)


# ── an older copy ─────────────────────────────────────────────────────────────────────────────


async def test_an_older_copy_that_is_put_back_meanwhile_is_noticed_by_everybody(
    serve, tmp_path, verdict
):
    server, copy = serve(), tmp_path / "copy.zip"
    async with evening(server, 10) as it:
        async with it.everybody_writing(PAUSE):
            await it.more_promises(20)
        await asyncio.to_thread(dialog, server.data, {}, "backup", str(copy))
        promises = dict(it.promises)
        async with it.everybody_writing(PAUSE):
            await it.more_promises(20)
        before = it.console.epoch
        await asyncio.to_thread(dialog, server.data, {}, "restore", "--over", str(copy))
        for person in it.people:
            with pytest.raises(ShownOut):
                await person.until(lambda: False, 60)
        assert await it.console.until(lambda: it.console.epoch != before, 60)
        # What came after the copy is gone, as whoever put it back wanted.
        it.promises, it.sent = promises, Counter(text for _, text in promises.values())
        it.screens, it.people = [it.console, it.projector], []
        await it.join(10)
        async with it.everybody_writing(PAUSE):
            await it.more_promises(20)
        await verdict("F13", "an older copy put back while people write, SQLite", it)


# ── races ─────────────────────────────────────────────────────────────────────────────────────


async def test_two_facilitators_at_two_processes_step_once(database_server, length, verdict):
    rounds = length(4, 30)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], 8, others=there.web[1:]) as it:
            gil = it.screen("console", await facilitator(it), "console", there.web[1])
            await gil.until(lambda: gil.seq >= it.console.seq, 60)
            for _ in range(rounds):
                seen = it.stage.step
                if seen == it.step("collect"):
                    await it.post(it.people[0])
                to = it.step("break" if seen == it.step("collect") else "collect")
                answers = await asyncio.gather(
                    *(each.do(c.GoToStep(to, seen)) for each in (it.console, gil)),
                    return_exceptions=True,
                )
                [refused] = [each for each in answers if isinstance(each, Refused)]
                assert refused.refusal == AlreadyMoved()
                [ack] = [each for each in answers if isinstance(each, f.Ack)]
                for each in it.screens:
                    await each.until(lambda each=each, to=ack.seq: each.seq >= to, 60)
            log = it.server.log_of(it.session)[1]
            assert sum(isinstance(entry.event, StepOpened) for entry in log) == rounds + 1
            what = "two facilitators at two processes press at once"
            await verdict("race", what, it, rounds=rounds)


async def test_one_wish_by_three_sockets_to_two_processes_counts_once(
    database_server, length, verdict
):
    rounds = length(8, 50)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], 6, others=there.web[1:]) as it:
            for n in range(rounds):
                person = it.people[n % 6]
                op, text = secrets.token_urlsafe(18), f"tre gånger, omgång {n}"
                wish = encode(f.Do(op, it.contribution(person, text)))
                servers = (there.web[0], there.web[1], there.web[n % 2])
                async with contextlib.AsyncExitStack() as lines:
                    sockets = [await greeted(person, server, lines) for server in servers]
                    await asyncio.gather(*(each.send(wish, text=True) for each in sockets))
                    acks = [await answered(each) for each in sockets]
                assert len({ack.seq for ack in acks}) == 1
                assert sorted(ack.dup for ack in acks) == [False, True, True]
                it.sent[text] += 1
                it.promises[op] = (acks[0].seq, text)
            what = "one wish by three sockets at once, to two web processes"
            await verdict("race", what, it, rounds=rounds)


async def test_who_moves_between_processes_while_writing_is_never_taken_back(
    database_server, length, verdict
):
    rounds = length(4, 25)
    # Without Redis one process is behind the other by as much as a second.
    with deployment(worker=False, redis=False, postgres=database_server) as there:
        async with evening(there.web[0], 10, others=there.web[1:]) as it:
            async with it.everybody_writing(PAUSE, waiting=UNANSWERED):
                for n in range(rounds):
                    await it.more_promises(10)
                    movers = [*it.people[n % 2 :: 2], it.projector, it.console]
                    await send(movers, there.web[n % 2])
            what = "people, projector and console change process while everybody writes"
            await verdict("race", what, it, rounds=rounds)


# ── what these tests need ─────────────────────────────────────────────────────────────────────


async def send(screens: list[Roaming], server: Server) -> None:
    """Them to that process."""
    for screen in screens:
        screen.address = server.address
        screen.hang_up()
        assert await screen.until(lambda screen=screen: screen.is_open, 60)


def is_at(person: Roaming, server: Server) -> bool:
    return person.is_open and person.address == server.address


def dialog(data: Path, env: dict[str, str], *what: str) -> None:
    """A command, as an operator gives it."""
    subprocess.run(
        [sys.executable, "-m", "dialog", *what, "--data", str(data)],
        cwd=ROOT,
        env=os.environ | env,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )


def is_stopped(it: Server | GroupingWorker) -> None:
    """Wait until it has stopped itself."""
    assert it.process is not None
    os.waitid(os.P_PID, it.process.pid, os.WSTOPPED | os.WNOWAIT)


async def facilitator(it: Evening) -> Visitor:
    """Another browser of the facilitator's."""
    staff = Visitor(it.server.address)
    await staff.post("/api/staff/login", secret=it.server.secret("facilitator"))
    return staff


async def greeted(person: Screen, server: Server, lines: contextlib.AsyncExitStack):
    """One more socket of that person's, at that process."""
    line = dialled(server.address, person.session, person.cookie)
    socket = await lines.enter_async_context(line)
    await socket.send(encode(f.Hello(f.PROTOCOL, "phone", person.epoch, person.seq)), text=True)
    return socket


async def answered(socket) -> f.Ack:
    """The first answer to a wish."""
    async with asyncio.timeout(20):
        while not isinstance(frame := decode_server_frame(await socket.recv(decode=False)), f.Ack):
            assert not isinstance(frame, f.Nack), frame
    return frame


async def worker_of(server: Server, other_than: int = 0) -> int:
    """The process id of the server's grouping worker, when it has one."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    async with asyncio.timeout(60):
        while True:
            for pid in map(int, children.read_text().split()):
                if pid != other_than and is_worker(pid):
                    return pid
            await asyncio.sleep(0.05)


def is_worker(pid: int) -> bool:
    """A child that has not begun to be one is a copy of the server, which waits for it: to stop it
    then is to stop the server."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


async def groups_come(it: Evening) -> None:
    """Enough is written, and a worker that lives suggests groups for it."""
    for n in range(12):
        last = await it.post(it.people[n % len(it.people)], f"{TEXTS[n % 3]} nummer {n}")
    async with asyncio.timeout(TO_BEGIN):
        while not suggested_since(it, last.seq):
            await asyncio.sleep(0.5)
    assert await it.console.until(lambda: shows_a_group(it.console), 60)


def shows_a_group(screen: Screen) -> bool:
    return any(isinstance(record, Group) for record in screen.records.values())


def suggested_since(it: Evening, seq: int) -> bool:
    log = it.server.log_of(it.session)[1]
    return any(isinstance(entry.event, GroupsSuggested) for entry in log if entry.seq > seq)
