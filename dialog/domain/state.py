"""A dialogue as it stands: what applying the log gives."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from dialog.domain.facts import Fact
from dialog.domain.work_state import Work
from dialog.protocol.agenda import (
    Access,
    Area,
    Check,
    Collect,
    DialogueDefinition,
    Dots,
    Meanings,
    Moderation,
    SessionDefinition,
    StepDefinition,
    TableTalk,
)
from dialog.protocol.commands import GroupingRun, Locks, Placement, Term, TranslatedBy
from dialog.protocol.events import (
    Actor,
    ContributionPosted,
    RegroupingAsked,
    RegroupingProposed,
    SuggestedGroup,
)
from dialog.protocol.records import Change, Standing, Translated
from dialog.text import masks

Role = Literal[
    "participant",
    "facilitator",
    "presidium",
    "working-committee",
    "registrar",
    "moderator",
    "scribe",
    "table-host",
    "projector",
    "machine",
    "system",
]


STAFF_ROLES: tuple[Role, ...] = (
    "facilitator",
    "presidium",
    "working-committee",
    "registrar",
    "moderator",
    "scribe",
)
"""Those who sign in. A table's host is let in for one evening and one table."""


class Person(Struct, frozen=True):
    """Who asks. `participant` is the running number in the session, for participants and the
    devices of a `table`; `formers` are those who had the same phone before, the first one first.
    `seat` tells one member of staff's device from another's, and those of one table apart.
    """

    role: Role
    session: str = ""
    participant: int | None = None
    table: str = ""
    seat: str = ""
    formers: tuple[int, ...] = ()

    @property
    def phone(self) -> int | None:
        """Tells one phone from another, whoever has it now. It stands in no event and no row."""
        return self.formers[0] if self.formers else self.participant

    @property
    def device(self) -> tuple[str, int | str, str]:
        """Tells one browser from another, for what may be asked how often."""
        return self.session, self.phone or self.role, self.seat

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def actor(self) -> Actor:
        return "system" if self.role == "projector" else self.role


class Translation(Struct, frozen=True):
    """A contribution in another language, and who put it so."""

    text: str
    by: TranslatedBy


@dataclass(slots=True)
class Contribution:
    """What someone wrote, and where it stands. `words` is what may be shown of it, `original` all
    of it; both are None after disposal.
    """

    id: int
    posted: ContributionPosted
    words: str | None
    participant: int | None
    op: str | None
    at: int
    standing: Standing
    session: str = ""
    seq: int = 0
    """Where in the log it was posted."""
    shown_since: int = 0
    """The seq at which it last became visible."""
    reason: str = ""
    original: str | None = None
    masks: list[tuple[int, int]] = field(default_factory=list)
    """Characters [start, end) of `original` that are not shown."""
    asserted_by: str = ""
    """The seat that finds it an insult, until somebody else has agreed or not."""
    translations: dict[str, Translation] = field(default_factory=dict)
    """Language -> what stands beside the words."""
    alike: str = ""
    """Equal for contributions that are nearly the same."""
    group: int | None = None
    pinned: bool = False
    """A person has put it where it is: in its group, or in none."""
    kept_out: set[int] = field(default_factory=set)
    placement: Placement | None = None
    """The machine's reason for the group; None if there is none or a person placed it."""
    placed_at: int = 0
    """The seq at which people last had a say in which group it is in."""

    @property
    def is_visible(self) -> bool:
        return self.standing == "visible" and self.words is not None

    @property
    def area(self) -> str | None:
        return self.posted.area

    @property
    def spoken_for(self) -> int:
        """People whom it speaks for beside whoever entered it: at a table, or on a paper slip."""
        return self.posted.people if self.posted.channel in ("paper", "table") else 0

    @property
    def all_translations(self) -> list[Translated]:
        """What stands beside the words, Swedish first: that is what most of a room reads."""
        languages = sorted(self.translations, key=lambda it: (it != "sv", it))
        return [
            Translated(it, self.translations[it].text, self.translations[it].by) for it in languages
        ]

    @property
    def translation(self) -> Translated | None:
        """The one of them that screens have room for."""
        return next(iter(self.all_translations), None)

    @property
    def in_place(self) -> str:
        """What may be shown, every character where it was written: for whoever points at places.
        Each masked character reads `masks.BLOCK`, and what holds one is never quoted.
        """
        if self.masks and self.original is not None:
            return masks.in_place(self.original, self.masks)
        return self.words or ""

    @property
    def legible(self) -> str:
        """What may be shown, and no word about what may not: for whoever looks for meaning."""
        if self.masks and self.original is not None:
            return masks.left(self.original, self.masks)
        return self.words or ""

    @property
    def author(self) -> int | None:
        """The participant who wrote it. A table's device is nobody, and a paper slip has none."""
        return None if self.posted.channel == "table" else self.participant


@dataclass(slots=True)
class GroupState:
    """A group in its session and area. `described` is what the machine says of it."""

    described: SuggestedGroup
    area: str | None
    members: dict[int, None] = field(default_factory=dict)
    """The contributions whose `group` it is."""
    answers: dict[int, str] = field(default_factory=dict)
    title: str | None = None
    """What a person calls it."""
    locks: Locks = Locks()
    said: list[Term] = field(default_factory=list)
    """Where the words stand that it was called by when its name was locked."""
    goals: set[int] = field(default_factory=set)
    """The global goals that people have confirmed."""

    @property
    def id(self) -> int:
        return self.described.group

    @property
    def place(self) -> int:
        return self.described.place


@dataclass(slots=True)
class AreaGrouping:
    """How an area is grouped: as people want it, as it was last done, and what is under way."""

    most: int | None = None
    apart: bool = False
    run: GroupingRun | None = None
    asked: RegroupingAsked | None = None
    asked_at: int = 0
    proposal: RegroupingProposed | None = None
    proposed_at: int = 0


@dataclass(slots=True)
class UndoableChange:
    """How to take back what one wish of staff changed: `marks` must still read as written and
    nobody else have written there, then `undo` happens. `leans`: marks that it has not written
    and that must still read so. `upto`: the last seq of the wish.
    """

    change: Change
    marks: dict[str, object]
    leans: dict[str, object]
    undo: list[Fact]
    upto: int


@dataclass(slots=True)
class PlacedDots:
    """The dots of one step: each participant's, by contribution, and their sums. `revealed`: the
    room has seen them since the step was last opened, and nobody has hidden them again."""

    by_participant: dict[int, Counter[int]] = field(default_factory=dict)
    totals: Counter[int] = field(default_factory=Counter)
    revealed: bool = False
    perspectives: dict[int, str | None] = field(default_factory=dict)
    """Participant -> the target group that they last placed or took one from."""


@dataclass(slots=True)
class Tally:
    """Running counts of contributions that are not hidden or withdrawn."""

    contributions: int = 0
    behind: int = 0
    by_area: Counter[str] = field(default_factory=Counter)
    by_target_group: Counter[str] = field(default_factory=Counter)
    by_step: Counter[str] = field(default_factory=Counter)
    authors: Counter[int] = field(default_factory=Counter)
    authors_by_area: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, contribution: Contribution, sign: int) -> None:
        """Count `contribution` in (`sign` 1) or out (-1)."""
        posted = contribution.posted
        self.contributions += sign
        self.by_area[posted.area or ""] += sign
        self.by_target_group[posted.target_group] += sign
        self.by_step[posted.step] += sign
        self.behind += sign * contribution.spoken_for
        if contribution.author is None:
            return
        here = self.authors_by_area.setdefault(posted.area or "", Counter())
        for authors in (self.authors, here):
            authors[contribution.author] += sign
            if not authors[contribution.author]:
                del authors[contribution.author]


@dataclass(slots=True)
class Stretch:
    """From seq `start` on; until before seq `stop`, which came at `at`, ms; None: still."""

    start: int
    stop: int | None = None
    at: int = 0


@dataclass(slots=True)
class Session:
    """One open (or ended) session of a dialogue."""

    id: str
    dialogue: "Dialogue" = field(repr=False, compare=False)
    definition: SessionDefinition
    code: str
    code_expires: int
    room: str
    opened_at: int
    moderation: Moderation
    ended: bool = False
    step: str | None = None
    posting: bool = False
    timer: int | None = None
    paused: bool = False
    paused_at: int = 0
    """While paused, the projector shows nothing that has become visible after this seq."""
    blank: bool = False
    others: bool = False
    revealed: bool = False
    participants: dict[int, str | None] = field(default_factory=dict)
    joined_at: dict[int, int] = field(default_factory=dict)
    """seq of joining -> participant."""
    perspectives: Counter[str] = field(default_factory=Counter)
    contributions: dict[int, Contribution] = field(default_factory=dict)
    by_area: dict[str, list[Contribution]] = field(default_factory=dict)
    by_likeness: dict[str, dict[str, list[Contribution]]] = field(default_factory=dict)
    """Area -> likeness -> its contributions; the likeness that was last added to stands last."""
    by_participant: dict[int, list[Contribution]] = field(default_factory=dict)
    held: dict[int, None] = field(default_factory=dict)
    hidden: dict[int, None] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    groups: dict[int, GroupState] = field(default_factory=dict)
    gone: dict[int, GroupState] = field(default_factory=dict)
    """Groups that stand no more, in case an undo brings them back."""
    at_the_end: dict[int, GroupState] = field(default_factory=dict)
    """The groups as they stood when the session ended; none until then."""
    looked_upto: dict[str, int] = field(default_factory=dict)
    alone: dict[str, dict[int, Contribution]] = field(default_factory=dict)
    """Area -> the visible ones that have been looked at and are in no group."""
    waiting: dict[str, dict[int, Contribution]] = field(default_factory=dict)
    """Area -> those that are in no group because nobody has looked at them yet."""
    grouping: dict[str, AreaGrouping] = field(default_factory=dict)
    dots: dict[str, PlacedDots] = field(default_factory=dict)
    evaluation: dict[str, dict[int, int]] = field(default_factory=dict)
    evaluation_told: dict[str, list[int]] = field(default_factory=dict)
    """The same as the public is told it: as it was when the last five had all answered."""
    taking: dict[str, list[Stretch]] = field(default_factory=dict)
    """Step -> when it took contributions."""
    visited: dict[str, int] = field(default_factory=dict)
    """Step -> the seq at which it was first opened."""
    changes: list[UndoableChange] = field(default_factory=list)
    undone_at: int = 0
    slips: int = 0
    joining: bool = True
    slow: int = 0
    """Seconds between two contributions of one participant."""
    closes_at: int | None = None
    on_duty: dict[str, list[str]] = field(default_factory=dict)
    """Seat -> the languages that its moderator reads."""
    taken: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Held contribution -> the seat that reads it, and until when nobody else does."""
    passed_on: dict[int, set[str]] = field(default_factory=dict)
    """Held contribution -> the seats that have left it to somebody else."""
    tables: dict[int, str] = field(default_factory=dict)
    """The participants that are a table's device -> the table."""
    by_table: dict[str, list[Contribution]] = field(default_factory=dict)
    """What has been written for each table, on its own devices or by staff."""
    ended_at: int = 0
    """In ms since 1970; 0: it goes on."""
    unlinked: bool = False
    """Nobody knows any longer which phone was which participant: none of them has anything here
    that is its own."""
    held_back: set[int] = field(default_factory=set)
    """Participants whose contributions are held whatever the moderation."""
    trusted: set[int] = field(default_factory=set)
    """Participants of whom a person has said that theirs are not, whoever had the phone before."""

    @property
    def access(self) -> Access:
        return "closed" if self.definition.is_closed() else "public"

    @property
    def is_window(self) -> bool:
        """Whether people answer for days, each on their own: they do not see what others write
        before it has ended."""
        return self.definition.type == "web-window"

    @property
    def current(self) -> StepDefinition | None:
        return None if self.step is None else self.step_named(self.step)

    def step_named(self, id: str) -> StepDefinition | None:
        return next((step for step in self.definition.steps if step.id == id), None)

    @property
    def takes_contributions(self) -> bool:
        return self.posting and not self.ended and takes(self.current)

    @property
    def dots_shown(self) -> dict[str, PlacedDots]:
        """Step -> its dots: those of the current step, of all steps where it is no dots step."""
        if not isinstance(self.current, Dots):
            return self.dots
        return {step: dots for step, dots in self.dots.items() if step == self.step}

    @property
    def dots_told(self) -> dict[str, PlacedDots]:
        """Step -> its dots, if the room has seen them and nobody is placing any now: whoever looked
        on could tell whose each is."""
        placing = self.step if self.posting and not self.ended else None
        return {step: it for step, it in self.dots.items() if it.revealed and step != placing}

    def in_area(self, area: str | None) -> list[Contribution]:
        """In the order they came."""
        return self.by_area.get(area or "", [])

    def is_waiting(self, it: Contribution) -> bool:
        """Whether it is in no group because nobody has looked at it yet."""
        upto = self.looked_upto.get(it.area or "", 0)
        return it.group is None and not it.pinned and it.shown_since > upto

    def note_place(self, it: Contribution) -> None:
        """Keep `alone` and `waiting` right, whatever has just changed about `it`: a hall's screens
        ask for both several times a second."""
        area = it.area or ""
        alone, waiting = self.alone.setdefault(area, {}), self.waiting.setdefault(area, {})
        alone.pop(it.id, None)
        waiting.pop(it.id, None)
        if it.is_visible and it.group is None:
            (waiting if self.is_waiting(it) else alone)[it.id] = it

    def groups_in(self, area: str | None) -> list[GroupState]:
        return [group for group in self.groups.values() if group.area == area]

    def grouping_in(self, area: str | None) -> AreaGrouping:
        """To look at; `grouping` holds those that have been changed."""
        return self.grouping.get(area or "") or AreaGrouping()

    @property
    def areas(self) -> list[str | None]:
        """Every area, and None if anything can be or was written across them."""
        named: list[str | None] = [area.id for area in self.dialogue.definition.areas]
        across = any(
            isinstance(step, Collect | Meanings) and step.area is None
            for step in self.definition.steps
        )
        return [*named, None] if across or "" in self.by_area else named


def takes(step: StepDefinition | None) -> bool:
    """Whether participants may begin a contribution in `step`."""
    return isinstance(step, Collect | Meanings | Check)


def tables_write_in(step: StepDefinition | None) -> bool:
    """Whether something may be written for a table in `step`."""
    return takes(step) or isinstance(step, TableTalk)


NOTHING_YET = DialogueDefinition(
    id="nothing", record_number="", title="", municipality="", areas=[], target_groups=[]
)


@dataclass(slots=True)
class Dialogue:
    """One matter, as its log says it is. `seq` is the last entry applied, written at `at`."""

    id: str
    definition: DialogueDefinition = NOTHING_YET
    rehearsal: bool = False
    seq: int = 0
    at: int = 0
    sessions: dict[str, Session] = field(default_factory=dict)
    contributions: dict[int, Contribution] = field(default_factory=dict)
    last_group: int = 0
    work: Work = field(default_factory=Work)

    @property
    def exists(self) -> bool:
        return self.definition is not NOTHING_YET

    def area(self, id: str) -> Area | None:
        return next((area for area in self.definition.areas if area.id == id), None)
