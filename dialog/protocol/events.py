"""Facts: what has happened. Written once to the log, applied by every process, never refused.

An event carries ids, never what people wrote and never who they are: words, participants and
receipts lie in tables beside the log and come along in the `Entry`. A change to an event's
fields raises its `VERSION` and adds an upcaster to `upcasters.py`.
"""

from typing import Literal

from msgspec import Struct

from dialog.protocol.agenda import (
    Access,
    Channel,
    DialogueDefinition,
    Kind,
    Moderation,
    SessionDefinition,
)
from dialog.protocol.commands import (
    GoalHint,
    GroupingRun,
    GroupSuggestion,
    HideReason,
    Locks,
    Placement,
    Stress,
    Term,
    TranslatedBy,
)
from dialog.protocol.message import Event
from dialog.protocol.work_events import WorkEvent

Actor = Literal[
    "participant",
    "facilitator",
    "presidium",
    "working-committee",
    "registrar",
    "moderator",
    "scribe",
    "table-host",
    "machine",
    "system",
]


class DialogueCreated(Event):
    definition: DialogueDefinition
    rehearsal: bool = False


class SessionOpened(Event):
    """Holds the whole validated definition: the file is read once."""

    definition: SessionDefinition
    definition_hash: str
    code: str
    code_expires: int
    room: str = ""


class CodeChanged(Event):
    code: str
    code_expires: int


class SessionEnded(Event):
    pass


class ParticipantJoined(Event):
    channel: Channel = "live"
    table: str = ""


class PerspectiveChosen(Event):
    target_group: str


class ContributionPosted(Event):
    """`held`: not shown until released. `flags`: what a moderator should look at."""

    contribution: int
    step: str
    kind: Kind
    area: str | None
    topic: str | None
    target_group: str
    channel: Channel
    language: str
    held: bool
    late: bool = False
    flags: list[str] = []
    people: int = 1
    table: str = ""
    slip: int = 0


class ContributionWithdrawn(Event):
    contribution: int


class ContributionsReleased(Event):
    contributions: list[int]


class ContributionsHeld(Event):
    """Back to the queue (an undone release)."""

    contributions: list[int]


class ContributionHidden(Event):
    contribution: int
    reason: HideReason


class ContributionRestored(Event):
    contribution: int


class DutySet(Event):
    """`seat` tells one member of staff's device from another's, and nothing of who it is."""

    seat: str
    on: bool
    languages: list[str]


class SlipsTaken(Event):
    """Nobody but `seat` reads these until `until`: ms since 1970, in whole minutes."""

    seat: str
    contributions: list[int]
    until: int


class SlipsGivenBack(Event):
    contributions: list[int]


class ContributionMasked(Event):
    """All that is masked of it from now on: characters [start, end) of what was written."""

    contribution: int
    spans: list[tuple[int, int]]


class InsultAsserted(Event):
    """One person finds that it insults somebody: held until another person agrees, or not."""

    contribution: int
    seat: str


class AuthorHidden(Event):
    """All that one phone has written. Only in logs of earlier releases: now each of them is hidden
    by an event of its own, which does not say that they are one phone's."""

    contributions: list[int]
    reason: HideReason


class AuthorHeldBack(Event):
    """Whether what comes from the phone that wrote this contribution is held."""

    contribution: int
    held_back: bool


class SlowModeSet(Event):
    seconds: int


class JoiningSet(Event):
    open: bool


class ClosingSet(Event):
    """In ms since 1970."""

    at: int | None


class ContributionTranslated(Event):
    """The translation lies beside the log; nothing there: it has been taken away."""

    contribution: int
    language: str
    by: TranslatedBy


class StepOpened(Event):
    """`step` None: back in the lobby, before the first step."""

    step: str | None


class TimerSet(Event):
    """`ends_at` in ms since 1970 on the server's clock; None takes the timer away."""

    ends_at: int | None


class FeedPaused(Event):
    paused: bool


class ProjectorBlanked(Event):
    blank: bool


class PostingSet(Event):
    open: bool


class ModerationSet(Event):
    moderation: Moderation


class OthersShown(Event):
    shown: bool


class DotsRevealed(Event):
    revealed: bool


class GroupAnswered(Event):
    group: int
    answer: Literal["fits", "missing"]


class DotPlaced(Event):
    """`group`: the group that the contribution stood for when the dot was placed, if any."""

    contribution: int
    group: int | None = None


class DotTaken(Event):
    contribution: int


class EvaluationAnswered(Event):
    question: str
    option: int


class Undone(Event):
    """What follows in the same breath undoes the change at `undone`."""

    undone: int


class SuggestedGroup(Struct):
    """A group as the machine describes it, and what has come to it. `place` is its slot on the
    screens and never changes. `kind`: the only kind of contribution that the machine puts there.
    """

    group: int
    place: int
    joined: list[Placement]
    typical: list[int]
    terms: list[Term]
    sure: float
    goals: list[GoalHint] = []
    stressed: list[Stress] = []
    kind: Kind | None = None


class GroupsSuggested(Event):
    """The groups of one area that a run has changed. What is in no group up to `run.upto` is a
    single voice.
    """

    area: str | None
    run: GroupingRun
    groups: list[SuggestedGroup]


class ContributionsPlaced(Event):
    """By a person: in `group`, or in none. `made`: the group is new, and has this `place`."""

    contributions: list[int]
    group: int | None
    area: str | None
    made: bool = False
    place: int = 0


class ContributionKeptOut(Event):
    contribution: int
    group: int


class GroupRenamed(Event):
    """What it is called now lies beside the log; nothing there: the machine's own words."""

    group: int


class GroupLocked(Event):
    """`said`: where the words stand that it was called by when its name was locked."""

    group: int
    locks: Locks
    said: list[Term] = []


class GlobalGoalConfirmed(Event):
    group: int
    goal: int
    confirmed: bool


class RegroupingAsked(Event):
    area: str | None
    most: int | None
    apart: bool


class RegroupingProposed(Event):
    """The whole area grouped anew, as a proposal. `group` 0: one that does not stand yet."""

    area: str | None
    asked: int
    run: GroupingRun
    groups: list[GroupSuggestion]


class RegroupingDropped(Event):
    area: str | None


class Regrouped(Event):
    """A person has accepted a proposal. `groups`: the described ones, with all that the proposal
    puts in each; `alone`: what has left its group for none; `gone`: the groups that stand no more.
    """

    area: str | None
    proposal: int
    most: int | None
    apart: bool
    run: GroupingRun
    groups: list[SuggestedGroup]
    alone: list[int]
    gone: list[int]


class Wanted(Struct):
    """How people want an area grouped: at most so many groups, kinds apart or together."""

    most: int | None
    apart: bool


class Seat(Struct, array_like=True):
    """Where a contribution stands, by whose word, why, and the groups it is kept out of."""

    contribution: int
    group: int | None
    pinned: bool
    kept_out: list[int]
    placement: Placement | None


class GroupingRestored(Event):
    """Contributions and groups as they were (an undone edit). `back`: groups that stand again, with
    all that was theirs; `gone`: those that stand no more; `described`: groups in former words;
    `wanted`: unless it is as it was.
    """

    area: str | None
    seats: list[Seat]
    described: list[SuggestedGroup]
    back: list[int]
    gone: list[int]
    wanted: Wanted | None = None


AnyEvent = (
    DialogueCreated
    | SessionOpened
    | CodeChanged
    | SessionEnded
    | ParticipantJoined
    | PerspectiveChosen
    | ContributionPosted
    | ContributionWithdrawn
    | ContributionsReleased
    | ContributionsHeld
    | ContributionHidden
    | ContributionRestored
    | DutySet
    | SlipsTaken
    | SlipsGivenBack
    | ContributionMasked
    | InsultAsserted
    | AuthorHidden
    | AuthorHeldBack
    | SlowModeSet
    | JoiningSet
    | ClosingSet
    | ContributionTranslated
    | StepOpened
    | TimerSet
    | FeedPaused
    | ProjectorBlanked
    | PostingSet
    | ModerationSet
    | OthersShown
    | DotsRevealed
    | GroupAnswered
    | DotPlaced
    | DotTaken
    | EvaluationAnswered
    | Undone
    | GroupsSuggested
    | ContributionsPlaced
    | ContributionKeptOut
    | GroupRenamed
    | GroupLocked
    | GlobalGoalConfirmed
    | RegroupingAsked
    | RegroupingProposed
    | RegroupingDropped
    | Regrouped
    | GroupingRestored
    | WorkEvent
)


class Entry(Struct):
    """An event in its place in the log, with what lies beside it.

    `session` is "" for what concerns the whole dialogue; `participant` the running number of
    the person within the session, None for staff, the machine, and after disposal; `words` what
    was written, None where nothing was or after disposal; `at` ms since 1970; `receipt` the hash
    of the secret that only the author's phone knows (only set on the way into the log).
    """

    seq: int
    session: str
    access: Access
    actor: Actor
    at: int
    event: AnyEvent
    participant: int | None = None
    words: str | None = None
    op: str | None = None
    receipt: str | None = None
