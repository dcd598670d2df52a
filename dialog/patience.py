"""How long the server waits for those who are slow, and how many it has in at once.

uvicorn waits for ever for the rest of a request and for whoever does not read the answer: three
hundred half-open connections were all there after forty seconds. Nobody is counted by address
here: a whole hall shares one.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from dialog.broadcast import DirectProtocol
from dialog.headers import BARE

HEAD_WITHIN = 10.0
"""Seconds for the whole head of a request."""
GRACE = 15.0
"""Seconds in which a body may come, or an answer be read, as slowly as it likes."""
SLOWEST = 500
"""Bytes a second, on the average, once the grace is over."""
LOOKS = 1.0
"""Seconds between two looks at everybody."""
IDLE_BEFORE_IT_GIVES_WAY = 1.0


class Lobby:
    """Everybody who speaks HTTP with this process; whoever goes over to a WebSocket leaves."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.here: dict[PatientProtocol, None] = {}
        self.looking: asyncio.TimerHandle | None = None

    def protocol(self, **given: Any) -> "PatientProtocol":
        """What uvicorn asks for at every connection."""
        return PatientProtocol(self, **given)

    def enter(self, one: "PatientProtocol") -> bool:
        """False if there is no room, and nobody whose place it could have."""
        if len(one.connections) > self.most and not self._somebody_gives_way(one.loop.time()):
            return False
        self.here[one] = None
        if self.looking is None:
            self.looking = one.loop.call_later(LOOKS, self._look, one.loop)
        return True

    def leave(self, one: "PatientProtocol") -> None:
        self.here.pop(one, None)

    def _somebody_gives_way(self, now: float) -> bool:
        """The one who has waited longest without asking for anything."""
        for one in self.here:
            if one.asks_for_nothing(now):
                one.transport.abort()
                self.leave(one)
                return True
        return False

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for one in list(self.here):
            one.look(now)
        self.looking = loop.call_later(LOOKS, self._look, loop) if self.here else None


class PatientProtocol(H11Protocol):
    """uvicorn's, with an end to its patience."""

    def __init__(self, lobby: Lobby, **given: Any) -> None:
        super().__init__(**given)
        self.lobby = lobby
        self.head_since: float | None = None
        """When the head that has not come whole yet was waited for first."""
        self.body_since, self.body_size = 0.0, 0
        self.answer_since: float | None = None
        self.answer_left = 0

    # ── what uvicorn calls ──

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.head_since = self.loop.time()
        if not self.lobby.enter(self):
            self._say(503, b"Too many are here just now. Try again in a moment.", later=True)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        before = self.cycle
        if self.head_since is None and self._is_between_requests():
            self.head_since = self.loop.time()
        super().data_received(data)
        if self.cycle is not before:
            self.body_since, self.body_size = self.loop.time(), 0
        if not self._is_between_requests():
            self.head_since = None
            self.body_size += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lobby.leave(self)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self.lobby.leave(self)
        super().handle_websocket_upgrade(event)
        its = self.transport.get_protocol()
        if isinstance(its, DirectProtocol) and not self.transport.is_closing():
            self.transport.pause_reading()  # until it has answered
            its.early = bytes(self.conn.trailing_data[0])

    def send_400_response(self, msg: str) -> None:
        """What cannot be read as HTTP is answered from here, and never reaches the application."""
        self._say(400, msg.encode())

    # ── patience ──

    def asks_for_nothing(self, now: float) -> bool:
        since = self.head_since
        return since is not None and now - since > IDLE_BEFORE_IT_GIVES_WAY

    def look(self, now: float) -> None:
        """End the connection if it has been slow for too long."""
        if not self._reads(now):
            self.transport.abort()
        elif self._owes_a_head(now) or self._owes_a_body(now):
            self._late()

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _owes_a_head(self, now: float) -> bool:
        return self.head_since is not None and now - self.head_since > HEAD_WITHIN

    def _owes_a_body(self, now: float) -> bool:
        """Not while it is we who do not read on."""
        waits = not self._is_between_requests() and self.cycle.more_body
        return (
            waits and not self.flow.read_paused and is_slow(now - self.body_since, self.body_size)
        )

    def _reads(self, now: float) -> bool:
        """Whether what has been answered goes out fast enough."""
        left = self.transport.get_write_buffer_size()
        if not left:
            self.answer_since = None
        elif self.answer_since is None or left > self.answer_left:
            self.answer_since, self.answer_left = now, left
        elif is_slow(now - self.answer_since, self.answer_left - left):
            return False
        return True

    def _late(self) -> None:
        """Browsers open connections for later and say nothing on them: those are only closed."""
        silent = self._is_between_requests() and not self.conn.trailing_data[0]
        if not silent and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._say(408, b"The request did not come to its end in time.")
        else:
            self.transport.close()

    def _say(self, status: int, words: bytes, later: bool = False) -> None:
        """A last answer, past the application."""
        headers = [
            *BARE,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
        ]
        headers += [(b"content-length", str(len(words)).encode())]
        headers += [(b"retry-after", b"5")] if later else []
        with contextlib.suppress(h11.LocalProtocolError):  # an answer has begun already
            reason = HTTPStatus(status).phrase.encode()
            answer = h11.Response(status_code=status, headers=headers, reason=reason)
            for event in (answer, h11.Data(data=words), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True  # what the application says now is too late
            self.cycle.message_event.set()
        self.transport.close()


def is_slow(seconds: float, size: int) -> bool:
    return seconds > GRACE and size < (seconds - GRACE) * SLOWEST


class DrainingServer(uvicorn.Server):
    """uvicorn's, that says so at once when it is asked to stop (`stops`), and goes on for `drain`
    seconds, in which a proxy may notice. Asked twice, or from the keyboard, it does not wait."""

    def __init__(self, config: uvicorn.Config, drain: int, stops: Callable[[], None]) -> None:
        super().__init__(config)
        self.drain, self.stops = drain, stops
        self.ends: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.stops()
        if self.drain and self.ends is None and sig == signal.SIGTERM:
            self._captured_signals.append(sig)
            self.ends = time.monotonic() + self.drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self.ends is not None and time.monotonic() >= self.ends:
            self.should_exit = True
        return await super().on_tick(counter)
