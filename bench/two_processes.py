"""Two web processes against one: eight dialogues at once, with writers in each.

    python -m bench.two_processes [--dialogues 8] [--phones 20] [--posts 15]

The anchor is one process with the same PostgreSQL and Redis in the same run. With two, phones are
spread over both as a proxy would do it ("spread"), and then each dialogue's phones are at one of
them ("apart"). Client, database and servers share this machine's cores, so the CPU of each is
reported beside the ratio. Every evening ends in the checker.
"""

import argparse
import asyncio
import contextlib
import shutil
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.deployment import Deployment, PostgreSQL, deployment, postgres_server
from bench.row import Row
from dialog.settings import room_for
from tests.hall import DIALOGUE, ROOT, Evening, check, evening


class Figures(NamedTuple):
    """`waits`: milliseconds until acknowledged. CPU in seconds of one core."""

    per_second: float
    waits: list[float]
    web_cpu: float
    database_cpu: float
    client_cpu: float

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.waits, n=100, method="inclusive")[98]


def copies(data: Path, number: int) -> list[str]:
    """So many dialogues like the shipped one, each with a log of its own."""
    ids = [f"kopia-{n + 1}" for n in range(number)]
    for id in ids:
        folder = data / "sessions" / id
        shutil.copytree(ROOT / "sessions" / DIALOGUE, folder)
        file = folder / "dialogue.toml"
        file.write_text(file.read_text().replace(f'id = "{DIALOGUE}"', f'id = "{id}"', 1))
    return ids


@contextlib.asynccontextmanager
async def evenings(
    there: Deployment, ids: list[str], phones: int, apart: bool
) -> AsyncIterator[list[Evening]]:
    """One in each dialogue."""
    async with contextlib.AsyncExitStack() as its:
        opened = []
        for n, id in enumerate(ids):
            home = there.web[n % len(there.web)] if apart else there.web[0]
            others = [] if apart else there.web[1:]
            it = evening(home, phones, others=others, dialogue=id)
            opened.append(await its.enter_async_context(it))
        yield opened


async def writing(meetings: list[Evening], posts: int) -> list[float]:
    """Everybody, each with the next as soon as the last is acknowledged; how long each waited."""
    waits: list[float] = []

    async def one(meeting: Evening, number: int) -> None:
        for _ in range(posts):
            began = time.perf_counter()
            await meeting.post(meeting.people[number])
            waits.append(1000 * (time.perf_counter() - began))

    await asyncio.gather(*(one(it, n) for it in meetings for n in range(len(it.people))))
    return waits


def cpu_of(pids: list[int]) -> float:
    """Of the processes and their children until now."""
    its = [it for pid in pids for it in (psutil.Process(pid), *psutil.Process(pid).children())]
    return sum(sum(it.cpu_times()[:2]) for it in its)


async def measured(
    postgres: PostgreSQL, web: int, apart: bool, dialogues: int, phones: int, posts: int
) -> Figures:
    with deployment(web=0, worker=False, postgres=postgres) as there:
        ids = copies(there.data, dialogues)
        there.more_web(web)
        pids = [server.pid for server in there.web]
        async with evenings(there, ids, phones, apart) as meetings:
            # Backends come and go, so the server's own sum is read from the one that outlives them.
            before = cpu_of(pids), postgres_cpu(postgres), time.process_time()
            began = time.perf_counter()
            waits = await writing(meetings, posts)
            seconds = time.perf_counter() - began
            after = cpu_of(pids), postgres_cpu(postgres), time.process_time()
            for meeting in meetings:
                await check(meeting)
    spent = [now - then for now, then in zip(after, before, strict=True)]
    return Figures(len(waits) / seconds, waits, *spent)


def postgres_cpu(postgres: PostgreSQL) -> float:
    mother = psutil.Process(postgres.pid)
    times = mother.cpu_times()
    return cpu_of([postgres.pid]) + times.children_user + times.children_system


def all_three(dialogues: int, phones: int, posts: int) -> dict[str, Figures]:
    room_for(2 * dialogues * (phones + 5) + 1000)
    with postgres_server() as postgres:

        def run(web: int, apart: bool) -> Figures:
            return asyncio.run(measured(postgres, web, apart, dialogues, phones, posts))

        return {"one": run(1, False), "spread": run(2, False), "apart": run(2, True)}


def rows(small: bool = False) -> list[Row]:
    found = all_three(2, 2, 2) if small else all_three(8, 20, 15)
    return [row_of(2 if small else 8, found)]


def row_of(dialogues: int, found: dict[str, Figures]) -> Row:
    one = found["one"]
    figures = {
        f"{name}_{key}": round(value, 2)
        for name, its in found.items()
        for key, value in {
            "posts_per_second": its.per_second,
            "p50_ms": statistics.median(its.waits),
            "p99_ms": its.p99,
            "web_cpu_s": its.web_cpu,
            "database_cpu_s": its.database_cpu,
            "client_cpu_s": its.client_cpu,
        }.items()
    }
    figures["posts"] = len(one.waits)
    figures["cores"] = psutil.cpu_count() or 0
    ratios = {name: its.per_second / one.per_second for name, its in found.items()}
    figures |= {f"{name}_of_one": round(ratio, 2) for name, ratio in ratios.items()}
    return Row(
        f"two web processes against one, {dialogues} dialogues",
        f"one process in the same run: {said(one)}",
        "told; correctness always",
        f"spread {ratios['spread']:.2f}: {said(found['spread'])};"
        f" apart {ratios['apart']:.2f}: {said(found['apart'])}; every evening checked",
        None,
        figures,
    )


def said(its: Figures) -> str:
    return (
        f"{its.per_second:.0f} posts/s, p99 {its.p99:.0f} ms, CPU web {its.web_cpu:.1f} s,"
        f" database {its.database_cpu:.1f} s, client {its.client_cpu:.1f} s"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--dialogues", type=int, default=8)
    arguments.add_argument("--phones", type=int, default=20, help="In each.")
    arguments.add_argument("--posts", type=int, default=15, help="Of each; a phone has 20 at once.")
    chosen = arguments.parse_args()
    found = all_three(chosen.dialogues, chosen.phones, chosen.posts)
    row = row_of(chosen.dialogues, found)
    print(f"{row.what}: {row.reached}; {row.anchor}; {row.figures}")


if __name__ == "__main__":
    main()
