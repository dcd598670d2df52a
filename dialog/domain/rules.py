"""Where a wish meets the rules, and a fact the dialogue. Start here, then the concept's file.

Each concept's file says what it decides and applies; this file says who may ask for what.
"""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from msgspec.structs import replace

from dialog.domain import (
    answers,
    contributions,
    duty,
    group_edits,
    groups,
    masking,
    moderation,
    regrouping,
    run_of_show,
    translations,
    versions,
    work_rules,
)
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person, Role, Session
from dialog.domain.times import HOUR
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import Access, DialogueDefinition, SessionDefinition
from dialog.protocol.refusals import (
    NotAllowed,
    NotJoined,
    NotNow,
    Refused,
    SessionHasEnded,
    UnknownTargetGroup,
    WrongTopic,
)
from dialog.protocol.work_commands import ImportContributions, WorkCommand
from dialog.protocol.work_events import WorkEvent

CONCEPTS = (
    *(run_of_show, contributions, moderation, duty, masking, translations),
    *(answers, groups, group_edits, regrouping),
)

Decider = Callable[[Session, Person, Any, int], list[Fact]]
Applier = Callable[[Session, e.Entry, Any], set[str]]

DECIDERS: dict[type, Decider] = {k: v for concept in CONCEPTS for k, v in concept.decides.items()}
APPLIERS: dict[type, Applier] = {k: v for concept in CONCEPTS for k, v in concept.applies.items()}

PARTICIPANTS: frozenset[Role] = frozenset({"participant"})
STAFF: frozenset[Role] = frozenset({"facilitator", "presidium"})
LEADERS: frozenset[Role] = frozenset({"facilitator"})
MODERATORS: frozenset[Role] = frozenset({"facilitator", "moderator"})
WRITERS: frozenset[Role] = frozenset({"participant", "table-host"})
SCRIBES: frozenset[Role] = STAFF | {"scribe"}
TRANSLATORS: frozenset[Role] = STAFF | {"moderator", "scribe"}
SYSTEM: frozenset[Role] = frozenset({"system"})
MACHINE: frozenset[Role] = frozenset({"machine"})

ALLOWED: dict[type, frozenset[Role]] = {
    c.ChoosePerspective: PARTICIPANTS,
    c.PostContribution: WRITERS,
    c.TryItOut: WRITERS,
    c.WithdrawContribution: WRITERS,
    c.RespondToGroup: PARTICIPANTS,
    c.PlaceDot: PARTICIPANTS,
    c.TakeDot: PARTICIPANTS,
    c.AnswerEvaluation: PARTICIPANTS,
    c.GoToStep: LEADERS,
    c.StartTimer: LEADERS,
    c.ExtendTimer: LEADERS,
    c.StopTimer: LEADERS,
    c.PauseFeed: LEADERS,
    c.BlankProjector: MODERATORS,
    c.SetPosting: LEADERS,
    c.SetModeration: MODERATORS,
    c.ShowOthers: LEADERS,
    c.RevealDots: LEADERS,
    c.ReleaseContributions: MODERATORS,
    c.HideContribution: MODERATORS,
    c.RestoreContribution: MODERATORS,
    c.GoOnDuty: MODERATORS,
    c.TakeSlips: MODERATORS,
    c.GiveBackSlips: MODERATORS,
    c.MaskContribution: MODERATORS,
    c.HideAuthor: MODERATORS,
    c.TrustAuthor: MODERATORS,
    c.SetSlowMode: MODERATORS,
    c.SetJoining: MODERATORS,
    c.SetClosing: LEADERS | SYSTEM,
    c.TranslateContribution: TRANSLATORS,
    c.PostOnBehalf: SCRIBES,
    c.PlaceContributions: STAFF,
    c.KeepOut: STAFF,
    c.RenameGroup: STAFF,
    c.LockGroup: STAFF,
    c.ConfirmGlobalGoal: STAFF,
    c.AskRegrouping: STAFF,
    c.ApplyRegrouping: STAFF,
    c.DropRegrouping: STAFF,
    c.Undo: STAFF | MODERATORS,
    c.EndSession: LEADERS,
    c.CreateDialogue: SYSTEM,
    c.OpenSession: LEADERS | SYSTEM,
    c.ChangeCode: MODERATORS,
    c.JoinSession: SYSTEM,
    c.SuggestGroups: MACHINE,
    c.ProposeRegrouping: MACHINE,
}

AFTER_THE_END = (
    c.PostOnBehalf,
    c.ReleaseContributions,
    c.HideContribution,
    c.RestoreContribution,
    c.GoOnDuty,
    c.TakeSlips,
    c.GiveBackSlips,
    c.MaskContribution,
    c.HideAuthor,
    c.TrustAuthor,
    c.TranslateContribution,
    c.Undo,
    c.WithdrawContribution,
    c.SuggestGroups,
    c.PlaceContributions,
    c.KeepOut,
    c.RenameGroup,
    c.LockGroup,
    c.ConfirmGlobalGoal,
    c.AskRegrouping,
    c.ApplyRegrouping,
    c.DropRegrouping,
    c.ProposeRegrouping,
)
"""What stays possible: slips that lie on a table, words that must leave the screens, and to go
through the groups in peace and quiet."""

STAFFS_OWN = frozenset(
    (
        e.ModerationSet,
        e.Undone,
        e.ContributionsHeld,
        e.DutySet,
        e.SlipsTaken,
        e.SlipsGivenBack,
        e.ContributionMasked,
        e.InsultAsserted,
        e.AuthorHidden,
        e.AuthorHeldBack,
        e.ContributionKeptOut,
        e.GroupLocked,
        e.RegroupingAsked,
        e.RegroupingProposed,
        e.RegroupingDropped,
        e.GroupingRestored,
        *get_args(WorkEvent),
    )
)


def decide(dialogue: Dialogue, person: Person, command: c.Command, at: int) -> list[Fact]:
    """What happens if `person` asks for `command` at `at` (ms), or raise `Refused`.

    An empty list: granted, and nothing changes.
    """
    if is_about_work(person, command):
        return work_rules.decide(dialogue, person, command, at)
    require(person.role in ALLOWED[type(command)], NotAllowed())
    match command:
        case c.CreateDialogue():
            return create(dialogue, command)
        case c.OpenSession():
            return open_session(dialogue, command, at)
    session = dialogue.sessions.get(session_of(dialogue, person, command))
    require(session, NotJoined())
    assert session is not None
    if session.ended and not isinstance(command, AFTER_THE_END):
        raise Refused(SessionHasEnded(session.definition.results_url))
    if person.role == "participant":
        require(person.participant in session.participants, NotJoined())
    if person.role == "table-host":
        require(session.tables.get(person.participant or 0) == person.table, NotJoined())
    require(person.participant is None or not session.unlinked, NotJoined())
    if isinstance(command, c.ChangeCode):
        return change_code(session, command, at)
    return DECIDERS[type(command)](session, person, command, at)


def is_about_work(person: Person, command: c.Command) -> bool:
    """Whether it concerns the dialogue as a whole, after the meetings."""
    whole = isinstance(command, c.Undo) and person.session == "" and person.is_staff
    return whole or isinstance(command, WorkCommand)


def create(dialogue: Dialogue, command: c.CreateDialogue) -> list[Fact]:
    """Begin the log. Asked again, take in what has been written in the file since then."""
    if not dialogue.exists:
        return [Fact(e.DialogueCreated(command.definition, command.rehearsal))]
    definition = renewed(dialogue.definition, command.definition)
    if definition == dialogue.definition:
        return []
    return [Fact(e.DialogueCreated(definition, dialogue.rehearsal))]


def renewed(old: DialogueDefinition, new: DialogueDefinition) -> DialogueDefinition:
    """The new one, with what it lacks of the old: contributions and sessions lean on that."""
    lists = {}
    for name in ("areas", "topics", "target_groups"):
        there = getattr(new, name)
        ids = {it.id for it in there}
        lists[name] = [*there, *(it for it in getattr(old, name) if it.id not in ids)]
    return replace(new, **lists)


def open_session(dialogue: Dialogue, command: c.OpenSession, at: int) -> list[Fact]:
    if command.session in dialogue.sessions:
        return []
    require_known(dialogue, command.definition)
    versions.require_gate(dialogue, command)
    definition, hashed = versions.resolved(dialogue, command)
    event = e.SessionOpened(
        definition,
        hashed,
        command.code,
        expiry(definition, at),
        command.room,
    )
    if command.closes_at is None or command.closes_at <= at:
        return [Fact(event)]
    return [Fact(event), Fact(e.ClosingSet(command.closes_at))]


def change_code(session: Session, command: c.ChangeCode, at: int) -> list[Fact]:
    """Where everybody has a code of their own there is none to change."""
    require(session.definition.entry == "code", NotNow())
    expires = max(expiry(session.definition, at), session.closes_at or 0)
    return [Fact(e.CodeChanged(command.code, expires))]


def require_known(dialogue: Dialogue, definition: SessionDefinition) -> None:
    """A session may only name areas, topics and target groups of its dialogue."""
    groups = {group.id for group in dialogue.definition.target_groups}
    require(definition.perspective in {None, *groups}, UnknownTargetGroup())
    topics = {topic.id for topic in dialogue.definition.topics}
    for step in definition.steps:
        area = getattr(step, "area", None)
        require(area is None or dialogue.area(area), WrongTopic())
        require(topics.issuperset(getattr(step, "topics", ())), WrongTopic())


def expiry(definition: SessionDefinition, at: int) -> int:
    """A code lives a number of hours from opening, whatever date the file says."""
    return at + int(definition.code_hours * HOUR)


def session_of(dialogue: Dialogue, person: Person, command: c.Command) -> str:
    """The session a wish concerns; "" for the dialogue as a whole. From the workboard, where all
    sessions are, it is the contribution's.
    """
    match command:
        case c.CreateDialogue():
            return ""
        case c.TranslateContribution(contribution=number) if not person.session:
            it = dialogue.contributions.get(number)
            return it.session if it else ""
        case c.OpenSession(session=session) | ImportContributions(session=session):
            return session
    return "" if isinstance(command, WorkCommand) else person.session


def apply(dialogue: Dialogue, entry: e.Entry) -> set[str]:
    """Change `dialogue` so that `entry` has happened; the record keys it touched in its session,
    in every session if it concerns the whole dialogue.

    `*` stands for every record; `mine/<n>` for what is participant n's own. Facts are never
    refused.
    """
    dialogue.seq, dialogue.at = entry.seq, entry.at
    match entry.event:
        case e.DialogueCreated(definition=definition, rehearsal=rehearsal):
            dialogue.definition, dialogue.rehearsal = definition, rehearsal
            return {"*"}
        case e.SessionOpened():
            dialogue.sessions[entry.session] = opened(dialogue, entry, entry.event)
            return {"*"}
    if not entry.session:
        return work_rules.apply(dialogue, entry)
    session = dialogue.sessions[entry.session]
    if isinstance(entry.event, e.CodeChanged):
        session.code, session.code_expires = entry.event.code, entry.event.code_expires
        return {"*"}
    return APPLIERS[type(entry.event)](session, entry, entry.event)


def folded(id: str, entries: Iterable[e.Entry]) -> Dialogue:
    """The dialogue that its log, from the first entry on, makes."""
    dialogue = Dialogue(id)
    for entry in entries:
        apply(dialogue, entry)
    return dialogue


def opened(dialogue: Dialogue, entry: e.Entry, event: e.SessionOpened) -> Session:
    return Session(
        id=entry.session,
        dialogue=dialogue,
        definition=event.definition,
        code=event.code,
        code_expires=event.code_expires,
        room=event.room,
        opened_at=entry.at,
        moderation=event.definition.first_moderation(),
    )


def access_of(dialogue: Dialogue, session: str, event: e.Event) -> Access:
    """Who may ever see that this happened."""
    if isinstance(event, e.SessionOpened):
        return "closed" if event.definition.is_closed() else "public"
    if session in dialogue.sessions and dialogue.sessions[session].access == "closed":
        return "closed"
    return "staff" if type(event) in STAFFS_OWN else "public"
