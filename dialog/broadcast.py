"""One encoded frame to many sockets.

`DirectProtocol` is uvicorn's WebSocket protocol with one addition: it offers its transport to the
application as the ASGI extension `dialog.direct`, so that a frame is put together once and
written to each transport. Under `await send` one phone that stopped reading holds up the hall.
Where the extension is missing (another server, a test client), `Connection` sends plainly.
"""

import asyncio
import struct
from collections import deque
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame as WireFrame
from websockets.http11 import Request

EXTENSION = "dialog.direct"
FULL = 256 * 1024
"""Bytes waiting in one connection's buffer above which nothing more is put there."""
MOST_PIECES = 100
"""Frames that one message may come in: uvicorn keeps each, also those without a byte."""
MOST_WAITING = 1000
"""Messages of one connection that nobody has looked at: the smallest are 50 times larger in memory
than on the wire."""


class Frame:
    """A server text frame, ready for every socket."""

    __slots__ = ("begins", "data")

    def __init__(self, payload: bytes) -> None:
        head = header(len(payload))
        self.data, self.begins = head + payload, len(head)

    @property
    def payload(self) -> bytes:
        """Cut out when it is asked for: patches are kept, and nearly all go as they are."""
        return self.data[self.begins :]

    def __len__(self) -> int:
        """Bytes on the wire."""
        return len(self.data)


def header(length: int) -> bytes:
    """FIN + text opcode, unmasked, with the length in its three forms (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, length)
    return struct.pack("!BBQ", 0x81, 127, length)


class DirectProtocol(WebSocketsSansIOProtocol):
    """Offers itself in `scope["extensions"]`. `early`: what came together with the request."""

    early = b""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    async def send(self, message: Any) -> None:
        """Nothing is read before the handshake is answered: a pong must not come before it."""
        first = not self.handshake_complete
        await super().send(message)
        if first and self.handshake_complete and not self.transport.is_closing():
            early, self.early = self.early, b""
            if early:
                self.data_received(early)
            if not self.read_paused:
                self.transport.resume_reading()

    def handle_cont(self, event: WireFrame) -> None:
        if len(self.frames) >= MOST_PIECES:
            self.abort()
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        """Every ping is answered: who only pings and never reads would fill our memory."""
        if self.buffered() > FULL:
            self.abort()
        else:
            super().handle_ping()

    def send_receive_event_to_app(self) -> None:
        if self.queue.qsize() >= MOST_WAITING:
            self.abort()
        else:
            super().send_receive_event_to_app()

    def write_now(self, data: bytes) -> None:
        """Hand bytes to the transport without waiting. Whole frames only."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(data)

    def take(self, data: bytes) -> bool:
        """The same if there is room; whether it was done. Every phone comes by here at every tick:
        what is asked is asked once, and nothing is called that need not be."""
        transport = self.transport
        if (
            self.close_sent
            or not self.handshake_complete
            or transport.is_closing()
            or transport.get_write_buffer_size() > FULL
        ):
            return False
        transport.write(data)
        return True

    def buffered(self) -> int:
        return self.transport.get_write_buffer_size()

    def abort(self) -> None:
        """Drop the connection at once: a close handshake would wait behind a full buffer."""
        self.transport.abort()


class Connection:
    """One open socket, seen from the side that writes to it."""

    __slots__ = ("cursor", "direct", "full_since", "outgoing", "sending", "socket")

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.direct: DirectProtocol | None = socket.scope.get("extensions", {}).get(EXTENSION)
        self.cursor = -1
        """Number of the next patch in its channel's ring; -1 before it has been given a view."""
        self.full_since: float | None = None
        self.outgoing: deque[Frame] = deque()
        self.sending: asyncio.Task[None] | None = None

    def write(self, frame: Frame) -> None:
        """Send `frame` without waiting."""
        if self.direct is not None:
            self.direct.write_now(frame.data)
            return
        self.outgoing.append(frame)
        if self.sending is None or self.sending.done():
            self.sending = asyncio.get_running_loop().create_task(self._send_plainly())

    def take(self, data: bytes) -> bool:
        """Send the bytes of a frame at once, if that can be done and there is room."""
        return self.direct is not None and self.direct.take(data)

    def is_full(self) -> bool:
        if self.direct is not None:
            return self.direct.buffered() > FULL
        return sum(map(len, self.outgoing)) > FULL

    def drop(self) -> None:
        """End a connection that does not read."""
        if self.direct is not None:
            self.direct.abort()
        elif self.sending is not None:
            self.sending.cancel()

    async def _send_plainly(self) -> None:
        try:
            while self.outgoing:
                await self.socket.send_text(self.outgoing.popleft().payload.decode())
        except (WebSocketDisconnect, RuntimeError):
            self.outgoing.clear()
