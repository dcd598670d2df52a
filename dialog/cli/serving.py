"""Serve: the server, its worker, the release phase, and the links that let staff in."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import uvicorn

from dialog import logs
from dialog.cli.shared import (
    data_option,
    in_a_sentence,
    note_by_hand,
    open_log,
    settings_for,
    step_back,
)
from dialog.identity import STAFF_ROLES, StaffRole
from dialog.settings import BadSetting, Settings, prepare, room_for
from dialog.store.database import UnusableDatabase

SEND_BUFFER = 64 * 1024


THREADS_TAKE_TURNS = 0.0005
"""Seconds after which the interpreter goes to another thread that waits for it. The one that writes
the log asks for it after each statement; with Python's 5 ms a commit waited ten times as long
while 10,000 phones were being written to, and staff screens with it (`python -m bench.crowd`)."""


LOST_AFTER = 13_000
"""ms without an acknowledged byte after which the kernel gives a connection up; it looks about a
second late, and nothing of a reader that stopped is to be left after 15 s."""


@click.command()
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
    with in_a_sentence(UnusableDatabase, BadSetting):
        app = create_app(settings)
    door.listen(2048)  # not before: who is let in must not wait for a release
    if not quiet:
        asyncio.run(print_addresses(app))
    quiet_uvicorn()
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


def listening_socket(settings: Settings) -> socket.socket:
    """Our own, because accepted sockets inherit its limits: a phone that stops reading then costs
    kilobytes of kernel memory for seconds, not megabytes for minutes (docs/faults.md, F8)."""
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
    """uvicorn's defaults do not fit a hall."""
    from dialog.broadcast import DirectProtocol
    from dialog.patience import Lobby
    from dialog.protocol.frames import FRAME_LIMIT

    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        # h11, for httptools takes megabytes of headers without an answer.
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


SAID_OF_ANYBODY = ("Invalid UTF-8", "Invalid HTTP request", "Unsupported upgrade")


def quiet_uvicorn() -> None:
    """It prints a line, or a stack trace, for what it cannot read; anyone can send that. And for
    each answer that it has cancelled itself, since it was to stop, when one line has said so."""
    logging.getLogger("uvicorn.error").addFilter(is_news)


def is_news(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not (
        isinstance(error, asyncio.CancelledError) or record.getMessage().startswith(SAID_OF_ANYBODY)
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


@click.command()
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


@click.command()
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
    with in_a_sentence(UnusableDatabase):
        engine = open_database(settings.database_url)
        bus: Bus = PipeBus()
        if not pipe:
            release.begin(engine, patience=release.PATIENCE)
            bus = open_bus(settings.redis, release.installation(engine, settings.secret))

    async def run() -> None:
        models = embedders(settings, DatabaseCache(engine))
        await work(LiveDialogues(engine, bus), bus, models)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database up to this release: the release phase, before its processes start.

    Those of the release before go on meanwhile. The secret of these settings is from now on the
    one that all of them must have.
    """
    from dialog.store.database import open_database
    from dialog.store.release import bring_up

    settings = settings_for(data=data)
    with in_a_sentence(UnusableDatabase):
        bring_up(open_database(settings.database_url), settings.secret)
    click.echo("The database is up to date.", err=True)
