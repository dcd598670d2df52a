"""The command `dialog`."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click
import uvicorn

from dialog import __version__, logs
from dialog.identity import STAFF_ROLES, StaffRole
from dialog.protocol.upcasters import UnknownEvent
from dialog.protocol.work_commands import DocumentKind
from dialog.reports.formats import FORMATS, KINDS, Format
from dialog.settings import FEWEST_CONNECTIONS, BadSetting, Settings, from_environment, prepare
from dialog.store.database import UnusableDatabase

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from dialog.backup import Manifest
    from dialog.doctor.findings import Check
    from dialog.import_file import Options, Preview
    from dialog.reports.disposal import Signed
    from dialog.store.audit import What

SEND_BUFFER = 64 * 1024
THREADS_TAKE_TURNS = 0.0005
"""Seconds after which the interpreter goes to another thread that waits for it. The one that writes
the log asks for it after each statement; with Python's 5 ms a commit waited ten times as long
while 10,000 phones were being written to, and staff screens with it (`python -m bench.crowd`)."""
LOST_AFTER = 13_000
"""ms without an acknowledged byte after which the kernel gives a connection up; it looks about a
second late, and nothing of a reader that stopped is to be left after 15 s."""
STEPS_BACK = 5
"""How nice the worker is. Not nicer: it holds the database's write lock at times, and whoever
waits for that waits at the worker's speed."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 92})
@click.version_option(__version__, prog_name="dialog")
def main() -> None:
    """Live citizen dialogue: a projector, phones without accounts, and a log that loses nothing.

    \b
    Hold a dialogue:      dialog serve
    Practise one:         dialog rehearse
    Group a spreadsheet:  dialog group FILE
    Write a document:     dialog export
    Check an archive:     dialog verify FILE
    Copy everything:      dialog backup FILE
    Take in an evening:   dialog take-in FILE
    Let staff in:         dialog links
    See what they did:    dialog audit
    Ready for tonight?    dialog doctor
    Write your own:       docs/writing-sessions.md
    Run it for real:      docs/running.md

    Settings come from the environment (DIALOG_DATA, DIALOG_DATABASE, DIALOG_REDIS, DIALOG_HOME …);
    the options below win over them.
    """
    logs.begin(os.environ.get("DIALOG_LOG", logs.PLAIN))


data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for the database and the secret. [data]"
)


@main.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 lets phones in. [127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on. [8000]")
@data_option
@click.option("--sessions", type=click.Path(path_type=Path), help="Folder of dialogues. [shipped]")
@click.option("--home", help="The address people type, e.g. https://dialog.example.se")
@click.option("--quiet", is_flag=True, help="Print no addresses.")
def serve(
    host: str | None,
    port: int | None,
    data: Path | None,
    sessions: Path | None,
    home: str | None,
    quiet: bool,
) -> None:
    """Serve the dialogue: pages, sockets, and grouping in a child process."""
    from dialog.app import begins_to_stop, create_app
    from dialog.patience import DrainingServer

    given = {"host": host, "port": port, "data": data, "sessions": sessions, "home": home}
    settings = settings_for(**given)
    settings.connections = room_for(settings.connections)
    quiet = quiet or settings.log == logs.JSON
    try:
        door = listening_socket(settings)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        ) from None
    try:
        app = create_app(settings)
    except (UnusableDatabase, BadSetting) as error:
        raise click.ClickException(str(error)) from None
    door.listen(2048)  # not before: who is let in must not wait for a release
    if not quiet:
        asyncio.run(print_addresses(app))
    quiet_invalid_frames()
    run_as_a_server()
    server = DrainingServer(server_config(app, settings), settings.drain, begins_to_stop(app))
    server.run(sockets=[door])


def run_as_a_server() -> None:
    """From here on the interpreter leaves what there is alone when it looks for garbage, looks
    seldom, and lets its threads take turns."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(THREADS_TAKE_TURNS)


def settings_for(**given: object) -> Settings:
    """The settings, with the data folder made, or one sentence about what is wrong."""
    try:
        return prepare(from_environment(**given))
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot use {error.filename}: {error.strerror}") from None


def listening_socket(settings: Settings) -> socket.socket:
    """Our own, because accepted sockets inherit its limits: a phone that stops reading then costs
    kilobytes of kernel memory for seconds, not megabytes for minutes (RELIABILITY.md, F8)."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, LOST_AFTER)
    door.bind((settings.host, settings.port))
    settings.port = door.getsockname()[1]
    return door


def server_config(app: object, settings: Settings) -> uvicorn.Config:
    """uvicorn's defaults do not fit a hall (PERFORMANCE.md, "So", 5)."""
    from dialog.broadcast import DirectProtocol
    from dialog.patience import Lobby
    from dialog.protocol.frames import FRAME_LIMIT

    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        # h11, for httptools takes megabytes of headers without an answer (SECURITY.md, B2).
        http=Lobby(settings.connections).protocol,  # type: ignore[arg-type]
        ws=DirectProtocol,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        access_log=False,
        server_header=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=5,
        log_config=None,
    )


OUR_OWN_FILES = 256
"""Database, pipes, child processes: what is no connection."""


def room_for(connections: int) -> int:
    """As many as asked for, or as the system lets one process have files."""
    try:
        import resource
    except ImportError:
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OUR_OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        connections = min(connections, soft - OUR_OWN_FILES)
    return max(connections, FEWEST_CONNECTIONS)


SAID_OF_ANYBODY = ("Invalid UTF-8", "Invalid HTTP request", "Unsupported upgrade")


def quiet_invalid_frames() -> None:
    """uvicorn prints a line, or a stack trace, for what it cannot read; anyone can send that."""
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: not record.getMessage().startswith(SAID_OF_ANYBODY)
    )


async def print_addresses(app: object) -> None:
    """Where to go, the secret links among it."""
    here = app.state.installation  # type: ignore[attr-defined]
    links = await here.staff_links()
    library = await here.library()
    home = here.settings.home_url
    lines = ["", f"  Participants   {home}", f"  Projector      {home}/projector"]
    if here.provider is not None:
        lines.append(f"  Staff          {home}/staff")
    lines += link_lines(links)
    if links:
        lines += ["", "  Links with a # are secret: whoever has one is staff."]
        until = good_until(here.identity.links_end)
        lines.append(f"  They are good until {until}; `dialog links` prints new ones.")
    if home.startswith("http://"):
        lines.append("  Over plain HTTP phones cannot reload without network; all else works.")
    lines += [f"  Left out: {mistake}" for mistake in library.mistakes]
    click.echo("\n".join(lines) + "\n")


def note_by_hand(engine: "Engine", what: "What", about: str) -> None:
    """Write down what whoever has the machine itself did."""
    from dialog.live import now_ms
    from dialog.store.audit import COMMAND_LINE, Note, write

    with engine.begin() as db:
        write(db, Note(now_ms(), COMMAND_LINE, "", what, about))


LINK_NAMES: dict[StaffRole, str] = {
    "facilitator": "Facilitator",
    "presidium": "Presidium",
    "working-committee": "Committee",
    "moderator": "Moderator",
    "scribe": "Scribe",
    "registrar": "Registrar",
}
"""In the order in which they are printed."""


def link_lines(links: Mapping[StaffRole, str]) -> list[str]:
    return [f"  {name:14} {links[role]}" for role, name in LINK_NAMES.items() if role in links]


def good_until(end: int) -> str:
    """The last whole day before `end`, in ms since 1970."""
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(end / 1000 - 1, UTC):%Y-%m-%d}"


@main.command()
@data_option
@click.option("--home", help="The address people type, e.g. https://dialog.example.se")
@click.option(
    "--revoke",
    type=click.Choice(STAFF_ROLES),
    help="Make all links of this role invalid, sign its devices out, and print the new link.",
)
def links(data: Path | None, home: str | None, revoke: StaffRole | None) -> None:
    """Print the staff's links, each good for DIALOG_LINK_DAYS days from today.

    A server that runs knows of a revocation within seconds.
    """
    from dialog.identity import Identity
    from dialog.store import doors

    with open_log(data, home=home) as (engine, settings):
        if revoke is not None:
            with engine.begin() as db:
                doors.revoke(db, revoke)
            note_by_hand(engine, "links-revoked", revoke)
        with engine.connect() as db:
            generations = doors.generations(db, STAFF_ROLES)
    if not settings.links_on:
        raise click.ClickException("DIALOG_STAFF_LINKS is off: staff sign in at the provider")
    if not settings.home:
        click.echo("DIALOG_HOME is not set: give --home if people type another address", err=True)
    identity = Identity(prepare(settings).secret, settings.link_days)
    found = identity.links(settings.home_url, generations)
    click.echo("\n".join(link_lines({it: found[it] for it in found if revoke in (None, it)})))
    click.echo(f"  Good until {good_until(identity.links_end)}.")


@main.command()
@data_option
@click.option("--last", type=click.IntRange(1), default=200, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit(data: Path | None, last: int, as_json: bool) -> None:
    """Print who of the staff signed in and out, and what they took out. The latest last."""
    from datetime import datetime

    from dialog.locales import SWEDEN
    from dialog.protocol.codec import encode
    from dialog.store.audit import notes

    with open_log(data) as (engine, _), engine.connect() as db:
        found = notes(db, last)
    for it in reversed(found):
        if as_json:
            click.echo(encode(it).decode())
            continue
        at = datetime.fromtimestamp(it.at / 1000, SWEDEN)
        said = (
            f"{at:%Y-%m-%d %H:%M:%S %Z}",
            it.role,
            it.seat or "-",
            it.what,
            it.about,
            it.subject,
        )
        click.echo("  ".join(filter(None, said)))


@main.command()
@data_option
@click.option("--pipe", is_flag=True, help="Speak with the parent over standard input and output.")
def worker(data: Path | None, pipe: bool) -> None:
    """Group contributions as they come in. `dialog serve` starts one by itself."""
    step_back()
    from dialog.bus import Bus, PipeBus, open_bus
    from dialog.embedders import embedders
    from dialog.grouping import work
    from dialog.live import LiveDialogues
    from dialog.store import release
    from dialog.store.database import open_database
    from dialog.store.embeddings import DatabaseCache

    settings = settings_for(data=data)
    try:
        engine = open_database(settings.database_url)
        bus: Bus = PipeBus()
        if not pipe:
            release.begin(engine, patience=release.PATIENCE)
            bus = open_bus(settings.redis, release.installation(engine, settings.secret))
    except UnusableDatabase as error:
        raise click.ClickException(str(error)) from None

    async def run() -> None:
        models = embedders(settings, DatabaseCache(engine))
        await work(LiveDialogues(engine, bus), bus, models)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def step_back() -> None:
    """Leave the machine to the hall. Before numpy is loaded, which counts the cores but once."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.nice(STEPS_BACK)


MOST_FOR_A_FILE = 2 * 1024**3
"""Bytes of memory for reading one file: a kilobyte can say that it has billions of cells."""


def take_no_more_than(memory: int) -> None:
    """Fail rather than take the hall's memory."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


@main.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database up to this release: the release phase, before its processes start.

    Those of the release before go on meanwhile. The secret of these settings is from now on the
    one that all of them must have.
    """
    from dialog.store.database import open_database
    from dialog.store.release import bring_up

    settings = settings_for(data=data)
    try:
        bring_up(open_database(settings.database_url), settings.secret)
    except UnusableDatabase as error:
        raise click.ClickException(str(error)) from None
    click.echo("The database is up to date.", err=True)


@main.command()
@click.option("--host", help="Address the server listens on. [127.0.0.1]")
@click.option("--port", type=int, help="Port it listens on. [8000]")
@data_option
@click.option("--sessions", type=click.Path(path_type=Path), help="Folder of dialogues. [shipped]")
@click.option("--home", help="The address people type, e.g. https://dialog.example.se")
@click.option("--url", help="Look at this address from outside, through the proxy, instead.")
@click.option("--link", help="With --url: the facilitator's link there. [from the data folder]")
@click.option(
    "--idle",
    type=click.FloatRange(0, 600),
    default=70,
    show_default=True,
    help="With --url: seconds of silence that a line must survive.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it all as one JSON object.")
def doctor(
    data: Path | None,
    url: str | None,
    link: str | None,
    idle: float,
    as_json: bool,
    **given: object,
) -> None:
    """Is everything as an evening needs it? Go or no-go, and what to do about what is not.

    \b
    On the server:            dialog doctor
    From outside, the proxy:  dialog doctor --url https://dialog.example.se

    With --url a line is held on a rehearsal that is thrown away again; that needs the facilitator's
    link, or the server's data folder on this machine. Exit code 1 if anything fails.
    """
    from dialog.doctor.findings import Report, lines_of, looked

    report = Report([])
    for name, check in doctors_checks(url, link, idle, given | {"data": data}).items():
        for finding in looked(name, check):
            report.findings.append(finding)
            if not as_json:
                click.echo(lines_of(finding))
    click.echo(report.as_json() if as_json else f"\n{report.verdict()}")
    if not report.go:
        sys.exit(1)


def doctors_checks(
    url: str | None, link: str | None, idle: float, given: dict[str, object]
) -> "dict[str, Check]":
    """Those of this machine, or of an address; of settings that cannot be used, only that."""
    from dialog.doctor import evening, machine, outside, stores
    from dialog.doctor.findings import fail

    if url is not None:
        return outside.checks(url, idle, link, cast("Path | None", given["data"]))
    try:
        settings = from_environment(**given)
    except BadSetting as error:
        found = fail("settings", str(error), 'see docs/running.md, "Settings"')
        return {"settings": lambda: [found]}
    return evening.checks(settings) | machine.checks(settings) | stores.checks(settings)


@main.command()
@click.argument("url", required=False)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Own server: keep the evening here. "
    "With URL: that server's data folder on this machine, for its staff secret. [data]",
)
@click.option("--link", help="The facilitator's link of the server at URL, with its secret.")
@click.option("--code", help="Only be the hall: join by this code, and follow who leads.")
@click.option("--dialogue", help="Which dialogue. [the first with a citizen dialogue]")
@click.option("--session", help="Which of its sessions. [the citizen dialogue]")
@click.option("--participants", type=click.IntRange(1, 10_000), default=30, show_default=True)
@click.option("--posts", type=click.IntRange(0), help="Contributions in all. [as people write]")
@click.option(
    "--pace",
    type=click.FloatRange(0),
    help="Stretches every wait: 1 like people, 0.1 ten times as fast, 0 without any wait. "
    "[1; with --json 0]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--progress-lines", is_flag=True, help="Say now and then how it goes, in Swedish.")
def rehearse(
    url: str | None,
    data: Path | None,
    link: str | None,
    code: str | None,
    dialogue: str | None,
    session: str | None,
    participants: int,
    posts: int | None,
    pace: float | None,
    as_json: bool,
    progress_lines: bool,
) -> None:
    """Practise with a simulated hall: real connections, sample contributions, a whole evening.

    Without URL it starts a server of its own, in a temporary folder or in --data. What is opened
    is a marked copy: it never enters the dialogue's record. Exit code 1 if an acknowledged
    contribution was lost or stored twice.

    projector_ms counts from sending to arrival at the projector's connection. At --pace 0
    everything is shown at once; at any other pace the session's moderation holds, a moderator
    releases screenfuls, and a held contribution counts from its release.
    """
    from dialog.rehearse import CannotRehearse, Options, summary
    from dialog.rehearse import rehearse as hold

    if pace is None:
        pace = 0.0 if as_json else 1.0
    options = Options(url, data, link, code, dialogue, session, participants, posts, pace)
    if progress_lines:
        options.progress = click.echo
    try:
        figures = hold(options)
    except CannotRehearse as error:
        raise click.ClickException(str(error)) from None
    click.echo(summary(figures, as_json), err=progress_lines)
    if figures.lost or figures.doubled:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--text",
    metavar="COLUMN",
    help="The column with the texts, by name or number. [the only one that can be meant]",
)
@click.option("--area", metavar="COLUMN", help="Group apart what differs in this column.")
@click.option(
    "--groups",
    type=click.IntRange(1),
    metavar="K",
    help="At most so many groups an area. [by the number of texts]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the input here, with the columns group, title and sure. "
    "A single voice gets an empty group.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file. [the first with cells]")
@click.option(
    "--embedder",
    type=click.Choice(["auto", "lexical"]),
    default="auto",
    show_default=True,
    help="How texts are compared: by the best that is installed, or by their letters.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary as one JSON object.")
def group(
    file: Path,
    text: str | None,
    area: str | None,
    groups: int | None,
    out: Path | None,
    sheet: str | None,
    embedder: Literal["auto", "lexical"],
    as_json: bool,
) -> None:
    """Group the texts of a spreadsheet, CSV or XLSX: answers from Forms, Mentimeter or the like.

    No server is needed, and nothing leaves this machine unless DIALOG_EMBEDDINGS_URL names an
    endpoint of your own. Without --out and --json the groups are
    printed. Groups are numbered from 1 in each area, the largest first.
    """
    from dialog import group_file
    from dialog.embedders import embedders
    from dialog.spreadsheets import BadSpreadsheet

    say = partial(click.echo, err=True)
    try:
        settings = from_environment()
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    models = None if embedder == "lexical" else embedders(settings, threads=os.cpu_count() or 1)
    options = group_file.Options(file, text, area, groups, out, sheet, models, say)
    try:
        summary = group_file.group_file(options)
    except (group_file.CannotGroup, BadSpreadsheet) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(group_file.as_json(summary))
    elif out is None:
        click.echo(group_file.readable(summary))


@main.command()
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one there is]")
@click.option("--for", "kind", type=click.Choice(KINDS), help="Which document.")
@click.option("--format", type=click.Choice(FORMATS), help="[the ending of FILE]")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to."
)
@click.option("--version", type=click.IntRange(1), help="A frozen version. [as it stands now]")
@click.option("--session", "sessions", multiple=True, help="Only this session. [all]")
@click.option("--copy", hidden=True, help="What a request asks for, as JSON.")
@click.option("--step-back", "stepping_back", is_flag=True, hidden=True)
def export(
    data: Path | None,
    dialogue: str,
    kind: DocumentKind | None,
    format: Format | None,
    out: Path,
    version: int | None,
    sessions: tuple[str, ...],
    copy: str | None,
    stepping_back: bool,
) -> None:
    """Write a document of a dialogue into a file.

    What is not frozen is marked as a working draft. Of a frozen version comes the file that was
    kept then. Also for an evening that `dialog rehearse --data DIR` has kept.
    """
    if stepping_back:
        step_back()
    from dialog.exporting import CannotExport, copy_of, file_of
    from dialog.reports.disclosure import asked_in
    from dialog.reports.pdf import CannotTypeset

    wanted = format or format_of(out)
    if (kind is None) == (copy is None):
        raise click.ClickException("say with --for which document")
    with open_log(data) as (engine, settings):
        try:
            if kind is not None:
                file = file_of(engine, settings, dialogue, kind, wanted, version or 0, sessions)
            else:
                file = copy_of(engine, settings, dialogue, asked_in(copy or ""), wanted)
        except (CannotExport, CannotTypeset, UnknownEvent) as error:
            raise click.ClickException(str(error)) from None
        if (kind == "archive" or kind is None) and not stepping_back:
            note_by_hand(engine, "downloaded", file.name)
    try:
        write_whole(out, file.content)
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None
    click.echo(f"{out} is written ({len(file.content)} bytes)", err=True)
    if stepping_back:
        click.echo(file.name)


@main.command(hidden=True)
@data_option
@click.option("--dialogue", required=True)
@click.option("--version", type=click.IntRange(1), required=True)
def render(data: Path | None, dialogue: str, version: int) -> None:
    """Make and keep the files that a frozen version lacks. `dialog serve` does it by itself."""
    step_back()
    from dialog.exporting import CannotExport, keep_files

    with open_log(data) as (engine, settings):
        try:
            for done, total, name in keep_files(engine, settings, dialogue, version):
                click.echo(f"{done}/{total} {name}")
        except (CannotExport, UnknownEvent) as error:
            raise click.ClickException(str(error)) from None


def format_of(out: Path) -> Format:
    ending = out.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise click.ClickException(f"say with --format which one, of {', '.join(FORMATS)}")
    return ending


@contextlib.contextmanager
def open_log(data: Path | None, **given: object) -> Iterator[tuple["Engine", Settings]]:
    """The database that is there already: looking into a folder must not begin an installation."""
    from dialog.store import release
    from dialog.store.database import open_database

    try:
        settings = from_environment(data=data, **given)
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    file = settings.data / "dialog.db"
    if not settings.database and not file.is_file():
        raise click.ClickException(f"there is no dialogue in {settings.data}: no file {file}")
    try:
        engine = open_database(settings.database_url)
        release.begin(engine)
    except UnusableDatabase as error:
        raise click.ClickException(str(error)) from None
    try:
        yield engine, settings
    finally:
        engine.dispose()


def write_whole(out: Path, content: bytes) -> None:
    """All of it, or on failure what was there before."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one there is]")
@click.option("--text-column", metavar="COLUMN", required=True, help="By name or number.")
@click.option("--area-column", metavar="COLUMN", help="Goal area by name, number or id.")
@click.option("--kind-column", metavar="COLUMN", help="Keyword, question or meaning.")
@click.option("--target-group-column", metavar="COLUMN", help="Target group by name or id.")
@click.option("--language-column", metavar="COLUMN", help="Such as sv or ar.")
@click.option("--area", default="", help="The goal area of rows that name none. [across all]")
@click.option(
    "--kind",
    type=click.Choice(["keyword", "question", "meaning"]),
    default="keyword",
    show_default=True,
    help="The kind of rows that name none.",
)
@click.option("--language", default="sv", show_default=True, help="Of rows that name none.")
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file. [the first with cells]")
@click.option("--title", default="", help="What it is called in documents. [the file's name]")
@click.option("--public", is_flag=True, help="May be published. [only sums are]")
@click.option(
    "--channel",
    type=click.Choice(["import", "committee"]),
    default="import",
    show_default=True,
    help="Whose it is: earlier material, or what committees and companies say, counted apart.",
)
@click.option("--yes", is_flag=True, help="Write it. [only show what would come of it]")
@click.option("--json", "as_json", is_flag=True, hidden=True)
def bring_in(
    file: Path,
    data: Path | None,
    dialogue: str,
    yes: bool,
    as_json: bool,
    **given: object,
) -> None:
    """Bring earlier material into a dialogue: CSV or XLSX, one contribution a row.

    First a preview; with --yes it is written, all of it or, if any row has a mistake, nothing. It
    becomes a session of its own, ended at once.
    """
    if as_json:  # asked by a server, of a file that anybody may have made
        step_back()
        take_no_more_than(MOST_FOR_A_FILE)
    from dialog import import_file
    from dialog.exporting import CannotExport, chosen
    from dialog.protocol.codec import encode
    from dialog.recall import recall

    names = ("text", "area", "kind", "target_group", "language")
    asked = {name: given.pop(f"{name}_column") for name in names}
    for_all = {f"all_{name}": given.pop(name) for name in ("area", "kind", "language")}
    options = import_file.Options(**asked, **for_all, **given)  # type: ignore[arg-type]
    with open_log(data) as (engine, _):
        try:
            with engine.execution_options(reading=True).begin() as db:
                there = recall(db, chosen(db, dialogue))
            made = import_file.preview(file, there.definition, options)
        except (CannotExport, import_file.CannotImport, UnknownEvent) as error:
            raise click.ClickException(str(error)) from None
        if as_json:
            click.echo(encode(made).decode())
            return
        import_file.show(made, click.echo)
        if made.mistakes:
            raise click.ClickException(f"{len(made.mistakes)} mistakes; nothing is written")
        if not yes:
            click.echo(f"{len(made.rows)} rows can be brought in; say --yes to do it")
            return
        session = asyncio.run(bring_in_whole(engine, there.id, made, options))
    click.echo(f"{len(made.rows)} contributions are written, as the session {session}")


async def bring_in_whole(
    engine: "Engine", dialogue: str, made: "Preview", options: "Options"
) -> str:
    """In one commit; a server that runs sees it within a second."""
    from datetime import date

    from dialog.bus import MemoryBus
    from dialog.domain.state import Person
    from dialog.import_file import command
    from dialog.live import LiveDialogues
    from dialog.protocol.refusals import Refused
    from dialog.store.doors import all_doors

    home = LiveDialogues(engine, MemoryBus())
    try:
        live = await home.dialogue(dialogue)
        assert live is not None
        taken = [door.session for door in await home.read(all_doors)]
        wish = command(made, options, date.today(), taken)
        await live.do(Person("system"), wish)
    except Refused as refused:
        raise click.ClickException(f"refused: {refused.refusal}") from None
    finally:
        await home.close()
    return wish.session


@main.command()
@click.argument("dialogue", default="")
@data_option
@click.option("--sessions", type=click.Path(path_type=Path), help="Folder of dialogues. [shipped]")
@click.option("--do", "carry", is_flag=True, help="Do it. [only say what would go]")
@click.option("--by", metavar="ROLE/NAME", help="Who does it, for the protocol.")
@click.option("--expect", default="", hidden=True, help="The list that was looked at.")
@click.option("--actor", type=click.Choice(STAFF_ROLES), hidden=True)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="The protocol, too.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def dispose(
    dialogue: str,
    data: Path | None,
    sessions: Path | None,
    carry: bool,
    by: str | None,
    expect: str,
    actor: StaffRole | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Dispose of what the rules in DIALOGUE's file say, where they are decided.

    First say what would go: how much, from when to when, by which rule and decision. With --do it
    goes, all of it or nothing, and a signed protocol is kept beside the log; `dialog verify` checks
    it. Copies that `dialog backup` has made before still hold everything.
    """
    from dialog.disposing import CannotDispose, as_json_text, as_text, carry_out, planned
    from dialog.exporting import CannotExport, chosen
    from dialog.live import now_ms

    role, _, name = (by or "").partition("/")
    if carry and not (role.strip() and name.strip()):
        raise click.ClickException("say with --by who does it, as ROLE/NAME")
    with open_log(data, sessions=sessions) as (engine, settings):
        try:
            with engine.execution_options(reading=True).begin() as db:
                id = chosen(db, dialogue)
            if not carry:
                plan = planned(engine, settings, id, now_ms())
                click.echo(as_json_text(plan) if as_json else as_text(plan))
                return
            settings = prepare(settings)
            file = carry_out(engine, settings, id, by or "", actor or "system", now_ms(), expect)
        except (CannotDispose, CannotExport, UnknownEvent, BadSetting) as error:
            raise click.ClickException(str(error)) from None
    if out is not None:
        write_whole(out, file.content)
    click.echo(file.content.decode() if as_json else f"{file.name}: done, and kept as a protocol")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option(
    "--with-secret",
    is_flag=True,
    help="Also the secret that signs cookies and staff links: whoever has the copy is staff.",
)
def backup(file: Path, data: Path | None, with_secret: bool) -> None:
    """Copy the whole installation into FILE, also while a server runs.

    The database as it is at one moment, and the dialogues made in the browser. SQLite and
    PostgreSQL alike: a copy of the one can be put into the other.
    """
    from dialog.backup import take

    with open_log(data) as (engine, settings):
        if with_secret:
            settings = settings_for(data=data)
        try:
            made = take(engine, settings, file, with_secret)
        except OSError as error:
            raise click.ClickException(f"cannot write {file}: {error.strerror}") from None
    click.echo(f"{file} is written: {contents_of(made)}", err=True)


def contents_of(made: "Manifest") -> str:
    entries = sum(it.seq for it in made.dialogues)
    secret = "with the secret" if made.has_secret else "without the secret"
    return f"{len(made.dialogues)} dialogues, {entries} entries of their logs, {secret}"


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--over", is_flag=True, help="Replace what is there. [only into an empty place]")
def restore(file: Path, data: Path | None, over: bool) -> None:
    """Put a copy that `dialog backup` has made in place, all of it or nothing.

    The file is read and checked before anything is replaced. Phones, projectors and staff pages
    that had seen something newer load anew; phones and tables' devices must come in anew.
    """
    from dialog.backup import CannotRestore
    from dialog.backup import restore as put_in_place

    try:
        settings = from_environment(data=data)
        made = put_in_place(file, settings, over)
    except (BadSetting, UnusableDatabase, CannotRestore) as error:
        hint = "; say --over to replace it" if "not empty" in str(error) else ""
        raise click.ClickException(f"{error}{hint}; nothing is changed") from None
    except OSError as error:
        raise click.ClickException(f"cannot use {error.filename}: {error.strerror}") from None
    click.echo(f"{contents_of(made)} are in place, as of {made.made}", err=True)
    click.echo("Phones and tables' devices must come in anew.", err=True)
    if not made.has_secret:
        click.echo("Without the secret staff links are new.", err=True)


@main.command("take-in")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@data_option
@click.option("--dialogue", default="", help="Its record number or id. [the only one in it]")
@click.option("--session", "only", multiple=True, metavar="ID", help="Only these. [every one]")
@click.option("--do", "carry", is_flag=True, help="Do it. [only say what would be taken in]")
@click.option("--by", metavar="ROLE/NAME", help="Who does it, for the audit.")
def take_in(
    source: Path,
    data: Path | None,
    dialogue: str,
    only: tuple[str, ...],
    carry: bool,
    by: str | None,
) -> None:
    """Take in an evening that was held on another machine, without internet.

    SOURCE: a copy that `dialog backup` has made there, or that machine's data folder. First say
    what would be taken in; with --do it is written, all of it in one commit, also while a server
    runs here. Said again it takes only what is new.
    """
    from dialog.live import now_ms
    from dialog.take_in import CannotTakeIn, held_there, looked_through, opened, origin, show
    from dialog.take_in import take_in as write

    role, _, name = (by or "").partition("/")
    if carry and not (role.strip() and name.strip()):
        raise click.ClickException("say with --by who does it, as ROLE/NAME")
    with open_log(data) as (engine, _):
        try:
            with opened(source) as elsewhere:
                there = held_there(elsewhere, dialogue)
            here, plan = looked_through(engine, there, only)
            if carry:
                plan = write(engine, here, there, only, by or "", now_ms())
        except (CannotTakeIn, UnknownEvent) as error:
            raise click.ClickException(f"{error}; nothing is changed") from None
    click.echo(origin(source))
    show(plan, click.echo, done=carry)
    click.echo("")
    n = len(plan.taking)
    if not n:
        click.echo("Nothing is new; nothing is changed.")
    elif carry:
        click.echo(f"Sessions taken in: {n}.")
    else:
        click.echo(f"Sessions that can be taken in: {n}; say --do to do it.")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[printed]")
def sbom(out: Path | None) -> None:
    """Say what the program is made of: a software bill of materials, CycloneDX in JSON.

    Every package of the lock file with its version, licence and the hashes it is installed by.
    """
    from dialog.sbom import bill, lock_file, others_installed

    lock = lock_file().read_text()
    for sentence in others_installed(lock):
        click.echo(sentence, err=True)
    content = bill(lock)
    if out is None:
        click.echo(content.decode(), nl=False)
        return
    try:
        write_whole(out, content)
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror}") from None


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def verify(file: Path, data: Path | None, as_json: bool) -> None:
    """Check an archive package: every file as it was, and the log the one that was frozen.

    Also a protocol of a disposal, whose signature needs the secret of the installation that has
    made it. Nothing else is needed, no database either. Exit code 1 if anything is not as it was.
    """
    from dialog.disposing import signed_in
    from dialog.reports import archive

    signed = signed_in(beginning_of(file))
    if signed is not None:
        return verify_protocol(signed, data, as_json)
    found = archive.verify(file)
    if as_json:
        click.echo(archive.as_json(found))
    elif found.manifest is not None and not found.mistakes:
        it = found.manifest
        frozen = "not frozen" if it.version is None else f"version {it.version}"
        click.echo(
            f"{it.record_number or it.dialogue}, {frozen}: {len(it.files)} files and"
            f" {found.entries} entries of the log, all as they were"
        )
    tell(found.mistakes if not as_json else [])
    if found.mistakes:
        sys.exit(1)


def tell(mistakes: list[str]) -> None:
    for mistake in mistakes:
        click.echo(mistake, err=True)


LONGEST_PROTOCOL = 1024**2


def beginning_of(file: Path) -> bytes:
    try:
        with file.open("rb") as content:
            return content.read(LONGEST_PROTOCOL)
    except OSError:
        return b""


def verify_protocol(signed: "Signed", data: Path | None, as_json: bool) -> None:
    from dialog.disposing import mistakes_in
    from dialog.settings import secret_there

    try:
        secret = secret_there(from_environment(data=data))
    except BadSetting as error:
        raise click.ClickException(str(error)) from None
    mistakes = mistakes_in(signed, secret) if secret else ["there is no secret here to check it by"]
    it = signed.protocol
    if as_json:
        click.echo(json.dumps({"ok": not mistakes, "mistakes": mistakes}))
    elif not mistakes:
        what = f"{it.record_number}, disposal {it.disposal} by {it.by} at {it.at}"
        click.echo(f"{what}: {sum(line.n for line in it.lines)} in all, as it was signed")
    tell(mistakes if not as_json else [])
    if mistakes:
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
