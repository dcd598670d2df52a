"""What the presidium may do with themes, and what it may not."""

import pytest
from msgspec.structs import replace

from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from tests.domain.meeting import archivist, chair, drafter, fay, office, vice, worker
from tests.domain.workboard import standing, workboard


@pytest.fixture
def board():
    return workboard()


@pytest.fixture
def three(board):
    """Safety of 1, 2 and the hidden 5; Benches of 3; Walks of 10 and 11, which 1 refers to."""
    board.work(chair, wc.MakeTheme("school", "Safety", [1, 2, 5], [1]))
    board.work(chair, wc.MakeTheme("centre", "Benches", [3]))
    board.work(chair, wc.MakeTheme(None, "Walks", [10, 11], [2]))
    board.work(chair, wc.ReferContribution(1, 3, True))
    return board


def themes(board):
    return board.dialogue.work.themes


def members(board):
    return {id: sorted(theme.members) for id, theme in themes(board).items()}


def lines(board):
    return [(line.words, line.actor, line.why) for line in board.dialogue.work.log]


# ── made, placed, merged, dissolved ───────────────────────────────────────────────────────────


def test_a_confirmed_group_is_a_theme_of_what_the_person_chose(board):
    board.work(chair, wc.MakeTheme("centre", "  Safe \n roads ", [2, 1, 2], [1], why="They agree"))
    theme = themes(board)[1]
    assert (theme.title, theme.area, theme.groups) == ("Safe roads", "centre", [1])
    assert members(board) == {1: [1, 2]}
    assert lines(board) == [("theme_confirmed", "presidium", "They agree")]


def test_a_theme_may_hold_contributions_of_several_sessions_and_areas(board):
    board.work(chair, wc.MakeTheme(None, "All sorts", [1, 9, 12]))
    assert members(board) == {1: [1, 9, 12]}
    assert lines(board)[-1][0] == "theme_made"


@pytest.mark.parametrize(
    "wish, refusal",
    [
        (wc.MakeTheme("moon", "Safety", [1]), r.UnknownArea()),
        (wc.MakeTheme("school", " ", [1]), r.TextEmpty()),
        (wc.MakeTheme("school", "x" * 81, [1]), r.TextTooLong(1, 80)),
        (wc.MakeTheme("school", "Ring 19640823-3234", [1]), r.PersonalNumber()),
        (wc.MakeTheme("school", "Safe\x00", [1]), r.TextUnreadable()),
        (wc.MakeTheme("school", "Safety", [99]), r.UnknownContribution()),
        (wc.MakeTheme("school", "Safety", [1], [7]), r.UnknownGroup()),
        (wc.PlaceInTheme([1], 7), r.UnknownTheme()),
        (wc.PlaceInTheme([99], 1), r.UnknownContribution()),
        (wc.PlaceInTheme([1, 2], 1), r.AlreadyDone()),
        (wc.PlaceInTheme([4], None), r.AlreadyDone()),
        (wc.MergeThemes([1], 1), r.NothingLeft()),
        (wc.MergeThemes([7], 1), r.UnknownTheme()),
        (wc.MergeThemes([1], 7), r.UnknownTheme()),
        (wc.DissolveTheme(7), r.UnknownTheme()),
        (wc.NameTheme(1, "Safety"), r.AlreadyDone()),
        (wc.NoteTheme(1, "x" * 2001), r.TextTooLong(1, 2000)),
        (wc.NoteTheme(1, ""), r.AlreadyDone()),
        (wc.MoveTheme(1, "moon"), r.UnknownArea()),
        (wc.MoveTheme(1, "school"), r.AlreadyDone()),
        (wc.LockTheme(1, False, False, False), r.AlreadyDone()),
        (wc.CarryTheme(1, ""), r.AlreadyDone()),
        (wc.LinkTheme(1, 4, None), r.AlreadyDone()),
        (wc.AnchorTheme(1, "moon", True), r.UnknownField()),
        (wc.AnchorTheme(1, "brave", False), r.AlreadyDone()),
        (wc.ReferContribution(1, 3, True), r.AlreadyDone()),
        (wc.ReferContribution(1, 1, True), r.AlreadyDone()),
        (wc.ReferContribution(2, 3, False), r.AlreadyDone()),
        (wc.NameTheme(1, "Safe", why="x" * 2001), r.TextTooLong(1, 2000)),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_cannot_be_done_is_refused(three, wish, refusal):
    assert three.work_refusal(chair, wish) == refusal


def test_a_contribution_leaves_the_theme_it_stood_in(three):
    three.work(chair, wc.PlaceInTheme([1, 3, 4, 1], 3, why="They walk"))
    assert members(three) == {1: [2, 5], 2: [], 3: [1, 3, 4, 10, 11]}
    assert lines(three)[-1] == ("placed", "presidium", "They walk")
    three.work(chair, wc.PlaceInTheme([1], None))
    assert lines(three)[-1][0] == "placed_alone"
    assert members(three)[3] == [3, 4, 10, 11]


def test_what_comes_to_stand_in_a_theme_refers_to_it_no_more(three):
    three.work(chair, wc.PlaceInTheme([1], 3))
    assert three.dialogue.work.place(1).also == set()
    assert themes(three)[3].also == {}


def test_merged_themes_give_all_they_have_and_their_lineage(three):
    three.work(chair, wc.ReferContribution(4, 1, True))
    three.work(chair, wc.ReferContribution(10, 2, True))
    three.work(chair, wc.CarryTheme(1, "keyword"))
    three.work(chair, wc.CarryTheme(2, "topic", "question"))
    before = standing(three.dialogue.work)
    seq = three.work(chair, wc.MergeThemes([1, 3, 1], 2))
    assert members(three) == {2: [1, 2, 3, 5, 10, 11]}
    into = themes(three)[2]
    assert (into.groups, into.title, into.area) == ([1, 2], "Benches", "centre")
    assert (into.carried, into.kind) == ("topic", "question")
    assert into.also == {4: None}  # 1 and 10 referred to what they now stand in
    assert [line.words for line in three.dialogue.work.log][-1] == "theme_merged"
    assert three.dialogue.work.log[-1].params["n"] == 2
    three.work(chair, c.Undo(seq))
    assert standing(three.dialogue.work) == before


def test_a_merge_can_be_taken_back_and_done_again_however_empty(board):
    for title in ("One", "Two"):
        board.work(chair, wc.MakeTheme("school", title, []))
    made = board.dialogue.work.log[-1].seq
    seq = board.work(chair, wc.MergeThemes([1], 2))
    for _ in range(2):
        assert board.work_refusal(chair, c.Undo(made)) == r.ChangedSince()
        seq = board.work(chair, c.Undo(board.work(chair, c.Undo(seq))))
    board.work(chair, c.Undo(seq))
    board.work(chair, c.Undo(made))
    assert list(themes(board)) == [1]


def test_what_a_dissolved_theme_held_stands_in_none(three):
    three.work(vice, wc.DissolveTheme(3))
    assert members(three) == {1: [1, 2, 5], 2: [3]}
    assert three.dialogue.work.place(1).also == set()
    assert lines(three)[-1][0] == "theme_dissolved"


def cited(board):
    goal = board.dialogue.work.goals[1]
    return [n for n in goal.themes if n in themes(board)], sorted(goal.contributions)


def test_a_draft_rests_on_what_took_the_theme_it_rested_on(three):
    three.work(drafter, wc.DraftGoal("school", "Be safe"))
    three.work(drafter, wc.CiteInGoal(1, [1, 3]))
    before = standing(three.dialogue.work)
    seq = three.work(chair, wc.MergeThemes([1], 2))
    assert cited(three) == ([3, 2], [])
    assert lines(three)[-1][0] == "theme_merged"
    three.work(chair, c.Undo(seq))
    assert standing(three.dialogue.work) == before


def test_a_draft_rests_on_what_a_dissolved_theme_held(three):
    three.work(drafter, wc.DraftGoal("school", "Be safe"))
    three.work(drafter, wc.CiteInGoal(1, [1, 3], [2]))
    before = standing(three.dialogue.work)
    seq = three.work(chair, wc.DissolveTheme(1))
    assert cited(three) == ([3], [1, 2, 5])
    assert lines(three)[-1][0] == "theme_dissolved"
    three.work(chair, c.Undo(seq))
    assert standing(three.dialogue.work) == before


def test_a_number_is_never_given_twice(three):
    seq = three.work(chair, wc.MakeTheme("school", "Fourth", []))
    three.work(chair, c.Undo(seq))
    three.work(chair, wc.MakeTheme("school", "Fifth", []))
    assert list(themes(three)) == [1, 2, 3, 5]


def test_the_log_of_a_moved_contribution_is_its_history(three):
    three.work(chair, wc.PlaceInTheme([1], 2))
    three.work(chair, wc.PlaceInTheme([1], 3))
    moved = [entry.event for entry in three.log if 1 in getattr(entry.event, "contributions", ())]
    assert [event.theme for event in moved if hasattr(event, "theme")] == [1, 2, 3]


# ── what is said of a theme ───────────────────────────────────────────────────────────────────


def test_all_that_can_be_said_of_a_theme(three):
    for wish in (
        wc.NameTheme(1, "Safe"),
        wc.NoteTheme(1, "Ask\nthe school"),
        wc.MoveTheme(1, None),
        wc.CarryTheme(1, "topic", "question"),
        wc.LinkTheme(1, 4, "partial"),
        wc.AnchorTheme(1, "brave", True),
        wc.LockTheme(1, True, True, True),
    ):
        three.work(chair, wish)
    theme = themes(three)[1]
    assert (theme.title, theme.note, theme.area) == ("Safe", "Ask\nthe school", None)
    assert (theme.carried, theme.kind, theme.linked) == ("topic", "question", {4: "partial"})
    assert (theme.anchors, theme.locks) == ({"brave"}, c.Locks(True, True, True))
    assert [line.words for line in three.dialogue.work.log][-7:] == [
        "theme_named",
        "theme_noted",
        "theme_moved",
        "theme_carried_topic",
        "theme_linked",
        "theme_anchored",
        "theme_locked",
    ]
    named = three.dialogue.work.log[-7].params
    assert (named["was"], named["title"]) == ("Safety", "Safe")


LOCKED = [
    (wc.LockTheme(1, True, False, False), wc.NameTheme(1, "Safe"), "name"),
    (wc.LockTheme(1, False, True, False), wc.MakeTheme("school", "New", [1]), "members"),
    (wc.LockTheme(1, False, True, False), wc.PlaceInTheme([4], 1), "members"),
    (wc.LockTheme(1, False, True, False), wc.PlaceInTheme([1], None), "members"),
    (wc.LockTheme(1, False, True, False), wc.PlaceInTheme([1], 2), "members"),
    (wc.LockTheme(1, False, True, False), wc.MergeThemes([1], 2), "members"),
    (wc.LockTheme(1, False, True, False), wc.MergeThemes([2], 1), "members"),
    (wc.LockTheme(1, False, True, False), wc.DissolveTheme(1), "members"),
    (wc.LockTheme(1, False, False, True), wc.MergeThemes([1], 2), "existence"),
    (wc.LockTheme(1, False, False, True), wc.DissolveTheme(1), "existence"),
]


@pytest.mark.parametrize("lock, wish, what", LOCKED, ids=str)
def test_what_is_locked_stays_until_it_is_unlocked(three, lock, wish, what):
    three.work(chair, lock)
    assert three.work_refusal(vice, wish) == r.Locked(what)
    three.work(vice, wc.LockTheme(1, False, False, False))
    three.work(vice, wish)


@pytest.mark.parametrize("lock, wish, what", LOCKED, ids=str)
def test_a_lock_leaves_the_rest_open(three, lock, wish, what):
    others = {"name", "members", "existence"} - {what}
    three.work(chair, wc.LockTheme(1, **{it: it in others for it in {what, *others}}))
    if not isinstance(wish, wc.MergeThemes | wc.DissolveTheme):
        three.work(vice, wish)


def test_a_lock_holds_against_an_undo(three):
    moved = three.work(chair, wc.PlaceInTheme([4], 1))
    named = three.work(chair, wc.NameTheme(1, "Safe"))
    three.work(vice, wc.LockTheme(1, True, True, False))
    assert three.work_refusal(chair, c.Undo(moved)) == r.Locked("members")
    assert three.work_refusal(chair, c.Undo(named)) == r.Locked("name")


# ── several people at once, and undo ──────────────────────────────────────────────────────────


def test_a_stale_change_is_refused_and_nothing_is_written_over(three):
    seen = three.seq
    three.work(chair, wc.NameTheme(1, "Safe"))
    late = wc.NameTheme(1, "Secure", seen=seen)
    assert three.refusal(office, late) == r.ChangedMeanwhile("presidium", "theme_named")
    assert themes(three)[1].title == "Safe"
    three.do(office, replace(late, seen=three.seq))
    assert themes(three)[1].title == "Secure"


def test_what_a_page_did_itself_counts_as_seen_and_what_others_did_before_it_does_not(three):
    seen = three.seq
    three.do(vice, wc.NameTheme(1, "Safe ways", seen=seen))
    three.do(office, wc.NoteTheme(2, "Ask", seen=seen))
    mine = [three.seq]
    three.do(office, wc.NoteTheme(2, "Ask them", seen=seen, mine=mine))
    late = wc.NameTheme(1, "Secure", seen=seen, mine=[*mine, three.seq])
    assert three.refusal(office, late) == r.ChangedMeanwhile("presidium", "theme_named")


def test_a_page_that_has_seen_nothing_changes_nothing_that_has_been_changed(three):
    assert isinstance(three.refusal(chair, wc.NameTheme(1, "Safe")), r.ChangedMeanwhile)
    three.do(chair, wc.MakeTheme("school", "Fourth", [12]))


def test_two_people_may_change_different_things_of_one_theme(three):
    seen = three.seq
    three.work(chair, wc.NameTheme(1, "Safe"))
    three.do(vice, wc.NoteTheme(1, "Ask", seen=seen))
    three.do(vice, wc.PlaceInTheme([4], 1, seen=seen))


@pytest.mark.parametrize(
    "change",
    [
        wc.NameTheme(1, "Safe"),
        wc.PlaceInTheme([4], 1),
        wc.PlaceInTheme([2], None),
        wc.SetDisposition([1], [], wc.Disposition("programme")),
        wc.LinkTheme(1, 4, "primary"),
    ],
    ids=lambda it: type(it).__name__,
)
def test_whoever_takes_a_theme_away_must_have_seen_all_of_it(three, change):
    seen = three.seq
    three.work(chair, change)
    for wish in (wc.DissolveTheme(1, seen=seen), wc.MergeThemes([1], 2, seen=seen)):
        assert isinstance(three.refusal(vice, wish), r.ChangedMeanwhile)


def test_nobody_is_in_the_way_of_their_own_wish(three):
    """Its author is told of its first seq only."""
    seq = three.work(chair, wc.MakeTheme("school", "Fourth", [1, 4], why="So there"))
    three.do(chair, wc.PlaceInTheme([1], 1, seen=seq))


@pytest.mark.parametrize(
    "later",
    [
        wc.NameTheme(4, "Other"),
        wc.PlaceInTheme([1], 4),
        wc.ReferContribution(1, 4, True),
        wc.LockTheme(4, True, False, False),
    ],
    ids=lambda it: type(it).__name__,
)
def test_a_theme_that_others_have_used_is_not_unmade(three, later):
    made = three.work(chair, wc.MakeTheme("school", "Fourth", [4]))
    changed = three.work(vice, later)
    assert three.work_refusal(chair, c.Undo(made)) == r.ChangedSince()
    three.work(vice, c.Undo(changed))
    three.work(chair, c.Undo(made))
    assert 4 not in themes(three)


def test_what_was_changed_in_a_theme_that_has_gone_is_not_undone(three):
    named = three.work(chair, wc.NameTheme(2, "Seats"))
    moved = three.work(chair, wc.PlaceInTheme([4], 3))
    back = three.work(chair, wc.PlaceInTheme([4], None))
    gone = three.work(vice, wc.MergeThemes([2, 3], 1))
    for seq in (named, moved, back):
        assert three.work_refusal(chair, c.Undo(seq)) == r.ChangedSince()
    three.work(chair, c.Undo(gone))
    three.work(chair, c.Undo(named))
    assert themes(three)[2].title == "Benches"


def test_an_empty_theme_is_not_given_back_by_a_theme_that_has_gone(board):
    for title in ("One", "Two", "Three"):
        board.work(chair, wc.MakeTheme("school", title, [], [1] if title == "One" else []))
    first = board.work(chair, wc.MergeThemes([1], 2))
    second = board.work(chair, wc.MergeThemes([2], 3))
    assert board.work_refusal(chair, c.Undo(first)) == r.ChangedSince()
    board.work(chair, c.Undo(second))
    board.work(chair, c.Undo(first))
    assert {id: theme.groups for id, theme in themes(board).items()} == {1: [1], 2: [], 3: []}


def test_an_undo_is_a_line_of_the_log_with_no_reason_of_its_own(three):
    three.work(chair, wc.SetDisposition([1], [], wc.Disposition("parked"), why="Too dear"))
    wish = wc.SetDisposition([1], [], wc.Disposition("parked"), why="Not ours")
    seq = three.work(chair, wish)
    undone = three.work(vice, c.Undo(seq))
    line = three.dialogue.work.log[-1]
    assert (line.seq, line.words, line.by_undo, line.why) == (undone, "themes_disposed", True, "")
    assert not three.dialogue.work.log[-2].undoable
    three.work(chair, c.Undo(undone))
    line = three.dialogue.work.log[-1]
    assert (line.by_undo, line.why) == (False, "Not ours")
    assert three.refusal(chair, c.Undo(seq)) == r.CannotUndo()


def test_who_drafts_goals_does_not_undo_what_the_presidium_has_done(three):
    seq = three.work(chair, wc.NameTheme(1, "Safe"))
    assert three.work_refusal(drafter, c.Undo(seq)) == r.NotAllowed()
    assert three.work_refusal(archivist, c.Undo(seq)) == r.NotAllowed()
    three.work(office, c.Undo(seq))


@pytest.mark.parametrize("person", [drafter, archivist, fay, worker], ids=lambda it: it.role)
def test_only_presidium_and_office_work_on_themes(board, person):
    if person is fay:
        board.work(person, wc.MakeTheme("school", "Safety", [1]))  # in a session, and yet whole
    else:
        assert board.work_refusal(person, wc.MakeTheme("school", "x", [1])) == r.NotAllowed()


# ── the machine ───────────────────────────────────────────────────────────────────────────────


def suggested(board):
    places = board.dialogue.work.places.items()
    return {n: place.suggestion.theme for n, place in places if place.suggestion}


def test_the_machine_suggests_only_what_may_be_suggested(three):
    three.work(chair, wc.LockTheme(3, False, True, False))
    its = [
        wc.ThemeSuggestion(4, 1, 0.5, [4, 99, 1, 2, 3, 10]),
        wc.ThemeSuggestion(9, None, float("nan")),
        wc.ThemeSuggestion(12, 3, 0.5),  # locked
        wc.ThemeSuggestion(8, 7, 0.5),  # no such theme
        wc.ThemeSuggestion(99, 1, 0.5),  # no such contribution
        wc.ThemeSuggestion(1, 2, 0.5),  # stands in one
    ]
    before = lines(three)
    three.do(worker, wc.SuggestThemes(2**40, "model", its))
    assert suggested(three) == {4: 1, 9: None}
    assert three.dialogue.work.place(4).suggestion == wc.ThemeSuggestion(4, 1, 0.5, [1, 2, 3])
    assert three.dialogue.work.place(9).suggestion.sure == 0.0
    assert three.log[-1].access == "staff" and three.log[-1].event.upto < three.seq
    assert lines(three) == before


def test_the_same_suggestion_again_is_no_news(three):
    wish = wc.SuggestThemes(three.seq, "model", [wc.ThemeSuggestion(4, 1, 0.5, [1])])
    assert three.do(worker, wish)
    assert three.do(worker, wish) == []


def test_a_suggestion_moves_nothing_and_is_in_nobodys_way(three):
    seen = three.seq
    three.do(worker, wc.SuggestThemes(seen, "model", [wc.ThemeSuggestion(4, 1, 0.5)]))
    assert members(three)[1] == [1, 2, 5]
    three.do(chair, wc.PlaceInTheme([4], 3, seen=seen))


def test_undone_it_is_carried_by_whom_and_since_when_it_was(board):
    board.work(chair, wc.MakeTheme("school", "Safety", [1]))
    board.work(office, wc.CarryTheme(1, "topic"))
    was = (themes(board)[1].carried_by, themes(board)[1].carried_at)
    board.now += 60_000
    again = board.work(chair, wc.CarryTheme(1, "keyword"))
    assert (themes(board)[1].carried_by, themes(board)[1].carried_at) != was
    board.now += 60_000
    board.work(chair, c.Undo(again))
    assert (themes(board)[1].carried_by, themes(board)[1].carried_at) == was
