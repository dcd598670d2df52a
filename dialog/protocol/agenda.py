"""What a facilitator wrote beforehand: a dialogue, its sessions and their steps.

These are the types of the files in `sessions/`, and the definition that `SessionOpened` carries.
"""

import re
from collections.abc import Container
from itertools import chain, count
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

LANGUAGES = ("sv", "sv-easy", "en", "fi", "ar", "fa", "so")
"""The interface's languages. Contributions may be in any language there is."""

REVIEWED = ("sv", "sv-easy", "en")
"""Those that native speakers have read; the others are off until an installation turns them on."""

RIGHT_TO_LEFT = ("ar", "fa")

UNFILLED = "[FYLL I"
"""How a place to be filled in begins."""

TEXT_LIMIT = 500
"""Characters in one contribution, everywhere."""

FEWEST_PEOPLE = 5
"""Under this many people nothing public is broken down by target group."""

UNDISCLOSED = "undisclosed"
"""The target group of someone who would rather not say. Every dialogue has it."""

COMMITTEES = "committees"
"""Where the words of committees and companies are counted: apart, as nobody's target group."""

Text = str | dict[str, str]
"""Swedish, or a table of language -> words in which `sv` must be present."""

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=60)]
Kind = Literal["keyword", "question", "meaning"]
Access = Literal["public", "staff", "closed"]
Channel = Literal["live", "web", "paper", "table", "import", "committee"]
Moderation = Literal["hold-all", "hold-flagged", "show-all"]
Level = Literal["information", "consultation", "dialogue", "influence", "co-decision"]
SessionType = Literal["formal-meeting", "board-meeting", "citizen-dialogue", "web-window", "class"]


def kebab(name: str) -> str:
    """`PostContribution` -> `post-contribution`."""
    return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


def slug(name: str) -> str:
    """`Område 1!` -> `omrade-1`: what may stand as an id; "" if no letter of it may."""
    plain = name.lower().translate(str.maketrans("åäöéüæø", "aaoeuao"))
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")


def free(name: str, taken: Container[str]) -> str:
    """`name`, or with the first number from 2 that makes it new."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(it for it in names if it not in taken)


class Written(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something read from a file: a key nobody knows is a mistake, not a comment."""


class Area(Written):
    """A goal area, in the decided wording and order."""

    id: Slug
    name: Text
    short: Text


class Topic(Written):
    """A part of a goal area that the board sends out: a keyword or a question.

    `example`: stands until the board has sent out its own. `political`: one of the political
    keywords that the board has pointed out.
    """

    id: Slug
    kind: Literal["keyword", "question"]
    text: Text
    area: Slug | None = None
    example: bool = False
    political: bool = False


class TargetGroup(Written):
    """A perspective people may answer from. `resident=False`: reported apart from residents.

    `expected`: how many people of it were planned for; 0 where nobody has said.
    """

    id: Slug
    name: Text
    resident: bool = True
    expected: Annotated[int, Meta(ge=0, le=100_000)] = 0


class Frame(Written):
    """A decided rule for the goal work, and the question that people answer about each draft."""

    id: str
    quote: str
    check: str


BodyKind = Literal[
    "council",
    "executive-board",
    "presidium",
    "working-committee",
    "committee",
    "company",
    "operation",
    "office",
    "authority",
]


class Body(Written):
    """A body of the municipality (or another authority), that decides, contributes or receives."""

    id: Slug
    name: str
    kind: BodyKind


class PreviousGoal(Written):
    """An overall goal of the term before, to be kept, merged or dropped."""

    id: Slug
    text: str


class Anchor(Written):
    """A part of vision and values that goals and themes can lean on."""

    id: Slug
    text: str


GLOBAL_GOALS = range(1, 18)
"""The United Nations' global goals, by their numbers."""
GlobalGoal = Annotated[int, Meta(ge=GLOBAL_GOALS[0], le=GLOBAL_GOALS[-1])]

Strength = Literal["primary", "partial"]


class AreaGoal(Written):
    """A global goal that a goal area is assigned, wholly or in part."""

    area: Slug
    goal: GlobalGoal
    strength: Strength = "primary"


Guard = Literal[
    "areas-frozen",
    "all-moderated",
    "frames-answered",
    "gaps-acknowledged",
    "all-decided",
    "feedback-published",
    "prepared",
]
"""What must hold before a stage may be entered. `prepared`: the stage before it has been entered,
as when the board must prepare what the council decides (KL 6:13)."""


class Stage(Written):
    """One stage of the process: who does what, by when. Dates inform; `guards` refuse.

    `document`: one whose text has been decided beforehand, not a state that is entered.
    """

    id: Slug
    name: Text
    body: str
    date: str = ""
    guards: list[Guard] = []
    document: bool = False


DisposalOf = Literal[
    "hidden-words",
    "withdrawn-words",
    "masked-originals",
    "participants",
    "drafts",
    "embeddings",
    "rehearsals",
]
"""What can be disposed of: what was written in contributions that are hidden; in those that their
author has withdrawn; what lies under masks; which participant wrote what; texts that were replaced
before any version had them, and notes between colleagues; what the machine made of texts; whole
rehearsals."""

DisposalAfter = Literal["session-ended", "dialogue-archived"]
"""From when the days are counted. Archived: in the stage with the id `archived`."""

OF_THE_DIALOGUE: tuple[DisposalOf, ...] = ("drafts", "embeddings")
"""What belongs to no session: it is counted from when the dialogue was archived."""

ARCHIVED = "archived"
"""The stage in which a dialogue is archived."""


class Disposal(Written):
    """A rule by which something is disposed of. Without `body`, `date` and `section` (§), which say
    where it has been decided, it is a proposal, and nothing goes by it."""

    what: DisposalOf
    days: Annotated[int, Meta(ge=0, le=36_500)]
    after: DisposalAfter
    body: str = ""
    date: str = ""
    section: str = ""

    @property
    def is_decided(self) -> bool:
        return bool(self.body and self.date and self.section)


class DialogueDefinition(Written):
    """One matter with a record number: `dialogue.toml`."""

    id: Slug
    record_number: str
    title: Text
    municipality: str
    areas: list[Area]
    target_groups: list[TargetGroup]
    purpose: Text = ""
    vision: Text = ""
    contact: str = ""
    topics: list[Topic] = []
    frames: list[Frame] = []
    stages: list[Stage] = []
    bodies: list[Body] = []
    previous_goals: list[PreviousGoal] = []
    anchors: list[Anchor] = []
    area_goals: list[AreaGoal] = []
    most_goals: Annotated[int, Meta(ge=1, le=100)] = 8
    """More overall goals than this are too many to steer by: it is said, never refused (F4)."""
    horizon: str = ""
    """Until when the goals are to last, as decided: said beside each draft."""
    disposal: list[Disposal] = []


class StepDefinition(Written, kw_only=True, tag_field="kind", tag=kebab):
    """One item of the run-of-show. `say` is what the facilitator may say aloud."""

    id: Slug
    title: Text
    prompt: Text = ""
    say: Text = ""
    minutes: Annotated[float, Meta(ge=0, le=600)] = 0


class Welcome(StepDefinition):
    """Arrival: code and QR on the projector, purpose and practical words on the phones."""


class Influence(StepDefinition):
    """What can be influenced, what is already decided, and the rules of the conversation."""


class TryOut(StepDefinition):
    """Everyone sends a test post. It is counted and never stored."""


class Collect(StepDefinition):
    """Keywords and questions under one goal area, or across all of them (`area` left out)."""

    area: Slug | None = None
    kinds: list[Kind] = field(default_factory=lambda: ["keyword", "question"])


class Meanings(StepDefinition):
    """What topics mean to people."""

    topics: list[Slug]
    area: Slug | None = None


class TableTalk(StepDefinition):
    """Conversation at the tables; phones rest, table hosts may still write."""

    area: Slug | None = None


class Check(StepDefinition):
    """Have we understood you right? Each group gets 'fits' or 'something is missing'."""

    area: Slug | None = None


class Dots(StepDefinition):
    """Dots on what matters most: a temperature check, hidden until revealed, no vote."""

    area: Slug | None = None
    dots: Annotated[int, Meta(ge=1, le=20)] = 3


class Groups(StepDefinition):
    """What has been written, in groups."""

    area: Slug | None = None


class TargetGroups(StepDefinition):
    """How the target groups' words differ."""

    area: Slug | None = None


class Break(StepDefinition):
    """A break. `until` is a time of day such as 19.55, shown as written."""

    until: str = ""


class EvaluationQuestion(Written):
    """One question with the answers to choose between."""

    id: Slug
    text: Text
    options: list[Text]


class Evaluation(StepDefinition):
    """Closed questions about the evening."""

    questions: list[EvaluationQuestion]


class Thanks(StepDefinition):
    """What happens next, with dates and address."""


AnyStep = (
    Welcome
    | Influence
    | TryOut
    | Collect
    | Meanings
    | TableTalk
    | Check
    | Dots
    | Groups
    | TargetGroups
    | Break
    | Evaluation
    | Thanks
)


class WhatNext(Written):
    """One line of 'what happens next'."""

    date: str
    text: Text


class Gate(Written):
    """SKR's two questions before residents are invited: can the question be influenced, and are
    those who decide prepared to be? If not: inform instead.
    """

    question: bool
    deciders: bool
    note: str = ""


class SessionDefinition(Written):
    """One meeting or window of a dialogue: one `.toml` beside `dialogue.toml`."""

    id: Slug
    type: SessionType
    title: Text
    purpose: Text
    level: Level
    can_influence: list[Text]
    decided: list[Text]
    steps: list[AnyStep]
    question: Text = ""
    date: str = ""
    place: Text = ""
    rules: list[Text] = []
    next: list[WhatNext] = []
    access: Literal["public", "closed"] | None = None
    moderation: Moderation | None = None
    code_hours: Annotated[float, Meta(gt=0, le=24 * 60)] = 14
    channel: Literal["live", "web"] = "live"
    results_url: str = ""
    results_date: str = ""
    gate: Gate | None = None
    closes: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})?$(?!\n)")] = ""
    """When a web window closes, in Swedish time: `2019-04-07T23:59`."""
    entry: Literal["code", "personal"] = "code"
    """`personal`: everybody has a code of their own, which works once. The names that they were
    given out under are on paper only."""
    perspective: Slug | None = None
    """The target group that all who come have from the start, such as a class. They may change
    it."""

    def is_closed(self) -> bool:
        """A formal meeting is closed unless its file says otherwise (KL 6:25)."""
        return (self.access or default_access(self.type)) == "closed"

    def first_moderation(self) -> Moderation:
        """Hold all where the public is invited, show all in a closed meeting, unless stated."""
        return self.moderation or ("show-all" if self.is_closed() else "hold-all")


def default_access(type: SessionType) -> Literal["public", "closed"]:
    return "closed" if type in ("formal-meeting", "board-meeting") else "public"


def in_language(text: Text, language: str) -> tuple[str, bool]:
    """The words in `language` and whether they were there; Swedish if not."""
    if isinstance(text, str):
        return text, language == "sv"
    return (text[language], True) if language in text else (text["sv"], False)
