"""The server's clock jumps while people write: an hour on, an hour back, two days on."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.records import Timer
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.visitor import NotLetIn, Visitor
from tests.faults.watched import Watched
from tests.hall import evening

MINUTE, HOUR, DAY = 60, 3600, 86_400
SEEN_WITHIN = 0.1


class Clock:
    """What a server takes for the time of day."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.is_ahead(0)

    def is_ahead(self, seconds: int) -> None:
        """From now on, so far from the true time. Returns when the server has seen it."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)
        time.sleep(SEEN_WITHIN)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def timed(watched: Callable[..., Watched], clock: Clock) -> Watched:
    """A server that goes by that clock."""
    return watched(run=("-m", "tests.faults.moved_clock", str(clock.file)))


async def server_time(screen: Screen) -> float:
    """What the server says its time is, less ours; told at a new connection."""
    told: list[float] = []

    def watch(_: object, frame: f.ServerFrame, at: float) -> None:
        if isinstance(frame, f.Welcome):
            told.append(frame.now / 1000 - time.time())

    screen.watch = watch
    screen.hang_up()
    assert await screen.until(lambda: told, 60)
    return told[0]


async def test_when_the_clock_jumps_people_write_on_and_the_order_is_the_logs(
    timed, clock, length, verdict
):
    people = length(8, 30)
    async with evening(timed, people) as it:
        await it.do(c.SetSlowMode(1))
        async with it.everybody_writing(0.5):
            for ahead in (0, HOUR, 0, -HOUR, 0):
                clock.is_ahead(ahead)
                assert abs(await server_time(it.people[0]) - ahead) < MINUTE
                await it.more_promises(length(1, 2) * people, 30)
        assert {code for screen in it.screens for code in screen.closes} <= {1006}, (
            "nobody is shown out"
        )
        await verdict("clock", "an hour on, back, another back, on", it, phones=people)
        times = [entry.at for entry in timed.log_of(it.session)[1]]
        assert times != sorted(times), "the clock was not moved"
    assert not timed.mistakes()


async def test_two_days_on_staff_have_to_sign_in_and_phones_write_on(timed, clock, length, verdict):
    """A sign-in lasts fourteen hours by the clock; a phone's token has no time in it."""
    people = length(8, 30)
    async with evening(timed, people) as it:
        async with it.everybody_writing(0.5):
            await it.more_promises(people)
            clock.is_ahead(2 * DAY)
            for screen in (it.console, it.projector):
                async with asyncio.timeout(20):
                    while not screen.closes:
                        await asyncio.sleep(0.05)
                assert screen.closes == [f.NOT_ADMITTED]
            await it.more_promises(people, 30)
            new = Visitor(timed.address)
            await new.post("/api/staff/login", secret=timed.secret("facilitator"))
            console = it.screen("console", new, "console two days on")
            assert await console.until(lambda: "run" in console.records, 60)
            clock.is_ahead(0)
            await it.more_promises(people, 30)
        it.screens = [screen for screen in it.screens if not screen.is_shown_out]
        it.console = it.screen("console", it.fay, "console")
        assert await it.console.until(lambda: "run" in it.console.records, 60)
        await it.do(c.StartTimer(60))
        assert not any(person.closes for person in it.people), "no phone is shown out"
        await verdict("clock", "two days on and back", it, phones=people)
    assert not timed.mistakes()


async def test_a_timer_is_never_taken_away_by_the_clock_and_a_new_one_is_as_long_as_it_says(
    timed, clock
):
    async with evening(timed, 1) as it:
        for ahead in (0, HOUR, -HOUR):
            clock.is_ahead(ahead)
            ack = await it.do(c.StartTimer(600))
            await it.people[0].until(lambda seq=ack.seq: it.people[0].seq >= seq)
            left = ends(it.people[0]) / 1000 - time.time() - await server_time(it.people[0])
            assert 500 < left < 700
        before = ends(it.people[0])
        clock.is_ahead(HOUR)
        await it.post(it.people[0])
        await it.settle()
        assert ends(it.people[0]) == before
        await it.do(c.ExtendTimer(60))
        await it.do(c.StopTimer())


def ends(screen: Screen) -> int:
    timer = screen.records["timer"]
    assert isinstance(timer, Timer)
    return timer.ends_at


async def test_limits_are_not_stuck_when_the_clock_jumps(timed, clock):
    """A phone that has used up its burst writes on as quickly as before."""
    async with evening(timed, 1) as it:
        [ada] = it.people
        await asyncio.gather(*(it.post(ada) for _ in range(21)))
        for ahead in (-HOUR, HOUR):
            clock.is_ahead(ahead)
            await asyncio.wait_for(it.post(ada), 20)


async def test_who_has_signed_out_by_a_clock_that_was_slow_stays_signed_out(timed, clock):
    fay = Visitor(timed.address)
    await fay.post("/api/staff/login", secret=timed.secret("facilitator"))
    copy = dict(fay.cookies)
    clock.is_ahead(-HOUR)
    await fay.post("/api/staff/logout")
    clock.is_ahead(13 * HOUR + 30 * MINUTE)
    thief = Visitor(timed.address)
    thief.cookies = copy
    await asyncio.sleep(3.5)
    with pytest.raises(NotLetIn) as no:
        await thief.get("/api/staff/overview")
    assert no.value.status in (401, 403)
