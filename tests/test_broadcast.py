"""One encoded frame to many sockets."""

import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect
from websockets.frames import Frame as Parsed
from websockets.frames import Opcode
from websockets.streams import StreamReader

from dialog.broadcast import FULL, Connection, Frame
from tests.screen import Screen, payload
from tests.test_live import until


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 200_000])
def test_a_frame_is_what_the_protocol_says(length):
    frame = Frame(b"x" * length)
    reader = StreamReader()
    reader.feed_data(frame.data)
    reader.feed_eof()
    parsing = Parsed.parse(reader.read_exact, mask=False, max_size=2**20)
    with pytest.raises(StopIteration) as parsed:
        while True:
            next(parsing)
    read = parsed.value.value
    assert (read.opcode, read.fin, bytes(read.data)) == (Opcode.TEXT, True, frame.payload)
    assert payload(frame.data) == frame.payload


class Socket:
    """A WebSocket without the extension, such as other servers and test clients give."""

    def __init__(self, fails=None):
        self.scope, self.sent, self.fails = {}, [], fails
        self.may_send = asyncio.Event()
        self.may_send.set()

    async def send_text(self, text):
        await self.may_send.wait()
        if self.fails:
            raise self.fails
        self.sent.append(text)


async def test_without_the_extension_frames_are_sent_plainly_and_in_order():
    socket = Socket()
    connection = Connection(socket)
    for n in range(100):
        connection.write(Frame(f"frame {n}".encode()))
        if n % 7 == 0:
            await asyncio.sleep(0)
    await until(lambda: len(socket.sent) == 100)
    assert socket.sent == [f"frame {n}" for n in range(100)]


async def test_what_cannot_be_sent_is_counted_as_waiting():
    socket = Socket()
    socket.may_send.clear()
    connection = Connection(socket)
    while not connection.is_full():
        connection.write(Frame(b"x" * 10_000))
    assert sum(len(frame.payload) for frame in connection.outgoing) > FULL
    await asyncio.sleep(0)
    socket.may_send.set()
    await until(lambda: not connection.outgoing)
    assert not connection.is_full()


@pytest.mark.parametrize("error", [WebSocketDisconnect(1006), RuntimeError("closed")])
async def test_a_socket_that_is_gone_takes_its_frames_along(error):
    connection = Connection(Socket(error))
    connection.write(Frame(b"one"))
    connection.write(Frame(b"two"))
    await until(lambda: connection.sending.done())
    assert not connection.outgoing
    connection.sending.result()


async def test_a_dropped_connection_sends_nothing_more():
    socket = Socket()
    socket.may_send.clear()
    connection = Connection(socket)
    connection.write(Frame(b"never"))
    await asyncio.sleep(0)
    connection.drop()
    socket.may_send.set()
    await asyncio.sleep(0.01)
    assert socket.sent == []


def test_with_the_extension_bytes_go_straight_to_the_transport():
    screen = Screen()
    frame = Frame(b'{"t":"pong","now":7}')
    screen.connection.write(frame)
    assert screen.frames[0].now == 7
    assert not screen.connection.is_full()
    screen.reads = False
    assert screen.connection.is_full()
    screen.connection.drop()
    assert screen.dropped
