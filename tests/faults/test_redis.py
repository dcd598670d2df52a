"""Redis dies, hangs, is emptied, is slow or is not there at all: it carries news, never data."""

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator

import pytest

from bench.deployment import deployment
from dialog.protocol.frames import Patch, ServerFrame, View
from dialog.rehearsal.screen import Screen
from tests.faults.answers import Answers
from tests.hall import Evening, evening

pytestmark = pytest.mark.timeout(900)
PAUSE = 0.7
"""Seconds between two contributions of one person."""
GIVEN_UP = 2.0
"""Seconds after which an answer of Redis is waited for no longer (`bus`)."""


async def test_whatever_happens_to_redis_screens_elsewhere_go_on_by_reading_the_log(
    database_server, length, verdict
):
    deaths, hung = length(2, 5), length(3.0, 10.0)
    with deployment(worker=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            lag = await apart(it)
            async with it.everybody_writing(PAUSE, by=it.people[::2], waiting=8):
                await lag.goes_on(it)
                for _ in range(deaths):
                    await asyncio.to_thread(there.redis.kill)
                    await lag.goes_on(it)
                    await asyncio.to_thread(there.redis.start)
                    await lag.goes_on(it)
                there.redis.pause()
                await asyncio.sleep(hung)
                await lag.goes_on(it)
                there.redis.resume()
                await lag.goes_on(it)
                for _ in range(deaths):
                    await asyncio.to_thread(there.redis.flush)
                    await lag.goes_on(it)
            what = "Redis killed and back, hung, flushed; written here, read elsewhere"
            await verdict("F3", what, it, kills=deaths, hung_s=hung, **lag.figures(it))


async def test_a_slow_redis_slows_nobody(database_server, length, verdict):
    """News that is late is late; later than we wait for an answer, it is as if it were dead."""
    with deployment(worker=False, postgres=database_server, web=0) as there:
        async with slow(there.redis.port) as way:
            there.env["DIALOG_REDIS"] = f"redis://127.0.0.1:{way.port}/0"
            await asyncio.to_thread(there.more_web, 2)
            async with evening(there.web[0], length(16, 40), others=there.web[1:]) as it:
                lag, answers = await apart(it), Answers(it)
                async with it.everybody_writing(PAUSE, by=it.people[::2], waiting=8):
                    for way.delay in (0.3, 5.0):
                        answers.waits.clear()
                        for _ in range(length(2, 8)):
                            await lag.goes_on(it)
                half = statistics.median(answers.waits)
                assert half < GIVEN_UP, f"half of them waited {half:.1f} s, as for Redis"
                what = "Redis answers 0.3 and 5 s late; written here, read elsewhere"
                await verdict("F3", what, it, **lag.figures(it))


async def test_without_any_redis_two_processes_go_on_by_reading_the_log(
    database_server, length, verdict
):
    kills = length(2, 4)
    with deployment(worker=False, redis=False, postgres=database_server) as there:
        async with evening(there.web[0], length(20, 60), others=there.web[1:]) as it:
            lag = await apart(it)
            async with it.everybody_writing(PAUSE, by=it.people[::2], waiting=8):
                for n in range(kills):
                    await lag.goes_on(it)
                    await asyncio.to_thread(there.web[n % 2].kill)
                    await lag.goes_on(it)
                    await asyncio.to_thread(there.web[n % 2].start)
            what = "PostgreSQL without Redis, two web processes killed in turns"
            await verdict("F1b", what, it, kills=kills, **lag.figures(it))


# ── what these tests need ─────────────────────────────────────────────────────────────────────


class Lag:
    """How long after its acknowledgement a contribution is on a screen at the other process."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.before = screen, screen.watch
        self.shown: list[tuple[int, float]] = []
        screen.watch = self._watch

    def _watch(self, screen: Screen, frame: ServerFrame, at: float) -> None:
        if isinstance(frame, Patch | View):
            self.shown.append((screen.seq, at))
        if self.before is not None:
            self.before(screen, frame, at)

    async def goes_on(self, it: Evening) -> None:
        """What is acknowledged just now comes to the screen, whatever is broken."""
        await it.more_promises(10)
        newest = max(seq for seq, _ in it.promises.values())
        assert await self.screen.until(lambda: self.screen.seq >= newest, 30)

    def figures(self, it: Evening) -> dict[str, float]:
        """Told and not judged: the machine may be busy."""
        waited, shown = [], iter(self.shown)
        upto, at = next(shown)
        for seq in sorted(seq for seq in it.answered_at if seq <= self.screen.seq):
            while upto < seq:
                upto, at = next(shown)
            waited.append(1000 * max(0.0, at - it.answered_at[seq]))
        return {
            "seen_elsewhere_p50_ms": round(statistics.median(waited)),
            "seen_elsewhere_max_ms": round(max(waited)),
        }


async def apart(it: Evening) -> Lag:
    """Every second person stays where the evening began, and may write; the others are at the
    other process, and the projector goes there too."""
    await it.move(it.projector, it.servers[1])
    return Lag(it.projector)


class Way:
    """A port from which every answer of another takes so long."""

    port, delay = 0, 0.0


@contextlib.asynccontextmanager
async def slow(port: int) -> AsyncIterator[Way]:
    """A way to `port` that can be made longer."""
    way = Way()
    ends: set[asyncio.StreamWriter] = set()
    carrying: set[asyncio.Task[None]] = set()

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_answer: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await asyncio.sleep(way.delay if is_answer else 0)
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", port)
        ends.update((writer, ahead))
        for each in (carry(reader, ahead, False), carry(behind, writer, True)):
            carrying.add(asyncio.create_task(each))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        server.close()
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
        for end in ends:
            end.close()
        await asyncio.sleep(0)
