"""Files over HTTP, for staff: freezing, documents of versions and drafts, copies for requests."""

import asyncio
from datetime import date
from typing import Annotated, cast

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dialog import disposing
from dialog.api import body_of, json_response
from dialog.domain.state import Session
from dialog.domain.work import TITLE_LIMIT, fit_line
from dialog.freezing import CannotRender
from dialog.identity import HOST, SignedIn
from dialog.import_file import KINDS as IMPORT_KINDS
from dialog.import_file import WAYS as IMPORT_WAYS
from dialog.import_file import Options, Preview, command
from dialog.installation import Installation, installation_of
from dialog.live import LiveDialogue
from dialog.locales import best_language
from dialog.protocol.agenda import LANGUAGES
from dialog.protocol.frames import OpId
from dialog.protocol.message import Raw
from dialog.protocol.refusals import FileDamaged, Malformed, NotAllowed, Refused, UnknownVersion
from dialog.protocol.work_commands import DocumentKind, ImportedContribution, VersionOf
from dialog.reports import printables
from dialog.reports.disclosure import REFERENCE_LIMIT, Asked
from dialog.reports.formats import (
    COPIES,
    FORMATS,
    KINDS,
    MEDIA_TYPES,
    ONLY_FOR_FEW,
    Format,
)
from dialog.reports.letterhead import letterhead
from dialog.reports.pdf import pdf
from dialog.rights import ARCHIVE, DISCLOSURE, DISPOSAL, DISPOSES, IMPORT, PAGES, PRINTABLES
from dialog.store import doors, files
from dialog.work_api import as_number, number_of, present, scope_of

IN_A_FRAME = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
"""A document has its styles with it, and may do nothing but be read."""


class Freeze(msgspec.Struct):
    """`sessions` empty: all. `seen`: as of any wish about the dialogue."""

    of: VersionOf
    sessions: Annotated[list[Annotated[str, Meta(max_length=80)]], Meta(max_length=100)] = []
    why: Raw = ""
    seen: int | None = None
    op: OpId | None = None


async def freeze(request: Request) -> Response:
    """Freeze a version; its files are made afterwards, and `rendering` says how far they are."""
    here = installation_of(request)
    person, live = await present(here, request)
    asked = await body_of(request, Freeze)
    seen = live.dialogue.seq if asked.seen is None else asked.seen
    outcome, version = await here.freezing.freeze(
        live, person, asked.of, asked.sessions, asked.why, seen, asked.op
    )
    return json_response({"seq": outcome.seq, "version": version})


async def rendering(request: Request) -> Response:
    """How many files of the version that is being rendered are made, of how many."""
    here = installation_of(request)
    _, live = await present(here, request)
    return json_response(await here.freezing.progress(live))


async def document(request: Request) -> Response:
    """`?for=KIND&format=FORMAT&version=N` as it was kept; without `version` a working draft, made
    just now, of `sessions=a,b` (all). HTML is shown, all else saved. A kind is of one edition."""
    here = installation_of(request)
    _, live = await present(here, request)
    kind = cast(DocumentKind, one_of(request, "for", KINDS))
    it = await here.admitted(request, ARCHIVE if kind == "archive" else PAGES["work"])
    format = cast(Format, one_of(request, "format", FORMATS))
    version = number_of(request, "version")
    if version and version not in live.dialogue.work.versions:
        raise Refused(UnknownVersion())
    if format in ("zip", *ONLY_FOR_FEW) and kind != "archive":
        raise Refused(Malformed("format"))
    name, content = await kept(here, live, kind, format, version) or await here.freezing.document(
        live, kind, format, version, scope_of(request, live).sessions
    )
    await fetched(here, it, f"{live.id} {name}", format)
    return file_response(name, content, format)


async def fetched(here: Installation, by: SignedIn, about: str, format: Format) -> None:
    """Note it. A page is fetched anew each time somebody has written beside it: once an hour."""
    if not format.startswith("html"):
        await here.staff.note(by, "downloaded", about)
    elif not here.noted_reads.take((by.seat, about)):
        await here.staff.note(by, "read", about)


async def kept(
    here: Installation, live: LiveDialogue, kind: DocumentKind, format: Format, version: int
) -> tuple[str, bytes] | None:
    """The file as it was frozen, whatever its edition."""
    if not version:
        return None
    for edition in ("internal", "public"):
        try:
            it = await here.live.read(files.kept, live.id, version, kind, format, edition)
        except files.Damaged:
            raise Refused(FileDamaged()) from None
        if it is not None:
            return it.name, it.content
    return None


async def disclosure(request: Request) -> Response:
    """`?area=&theme=&target_group=&session=&words=&since=&until=&reference=&format=`: the
    contributions somebody has asked for; with `review=1` the paper for who judges them."""
    here = installation_of(request)
    it = await here.admitted(request, DISCLOSURE)
    _, live = await present(here, request)
    format = cast(Format, one_of(request, "format", COPIES))
    said = {name: request.query_params.get(name, "") for name in FREE}
    said["reference"] = fit_line(said["reference"], REFERENCE_LIMIT)  # it names a file
    try:
        asked = msgspec.convert(
            said
            | {name: known(request, live, name) for name in ("area", "target_group", "session")}
            | {"theme": number_of(request, "theme") if request.query_params.get("theme") else 0}
            | {"review": request.query_params.get("review") == "1"},
            Asked,
        )
    except msgspec.ValidationError as error:
        raise Refused(Malformed(str(error))) from None
    name, content = await here.freezing.copy(live, asked, format)
    await here.staff.note(it, "disclosed", f"{live.id} {name}")
    return file_response(name, content, format)


FREE = ("words", "since", "until", "reference")
"""What somebody who asks has written."""


def known(request: Request, live: LiveDialogue, name: str) -> str:
    """An area, target group or session of the dialogue; "" if it is not asked for."""
    it = live.dialogue.definition
    there: set[str] = set(live.dialogue.sessions)
    if name != "session":
        there = {one.id for one in (it.areas if name == "area" else it.target_groups)}
    value = request.query_params.get(name, "")
    if value and value not in there:
        raise Refused(Malformed(name))
    return value


def one_of(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    value = request.query_params.get(name, "")
    if value not in allowed:
        raise Refused(Malformed(name))
    return value


def file_response(name: str, content: bytes, format: Format) -> Response:
    """`name`: letters, digits, hyphens and a dot."""
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": IN_A_FRAME}
    shown = "inline" if format.startswith("html") else "attachment"
    headers["Content-Disposition"] = f'{shown}; filename="{name}"'
    return Response(content, headers=headers, media_type=MEDIA_TYPES[format])


# ── disposal ──────────────────────────────────────────────────────────────────────────────────


async def disposal(request: Request) -> Response:
    """What would go just now, by which rule: nothing is changed."""
    here = installation_of(request)
    await here.admitted(request, DISPOSAL)
    _, live = await present(here, request)
    return await disposed(here, live, [])


NAME_LIMIT = 80


class Dispose(msgspec.Struct):
    """`name`: of who does it. `expect`: the hash of the list that he or she has looked at."""

    name: Annotated[str, Meta(pattern=r"\S", max_length=NAME_LIMIT)]
    expect: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


async def dispose(request: Request) -> Response:
    """Let go what decided rules say: exactly what was looked at. The signed protocol."""
    here = installation_of(request)
    it = await here.admitted(request, DISPOSES)
    _, live = await present(here, request)
    asked = await body_of(request, Dispose)
    by = f"{it.role}/{fit_line(asked.name, NAME_LIMIT)}"
    given = ["--do", f"--by={by}", f"--expect={asked.expect}", f"--actor={it.role}"]
    answer = await disposed(here, live, given)
    if answer.status_code == 200:
        await here.staff.note(it, "disposed", live.id)
    live.look_again()
    return answer


async def disposed(here: Installation, live: LiveDialogue, arguments: list[str]) -> Response:
    try:
        said = await here.freezing.disposal(live, arguments)
    except CannotRender as error:
        why = str(error).removeprefix("Error: ")
        return JSONResponse({"kind": "cannot-dispose", "why": why}, 409)
    headers = {"Cache-Control": "no-store"}
    return Response(said, headers=headers, media_type=MEDIA_TYPES["json"])


async def protocol(request: Request) -> Response:
    """`?format=json|pdf`: the signed protocol of a disposal, as it is kept or on paper."""
    here = installation_of(request)
    it = await here.admitted(request, DISPOSAL)
    _, live = await present(here, request)
    format = cast(Format, one_of(request, "format", ("json", "pdf")))
    number = as_number(request.path_params["number"], "number")
    try:
        file = await here.live.read(disposing.kept_protocol, live.id, number)
    except files.Damaged:
        raise Refused(FileDamaged()) from None
    if file is None:
        raise Refused(UnknownVersion())
    name, content = file.name, file.content
    if format == "pdf":
        paper = disposing.protocol_paper(file, here.settings)
        name = name.removesuffix(".json") + ".pdf"
        content = await here.freezing.printed(lambda: pdf(paper))
    await here.staff.note(it, "downloaded", f"{live.id} {name}")
    return file_response(name, content, format)


# ── earlier material ──────────────────────────────────────────────────────────────────────────

IMPORT_LIMIT = 5 * 1024 * 1024
COLUMNS = ("text", "area", "kind", "target_group", "language")
FOR_ALL = ("area", "kind", "language")
SHOWN_ROWS = 20


class Shown(msgspec.Struct):
    """What would come of a file, or has come. `session`: the one it has been written into.
    `rows`: how many; `first`: some of them; `flagged`: how many wait for a moderator."""

    columns: list[str]
    rows: int
    first: list[ImportedContribution]
    lines: list[int]
    mistakes: list[dict[str, str | int]]
    notes: list[str]
    session: str | None = None
    flagged: int = 0


async def bring_in(request: Request) -> Response:
    """The body is a CSV or XLSX file. `?mode=preview|write`, `text=COLUMN` and, if there are such
    columns, `area=`, `kind=`, `target_group=`, `language=`; `all_area=`, `all_kind=`,
    `all_language=` for rows that say nothing; `title=`, `sheet=`, `public=1`,
    `channel=import|committee`. All of it is written, or nothing."""
    here = installation_of(request)
    it = await here.admitted(request, IMPORT)
    person, live = await present(here, request)
    mode = one_of(request, "mode", ("preview", "write"))
    options = options_in(request)
    try:
        found = await here.freezing.looked_through(
            live, await request.body(), arguments_of(options)
        )
    except CannotRender as error:
        why = str(error).removeprefix("Error: ")
        return JSONResponse({"kind": "cannot-import", "why": why}, 400)
    made = msgspec.json.decode(found, type=Preview)
    shown = Shown(
        made.columns,
        len(made.rows),
        made.rows[:SHOWN_ROWS],
        made.lines[:SHOWN_ROWS],
        [
            {"line": it.line, "column": it.column, "why": it.said(language(request))}
            for it in made.mistakes
        ],
        made.notes,
        flagged=made.flagged,
    )
    if mode == "write" and not made.mistakes:
        taken = [door.session for door in await here.live.read(doors.all_doors)]
        wish = command(made, options, date.today(), taken)
        await live.do(person, wish)
        shown.session = wish.session
        await here.staff.note(it, "imported", f"{live.id} {wish.session}")
    failed = mode == "write" and shown.session is None
    return json_response(shown, 400 if failed else 200)


def options_in(request: Request) -> Options:
    asked = {name: text for name, text in request.query_params.items() if text}
    columns = {name: asked.get(name) for name in COLUMNS}
    for_all = {f"all_{name}": asked[f"all_{name}"] for name in FOR_ALL if f"all_{name}" in asked}
    if columns["text"] is None or for_all.get("all_kind", "keyword") not in IMPORT_KINDS:
        raise Refused(Malformed("text"))
    channel = asked.get("channel", "import")
    if channel not in IMPORT_WAYS:
        raise Refused(Malformed("channel"))
    return Options(
        **columns,  # type: ignore[arg-type]
        **for_all,  # type: ignore[arg-type]
        sheet=asked.get("sheet"),
        title=asked.get("title", "")[:TITLE_LIMIT],
        public="public" in asked,
        channel=channel,
    )


def arguments_of(options: Options) -> list[str]:
    """The same for the child. Each with its value in one word: none is taken for another."""
    named = {f"{name}-column": getattr(options, name) for name in COLUMNS}
    named |= {name: getattr(options, f"all_{name}") for name in FOR_ALL}
    named |= {"sheet": options.sheet, "channel": options.channel}
    return [
        f"--{name.replace('_', '-')}={value}" for name, value in named.items() if value is not None
    ]


def language(request: Request) -> str:
    return best_language(request.headers.get("accept-language", ""))


# ── for the meeting, on paper ─────────────────────────────────────────────────────────────────

MOST_TABLES = 100


async def printed(request: Request) -> Response:
    """`?what=run-of-show|poster|cards|hosts|form|home-card`, `lang=` (sv), `tables=` (10) for the
    cards: a PDF to print before a meeting, with the code as it is now."""
    here, id = installation_of(request), request.path_params["session"]
    it = await here.admitted(request, PRINTABLES)
    live, role = await here.dialogue_of(id), it.role
    if live is None:
        raise Refused(NotAllowed())
    what = cast(printables.Printable, one_of(request, "what", printables.PRINTABLES))
    if what == "hosts" and role != "facilitator":  # whoever has such a card writes for a table
        raise Refused(NotAllowed())
    lang = one_of(request, "lang", LANGUAGES) if "lang" in request.query_params else "sv"
    tables = as_number(request.query_params.get("tables", "10"), "tables")
    if not 1 <= tables <= MOST_TABLES:
        raise Refused(Malformed("tables"))
    session = live.dialogue.sessions[id]
    home = here.settings.home_url
    receipts = here.picture(f"{home}/receipt")
    way = printables.WayIn(home, session.code, here.way_in(session.code), receipts)
    head = letterhead(here.settings, live.dialogue.definition.municipality)
    generation = (await here.staff.generations()).get(HOST, 0)
    links = table_links(here, session, tables, generation) if what == "hosts" else []
    # Described here, where nothing changes meanwhile; only the setting is left to a thread.
    make = printables.described(what, session, way, head, lang, tables, links)
    content = await here.freezing.printed(make)
    await here.staff.note(it, "printed", f"{id} {what}")
    headers = {"Cache-Control": "no-store"}
    headers["Content-Disposition"] = f'inline; filename="{printables.NAMES[what]}.pdf"'
    return Response(content, headers=headers, media_type=MEDIA_TYPES["pdf"])


def table_links(
    here: Installation, session: Session, tables: int, generation: int
) -> list[printables.TableLink]:
    """The way in for each table's device, for as long as the code of the session. The secret
    stands after #, where no log sees it."""
    links, until = [], session.code_expires
    for table in (str(number) for number in range(1, tables + 1)):
        secret = here.identity.table_secret(session.id, table, generation, until)
        url = f"{here.settings.home_url}/t/{session.id}#{secret}"
        links.append(printables.TableLink(table, here.picture(url), until))
    return links


async def not_made(request: Request, error: Exception) -> Response:
    """A document that could not be made, said so that the page can say it."""
    late = isinstance(error, asyncio.TimeoutError)
    return JSONResponse({"kind": "cannot-render"}, 504 if late else 500)


routes = [
    Route("/api/dialogue/{dialogue}/freeze", freeze, methods=["POST"]),
    Route("/api/dialogue/{dialogue}/rendering", rendering),
    Route("/api/dialogue/{dialogue}/document", document),
    Route("/api/dialogue/{dialogue}/disclosure", disclosure),
    Route("/api/dialogue/{dialogue}/disposal", disposal, methods=["GET"]),
    Route("/api/dialogue/{dialogue}/disposal", dispose, methods=["POST"]),
    Route("/api/dialogue/{dialogue}/disposal/{number}", protocol),
    Route("/api/s/{session}/print", printed),
    Route(
        "/api/dialogue/{dialogue}/import", bring_in, methods=["POST"], max_body_size=IMPORT_LIMIT
    ),
]
failures = {CannotRender: not_made, TimeoutError: not_made}
