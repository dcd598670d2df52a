"""Several processes write one log: in turn, without gaps, and readers never see a later entry
before an earlier one.
"""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from dialog.protocol.events import Entry, ParticipantJoined
from dialog.store import database
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.database import open_database

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"
WRITERS, COMMITS, EACH = 4, 8, 3


@pytest.fixture
def begun(database):
    with database.begin() as db:
        store.create_dialogue(db, MATTER)
    return database


@pytest.fixture
def engines(database_url):
    """One for each process."""
    opened = [open_database(database_url) for _ in range(WRITERS + 1)]
    yield opened
    for engine in opened:
        engine.dispose()


def write(engine, name):
    """A process: again and again some entries after whatever stands there."""
    for number in range(COMMITS):
        with engine.begin() as db:
            seq = store.locked(db, MATTER).seq
            time.sleep(0.002)  # a decision takes its time
            store.append(db, MATTER, [entry(seq + n, f"{name}-{number}-{n}") for n in (1, 2, 3)])


def entry(seq, op):
    return Entry(seq, "evening", "public", "system", 0, ParticipantJoined(), op=f"operation-{op}")


def watch(engine, done, seen):
    """A reader who asks for what is new, as fast as it can."""
    reader = engine.execution_options(reading=True)
    while not done.is_set() or not seen or seen[-1] < WRITERS * COMMITS * EACH:
        with reader.begin() as db:
            seen += [it.seq for it in store.entries_after(db, MATTER, seen[-1] if seen else 0)]


def test_many_writers_leave_no_gap_and_a_reader_sees_every_entry_in_order(begun, engines):
    *writers, reader = engines
    done, seen = threading.Event(), []
    with ThreadPoolExecutor() as threads:
        watching = threads.submit(watch, reader, done, seen)
        writing = [threads.submit(write, engine, n) for n, engine in enumerate(writers)]
        try:
            for task in writing:
                task.result(timeout=60)
        finally:
            done.set()
        watching.result(timeout=60)
    assert seen == list(range(1, WRITERS * COMMITS * EACH + 1))


def test_who_holds_the_counter_row_keeps_the_others_waiting(begun, engines):
    first, second, *_ = engines
    comes, order = threading.Event(), []

    def wait_and_write():
        comes.set()
        with second.begin() as db:
            seq = store.locked(db, MATTER).seq
            order.append("second")
            store.append(db, MATTER, [entry(seq + 1, "of-the-second")])

    with ThreadPoolExecutor() as threads:
        with first.begin() as db:
            seq = store.locked(db, MATTER).seq
            waiting = threads.submit(wait_and_write)
            assert comes.wait(60)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            order.append("first")
            store.append(db, MATTER, [entry(seq + 1, "of-the-first")])
        waiting.result(timeout=60)
    assert order == ["first", "second"]
    with begun.begin() as db:
        ops = [it.op for it in store.entries_after(db, MATTER, 0)]
    assert ops == ["operation-of-the-first", "operation-of-the-second"]


def test_the_same_op_in_two_processes_at_once_stands_once(begun, engines):
    def write_unless_known(engine):
        with engine.begin() as db:
            seq = store.locked(db, MATTER).seq
            if store.known_ops(db, MATTER, ["operation-the-same"]):
                return "known"
            time.sleep(0.02)
            store.append(db, MATTER, [entry(seq + 1, "the-same")])
            return "written"

    with ThreadPoolExecutor() as threads:
        said = list(threads.map(write_unless_known, engines))
    assert sorted(said) == ["known"] * WRITERS + ["written"]


def test_readers_do_not_wait_for_a_writer_and_see_nothing_of_what_is_not_committed(begun, engines):
    writer, other, *_ = engines
    reader = other.execution_options(reading=True)
    with writer.begin() as db:
        store.locked(db, MATTER)
        store.append(db, MATTER, [entry(1, "not-yet-committed")])
        with reader.begin() as reading:
            assert store.entries_after(reading, MATTER, 0) == []
            assert store.counters(reading, [MATTER])[MATTER].seq == 0
    with reader.begin() as reading:
        assert len(store.entries_after(reading, MATTER, 0)) == 1


def test_two_processes_that_begin_a_dialogue_at_once_begin_one(database, engines):
    barrier = threading.Barrier(len(engines))

    def begin(engine):
        barrier.wait(60)
        with engine.begin() as db:
            store.create_dialogue(db, MATTER)
            return store.counter(db, MATTER).epoch

    with ThreadPoolExecutor() as threads:
        epochs = set(threads.map(begin, engines))
    assert len(epochs) == 1


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────


def test_sqlite_writes_to_disk_before_it_answers(sqlite):
    with sqlite.connect() as db:
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert db.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


def test_sqlite_takes_the_write_lock_at_once(sqlite):
    """Two that read first and write then would both hold a read lock, and one fail at once."""

    def read_then_write(number):
        with sqlite.begin() as db:
            before = db.execute(select(t.staff_link.c.generation)).scalars().all()
            time.sleep(0.02)
            row = {"role": f"role-{number}", "generation": len(before)}
            db.execute(t.staff_link.insert(), row)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read_then_write, range(8)))
    with sqlite.begin() as db:
        assert sorted(db.execute(select(t.staff_link.c.generation)).scalars()) == list(range(8))


def test_sqlite_does_not_let_a_reader_take_the_write_lock(sqlite):
    with sqlite.begin() as writer:
        writer.execute(t.staff_link.insert(), {"role": "writing", "generation": 0})
        with sqlite.execution_options(reading=True).begin() as reader:
            assert reader.execute(select(t.staff_link)).all() == []


def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setitem(database.PATIENCE, "connect_timeout", "2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        engine = open_database(f"postgresql+psycopg://u@127.0.0.1:{port}/dialog?sslmode=disable")
        with pytest.raises(OperationalError, match="timeout expired"):
            engine.connect()


def test_what_the_address_says_of_patience_holds():
    engine = open_database("postgresql+psycopg://u@127.0.0.1/dialog?connect_timeout=77")

    @event.listens_for(engine, "do_connect")
    def end(dialect, record, arguments, given):
        raise LookupError(given["connect_timeout"], given["keepalives_idle"])

    with pytest.raises(LookupError, match=r"'77', '10'"):
        engine.connect()
