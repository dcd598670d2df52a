"""News between processes: "look again" and who is connected. Never data.

A lost note costs a delay (each process also looks by itself once a second), so nothing here
retries, orders or stores. A note is a topic and a few words.
"""

import asyncio
import contextlib
import logging
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

log = logging.getLogger(__name__)

Listener = Callable[[str, str], None]

MOST_UNREAD = 64 * 1024
"""Bytes of notes that wait for a child process which does not read; it looks by itself."""


class Bus(Protocol):
    """Where notes are put up and read."""

    def announce(self, topic: str, note: str) -> None:
        """Tell the other processes. Never waits, never fails."""

    def listen(self, listener: Listener) -> None:
        """Call `listener(topic, note)` for every note from another process."""

    async def run(self) -> None:
        """Carry notes until cancelled."""


class MemoryBus:
    """One process; and a child process, if one is attached by its pipes."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.child: asyncio.StreamWriter | None = None

    def announce(self, topic: str, note: str) -> None:
        child = self.child
        if child is None or child.is_closing():
            return
        if child.transport.get_write_buffer_size() < MOST_UNREAD:
            child.write(_line(topic, note))

    def listen(self, listener: Listener) -> None:
        self.listeners.append(listener)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def attach(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry notes to and from a child process until its end closes."""
        self.child = writer
        try:
            await _read_lines(reader, self.listeners)
        finally:
            self.child = None


class PipeBus:
    """The child's end: notes on standard input and output."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def announce(self, topic: str, note: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.buffer.write(_line(topic, note))
            sys.stdout.buffer.flush()

    def listen(self, listener: Listener) -> None:
        self.listeners.append(listener)

    async def run(self) -> None:
        """Returns when the parent is gone, so that no child is left behind."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await _read_lines(reader, self.listeners)


class RedisBus:
    """Several processes. Comes back by itself when Redis does."""

    def __init__(self, url: str, installation: str = "") -> None:
        from redis.asyncio import Redis

        # Its own timeouts: a hung server must not hold us (redis-py waits for ever by default).
        self.redis = Redis.from_url(
            url, socket_timeout=2, socket_connect_timeout=2, health_check_interval=5
        )
        self.channel = channel_of(installation)
        self.listeners: list[Listener] = []
        self.outgoing: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1000)
        self.connected, self.gone, self.lost = False, False, 0
        self.heard_at: float | None = None
        """When the last note came, one of our own too; monotonic. `lost`: notes nobody got."""

    def announce(self, topic: str, note: str) -> None:
        try:
            self.outgoing.put_nowait(_line(topic, note))
        except asyncio.QueueFull:
            self.lost += 1

    def listen(self, listener: Listener) -> None:
        self.listeners.append(listener)

    async def run(self) -> None:
        try:
            await asyncio.gather(self._publish(), self._subscribe())
        finally:
            await self.redis.aclose()

    async def _publish(self) -> None:
        while True:
            note = await self.outgoing.get()
            try:
                await self.redis.publish(self.channel, note)
            except Exception:  # counted; that Redis is gone is said by whoever listens to it
                self.lost += 1
                await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        while True:
            try:
                await self._hear()
            except Exception as error:
                if not self.gone:  # said once: it may be away for hours
                    self.gone = True
                    log.warning("bus: gone (%s); it is tried every second", type(error).__name__)
            await asyncio.sleep(1)

    async def _hear(self) -> None:
        async with self.redis.pubsub() as channel:
            await channel.subscribe(self.channel)
            self.connected = True
            if self.gone:
                self.gone = False
                log.warning("bus: back")
            try:
                while True:
                    message = await channel.get_message(ignore_subscribe_messages=True, timeout=1)
                    if message is not None:
                        self.heard_at = time.monotonic()
                        _tell(self.listeners, message["data"])
            finally:
                self.connected = False


def open_bus(redis: str, installation: str) -> Bus:
    """The bus the settings ask for, for the processes of this installation."""
    return RedisBus(redis, installation) if redis else MemoryBus()


AGAIN_AFTER = 1.0
A_WHILE = 60.0
"""Seconds that work has to go well for its next failure to be news, whatever the reason."""


async def keep(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` again whenever it fails, a second later. The same reason is said once: a database
    may be away for hours."""
    said = ""
    while True:
        begun = time.monotonic()
        try:
            await work()
        except Exception as error:
            why = type(error).__name__
            if why != said or time.monotonic() - begun > A_WHILE:
                log.warning("%s: %s; trying again", what, why)
            said = why
        await asyncio.sleep(AGAIN_AFTER)


def _line(topic: str, note: str) -> bytes:
    return f"{topic} {note}\n".encode()


def _tell(listeners: list[Listener], line: bytes) -> None:
    topic, _, note = line.decode().strip().partition(" ")
    for listener in listeners:
        listener(topic, note)


async def _read_lines(reader: asyncio.StreamReader, listeners: list[Listener]) -> None:
    while line := await reader.readline():
        _tell(listeners, line)


async def round_trip(url: str, within: float = 3.0) -> float:
    """Seconds that a note takes through that Redis and back; `TimeoutError` if none comes."""
    from redis.asyncio import Redis

    channel = f"dialog-{secrets.token_hex(8)}"
    async with asyncio.timeout(within), Redis.from_url(url) as redis, redis.pubsub() as listening:
        await listening.subscribe(channel)
        while await listening.get_message(timeout=within) is None:
            pass
        begun = time.perf_counter()
        await redis.publish(channel, b"?")
        while await listening.get_message(ignore_subscribe_messages=True, timeout=within) is None:
            pass
        return time.perf_counter() - begun


def channel_of(installation: str) -> str:
    """One Redis may serve several installations, and its channels know no databases."""
    return f"dialog-{installation[:12]}"


async def heard(url: str, installation: str, topic: str, within: float) -> bool:
    """Whether a note of `topic` of that installation comes through Redis in so many seconds."""
    from redis.asyncio import Redis

    end = time.monotonic() + within
    patient = asyncio.timeout(within + 1)  # of a server that hangs
    async with patient, Redis.from_url(url) as redis, redis.pubsub() as listening:
        await listening.subscribe(channel_of(installation))
        while (left := end - time.monotonic()) > 0:
            note = await listening.get_message(ignore_subscribe_messages=True, timeout=left)
            if note is not None and note["data"].startswith(f"{topic} ".encode()):
                return True
    return False
