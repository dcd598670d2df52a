"""Packets that are lost, a way that is narrow, and a way that is cut: below what a proxy can do."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from dialog.rehearsal.screen import Screen
from tests.faults.answers import Answers
from tests.faults.namespace import FarAway
from tests.hall import evening


@pytest.fixture
def far() -> Iterator[FarAway]:
    with FarAway() as it:
        yield it


async def cut_for(far: FarAway, seconds: float) -> None:
    far.lose(100)
    await asyncio.sleep(seconds)
    far.lose(0)


async def test_packets_are_lost_the_way_is_narrow_and_then_cut(far, watched, length, verdict):
    server = watched(under=far.under, host=far.host)
    people = length(12, 60)
    async with evening(server, people) as it:
        answers, slowest = Answers(it), {}
        async with it.everybody_writing(length(0.5, 1.0)):
            for what, percent in (("none", 0), ("5_percent", 5), ("20_percent", 20)):
                far.lose(percent)
                answers.waits.clear()
                await it.more_promises(length(2, 4) * people, 120)
                slowest[f"slowest_twentieth_ms_{what}"] = answers.slowest()
            far.lose(0)
            far.narrow("512kbit")
            await it.more_promises(length(1, 2) * people, 120)
            far.narrow("")
            before = len(it.promises)
            await cut_for(far, length(9, 120))
            during = len(it.promises) - before
            began = time.monotonic()
            for screen in it.screens:
                assert await is_back(screen)
            back = time.monotonic() - began
            await it.more_promises(people, 60)
        assert during <= people, "the way was not cut"
        await verdict(
            "F6b",
            "packets lost, a narrow way, a cut",
            it,
            phones=people,
            back_after=round(back, 1),
            **slowest,
        )
    assert not server.mistakes()


async def is_back(screen: Screen) -> bool:
    return await screen.until(lambda: screen.is_open, 60)
