"""JSON over HTTP for the workboard: the whole dialogue, wishes about it, its documents."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialog.api import doing, json_response
from dialog.domain.findings.model import Scope
from dialog.domain.state import Person
from dialog.installation import Installation, installation_of
from dialog.live import LiveDialogue
from dialog.protocol.refusals import Malformed, NotAllowed, Refused, UnknownVersion
from dialog.rights import PAGES


async def present(here: Installation, request: Request) -> tuple[Person, LiveDialogue]:
    """The member of staff who asks, and the dialogue that the address names."""
    it = await here.admitted(request, PAGES["work"])
    live = await here.live.dialogue(request.path_params["dialogue"])
    if live is None:
        raise Refused(NotAllowed())
    return Person(it.role, seat=it.seat), live


async def records(request: Request) -> Response:
    """The whole view over HTTP."""
    person, live = await present(installation_of(request), request)
    return json_response(await live.whole_view(person, "workboard"))


# ── what the log says ─────────────────────────────────────────────────────────────────────────


async def findings(request: Request) -> Response:
    """`?sessions=a,b` (all), `edition=internal|public` (internal), `version=N` (as it stands)."""
    here = installation_of(request)
    _, live = await present(here, request)
    scope = scope_of(request, live)
    version = number_of(request, "version")
    return compressed(await here.finder.findings(live, scope, version))


async def difference(request: Request) -> Response:
    """`?from=N|hall&to=N|now&sessions=a,b` (those of the version `from`, else all)."""
    here = installation_of(request)
    _, live = await present(here, request)
    sessions, after = scope_of(request, live).sessions, number_of(request, "to", "now")
    if request.query_params.get("from") == "hall":
        return compressed(await here.finder.since_the_hall(live, sessions, after))
    before = number_of(request, "from")
    version = live.dialogue.work.versions.get(before)
    if version is None:
        raise Refused(UnknownVersion())
    sessions = sessions or tuple(version.sessions)
    return compressed(await here.finder.difference(live, sessions, before, after))


def scope_of(request: Request, live: LiveDialogue) -> Scope:
    named = request.query_params.get("sessions", "")
    sessions = tuple(dict.fromkeys(it for it in named.split(",") if it))
    if not live.dialogue.sessions.keys() >= set(sessions):
        raise Refused(Malformed("sessions"))
    match request.query_params.get("edition", "internal"):
        case "internal" | "public" as edition:
            return Scope(sessions, edition)
    raise Refused(Malformed("edition"))


def number_of(request: Request, name: str, none: str = "0") -> int:
    """A version's number; 0 where it is not asked for."""
    text = request.query_params.get(name, none)
    return 0 if text == none else as_number(text, name)


def as_number(text: str, name: str) -> int:
    """The number that stands in an address as `name`, or `Refused`: anybody writes addresses."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(Malformed(name))
    return int(text)


def compressed(content: bytes) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Encoding": "gzip"}
    return Response(content, headers=headers, media_type="application/json")


routes = [
    Route("/api/dialogue/{dialogue}/do", doing(present), methods=["POST"]),
    Route("/api/dialogue/{dialogue}/records", records),
    Route("/api/dialogue/{dialogue}/findings", findings),
    Route("/api/dialogue/{dialogue}/difference", difference),
]
