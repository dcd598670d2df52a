"""HTML: a page for each audience, plain forms for browsers without script, and printed words."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dialog import information, locales, opening, phone_words, plain
from dialog.analysis.goal_words import goals
from dialog.domain.receipts import feedback_date
from dialog.domain.state import Dialogue
from dialog.installation import Installation, installation_of
from dialog.protocol.work_commands import TEXT_FIELDS
from dialog.rendering import language_of, render
from dialog.reports import guides, html, printables
from dialog.reports.formats import PAGES as STORED_PAGES
from dialog.rights import PAGES, home_page
from dialog.settings import shipped
from dialog.store import doors, files

log = logging.getLogger(__name__)


# ── the phone ─────────────────────────────────────────────────────────────────────────────────


async def start(request: Request) -> Response:
    known = await installation_of(request).where_it_was(request)
    return render(request, "phone.html", "phone", for_anybody=True, known=known)


async def by_code(request: Request) -> Response:
    """Where the QR leads."""
    code = opening.tidy_code(request.path_params["code"])
    known = await installation_of(request).where_it_was(request, code)
    return render(request, "phone.html", "phone", {"code": code}, for_anybody=True, known=known)


async def phone(request: Request) -> Response:
    """The phone in a session; the join page for someone who has not joined."""
    here, session = installation_of(request), request.path_params["session"]
    joined = await here.guest(request, session)
    if joined is None or await here.dialogue_of(session) is None:
        return await start(request)
    response = render(request, "phone.html", "phone", {"session": session}, for_anybody=True)
    if joined.role == "participant" and joined.participant is not None:
        # Again: a window may be open for longer now than it was when the phone came in.
        await here.admit(request, response, session, joined.participant)
    return response


async def host(request: Request) -> Response:
    """Where the QR on a table leads: exchanges what stands after # for the table's cookie."""
    return render(request, "host.html", "scribe", {"session": request.path_params["session"]})


async def scribe(request: Request) -> Response:
    """Where paper slips are entered."""
    here, session = installation_of(request), request.path_params["session"]
    role = await here.role_among(request, PAGES["scribe"])
    if role is None or await here.dialogue_of(session) is None:
        return await turned_away(request)
    config = {"session": session, "role": role}
    return render(request, "scribe.html", "console scribe", config)


async def qr(request: Request) -> Response:
    """The QR picture that leads to a session."""
    here = installation_of(request)
    code = opening.tidy_code(request.path_params["code"])
    return Response(
        here.way_in(code), media_type="image/svg+xml", headers={"Cache-Control": "no-cache"}
    )


async def no_such_page(request: Request, error: Exception) -> Response:
    """For people the way on, in their language; a program gets the number alone."""
    if "text/html" in request.headers.get("accept", ""):
        return render(request, "missing.html", "pages", status=404)
    return PlainTextResponse("Not Found", 404)


# ── projector and staff ───────────────────────────────────────────────────────────────────────


async def projector(request: Request) -> Response:
    """The screen; a number to pair it by, until it has a session."""
    here = installation_of(request)
    session = request.query_params.get("session")
    if session is None or await here.role_among(request, PAGES["projector"]) is None:
        paired = here.identity.projector(request)
        session = paired.session if paired else None
    if session is not None and await here.live.read(doors.door_of, session) is None:
        session = None
    config: dict[str, object] = {"session": session}
    config["unreviewed"] = unreviewed_in_swedish(request)
    return render(request, "projector.html", "projector", config, for_anybody=True)


def unreviewed_in_swedish(request: Request) -> str:
    """What is said where no native speaker has read the page's words; else ""."""
    read = language_of(request) in installation_of(request).reviewed
    return "" if read else locales.translate("sv", "language.unreviewed")


async def staff(request: Request) -> Response:
    """The overview; without a staff cookie the page that lets staff in."""
    here = installation_of(request)
    it = await here.staff.who(request)
    if it is None:
        goes_to = request.query_params.get("next", "")
        return render(request, "staff.html", "console", signed_out(request, goes_to=goes_to))
    config: dict[str, object] = {
        "role": it.role,
        "overview": await here.overview(it.role),
        "signed_in_until": it.ends * 1000,
        "home_page": home_page(it.role),
        "links": here.settings.links_on,
    }
    return render(request, "staff.html", "console", config)


def signed_out(request: Request, problem: str = "", goes_to: str = "") -> dict[str, object]:
    """What the page that lets staff in needs."""
    here = installation_of(request)
    return {
        "role": None,
        "links": here.settings.links_on,
        "provider": here.provider is not None,
        "problem": problem,
        "next": goes_to,
    }


async def turned_away(request: Request) -> Response:
    """To the staff's own page; whoever can sign in at the provider comes back from there."""
    here = installation_of(request)
    if here.provider is None or await here.role(request) is not None:
        return RedirectResponse("/staff", 303)
    return RedirectResponse(f"/staff?{urlencode({'next': request.url.path})}", 303)


async def console(request: Request) -> Response:
    here, session = installation_of(request), request.path_params["session"]
    role, live = await here.role_among(request, PAGES["console"]), await here.dialogue_of(session)
    if role is None or live is None:
        return await turned_away(request)
    its, offered = live.dialogue.sessions[session], here.settings.offered
    papers = {it: printables.languages(it, its, offered) for it in printables.FOR_EVERYBODY}
    seat = here.identity.seat(request)
    config = {"session": session, "role": role, "seat": seat, "papers": papers}
    return render(request, "console.html", "console", config)


async def moderate(request: Request) -> Response:
    """What waits to be read, for those who decide what is shown."""
    here, session = installation_of(request), request.path_params["session"]
    role = await here.role_among(request, PAGES["moderate"])
    if role is None or await here.dialogue_of(session) is None:
        return await turned_away(request)
    config = {"session": session, "role": role, "seat": here.identity.seat(request)}
    return render(request, "moderator.html", "console moderator", config)


async def board(request: Request) -> Response:
    """The groups, for the staff to rule over."""
    here, session = installation_of(request), request.path_params["session"]
    role = await here.role_among(request, PAGES["board"])
    live = await here.dialogue_of(session)
    if role is None or live is None:
        return await turned_away(request)
    # Not `dialogue`: the page is about one session, and its line to the server is too.
    config = {"session": session, "role": role, "goals": goal_names(), "of_dialogue": live.id}
    return render(request, "board.html", "console board", config)


def goal_names() -> list[dict[str, object]]:
    """The 17 global goals."""
    return [{"number": goal.number, "name": goal.name} for goal in goals()]


async def work(request: Request) -> Response:
    """The workboard: the whole dialogue after the meetings, for all who work on it."""
    here, dialogue = installation_of(request), request.path_params["dialogue"]
    role = await here.role_among(request, PAGES["work"])
    if role is None or await here.live.dialogue(dialogue) is None:
        return await turned_away(request)
    config = {"dialogue": dialogue, "role": role, "goals": goal_names(), "texts": TEXT_FIELDS}
    return render(request, "work.html", "console board workboard", config)


# ── for everybody ───────────────────────────────────────────────────────────────────────────────


async def receipt(request: Request) -> Response:
    """Where a receipt code shows what became of one's contributions."""
    return render(request, "receipt.html", "pages", for_anybody=True)


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
        for_anybody=True,
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
    swedish = STORED_PAGES["sv"]
    for format in dict.fromkeys((STORED_PAGES.get(language, swedish), swedish)):
        kept = (dialogue.id, version, "feedback", format, "public")
        try:
            file = await here.live.read(files.kept, *kept) if version else None
        except files.Damaged as damaged:
            log.error("%s", damaged)
            continue
        if file is not None:
            spoken = "en" if format == STORED_PAGES["en"] else "sv"
            main = Markup(html.main_of(file.content))  # our own, and escaped when it was made
            shell = Markup('<article class="document" lang="{}" dir="ltr">{}</article>')
            return shell.format(spoken, main)
    return None


async def guide(request: Request) -> Response:
    """The presidium's long guide, and the way to the short ones. Nothing in them is secret."""
    text = (shipped("docs") / "presidium.md").read_text("utf-8")
    return render(
        request,
        "guide.html",
        "pages",
        for_anybody=True,
        body=in_html(text),
        guides=guides.GUIDES,
        name="",
    )


async def short_guide(request: Request) -> Response:
    """One role's guide, as a page."""
    name = known_guide(request)
    return render(
        request,
        "guide.html",
        "pages",
        for_anybody=True,
        body=in_html(guides.source(name)),
        guides=(),
        name=name,
    )


async def printed_guide(request: Request) -> Response:
    """The same on one sheet of paper."""
    name = known_guide(request)
    content = await asyncio.to_thread(guides.guide, name)
    return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-cache"})


def known_guide(request: Request) -> guides.Guide:
    name = request.path_params["name"]
    if name not in guides.GUIDES:
        raise HTTPException(404)
    return cast(guides.Guide, name)


def in_html(text: str) -> Markup:
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


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
    Route("/moderate/{session}", moderate),
    Route("/board/{session}", board),
    Route("/work/{dialogue}", work),
    Route("/receipt", receipt),
    Route("/feedback/{dialogue}", feedback),
    Route("/guide", guide),
    Route("/guide/{name}.pdf", printed_guide),
    Route("/guide/{name}", short_guide),
    *information.routes,
    *phone_words.routes,
    Route("/static/{version}/{path:path}", asset),
    Route("/sw.js", root_asset("sw.js")),
    Route("/icon.svg", root_asset("icon.svg")),
    Route("/favicon.ico", root_asset("icon.svg")),
    *plain.routes,
]
