"""Newcomers are counted, and called unusual only where they are many beside those who are here."""

import pytest

from dialog.arrivals import ALWAYS_USUAL, Arrivals
from dialog.domain.times import MINUTE
from dialog.protocol import events as e
from tests.domain.meeting import ID, NOON


def come(arrivals: Arrivals, phones: int, at: int, table: str = "") -> None:
    for _ in range(phones):
        arrivals.note(happened(e.ParticipantJoined("live", table), at))


def happened(event: e.Event, at: int) -> e.Entry:
    return e.Entry(1, ID, "public", "system", at, event)


def in_a_hall_of(people: int) -> Arrivals:
    arrivals = Arrivals()
    come(arrivals, people, NOON - 10 * MINUTE)
    arrivals.note(happened(e.StepOpened("write"), NOON - 5 * MINUTE))
    return arrivals


def test_those_of_the_last_minute_and_those_since_the_step_began_are_counted_apart():
    arrivals = in_a_hall_of(100)
    come(arrivals, 3, NOON - 2 * MINUTE)
    come(arrivals, 2, NOON)
    assert (arrivals.lately(NOON), arrivals.in_step, arrivals.phones) == (2, 5, 105)
    assert arrivals.lately(NOON + MINUTE) == 0
    arrivals.note(happened(e.StepOpened("dots"), NOON))
    assert arrivals.in_step == 0


def test_a_clock_that_is_put_back_makes_nobody_a_newcomer_for_an_hour():
    arrivals = in_a_hall_of(100)
    come(arrivals, 40, NOON + 60 * MINUTE)
    arrivals.note(happened(e.StepOpened("dots"), NOON))
    come(arrivals, 2, NOON)
    assert arrivals.lately(NOON) == 2
    assert not arrivals.are_unusual(NOON)


def test_a_tables_device_is_no_phone():
    arrivals = in_a_hall_of(10)
    come(arrivals, 30, NOON, table="7")
    assert (arrivals.lately(NOON), arrivals.phones) == (0, 10)


@pytest.mark.parametrize(
    "here, new, unusual",
    [
        (20, ALWAYS_USUAL - 1, False),
        (20, ALWAYS_USUAL, True),
        (400, 100, False),
        (400, 101, True),
        (1000, 200, False),
    ],
)
def test_many_beside_those_who_are_here_are_unusual(here, new, unusual):
    at_once, by_and_by = in_a_hall_of(here), in_a_hall_of(here)
    come(at_once, new, NOON)
    assert at_once.are_unusual(NOON) == unusual
    for n in range(new):
        come(by_and_by, 1, NOON - 4 * MINUTE + n)
    assert by_and_by.lately(NOON) == 0
    assert by_and_by.are_unusual(NOON) == unusual
