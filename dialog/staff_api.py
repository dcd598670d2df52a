"""JSON over HTTP for staff: opening, rehearsing, pairing, making from the template."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dialog import opening
from dialog.api import body_of, json_response
from dialog.domain.state import Person
from dialog.domain.work import NOTE_LIMIT, fit_line, fit_text
from dialog.identity import SignedIn
from dialog.installation import installation_of
from dialog.live import now_ms
from dialog.protocol.agenda import Gate, SessionType, free
from dialog.protocol.events import ContributionMasked, ContributionPosted, Entry
from dialog.protocol.refusals import (
    CodeUnknown,
    Malformed,
    NotAllowed,
    Refused,
    Wait,
)
from dialog.rights import FACILITATOR, PAGES
from dialog.sessions import (
    Dialogue,
    Library,
    dialogue_from_template,
    load,
    save_dialogue,
    save_session,
    session_from_template,
)
from dialog.settings import shipped
from dialog.store import doors
from dialog.store import log as store
from dialog.text.masks import shown

ROOM_LIMIT = 40


async def facilitator(request: Request) -> SignedIn:
    """The facilitator who asks, or `Refused`."""
    return await installation_of(request).admitted(request, FACILITATOR)


class Named(msgspec.Struct):
    session: str


async def overview(request: Request) -> Response:
    here = installation_of(request)
    it = await here.admitted(request)
    return json_response(await here.overview(it.role))


class Open(msgspec.Struct):
    """`gate`: the answers to SKR's two questions, where the session's file has none."""

    dialogue: str
    session: str
    room: str = ""
    gate: Gate | None = None


async def open_session(request: Request) -> Response:
    """Open a session from its file."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, Open)
    dialogue = await here.written(asked.dialogue, asked.session)
    room, gate = fit_line(asked.room, ROOM_LIMIT), asked.gate and answered(asked.gate)
    session = await opening.open_session(here.live, dialogue, asked.session, room, gate)
    await here.staff.note(it, "opened", session)
    return json_response({"session": session})


def answered(gate: Gate) -> Gate:
    return replace(gate, note=fit_text(gate.note, NOTE_LIMIT))


class Rehearse(msgspec.Struct):
    """`participants` 0: only the copy is opened, and whoever asked fills it."""

    dialogue: str
    session: str
    participants: Annotated[int, Meta(ge=0, le=300)] = 30
    pace: Annotated[float, Meta(ge=0, le=10)] = 1.0


async def rehearse(request: Request) -> Response:
    """Open a marked copy and fill it with a simulated hall."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, Rehearse)
    dialogue = await here.written(asked.dialogue, asked.session)
    if asked.participants and not here.rehearsals.has_room():
        raise Refused(Wait(60))
    session = await opening.open_rehearsal(here.live, dialogue, asked.session)
    if asked.participants:
        state = await here.session(session)
        here.rehearsals.start(session, state.code, asked.dialogue, asked.participants, asked.pace)
    await here.staff.note(it, "rehearsed", session)
    return json_response({"session": session})


async def discard(request: Request) -> Response:
    """Throw a rehearsal away."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, Named)
    door = await here.live.read(doors.door_of, asked.session)
    here.rehearsals.stop(asked.session)
    if door is None or not await here.live.discard(door.dialogue):
        raise Refused(NotAllowed())
    await here.staff.note(it, "discarded", asked.session)
    return json_response({})


class Kept(msgspec.Struct):
    """A contribution as the log on disk holds it: where, and in which words (as far as they are not
    masked). Not by whom."""

    seq: int
    contribution: int
    text: str | None


async def export(request: Request) -> Response:
    """Every contribution of a session, read anew from the log: what `dialog rehearse` counts."""
    it, here = await facilitator(request), installation_of(request)
    session = request.query_params.get("session", "")
    door = await here.live.read(doors.door_of, session)
    if door is None:
        raise Refused(CodeUnknown())
    entries = await here.live.read(store.entries_after, door.dialogue, 0)
    masked = {
        entry.event.contribution: entry.event.spans
        for entry in entries
        if isinstance(entry.event, ContributionMasked)
    }
    kept = [
        Kept(entry.seq, number, entry.words and shown(entry.words, masked.get(number, [])))
        for entry, number in posted(entries)
        if entry.session == session
    ]
    await here.staff.note(it, "exported", session)
    return json_response(kept)


def posted(entries: Iterable[Entry]) -> Iterator[tuple[Entry, int]]:
    """The entries that are contributions, and the number of each."""
    for entry in entries:
        if isinstance(entry.event, ContributionPosted):
            yield entry, entry.event.contribution


class Pair(msgspec.Struct):
    number: str
    session: str


async def pair(request: Request) -> Response:
    """Give the screen that shows `number` to a session."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, Pair)
    number = "".join(c for c in asked.number if c.isdigit())
    door = await here.live.read(doors.door_of, asked.session)
    if door is None or door.ended:
        raise Refused(CodeUnknown())
    if not await here.live.write(doors.pair, number, asked.session, now_ms()):
        return JSONResponse({"kind": "unknown-number"}, 404)
    await here.staff.note(it, "paired", asked.session)
    return json_response({})


async def change_code(request: Request) -> Response:
    here = installation_of(request)
    it = await here.admitted(request, PAGES["moderate"])
    asked = await body_of(request, Named)
    person = Person(it.role, asked.session, seat=it.seat)
    code = await opening.change_code(here.live, person)
    return json_response({"code": code})


LINE_LIMIT = 120
Line = Annotated[str, Meta(pattern=r"\S", max_length=LINE_LIMIT)]


class NewDialogue(msgspec.Struct):
    municipality: Line
    record_number: Annotated[str, Meta(max_length=60)]
    title: Line
    areas: Annotated[list[Line], Meta(min_length=1, max_length=12)]
    target_groups: Annotated[list[Line], Meta(max_length=30)] = []
    purpose: Annotated[str, Meta(max_length=1000)] = ""


async def new_dialogue(request: Request) -> Response:
    """A municipality's own dialogue, from the template."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, NewDialogue)
    library = await here.library()
    its = {name: fitted(value) for name, value in msgspec.structs.asdict(asked).items()}
    made = dialogue_from_template(template_of(library), **its)
    made.id = free(made.id, library.dialogues)
    try:
        save_dialogue(here.settings.own_sessions, made)
    except (ValueError, FileExistsError) as error:
        raise Refused(Malformed(str(error))) from None
    await here.staff.note(it, "made", made.id)
    return json_response({"dialogue": made.id})


def fitted(value: Any) -> Any:
    """A text, or each of a list, as it will be kept; or `Refused`."""
    if isinstance(value, list):
        return [fitted(it) for it in value]
    return fit_text(value, NOTE_LIMIT)


def template_of(library: Library) -> Dialogue:
    """The folder's own template, else the shipped one."""
    template = library.template or load(shipped("sessions")).template
    if template is None:
        raise Refused(Malformed("there is no folder sessions/_template to start from"))
    return template


class NewSession(msgspec.Struct):
    dialogue: str
    title: Line
    date: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$(?!\n)")] = ""
    type: SessionType = "citizen-dialogue"


async def new_session(request: Request) -> Response:
    """A session of a dialogue, from the template."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, NewSession)
    dialogue = await here.written(asked.dialogue)
    template = template_of(await here.library())
    definition, title = dialogue.definition, fit_line(asked.title, LINE_LIMIT)
    made = session_from_template(
        template, definition, asked.type, title, asked.date, taken=dialogue.sessions
    )
    own = here.settings.own_sessions
    try:
        if not (own / definition.id).is_dir():
            save_dialogue(own, definition)
        save_session(own, definition, made)
    except (ValueError, LookupError, FileExistsError) as error:
        raise Refused(Malformed(str(error))) from None
    await here.staff.note(it, "made", f"{definition.id} {made.id}")
    return json_response({"session": made.id})


routes = [
    Route("/api/staff/overview", overview),
    Route("/api/staff/open", open_session, methods=["POST"]),
    Route("/api/staff/rehearse", rehearse, methods=["POST"]),
    Route("/api/staff/export", export),
    Route("/api/staff/discard", discard, methods=["POST"]),
    Route("/api/staff/pair", pair, methods=["POST"]),
    Route("/api/staff/code", change_code, methods=["POST"]),
    Route("/api/staff/new-dialogue", new_dialogue, methods=["POST"]),
    Route("/api/staff/new-session", new_session, methods=["POST"]),
]
