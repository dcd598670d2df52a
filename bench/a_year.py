"""The log of a year: evenings with words, moderation, groups, dots and themes, as the rules make
it of wishes. The same numbers give the same log.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine

from dialog.domain import rules
from dialog.domain.state import Dialogue, Person, Session
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import Refused
from dialog.store import log as store

MATTER = "matter"
EVENING = 3_600_000
AREAS = ("school", "centre", "nature", "work", "care")
TARGET_GROUPS = ("young", "old", "families", "new-here")
WORDS = (
    *("en", "trygg", "väg", "till", "skolan", "för", "alla", "barn", "och", "mer", "belysning"),
    *("vid", "parken", "så", "att", "man", "vågar", "gå", "ut", "på", "kvällen", "bussen", "borde"),
    *("gå", "oftare", "till", "byarna", "det", "behövs", "fler", "bänkar", "mötesplatser", "lekar"),
    *("idrott", "bibliotek", "öppet", "längre", "samarbete", "mellan", "äldre", "och", "unga"),
    *("natur", "vatten", "cykelvägar"),
)
CHAIR, FACILITATOR = Person("presidium"), "facilitator"
PEOPLE, POSTS, DOTS, LOOK = 250, 1_500, 600, 25
"""An evening's; the machine looks after every so many contributions."""
AT_ONCE = 500

DEFINITION = a.DialogueDefinition(
    id=MATTER,
    record_number="KS 2019/017",
    title="Goals",
    municipality="Nowhere",
    areas=[a.Area(it, it.title(), it.title()) for it in AREAS],
    target_groups=[a.TargetGroup(it, it.title()) for it in TARGET_GROUPS],
)


def session_definition(id: str) -> a.SessionDefinition:
    steps: list[a.AnyStep] = [
        a.Collect(id="write", title="Write"),
        a.Check(id="check", title="Have we understood?"),
        a.Dots(id="dots", title="Dots", dots=3),
        a.Evaluation(
            id="evaluation",
            title="How was it?",
            questions=[a.EvaluationQuestion("heard", "Were you heard?", ["Yes", "No"])],
        ),
    ]
    return a.SessionDefinition(
        id=id,
        type="citizen-dialogue",
        title=f"Evening {id}",
        purpose="To measure",
        level="dialogue",
        can_influence=[],
        decided=[],
        steps=steps,
        moderation="hold-flagged",
        gate=a.Gate(question=True, deciders=True),
    )


@dataclass
class Year:
    """The dialogue, and its log so far. It stops where `events` have happened."""

    events: int
    dialogue: Dialogue = field(default_factory=lambda: Dialogue(MATTER))
    log: list[e.Entry] = field(default_factory=list)
    lot: Random = field(default_factory=lambda: Random(0))
    now: int = 1_550_000_000_000

    def do(self, person: Person, command: c.Command) -> bool:
        """Whether it was granted."""
        self.now += 700
        try:
            facts = rules.decide(self.dialogue, person, command, self.now)
        except Refused:
            return False
        where = rules.session_of(self.dialogue, person, command)
        for fact in facts:
            self._happen(person, where, fact, first=fact is facts[0])
        return True

    def _happen(self, person: Person, where: str, fact: rules.Fact, first: bool) -> None:
        seq = self.dialogue.seq + 1
        entry = e.Entry(
            seq=seq,
            session=where,
            access=rules.access_of(self.dialogue, where, fact.event),
            actor=person.actor,
            at=self.now,
            event=fact.event,
            participant=fact.participant or person.participant,
            words=fact.words,
            op=f"{seq:024d}" if first else None,
            receipt=None if fact.receipt is None else f"{seq:024d}",
        )
        self.log.append(entry)
        rules.apply(self.dialogue, entry)

    def work(self, command: wc.WorkCommand) -> bool:
        command.seen = self.dialogue.seq
        return self.do(CHAIR, command)

    @property
    def is_over(self) -> bool:
        return len(self.log) >= self.events


def log_of(events: int) -> list[e.Entry]:
    """So many entries, or a few more."""
    year = Year(events)
    year.do(Person("system"), c.CreateDialogue(DEFINITION))
    number = 0
    while not year.is_over:
        number += 1
        evening(year, f"evening-{number}")
        presidium(year, f"evening-{number}")
    return year.log


def evening(year: Year, id: str) -> None:
    system, leader = Person("system", id), Person(FACILITATOR, id)
    year.do(system, c.OpenSession(id, session_definition(id), "0" * 64, f"C{id[8:]}"))
    for number in range(1, 1 + PEOPLE):
        year.do(system, c.JoinSession())
        year.do(participant(id, number), c.ChoosePerspective(year.lot.choice(TARGET_GROUPS)))
    year.do(leader, c.GoToStep("write", None))
    session = year.dialogue.sessions[id]
    for n in range(POSTS):
        write(year, session)
        if n % 20 == 19:
            moderate(year, session, leader)
        if n % LOOK == LOOK - 1:
            look(year, session)
        if year.is_over:
            return
    year.do(leader, c.GoToStep("dots", "write"))
    for _ in range(DOTS):
        shown = [n for group in session.groups.values() for n in group.members]
        year.do(someone(year, id), c.PlaceDot(year.lot.choice(shown)))
    year.do(leader, c.GoToStep("evaluation", "dots"))
    for number in range(1, 1 + PEOPLE):
        year.do(participant(id, number), c.AnswerEvaluation("heard", number % 2))
    year.do(leader, c.EndSession())


def participant(session: str, number: int) -> Person:
    return Person("participant", session, number)


def someone(year: Year, session: str) -> Person:
    return participant(session, year.lot.randint(1, PEOPLE))


def write(year: Year, session: Session) -> None:
    words = " ".join(year.lot.choices(WORDS, k=year.lot.randint(4, 25)))
    area = year.lot.choice(AREAS)
    year.do(
        someone(year, session.id),
        c.PostContribution("write", 0, "keyword", f"{words} {year.dialogue.seq}", area=area),
    )


def moderate(year: Year, session: Session, leader: Person) -> None:
    number = year.lot.choice(list(session.contributions))
    year.do(leader, c.HideContribution(number, "spam"))
    if year.lot.random() < 0.7:
        year.do(leader, c.Undo(session.changes[-1].change.seq))
    year.do(leader, c.MaskContribution(year.lot.choice(list(session.contributions)), [(0, 4)]))


def look(year: Year, session: Session) -> None:
    """The machine puts what is new into one of each area's groups, or makes a new one of it."""
    for area in AREAS:
        since = session.looked_upto.get(area, 0)
        new = [it.id for it in session.in_area(area) if it.is_visible and it.shown_since > since]
        there = [group.id for group in session.groups_in(area)]
        number = year.lot.choice(there) if len(there) > 7 else 0
        joined = [c.Placement(n, 0.7, new[:3], [c.Span(n, 0, 5), c.Span(n, 6, 9)]) for n in new]
        if not joined:
            continue
        terms = [[c.Span(new[0], 0, 5)], [c.Span(new[-1], 0, 5)]]
        its = [c.GroupSuggestion(number, joined, new[:1], terms, 0.6)]
        run = c.GroupingRun(year.dialogue.seq, "model", {"most": 9, "limit": 0.5}, 0)
        year.do(Person("machine", session.id), c.SuggestGroups(area, run, its))


def presidium(year: Year, id: str) -> None:
    """Makes themes of the groups, reads, and says what becomes of it all."""
    session = year.dialogue.sessions[id]
    for group in list(session.groups.values()):
        if year.is_over:
            return
        members = list(group.members)
        year.work(wc.MakeTheme(group.area, f"About {group.id}", members[:20], [group.id]))
        theme = year.dialogue.work.last_theme
        year.work(wc.SetDisposition([theme], [], wc.Disposition("goal"), why="Because"))
        for number in members:
            year.now += 20_000
            year.work(wc.MarkRead(number, 1, "fits"))
            if number % 5 == 0:
                year.work(wc.PlaceInTheme([number], theme))
            if number % 7 == 0:
                year.work(
                    wc.SetDisposition([], [number], wc.Disposition("programme"), why="Theirs")
                )


def keep(engine: Engine, entries: list[e.Entry]) -> None:
    """Into an empty database."""
    with engine.begin() as db:
        store.create_dialogue(db, MATTER)
    for some in parts(entries):
        with engine.begin() as db:
            store.append(db, MATTER, some)


def parts(entries: list[e.Entry]) -> Iterator[list[e.Entry]]:
    return (entries[start : start + AT_ONCE] for start in range(0, len(entries), AT_ONCE))
