"""What machines ask that watch over this process: is it alive, is it ready, how is it doing?"""

import asyncio
import hmac
import time
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dialog import metrics
from dialog.bus import RedisBus
from dialog.domain.groups import waiting_in
from dialog.domain.state import Session
from dialog.installation import Installation, installation_of
from dialog.live import LiveDialogue, now_ms
from dialog.protocol.refusals import NotAllowed, Refused
from dialog.store import log as store
from dialog.store import release

LOOK_AT_THE_LOOP = 0.5
"""Seconds between two looks at how late the event loop is."""
NO_LONGER_THAN = 5.0
"""Seconds after which a database that does not answer counts as one that is not there."""
UNREADABLE = (SQLAlchemyError, OSError, TimeoutError)


async def health(request: Request) -> PlainTextResponse:
    """Alive: its event loop goes round. Not the database: whoever starts again what is not alive
    would take from people what they can still read, and bring no database back."""
    return PlainTextResponse("ok")


async def readiness(request: Request) -> PlainTextResponse:
    """Whether a proxy may send people here: "ready", or one word for each part that is not."""
    here = installation_of(request)
    failing = await not_ready(here)
    headers = {"Cache-Control": "no-store", release.WHOSE: release.mark(here.settings.secret)}
    if failing:
        return PlainTextResponse(" ".join(failing), 503, headers)
    return PlainTextResponse("ready", headers=headers)


async def not_ready(here: Installation) -> list[str]:
    """What is not as it has to be: stopping, database, migration, secret, log."""
    failing = ["stopping"] if here.stopping else []
    try:
        async with asyncio.timeout(NO_LONGER_THAN):
            state = await here.live.read(release.state)
    except UNREADABLE:
        return [*failing, "database"]
    if not state.fits:
        failing.append("migration")
    elif not state.is_of(here.settings.secret):
        failing.append("secret")
    try:
        async with asyncio.timeout(NO_LONGER_THAN):
            await here.live.read(last_entries)
    except UNREADABLE:
        failing.append("log")
    return failing


def last_entries(db: Connection) -> None:
    """The log's tables have what this release reads of them."""
    for dialogue in store.dialogues(db)[:1]:
        store.entries_after(db, dialogue, 0, 1)


async def figures(request: Request) -> Response:
    """The metrics, for whoever has the token of the settings; without a token there are none."""
    here = installation_of(request)
    if not here.settings.metrics:
        return PlainTextResponse("Not Found", 404)
    given = request.headers.get("authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {here.settings.metrics}".encode()):
        raise Refused(NotAllowed())
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    looked_up = CollectorRegistry()
    looked_up.register(LookedUp(here))
    headers = {"Cache-Control": "no-store", "Content-Type": media_type}
    # Together in one registry's form: OpenMetrics ends with a line of its own.
    both = Both((metrics.REGISTRY, looked_up))
    return Response(encode(both), headers=headers)


class Both(CollectorRegistry):
    """Several registries, written as one."""

    def __init__(self, registries: Iterable[CollectorRegistry]) -> None:
        super().__init__()
        self.registries = tuple(registries)

    def collect(self) -> Iterator[Metric]:
        for registry in self.registries:
            yield from registry.collect()


class LookedUp(Collector):
    """What stands in memory just now."""

    def __init__(self, here: Installation) -> None:
        self.here = here

    def collect(self) -> Iterator[Metric]:
        here = self.here
        dialogues = list(here.live.live.values())
        yield connections(dialogues, here.sockets.open)
        gauges: dict[str, tuple[str, float]] = {
            "dialog_dialogues": ("Dialogues in memory.", len(dialogues)),
            "dialog_wishes_waiting": (
                "Wishes that wait for their commit.",
                sum(len(live.waiting) for live in dialogues),
            ),
            "dialog_log_behind_entries": (
                "Entries of other processes that were not read yet at the last look.",
                here.live.lag,
            ),
            "dialog_stopping": ("1 once it has been asked to stop.", int(here.stopping)),
        }
        gauges |= people(sessions_of(dialogues))
        gauges |= grouping(here, sessions_of(dialogues))
        for name, (words, value) in gauges.items():
            yield GaugeMetricFamily(name, words, value=value)
        yield from bus(here)


def connections(dialogues: list[LiveDialogue], all_open: int) -> GaugeMetricFamily:
    """By audience; `joining`: those that have not said yet what they follow."""
    family = GaugeMetricFamily(
        "dialog_connections", "Open WebSockets by audience.", labels=["audience"]
    )
    found: dict[str, int] = {}
    for live in dialogues:
        for channel in live.channels.values():
            found[channel.audience] = found.get(channel.audience, 0) + len(channel.connections)
    found["joining"] = max(0, all_open - sum(found.values()))
    for audience, n in sorted(found.items()):
        family.add_metric([audience], n)
    return family


def sessions_of(dialogues: list[LiveDialogue]) -> list[Session]:
    """Those that go on."""
    found = (session for live in dialogues for session in live.dialogue.sessions.values())
    return [session for session in found if not session.ended]


def people(sessions: list[Session]) -> dict[str, tuple[str, float]]:
    """Of all sessions together."""
    held = [session.contributions[it] for session in sessions for it in session.held]
    oldest = min((it.at for it in held), default=0)
    waited = (now_ms() - oldest) / 1000 if held else 0.0
    return {
        "dialog_sessions": ("Sessions that go on.", len(sessions)),
        "dialog_participants": (
            "Participants who have joined them.",
            sum(len(it.participants) for it in sessions),
        ),
        "dialog_contributions": (
            "Contributions in them.",
            sum(it.tally.contributions for it in sessions),
        ),
        "dialog_contributions_held": ("Contributions that wait for a moderator.", len(held)),
        "dialog_contributions_held_oldest_seconds": (
            "How long the first of them has waited.",
            max(0.0, waited),
        ),
    }


def grouping(here: Installation, sessions: list[Session]) -> dict[str, tuple[str, float]]:
    """What waits for the machine, whichever process it is in; and the machine, if it was heard."""
    found: dict[str, tuple[str, float]] = {
        "dialog_grouping_waiting": (
            "Visible contributions that the grouping worker has not looked at.",
            sum(waiting_in(session) for session in sessions),
        )
    }
    if here.live.worker_heard is not None:
        found["dialog_grouping_worker_heard_seconds"] = (
            "Since a grouping worker last said that it is there; it does so every 5 seconds.",
            time.monotonic() - here.live.worker_heard,
        )
    return found


def bus(here: Installation) -> Iterator[Metric]:
    """The state of Redis, where there is one."""
    it = here.live.bus
    if not isinstance(it, RedisBus):
        return
    yield GaugeMetricFamily("dialog_bus_connected", "1: it listens.", value=int(it.connected))
    yield CounterMetricFamily("dialog_bus_notes_lost", "Notes nobody got.", value=it.lost)
    if it.heard_at is not None:
        since = time.monotonic() - it.heard_at
        yield GaugeMetricFamily(
            "dialog_bus_heard_seconds", "Since the last note, its own too.", value=since
        )


async def watch_loop() -> None:
    """Measure how late the event loop is, for as long as it runs."""
    while True:
        due = time.monotonic() + LOOK_AT_THE_LOOP
        await asyncio.sleep(LOOK_AT_THE_LOOP)
        metrics.LOOP_LAG.observe(max(0.0, time.monotonic() - due))


routes: list[BaseRoute] = [
    Route("/healthz", health),
    Route("/readyz", readiness),
    Route("/metrics", figures),
]
