"""`dialog serve` that harms itself at an exact point: `tests.dying_server POINT NTH serve …`

POINT is where the life ends, with kill -9: `before-commit`, `before-ack`, `after-ack`; NTH says at
which commit of a contribution, or of a worker's suggestion. `hang-before-commit` is stopped there
once, holding its locks, until somebody wakes it, and `hang-before-ack` with the commit made and
nobody told; `unknown` goes on, but loses the answer of every NTH commit that was made. The product
has no such switch: it is turned from outside.
"""

import os
import signal
import sys
import threading
from typing import Any

from sqlalchemy.exc import OperationalError

from dialog import cli, live, sockets
from dialog.broadcast import Connection, Frame
from dialog.protocol.events import ContributionPosted, GroupsSuggested
from dialog.store import log as store

POINT, NTH = sys.argv[1], int(sys.argv[2])
commits, losing, has_hung = 0, False, False


def here(point: str) -> None:
    """Perhaps the end."""
    global has_hung
    if point == POINT and commits >= NTH:
        os.kill(os.getpid(), signal.SIGKILL)
    if f"hang-{point}" == POINT and commits == NTH and not has_hung:
        has_hung = True
        # To this thread: another one would take its time, and this one go on meanwhile.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


class Store:
    """The log's functions, of which one may be the last thing this process does."""

    def __getattr__(self, name: str) -> Any:
        return getattr(store, name)

    def append(self, db: Any, dialogue: str, entries: Any) -> None:
        global commits, losing
        store.append(db, dialogue, entries)
        if any(isinstance(entry.event, ContributionPosted | GroupsSuggested) for entry in entries):
            commits += 1
            losing = POINT == "unknown" and commits % NTH == 0
            here("before-commit")


async def write(self: live.LiveDialogues, work: Any, *args: Any) -> Any:
    global losing
    result = await written(self, work, *args)
    if work.__name__ == "_append":
        here("before-ack")
        if losing:
            losing = False
            raise OperationalError("COMMIT", {}, ConnectionError("the answer is lost"))
    return result


class LastWords(Connection):
    """A connection that is told, and then the process is gone."""

    def write(self, frame: Frame) -> None:
        super().write(frame)
        if frame.payload.startswith(b'{"t":"ack"'):
            here("after-ack")


written = live.LiveDialogues.write
live.LiveDialogues.write = write  # type: ignore[method-assign]
live.SAVED_WITHIN, live.HELD_AT_MOST = 2.0, 3.0  # tests need not wait for long
live.store = Store()  # type: ignore[assignment]
sockets.Connection = LastWords  # type: ignore[misc]

sys.argv[1:3] = []
cli.main()
