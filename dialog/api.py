"""JSON over HTTP: joining, receipts, projectors, and the dialogue for those whose network stops
WebSockets. What staff do around the sessions is in `staff_api.py`.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast

import msgspec
from msgspec import Meta
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialog import opening
from dialog.domain import receipts as told
from dialog.domain.state import Person
from dialog.domain.times import MINUTE
from dialog.identity import StaffRole
from dialog.installation import Installation, installation_of
from dialog.live import RETRY_UNSAVED, LiveDialogue, now_ms
from dialog.protocol.codec import Unreadable, encode
from dialog.protocol.events import ContributionPosted
from dialog.protocol.frames import Audience, Do
from dialog.protocol.records import ReceiptAnswer, Received
from dialog.protocol.refusals import (
    AnyRefusal,
    CodeUnknown,
    JoiningClosed,
    Malformed,
    NotAllowed,
    NotJoined,
    Refused,
    SessionHasEnded,
    TooManyWrongCodes,
    Unsaved,
    Wait,
)
from dialog.sockets import AUDIENCES_OF
from dialog.store import doors
from dialog.store import log as store

log = logging.getLogger(__name__)

Present = Callable[[Installation, Request], Awaitable[tuple[Person, LiveDialogue]]]
Handler = Callable[[Request], Awaitable[Response]]

PROJECTOR_WAITS = 15 * MINUTE
"""ms for which a number is shown that nobody has paired."""
STATUS: dict[type, int] = {
    CodeUnknown: 404,
    SessionHasEnded: 410,
    TooManyWrongCodes: 429,
    Wait: 429,
    NotAllowed: 403,
    NotJoined: 401,
    JoiningClosed: 403,
    Unsaved: 503,
}


def refusal_response(refusal: AnyRefusal) -> Response:
    return json_response(refusal, STATUS.get(type(refusal), 400))


def json_response(content: object, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(encode(content), status, headers, media_type="application/json")


async def body_of(request: Request, type: Any) -> Any:
    """The request's JSON as `type`, or `Refused`."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(Malformed("Content-Type must be application/json"))
    try:
        return msgspec.json.decode(await request.body(), type=type)
    except (Unreadable, UnicodeError, RecursionError) as error:
        raise Refused(Malformed(str(error)[:200])) from None


# ── participants ──────────────────────────────────────────────────────────────────────────────


class Join(msgspec.Struct):
    code: str


async def join(request: Request) -> Response:
    """Come in through a code; the phone gets its token as a cookie."""
    here = installation_of(request)
    asked = await body_of(request, Join)
    if known := await here.back_in_window(request, asked.code):
        return json_response({"session": known})
    session, participant = await let_in(here, request, asked.code)
    response = json_response({"session": session})
    await here.admit(request, response, session, participant)
    return response


async def let_in(here: Installation, request: Request, code: str) -> tuple[str, int]:
    """Session and participant behind a code; wrong codes are counted."""
    try:
        return await opening.join(here.live, code)
    except Refused as refused:
        if isinstance(refused.refusal, CodeUnknown):
            here.doorkeeper.note_wrong_code(request)
        raise


async def next_person(request: Request) -> Response:
    """Somebody else takes over this phone: a new participant, who sees nothing of the former. What
    holds for the phone goes on holding: its limits, and that what comes from it waits."""
    here, session = installation_of(request), request.path_params["session"]
    former = here.identity.participant(request, session, await here.staff.generations())
    if former is None:
        raise Refused(NotJoined())
    if (await here.session(session)).definition.entry == "personal":
        raise Refused(NotAllowed())
    if wait := here.next_persons.take((session, former.phone)):
        raise Refused(Wait(round(wait)))
    _, participant = await opening.new_participant(here.live, session)
    response = json_response({"session": session})
    await here.admit(request, response, session, participant)
    return response


def doing(present: Present) -> Handler:
    """One wish over HTTP of whoever `present` finds, answered as an `ack` or `nack` frame."""

    async def do(request: Request) -> Response:
        here = installation_of(request)
        person, live = await present(here, request)
        frame = await body_of(request, Do)
        return json_response(await here.sockets.do(live, person, frame))

    return do


async def records(request: Request) -> Response:
    """The whole view over HTTP. A page without a socket asks for it every third second."""
    here = installation_of(request)
    person, live = await present(here, request)
    if person.phone is not None and (wait := here.views_asked_for.take(person.device)):
        raise Refused(Wait(round(wait + 0.5)))
    role = cast(StaffRole, person.role) if person.is_staff else None
    audience = audience_for(request, role) if role else None
    return json_response(await live.whole_view(person, audience or "phone"))


async def present(here: Installation, request: Request) -> tuple[Person, LiveDialogue]:
    """Whoever asks, in the session that the address names: as staff if they ask as an audience
    of staff, else as the participant of this phone, if there is one."""
    session = request.path_params["session"]
    person = await here.guest(request, session)
    if person is None or request.query_params.get("audience", "phone") != "phone":
        person = await staff_in(here, request, session) or person
    live = await here.dialogue_of(session)
    if person is None or live is None:
        raise Refused(NotJoined())
    return person, live


async def staff_in(here: Installation, request: Request, session: str) -> Person | None:
    """Staff whose role looks at the audience asked for."""
    it = await here.staff.who(request)
    if it is None or audience_for(request, it.role) is None:
        return None
    return Person(it.role, session, seat=it.seat)


def audience_for(request: Request, role: StaffRole) -> Audience | None:
    """The audience of a session that is asked for, or else the role's first; None if it may not
    look at that one."""
    seen = [it for it in AUDIENCES_OF[role] if it != "workboard"]
    asked = request.query_params.get("audience", next(iter(seen), None))
    return next((it for it in seen if it == asked), None)


class Receipts(msgspec.Struct):
    receipts: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=100)]


async def receipts(request: Request) -> Response:
    """What became of the contributions behind these receipts. Wrong ones are counted."""
    here = installation_of(request)
    asked = (await body_of(request, Receipts)).receipts
    hashes = [hashlib.sha256(receipt.encode()).hexdigest() for receipt in asked]
    places = await here.live.read(doors.receipts, hashes)
    if not places:
        here.doorkeeper.note_wrong_receipts(request)
    answer = ReceiptAnswer([], {})
    found = {hash: await received(here, answer, *place) for hash, place in places.items()}
    answer.received = [found.get(hash) for hash in hashes]
    return json_response(answer)


async def received(
    here: Installation, answer: ReceiptAnswer, dialogue: str, seq: int
) -> Received | None:
    """The contribution posted at `seq`, for its author; how far its dialogue has come with it."""
    live = await here.live.dialogue(dialogue)
    entries = await here.live.read(store.entries_after, dialogue, seq - 1, seq)
    if live is None or not entries or not isinstance(entries[0].event, ContributionPosted):
        return None
    answer.dialogues[dialogue] = told.progress(live.dialogue)
    session = live.dialogue.sessions[entries[0].session]
    return told.received(session, entries[0].event.contribution)


# ── the projector ─────────────────────────────────────────────────────────────────────────────


class Secret(msgspec.Struct):
    secret: str


async def show_projector(request: Request) -> Response:
    """A screen that wants to be paired: the number it shall show, and its secret."""
    here, expires = installation_of(request), now_ms() + PROJECTOR_WAITS
    here.doorkeeper.let_projector_wait(request)
    gives_way = here.doorkeeper.gives_way()

    def issue(db: Any) -> tuple[str, str]:
        doors.sweep(db, now_ms())
        if gives_way is not None:
            doors.take_number_back(db, gives_way)
        number = doors.free_number(db)
        return number, doors.issue_ticket(db, "projector", expires, number=number)

    number, secret = await here.live.write(issue)
    here.doorkeeper.waits(request, secret)
    return json_response({"number": number, "secret": secret})


async def projector_waits(request: Request) -> Response:
    """Which session the screen has been given, if any yet."""
    here = installation_of(request)
    asked = await body_of(request, Secret)
    ticket = await here.live.read(doors.ticket, "projector", asked.secret, now_ms())
    if ticket is None:
        here.doorkeeper.waits_no_longer(asked.secret)
        return json_response({"session": None, "expired": True})
    here.doorkeeper.still_waits(asked.secret)
    response = json_response({"session": ticket.session})
    if ticket.session is not None:
        await here.live.write(doors.use_ticket, "projector", asked.secret, now_ms())
        here.doorkeeper.waits_no_longer(asked.secret)
        await here.admit_screen(request, response, ticket.session)
    return response


async def refused(request: Request, error: Exception) -> Response:
    """What the rules refuse, over HTTP."""
    assert isinstance(error, Refused)
    return refusal_response(error.refusal)


async def unsaved(request: Request, error: Exception) -> Response:
    """The disk is full, or the database is away: whoever asked may ask again in a while."""
    log.warning("an answer over HTTP: nothing saved: %s", type(error).__name__)
    return refusal_response(Unsaved(RETRY_UNSAVED))


failures = {Refused: refused, SQLAlchemyError: unsaved}

routes = [
    Route("/api/join", join, methods=["POST"]),
    Route("/api/s/{session}/next-person", next_person, methods=["POST"]),
    Route("/api/s/{session}/do", doing(present), methods=["POST"]),
    Route("/api/s/{session}/records", records),
    Route("/api/receipts", receipts, methods=["POST"]),
    Route("/api/projector", show_projector, methods=["POST"]),
    Route("/api/projector/wait", projector_waits, methods=["POST"]),
]
