"""The log on disk: what is appended comes back, words and people lie beside it."""

import hashlib
import json

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DataError, IntegrityError

from dialog.protocol.events import Entry, ParticipantJoined, TimerSet
from dialog.protocol.upcasters import UnknownEvent
from dialog.store import doors
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.database import open_database
from tests.domain.meeting import ID, fold
from tests.store.story import RECEIPT, SECRET, evening, without_receipts

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"


def entry(seq, op=None, participant=None, words=None, receipt=None):
    return Entry(
        seq, ID, "public", "participant", 0, ParticipantJoined(), participant, words, op, receipt
    )


@pytest.fixture
def filled(database):
    """The whole evening, written in three commits."""
    log = evening().log
    with database.begin() as db:
        store.create_dialogue(db, MATTER)
    for part in (log[:1], log[1:10], log[10:]):
        with database.begin() as db:
            store.locked(db, MATTER)
            store.append(db, MATTER, part)
    return database


def read(database, after=0, upto=None):
    with database.begin() as db:
        return store.entries_after(db, MATTER, after, upto)


# ── there and back ────────────────────────────────────────────────────────────────────────────


def test_a_log_comes_back_as_it_was_written_and_folds_to_the_same(filled):
    it = evening()
    assert read(filled) == without_receipts(it.log)
    assert fold(MATTER, read(filled)) == it.dialogue


def test_a_part_of_the_log_can_be_asked_for(filled):
    whole = read(filled)
    assert read(filled, after=7) == whole[7:]
    assert read(filled, after=7, upto=9) == whole[7:9]
    assert read(filled, after=len(whole)) == []


def test_the_counter_says_where_the_log_stands(filled):
    length = len(read(filled))
    with filled.begin() as db:
        store.create_dialogue(db, "another")
        epoch = store.counter(db, MATTER).epoch
        assert store.counter(db, MATTER) == store.locked(db, MATTER) == store.Counter(length, epoch)
        found = store.counters(db, [MATTER, "another", "none"])
        assert {id: it.seq for id, it in found.items()} == {MATTER: length, "another": 0}
        assert store.counters(db, []) == {}
        assert store.counter(db, "none") is store.locked(db, "none") is None


def test_a_dialogue_is_begun_once_and_keeps_its_epoch(begun):
    with begun.begin() as db:
        epoch = store.counter(db, MATTER).epoch
        store.create_dialogue(db, MATTER)
        assert store.counter(db, MATTER).epoch == epoch
        store.create_dialogue(db, "another")
        assert store.counter(db, "another").epoch != epoch


def test_a_commit_late_in_an_evening_reads_no_more_than_one_at_its_beginning(new_postgres_url):
    """However often the driver has asked the same while there was next to nothing in the log."""
    engine = open_database(new_postgres_url)
    with engine.connect() as db:
        with db.begin():
            store.create_dialogue(db, MATTER)
        for _ in range(20):
            commit(db, 20)
        commit(db, 5000)
        before = rows_read(db)
        commit(db, 20)
        read = rows_read(db) - before
    engine.dispose()
    assert read < 200, "of more than five thousand"


def commit(db, entries):
    """So many more, asked for and written as every commit does."""
    with db.begin():
        first = store.locked(db, MATTER).seq + 1
        log = [
            entry(seq, f"op-number-{seq}-of-all", receipt=f"receipt {seq}")
            for seq in range(first, first + entries)
        ]
        store.known_ops(db, MATTER, [it.op for it in log])
        store.append(db, MATTER, log)


def rows_read(db):
    with db.begin():
        read = "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_user_tables"
        db.exec_driver_sql("SELECT pg_stat_force_next_flush()")
    with db.begin():
        return db.exec_driver_sql(read).scalar_one()


# ── one op once, no gaps ──────────────────────────────────────────────────────────────────────


def test_known_ops_are_found_with_their_seq(filled):
    with filled.begin() as db:
        known = store.known_ops(db, MATTER, ["op-of-ada-00000001", "never-seen-before"])
        assert list(known) == ["op-of-ada-00000001"]
        first = store.entries_after(db, MATTER, known["op-of-ada-00000001"] - 1)[0]
        assert first.words == SECRET
        assert store.known_ops(db, "another", ["op-of-ada-00000001"]) == {}
        assert store.known_ops(db, MATTER, []) == {}


def test_an_op_stands_in_a_dialogue_once(begun):
    with begun.begin() as db:
        store.create_dialogue(db, "another")
        store.append(db, MATTER, [entry(1, "the-same-op-1234")])
        store.append(db, "another", [entry(1, "the-same-op-1234")])
    with pytest.raises(IntegrityError), begun.begin() as db:
        store.append(db, MATTER, [entry(2, "another-op-12345"), entry(3, "the-same-op-1234")])
    assert len(read(begun)) == 1
    with begun.begin() as db:
        assert store.counter(db, MATTER).seq == 1


@pytest.mark.parametrize("seqs", [[2], [0], [1, 3], [2, 3], [2, 1]])
def test_a_gap_is_never_written(begun, seqs):
    with pytest.raises(store.OutOfOrder), begun.begin() as db:
        store.append(db, MATTER, [entry(seq) for seq in seqs])
    assert read(begun) == []
    with begun.begin() as db:
        assert store.counter(db, MATTER).seq == 0


def test_what_is_rolled_back_leaves_nothing(begun):
    with pytest.raises(RuntimeError), begun.begin() as db:
        store.append(db, MATTER, [entry(1, "an-op-of-sixteen", 1, "Words", "receipt")])
        raise RuntimeError
    with begun.begin() as db:
        for table in (t.event, t.words, t.author, t.receipt):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 0
        assert store.counter(db, MATTER).seq == 0


def test_postgresql_refuses_what_is_too_long_for_its_place_and_cuts_nothing_off(new_postgres_url):
    engine = open_database(new_postgres_url)
    with engine.begin() as db:
        store.create_dialogue(db, MATTER)
    for few in (1, 2):
        with pytest.raises(DataError), engine.begin() as db:
            log = [entry(seq, f"{seq}" * 41) for seq in range(1, few + 1)]
            store.append(db, MATTER, log)
    assert read(engine) == []
    engine.dispose()


# ── beside the log ────────────────────────────────────────────────────────────────────────────


def test_the_log_itself_holds_no_words_and_no_people(filled):
    with filled.begin() as db:
        rows = [dict(row._mapping) for row in db.execute(select(t.event))]
        written = [row.text for row in db.execute(select(t.words))]
    assert {"participant", "author", "receipt", "words"}.isdisjoint(rows[0])
    for row in rows:
        body = json.loads(row["body"])
        assert "participant" not in body and "receipt" not in body
        if body["type"] not in ("dialogue-created", "session-opened"):
            said = {value for value in strings(body) if value and value in written}
            assert not said
            assert SECRET not in str(row)


def strings(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def test_people_lie_beside_the_log_and_staff_do_not(filled):
    with filled.begin() as db:
        people = {row.seq: row.participant for row in db.execute(select(t.author))}
    log = evening().log
    assert people == {it.seq: it.participant for it in log if it.participant is not None}
    assert set(people) >= {it.seq for it in log if it.actor == "participant"}
    assert not set(people) & {it.seq for it in log if it.actor in ("facilitator", "machine")}


def test_a_text_can_be_verified_and_not_be_guessed_without_its_salt(filled):
    with filled.begin() as db:
        words = {row.seq: row for row in db.execute(select(t.words))}
        digests = {row.seq: row.digest for row in db.execute(select(t.event)) if row.digest}
    assert words.keys() == digests.keys()
    for seq, row in words.items():
        assert digests[seq] == hashlib.sha256(bytes(row.salt) + row.text.encode()).hexdigest()
        assert digests[seq] != hashlib.sha256(row.text.encode()).hexdigest()
    assert len({bytes(row.salt) for row in words.values()}) == len(words)


def test_only_the_hash_of_a_receipt_is_kept_and_it_finds_its_contribution(filled):
    hash = hashlib.sha256(RECEIPT.encode()).hexdigest()
    with filled.begin() as db:
        found = doors.receipts(db, [hash, "0" * 64])
        kept = db.execute(select(t.receipt)).all()
    assert RECEIPT not in str(kept)
    assert list(found) == [hash]
    dialogue, seq = found[hash]
    assert dialogue == MATTER
    assert read(filled, seq - 1)[0].words == SECRET


def test_a_receipt_used_again_stays_with_its_first_contribution(begun):
    with begun.begin() as db:
        store.append(db, MATTER, [entry(1, receipt="x"), entry(2, receipt="x"), entry(3)])
        store.append(db, MATTER, [entry(4, receipt="x"), entry(5, receipt="y")])
        assert sorted(row.seq for row in db.execute(select(t.receipt))) == [1, 5]


def test_after_disposal_the_log_folds_without_words_and_people(filled):
    before = fold(MATTER, read(filled)).sessions[ID]
    with filled.begin() as db:
        for table in (t.words, t.author):
            db.execute(delete(table).where(table.c.dialogue == MATTER))
    log = read(filled)
    assert all(it.words is None and it.participant is None for it in log)
    after = fold(MATTER, log).sessions[ID]
    assert len(after.contributions) == len(before.contributions)
    assert after.tally.contributions == before.tally.contributions
    assert after.tally.behind == before.tally.behind == 1
    assert after.dots["dots"].totals == before.dots["dots"].totals
    assert not any(it.is_visible for it in after.contributions.values())


# ── what follows from the log ─────────────────────────────────────────────────────────────────


def test_the_door_follows_the_log(filled):
    with filled.begin() as db:
        assert doors.behind_code(db, "ABC2345") is None
        door = doors.behind_code(db, "NEW2345")
    assert (door.session, door.dialogue, door.ended) == (ID, MATTER, True)


def test_two_sessions_cannot_have_the_same_code(begun):
    opened = evening().log[1]
    with begun.begin() as db:
        store.append(db, MATTER, [entry(1), opened])
    again = Entry(3, "another", "public", "system", 0, opened.event)
    with pytest.raises(IntegrityError), begun.begin() as db:
        store.append(db, MATTER, [again])


def test_only_a_rehearsal_can_be_thrown_away_and_it_leaves_nothing(filled):
    rehearsed = evening().log
    for it in rehearsed:
        it.session = it.session and "practice"
        it.receipt = it.receipt and "another receipt"
        if hasattr(it.event, "code"):
            it.event.code = f"REHEARSE{it.seq}"
    with filled.begin() as db:
        store.create_dialogue(db, "rehearsal", rehearsal=True)
        store.append(db, "rehearsal", rehearsed)
        assert store.discard_rehearsal(db, MATTER) is False
        assert store.discard_rehearsal(db, "none") is False
        assert store.discard_rehearsal(db, "rehearsal") is True
        assert store.counter(db, "rehearsal") is None
        for table in (t.event, t.words, t.author, t.receipt, t.session):
            dialogues = set(db.execute(select(table.c.dialogue)).scalars())
            assert dialogues == {MATTER}, table.name


# ── events of other releases ──────────────────────────────────────────────────────────────────


def test_an_event_of_a_newer_release_is_not_guessed_at(begun):
    with begun.begin() as db:
        store.append(db, MATTER, [Entry(1, ID, "public", "system", 0, TimerSet(7))])
        db.execute(t.event.update().values(version=2))
    with pytest.raises(UnknownEvent, match="timer-set"):
        read(begun)


def test_an_event_of_an_unknown_kind_is_not_guessed_at(begun):
    with begun.begin() as db:
        store.append(db, MATTER, [entry(1)])
        db.execute(
            t.event.update().values(type="hall-applauded", body=b'{"type":"hall-applauded"}')
        )
    with pytest.raises(UnknownEvent, match="hall-applauded"):
        read(begun)
