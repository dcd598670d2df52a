"""HTML: the six pages, the plain forms for browsers without script, and the printed words."""

import logging
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dialog import locales, opening, plain
from dialog.analysis.goal_words import goals
from dialog.domain.receipts import feedback_date
from dialog.domain.state import Dialogue
from dialog.installation import Installation, installation_of
from dialog.protocol.agenda import DialogueDefinition
from dialog.protocol.work_commands import TEXT_FIELDS
from dialog.rendering import language_of, render
from dialog.reports import html, printables
from dialog.reports.formats import PAGES
from dialog.settings import shipped
from dialog.store import doors, files

log = logging.getLogger(__name__)


# ── the phone ─────────────────────────────────────────────────────────────────────────────────


async def start(request: Request) -> Response:
    return render(request, "phone.html", "phone")


async def by_code(request: Request) -> Response:
    """Where the QR leads."""
    code = opening.tidy_code(request.path_params["code"])
    return render(request, "phone.html", "phone", {"code": code})


async def phone(request: Request) -> Response:
    """The phone in a session; the join page for someone who has not joined."""
    here, session = installation_of(request), request.path_params["session"]
    joined = await here.guest(request, session)
    if joined is None or await here.dialogue_of(session) is None:
        return render(request, "phone.html", "phone")
    response = render(request, "phone.html", "phone", {"session": session})
    if joined.role == "participant" and joined.participant is not None:
        # Again: a window may be open for longer now than it was when the phone came in.
        first = here.identity.first_on_this_phone(request, session)
        await here.admit(request, response, session, joined.participant, first)
    return response


async def host(request: Request) -> Response:
    """Where the QR on a table leads: exchanges what stands after # for the table's cookie."""
    return render(request, "host.html", "scribe", {"session": request.path_params["session"]})


async def scribe(request: Request) -> Response:
    """Where paper slips are entered."""
    here, session = installation_of(request), request.path_params["session"]
    role = await here.scribe_role(request)
    if role is None or await here.dialogue_of(session) is None:
        return RedirectResponse("/staff", 303)
    config = {"session": session, "role": role}
    return render(request, "scribe.html", "console scribe", config)


async def qr(request: Request) -> Response:
    """The QR picture that leads to a session."""
    here = installation_of(request)
    code = opening.tidy_code(request.path_params["code"])
    return Response(
        here.way_in(code), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"}
    )


# ── projector and staff ───────────────────────────────────────────────────────────────────────


async def projector(request: Request) -> Response:
    """The screen; a number to pair it by, until it has a session."""
    here = installation_of(request)
    session = request.query_params.get("session")
    if session is None or await here.hall_role(request) is None:
        paired = here.identity.projector(request)
        session = paired.session if paired else None
    if session is not None and await here.live.read(doors.door_of, session) is None:
        session = None
    return render(request, "projector.html", "projector", {"session": session})


async def staff(request: Request) -> Response:
    """The overview; without a staff cookie the page that reads the secret link."""
    here = installation_of(request)
    role = await here.role(request)
    found = await here.overview() if role else None
    return render(request, "staff.html", "console", {"role": role, "overview": found})


async def console(request: Request) -> Response:
    here, session = installation_of(request), request.path_params["session"]
    role, live = await here.hall_role(request), await here.dialogue_of(session)
    if role is None or live is None:
        return RedirectResponse("/staff", 303)
    its, offered = live.dialogue.sessions[session], here.settings.offered
    papers = {it: printables.languages(it, its, offered) for it in printables.FOR_EVERYBODY}
    config = {"session": session, "role": role, "papers": papers}
    return render(request, "console.html", "console", config)


async def board(request: Request) -> Response:
    """The groups, for the staff to rule over."""
    here, session = installation_of(request), request.path_params["session"]
    role, live = await here.hall_role(request), await here.dialogue_of(session)
    if role is None or live is None:
        return RedirectResponse("/staff", 303)
    # Not `dialogue`: the page is about one session, and its line to the server is too.
    config = {"session": session, "role": role, "goals": goal_names(), "of_dialogue": live.id}
    return render(request, "board.html", "console board", config)


def goal_names() -> list[dict[str, object]]:
    """The 17 global goals."""
    return [{"number": goal.number, "name": goal.name} for goal in goals()]


async def work(request: Request) -> Response:
    """The workboard: the whole dialogue after the meetings, for all who are staff."""
    here, dialogue = installation_of(request), request.path_params["dialogue"]
    role = await here.role(request)
    if role is None or await here.live.dialogue(dialogue) is None:
        return RedirectResponse("/staff", 303)
    config = {"dialogue": dialogue, "role": role, "goals": goal_names(), "texts": TEXT_FIELDS}
    return render(request, "work.html", "console board workboard", config)


# ── information ───────────────────────────────────────────────────────────────────────────────


UNFILLED = "[FYLL I"
"""How a place to be filled in begins in a dialogue's file."""


def information(name: str) -> Callable[[Request], Any]:
    """The page whose words are `page.<name>.title` and `page.<name>.<n>.heading|text`."""

    async def page(request: Request) -> Response:
        language, host = language_of(request), await host_of(request)
        fill = {
            "municipality": host.municipality
            if host
            else locales.translate(language, "page.some_municipality"),
            "contact": host.contact
            if host and host.contact and not host.contact.startswith(UNFILLED)
            else locales.translate(language, "page.some_contact"),
        }
        return render(
            request,
            "page.html",
            "pages",
            title=locales.translate(language, f"page.{name}.title", **fill),
            sections=sections(language, name, fill),
        )

    return page


async def host_of(request: Request) -> DialogueDefinition | None:
    """Who invites this reader: by the session joined, else the only one there is."""
    here = installation_of(request)
    for session in here.identity.sessions(request):
        live = await here.dialogue_of(session)
        if live is not None:
            return live.dialogue.definition
    definitions = [it.definition for it in (await here.library()).dialogues.values()]
    return definitions[0] if len({it.municipality for it in definitions}) == 1 else None


def sections(language: str, name: str, fill: dict[str, str]) -> list[dict[str, object]]:
    """The page's sections, numbered from 1 in the catalogue."""
    words = locales.catalogue(language, "pages")
    found: list[dict[str, object]] = []
    number = 1
    while f"page.{name}.{number}.heading" in words:
        key = f"page.{name}.{number}"
        text = locales.translate(language, f"{key}.text", **fill)
        heading = locales.translate(language, f"{key}.heading", **fill)
        found.append({"heading": heading, "paragraphs": text.split("\n\n")})
        number += 1
    return found


async def receipt(request: Request) -> Response:
    """Where a receipt code shows what became of one's contributions."""
    return render(request, "receipt.html", "pages")


async def feedback(request: Request) -> Response:
    """What people said and what it is used for, as published; before that, when it will be."""
    here = installation_of(request)
    live = await here.live.dialogue(request.path_params["dialogue"])
    if live is None or live.dialogue.rehearsal:
        return render(request, "feedback.html", "pages", status=404, known=False)
    return render(
        request,
        "feedback.html",
        "pages",
        known=True,
        about=live.dialogue.definition,
        date=feedback_date(live.dialogue),
        body=await published(here, live.dialogue, language_of(request)),
    )


async def published(here: Installation, dialogue: Dialogue, language: str) -> Markup | None:
    """The page as it was stored with the published version, in Swedish if not in the reader's
    language; None before there is one.
    """
    version = dialogue.work.published
    for format in dict.fromkeys((PAGES[language], PAGES["sv"])):
        kept = (dialogue.id, version, "feedback", format, "public")
        try:
            file = await here.live.read(files.kept, *kept) if version else None
        except files.Damaged as damaged:
            log.error("%s", damaged)
            continue
        if file is not None:
            spoken = "en" if format == PAGES["en"] else "sv"
            main = Markup(html.main_of(file.content))  # our own, and escaped when it was made
            return Markup('<article class="document" lang="{}">{}</article>').format(spoken, main)
    return None


async def guide(request: Request) -> Response:
    """The presidium's guide. There is nothing secret in it."""
    text = (shipped("docs") / "presidium.md").read_text("utf-8")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return render(request, "guide.html", "pages", body=Markup(body))


async def asset(request: Request) -> Response:
    return await installation_of(request).assets.serve(request)


def root_asset(name: str) -> Callable[[Request], Any]:
    """A file that must lie at the root, such as the service worker."""

    async def serve(request: Request) -> Response:
        return installation_of(request).assets.respond(request, name)

    return serve


routes = [
    Route("/", start),
    Route("/j/{code}", by_code),
    Route("/s/{session}", phone),
    Route("/t/{session}", host),
    Route("/qr/{code}.svg", qr),
    Route("/projector", projector),
    Route("/staff", staff),
    Route("/console/{session}", console),
    Route("/scribe/{session}", scribe),
    Route("/board/{session}", board),
    Route("/work/{dialogue}", work),
    Route("/receipt", receipt),
    Route("/feedback/{dialogue}", feedback),
    Route("/guide", guide),
    *(Route(f"/{name}", information(name)) for name in ("privacy", "accessibility", "rules")),
    Route("/static/{version}/{path:path}", asset),
    Route("/sw.js", root_asset("sw.js")),
    Route("/icon.svg", root_asset("icon.svg")),
    Route("/favicon.ico", root_asset("icon.svg")),
    *plain.routes,
]
