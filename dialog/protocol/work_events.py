"""Facts about the dialogue as a whole: `session` is "" in their entries.

Each changes one thing, so that undoing is saying again how that thing was. A text (title, note,
goal, reason) is its entry's `words`; an event holds none.
"""

from msgspec import Struct

from dialog.protocol.agenda import BodyKind, Disposal, Strength
from dialog.protocol.commands import Locks
from dialog.protocol.message import Event
from dialog.protocol.work_commands import (
    Carried,
    Disposition,
    DocumentKind,
    Fate,
    FrameAnswer,
    GoalField,
    StoredFile,
    ThemeSuggestion,
    Verdict,
    VersionOf,
)


class ReasonGiven(Event):
    """Why: the words belong to what the same wish has changed."""


# ── themes ──


class ThemeMade(Event):
    """`groups`: those it was confirmed from. Words: its title."""

    theme: int
    area: str | None
    groups: list[int] = []


class ThemeGone(Event):
    """`into`: the theme that took what it held."""

    theme: int
    into: int | None = None


class ThemeBack(Event):
    """It stands again, empty, with all else that was its own."""

    theme: int


class ContributionsThemed(Event):
    """They stand in `theme`; None: in none."""

    contributions: list[int]
    theme: int | None


class ThemeNamed(Event):
    theme: int


class ThemeNoted(Event):
    theme: int


class ThemeMoved(Event):
    theme: int
    area: str | None


class ThemeLocked(Event):
    theme: int
    locks: Locks


class ThemeCarried(Event):
    """`by`, `at`: whose word it was and when (ms since 1970), if not this entry's (an undone
    change)."""

    theme: int
    carried: Carried
    kind: str
    by: str = ""
    at: int | None = None


class ThemeLinked(Event):
    theme: int
    goal: int
    strength: Strength | None


class ThemeAnchored(Event):
    theme: int
    anchor: str
    linked: bool


class ContributionReferred(Event):
    contribution: int
    theme: int
    linked: bool


class ThemesSuggested(Event):
    """The machine's."""

    upto: int
    model: str
    suggestions: list[ThemeSuggestion]


# ── dispositions and reading ──


class DispositionSet(Event):
    """Words: the reason, if there is one."""

    themes: list[int]
    contributions: list[int]
    disposition: Disposition | None


class ReadingDealt(Event):
    readers: int


class ContributionRead(Event):
    """Words: the note. `read_at`: when, in ms since 1970, if not now (an undone change)."""

    contribution: int
    reader: int
    verdict: Verdict | None
    read_at: int | None = None


# ── goals ──


class GoalDrafted(Event):
    """Words: its text."""

    goal: int
    area: str


class GoalDropped(Event):
    goal: int


class GoalBack(Event):
    goal: int


class GoalWritten(Event):
    goal: int
    field: GoalField


class GoalMoved(Event):
    goal: int
    area: str


class GoalCited(Event):
    goal: int
    themes: list[int]
    contributions: list[int]
    cited: bool


class GoalLinked(Event):
    goal: int
    global_goal: int
    strength: Strength | None


class GoalAnchored(Event):
    goal: int
    anchor: str
    linked: bool


class TargetGroupAffected(Event):
    goal: int
    target_group: str
    affected: bool


class FrameAnswered(Event):
    """Words: the comment. `answer` None: not answered (an undone first answer)."""

    goal: int
    frame: str
    answer: FrameAnswer | None


class DirectiveGiven(Event):
    directive: int
    goal: int
    body: str


class DirectiveDropped(Event):
    directive: int


class PreviousGoalSettled(Event):
    """Words: the reason."""

    previous: str
    fate: Fate | None
    goal: int | None


class CommitteeGoalRecorded(Event):
    committee_goal: int
    goal: int
    body: str


class CommitteeGoalDropped(Event):
    committee_goal: int


# ── the process ──


class AreaLinked(Event):
    """`unsaid`: people have said nothing (an undone first word); the dialogue's file holds."""

    area: str
    goal: int
    strength: Strength | None
    unsaid: bool = False


class GapsAcknowledged(Event):
    """Words: the reason."""

    goals: list[int]


class StageEntered(Event):
    """Words: the reason, if it is a way back. `entered`, where a change is undone: when each stage
    was last entered, as it was before.
    """

    stage: str | None
    entered: dict[str, int] | None = None


class BodyAdded(Event):
    """Words: its name."""

    body: str
    kind: BodyKind


class BodyRemoved(Event):
    """An undone addition."""

    body: str


class CommissionGiven(Event):
    """Words: what is to be done."""

    commission: int
    body: str
    due: str


class CommissionWithdrawn(Event):
    """An undone commission."""

    commission: int


class CommissionFinished(Event):
    commission: int
    done: bool


class BodyInvited(Event):
    body: str
    invited: bool


class InputRecorded(Event):
    """Words: what was contributed."""

    input: int
    body: str


class InputWithdrawn(Event):
    """An undone record."""

    input: int


class TextWritten(Event):
    document: DocumentKind
    field: str
    session: str = ""


class VersionFrozen(Event):
    """The dialogue as it was at `upto`. It is not changed or taken back by anything."""

    version: int
    of: VersionOf
    sessions: list[str]
    upto: int
    log_hash: str


class FilesStored(Event):
    version: int
    files: list[StoredFile]


class SentTopic(Struct):
    """One topic, with the theme whose title it has."""

    id: str
    area: str | None
    kind: str
    theme: int
    political: bool


class TopicsSentOut(Event):
    """What version `version` carried forward: the topics are called as their themes were then."""

    version: int
    topics: list[SentTopic]


class FeedbackPublished(Event):
    version: int


class Dispatched(Event):
    dispatch: int
    version: int
    document: DocumentKind
    recipients: list[str]


class Disposed(Event):
    """By one rule of one disposal. What it was, the log no longer knows: only how many. `protocol`:
    SHA-256 of the signed protocol."""

    disposal: int
    rule: Disposal
    sessions: list[str]
    n: int
    list_hash: str
    protocol: str


class SessionTakenIn(Event):
    """A session that was held elsewhere stands in the log: `n` entries, from seq `first` on, and in
    them so many contributions. `begun`: from its opening on; else what came to it later there.

    `log_hash`: of the log they were taken from, as it was at `upto` there.
    """

    session: str
    begun: bool
    first: int
    n: int
    contributions: int
    upto: int
    log_hash: str


WorkEvent = (
    ReasonGiven
    | ThemeMade
    | ThemeGone
    | ThemeBack
    | ContributionsThemed
    | ThemeNamed
    | ThemeNoted
    | ThemeMoved
    | ThemeLocked
    | ThemeCarried
    | ThemeLinked
    | ThemeAnchored
    | ContributionReferred
    | ThemesSuggested
    | DispositionSet
    | ReadingDealt
    | ContributionRead
    | GoalDrafted
    | GoalDropped
    | GoalBack
    | GoalWritten
    | GoalMoved
    | GoalCited
    | GoalLinked
    | GoalAnchored
    | TargetGroupAffected
    | FrameAnswered
    | DirectiveGiven
    | DirectiveDropped
    | PreviousGoalSettled
    | CommitteeGoalRecorded
    | CommitteeGoalDropped
    | AreaLinked
    | GapsAcknowledged
    | StageEntered
    | BodyAdded
    | BodyRemoved
    | CommissionGiven
    | CommissionWithdrawn
    | CommissionFinished
    | BodyInvited
    | InputRecorded
    | InputWithdrawn
    | TextWritten
    | VersionFrozen
    | FilesStored
    | TopicsSentOut
    | FeedbackPublished
    | Dispatched
    | Disposed
    | SessionTakenIn
)
