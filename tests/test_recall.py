"""A dialogue as it was comes out of its log on disk."""

import pytest

from dialog.recall import recall
from dialog.store import log as store
from tests.domain.meeting import ada, fold, meeting

pytest_plugins = ["tests.store.databases"]


@pytest.fixture
def kept(database):
    """The meeting, and the database that its log stands in."""
    it = meeting("write")
    it.post(ada, "Benches")
    it.post(ada, "Lamps")
    with database.begin() as db:
        store.create_dialogue(db, "matter")
        store.append(db, "matter", it.log)
    return it, database


def test_it_stands_as_it_stands(kept):
    it, database = kept
    with database.begin() as db:
        assert recall(db, "matter") == it.dialogue


def test_it_stands_as_it_stood_after_any_entry(kept):
    it, database = kept
    with database.begin() as db:
        was = recall(db, "matter", it.seq - 1)
    assert was == fold("matter", it.log[:-1]) and was.seq == it.seq - 1
    assert [words.words for words in was.contributions.values()] == ["Benches"]


def test_it_says_when_its_last_entry_was_written(kept):
    it, database = kept
    with database.begin() as db:
        assert recall(db, "matter").at == it.log[-1].at


def test_there_is_none_that_nobody_has_begun(kept):
    with kept[1].begin() as db, pytest.raises(LookupError):
        recall(db, "another")
