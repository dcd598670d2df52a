"""Steps, timer and switches, led by one facilitator or two."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import (
    AlreadyDone,
    AlreadyMoved,
    NotNow,
    SessionHasEnded,
    UnknownStep,
)
from tests.domain.meeting import NOON, ada, fay, gil, meeting, post

MINUTE = 60_000


def test_going_to_a_step_says_which_one_was_seen():
    evening = meeting()
    assert evening.do(fay, c.GoToStep("welcome", seen=None)) == [e.StepOpened("welcome")]
    assert evening.refusal(fay, c.GoToStep("nowhere", "welcome")) == UnknownStep()
    assert evening.refusal(fay, c.GoToStep("welcome", "welcome")) == AlreadyDone()


def test_two_facilitators_who_press_next_at_once_step_once():
    evening = meeting("welcome")
    evening.do(fay, c.GoToStep("try", "welcome"))
    assert evening.refusal(gil, c.GoToStep("try", "welcome")) == AlreadyMoved()
    assert evening.session.step == "try"


def test_a_step_in_which_people_work_starts_its_timer_and_the_next_takes_it_away():
    evening = meeting("welcome")
    ends = NOON + 5 * MINUTE
    assert evening.do(fay, c.GoToStep("write", "welcome"))[1:] == [e.TimerSet(ends)]
    assert evening.view("projector")["timer"].ends_at == ends
    assert evening.do(fay, c.GoToStep("anything", "write"))[1:] == [e.TimerSet(None)]
    assert "timer" not in evening.view("projector")
    assert evening.do(fay, c.GoToStep("groups", "anything"))[1:] == []


def test_a_timer_is_started_extended_and_stopped():
    evening = meeting("anything")
    assert evening.refusal(fay, c.StopTimer()) == AlreadyDone()
    evening.do(fay, c.StartTimer(60))
    evening.do(gil, c.ExtendTimer(30))
    assert evening.session.timer == NOON + 90_000
    evening.do(fay, c.ExtendTimer(-3600))
    assert evening.session.timer == NOON  # never before now
    evening.do(fay, c.StopTimer())
    assert evening.session.timer is None


def test_an_elapsed_timer_is_extended_from_now():
    evening = meeting("anything")
    evening.do(fay, c.StartTimer(60))
    evening.now += 10 * MINUTE
    evening.do(fay, c.ExtendTimer(120))
    assert evening.session.timer == evening.now + 120_000


@pytest.mark.parametrize(
    "on, off, field",
    [
        (c.PauseFeed(True), c.PauseFeed(False), "paused"),
        (c.BlankProjector(True), c.BlankProjector(False), "blank"),
        (c.SetPosting(False), c.SetPosting(True), "posting"),
        (c.ShowOthers(True), c.ShowOthers(False), "others"),
        (c.RevealDots(True), c.RevealDots(False), "revealed"),
        (c.SetModeration("hold-all"), c.SetModeration("show-all"), "moderation"),
    ],
)
def test_a_switch_is_turned_once(on, off, field):
    evening = meeting("write")
    before = getattr(evening.session, field)
    assert evening.refusal(fay, off) == AlreadyDone()
    evening.do(fay, on)
    assert getattr(evening.session, field) != before
    assert evening.refusal(gil, on) == AlreadyDone()
    evening.do(gil, off)
    assert getattr(evening.session, field) == before


def test_there_is_nothing_to_open_in_the_lobby():
    assert meeting().refusal(fay, c.SetPosting(True)) == NotNow()


def test_a_new_step_shows_nothing_of_others_and_no_dots():
    evening = meeting("write")
    evening.do(fay, c.ShowOthers(True))
    evening.do(fay, c.RevealDots(True))
    evening.go("anything")
    assert not evening.session.others and not evening.session.revealed


def test_a_pause_and_a_blank_screen_outlast_a_step():
    evening = meeting("write")
    evening.do(fay, c.PauseFeed(True))
    evening.do(fay, c.BlankProjector(True))
    stage = evening.go("anything").view("projector")["stage"]
    assert stage.paused and stage.blank


def test_while_people_talk_at_tables_it_is_open_until_somebody_closes_it():
    evening = meeting("tables")
    assert evening.view("phone")["stage"].open
    evening.do(fay, c.SetPosting(False))
    assert not evening.view("phone")["stage"].open


def test_the_end_is_for_good():
    evening = meeting("write")
    evening.do(fay, c.EndSession())
    assert evening.session.timer is None
    assert evening.view("phone")["stage"].ended
    for wish in (c.EndSession(), c.GoToStep("break", "write"), c.PauseFeed(True)):
        assert evening.refusal(gil, wish) == SessionHasEnded("https://example.org/results")
    assert isinstance(evening.refusal(ada, post(begun=evening.seq)), SessionHasEnded)


def test_the_run_of_show_says_what_is_done_and_where_people_wrote():
    evening = meeting("welcome").go("write")
    evening.post(ada, "Benches")
    lines = {line.step: line for line in evening.view("console")["run"].steps}
    assert [name for name, line in lines.items() if line.done] == ["welcome", "write"]
    assert lines["write"].contributions == 1
