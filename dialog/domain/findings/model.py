"""What is found. `None` where a number may not be shown (small cells, public edition).

People = distinct participants of a session; `behind` = people whom tables and paper slips speak
for, shown apart. Sources are contributions, by their number in the dialogue.
"""

from typing import Literal

from msgspec import Struct

from dialog.protocol.agenda import Level, Strength, Text, WhatNext
from dialog.protocol.records import Standing, Translated
from dialog.protocol.work_commands import Disposition, VersionOf
from dialog.protocol.work_records import GoalDraft, Process, Settled, WorkChange, WrittenText

Edition = Literal["internal", "public"]


class Scope(Struct, frozen=True):
    """`sessions` empty: all. The public edition holds nothing from closed sessions but sums, and
    no contribution that is hidden, withdrawn or held; of a part of the sessions nothing by target
    group."""

    sessions: tuple[str, ...] = ()
    edition: Edition = "internal"


class SessionFacts(Struct):
    session: str
    title: Text
    type: str
    date: str
    place: Text
    purpose: Text
    level: Level
    closed: bool
    people: int
    behind: int
    contributions: int
    question: Text = ""
    can_influence: list[Text] = []
    decided: list[Text] = []
    next: list[WhatNext] = []


class Numbers(Struct):
    """`received` = visible + held + hidden + withdrawn. `moderation`: reason -> hidden for it."""

    received: int
    visible: int
    held: int
    hidden: int
    withdrawn: int
    people: int
    behind: int
    by_kind: dict[str, int]
    by_channel: dict[str, int]
    by_language: dict[str, int]
    moderation: dict[str, int]
    read: int
    """Contributions that a person has marked as read."""
    in_themes: int
    single: int


class TargetGroupFacts(Struct):
    """Plan and outcome of one target group. In public `behind` is always 0."""

    id: str
    name: Text
    resident: bool
    expected: int
    people: int | None
    contributions: int | None
    behind: int = 0


class MatrixCell(Struct):
    """`words`: terms that stand out for this target group here; `sources`: its contributions."""

    people: int | None
    contributions: int | None
    words: list[str] = []
    sources: list[int] = []


class MatrixRow(Struct):
    """A theme or a topic, over target groups. `cells` has those with anything, by target group.
    `total`: of residents; `apart`: of those who are not residents (elected, staff).
    `unique_to`: the only target group with contributions here, with at least five
    people behind.
    """

    of: Literal["theme", "topic"]
    id: str
    title: str
    area: str | None
    cells: dict[str, MatrixCell]
    total: MatrixCell
    apart: MatrixCell
    agree: list[str] = []
    """Terms that at least two target groups of residents share here (in public: at least five
    people of each)."""
    unique_to: str | None = None


class Matrix(Struct):
    """`suppressed`: some cells are not shown; which ones, the public edition does not tell."""

    rows: list[MatrixRow]
    target_groups: list[str]
    suppressed: bool = False


class DotsColumn(Struct):
    """One target group, or several that are told together because they are few. `resident` None:
    residents and others among them."""

    target_groups: list[str]
    resident: bool | None


class DotsRow(Struct):
    """How many dots lie there, and in the order of the columns from whom. `cells` None: not told,
    since it is, or would give away, a number with fewer than five people behind it.
    `of`: everything; a goal area; a theme, or what stands in none, by the room's groups and last as
    single voices.
    """

    of: Literal["all", "area", "theme", "group", "alone"]
    id: str
    title: str
    area: str | None
    dots: int
    cells: list[int] | None = None


class DotsFacts(Struct):
    """How the dots of one step lie by target group: a temperature check and no vote. Only once they
    are revealed, and in no public edition. `people`: how many have placed any.
    """

    session: str
    step: str
    title: Text
    people: int
    columns: list[DotsColumn]
    rows: list[DotsRow]
    suppressed: bool


class ThemeFacts(Struct):
    """A theme in scope. `number`: its number in the documents, T1.1, F1.2, N1.3 and so on.
    `typical`: sources that stand for it best."""

    theme: int
    number: str
    area: str | None
    title: str
    kind: str
    carried: str
    contributions: int
    people: int
    behind: int
    sources: list[int]
    typical: list[int]
    linked: dict[int, Strength]
    anchors: list[str]
    disposition: Disposition | None
    disposition_reason: str
    note: str
    dots: int = 0
    by_kind: dict[str, int] = {}
    goals: list[int] = []
    spread: int | None = None
    """From how many target groups of residents; in public it is not told."""
    carried_by: str = ""
    carried_at: int | None = None
    """Who said last that it is carried forward, as a role, and when (ms). Not in public."""


class TopicFacts(Struct):
    """A topic that was asked about, and what was answered to it."""

    topic: str
    text: Text
    kind: str
    area: str | None
    political: bool
    theme: int | None
    """The theme it was sent out from."""
    sources: list[int]
    people: int


class AreaFacts(Struct):
    """A goal area (None: across all), in the decided order. `themes`: first those that most target
    groups of residents speak of, so that a large group does not drown a small one; in public the
    largest first, since the order would tell of small groups. Their numbers follow the size.
    """

    area: str | None
    name: Text
    number: int
    contributions: int
    people: int
    themes: list[ThemeFacts]
    topics: list[TopicFacts]
    single: list[int]
    """Contributions in no theme: single voices not to lose."""


class ContributionFacts(Struct):
    """One source. `target_group`: "" where the edition leaves it out. `text`: "" of what is not
    visible."""

    contribution: int
    session: str
    text: str
    language: str
    kind: str
    area: str | None
    written_area: str | None
    topic: str | None
    target_group: str
    channel: str
    standing: Standing
    reason: str
    people: int
    slip: int
    theme: int | None
    also: list[int]
    disposition: Disposition | None
    disposition_reason: str
    read: bool
    goals: list[int]
    at: int
    """ms since 1970, rounded down to the minute."""
    translations: list[Translated] = []
    """Of what is visible."""


class GoalCoverage(Struct):
    """One of the 17. Layers: `assigned` area -> strength; `carried` themes; `voiced` people, posts
    and target groups behind confirmed links; `suggested` themes that the machine hints at, with the
    words. `gaps`: catalogue keys `gap.<key>` of what is lacking.
    """

    goal: int
    assigned: dict[str, Strength]
    carried: list[int]
    themes: list[int]
    people: int
    contributions: int
    target_groups: int | None
    voiced_by_area: dict[str, int] = {}
    suggested: dict[int, list[str]] = {}
    in_goals: list[int] = []
    gaps: list[str] = []


class AnchorCoverage(Struct):
    anchor: str
    text: str
    themes: list[int]
    goals: list[int]


class Coverage(Struct):
    """In three parts (S-16). All 17 are always there."""

    global_goals: list[GoalCoverage]
    target_groups: list[TargetGroupFacts]
    anchors: list[AnchorCoverage]


class Decided(Struct):
    """Sums of dispositions over all received: they add up to `Numbers.received`."""

    undecided: int
    by_kind: dict[str, int]
    by_recipient: dict[str, int]


class BodyFacts(Struct):
    id: str
    name: str
    kind: str


class Moderated(Struct):
    """A line of the moderation log. `at`: ms, rounded down to the minute. `contribution` None: it
    is about all of the session. `reason`: why it was hidden; what looked like personal data; or
    the value that was set. `device`: tells one moderator's device from another's; 0: it is not
    written down. `persons`: 1, the first who finds it an insult; 2, another has agreed, or not; 0:
    no second person was needed.
    """

    seq: int
    at: int
    role: str
    session: str
    act: str
    contribution: int | None = None
    reason: str = ""
    device: int = 0
    persons: int = 0


class Findings(Struct):
    """Everything, for one scope at one seq. `version` None: not frozen."""

    dialogue: str
    municipality: str
    record_number: str
    title: Text
    rehearsal: bool
    scope: Scope
    seq: int
    at: int
    """ms, rounded down to the minute: when the last entry was written."""
    version: int | None
    of: VersionOf | None
    log_hash: str
    sessions: list[SessionFacts]
    numbers: Numbers
    target_groups: list[TargetGroupFacts]
    areas: list[AreaFacts]
    matrix: Matrix
    coverage: Coverage
    decided: Decided
    contributions: dict[int, ContributionFacts]
    goals: list[GoalDraft]
    previous: list[Settled]
    process: Process
    texts: list[WrittenText]
    bodies: list[BodyFacts]
    changes: list[WorkChange]
    """The change log, oldest first."""
    runs: list[dict[str, str | int | float]] = []
    """How the machine grouped: session, area, model, parameters, seed."""
    evaluation: dict[str, list[int]] = {}
    hall_groups: list[dict[str, str | int | list[int] | None]] = []
    """The room's grouping at the end of each session: session, area, title, contributions; what the
    presidium's themes are compared with."""
    moderation: list[Moderated] = []
    """The moderation log, where somebody has added it: it is worked out from the log's entries."""
    dots: list[DotsFacts] = []
    """Step by step and never summed up: less one, the sum would tell of the others."""
    lineage: dict[int, int | None] = {}
    """Themes that stand no more -> the theme that took what they held, if one did."""


# ── what has become of something ──────────────────────────────────────────────────────────────

PartFate = Literal["new", "gone", "renamed", "moved", "merged", "split", "changed"]


class PartBefore(Struct):
    """A theme, or a group of the room, as it was. `to`: theme (0: none) -> contributions of it
    that stand there now. `into`: the theme it was merged into, if it was. `fates`: none where it
    is as it was.
    """

    part: int
    area: str | None
    title: str
    contributions: int
    to: dict[int, int]
    fates: list[PartFate]
    into: int | None = None
    session: str = ""


class PartNow(Struct):
    """A theme as it is. `came_from`: part (0: none) -> its contributions that stood there. `was`:
    the part that it is the same as; `was_title`, `was_area`: what that was called and where it
    stood, if it has changed. `reasons`: what the change log says of it in between.
    """

    theme: int
    number: str
    area: str | None
    title: str
    contributions: int
    came_from: dict[int, int]
    fates: list[PartFate]
    was: int | None = None
    was_title: str = ""
    was_area: str | None = None
    reasons: list[WorkChange] = []


class Move(Struct):
    """A contribution that stands elsewhere. None: in no theme. `new`: it was not there before.
    Beside the room's grouping, `was` is a group, and one that became the theme is no move.
    """

    contribution: int
    was: int | None
    now: int | None
    new: bool = False


class Redecided(Struct):
    """Another disposition holds for a contribution."""

    contribution: int
    was: Disposition | None
    now: Disposition | None
    reason: str = ""


class CarriedChange(Struct):
    """A theme that is carried forward otherwise than it was ("": not)."""

    theme: int
    was: str
    now: str


class Difference(Struct):
    """What has changed between two states of one scope. `what`: two versions (0: as it stands), or
    the room's grouping at the end of the evening and the themes. `before`, `after`: versions or 0.
    """

    what: Literal["versions", "hall"]
    before: int
    after: int
    before_seq: int
    after_seq: int
    was: list[PartBefore]
    now: list[PartNow]
    moves: list[Move] = []
    decided: list[Redecided] = []
    carried: list[CarriedChange] = []
    changes: list[WorkChange] = []
    """All that the change log has in between, oldest first."""
