"""Everything is read once, by somebody, and it is known how long it will take."""

import pytest

from dialog.domain import reading
from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from tests.domain.meeting import ada, chair, fay, vice
from tests.domain.workboard import standing, workboard


@pytest.fixture
def board():
    return workboard()


def numbers(board):
    dealt = reading.dealt(board.dialogue)
    return {reader: [it.id for it in its] for reader, its in dealt.items()}


def test_one_person_reads_all_that_can_be_seen_area_by_area(board):
    assert numbers(board) == {1: [1, 2, 3, 4, 8, 10, 11, 12, 9]}
    board.work(chair, wc.MakeTheme("centre", "Benches", [2]))
    board.work(chair, wc.MakeTheme("school", "Safety", [9]))
    assert numbers(board) == {1: [1, 3, 4, 8, 9, 10, 11, 12, 2]}


def test_members_share_without_overlap(board):
    board.work(chair, wc.DealOut(3))
    assert numbers(board) == {1: [1, 4, 10], 2: [2, 8, 11], 3: [3, 12, 9]}
    assert board.work_refusal(vice, wc.DealOut(3)) == r.AlreadyDone()


def test_what_comes_later_moves_nothing_from_one_reader_to_another(board):
    board.work(chair, wc.DealOut(3))
    before = numbers(board)
    board.do(fay, c.ReleaseContributions([7]))
    board.do(fay, c.RestoreContribution(5))
    board.post(ada, "A new one")
    after = numbers(board)
    assert {n: set(after[n]) - set(before[n]) for n in after} == {1: {7, 13}, 2: {5}, 3: set()}
    assert all(set(before[n]) <= set(after[n]) for n in after)


def test_a_mark_says_who_has_read_what_and_when(board):
    board.work(chair, wc.MarkRead(1, 2))
    place = board.dialogue.work.place(1)
    assert (place.verdict, place.reader, place.note) == ("fits", 2, "")
    assert place.read_at == board.now
    assert board.work_refusal(chair, wc.MarkRead(1, 2)) == r.AlreadyDone()
    assert board.work_refusal(chair, wc.MarkRead(99)) == r.UnknownContribution()


def test_a_note_stays_until_the_mark_is_taken_away(board):
    assert board.work_refusal(chair, wc.MarkRead(1, 1, "note")) == r.TextEmpty()
    board.work(chair, wc.MarkRead(1, 1, "note", " Ask  them "))
    board.work(chair, wc.MarkRead(1, 1, "move"))
    assert board.dialogue.work.place(1).note == "Ask them"
    board.work(chair, wc.MarkRead(1, 1, None))
    place = board.dialogue.work.place(1)
    assert (place.verdict, place.reader, place.note, place.read_at) == (None, 0, "", 0)
    assert board.work_refusal(chair, wc.MarkRead(1, 1, None)) == r.AlreadyDone()


def test_what_only_fits_fills_no_log_and_can_be_undone(board):
    before = standing(board.dialogue.work)
    fits = board.work(chair, wc.MarkRead(1))
    assert board.dialogue.work.log == []
    undone = board.work(chair, c.Undo(fits))
    assert standing(board.dialogue.work) == before
    assert board.dialogue.work.log == []
    board.work(chair, c.Undo(undone))
    assert board.dialogue.work.place(1).verdict == "fits"
    board.work(chair, wc.MarkRead(2, 1, "move"))
    assert [line.words for line in board.dialogue.work.log] == ["read_move"]


def test_undoing_gives_back_the_note_and_the_time(board):
    board.work(chair, wc.MarkRead(1, 1, "note", "Ask"))
    before = standing(board.dialogue.work)
    board.now += 60_000
    seq = board.work(chair, wc.MarkRead(1, 2, "move", "Or not"))
    board.now += 60_000
    board.work(chair, c.Undo(seq))
    assert standing(board.dialogue.work) == before


def test_two_readers_of_the_same_do_not_write_over_each_other(board):
    seen = board.seq
    board.work(chair, wc.MarkRead(1, 1, "note", "Mine"))
    refusal = board.refusal(vice, wc.MarkRead(1, 2, "note", "No, mine", seen=seen))
    assert refusal == r.ChangedMeanwhile("presidium", "read_note")


def test_the_pace_is_a_guess_until_somebody_has_read_two(board):
    assert reading.seconds_for_one(board.dialogue) == 8.0
    board.work(chair, wc.MarkRead(1, 1))
    assert reading.seconds_for_one(board.dialogue) == 8.0


def test_the_pace_is_the_median_between_marks_of_one_reader_without_breaks(board):
    for number, reader, seconds in [
        (1, 1, 0),
        (2, 2, 1),  # another reader's
        (3, 1, 3),  # 4 after 1
        (4, 2, 9),  # 12 after 2
        (8, 1, 1),  # 10 after 3
        (9, 1, 301),  # a break
    ]:
        board.now += seconds * 1000
        board.work(chair, wc.MarkRead(number, reader))
    assert reading.seconds_for_one(board.dialogue) == 10.0


def test_the_record_says_what_is_read_and_what_is_next(board):
    board.work(chair, wc.DealOut(2))
    board.work(chair, wc.MarkRead(1, 2))
    board.work(chair, wc.MarkRead(5, 1))  # hidden: not dealt to anybody
    it = board.workboard()["reading"]
    assert (it.readers, it.total, it.read) == (2, 9, 1)
    assert [(s.reader, s.dealt, s.read, s.next) for s in it.shares] == [
        (1, 4, 1, [3, 11, 9]),
        (2, 5, 0, [2, 4, 8, 10, 12]),
    ]
    assert board.workboard()["sums"].read == 2
