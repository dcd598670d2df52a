"""The command `dialog`."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from pathlib import Path

import click
import uvicorn

from dialog import __version__
from dialog.settings import Settings, from_environment, prepare

SEND_BUFFER = 64 * 1024
LOST_AFTER = 15_000
"""ms without an acknowledged byte after which the kernel gives a connection up."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 92})
@click.version_option(__version__, prog_name="dialog")
def main() -> None:
    """Live citizen dialogue: a projector, phones without accounts, and a log that loses nothing.

    \b
    Hold a dialogue:      dialog serve
    Practise one:         dialog rehearse
    Write your own:       docs/writing-sessions.md
    Run it for real:      docs/running.md

    Settings come from the environment (DIALOG_DATA, DIALOG_DATABASE, DIALOG_REDIS, DIALOG_HOME …);
    the options below win over them.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


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
    from dialog.app import create_app

    given = {"host": host, "port": port, "data": data, "sessions": sessions, "home": home}
    settings = prepare(from_environment(**given))
    try:
        door = listening_socket(settings)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        ) from None
    app = create_app(settings)
    if not quiet:
        asyncio.run(print_addresses(app))
    quiet_invalid_frames()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    uvicorn.Server(server_config(app, settings)).run(sockets=[door])


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
    door.listen(2048)
    settings.port = door.getsockname()[1]
    return door


def server_config(app: object, settings: Settings) -> uvicorn.Config:
    """uvicorn's defaults do not fit a hall (PERFORMANCE.md, "So", 5)."""
    from dialog.broadcast import DirectProtocol
    from dialog.protocol.frames import FRAME_LIMIT

    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="h11",  # httptools takes megabytes of headers without an answer (SECURITY.md, B2)
        ws=DirectProtocol,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        access_log=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=5,
    )


def quiet_invalid_frames() -> None:
    """uvicorn prints a stack trace for every frame that is no UTF-8; anyone can send those."""
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "Invalid UTF-8" not in record.getMessage()
    )


async def print_addresses(app: object) -> None:
    """Where to go, the secret links among it."""
    here = app.state.installation  # type: ignore[attr-defined]
    links = await here.staff_links()
    library = await here.library()
    home = here.settings.home_url
    lines = [
        "",
        f"  Participants   {home}",
        f"  Projector      {home}/projector",
        f"  Facilitator    {links['facilitator']}",
        f"  Presidium      {links['presidium']}",
        "",
        "  The last two links are secret: whoever has one is staff.",
    ]
    if home.startswith("http://"):
        lines.append("  Over plain HTTP phones cannot reload without network; all else works.")
    lines += [f"  Left out: {mistake}" for mistake in library.mistakes]
    click.echo("\n".join(lines) + "\n")


@main.command()
@data_option
@click.option("--pipe", is_flag=True, help="Speak with the parent over standard input and output.")
def worker(data: Path | None, pipe: bool) -> None:
    """Group contributions as they come in. `dialog serve` starts one by itself."""
    from dialog.bus import PipeBus, open_bus
    from dialog.grouping import work
    from dialog.live import LiveDialogues
    from dialog.store.database import migrate, open_database

    settings = prepare(from_environment(data=data))
    engine = open_database(settings.database_url)
    if not pipe:
        migrate(engine)

    async def run() -> None:
        bus = PipeBus() if pipe else open_bus(settings.redis)
        await work(LiveDialogues(engine, bus), bus)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


@main.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database up to this release."""
    from dialog.store.database import migrate as bring_up
    from dialog.store.database import open_database

    bring_up(open_database(prepare(from_environment(data=data)).database_url))
    click.echo("The database is up to date.", err=True)


if __name__ == "__main__":
    sys.exit(main())
