"""The presidium's work on a dialogue as it stands: themes, dispositions, goals, the process."""

from collections import Counter
from dataclasses import dataclass, field

from dialog.domain.facts import Fact
from dialog.protocol.agenda import Body, Disposal, Strength
from dialog.protocol.commands import Locks
from dialog.protocol.work_commands import (
    Carried,
    Disposition,
    Fate,
    FrameAnswer,
    GoalField,
    StoredFile,
    ThemeSuggestion,
    Verdict,
    VersionOf,
)
from dialog.protocol.work_events import SentTopic
from dialog.protocol.work_records import WorkChange


@dataclass(slots=True)
class ThemeState:
    """A theme. `members` stand in it; `also` refer to it and are counted nowhere."""

    id: int
    area: str | None
    title: str
    groups: list[int] = field(default_factory=list)
    members: dict[int, None] = field(default_factory=dict)
    also: dict[int, None] = field(default_factory=dict)
    note: str = ""
    locks: Locks = Locks()
    carried: Carried = ""
    carried_by: str = ""
    carried_at: int | None = None
    kind: str = "keyword"
    linked: dict[int, Strength] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    disposition: Disposition | None = None
    reason: str = ""
    topic: str | None = None
    """The id of the topic it has been sent out as."""
    merged_into: int | None = None
    gave: list[int] = field(default_factory=list)
    """The groups that the theme it was merged into did not have before."""
    made_at: int = 0


@dataclass(slots=True)
class Place:
    """What people have said about one contribution. Those without have nothing said of them."""

    theme: int | None = None
    also: set[int] = field(default_factory=set)
    disposition: Disposition | None = None
    reason: str = ""
    verdict: Verdict | None = None
    reader: int = 0
    note: str = ""
    read_at: int = 0
    """ms since 1970."""
    suggestion: ThemeSuggestion | None = None
    left: Counter[int] = field(default_factory=Counter)
    """How often people have taken it out of a theme, those undone not counted: the machine does not
    suggest it there again."""


NOTHING_SAID = Place()
"""To look at, and never to change."""


@dataclass(slots=True)
class FrameReplyState:
    answer: FrameAnswer
    comment: str = ""


@dataclass(slots=True)
class GoalState:
    """A draft of a goal formulation."""

    id: int
    area: str
    texts: dict[GoalField, str] = field(default_factory=dict)
    themes: dict[int, None] = field(default_factory=dict)
    contributions: dict[int, None] = field(default_factory=dict)
    linked: dict[int, Strength] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    target_groups: set[str] = field(default_factory=set)
    frames: dict[str, FrameReplyState] = field(default_factory=dict)
    dropped: bool = False
    rev: int = 0
    """The seq at which anything of it was last changed."""


@dataclass(slots=True)
class ForBody:
    """A directive or a committee's own goal: what `body` is to do, or wants, about `goal`."""

    id: int
    goal: int
    body: str
    text: str
    dropped: bool = False


@dataclass(slots=True)
class CommissionState:
    id: int
    body: str
    text: str
    due: str
    given_at: int
    done: bool = False
    withdrawn: bool = False


@dataclass(slots=True)
class InputState:
    id: int
    body: str
    text: str
    at: int
    withdrawn: bool = False


@dataclass(slots=True)
class DispatchState:
    id: int
    version: int
    document: str
    recipients: list[str]
    at: int
    how: str = ""


@dataclass(slots=True)
class DisposalState:
    """What has gone by one rule of a disposal."""

    disposal: int
    rule: Disposal
    sessions: list[str]
    n: int
    at: int
    protocol: str


@dataclass(slots=True)
class Outcome:
    """What had been decided of a contribution, and why."""

    disposition: Disposition
    reason: str


@dataclass(slots=True)
class CarriedTheme:
    """What a theme that is carried forward was when a version was frozen."""

    theme: int
    area: str | None
    title: str
    kind: str
    political: bool


@dataclass(slots=True)
class VersionState:
    """A frozen version. Its content is the fold of the log up to and with `upto`."""

    version: int
    of: VersionOf
    sessions: list[str]
    upto: int
    log_hash: str
    at: int
    actor: str
    why: str = ""
    carried: list[CarriedTheme] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    sent_out: bool = False
    published: bool = False
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """Contribution -> what it said of it; of a result or of goals only."""
    goals: dict[int, str] = field(default_factory=dict)
    """Goal -> its words, in the same."""


@dataclass(slots=True)
class SettledState:
    fate: Fate
    goal: int | None
    reason: str


@dataclass(slots=True)
class UndoableWork:
    """What one wish changed, mark by mark: the stamp each had `before`; and `after`, the stamps of
    these, of what they are parts of and of all their parts. `quiet`: it is no line of the log.
    """

    change: WorkChange
    before: dict[str, int]
    after: dict[str, int]
    undo: list[Fact]
    quiet: bool = False


@dataclass(slots=True)
class Work:
    """All of it. Ids are running numbers from 1, never used twice.

    A mark names one changeable thing (`theme/3/title`, `disposition/17`). `stamps`: mark -> the seq
    of the change that its present value comes from: undoing sets it back. `changed`: mark -> (seq,
    actor, words) of the last change, undoing included, which only grows; seq is where the whole
    wish began. `parts`: what has parts -> the marks of them that have been written.
    """

    themes: dict[int, ThemeState] = field(default_factory=dict)
    gone: dict[int, ThemeState] = field(default_factory=dict)
    last_theme: int = 0
    places: dict[int, Place] = field(default_factory=dict)
    suggested_to: dict[int, dict[int, None]] = field(default_factory=dict)
    """Theme -> the contributions whose `suggestion` it is."""
    readers: int = 1
    goals: dict[int, GoalState] = field(default_factory=dict)
    directives: dict[int, ForBody] = field(default_factory=dict)
    committee_goals: dict[int, ForBody] = field(default_factory=dict)
    previous: dict[str, SettledState] = field(default_factory=dict)
    area_goals: dict[tuple[str, int], Strength | None] = field(default_factory=dict)
    """What people have said; where they have said nothing, the dialogue's file holds."""
    acknowledged: list[int] = field(default_factory=list)
    stage: str | None = None
    entered: dict[str, int] = field(default_factory=dict)
    """Stage -> when it was last entered, ms since 1970."""
    bodies: dict[str, Body] = field(default_factory=dict)
    """Those that were added to the file's."""
    gone_bodies: dict[str, Body] = field(default_factory=dict)
    """Undone additions: something may name them."""
    commissions: dict[int, CommissionState] = field(default_factory=dict)
    invited: dict[str, None] = field(default_factory=dict)
    inputs: dict[int, InputState] = field(default_factory=dict)
    texts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(document, field, session) -> words."""
    versions: dict[int, VersionState] = field(default_factory=dict)
    dispatches: dict[int, DispatchState] = field(default_factory=dict)
    disposals: list[DisposalState] = field(default_factory=list)
    sent: dict[str, SentTopic] = field(default_factory=dict)
    """Topic -> the theme it came from and more: every one ever sent out."""
    asked_now: list[str] = field(default_factory=list)
    """The topics that were last sent out, in order: what the next sessions ask."""
    published: int = 0
    """The version whose feedback page everyone sees; 0: none."""
    last_ids: Counter[str] = field(default_factory=Counter)
    """Kind (goal, directive, …) -> the last number given."""
    stamps: dict[str, int] = field(default_factory=dict)
    changed: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    parts: dict[str, dict[str, None]] = field(default_factory=dict)
    changes: list[UndoableWork] = field(default_factory=list)
    log: list[WorkChange] = field(default_factory=list)
    """Every change there has been, in order."""
    undoing: UndoableWork | None = None
    line: WorkChange | None = None
    """Of the wish whose entries are being applied; None if it has none."""

    def place(self, contribution: int) -> Place:
        """To look at."""
        return self.places.get(contribution, NOTHING_SAID)

    def disposition_of(self, contribution: int) -> Disposition | None:
        """What holds for it: its own, else its theme's."""
        place = self.place(contribution)
        if place.disposition is not None or place.theme is None:
            return place.disposition
        return self.themes[place.theme].disposition
