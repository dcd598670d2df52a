"""What the workboard shows of contributions, groups, themes and sums."""

import pytest

from dialog.domain import work_views
from dialog.domain.work_state import GoalState
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.codec import encode
from dialog.protocol.commands import GoalHint, Span
from dialog.protocol.records import GlobalGoal
from dialog.protocol.work_records import Linked
from tests.domain.evenings import suggested
from tests.domain.meeting import ada, bo, chair, fay, machine, pia, worker
from tests.domain.workboard import WEB, kim, web_machine, workboard


@pytest.fixture
def board():
    return workboard()


def record(board, key):
    return work_views.record(board.dialogue, key)


# ── contributions ─────────────────────────────────────────────────────────────────────────────


def test_every_contribution_received_is_there_with_its_standing(board):
    its = [record(board, f"contribution/{n}") for n in range(1, 13)]
    assert [it.standing for it in its] == [
        *["visible"] * 4,
        *("hidden", "withdrawn", "held"),
        *["visible"] * 5,
    ]
    assert [it.text for it in its[3:7]] == ["word4x said", "", "", ""]
    assert [it.reason for it in its[4:7]] == ["spam", "", ""]
    assert [it.session for it in its] == ["evening"] * 9 + [WEB] * 3
    assert (its[7].people, its[7].channel, its[7].slip) == (4, "table", 1)
    assert its[8].area is None
    assert record(board, "contribution/99") is None


def test_what_is_not_visible_stands_there_without_its_words_or_translations(board):
    board.do(fay, c.TranslateContribution(1, "fi", "Sana"))
    assert record(board, "contribution/1").translations
    board.work_touched.clear()
    board.do(fay, c.HideContribution(1, "threat"))
    assert "contribution/1" in board.work_touched
    it = record(board, "contribution/1")
    assert (it.text, it.translations, it.standing, it.reason) == ("", [], "hidden", "threat")
    board.do(fay, c.RestoreContribution(1))
    assert record(board, "contribution/1").text == "word1x said"


def test_a_contribution_stands_in_the_area_of_its_theme(board):
    board.work(chair, wc.MakeTheme("centre", "Benches", [1, 2]))
    board.work(chair, wc.MakeTheme("school", "Safety", [3]))
    it = record(board, "contribution/1")
    assert (it.theme, it.area, it.own_area) == (1, "centre", "school")
    assert record(board, "contribution/3").own_area is None
    board.work(chair, wc.ReferContribution(1, 2, True))
    assert record(board, "contribution/1").also == [2]


def test_a_disposition_is_its_own_or_its_themes(board):
    board.work(chair, wc.MakeTheme("school", "Safety", [1, 2]))
    board.work(chair, wc.SetDisposition([1], [], wc.Disposition("programme"), why="All of it"))
    board.work(chair, wc.SetDisposition([], [2], wc.Disposition("parked"), why="Not ours"))
    first, second = record(board, "contribution/1"), record(board, "contribution/2")
    assert (first.disposition.kind, first.own, first.disposition_reason) == (
        *("programme", False),
        "All of it",
    )
    assert (second.disposition.kind, second.own, second.disposition_reason) == (
        *("parked", True),
        "Not ours",
    )


def test_a_suggestion_is_shown_until_the_contribution_stands_somewhere(board):
    board.work(chair, wc.MakeTheme("school", "Safety", [1]))
    board.do(worker, wc.SuggestThemes(1, "model", [wc.ThemeSuggestion(n, 1, 0.7) for n in (4, 7)]))
    assert (record(board, "contribution/4").suggested, record(board, "contribution/4").sure) == (
        1,
        0.7,
    )
    assert record(board, "theme/1").suggested == [4]  # 7 is held
    board.work(chair, wc.LockTheme(1, False, True, False))
    assert record(board, "contribution/4").suggested is None
    assert record(board, "theme/1").suggested == []
    board.work(chair, wc.LockTheme(1, False, False, False))
    seq = board.work(chair, wc.PlaceInTheme([4], 1))
    assert record(board, "contribution/4").suggested is None
    assert record(board, "theme/1").suggested == []
    board.work(chair, c.Undo(seq))
    assert record(board, "theme/1").suggested == [4]


def test_the_drafts_that_rest_on_a_contribution_or_on_its_theme(board):
    board.work(chair, wc.MakeTheme("school", "Safety", [1, 2]))
    goals = board.dialogue.work.goals
    goals[1] = GoalState(1, "school", themes={1: None})
    goals[2] = GoalState(2, "school", contributions={1: None, 3: None})
    goals[3] = GoalState(3, "school", themes={1: None}, dropped=True)
    assert [record(board, f"contribution/{n}").goals for n in (1, 2, 3, 4)] == [
        [1, 2],
        [1],
        [2],
        [],
    ]
    assert record(board, "theme/1").goals == [1]
    touched = work_views.touched_by(board.dialogue, "", {"goal/1", "theme/1"})
    assert {"contribution/1", "contribution/2", "theme/1", "goal/1", "sums"} <= touched


def test_a_change_moves_the_rev_of_what_it_changed_and_of_nothing_else(board):
    board.work(chair, wc.MakeTheme("school", "Safety", [1]))
    before = {key: getattr(it, "rev", 0) for key, it in board.workboard().items()}
    for wish, keys in [
        (wc.NameTheme(1, "Safe"), {"theme/1"}),
        (wc.SetDisposition([], [4], wc.Disposition("programme")), {"contribution/4"}),
        (wc.PlaceInTheme([2], 1), {"theme/1", "contribution/2"}),
        (wc.MarkRead(3), {"contribution/3"}),
    ]:
        seq = board.work(chair, wish)
        after = {key: getattr(it, "rev", 0) for key, it in board.workboard().items()}
        assert {key for key in after if after[key] != before[key]} == keys
        assert {after[key] for key in keys} == {seq}
        before = after


# ── the machine's groups ──────────────────────────────────────────────────────────────────────


def test_a_group_is_a_suggestion_as_long_as_something_in_it_is_in_no_theme(board):
    it = record(board, "group/1")
    assert (it.members, it.people, it.session, it.theme) == ([1, 2, 3], 2, "evening", None)
    assert (it.title, it.terms) == ("Word1x · word", ["word1x", "word"])
    assert [quote.contribution for quote in it.quotes] == [1]
    board.work(chair, wc.MakeTheme("school", "Safety", [1, 2], [1]))
    it = record(board, "group/1")
    assert (it.members, it.theme) == ([3], 1)
    board.do(fay, c.HideContribution(3, "spam"))
    assert record(board, "group/1") is None
    assert record(board, "group/2").members == [10, 11]
    assert record(board, "group/9") is None


def test_what_has_come_to_a_confirmed_group_is_shown_beside_its_theme(board):
    board.work(chair, wc.MakeTheme("school", "Walks", [10, 11], [2]))
    assert record(board, "group/2") is None
    run = c.GroupingRun(board.seq, "model", {}, 0)
    board.do(web_machine, c.SuggestGroups("school", run, [suggested(2, [12], 1)]))
    it = record(board, "group/2")
    assert (it.members, it.theme) == ([12], 1)


# ── themes ────────────────────────────────────────────────────────────────────────────────────


def test_a_theme_counts_people_once_in_each_session_and_tables_apart(board):
    board.work(chair, wc.MakeTheme(None, "All sorts", [*range(1, 13)]))
    it = record(board, "theme/1")
    assert (it.contributions, it.unseen) == (9, 3)
    assert it.people == 3  # ada, bo and kim
    assert it.behind == 4
    assert it.by_target_group == {"old": [0, 1], "undisclosed": [2, 5], "young": [1, 3]}


def test_typical_are_those_the_machine_named_then_those_with_dots(board):
    board.work(chair, wc.MakeTheme(None, "All sorts", [1, 2, 3, 4, 9, 10, 11], [1, 2]))
    board.go("dots")
    for person in (ada, bo):
        board.do(person, c.PlaceDot(4))
    board.do(ada, c.PlaceDot(3))
    it = record(board, "theme/1")
    assert it.typical == [1, 10, 4, 3, 2]
    assert it.dots == 3


def test_the_terms_of_a_theme_are_its_groups_words_that_still_stand_in_it(board):
    board.work(chair, wc.MakeTheme("school", "Ours", [1, 2], [1]))
    assert record(board, "theme/1").terms == ["word1x", "word"]
    board.do(fay, c.HideContribution(1, "spam"))
    assert record(board, "theme/1").terms == ["word2x"]
    board.work(chair, wc.PlaceInTheme([2], None))
    assert record(board, "theme/1").terms == []


def test_global_goals_are_hints_until_a_person_has_said_so(board):
    suggestion = suggested(1, [1], 1)
    suggestion.joined = []
    suggestion.goals = [GoalHint(4, [[Span(1, 0, 6)]]), GoalHint(11, [[Span(3, 0, 6)]])]
    board.suggest(suggestion)
    board.work(chair, wc.MakeTheme("school", "Ours", [1, 2], [1]))
    board.work(chair, wc.LinkTheme(1, 4, "partial"))
    board.work(chair, wc.LinkTheme(1, 7, "primary"))
    it = record(board, "theme/1")
    assert it.linked == [Linked(4, "partial", ["word1x"]), Linked(7, "primary")]
    assert it.hints == []  # 3 stands in no theme
    board.work(chair, wc.PlaceInTheme([3], 1))
    assert record(board, "theme/1").hints == [GlobalGoal(11, ["word3x"])]


def test_a_theme_that_has_gone_has_no_record(board):
    board.work(chair, wc.MakeTheme("school", "Ours", [1]))
    board.work(chair, wc.DissolveTheme(1))
    assert record(board, "theme/1") is None


# ── all of it ─────────────────────────────────────────────────────────────────────────────────


def test_the_sums_count_everything_received(board):
    board.work(chair, wc.MakeTheme("centre", "Ours", [1, 5]))
    board.work(chair, wc.SetDisposition([], [2, 6], wc.Disposition("programme")))
    handover = wc.Disposition("handover", recipient="homes")
    board.work(chair, wc.SetDisposition([], [3], handover))
    it = record(board, "sums")
    assert (it.received, it.visible, it.held, it.hidden, it.withdrawn) == (12, 9, 1, 1, 1)
    assert (it.undecided, it.undecided_visible) == (9, 7)
    assert it.decided == {"programme": 2, "handover": 1}
    assert it.by_recipient == {"homes": 1}
    assert (it.in_themes, it.single) == (2, 10)


def test_the_matter_follows_people_who_come_and_write(board):
    board.work_touched.clear()
    before = {it.session: (it.people, it.contributions) for it in record(board, "matter").sessions}
    assert before == {"evening": (2, 9), WEB: (1, 3)}
    board.do(kim, c.PostContribution("write", 0, "keyword", "One more"))
    assert "matter" in board.work_touched
    assert record(board, "matter").sessions[1].contributions == 4


def test_nobody_can_tell_from_the_log_of_changes_who_wrote(board):
    board.do(pia, c.PlaceContributions([1], None))
    board.work(chair, wc.MakeTheme("school", "Ours", [1], why="Because"))
    shown = encode(board.workboard()).decode()
    assert "participant" not in shown and "receipt" not in shown


def test_a_theme_that_a_page_was_shown_does_not_change_under_it(board):
    board.work(chair, wc.MakeTheme("school", "Ours", [1], [1]))
    board.work(chair, wc.MakeTheme("school", "Theirs", [10], [2]))
    shown = record(board, "theme/1")
    board.work(chair, wc.MergeThemes([2], 1))
    assert (shown.groups, record(board, "theme/1").groups) == ([1], [1, 2])


def test_lines_that_a_page_was_shown_do_not_change_under_it(board):
    seq = board.work(chair, wc.MakeTheme("school", "Ours", [1]))
    shown = record(board, "changes")
    board.work(chair, c.Undo(seq))
    assert [line.undoable for line in shown.changes] == [True]
    assert [line.undoable for line in record(board, "changes").changes] == [True, False]


GOAL = wc.Disposition("goal")
SUGGESTED = [wc.ThemeSuggestion(n, theme, 0.5) for n, theme in ((4, 1), (8, 1), (9, 2), (12, 2))]


def everything_that_touches_something_else(board):
    """One after the other; each shows in records of other things than the one it is about."""
    yield chair, wc.MakeTheme("school", "Safety", [1, 2], [1])
    yield chair, wc.MakeTheme("centre", "Walks", [10], [2])
    yield worker, wc.SuggestThemes(board.seq, "model", SUGGESTED)
    run = c.GroupingRun(board.seq, "model", {}, 0)
    yield machine, c.SuggestGroups("school", run, [suggested(1, [2], 2)])
    yield chair, wc.LockTheme(1, False, True, False)
    yield chair, wc.LockTheme(1, False, False, False)
    yield chair, wc.MoveTheme(1, "centre")
    yield chair, wc.SetDisposition([1], [], GOAL)
    yield chair, wc.SetDisposition([], [1, 4], GOAL)
    yield chair, wc.PlaceInTheme([3, 4], 2)
    yield chair, wc.ReferContribution(8, 2, True)
    yield chair, wc.MarkRead(3, 1, "move")
    yield fay, c.HideContribution(9, "spam")
    yield fay, c.HideContribution(1, "spam")
    yield fay, c.RestoreContribution(9)
    yield fay, c.GoToStep("dots", board.session.step)
    yield bo, c.PlaceDot(3)
    yield bo, c.TakeDot(3)
    yield pia, c.PlaceContributions([2, 3], None)
    yield pia, c.RenameGroup(1, "Ours")
    yield chair, wc.MergeThemes([2], 1)
    yield chair, c.Undo(board.dialogue.work.log[-1].seq)
    yield chair, wc.DissolveTheme(1)
    yield chair, c.Undo(board.dialogue.work.log[-1].seq)
    yield chair, wc.DealOut(2)
    yield kim, c.PostContribution("write", 0, "keyword", "One more")


def test_whatever_a_change_shows_in_is_drawn_again(board):
    for person, command in everything_that_touches_something_else(board):
        before = board.workboard()
        board.work_touched.clear()
        if isinstance(command, c.Undo | wc.WorkCommand):
            board.work(person, command)
        else:
            board.do(person, command)
        after = board.workboard()
        differ = {key for key in before | after if before.get(key) != after.get(key)}
        assert differ <= board.work_touched, command
