"""What people say about groups stands, and can be taken back exactly."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import (
    AlreadyDone,
    AnotherArea,
    CannotUndo,
    ChangedSince,
    NotAllowed,
    PersonalNumber,
    TextTooLong,
    UnknownContribution,
    UnknownGroup,
)
from tests.domain.meeting import ada, bo, fay, gil, group, machine, meeting, pia
from tests.domain.test_undo import grouped, latest

WORDS = "Safe paths to school, A safe way home, More buses, Buses at night, Benches, Light"


def school(text=WORDS):
    """Two groups, paths (1, 2) and buses (3, 4), and what stands alone."""
    evening = meeting("write")
    for number, part in enumerate(text.split(", ")):
        evening.post((ada, bo)[number % 2], part)
    paths = group(0, [1, 2], [c.Span(1, 0, 4), c.Span(2, 2, 6)], [c.Span(1, 5, 10)])
    evening.suggest(paths, group(0, [3, 4], [c.Span(3, 5, 10), c.Span(4, 0, 5)]))
    return evening


def members(evening):
    return {number: sorted(state.members) for number, state in evening.session.groups.items()}


def title(evening, number=1, audience="projector"):
    return evening.view(audience)[f"group/{number}"].title


# ── placing ───────────────────────────────────────────────────────────────────────────────────


def test_what_a_person_places_is_there_and_the_machine_never_moves_it():
    evening = school()
    evening.do(pia, c.PlaceContributions([1, 5], 2))
    assert members(evening) == {1: [2], 2: [1, 3, 4, 5]}
    evening.suggest(group(1, [1, 5]), group(0, [1, 5, 6]))
    assert members(evening) == {1: [2], 2: [1, 3, 4, 5]}
    shown = evening.view("board")["contribution/1"]
    assert (shown.group, shown.pinned, shown.sure, shown.near) == (2, True, None, [])


def test_a_new_group_is_made_of_one_contribution_and_has_the_next_number_and_place():
    evening = school()
    [event] = evening.do(fay, c.PlaceContributions([5], 0))
    assert event == e.ContributionsPlaced([5], 3, "school", made=True, place=2)
    assert members(evening) == {1: [1, 2], 2: [3, 4], 3: [5]}
    assert title(evening, 3) == "Benches"
    evening.suggest(group(3, [6]))
    assert members(evening)[3] == [5, 6]


def test_a_contribution_taken_out_as_a_single_voice_stays_one():
    evening = school()
    evening.do(fay, c.PlaceContributions([1], None))
    evening.suggest(group(1, [1]), group(0, [1, 5]))
    assert members(evening)[1] == [2]
    evening.post(ada, "One more")
    voices = evening.view("projector")["voices/school"]
    assert ([it.contribution for it in voices.voices], voices.waiting) == ([1, 5, 6], 1)


def test_a_group_that_people_have_emptied_is_not_filled_by_the_machine():
    evening = school()
    evening.do(fay, c.PlaceContributions([1, 2], 2))
    evening.suggest(group(1, [5, 6]))
    assert members(evening) == {1: [], 2: [1, 2, 3, 4]}
    assert "group/1" not in evening.view("projector") | evening.view("board")


def test_placing_what_cannot_be_placed_is_refused():
    evening = school()
    evening.do(fay, c.HideContribution(6, "spam"))
    evening.go("anything").post(ada, "Elsewhere", area="centre")
    for wish, refusal in (
        (c.PlaceContributions([99], 1), UnknownContribution()),
        (c.PlaceContributions([6], 1), UnknownContribution()),
        (c.PlaceContributions([1], 9), UnknownGroup()),
        (c.PlaceContributions([7], 1), AnotherArea()),
        (c.PlaceContributions([1, 7], 0), AnotherArea()),
        (c.PlaceContributions([1, 7], None), AnotherArea()),
    ):
        assert evening.refusal(fay, wish) == refusal
    evening.do(fay, c.PlaceContributions([1, 6], 1))
    assert evening.refusal(gil, c.PlaceContributions([1], 1)) == AlreadyDone()


# ── keeping out ───────────────────────────────────────────────────────────────────────────────


def test_what_does_not_belong_leaves_the_group_and_is_never_put_there_again():
    evening = school()
    evening.do(fay, c.KeepOut(2, 1))
    assert members(evening)[1] == [1]
    evening.suggest(group(1, [2]))
    assert members(evening)[1] == [1]
    evening.suggest(group(2, [2]))
    assert members(evening)[2] == [2, 3, 4]
    assert evening.view("board")["contribution/2"].kept_out == [1]
    assert evening.refusal(gil, c.KeepOut(2, 1)) == AlreadyDone()


def test_a_person_may_put_back_what_was_kept_out():
    evening = school()
    evening.do(fay, c.KeepOut(2, 1))
    evening.do(gil, c.PlaceContributions([2], 1))
    it = evening.session.contributions[2]
    assert (it.group, it.pinned, it.kept_out) == (1, True, set())


def test_keeping_out_of_another_group_moves_nothing():
    evening = school()
    evening.do(fay, c.PlaceContributions([1], 1))
    evening.do(fay, c.KeepOut(1, 2))
    it = evening.session.contributions[1]
    assert (it.group, it.pinned, it.kept_out) == (1, True, {2})


# ── names and locks ───────────────────────────────────────────────────────────────────────────


def test_a_persons_name_is_shown_until_it_is_taken_away():
    evening = school()
    evening.do(pia, c.RenameGroup(1, "  Trygga  skolvägar "))
    assert title(evening) == "Trygga skolvägar"
    assert evening.view("projector")["group/1"].named
    assert evening.log[-1].words == "Trygga skolvägar"
    evening.suggest(group(1, [], [c.Span(1, 14, 20)]))
    assert title(evening) == "Trygga skolvägar"
    evening.do(fay, c.RenameGroup(1, ""))
    assert title(evening) == "School"
    assert evening.refusal(fay, c.RenameGroup(1, " ")) == AlreadyDone()


def test_a_name_that_is_too_long_or_holds_a_personal_number_is_refused():
    evening = school()
    assert evening.refusal(fay, c.RenameGroup(1, "x" * 83)) == TextTooLong(3, 80)
    assert evening.refusal(fay, c.RenameGroup(1, "19811218-9876")) == PersonalNumber()
    assert evening.refusal(fay, c.RenameGroup(9, "x")) == UnknownGroup()


def test_a_locked_name_stays_what_it_was_whoever_comes_and_goes():
    evening = school()
    assert title(evening) == "Safe · paths"
    evening.do(fay, c.LockGroup(1, name=True, members=False, existence=False))
    evening.suggest(group(1, [5], [c.Span(5, 0, 7)]))
    evening.do(fay, c.PlaceContributions([1], 2))
    assert title(evening) == "Safe · paths"
    assert evening.view("projector")["group/1"].terms == ["Benches"]
    evening.do(fay, c.LockGroup(1, name=False, members=False, existence=False))
    assert title(evening) == "Benches"


def test_a_locked_name_never_says_what_is_hidden():
    evening = school()
    evening.do(fay, c.LockGroup(1, name=True, members=False, existence=False))
    evening.do(fay, c.HideContribution(1, "personal-data"))
    assert title(evening) == "Safe"
    evening.do(fay, c.HideContribution(2, "personal-data"))
    assert "group/1" not in evening.view("projector")
    assert evening.view("board")["group/1"].title == ""


def test_locked_members_get_no_company():
    evening = school()
    evening.do(fay, c.LockGroup(1, name=False, members=True, existence=False))
    evening.suggest(group(1, [5]))
    assert members(evening)[1] == [1, 2]
    evening.do(fay, c.PlaceContributions([5], 1))
    assert members(evening)[1] == [1, 2, 5]


def test_locks_are_shown_to_staff_only():
    evening = school()
    evening.do(fay, c.LockGroup(1, name=True, members=True, existence=True))
    for audience, locks in (
        ("board", c.Locks(True, True, True)),
        ("console", c.Locks(True, True, True)),
        ("projector", c.Locks()),
    ):
        assert evening.view(audience)["group/1"].locks == locks


# ── global goals and what target groups stress ────────────────────────────────────────────────


def test_three_global_goals_are_offered_with_the_words_that_say_so_and_people_confirm():
    evening = school()
    suggestion = group(1, [])
    safe, school_ = [c.Span(1, 0, 4)], [c.Span(1, 14, 20)]
    suggestion.goals = [c.GoalHint(n, [safe]) for n in (11, 99, 11, 16)] + [
        c.GoalHint(4, [school_]),
        c.GoalHint(3, [safe]),
    ]
    evening.suggest(suggestion)
    evening.do(pia, c.ConfirmGlobalGoal(1, 16, True))
    evening.do(pia, c.ConfirmGlobalGoal(1, 13, True))
    assert [(it.goal, it.words, it.confirmed) for it in evening.view("board")["group/1"].goals] == [
        (11, ["Safe"], False),
        (16, ["Safe"], True),
        (4, ["school"], False),
        (13, [], True),
    ]
    assert evening.view("console")["group/1"].goals
    assert evening.view("projector")["group/1"].goals == []
    assert evening.refusal(fay, c.ConfirmGlobalGoal(1, 4, False)) == AlreadyDone()


def test_what_a_target_group_stresses_is_on_the_board_only():
    evening = school()
    suggestion = group(1, [])
    suggestion.stressed = [c.Stress("young", [[c.Span(1, 5, 10)]]), c.Stress("nobody", [])]
    evening.suggest(suggestion)
    [young] = evening.view("board")["group/1"].stressed
    assert (young.target_group, young.words) == ("young", ["paths"])
    for audience in ("phone", "projector", "console"):
        evening.go("groups") if audience == "phone" else None
        assert evening.view(audience)["group/1"].stressed == []


# ── why it is where it is ─────────────────────────────────────────────────────────────────────


def test_the_board_says_why_a_contribution_is_where_it_is():
    evening = school()
    suggestion = group(1, [5])
    suggestion.joined = [
        c.Placement(5, 0.75, [2, 99, 1, 3, 4, 5], [c.Span(5, 0, 5), c.Span(1, 0, 4)])
    ]
    evening.suggest(suggestion)
    shown = evening.view("board")["contribution/5"]
    assert (shown.group, shown.sure, shown.near, shown.shared) == (1, 0.75, [2, 1, 3], ["Bench"])
    assert not any(key.startswith("contribution/") for key in evening.view("console"))


def test_the_interface_can_say_which_model_grouped():
    evening = school()
    run = c.GroupingRun(evening.seq, "e5-small", {"most": 7}, 0, "unreachable")
    evening.do(machine, c.SuggestGroups("school", run, []))
    for audience in ("projector", "console", "board"):
        shown = evening.view(audience)["grouping/school"]
        assert (shown.model, shown.fallback) == ("e5-small", "unreachable")
    shown = evening.view("board")["grouping/school"]
    assert (shown.default_most, shown.groups, shown.singles, shown.waiting) == (7, 2, 2, 0)
    assert "grouping/school" not in evening.view("phone")


# ── undo ──────────────────────────────────────────────────────────────────────────────────────

EDITS = [
    c.PlaceContributions([1, 5], 2),
    c.PlaceContributions([1, 3, 5], 0),
    c.PlaceContributions([1, 5], None),
    c.KeepOut(1, 1),
    c.KeepOut(1, 2),
    c.RenameGroup(1, "A name"),
    c.RenameGroup(2, ""),
    c.LockGroup(1, True, True, True),
    c.LockGroup(2, False, False, False),
    c.ConfirmGlobalGoal(1, 11, True),
    c.ConfirmGlobalGoal(2, 11, False),
]


def edited_school():
    evening = school()
    for edit in (
        c.RenameGroup(2, "Buses"),
        c.LockGroup(2, True, True, False),
        c.ConfirmGlobalGoal(2, 11, True),
        c.PlaceContributions([3], 2),
    ):
        evening.do(gil, edit)
    return evening


@pytest.mark.parametrize("edit", EDITS, ids=lambda it: type(it).__name__)
def test_an_edit_is_undone_exactly_and_done_again(edit):
    evening = edited_school()
    before, seq = grouped(evening), evening.seq + 1
    evening.do(pia, edit)
    after = grouped(evening)
    assert after != before
    evening.do(pia, c.Undo(seq))
    assert grouped(evening) == before
    evening.do(fay, c.Undo(latest(evening)))
    assert grouped(evening) == after
    evening.do(fay, c.Undo(latest(evening)))
    assert grouped(evening) == before
    assert evening.folded_again() == evening.dialogue


@pytest.mark.parametrize(
    "edit, since",
    [
        (c.PlaceContributions([1, 5], 2), c.PlaceContributions([5], 1)),
        (c.PlaceContributions([1], 2), c.KeepOut(1, 2)),
        (c.PlaceContributions([1], 2), c.LockGroup(1, False, True, False)),
        (c.PlaceContributions([1], 0), c.RenameGroup(3, "Mine")),
        (c.PlaceContributions([1], 0), c.ConfirmGlobalGoal(3, 1, True)),
        (c.PlaceContributions([1], 0), c.PlaceContributions([5], 3)),
        (c.RenameGroup(1, "A name"), c.RenameGroup(1, "Another")),
        (c.LockGroup(1, True, True, True), c.LockGroup(1, True, False, True)),
    ],
)
def test_what_somebody_has_said_since_is_not_undone(edit, since):
    evening = edited_school()
    seq = evening.seq + 1
    evening.do(fay, edit)
    evening.do(gil, since)
    before = grouped(evening)
    assert evening.refusal(fay, c.Undo(seq)) == ChangedSince()
    assert grouped(evening) == before
    evening.do(gil, c.Undo(latest(evening)))
    evening.do(fay, c.Undo(seq))


def test_what_the_machine_put_in_a_group_that_is_unmade_is_in_none():
    evening = school()
    evening.do(fay, c.PlaceContributions([5], 0))
    seq = evening.seq
    evening.suggest(group(3, [6]))
    evening.do(fay, c.Undo(seq))
    assert members(evening) == {1: [1, 2], 2: [3, 4]}
    assert evening.session.contributions[6].group is None
    evening.do(fay, c.Undo(latest(evening)))
    assert members(evening) == {1: [1, 2], 2: [3, 4], 3: [5, 6]}


def test_the_presidium_undoes_what_concerns_groups_and_nothing_else():
    evening = school()
    evening.do(fay, c.PauseFeed(True))
    paused = evening.seq
    evening.do(fay, c.RenameGroup(1, "A name"))
    assert evening.refusal(pia, c.Undo(paused)) == NotAllowed()
    evening.do(pia, c.Undo(evening.seq))
    assert evening.refusal(fay, c.Undo(99)) == CannotUndo()


def test_the_board_lists_changes_of_groups_only():
    evening = school()
    evening.do(fay, c.PauseFeed(True))
    evening.do(fay, c.ConfirmGlobalGoal(1, 11, True))
    [change] = evening.view("board")["changes"].changes
    assert (change.words, change.params) == ("goal", {"group": 1, "goal": 11, "now": True})


def test_people_go_on_with_groups_after_the_end():
    evening = school()
    evening.do(fay, c.EndSession())
    for edit in EDITS[:6]:
        evening.do(pia, edit)


# ── near duplicates ───────────────────────────────────────────────────────────────────────────


def test_near_duplicates_stand_once_with_how_many_they_are():
    evening = meeting("write")
    for text in ("cykelväg", "Bänkar", "cykelvägar", "Cykelvägar!"):
        evening.post(ada, text)
    wall = evening.view("projector")["wall/school"]
    assert [(it.text, it.times) for it in wall.latest] == [("cykelväg", 3), ("Bänkar", 1)]
    assert wall.contributions == 4
    evening.suggest()
    voices = evening.view("projector")["voices/school"].voices
    assert [(it.text, it.times) for it in voices] == [("cykelväg", 3), ("Bänkar", 1)]
    evening.suggest(group(0, [1, 2, 4]))
    shown = evening.view("projector")["group/1"]
    assert [(it.text, it.times) for it in shown.quotes] == [("cykelväg", 2)]
    assert shown.contributions == 3
    assert [it.text for it in evening.view("console")["recent"].slips][0] == "Cykelvägar!"


def test_what_is_hidden_counts_in_no_fold():
    evening = meeting("write")
    for text in ("cykelväg", "cykelvägar", "Cykelvägar!"):
        evening.post(ada, text)
    evening.do(fay, c.HideContribution(1, "spam"))
    [quote] = evening.view("projector")["wall/school"].latest
    assert (quote.contribution, quote.times) == (2, 2)


def test_the_wall_is_filled_however_many_of_one_kind_there_are():
    evening = meeting("write")
    for number in range(20):
        evening.post(ada, f"Number {number}")
        evening.post(bo, "Bus")
    wall = evening.view("projector")["wall/school"].latest
    assert [it.text for it in wall] == ["Bus", *(f"Number {n}" for n in range(19, 6, -1))]
    assert wall[0].times == 20
