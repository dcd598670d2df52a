"""Records: what a screen is drawn from. Whole values under keys such as `group/3`.

Which audience gets which record is decided in `domain/views.py`. `Text` values hold every
language there is; the page picks. Nothing here says who wrote what.
"""

from typing import Literal

from msgspec import Struct

from dialog.protocol.agenda import (
    Access,
    Channel,
    EvaluationQuestion,
    Kind,
    Level,
    Moderation,
    Text,
    WhatNext,
)
from dialog.protocol.commands import Fallback, Locks, TranslatedBy
from dialog.protocol.message import Record
from dialog.protocol.work_commands import DispositionKind

Standing = Literal["held", "visible", "hidden", "withdrawn"]


class AreaName(Struct):
    """`number` is its place in the decided order, from 1; it also chooses colour and pattern."""

    id: str
    number: int
    name: Text
    short: Text


class GroupName(Struct):
    id: str
    name: Text


class Meeting(Record):
    """Key `meeting`. What stays the same through the evening. All audiences."""

    session: str
    title: Text
    municipality: str
    record_number: str
    room: str
    question: Text
    purpose: Text
    level: Level
    can_influence: list[Text]
    decided: list[Text]
    rules: list[Text]
    next: list[WhatNext]
    results_url: str
    results_date: str
    contact: str
    code: str
    place: Text
    areas: list[AreaName]
    target_groups: list[GroupName]
    text_limit: int
    access: Access
    rehearsal: bool = False
    feedback: str = ""
    """Where the dialogue's feedback page is, on this server."""
    self_paced: bool = False
    """People answer for days, each on their own and in their own order."""


class TopicName(Struct):
    id: str
    kind: Literal["keyword", "question"]
    text: Text
    example: bool = False


class Stage(Record):
    """Key `stage`. What is going on just now. All audiences.

    `step` is None in the lobby. `open`: contributions may be begun, in table talk by tables alone.
    `takes`: the kinds of contribution this step takes. `held`: new contributions wait for a
    moderator.
    """

    step: str | None
    kind: str
    number: int
    total: int
    title: Text
    prompt: Text
    area: str | None = None
    takes: list[Kind] = []
    topics: list[TopicName] = []
    open: bool = False
    held: bool = False
    others_shown: bool = False
    dots: int = 0
    dots_revealed: bool = False
    questions: list[EvaluationQuestion] = []
    until: str = ""
    paused: bool = False
    blank: bool = False
    ended: bool = False
    closes_at: int | None = None
    slow: int = 0


class Timer(Record):
    """Key `timer`. Absent when no timer runs. All audiences."""

    ends_at: int


class Counts(Record):
    """Key `counts`. All audiences; by target group only where it may be shown.

    `people` are distinct participants who joined; `authors` those who have written.
    """

    people: int
    authors: int
    contributions: int
    held: int
    by_area: dict[str, int]
    by_target_group: dict[str, int] = {}
    people_by_target_group: dict[str, int] = {}
    behind: int = 0
    """People whom tables and paper slips declared to stand behind their words."""
    hidden_by_reason: dict[str, int] = {}
    """Why contributions are hidden just now, by staff. Public."""


class Translated(Struct):
    """A translation beside a contribution, and who made it. `language`: of the translation."""

    language: str
    text: str
    by: TranslatedBy


class Quote(Struct, omit_defaults=True):
    """A visible contribution's words. `times`: how many nearly equal ones it stands for there,
    itself included. `dots`: those on all of them, for a single voice, where a group's are told.
    """

    contribution: int
    text: str
    language: str
    times: int = 1
    translation: Translated | None = None
    dots: int | None = None


class Wall(Record):
    """Key `wall/<area>` (`wall/` for no area): what has come in, newest first; near duplicates as
    one, with the first one's words. Projector. `people`: 0 where some came from no phone.
    """

    area: str | None
    contributions: int
    people: int
    latest: list[Quote]


class GlobalGoal(Struct, omit_defaults=True):
    """A global goal that a group may be about, the words that say so, whether a person agrees."""

    goal: int
    words: list[str]
    confirmed: bool = False


class Stressed(Struct):
    """Words that set a target group's contributions in a group apart. However few they are."""

    target_group: str
    words: list[str]


class Group(Record):
    """Key `group/<n>`: a group of contributions. Projector, console, board; phones when shown.

    `place`: its slot in the area, from 0, for as long as it lives. `title` and `terms` are words
    from visible contributions, unless `named`: then the title is a person's. `stands_for`: the
    contribution that takes this group's dots. `dots` only when revealed (staff: always).
    `goals`, `locks`: staff. `stressed`: board. `people`: to the public 0 where some came from no
    phone.
    """

    group: int
    area: str | None
    place: int
    title: str
    terms: list[str]
    quotes: list[Quote]
    people: int
    contributions: int
    sure: float
    language: str
    stands_for: int | None = None
    fits: int = 0
    missing: int = 0
    dots: int | None = None
    kind: Kind | None = None
    named: bool = False
    locks: Locks = Locks()
    goals: list[GlobalGoal] = []
    stressed: list[Stressed] = []


class Voices(Record):
    """Key `voices/<area>`: single voices, in no group. Projector, console, and phones when shown.

    `waiting` counts those that no run has looked at yet.
    """

    area: str | None
    voices: list[Quote]
    waiting: int = 0


class Grouping(Record):
    """Key `grouping/<area>`: who groups the area, and how far. Projector, console, board.

    `model` is "" before the first run; `fallback` why it is not the wanted one. `waiting`: visible
    contributions that no run has looked at yet. The rest is for the board: `most` groups as people
    have said (None: `default_most`, the machine's own choice), kinds `apart` or together.
    """

    area: str | None
    model: str
    waiting: int
    fallback: Fallback = ""
    most: int | None = None
    default_most: int | None = None
    apart: bool = False
    groups: int = 0
    singles: int = 0
    upto: int = 0


class Other(Record):
    """Key `other/<contribution>`: what someone wrote in this step. Phones, when shown."""

    contribution: int
    kind: Kind
    text: str
    language: str
    topic: str | None = None
    translation: Translated | None = None


class GroupDifference(Struct):
    """What one target group stresses: terms that set it apart. At least five people."""

    target_group: str
    people: int
    contributions: int
    terms: list[str]


class Differences(Record):
    """Key `differences/<area>`: how target groups differ. Shown in the target groups step.

    `unshown`: some groups are too small to be shown.
    """

    area: str | None
    groups: list[GroupDifference]
    unshown: bool = False


class EvaluationResult(Record):
    """Key `evaluation`: answers per option, once at least five people have answered."""

    answers: dict[str, list[int]]


# ── console only ──────────────────────────────────────────────────────────────────────────────


class RunStep(Struct):
    """One line of the run-of-show. `takes`, `topics`, `area`: where a paper slip may go."""

    step: str
    kind: str
    title: Text
    minutes: float
    say: Text
    contributions: int
    done: bool = False
    takes: list[Kind] = []
    topics: list[TopicName] = []
    area: str | None = None


class RunOfShow(Record):
    """Key `run`. Console."""

    steps: list[RunStep]


class Settings(Record):
    """Key `settings`. Console."""

    moderation: Moderation
    code_expires: int
    untranslated: dict[str, list[str]]
    """Language -> the places in the definition that will be shown in Swedish."""
    joining: bool = True
    entry: Literal["code", "personal"] = "code"
    window: bool = False
    past_closing: str = ""
    """When the file says that the window closes, where that had passed when it was opened."""


class Slip(Struct):
    """A contribution as staff see it."""

    contribution: int
    text: str
    kind: Kind
    area: str | None
    topic: str | None
    target_group: str
    channel: Channel
    language: str
    standing: Standing
    at: int
    step: str
    flags: list[str] = []
    reason: str = ""
    late: bool = False
    slip: int = 0
    people: int = 1
    table: str = ""
    seq: int = 0
    """Where in the log it was entered, for those that staff have."""
    original: str = ""
    """All of it, where parts are masked."""
    masks: list[tuple[int, int]] = []
    """The characters of the original that are."""
    asserted_by: str = ""
    """The seat that finds it an insult: somebody else has to agree."""
    taken_by: str = ""
    taken_until: int = 0
    same_phone: int = 0
    """How many others the same phone has written."""
    held_back: bool = False
    unread: bool = False
    """Nobody on duty reads its language."""
    translations: list[Translated] = []
    withheld: bool = False
    """It is not visible, and its words are for those who moderate."""


class Queue(Record):
    """Key `queue`: held contributions, oldest first, a screenful or two. Console; the presidium has
    the numbers only, and `oldest_at` to the minute. `on_duty`: how many read; `unread`: how many of
    the held nobody of them can read.
    """

    held: int
    oldest_at: int | None
    slips: list[Slip]
    on_duty: int = 0
    unread: int = 0


class PaperSlips(Record):
    """Key `paper`: what staff have entered from paper and tables, newest first. Scribe, console."""

    slips: list[Slip]


class Recent(Record):
    """Key `recent`: the latest that are not held, newest first. Console, presidium."""

    slips: list[Slip]


class Hidden(Record):
    """Key `hidden`: hidden contributions, newest first. Console, presidium."""

    slips: list[Slip]


class Change(Struct):
    """Something staff did that can be undone. `words`: catalogue key `change.<words>`.

    `by_undo`: it came about by undoing; undoing it does the first thing again.
    """

    seq: int
    words: str
    params: dict[str, str | int | bool | None]
    at: int
    actor: str
    by_undo: bool = False


class Changes(Record):
    """Key `changes`: newest first. Console; on the board those that concern groups."""

    changes: list[Change]


# ── board only ────────────────────────────────────────────────────────────────────────────────


class Contribution(Record):
    """Key `contribution/<n>`: a visible contribution, where it stands and why. Board.

    `group` None: a single voice (`waiting`: not yet looked at). `pinned`: a person has put it
    there. `near`, `shared` and `sure` are the machine's reason: the nearest contributions of its
    group, the words of its own that it shares with them; none where a person has placed it.
    """

    contribution: int
    text: str
    kind: Kind
    area: str | None
    topic: str | None
    target_group: str
    language: str
    group: int | None = None
    waiting: bool = False
    pinned: bool = False
    kept_out: list[int] = []
    sure: float | None = None
    near: list[int] = []
    shared: list[str] = []
    translation: Translated | None = None


class ProposedMove(Struct):
    """`was` and `to`: a group, or None for none. A group that is new has a negative number."""

    contribution: int
    was: int | None
    to: int | None


class ProposedGroup(Struct):
    """A group before and after: visible contributions `had` and `has`. `group` < 0 if new."""

    group: int
    fate: Literal["new", "kept", "gone"]
    title: str
    had: int
    has: int
    kind: Kind | None = None


class Regrouping(Record):
    """Key `regrouping/<area>`: asked for and not yet applied or dropped. Board.

    `proposal` None: the machine is at work. Else what would happen if it were applied just now.
    """

    area: str | None
    most: int | None
    apart: bool
    proposal: int | None = None
    model: str = ""
    moves: list[ProposedMove] = []
    groups: list[ProposedGroup] = []


# ── one person's own ──────────────────────────────────────────────────────────────────────────


class OwnContribution(Struct):
    """`op` lets the phone recognise what it sent; `reason` is why it was hidden."""

    contribution: int
    op: str | None
    text: str
    kind: Kind
    area: str | None
    topic: str | None
    step: str
    standing: Standing
    reason: str = ""
    late: bool = False
    masked: bool = False
    people: int = 1
    language: str = ""


class ReceivedOutcome(Struct):
    """What has been decided of it, in the version frozen at `at` (ms since 1970). `goal`: the words
    of the goal it is used in. `reason`: why it is parked.
    """

    kind: DispositionKind
    at: int
    recipient: str = ""
    internal: str = ""
    goal: str = ""
    reason: str = ""


class Received(Struct):
    """What became of a contribution, for whoever holds its receipt.

    `theme`: the title of the theme it stands in just now; `also`: of those it also belongs to.
    `moved_to`: the goal area people have moved it to. `read`: a person has read it where it stands.
    `outcome`: None until a result has been frozen.
    """

    dialogue: str
    session: Text
    kind: Kind
    area: Text
    text: str
    language: str
    standing: Standing
    reason: str = ""
    theme: str = ""
    also: list[str] = []
    moved_to: Text = ""
    read: bool = False
    outcome: ReceivedOutcome | None = None


class ReceivedStage(Struct):
    """`date`: as planned. `entered_at`: when it began (ms since 1970), of the one it is in."""

    name: Text
    date: str
    entered_at: int = 0


class Progress(Struct):
    """How far a dialogue has come: the stage it is in, and those after it. `published`: its
    feedback page can be read.
    """

    title: Text
    stages: list[ReceivedStage]
    published: bool
    feedback_date: str = ""


class ReceiptAnswer(Struct):
    """`received`: in the order asked for, null where there is nothing. `dialogues`: those that they
    belong to.
    """

    received: list[Received | None]
    dialogues: dict[str, Progress]


class Own(Record):
    """Sent to one participant only, outside every ring."""

    target_group: str | None
    contributions: list[OwnContribution]
    dots: dict[int, int]
    answers: dict[int, str]
    evaluation: dict[str, int]
    table: str = ""
    """The table whose device this is; "" for a person's own phone."""


AnyRecord = (
    Meeting
    | Stage
    | Timer
    | Counts
    | Wall
    | Group
    | Voices
    | Other
    | Differences
    | EvaluationResult
    | RunOfShow
    | Settings
    | Queue
    | PaperSlips
    | Recent
    | Hidden
    | Changes
    | Grouping
    | Contribution
    | Regrouping
)
