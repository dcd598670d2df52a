"""A hall without rules, views and a protocol: what people write is committed as one bare row each,
acknowledged, and repeated to everybody in one frame every 50 ms. `srv_bare.py PORT DATABASE`.

On the same server, loop and database settings as ours, with frames written to the transports.
"""

import asyncio
import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from dialog.broadcast import EXTENSION, DirectProtocol, Frame

TICK = 0.05
MARK = 19
"""Characters that the load client finds its post again by: `~` and 18 letters."""


class Hall:
    def __init__(self, path: str) -> None:
        self.there: set[DirectProtocol] = set()
        self.waiting: list[tuple[str, DirectProtocol]] = []
        self.said: list[str] = []
        self.news = asyncio.Event()
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")

    async def talk(self, socket: WebSocket) -> None:
        await socket.accept()
        direct = socket.scope["extensions"][EXTENSION]
        self.there.add(direct)
        try:
            while True:
                text = await socket.receive_text()
                self.waiting.append((text, direct))
                self.news.set()
        except WebSocketDisconnect:
            self.there.discard(direct)

    async def write(self) -> None:
        while True:
            await self.news.wait()
            self.news.clear()
            some, self.waiting = self.waiting, []
            await asyncio.to_thread(self._commit, [(text,) for text, _ in some])
            for text, direct in some:
                direct.write_now(Frame(b"!" + text[1:MARK].encode()).data)
                self.said.append(text)

    def _commit(self, rows: list[tuple[str]]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO said (text) VALUES (?)", rows)
        self.db.execute("COMMIT")

    async def tell(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            if self.said:
                frame = Frame("\n".join(self.said).encode())
                self.said = []
                for direct in list(self.there):
                    direct.write_now(frame.data)


async def main(port: int, path: str) -> None:
    hall = Hall(path)
    app = Starlette(routes=[WebSocketRoute("/", hall.talk)])
    config = uvicorn.Config(
        app,
        port=port,
        ws=DirectProtocol,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )
    tasks = [asyncio.create_task(it) for it in (hall.write(), hall.tell())]
    await uvicorn.Server(config).serve()
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
