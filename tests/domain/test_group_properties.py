"""People rule over groups, whatever the machine says and whatever else happens."""

from hypothesis import HealthCheck, given, settings

from dialog.domain.regrouping import is_protected
from dialog.protocol import commands as c
from dialog.protocol import events as e
from tests.domain.evenings import begin, grouping_moves, play, starts
from tests.domain.meeting import fay
from tests.domain.test_undo import grouped

often = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

BY_THE_MACHINE = (e.GroupsSuggested, e.Regrouped)
"""What the machine has worked out, even if a person has said yes to it."""


class Before:
    """What must be kept in mind to judge the next move."""

    def __init__(self, evening):
        session = evening.session
        self.length = len(evening.log)
        self.seats = {n: (it.group, it.pinned) for n, it in session.contributions.items()}
        self.places = {n: g.place for n, g in session.groups.items()}
        self.titles = {n: g.title for n, g in session.groups.items()}
        self.goals = {n: set(g.goals) for n, g in session.groups.items()}
        self.members = {n: set(g.members) for n, g in session.groups.items()}
        self.locks = {n: g.locks for n, g in session.groups.items()}
        self.protected = {n for n, g in session.groups.items() if is_protected(session, g)}
        self.shown = {
            key: it.title for key, it in evening.view("board").items() if key.startswith("group/")
        }


@often
@given(starts, grouping_moves)
def test_what_a_person_has_said_no_machine_takes_back(start, moves):
    evening = begin(start)
    for move in moves:
        before = Before(evening)
        play(evening, move)
        for entry in evening.log[before.length :]:
            if isinstance(entry.event, BY_THE_MACHINE):
                judge(evening, before, entry.event, move)


def judge(evening, before, event, move):
    judge_seats(evening, before, event, move)
    judge_groups(evening, before, move)


def judge_seats(evening, before, event, move):
    session = evening.session
    for number, (group, pinned) in before.seats.items():
        it = session.contributions[number]
        if pinned:
            assert (it.group, it.pinned) == (group, True), move
        if it.group != group and it.group is not None:
            assert it.group not in it.kept_out and it.is_visible, move
            assert session.groups[it.group].area == it.area, move
            assert not before.locks.get(it.group, c.Locks()).members, move
            assert suits(session, it), move
        if group is not None and isinstance(event, e.GroupsSuggested):
            assert it.group == group, move


def judge_groups(evening, before, move):
    session = evening.session
    assert before.protected <= set(session.groups), move
    for number, locks in before.locks.items():
        if locks.members:
            assert set(session.groups[number].members) == before.members[number], move
        key = f"group/{number}"
        if locks.name and can_be_said(evening, number) and key in evening.view("board"):
            assert evening.view("board")[key].title == before.shown.get(key, ""), move
        if number in session.groups:
            assert session.groups[number].title == before.titles[number], move
            assert session.groups[number].goals == before.goals[number], move


def can_be_said(evening, number):
    """Whether words that the group was called by when its name was locked are still visible."""
    said = [span.contribution for term in evening.session.groups[number].said for span in term]
    return any(evening.session.contributions[n].is_visible for n in said)


def suits(session, it):
    kind = session.groups[it.group].described.kind
    return not session.grouping_in(it.area).apart or kind in (None, it.posted.kind)


@often
@given(starts, grouping_moves)
def test_places_are_kept_and_membership_agrees(start, moves):
    evening = begin(start)
    for move in moves:
        before = Before(evening)
        play(evening, move)
        session = evening.session
        for number, group in session.groups.items():
            assert group.place == before.places.get(number, group.place), move
        taken = [(g.area, g.place) for g in session.groups.values()]
        assert len(taken) == len(set(taken)), move
        assert not set(session.groups) & set(session.gone), move
        for number, it in session.contributions.items():
            holders = [g.id for g in session.groups.values() if number in g.members]
            assert holders == ([] if it.group is None else [it.group]), move
            assert it.group not in it.kept_out, move
    assert evening.folded_again() == evening.dialogue


@often
@given(starts, grouping_moves)
def test_whatever_people_say_of_groups_is_undone_exactly(start, moves):
    evening = begin(start)
    for move in moves:
        before, seq = grouped(evening), evening.seq + 1
        if not play(evening, move) or not changes_groups(evening, seq):
            continue
        after = grouped(evening)
        evening.do(fay, c.Undo(seq))
        assert grouped(evening) == before, move
        evening.do(fay, c.Undo(evening.session.changes[-1].change.seq))
        assert grouped(evening) == after, move


def changes_groups(evening, seq):
    done = [entry.event for entry in evening.log if entry.seq == seq]
    kinds = (e.ContributionsPlaced, e.ContributionKeptOut, e.GroupRenamed, e.GroupLocked)
    return done and isinstance(done[0], (*kinds, e.GlobalGoalConfirmed, e.Regrouped))


@often
@given(starts, grouping_moves)
def test_a_preview_says_what_applying_would_do(start, moves):
    evening = begin(start)
    for move in moves:
        play(evening, move)
        for area, grouping in list(evening.session.grouping.items()):
            if grouping.proposal is None:
                continue
            shown = evening.view("board")[f"regrouping/{area}"]
            last = evening.dialogue.last_group
            before = {n: it.group for n, it in evening.session.contributions.items()}
            evening.do(fay, c.ApplyRegrouping(area or None, grouping.proposed_at))
            foreseen = {it.contribution: renumbered(it.to, last) for it in shown.moves}
            for number, it in evening.session.contributions.items():
                if it.is_visible:
                    assert it.group == foreseen.get(number, before[number]), move
            for group in shown.groups:
                there = renumbered(group.group, last) in evening.session.groups
                assert there == (group.fate != "gone"), move
            evening.do(fay, c.Undo(evening.seq))


def renumbered(group, last):
    return last - group if group is not None and group < 0 else group
