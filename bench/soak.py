"""An evening that does not end: `python -m bench.soak --minutes 60 --phones 500 --out FILE`.

Phones write, place dots, go away and come back; now and then one is a newcomer. Steps change, what
is held is released or hidden. For the last sixth of the time they only come and go. Every so often
what the server holds is written down, and at the end what has become of every promise.

`flat`: after the first third the server's memory has not grown by more than `AN_EVENT` for each new
event in the log (which it keeps folded) and `SWING` of what it was; in the last sixth, without
events, by no more than `AT_REST`; and neither files, threads nor delay have grown.
"""

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from dialog.channel import RING
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_server_frame, encode
from dialog.protocol.records import Stage
from dialog.protocol.refusals import Refused
from dialog.rehearsal.screen import Screen
from tests.faults.conftest import here
from tests.faults.watched import Watched
from tests.hall import Evening, check, evening, wire_of

KILOBYTE, MEGABYTE = 1 << 10, 1 << 20
AN_EVENT = 10 * KILOBYTE
SWING = 0.05
OF_RINGS = 12 * MEGABYTE
"""What the rings of patches may still take as long as they are not full."""
AT_REST = 0.15
FILES, THREADS = 20, 4
"""So many more are no leak."""
STEPS = ("collect", "dots", "meanings", "collect")


class Sample(NamedTuple):
    """What the server holds at a moment. `seconds` since the beginning; `delay_ms`: how long it
    took to answer a ping; `disk`: bytes of the database with its log of writes."""

    seconds: float
    memory: int
    files: int
    threads: int
    connections: int
    delay_ms: float
    disk: int
    events: int


class Crowd:
    """Those who come and go. `minutes` of the whole."""

    def __init__(self, it: Evening, phones: int, minutes: float) -> None:
        self.it, self.phones, self.seconds = it, phones, minutes * 60
        self.pause = max(2.0, min(120.0, self.seconds / 10))
        self.began = time.monotonic()
        self.random = random.Random(6)
        self.samples: list[Sample] = []
        self.left = 0
        self.newcomers = 0

    @property
    def passed(self) -> float:
        return time.monotonic() - self.began

    @property
    def writes(self) -> bool:
        """Whether anybody writes yet."""
        return self.passed < self.seconds * 5 / 6

    @property
    def is_over(self) -> bool:
        return self.passed >= self.seconds

    # ── people ──

    async def one(self, person: Screen) -> None:
        """What one place in the hall sees: somebody writes, leaves, and comes back."""
        while not self.is_over:
            await asyncio.sleep(self.pause * self.random.uniform(0.1, 1.9))
            with contextlib.suppress(Refused):
                if self.writes:
                    await self.act(person)
            if self.random.random() < 0.3:
                person = await self.go_and_come(person)

    async def act(self, person: Screen) -> None:
        stage = person.records["stage"]
        assert isinstance(stage, Stage)
        if stage.takes:
            await self.it.post(person)
        elif stage.dots and self.it.promises:
            last = max(1, self.it.counts.contributions)
            await person.do(c.PlaceDot(self.random.randint(1, last)))

    async def go_and_come(self, person: Screen) -> Screen:
        """Away for a while. One in ten who comes is somebody new."""
        self.left += 1
        if self.random.random() < 0.5:
            person.hang_up()
            return person
        index = self.it.screens.index(person)
        self.it.running[index].cancel()
        del self.it.running[index], self.it.screens[index]
        self.it.people.remove(person)
        await asyncio.sleep(self.pause * self.random.random())
        if self.writes and self.random.random() < 0.2:
            self.newcomers += 1
            [new] = await self.it.join()
            return new
        new = Screen(person.address, person.session, person.audience, person.cookie)
        new.longest_pause = 1.0
        self.it.screens.append(new)
        self.it.people.append(new)
        self.it.running.append(self.it.tasks.create_task(new.run()))
        return new

    async def lead(self) -> None:
        """Fay goes through the steps, and decides what is shown."""
        for n in range(10**6):
            if not self.writes:
                return
            with contextlib.suppress(Refused):
                await self.it.do(
                    c.GoToStep(self.it.step(STEPS[n % len(STEPS)]), self.it.stage.step)
                )
                await self.it.do(c.SetModeration("hold-all" if n % 3 == 1 else "show-all"))
            for _ in range(10):
                await asyncio.sleep(self.seconds / 400)
                await self.moderate()

    async def moderate(self) -> None:
        queue: Any = self.it.console.records.get("queue")
        numbers = [slip.contribution for slip in queue.slips] if queue else []
        with contextlib.suppress(Refused):
            if numbers:
                await self.it.do(c.HideContribution(numbers[0], "spam"))
            if numbers[1:]:
                await self.it.do(c.ReleaseContributions(numbers[1:20]))

    # ── what is looked at ──

    async def look(self, every: float, told: Callable[[Sample], None]) -> None:
        async with wire_of(self.it.console) as wire:
            wire_hello = encode(f.Hello(f.PROTOCOL, "projector"))
            await wire.send(wire_hello, text=True)
            while not self.is_over:
                delay = await delay_of(wire)
                self.samples.append(self.sample(delay))
                told(self.samples[-1])
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(every):
                        while True:  # what it is told meanwhile must not heap up
                            await wire.recv(decode=False)

    def sample(self, delay: float) -> Sample:
        server = self.it.server
        assert isinstance(server, Watched)
        process = Path("/proc", str(server.pid))
        return Sample(
            seconds=round(self.passed, 1),
            memory=server.memory,
            files=len(list((process / "fd").iterdir())),
            threads=len(list((process / "task").iterdir())),
            connections=len(self.it.screens),
            delay_ms=round(delay * 1000, 1),
            disk=sum(file.stat().st_size for file in server.data.glob("dialog.db*")),
            events=self.it.console.seq,
        )


async def delay_of(wire: Any) -> float:
    began = time.monotonic()
    await wire.send(encode(f.Ping()), text=True)
    while not isinstance(decode_server_frame(await wire.recv(decode=False)), f.Pong):
        pass
    return time.monotonic() - began


def verdict(samples: list[Sample]) -> tuple[dict[str, float], list[str]]:
    """The figures, and what is not flat."""
    third, rest = len(samples) // 3, len(samples) // 6
    warm, busy = samples[third : third + rest], samples[-2 * rest : -rest]
    first_rest, last = samples[-rest:][: max(1, rest // 3)], samples[-max(1, rest // 3) :]
    grown = middle(busy, "memory") - middle(warm, "memory")
    events = middle(busy, "events") - middle(warm, "events")
    swing = SWING * middle(warm, "memory")
    if middle(warm, "events") < RING:
        swing += OF_RINGS
    at_rest = middle(last, "memory") / middle(first_rest, "memory") - 1
    figures = {
        "memory_mb_warm": round(middle(warm, "memory") / MEGABYTE, 1),
        "memory_mb_end": round(middle(last, "memory") / MEGABYTE, 1),
        "events": middle(last, "events"),
        "kb_an_event": round(grown / KILOBYTE / max(1, events), 2),
        "grown_at_rest_percent": round(100 * at_rest, 1),
        "files_more": middle(last, "files") - middle(warm, "files"),
        "threads_more": middle(last, "threads") - middle(warm, "threads"),
        "delay_ms_warm": middle(warm, "delay_ms"),
        "delay_ms_end": middle(busy, "delay_ms"),
        "disk_kb_an_event": round(middle(last, "disk") / KILOBYTE / max(1, last[-1].events), 1),
    }
    wrong = {
        "memory grows": grown > AN_EVENT * events + swing,
        "memory grows though nobody writes": at_rest > AT_REST,
        "files are left open": figures["files_more"] > FILES,
        "threads are left behind": figures["threads_more"] > THREADS,
        "it answers more slowly": figures["delay_ms_end"] > 5 * figures["delay_ms_warm"] + 100,
    }
    return figures, [what for what, is_so in wrong.items() if is_so]


def middle(samples: list[Sample], name: str) -> float:
    return statistics.median(getattr(sample, name) for sample in samples)


async def soak(
    data: Path, minutes: float, phones: int, told: Callable[[Sample], None] = lambda _: None
) -> dict[str, Any]:
    """The whole, on a server of its own in `data`; raises if a promise was broken."""
    server = Watched(data)
    server.start()
    try:
        async with evening(server, 0, at="collect") as it:
            for _ in range(0, phones, 50):
                await it.join(min(50, phones - len(it.people)))
            crowd = Crowd(it, phones, minutes)
            work = [asyncio.create_task(crowd.one(person)) for person in list(it.people)]
            work.append(asyncio.create_task(crowd.lead()))
            await crowd.look(min(60.0, minutes * 60 / 30), told)
            await asyncio.gather(*work)
            log = await check(it)
            figures, wrong = verdict(crowd.samples)
            if server.mistakes():
                wrong.append("the server has logged an error")
            return {
                "what": "soak",
                "minutes": minutes,
                "phones": phones,
                "acknowledged": len(it.promises),
                "lost": 0,
                "doubled": 0,
                "log": len(log),
                "left": crowd.left,
                "newcomers": crowd.newcomers,
                "flat": not wrong,
                "not_flat": wrong,
                "figures": figures,
                "samples": [sample._asdict() for sample in crowd.samples],
            }
    finally:
        server.kill()


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--minutes", type=float, default=60)
    asks.add_argument("--phones", type=int, default=500)
    asks.add_argument("--out", type=Path)
    given = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        found = here() | asyncio.run(soak(data, given.minutes, given.phones, tell))
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps({name: it for name, it in found.items() if name != "samples"}, indent=1))
    sys.exit(0 if found["flat"] else 1)


def tell(sample: Sample) -> None:
    print(
        f"{sample.seconds:7.0f} s  {sample.memory / MEGABYTE:6.1f} MB  {sample.files:4} files  "
        f"{sample.threads:3} threads  {sample.delay_ms:6.1f} ms  {sample.events:6} events",
        flush=True,
    )


if __name__ == "__main__":
    main()
