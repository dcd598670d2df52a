"""The bare WebSocket of a screen: how it is dialled, and how its frames are read."""

from functools import lru_cache

from websockets.asyncio.client import connect

from dialog.protocol.codec import decode_server_frame
from dialog.protocol.frames import ServerFrame

SHARED = (b'{"t":"patch"', b'{"t":"view"')


def dialled(address: str, session: str, cookie: str) -> connect:
    """A connection to be entered, as a page of that address would make it. Nothing is said yet."""
    return connect(
        f"ws{address.removeprefix('http')}/ws/{session}",
        origin="/".join(address.split("/")[:3]),  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        compression=None,
        proxy=None,
        max_size=None,
        max_queue=None,
        ping_interval=None,
        close_timeout=1,
    )


def read(text: bytes) -> ServerFrame:
    """A frame; one that goes to a whole audience is read once, however many screens get it."""
    return _read_shared(text) if text.startswith(SHARED) else decode_server_frame(text)


@lru_cache(maxsize=64)
def _read_shared(text: bytes) -> ServerFrame:
    return decode_server_frame(text)
