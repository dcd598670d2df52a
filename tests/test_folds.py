"""What a log folds to, kept and gone on from: the same dialogue, object for object."""

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections import Counter, deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from dialog import folds
from dialog.arrivals import Arrivals
from dialog.domain import packed, rules
from dialog.domain.facts import Fact
from dialog.domain.state import Contribution, Dialogue
from dialog.folds import Fold
from dialog.protocol import commands as c
from dialog.protocol.commands import Locks
from dialog.protocol.refusals import AnyRefusal, Refused
from dialog.protocol.work_records import WorkChange
from tests.domain import matter, test_everything_mixed
from tests.domain.meeting import Meeting, ada, fay
from tests.domain.test_everything_mixed import begin, moves, often, play
from tests.store import story


def folded(log):
    fold = Fold(Dialogue("matter"))
    for entry in log:
        fold.note(entry)
    return fold


def kept(fold):
    return folds.kept_of(fold, "epoch", "00", "00")


def there_and_back(fold):
    found = folds.restored(fold.dialogue.id, kept(fold))
    assert found is not None
    return found


def mixed(moves):
    it = begin()
    for move in moves:
        play(it, move)
    return it


def pairs(here: Any, there: Any, met: set[tuple[int, int]]):
    """Every object of the state that both lead to by the same way, each pair once."""
    key = id(here), id(there)
    if key in met:
        return
    met.add(key)
    if dataclasses.is_dataclass(here) or isinstance(here, WorkChange):
        yield here, there
    for one, other in zip(inside(here), inside(there), strict=True):
        yield from pairs(one, other, met)


def inside(it: Any) -> list[Any]:
    if dataclasses.is_dataclass(it):
        return [getattr(it, field.name) for field in dataclasses.fields(it)]
    if isinstance(it, dict):
        return list(it.values())
    return list(it) if isinstance(it, list | tuple | deque) else []


def assert_same_shape(here: Fold, there: Fold) -> None:
    """Equal; what is one object here is one there, and what are two are two."""
    assert here == there
    found = list(pairs(here, there, set()))
    assert all(type(one) is type(other) and one is not other for one, other in found)
    numbers = {id(one) for one, _ in found}, {id(other) for _, other in found}
    assert len(numbers[0]) == len(numbers[1]) == len(found)


@often
@given(moves)
def test_what_was_kept_is_the_same_dialogue_object_for_object(moves):
    fold = folded(mixed(moves).log)
    found = there_and_back(fold)
    assert_same_shape(fold, found)
    assert kept(found).sha256 == kept(fold).sha256 == folds.digest(found)


@often
@given(moves, st.data())
def test_gone_on_from_anywhere_it_is_as_if_folded_from_the_beginning(moves, data):
    it = mixed(moves)
    upto = data.draw(st.integers(1, it.seq))
    fold = there_and_back(folded(it.log[:upto]))
    for entry in it.log[upto:]:
        fold.note(entry)
    assert_same_shape(folded(it.log), fold)
    assert folds.digest(fold) == folds.digest(folded(it.log))


def answer(dialogue: Dialogue, person, command) -> list[Fact] | AnyRefusal:
    try:
        return rules.decide(dialogue, person, command, 2_000_000_000_000)
    except Refused as refused:
        return refused.refusal


@often
@given(moves, st.lists(test_everything_mixed.move, max_size=10))
def test_the_rules_decide_the_same_on_it(moves, wishes):
    """Undoing among them: every change there is may be taken back in both, or in neither."""
    it = mixed(moves)
    fold = there_and_back(folded(it.log))
    asked = [(fay, c.Undo(change.change.seq)) for change in it.session.changes]
    asked += [(matter.chair, c.Undo(change.change.seq)) for change in it.dialogue.work.changes]
    for wish in wishes:
        with contextlib.suppress(Refused):
            asked.append(test_everything_mixed.asked(it, wish))
    for person, command in asked:
        assert answer(it.dialogue, person, command) == answer(fold.dialogue, person, command)


def test_an_evening_in_which_everything_happens_is_kept():
    fold = folded(story.evening().log)
    assert_same_shape(fold, there_and_back(fold))


def test_a_contribution_is_one_object_in_all_lists():
    it = Meeting().go("write")
    it.post(ada, "Benches")
    fold = there_and_back(folded(it.log))
    session = fold.dialogue.sessions["evening"]
    lists = (session.by_area["school"], session.by_participant[1])
    one = fold.dialogue.contributions[1]
    assert all(its[0] is one for its in lists) and session.contributions[1] is one
    assert session.dialogue is fold.dialogue
    assert next(iter(session.by_likeness["school"].values()))[0] is one


@dataclasses.dataclass
class Gathered:
    names: set[str]
    mark: dict[str, object]


def test_the_same_state_is_the_same_bytes_in_whatever_process():
    """Another process goes through sets in another order."""
    said = """
from dialog.domain import packed
from tests.test_folds import Gathered
names = {f"name {n}" for n in range(50)}
print(b"".join(packed.packed(Gathered(names, {"mark": frozenset(names)}))).hex())
"""
    found = {
        subprocess.run(
            [sys.executable, "-c", said],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in "123"
    }
    assert len(found) == 1


def test_how_many_came_is_kept():
    fold = folded(Meeting(people=5).log)
    assert fold.arrivals["evening"].phones == 5
    found = there_and_back(fold)
    assert found.arrivals == fold.arrivals and isinstance(found.arrivals["evening"], Arrivals)
    assert isinstance(found.arrivals["evening"].times, deque)
    assert found.arrivals["another"].phones == 0


# ── what cannot be read ───────────────────────────────────────────────────────────────────────


def content(fold):
    return b"".join(packed.packed(fold))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: b"",
        lambda it: it[:-1],
        lambda it: it[:200],
        lambda it: it + it,
        lambda it: b"cos\nsystem\n(S'true'\ntR.",
        lambda it: it[:4] + bytes(len(it) - 4),
    ],
)
def test_bytes_of_something_else_are_not_unpacked(spoil):
    whole = content(folded(Meeting().go("write").log))
    with pytest.raises(packed.CannotUnpack):
        packed.unpacked(Fold, spoil(whole))


@often
@given(st.data())
def test_spoilt_bytes_give_a_fold_or_a_reason(data):
    whole = bytearray(content(folded(Meeting().go("write").log)))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(packed.CannotUnpack):
        assert isinstance(packed.unpacked(Fold, bytes(whole)), Fold)


def test_what_no_rule_compares_is_not_kept():
    with pytest.raises(TypeError, match="Meeting"):
        packed.tagged(Meeting())


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 7, 0.5, "visible", "tuple", ()),
        (True, None, frozenset({2, 1})),
        [(0, 4), (6, 9)],
        {"en": ("x",)},
        frozenset({"b", "a"}),
        Locks(name=True),
        ("Title", Locks(), frozenset({3}), frozenset()),
    ],
)
def test_what_a_mark_reads_compares_equal_afterwards(value):
    written = packed.tagged(value)
    found = packed.untagged(packed.msgspec.msgpack.decode(packed.encode(written)))
    assert found == value and type(found) is type(value)


# ── another release ───────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass
class Before:
    numbers: list[int]


def with_field(hint):
    return dataclasses.make_dataclass("Before", [("numbers", hint)])


def test_a_release_whose_state_is_another_says_so():
    shapes = [packed.shape(with_field(hint)) for hint in (list[int], list[str], Counter[int], int)]
    assert len(set(shapes)) == 4
    assert packed.shape(Before) != packed.shape(
        dataclasses.make_dataclass("Before", [("numbers", list[int]), ("more", int)])
    )


def test_the_shape_knows_every_class_of_the_state():
    shape = packed.shape(Fold)
    for name in ("Contribution", "GroupState", "UndoableWork", "WorkChange", "PlacedDots"):
        assert name in shape


def test_only_a_session_leads_back_up():
    forms = packed.Book(Fold).forms
    up = [
        (its.__name__, field.name)
        for its in forms
        if not issubclass(its, Struct)
        for field in dataclasses.fields(its)
        if not field.compare
    ]
    assert up == [("Session", "dialogue")]


def test_objects_of_the_state_are_written_one_by_one():
    """None is hidden in a field that is written as it is."""
    for form in packed.Book(Fold).forms.values():
        for its in (Contribution, Dialogue, WorkChange):
            assert form.of is its or its.__module__ + "." + its.__name__ not in str(form.row)


def test_the_release_is_of_every_source_that_a_fold_follows_from(tmp_path, monkeypatch):
    before = folds.release()
    assert len(before) == 64
    folds.release.cache_clear()
    assert folds.release() == before, "the same everywhere"
    monkeypatch.setattr(folds, "shape", lambda its: "another")
    folds.release.cache_clear()
    assert folds.release() != before
    monkeypatch.undo()
    folds.release.cache_clear()
