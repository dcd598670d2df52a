"""What is true of the workboard after anything that may happen."""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.channel import Channel, changed
from dialog.domain import dispositions, reading, rules, themes
from dialog.domain.state import Dialogue, Person
from dialog.locales import catalogue, parameters
from dialog.protocol import commands as c
from dialog.protocol.refusals import ChangedMeanwhile, Refused
from tests.domain.meeting import Meeting, chair, fold, office
from tests.domain.workboard import (
    BOARD,
    Move,
    asked,
    board_moves,
    long_work,
    moves,
    moves_of,
    play,
    standing,
    workboard,
)

LONG = range(6)
often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def board_of(moves: list[Move]) -> Meeting:
    board = workboard()
    for move in moves:
        play(board, move)
    return board


# ── places and sums ───────────────────────────────────────────────────────────────────────────


@often
@given(moves)
def test_every_contribution_stands_in_one_place(moves):
    work = board_of(moves).dialogue.work
    members = Counter(n for theme in work.themes.values() for n in theme.members)
    assert set(members.values()) <= {1}
    for number, place in work.places.items():
        assert (place.theme in work.themes) if place.theme else number not in members
        assert place.theme is None or number in work.themes[place.theme].members
        assert place.also == {id for id, theme in work.themes.items() if number in theme.also}
        assert place.theme not in place.also
    assert set(members) <= set(work.places)
    assert not any(theme.members or theme.also for theme in work.gone.values())
    suggested = {n: p.suggestion.theme for n, p in work.places.items() if p.suggestion}
    there = {n: theme for theme, its in work.suggested_to.items() for n in its}
    assert there == {n: theme for n, theme in suggested.items() if theme is not None}


@often
@given(moves)
def test_the_sums_add_up(moves):
    board = board_of(moves)
    records, contributions = board.workboard(), board.dialogue.contributions
    sums = records["sums"]
    assert sums.received == len(contributions)
    assert sums.received == sums.visible + sums.held + sums.hidden + sums.withdrawn
    assert sums.received == sums.undecided + sum(sums.decided.values())
    assert sums.received == sums.in_themes + sums.single
    handed = sums.decided.get("handover", 0) + sums.decided.get("other-authority", 0)
    assert handed == sum(sums.by_recipient.values())
    its = [records[f"contribution/{n}"] for n in contributions]
    assert Counter(it.disposition.kind for it in its if it.disposition) == sums.decided
    assert sum(it.disposition is None for it in its) == sums.undecided
    assert sum(it.theme is not None for it in its) == sums.in_themes
    themes = [it for key, it in records.items() if key.startswith("theme/")]
    assert sum(it.contributions + it.unseen for it in themes) == sums.in_themes
    for theme in themes:
        assert sum(n for _, n in theme.by_target_group.values()) == theme.contributions
    waiting = [n for key, it in records.items() if key.startswith("group/") for n in it.members]
    assert len(waiting) == len(set(waiting))
    assert all(records[f"contribution/{n}"].theme is None for n in waiting)


@often
@given(moves)
def test_what_people_wrote_is_never_changed(moves):
    board = workboard()
    before = {n: (it.words, it.posted) for n, it in board.dialogue.contributions.items()}
    for move in moves:
        play(board, move)
    now = {n: (it.words, it.posted) for n, it in board.dialogue.contributions.items()}
    assert {n: now[n] for n in before} == before


# ── the log, the views ────────────────────────────────────────────────────────────────────────


@often
@given(moves)
def test_the_log_says_everything(moves):
    board = board_of(moves)
    assert board.folded_again() == board.dialogue


@often
@given(moves)
def test_a_refused_wish_changes_nothing(moves):
    board = workboard()
    for move in moves:
        before = len(board.log)
        if not play(board, move):
            assert len(board.log) == before
    assert board.folded_again() == board.dialogue


@often
@given(moves, st.randoms())
def test_patches_of_what_was_touched_give_the_whole_view(moves, random):
    patches_give_the_whole_view(moves, random)


@pytest.mark.parametrize("seed", LONG)
def test_patches_give_the_whole_view_all_through_long_work(seed):
    lot = Random(seed)
    patches_give_the_whole_view(long_work(lot), lot)


def test_all_that_is_done_with_themes_is_in_some_long_work():
    happened: set[type] = set()
    for seed in LONG:
        happened |= {type(entry.event) for entry in board_of(long_work(Random(seed))).log}
    concepts = (themes, dispositions, reading)
    assert {kind for it in concepts for kind in it.applies} <= happened


def patches_give_the_whole_view(moves, random):
    board = workboard()
    channel = Channel("", "workboard", board.seq, board.workboard())
    for move in moves:
        board.work_touched.clear()
        play(board, move)
        channel.touched |= board.work_touched
        if random.random() < 0.5:
            put, drop = changed(board.dialogue, channel)
            channel.touched.clear()
            channel.push(board.seq, put, drop)
            assert channel.view == board.workboard(), move


@often
@given(moves)
def test_every_line_of_the_log_has_words_that_it_can_fill_in(moves):
    words = catalogue("sv")
    work = board_of(moves).dialogue.work
    for line in [*work.log, *(it.change for it in work.changes)]:
        assert parameters(words[f"work.{line.words}"]) <= {*line.params, "n"}, line
        assert "n" in line.params or isinstance(words[f"work.{line.words}"], str), line
    for _, _, said in work.changed.values():
        assert f"work.{said}" in words
    shown = {line.seq for line in work.log}
    assert {it.change.seq for it in work.changes if not it.quiet} <= shown
    assert {line.seq for line in work.log if line.undoable} == {
        it.change.seq for it in work.changes if not it.quiet
    }


# ── undo, redo, and who was first ─────────────────────────────────────────────────────────────


@often
@given(moves, moves_of([*BOARD]))
def test_any_change_can_be_undone_and_done_again(moves, change):
    board = board_of(moves)
    before, seq = standing(board.dialogue.work), board.seq + 1
    if not play(board, change):
        return
    after = standing(board.dialogue.work)
    for expected in (before, after, before, after):
        seq = board.work(chair, c.Undo(seq))
        assert standing(board.dialogue.work) == expected


@often
@given(board_moves)
def test_all_changes_can_be_undone_from_the_last_to_the_first(moves):
    board = workboard()
    before = standing(board.dialogue.work)
    for move in moves:
        play(board, move)
    after = standing(board.dialogue.work)
    undone = [board.work(office, c.Undo(it.change.seq)) for it in reversed(changes(board))]
    assert standing(board.dialogue.work) == before
    for seq in reversed(undone):
        board.work(office, c.Undo(seq))
    assert standing(board.dialogue.work) == after


def changes(board: Meeting):
    return list(board.dialogue.work.changes)


@often
@given(moves)
def test_an_undo_takes_back_one_change_and_nothing_else(moves):
    """Whatever has happened in between: every mark that is not its own reads as it did."""
    board = board_of(moves)
    work = board.dialogue.work
    for found in changes(board):
        stamps, written = dict(work.stamps), found.before
        try:
            board.do(chair, c.Undo(found.change.seq))
        except Refused:
            continue
        assert {m: s for m, s in work.stamps.items() if m not in written} == {
            m: s for m, s in stamps.items() if m not in written
        }
        assert {m: work.stamps[m] for m in written} == written


@often
@given(moves, moves_of([*BOARD]), moves_of([*BOARD]))
def test_what_somebody_else_has_changed_meanwhile_is_not_written_over(moves, first, second):
    """Both decided at the same time: the later is refused, or is about something else."""
    board = board_of(moves)
    seen = board.seq
    person, command = asked(board, (*second[:4], 0))
    if not play(board, first) or not granted_before(board, seen, person, command):
        return
    before = dict(board.dialogue.work.changed)
    theirs = {mark for mark, (seq, _, _) in before.items() if seq > seen}
    try:
        board.do(person, command)
    except Refused as refused:
        if isinstance(refused.refusal, ChangedMeanwhile):
            assert refused.refusal.actor
        return
    now = board.dialogue.work.changed
    assert all(now[mark] == before[mark] for mark in theirs if "/member/" not in mark)


def granted_before(board: Meeting, seen: int, person: Person, command: c.Command) -> bool:
    """Whether it would have been, had nobody else done anything."""
    then = fold(board.dialogue.id, [it for it in board.log if it.seq <= seen])
    try:
        return bool(rules.decide(then, person, command, board.now))
    except Refused:
        return False


# ── reading ───────────────────────────────────────────────────────────────────────────────────


@often
@given(moves, moves_of(["post", "restore", "move", "place", "dispose", "read"]))
def test_what_is_dealt_is_dealt_once_and_stays_with_its_reader(moves, change):
    board = board_of(moves)
    before = readers_of(board.dialogue)
    visible = {n for n, it in board.dialogue.contributions.items() if it.is_visible}
    assert before.keys() == visible
    play(board, change)
    after = readers_of(board.dialogue)
    assert {n: after[n] for n in before if n in after} == {
        n: reader for n, reader in before.items() if n in after
    }


def readers_of(dialogue: Dialogue) -> dict[int, int]:
    dealt = reading.dealt(dialogue)
    assert list(dealt) == list(range(1, dialogue.work.readers + 1))
    numbers = [it.id for its in dealt.values() for it in its]
    assert len(numbers) == len(set(numbers))
    return {it.id: reader for reader, its in dealt.items() for it in its}
