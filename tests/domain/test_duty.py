"""Several people read what waits, and never the same."""

import pytest

from dialog.domain.duty import LEASE, NEARLY_OVER
from dialog.domain.times import MINUTE
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, TakenByAnother
from tests.domain.meeting import ada, bo, fay, meeting, mia, moa

FLAGGED = "Ask ada@example.org"
SWEDISH, ENGLISH = c.GoOnDuty(True, ["sv"]), c.GoOnDuty(True, ["en", "sv"])
OFF = c.GoOnDuty(False)


def waiting(*texts, **more):
    evening = meeting("write", moderation="hold-all")
    for text in texts:
        evening.post(ada, text, **more)
    return evening


def given(evening, person, most=1, flagged=None):
    """The numbers of the slips that `person` gets."""
    happened = evening.do(person, c.TakeSlips(most, flagged))
    return happened[0].contributions if happened else []


def queue(evening):
    return evening.view("console")["queue"]


def test_the_oldest_that_nobody_else_reads_are_given():
    evening = waiting("One", "Two", "Three", "Four")
    assert given(evening, mia, 2) == [1, 2]
    assert given(evening, moa, 3) == [3, 4]
    assert given(evening, fay) == []
    assert [slip.taken_by for slip in queue(evening).slips] == ["mia", "mia", "moa", "moa"]


def test_flagged_and_unflagged_ones_are_asked_for_apart():
    evening = waiting("One", FLAGGED, "Three")
    evening.do(moa, c.HideContribution(3, "insult"))
    assert given(evening, mia, 9, flagged=False) == [1]
    assert given(evening, mia, 9, flagged=True) == [2, 3]


def test_the_same_slips_are_given_again_and_for_longer_when_they_are_nearly_gone():
    evening = waiting("One", "Two")
    assert given(evening, mia) == [1]
    assert given(evening, mia) == []
    evening.now = evening.session.taken[1][1] - NEARLY_OVER
    assert given(evening, mia) == [1]
    seat, until = evening.session.taken[1]
    assert seat == "mia" and LEASE <= until - evening.now < LEASE + MINUTE
    assert given(evening, mia, 2) == [1, 2]


def test_when_a_slip_was_taken_is_told_to_the_minute_and_no_closer():
    """It is taken as soon as it has come: the second would be that of whoever wrote it."""
    ends = set()
    for second in (1, 20, 40, 59, 60):
        evening = waiting("One")
        evening.now = evening.now // MINUTE * MINUTE + second * 1000
        [happened] = evening.do(mia, c.TakeSlips(1, None))
        ends.add(happened.until)
    assert len(ends) == 1 and ends.pop() % MINUTE == 0


@pytest.mark.parametrize(
    "wish",
    [
        c.ReleaseContributions([1]),
        c.HideContribution(1, "spam"),
        c.HideContribution(1, "insult"),
        c.HideAuthor(1, "spam"),
        c.MaskContribution(1, [(0, 1)]),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_another_reads_is_hers_until_her_time_is_over(wish):
    evening = waiting("One")
    given(evening, moa)
    evening.now = evening.session.taken[1][1] - 1
    assert evening.refusal(mia, wish) == TakenByAnother()
    evening.now += 1
    assert evening.do(mia, wish)


def test_a_clock_that_is_put_back_leaves_no_slip_with_anybody_for_longer_than_else():
    evening = waiting("One", "Two")
    given(evening, moa)
    evening.now -= 60 * MINUTE
    assert given(evening, moa) == [1], "what she has is given to her anew, by the new time"
    given(evening, moa, 2)
    evening.now -= 60 * MINUTE
    assert given(evening, mia, 2) == [1, 2]
    assert evening.do(mia, c.ReleaseContributions([1, 2]))


def test_releasing_a_screenful_leaves_out_what_others_read():
    evening = waiting("One", "Two")
    given(evening, moa)
    assert evening.do(fay, c.ReleaseContributions([1, 2])) == [e.ContributionsReleased([2])]


def test_what_is_given_back_goes_to_others_and_comes_again_if_there_are_none():
    evening = waiting("One", "Two")
    evening.do(mia, SWEDISH)
    assert given(evening, mia) == [1]
    evening.do(mia, c.GiveBackSlips([1]))
    assert given(evening, mia) == [2]
    evening.do(moa, SWEDISH)
    assert given(evening, moa) == [1]
    evening.do(moa, c.GiveBackSlips([1]))
    assert given(evening, mia, 2) == [2, 1]


def test_while_another_is_on_duty_nobody_gets_again_what_she_has_left_to_her():
    evening = waiting("One")
    for person in (mia, moa):
        evening.do(person, SWEDISH)
    given(evening, mia)
    evening.do(mia, c.GiveBackSlips([1]))
    assert given(evening, mia) == []
    evening.do(moa, OFF)
    assert given(evening, mia) == [1]


def test_only_ones_own_can_be_given_back():
    evening = waiting("One", "Two")
    given(evening, mia)
    given(evening, moa)
    assert evening.refusal(fay, c.GiveBackSlips([1, 2])) == AlreadyDone()
    assert evening.do(mia, c.GiveBackSlips([2, 1])) == [e.SlipsGivenBack([1])]


def test_who_goes_off_duty_leaves_nothing_behind():
    evening = waiting("One", "Two")
    evening.do(mia, SWEDISH)
    given(evening, mia, 2)
    evening.do(mia, OFF)
    assert queue(evening).on_duty == 0 and not evening.session.taken
    assert given(evening, mia, 2) == [1, 2]
    assert evening.do(moa, OFF) == []


def test_being_on_duty_is_said_as_often_as_one_likes():
    evening = waiting()
    assert evening.do(mia, ENGLISH) == [e.DutySet("mia", True, ["en", "sv"])]
    assert evening.do(mia, ENGLISH) == []
    assert evening.do(mia, SWEDISH) == [e.DutySet("mia", True, ["sv"])]
    assert queue(evening).on_duty == 1


def test_what_she_reads_comes_first_and_what_nobody_reads_is_marked():
    evening = waiting("مرحبا", language="ar")
    evening.post(bo, "Hello", language="en-GB")
    evening.post(bo, "Hej", language="sv-easy")
    assert queue(evening).unread == 0
    evening.do(mia, SWEDISH)
    assert queue(evening).unread == 2
    assert given(evening, mia, 3) == [3, 1, 2]
    evening.do(moa, ENGLISH)
    assert [slip.unread for slip in queue(evening).slips] == [True, False, False]


def test_the_one_who_finds_it_an_insult_is_not_given_it_again():
    evening = waiting("One")
    given(evening, mia)
    evening.do(mia, c.HideContribution(1, "insult"))
    assert given(evening, mia) == []
    assert given(evening, moa) == [1]


def test_what_is_decided_is_nobodys_any_longer():
    evening = waiting("One", "Two")
    given(evening, mia, 2)
    evening.do(mia, c.ReleaseContributions([1]))
    evening.do(ada, c.WithdrawContribution(2))
    assert evening.session.taken == {}
    evening.do(mia, c.HideContribution(1, "spam"))
    evening.do(mia, c.Undo(evening.seq))
    assert evening.session.contributions[1].is_visible


def test_what_somebody_reads_is_in_the_queue_however_long_that_is():
    evening = waiting(*(f"Word {n}" for n in range(60)), FLAGGED)
    assert given(evening, mia, flagged=True) == [61]
    assert queue(evening).held == 61
    assert queue(evening).slips[-1].contribution == 61


def test_what_nobody_on_duty_reads_is_asked_for_with_the_flagged_ones():
    evening = waiting("One", "Two")
    evening.post(bo, "مرحبا", language="ar")
    evening.do(mia, SWEDISH)
    assert given(evening, mia, 9, flagged=False) == [1, 2]
    assert given(evening, mia, 9, flagged=True) == [3]
    evening.do(mia, c.GiveBackSlips([1, 2, 3]))
    evening.do(moa, c.GoOnDuty(True, ["ar"]))
    assert given(evening, moa, 9, flagged=True) == []
    assert 3 in given(evening, moa, 9, flagged=False)
