"""JSON over HTTP for the workboard: the whole dialogue, wishes about it, its documents."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialog.api import body_of, json_response
from dialog.domain.state import Person
from dialog.installation import Installation, installation_of
from dialog.live import LiveDialogue
from dialog.protocol.frames import Do
from dialog.protocol.refusals import NotAllowed, Refused


async def present(here: Installation, request: Request) -> tuple[Person, LiveDialogue]:
    """The member of staff who asks, and the dialogue that the address names."""
    role = await here.role(request)
    live = await here.live.dialogue(request.path_params["dialogue"])
    if role is None or live is None:
        raise Refused(NotAllowed())
    return Person(role), live


async def do(request: Request) -> Response:
    """One wish over HTTP, answered as an `ack` or `nack` frame."""
    here = installation_of(request)
    person, live = await present(here, request)
    frame = await body_of(request, Do)
    return json_response(await here.sockets.do(live, person, frame))


async def records(request: Request) -> Response:
    """The whole view over HTTP."""
    person, live = await present(installation_of(request), request)
    return json_response(await live.whole_view(person, "workboard"))


routes = [
    Route("/api/dialogue/{dialogue}/do", do, methods=["POST"]),
    Route("/api/dialogue/{dialogue}/records", records),
]
