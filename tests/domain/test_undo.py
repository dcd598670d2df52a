"""Undo restores exactly what the change changed, unless somebody has changed it since."""

from copy import copy

import pytest
from msgspec.structs import replace

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import CannotUndo, ChangedSince
from tests.domain.meeting import ada, fay, gil, meeting

FIELDS = (
    *("step", "posting", "timer", "paused", "blank", "others", "revealed", "moderation"),
    *("slow", "joining", "held_back"),
)


def state(evening):
    """What undo must bring back: the switches, and how each contribution stands, why and in which
    words. Not who was reading it."""
    session = evening.session
    standings = {
        it.id: (it.standing, it.reason, it.asserted_by, it.words, it.masks, dict(it.translations))
        for it in session.contributions.values()
    }
    slips = evening.view("console")["queue"].slips
    queue = [replace(slip, taken_by="", taken_until=0) for slip in slips]
    switches = [copy(getattr(session, name)) for name in FIELDS]
    return switches, standings, session.visited, queue, grouped(evening)


def grouped(evening):
    """All that people and machine have said about groups."""
    session = evening.session
    seats = {
        n: (it.group, it.pinned, set(it.kept_out), it.placement)
        for n, it in session.contributions.items()
    }
    groups = {
        n: (it.described, it.title, it.locks, it.said, set(it.goals), dict(it.answers))
        for n, it in session.groups.items()
    }
    wanted = {area: (it.most, it.apart) for area, it in session.grouping.items()}
    return seats, groups, wanted


def busy_evening():
    """In the middle of a step, with everything turned to what is not usual."""
    evening = meeting("write", moderation="hold-all")
    for text in ("One", "Two", "Three", "Four"):
        evening.post(ada, text)
    evening.do(fay, c.ReleaseContributions([2, 4]))
    evening.do(fay, c.HideContribution(4, "spam"))
    for wish in (c.ShowOthers(True), c.RevealDots(True), c.SetPosting(False), c.PauseFeed(True)):
        evening.do(fay, wish)
    return evening


CHANGES = [
    c.GoToStep("anything", "write"),
    c.GoToStep("break", "write"),
    c.GoToStep("groups", "write"),
    c.StartTimer(60),
    c.ExtendTimer(60),
    c.StopTimer(),
    c.PauseFeed(False),
    c.BlankProjector(True),
    c.SetPosting(True),
    c.SetModeration("show-all"),
    c.ShowOthers(False),
    c.RevealDots(False),
    c.ReleaseContributions([1, 3]),
    c.HideContribution(1, "threat"),
    c.HideContribution(2, "threat"),
    c.HideContribution(1, "insult"),
    c.HideContribution(2, "insult"),
    c.RestoreContribution(4),
    c.MaskContribution(2, [(0, 2)]),
    c.HideAuthor(1, "spam"),
    c.HideAuthor(1, "insult"),
    c.SetSlowMode(30),
    c.SetJoining(False),
    c.TranslateContribution(2, "fi", "Kaksi"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: type(it).__name__)
def test_undo_restores_and_undo_of_undo_does_it_again(change):
    evening = busy_evening()
    before = state(evening)
    seq = evening.seq + 1
    evening.do(fay, change)
    after = state(evening)
    assert after != before
    evening.do(gil, c.Undo(seq))
    assert state(evening) == before
    evening.do(fay, c.Undo(latest(evening)))
    assert state(evening) == after
    evening.do(fay, c.Undo(latest(evening)))
    assert state(evening) == before


def latest(evening):
    return evening.view("console")["changes"].changes[0].seq


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: type(it).__name__)
def test_one_wish_is_one_line_among_the_changes_and_can_be_undone_once(change):
    evening = busy_evening()
    lines = len(evening.view("console")["changes"].changes)
    seq = evening.seq + 1
    evening.do(fay, change)
    assert len(evening.view("console")["changes"].changes) == lines + 1
    assert latest(evening) == seq
    evening.do(fay, c.Undo(seq))
    assert evening.refusal(gil, c.Undo(seq)) == CannotUndo()


@pytest.mark.parametrize(
    "change, since",
    [
        (c.GoToStep("break", "write"), c.GoToStep("groups", "break")),
        (c.GoToStep("anything", "write"), c.SetPosting(False)),
        (c.GoToStep("anything", "write"), c.ShowOthers(True)),
        (c.GoToStep("break", "write"), c.ExtendTimer(60)),
        (c.StartTimer(60), c.ExtendTimer(60)),
        (c.PauseFeed(False), c.PauseFeed(True)),
        (c.SetModeration("show-all"), c.SetModeration("hold-flagged")),
        (c.ReleaseContributions([1, 3]), c.HideContribution(3, "spam")),
        (c.HideContribution(2, "threat"), c.RestoreContribution(2)),
        (c.HideContribution(2, "insult"), c.ReleaseContributions([2])),
        (c.RestoreContribution(4), c.HideContribution(4, "threat")),
        (c.MaskContribution(2, [(0, 1)]), c.MaskContribution(2, [(0, 2)])),
        (c.HideAuthor(1, "spam"), c.TrustAuthor(1)),
        (c.HideAuthor(1, "spam"), c.RestoreContribution(3)),
        (c.SetSlowMode(30), c.SetSlowMode(60)),
        (
            c.TranslateContribution(2, "fi", "Kaksi"),
            c.TranslateContribution(2, "fi", "Toinen"),
        ),
    ],
)
def test_what_somebody_has_changed_since_is_not_undone(change, since):
    evening = busy_evening()
    seq = evening.seq + 1
    evening.do(fay, change)
    evening.do(gil, since)
    before = state(evening)
    assert evening.refusal(fay, c.Undo(seq)) == ChangedSince()
    assert state(evening) == before


def test_a_change_that_somebody_has_made_again_is_theirs():
    evening = meeting("write")
    evening.do(fay, c.PauseFeed(True))
    mine = evening.seq
    evening.do(fay, c.PauseFeed(False))
    evening.do(gil, c.PauseFeed(True))
    assert evening.refusal(fay, c.Undo(mine)) == ChangedSince()
    evening.post(ada, "One")
    evening.do(fay, c.HideContribution(1, "spam"))
    mine = evening.seq
    evening.do(gil, c.RestoreContribution(1))
    evening.do(gil, c.HideContribution(1, "threat"))
    assert evening.refusal(fay, c.Undo(mine)) == ChangedSince()


def test_a_withdrawn_contribution_is_not_brought_back():
    evening = busy_evening()
    evening.do(fay, c.ReleaseContributions([1]))
    seq = evening.seq
    evening.do(ada, c.WithdrawContribution(1))
    assert evening.refusal(fay, c.Undo(seq)) == ChangedSince()


def test_several_changes_are_undone_one_after_the_other():
    evening = meeting("anything")
    before = state(evening)
    seqs = []
    for seconds in (60, 120, 180):
        evening.do(fay, c.StartTimer(seconds))
        seqs.append(evening.seq)
    for seq in reversed(seqs):
        evening.do(fay, c.Undo(seq))
    assert state(evening) == before


def test_what_does_not_touch_the_same_thing_does_not_stand_in_the_way():
    evening = meeting("write")
    evening.do(fay, c.PauseFeed(True))
    paused = evening.seq
    evening.do(gil, c.BlankProjector(True))
    evening.post(ada, "One")
    assert evening.do(fay, c.Undo(paused)) == [e.Undone(paused), e.FeedPaused(False)]
    assert evening.session.blank


def test_a_contribution_hidden_while_held_is_held_again_and_says_no_reason():
    evening = busy_evening()
    evening.do(fay, c.HideContribution(1, "threat"))
    evening.do(fay, c.Undo(evening.seq))
    assert evening.own(ada).contributions[0].standing == "held"
    assert evening.own(ada).contributions[0].reason == ""


def test_going_back_to_the_lobby_is_possible_only_by_undo():
    evening = meeting()
    evening.do(fay, c.GoToStep("write", None))
    evening.do(fay, c.Undo(evening.log[-2].seq))
    stage = evening.view("console")["stage"]
    assert (stage.step, stage.kind, stage.open) == (None, "lobby", False)
    assert not any(line.done for line in evening.view("console")["run"].steps)


@pytest.mark.parametrize("seq", [0, 1, 2, 3, 99])
def test_what_is_no_change_cannot_be_undone(seq):
    assert meeting("write").refusal(fay, c.Undo(seq)) == CannotUndo()


def test_a_contribution_is_not_undone():
    evening = meeting("write")
    evening.post(ada, "One")
    assert evening.refusal(fay, c.Undo(evening.seq)) == CannotUndo()


def test_the_end_and_what_came_before_it_cannot_be_undone_but_hiding_after_it_can():
    evening = busy_evening()
    before = latest(evening)
    evening.do(fay, c.EndSession())
    assert evening.refusal(fay, c.Undo(evening.seq)) == CannotUndo()
    assert evening.refusal(fay, c.Undo(before)) == CannotUndo()
    evening.do(fay, c.HideContribution(2, "spam"))
    evening.do(fay, c.Undo(evening.seq))
    assert evening.session.contributions[2].standing == "visible"


def test_the_latest_thirty_changes_can_be_undone():
    evening = meeting("write")
    first = evening.seq + 1
    for n in range(40):
        evening.do(fay, c.StartTimer(n + 1))
    assert evening.refusal(fay, c.Undo(first)) == CannotUndo()
    assert len(evening.view("console")["changes"].changes) == 30
