"""Durable posts acknowledged per second: many write at once into one dialogue, no sockets.

    python -m bench.durable [--posts 20000] [--writers 64 512] [--profile]

Ours go through `LiveDialogue.do`: the rules, the event, the words, the author and the receipt, and
are acknowledged once they are committed. The anchor, in the same run: one bare row a post through
the same driver and pool, as many writers, and the same rule (commit all that waits, acknowledge,
again). SQLite with synchronous=FULL; PostgreSQL with fsync and synchronous_commit on.
"""

import argparse
import asyncio
import concurrent.futures
import contextlib
import cProfile
import secrets
import statistics
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import NamedTuple

import uvloop
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)

from bench.deployment import Database, postgres_server
from bench.row import Row
from dialog.bus import MemoryBus
from dialog.cli.serving import run_as_a_server
from dialog.domain.state import Person
from dialog.live import MOST_IN_ONE_COMMIT, LiveDialogue, LiveDialogues
from dialog.protocol import commands as c
from dialog.protocol.agenda import (
    Area,
    Collect,
    DialogueDefinition,
    Gate,
    SessionDefinition,
    TargetGroup,
)
from dialog.store import tables as t
from dialog.store.database import migrate, open_database

MATTER, EVENING, PLACE = "matter", "evening", "area"
TO_REACH = 5_000
TEXT = "Det är mörkt vid busstationen på vinterkvällarna, sätt upp mer belysning nummer"
LETTERS = str.maketrans("0123456789", "ghijklmnop")
bare = Table(
    "bare",
    MetaData(),
    Column("dialogue", String(80), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("op_id", String(40)),
    Column("body", LargeBinary, nullable=False),
)

DEFINITION = DialogueDefinition(
    id=MATTER,
    record_number="1",
    title="Many writers",
    municipality="Nowhere",
    areas=[Area(PLACE, "One area", "Area")],
    target_groups=[TargetGroup("all", "All")],
)
SESSION = SessionDefinition(
    id=EVENING,
    type="citizen-dialogue",
    title="An evening",
    purpose="To measure",
    level="dialogue",
    can_influence=[],
    decided=[],
    steps=[Collect(id="write", title="Write", area=PLACE)],
    gate=Gate(question=True, deciders=True),
    moderation="show-all",
)


class Speed(NamedTuple):
    """`waits`: milliseconds from asked to acknowledged."""

    per_second: float
    waits: list[float]
    cpu_us: float
    """Microseconds of this process's CPU a post; the database's own are not in it."""

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.waits, n=100)[98]


class Pair(NamedTuple):
    """`rows`, `size`: of the database, for each post."""

    database: Database
    writers: int
    anchor: Speed
    ours: Speed
    rows: float
    size: float


async def timed(write: Callable[[int], Awaitable[object]], posts: int, writers: int) -> Speed:
    """So many writers, each with its next post as soon as the last is acknowledged."""
    waits: list[float] = []

    async def one(number: int) -> None:
        for post in range(number, posts, writers):
            asked = time.perf_counter()
            await write(post)
            waits.append(1000 * (time.perf_counter() - asked))

    busy, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*map(one, range(writers)))
    seconds = time.perf_counter() - began
    return Speed(posts / seconds, waits, 1e6 * (time.process_time() - busy) / posts)


def new_op() -> str:
    """As a phone makes it: letters only, since digits may happen to read as a personal number."""
    return secrets.token_hex(12).translate(LETTERS)


# ── the anchor ──


class BareWriter:
    """The shortest writer that keeps the promise: rows, committed with all that waits."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.seq = engine, 0
        self.waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.news = asyncio.Event()
        self.thread = concurrent.futures.ThreadPoolExecutor(1)

    async def write(self, post: int) -> None:
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((post, done))
        self.news.set()
        await done

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.news.wait()
            self.news.clear()
            while self.waiting:
                most = min(len(self.waiting), MOST_IN_ONE_COMMIT)
                batch = [self.waiting.popleft() for _ in range(most)]
                rows = [self._row(post) for post, _ in batch]
                await loop.run_in_executor(self.thread, self._insert, rows)
                for _, done in batch:
                    done.set_result(None)

    def _row(self, post: int) -> dict[str, object]:
        self.seq += 1
        body = f"{TEXT} {post}".encode()
        return {"dialogue": MATTER, "seq": self.seq, "op_id": new_op(), "body": body}

    def _insert(self, rows: list[dict[str, object]]) -> None:
        with self.engine.begin() as db:
            db.execute(insert(bare), rows)


async def bare_inserts(url: str, posts: int, writers: int) -> Speed:
    engine = open_database(url)
    bare.metadata.create_all(engine)
    writer = BareWriter(engine)
    running = asyncio.create_task(writer.run())
    try:
        return await timed(writer.write, posts, writers)
    finally:
        running.cancel()
        writer.thread.shutdown()
        bare.metadata.drop_all(engine)
        engine.dispose()


# ── ours ──


@contextlib.asynccontextmanager
async def opened(url: str, writers: int) -> AsyncIterator[tuple[LiveDialogue, list[Person]]]:
    """A session at the step in which people write, and so many who have joined."""
    engine = open_database(url)
    migrate(engine)
    here = LiveDialogues(engine, MemoryBus())
    dialogue = await here.create(MATTER)
    system, fay = Person("system", EVENING), Person("facilitator", EVENING)
    await dialogue.do(system, c.CreateDialogue(DEFINITION))
    await dialogue.do(system, c.OpenSession(EVENING, SESSION, "0" * 64, "ABC2345"))
    await asyncio.gather(*(dialogue.do(system, c.JoinSession()) for _ in range(writers)))
    people = [Person("participant", EVENING, number) for number in range(1, writers + 1)]
    await asyncio.gather(*(dialogue.do(it, c.ChoosePerspective("all")) for it in people))
    await dialogue.do(fay, c.GoToStep("write", None))
    try:
        yield dialogue, people
    finally:
        await here.close()
        engine.dispose()


async def posts_through_the_rules(url: str, posts: int, writers: int) -> Speed:
    async with opened(url, writers) as (dialogue, people):

        async def write(post: int) -> None:
            person = people[post % writers]
            text = f"{TEXT} {post}"
            receipt = secrets.token_hex(16)
            command = c.PostContribution("write", 0, "keyword", text, area=PLACE, receipt=receipt)
            await dialogue.do(person, command, new_op())

        speed = await timed(write, posts, writers)
        there = len(dialogue.dialogue.sessions[EVENING].contributions)
        assert there == posts, f"{there} of {posts} are in the dialogue"
        return speed


# ── the table ──


@contextlib.contextmanager
def new_database(kind: Database) -> Iterator[Callable[[], str]]:
    """Gives the URLs of new databases."""
    with contextlib.ExitStack() as ending:
        if kind == "postgresql":
            yield ending.enter_context(postgres_server()).new_database
        else:
            folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="dialog-durable-"))
            yield lambda: f"sqlite:///{Path(folder) / secrets.token_hex(4)}.db"


def run(measuring: Coroutine[object, object, Speed]) -> Speed:
    """On the loop that `dialog serve` has, by an interpreter that runs as it does there."""
    run_as_a_server()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measuring)


def measured(posts: int, writers: list[int]) -> list[Pair]:
    """Each database with each number of writers, the anchor just before ours."""
    found = []
    for kind in ("sqlite", "postgresql"):
        with new_database(kind) as new:
            for number in writers:
                anchor = run(bare_inserts(new(), posts, number))
                url = new()
                before = extent(url)
                ours = run(posts_through_the_rules(url, posts, number))
                rows, size = (now - then for now, then in zip(extent(url), before, strict=True))
                found.append(Pair(kind, number, anchor, ours, rows / posts, size / posts))
    return found


def extent(url: str) -> tuple[int, int]:
    """Rows of the log and of what lies beside it, and bytes with indexes."""
    engine = open_database(url)
    migrate(engine)
    with engine.begin() as db:
        its = (t.event, t.words, t.author, t.receipt)
        rows = sum(db.execute(select(func.count()).select_from(it)).scalar_one() for it in its)
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        of_all = "SELECT pg_database_size(current_database())"
        size = db.exec_driver_sql(pages if engine.dialect.name == "sqlite" else of_all).scalar_one()
    engine.dispose()
    return rows, int(size)


def rows(small: bool = False) -> list[Row]:
    """One row a database: 64 writers and more at once."""
    return [
        row_of(pair) for pair in (measured(400, [64]) if small else measured(20_000, [64, 512]))
    ]


def row_of(pair: Pair) -> Row:
    figures = {
        "writers": pair.writers,
        "anchor_per_second": round(pair.anchor.per_second),
        "per_second": round(pair.ours.per_second),
        "of_anchor": round(pair.ours.per_second / pair.anchor.per_second, 3),
        "anchor_p99_ms": round(pair.anchor.p99, 1),
        "p99_ms": round(pair.ours.p99, 1),
        "anchor_cpu_us_per_post": round(pair.anchor.cpu_us, 1),
        "cpu_us_per_post": round(pair.ours.cpu_us, 1),
        "rows_per_post": round(pair.rows, 2),
        "database_bytes_per_post": round(pair.size),
    }
    name = "SQLite, synchronous=FULL" if pair.database == "sqlite" else "PostgreSQL, fsync on"
    return Row(
        f"durable posts acknowledged per second, {pair.writers} writers, {name}",
        f"{figures['anchor_per_second']} bare inserts, p99 {figures['anchor_p99_ms']} ms",
        f"≥ {TO_REACH} through the rules",
        f"{figures['per_second']} ({figures['of_anchor']} of the anchor),"
        f" p99 {figures['p99_ms']} ms",
        pair.ours.per_second >= TO_REACH,
        figures,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--posts", type=int, default=20_000)
    arguments.add_argument("--writers", type=int, nargs="+", default=[64, 512])
    arguments.add_argument("--profile", action="store_true", help="Where ours spend it, on SQLite.")
    chosen = arguments.parse_args()
    if chosen.profile:
        profile(chosen.posts, chosen.writers[0])
        return
    for pair in measured(chosen.posts, chosen.writers):
        row = row_of(pair)
        print(f"{row.what}: {row.reached}; anchor {row.anchor}; {row.figures}")


def profile(posts: int, writers: int) -> None:
    with new_database("sqlite") as new, cProfile.Profile() as found:
        run(posts_through_the_rules(new(), posts, writers))
    found.print_stats("cumulative")


if __name__ == "__main__":
    main()
