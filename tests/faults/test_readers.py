"""Forty of ninety screens stop reading while much is written: what that costs, and whom."""

import asyncio
import re
import secrets
import statistics
import subprocess
import time
from pathlib import Path
from string import ascii_lowercase

from dialog.rehearsal.screen import Screen
from tests.by_hand import stalled_console
from tests.faults.watched import Watched
from tests.hall import Evening, evening

MEGABYTE = 1 << 20
STALLED, HEALTHY = 40, 50
EACH = "fler bänkar längs ån " * 18
"""With what makes each of them another, some 400 bytes."""
UNLIMITED = """
import dialog.channel, dialog.cli, dialog.limits
dialog.limits.Buckets.take = lambda self, key: 0.0
dialog.channel.STALLED = {patience}
dialog.cli.main()
"""


def kernel_memory(server: Watched) -> int:
    """Bytes that the kernel keeps for the server's connections, at both ends."""
    ports = f"( sport = :{server.port} or dport = :{server.port} )"
    said = subprocess.run(["ss", "-tmnH", ports], check=True, capture_output=True, text=True)
    kept = re.findall(r"skmem:\(r(\d+),rb\d+,t(\d+),tb\d+,f(\d+),w(\d+)", said.stdout)
    return sum(int(number) for each in kept for number in each)


def all_tcp_memory() -> int:
    """Bytes of all connections of this machine, as the kernel counts them: in whole pages."""
    line = re.search(r"^TCP:.* mem (\d+)", Path("/proc/net/sockstat").read_text(), re.M)
    assert line
    return int(line[1]) * 4096


def connections(server: Watched) -> int:
    """Established at the server's end."""
    asked = ["ss", "-tnH", "state", "established", f"( sport = :{server.port} )"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True)
    return len(said.stdout.splitlines())


class Load:
    """People who write some 300 contributions a second together, and how long it takes until a
    console shows them."""

    def __init__(self, it: Evening) -> None:
        self.it, self.delays, self.over = it, [0.0], False

    async def write(self, person: Screen) -> None:
        while not self.over:
            words = "".join(secrets.choice(ascii_lowercase) for _ in range(16))
            await self.it.post(person, f"{EACH}{words}")
            await asyncio.sleep(HEALTHY / 300 * (0.5 + secrets.randbelow(1000) / 1000))

    async def measure(self) -> None:
        """One who looks at the clock."""
        console, [person, *_] = self.it.console, self.it.people
        while not self.over:
            began = time.monotonic()
            ack = await self.it.post(person)
            assert await console.until(lambda seq=ack.seq: console.seq >= seq, 60)
            self.delays.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    async def more(self, number: int) -> float:
        """While so many more are written, how long the slowest tenth took at least."""
        self.delays.clear()
        await self.it.more_promises(number, 120)
        return statistics.quantiles(self.delays, n=10)[-1]


async def test_forty_of_ninety_stop_reading_and_cost_little_and_delay_nobody(
    watched, length, verdict
):
    patience = length(3, 15)
    server = watched(run=("-c", UNLIMITED.format(patience=patience)))
    async with evening(server, HEALTHY) as it:
        load = Load(it)
        writing = [asyncio.create_task(load.write(person)) for person in it.people]
        writing.append(asyncio.create_task(load.measure()))
        before = await load.more(length(200, 800))
        there, kernel, everybodys = connections(server), kernel_memory(server), all_tcp_memory()
        stalled = [await asyncio.to_thread(stalled_console, it) for _ in range(STALLED)]
        began, most, most_of_all, gone_after = time.monotonic(), 0, 0, 0.0
        watching = asyncio.create_task(load.more(length(700, 2500)))
        while not watching.done() or connections(server) > there:
            assert time.monotonic() - began < 120, "those who do not read are still there"
            most = max(most, kernel_memory(server) - kernel)
            most_of_all = max(most_of_all, all_tcp_memory() - everybodys)
            if connections(server) > there:
                gone_after = time.monotonic() - began
            await asyncio.sleep(0.25)
        during = await watching
        load.over = True
        await asyncio.gather(*writing)
        for one in stalled:
            one.close()
        await verdict(
            "F8",
            "forty of ninety stop reading",
            it,
            megabytes_of_kernel=round(most / MEGABYTE, 1),
            megabytes_of_all_tcp=round(most_of_all / MEGABYTE, 1),
            megabytes_of_process=round(server.memory / MEGABYTE, 1),
            gone_after=round(gone_after, 1),
            slowest_tenth_before=round(before, 3),
            slowest_tenth_during=round(during, 3),
        )
        assert most < 10 * MEGABYTE
        # Between two short windows a busy machine differs more from itself than that.
        assert during < length(30, 3 * before + 0.5)
        assert not any(screen.closes for screen in it.screens), "a healthy one was dropped"
    assert not server.mistakes()
