"""What a WebSocket can be made to swallow, over bare sockets: the sizes, the pieces, the pings and
the sheer number are limited, and whoever overdoes it hurts nobody else."""

import asyncio
import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dialog.broadcast import FULL, MOST_PIECES, MOST_WAITING
from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from dialog.sockets import MOST_LINES
from tests.by_hand import LAST, MORE, PING, TEXT, frame, handshake, head
from tests.hall import evening, wire_of
from tests.security.fort import Fort, read

HELLO = encode(f.Hello(f.PROTOCOL, "phone"))


@contextlib.contextmanager
def opened(fort: Fort) -> Iterator[socket.socket]:
    """A WebSocket on which nothing has been said."""
    with fort.wire(handshake(fort)) as wire:
        assert wire.recv(4096).startswith(b"HTTP/1.1 101")
        yield wire


def cut_off(wire: socket.socket, said: bytes, most: int) -> int:
    """How many bytes could be sent before the other side hung up."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < most:
            wire.sendall(said)
            sent += len(said)
    return sent


def test_no_packing_of_frames_is_agreed_on(fort):
    with fort.wire(
        handshake(fort, extensions="permessage-deflate; client_max_window_bits")
    ) as wire:
        head = wire.recv(4096).lower()
        assert head.startswith(b"http/1.1 101") and b"deflate" not in head
        wire.sendall(frame(LAST | 0x40 | TEXT, b"\xaa\x02\x00"))  # packed all the same
        assert close_code(wire) == 1002


@pytest.mark.parametrize("size", [f.FRAME_LIMIT + 1, 1 << 24, 1 << 62])
def test_a_frame_that_says_it_is_too_large_is_not_waited_for(fort, size):
    with opened(fort) as wire:
        wire.sendall(head(LAST | TEXT, size))
        assert close_code(wire) == 1009


def test_a_message_in_pieces_is_no_larger_than_one_in_one(fort):
    with opened(fort) as wire:
        wire.sendall(frame(TEXT, b"x" * 8000) + frame(MORE, b"x" * 8000) + frame(MORE, b"x" * 8000))
        assert close_code(wire) == 1009


def test_pieces_without_a_byte_are_not_collected_for_ever(fort):
    with opened(fort) as wire:
        wire.sendall(frame(TEXT))
        assert cut_off(wire, frame(MORE) * (MOST_PIECES // 2), 1 << 24) < 1 << 24
    assert fort.is_well()


def test_who_only_pings_and_never_reads_is_dropped_before_it_fills_the_memory(fort):
    before = fort.memory
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", fort.port))
        wire.settimeout(10)
        wire.sendall(handshake(fort))
        assert cut_off(wire, frame(LAST | PING, b"x" * 100) * 1000, 60 * FULL) < 60 * FULL
    assert fort.memory - before < 20 * FULL
    assert fort.is_well()


async def test_a_phone_has_five_lines_and_the_oldest_gives_way_to_the_newest(fort):
    async with evening(fort, 2) as it, contextlib.AsyncExitStack() as stack:
        ada, eve = it.people
        lines = [await stack.enter_async_context(wire_of(eve)) for _ in range(2 * MOST_LINES)]
        for line in lines:
            await line.send(HELLO, text=True)
            assert b"welcome" in await line.recv(decode=False)
        assert await eve.until(lambda: eve.closes, 60)
        gone = [*eve.closes, *[await code_of(line) for line in lines[:MOST_LINES]]]
        assert gone == [f.ELSEWHERE] * (1 + MOST_LINES), "the page's own was the oldest"
        for line in lines[MOST_LINES:]:
            assert await asyncio.wait_for(await line.ping(), 5) >= 0
        await it.post(ada)
        assert ada.closes == []


async def test_a_phone_that_comes_back_over_and_over_is_told_to_come_later(fort):
    """Each time it is given all there is to see."""
    async with evening(fort, 2) as it:
        ada, eve = it.people
        codes = []
        for _ in range(150):
            async with wire_of(eve) as line:
                await line.send(HELLO, text=True)
                with contextlib.suppress(ConnectionClosed):
                    await line.recv()
            codes.append(line.close_code)
        assert f.TRY_LATER in codes[60:] and f.TRY_LATER not in codes[:50]
        await it.post(ada)
        assert ada.closes == []


async def code_of(line: ClientConnection) -> int:
    """With which code it ends."""
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await line.recv()
    return line.close_code or 0


NOBODY_ELSE_CUTS = """
from dialog import broadcast, cli
broadcast.DirectProtocol.close_timeout = property(lambda it: 3600.0, lambda it, seconds: None)
cli.main()
"""
"""A server on which uvicorn waits for ever for the answer to a close."""


async def test_a_line_that_does_not_hear_that_it_has_given_way_is_cut(serve):
    """Else a phone could keep as many as it likes by never answering."""
    server = serve(program=("-c", NOBODY_ELSE_CUTS))
    async with evening(server, 1) as it, contextlib.AsyncExitStack() as stack:
        eve = it.people[0]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(handshake(server, session=it.session, cookie=eve.cookie))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        writer.write(frame(LAST | TEXT, HELLO))
        assert b"welcome" in await reader.read(4096)
        for _ in range(MOST_LINES):
            line = await stack.enter_async_context(wire_of(eve))
            await line.send(HELLO, text=True)
            await line.recv()
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(30):  # uvicorn's own pings find it deaf after forty
                while await reader.read(4096):
                    pass
        writer.close()


def test_a_flood_of_tiny_messages_is_cut_off_before_it_fills_the_memory(fort):
    before = fort.memory
    with opened(fort) as wire:
        assert cut_off(wire, frame(LAST | TEXT) * (4 * MOST_WAITING), 1 << 24) < 1 << 24
    assert fort.memory - before < 16 << 20
    assert fort.is_well()


async def test_messages_are_read_at_a_walk(fort):
    """A hundred at once, then twenty a second: nobody is refused for it, and nobody else waits."""
    async with evening(fort, 1) as it, wire_of(it.people[0]) as wire:
        await wire.send(HELLO, text=True)
        began, pongs = time.monotonic(), 0
        for _ in range(130):
            await wire.send('{"t":"ping"}')
        while pongs < 130:
            pongs += '"pong"' in str(await asyncio.wait_for(wire.recv(), 60))
        assert time.monotonic() - began > 1.0
        await it.post(it.people[0])


async def test_noise_of_any_kind_hurts_only_its_sender(fort):
    async with evening(fort, 1) as it:
        [ada] = it.people
        for _ in range(20):
            async with connect(
                f"ws://127.0.0.1:{fort.port}/ws/{it.session}", origin=fort.address, proxy=None
            ) as wire:
                with contextlib.suppress(Exception):
                    await wire.send(os.urandom(200))
                    await wire.send(os.urandom(50).hex())
        await it.post(ada)
        assert ada.closes == []
    assert not fort.mistakes()


def close_code(wire: socket.socket) -> int:
    """The code with which the other side closes."""
    data = b"".join(iter(lambda: read(wire), b""))
    assert data[0] == LAST | 0x8, data[:40]
    return int(struct.unpack("!H", data[2:4])[0])


def test_bytes_after_the_handshake_that_are_no_frame_end_it(fort):
    with opened(fort) as wire:
        wire.sendall(b"\xff" * 100)
        assert close_code(wire) == 1002


SLOW_TO_ACCEPT = """
import asyncio
from dialog import cli, sockets
soon = sockets.Sockets.serve
async def late(self, socket):
    await asyncio.sleep(0.5)
    await soon(self, socket)
sockets.Sockets.serve = late
cli.main()
"""


@pytest.mark.parametrize("later", [0.0, 0.2])
def test_no_ping_is_answered_before_the_handshake_is(serve, later):
    server = serve(program=("-c", SLOW_TO_ACCEPT))
    with socket.create_connection(("127.0.0.1", server.port), 10) as wire:
        ping = frame(LAST | PING, b"early")
        wire.sendall(handshake(server) + (b"" if later else ping))
        time.sleep(later)
        wire.sendall(ping if later else b"")
        said = b""
        while b"early" not in said and (more := wire.recv(4096)):
            said += more
        assert said.startswith(b"HTTP/1.1 101") and said.endswith(b"early")


def test_frames_that_come_before_the_handshake_is_answered_are_read_when_it_is(fort):
    """In their turn, when many come at once: HTTP does not read what is a WebSocket's already."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(fort.wire(handshake(fort))) for _ in range(100)]
        for wire in reversed(wires):
            wire.sendall(frame(LAST | 0x9, b"early"))
        for wire in wires:
            said = b""
            while b"early" not in said:
                said += wire.recv(4096)
            assert said.startswith(b"HTTP/1.1 101")
    assert not fort.mistakes()
