"""A dialogue as its log says it is: folded from the beginning, or on from what has been kept.

What was kept is taken for true at once if everything about it agrees (`store/folds.py`), and the
whole log is looked through afterwards.
"""

import asyncio
import contextlib
import gc
import hashlib
import logging
import sys
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection as Database

from dialog import arrivals
from dialog.arrivals import Arrivals
from dialog.domain import rules
from dialog.domain.packed import CannotUnpack, packed, shape, unpacked
from dialog.domain.state import Dialogue
from dialog.protocol.events import Entry
from dialog.store import folds as store
from dialog.store import log, written
from dialog.store.folds import Kept

logger = logging.getLogger(__name__)

PART = 2_000
"""Entries that are looked through in one go."""
PAUSE = 0.05
"""Seconds between two goes, for everybody else."""

Read = Callable[..., Awaitable[Any]]


@dataclass(slots=True)
class Fold:
    """What a log says, and what is worked out beside it."""

    dialogue: Dialogue
    arrivals: dict[str, Arrivals] = field(default_factory=lambda: defaultdict(Arrivals))

    def note(self, entry: Entry) -> set[str]:
        """It has happened; what it touched, as `rules.apply` says it."""
        self.arrivals[entry.session].note(entry)
        return rules.apply(self.dialogue, entry)


class Opened(NamedTuple):
    """A dialogue as it stands, and what that was gone on from; None: from the beginning."""

    counter: log.Counter
    fold: Fold
    kept: Kept | None


def opened(db: Database, id: str) -> Opened:
    """The dialogue up to the last entry of its log; `LookupError` if there is no such dialogue."""
    counter = log.counter(db, id)
    if counter is None:
        raise LookupError(id)
    with garbage_waits():
        kept = store.kept(db, id, counter, release())
        fold = None if kept is None else restored(id, kept)
        if fold is None:
            kept, fold = None, Fold(Dialogue(id))
        for entry in log.entries_after(db, id, fold.dialogue.seq, counter.seq):
            fold.note(entry)
    return Opened(counter, fold, kept)


def kept_of(fold: Fold, epoch: str, hash_before: str, log_hash: str) -> Kept:
    """The fold as it is kept. Takes its time; meanwhile nobody may change the fold."""
    sha256, body = store.compressed(packed(fold))
    seq = fold.dialogue.seq
    return Kept(seq, epoch, release(), hash_before, log_hash, sha256, body)


def digest(fold: Fold) -> str:
    """Equal for folds that are equal: the `sha256` of what would be kept."""
    chain = hashlib.sha256()
    for part in packed(fold):
        chain.update(part)
    return chain.hexdigest()


def restored(id: str, kept: Kept) -> Fold | None:
    """The fold that was kept; None if it cannot be read, or is of something else."""
    content = store.content(kept)
    try:
        fold = None if content is None else unpacked(Fold, content)
    except CannotUnpack as error:
        logger.error("dialogue %s: what was kept of it cannot be read: %s", id, error)
        return None
    if fold is None or (fold.dialogue.id, fold.dialogue.seq) != (id, kept.seq):
        return None
    fold.arrivals = defaultdict(Arrivals, fold.arrivals)
    for session in fold.dialogue.sessions.values():
        session.dialogue = fold.dialogue
    return fold


async def is_of_this_log(read: Read, id: str, kept: Kept) -> bool:
    """Whether the log, all of it up to there, is the one that this was made of. A part at a time,
    so that nobody waits for it."""
    number, after = store.NOTHING_BEFORE, 0
    while after < kept.seq:
        upto = min(after + PART, kept.seq)
        number = await read(numbered, id, number, after, upto)
        after = upto
        await asyncio.sleep(PAUSE)
    return number == kept.log_hash


def numbered(db: Database, id: str, number: str, after: int, upto: int) -> str:
    """The log's number at `upto`; at `after` it was `number`."""
    return store.number(written.lines(db, id, upto, after), number)


@cache
def release() -> str:
    """Names everything that a fold follows from, beside the log: the rules, the messages, what
    words are, how it is all written. Another release never takes it for its own."""
    chain = hashlib.sha256(f"{sys.version_info[:2]} {unicodedata.unidata_version}".encode())
    chain.update(shape(Fold).encode())
    here = Path(__file__).parent
    parts = (here / name for name in ("domain", "protocol", "text"))
    sources = [file for part in parts for file in sorted(part.rglob("*.py"))]
    for file in (*sources, Path(__file__), Path(arrivals.__file__)):
        chain.update(file.relative_to(here).as_posix().encode() + b"\0" + file.read_bytes())
    return chain.hexdigest()


# ── garbage ───────────────────────────────────────────────────────────────────────────────────

_waiting = 0
_lock = threading.Lock()


@contextlib.contextmanager
def garbage_waits() -> Iterator[None]:
    """Where very many objects are made that all stay, looking for garbage again and again takes
    several times as long as making them."""
    global _waiting
    with _lock:
        _waiting += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _waiting -= 1
            if not _waiting:
                gc.enable()
