"""What it writes to and tells: the database, and the bus between processes."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from dialog.bus import heard, round_trip
from dialog.doctor.findings import Check, Finding, fail, ok, warn
from dialog.settings import Settings, secret_there
from dialog.store import log, release
from dialog.store import tables as t
from dialog.store.database import UnusableDatabase, known, open_database

FAR = 0.02
"""Seconds for a question to the database and back, above which every commit is felt."""
SLOW_BUS = 0.1
WORKER_WITHIN = 11.0
"""Seconds in which a worker says twice that it is there."""
APART, FAR_APART = 2.0, 30.0
"""Seconds between two clocks."""
BEHIND = 60.0
"""Seconds before the newest entry of the log, which another clock may have dated."""
DURABLE = {"fsync": "on", "full_page_writes": "on"}
COMMITS_FIRST = ("on", "local", "remote_write", "remote_apply")
"""What synchronous_commit may be for an acknowledged contribution to survive a power cut."""


def checks(settings: Settings) -> dict[str, Check]:
    return {
        "database": lambda: database(settings),
        "bus": lambda: bus(settings),
        "worker": lambda: worker(settings),
    }


def database(settings: Settings) -> Iterator[Finding]:
    """There, of this release, writable, durable, near, with the same clock."""
    if not settings.database and not (settings.data / "dialog.db").is_file():
        yield ok("database", f"SQLite in {settings.data}, made at the first start")
        return
    try:
        engine = open_database(settings.database_url)
        state = release.state_of(engine)
    except UnusableDatabase as error:
        yield fail("database", str(error), "start it, or correct DIALOG_DATABASE")
        return
    try:
        yield from of_this_release(engine, state)
        if state.is_current:
            yield from same_secret(settings, state)
            yield writable(engine)
            yield from not_behind(engine)
        yield from (sqlite if engine.dialect.name == "sqlite" else postgresql)(engine)
    finally:
        engine.dispose()


def of_this_release(engine: Engine, state: release.State) -> Iterator[Finding]:
    said = f"{engine.dialect.name}, migration {state.revision or 'none'}"
    if state.is_current:
        yield ok("database", said)
    elif state.is_newer:
        do = "start the newer release, or put back a copy made before it"
        yield fail("database", f"{said}, newer than this release ({known()[0]})", do)
    elif engine.dialect.name == "sqlite" or state.revision is None:
        yield ok("database", f"{said}; brought up to {known()[0]} at the start")
    else:
        yield fail("database", f"{said}; this release needs {known()[0]}", "run `dialog migrate`")


def same_secret(settings: Settings, state: release.State) -> Iterator[Finding]:
    secret = secret_there(settings)
    if not secret or state.is_of(secret):
        return
    yield fail(
        "secret",
        "another than the installation's: cookies and links from here are good for nothing there",
        "give every process the same DIALOG_SECRET; if this one is right, run `dialog migrate`",
    )


def writable(engine: Engine) -> Finding:
    """A row that is taken back."""
    row = {"hash": "doctor", "kind": "doctor", "expires": 0}
    begun = time.perf_counter()
    try:
        with engine.connect() as db, db.begin() as transaction:
            db.execute(insert(t.ticket), row)
            transaction.rollback()
    except Exception as error:
        return fail(
            "database",
            f"cannot be written: {type(error).__name__}",
            "look at its log, its disk and its rights",
        )
    return ok("database", f"can be written, after {(time.perf_counter() - begun) * 1000:.1f} ms")


def not_behind(engine: Engine) -> Iterator[Finding]:
    """The clock, by what is in the log."""
    with engine.execution_options(reading=True).begin() as db:
        behind = log.written_last(db) / 1000 - time.time()
    if behind > BEHIND:
        days, seconds = divmod(round(behind), 24 * 3600)
        far = f"{days} days" if days else f"{seconds} s"
        do = "set the clock: codes and links end by it"
        yield fail("clock", f"{far} behind the newest entry of the log", do)


def sqlite(engine: Engine) -> Iterator[Finding]:
    with engine.execution_options(reading=True).begin() as db:
        synchronous = value(db, "PRAGMA synchronous")
        journal = value(db, "PRAGMA journal_mode")
        whole = value(db, "PRAGMA quick_check(1)")
    if (synchronous, journal) == (2, "wal"):
        yield ok("durability", "what is acknowledged survives a power cut (synchronous=FULL)")
    else:
        said = f"synchronous={synchronous}, journal_mode={journal}"
        yield fail("durability", said, "put the file on a disk of this machine")
    if whole != "ok":
        yield fail(
            "database",
            "the file is damaged",
            "stop the server and put back a copy: `dialog restore`",
        )


def postgresql(engine: Engine) -> Iterator[Finding]:
    with engine.execution_options(reading=True).begin() as db:
        is_set = {name: value(db, f"SHOW {name}") for name in (*DURABLE, "synchronous_commit")}
        there = value(db, "SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(there) - time.time())
        most = int(value(db, "SHOW max_connections"))
        taken = int(
            value(db, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        )
        away = statistics.median(timed(lambda: value(db, "SELECT 1")) for _ in range(10))
    yield durable(is_set)
    said = f"a question takes {away * 1000:.1f} ms"
    yield (
        warn("database", said, "put the processes near it") if away > FAR else ok("database", said)
    )
    yield from same_clock(apart)
    if most - taken < 20:
        said = f"{taken} of its {most} connections are taken"
        yield warn(
            "database", said, "raise max_connections: a web process takes up to 15, a worker 5"
        )


def durable(is_set: dict[str, str]) -> Finding:
    wrong = [f"{name}={is_set[name]}" for name, wanted in DURABLE.items() if is_set[name] != wanted]
    if is_set["synchronous_commit"] not in COMMITS_FIRST:
        wrong.append(f"synchronous_commit={is_set['synchronous_commit']}")
    if wrong:
        do = "turn them on: what is acknowledged must survive a power cut"
        return fail("durability", ", ".join(wrong), do)
    return ok("durability", "what is acknowledged survives a power cut (fsync, synchronous_commit)")


def same_clock(apart: float) -> Iterator[Finding]:
    said = f"{apart:.1f} s between this clock and the database server's"
    if apart > FAR_APART:
        yield fail("clock", said, "set the clocks: codes and links end by them")
    elif apart > APART:
        yield warn("clock", said, "let the net keep both clocks")
    else:
        yield ok("clock", said)


def value(db: Connection, statement: str) -> Any:
    return db.execute(text(statement)).scalar()


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bus(settings: Settings) -> Iterator[Finding]:
    """A note through Redis and back."""
    if not settings.redis:
        if settings.database.startswith("postgresql"):
            yield ok("bus", "none: what another process writes is seen within about a second")
        else:
            yield ok("bus", "none is needed: one process")
        return
    try:
        took = asyncio.run(round_trip(settings.redis))
    except Exception as error:
        said = f"no note came back: {type(error).__name__}"
        do = "start Redis, or correct DIALOG_REDIS; without it screens follow a second later"
        yield warn("bus", said, do)
        return
    said = f"a note comes back after {took * 1000:.1f} ms"
    if took > SLOW_BUS:
        yield warn("bus", said, "put Redis near the processes")
    else:
        yield ok("bus", said)


def worker(settings: Settings) -> Iterator[Finding]:
    """Somebody groups: a child of the server's, or a worker that is heard on the bus."""
    do = "`dialog worker`, on a machine that has time; without one nothing is grouped"
    if settings.grouping == "child":
        yield ok("worker", "a child of the server's")
    elif not settings.redis:
        yield warn("worker", "whether one runs cannot be seen without a bus", do)
    elif is_heard(settings):
        yield ok("worker", "it is heard")
    else:
        yield warn("worker", f"none was heard in {WORKER_WITHIN:.0f} s", do)


def is_heard(settings: Settings) -> bool:
    """A Redis that is not there is the bus's finding."""
    ours = release.fingerprint(secret_there(settings))
    try:
        return asyncio.run(heard(settings.redis, ours, "worker", WORKER_WITHIN))
    except Exception:
        return False
