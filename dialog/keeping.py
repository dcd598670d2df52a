"""Keeps what long logs fold to, so that they open quickly, and looks whether what was kept is what
the log says.

The worker does it: nobody waits for it. It trusts nothing that is in memory, its own neither: what
it keeps is always folded from the beginning of the log, and so every fold that was kept before is
worked out once more on the way.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection as Database

from dialog import folds
from dialog.domain.state import Dialogue
from dialog.folds import Fold
from dialog.live import LiveDialogues
from dialog.store import folds as store
from dialog.store import log
from dialog.store.folds import Place
from dialog.store.log import Counter

logger = logging.getLogger(__name__)

LOOK = 60.0
"""Seconds between looks for logs that have grown."""
EVERY = 3_000
"""Entries that may be folded on from what was kept; folding them takes a moment."""
AGAIN = 24 * 3600.0
"""Seconds after which what was kept is worked out once more, though nothing has come since."""


@dataclass(slots=True)
class Refold:
    """A log as far as it has been folded from its beginning, and its number there and before."""

    fold: Fold
    hash_before: str = store.NOTHING_BEFORE
    log_hash: str = store.NOTHING_BEFORE

    @property
    def seq(self) -> int:
        return self.fold.dialogue.seq


@dataclass(slots=True)
class Keeper:
    """Goes through every dialogue's log now and then."""

    live: LiveDialogues
    every: int = EVERY
    found_right: dict[str, tuple[Place, float]] = field(default_factory=dict)
    """Dialogue -> the fold that was worked out, and when."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK * (0.5 + secrets.randbelow(100) / 100))
            with going_on("what logs fold to"):
                await self.look()

    async def look(self) -> None:
        """Keep what has grown, and look at what is kept."""
        there = await self.live.read(store.places)
        counters = await self.live.read(log.all_counters)
        if any(id not in counters or counters[id].epoch != it.epoch for id, it in there.items()):
            await self.live.write(store.drop_what_is_over)
        for id, counter in counters.items():
            if self._is_due(id, counter, there.get(id)):
                with going_on(f"what the log of {id} folds to"):
                    await self._keep(id, counter, there.get(id))

    def _is_due(self, id: str, counter: Counter, kept: Place | None) -> bool:
        if not is_of_now(kept, counter):
            return counter.seq >= self.every
        assert kept is not None
        place, at = self.found_right.get(id, (None, 0.0))
        looked_at = place == kept and time.monotonic() - at < AGAIN
        return not looked_at or counter.seq - kept.seq >= self.every

    async def _keep(self, id: str, counter: Counter, kept: Place | None) -> None:
        refold = Refold(Fold(Dialogue(id)))
        if kept is not None and await self.live.read(can_be_gone_on_from, id, counter):
            await self._go_on(id, refold, kept.seq)
            if await asyncio.to_thread(folds.digest, refold.fold) != kept.sha256:
                await self._mistrust(id, kept)
                return
            self.found_right[id] = kept, time.monotonic()
            if counter.seq - kept.seq < self.every:
                return
        await self._go_on(id, refold, counter.seq)
        new = await asyncio.to_thread(
            folds.kept_of, refold.fold, counter.epoch, refold.hash_before, refold.log_hash
        )
        if await self.live.write(store.keep, id, new):
            self.found_right[id] = new.place, time.monotonic()

    async def _go_on(self, id: str, refold: Refold, seq: int) -> None:
        """A part at a time: nobody's reading may hold up the database for long."""
        while refold.seq < seq:
            await self.live.read(fold_on, id, refold, min(seq, refold.seq + folds.PART))
            await asyncio.sleep(folds.PAUSE)

    async def _mistrust(self, id: str, kept: Place) -> None:
        if await self.live.write(store.mistrust, id, kept):
            logger.error(
                "dialogue %s: what was kept of it at %d is not what its log says; it begins anew"
                " from the log",
                id,
                kept.seq,
            )


def is_of_now(kept: Place | None, counter: Counter) -> bool:
    """Whether it is of this life of the log, and made by this release."""
    return kept is not None and (kept.epoch, kept.release) == (counter.epoch, folds.release())


def can_be_gone_on_from(db: Database, id: str, counter: Counter) -> bool:
    """Whether opening would take what is kept: what it would not is of no use, and is kept anew."""
    found = store.kept(db, id, counter, folds.release())
    return found is not None and store.content(found) is not None


def fold_on(db: Database, id: str, refold: Refold, upto: int) -> None:
    after, last = refold.seq, upto - 1
    refold.hash_before = folds.numbered(db, id, refold.log_hash, after, last)
    refold.log_hash = folds.numbered(db, id, refold.hash_before, last, upto)
    for entry in log.entries_after(db, id, after, upto):
        refold.fold.note(entry)
    if refold.seq != upto:
        raise LookupError(f"{id}: the log ends at {refold.seq}")


@contextlib.contextmanager
def going_on(what: str) -> Iterator[None]:
    """A failure is logged, and the next look tries again."""
    try:
        yield
    except Exception:
        logger.exception("%s: not kept", what)
