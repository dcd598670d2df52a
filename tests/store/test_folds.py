"""Kept folds in the database: taken for true only as long as everything about them agrees."""

import hashlib
import logging
from random import randbytes

import pytest
from sqlalchemy import delete, select, text, update

from dialog import folds
from dialog.bus import MemoryBus
from dialog.folds import Fold
from dialog.keeping import Keeper
from dialog.live import LiveDialogues
from dialog.protocol.commands import PostOnBehalf
from dialog.store import disposal, log, snapshot
from dialog.store import folds as store
from dialog.store import tables as t
from dialog.store.database import open_database
from dialog.store.log import Counter
from tests.domain.meeting import Meeting, ada, bo, fay, post
from tests.store.story import RECEIPT, SECRET, evening

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"
LATER = PostOnBehalf("write", "keyword", "Later", target_group="old")


@pytest.fixture
def it() -> Meeting:
    return evening()


@pytest.fixture
def database_of(begun, it):
    """With the evening in which everything happens."""
    with begun.begin() as db:
        log.append(db, MATTER, it.log)
    return begun


class Home:
    """A process, its keeper with a mind of its own about when a log is long."""

    def __init__(self, engine, every=10):
        self.live = LiveDialogues(engine, MemoryBus())
        self.keeper = Keeper(self.live, every)

    async def __aenter__(self):
        return self.keeper

    async def __aexit__(self, *error):
        await self.live.close()


def place(engine):
    with engine.connect() as db:
        return store.places(db).get(MATTER)


def row(engine):
    with engine.connect() as db:
        return db.execute(select(t.fold)).one_or_none()


def opened(engine):
    with engine.connect() as db:
        return folds.opened(db, MATTER)


def epoch(engine):
    with engine.connect() as db:
        return log.counter(db, MATTER).epoch


def change(engine, **values):
    with engine.begin() as db:
        db.execute(update(t.fold).values(**values))


def same(found: Fold, it: Meeting) -> bool:
    """As the log says it: what is beside it has no receipts."""
    return found.dialogue == it.folded_again()


async def go_on(engine, it, wishes):
    """A few more entries in the log."""
    before = it.seq
    for person, wish in wishes:
        it.do(person, wish)
    with engine.begin() as db:
        log.append(db, MATTER, it.log[before:])


# ── kept, and gone on from ────────────────────────────────────────────────────────────────────


async def test_a_long_log_is_kept_and_opened_from_there(database_of, it):
    assert opened(database_of).kept is None
    async with Home(database_of) as keeper:
        await keeper.look()
    kept = place(database_of)
    assert (kept.seq, kept.epoch, kept.release) == (it.seq, epoch(database_of), folds.release())
    found = opened(database_of)
    assert found.kept is not None and found.kept.place == kept
    assert found.counter == Counter(it.seq, epoch(database_of))
    assert same(found.fold, it)


async def test_a_short_log_is_not_kept(database_of, it):
    async with Home(database_of, every=it.seq + 1) as keeper:
        await keeper.look()
    assert place(database_of) is None


async def test_what_came_later_is_folded_on(database_of):
    it = await evening_going_on(database_of)
    found = opened(database_of)
    assert found.kept.seq < found.fold.dialogue.seq == it.seq
    assert same(found.fold, it)


async def evening_going_on(engine):
    """An evening that was kept, and in which more has happened since."""
    it = Meeting().go("write")
    it.post(ada, "Benches")
    it.post(bo, "Paths")
    with engine.begin() as db:
        db.execute(delete(t.event))
        db.execute(delete(t.words))
        db.execute(delete(t.author))
        db.execute(delete(t.session))
        db.execute(delete(t.receipt))
        db.execute(update(t.dialogue).values(seq=0))
        log.append(db, MATTER, it.log)
    async with Home(engine, every=3) as keeper:
        await keeper.look()
    await go_on(engine, it, [(ada, post("Trees")), (bo, post("Ponds"))])
    return it


async def test_it_is_kept_anew_once_it_has_grown(database_of):
    it = await evening_going_on(database_of)
    before = place(database_of)
    async with Home(database_of, every=10) as keeper:
        await keeper.look()
        assert place(database_of) == before, "two more are no matter"
        keeper.every = 2
        await keeper.look()
    assert place(database_of).seq == it.seq


async def test_the_number_kept_is_the_logs_own(database_of, it):
    """The one that a backup and an archive say."""
    async with Home(database_of) as keeper:
        await keeper.look()
        kept = row(database_of)
        with database_of.connect() as db:
            assert kept.log_hash == folds.numbered(db, MATTER, store.NOTHING_BEFORE, 0, it.seq)
        assert await folds.is_of_this_log(keeper.live.read, MATTER, opened(database_of).kept)


# ── not taken for true ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong",
    [
        {"epoch": "another"},
        {"release": "another"},
        {"sha256": "0" * 64},
        {"hash_before": "0" * 64},
        {"hash_before": "no number"},
        {"log_hash": "0" * 64},
        {"seq": 7},
        {"seq": 10_000},
        {"body": b"cos\nsystem\n(S'true'\ntR."},
        {"body": b""},
    ],
    ids=lambda it: next(iter(it)),
)
async def test_what_does_not_agree_is_not_gone_on_from(database_of, it, wrong):
    async with Home(database_of) as keeper:
        await keeper.look()
    change(database_of, **wrong)
    found = opened(database_of)
    assert found.kept is None
    assert same(found.fold, it)
    async with Home(database_of) as keeper:
        await keeper.look()
        await keeper.look()
    found = opened(database_of)
    assert found.kept is not None, "it is kept anew"
    assert same(found.fold, it)


async def test_nor_what_is_whole_and_of_another_shape(database_of, it, caplog):
    async with Home(database_of) as keeper:
        await keeper.look()
    sha256, body = store.compressed([b"\x00\x00\x00\x01\x90"])
    change(database_of, sha256=sha256, body=body)
    assert opened(database_of).kept is None
    assert "cannot be read" in caplog.text


async def test_nor_what_is_of_another_row_of_the_log(database_of, it):
    async with Home(database_of) as keeper:
        await keeper.look()
    with database_of.begin() as db:
        db.execute(update(t.event).where(t.event.c.seq == it.seq).values(at=0))
    assert opened(database_of).kept is None


async def forged(engine, it):
    """A fold that is whole, of this log by all that is looked at on opening, and not true."""
    false = folds.opened
    with engine.connect() as db:
        found = false(db, MATTER)
    found.fold.dialogue.contributions[2].words = "Nobody has written this"
    kept = found.kept
    new = folds.kept_of(found.fold, kept.epoch, kept.hash_before, kept.log_hash)
    with engine.begin() as db:
        assert store.keep(db, MATTER, new)


async def test_the_worker_finds_what_is_not_what_the_log_says(database_of, it, caplog):
    async with Home(database_of) as keeper:
        await keeper.look()
    await forged(database_of, it)
    before = epoch(database_of)
    async with Home(database_of) as keeper:
        live = await keeper.live.dialogue(MATTER)
        assert live.dialogue.contributions[2].words == "Nobody has written this"
        with caplog.at_level(logging.ERROR):
            await keeper.look()
        assert "is not what its log says" in caplog.text
        assert place(database_of) is None
        assert epoch(database_of) != before, "whoever has gone on from it begins anew"
        await keeper.look()
    assert same(opened(database_of).fold, it) and opened(database_of).kept is not None


async def test_what_the_worker_has_found_right_it_does_not_work_out_again_at_once(database_of):
    async with Home(database_of) as keeper:
        await keeper.look()
        reads = []
        keeper.live.read = counted(keeper.live.read, reads)
        await keeper.look()
        assert len(reads) == 2, "where logs and folds stand"
    async with Home(database_of) as keeper:
        reads = []
        keeper.live.read = counted(keeper.live.read, reads)
        await keeper.look()
        assert len(reads) > 2, "another process trusts nobody"


def counted(read, reads):
    def reading(*arguments):
        reads.append(arguments)
        return read(*arguments)

    return reading


async def test_a_log_that_was_changed_far_back_is_noticed_after_opening(database_of, it, caplog):
    async with Home(database_of) as keeper:
        await keeper.look()
    with database_of.begin() as db:
        db.execute(update(t.event).where(t.event.c.seq == 3).values(actor="moderator"))
    before = epoch(database_of)
    async with Home(database_of) as keeper:
        await keeper.live.dialogue(MATTER)
        [looking] = keeper.live.looking
        await looking
    assert "is not of its log" in caplog.text
    assert epoch(database_of) != before and place(database_of) is None


# ── what people wrote, and where it must not stay ─────────────────────────────────────────────


async def test_it_is_not_put_back_into_a_new_life(database_of, it):
    async with Home(database_of) as keeper:
        await keeper.look()
    kept = opened(database_of).kept
    with database_of.begin() as db:
        log.new_epoch(db, MATTER)
        assert db.execute(select(t.fold)).all() == []
    with database_of.begin() as db:
        assert not store.keep(db, MATTER, kept)
    assert row(database_of) is None


async def test_a_fold_of_a_life_that_is_over_ends_no_other(database_of):
    """Something was disposed of while it was worked out anew: of course it differs."""
    async with Home(database_of) as keeper:
        await keeper.look()
    kept = place(database_of)
    with database_of.begin() as db:
        log.new_epoch(db, MATTER)
    before = epoch(database_of)
    with database_of.begin() as db:
        assert not store.mistrust(db, MATTER, kept)
    assert epoch(database_of) == before


async def test_a_release_that_knows_nothing_of_it_leaves_it_for_the_next_look(database_of, it):
    async with Home(database_of, every=10_000) as keeper:
        keeper.every = 10
        await keeper.look()
        keeper.every = 10_000
        with database_of.begin() as db:
            db.execute(update(t.dialogue).values(epoch="a new life"))
        await keeper.look()
    assert row(database_of) is None


async def test_it_goes_with_a_rehearsal(database_of):
    async with Home(database_of) as keeper:
        await keeper.look()
    with database_of.begin() as db:
        db.execute(update(t.dialogue).values(rehearsal=True))
        assert log.discard_rehearsal(db, MATTER)
    assert row(database_of) is None


async def test_no_copy_of_the_database_has_it(database_of):
    with database_of.connect() as db:
        names = {it.name for it in snapshot.tables(db)}
    assert "event" in names and "fold" not in names


async def test_it_holds_no_more_of_anybody_than_the_log_and_what_is_beside_it(database_of, it):
    async with Home(database_of) as keeper:
        await keeper.look()
    with database_of.connect() as db:
        kept = opened(database_of).kept
        content = store.content(kept)
        rows = [tuple(row) for name in ("event", "words", "author") for row in all_of(db, name)]
    assert SECRET.encode() in content
    for word in (RECEIPT, hashlib.sha256(RECEIPT.encode()).hexdigest()):
        assert word.encode() not in content
    kept_ops = {entry.op for entry in it.log if entry.op and entry.op.encode() in content}
    assert kept_ops <= {value for row in rows for value in row if isinstance(value, str)}


def all_of(db, name):
    return db.execute(select(t.metadata.tables[name])).all()


async def test_after_participants_were_unlinked_it_knows_the_new_numbers_only(database_of, it):
    async with Home(database_of) as keeper:
        await keeper.look()
        with database_of.begin() as db:
            disposal.unlink(db, MATTER, "evening")
            log.new_epoch(db, MATTER)
        await keeper.look()
    fold = opened(database_of).fold
    assert opened(database_of).kept is not None
    with database_of.connect() as db:
        authors = dict(db.execute(select(t.author.c.seq, t.author.c.participant)).all())
    mine = [it for it in fold.dialogue.contributions.values() if it.posted.channel == "phone"]
    for one in fold.dialogue.contributions.values():
        assert one.participant == authors.get(one.seq)
    assert all(it.op is None for it in mine)


def test_nothing_of_it_is_left_in_postgresql(postgres_with_tables):
    """Its dead rows go with those of the words; SQLite writes over what it deletes."""
    database = open_database(postgres_with_tables)
    row = {it.name: "x" * 8 for it in t.fold.c} | {"seq": 1, "body": randbytes(100_000)}
    with database.begin() as db:
        db.execute(delete(t.fold))
        db.execute(t.fold.insert(), row)
    with database.begin() as db:
        store.drop(db, "x" * 8)
    lying = text("SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'fold'")
    with database.connect() as db:
        assert db.execute(lying).scalar() >= 100_000
    disposal.scrub(database)
    with database.connect() as db:
        assert db.execute(lying).scalar() == 0
    database.dispose()


async def test_it_is_kept_while_people_write(database_of, it):
    """Whoever writes meanwhile is only after it in the log."""
    async with Home(database_of) as keeper:
        live = await keeper.live.dialogue(MATTER)
        fold_on = keeper.live.read

        async def reading(work, *arguments):
            found = await fold_on(work, *arguments)
            if work is not store.places and work is not log.all_counters:
                await live.do(fay, LATER)
            return found

        keeper.live.read = reading
        await keeper.look()
        keeper.live.read = fold_on
        seq = live.dialogue.seq
    assert seq > place(database_of).seq
    assert opened(database_of).fold.dialogue.seq == seq
