"""A small meeting for tests: ada and bo take part, fay and gil facilitate, mia and moa moderate,
pia presides."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from dialog.domain import rules, views, work_views
from dialog.domain.facts import Fact
from dialog.domain.state import Contribution, Dialogue, Person, Session
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.codec import decode_event, encode
from dialog.protocol.records import AnyRecord, Own
from dialog.protocol.refusals import AnyRefusal, Refused
from dialog.protocol.work_commands import WorkCommand
from dialog.protocol.work_records import WorkRecord

ID = "evening"
NOON = 1_700_000_000_000
"""When everything happens, in ms; tests that care move the clock."""

DIALOGUE = a.DialogueDefinition(
    id="matter",
    record_number="KS 2019/017",
    title="Goals",
    municipality="Vaggeryd",
    areas=[a.Area("school", "School and work", "School"), a.Area("centre", "The centre", "Centre")],
    target_groups=[
        a.TargetGroup("young", "Young"),
        a.TargetGroup("old", "Old"),
        a.TargetGroup("officials", "Officials", resident=False),
        a.TargetGroup(a.UNDISCLOSED, "Prefer not to say"),
    ],
    topics=[
        a.Topic("safety", "keyword", "Safety", area="school"),
        a.Topic("leisure", "question", "What is leisure?"),
    ],
)

QUESTIONS = [
    a.EvaluationQuestion("heard", "Were you heard?", ["Yes", "Partly", "No"]),
    a.EvaluationQuestion("again", "Would you come again?", ["Yes", "No"]),
]

STEPS: list[a.AnyStep] = [
    a.Welcome(id="welcome", title="Welcome"),
    a.TryOut(id="try", title="Try it"),
    a.Collect(id="write", title="Write", area="school", minutes=5),
    a.Collect(id="anything", title="Anything", kinds=["keyword", "question", "meaning"]),
    a.Meanings(id="means", title="What does it mean?", topics=["safety", "leisure"]),
    a.TableTalk(id="tables", title="At the tables", area="school"),
    a.Check(id="check", title="Have we understood?", area="school"),
    a.Dots(id="dots", title="Dots", area="school", dots=3),
    a.Dots(id="more-dots", title="More dots", dots=2),
    a.Groups(id="groups", title="Groups"),
    a.TargetGroups(id="targets", title="Target groups"),
    a.Break(id="break", title="Break", until="19.55", minutes=12),
    a.Evaluation(id="evaluation", title="Evaluation", questions=QUESTIONS),
    a.Thanks(id="thanks", title="Thanks"),
]


def session_definition(**changes: object) -> a.SessionDefinition:
    """The evening's file, with some keys changed. Contributions are shown at once."""
    written: dict[str, object] = {
        "id": ID,
        "type": "citizen-dialogue",
        "title": "An evening",
        "purpose": "To listen",
        "level": "dialogue",
        "can_influence": ["The goals"],
        "decided": ["The areas"],
        "steps": STEPS,
        "moderation": "show-all",
        "results_url": "https://example.org/results",
        "gate": a.Gate(question=True, deciders=True),
    }
    return a.SessionDefinition(**written | changes)  # type: ignore[arg-type]


ada = Person("participant", ID, 1)
bo = Person("participant", ID, 2)
fay = Person("facilitator", ID, seat="fay")
gil = Person("facilitator", ID, seat="gil")
mia = Person("moderator", ID, seat="mia")
moa = Person("moderator", ID, seat="moa")
pia = Person("presidium", ID)
machine = Person("machine", ID)
system = Person("system", ID)
screen = Person("projector", ID)

chair = Person("presidium")
vice = Person("presidium")
office = Person("facilitator")
drafter = Person("working-committee")
archivist = Person("registrar")
worker = Person("machine")
"""Those who work on the dialogue as a whole."""


def participant(number: int) -> Person:
    return Person("participant", ID, number)


class Meeting:
    """A dialogue and its log: what `live` does with the rules, without clock, disk and tasks."""

    def __init__(
        self,
        definition: a.SessionDefinition | None = None,
        dialogue: a.DialogueDefinition = DIALOGUE,
        people: int = 2,
    ) -> None:
        definition = definition or session_definition()
        self.dialogue = Dialogue(dialogue.id)
        self.log: list[e.Entry] = []
        self.touched: set[str] = set()
        self.work_touched: set[str] = set()
        self.now = NOON
        self.do(system, c.CreateDialogue(dialogue))
        self.do(system, c.OpenSession(ID, definition, "0" * 64, "ABC2345"))
        for _ in range(people):
            self.do(system, c.JoinSession())

    @property
    def session(self) -> Session:
        return self.dialogue.sessions[ID]

    @property
    def seq(self) -> int:
        return self.dialogue.seq

    def do(self, person: Person, command: c.Command, op: str | None = None) -> list[e.AnyEvent]:
        """Decide and apply; what happened. Raises `Refused`."""
        facts = rules.decide(self.dialogue, person, command, self.now)
        where = rules.session_of(self.dialogue, person, command)
        self.apply(person, *facts, where=where, op=op)
        return [fact.event for fact in facts]

    def apply(self, person: Person, *facts: Fact, where: str = ID, op: str | None = None) -> None:
        """These have happened, whatever the rules say today."""
        op = op or f"operation-{self.seq:08d}"
        for fact in facts:
            entry = e.Entry(
                seq=self.seq + 1,
                session=where,
                access=rules.access_of(self.dialogue, where, fact.event),
                actor=person.actor,
                at=self.now,
                event=decode_event(encode(fact.event)),
                participant=fact.participant or person.participant,
                words=fact.words,
                op=op if fact is facts[0] else None,
                receipt=fact.receipt,
            )
            self.log.append(entry)
            touched = rules.apply(self.dialogue, entry)
            self.touched |= touched
            self.work_touched |= work_views.touched_by(self.dialogue, where, touched)

    def refusal(self, person: Person, command: c.Command) -> AnyRefusal:
        """Why it is refused; and nothing happened."""
        before = self.seq
        with pytest.raises(Refused) as refused:
            self.do(person, command)
        assert self.seq == before
        return refused.value.refusal

    def work(self, person: Person, command: WorkCommand | c.Undo) -> int:
        """`person`, who sees everything as it is now, works on the dialogue; the wish's seq."""
        seq = self.seq + 1
        self.do(person, self.seeing_all(command))
        return seq

    def work_refusal(self, person: Person, command: WorkCommand | c.Undo) -> AnyRefusal:
        """Why it is refused though `person` sees everything as it is now."""
        return self.refusal(person, self.seeing_all(command))

    def seeing_all(self, command: WorkCommand | c.Undo) -> c.Command:
        if isinstance(command, WorkCommand) and not command.seen:
            return replace(command, seen=self.seq)
        return command

    def workboard(self) -> dict[str, WorkRecord]:
        return work_views.view(self.dialogue)

    def go(self, step: str) -> "Meeting":
        """fay goes to `step`."""
        self.do(fay, c.GoToStep(step, self.session.step))
        return self

    def post(self, person: Person, text: str, **more: object) -> Contribution:
        """`person` writes in the current step."""
        self.do(person, post(text, step=self.session.step, **more))
        return next(reversed(self.session.contributions.values()))

    def suggest(self, *groups: c.GroupSuggestion, area: str | None = "school") -> list[e.AnyEvent]:
        """The machine has looked at everything up to now."""
        run = c.GroupingRun(self.seq, "model", {"k": 2, "limit": 0.5}, 0)
        return self.do(machine, c.SuggestGroups(area, run, list(groups)))

    def view(self, audience: str) -> dict[str, AnyRecord]:
        return views.view(self.session, audience)  # type: ignore[arg-type]

    def own(self, person: Person) -> Own:
        assert person.participant is not None
        return views.own(self.session, person.participant)

    def folded_again(self) -> Dialogue:
        """What another process makes of the same log."""
        return fold(self.dialogue.id, self.log)


def fold(id: str, log: Sequence[e.Entry]) -> Dialogue:
    return rules.folded(id, log)


def meeting(step: str | None = None, people: int = 2, **changes: object) -> Meeting:
    """An open session with that many participants, at `step`."""
    it = Meeting(session_definition(**changes), people=people)
    return it.go(step) if step else it


def post(
    text: str = "More benches",
    step: str | None = "write",
    begun: int = 0,
    kind: str = "keyword",
    **more: object,
) -> c.PostContribution:
    return c.PostContribution(step, begun, kind, text, **more)  # type: ignore[arg-type]


def group(group: int, members: list[int], *terms: list[c.Span]) -> c.GroupSuggestion:
    joined = [c.Placement(n, 0.5, members[:2], [c.Span(n, 0, 1)]) for n in members]
    return c.GroupSuggestion(group, joined, members[:1], list(terms), 0.5)
