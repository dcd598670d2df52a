"""From the files to the log: opening sessions, and marked copies of them for practice."""

import secrets

from msgspec.structs import replace

from dialog.domain.rules import renewed
from dialog.domain.state import Person
from dialog.domain.times import HOUR
from dialog.domain.versions import asking_what_was_sent
from dialog.live import LiveDialogue, LiveDialogues, now_ms
from dialog.protocol.agenda import REVIEWED, DialogueDefinition, Gate, SessionDefinition
from dialog.protocol.commands import (
    ChangeCode,
    CreateDialogue,
    JoinSession,
    OpenSession,
    SetClosing,
)
from dialog.protocol.refusals import CodeUnknown, NotNow, Refused, SessionHasEnded
from dialog.sessions import Dialogue, Library, definition_hash, load, swedish_ms
from dialog.settings import Settings
from dialog.store import doors

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters without look-alikes; seven of them are 34.7 bits."""
CODE_LENGTH = 7
OWN_CODE_LENGTH = 9
"""Of a code that lets one person in: 44 bits, in three parts of three."""
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

    It asks what the dialogue itself would ask just now. Everybody may come in by its code, and it
    does not close by itself.
    """
    name = f"{REHEARSAL}-{random_word(8)}"
    whole, definition = dialogue.definition, dialogue.sessions[session]
    real = await live.dialogue(dialogue.definition.id)
    if real is not None:
        whole = renewed(real.dialogue.definition, whole)
        definition = asking_what_was_sent(real.dialogue, definition)
    definition = replace(definition, entry="code", closes="")
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
    code = new_code() if definition.entry == "code" else ""
    closes_at = swedish_ms(definition.closes) if definition.closes else None
    opening = OpenSession(session, definition, hashed, code, room, gate, closes_at)
    await meeting.do(Person("system", session), opening)
    return session


async def join(live: LiveDialogues, code: str) -> tuple[str, int]:
    """Come in through a code: session and participant number, or `Refused`."""
    code = tidy_code(code)
    if len(code) == OWN_CODE_LENGTH:
        return await join_once(live, code)
    door = await live.read(doors.behind_code, code)
    if door is None or door.code_expires <= now_ms():
        raise Refused(CodeUnknown())
    return await new_participant(live, door.session)


async def join_once(live: LiveDialogues, code: str) -> tuple[str, int]:
    """Come in through a code of one's own: the first who does, and nobody after."""
    # Looked for before it is used: a guess must not cost the writer's thread anything.
    session = await live.read(doors.session_of_code, code, now_ms())
    if session is None or not await live.write(doors.use_code, code, now_ms()):
        raise Refused(CodeUnknown())
    try:
        return await new_participant(live, session)
    except Refused:
        await live.write(doors.give_code_back, code)
        raise


async def window_behind(live: LiveDialogues, code: str) -> str | None:
    """The session that a code leads to, if it is one to which people come back for days."""
    door = await live.read(doors.behind_code, tidy_code(code))
    meeting = None if door is None else await live.dialogue(door.dialogue)
    if door is None or meeting is None:
        return None
    return door.session if meeting.dialogue.sessions[door.session].is_window else None


async def new_participant(live: LiveDialogues, session: str, table: str = "") -> tuple[str, int]:
    """One more person in a session that is open, or the first device of a `table`."""
    meeting = await meeting_open(live, session)
    state = meeting.dialogue.sessions[session]
    channel = "table" if table else state.definition.channel
    outcome = await meeting.do(Person("system", session), JoinSession(channel, table))
    return session, meeting.joined_at(session, outcome.seq)


async def participant_of_table(live: LiveDialogues, session: str, table: str) -> int:
    """Who the devices of a table are in a session that is open. One more device makes nobody new:
    whoever has seen the table's link may open it as often as they like."""
    state = (await meeting_open(live, session)).dialogue.sessions[session]
    there = next((number for number, its in state.tables.items() if its == table), None)
    return there or (await new_participant(live, session, table))[1]


async def meeting_open(live: LiveDialogues, session: str) -> LiveDialogue:
    """The same as `meeting_of`, if the session has not ended."""
    meeting = await meeting_of(live, session)
    state = meeting.dialogue.sessions[session]
    if state.ended:
        raise Refused(SessionHasEnded(state.definition.results_url))
    return meeting


async def meeting_of(live: LiveDialogues, session: str) -> LiveDialogue:
    """The live dialogue that a session belongs to, or `Refused`."""
    meeting = await live.of_session(session)
    if meeting is None:
        raise Refused(CodeUnknown())
    return meeting


async def change_code(live: LiveDialogues, person: Person) -> str:
    """A new code for the session; the old one stops working."""
    meeting = await meeting_of(live, person.session)
    code = new_code()
    await meeting.do(person, ChangeCode(code))
    return code


async def set_closing(live: LiveDialogues, person: Person, closes: str) -> None:
    """Let the window close at `2019-04-07T23:59`, Swedish time; "": not by itself. ValueError if
    there is no such time."""
    at = swedish_ms(closes) if closes else None
    meeting = await meeting_of(live, person.session)
    await meeting.do(person, SetClosing(at))


# ── codes of one's own ────────────────────────────────────────────────────────────────────────


async def keep_codes(live: LiveDialogues, session: str, codes: list[str]) -> None:
    """From now on these let one person each into the session, and no others do."""
    expires = await own_codes_expire(live, session)
    await live.write(doors.draw_codes, session, codes, expires)


async def new_code_for(live: LiveDialogues, session: str, seat: int) -> str:
    """Another code for a seat whose first one is lost; that one lets nobody in any longer."""
    expires = await own_codes_expire(live, session)
    code = new_code(OWN_CODE_LENGTH)
    if not await live.write(doors.redraw_code, session, seat, code, expires):
        raise Refused(CodeUnknown())
    return code


async def own_codes_expire(live: LiveDialogues, session: str) -> int:
    """Until when codes drawn just now let people in; `Refused` where nobody has a code of their
    own."""
    state = (await meeting_of(live, session)).dialogue.sessions[session]
    if state.ended or state.definition.entry != "personal":
        raise Refused(NotNow())
    return now_ms() + int(state.definition.code_hours * HOUR)


def new_code(length: int = CODE_LENGTH) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def random_word(length: int) -> str:
    """Lower-case letters and digits for an id."""
    return "".join(secrets.choice(LETTERS.lower()) for _ in range(length))


def tidy_code(code: str) -> str:
    """Any case, with or without dashes and spaces; a few look-alikes as they were meant."""
    return "".join(c for c in code.upper() if c in LETTERS)[:OWN_CODE_LENGTH]
