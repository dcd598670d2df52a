"""What can be sent over a socket that no page would send: whoever sends it is closed with the code
that is due, and nobody else notices."""

import asyncio
import contextlib
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dialog.protocol import frames as f
from dialog.protocol.codec import Unreadable, encode
from dialog.protocol.commands import EndSession, ParticipantCommand
from dialog.rehearsal.visitor import Visitor
from dialog.sockets import MOST_LINES, decode
from tests.by_hand import BINARY, CLOSE, LAST, MORE, TEXT, bare, frame, head, said
from tests.faults import odd
from tests.hall import ROOT, Evening, evening

HELLO = encode(f.Hello(f.PROTOCOL, "phone"))
MEGABYTE = 1 << 20
GONE = 1006
"""The line was cut without a word."""


NO_LETTERS = (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80")
TOO_LARGE = (f.FRAME_LIMIT + 1, 1 << 20, 1 << 62)
NO_HELLO = (b'{"t":"ping"}', b"[]", b"", b"null", HELLO[:-1])

Made = Callable[[random.Random], bytes]

KINDS: dict[str, tuple[int, Made]] = {
    "nothing": (f.HELLO_TIMEOUT, lambda _: b""),
    "bytes that are no frame": (
        1002,
        lambda chance: bytes((0x70 | chance.randrange(16), 0x80 | 20)) + chance.randbytes(44),
    ),
    "a frame without a mask": (1002, lambda _: bytes((LAST | TEXT, len(HELLO))) + HELLO),
    "a kind of frame that there is not": (
        1002,
        lambda chance: frame(LAST | chance.randrange(3, 8), b"x"),
    ),
    "packed though nothing was agreed on": (
        1002,
        lambda chance: frame(LAST | 0x40 | TEXT, chance.randbytes(30)),
    ),
    "a close of one byte": (1002, lambda _: frame(LAST | CLOSE, b"x")),
    "letters that are none": (
        1007,
        lambda chance: said(b'{"t":"hello' + chance.choice(NO_LETTERS)),
    ),
    "bytes instead of text": (
        1003,
        lambda chance: frame(LAST | BINARY, chance.randbytes(chance.randrange(100))),
    ),
    "a frame that is too large": (
        1009,
        lambda chance: head(LAST | TEXT, chance.choice(TOO_LARGE)),
    ),
    "too large in pieces": (1009, lambda _: frame(TEXT, b"x" * 9000) + frame(MORE, b"x" * 9000)),
    "something else than a hello": (f.MALFORMED, lambda chance: said(chance.choice(NO_HELLO))),
    "another version": (
        f.RELOAD,
        lambda chance: said(encode(f.Hello(chance.choice([0, -1, 2, 2**62]), "phone"))),
    ),
    "a second hello": (f.MALFORMED, lambda _: said(HELLO) * 2),
    "frames that cannot be read": (
        f.MALFORMED,
        lambda chance: said(HELLO) + b"".join(said(unreadable(chance)) for _ in range(5)),
    ),
    "an audience of staff": (
        f.NOT_ADMITTED,
        lambda chance: said(encode(f.Hello(f.PROTOCOL, chance.choice(["console", "board"])))),
    ),
}
"""What is sent -> the code with which it ends, and how it is made."""


def unreadable(chance: random.Random) -> bytes:
    """Letters, but no frame."""
    spoilt = odd.spoilt(b'{"t":"ping"}', chance)[:999].decode(errors="replace")
    return b"!" + spoilt.encode(errors="replace")


async def code_after(it: Evening, cookie: str, what: bytes, within: float = 30.0) -> int:
    """With which code a phone's connection ends on which that has been sent."""
    reader, writer = await bare(it, cookie)
    data = b""
    try:
        writer.write(what)
        async with asyncio.timeout(within):
            with contextlib.suppress(ConnectionError):
                while closing_code(data) == GONE and (more := await reader.read(65536)):
                    data += more
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return closing_code(data)


def closing_code(data: bytes) -> int:
    """The code in the last of a server's frames, if that is a close."""
    while len(data) > 1:
        size, start = data[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        if data[0] == LAST | CLOSE and size >= 2 and len(data) >= start + 2:
            return int.from_bytes(data[start : start + 2], "big")
        data = data[start + size :]
    return GONE


async def test_frames_of_every_bad_kind_end_with_the_code_that_is_due(watched, length, verdict):
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server = watched()
    async with evening(server, 3) as it:
        before, waits = server.memory, Waits(it)
        writing = asyncio.create_task(waits.write())
        often = [kind for kind in KINDS if kind != "nothing"]  # which takes ten seconds
        kinds = [*length(often, list(KINDS)), *chance.choices(often, k=length(60, 600))]
        eve = Visitor(server.address)
        await eve.post("/api/join", code=it.code)
        bad = [one(it, eve.cookie_header, kind, KINDS[kind][1](chance)) for kind in kinds]
        ends = await at_most(MOST_LINES - 1, bad)
        wrong = [end for end in ends if end]
        assert not wrong, f"seed {seed}: {wrong[:5]}"
        waits.over = True
        await writing
        assert server.memory - before < 50 * MEGABYTE
        assert it.people[0].closes == []
        await verdict(
            "F11",
            "bad frames",
            it,
            connections=len(kinds),
            seed=seed,
            megabytes_more=round((server.memory - before) / MEGABYTE, 1),
            healthy_slowest_twentieth_ms=waits.slowest(),
        )
    assert not server.mistakes()


class Waits:
    """A healthy phone beside."""

    def __init__(self, it: Evening) -> None:
        self.it, self.over, self.waits = it, False, [0.0]

    async def write(self) -> None:
        while not self.over:
            began = time.monotonic()
            await self.it.post(self.it.people[0])
            self.waits.append(time.monotonic() - began)
            await asyncio.sleep(0.5)

    def slowest(self) -> float:
        return round(statistics.quantiles([*self.waits, 0.0], n=20)[-1] * 1000)


async def one(it: Evening, cookie: str, kind: str, what: bytes) -> str:
    """ "" if it ended as is due."""
    code = await code_after(it, cookie, what)
    return "" if code == KINDS[kind][0] else f"{kind}: {code} after {what[:60]!r}"


async def at_most(number: int, work: list) -> list:
    """All of it, so many at a time."""
    turn = asyncio.Semaphore(number)

    async def in_turn(each):
        async with turn:
            return await each

    return await asyncio.gather(*map(in_turn, work))


async def test_readable_frames_with_odd_values_from_phone_and_staff_end_nothing(
    watched, length, note
):
    """Over live sockets, and to disk: whatever is granted has to be kept, read and drawn."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    server = watched()
    wishes = made_up(seed, length(1, 4))
    async with evening(server, length(5, 12)) as it:
        before, waits = server.memory, Waits(it)
        writing = asyncio.create_task(waits.write())
        chance = random.Random(seed)
        for n, wish in enumerate(wishes):
            phone = it.people[1 + n % (len(it.people) - 1)]
            theirs = isinstance(wish, ParticipantCommand)
            screen = it.console if theirs == (n % 5 == 0) else phone  # one in five has no right
            op = "".join(chance.choices("abcdefgh", k=20))
            screen.send(wish, op).answer.add_done_callback(lambda answer: answer.exception())
            if n % 20 == 19:
                await screen.until(lambda: len(it.console.outbox) < 20, 60)
        assert await it.console.until(lambda: not it.console.outbox, 120)
        for person in it.people[1:]:
            person.outbox.clear()  # what it waits for may be forbidden by now, and comes never
        waits.over = True
        writing.cancel()
        assert server.is_alive() and server.memory - before < 100 * MEGABYTE
        log = server.log_of(it.session)[1]
        note("F11", "readable frames with odd values", wishes=len(wishes), seed=seed, log=len(log))
    assert not server.mistakes(), f"seed {seed}"


def made_up(seed: int, number: int) -> list:
    """Of every kind the simplest wish, and so many others; of one seed always the same. What ends
    the session comes last."""
    found = [odd.plain(type) for type in odd.TYPES]

    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*(odd.wish(type) for type in odd.TYPES)))
    def collect(wishes):
        found.extend(wishes)

    collect._hypothesis_internal_use_seed = seed  # type: ignore[attr-defined]
    collect()
    random.Random(seed).shuffle(found)
    return sorted(found, key=lambda wish: isinstance(wish, EndSession))


# ── the decoder ─────────────────────────────────────────────────────────────────────────────────

readable = st.one_of(*(odd.wish(type) for type in odd.TYPES)).map(
    lambda wish: encode(f.Do("o" * 20, wish))
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text() | st.binary().map(lambda it: it.decode(errors="surrogateescape")))
def test_any_text_is_a_frame_or_unreadable(text):
    is_read_or_not(text)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(readable, st.randoms(use_true_random=False))
def test_any_frame_with_something_wrong_in_it_is_a_frame_or_unreadable(text, chance):
    is_read_or_not(odd.spoilt(text, chance).decode(errors="replace"))


def is_read_or_not(text: str) -> None:
    try:
        found = decode(text)
    except Unreadable:
        return
    assert isinstance(found, f.Hello | f.Do | f.Ping)
    assert decode(encode(found).decode()) == found


def test_what_a_fuzzer_finds_its_way_to_is_a_frame_or_unreadable(length, note, tmp_path):
    """Atheris, which looks where the code goes: the decoder, and behind it the rules."""
    seconds = length(5, 60)
    done = subprocess.run(
        [sys.executable, "-m", "bench.fuzz", "--seconds", str(seconds), "--found", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    tried = re.search(r"^Done (\d+) runs", done.stderr, re.M)
    assert tried, done.stderr[-3000:]
    note("F11", "coverage-guided", tried=int(tried[1]), seconds=seconds)
