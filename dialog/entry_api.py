"""JSON over HTTP for the other ways in: the device of a table, a code of one's own, and when a
window closes.
"""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialog import opening
from dialog.api import Secret, body_of, json_response
from dialog.domain.state import Person
from dialog.identity import HOST
from dialog.installation import Installation, installation_of
from dialog.live import now_ms
from dialog.protocol.refusals import Malformed, NotAllowed, Refused
from dialog.reports import printables
from dialog.reports.formats import MEDIA_TYPES
from dialog.reports.letterhead import letterhead
from dialog.rights import PAGES
from dialog.staff_api import facilitator
from dialog.store import doors

MOST_SEATS = 200

# ── a table's device ──────────────────────────────────────────────────────────────────────────


async def open_table(request: Request) -> Response:
    """The secret of a table's link for the cookie of its device. A device that has it already
    keeps it."""
    here, session = installation_of(request), request.path_params["session"]
    secret = (await body_of(request, Secret)).secret
    generations = await here.staff.generations()
    generation = generations.get(HOST, 0)
    table = here.identity.table_of_secret(session, secret, generation, now_ms())
    if table is None:
        here.doorkeeper.note_wrong_code(request)
        raise Refused(NotAllowed())
    response = json_response({"session": session, "table": table})
    there = here.identity.host(request, session, generations)
    if there is None or there.table != table:
        number = await opening.participant_of_table(here.live, session, table)
        # Its number may be of a life that has just begun; its link is of the generation above.
        current = {**await here.staff.generations(), HOST: generation}
        here.identity.admit_host(request, response, session, number, table, current)
    return response


async def revoke_tables(request: Request) -> Response:
    """Make every table's link and device a stranger, in all sessions."""
    by = await facilitator(request)
    await installation_of(request).staff.revoke(HOST, by)
    return json_response({})


# ── a window ──────────────────────────────────────────────────────────────────────────────────


class Closing(msgspec.Struct):
    """`2019-04-07T23:59`, Swedish time; "": not by itself."""

    closes: Annotated[str, Meta(max_length=16)]


async def close_window(request: Request) -> Response:
    """Change when the window closes."""
    it, here = await facilitator(request), installation_of(request)
    asked = await body_of(request, Closing)
    try:
        await opening.set_closing(
            here.live, Person(it.role, request.path_params["session"], seat=it.seat), asked.closes
        )
    except ValueError:
        raise Refused(Malformed("closes")) from None
    return json_response({})


# ── codes of one's own ────────────────────────────────────────────────────────────────────────


async def seats(request: Request) -> Response:
    """How many codes there are, and how many have let somebody in."""
    here = installation_of(request)
    await here.admitted(request, PAGES["console"])
    taken = await here.live.read(doors.seats_taken, request.path_params["session"])
    return json_response(taken)


class Roster(msgspec.Struct):
    """`names` stand on the paper, in order of the seats, and nowhere else."""

    seats: Annotated[int, Meta(ge=1, le=MOST_SEATS)]
    names: Annotated[list[Annotated[str, Meta(max_length=80)]], Meta(max_length=MOST_SEATS)] = []


async def roster(request: Request) -> Response:
    """New codes for a closed meeting, as a PDF to print: the only place where codes and names stand
    together. The codes that were drawn before let nobody in any longer."""
    it, here = await facilitator(request), installation_of(request)
    id = request.path_params["session"]
    asked = await body_of(request, Roster)
    await opening.own_codes_expire(here.live, id)
    session = await here.session(id)
    codes = [opening.new_code(opening.OWN_CODE_LENGTH) for _ in range(asked.seats)]
    strips = [
        printables.Strip(seat, name.strip(), own_way_in(here, code))
        for seat, (code, name) in enumerate(
            zip(codes, [*asked.names, *[""] * asked.seats], strict=False), start=1
        )
    ]
    head = letterhead(here.settings, session.dialogue.definition.municipality)
    made = await here.freezing.printed(printables.roster(session, strips, head))
    # Only now: had the paper failed, nobody would have known the codes.
    await opening.keep_codes(here.live, id, codes)
    await here.staff.note(it, "printed", f"{id} roster")
    headers = {"Cache-Control": "no-store"}
    headers["Content-Disposition"] = f'attachment; filename="{printables.NAMES["roster"]}.pdf"'
    return Response(made, headers=headers, media_type=MEDIA_TYPES["pdf"])


class Seat(msgspec.Struct):
    seat: Annotated[int, Meta(ge=1, le=MOST_SEATS)]


async def another_code(request: Request) -> Response:
    """Another code for one seat, shown once."""
    it, here = await facilitator(request), installation_of(request)
    id = request.path_params["session"]
    asked = await body_of(request, Seat)
    code = await opening.new_code_for(here.live, id, asked.seat)
    await here.staff.note(it, "printed", f"{id} seat {asked.seat}")
    way = own_way_in(here, code)
    return json_response({"code": way.shown_code, "qr": here.qr(own_link(here, code))})


def own_link(here: Installation, code: str) -> str:
    """Where a strip's QR leads. The code lets somebody in once: it stands where no log sees it."""
    return f"{here.settings.home_url}/#{code}"


def own_way_in(here: Installation, code: str) -> printables.WayIn:
    return printables.WayIn(here.settings.home_url, code, here.picture(own_link(here, code)))


routes = [
    Route("/api/t/{session}", open_table, methods=["POST"]),
    Route("/api/staff/revoke-tables", revoke_tables, methods=["POST"]),
    Route("/api/s/{session}/closing", close_window, methods=["POST"]),
    Route("/api/s/{session}/seats", seats),
    Route("/api/s/{session}/roster", roster, methods=["POST"]),
    Route("/api/s/{session}/another-code", another_code, methods=["POST"]),
]
