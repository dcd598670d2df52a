"""What the `websockets` library does by itself: whoever says something, `broadcast()` says it to
everybody. `srv_websockets.py PORT`, uvloop, uncompressed."""

import logging
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

there: set[ServerConnection] = set()


async def talk(one: ServerConnection) -> None:
    there.add(one)
    try:
        async for said in one:
            broadcast(there, said)
    finally:
        there.discard(one)


async def main(port: int) -> None:
    async with serve(talk, "127.0.0.1", port, compression=None, backlog=4096) as server:
        await server.serve_forever()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    uvloop.run(main(int(sys.argv[1])))
