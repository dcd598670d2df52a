"""A WebSocket by hand: what no client would say on it, and one that nobody reads."""

import asyncio
import socket
import struct
from typing import Protocol

from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from tests.hall import Evening

TEXT, BINARY, MORE, CLOSE, PING, LAST = 0x1, 0x2, 0x0, 0x8, 0x9, 0x80
NO_MASK = b"\0\0\0\0"
"""A client's frame must be masked with something."""


class Listening(Protocol):
    @property
    def port(self) -> int: ...

    @property
    def address(self) -> str: ...


def frame(opcode: int, payload: bytes = b"") -> bytes:
    return head(opcode, len(payload)) + payload


def head(opcode: int, size: int) -> bytes:
    """Of a frame that says it is so large."""
    if size < 126:
        return struct.pack("!BB", opcode, 0x80 | size) + NO_MASK
    if size < 1 << 16:
        return struct.pack("!BBH", opcode, 0x80 | 126, size) + NO_MASK
    return struct.pack("!BBQ", opcode, 0x80 | 127, size) + NO_MASK


def said(text: bytes) -> bytes:
    return frame(LAST | TEXT, text)


def handshake(
    server: Listening, session: str = "any", cookie: str = "", extensions: str = ""
) -> bytes:
    lines = [
        f"GET /ws/{session} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Origin: {server.address}",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *([f"Sec-WebSocket-Extensions: {extensions}"] if extensions else []),
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


Bare = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def bare(it: Evening, cookie: str) -> Bare:
    """A WebSocket to the session on which nothing has been said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
    writer.write(handshake(it.server, it.session, cookie))
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def stalled_console(it: Evening) -> socket.socket:
    """A console that says hello and then never reads."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", it.server.port))
    one.settimeout(10)
    one.sendall(handshake(it.server, it.session, it.fay.cookie_header))
    assert b" 101 " in one.recv(200)
    one.sendall(said(encode(f.Hello(f.PROTOCOL, "console"))))
    return one
