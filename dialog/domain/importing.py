"""Earlier material: a session of its own, opened, filled and ended in one wish."""

from hashlib import sha256

from dialog.domain import contributions, personal_data
from dialog.domain.facts import Fact, require
from dialog.domain.languages import language_of
from dialog.domain.state import Dialogue, Person
from dialog.domain.texts import definition_hash
from dialog.domain.work import TITLE_LIMIT, Applier, Marker, fit_line
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol.agenda import (
    COMMITTEES,
    UNDISCLOSED,
    Collect,
    SessionDefinition,
)
from dialog.protocol.refusals import (
    AlreadyDone,
    NothingLeft,
    UnknownArea,
    UnknownTargetGroup,
    WrongTopic,
)

STEP = "import"


def bring_in(
    dialogue: Dialogue, person: Person, command: wc.ImportContributions, at: int
) -> list[Fact]:
    """All of it, or a refusal that is about the first row that cannot be kept."""
    require(command.session not in dialogue.sessions, AlreadyDone())
    require(command.rows, NothingLeft())
    definition = session_of(command)
    # Nobody comes in by the code: it has run out, and nobody can type small letters.
    code = sha256(command.session.encode()).hexdigest()[:12]
    first = next(reversed(dialogue.contributions), 0) + 1
    return [
        Fact(e.SessionOpened(definition, definition_hash(definition), code, at)),
        *(
            posted(dialogue, row, number, command)
            for number, row in enumerate(command.rows, start=first)
        ),
        Fact(e.SessionEnded()),
    ]


def session_of(command: wc.ImportContributions) -> SessionDefinition:
    title = fit_line(command.title, TITLE_LIMIT) or command.session
    return SessionDefinition(
        id=command.session,
        type="citizen-dialogue",
        title=title,
        purpose=title,
        level="consultation",
        can_influence=[],
        decided=[],
        steps=[Collect(id=STEP, title=title, kinds=["keyword", "question", "meaning"])],
        date=command.date,
        access=command.access,
        moderation=command.moderation,
    )


def posted(
    dialogue: Dialogue, row: wc.ImportedContribution, number: int, command: wc.ImportContributions
) -> Fact:
    """Staff have looked through the rows: only what is flagged waits, whatever else would."""
    it = dialogue.definition
    require(row.area is None or dialogue.area(row.area), UnknownArea())
    groups = {group.id for group in it.target_groups} | {UNDISCLOSED, COMMITTEES}
    require(row.target_group in groups, UnknownTargetGroup())
    require(row.topic is None or row.topic in {topic.id for topic in it.topics}, WrongTopic())
    words = contributions.fit_words(row.text)
    flags = personal_data.flags(words)
    event = e.ContributionPosted(
        contribution=number,
        step=STEP,
        kind=row.kind,
        area=row.area,
        topic=row.topic,
        target_group=COMMITTEES if command.channel == "committee" else row.target_group,
        channel=command.channel,
        language=language_of(row.text, row.language),
        held=bool(flags) and command.moderation != "show-all",
        flags=flags,
    )
    return Fact(event, words)


decides = {wc.ImportContributions: bring_in}
applies: dict[type, Applier] = {}
marks: dict[type, Marker] = {}
"""What happens is what happens at any session."""
