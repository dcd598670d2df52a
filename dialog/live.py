"""Live dialogues: decide, append (many wishes in one commit), apply, announce; refresh views.

One task a dialogue does everything in turn, so that a view is only ever drawn from what is on
disk: commit what waits, read what other processes wrote, and on the tick put one patch an
audience into its ring.
"""

import asyncio
import concurrent.futures
import contextlib
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection as Database
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dialog import folds, metrics
from dialog.broadcast import Connection, Frame
from dialog.bus import Bus
from dialog.channel import Channel, changed, spread, whole_view
from dialog.domain import rules, views, work_views
from dialog.domain.facts import Fact
from dialog.domain.personal_data import personal_number
from dialog.domain.state import Dialogue, Person, takes
from dialog.folds import Fold, Kept, Opened
from dialog.protocol.agenda import Access
from dialog.protocol.codec import encode
from dialog.protocol.commands import Command, TryItOut
from dialog.protocol.events import Entry
from dialog.protocol.frames import Audience, Mine, Presence
from dialog.protocol.refusals import (
    AnyRefusal,
    CodeUnknown,
    Malformed,
    PersonalNumber,
    Refused,
    Unsaved,
)
from dialog.store import doors
from dialog.store import folds as kept_folds
from dialog.store import log as store

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_IN_ONE_COMMIT = 200
COMMITS_APART = 0.008
"""Seconds between the beginnings of two commits while several write at once: each costs as much as
deciding on ten wishes, and a hall of 2,000 would have one made for every two."""
APPLIED_AT_ONCE = 500
"""Entries of others."""
LOOK_AGAIN = 1.0
RETRY_UNSAVED = 2.0
STAYS = 600.0
"""Seconds for which a dialogue that nobody uses stays in memory."""
SAVED_WITHIN = 8.0
"""Seconds after which nobody waits any longer for a commit: it may hang with the database."""
HELD_AT_MOST = 10.0
"""Seconds after which PostgreSQL takes the log from a process that hangs with it in its hand."""


class AnotherLife(LookupError):
    """The log has been thrown away, or something was disposed of, or an older copy has been put in
    its place: what is in memory is no longer true."""


class LeftMemory(Exception):
    """Nobody is told any more what happens in this one: ask `LiveDialogues` for the dialogue."""


class GivenUp(Exception):
    """Nobody waits for this commit any longer: the wishes have been refused."""


class Outcome:
    """What became of a wish: the seq it is written at, and whether it already was."""

    __slots__ = ("dup", "seq", "stored")

    def __init__(self, seq: int, dup: bool = False, stored: bool = True) -> None:
        self.seq, self.dup, self.stored = seq, dup, stored


@dataclass(slots=True, eq=False)
class Wish:
    """A command that waits for its commit."""

    person: Person
    command: Command
    op: str
    done: "asyncio.Future[Outcome]"
    outcome: Outcome | AnyRefusal | None = None


class LiveDialogue:
    """One dialogue in this process."""

    def __init__(self, id: str, epoch: str, home: "LiveDialogues") -> None:
        self.id, self.epoch, self.home = id, epoch, home
        self.fold = Fold(Dialogue(id))
        self.waiting: deque[Wish] = deque()
        self.writing: list[Wish] | None = None
        self.next_commit = 0.0
        """Not before then; monotonic."""
        self.news = asyncio.Event()
        self.settled = asyncio.Lock()
        self.behind = False
        self.channels: dict[tuple[str, Audience], Channel] = {}
        self.own: dict[tuple[str, int], set[Connection]] = {}
        self.touched_own: set[tuple[str, int]] = set()
        self.tried: dict[str, tuple[str | None, int]] = {}
        self.presence_said: dict[str, Frame] = {}
        self.task: asyncio.Task[None] | None = None
        self.used = time.monotonic()
        self.users = 0
        self.has_left = False

    @property
    def dialogue(self) -> Dialogue:
        """As it stands; another object once it has begun again, so ask each time."""
        return self.fold.dialogue

    # ── wishes ──

    async def do(self, person: Person, command: Command, op: str | None = None) -> Outcome:
        """Do what `person` asks and return when it is on disk, or raise `Refused`."""
        if self.has_left and (again := await self.home.dialogue(self.id)) is not None:
            return await again.do(person, command, op)
        if not self.goes_on:
            raise Refused(Unsaved(RETRY_UNSAVED))  # stopped; the next to ask folds it anew
        if op and personal_number(op):  # the page says what it is, and it is kept
            raise Refused(PersonalNumber())
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append(Wish(person, command, op or secrets.token_urlsafe(18), done))
        self.news.set()
        return await done

    @property
    def goes_on(self) -> bool:
        return self.task is not None and not self.task.done() and not self.has_left

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """While it lasts the dialogue stays in memory."""
        self.users += 1
        try:
            yield
        finally:
            self.users -= 1
            self.used = time.monotonic()

    def is_unused(self, since: float) -> bool:
        """Whether nobody has asked anything of it since then (monotonic), and nobody follows it."""
        busy = self.users or self.waiting or self.behind or self.settled.locked()
        followed = any(channel.connections for channel in self.channels.values())
        return not busy and not followed and self.used <= since

    def leave_memory(self) -> None:
        """Stop, and let everything go at once: what leads in circles would stay until garbage is
        next looked for, and in a process with much in memory that is seldom."""
        self.has_left = True
        if self.task is not None:
            self.task.cancel()
        self.task = None
        for session in self.dialogue.sessions.values():
            del session.dialogue
        self.fold = Fold(Dialogue(self.id))
        self.channels.clear()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            await self._wait_for_news()
            if self._has_news and self.next_commit <= time.monotonic():
                await self._commit_waiting()
            self._refresh_due()

    @property
    def _has_news(self) -> bool:
        return bool(self.waiting) or self.behind

    async def _wait_for_news(self) -> None:
        due = [channel.due for channel in self.channels.values() if channel.touched]
        if self.touched_own:
            due.append(0.0)
        if self._has_news:
            if (wait := min([*due, self.next_commit]) - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            return
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        try:
            async with asyncio.timeout(timeout):
                await self.news.wait()
        except TimeoutError:
            pass
        self.news.clear()

    async def _commit_waiting(self) -> None:
        """Take all that waits, commit, acknowledge; a bad wish fails alone."""
        batch = [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_IN_ONE_COMMIT))]
        self.behind = False
        self.used = time.monotonic()
        self.next_commit = self.used + COMMITS_APART if len(batch) > 1 else 0.0
        async with self.settled:
            self.writing = batch
            try:
                with metrics.COMMIT.time():
                    async with asyncio.timeout(SAVED_WITHIN):
                        await self.home.write(self._append, batch)
            except (SQLAlchemyError, OSError) as error:
                log.warning("dialogue %s: nothing saved: %s", self.id, type(error).__name__)
                if isinstance(error, TimeoutError):
                    self._refuse_waiting()  # they have waited as long
                await self._begin_again(batch)
                return
            except AnotherLife:
                refuse_all(batch)
                raise
            except Exception:
                # A mistake of ours in what one of them wished: no reason to drop everybody.
                log.exception("dialogue %s: a wish cannot be written", self.id)
                await self._begin_again(batch)
                return
            except BaseException:  # the dialogue is thrown away, or all of it ends
                refuse_all(batch)
                raise
        for wish in batch:
            settle(wish)
        if batch:
            metrics.BATCH.observe(len(batch))
            self.home.bus.announce("log", f"{self.id} {self.dialogue.seq}")

    def _append(self, db: Database, batch: list[Wish]) -> None:
        """In the writer's thread: hold the counter row while the rules decide on the newest."""
        counter = store.locked(db, self.id, HELD_AT_MOST)
        if counter is None or counter.epoch != self.epoch or counter.seq < self.dialogue.seq:
            raise AnotherLife(self.id)
        if counter.seq > self.dialogue.seq:
            tail = store.entries_after(db, self.id, self.dialogue.seq)
            # A whole evening may have come at once, and the loop is everybody's.
            for start in range(0, len(tail), APPLIED_AT_ONCE):
                some = tail[start : start + APPLIED_AT_ONCE]
                self.home.on_loop(partial(self._catch_up, some, batch))
        known = store.known_ops(db, self.id, [wish.op for wish in batch])
        entries = self.home.on_loop(lambda: self._decide(known, batch))
        if entries:
            store.append(db, self.id, entries)

    def _catch_up(self, tail: list[Entry], batch: list[Wish]) -> None:
        self._require_going_on(batch)
        for entry in tail:
            self._apply(entry)

    def _require_going_on(self, batch: list[Wish]) -> None:
        if batch is not self.writing:  # it hung for so long that all has begun again
            raise GivenUp

    def _decide(self, known: dict[str, int], batch: list[Wish]) -> list[Entry]:
        self._require_going_on(batch)
        return [entry for wish in batch for entry in self._decide_one(wish, known)]

    def _decide_one(self, wish: Wish, known: dict[str, int]) -> list[Entry]:
        if wish.op in known:
            wish.outcome = Outcome(known[wish.op], dup=True)
            return []
        try:
            new = self._entries_of(wish)
        except Refused as refused:
            wish.outcome = refused.refusal
            return []
        except Exception:
            log.exception("dialogue %s: the rules failed", self.id)
            wish.outcome = Malformed("the rules failed")
            return []
        known[wish.op] = new[0].seq if new else self.dialogue.seq
        tried = isinstance(wish.command, TryItOut)
        if tried:
            self._tried_out(wish.person.session)
        wish.outcome = Outcome(known[wish.op], stored=not tried)
        try:
            for entry in new:
                self._apply(entry)
        except Exception:
            wish.outcome = Malformed("the rules failed")  # it would fail each time it comes
            raise
        return new

    def _entries_of(self, wish: Wish) -> list[Entry]:
        at = now_ms()
        facts = rules.decide(self.dialogue, wish.person, wish.command, at)
        session = rules.session_of(self.dialogue, wish.person, wish.command)
        first = self.dialogue.seq + 1
        access = [rules.access_of(self.dialogue, session, fact.event) for fact in facts]
        if "closed" in access:  # the wish opens the session, and what follows happens in it
            access = ["closed"] * len(facts)
        return [
            self._entry(wish, fact, session, its, seq, at)
            for seq, (fact, its) in enumerate(zip(facts, access, strict=True), start=first)
        ]

    def _entry(
        self, wish: Wish, fact: Fact, session: str, access: Access, seq: int, at: int
    ) -> Entry:
        return Entry(
            seq=seq,
            session=session,
            access=access,
            actor=wish.person.actor,
            at=at,
            event=fact.event,
            participant=fact.participant or wish.person.participant,
            words=fact.words,
            op=wish.op if seq == self.dialogue.seq + 1 else None,
            receipt=fact.receipt,
        )

    def _apply(self, entry: Entry) -> None:
        touched = self.fold.note(entry)
        for channel in self.channels.values():
            if channel.audience == "workboard":
                channel.touched |= work_views.touched_by(self.dialogue, entry.session, touched)
            elif entry.session in ("", channel.session):
                channel.touched |= touched
        for key in touched:
            if key.startswith("mine/") and key != "mine/None":
                self.touched_own.add((entry.session, int(key.removeprefix("mine/"))))

    async def _begin_again(self, batch: list[Wish]) -> None:
        """Nothing is certain after a failed commit: fold the log anew, and ask to be sent again."""
        self.writing = None
        refuse_all(batch)
        found = await self._read_until_it_works()
        self._stand_as(found)
        for channel in self.channels.values():
            channel.touched.add("*")
        self.touched_own.update(self.own)

    async def _read_until_it_works(self) -> Opened:
        """The whole log. Until it can be read nothing is decided: what is in memory may never
        have reached the disk."""
        while True:
            reading = asyncio.create_task(self.home.read(folds.opened, self.id))
            try:
                while not (await asyncio.wait([reading], timeout=LOOK_AGAIN))[0]:
                    self._refuse_waiting()
                return reading.result()
            except (SQLAlchemyError, OSError):
                await asyncio.sleep(LOOK_AGAIN)
                self._refuse_waiting()
            finally:
                reading.cancel()

    def _refuse_waiting(self) -> None:
        refuse_all(self.waiting)
        self.waiting.clear()

    async def load(self) -> None:
        """As the whole log says it is."""
        self._stand_as(await self.home.read(folds.opened, self.id))

    def _stand_as(self, found: Opened) -> None:
        self.home.logs_read += 1
        metrics.LOGS_FOLDED.inc()
        self.epoch = found.counter.epoch
        self.fold = found.fold
        if found.kept is not None:
            self.home.look_through(self.id, found.kept)

    def look_again(self) -> None:
        """Another process has written."""
        self.behind = True
        self.news.set()

    async def reach(self, seq: int) -> None:
        """Wait a little for another process's entries, so that nobody is shown an older state.

        Never for a seq that the log does not have: anybody can claim one.
        """
        if self.dialogue.seq >= seq:
            return
        counter = await self.home.read(store.counter, self.id)
        seq = min(seq, counter.seq if counter else 0)
        for _ in range(20):
            if self.dialogue.seq >= seq:
                return
            self.look_again()
            await asyncio.sleep(0.1)

    # ── views ──

    def _refresh_due(self) -> None:
        now = time.monotonic()
        for channel in self.channels.values():
            if channel.touched and channel.due <= now:
                self._refresh(channel)
                channel.due = now + channel.interval
        for key in self.touched_own:
            self._send_own(key)
        self.touched_own.clear()

    def _refresh(self, channel: Channel) -> None:
        if not self._shows(channel.session):
            return
        put, drop = changed(self.dialogue, channel)
        channel.touched.clear()
        if put or drop:
            channel.push(self.dialogue.seq, put, drop)
            self._spread(channel)

    def _shows(self, session: str) -> bool:
        """Whether there is such a session; "" stands for the dialogue as a whole."""
        return session in self.dialogue.sessions or (session == "" and self.dialogue.exists)

    def _spread(self, channel: Channel) -> None:
        if channel.sending is None or channel.sending.done():
            channel.sending = asyncio.create_task(spread(channel))

    def _send_own(self, key: tuple[str, int]) -> None:
        session = self.dialogue.sessions.get(key[0])
        connections = self.own.get(key)
        if session is not None and connections:
            frame = Frame(encode(Mine(views.own(session, key[1]))))
            for connection in connections:
                connection.write(frame)

    async def join(
        self, connection: Connection, person: Person, audience: Audience, since: int
    ) -> None:
        """Let a connection follow a session of this dialogue; first what it has missed."""
        async with self.settled:
            if not self.goes_on:
                raise LeftMemory(self.id)
            if not self._shows(person.session) or (person.session == "") != (
                audience == "workboard"
            ):
                raise Refused(CodeUnknown())
            channel = self._channel(person.session, audience)
            if since > channel.seq:  # another process has shown it something newer
                self._refresh(channel)
            metrics.JOINS.labels(audience).inc()
            if person.participant is not None:
                session = self.dialogue.sessions[person.session]
                key = (session.id, person.participant)
                self.own.setdefault(key, set()).add(connection)
                connection.write(Frame(encode(Mine(views.own(session, person.participant)))))
            channel.admit(connection, since, self.dialogue.seq)
            said = self.presence_said.get(person.session)
            if said is not None and audience != "phone":
                connection.write(said)

    def leave(self, connection: Connection, person: Person, audience: Audience) -> None:
        self.used = time.monotonic()
        channel = self.channels.get((person.session, audience))
        if channel is not None:
            channel.connections.discard(connection)
        if person.participant is not None:
            key = (person.session, person.participant)
            self.own.get(key, set()).discard(connection)
            if not self.own.get(key):
                self.own.pop(key, None)

    def _channel(self, session: str, audience: Audience) -> Channel:
        key = (session, audience)
        if key not in self.channels:
            view = whole_view(self.dialogue, session, audience)
            self.channels[key] = Channel(session, audience, self.dialogue.seq, view)
        return self.channels[key]

    async def whole_view(self, person: Person, audience: Audience) -> dict[str, Any]:
        """seq, epoch, records and what is the person's own, for those who ask over HTTP."""
        async with self.settled:
            own = None
            if person.participant is not None:
                own = views.own(self.dialogue.sessions[person.session], person.participant)
            found = whole_view(self.dialogue, person.session, audience)
            return {
                "seq": self.dialogue.seq,
                "epoch": self.epoch,
                "records": found,
                "own": own,
            }

    def joined_at(self, session: str, seq: int) -> int:
        """The participant who joined at `seq`."""
        return self.dialogue.sessions[session].joined_at[seq]

    # ── presence ──

    def _tried_out(self, session: str) -> None:
        """One more test post in the current step."""
        state = self.dialogue.sessions[session]
        step, n = self.tried.get(session, (None, 0))
        self.tried[session] = (state.step, n + 1 if step == state.step else 1)

    def say_presence(self, elsewhere: Callable[[str], int]) -> None:
        """Tell projector and consoles who is there just now, if that has changed."""
        for session in {channel.session for channel in self.channels.values()} - {""}:
            state = self.dialogue.sessions[session]
            step, tried = self.tried.get(session, (None, 0))
            arrivals, now = self.fold.arrivals[session], now_ms()
            presence = Presence(
                connected=self.connected(session) + elsewhere(session),
                tried=tried if step == state.step else 0,
                projectors=self.connected(session, "projector"),
                lately=arrivals.lately(now),
                in_step=arrivals.in_step,
                unusual=takes(state.current) and arrivals.are_unusual(now),
            )
            frame = Frame(encode(presence))
            before = self.presence_said.get(session)
            if before is None or before.payload != frame.payload:
                self.presence_said[session] = frame
                self._tell(session, frame)

    def _tell(self, session: str, frame: Frame) -> None:
        for audience in ("projector", "console", "presidium"):
            channel = self.channels.get((session, audience))
            for connection in channel.connections if channel else ():
                connection.write(frame)

    def connected(self, session: str, audience: Audience = "phone") -> int:
        """Connections of an audience to this process."""
        channel = self.channels.get((session, audience))
        return len(channel.connections) if channel else 0


def settle(wish: Wish) -> None:
    """Tell the one who asked. Whoever has gone away in the meantime is not told."""
    if wish.done.done():
        return
    if isinstance(wish.outcome, Outcome):
        wish.done.set_result(wish.outcome)
    elif wish.outcome is not None:
        wish.done.set_exception(Refused(wish.outcome))


def refuse_all(wishes: Iterable[Wish]) -> None:
    """Nothing was saved; the phones keep it and ask again."""
    for wish in wishes:
        if not isinstance(wish.outcome, Malformed):
            wish.outcome = Unsaved(RETRY_UNSAVED)
        settle(wish)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class LiveDialogues:
    """The dialogues this process has in memory, and the threads their logs are kept in."""

    def __init__(self, engine: Engine, bus: Bus, stays: float = STAYS) -> None:
        self.engine, self.bus, self.stays = engine, bus, stays
        self.name = secrets.token_hex(4)
        self.live: dict[str, LiveDialogue] = {}
        self.opening: dict[str, asyncio.Task[LiveDialogue]] = {}
        self.connected_elsewhere: dict[str, dict[str, tuple[float, int]]] = {}
        self.writer = concurrent.futures.ThreadPoolExecutor(1, "writer")
        self.readers = concurrent.futures.ThreadPoolExecutor(4, "reader")
        self.reading = engine.execution_options(reading=True)
        self.logs_read = 0
        """How often a dialogue has been opened, or begun again."""
        self.looking: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.lag = 0
        """Entries that other processes had written and this one not read, at the last look."""
        self.worker_heard: float | None = None
        """When a grouping worker last said that it is there; monotonic."""
        bus.listen(self.heard)

    # ── threads ──

    async def write(self, work: Callable[..., T], *args: Any) -> T:
        """`work(db, *args)` in one transaction, in the writer's thread."""
        return await self._in(self.writer, self.engine, work, *args)

    async def read(self, work: Callable[..., T], *args: Any) -> T:
        """`work(db, *args)` in a reading transaction."""
        return await self._in(self.readers, self.reading, work, *args)

    async def _in(
        self,
        threads: concurrent.futures.Executor,
        engine: Engine,
        work: Callable[..., T],
        *args: Any,
    ) -> T:
        def transaction() -> T:
            try:
                with engine.begin() as db:
                    return work(db, *args)
            except (SQLAlchemyError, OSError) as error:
                metrics.DATABASE_ERRORS.labels(type(error).__name__).inc()
                raise

        self.loop = asyncio.get_running_loop()
        return await self.loop.run_in_executor(threads, transaction)

    def on_loop(self, work: Callable[[], T]) -> T:
        """From a thread: do `work` on the event loop, where the dialogues live, and wait for it."""
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()

        def call() -> None:
            try:
                answer.set_result(work())
            except BaseException as error:
                answer.set_exception(error)

        assert self.loop is not None
        self.loop.call_soon_threadsafe(call)
        return answer.result()

    # ── dialogues ──

    async def dialogue(self, id: str) -> LiveDialogue | None:
        """The live dialogue, folded from its log if it was not in memory; None if there is none."""
        if not id.isprintable():  # PostgreSQL does not even look for some of them
            return None
        while True:
            if id in self.live:
                self.live[id].used = time.monotonic()
                return self.live[id]
            if id not in self.opening:
                self.opening[id] = asyncio.create_task(self._open(id))
            try:
                live = await asyncio.shield(self.opening[id])
            except LookupError:
                return None
            if not live.has_left:
                return live

    async def of_session(self, session: str) -> LiveDialogue | None:
        """The live dialogue that a session belongs to. One in memory knows its own: a hall that
        comes back at once does not ask the database who it is ten thousand times."""
        for id, live in self.live.items():
            if session in live.dialogue.sessions:
                return await self.dialogue(id)
        door = await self.read(doors.door_of, session)
        return None if door is None else await self.dialogue(door.dialogue)

    async def _open(self, id: str) -> LiveDialogue:
        live = LiveDialogue(id, "", self)
        try:
            await live.load()
            live.used = time.monotonic()
            self.live[id] = live
            live.task = asyncio.create_task(live.run(), name=f"dialogue {id}")
            live.task.add_done_callback(lambda task: self._stopped(live, task))
            return live
        finally:
            del self.opening[id]

    def _stopped(self, live: LiveDialogue, task: "asyncio.Task[None]") -> None:
        """A dialogue that cannot go on is dropped, so that the next to ask folds it anew."""
        if self.live.get(live.id) is live:
            del self.live[live.id]
        refuse_all(live.waiting)
        for channel in live.channels.values():
            for connection in channel.connections:
                connection.drop()
        if task.cancelled():
            return
        if isinstance(task.exception(), AnotherLife):
            log.warning("dialogue %s has begun a new life: whoever follows it loads anew", live.id)
        elif task.exception() is not None:
            log.error("dialogue %s stopped", live.id, exc_info=task.exception())

    def look_through(self, id: str, kept: Kept) -> None:
        """In the background: whether what the dialogue was gone on from is of its log."""
        task = asyncio.create_task(self._look_through(id, kept), name=f"look through {id}")
        self.looking.add(task)
        task.add_done_callback(self.looking.discard)

    async def _look_through(self, id: str, kept: Kept) -> None:
        try:
            if await folds.is_of_this_log(self.read, id, kept):
                return
            log.error("dialogue %s: what was kept of it is not of its log; it begins anew", id)
            await self.write(kept_folds.mistrust, id, kept.place)
        except (SQLAlchemyError, OSError) as error:
            log.warning("cannot look through the log: %s", type(error).__name__)

    def let_go(self) -> None:
        """What nobody has used for a while leaves memory; whoever asks for it opens it anew."""
        since = time.monotonic() - self.stays
        for live in [it for it in self.live.values() if it.is_unused(since)]:
            del self.live[live.id]
            live.leave_memory()

    async def create(self, id: str, rehearsal: bool = False) -> LiveDialogue:
        """The dialogue with that id, its log begun if there was none."""
        await self.write(store.create_dialogue, id, rehearsal)
        live = await self.dialogue(id)
        assert live is not None
        return live

    async def discard(self, id: str) -> bool:
        """Throw a rehearsal away, in memory and on disk."""
        gone = await self.write(store.discard_rehearsal, id)
        live = self.live.get(id)
        if gone and live is not None and live.task is not None:
            live.task.cancel()
        return gone

    # ── other processes ──

    def heard(self, topic: str, note: str) -> None:
        """A note from the bus."""
        match topic, note.split():
            case "log", [dialogue, seq]:
                live = self.live.get(dialogue)
                if live is not None and int(seq) > live.dialogue.seq:
                    live.look_again()
            case "presence", [process, session, n] if process != self.name:
                there = self.connected_elsewhere.setdefault(session, {})
                there[process] = (time.monotonic(), int(n))
            case "worker", [_]:
                self.worker_heard = time.monotonic()

    def elsewhere(self, session: str) -> int:
        """Phones connected to other processes, as last heard."""
        fresh = time.monotonic() - 5
        there = self.connected_elsewhere.get(session, {})
        return sum(n for heard, n in there.values() if heard > fresh)

    async def watch(self) -> None:
        """Look again every second, whatever the bus says; tell who is connected.

        That the log cannot be read is said once: it may be so for hours.
        """
        is_away = False
        while True:
            await asyncio.sleep(LOOK_AGAIN * (0.8 + 0.4 * secrets.randbelow(100) / 100))
            if not self.live:
                continue
            self.let_go()
            for live in list(self.live.values()):
                live.say_presence(self.elsewhere)
                self._announce_presence(live)
            try:
                await self._look_for_news()
                is_away = False
            except (SQLAlchemyError, OSError) as error:
                if not is_away:
                    log.warning("cannot read the log: %s; trying again", type(error).__name__)
                is_away = True

    async def _look_for_news(self) -> None:
        counters = await self.read(store.counters, list(self.live))
        self.lag = sum(
            max(0, at.seq - self.live[id].dialogue.seq)
            for id, at in counters.items()
            if id in self.live
        )
        for id, live in list(self.live.items()):
            if counters.get(id) != store.Counter(live.dialogue.seq, live.epoch):
                live.look_again()

    def _announce_presence(self, live: LiveDialogue) -> None:
        for session, audience in live.channels:
            if audience == "phone":
                note = f"{self.name} {session} {live.connected(session)}"
                self.bus.announce("presence", note)

    async def close(self) -> None:
        """Stop. What waits is answered "not saved"; phones keep it."""
        tasks = [live.task for live in self.live.values() if live.task is not None]
        tasks += self.looking
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Not from here: a transaction under way still needs this loop to decide.
        await asyncio.to_thread(self.writer.shutdown)
        await asyncio.to_thread(self.readers.shutdown)
