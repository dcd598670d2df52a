"""Readers that stop: what they cost in kernel memory, when they are gone, and who waits for them.

    python -m bench.stopped_readers [--readers 40] [--seconds 40]

Forty consoles say hello and never read (each with a receive buffer of 4 KiB), while people write
long contributions, so that every patch is heavy. The anchor in the same run: the same server on a
listening socket with the system's defaults. Memory is that of all TCP on this machine
(/proc/net/sockstat, pages of 4 KiB), less what there was before: measure on an idle one.
"""

import argparse
import asyncio
import contextlib
import random
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from bench.row import Row
from tests.by_hand import stalled_console
from tests.hall import Evening, Server, check, evening

TO_REACH_MB, GONE_WITHIN = 10, 15
WRITERS, PAUSE = 40, 2.2
"""People, and seconds between one's contributions: as quickly as one may for long."""
LONG = "Det här är ett långt bidrag om vägar och bussar. " * 9
PAGE = resource.getpagesize()


class Cost(NamedTuple):
    """Waits in milliseconds, from sent until acknowledged and until a healthy console shows it."""

    megabytes: float
    gone: float | None
    """Seconds after they stopped; None if some were still there at the end."""
    before: list[float]
    meanwhile: list[float]
    resident: float
    """Megabytes that the server's own memory grew by."""


def kernel_bytes() -> int:
    told = Path("/proc/net/sockstat").read_text()
    line = next(line for line in told.splitlines() if line.startswith("TCP:")).split()
    return int(line[line.index("mem") + 1]) * PAGE


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def servers_ends(port: int, readers: set[int]) -> int:
    """How many of the readers' connections the server's side of the kernel still has."""
    number = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        here, there = (int(it.partition(":")[2], 16) for it in line.split()[1:3])
        number += here == port and there in readers
    return number


@contextlib.asynccontextmanager
async def everybody_writing(meeting: Evening, waits: list[float]) -> AsyncIterator[None]:
    """Meanwhile people write, and each post is waited for at a console that reads."""
    over = asyncio.Event()

    async def write(number: int) -> None:
        person, console = meeting.people[number], meeting.console
        await asyncio.sleep(random.uniform(0, PAUSE))
        while not over.is_set():
            began = time.perf_counter()
            ack = await meeting.post(person, f"{LONG} {len(meeting.sent)}")
            await console.until(lambda ack=ack: console.seq >= ack.seq, 60)  # type: ignore[misc]
            waits.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PAUSE * random.uniform(0.9, 1.1))

    async with asyncio.TaskGroup() as tasks:
        for number in range(len(meeting.people)):
            tasks.create_task(write(number))
        try:
            yield
        finally:
            over.set()


async def cost(program: tuple[str, ...], readers: int, seconds: float, writers: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="dialog-stopped-") as folder:
        server = Server(Path(folder) / "data", program=program).start()
        try:
            async with evening(server, writers) as meeting:
                before: list[float] = []
                async with everybody_writing(meeting, before):
                    await asyncio.sleep(min(4 * PAUSE, seconds))
                return await stopped(meeting, readers, seconds, before)
        finally:
            server.kill()


async def stopped(meeting: Evening, readers: int, seconds: float, before: list[float]) -> Cost:
    pid, port = meeting.server.pid, meeting.server.port
    kernel, resident = kernel_bytes(), resident_bytes(pid)
    most, most_resident, gone = kernel, resident, None
    meanwhile: list[float] = []
    async with everybody_writing(meeting, meanwhile):
        ones = [stalled_console(meeting) for _ in range(readers)]
        ports = {one.getsockname()[1] for one in ones}
        began = time.monotonic()
        while gone is None and time.monotonic() - began < seconds:
            await asyncio.sleep(0.1)
            most = max(most, kernel_bytes())
            most_resident = max(most_resident, resident_bytes(pid))
            if not servers_ends(port, ports):
                gone = time.monotonic() - began
    for one in ones:
        one.close()
    await check(meeting)
    return Cost((most - kernel) / 1e6, gone, before, meanwhile, (most_resident - resident) / 1e6)


async def both(readers: int, seconds: float, writers: int) -> tuple[Cost, Cost]:
    """With the system's sockets, and with ours."""
    system = await cost(("-m", "bench.default_sockets"), readers, seconds, writers)
    return system, await cost((), readers, seconds, writers)


def rows(small: bool = False) -> list[Row]:
    return [row_of(*asyncio.run(both(4, PAUSE, 8) if small else both(40, 45, WRITERS)))]


def row_of(system: Cost, ours: Cost) -> Row:
    return Row(
        "kernel buffers of 40 readers that stopped",
        f"default sockets in the same run: {said(system)}",
        f"≤ {TO_REACH_MB} MB, gone within {GONE_WITHIN} s",
        f"{said(ours)}; a post on a healthy console p99 {p99(ours.before):.0f} ms before,"
        f" {p99(ours.meanwhile):.0f} ms meanwhile",
        ours.megabytes <= TO_REACH_MB and ours.gone is not None and ours.gone <= GONE_WITHIN,
        figures(ours) | figures(system, "anchor_"),
    )


def said(cost: Cost) -> str:
    gone = "not gone" if cost.gone is None else f"gone after {cost.gone:.1f} s"
    return f"{cost.megabytes:.1f} MB, {gone}"


def figures(cost: Cost, name: str = "") -> dict[str, float]:
    found = {
        "kernel_mb": cost.megabytes,
        "gone_s": float("nan") if cost.gone is None else cost.gone,
        "resident_more_mb": cost.resident,
        "p50_before_ms": statistics.median(cost.before),
        "p99_before_ms": p99(cost.before),
        "p50_meanwhile_ms": statistics.median(cost.meanwhile),
        "p99_meanwhile_ms": p99(cost.meanwhile),
        "posts": len(cost.before) + len(cost.meanwhile),
    }
    return {f"{name}{key}": round(value, 2) for key, value in found.items() if value == value}


def p99(found: list[float]) -> float:
    """Of few, the longest."""
    return statistics.quantiles(found, n=100, method="inclusive")[98] if found[1:] else max(found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--readers", type=int, default=40)
    arguments.add_argument("--seconds", type=float, default=45, help="At most, after they stop.")
    chosen = arguments.parse_args()
    row = row_of(*asyncio.run(both(chosen.readers, chosen.seconds, WRITERS)))
    print(f"{row.what}: {row.reached}; {row.anchor}; {row.figures}")


if __name__ == "__main__":
    main()
