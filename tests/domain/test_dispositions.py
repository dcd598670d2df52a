"""What becomes of everything: decided once, by people, and the sums add up."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from dialog.protocol.work_commands import Disposition
from tests.domain.meeting import chair, drafter, vice
from tests.domain.workboard import standing, undecided, workboard

PROGRAMME = Disposition("programme")
PARKED = Disposition("parked")


@pytest.fixture
def board():
    """Safety of 1 and 2, Benches of 3 and the hidden 5."""
    it = workboard()
    it.work(chair, wc.MakeTheme("school", "Safety", [1, 2]))
    it.work(chair, wc.MakeTheme("centre", "Benches", [3, 5]))
    return it


def kind_of(board, number):
    found = board.dialogue.work.disposition_of(number)
    return found and found.kind


@pytest.mark.parametrize(
    "disposition, why, refusal",
    [
        (Disposition("handover"), "", r.RecipientMissing()),
        (Disposition("handover", recipient="moon"), "", r.UnknownBody()),
        (Disposition("handover", recipient="region"), "", r.RecipientMissing()),
        (Disposition("other-authority", recipient="schools"), "", r.RecipientMissing()),
        (Disposition("internal-goal"), "", r.RecipientMissing()),
        (Disposition("parked"), " ", r.ReasonMissing()),
        (Disposition("goal", goal=7), "", r.UnknownGoal()),
        (None, "", r.AlreadyDone()),
        (PROGRAMME, "x" * 2001, r.TextTooLong(1, 2000)),
    ],
)
def test_a_disposition_that_lacks_something_is_refused(board, disposition, why, refusal):
    wish = wc.SetDisposition([1], [4], disposition, why=why)
    assert board.work_refusal(chair, wish) == refusal


@pytest.mark.parametrize(
    "wish, refusal",
    [
        (wc.SetDisposition([], [], PROGRAMME), r.NothingLeft()),
        (wc.SetDisposition([7], [], PROGRAMME), r.UnknownTheme()),
        (wc.SetDisposition([], [99], PROGRAMME), r.UnknownContribution()),
    ],
)
def test_what_is_not_there_cannot_be_decided(board, wish, refusal):
    assert board.work_refusal(chair, wish) == refusal


@pytest.mark.parametrize(
    "disposition",
    [
        Disposition("goal"),
        PROGRAMME,
        Disposition("internal-goal", internal="financial"),
        Disposition("handover", recipient="homes"),
        Disposition("other-authority", recipient="region"),
        PARKED,
    ],
    ids=lambda it: it.kind,
)
def test_each_kind_can_be_decided_and_taken_back(board, disposition):
    before = standing(board.dialogue.work)
    seq = board.work(chair, wc.SetDisposition([1], [4], disposition, why="Because"))
    assert board.dialogue.work.disposition_of(1) == disposition
    assert board.dialogue.work.place(4).reason == "Because"
    assert board.dialogue.work.log[-1].why == "Because"
    board.work(chair, c.Undo(seq))
    assert standing(board.dialogue.work) == before


def test_what_does_not_belong_to_the_kind_is_left_out(board):
    said = Disposition("programme", recipient="homes", internal="employer", goal=4)
    board.work(chair, wc.SetDisposition([], [4], said))
    assert board.dialogue.work.place(4).disposition == PROGRAMME


def test_a_body_that_people_have_added_can_receive(board):
    added = board.work(chair, wc.AddBody("Polisen", "authority"))
    (body,) = board.dialogue.work.bodies
    to_the_police = Disposition("other-authority", recipient=body)
    given = board.work(chair, wc.SetDisposition([], [4], to_the_police))
    assert board.dialogue.work.log[-1].params["recipient"] == "Polisen"
    assert board.work_refusal(chair, c.Undo(added)) == r.ChangedSince()
    board.work(chair, c.Undo(given))
    board.work(chair, c.Undo(added))


def test_a_draft_that_things_go_to_is_not_undone(board):
    drafted = board.work(drafter, wc.DraftGoal("school", "Be safe"))
    board.work(chair, wc.SetDisposition([1], [], Disposition("goal", goal=1)))
    assert board.dialogue.work.disposition_of(1).goal == 1
    assert board.work_refusal(drafter, c.Undo(drafted)) == r.ChangedSince()


def test_a_contribution_follows_its_theme_unless_it_has_its_own(board):
    board.work(chair, wc.SetDisposition([1], [], PROGRAMME))
    board.work(chair, wc.SetDisposition([], [2], PARKED, why="Not ours"))
    assert (kind_of(board, 1), kind_of(board, 2)) == ("programme", "parked")
    board.work(chair, wc.SetDisposition([1], [], Disposition("goal")))
    assert (kind_of(board, 1), kind_of(board, 2)) == ("goal", "parked")
    board.work(chair, wc.PlaceInTheme([1], None))
    assert kind_of(board, 1) is None
    board.work(chair, wc.SetDisposition([], [2], None))
    assert kind_of(board, 2) == "goal"


def test_only_what_is_new_is_said_again(board):
    board.work(chair, wc.SetDisposition([1], [], PROGRAMME))
    board.work(chair, wc.SetDisposition([1, 2], [], PROGRAMME))
    assert board.log[-1].event.themes == [2]
    assert board.work_refusal(chair, wc.SetDisposition([1, 2], [], PROGRAMME)) == r.AlreadyDone()
    board.work(chair, wc.SetDisposition([1], [], PROGRAMME, why="After all"))


def test_the_rest_is_exactly_what_is_undecided_and_comes_back_at_once(board):
    board.work(chair, wc.SetDisposition([1], [], Disposition("goal")))
    board.work(chair, wc.SetDisposition([], [4], PARKED, why="Not ours"))
    left = undecided(board)
    assert left == [3, 5, 6, 7, 8, 9, 10, 11, 12]  # hidden, withdrawn and held ones too
    for wrong in (left[1:], [*left, 1], [*left, 99]):
        assert board.work_refusal(chair, wc.RestToProgramme(wrong)) == r.NotWhatIsLeft(9)
    before, logged = standing(board.dialogue.work), len(board.dialogue.work.log)
    seq = board.work(chair, wc.RestToProgramme(left[::-1], why="§ 58"))
    assert undecided(board) == []
    assert {kind_of(board, n) for n in left} == {"programme"}
    assert (kind_of(board, 1), kind_of(board, 4)) == ("goal", "parked")
    assert len(board.dialogue.work.log) == logged + 1
    assert board.work_refusal(chair, wc.RestToProgramme([1])) == r.NotWhatIsLeft(0)
    board.work(vice, c.Undo(seq))
    assert standing(board.dialogue.work) == before


def test_many_dispositions_and_reasons_come_back_as_they_were(board):
    board.work(chair, wc.SetDisposition([1], [], PARKED, why="First"))
    board.work(chair, wc.SetDisposition([], [1, 4], PARKED, why="Second"))
    board.work(chair, wc.SetDisposition([2], [8], Disposition("handover", recipient="homes")))
    before = standing(board.dialogue.work)
    seq = board.work(chair, wc.SetDisposition([1, 2], [1, 4, 8, 9], PROGRAMME))
    board.work(chair, c.Undo(seq))
    assert standing(board.dialogue.work) == before


def test_who_drafts_goals_decides_no_dispositions(board):
    assert board.work_refusal(drafter, wc.SetDisposition([1], [], PROGRAMME)) == r.NotAllowed()
    assert board.work_refusal(drafter, wc.RestToProgramme([1])) == r.NotAllowed()


def test_a_decision_that_somebody_else_has_changed_is_not_written_over(board):
    seen = board.seq
    board.work(chair, wc.SetDisposition([1], [4], PROGRAMME))
    for wish in (
        wc.SetDisposition([1], [], Disposition("goal"), seen=seen),
        wc.SetDisposition([2], [4], Disposition("goal"), seen=seen),
    ):
        refusal = board.refusal(vice, wish)
        assert refusal == r.ChangedMeanwhile("presidium", "both_disposed")
    assert kind_of(board, 4) == "programme"
