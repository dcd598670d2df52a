"""Where the presidium's wishes meet the rules, and its facts the dialogue; who may ask for what.

Each concept's file says what it decides and applies.
"""

from collections.abc import Iterable

from dialog.domain import (
    bodies,
    disposal,
    dispositions,
    goals,
    importing,
    process,
    reading,
    taking_in,
    themes,
    versions,
    work,
)
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person, Role
from dialog.domain.work import Applier, Changed, Decider, Guard, Marker
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.refusals import NotAllowed

CONCEPTS = (
    *(themes, dispositions, reading, goals, bodies, process, versions),
    *(importing, taking_in, disposal),
)

DECIDERS: dict[type, Decider] = {k: v for it in CONCEPTS for k, v in it.decides.items()}
APPLIERS: dict[type, Applier] = {k: v for it in CONCEPTS for k, v in it.applies.items()}
MARKS: dict[type, Marker] = {k: v for it in CONCEPTS for k, v in it.marks.items()}
GUARDS: dict[type, Guard] = {k: v for it in CONCEPTS for k, v in getattr(it, "guards", {}).items()}

BOARD: frozenset[Role] = frozenset({"facilitator", "presidium"})
DRAFTERS: frozenset[Role] = BOARD | {"working-committee"}
OFFICE: frozenset[Role] = frozenset({"facilitator", "registrar"})

ALLOWED: dict[type, frozenset[Role]] = {
    **dict.fromkeys(
        (
            wc.DraftGoal,
            wc.DropGoal,
            wc.WriteGoal,
            wc.MoveGoal,
            wc.CiteInGoal,
            wc.LinkGoal,
            wc.AnchorGoal,
            wc.AffectTargetGroup,
            wc.AnswerFrame,
            wc.GiveDirective,
            wc.DropDirective,
            wc.SettlePreviousGoal,
            wc.RecordCommitteeGoal,
            wc.DropCommitteeGoal,
            wc.WriteText,
        ),
        DRAFTERS,
    ),
    wc.RecordDispatch: OFFICE,
    wc.PublishFeedback: OFFICE | BOARD,
    wc.StoreFiles: frozenset({"system"}),
    wc.RecordDisposal: frozenset({"system"}),
    wc.ImportContributions: frozenset({"facilitator", "system"}),
    wc.SuggestThemes: frozenset({"machine"}),
    wc.FreezeVersion: BOARD,
    c.Undo: DRAFTERS,
}
"""Who may ask; what is not here only `BOARD` may."""


def decide(dialogue: Dialogue, person: Person, command: c.Command, at: int) -> list[Fact]:
    """What happens, or raise `Refused`."""
    require(person.role in ALLOWED.get(type(command), BOARD), NotAllowed())
    facts = facts_of(dialogue, person, command, at)
    for fact in facts:
        guard = GUARDS.get(type(fact.event))
        if guard is not None:
            guard(dialogue, fact.event)
    return facts


def facts_of(dialogue: Dialogue, person: Person, command: c.Command, at: int) -> list[Fact]:
    """Before the guards have had their say: a lock holds against an undo as well."""
    if isinstance(command, c.Undo):
        return work.undo(dialogue, person, command, at)
    assert isinstance(command, wc.WorkCommand)
    facts = DECIDERS[type(command)](dialogue, person, command, at)
    return work.decided(dialogue, command, person, facts, marks_of)


def marks_of(event: e.Event) -> Iterable[str]:
    """What the event writes; two events that write the same are about the same thing."""
    marker = MARKS.get(type(event))
    return () if marker is None else marker(event)


def apply(dialogue: Dialogue, entry: e.Entry) -> set[str]:
    """Change the dialogue's work; the keys of the workboard's records that are touched."""
    if isinstance(entry.event, e.Undone):
        return work.begun_undoing(dialogue, entry, entry.event)
    if isinstance(entry.event, we.ReasonGiven):
        changed = Changed("", {}, None, set())
    else:
        changed = APPLIERS[type(entry.event)](dialogue, entry, entry.event)
    return work.remember(dialogue, entry, changed, marks_of(entry.event))
