"""Files of frozen versions are kept as they were; the log says by one number that it is itself."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace
from sqlalchemy import delete, select, update

from dialog.protocol import commands as c
from dialog.store import files, written
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.files import File
from dialog.store.written import Line, canonical, log_hash
from tests.domain.meeting import ada, bo, fay, meeting

pytest_plugins = ["tests.store.databases"]

SECRET = "Nobody shall find these words in the log"
PDF = File("ksau", "pdf", "internal", "ks-2019-017-ksau-v1.pdf", "application/pdf", b"%PDF\0\xff")


def test_a_file_comes_back_as_it_was_and_is_never_written_over(begun):
    other = replace(PDF, content=b"other")
    with begun.begin() as db:
        assert files.keep(db, "matter", 1, PDF, 1000)
        assert not files.keep(db, "matter", 1, other, 2000)
        assert files.keep(db, "matter", 2, other, 3000)
    with begun.begin() as db:
        assert files.kept(db, "matter", 1, "ksau", "pdf") == PDF
        assert files.kept(db, "matter", 1, "ksau", "docx") is None
        assert files.kept(db, "matter", 1, "ksau", "pdf", "public") is None
        [listed] = files.listed(db, "matter", 1)
    assert listed.name == PDF.name
    assert listed.sha256 == hashlib.sha256(PDF.content).hexdigest()


def test_a_file_that_has_been_tampered_with_is_not_given_out(begun):
    with begun.begin() as db:
        files.keep(db, "matter", 1, PDF, 1000)
        db.execute(update(t.file).values(content=b"forged"))
    with begun.begin() as db, pytest.raises(files.Damaged, match=PDF.name):
        files.kept(db, "matter", 1, "ksau", "pdf")


def test_files_of_a_rehearsal_go_with_it(database):
    with database.begin() as db:
        store.create_dialogue(db, "play", rehearsal=True)
        files.keep(db, "play", 1, PDF, 1000)
    with database.begin() as db:
        assert store.discard_rehearsal(db, "play")
        assert files.listed(db, "play", 1) == []


# ── the log's number ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told(begun):
    it = meeting("write")
    it.do(ada, c.PostContribution("write", 0, "keyword", SECRET), "op-of-ada-00000001")
    it.post(bo, "A safe way home")
    it.do(fay, c.HideContribution(2, "duplicate"))
    with begun.begin() as db:
        store.append(db, "matter", it.log)
    return begun


def lines_of(database, upto=10_000):
    with database.begin() as db:
        return list(written.lines(db, "matter", upto))


def test_the_same_log_gives_the_same_number_and_a_shorter_one_another(told):
    whole = lines_of(told)
    assert log_hash(whole) == log_hash(lines_of(told))
    assert log_hash(lines_of(told, len(whole) - 1)) == log_hash(whole[:-1]) != log_hash(whole)


def test_no_line_can_be_changed_left_out_added_or_moved(told):
    lines = lines_of(told)
    number = log_hash(lines)
    for n, line in enumerate(lines):
        assert log_hash([*lines[:n], *lines[n + 1 :]]) != number
        assert log_hash([*lines[:n], line, *lines[n:]]) != number
        changes = {
            "actor": "system" if line.actor != "system" else "machine",
            "at": line.at + 60_000,
        }
        for name, value in changes.items():
            assert log_hash([*lines[:n], replace(line, **{name: value}), *lines[n + 1 :]]) != number
    for (n, first), (m, second) in pairwise(enumerate(lines)):
        assert log_hash([*lines[:n], second, first, *lines[m + 1 :]]) != number


def written_words(db):
    return list(db.execute(select(t.words.c.text)).scalars())


def test_disposing_of_texts_leaves_the_number_as_it_was(told):
    before = log_hash(lines_of(told))
    with told.begin() as db:
        assert SECRET in written_words(db)
        db.execute(delete(t.words))
        db.execute(delete(t.author))
    with told.begin() as db:
        assert written_words(db) == []
    assert log_hash(lines_of(told)) == before


def test_a_line_tells_no_seconds_no_ops_and_no_words(told):
    for line in lines_of(told):
        assert line.at % 60_000 == 0
        assert SECRET.encode() not in canonical(line)
        assert b"op-of-ada" not in canonical(line)


TEXT = st.text(max_size=5)
LINE = st.builds(
    Line,
    seq=st.integers(1, 9),
    session=TEXT,
    access=TEXT,
    actor=TEXT,
    type=TEXT,
    version=st.integers(1, 3),
    body=st.sampled_from([Raw(b"{}"), Raw(b'{"a":1}'), Raw(b'{"a": 1}')]),
    digest=st.none() | TEXT,
    at=st.integers(0, 9),
)


@given(st.lists(LINE, max_size=4), st.lists(LINE, max_size=4))
def test_two_logs_have_one_number_only_if_they_are_the_same(one, other):
    same = [canonical(line) for line in one] == [canonical(line) for line in other]
    assert (log_hash(one) == log_hash(other)) == same
