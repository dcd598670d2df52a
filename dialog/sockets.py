"""One WebSocket per person: commands in, patches out."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from dialog import metrics
from dialog.broadcast import Connection, Frame
from dialog.domain.state import Person
from dialog.headers import from_here
from dialog.identity import HOST, Identity, StaffRole
from dialog.limits import Buckets
from dialog.live import LeftMemory, LiveDialogue, LiveDialogues, now_ms
from dialog.protocol import frames as f
from dialog.protocol.codec import Unreadable, decode_client_frame, encode, op_of
from dialog.protocol.refusals import AnyRefusal, Malformed, Refused, Unsaved, Wait
from dialog.staff import FRESH, Staff

log = logging.getLogger(__name__)

HELLO_WITHIN = 10.0
KNOWN_WITHIN = 15.0
"""Seconds in which the database has said who somebody is; it may hang."""
BAD_FRAMES = 5
"""After so many unreadable frames the connection is closed."""
MOST_LINES = 5
"""Connections of one phone: its tabs, and what a bad network has left behind."""
LETTING_GO = 2.0
"""Seconds in which a page may hear why, before its line is cut."""
CROWD_WAITS = (1.0, 4.0)
"""Seconds after which a wish may come again when all of a hall's together are too many."""

AUDIENCES_OF: dict[StaffRole, tuple[f.Audience, ...]] = {
    "facilitator": ("console", "board", "projector", "scribe", "workboard"),
    "presidium": ("presidium", "board", "projector", "scribe", "workboard"),
    "moderator": ("console", "projector"),
    "scribe": ("scribe",),
    "working-committee": ("workboard",),
    "registrar": ("workboard",),
}
"""What each role may look at: those who do not run meetings see only what they work on. `console`
is for those who moderate."""

Reason = tuple[int, str]
NOT_TEXT: Reason = (1003, "text frames only")
TOO_BIG: Reason = (1009, "frame too big")
BAD: Reason = (f.MALFORMED, "unreadable frames")
LATE: Reason = (f.HELLO_TIMEOUT, "no hello")
OLD: Reason = (f.RELOAD, "another protocol version")
LATER: Reason = (f.TRY_LATER, "the log cannot be read just now")
FULL: Reason = (f.TRY_LATER, "too many are here just now")
TOO_OFTEN: Reason = (f.TRY_LATER, "this phone has come back too often")
STRANGER: Reason = (f.NOT_ADMITTED, "not admitted")
ELSEWHERE: Reason = (f.ELSEWHERE, "this phone has newer connections")


class Closing(Exception):
    """End this connection with a code and a reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.code, self.reason = reason


class Sockets:
    """The endpoint of `/ws/{session}`, and of `/ws/dialogue/{dialogue}` for the workboard."""

    def __init__(
        self, live: LiveDialogues, identity: Identity, staff: Staff, most: int = 10_000
    ) -> None:
        self.live, self.identity, self.staff = live, identity, staff
        self.most, self.open = most, 0
        self.limits = {
            "participant": Buckets(burst=20, rate=1 / 2),
            "staff": Buckets(burst=60, rate=10),
            "projector": Buckets(burst=5, rate=1),
        }
        self.in_session = Buckets(burst=5_000, rate=500)
        """Wishes of all phones in one session: far above what a hall of 1,000 writes."""
        self.in_all = Buckets(burst=10_000, rate=1_000)
        """Those of all sessions in this process."""
        self.pace = Buckets(burst=100, rate=20)
        """Frames of one connection, of any kind: a page sends one at a time."""
        self.comings = Buckets(burst=60, rate=2)
        """How often one phone may come back: each time it is given the whole view."""
        self.limits[HOST] = self.limits["participant"]
        self.staffs: set[WebSocket] = set()
        """Connections that a staff link has opened."""
        self.hosts: dict[WebSocket, str] = {}
        """Those of tables' devices, with their session."""
        self.screens: set[WebSocket] = set()
        """Those of projectors that have been paired."""
        self.lines: dict[tuple[str, int | str, str], list[Connection]] = {}
        """Phone, or device of a table -> its connections, the oldest first."""
        self.letting_go: set[asyncio.Task[None]] = set()

    async def serve(self, socket: WebSocket) -> None:
        """A connection's whole life."""
        if not same_origin(socket):
            await socket.close(1008)
            return
        await socket.accept()
        if self.open >= self.most and not await self._is_staff(socket):
            await close(socket, FULL)
            return
        self.open += 1
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                hello = await read_hello(socket)
            await self._converse(socket, hello)
        except TimeoutError:
            await close(socket, LATE)
        except Closing as closing:
            await close(socket, (closing.code, closing.reason))
        except WebSocketDisconnect:
            pass
        except LeftMemory:  # at this very moment; it is there again for whoever asks
            await close(socket, LATER)
        except (SQLAlchemyError, OSError) as error:
            log.warning("cannot let anybody in: %s", type(error).__name__)
            await close(socket, LATER)
        finally:
            self.open -= 1
            self.staffs.discard(socket)
            self.hosts.pop(socket, None)
            self.screens.discard(socket)

    async def watch_staff(self) -> None:
        """Close what a revoked link has opened, or who has signed out or stayed too long, within
        seconds, even if they only look on."""
        while True:
            await asyncio.sleep(FRESH)
            for socket in [*self.staffs, *self.hosts, *self.screens]:
                if not await self._is_admitted(socket):
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(1):
                            await close(socket, STRANGER)

    async def _converse(self, socket: WebSocket, hello: f.Hello) -> None:
        session = socket.path_params.get("session", "")
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                read_in = self.live.logs_read
                person = await self._who(socket, session, hello.audience)
                live = await self._dialogue_of(socket)
                if self.live.logs_read != read_in:  # perhaps of an older copy: who is who there?
                    person = await self._who(socket, session, hello.audience)
        except TimeoutError:
            raise Closing(LATER) from None
        if person is None or live is None:
            raise Closing(STRANGER)
        if person.phone is not None and self.comings.take(person.device):
            raise Closing(TOO_OFTEN)
        connection = Connection(socket)
        with self._line(person, connection):
            await self._follow(connection, person, live, hello)

    @contextlib.contextmanager
    def _line(self, person: Person, connection: Connection) -> Iterator[None]:
        """While it lasts it is one of the phone's few connections, and the newest."""
        if person.phone is None:
            yield
            return
        key = person.device
        its = self.lines.setdefault(key, [])
        its.append(connection)
        for oldest in its[:-MOST_LINES]:
            its.remove(oldest)
            task = asyncio.create_task(let_go(oldest))
            self.letting_go.add(task)
            task.add_done_callback(self.letting_go.discard)
        try:
            yield
        finally:
            if connection in its:
                its.remove(connection)
            if not its:
                self.lines.pop(key, None)

    async def _follow(
        self, connection: Connection, person: Person, live: LiveDialogue, hello: f.Hello
    ) -> None:
        """What happens, and what the person wishes, until the connection ends."""
        try:
            await self._let_in(connection, person, live, hello)
            await self._read(connection.socket, connection, person, live)
        except Refused:
            raise Closing(STRANGER) from None
        finally:
            live.leave(connection, person, hello.audience)

    async def _let_in(
        self, connection: Connection, person: Person, live: LiveDialogue, hello: f.Hello
    ) -> None:
        """Show what it lacks; the log that this waits for may hang with the database."""
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                same_life = hello.epoch == live.epoch
                if same_life:
                    await live.reach(hello.since)
                jitter = self._jitter(live, person.session)
                connection.write(Frame(encode(f.Welcome(f.PROTOCOL, live.epoch, now_ms(), jitter))))
                since = hello.since if same_life else -1
                await live.join(connection, person, hello.audience, since)
        except TimeoutError:
            raise Closing(LATER) from None

    async def _who(self, socket: WebSocket, session: str, audience: f.Audience) -> Person | None:
        """The person behind the cookie, if it admits to this audience of this session."""
        if audience == "phone":
            return await self._guest(socket, session)
        it = await self.staff.who(socket)
        if it is not None and audience in AUDIENCES_OF[it.role]:
            self.staffs.add(socket)
            return Person(it.role, session, seat=it.seat)
        person = self.identity.projector(socket) if audience == "projector" else None
        if person is None or person.session != session:
            return None
        self.screens.add(socket)
        return person

    async def _guest(self, socket: WebSocket, session: str) -> Person | None:
        generations = await self.staff.generations()
        if person := self.identity.participant(socket, session, generations):
            return person
        host = self.identity.host(socket, session, generations)
        if host is not None:
            self.hosts[socket] = session
        return host

    async def _dialogue_of(self, socket: WebSocket) -> LiveDialogue | None:
        if "dialogue" in socket.path_params:
            return await self.live.dialogue(socket.path_params["dialogue"])
        return await self.live.of_session(socket.path_params["session"])

    def _jitter(self, live: LiveDialogue, session: str) -> float:
        """Seconds over which this hall would reconnect, at 500 a second."""
        return live.connected(session, "phone" if session else "workboard") / 500

    async def _read(
        self, socket: WebSocket, connection: Connection, person: Person, live: LiveDialogue
    ) -> None:
        bad = 0
        while True:
            await self._at_a_walk(connection)
            try:
                frame = decode(text := await read_text(socket))
            except Unreadable as error:
                bad += 1
                if bad >= BAD_FRAMES:
                    raise Closing(BAD) from None
                refusal = Malformed(str(error)[:200])
                connection.write(Frame(encode(f.Nack(op_of(text), refusal))))
                continue
            match frame:
                case f.Ping():
                    connection.write(Frame(encode(f.Pong(now_ms()))))
                case f.Do():
                    answer = await self.do(live, person, frame)
                    connection.write(Frame(encode(answer)))
                    if person.is_staff or person.role == HOST:
                        await self._still_admitted(socket)
                case f.Hello():
                    raise Closing(BAD)

    async def _at_a_walk(self, connection: Connection) -> None:
        """Read no faster than a person acts, nor from whoever reads no answers: TCP tells the
        other side to wait."""
        while wait := self.pace.take(id(connection)):
            await asyncio.sleep(wait)
        while connection.is_full():
            await asyncio.sleep(0.25)

    async def _still_admitted(self, socket: WebSocket) -> None:
        if not await self._is_admitted(socket):
            raise Closing(STRANGER)

    async def _is_admitted(self, socket: WebSocket) -> bool:
        """Whether the link that opened this connection has not been revoked."""
        if socket in self.hosts:
            generations = await self.staff.generations()
            return self.identity.host(socket, self.hosts[socket], generations) is not None
        if socket in self.screens:
            return self.identity.projector(socket) is not None
        return await self._is_staff(socket)

    async def _is_staff(self, socket: WebSocket) -> bool:
        return await self.staff.who(socket) is not None

    async def do(self, live: LiveDialogue, person: Person, frame: f.Do) -> f.Ack | f.Nack:
        """Carry one wish to the rules; the answer for whoever asked, over socket or HTTP."""
        arrived = time.monotonic()
        answer = await self._answer(live, person, frame)
        if isinstance(answer, f.Ack):
            metrics.ACKNOWLEDGEMENT.observe(time.monotonic() - arrived)
        count(person, frame, answer)
        return answer

    async def _answer(self, live: LiveDialogue, person: Person, frame: f.Do) -> f.Ack | f.Nack:
        if wait := self._wait(person):
            return f.Nack(frame.op, Wait(round(wait, 1)), retry=round(wait, 1))
        try:
            outcome = await live.do(person, frame.command, frame.op)
        except Refused as refused:
            return f.Nack(frame.op, refused.refusal, retry=retry_after(refused.refusal))
        return f.Ack(frame.op, outcome.seq, outcome.dup, outcome.stored)

    def _wait(self, person: Person) -> float:
        """Seconds until the person may wish for something; 0: now. What a hall writes together is
        counted apart, so that many phones of one person's cannot keep the log busy; staff never
        wait for phones."""
        kind = "staff" if person.is_staff else person.role
        wait = self.limits[kind].take(person.device)
        if wait or person.phone is None:
            return wait
        crowded = self.in_session.take(person.session) or self.in_all.take("all")
        return secrets.SystemRandom().uniform(*CROWD_WAITS) if crowded else 0


def count(person: Person, frame: f.Do, answer: f.Ack | f.Nack) -> None:
    """For the operator: what was asked for by what kind of person, and how it ended."""
    who = "staff" if person.is_staff else "phone" if person.phone is not None else person.role
    if isinstance(answer, f.Ack):
        outcome = "again" if answer.dup else "acknowledged"
    else:
        outcome = str(answer.refusal.__struct_config__.tag)
    metrics.outcome_of(who, str(frame.command.__struct_config__.tag), outcome).inc()


async def let_go(connection: Connection) -> None:
    """Tell a page why, and cut its line if it does not hear."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LETTING_GO):
            await close(connection.socket, ELSEWHERE)
            await asyncio.sleep(LETTING_GO)
    connection.drop()


async def read_hello(socket: WebSocket) -> f.Hello:
    try:
        hello = decode(await read_text(socket))
    except Unreadable:
        raise Closing(BAD) from None
    if not isinstance(hello, f.Hello):
        raise Closing(BAD)
    if hello.v != f.PROTOCOL:
        raise Closing(OLD)
    return hello


async def read_text(socket: WebSocket) -> str:
    """The next text frame. Binary frames and oversized ones end the connection."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text = message.get("text")
    if text is None:
        raise Closing(NOT_TEXT)
    if len(text) > f.FRAME_LIMIT:
        raise Closing(TOO_BIG)
    return str(text)


def decode(text: str) -> f.ClientFrame:
    try:
        return decode_client_frame(text)
    except (UnicodeError, RecursionError) as error:
        raise Unreadable(str(error)) from None


def retry_after(refusal: AnyRefusal) -> float | None:
    """Some refusals pass: the same wish may come again."""
    return refusal.seconds if isinstance(refusal, Unsaved | Wait) else None


def same_origin(socket: WebSocket) -> bool:
    """A page of another site must not speak with the visitor's cookies. A browser always says
    where a page is from; whoever does not say is refused too."""
    return "origin" in socket.headers and from_here(socket.headers, socket.scope["scheme"])


async def close(socket: WebSocket, reason: Reason) -> None:
    metrics.TURNED_AWAY.labels(str(reason[0])).inc()
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(*reason)
