"""A network in between that is as bad as it is told to be: it delays, cuts, resets, swallows."""

import asyncio
import contextlib
import random
import socket
import struct
from types import TracebackType

AT_ONCE = 64 * 1024
RESETS = struct.pack("ii", 1, 0)
"""SO_LINGER: what has not been sent is thrown away, and the other end is told so."""


class Toxic:
    """A TCP proxy to a port of this machine.

    `delay`: seconds from and to; `cuts`: the share of pieces of which half is passed on, and then
    the connection is no more. While `blackhole` is set nothing comes through, nobody is told, and
    what was said meanwhile comes later.
    """

    def __init__(self, port: int) -> None:
        self.behind, self.port = port, 0
        self.delay = (0.0, 0.0)
        self.cuts = 0.0
        self.through = asyncio.Event()
        self.through.set()
        self.server: asyncio.Server | None = None
        self.pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.has_cut = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Toxic":
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.refuse()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    # ── what can be done to those behind it ──

    async def listen(self) -> None:
        """Let people in (again), at the same port."""
        self.server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, backlog=1000, limit=AT_ONCE
        )
        self.port = self.server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Nobody is there: whoever is connected is cut off, and newcomers are refused."""
        if self.server is not None:
            self.server.close()
        self.reset(1.0)
        await asyncio.sleep(0)

    def reset(self, share: float) -> int:
        """Reset so large a share of the connections, at both ends; how many that were."""
        chosen = [pair for pair in self.pairs if random.random() < share]
        for pair in chosen:
            for writer in pair:
                cut(writer)
        return len(chosen)

    def swallow(self) -> None:
        """From now on nothing comes through."""
        self.through.clear()

    def heal(self) -> None:
        """As if nothing had been; what is cut stays cut."""
        self.through.set()
        self.delay, self.cuts = (0.0, 0.0), 0.0

    # ── a connection ──

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            await self.through.wait()
            behind, ahead = await asyncio.open_connection("127.0.0.1", self.behind, limit=AT_ONCE)
        except OSError:
            cut(writer)
            return
        finally:
            self.tasks.discard(task)
        pair = (writer, ahead)
        self.pairs.add(pair)
        self.tasks.add(task)
        try:
            await asyncio.gather(self._carry(reader, ahead), self._carry(behind, writer))
        finally:
            self.pairs.discard(pair)
            self.tasks.discard(task)
            for each in pair:
                each.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction, in order, each piece when its time has come."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=100)
        passing = asyncio.create_task(self._pass_on(pieces, writer))
        loop, due = asyncio.get_running_loop(), 0.0
        try:
            while data := await reader.read(AT_ONCE):
                due = max(due, loop.time() + random.uniform(*self.delay))
                await pieces.put((due, data))
        except OSError:
            pass
        finally:
            with contextlib.suppress(asyncio.QueueFull):
                pieces.put_nowait((0.0, b""))
            with contextlib.suppress(OSError):
                await passing

    async def _pass_on(
        self, pieces: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await pieces.get()
            if not data:
                writer.close()
                return
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self.through.wait()
            if random.random() < self.cuts:
                writer.write(data[: len(data) // 2])
                self.has_cut += 1
                await asyncio.sleep(0)
                writer.close()
                for pair in self.pairs:
                    if writer in pair:
                        for each in pair:
                            each.close()
                return
            writer.write(data)
            await writer.drain()


def cut(writer: asyncio.StreamWriter) -> None:
    """End it with a reset."""
    it = writer.get_extra_info("socket")
    if it is not None:
        with contextlib.suppress(OSError):
            it.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
    writer.transport.abort()
