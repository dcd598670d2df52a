"""One audience of one session in this process: its view, its ring of patches, its connections.

A connection is a cursor into the ring, never a queue: one that does not read costs nobody
anything, and is given the newest view when it reads again. Of what has changed it is told only how
it is now: a patch of some minutes ago may have words that have been masked or hidden since.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from dialog import metrics
from dialog.broadcast import Connection, Frame
from dialog.domain import views, work_views
from dialog.domain.state import Dialogue
from dialog.protocol.codec import encode
from dialog.protocol.frames import Audience, Patch, Shown, View

TICK = 0.06
WORK_TICK = 0.2
"""The workboard has more to draw than a hall's screens, and few who look at it."""
PHONE_TICK, LONGEST_PHONE_TICK = 0.05, 0.3
A_PHONES_SHARE = 35e-6
"""Seconds of a tick for each phone: writing to one takes about seven millionths, so a hall of any
size is told as soon as a fifth of a core can."""
RING = 400
RING_BYTES = 1 << 20
"""Patches that are kept for who comes back. A console's are large, and its whole view is small
beside many of them."""
SLICE = 200
"""Connections written to before others get their turn."""
STALLED = 13.0
"""Seconds a full connection may stay behind before it is dropped."""


class Change(Frame):
    """A patch as it was sent, and the keys of the records in it."""

    __slots__ = ("keys",)

    def __init__(self, payload: bytes, keys: frozenset[str]) -> None:
        super().__init__(payload)
        self.keys = keys


@dataclass(slots=True, eq=False)
class Channel:
    """`start` is the number of the first patch in the ring; a connection's cursor counts patches.
    `touched`: keys to draw again, when `due`.
    """

    session: str
    audience: Audience
    seq: int
    view: dict[str, Shown]
    ring: deque[tuple[int, Change]] = field(default_factory=deque)
    start: int = 0
    kept: int = 0
    """Bytes in the ring."""
    touched: set[str] = field(default_factory=set)
    due: float = 0.0
    connections: set[Connection] = field(default_factory=set)
    encoded: Frame | None = None
    lacked: dict[int, Frame] = field(default_factory=dict)
    """What has changed since a seq, encoded once however many come from there."""
    sending: "asyncio.Task[None] | None" = None
    pushed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def end(self) -> int:
        return self.start + len(self.ring)

    @property
    def interval(self) -> float:
        if self.audience == "workboard":
            return WORK_TICK
        if self.audience != "phone":
            return TICK
        wanted = len(self.connections) * A_PHONES_SHARE
        return min(max(wanted, PHONE_TICK), LONGEST_PHONE_TICK)

    def whole(self) -> Frame:
        """The view as one frame, encoded once however many ask."""
        if self.encoded is None:
            self.encoded = Frame(encode(View(self.seq, self.view)))
        return self.encoded

    def push(self, to: int, put: dict[str, Shown], drop: list[str]) -> None:
        """One patch for everybody here."""
        frame = Change(encode(Patch(self.seq, to, put, drop)), frozenset((*put, *drop)))
        metrics.patch_for(self.audience).observe(len(frame))
        self.ring.append((self.seq, frame))
        self.kept += len(frame)
        while len(self.ring) > RING or (self.kept > RING_BYTES and len(self.ring) > 1):
            _, oldest = self.ring.popleft()
            self.kept -= len(oldest)
            self.start += 1
        self.view.update(put)
        for key in drop:
            del self.view[key]
        self.seq = to
        self.encoded = None
        self.lacked.clear()
        self.pushed.set()

    def lacking(self, number: int) -> Frame:
        """What has changed from the ring's patch `number` on, as it is now, in one patch."""
        if number == len(self.ring) - 1:
            return self.ring[number][1]
        since = self.ring[number][0]
        if since not in self.lacked:
            later = (change.keys for _, change in islice(self.ring, number, None))
            keys = frozenset[str]().union(*later)
            put = {key: self.view[key] for key in keys if key in self.view}
            patch = Patch(since, self.seq, put, [key for key in keys if key not in put])
            self.lacked[since] = Frame(encode(patch))
        return self.lacked[since]

    def admit(self, connection: Connection, since: int, now: int = -1) -> None:
        """Bring a newcomer to `now`: what it lacks, or the whole view.

        A `since` inside a patch, or after the last one, comes from another process. Patches are
        not enough for it: it may show what has changed and changed back since, unseen here.
        """
        begins = [before for before, _ in self.ring]
        if since in begins:
            connection.write(self.lacking(begins.index(since)))
        elif since > self.seq and since != now:
            connection.write(Frame(encode(View(max(self.seq, now), self.view))))
        elif since < self.seq:
            connection.write(self.whole())
        connection.cursor = self.end
        self.connections.add(connection)

    def tell(self, connections: Iterable[Connection]) -> None:
        """Give each what it lacks. Nearly always that is the newest patch alone, which goes the
        short way."""
        newest, now = self.end - 1, time.monotonic()
        data = self.ring[-1][1].data if self.ring else b""
        for it in connections:
            if it.cursor == newest and it.full_since is None and it.take(data):
                it.cursor = newest + 1
            else:
                self.catch_up(it, now)

    def catch_up(self, connection: Connection, now: float) -> None:
        """Give a connection what it lacks; one that does not read waits for the newest view."""
        if connection.cursor == self.end:
            return
        if connection.is_full():
            connection.full_since = connection.full_since or now
            if now - connection.full_since > STALLED:
                metrics.DROPPED.inc()
                connection.drop()
            return
        if connection.full_since is not None or connection.cursor < self.start:
            metrics.SKIPPED.inc()
            connection.write(self.whole())
        else:
            connection.write(self.lacking(connection.cursor - self.start))
        connection.full_since = None
        connection.cursor = self.end


def whole_view(dialogue: Dialogue, session: str, audience: Audience) -> dict[str, Shown]:
    """Everything the audience may see; of the whole dialogue for the workboard."""
    if audience == "workboard":
        return {**work_views.view(dialogue)}
    return {**views.view(dialogue.sessions[session], audience)}


def drawn(dialogue: Dialogue, channel: Channel, key: str) -> Shown | None:
    """The record under `key` as it is now."""
    if channel.audience == "workboard":
        return work_views.record(dialogue, key)
    return views.record(dialogue.sessions[channel.session], channel.audience, key)


def changed(dialogue: Dialogue, channel: Channel) -> tuple[dict[str, Shown], list[str]]:
    """What differs between the channel's view and the dialogue now, among the touched keys."""
    now: dict[str, Shown] = {}
    if "*" in channel.touched:
        now = whole_view(dialogue, channel.session, channel.audience)
        keys: Iterable[str] = now.keys() | channel.view.keys()
    else:
        keys = channel.touched
        for key in keys:
            record = drawn(dialogue, channel, key)
            if record is not None:
                now[key] = record
    put = {key: now[key] for key in keys if key in now and channel.view.get(key) != now[key]}
    drop = [key for key in keys if key not in now and key in channel.view]
    return put, drop


async def spread(channel: Channel) -> None:
    """Bring every connection up to date, a slice at a time, so that nobody's acknowledgement
    waits for a whole hall to be written to."""
    while True:
        end = channel.end
        with metrics.fan_out_to(channel.audience).time():
            for some in slices(list(channel.connections)):
                channel.tell(some)
                await asyncio.sleep(0)
        now = channel.end
        if not any(connection.cursor < now for connection in channel.connections):
            return
        if end == now:  # only those whose buffers are full; the others wait for news
            channel.pushed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.25):
                    await channel.pushed.wait()


def slices(connections: list[Connection]) -> Iterator[list[Connection]]:
    return (connections[at : at + SLICE] for at in range(0, len(connections), SLICE))
