"""Between the hall and the server: delay, resets, silence, refusal, frames cut in two."""

import asyncio
import contextlib
import time

from dialog.protocol import frames as f
from dialog.protocol.codec import encode
from tests.by_hand import LAST, TEXT, Bare, bare, head, said
from tests.faults.toxic import Toxic
from tests.hall import Evening, evening

HURRIED_PINGS = """
import dialog.cli.serving as it
from dialog.cli import main
made = it.server_config
def hurried(*given):
    config = made(*given)
    config.ws_ping_interval = config.ws_ping_timeout = {seconds}
    return config
it.server_config = hurried
main()
"""


async def through(it: Evening, toxic: Toxic) -> None:
    """Everybody's way leads through the bad network from now on."""
    for screen in it.screens:
        screen.address, screen.addresses = toxic.address, [toxic.address]
        screen.hang_up()
    for screen in it.screens:
        assert await screen.until(lambda screen=screen: screen.is_open and screen.closes, 60)


async def test_whatever_a_bad_network_does_everything_arrives_once(watched, length, verdict):
    """Delay, resets of a third, silence, refusal, and frames cut in two, one after the other."""
    server = watched()
    people, seconds = length(15, 60), length(0.15, 1.0)
    async with evening(server, people) as it, Toxic(server.port) as toxic:
        await through(it, toxic)
        began = time.monotonic()
        async with it.everybody_writing(0.5):
            await it.more_promises(people)
            toxic.delay = (0.05, 0.25)
            await it.more_promises(people)
            resets = 0
            for _ in range(5):
                resets += toxic.reset(0.3)
                await asyncio.sleep(2 * seconds)
            toxic.heal()
            toxic.swallow()
            await asyncio.sleep(15 * seconds)
            toxic.heal()
            await it.more_promises(people // 2, 40)
            await toxic.refuse()
            await asyncio.sleep(5 * seconds)
            await toxic.listen()
            await it.more_promises(people // 2, 40)
            toxic.cuts = 0.1
            await asyncio.sleep(8 * seconds)
            async with asyncio.timeout(20):
                while not toxic.has_cut:
                    await asyncio.sleep(0.05)
            toxic.heal()
        ended = time.monotonic()
        await verdict(
            "F6",
            "delay, resets, silence, refusal, frames cut in two",
            it,
            phones=people,
            resets=resets,
            cut=toxic.has_cut,
            seconds=round(ended - began, 1),
        )
        assert resets and not server.mistakes()


# ── half a frame, and then nothing ──────────────────────────────────────────────────────────────


def half(text: bytes) -> bytes:
    """A frame that says how long it is and ends in the middle."""
    return head(LAST | TEXT, len(text) + 200) + text


async def last_said(it: Evening, text: bytes, hello: bool) -> Bare:
    """A phone's connection on which half of `text` is the last thing that comes."""
    reader, writer = await bare(it, it.people[0].cookie)
    if hello:
        writer.write(said(encode(f.Hello(f.PROTOCOL, "phone"))))
    writer.write(half(text))
    return reader, writer


async def ends(one: Bare, within: float) -> None:
    """Reading all that comes, until the other end is gone."""
    reader, writer = one
    async with asyncio.timeout(within):
        with contextlib.suppress(ConnectionError):
            while await reader.read(65536):
                pass
    writer.close()


async def test_half_a_frame_and_then_silence_is_closed_in_time_and_costs_nothing(
    watched, length, verdict
):
    pings = length(2, 5)
    server = watched(run=("-c", HURRIED_PINGS.format(seconds=pings)))
    async with evening(server, 2) as it:
        before, began = server.memory, time.monotonic()
        ada, bo = it.people
        hello, wish = b'{"t":"hello",' + b" " * 9000, b'{"t":"do","op":"' + b"x" * 9000
        halves = [await last_said(it, hello, hello=False) for _ in range(length(20, 100))]
        halves += [await last_said(it, wish, hello=True) for _ in range(4)]
        for _ in range(5):
            await it.post(bo)
        await asyncio.gather(*(ends(one, 2 * pings + 25) for one in halves))
        gone = time.monotonic()
        assert server.memory - before < 16 << 20
        for _ in range(5):
            await it.post(bo)
        assert bo.closes == []
        await verdict(
            "F6",
            "half a frame and then silence",
            it,
            connections=len(halves),
            gone_after=round(gone - began, 1),
            megabytes=round((server.memory - before) / 2**20, 1),
        )
        assert not server.mistakes()
