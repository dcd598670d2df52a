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
from dialog.domain.receipts import received
from dialog.domain.state import Dialogue, Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol.agenda import Area, Disposal, Topic
from dialog.protocol.codec import decode_event, encode
from dialog.protocol.work_events import Disposed, SessionTakenIn, WorkEvent
from dialog.take_in import CannotTakeIn, Side, entries_of, planned
from tests.domain import evenings
from tests.domain.meeting import DIALOGUE, ID, NOON, Meeting, ada, bo, fay, mia, pia
from tests.domain.test_properties import OF_A_SESSION

HALL = "hall"
"""The session that is held elsewhere."""
LATER = NOON + 86_400_000
DISPOSAL = Disposal("participants", 0, "dialogue-archived", "council", "2019-12-02", "§ 112")

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
    assert [it.why_not for it in plan.parts if it.why_not] == []
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
GROUP = {"group", "kept_out", "was", "to"}
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


# ── what is taken and what is not ─────────────────────────────────────────────────────────────


def an_evening() -> Meeting:
    """Three have come in, two have written, one by a table; there is a group with a name."""
    evening = evenings.begin(("write", "hold-flagged"))
    evening.post(ada, "Benches by the river")
    evening.post(bo, "Ask ada@example.org about benches")
    evening.do(fay, c.RenameGroup(1, "Ours"))
    return evening


def reasons(ours: Side, theirs: Side, *only: str) -> dict[str, str]:
    plan = planned(ours, theirs, only)
    assert list(entries_of(ours, plan, LATER)) == [] or plan.taking
    return {it.session: it.why_not for it in plan.parts if it.why_not}


def test_a_session_that_goes_on_there_is_not_taken():
    assert "goes on there" in reasons(here(), there(an_evening()))[HALL]


def test_the_first_evening_of_a_dialogue_begins_its_log():
    theirs, ours = there(ended(an_evening())), here()
    first = taken_in(ours, theirs)[0]
    assert isinstance(first.event, e.DialogueCreated) and ours.dialogue.definition == DIALOGUE
    assert_same_evening(theirs, ours)


def test_nobody_comes_in_by_a_code_that_was_for_another_machine():
    evening = an_evening()
    evening.do(fay, c.ChangeCode("XYZ2345"))
    ours = here()
    taken_in(ours, there(ended(evening)))
    assert ours.dialogue.sessions[HALL].code == ""
    codes = (e.SessionOpened, e.CodeChanged)
    assert {it.event.code for it in ours.of(HALL) if isinstance(it.event, codes)} == {""}


def test_who_and_when_stay_as_they_were_and_the_log_says_when_it_was_taken_in():
    theirs, ours = there(ended(an_evening())), here(evenings.begin(("write", "show-all")))
    *session, last = taken_in(ours, theirs)
    before = [(it.at, it.actor, it.participant, it.words, it.access) for it in theirs.of(HALL)]
    assert [(it.at, it.actor, it.participant, it.words, it.access) for it in session] == before
    assert (last.at, last.actor, last.session) == (LATER, "system", "")
    event = last.event
    assert isinstance(event, SessionTakenIn) and (event.log_hash, event.begun) == ("f" * 64, True)
    assert (event.first, event.n) == (session[0].seq, len(session))
    line = ours.dialogue.work.log[-1]
    assert (line.words, line.params["n"], line.undoable) == ("session_taken_in", 8, False)
    assert work_views.view(ours.dialogue) == work_views.view(
        rules.folded(DIALOGUE.id, ours.entries)
    )


def test_a_session_that_is_here_already_is_left_alone():
    evening = ended(an_evening())
    theirs = there(evening, ID)
    assert "is here already" in reasons(here(evening), theirs)[ID]


def test_so_is_one_that_another_dialogue_here_has():
    ours = here()
    ours.others = frozenset({HALL})
    assert "is here already" in reasons(ours, there(ended(an_evening())))[HALL]


def test_the_work_on_the_dialogue_that_was_made_there_is_not_taken_and_that_is_said():
    evening = ended(an_evening())
    evening.work(Person("presidium"), wc.MakeTheme("school", "Made there", []))
    ours, theirs = here(), there(evening)
    notes = planned(ours, theirs, ()).notes
    taken_in(ours, theirs)
    assert ours.dialogue.work.themes == {}
    assert any("1 changes of the workboard" in it for it in notes)


def test_another_matter_with_the_same_id_is_refused():
    ours = here()
    ours.follow([created(replace(DIALOGUE, record_number="KS 2020/999"))])
    with pytest.raises(CannotTakeIn, match="another matter"):
        planned(ours, there(ended(an_evening())), ())


def test_a_session_that_is_not_there_is_refused_by_name():
    with pytest.raises(CannotTakeIn, match="there is no session 'elsewhere'"):
        planned(here(), there(ended(an_evening())), ("elsewhere",))


def created(definition: Any) -> e.Entry:
    return e.Entry(1, "", "public", "system", NOON, e.DialogueCreated(definition), op="created")


def test_what_the_dialogue_does_not_know_here_is_added_and_nothing_else_is_changed():
    known = replace(DIALOGUE, areas=[Area("centre", "Down town", "Town")], target_groups=[])
    ours, theirs = here(), there(ended(an_evening()))
    ours.follow([created(known)])
    notes = planned(ours, theirs, ()).notes
    taken_in(ours, theirs)
    areas = {it.id: it.name for it in ours.dialogue.definition.areas}
    assert areas == {"centre": "Down town", "school": "School and work"}
    assert [it.id for it in ours.dialogue.definition.target_groups] == ["young"]
    assert any("goal area school" in it for it in notes)
    assert "school" in ours.dialogue.sessions[HALL].by_area


def test_what_is_called_something_else_here_is_said():
    other = replace(DIALOGUE, areas=[Area("school", "Schools", "S"), *DIALOGUE.areas[1:]])
    ours = here()
    ours.follow([created(other)])
    notes = planned(ours, there(ended(an_evening())), ()).notes
    assert any("“Schools” here and “School and work” there" in it for it in notes)


def test_a_topic_that_was_sent_out_as_another_one_is_not_answered_by_this_evening():
    ours = here()
    other = [Topic("safety", "keyword", "Sent out here", area="school"), DIALOGUE.topics[1]]
    ours.follow([created(replace(DIALOGUE, topics=other))])
    ours.dialogue.work.sent["safety"] = None  # type: ignore[assignment]
    assert "topic safety" in reasons(ours, there(ended(an_evening())))[HALL]


# ── once more ─────────────────────────────────────────────────────────────────────────────────


def test_an_older_copy_than_the_one_that_was_taken_brings_nothing():
    evening = ended(an_evening())
    older = there(evening)
    evening.do(mia, c.HideContribution(1, "spam"))
    ours = here()
    taken_in(ours, there(evening))
    assert reasons(ours, older) == {} and taken_in(ours, older) == []


def test_a_machine_that_was_set_back_and_went_another_way_brings_nothing():
    ours, first, other = here(), ended(an_evening()), an_evening()
    other.post(ada, "Only in the second life")
    taken_in(ours, there(first))
    assert "another past" in reasons(ours, there(ended(other)))[HALL]


def hide(ours: Side, number: int) -> None:
    """A moderator here hides a contribution of the evening."""
    entry = e.Entry(
        ours.dialogue.seq + 1,
        HALL,
        "public",
        "moderator",
        LATER,
        e.ContributionHidden(number, "spam"),
        op=f"here-{number}",
    )
    ours.follow([entry])


def late(evening: Meeting, *wishes: tuple[Person, c.Command]) -> Side:
    for person, command in wishes:
        evening.do(person, command)
    return there(evening)


def test_what_was_done_here_and_there_about_different_things_stands_together():
    evening, ours = ended(an_evening()), here()
    taken_in(ours, there(evening))
    hide(ours, 1)
    taken_in(ours, late(evening, (ada, c.WithdrawContribution(7))))
    its = ours.dialogue.sessions[HALL].contributions
    assert (its[1].standing, its[7].standing) == ("hidden", "withdrawn")


BOTH: list[tuple[str, Callable[[Side], None], tuple[Person, c.Command]]] = [
    ("the same contribution", lambda ours: hide(ours, 7), (ada, c.WithdrawContribution(7))),
    ("groups", lambda ours: rename(ours), (fay, c.RenameGroup(1, "Theirs"))),
    ("slips", lambda ours: enter(ours), (pia, c.PostOnBehalf("write", "keyword", "On paper"))),
]


def rename(ours: Side) -> None:
    event = e.GroupRenamed(1)
    entry = e.Entry(ours.dialogue.seq + 1, HALL, "public", "presidium", LATER, event, op="renamed")
    ours.follow([replace(entry, words="Here")])


def enter(ours: Side) -> None:
    wish = c.PostOnBehalf("write", "keyword", "On paper here")
    [fact] = rules.decide(ours.dialogue, Person("scribe", HALL), wish, LATER)
    entry = e.Entry(ours.dialogue.seq + 1, HALL, "public", "scribe", LATER, fact.event, op="slip")
    ours.follow([replace(entry, words=fact.words)])


@pytest.mark.parametrize(("what", "ours_did", "they_did"), BOTH, ids=[it[0] for it in BOTH])
def test_what_was_done_here_and_there_about_the_same_is_for_people_to_settle(
    what, ours_did, they_did
):
    evening, ours = ended(an_evening()), here()
    taken_in(ours, there(evening))
    ours_did(ours)
    assert "worked on here" in reasons(ours, late(evening, they_did))[HALL]


def test_nothing_comes_to_an_evening_that_has_been_disposed_of_here():
    evening, ours = ended(an_evening()), here()
    taken_in(ours, there(evening))
    rule = DISPOSAL
    event = Disposed(1, rule, [HALL], 1, "0" * 64, "0" * 64)
    seq = ours.dialogue.seq + 1
    ours.follow([e.Entry(seq, "", "staff", "system", LATER, event, op="gone")])
    theirs = late(evening, (ada, c.WithdrawContribution(7)))
    assert "disposed of" in reasons(ours, theirs)[HALL]


def test_what_would_stop_the_dialogue_is_not_written():
    """A log that no rule has made: a group is taken away that nobody has made."""
    evening = ended(an_evening())
    evening.log.append(
        e.Entry(
            evening.seq + 1, ID, "staff", "machine", NOON, e.RegroupingDropped("no-area"), op="odd"
        )
    )
    theirs = Side(Dialogue(DIALOGUE.id))
    theirs.entries = [called(it, HALL) for it in evening.log]
    theirs.dialogue = there(ended(an_evening())).dialogue
    assert "would not be here what it is there" in reasons(here(), theirs)[HALL]


def test_what_would_be_another_evening_here_is_not_written():
    """Its log has an entry less than what its own machine makes of it."""
    evening = an_evening()
    theirs = there(ended(evening))
    theirs.entries.remove(next(it for it in reversed(theirs.entries) if is_posted(it)))
    assert "would not be here what it is there" in reasons(here(), theirs)[HALL]


def is_posted(entry: e.Entry) -> bool:
    return isinstance(entry.event, e.ContributionPosted)


def test_what_points_at_nothing_is_not_written():
    evening = ended(an_evening())
    evening.log.append(
        e.Entry(evening.seq + 1, ID, "staff", "moderator", NOON, e.ContributionHidden(99, "spam"))
    )
    theirs = Side(there(ended(an_evening())).dialogue)
    theirs.entries = [called(it, HALL) for it in evening.log]
    assert "points at the contribution 99" in reasons(here(), theirs)[HALL]


def test_two_evenings_of_one_copy_follow_each_other():
    first, second = ended(an_evening()), ended(an_evening())
    theirs = there(first)
    numbers = renumbering.numbers_after(theirs.dialogue)
    more = [called(it, "other-hall") for it in second.log[1:]]
    theirs.follow(renumbering.renumbered(more, numbers))
    ours = here(evenings.begin(("write", "show-all")))
    written = taken_in(ours, theirs)
    assert sum(isinstance(it.event, SessionTakenIn) for it in written) == 2
    assert_same_evening(theirs, ours)
    numbers_here = [n for it in ours.dialogue.sessions.values() for n in it.contributions]
    assert numbers_here == list(range(1, len(numbers_here) + 1))
    assert list(ours.dialogue.contributions) == numbers_here


def test_the_preview_tells_what_there_is():
    said: list[str] = []
    take_in.show(planned(here(), there(ended(an_evening())), ()), said.append)
    text = "\n".join(said)
    assert "6 participants, 8 contributions, 1 groups, 0 dots" in text
    assert "by standing: 7 visible, 1 held" in text
    assert "1 of them wait for a moderator" in text
    assert "by target group: 8 young" in text and "Benches" not in text
