"""Records of the workboard: the whole dialogue after the meetings. For staff only.

Keys are named in each docstring; `domain/work_views.py` draws them. `rev` is the seq at which a
thing was last changed: a page sends what it showed as `seen`.
"""

from msgspec import Struct

from dialog.protocol.agenda import (
    Anchor,
    AreaGoal,
    Body,
    Channel,
    DisposalOf,
    Frame,
    Guard,
    Kind,
    PreviousGoal,
    Strength,
    Text,
)
from dialog.protocol.commands import Locks
from dialog.protocol.message import Record
from dialog.protocol.records import AreaName, GlobalGoal, Quote, Standing, Translated
from dialog.protocol.work_commands import (
    Carried,
    Disposition,
    Fate,
    FrameAnswer,
    StoredFile,
    Verdict,
    VersionOf,
)


class WorkTargetGroup(Struct):
    id: str
    name: Text
    resident: bool
    expected: int


class WorkSession(Struct):
    """A session of the dialogue. `contributions`: all received."""

    session: str
    title: Text
    type: str
    date: str
    closed: bool
    ended: bool
    people: int
    contributions: int
    room: str = ""
    dots_revealed: bool = False
    """Of any of its steps: the findings say how they lie."""


class Matter(Record):
    """Key `matter`: what stays the same while people work."""

    dialogue: str
    title: Text
    municipality: str
    record_number: str
    rehearsal: bool
    areas: list[AreaName]
    target_groups: list[WorkTargetGroup]
    sessions: list[WorkSession]
    frames: list[Frame]
    bodies: list[Body]
    previous_goals: list[PreviousGoal]
    anchors: list[Anchor]
    vision: Text
    most_goals: int
    horizon: str
    fewest: int
    """Under this many people nothing public is broken down by target group."""


class WorkContribution(Record):
    """Key `contribution/<n>`: every one received, whatever its standing. `text` and `translations`:
    of what is visible; of the rest only that it is not, and why.

    `area`: its theme's, else its own. `disposition`: what holds for it; `own`: set on it alone.
    `group`: the machine's, in its session. `suggested`: the theme it might go to. `mixed`: people
    are more than one (a table).
    """

    contribution: int
    session: str
    text: str
    language: str
    kind: Kind
    area: str | None
    topic: str | None
    target_group: str
    channel: Channel
    standing: Standing
    people: int = 1
    reason: str = ""
    slip: int = 0
    own_area: str | None = None
    """The goal area it was written under, where its theme stands in another."""
    group: int | None = None
    theme: int | None = None
    also: list[int] = []
    suggested: int | None = None
    sure: float = 0.0
    disposition: Disposition | None = None
    own: bool = False
    disposition_reason: str = ""
    read: Verdict | None = None
    reader: int = 0
    note: str = ""
    goals: list[int] = []
    """The goal drafts that cite it, itself or through its theme."""
    rev: int = 0
    translations: list[Translated] = []


class WorkGroup(Record):
    """Key `group/<n>`: a machine's group with contributions that are in no theme yet: `members`.

    `sure`, `terms`, `goals`: as in `Group`. `theme`: the one it has been confirmed as, if any: what
    has come to it since.
    """

    group: int
    session: str
    area: str | None
    title: str
    terms: list[str]
    quotes: list[Quote]
    members: list[int]
    people: int
    sure: float
    language: str
    named: bool = False
    theme: int | None = None
    goals: list[GlobalGoal] = []


class Linked(Struct):
    """A global goal that people have confirmed. `words`: what spoke for it, if the machine did."""

    goal: int
    strength: Strength
    words: list[str] = []


class Theme(Record):
    """Key `theme/<n>`. Counts are of visible contributions; `unseen`: hidden or withdrawn ones.

    `typical`: the contributions that stand for it best. `suggested`: contributions the machine
    would put there. `hints`: global goals suggested and not confirmed. `topic`: the topic it has
    become. `by_target_group`: target group -> [people, contributions].
    """

    theme: int
    area: str | None
    title: str
    contributions: int
    people: int
    behind: int = 0
    """People whom tables and paper slips speak for; apart from `people`."""
    unseen: int = 0
    by_target_group: dict[str, list[int]] = {}
    typical: list[int] = []
    terms: list[str] = []
    suggested: list[int] = []
    note: str = ""
    locks: Locks = Locks()
    carried: Carried = ""
    kind: str = "keyword"
    linked: list[Linked] = []
    hints: list[GlobalGoal] = []
    anchors: list[str] = []
    disposition: Disposition | None = None
    disposition_reason: str = ""
    groups: list[int] = []
    dots: int = 0
    read: int = 0
    goals: list[int] = []
    topic: str | None = None
    rev: int = 0


class Sums(Record):
    """Key `sums`: they add up. `received` = visible + held + hidden + withdrawn = undecided +
    all of `decided`. `by_recipient`: body -> contributions handed over. `undecided_visible`: of the
    undecided, those people can see.
    """

    received: int
    visible: int
    held: int
    hidden: int
    withdrawn: int
    undecided: int
    undecided_visible: int
    decided: dict[str, int]
    by_recipient: dict[str, int]
    in_themes: int
    single: int
    read: int


class ReaderShare(Struct):
    """`next`: the contributions of this reader that are not read, in reading order, at most 50."""

    reader: int
    dealt: int
    read: int
    next: list[int]


class Reading(Record):
    """Key `reading`: what is to be read, split without overlap. `seconds`: expected for one, from
    how fast people have read so far."""

    readers: int
    shares: list[ReaderShare]
    total: int
    read: int
    seconds: float


class FrameReply(Struct):
    frame: str
    answer: FrameAnswer
    comment: str = ""


class Directive(Struct):
    directive: int
    body: str
    text: str


class CommitteeGoal(Struct):
    committee_goal: int
    body: str
    text: str


class GoalDraft(Record):
    """Key `goal/<n>`. `complete`: what is still missing is named in `missing`, as keys of the
    catalogue `goal.missing_<key>`; nothing is refused for it.
    """

    goal: int
    area: str
    text: str
    movement_from: str = ""
    movement_to: str = ""
    resources: str = ""
    maintenance: str = ""
    effect: str = ""
    horizon: str = ""
    themes: list[int] = []
    contributions: list[int] = []
    linked: list[Linked] = []
    anchors: list[str] = []
    target_groups: list[str] = []
    frames: list[FrameReply] = []
    directives: list[Directive] = []
    committee_goals: list[CommitteeGoal] = []
    missing: list[str] = []
    rev: int = 0


class Settled(Struct):
    previous: str
    fate: Fate
    goal: int | None = None
    reason: str = ""


class StageLine(Struct):
    """A stage of the process. `unmet`: guards that do not hold just now, with how many things
    stand in the way."""

    stage: str
    name: Text
    body: str
    date: str
    document: bool = False
    entered_at: int | None = None
    current: bool = False
    unmet: dict[Guard, int] = {}


class CommissionLine(Struct):
    commission: int
    body: str
    text: str
    due: str
    done: bool
    given_at: int


class InputLine(Struct):
    input: int
    body: str
    text: str
    at: int


class DispatchLine(Struct):
    dispatch: int
    version: int
    document: str
    recipients: list[str]
    at: int
    how: str = ""
    sha256: str = ""


class VersionLine(Struct):
    version: int
    of: VersionOf
    sessions: list[str]
    upto: int
    log_hash: str
    at: int
    actor: str
    files: list[StoredFile]
    sent_out: bool = False
    published: bool = False
    why: str = ""


class DisposalLine(Struct):
    """What has been disposed of by one rule, and the decision it went by."""

    disposal: int
    what: DisposalOf
    sessions: list[str]
    n: int
    at: int
    body: str
    date: str
    section: str
    protocol: str = ""


class Process(Record):
    """Key `process`. `invited`: bodies that were asked to contribute."""

    stages: list[StageLine]
    commissions: list[CommissionLine]
    invited: list[str]
    inputs: list[InputLine]
    dispatches: list[DispatchLine]
    versions: list[VersionLine]
    area_goals: list[AreaGoal]
    acknowledged: list[int]
    previous: list[Settled]
    disposals: list[DisposalLine] = []


class WrittenText(Struct):
    document: str
    field: str
    session: str
    text: str


class Texts(Record):
    """Key `texts`: what people have written for documents."""

    texts: list[WrittenText]


class WorkChange(Struct):
    """A line of the change log. `words`: catalogue key `work.<words>`; `undoable`: by `undo` with
    its `seq`. `by_undo`: it came about by undoing.
    """

    seq: int
    words: str
    params: dict[str, str | int | bool | None]
    at: int
    actor: str
    why: str = ""
    undoable: bool = False
    by_undo: bool = False


class WorkChanges(Record):
    """Key `changes`: the latest, newest first; all of them in the documents."""

    changes: list[WorkChange]


WorkRecord = (
    Matter
    | WorkContribution
    | WorkGroup
    | Theme
    | Sums
    | Reading
    | GoalDraft
    | Process
    | Texts
    | WorkChanges
)
