"""A window on the web: it closes when it was said to, and nobody sees what others write before."""

import pytest

from dialog.domain.times import HOUR
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import (
    AlreadyDone,
    NotNow,
    UnknownTargetGroup,
    WindowClosed,
)
from tests.domain.meeting import (
    ID,
    NOON,
    Meeting,
    ada,
    bo,
    fay,
    group,
    meeting,
    post,
    session_definition,
    system,
)

CLOSES = NOON + 6 * 24 * HOUR


def window(step="write", closes_at=CLOSES, **changes):
    """An open window with ada and bo in it."""
    definition = session_definition(type="web-window", channel="web", **changes)
    it = Meeting(people=0)
    it.dialogue.sessions.clear()
    it.do(system, c.OpenSession(ID, definition, "0", "WEB2345", closes_at=closes_at))
    for _ in (ada, bo):
        it.do(system, c.JoinSession("web"))
    return it.go(step) if step else it


# ── when it closes ────────────────────────────────────────────────────────────────────────────


def test_the_closing_is_written_down_with_the_opening_and_every_page_knows_it():
    evening = window(None)
    assert [type(it.event) for it in evening.log[-4:-2]] == [e.SessionOpened, e.ClosingSet]
    for audience in ("phone", "projector", "console"):
        assert evening.view(audience)["stage"].closes_at == CLOSES
    assert evening.folded_again().sessions[ID].closes_at == CLOSES


def test_at_the_stated_moment_it_is_closed_and_not_before():
    evening = window()
    evening.now = CLOSES - 1
    evening.do(ada, post("Benches"))
    evening.now = CLOSES
    assert evening.refusal(ada, post("Trees")) == WindowClosed(CLOSES)


def test_what_was_begun_before_it_closed_is_too_late_as_well():
    evening = window()
    begun = evening.seq
    evening.go("anything")
    evening.now = CLOSES + 1
    assert evening.refusal(ada, post("Trees", begun=begun)) == WindowClosed(CLOSES)


def test_the_evaluation_closes_with_it():
    evening = window("evaluation")
    evening.now = CLOSES
    assert evening.refusal(ada, c.AnswerEvaluation("heard", 0)) == WindowClosed(CLOSES)


def test_what_one_has_written_can_be_taken_back_afterwards_too():
    evening = window()
    evening.do(ada, post("Benches"))
    evening.now = CLOSES + HOUR
    evening.do(ada, c.WithdrawContribution(1))
    assert evening.session.contributions[1].standing == "withdrawn"


@pytest.mark.parametrize("closes_at", [NOON - 1, NOON])
def test_a_time_that_has_passed_is_not_used_and_the_console_says_so(closes_at):
    evening = window(None, closes_at, closes="2019-04-07T23:59")
    assert evening.session.closes_at is None
    assert evening.view("console")["settings"].past_closing == "2019-04-07T23:59"
    assert evening.view("console")["stage"].closes_at is None


def test_where_the_time_is_used_the_console_says_nothing_of_the_file():
    evening = window(None, closes="2019-04-07T23:59")
    assert evening.view("console")["settings"].past_closing == ""


def test_the_code_lives_as_long_as_the_window():
    evening = window(None, code_hours=1)
    assert evening.session.code_expires == CLOSES
    evening.do(fay, c.SetClosing(CLOSES + HOUR))
    assert evening.session.code_expires == CLOSES + HOUR
    evening.do(fay, c.ChangeCode("NEW2345"))
    assert evening.session.code_expires == CLOSES + HOUR
    evening.do(fay, c.SetClosing(NOON + HOUR))
    assert evening.session.code_expires == CLOSES + HOUR


def test_the_facilitator_moves_the_closing_and_takes_it_back():
    evening = window()
    evening.now = CLOSES + 1
    evening.do(fay, c.SetClosing(CLOSES + HOUR))
    evening.do(ada, post("Benches"))
    changed = evening.session.changes[-1].change
    assert (changed.words, changed.params["now"]) == ("closing", CLOSES + HOUR)
    evening.do(fay, c.Undo(changed.seq))
    assert evening.refusal(ada, post("Trees")) == WindowClosed(CLOSES)
    evening.do(fay, c.SetClosing(None))
    evening.do(ada, post("Trees"))


def test_a_closing_is_in_the_future_and_another_one():
    evening = window()
    assert evening.refusal(fay, c.SetClosing(NOON)) == NotNow()
    assert evening.refusal(fay, c.SetClosing(CLOSES)) == AlreadyDone()


# ── others' words ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", ["anything", "check", "groups", "thanks", "targets"])
def test_nobody_sees_what_others_write_before_the_window_has_ended(step):
    evening = window()
    for person in (ada, bo):
        evening.post(person, f"Benches by the river {person.participant}")
    evening.suggest(group(1, [1, 2]))
    evening.go(step)
    assert evening.refusal(fay, c.ShowOthers(True)) == NotNow()
    assert "Benches" not in str(evening.view("phone"))
    assert "Benches" in str(evening.own(ada)) and "river 2" not in str(evening.own(ada))
    evening.now = CLOSES + 1
    assert "Benches" not in str(evening.view("phone"))


def test_when_it_has_ended_the_groups_are_for_all():
    evening = window()
    evening.post(ada, "Benches")
    evening.suggest(group(1, [1]))
    evening.do(fay, c.EndSession())
    assert "Benches" in str(evening.view("phone"))


def test_in_a_meeting_others_words_are_shown_as_before():
    evening = meeting("write")
    evening.post(ada, "Benches")
    evening.do(fay, c.ShowOthers(True))
    assert "Benches" in str(evening.view("phone"))


# ── a code of one's own, and a class ──────────────────────────────────────────────────────────


def test_where_everybody_has_a_code_of_their_own_there_is_none_to_change():
    evening = meeting(entry="personal")
    assert evening.refusal(fay, c.ChangeCode("NEW2345")) == NotNow()
    assert evening.view("console")["settings"].entry == "personal"


def test_a_class_answers_as_young_from_the_start_and_may_answer_as_somebody_else():
    evening = meeting("write", perspective="young")
    assert evening.own(ada).target_group == "young"
    assert evening.post(ada, "Benches").posted.target_group == "young"
    assert evening.view("console")["counts"].people_by_target_group == {"young": 2}
    evening.do(ada, c.ChoosePerspective("old"))
    assert evening.own(ada).target_group == "old"


def test_the_device_of_a_table_has_no_perspective():
    evening = meeting(perspective="young")
    evening.do(system, c.JoinSession("table", "7"))
    assert (evening.session.tables, 3 in evening.session.participants) == ({3: "7"}, False)


def test_a_session_cannot_begin_with_a_target_group_that_the_dialogue_lacks():
    definition = session_definition(id="new", perspective="martians")
    wish = c.OpenSession("new", definition, "0", "NEW2345")
    assert Meeting().refusal(system, wish) == UnknownTargetGroup()
