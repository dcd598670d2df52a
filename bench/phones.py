"""A hall to measure: a session with so many phones, served by a real process, and the load client.

What would be said at a door that takes a thousand people is said beforehand, to the same rules and
the same log; from then on everything goes over the wire. The client is written in C (`load.c`), so
that it costs less than what it measures.
"""

import asyncio
import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bench.deployment import Deployment, free_port
from dialog import opening
from dialog.bus import MemoryBus
from dialog.domain.state import Person
from dialog.identity import Identity, StaffRole
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol import commands as c
from dialog.protocol.agenda import Collect
from dialog.settings import Settings, prepare
from dialog.store.database import migrate, open_database

HERE = Path(__file__).parent
DIALOGUE, EVENING = "mal-2019", "2019-04-01-medborgardialog"
AT_ONCE = 200
LIBRARIES = {"srv_raw": ["-lcrypto"]}

Figures = dict[str, Any]
"""What the client found in one phase, each figure with its unit in its name."""


class CannotMeasure(Exception):
    """Something that measuring needs is not here; the text says what."""


@cache
def compiled(source: str) -> Path:
    """A program of `bench/` in C, put together in a folder that goes away with this process."""
    file = HERE / source
    folder = Path(tempfile.mkdtemp(prefix="dialog-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    program = folder / file.stem
    compiler = os.environ.get("CC", "gcc")
    asked = [compiler, "-O2", "-o", str(program), str(file), *LIBRARIES.get(file.stem, [])]
    try:
        built = subprocess.run(asked, capture_output=True, text=True)
    except FileNotFoundError:
        raise CannotMeasure(f"{compiler} is not here: the load client is written in C") from None
    if built.returncode:
        raise CannotMeasure(f"{source} cannot be compiled:\n{built.stderr}")
    return program


# ── the session ───────────────────────────────────────────────────────────────────────────────


@dataclass
class Hall:
    """A session at a step in which people write, and the cookies of those who have come in."""

    session: str
    step: str
    phones: list[str]
    staff: dict[str, str]
    """Audience -> the cookie of somebody who may look at it."""

    @property
    def path(self) -> str:
        return f"/ws/{self.session}"


STAFF: dict[str, StaffRole] = {
    "projector": "facilitator",
    "console": "facilitator",
    "board": "facilitator",
    "presidium": "presidium",
}


def hall(there: Deployment, phones: int, others: bool = True) -> Hall:
    """Open a session, let so many phones in and begin to write, before there is a web process.
    `others`: whether each phone lists what all the others write, which is the most that it can be
    sent."""
    settings = Settings(
        data=there.data,
        database=there.env.get("DIALOG_DATABASE", ""),
        secret=there.env["DIALOG_SECRET"],
    )
    return asyncio.run(opened(prepare(settings), phones, others))


async def opened(settings: Settings, phones: int, others: bool) -> Hall:
    engine = open_database(settings.database_url)
    migrate(engine)
    live = LiveDialogues(engine, MemoryBus())
    dialogue = opening.library(settings).dialogues[DIALOGUE]
    session = await opening.open_session(live, dialogue, EVENING)
    meeting = await live.dialogue(DIALOGUE)
    assert meeting is not None
    steps = meeting.dialogue.sessions[session].definition.steps
    step = next(it for it in steps if isinstance(it, Collect))
    fay = Person("facilitator", session)
    await _come_in(meeting, session, phones)
    await meeting.do(fay, c.SetModeration("show-all"))
    await meeting.do(fay, c.GoToStep(step.id, None))
    if others:
        await meeting.do(fay, c.ShowOthers(True))
    numbers = list(meeting.dialogue.sessions[session].participants)
    await live.close()
    engine.dispose()
    return _with_cookies(settings, session, step, numbers)


async def _come_in(meeting: LiveDialogue, session: str, phones: int) -> None:
    somebody = Person("system", session)
    for start in range(0, phones, AT_ONCE):
        some = range(start, min(phones, start + AT_ONCE))
        await asyncio.gather(*(meeting.do(somebody, c.JoinSession()) for _ in some))


def _with_cookies(settings: Settings, session: str, step: Collect, numbers: list[int]) -> Hall:
    identity = Identity(settings.secret, settings.link_days)
    asks = Request({"type": "http", "scheme": "http", "path": "/", "headers": []})
    phones, staff = [], {}
    for number in numbers:
        answer = Response()
        identity.admit(asks, answer, session, number, {})
        phones.append(_cookie(answer))
    for audience, role in STAFF.items():
        answer = Response()
        identity.admit_staff(asks, answer, role, 0)
        staff[audience] = _cookie(answer)
    return Hall(session, step.id, phones, staff)


def _cookie(answer: Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


# ── the load ──────────────────────────────────────────────────────────────────────────────────


def load(there: Deployment, hall: Hall, staff: bool = False, **options: object) -> list[Figures]:
    """Send the phones of a hall to the web processes, in turn, and do what `options` say: `load.c`
    names them by one letter. `staff`: with a connection of each audience that works with the
    session."""
    ports = [it.port for it in there.web]
    who = [("phone", it) for it in hall.phones] + (list(hall.staff.items()) if staff else [])
    with tickets(ports, hall.path, who) as file:
        pids = ",".join(str(it.pid) for it in there.web)
        return client({"T": file, "s": hall.step, "S": pids, **options})


@contextlib.contextmanager
def tickets(ports: list[int], path: str, who: list[tuple[str, str]]) -> Iterator[str]:
    """A file for the client: (audience, cookie) of everybody, dealt out over the ports."""
    with tempfile.NamedTemporaryFile("w", suffix=".tickets") as file:
        lines = zip(cycle(ports), who, strict=False)
        file.writelines(f"{port}\t{it[0]}\t{path}\t{it[1]}\n" for port, it in lines)
        file.flush()
        yield file.name


def client(options: dict[str, object]) -> list[Figures]:
    """Run the client; True stands for an option that has no value."""
    given = [
        word
        for name, value in options.items()
        if value is not False
        for word in ((f"-{name}",) if value is True else (f"-{name}", str(value)))
    ]
    done = subprocess.run([compiled("load.c"), *given], stdout=subprocess.PIPE, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or not found:
        raise CannotMeasure(f"the load client ended with {done.returncode}: {found[-1:]}")
    return found


# ── what it is compared with ──────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def anchored(source: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """Port and pid of a server in `bench/anchors/`, while it lasts."""
    port = free_port()
    file = HERE / "anchors" / source
    program = [str(compiled(f"anchors/{source}"))] if file.suffix == ".c" else []
    command = [*(program or [sys.executable, str(file)]), str(port), *arguments]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(HERE.parent)})
    try:
        while not _listens(port):
            if process.poll() is not None:
                raise CannotMeasure(f"{source} ended with {process.returncode}")
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
