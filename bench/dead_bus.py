"""From a post in one web process until a screen at another shows it: with Redis, and without.

    python -m bench.dead_bus [--posts 60]

Two web processes on PostgreSQL. Redis is up (the anchor), killed, and hung (SIGSTOP), in one run;
somebody writes at one process and a projector at the other looks on, with no other post in between
that would bring it news. The posts come at no fixed distance from the process's own looks.
"""

import argparse
import asyncio
import random
import statistics
import time
from typing import NamedTuple

from bench.deployment import deployment
from bench.row import Row
from dialog.rehearsal.screen import Screen
from tests.hall import Evening, check, evening

TO_REACH_MS = 1_500
BACK = 4.0
"""Seconds after which both processes have found Redis again."""


class Delays(NamedTuple):
    """Milliseconds of every post, from sent until shown at the other process."""

    up: list[float]
    killed: list[float]
    hung: list[float]


async def delays(meeting: Evening, screen: Screen, posts: int) -> list[float]:
    """One after another, by the people in turn, so that nobody is asked to wait."""
    found = []
    for number in range(posts):
        await asyncio.sleep(random.uniform(0.1, 1.3))
        began = time.perf_counter()
        ack = await meeting.post(meeting.people[number % len(meeting.people)])
        assert await screen.until(lambda ack=ack: screen.seq >= ack.seq, 30), "never shown"  # type: ignore[misc]
        found.append(1000 * (time.perf_counter() - began))
    return found


async def measured(posts: int) -> Delays:
    with deployment(web=2, worker=False) as there:
        here, elsewhere = there.web
        assert there.redis is not None
        async with evening(here, people=max(2, posts // 8)) as meeting:
            screen = meeting.projector
            await meeting.move(screen, elsewhere)
            up = await delays(meeting, screen, posts)
            there.redis.kill()
            killed = await delays(meeting, screen, posts)  # with the noticing of it
            there.redis.start()
            await asyncio.sleep(BACK)
            there.redis.pause()
            hung = await delays(meeting, screen, posts)
            there.redis.resume()
            await check(meeting)
    return Delays(up, killed, hung)


def rows(small: bool = False) -> list[Row]:
    found = asyncio.run(measured(2 if small else 100))
    return [row_of("killed", found.killed, found.up), row_of("hung", found.hung, found.up)]


def row_of(what: str, found: list[float], up: list[float]) -> Row:
    return Row(
        f"a post seen on a screen at another process, Redis {what}",
        f"Redis up in the same run: {said(up)}; prototype max 1.16 s",
        f"p99 ≤ {TO_REACH_MS / 1000} s",
        said(found),
        p99(found) <= TO_REACH_MS,
        {"posts": len(found), **figures(found), **figures(up, "up_")},
    )


def figures(found: list[float], name: str = "") -> dict[str, float]:
    return {
        f"{name}p50_ms": round(statistics.median(found)),
        f"{name}p99_ms": round(p99(found)),
        f"{name}max_ms": round(max(found)),
    }


def said(found: list[float]) -> str:
    p50, p_99, most = figures(found).values()
    return f"p50 {p50} ms, p99 {p_99} ms, max {most} ms"


def p99(found: list[float]) -> float:
    """Of few, the longest."""
    return statistics.quantiles(found, n=100, method="inclusive")[98]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--posts", type=int, default=60, help="In each state of Redis.")
    found = asyncio.run(measured(arguments.parse_args().posts))
    for what, its in found._asdict().items():
        print(f"Redis {what}: {said(its)}, {len(its)} posts")


if __name__ == "__main__":
    main()
