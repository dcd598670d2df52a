"""Puts the parts together: settings in, an ASGI application out. Start reading here."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from dialog import (
    api,
    entry_api,
    files_api,
    opening,
    pages,
    probes,
    sign_in_api,
    staff_api,
    work_api,
)
from dialog.assets import Assets
from dialog.bus import MemoryBus, keep, open_bus
from dialog.doorkeeper import Doorkeeper
from dialog.finder import Finder
from dialog.freezing import Freezing
from dialog.headers import SecurityHeaders
from dialog.identity import Identity
from dialog.installation import Installation
from dialog.live import LiveDialogues
from dialog.rehearsals import Rehearsals
from dialog.settings import BadSetting, Settings, prepare
from dialog.sockets import Sockets
from dialog.staff import Staff
from dialog.store import release
from dialog.store.database import open_database
from dialog.under import Under

if TYPE_CHECKING:
    from dialog.oidc import Provider

BODY_LIMIT = 64 * 1024
ENDS_WITHIN = 5.0
"""Seconds that the grouping worker has to end by itself."""


def create_app(settings: Settings) -> Starlette:
    """The whole application on `settings`. A database of its own is brought up to this release; for
    one that several share, `dialog migrate` is waited for."""
    prepare(settings)
    check_under(settings)
    engine = open_database(settings.database_url)
    release.begin(engine, settings.secret, release.PATIENCE)
    live = LiveDialogues(
        engine, open_bus(settings.redis, release.installation(engine, settings.secret))
    )
    identity = Identity(settings.secret, settings.link_days, under=settings.under)
    staff = Staff(live, identity)
    installation = Installation(
        settings=settings,
        live=live,
        identity=identity,
        staff=staff,
        sockets=Sockets(live, identity, staff, settings.connections * 9 // 10),
        doorkeeper=Doorkeeper(),
        rehearsals=Rehearsals(settings),
        assets=Assets(settings.static),
        finder=Finder(live),
        freezing=Freezing(settings, live),
        provider=provider_in(settings),
        reviewed=opening.reviewed(settings),
    )
    app = Guarded(
        routes=routes(),
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
        exception_handlers={
            404: pages.no_such_page,
            ClientDisconnect: hung_up,
            **api.failures,
            **files_api.failures,
        },
        lifespan=lifespan,
        max_body_size=BODY_LIMIT,
    )
    app.state.installation = installation
    app.router.redirect_slashes = False
    return app


def begins_to_stop(app: Starlette) -> Callable[[], None]:
    """What to call once the process has been asked to stop: from then on it is not ready."""
    here: Installation = app.state.installation

    def stops() -> None:
        here.stopping = True

    return stops


def provider_in(settings: Settings) -> "Provider | None":
    """Where staff may sign in. What it takes is only loaded where there is such a place."""
    if not settings.oidc_issuer:
        return None
    from dialog.oidc import Provider

    return Provider(settings)


def routes() -> list[BaseRoute]:
    """Every way in."""
    return [
        WebSocketRoute("/ws/{session}", socket),
        WebSocketRoute("/ws/dialogue/{dialogue}", socket),
        *probes.routes,
        *api.routes,
        *sign_in_api.routes,
        *staff_api.routes,
        *entry_api.routes,
        *work_api.routes,
        *files_api.routes,
        *pages.routes,
    ]


def check_under(settings: Settings) -> None:
    """The first word of the path must be none of ours: where a proxy takes the path off, nobody
    could tell `/staff/…` of ours from `/staff/…` with the path."""
    ours = {getattr(route, "path", "/").split("/")[1] for route in routes()}
    if settings.under and settings.under.split("/")[1] in ours:
        raise BadSetting(
            f"DIALOG_HOME is {settings.home!r}: expected another path, since pages of ours begin so"
        )


class Guarded(Starlette):
    """Starlette keeps its own answers (too large, an error) outside of what middleware sees."""

    def build_middleware_stack(self) -> ASGIApp:
        here: Installation = self.state.installation
        under = here.settings.under
        guarded = SecurityHeaders(super().build_middleware_stack(), here.settings.hosts, under)
        return Under(guarded, under) if under else guarded


async def socket(websocket: WebSocket) -> None:
    await websocket.app.state.installation.sockets.serve(websocket)


async def hung_up(request: Request, error: Exception) -> Response:
    """Nobody reads this: whoever asked went away in the middle of it."""
    return Response(status_code=400)


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """While it runs: carry news, look again every second, keep the grouping worker alive."""
    here: Installation = app.state.installation
    work = [
        here.live.bus.run(),
        here.live.watch(),
        keep("the watch over sign-ins", here.sockets.watch_staff),
    ]
    work += [here.freezing.take_up(), probes.watch_loop()]
    if here.settings.grouping == "child":
        work.append(keep("the grouping worker", lambda: grouping_child(here)))
    tasks = [asyncio.create_task(each) for each in work]
    yield
    here.stopping = True
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await here.rehearsals.close()
    await here.freezing.close()
    await here.live.close()


async def grouping_child(here: Installation) -> None:
    """One grouping worker as a child process, spoken with over its pipes. Returns when it dies."""
    settings = here.settings
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dialog", "worker", "--pipe"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ
        | {
            "DIALOG_DATA": str(settings.data),
            "DIALOG_DATABASE": settings.database,
            "DIALOG_REDIS": "",
        },
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        if isinstance(here.live.bus, MemoryBus):
            await here.live.bus.attach(process.stdout, process.stdin)
        await process.wait()
    finally:
        if process.returncode is None:
            await ended(process)


async def ended(process: asyncio.subprocess.Process) -> None:
    """Ask a child to end; one that hangs is not waited for, and may be ended at any time."""
    process.terminate()
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
