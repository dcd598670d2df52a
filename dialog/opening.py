"""From the files to the log: opening sessions, and marked copies of them for practice."""

import secrets

from dialog.domain.rules import renewed
from dialog.domain.state import Person
from dialog.domain.versions import asking_what_was_sent
from dialog.live import LiveDialogue, LiveDialogues, now_ms
from dialog.protocol.agenda import REVIEWED, DialogueDefinition, Gate, SessionDefinition
from dialog.protocol.commands import ChangeCode, CreateDialogue, JoinSession, OpenSession
from dialog.protocol.refusals import CodeUnknown, Refused, SessionHasEnded
from dialog.sessions import Dialogue, Library, definition_hash, load
from dialog.settings import Settings
from dialog.store import doors

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters without look-alikes; seven of them are 34.7 bits (SECURITY.md, B2)."""
CODE_LENGTH = 7
SYSTEM = Person("system")
REHEARSAL = "rehearsal"


def library(settings: Settings) -> Library:
    """The shipped dialogues and those made in the browser."""
    found = load(settings.sessions)
    if not settings.own_sessions.is_dir():
        return found
    own = load(settings.own_sessions)
    found.mistakes += own.mistakes
    found.municipality = own.municipality or found.municipality
    for id, dialogue in own.dialogues.items():
        # Sessions made in the browser for a shipped dialogue lie in a folder of the same name.
        found.dialogues.setdefault(id, dialogue).sessions |= dialogue.sessions
    return found


def reviewed(settings: Settings) -> frozenset[str]:
    """The languages of the interface that a native speaker has read, by us or the municipality."""
    its = library(settings).municipality
    return frozenset((*REVIEWED, *(its.reviewed_languages if its else ())))


async def open_session(
    live: LiveDialogues,
    dialogue: Dialogue,
    session: str,
    room: str = "",
    gate: Gate | None = None,
) -> str:
    """Open a session of a dialogue from its file; the new session's id."""
    meeting = await live.create(dialogue.definition.id)
    definition = dialogue.sessions[session]
    return await _open(meeting, dialogue.definition, definition, room, gate)


async def open_rehearsal(live: LiveDialogues, dialogue: Dialogue, session: str) -> str:
    """Open a marked copy in a log of its own: it never enters the dialogue's record.

    It asks what the dialogue itself would ask just now.
    """
    name = f"{REHEARSAL}-{random_word(8)}"
    whole, definition = dialogue.definition, dialogue.sessions[session]
    real = await live.dialogue(dialogue.definition.id)
    if real is not None:
        whole = renewed(real.dialogue.definition, whole)
        definition = asking_what_was_sent(real.dialogue, definition)
    meeting = await live.create(name, rehearsal=True)
    return await _open(meeting, whole, definition, rehearsal=True)


async def _open(
    meeting: LiveDialogue,
    dialogue: DialogueDefinition,
    definition: SessionDefinition,
    room: str = "",
    gate: Gate | None = None,
    rehearsal: bool = False,
) -> str:
    await meeting.do(SYSTEM, CreateDialogue(dialogue, rehearsal))
    session = f"{definition.id}-{random_word(5)}"
    hashed = definition_hash(definition)
    opening = OpenSession(session, definition, hashed, new_code(), room, gate)
    await meeting.do(Person("system", session), opening)
    return session


async def join(live: LiveDialogues, code: str) -> tuple[str, int]:
    """Come in through a code: session and participant number, or `Refused`."""
    door = await live.read(doors.behind_code, tidy_code(code))
    if door is None or door.code_expires <= now_ms():
        raise Refused(CodeUnknown())
    return await new_participant(live, door.session)


async def new_participant(live: LiveDialogues, session: str) -> tuple[str, int]:
    """One more person in a session that is open."""
    door = await live.read(doors.door_of, session)
    meeting = None if door is None else await live.dialogue(door.dialogue)
    if meeting is None:
        raise Refused(CodeUnknown())
    state = meeting.dialogue.sessions[session]
    if state.ended:
        raise Refused(SessionHasEnded(state.definition.results_url))
    outcome = await meeting.do(Person("system", session), JoinSession(state.definition.channel))
    return session, meeting.joined_at(session, outcome.seq)


async def change_code(live: LiveDialogues, person: Person) -> str:
    """A new code for the session; the old one stops working."""
    door = await live.read(doors.door_of, person.session)
    meeting = None if door is None else await live.dialogue(door.dialogue)
    if meeting is None:
        raise Refused(CodeUnknown())
    code = new_code()
    await meeting.do(person, ChangeCode(code))
    return code


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def random_word(length: int) -> str:
    """Lower-case letters and digits for an id."""
    return "".join(secrets.choice(LETTERS.lower()) for _ in range(length))


def tidy_code(code: str) -> str:
    """Any case, with or without dashes and spaces; a few look-alikes as they were meant."""
    return "".join(c for c in code.upper() if c in LETTERS)[:CODE_LENGTH]
