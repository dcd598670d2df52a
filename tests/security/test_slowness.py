"""Slow heads, slow bodies, slow readers, and too many at once, over real sockets: nobody else
notices, and they are gone within the time that is stated."""

import asyncio
import contextlib
import socket
import time

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dialog import patience, sockets
from dialog.patience import is_slow
from dialog.protocol import frames as f
from tests.hall import evening, wire_of
from tests.security.fort import GRACE, HEAD_WITHIN, ROOM, Fort, answer, closed_after, request

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = (
    request("POST /api/join HTTP/1.1\nContent-Type: application/json\nContent-Length: 30")
    + b'{"code": "'
)
LATER = 6
"""Seconds more than stated, on a busy machine."""


def test_the_times_that_are_stated():
    assert (patience.HEAD_WITHIN, patience.GRACE, patience.SLOWEST) == (10, 15, 500)
    assert sockets.HELLO_WITHIN == 10


@pytest.fixture
def crowd(fort: Fort):
    """Connects many at once, and lets go of them afterwards."""
    with contextlib.ExitStack() as stack:

        def connected(many: int, said: bytes) -> list[socket.socket]:
            wires = [stack.enter_context(fort.dialled()) for _ in range(many)]
            for wire in wires:
                with contextlib.suppress(ConnectionError):
                    wire.sendall(said)
            return wires

        yield connected


def test_three_hundred_half_heads_stop_nobody_and_are_closed_in_time(fort, crowd):
    began = time.monotonic()
    wires = crowd(300, HALF_A_HEAD)
    assert fort.is_well()
    slowest = max(closed_after(wire, began) for wire in wires)
    assert slowest < HEAD_WITHIN + LATER
    assert fort.is_well()


def test_a_head_that_drips_is_told_that_it_is_late(fort):
    with fort.wire(HALF_A_HEAD) as wire:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < HEAD_WITHIN + LATER:
                wire.sendall(b"x")
                time.sleep(0.05)
        assert time.monotonic() - began < HEAD_WITHIN + LATER
    with fort.wire(HALF_A_HEAD) as wire:
        assert answer(wire).status == 408


def test_a_connection_that_says_nothing_is_closed_without_a_word(fort):
    """Browsers open some in advance, and would take a word for the answer to their request."""
    with fort.wire() as wire:
        began = time.monotonic()
        assert answer(wire).raw == b""
        assert time.monotonic() - began < HEAD_WITHIN + LATER


def test_bodies_that_never_come_stop_nobody_and_are_closed_in_time(fort, crowd):
    wires = crowd(20, HALF_A_BODY)
    began = time.monotonic()
    assert fort.is_well()
    assert answer(wires[0]).status == 408
    assert max(closed_after(wire, began) for wire in wires) < GRACE + LATER
    assert not fort.mistakes()


def test_who_hangs_up_in_the_middle_of_a_body_leaves_no_trace_in_the_log(fort):
    with fort.wire(HALF_A_BODY):
        pass
    assert fort.is_well()
    assert not fort.mistakes()


def test_what_comes_after_a_refusal_of_a_large_body_is_not_read_for_ever(fort):
    head = "POST /api/join HTTP/1.1\nContent-Type: application/json\nContent-Length: 300000000"
    with fort.wire(request(head).replace(b"Connection: close\r\n", b"")) as wire:
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < 10:
                wire.sendall(b"x" * 1000)
                time.sleep(0.02)
        assert time.monotonic() - began < HEAD_WITHIN + LATER


def test_who_does_not_read_the_answer_is_dropped(fort):
    """A hundred pages are asked for, and none is read."""
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", fort.port))
        wire.settimeout(GRACE + LATER)
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < GRACE + LATER:
                wire.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
                time.sleep(0.05)
    assert fort.is_well()


@pytest.mark.parametrize(
    "seconds, size, slow",
    [(14, 0, False), (15.1, 0, True), (25, 5000, False), (25, 4999, True), (1000, 500_000, False)],
)
def test_slow_is_less_than_so_many_bytes_a_second_after_a_while(seconds, size, slow):
    assert is_slow(seconds, size) == slow


# ── too many ──────────────────────────────────────────────────────────────────────────────────


def test_who_asks_for_nothing_gives_way_to_who_asks(fort, crowd):
    """Twice as many as there is room for, and not one of them says a word."""
    crowd(2 * ROOM, b"")
    time.sleep(0.2)
    assert [fort.ask("GET /healthz HTTP/1.1").status for _ in range(10)] == [200] * 10


def test_when_all_who_are_there_are_being_served_a_newcomer_is_told_to_come_later(fort, crowd):
    crowd(ROOM, HALF_A_BODY)
    time.sleep(0.2)
    answers = [fort.ask("GET /healthz HTTP/1.1") for _ in range(3)]
    assert {it.status for it in answers} == {503}
    assert answers[0].headers["retry-after"] == "5"
    time.sleep(GRACE + 0.5)
    assert fort.is_well()


async def test_when_the_sockets_are_taken_phones_are_told_to_come_later_and_staff_come_in(fort):
    async with evening(fort, 1, at="") as it, contextlib.AsyncExitStack() as stack:
        most = ROOM * 9 // 10 - 3  # the console, the projector and the phone have theirs
        phone, home = f"ws://127.0.0.1:{fort.port}/ws/{it.session}", fort.address
        wires = (connect(phone, origin=home, proxy=None, ping_interval=None) for _ in range(most))
        await asyncio.gather(*map(stack.enter_async_context, wires))
        async with wire_of(it.people[0]) as wire:
            with pytest.raises(ConnectionClosed) as closed:
                await wire.recv()
            assert closed.value.rcvd.code == f.TRY_LATER
        gil = it.screen("console", it.fay)
        assert await gil.until(lambda: "run" in gil.records, 5)
