"""`dialog rehearse`: open a marked copy of a session and fill it with a simulated hall.

Against a server of its own, against one that runs, or (`--code`) only as the hall, led by
somebody at the console.
"""

import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from dialog import opening
from dialog.identity import Identity
from dialog.protocol.codec import encode
from dialog.protocol.records import Meeting
from dialog.protocol.refusals import Refused
from dialog.rehearsal.hall import Hall
from dialog.rehearsal.lead import Facilitator
from dialog.rehearsal.ledger import Figures, Stored
from dialog.rehearsal.own_server import own_server
from dialog.rehearsal.plan import COMING_IN, Plan
from dialog.rehearsal.screen import Screen, ShownOut
from dialog.rehearsal.visitor import NotLetIn, Visitor
from dialog.rehearsal.words import Words, samples_for
from dialog.rehearsals import Progress
from dialog.settings import Settings, from_environment, room_for, secret_there
from dialog.store import doors
from dialog.store.database import open_database

WRITING = ("collect", "meanings")
CONNECTED_WITHIN = 60.0
SAY_EVERY = 2.0
MANY_CONNECTIONS = 20_000


class CannotRehearse(Exception):
    """Why not, in a sentence."""


@dataclass(slots=True)
class Options:
    """What was asked for on the command line."""

    address: str | None = None
    data: Path | None = None
    link: str | None = None
    code: str | None = None
    dialogue: str | None = None
    session: str | None = None
    participants: int = 30
    posts: int | None = None
    pace: float = 1.0
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)
    progress: Callable[[str], None] | None = None
    """Where it goes instead how far it has come, for the staff page: each time a `Progress`."""


def rehearse(options: Options) -> Figures:
    """Hold the rehearsal to its end."""
    room_for(MANY_CONNECTIONS)
    try:
        return asyncio.run(until_terminated(options))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except Exception as error:
        raise in_a_sentence(error) from error


def in_a_sentence(error: BaseException) -> BaseException:
    """What went wrong, for whoever gave the command; a mistake of ours stays as it is."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    match error:
        case NotLetIn(status=status, kind=kind):
            return CannotRehearse(f"the server answered {status} {kind}")
        case ShownOut():
            return CannotRehearse("the server ended the connection for good")
        case Refused(refusal=refusal):
            return CannotRehearse(f"the facilitator was refused: {refusal}")
        case OSError():
            return CannotRehearse(f"no server there: {error}")
    return error


async def until_terminated(options: Options) -> Figures:
    """SIGTERM ends it as Ctrl-C does: the server of our own must not be left behind."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    if options.code is not None:
        return await as_the_hall(options, options.code)
    async with staff_at(options) as staff:
        return await as_everybody(options, staff)


# ── as the hall only ──────────────────────────────────────────────────────────────────────────


async def as_the_hall(options: Options, code: str) -> Figures:
    """Join by the code, follow whoever leads, and leave when the session ends."""
    if options.address is None:
        raise CannotRehearse("--code needs the address of the server it is for")
    async with asyncio.TaskGroup() as tasks:
        hall = make_hall(options, options.address, options.dialogue or "", tasks)
        telling = tasks.create_task(tell(options, hall))
        await hall.come_in(code)
        await hall.all_gone()
        telling.cancel()
        hall.go_home()
    return hall.ledger.figures(None)


# ── with a console ────────────────────────────────────────────────────────────────────────────


@contextlib.asynccontextmanager
async def staff_at(options: Options) -> AsyncIterator[Visitor]:
    """A browser signed in as facilitator, at the server that is to be rehearsed on."""
    async with contextlib.AsyncExitStack() as stack:
        if options.address is None and options.link is None:
            data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            address, secret = await stack.enter_async_context(own_server(data))
            options.say(f"Look on: {address}/staff#{secret}")
        else:
            address, secret = await asyncio.to_thread(known_server, options)
        staff = Visitor(address)
        await staff.post("/api/staff/login", secret=secret)
        yield staff


def known_server(options: Options) -> tuple[str, str]:
    """Address and secret from the link, or from the data folder on this machine."""
    linked, _, secret = (options.link or "").partition("#")
    address = (options.address or linked.partition("?")[0].removesuffix("/staff")).rstrip("/")
    return address, secret or kept_staff_secret(from_environment(data=options.data))


def kept_staff_secret(settings: Settings) -> str:
    """The facilitator's secret, worked out as the server on this machine does."""
    secret = secret_there(settings)
    if not secret:
        file = settings.data / "secret"
        raise CannotRehearse(f"no staff link: give --link, or --data ({file} is not there)")
    with open_database(settings.database_url).connect() as db:
        generation = doors.generation(db, "facilitator")
    return Identity(secret).link_secret("facilitator", generation)


async def as_everybody(options: Options, staff: Visitor) -> Figures:
    """Open a marked copy, lead the hall through it, and read back what the log holds."""
    dialogue, definition = choose(await staff.get("/api/staff/overview"), options)
    opened = await staff.post(
        "/api/staff/rehearse", dialogue=dialogue, session=definition, participants=0
    )
    session = opened["session"]
    async with asyncio.TaskGroup() as tasks:
        hall = make_hall(options, staff.address, dialogue, tasks)
        console = hall.open_screen(session, "console", staff.cookie_header, "console")
        projector = hall.open_screen(session, "projector", staff.cookie_header, "projector")
        telling = tasks.create_task(tell(options, hall))
        await lead(Facilitator(console, hall), projector, options)
        telling.cancel()
        hall.go_home()
    return hall.ledger.figures(await read_back(staff, session))


async def lead(facilitator: Facilitator, projector: Screen, options: Options) -> None:
    """The evening itself."""
    console, hall = facilitator.console, facilitator.hall
    await console.until(lambda: "run" in console.records, CONNECTED_WITHIN)
    await projector.until(lambda: "stage" in projector.records, CONNECTED_WITHIN)
    steps = facilitator.run_of_show
    hall.plan.writing = [step.step for step in steps if step.kind in WRITING]
    if options.posts and not hall.plan.writing:
        raise CannotRehearse("nobody writes anything in this session; choose another --session")
    meeting = console.records["meeting"]
    assert isinstance(meeting, Meeting)
    await hall.come_in(meeting.code)
    if not await hall.all_there(CONNECTED_WITHIN + COMING_IN * hall.plan.pace):
        options.say("Not everybody came in; going on with those who did.")
    await facilitator.lead()
    await projector.until(lambda: projector.seq >= console.seq, CONNECTED_WITHIN)


def choose(overview: dict[str, Any], options: Options) -> tuple[str, str]:
    """The dialogue and session asked for; else the first citizen dialogue there is."""
    there = [
        (dialogue["id"], session["id"], session["type"])
        for dialogue in overview["dialogues"]
        for session in dialogue["sessions"]
        if options.dialogue in (None, dialogue["id"]) and options.session in (None, session["id"])
    ]
    there.sort(key=lambda it: it[2] != "citizen-dialogue")
    if not there:
        raise CannotRehearse("there is no such session; `dialog serve` lists what it left out")
    return there[0][:2]


async def read_back(staff: Visitor, session: str) -> list[Stored]:
    """What the log holds of the session."""
    return msgspec.convert(await staff.get(f"/api/staff/export?session={session}"), list[Stored])


# ── both ──────────────────────────────────────────────────────────────────────────────────────


def make_hall(options: Options, address: str, dialogue: str, tasks: asyncio.TaskGroup) -> Hall:
    random = Random()
    samples = samples_for(opening.library(from_environment(data=options.data)), dialogue)
    plan = Plan(options.participants, options.posts, [], options.pace, random)
    return Hall(address, plan, Words(samples, random), tasks)


async def tell(options: Options, hall: Hall) -> None:
    """Say now and then how far it has come."""
    said: Progress | None = None
    while True:
        await asyncio.sleep(SAY_EVERY)
        there = sum(person.screen.is_open for person in hall.people)
        now = Progress(there, len(hall.ledger.posts))
        if now != said and options.progress is not None:
            options.progress(encode(now).decode())
        elif now != said:
            options.say(f"{now.connected} connected, {now.sent} contributions sent")
        said = now


def summary(figures: Figures, as_json: bool) -> str:
    """The figures for a program, or for a person."""
    if as_json:
        return encode(figures).decode()
    it = figures
    lines = [
        f"{it.connected} connected, {it.posted} contributions sent, "
        f"{it.acknowledged} acknowledged, {it.delivered} seen on another screen",
    ]
    if it.lost is not None:
        lines.append(f"{it.lost} lost, {it.doubled} doubled")
    if it.ack_ms_p50 is not None:
        lines.append(f"acknowledged in {it.ack_ms_p50:g} ms (p99 {it.ack_ms_p99:g} ms)")
    if it.projector_ms_p50 is not None:
        lines.append(
            f"on the projector in {it.projector_ms_p50:g} ms "
            f"(p99 {it.projector_ms_p99:g} ms, at most {it.projector_ms_max:g} ms)"
        )
    return "\n".join(lines)
