"""A real server process, an evening on it, and a checker that believes nothing but the log.

People in tests are `Screen`s of the simulated hall: they keep an outbox, come back by themselves
and remember what they were promised.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from itsdangerous import URLSafeSerializer
from websockets.asyncio.client import connect

from dialog.domain import rules, views
from dialog.domain.state import Dialogue, Session
from dialog.protocol import commands as c
from dialog.protocol.events import ContributionPosted, Entry
from dialog.protocol.frames import Ack
from dialog.protocol.records import Counts, Meeting, RunOfShow, Stage
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.visitor import Visitor
from dialog.rehearsal.wire import dialled
from dialog.store import doors
from dialog.store import log as store
from dialog.store.database import open_database

ROOT = Path(__file__).parent.parent
DIALOGUE, EVENING = "mal-2019", "2019-04-01-medborgardialog"
SETTLED_WITHIN = 40.0


class Server:
    """`dialog serve` as a child process, started again on the same port and data.

    `program`: how Python is to run it; tests that need a server with a fault in it name another.
    """

    def __init__(self, data: Path, grouping: str = "none", program: tuple[str, ...] = ()) -> None:
        self.data, self.grouping, self.port = data, grouping, 0
        self.program = program or ("-m", "dialog")
        self.process: subprocess.Popen[str] | None = None
        self.links: dict[str, str] = {}

    def start(self) -> "Server":
        """Start (again); returns when it listens."""
        self.process = subprocess.Popen(
            self.command(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment(),
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            match line.split():
                case ["Facilitator", link]:
                    self.links["facilitator"] = link
                    self.port = int(link.split("/")[2].rpartition(":")[2])
                case ["Presidium", link]:
                    self.links["presidium"] = link
                    return self
        raise AssertionError(f"the server did not start: {self.process.wait()}")

    def command(self) -> list[str]:
        return [
            *(sys.executable, *self.program, "serve", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--data", str(self.data)),
        ]

    def environment(self) -> dict[str, str]:
        return os.environ | {"DIALOG_GROUPING": self.grouping, "PYTHONUNBUFFERED": "1"}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def secret(self, role: str) -> str:
        """The secret in the link of a role."""
        return self.links[role].partition("#")[2]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def signal(self, number: int) -> int:
        """Send it a signal and wait for its end; the exit code."""
        assert self.process is not None and self.process.stdout is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        """As a power cut would."""
        self.signal(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would."""
        return self.signal(signal.SIGTERM)

    def wait_for_death(self) -> None:
        """For a server that ends itself."""
        assert self.process is not None and self.process.stdout is not None
        self.process.wait(60)
        self.process.stdout.close()

    # ── what is on its disk ──

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data / 'dialog.db'}"

    def sessions(self) -> list[str]:
        """Every session on the disk, newest first."""
        engine = open_database(self.url)
        with engine.connect() as db:
            found = [door.session for door in doors.all_doors(db)]
        engine.dispose()
        return found

    def log_of(self, session: str) -> tuple[str, list[Entry]]:
        """The dialogue's id and its whole log, read from disk past the server."""
        engine = open_database(self.url)
        try:
            with engine.execution_options(reading=True).begin() as db:
                door = doors.door_of(db, session)
                assert door is not None
                counter = store.counter(db, door.dialogue)
                entries = store.entries_after(db, door.dialogue, 0)
                assert counter is not None and counter.seq == len(entries)
                return door.dialogue, entries
        finally:
            engine.dispose()


class GroupingWorker:
    """`dialog worker` beside a server that has none of its own.

    `program`: as of a `Server`. `env`: what its environment has more.
    """

    def __init__(self, server: Server, program: tuple[str, ...] = (), **env: str) -> None:
        self.server, self.program, self.env = server, program or ("-m", "dialog"), env
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "GroupingWorker":
        """Start (again); it finds the sessions by itself."""
        self.process = subprocess.Popen(
            [sys.executable, *self.program, "worker", "--data", str(self.server.data)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            env=os.environ | self.env,
        )
        return self

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)


def wire_of(screen: Screen) -> connect:
    """A bare connection with a screen's cookie, to say on it what no page would."""
    return dialled(screen.address, screen.session, screen.cookie)


class Evening:
    """A session that is open on a server, with its staff and people.

    `promises`: op -> (seq, text) of every acknowledged contribution. `sent`: every text sent.
    """

    def __init__(self, server: Server, tasks: asyncio.TaskGroup) -> None:
        self.server, self.tasks = server, tasks
        self.running: list[asyncio.Task[None]] = []
        self.screens: list[Screen] = []
        self.people: list[Screen] = []
        self.promises: dict[str, tuple[int, str]] = {}
        self.sent: Counter[str] = Counter()
        self.retries = 0

    async def open(self, rehearsal: dict[str, float] | None = None) -> None:
        """Fay opens the session (or a rehearsal of it), has a console, and a projector stands
        in the hall."""
        self.fay = Visitor(self.server.address)
        await self.fay.post("/api/staff/login", secret=self.server.secret("facilitator"))
        path = "/api/staff/open" if rehearsal is None else "/api/staff/rehearse"
        what = {"dialogue": DIALOGUE, "session": EVENING} | (rehearsal or {})
        opened = await self.fay.post(path, **what)
        self.session: str = opened["session"]
        self.console = self.screen("console", self.fay, "console")
        self.projector = self.screen("projector", self.fay, "projector")
        await self.console.until(lambda: "run" in self.console.records, 20)
        await self.do(c.SetModeration("show-all"))

    def screen(self, audience: str, visitor: Visitor, name: str = "") -> Screen:
        """One more screen that stays connected."""
        address = self.server.address
        screen = Screen(address, self.session, audience, visitor.cookie_header, name)  # type: ignore[arg-type]
        screen.longest_pause = 1.0  # tests restart servers often
        self.screens.append(screen)
        self.running.append(self.tasks.create_task(screen.run()))
        return screen

    async def join(self, people: int = 1) -> list[Screen]:
        """So many people come in through the code."""
        came = await asyncio.gather(*(self._one_joins() for _ in range(people)))
        self.people += came
        return came

    async def _one_joins(self) -> Screen:
        visitor = Visitor(self.server.address)
        await visitor.post("/api/join", code=self.code)
        screen = self.screen("phone", visitor)
        await screen.until(lambda: "stage" in screen.records, 20)
        return screen

    async def move(self, person: Screen, server: Server) -> None:
        """`person` goes to another process."""
        person.address = server.address
        before = len(person.closes)
        person.hang_up()
        await person.until(lambda: len(person.closes) > before and person.is_open, 20)

    @property
    def code(self) -> str:
        meeting = self.console.records["meeting"]
        assert isinstance(meeting, Meeting)
        return meeting.code

    @property
    def stage(self) -> Stage:
        stage = self.console.records["stage"]
        assert isinstance(stage, Stage)
        return stage

    @property
    def counts(self) -> Counts:
        counts = self.console.records["counts"]
        assert isinstance(counts, Counts)
        return counts

    def step(self, kind: str) -> str:
        """The first step of that kind."""
        run = self.console.records["run"]
        assert isinstance(run, RunOfShow)
        return next(step.step for step in run.steps if step.kind == kind)

    async def do(self, command: c.StaffCommand) -> Ack:
        """Fay does something at the console, and sees it done."""
        ack = await self.console.do(command)
        await self.console.until(lambda: self.console.seq >= ack.seq, 20)
        return ack

    async def go_to(self, kind: str) -> str:
        """Fay goes to the first step of that kind, and everybody has got there."""
        step = self.step(kind)
        ack = await self.do(c.GoToStep(step, self.stage.step))
        for screen in self.screens:
            await screen.until(lambda screen=screen: screen.seq >= ack.seq, 20)
        return step

    async def post(self, person: Screen, text: str = "", step: str = "") -> Ack:
        """`person` writes in the step that takes it, and remembers what was promised."""
        # Letters only: hex digits may happen to read as a personal number.
        text = text or "bidrag " + "".join(secrets.choice(ascii_lowercase) for _ in range(16))
        stage = person.records["stage"]
        assert isinstance(stage, Stage)
        topic = stage.topics[0].id if stage.topics else None
        command = c.PostContribution(
            step=step or stage.step or "",
            begun=max(0, person.seq),
            kind=stage.takes[0] if stage.takes else "keyword",
            text=text,
            topic=topic,
            receipt=secrets.token_hex(16),
        )
        self.sent[text] += 1
        op = secrets.token_urlsafe(18)
        ack = await person.do(command, op)
        self.promises[op] = (ack.seq, text)
        return ack

    async def keep_posting(self, person: Screen, until: Callable[[], bool], pause: float) -> None:
        """One contribution after another, whatever happens to the server."""
        while not until():
            await self.post(person)
            await asyncio.sleep(pause * (0.5 + secrets.randbelow(1000) / 1000))

    async def more_promises(self, number: int, within: float = 20.0) -> None:
        """Until so many more contributions have been acknowledged."""
        before = len(self.promises)
        async with asyncio.timeout(within):
            while len(self.promises) < before + number:
                await asyncio.sleep(0.01)

    async def settle(self) -> None:
        """Until every screen is connected, and nothing waits to be sent."""
        for screen in self.screens:
            quiet = await screen.until(
                lambda screen=screen: screen.is_open and not screen.outbox, SETTLED_WITHIN
            )
            assert quiet, f"{screen.audience}: {len(screen.outbox)} wishes still wait"

    def close(self) -> None:
        for task in self.running:
            task.cancel()


@contextlib.asynccontextmanager
async def evening(
    server: Server, people: int = 0, at: str = "collect", rehearsal: dict[str, float] | None = None
) -> AsyncIterator[Evening]:
    """An open session with so many people in it, at the first step of the kind `at`."""
    async with asyncio.TaskGroup() as tasks:
        it = Evening(server, tasks)
        try:
            await it.open(rehearsal)
            await it.join(people)
            if at:
                await it.go_to(at)
            yield it
        finally:
            it.close()


# ── the checker ───────────────────────────────────────────────────────────────────────────────


async def check(evening: Evening) -> list[Entry]:
    """After whatever has happened: no promise broken, nothing twice, no gap, one view for all."""
    await evening.settle()
    id, log = evening.server.log_of(evening.session)
    assert [entry.seq for entry in log] == list(range(1, len(log) + 1)), "the log has a gap"
    check_promises(evening, log)
    await check_views(evening, id)
    for screen in evening.screens:
        assert not screen.went_back, f"{screen.audience} was taken back: {screen.went_back}"
    return log


def check_promises(evening: Evening, log: list[Entry]) -> None:
    at = {entry.op: entry.seq for entry in log if entry.op}
    words = {entry.seq: entry.words for entry in log}
    lost = [text for op, (seq, text) in evening.promises.items() if at.get(op) != seq]
    assert not lost, f"acknowledged and not at its place: {lost[:5]} ({len(lost)} in all)"
    changed = [text for seq, text in evening.promises.values() if words[seq] != text]
    assert not changed, f"acknowledged and stored in other words: {changed[:5]}"
    here = (it for it in log if it.session == evening.session)
    stored = Counter(it.words for it in here if isinstance(it.event, ContributionPosted))
    doubled = [text for text, n in stored.items() if n > evening.sent[str(text)]]
    assert not doubled, f"stored more often than sent: {doubled[:5]} ({len(doubled)} in all)"


async def check_views(evening: Evening, dialogue: str) -> None:
    """What every screen shows equals the fold of the log on disk, and a screen opened just now."""
    screens = [*evening.screens, *fresh_screens(evening)]
    for _ in range(100):
        different = views_that_differ(evening, screens)
        if not different:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never came to equal the log: {different[:3]}")


def fresh_screens(evening: Evening) -> list[Screen]:
    """One more screen of each audience, that has to be given everything."""
    old = {screen.audience: screen for screen in evening.screens if screen.is_open}
    new = []
    for screen in old.values():
        visitor = Visitor(evening.server.address)
        visitor.cookies = dict(part.split("=", 1) for part in screen.cookie.split("; "))
        new.append(evening.screen(screen.audience, visitor, f"fresh {screen.audience}"))
    return new


def views_that_differ(evening: Evening, screens: list[Screen]) -> list[str]:
    session = fold(*evening.server.log_of(evening.session)).sessions[evening.session]
    different = []
    for audience in ("phone", "projector", "console"):
        expected = views.view(session, audience)  # type: ignore[arg-type]
        for screen in screens:
            if screen.audience == audience and screen.records != expected:
                different.append(f"{audience}: {difference(expected, screen.records)}")
    return different + owns_that_differ(session, screens)


def owns_that_differ(session: Session, screens: list[Screen]) -> list[str]:
    """Phones whose own list is not what the log says of their participant."""
    return [
        f"participant {participant_of(screen)}'s own list"
        for screen in screens
        if screen.audience == "phone" and screen.own != views.own(session, participant_of(screen))
    ]


def participant_of(screen: Screen) -> int:
    """The number inside the phone's token."""
    token = screen.cookie.partition("=")[2]
    _, content = URLSafeSerializer("").loads_unsafe(token, salt="dialog")
    return int(content[2])


def difference(expected: dict[str, Any], shown: dict[str, Any]) -> list[str]:
    keys = sorted(expected.keys() | shown.keys())
    return [key for key in keys if expected.get(key) != shown.get(key)]


def fold(id: str, log: list[Entry]) -> Dialogue:
    """What applying the log gives."""
    return rules.folded(id, log)
