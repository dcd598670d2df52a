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
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any, NamedTuple

from itsdangerous import URLSafeSerializer
from websockets.asyncio.client import connect

from dialog.domain import rules, views
from dialog.domain.state import Dialogue, Session
from dialog.protocol import commands as c
from dialog.protocol.events import ContributionPosted, Entry
from dialog.protocol.frames import Ack, Nack, ServerFrame
from dialog.protocol.records import Counts, Meeting, RunOfShow, Stage
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.visitor import Visitor
from dialog.rehearsal.wire import dialled
from dialog.store import doors
from dialog.store import log as store
from dialog.store.database import open_database

ROOT = Path(__file__).parent.parent
DIALOGUE, EVENING = "mal-2019", "2019-04-01-medborgardialog"
SETTLED_WITHIN = 60.0
ALIKE_WITHIN = 30.0


class Server:
    """`dialog serve` as a child process, started again on the same port and data.

    `program`: how Python is to run it; tests that need a server with a fault in it name another.
    `env`: what its environment has more.
    """

    def __init__(
        self, data: Path, grouping: str = "none", program: tuple[str, ...] = (), **env: str
    ) -> None:
        self.data, self.grouping, self.port, self.env = data, grouping, 0, env
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
        return os.environ | {"DIALOG_GROUPING": self.grouping, "PYTHONUNBUFFERED": "1"} | self.env

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
            if number != signal.SIGKILL:
                self.process.send_signal(signal.SIGCONT)  # what is paused does not end
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        """As a power cut would."""
        self.signal(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator would."""
        return self.signal(signal.SIGTERM)

    def pause(self) -> None:
        """It hangs, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        os.kill(self.pid, signal.SIGCONT)

    def wait_for_death(self) -> None:
        """For a server that ends itself."""
        assert self.process is not None and self.process.stdout is not None
        self.process.wait(60)
        self.process.stdout.close()

    # ── what is on its disk ──

    @property
    def url(self) -> str:
        return self.env.get("DIALOG_DATABASE") or f"sqlite:///{self.data / 'dialog.db'}"

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

    def pause(self) -> None:
        """It hangs."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


def mistakes_in(said: str) -> list[str]:
    """The lines of a server's log that tell of mistakes of ours, and where they came from."""
    marks = ("ERROR", "CRITICAL", "Traceback", "  at ", "  File ")
    return [line for line in said.splitlines() if line.startswith(marks)]


def wire_of(screen: Screen) -> connect:
    """A bare connection with a screen's cookie, to say on it what no page would."""
    return dialled(screen.address, screen.session, screen.cookie)


class Roaming(Screen):
    """A screen that knows several addresses, and goes to the next when it has lost its own.

    Real ones come back to one address, and a proxy sends them to a process that lives.
    `partings`: the code with which each connection ended that had been bid welcome.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.addresses = [self.address]
        self.partings: list[int] = []

    async def _connect_once(self) -> int:
        tried, code = self.address, await super()._connect_once()
        if self.is_open:
            self.partings.append(code)
        if self.address == tried:  # nobody has moved it meanwhile
            at = self.addresses.index(tried) + 1 if tried in self.addresses else 0
            self.address = self.addresses[at % len(self.addresses)]
        return code


class Evening:
    """A session that is open on a server, with its staff and people.

    `others`: more processes that serve the same log; screens go to one of them when theirs dies.
    `promises`: op -> (seq, text) of every acknowledged contribution. `sent`: every text sent.
    `resent`: answers that said that a wish was already written. `nacks`: wishes that were told to
    come again, by why.
    """

    def __init__(
        self, server: Server, tasks: asyncio.TaskGroup, others: Sequence[Server] = ()
    ) -> None:
        self.server, self.tasks = server, tasks
        self.servers = [server, *others]
        self.running: list[asyncio.Task[None]] = []
        self.screens: list[Roaming] = []
        self.people: list[Roaming] = []
        self.promises: dict[str, tuple[int, str]] = {}
        self.answered_at: dict[int, float] = {}
        self.sent: Counter[str] = Counter()
        self.resent = 0
        self.nacks: Counter[str] = Counter()

    async def open(
        self, rehearsal: dict[str, float] | None = None, dialogue: str = DIALOGUE, room: str = ""
    ) -> None:
        """Fay opens the session (or a rehearsal of it), has a console, and a projector stands
        in the hall."""
        self.fay = Visitor(self.server.address)
        await self.fay.post("/api/staff/login", secret=self.server.secret("facilitator"))
        path = "/api/staff/open" if rehearsal is None else "/api/staff/rehearse"
        what = {"dialogue": dialogue, "session": EVENING, "room": room} | (rehearsal or {})
        opened = await self.fay.post(path, **what)
        self.session: str = opened["session"]
        self.console = self.screen("console", self.fay, "console")
        self.projector = self.screen("projector", self.fay, "projector")
        await self.console.until(lambda: "run" in self.console.records, 60)
        await self.do(c.SetModeration("show-all"))

    def screen(
        self, audience: str, visitor: Visitor, name: str = "", server: Server | None = None
    ) -> Roaming:
        """One more screen that stays connected, to `server` first if that is given."""
        address = (server or self.server).address
        screen = Roaming(address, self.session, audience, visitor.cookie_header, name)  # type: ignore[arg-type]
        if len(self.servers) > 1:
            screen.addresses = [each.address for each in self.servers]
        screen.longest_pause = 1.0  # tests restart servers often
        screen.watch = self._notice
        self.screens.append(screen)
        self.running.append(self.tasks.create_task(screen.run()))
        return screen

    def _notice(self, screen: Screen, frame: ServerFrame, at: float) -> None:
        if isinstance(frame, Ack):
            self.resent += frame.dup
        elif isinstance(frame, Nack):
            self.nacks[type(frame.refusal).__name__] += 1

    async def join(self, people: int = 1) -> list[Roaming]:
        """So many people come in through the code, as many at each process."""
        servers = [self.servers[n % len(self.servers)] for n in range(people)]
        came = await asyncio.gather(*(self._one_joins(server) for server in servers))
        self.people += came
        return came

    async def _one_joins(self, server: Server) -> Roaming:
        visitor = Visitor(server.address)
        await visitor.post("/api/join", code=self.code)
        screen = self.screen("phone", visitor, server=server)
        await screen.until(lambda: "stage" in screen.records, 60)
        return screen

    async def move(self, person: Screen, server: Server) -> None:
        """`person` goes to another process."""
        person.address = server.address
        before = len(person.closes)
        person.hang_up()
        await person.until(lambda: len(person.closes) > before and person.is_open, 60)

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
        await self.console.until(lambda: self.console.seq >= ack.seq, 60)
        return ack

    async def go_to(self, kind: str) -> str:
        """Fay goes to the first step of that kind, and everybody has got there."""
        step = self.step(kind)
        ack = await self.do(c.GoToStep(step, self.stage.step))
        for screen in self.screens:
            await screen.until(lambda screen=screen: screen.seq >= ack.seq, 60)
        return step

    async def post(self, person: Screen, text: str = "", step: str = "") -> Ack:
        """`person` writes in the step that takes it, and remembers what was promised."""
        # Letters only: hex digits may happen to read as a personal number.
        text = text or "bidrag " + "".join(secrets.choice(ascii_lowercase) for _ in range(16))
        command = self.contribution(person, text, step)
        self.sent[text] += 1
        op = secrets.token_urlsafe(18)
        ack = await person.do(command, op)
        self.promises[op] = (ack.seq, text)
        self.answered_at[ack.seq] = time.monotonic()
        return ack

    def contribution(self, person: Screen, text: str, step: str = "") -> c.PostContribution:
        """What the person's page would ask for."""
        stage = person.records["stage"]
        assert isinstance(stage, Stage)
        return c.PostContribution(
            step=step or stage.step or "",
            begun=max(0, person.seq),
            kind=stage.takes[0] if stage.takes else "keyword",
            text=text,
            topic=stage.topics[0].id if stage.topics else None,
            receipt=secrets.token_hex(16),
        )

    async def keep_posting(
        self, person: Screen, until: Callable[[], bool], pause: float, waiting: int = 1
    ) -> None:
        """One contribution after another, whatever happens to the server, also without a
        connection; only who has `waiting` of them unanswered writes no more."""
        async with asyncio.TaskGroup() as posts:
            while not until():
                if await person.until(lambda: len(person.outbox) < waiting, 0.5):
                    posts.create_task(self.post(person))
                await asyncio.sleep(pause * (0.5 + secrets.randbelow(1000) / 1000))

    @contextlib.asynccontextmanager
    async def everybody_writing(
        self, pause: float, by: Sequence[Screen] = (), waiting: int = 1
    ) -> AsyncIterator[None]:
        """Meanwhile all people write (or those of `by`); afterwards every one has been answered."""
        over = asyncio.Event()
        writing = [
            asyncio.create_task(self.keep_posting(person, over.is_set, pause, waiting))
            for person in by or self.people
        ]
        try:
            yield
        except BaseException:
            for task in writing:
                task.cancel()
            raise
        over.set()
        await asyncio.gather(*writing)
        assert len(self.promises) == self.sent.total()

    async def more_promises(self, number: int, within: float = 60.0) -> None:
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
    server: Server,
    people: int = 0,
    at: str = "collect",
    rehearsal: dict[str, float] | None = None,
    others: Sequence[Server] = (),
    dialogue: str = DIALOGUE,
    room: str = "",
) -> AsyncIterator[Evening]:
    """An open session with so many people in it, at the first step of the kind `at`. `room`: where
    it is held, of several at once."""
    async with asyncio.TaskGroup() as tasks:
        it = Evening(server, tasks, others)
        try:
            await it.open(rehearsal, dialogue, room)
            await it.join(people)
            if at:
                await it.go_to(at)
            yield it
        finally:
            it.close()


# ── the checker ───────────────────────────────────────────────────────────────────────────────


class Counted(NamedTuple):
    """What has become of everything that was acknowledged. All but the first must be 0."""

    acknowledged: int
    lost: int
    """Not at the place that was promised, or in other words."""
    doubled: int
    """Stored more often than sent."""
    out_of_order: int
    """Gaps in the log, and screens that were taken back to an older view."""
    diverged: int
    """Screens that do not come to show what folding the log gives."""

    @property
    def is_right(self) -> bool:
        return not any(self[1:])


async def check(evening: Evening) -> list[Entry]:
    """After whatever has happened: no promise broken, nothing twice, no gap, one view for all.
    Returns the log."""
    counted, wrong = await count(evening)
    assert counted.is_right, f"{counted}: {'; '.join(wrong)}"
    return evening.server.log_of(evening.session)[1]


async def count(evening: Evening) -> tuple[Counted, list[str]]:
    """How much of that is so, and what is not, in words."""
    await evening.settle()
    id, log = evening.server.log_of(evening.session)
    lost, doubled = broken_promises(evening, log)
    gaps = [entry.seq for n, entry in enumerate(log, start=1) if entry.seq != n]
    differ = await views_that_stay_different(evening)
    back = [(screen.audience, *each) for screen in evening.screens for each in screen.went_back]
    found = {
        "acknowledged and not there as promised": lost,
        "stored more often than sent": doubled,
        "out of order in the log": gaps,
        "taken back from which seq to which": back,
        f"never came to equal the log of {id}": differ,
    }
    wrong = [f"{what}: {len(them)}, as {them[:3]}" for what, them in found.items() if them]
    counted = Counted(
        acknowledged=len(evening.promises),
        lost=len(lost),
        doubled=len(doubled),
        out_of_order=len(gaps) + len(back),
        diverged=len(differ),
    )
    return counted, wrong


def broken_promises(evening: Evening, log: list[Entry]) -> tuple[list[str], list[str]]:
    """Texts that are lost, and texts that are there too often."""
    at = {entry.op: entry.seq for entry in log if entry.op}
    words = {entry.seq: entry.words for entry in log}
    lost = [
        text
        for op, (seq, text) in evening.promises.items()
        if at.get(op) != seq or words[seq] != text
    ]
    here = (it for it in log if it.session == evening.session)
    stored = Counter(str(it.words) for it in here if isinstance(it.event, ContributionPosted))
    return lost, [text for text, n in stored.items() if n > evening.sent[text]]


async def views_that_stay_different(evening: Evening) -> list[str]:
    """What every screen shows must equal the fold of the log on disk, also one opened just now."""
    screens = [*evening.screens, *fresh_screens(evening)]
    ends = time.monotonic() + ALIKE_WITHIN
    while (different := views_that_differ(evening, screens)) and time.monotonic() < ends:
        await asyncio.sleep(0.2)
    return different


def fresh_screens(evening: Evening) -> list[Screen]:
    """One more screen of each audience at each process, that has to be given everything."""
    old = {screen.audience: screen for screen in evening.screens if screen.is_open}
    new = []
    for screen in old.values():
        visitor = Visitor(evening.server.address)
        visitor.cookies = dict(part.split("=", 1) for part in screen.cookie.split("; "))
        for server in evening.servers:
            new.append(evening.screen(screen.audience, visitor, f"fresh {screen.audience}", server))
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
