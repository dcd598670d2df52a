"""What people answer without writing: a try-out, fits or missing, dots, the evaluation."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import (
    NoDotsLeft,
    NoDotThere,
    NotNow,
    UnknownContribution,
    UnknownGroup,
    UnknownQuestion,
)
from tests.domain.meeting import ada, bo, fay, group, meeting, participant


def written(step, people=2):
    """Contributions 1 to 3 about the school, of which 1 and 2 make group 1; 4 and 5 elsewhere."""
    evening = meeting("write", people=people)
    for text in ("Books", "More books", "Benches"):
        evening.post(ada, text)
    evening.go("anything").post(bo, "Trees", area="centre")
    evening.post(bo, "More trees", area="centre")
    evening.suggest(group(0, [1, 2]))
    evening.suggest(group(0, [4, 5]), area="centre")
    return evening.go(step)


def dots_of_group(evening, number=1, audience="console"):
    return evening.view(audience)[f"group/{number}"].dots


def dots_of_voices(evening, audience):
    return [it.dots for it in evening.view(audience)["voices/school"].voices]


# ── the try-out ───────────────────────────────────────────────────────────────────────────────


def test_a_try_out_leaves_nothing_behind():
    evening = meeting("try")
    assert evening.do(ada, c.TryItOut()) == []
    assert meeting("write").refusal(ada, c.TryItOut()) == NotNow()


# ── fits or missing ───────────────────────────────────────────────────────────────────────────


def test_each_person_has_one_answer_about_a_group_and_may_change_it():
    evening = written("check")
    assert evening.do(ada, c.RespondToGroup(1, "fits")) == [e.GroupAnswered(1, "fits")]
    assert evening.do(ada, c.RespondToGroup(1, "fits")) == []
    evening.do(bo, c.RespondToGroup(1, "fits"))
    evening.do(ada, c.RespondToGroup(1, "missing"))
    shown = evening.view("projector")["group/1"]
    assert (shown.fits, shown.missing) == (1, 1)
    assert evening.own(ada).answers == {1: "missing"}


def test_only_groups_of_the_steps_area_are_answered_about_and_only_in_that_step():
    evening = written("check")
    assert evening.refusal(ada, c.RespondToGroup(2, "fits")) == UnknownGroup()
    assert evening.refusal(ada, c.RespondToGroup(9, "fits")) == UnknownGroup()
    assert written("groups").refusal(ada, c.RespondToGroup(1, "fits")) == NotNow()


# ── dots ──────────────────────────────────────────────────────────────────────────────────────


def test_dots_may_be_stacked_up_to_the_limit_and_taken_back():
    evening = written("dots")
    for contribution in (1, 1, 3):
        evening.do(ada, c.PlaceDot(contribution))
    assert evening.refusal(ada, c.PlaceDot(2)) == NoDotsLeft()
    assert evening.own(ada).dots == {1: 2, 3: 1}
    evening.do(ada, c.TakeDot(1))
    assert evening.do(ada, c.PlaceDot(2)) == [e.DotPlaced(2, group=1)]
    assert evening.refusal(bo, c.TakeDot(1)) == NoDotThere()
    assert evening.own(ada).dots == {1: 1, 2: 1, 3: 1}


def test_the_group_that_was_shown_is_kept_with_the_dot():
    evening = written("dots")
    assert evening.do(ada, c.PlaceDot(1)) == [e.DotPlaced(1, group=1)]
    assert evening.do(ada, c.PlaceDot(3)) == [e.DotPlaced(3, group=None)]


def test_a_group_has_the_dots_of_its_members_whichever_of_them_stood_for_it():
    evening = written("dots")
    evening.do(ada, c.PlaceDot(1))
    evening.do(bo, c.PlaceDot(2))
    evening.do(bo, c.PlaceDot(3))
    assert dots_of_group(evening) == 2
    evening.suggest(group(1, [3]))
    assert dots_of_group(evening) == 3


def test_dots_are_hidden_until_they_are_revealed():
    evening = written("dots")
    evening.do(ada, c.PlaceDot(1))
    for audience in ("phone", "projector"):
        assert dots_of_group(evening, audience=audience) is None
    assert dots_of_group(evening) == 1
    evening.do(fay, c.RevealDots(True))
    for audience in ("phone", "projector"):
        assert dots_of_group(evening, audience=audience) == 1


def test_a_single_voice_has_its_dots_as_groups_have():
    evening = written("dots")
    evening.do(ada, c.PlaceDot(3))
    evening.do(bo, c.PlaceDot(3))
    assert dots_of_voices(evening, "console") == [2]
    for audience in ("phone", "projector"):
        assert dots_of_voices(evening, audience) == [None]
    evening.do(fay, c.RevealDots(True))
    for audience in ("phone", "projector"):
        assert dots_of_voices(evening, audience) == [2]


def test_that_a_voice_has_no_dots_is_told_before_the_first_one_too():
    """The first dot of all would else change what is told of voices in which it does not lie."""
    evening = written("dots")
    assert dots_of_voices(evening, "console") == [0]
    assert dots_of_group(evening) == 0


def test_dots_on_voices_that_say_nearly_the_same_are_counted_together():
    evening = meeting("write", people=2)
    evening.post(ada, "Benches")
    evening.post(bo, "benches")
    evening.suggest()
    evening.go("dots")
    evening.do(ada, c.PlaceDot(1))
    evening.do(bo, c.PlaceDot(2))
    assert dots_of_voices(evening, "console") == [2]


def test_a_hidden_contribution_takes_no_dot_but_gives_back_those_it_has():
    evening = written("dots")
    evening.do(ada, c.PlaceDot(1))
    evening.do(bo, c.PlaceDot(1))
    evening.do(fay, c.HideContribution(1, "threat"))
    assert dots_of_group(evening) == 0
    assert evening.refusal(ada, c.PlaceDot(1)) == UnknownContribution()
    evening.do(ada, c.TakeDot(1))
    evening.do(fay, c.RestoreContribution(1))
    assert dots_of_group(evening) == 1


def test_a_dot_stands_in_the_steps_area_and_on_something_that_is_there():
    evening = written("dots")
    assert evening.refusal(ada, c.PlaceDot(4)) == UnknownContribution()
    assert evening.refusal(ada, c.PlaceDot(9)) == UnknownContribution()
    assert evening.go("more-dots").do(ada, c.PlaceDot(4))


@pytest.mark.parametrize("step", ["check", "groups", "write", "thanks"])
def test_dots_belong_to_a_dots_step(step):
    evening = written("dots")
    evening.do(ada, c.PlaceDot(1))
    evening.go(step)
    assert evening.refusal(ada, c.PlaceDot(1)) == NotNow()
    assert evening.refusal(ada, c.TakeDot(1)) == NotNow()


def test_no_dot_moves_while_the_step_is_closed():
    evening = written("dots")
    evening.do(ada, c.PlaceDot(1))
    evening.do(fay, c.SetPosting(False))
    assert not evening.view("phone")["stage"].open
    assert evening.refusal(ada, c.PlaceDot(1)) == NotNow()
    assert evening.refusal(ada, c.TakeDot(1)) == NotNow()


def test_each_dots_step_has_its_own_dots():
    evening = written("dots")
    for _ in range(3):
        evening.do(ada, c.PlaceDot(1))
    evening.go("more-dots")
    assert evening.own(ada).dots == {}
    assert dots_of_group(evening) == 0
    evening.do(ada, c.PlaceDot(1))
    assert evening.refusal(ada, c.TakeDot(2)) == NoDotThere()
    assert evening.own(ada).dots == {1: 1}
    evening.do(fay, c.GoToStep("dots", "more-dots"))
    assert evening.own(ada).dots == {1: 3}
    assert evening.refusal(ada, c.PlaceDot(1)) == NoDotsLeft()
    assert dots_of_group(evening.go("groups")) == 4


def test_phones_hear_which_dots_are_theirs_when_the_step_changes_them():
    evening = written("dots", people=3)
    evening.do(ada, c.PlaceDot(1))
    evening.touched.clear()
    evening.go("more-dots")
    assert {key for key in evening.touched if key.startswith("mine/")} == {"mine/1"}


# ── the evaluation ────────────────────────────────────────────────────────────────────────────


def test_an_answer_replaces_the_one_before():
    evening = meeting("evaluation")
    assert evening.do(ada, c.AnswerEvaluation("heard", 1)) == [e.EvaluationAnswered("heard", 1)]
    assert evening.do(ada, c.AnswerEvaluation("heard", 1)) == []
    evening.do(ada, c.AnswerEvaluation("heard", 2))
    evening.do(ada, c.AnswerEvaluation("again", 0))
    assert evening.own(ada).evaluation == {"heard": 2, "again": 0}


def test_only_a_question_of_this_step_and_one_of_its_options_is_answered():
    evening = meeting("evaluation")
    assert evening.refusal(ada, c.AnswerEvaluation("why", 0)) == UnknownQuestion()
    assert evening.refusal(ada, c.AnswerEvaluation("again", 2)) == UnknownQuestion()
    assert meeting("thanks").refusal(ada, c.AnswerEvaluation("heard", 0)) == NotNow()


def test_answers_are_shown_when_five_have_answered():
    evening = meeting("evaluation", people=5)
    for number in (1, 2, 3, 4):
        evening.do(participant(number), c.AnswerEvaluation("heard", 0))
    assert "evaluation" not in evening.view("phone")
    evening.do(participant(5), c.AnswerEvaluation("heard", 1))
    evening.do(ada, c.AnswerEvaluation("again", 0))
    for audience in ("phone", "projector", "console"):
        assert evening.view(audience)["evaluation"].answers == {"heard": [4, 1, 0]}


def test_the_public_is_told_answers_in_fives_so_that_no_single_one_can_be_seen():
    evening = meeting("evaluation", people=10)
    for number in range(1, 10):
        evening.do(participant(number), c.AnswerEvaluation("heard", 0))
        shown = evening.view("phone").get("evaluation")
        assert number < 5 or shown.answers == {"heard": [5, 0, 0]}
    assert evening.view("console")["evaluation"].answers == {"heard": [9, 0, 0]}
    evening.do(participant(10), c.AnswerEvaluation("heard", 1))
    assert evening.view("projector")["evaluation"].answers == {"heard": [9, 1, 0]}


def test_who_answers_anew_changes_nothing_that_the_public_sees_before_five_more_have_answered():
    """Else whoever looks at the screen while the person beside presses reads the answer there."""
    evening = meeting("evaluation", people=10)
    for number in range(1, 7):
        evening.do(participant(number), c.AnswerEvaluation("heard", 0))
    for number, option in ((1, 1), (1, 2), (6, 1), (6, 2)):
        evening.do(participant(number), c.AnswerEvaluation("heard", option))
        assert evening.view("phone")["evaluation"].answers == {"heard": [5, 0, 0]}
    assert evening.view("console")["evaluation"].answers == {"heard": [4, 0, 2]}
    for number in range(7, 11):
        evening.do(participant(number), c.AnswerEvaluation("heard", 0))
    assert evening.view("projector")["evaluation"].answers == {"heard": [8, 0, 2]}
