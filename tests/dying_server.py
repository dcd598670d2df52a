"""`dialog serve` that kills itself at an exact point: `tests.dying_server POINT NTH serve …`

POINT is where the life ends, with kill -9: `before-commit`, `before-ack`, `after-ack`; NTH says at
which commit of a contribution. The product has no such switch: it is turned from outside.
"""

import os
import signal
import sys
from typing import Any

from dialog import cli, live, sockets
from dialog.broadcast import Connection, Frame
from dialog.protocol.events import ContributionPosted
from dialog.store import log as store

POINT, NTH = sys.argv[1], int(sys.argv[2])
commits = 0


def due() -> bool:
    return commits >= NTH


def die(point: str) -> None:
    if point == POINT and due():
        os.kill(os.getpid(), signal.SIGKILL)


class Store:
    """The log's functions, of which one may be the last thing this process does."""

    def __getattr__(self, name: str) -> Any:
        return getattr(store, name)

    def append(self, db: Any, dialogue: str, entries: Any) -> None:
        global commits
        store.append(db, dialogue, entries)
        commits += any(isinstance(entry.event, ContributionPosted) for entry in entries)
        die("before-commit")


async def write(self: live.LiveDialogues, work: Any, *args: Any) -> Any:
    result = await written(self, work, *args)
    if work.__name__ == "_append":
        die("before-ack")
    return result


class LastWords(Connection):
    """A connection that is told, and then the process is gone."""

    def write(self, frame: Frame) -> None:
        super().write(frame)
        if frame.payload.startswith(b'{"t":"ack"'):
            die("after-ack")


written = live.LiveDialogues.write
live.LiveDialogues.write = write  # type: ignore[method-assign]
live.store = Store()  # type: ignore[assignment]
sockets.Connection = LastWords  # type: ignore[misc]

sys.argv[1:3] = []
cli.main()
