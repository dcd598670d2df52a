"""An evening held elsewhere, taken in: every view is as it was there, in other numbers."""

from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, to_builtins
from msgspec.structs import replace

from dialog import take_in
from dialog.domain import renumbering, rules, views, work_views
from dialog.domain.facts import Fact
from dialog.domain.receipts import received
from dialog.domain.state import Dialogue, Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol.agenda import Area, Topic
from dialog.protocol.codec import decode_event, encode
from dialog.protocol.work_events import Disposed, SessionTakenIn, WorkEvent
from dialog.take_in import CannotTakeIn, Side, entries_of, planned
from tests.domain import evenings
from tests.domain.meeting import DIALOGUE, ID, NOON, Meeting, ada, bo, fay, machine, mia, pia
from tests.domain.test_properties import OF_A_SESSION

HALL = "hall"
"""The session that is held elsewhere."""
LATER = NOON + 86_400_000

# ── every fact has its rule ───────────────────────────────────────────────────────────────────

IN_A_SESSION = set(get_args(e.AnyEvent)) - set(get_args(WorkEvent)) - {e.DialogueCreated}

NOBODYS = {
    *("code_expires", "slip", "people", "until", "spans", "seconds", "at", "ends_at", "option"),
    *("place", "goal", "most", "start", "end", "seed", "parameters"),
}
"""Numbers that point at nothing that is numbered in a dialogue."""


def test_every_fact_of_a_session_has_a_rule_for_each_of_its_fields():
    """If this fails: say in FIELDS what the new field is, before an evening is taken in with it."""
    assert set(renumbering.FIELDS) >= IN_A_SESSION
    lists = {kind: set(kind.__struct_fields__) for kind in renumbering.FIELDS}
    assert {kind: set(its) for kind, its in renumbering.FIELDS.items()} == lists


def test_what_stands_inside_a_fact_has_its_rules_as_well():
    for kind, its in renumbering.FIELDS.items():
        hints = get_type_hints(kind)
        for name, what in its.items():
            inside = {it for it in parts_of(hints[name]) if issubclass(it, Struct)}
            if what == "inside":
                assert inside and inside <= set(renumbering.FIELDS), (kind, name)
            elif name != "definition":
                assert not inside, (kind, name)


def test_no_number_is_taken_for_nobodys_by_mistake():
    numbers = {
        name
        for kind, its in renumbering.FIELDS.items()
        for name, what in its.items()
        if what == "own" and int in parts_of(get_type_hints(kind)[name])
    }
    assert numbers == NOBODYS


def parts_of(hint: Any) -> set[type]:
    """The types that a hint is made of."""
    if get_args(hint) and get_origin(hint) is not None or get_args(hint):
        return {part for it in get_args(hint) for part in parts_of(it)}
    return {hint} if isinstance(hint, type) else set()


# ── two machines ──────────────────────────────────────────────────────────────────────────────


def there(evening: Meeting, session: str = HALL) -> Side:
    """The evening as the other machine has it."""
    its = Side(Dialogue(DIALOGUE.id), log_hash="f" * 64)
    its.follow(called(entry, session) for entry in evening.log)
    return its


def called(entry: e.Entry, session: str) -> e.Entry:
    event = decode_event(encode(entry.event))
    return replace(entry, event=event, session=session if entry.session == ID else entry.session)


def here(evening: Meeting | None = None) -> Side:
    its = Side(Dialogue(DIALOGUE.id))
    its.follow(as_stored(it) for it in (evening.log if evening else []))
    return its


def taken_in(ours: Side, theirs: Side, *only: str) -> list[e.Entry]:
    """Take it in; what has been written."""
    plan = planned(ours, theirs, only)
    written = [as_stored(it) for it in entries_of(ours, plan, LATER)]
    ours.follow(written)
    assert [it.seq for it in ours.entries] == list(range(1, len(ours.entries) + 1))
    return written


def as_stored(entry: e.Entry) -> e.Entry:
    return replace(entry, event=decode_event(encode(entry.event)))


def ended(evening: Meeting) -> Meeting:
    if not evening.session.ended:
        evening.do(fay, c.EndSession())
    return evening


# ── the views, in other numbers ───────────────────────────────────────────────────────────────

CONTRIBUTION = {"contribution", "near", "stands_for"}
GROUP = {"group", "top_groups", "kept_out", "was", "to"}
SEQ = {"seq", "upto", "proposal"}


class Told:
    """A view of the evening there, in the numbers that it has here: the first is the first."""

    def __init__(self, theirs: Side, ours: Side) -> None:
        old, new = theirs.dialogue.sessions[HALL], ours.dialogue.sessions[HALL]
        self.contributions = dict(zip(old.contributions, new.contributions, strict=True))
        self.groups = dict(zip(groups_of(old), groups_of(new), strict=True))
        after = (it.seq for it in ours.of(HALL))
        self.seqs = dict(zip((it.seq for it in theirs.of(HALL)), after, strict=True))

    def view(self, records: Any) -> dict[str, Any]:
        return {self.key(key): self.all_of(to_builtins(it)) for key, it in records.items()}

    def key(self, key: str) -> str:
        kind, _, name = key.partition("/")
        its = {"contribution": self.contributions, "other": self.contributions}
        its["group"] = self.groups
        return f"{kind}/{its[kind][int(name)]}" if kind in its else key

    def all_of(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {
                self.dict_key(key, name): self.all_of(it, str(key)) for key, it in value.items()
            }
        if isinstance(value, list):
            return [self.all_of(it, name) for it in value]
        if name == "op" or name == "code":
            return "…"
        return self.number(value, name) if type(value) is int and value > 0 else value

    def dict_key(self, key: Any, name: str) -> Any:
        """A person's own dots, by contribution; a person's answers, by group."""
        its = {"dots": self.contributions, "answers": self.groups}.get(name, {})
        return its.get(int(key), key) if its and str(key).isdigit() else key

    def number(self, value: int, name: str) -> int:
        if name in CONTRIBUTION:
            return self.contributions[value]
        if name in GROUP:
            return self.groups[value]
        if name in SEQ:
            before = [it for it in self.seqs if it <= value]
            return self.seqs[before[-1]] if before else 0
        return value


def groups_of(session: Session) -> list[int]:
    return sorted([*session.groups, *session.gone])


def plain(records: Any) -> dict[str, Any]:
    """Without what is meant to differ."""
    nothing = Told.__new__(Told)
    nothing.number = lambda value, name: value  # type: ignore[method-assign]
    nothing.contributions = nothing.groups = {}
    return {key: nothing.all_of(to_builtins(it)) for key, it in records.items()}


def assert_same_evening(theirs: Side, ours: Side) -> None:
    told = Told(theirs, ours)
    old, new = theirs.dialogue.sessions[HALL], ours.dialogue.sessions[HALL]
    for audience in OF_A_SESSION:
        assert told.view(views.view(old, audience)) == plain(views.view(new, audience)), audience
    for number in {*old.participants, *old.tables}:
        own = {"own": views.own(old, number)}
        assert told.view(own) == plain({"own": views.own(new, number)})
    for number in old.contributions:
        its = told.contributions[number]
        assert received(old, number) == received(new, its)
        assert old.contributions[number].at == new.contributions[its].at
    assert [told.contributions[number] for number in old.held] == list(new.held)


often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
moves = st.one_of(
    evenings.moves, evenings.grouping_moves, evenings.masking_moves, evenings.reading_moves
)


def played(start: evenings.Start, some: list[evenings.Move]) -> Meeting:
    evening = evenings.begin(start)
    for move in some:
        evenings.play(evening, move)
    return evening


def with_earlier_material(evening: Meeting) -> Meeting:
    rows = [wc.ImportedContribution(f"Earlier {n}", "school", "keyword", "young") for n in range(3)]
    evening.do(Person("facilitator"), wc.ImportContributions("import-there", rows, "Earlier"))
    return evening


@often
@given(evenings.starts, moves, evenings.starts, moves, moves)
def test_an_evening_stands_as_it_did_there_and_nothing_else_has_moved(
    start, held, other_start, held_here, after
):
    evening, ours = played(start, held), here(played(other_start, held_here))
    with_earlier_material(evening)
    for move in after:
        evenings.play(evening, move)
    theirs = there(ended(evening))
    before = {it: views.view(ours.dialogue.sessions[ID], it) for it in OF_A_SESSION}
    written = taken_in(ours, theirs, HALL)
    assert_same_evening(theirs, ours)
    assert before == {it: views.view(ours.dialogue.sessions[ID], it) for it in OF_A_SESSION}
    assert rules.folded(DIALOGUE.id, ours.entries) == ours.dialogue
    assert [it.event.session for it in written if isinstance(it.event, SessionTakenIn)] == [HALL]
    assert taken_in(ours, theirs, HALL) == []


@often
@given(evenings.starts, moves, moves, moves)
def test_what_has_come_since_is_taken_the_next_time_and_nothing_twice(
    start, held, meanwhile, after
):
    evening, own = ended(played(start, held)), evenings.begin(("write", "show-all"))
    ours, first = here(own), there(evening)
    taken_in(ours, first)
    for move in meanwhile:
        played_on(ours, own, move)
    for move in after:
        evenings.play(evening, move)
    theirs = there(evening)
    new = len(theirs.entries) - len(first.entries)
    assert len(taken_in(ours, theirs)) == (new + 1 if new else 0)
    assert_same_evening(theirs, ours)
    assert rules.folded(DIALOGUE.id, ours.entries) == ours.dialogue
    assert taken_in(ours, theirs) == taken_in(ours, first) == []


def played_on(ours: Side, own: Meeting, move: evenings.Move) -> None:
    """The meeting here goes on, in the log that the evening has been taken into."""
    own.dialogue, n = ours.dialogue, len(own.log)
    evenings.play(own, move)
    ours.entries += own.log[n:]
