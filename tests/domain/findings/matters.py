"""A dialogue after its meetings, told as facts: quick to make, and a log that can be folded."""

from collections.abc import Sequence

from dialog.domain import rules
from dialog.domain.findings import find
from dialog.domain.findings.model import Findings, MatrixRow, Scope
from dialog.domain.state import Dialogue
from dialog.protocol import agenda as a
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from dialog.protocol.codec import decode_event, encode
from tests.domain.meeting import NOON, session_definition

MINUTE = 60_000
AREAS = [a.Area("school", "School and work", "School"), a.Area("centre", "The centre", "Centre")]
GROUPS = [
    a.TargetGroup("young", "Young", expected=20),
    a.TargetGroup("old", "Old", expected=10),
    a.TargetGroup("firms", "Business owners"),
    a.TargetGroup("elected", "Elected", resident=False),
    a.TargetGroup("officials", "Officials", resident=False),
    a.TargetGroup(a.UNDISCLOSED, "Prefer not to say"),
]
TOPICS = [
    a.Topic("safety", "keyword", "Safety", area="school"),
    a.Topic("leisure", "question", "What is leisure?"),
]
DEFINITION = a.DialogueDefinition(
    id="matter",
    record_number="KS 2019/017",
    title="Goals",
    municipality="Vaggeryd",
    areas=AREAS,
    target_groups=GROUPS,
    topics=TOPICS,
    bodies=[a.Body("roads", "Tekniska kontoret", "operation")],
    anchors=[a.Anchor("together", "Together")],
    area_goals=[a.AreaGoal("school", 4), a.AreaGoal("centre", 11, "partial")],
)


class Matter:
    """A dialogue and its log. People are numbers; each session has its own."""

    def __init__(self, definition: a.DialogueDefinition = DEFINITION) -> None:
        self.dialogue = Dialogue("matter")
        self.log: list[e.Entry] = []
        self.people: dict[tuple[str, int], str | None] = {}
        self.add(e.DialogueCreated(definition))

    def add(
        self,
        event: e.AnyEvent,
        words: str | None = None,
        session: str = "",
        participant: int | None = None,
        op: bool = True,
    ) -> None:
        seq = len(self.log) + 1
        actor: e.Actor = "presidium" if participant is None else "participant"
        self.log.append(
            e.Entry(
                seq=seq,
                session=session,
                access=rules.access_of(self.dialogue, session, event),
                actor=actor,
                at=NOON + seq * 1000,
                event=decode_event(encode(event)),
                participant=participant,
                words=words,
                op=f"op-{seq}" if op else None,
            )
        )
        rules.apply(self.dialogue, self.log[-1])

    def session(self, id: str = "evening", **changes: object) -> "Matter":
        definition = session_definition(id=id, **changes)
        self.add(e.SessionOpened(definition, "0" * 64, id.upper(), NOON), session=id)
        return self

    def person(self, number: int, target_group: str | None, session: str = "evening") -> None:
        """Comes in, or takes another perspective."""
        if (session, number) not in self.people:
            self.add(e.ParticipantJoined(), None, session, number)
        if target_group is not None:
            self.add(e.PerspectiveChosen(target_group), None, session, number)
        self.people[session, number] = target_group

    def post(
        self,
        person: int | None,
        text: str = "Safe ways",
        area: str | None = "school",
        kind: str = "keyword",
        session: str = "evening",
        topic: str | None = None,
        target_group: str | None = None,
        held: bool = False,
        people: int = 1,
        channel: a.Channel | None = None,
    ) -> int:
        """By a person, who comes in if need be; by nobody: on paper. Its number."""
        if person is not None and (session, person) not in self.people:
            self.person(person, target_group, session)
        of = target_group or (self.people[session, person] if person is not None else None)
        number = len(self.dialogue.contributions) + 1
        event = e.ContributionPosted(
            contribution=number,
            step="means" if topic else "anything",
            kind=kind,  # type: ignore[arg-type]
            area=area,
            topic=topic,
            target_group=of or a.UNDISCLOSED,
            channel=channel or ("live" if person is not None else "paper"),
            language="sv",
            held=held,
            people=people,
        )
        self.add(event, text, session, person)
        return number

    def committee(self, text: str = "Safer ways", **more: object) -> int:
        """What a committee or company has said. Its number."""
        return self.post(None, text, target_group=a.COMMITTEES, channel="committee", **more)  # type: ignore[arg-type]

    def theme(
        self,
        title: str,
        contributions: Sequence[int] = (),
        area: str | None = "school",
        groups: Sequence[int] = (),
    ) -> int:
        number = self.dialogue.work.last_theme + 1
        self.add(we.ThemeMade(number, area, list(groups)), title)
        if contributions:
            self.add(we.ContributionsThemed(list(contributions), number), op=False)
        return number

    def find(self, edition: str = "internal", *sessions: str) -> Findings:
        return find(self.dialogue, Scope(sessions, edition))  # type: ignore[arg-type]

    def folded_again(self) -> Dialogue:
        return rules.folded(self.dialogue.id, self.log)


def row(findings: Findings, theme: int) -> MatrixRow:
    return next(it for it in findings.matrix.rows if it.of == "theme" and it.id == str(theme))


def crowd(matter: Matter, target_group: str, people: range, **more: object) -> list[int]:
    """Each of them writes once."""
    return [
        matter.post(person, target_group=target_group, **more)  # type: ignore[arg-type]
        for person in people
    ]
