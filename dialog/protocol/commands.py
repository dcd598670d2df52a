"""Wishes: what people, staff and the machine ask for. Rules decide; a wish may be refused.

`Command` is what a socket or the HTTP API accepts. `InnerCommand` holds those that only our own
code makes, because they carry something that must not be chosen from outside.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from dialog.protocol.agenda import (
    Channel,
    DialogueDefinition,
    Gate,
    Kind,
    Moderation,
    SessionDefinition,
    Slug,
)
from dialog.protocol.message import Command, Number, Raw

Goal = Annotated[int, Meta(ge=1, le=17)]
"""One of the United Nations' global goals, by its number."""

ReceiptCode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,64}$(?!\n)")]
"""A secret that only the phone knows; the last part because `$` alone lets a line break follow."""

HideReason = Literal[
    "personal-data",
    "health",
    "threat",
    "incitement",
    "insult",
    "copyright",
    "spam",
    "duplicate",
    "out-of-scope",
]


# ── participants ──────────────────────────────────────────────────────────────────────────────


class ChoosePerspective(Command):
    """Answer from a target group's perspective from now on; earlier contributions keep theirs."""

    target_group: Slug


class PostContribution(Command):
    """`begun` is the seq the phone showed when writing began; `receipt` a secret only it knows."""

    step: Slug
    begun: Number
    kind: Kind
    text: Raw
    topic: Slug | None = None
    area: Slug | None = None
    language: Annotated[str, Meta(max_length=35)] = "sv"
    receipt: ReceiptCode = ""
    people: Annotated[int, Meta(ge=1, le=50)] = 1
    """How many stand behind a table's joint sentence; 1 for everybody but a table's host."""


class TryItOut(Command):
    """A test post in the try-out step. Counted, never stored, its text never leaves the phone."""


class WithdrawContribution(Command):
    """Hide one's own contribution. It stays in the record."""

    contribution: Number


class RespondToGroup(Command):
    """In the check step: does this group say what was meant?"""

    group: Number
    answer: Literal["fits", "missing"]


class PlaceDot(Command):
    """Put one dot on the contribution that stood for a group (or on a single voice)."""

    contribution: Number


class TakeDot(Command):
    """Take one of one's own dots back."""

    contribution: Number


class AnswerEvaluation(Command):
    """Choose an option; a new answer replaces the old one."""

    question: Slug
    option: Annotated[int, Meta(ge=0, le=20)]


# ── staff ─────────────────────────────────────────────────────────────────────────────────────


class GoToStep(Command):
    """`seen` is the step the facilitator saw as current, so that two people step once."""

    step: Slug
    seen: Slug | None


class StartTimer(Command):
    """Count down from `seconds`."""

    seconds: Annotated[int, Meta(ge=1, le=36000)]


class ExtendTimer(Command):
    """Add (or take) seconds; an elapsed timer starts again from now."""

    seconds: Annotated[int, Meta(ge=-3600, le=3600)]


class StopTimer(Command):
    """Take the timer away."""


class PauseFeed(Command):
    """Hold what the projector shows of new contributions, or let it flow again."""

    paused: bool


class BlankProjector(Command):
    """Show nothing but a calm screen on the projector."""

    blank: bool


class SetPosting(Command):
    """Open or close the current step for contributions."""

    open: bool


class SetModeration(Command):
    """What happens to new contributions. Those already held stay held until released."""

    moderation: Moderation


class ShowOthers(Command):
    """Let the phones list what others wrote in this step."""

    shown: bool


class RevealDots(Command):
    """Show the dots' totals, or hide them again."""

    revealed: bool


class ReleaseContributions(Command):
    """Show these held contributions."""

    contributions: Annotated[list[Number], Meta(min_length=1, max_length=100)]


class HideContribution(Command):
    """Take a contribution off every screen. Nothing is deleted."""

    contribution: Number
    reason: HideReason


class GoOnDuty(Command):
    """A moderator begins (or ends) reading, and says which languages he or she reads."""

    on: bool
    languages: Annotated[list[Annotated[str, Meta(max_length=35)]], Meta(max_length=40)] = []


class TakeSlips(Command):
    """Give me the oldest held contributions that nobody else is reading: nobody else gets them for
    a while. `flagged`: only those to be decided one by one (with flags, or in a language that
    nobody on duty reads), or only the others; None: whatever is oldest.
    """

    most: Annotated[int, Meta(ge=1, le=100)]
    flagged: bool | None = None


class GiveBackSlips(Command):
    """Others may take these again."""

    contributions: Annotated[list[Number], Meta(min_length=1, max_length=100)]


MaskedSpan = tuple[Number, Number]
"""Characters start..end of a contribution's text as it was written."""


class MaskContribution(Command):
    """Let nobody but those who may read originals see these parts. [] shows all of it again."""

    contribution: Number
    spans: Annotated[list[MaskedSpan], Meta(max_length=50)]


class HideAuthor(Command):
    """Hide everything from the phone that wrote this contribution, and hold what comes from it."""

    contribution: Number
    reason: HideReason


class TrustAuthor(Command):
    """Hold what comes from that phone no more than what comes from others."""

    contribution: Number


class SetSlowMode(Command):
    """Let each participant post once in so many seconds; 0: as often as the limits let them."""

    seconds: Annotated[int, Meta(ge=0, le=600)]


class SetJoining(Command):
    """Let newcomers in, or no longer."""

    open: bool


class SetClosing(Command):
    """When the window closes (ms since 1970), None: not by itself."""

    at: Number | None


TranslatedBy = Literal["staff", "interpreter", "author", "machine"]


class TranslateContribution(Command):
    """Put a translation beside a contribution; "" takes it away. The original always stays."""

    contribution: Number
    language: Annotated[str, Meta(max_length=35)]
    text: Raw
    by: TranslatedBy = "staff"


class RestoreContribution(Command):
    """Show a hidden contribution again (never one that its author withdrew)."""

    contribution: Number


class PostOnBehalf(Command):
    """Enter a paper slip, a table's words or a committee's. `people` states how many stand behind a
    table's; a committee is nobody, and has no target group.
    """

    step: Slug
    kind: Kind
    text: Raw
    channel: Literal["paper", "table", "committee"] = "paper"
    target_group: Slug | None = None
    people: Annotated[int, Meta(ge=1, le=50)] = 1
    table: Annotated[str, Meta(max_length=12)] = ""
    topic: Slug | None = None
    area: Slug | None = None
    language: Annotated[str, Meta(max_length=35)] = "sv"


class PlaceContributions(Command):
    """Put these in a group (0: in a new one; None: in none, as single voices) and keep them there:
    the machine never moves them again.
    """

    contributions: Annotated[list[Number], Meta(min_length=1, max_length=500)]
    group: Number | None


class KeepOut(Command):
    """This contribution does not belong in that group; the machine never puts it there again."""

    contribution: Number
    group: Number


class RenameGroup(Command):
    """Call the group `title`, at most 80 characters; "" for the machine's own words."""

    group: Number
    title: Raw


class LockGroup(Command):
    """What the machine may not change, also when grouping anew: what the group is called, which
    contributions it has, that it exists.
    """

    group: Number
    name: bool
    members: bool
    existence: bool


class Locks(Struct, frozen=True, omit_defaults=True):
    """What of a group stays as it is, whatever the machine finds."""

    name: bool = False
    members: bool = False
    existence: bool = False


class ConfirmGlobalGoal(Command):
    """A person finds that the group is about this global goal, or no longer finds so."""

    group: Number
    goal: Goal
    confirmed: bool


class AskRegrouping(Command):
    """Let the machine group the area anew as a proposal; nothing moves yet. At most `most` groups
    (None: the machine's own choice); `apart`: each kind of contribution in groups of its own.
    """

    area: Slug | None
    most: Annotated[int, Meta(ge=2, le=40)] | None = None
    apart: bool = False


class ApplyRegrouping(Command):
    """Do what the proposal says, as far as people have not said otherwise."""

    area: Slug | None
    proposal: Number


class DropRegrouping(Command):
    """Take back what was asked, or throw the proposal away."""

    area: Slug | None


class Undo(Command):
    """Undo the change at `seq`, if nothing has touched it since."""

    seq: Number


class EndSession(Command):
    """Close the session for good: nobody can join or post after this."""


StaffCommand = (
    GoToStep
    | StartTimer
    | ExtendTimer
    | StopTimer
    | PauseFeed
    | BlankProjector
    | SetPosting
    | SetModeration
    | ShowOthers
    | RevealDots
    | ReleaseContributions
    | HideContribution
    | RestoreContribution
    | GoOnDuty
    | TakeSlips
    | GiveBackSlips
    | MaskContribution
    | HideAuthor
    | TrustAuthor
    | SetSlowMode
    | SetJoining
    | TranslateContribution
    | PostOnBehalf
    | PlaceContributions
    | KeepOut
    | RenameGroup
    | LockGroup
    | ConfirmGlobalGoal
    | AskRegrouping
    | ApplyRegrouping
    | DropRegrouping
    | Undo
    | EndSession
)

ParticipantCommand = (
    ChoosePerspective
    | PostContribution
    | TryItOut
    | WithdrawContribution
    | RespondToGroup
    | PlaceDot
    | TakeDot
    | AnswerEvaluation
)

OuterCommand = ParticipantCommand | StaffCommand

# ── made by our own code ──────────────────────────────────────────────────────────────────────


class CreateDialogue(Command):
    """Start the log of a dialogue; asked again, take in what its file has gained since."""

    definition: DialogueDefinition
    rehearsal: bool = False


class OpenSession(Command):
    """Open a session under the id and code that the edge drew ("": nobody comes in by a shared
    code). `gate`: the answers to SKR's two questions, where the file has none. `closes_at`: when
    the window closes (ms since 1970); a time that has passed is not used.
    """

    session: Slug
    definition: SessionDefinition
    definition_hash: str
    code: str
    room: str = ""
    gate: Gate | None = None
    closes_at: Number | None = None


class ChangeCode(Command):
    """Replace the join code; the old one stops working."""

    code: str


class JoinSession(Command):
    """A new participant comes in through the code; or the device of a `table`, which is no person
    of its own."""

    channel: Channel = "live"
    table: Annotated[str, Meta(max_length=12)] = ""


class Span(Struct, array_like=True):
    """Words of a contribution, by reference: characters start..end of its text."""

    contribution: int
    start: int
    end: int


Term = list[Span]
"""One term, as all the places where it stands, best-looking first."""


class Placement(Struct, array_like=True):
    """Why the machine put a contribution in its group: `near` are the nearest there just then, at
    most three; `shared` the places in its own text of words that it shares with them.
    """

    contribution: int
    sure: float = 0.0
    near: list[int] = []
    shared: list[Span] = []


class GoalHint(Struct, array_like=True):
    """A global goal that a group may be about, and the group's terms that say so."""

    goal: int
    terms: list[Term]


class Stress(Struct, array_like=True):
    """Terms that set what one target group writes in a group apart from the others there."""

    target_group: str
    terms: list[Term]


class GroupSuggestion(Struct):
    """One group after a run. `group` is 0 for a new one. `joined`: the contributions that are to
    come to it; in a proposal to group anew, all that it is to have. `kind`: the only one it takes.
    """

    group: int
    joined: list[Placement]
    typical: list[int]
    terms: list[Term]
    sure: float
    goals: list[GoalHint] = []
    stressed: list[Stress] = []
    kind: Kind | None = None


Fallback = Literal["", "missing", "unreachable"]
"""Why the wanted model was not used, if it was not."""


class GroupingRun(Struct):
    """What a run was made with, so that it can be explained and repeated. `parameters["most"]`:
    the number of groups the machine would choose.
    """

    upto: int
    model: str
    parameters: dict[str, float | int | str]
    seed: int
    fallback: Fallback = ""


class SuggestGroups(Command):
    """The worker's result for one goal area (None: across areas) of one session: the groups that
    change.
    """

    area: Slug | None
    run: GroupingRun
    groups: list[GroupSuggestion]


class ProposeRegrouping(Command):
    """The worker's answer to the request at seq `asked`: the area grouped anew, whole."""

    area: Slug | None
    asked: Number
    run: GroupingRun
    groups: list[GroupSuggestion]


InnerCommand = (
    CreateDialogue
    | OpenSession
    | ChangeCode
    | SetClosing
    | JoinSession
    | SuggestGroups
    | ProposeRegrouping
)
AnyCommand = OuterCommand | InnerCommand
