"""Slow heads, slow bodies, slow readers, and too many at once, over real sockets: nobody else
notices, and they are gone within the time that is stated."""

import asyncio
import contextlib
import socket

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dialog import patience, sockets
from dialog.patience import Lobby, is_slow
from dialog.protocol import frames as f
from tests.hall import evening, wire_of
from tests.security.fort import PATIENCE, ROOM, Fort, answer, request, say_on, until

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = (
    request("POST /api/join HTTP/1.1\nContent-Type: application/json\nContent-Length: 30")
    + b'{"code": "'
)
HEALTH = "GET /healthz HTTP/1.1"


def test_the_times_that_are_stated():
    assert (patience.HEAD_WITHIN, patience.GRACE, patience.SLOWEST) == (10, 15, 500)
    assert sockets.HELLO_WITHIN == 10


@contextlib.asynccontextmanager
async def one_visitor(app, said: bytes):
    """What the server holds of somebody who has said that, and reads nothing."""
    lobby, loop = Lobby(10), asyncio.get_running_loop()
    config = uvicorn.Config(app, ws="none", lifespan="off")
    config.load()
    given = {"config": config, "server_state": ServerState(), "app_state": {}}
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    server = await loop.create_server(lambda: lobby.protocol(**given), sock=listening)
    try:
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect(listening.getsockname())
            wire.sendall(said)
            while not lobby.here:
                await asyncio.sleep(0.01)
            [it] = lobby.here
            yield it
            it.transport.abort()
            lobby.looking.cancel()
    finally:
        server.close()


def assert_ended_at(it, late: float) -> None:
    """By whoever looks then, and not before."""
    it.look(late - 0.01)
    assert not it.transport.is_closing()
    it.look(late + 0.01)
    assert it.transport.is_closing()


@pytest.mark.parametrize(
    "said, seconds",
    [(b"", 10), (HALF_A_HEAD, 10), (HALF_A_BODY, 15)],
    ids=["nothing", "half a head", "half a body"],
)
async def test_who_is_slow_is_late_at_the_time_that_is_stated_and_not_before(said, seconds):
    begun = asyncio.Event()

    async def app(scope, receive, send):
        begun.set()
        while (await receive())["type"] == "http.request":
            pass

    async with one_visitor(app, said) as it:
        if said == HALF_A_BODY:
            await begun.wait()
        since = it.head_since or it.body_since
        assert_ended_at(it, since + seconds + it.body_size / patience.SLOWEST)


async def test_who_reads_nothing_is_dropped_at_the_time_that_is_stated_and_not_before():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 1_000_000})

    async with one_visitor(app, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n") as it:
        left = 0
        while not left or left != it.transport.get_write_buffer_size():
            left = it.transport.get_write_buffer_size()
            await asyncio.sleep(0.05)
        it.look(it.loop.time())
        assert_ended_at(it, it.answer_since + 15)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A server to which nobody is ever late."""
    fort = Fort(tmp_path_factory.mktemp("calm"), waits=3600)
    fort.start()
    yield fort
    fort.stop()


@pytest.fixture
def crowd():
    """Connects many at once, and lets go of them afterwards."""
    with contextlib.ExitStack() as stack:

        def connected(fort: Fort, many: int, said: bytes) -> list[socket.socket]:
            return [stack.enter_context(fort.wire(said)) for _ in range(many)]

        yield connected


def test_three_hundred_half_heads_stop_nobody_and_are_closed_in_time(fort, crowd):
    wires = crowd(fort, 300, HALF_A_HEAD)
    assert fort.is_well()
    for wire in wires:
        answer(wire)
    assert fort.is_well()


def test_a_head_that_drips_is_told_that_it_is_late(fort):
    with fort.wire(HALF_A_HEAD) as wire, pytest.raises(ConnectionError):
        say_on(wire, b"x")
    with fort.wire(HALF_A_HEAD) as wire:
        assert answer(wire).status == 408


def test_a_connection_that_says_nothing_is_closed_without_a_word(fort):
    """Browsers open some in advance, and would take a word for the answer to their request."""
    with fort.wire() as wire:
        assert answer(wire).raw == b""


def test_bodies_that_never_come_stop_nobody_and_are_closed_in_time(fort, crowd):
    wires = crowd(fort, 20, HALF_A_BODY)
    assert fort.is_well()
    assert {answer(wire).status for wire in wires} == {408}
    assert not fort.mistakes()


def test_who_hangs_up_in_the_middle_of_a_body_leaves_no_trace_in_the_log(fort):
    with fort.wire(HALF_A_BODY):
        pass
    assert fort.is_well()
    assert not fort.mistakes()


def test_what_comes_after_a_refusal_of_a_large_body_is_not_read_for_ever(fort):
    head = "POST /api/join HTTP/1.1\nContent-Type: application/json\nContent-Length: 300000000"
    said = request(head).replace(b"Connection: close\r\n", b"")
    with fort.wire(said) as wire, pytest.raises(ConnectionError):
        say_on(wire, b"x" * 2500)


def test_who_does_not_read_the_answer_is_dropped(fort):
    """A hundred pages are asked for, and none is read."""
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", fort.port))
        wire.settimeout(PATIENCE)
        with pytest.raises(ConnectionError):
            say_on(wire, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
    assert fort.is_well()


@pytest.mark.parametrize(
    "seconds, size, slow",
    [(14, 0, False), (15.1, 0, True), (25, 5000, False), (25, 4999, True), (1000, 500_000, False)],
)
def test_slow_is_less_than_so_many_bytes_a_second_after_a_while(seconds, size, slow):
    assert is_slow(seconds, size) == slow


# ── too many ──────────────────────────────────────────────────────────────────────────────────


def test_who_asks_for_nothing_gives_way_to_who_asks(calm, crowd):
    """Twice as many as there is room for, and not one of them says a word."""
    crowd(calm, 2 * ROOM, b"")
    until(calm.is_well)
    assert [calm.ask(HEALTH).status for _ in range(10)] == [200] * 10


def test_when_all_who_are_there_are_being_served_a_newcomer_is_told_to_come_later(calm, crowd):
    wires = crowd(calm, ROOM, HALF_A_BODY)
    until(lambda: calm.ask(HEALTH).status == 503)  # now all have come in
    answers = [calm.ask(HEALTH) for _ in range(3)]
    assert {it.status for it in answers} == {503}
    assert answers[0].headers["retry-after"] == "5"
    for wire in wires:
        wire.close()
    until(calm.is_well)


async def test_when_the_sockets_are_taken_phones_are_told_to_come_later_and_staff_come_in(calm):
    async with evening(calm, 1, at="") as it, contextlib.AsyncExitStack() as stack:
        most = ROOM * 9 // 10 - 3  # the console, the projector and the phone have theirs
        phone, home = f"ws://127.0.0.1:{calm.port}/ws/{it.session}", calm.address
        wires = (
            connect(phone, origin=home, proxy=None, ping_interval=None, open_timeout=PATIENCE)
            for _ in range(most)
        )
        await asyncio.gather(*map(stack.enter_async_context, wires))
        async with wire_of(it.people[0]) as wire:
            with pytest.raises(ConnectionClosed) as closed:
                await wire.recv()
            assert closed.value.rcvd.code == f.TRY_LATER
        gil = it.screen("console", it.fay)
        assert await gil.until(lambda: "run" in gil.records, PATIENCE)
