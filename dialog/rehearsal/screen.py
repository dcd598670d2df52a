"""One screen: a socket that comes back, the records it shows, and wishes sent until answered.

It keeps what a page keeps: every wish has its own id and stays in the outbox until it is
answered, a few are in flight at a time, a `retry` is respected, and after a lost connection
everything unanswered is sent again.
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from dialog.protocol.commands import OuterCommand
from dialog.protocol.frames import Shown
from dialog.protocol.records import Own
from dialog.protocol.refusals import Refused
from dialog.rehearsal.wire import dialled, read

AT_ONCE = 8
PING_AFTER = 20.0
ANSWER_LATE = 5.0
PONG_WITHIN = 3.0
FIRST_FINAL, LAST_FINAL = 4500, 4999
BROKEN, FORBIDDEN = 1006, 403


class ShownOut(Exception):
    """The server closed this screen for good."""


class Gap(Exception):
    """A patch did not fit on what is here; only a new connection helps."""


@dataclass(slots=True, eq=False)
class Wish:
    """A command and its answer to come. Times are `time.monotonic()`."""

    op: str
    frame: bytes
    answer: "asyncio.Future[f.Ack]"
    first_sent: float | None = None
    answered_at: float | None = None


@dataclass(eq=False)
class Screen:
    """A phone, the projector or a console. `watch(screen, frame, at)` sees every frame."""

    address: str
    session: str
    audience: f.Audience
    cookie: str
    name: str = ""
    watch: Callable[["Screen", f.ServerFrame, float], None] | None = None
    records: dict[str, Shown] = field(default_factory=dict)
    own: Own | None = None
    presence: f.Presence | None = None
    longest_pause: float = 30.0
    """Seconds, at most, before it tries to connect again."""
    epoch: str = ""
    seq: int = -1
    outbox: dict[str, Wish] = field(default_factory=dict)
    is_open: bool = False
    closes: list[int] = field(default_factory=list)
    """The code of every close; 1006 where the connection just broke."""
    went_back: list[tuple[int, int]] = field(default_factory=list)
    """From which seq to which an older view took us. There must be none."""

    def __post_init__(self) -> None:
        self.news = asyncio.Event()
        self.to_send = asyncio.Event()
        self.in_flight: set[str] = set()
        self.resting_until = 0.0
        self.heard_at = 0.0
        self.spread = 0.0
        self.tries = 0
        self.socket: ClientConnection | None = None

    @property
    def is_shown_out(self) -> bool:
        return bool(self.closes) and FIRST_FINAL <= self.closes[-1] <= LAST_FINAL

    # ── what one does with a screen ──

    async def do(self, command: OuterCommand, op: str = "") -> f.Ack:
        """Send until answered. Raises `Refused` when the answer is no."""
        return await self.send(command, op).answer

    def send(self, command: OuterCommand, op: str = "") -> Wish:
        """Put into the outbox, from where it is sent until answered."""
        op = op or secrets.token_urlsafe(18)
        answer: asyncio.Future[f.Ack] = asyncio.get_running_loop().create_future()
        self.outbox[op] = wish = Wish(op, encode(f.Do(op, command)), answer)
        self.to_send.set()
        return wish

    async def until(self, true: Callable[[], object], within: float | None = None) -> bool:
        """Wait until `true()`; False if that took too long, `ShownOut` if it cannot come."""
        try:
            async with asyncio.timeout(within):
                while not true():
                    if self.is_shown_out:
                        raise ShownOut(self.closes[-1])
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Stay connected until cancelled, or shown out."""
        while not self.is_shown_out:
            self.closes.append(await self._connect_once())
            self.is_open = False
            self.in_flight.clear()
            self.news.set()
            if not self.is_shown_out:
                await asyncio.sleep(self._pause())
        for wish in self.outbox.values():
            if not wish.answer.done():
                wish.answer.set_exception(ShownOut(self.closes[-1]))

    def _pause(self) -> float:
        """Full jitter, so that a hall does not come back in the same moment."""
        longest = min(self.longest_pause, 0.5 * 2**self.tries)
        self.tries += 1
        return random.uniform(0, max(longest, self.spread))

    # ── the connection ──

    async def _connect_once(self) -> int:
        """One connection from beginning to end; the code it closed with."""
        try:
            async with dialled(self.address, self.session, self.cookie) as socket:
                await self._converse(socket)
                return socket.close_code or BROKEN
        except InvalidStatus as error:
            return f.NOT_ADMITTED if error.response.status_code == FORBIDDEN else BROKEN
        except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
            return BROKEN

    def hang_up(self) -> None:
        """Cut the connection, as a network does; `run` comes back."""
        if self.socket is not None:
            self.socket.transport.abort()

    async def _converse(self, socket: ClientConnection) -> None:
        self.socket = socket
        hello = f.Hello(f.PROTOCOL, self.audience, self.epoch, self.seq)
        self.heard_at = time.monotonic()
        beside: list[asyncio.Task[None]] = []
        try:
            await socket.send(encode(hello), text=True)
            beside.append(asyncio.create_task(self._look_after(socket)))
            while True:
                text = await socket.recv(decode=False)
                if self._hear(text) and len(beside) == 1:
                    beside.append(asyncio.create_task(self._send_outbox(socket)))
        except (ConnectionClosed, Gap):
            pass
        finally:
            for task in beside:
                task.cancel()

    async def _look_after(self, socket: ClientConnection) -> None:
        """Ask whether anybody is there when it has been quiet for long; if not, give it up."""
        while True:
            await asyncio.sleep(1)
            quiet = time.monotonic() - self.heard_at
            if quiet > (ANSWER_LATE if self.in_flight else PING_AFTER):
                before = self.heard_at
                with contextlib.suppress(ConnectionClosed):
                    await socket.send(encode(f.Ping()), text=True)
                await asyncio.sleep(PONG_WITHIN)
                if self.heard_at == before:
                    socket.transport.abort()
                    return

    async def _send_outbox(self, socket: ClientConnection) -> None:
        while True:
            wish = self._next_wish()
            if wish is None:
                self.to_send.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._rest()):
                        await self.to_send.wait()
                continue
            self.in_flight.add(wish.op)
            wish.first_sent = wish.first_sent or time.monotonic()
            try:
                await socket.send(wish.frame, text=True)
            except ConnectionClosed:
                return

    def _next_wish(self) -> Wish | None:
        if len(self.in_flight) >= AT_ONCE or self._rest() is not None:
            return None
        return next((it for it in self.outbox.values() if it.op not in self.in_flight), None)

    def _rest(self) -> float | None:
        """Seconds still to wait because we were asked to; None: no need."""
        left = self.resting_until - time.monotonic()
        return left if left > 0 else None

    # ── what comes ──

    def _hear(self, text: bytes) -> bool:
        """Take a frame in. True once the server has bid us welcome."""
        frame = read(text)
        now = self.heard_at = time.monotonic()
        match frame:
            case f.Ack() | f.Nack():
                self._answer(frame)
            case f.View() | f.Patch():
                self._show(frame)
            case f.Welcome():
                self._welcome(frame)
            case f.Mine(own=own):
                self.own = own
            case f.Presence():
                self.presence = frame
        if self.watch is not None:
            self.watch(self, frame, now)
        self.news.set()
        return self.is_open

    def _welcome(self, welcome: f.Welcome) -> None:
        if welcome.epoch != self.epoch:
            self.epoch, self.seq = welcome.epoch, -1
        self.spread, self.tries, self.is_open = welcome.jitter, 0, True

    def _show(self, frame: f.View | f.Patch) -> None:
        if isinstance(frame, f.Patch):
            self._patch(frame)
            return
        if frame.seq < self.seq:
            self.went_back.append((self.seq, frame.seq))
        self.seq, self.records = frame.seq, dict(frame.records)

    def _patch(self, patch: f.Patch) -> None:
        if patch.to <= self.seq:
            return
        if patch.since > self.seq:
            raise Gap
        self.records.update(patch.put)
        for key in patch.drop:
            self.records.pop(key, None)
        self.seq = patch.to

    def _answer(self, frame: f.Ack | f.Nack) -> None:
        if isinstance(frame, f.Nack) and frame.retry is not None:
            self.in_flight.discard(frame.op)
            again = time.monotonic() + frame.retry * random.uniform(1, 1.5)
            self.resting_until = max(self.resting_until, again)
            self.to_send.set()
            return
        wish = self._answered(frame.op)
        if wish is None:
            return
        if isinstance(frame, f.Ack):
            wish.answer.set_result(frame)
        else:
            wish.answer.set_exception(Refused(frame.refusal))

    def _answered(self, op: str) -> Wish | None:
        """The wish that has its answer now; None if nobody waits for it any more."""
        self.in_flight.discard(op)
        self.to_send.set()
        wish = self.outbox.pop(op, None)
        if wish is None or wish.answer.done():
            return None
        wish.answered_at = self.heard_at
        return wish
