"""Grouping anew: asked for, proposed, and done only on a person's word, as far as people agree."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol.refusals import AlreadyDone, ChangedSince, RegroupingGone, UnknownArea
from tests.domain.meeting import ada, fay, gil, group, machine, meeting, pia
from tests.domain.test_group_edits import members, school
from tests.domain.test_undo import grouped, latest


def proposal(evening, *groups, most=None, apart=False, upto=None):
    """Asked for and ready; its seq."""
    evening.do(pia, c.AskRegrouping("school", most, apart))
    run = c.GroupingRun(evening.seq if upto is None else upto, "model", {"most": 5}, 0)
    evening.do(machine, c.ProposeRegrouping("school", evening.seq, run, list(groups)))
    return evening.seq


def apply(evening, seq):
    evening.do(fay, c.ApplyRegrouping("school", seq))


def preview(evening):
    return evening.view("board")["regrouping/school"]


TURNED = (group(0, [2, 3, 5]), group(2, [4, 6]))
"""Of paths (1, 2) and buses (3, 4): what is 1 stands alone, paths goes, one group is new."""


def test_a_proposal_moves_nothing_and_lists_what_it_would_move():
    evening = school()
    before = grouped(evening)
    evening.do(fay, c.AskRegrouping("school", 2, False))
    assert (preview(evening).proposal, preview(evening).most) == (None, 2)
    evening.do(fay, c.DropRegrouping("school"))
    seq = proposal(evening, *TURNED)
    shown = preview(evening)
    assert shown.proposal == seq
    assert [(it.contribution, it.was, it.to) for it in shown.moves] == [
        (1, 1, None),
        (2, 1, -1),
        (3, 2, -1),
        (5, None, -1),
        (6, None, 2),
    ]
    assert [(it.group, it.fate, it.title, it.had, it.has) for it in shown.groups] == [
        (1, "gone", "Safe · paths", 2, 0),
        (2, "kept", "Buses at night", 2, 2),
        (-1, "new", "A safe way home", 0, 3),
    ]
    assert grouped(evening)[:2] == before[:2]
    for audience in ("phone", "projector", "console"):
        assert "regrouping/school" not in evening.view(audience)


def test_the_preview_calls_a_group_whose_contents_are_locked_what_it_will_be_called():
    evening = school()
    evening.do(fay, c.LockGroup(2, False, True, False))
    seq = proposal(evening, group(0, [1, 5, 6]), group(2, [3, 4]))
    shown = {it.group: it.title for it in preview(evening).groups}
    apply(evening, seq)
    assert shown[2] == evening.view("board")["group/2"].title == "More buses"


def test_applied_it_does_what_the_preview_said_and_one_undo_takes_it_back():
    evening = school()
    before = grouped(evening)
    apply(evening, proposal(evening, *TURNED, most=7))
    assert members(evening) == {2: [4, 6], 3: [2, 3, 5]}
    assert "regrouping/school" not in evening.view("board")
    assert evening.view("board")["grouping/school"].most == 7
    evening.do(gil, c.Undo(evening.seq))
    assert grouped(evening) == before
    evening.do(gil, c.Undo(latest(evening)))
    assert members(evening) == {2: [4, 6], 3: [2, 3, 5]}
    assert evening.folded_again() == evening.dialogue


def test_an_undone_regrouping_brings_groups_back_with_their_answers():
    evening = school().go("check")
    evening.do(ada, c.RespondToGroup(1, "fits"))
    apply(evening, proposal(evening, *TURNED))
    assert evening.own(ada).answers == {}
    evening.do(gil, c.Undo(evening.seq))
    assert evening.own(ada).answers == {1: "fits"}
    assert evening.view("projector")["group/1"].fits == 1


# ── what people have said ─────────────────────────────────────────────────────────────────────


def test_what_is_pinned_stays_and_so_does_its_group():
    evening = school()
    evening.do(fay, c.PlaceContributions([1], 1))
    evening.do(fay, c.PlaceContributions([5], None))
    apply(evening, proposal(evening, *TURNED, group(2, [1])))
    assert members(evening) == {1: [1], 2: [4, 6], 3: [2, 3]}


def test_what_is_kept_out_stays_out():
    evening = school()
    evening.do(fay, c.KeepOut(6, 2))
    apply(evening, proposal(evening, *TURNED))
    assert members(evening) == {2: [4], 3: [2, 3, 5]}


def test_locked_members_stay_and_get_no_company():
    evening = school()
    evening.do(fay, c.LockGroup(2, False, True, False))
    apply(evening, proposal(evening, group(2, [4, 6]), group(0, [1, 2, 3])))
    assert members(evening) == {2: [3, 4], 3: [1, 2]}


@pytest.mark.parametrize(
    "wish",
    [
        c.RenameGroup(1, "Mine"),
        c.LockGroup(1, True, False, False),
        c.LockGroup(1, False, False, True),
    ],
)
def test_a_group_that_people_have_named_or_locked_never_goes(wish):
    evening = school()
    evening.do(fay, wish)
    apply(evening, proposal(evening, *TURNED))
    assert members(evening)[1] == []
    assert "group/1" in evening.view("board")
    assert "group/1" not in evening.view("projector")


def test_what_has_come_or_been_moved_since_the_machine_looked_stays_where_it_is():
    evening = school()
    upto = evening.seq
    evening.do(fay, c.KeepOut(3, 1))
    evening.post(ada, "New")
    evening.suggest(group(1, [7]))
    apply(evening, proposal(evening, *TURNED, group(0, [7, 4, 6]), upto=upto))
    assert members(evening) == {1: [7], 2: [3, 4, 6], 3: [2, 5]}


def test_what_is_hidden_is_not_moved_and_comes_back_to_its_group_with_an_undo():
    evening = school()
    evening.do(fay, c.HideContribution(1, "spam"))
    before = grouped(evening)
    apply(evening, proposal(evening, *TURNED))
    assert evening.session.contributions[1].group is None
    evening.do(fay, c.Undo(evening.seq))
    assert grouped(evening) == before


def test_kinds_can_be_grouped_apart():
    evening = meeting("anything")
    for number in range(4):
        evening.post(ada, f"Word {number}", area="school")
        evening.post(ada, f"Question {number}", kind="question", area="school")
    evening.suggest(group(0, [1, 2, 3, 4]))
    apply(evening, proposal(evening, group(1, [1, 2, 3]), group(0, [4, 6, 7, 8]), apart=True))
    assert members(evening) == {1: [1, 3], 2: [4, 6, 8]}
    assert [g.kind for key, g in evening.view("board").items() if "group/" in key] == [
        "keyword",
        "question",
    ]
    evening.suggest(group(1, [2, 5]), group(2, [2, 5]))
    assert members(evening) == {1: [1, 3, 5], 2: [2, 4, 6, 8]}
    assert evening.view("board")["grouping/school"].apart


# ── whose turn it is ──────────────────────────────────────────────────────────────────────────


def test_only_the_ready_proposal_can_be_applied():
    evening = school()
    seq = proposal(evening, *TURNED)
    assert evening.refusal(fay, c.ApplyRegrouping("school", seq - 1)) == RegroupingGone()
    assert evening.refusal(fay, c.ApplyRegrouping("centre", seq)) == RegroupingGone()
    again = proposal(evening, *TURNED)
    assert evening.refusal(fay, c.ApplyRegrouping("school", seq)) == RegroupingGone()
    apply(evening, again)
    assert evening.refusal(fay, c.ApplyRegrouping("school", again)) == RegroupingGone()
    assert evening.refusal(fay, c.DropRegrouping("school")) == AlreadyDone()


def test_the_machine_proposes_only_what_was_asked_for():
    evening = school()
    run = c.GroupingRun(evening.seq, "model", {}, 0)
    wish = c.ProposeRegrouping("school", evening.seq, run, [])
    assert evening.refusal(machine, wish) == RegroupingGone()
    evening.do(fay, c.AskRegrouping("school"))
    wish = c.ProposeRegrouping("school", evening.seq, run, [])
    evening.do(fay, c.AskRegrouping("school", 3))
    assert evening.refusal(machine, wish) == RegroupingGone()
    assert evening.refusal(fay, c.AskRegrouping("nowhere")) == UnknownArea()


# ── undone or not ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "since",
    [
        c.PlaceContributions([4], 3),
        c.KeepOut(2, 3),
        c.RenameGroup(3, "Mine"),
        c.LockGroup(2, False, True, False),
        c.ConfirmGlobalGoal(3, 11, True),
    ],
)
def test_a_regrouping_that_people_have_gone_on_from_is_not_undone(since):
    evening = school()
    apply(evening, proposal(evening, *TURNED))
    seq = evening.seq
    evening.do(gil, since)
    assert evening.refusal(fay, c.Undo(seq)) == ChangedSince()
    evening.do(gil, c.Undo(latest(evening)))
    evening.do(fay, c.Undo(seq))


def test_a_second_regrouping_is_undone_before_the_first():
    evening = school()
    before = grouped(evening)
    apply(evening, proposal(evening, *TURNED))
    first = evening.seq
    apply(evening, proposal(evening, group(3, [1, 2]), group(0, [3, 4])))
    second = evening.seq
    assert evening.refusal(fay, c.Undo(first)) == ChangedSince()
    evening.do(fay, c.Undo(second))
    evening.do(fay, c.Undo(first))
    assert grouped(evening) == before


def test_what_the_machine_has_placed_since_stays_if_its_group_does():
    evening = school()
    apply(evening, proposal(evening, *TURNED))
    seq = evening.seq
    evening.post(ada, "One")
    evening.post(ada, "Two")
    evening.suggest(group(2, [7]), group(3, [8]))
    evening.do(fay, c.Undo(seq))
    assert members(evening) == {1: [1, 2], 2: [3, 4, 7]}
    assert evening.session.contributions[8].group is None


def test_a_place_that_an_undo_may_need_is_not_given_away():
    evening = school()
    apply(evening, proposal(evening, group(1, [1, 2])))
    seq = evening.seq
    evening.suggest(group(0, [5, 6]))
    evening.do(fay, c.Undo(seq))
    places = {n: state.place for n, state in evening.session.groups.items()}
    assert places == {1: 0, 2: 1, 3: 2}
