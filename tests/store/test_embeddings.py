"""Vectors in the database: kept by dialogue, model and text; gone with their dialogue."""

import hashlib
import subprocess
import sys

from sqlalchemy import func, select

from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.embeddings import AT_A_TIME, keep, known

pytest_plugins = ["tests.store.databases"]


def some(count, width=8):
    """hash -> vector"""
    hashes = [hashlib.sha256(str(n).encode()).digest() for n in range(count)]
    return {hash: hash[:width] for hash in hashes}


def rows(database):
    with database.begin() as db:
        return db.execute(select(func.count()).select_from(t.embedding)).scalar()


def test_what_is_kept_comes_back_however_much_it_is(begun):
    vectors = some(2 * AT_A_TIME + 1)
    with begun.begin() as db:
        keep(db, "matter", "m-1", vectors)
    asked = [*vectors, b"unknown"]
    with begun.begin() as db:
        assert known(db, "matter", "m-1", asked) == vectors
        assert known(db, "matter", "m-1", []) == {}
        assert known(db, "matter", "m-2", asked) == known(db, "other", "m-1", asked) == {}


def test_the_last_word_counts(begun):
    with begun.begin() as db:
        keep(db, "matter", "m-1", {b"x": b"old", b"y": b"same"})
        keep(db, "matter", "m-1", {b"x": b"new"})
        keep(db, "matter", "m-1", {})
        assert known(db, "matter", "m-1", [b"x", b"y"]) == {b"x": b"new", b"y": b"same"}


def test_a_rehearsal_takes_its_vectors_with_it(begun):
    with begun.begin() as db:
        store.create_dialogue(db, "rehearsal", rehearsal=True)
        keep(db, "rehearsal", "m-1", some(3))
        keep(db, "matter", "m-1", some(2))
        assert store.discard_rehearsal(db, "rehearsal")
    assert rows(begun) == 2


def test_nothing_is_kept_for_a_dialogue_that_is_thrown_away(begun):
    with begun.begin() as db:
        keep(db, "rehearsal", "m-1", some(3))
    assert rows(begun) == 0


PROCESS = """
import sys
from dialog.store.database import open_database
from dialog.store.embeddings import DatabaseCache
from tests.store.test_embeddings import some
cache, vectors = DatabaseCache(open_database(sys.argv[1])), some(300)
if sys.argv[2] == "backwards":
    vectors = dict(reversed(vectors.items()))
print("ready", flush=True)
input()
for _ in range(10):
    cache.keep("matter", "m-1", vectors)
assert cache.known("matter", "m-1", list(vectors)) == vectors
"""


def test_two_processes_may_keep_the_same(begun, database_url):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, database_url, order],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for order in ("forwards", "backwards")
    ]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write(b"now\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert said == [b"", b""]
    assert rows(begun) == 300
