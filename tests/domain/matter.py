"""A matter for tests of the presidium's work: frames, stages, bodies, and a meeting behind it."""

from msgspec.structs import replace

from dialog.domain import rules, work_views
from dialog.domain.state import Person
from dialog.domain.work_state import Work
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.events import AnyEvent
from dialog.protocol.refusals import AnyRefusal
from tests.domain.meeting import DIALOGUE, Meeting, ada, session_definition

chair = Person("presidium")
klara = Person("facilitator")
drafter = Person("working-committee")
registrar = Person("registrar")
renderer = Person("system")

STAGES = [
    a.Stage("planned", "Planned", "Office"),
    a.Stage("plan-decided", "Plan decided", "Board", document=True),
    a.Stage("evening", "Evening", "All", guards=["areas-frozen"]),
    a.Stage("drafts", "Drafts", "Committee", guards=["all-moderated"]),
    a.Stage("proposal", "Proposal", "Board", guards=["frames-answered", "gaps-acknowledged"]),
    a.Stage("decision", "Decision", "Council", guards=["prepared"]),
    a.Stage("archived", "Archived", "Registrar", guards=["all-decided", "feedback-published"]),
]

MATTER = replace(
    DIALOGUE,
    frames=[a.Frame("F1", "Residents", "Is it seen?"), a.Frame("F2", "Movement", "Is there one?")],
    stages=STAGES,
    bodies=[
        a.Body("council", "The council", "council"),
        a.Body("schools", "The school committee", "committee"),
    ],
    previous_goals=[a.PreviousGoal("old-1", "Grow"), a.PreviousGoal("old-2", "Thrive")],
    anchors=[a.Anchor("open", "We are open"), a.Anchor("brave", "We are brave")],
    area_goals=[a.AreaGoal("school", goal) for goal in range(1, 17)],
    most_goals=2,
    topics=[
        a.Topic("safety", "keyword", "Safety", area="school", example=True),
        a.Topic("leisure", "question", "What is leisure?", example=True),
        a.Topic("buses", "keyword", "Buses", area="school"),
    ],
)


class Matter(Meeting):
    """Everybody who works on the dialogue sees it as it is.

    `board_touched`: the keys of the workboard's records that the last wish touched.
    """

    board_touched: set[str]

    def __init__(self, definition: a.SessionDefinition | None = None, **more: object) -> None:
        matter = replace(MATTER, **more)  # type: ignore[arg-type]
        super().__init__(definition or session_definition(), matter)

    def do(self, person: Person, command: c.Command, op: str | None = None) -> list[AnyEvent]:
        self.touched.clear()
        events = super().do(person, command, op)
        where = rules.session_of(self.dialogue, person, command)
        self.board_touched = work_views.touched_by(self.dialogue, where, self.touched)
        return events

    @property
    def state(self) -> Work:
        return self.dialogue.work

    def work(self, command: wc.WorkCommand, person: Person = chair) -> int:
        """`person` asks, and gets it; the seq to undo it with."""
        seq = self.seq + 1
        self.do(person, replace(command, seen=self.seq))
        return seq

    def undo(self, seq: int, person: Person = chair) -> int:
        """Take it back; the seq to take that back with."""
        now = self.seq + 1
        self.do(person, c.Undo(seq))
        return now

    def no(self, command: wc.WorkCommand, person: Person = chair) -> AnyRefusal:
        """Why it is refused."""
        return self.refusal(person, replace(command, seen=self.seq))

    def record(self, key: str):  # type: ignore[no-untyped-def]
        return work_views.record(self.dialogue, key)

    def lines(self) -> list[str]:
        """The words of the change log, in order."""
        return [line.words for line in self.state.log]

    def meaning(self, text: str = "Safe ways", target_group: str = "young") -> int:
        """Somebody says what a topic means to them; the contribution's number."""
        self.do(ada, c.ChoosePerspective(target_group))
        if self.session.step != "means":
            self.go("means")
        return self.post(ada, text, kind="meaning", topic="safety").id

    def theme(self, area: str | None = "school", title: str = "Safety", carried: str = "") -> int:
        self.work(wc.MakeTheme(area=area, title=title, contributions=[]))
        if carried:
            self.work(wc.CarryTheme(theme=self.state.last_theme, carried=carried))  # type: ignore[arg-type]
        return self.state.last_theme

    def draft(self, text: str = "A safe municipality", area: str = "school") -> int:
        self.work(wc.DraftGoal(area=area, text=text))
        return self.state.last_ids["goal"]

    def freeze(self, of: wc.VersionOf = "areas", sessions: tuple[str, ...] = ()) -> int:
        """A version as it is just now; its number."""
        self.work(frozen(self, of, sessions))
        return self.state.last_ids["version"]

    def carried_forward(self) -> "Matter":
        """A political keyword in every goal area."""
        for area in self.dialogue.definition.areas:
            self.theme(area.id, f"About {area.id}", "keyword")
        return self

    def stored(self, version: int, *documents: wc.DocumentKind) -> None:
        files = [file(document) for document in documents]
        self.work(wc.StoreFiles(version=version, files=files), renderer)


def frozen(matter: Meeting, of: wc.VersionOf, sessions: tuple[str, ...] = ()) -> wc.FreezeVersion:
    return wc.FreezeVersion(of=of, sessions=list(sessions), upto=matter.seq, log_hash="f" * 64)


def file(document: wc.DocumentKind, format: str = "pdf") -> wc.StoredFile:
    name = f"{document}.{format}"
    return wc.StoredFile(document, format, "internal", name, f"{document}-{format}", 10)
