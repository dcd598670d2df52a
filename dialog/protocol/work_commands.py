"""Wishes that concern the dialogue as a whole: the presidium's work after the meetings.

Every one of them may say why. `seen` is the seq the page showed when the person began: what
somebody else has changed there since is refused in words, never written over. `mine`: the seqs of
the page's own wishes that it has been told of and does not show yet.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from dialog.protocol.agenda import BodyKind, Disposal, GlobalGoal, Moderation, Slug, Strength
from dialog.protocol.message import Command, Number, Raw

Numbers = Annotated[list[Number], Meta(max_length=5000)]
DispositionKind = Literal[
    "goal", "programme", "internal-goal", "handover", "other-authority", "parked"
]
InternalKind = Literal["financial", "employer"]
Carried = Literal["", "topic", "keyword"]
"""Carried forward: not, as a topic, or as a political keyword (which is a topic as well)."""

Verdict = Literal["fits", "move", "note"]
Fate = Literal["kept", "merged", "dropped"]
FrameAnswer = Literal["yes", "partly", "no", "not-assessed"]
GoalField = Literal[
    "text",
    "movement_from",
    "movement_to",
    "resources",
    "maintenance",
    "effect",
    "horizon",
]
VersionOf = Literal["summary", "areas", "result", "goals"]
"""What is frozen: a session's summary, the goal areas with their topics, the final result, the
goal drafts."""

DocumentKind = Literal[
    "summary",
    "board",
    "ksau",
    "remiss",
    "council",
    "programme",
    "handover",
    "feedback",
    "archive",
]

TEXT_FIELDS: dict[DocumentKind, tuple[str, ...]] = {
    "summary": (
        "summary",
        "commission",
        "agreement",
        "other_frames",
        "representation",
        "next_steps",
        "method_note",
        "proposal",
    ),
    "board": ("summary", "proposal", "decision", "basis"),
    "ksau": ("summary", "assignment", "next_steps"),
    "remiss": ("introduction", "questions", "answer_by"),
    "council": ("summary", "background", "proposal", "decision", "budget", "basis"),
    "programme": ("introduction", "focus", "operations"),
    "handover": ("introduction",),
    "feedback": ("introduction", "next", "easy"),
    "archive": ("note",),
}
"""The texts of each document that only people can write, in the order they stand there."""


class WorkCommand(Command, kw_only=True):
    """The base of these."""

    seen: Number = 0
    mine: Annotated[list[Number], Meta(max_length=100)] = []
    why: Raw = ""


class Disposition(Struct, frozen=True, omit_defaults=True):
    """What is to become of something. `recipient`: a body, for handover and other-authority.
    `goal`: the draft it is used in, if that is known. `internal`: for internal-goal.
    """

    kind: DispositionKind
    recipient: Slug | None = None
    internal: InternalKind | None = None
    goal: Number | None = None


# ── themes ────────────────────────────────────────────────────────────────────────────────────


class MakeTheme(WorkCommand):
    """A theme of these contributions: a confirmed group (`groups`), split off, or single voices.

    They leave the themes they stood in. `title`: at most 80 characters.
    """

    area: Slug | None
    title: Raw
    contributions: Numbers
    groups: Annotated[list[Number], Meta(max_length=100)] = []


class PlaceInTheme(WorkCommand):
    """Move contributions into a theme (None: out of any)."""

    contributions: Annotated[Numbers, Meta(min_length=1)]
    theme: Number | None


class MergeThemes(WorkCommand):
    """All that `themes` hold goes to `into`; they stand no more."""

    themes: Annotated[list[Number], Meta(min_length=1, max_length=100)]
    into: Number


class DissolveTheme(WorkCommand):
    """It stands no more; what it held stands in none."""

    theme: Number


class NameTheme(WorkCommand):
    theme: Number
    title: Raw


class NoteTheme(WorkCommand):
    """What the presidium wants to remember about it, at most 2000 characters; "" for nothing."""

    theme: Number
    note: Raw


class MoveTheme(WorkCommand):
    """To another goal area."""

    theme: Number
    area: Slug | None


class LockTheme(WorkCommand):
    """What may not change until it is unlocked: its name, its contributions (nor may the machine
    suggest any), that it exists.
    """

    theme: Number
    name: bool
    members: bool
    existence: bool


class CarryTheme(WorkCommand):
    """Carry it forward as a topic of the next session. `kind`: how it is put to people."""

    theme: Number
    carried: Carried
    kind: Literal["keyword", "question"] = "keyword"


class LinkTheme(WorkCommand):
    """It is about this global goal, as people find (None: it is not)."""

    theme: Number
    goal: GlobalGoal
    strength: Strength | None


class AnchorTheme(WorkCommand):
    """It leans on this part of vision and values, or not."""

    theme: Number
    anchor: Slug
    linked: bool


class ReferContribution(WorkCommand):
    """It also says something about that theme: a reference that no sum counts."""

    contribution: Number
    theme: Number
    linked: bool


# ── dispositions and reading ──────────────────────────────────────────────────────────────────


class SetDisposition(WorkCommand):
    """What becomes of all in these themes that has no own, and of these contributions. None: not
    decided (a contribution then follows its theme). Parked needs `why`.
    """

    themes: Annotated[list[Number], Meta(max_length=1000)] = []
    contributions: Numbers = []
    disposition: Disposition | None = None


class RestToProgramme(WorkCommand):
    """These, which must be exactly those that are undecided just now, go to the programme."""

    contributions: Annotated[list[Number], Meta(min_length=1, max_length=100_000)]


class DealOut(WorkCommand):
    """Deal what is to be read out among so many readers."""

    readers: Annotated[int, Meta(ge=1, le=20)]


class MarkRead(WorkCommand):
    """A person has read this contribution where it stands. None: no longer. `note`: what to
    remember; it belongs to the contribution.
    """

    contribution: Number
    reader: Annotated[int, Meta(ge=1, le=20)] = 1
    verdict: Verdict | None = "fits"
    note: Raw = ""


# ── goals ─────────────────────────────────────────────────────────────────────────────────────


class DraftGoal(WorkCommand):
    """A new draft of a goal formulation."""

    area: Slug
    text: Raw


class DropGoal(WorkCommand):
    """The draft is no longer wanted; it stays in the log."""

    goal: Number


class WriteGoal(WorkCommand):
    """At most 2000 characters."""

    goal: Number
    field: GoalField
    text: Raw


class MoveGoal(WorkCommand):
    goal: Number
    area: Slug


class CiteInGoal(WorkCommand):
    """What the draft rests on."""

    goal: Number
    themes: Annotated[list[Number], Meta(max_length=500)] = []
    contributions: Numbers = []
    cited: bool = True


class LinkGoal(WorkCommand):
    goal: Number
    global_goal: GlobalGoal
    strength: Strength | None


class AnchorGoal(WorkCommand):
    goal: Number
    anchor: Slug
    linked: bool


class AffectTargetGroup(WorkCommand):
    """The goal is to have an effect for this target group."""

    goal: Number
    target_group: Slug
    affected: bool


class AnswerFrame(WorkCommand):
    """A person's answer to the frame's question about this draft; the comment is `why`."""

    goal: Number
    frame: str
    answer: FrameAnswer


class GiveDirective(WorkCommand):
    """How a committee or company is to relate to a goal. `directive` 0: a new one."""

    goal: Number
    body: Slug
    text: Raw
    directive: Number = 0


class DropDirective(WorkCommand):
    directive: Number


class SettlePreviousGoal(WorkCommand):
    """What becomes of a goal of the term before; the reason is `why`. None: not settled."""

    previous: Slug
    fate: Fate | None
    goal: Number | None = None


class RecordCommitteeGoal(WorkCommand):
    """A committee's or company's own goal, linked to an overall one. `committee_goal` 0: new."""

    goal: Number
    body: Slug
    text: Raw
    committee_goal: Number = 0


class DropCommitteeGoal(WorkCommand):
    committee_goal: Number


# ── the process ───────────────────────────────────────────────────────────────────────────────


class LinkArea(WorkCommand):
    """The board assigns a global goal to a goal area (None: not to this one)."""

    area: Slug
    goal: GlobalGoal
    strength: Strength | None


class AcknowledgeGaps(WorkCommand):
    """People have seen which global goals have no link, and go on; the reason is `why`."""

    goals: Annotated[list[GlobalGoal], Meta(max_length=17)]


class EnterStage(WorkCommand):
    """Go on to a stage, or back to one (which needs `why`)."""

    stage: Slug


class AddBody(WorkCommand):
    """A recipient that the dialogue's file does not name."""

    name: Raw
    kind: BodyKind


class GiveCommission(WorkCommand):
    """`body` is to do `text` by `due` (a date, 2019-03-06)."""

    body: Slug
    text: Raw
    due: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)")]


class FinishCommission(WorkCommand):
    commission: Number
    done: bool = True


class InviteBody(WorkCommand):
    """The body has been asked to contribute, or no longer is."""

    body: Slug
    invited: bool = True


class RecordInput(WorkCommand):
    """What a committee or company has contributed, at most 4000 characters."""

    body: Slug
    text: Raw


class WriteText(WorkCommand):
    """A text of a document that only people can write. `session`: for a summary of one session.
    `field`: one of `TEXT_FIELDS`. At most 4000 characters; "" for nothing.
    """

    document: DocumentKind
    field: Annotated[str, Meta(max_length=60)]
    text: Raw
    session: str = ""


class SendOutTopics(WorkCommand):
    """What version `version` carries forward becomes the dialogue's topics."""

    version: Number


class PublishFeedback(WorkCommand):
    """Show everyone the feedback page as it is in `version`."""

    version: Number


class RecordDispatch(WorkCommand):
    """That a document of a version has been sent. `how` and when it was sent are `why`."""

    version: Number
    document: DocumentKind
    recipients: Annotated[list[Slug], Meta(min_length=1, max_length=60)]


WorkboardCommand = (
    MakeTheme
    | PlaceInTheme
    | MergeThemes
    | DissolveTheme
    | NameTheme
    | NoteTheme
    | MoveTheme
    | LockTheme
    | CarryTheme
    | LinkTheme
    | AnchorTheme
    | ReferContribution
    | SetDisposition
    | RestToProgramme
    | DealOut
    | MarkRead
    | DraftGoal
    | DropGoal
    | WriteGoal
    | MoveGoal
    | CiteInGoal
    | LinkGoal
    | AnchorGoal
    | AffectTargetGroup
    | AnswerFrame
    | GiveDirective
    | DropDirective
    | SettlePreviousGoal
    | RecordCommitteeGoal
    | DropCommitteeGoal
    | LinkArea
    | AcknowledgeGaps
    | EnterStage
    | AddBody
    | GiveCommission
    | FinishCommission
    | InviteBody
    | RecordInput
    | WriteText
    | SendOutTopics
    | PublishFeedback
    | RecordDispatch
)

# ── made by our own code ──────────────────────────────────────────────────────────────────────


class FreezeVersion(WorkCommand):
    """Make an immutable version of the dialogue as it is at seq `upto`; refused if it is no longer
    there. `log_hash`: SHA-256 of the log up to and with it. `sessions`: what it covers; empty: all.
    """

    of: VersionOf
    sessions: list[str]
    upto: int
    log_hash: str


class StoredFile(Struct):
    """A rendered file of a version, kept in the table of files."""

    document: DocumentKind
    format: str
    edition: Literal["internal", "public"]
    name: str
    sha256: str
    size: int


class CarriedOut(Struct):
    """What has been disposed of by one rule. `sessions`: in which; none: it was the dialogue's.
    `list_hash`: SHA-256 of the list of it."""

    rule: Disposal
    sessions: list[str]
    n: int
    list_hash: str


class RecordDisposal(WorkCommand):
    """It has been carried out, in the same commit. `protocol`: SHA-256 of the signed protocol."""

    carried: list[CarriedOut]
    protocol: str


class StoreFiles(WorkCommand):
    """The files of `version` have been rendered and are kept."""

    version: int
    files: list[StoredFile]


class ThemeSuggestion(Struct, array_like=True):
    """The machine's word on where a contribution that is in no theme would fit, and the nearest
    contributions there."""

    contribution: int
    theme: int | None
    sure: float = 0.0
    near: list[int] = []


class SuggestThemes(WorkCommand):
    """The worker's suggestions, for those that have changed. `upto`: the seq it had read."""

    upto: int
    model: str
    suggestions: list[ThemeSuggestion]


class ImportedContribution(Struct):
    """A row of earlier material."""

    text: str
    area: str | None
    kind: Literal["keyword", "question", "meaning"]
    target_group: str
    language: str = "sv"
    topic: str | None = None


class ImportContributions(WorkCommand):
    """Earlier material, whole: into the new session `session`, called `title`, which is ended at
    once. In the public edition only if `access` says so. `committee`: what committees and companies
    say, which is counted apart whatever target group a row names. What is flagged waits for a
    moderator, unless `moderation` is to show all.
    """

    session: str
    rows: Annotated[list[ImportedContribution], Meta(max_length=5000)]
    title: Raw = ""
    date: str = ""
    access: Literal["public", "closed"] = "closed"
    channel: Literal["import", "committee"] = "import"
    moderation: Moderation = "hold-flagged"


InnerWorkCommand = FreezeVersion | StoreFiles | RecordDisposal | SuggestThemes | ImportContributions
