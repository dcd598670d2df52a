"""How long a dialogue with 50,000 events takes to open: from what was kept of it, and from its log.

    python -m bench.opening [--small] [--events N] [--only sqlite]

The same log in SQLite and in PostgreSQL. `stall`: the longest that the event loop of a process
stood still while it opened the dialogue, as whoever is in another one would have noticed it.
"""

import argparse
import asyncio
import contextlib
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Engine, delete

from bench import a_year
from bench.a_year import MATTER
from bench.deployment import Database, postgres_server
from bench.row import Row, shown
from dialog import folds
from dialog.bus import MemoryBus
from dialog.folds import Opened
from dialog.keeping import EVERY, Keeper
from dialog.live import LiveDialogues
from dialog.protocol.events import Entry
from dialog.store import folds as store
from dialog.store import log
from dialog.store import tables as t
from dialog.store.database import migrate, open_database

EVENTS = 50_000
SMALL = 1_500
ROUNDS = 5
WITHIN = 1.0
BEAT = 0.002
NAMES: dict[Database, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--only", choices=NAMES)
    chosen = parser.parse_args()
    shown(rows(chosen.small, chosen.events, [chosen.only] if chosen.only else ()))


def rows(small: bool = False, events: int = 0, only: Sequence[Database] = ()) -> list[Row]:
    entries = a_year.log_of(events or (SMALL if small else EVENTS))
    # As a server does: what it began with is never garbage (cli/serving.py).
    gc.collect()
    gc.freeze()
    found = []
    for name in only or NAMES:
        with empty(name) as engine:
            a_year.keep(engine, entries)
            found.append(row(NAMES[name], asyncio.run(measured(engine, entries, small))))
    return found


@contextlib.contextmanager
def empty(name: Database) -> Iterator[Engine]:
    """A database with the tables."""
    with contextlib.ExitStack() as stack:
        if name == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dialog-bench-"))
            url = f"sqlite:///{Path(folder, 'dialog.db')}"
        else:
            url = stack.enter_context(postgres_server()).new_database()
        engine = open_database(url)
        stack.callback(engine.dispose)
        migrate(engine)
        yield engine


def row(name: str, figures: dict[str, float]) -> Row:
    kept, whole = figures["kept_s"], figures["whole_s"]
    return Row(
        f"opening a dialogue of {figures['events']:,.0f} events, {name}",
        f"folding its whole log: {whole:.2f} s",
        f"< {WITHIN:.0f} s",
        f"{kept:.2f} s ({kept / whole:.2f} of it); {figures['tail_s']:.2f} s with"
        f" {figures['tail_events']:,.0f} events since; {figures['kept_mb']:.1f} MB are kept",
        figures["tail_s"] < WITHIN,
        figures,
    )


async def measured(engine: Engine, entries: list[Entry], small: bool) -> dict[str, float]:
    rounds = 2 if small else ROUNDS
    tail = min(EVERY, len(entries) // 3)
    here = LiveDialogues(engine, MemoryBus(), stays=0.0)
    whole, from_log = opening(engine, rounds)
    assert from_log.kept is None
    stall_whole = await stall(here)
    folding = await keep(here)
    kept, from_kept = opening(engine, rounds)
    assert from_kept.kept is not None and from_kept.fold == from_log.fold
    stall_kept = await stall(here)
    began = time.perf_counter()
    await here.write(store.keep, MATTER, from_kept.kept)
    writing = time.perf_counter() - began
    keep_all_but(engine, entries, tail)
    with_tail, last = opening(engine, rounds)
    assert last.kept is not None and last.fold == from_log.fold
    await here.close()
    content = store.content(from_kept.kept)
    assert content is not None
    return {
        "events": len(entries),
        "whole_s": whole,
        "kept_s": kept,
        "tail_s": with_tail,
        "tail_events": tail,
        "kept_mb": len(from_kept.kept.body) / 1e6,
        "unpacked_mb": len(content) / 1e6,
        "log_mb": sum(len(log.encode(it.event)) + len(it.words or "") for it in entries) / 1e6,
        "stall_whole_ms": 1000 * stall_whole,
        "stall_kept_ms": 1000 * stall_kept,
        "keeping_s": folding,
        "writing_ms": 1000 * writing,
    }


def opening(engine: Engine, rounds: int) -> tuple[float, Opened]:
    """Seconds, the median; and what was opened."""
    took = []
    for _ in range(rounds):
        found = None
        gc.collect()
        began = time.perf_counter()
        with engine.execution_options(reading=True).begin() as db:
            found = folds.opened(db, MATTER)
        took.append(time.perf_counter() - began)
    assert found is not None
    return statistics.median(took), found


async def stall(here: LiveDialogues) -> float:
    """The longest pause between two beats of the loop while the dialogue is opened, less the beat;
    the least of three times."""
    found = []
    for _ in range(3):
        here.let_go()
        gc.collect()
        opened = asyncio.create_task(here.dialogue(MATTER))
        longest, last = 0.0, time.perf_counter()
        while not opened.done():
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            longest, last = max(longest, now - last - BEAT), now
        found.append(longest)
        await asyncio.gather(*here.looking)
    here.let_go()
    return min(found)


async def keep(here: LiveDialogues) -> float:
    """Seconds until the worker has folded it anew and kept it, with its pauses."""
    began = time.perf_counter()
    await Keeper(here, every=1).look()
    return time.perf_counter() - began


def keep_all_but(engine: Engine, entries: list[Entry], tail: int) -> None:
    """As if the last ones had come since."""
    upto = len(entries) - tail
    fold = folds.Fold(a_year.Dialogue(MATTER))
    with engine.begin() as db:
        for entry in log.entries_after(db, MATTER, 0, upto):
            fold.note(entry)
        counter = log.counter(db, MATTER)
        assert counter is not None
        before = folds.numbered(db, MATTER, store.NOTHING_BEFORE, 0, upto - 1)
        number = folds.numbered(db, MATTER, before, upto - 1, upto)
        db.execute(delete(t.fold))
        assert store.keep(db, MATTER, folds.kept_of(fold, counter.epoch, before, number))


if __name__ == "__main__":
    main()
