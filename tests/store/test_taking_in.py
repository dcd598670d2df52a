"""An evening taken in from a copy, into either database: one commit, servers that run, receipts."""

import asyncio
import contextlib
import hashlib
import time
from pathlib import Path

import pytest
from msgspec import ValidationError, convert, structs
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from dialog import __version__, live, take_in
from dialog.backup import checked, take
from dialog.domain.contributions import contribution
from dialog.domain.facts import Fact
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol.events import ContributionPosted, Entry, FeedPaused
from dialog.protocol.frames import OpId
from dialog.protocol.work_events import SessionTakenIn
from dialog.settings import Settings
from dialog.store import audit, doors
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.database import migrate, open_database
from dialog.take_in import CannotTakeIn, held_there, looked_through, opened
from tests.domain import evenings
from tests.domain.meeting import ID, NOON, Meeting, ada, bo, fay
from tests.store.story import without_receipts
from tests.test_live import connected, process, until
from tests.test_live import opened as opened_session
from tests.test_taking_in import HALL, an_evening, called, ended

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"
BY = "registrator/Rut"
RECEIPT = "R" * 24


class Laptop:
    """The other machine: a folder with a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, secret="l" * 40)
        folder.mkdir()
        self.engine = open_database(self.settings.database_url)
        migrate(self.engine)
        self.written = 0

    def keep(self, evening: Meeting) -> "Laptop":
        """What has been written of the evening since the last time."""
        entries = [called(it, HALL) for it in evening.log[self.written :]]
        with self.engine.begin() as db:
            store.create_dialogue(db, MATTER)
            store.append(db, MATTER, entries)
        self.written = len(evening.log)
        return self

    def copy(self) -> Path:
        path = self.settings.data / f"copy-{self.written}.zip"
        take(self.engine, self.settings, path, with_secret=False)
        return path


@pytest.fixture
def laptop(tmp_path):
    made = Laptop(tmp_path / "laptop")
    yield made
    made.engine.dispose()


@pytest.fixture
def town(begun):
    """The municipality's, with an evening of its own."""
    with begun.begin() as db:
        store.append(db, MATTER, evenings.begin(("write", "show-all")).log)
    return begun


@pytest.fixture
def evening():
    it = an_evening()
    it.do(ada, c.PostContribution("write", 0, "keyword", "With a receipt", receipt=RECEIPT))
    return ended(it)


def taken(engine, source, *only):
    with opened(source) as elsewhere:
        there = held_there(elsewhere, "")
    here, _ = looked_through(engine, there, only)
    return take_in.take_in(engine, here, there, only, BY, NOON + 1)


def on_disk(engine):
    with engine.begin() as db:
        log = store.entries_after(db, MATTER, 0)
        assert store.counter(db, MATTER).seq == len(log)
    assert [entry.seq for entry in log] == list(range(1, len(log) + 1))
    return log


def test_words_authors_and_receipts_come_with_it_and_a_second_time_nothing(town, laptop, evening):
    copy = laptop.keep(evening).copy()
    taken(town, copy)
    log = on_disk(town)
    its = [(it.at, it.actor, it.participant, it.words) for it in log if it.session == HALL]
    there = [it for it in without_receipts(evening.log) if it.session == ID]
    assert its == [(it.at, it.actor, it.participant, it.words) for it in there]
    with town.begin() as db:
        found = doors.receipts(db, [hashlib.sha256(RECEIPT.encode()).hexdigest()])
        [(dialogue, seq)] = found.values()
        assert dialogue == MATTER and log[seq - 1].words == "With a receipt"
        notes = [(it.role, it.what, it.about) for it in audit.notes(db)]
        assert notes == [("command-line", "taken-in", f"{HALL}: {BY}")]
        door = doors.door_of(db, HALL)
        assert (door.ended, door.code, door.opened_at) == (True, "", NOON)
    assert taken(town, copy).taking == []
    assert on_disk(town) == log


def test_no_phone_here_can_call_a_wish_as_what_is_taken_in_is_called(town, laptop, evening):
    """A name counts once: whoever was there knows the session and the places of its entries."""
    copy, before = laptop.keep(evening).copy(), on_disk(town)
    with opened(copy) as elsewhere:
        _, plan = looked_through(town, held_there(elsewhere, ""))
    [name, *_] = [it.op for it in plan.taking[0].entries if it.op]
    paused = Entry(len(before) + 1, ID, "public", "facilitator", NOON, FeedPaused(True))
    with contextlib.suppress(ValidationError), town.begin() as db:
        store.append(db, MATTER, [structs.replace(paused, op=convert(name, OpId))])
    taken(town, copy)
    for op in [it.op for it in on_disk(town)[len(before) :] if it.op]:
        with pytest.raises(ValidationError):
            convert(op, OpId)


def test_the_folder_of_the_other_machine_does_as_well_and_is_not_changed(town, laptop, evening):
    laptop.keep(evening)
    before = on_disk(laptop.engine)
    taken(town, laptop.settings.data)
    assert taken(town, laptop.copy()).taking == []
    assert on_disk(laptop.engine) == before


def test_a_preview_changes_nothing(town, laptop, evening):
    before = on_disk(town)
    with opened(laptop.keep(evening).copy()) as elsewhere:
        _, plan = looked_through(town, held_there(elsewhere, "KS 2019/017"), ())
    assert [it.session for it in plan.taking] == [HALL]
    assert on_disk(town) == before


def test_a_machine_that_dies_in_the_middle_has_taken_in_nothing(town, laptop, evening, monkeypatch):
    copy, before = laptop.keep(evening).copy(), on_disk(town)
    monkeypatch.setattr(take_in, "AT_A_TIME", 5)
    with monkeypatch.context() as dying:
        dying.setattr(store, "keep_receipts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            taken(town, copy)
    assert on_disk(town) == before
    assert [it.session for it in taken(town, copy).taking] == [HALL]
    assert sum(isinstance(it.event, SessionTakenIn) for it in on_disk(town)) == 1


def test_the_log_itself_takes_no_entry_of_an_evening_twice(town, laptop, evening):
    """Whatever somebody has looked at before: the same entry has the same operation."""
    taken(town, laptop.keep(evening).copy())
    log = on_disk(town)
    entry = next(
        it for it in log if isinstance(it.event, ContributionPosted) and it.session == HALL
    )
    entry.seq = log[-1].seq + 1
    with pytest.raises(IntegrityError), town.begin() as db:
        store.append(db, MATTER, [entry])


def test_what_came_meanwhile_is_seen_before_it_is_written(town, laptop, evening):
    with opened(laptop.keep(evening).copy()) as elsewhere:
        there = held_there(elsewhere, "")
    here, looked = looked_through(town, there, ())
    another_one = looked_through(town, there, ())[0]
    take_in.take_in(town, another_one, there, (), BY, NOON)
    assert looked.taking and take_in.take_in(town, here, there, (), BY, NOON).taking == []


async def test_servers_that_run_see_it_and_go_on(database_url, laptop, evening):
    copy = laptop.keep(evening).copy()
    async with process(database_url, watch=True) as one, process(database_url, watch=True) as two:
        meeting = await opened_session(one)
        other = await two.dialogue(MATTER)
        board = await connected(other, Person("presidium"), "workboard")
        await meeting.do(ada, c.PostContribution("write", 0, "keyword", "Before"))
        taken(one.engine, copy)
        await meeting.do(bo, c.PostContribution("write", 0, "keyword", "After"))
        await until(lambda: other.dialogue.seq == meeting.dialogue.seq)
        await until(lambda: any(HALL in it.dialogue.sessions for it in (other, meeting)))
        for each in (meeting, other):
            its = each.dialogue.sessions[HALL]
            assert [it.words for it in its.contributions.values()] == [
                it.words for it in evening.session.contributions.values()
            ]
        last = max(meeting.dialogue.contributions)
        assert meeting.dialogue.contributions[last].words == "After"
        assert meeting.dialogue.contributions[last].session == ID
        await until(lambda: board.records["changes"].changes)
        assert board.records["changes"].changes[0].words == "session_taken_in"


async def test_a_server_does_other_things_while_it_takes_in_what_has_come(
    database_url, laptop, evening, monkeypatch
):
    monkeypatch.setattr(live, "APPLIED_AT_ONCE", 5)
    copy, seen = laptop.keep(evening).copy(), set()
    async with process(database_url) as here:
        meeting = await opened_session(here)
        before = meeting.dialogue.seq
        taken(here.engine, copy)
        upto = len(on_disk(here.engine))
        meeting.look_again()
        async with asyncio.timeout(60):
            while meeting.dialogue.seq < upto:
                seen.add(meeting.dialogue.seq)
                await asyncio.sleep(0)
    assert len(seen - {before}) >= 2


async def test_what_happens_there_later_is_taken_the_next_time(town, laptop, evening):
    taken(town, laptop.keep(evening).copy())
    evening.do(fay, c.HideContribution(1, "spam"))
    evening.do(ada, c.WithdrawContribution(7))
    plan = taken(town, laptop.keep(evening).copy())
    assert len(plan.parts[0].entries) == 2
    last = [it for it in on_disk(town) if it.session == HALL][-2:]
    assert {it.at for it in last} == {NOON}


def test_two_codes_that_were_changed_do_not_meet(town, laptop, evening, tmp_path):
    changed = evenings.begin(("write", "show-all"))
    changed.do(fay, c.ChangeCode("AAA2345"))
    taken(town, laptop.keep(ended(changed)).copy())
    more = Laptop(tmp_path / "another")
    with more.engine.begin() as db:
        store.create_dialogue(db, MATTER)
        store.append(db, MATTER, [called(it, "third") for it in changed.log])
    taken(town, more.copy())
    more.engine.dispose()
    with town.begin() as db:
        codes = dict(db.execute(select(t.session.c.id, t.session.c.code)).all())
    assert codes["third"] is codes[HALL] is None


def test_rehearsals_are_never_taken_in(town, laptop, evening):
    with laptop.engine.begin() as db:
        store.create_dialogue(db, "rehearsal-1", rehearsal=True)
        entries = [called(it, "rehearsed") for it in evening.log]
        store.append(db, "rehearsal-1", entries)
    with pytest.raises(CannotTakeIn, match="it has none"):
        taken(town, laptop.copy())


def test_a_dialogue_of_which_nothing_is_taken_has_no_log_here(database, laptop):
    laptop.keep(an_evening())
    plan = taken(database, laptop.copy())
    assert [it.why_not for it in plan.parts] == ["goes on there: end it, and copy again"]
    with database.begin() as db:
        assert store.dialogues(db) == []


def test_the_preview_says_whose_copy_it_is(town, laptop, evening):
    """Two municipalities that began with the same example have the same record number."""
    copy, said = laptop.keep(evening).copy(), []
    with opened(copy) as elsewhere:
        _, plan = looked_through(town, held_there(elsewhere, ""), ())
    take_in.show(plan, said.append)
    municipality = evening.dialogue.definition.municipality
    assert municipality and f", {municipality}, " in said[0]
    made = checked(copy).made
    assert take_in.origin(copy) == f"A copy that was made {made} by release {__version__}"
    assert str(laptop.settings.data) in take_in.origin(laptop.settings.data)


def test_a_file_that_is_no_copy_is_said_so(town, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "photo.zip").write_bytes(b"not a copy")
    with pytest.raises(CannotTakeIn, match="cannot be read"):
        taken(town, tmp_path / "photo.zip")
    with pytest.raises(CannotTakeIn, match="there is no dialogue in"):
        taken(town, empty)


def test_a_folder_of_a_newer_release_is_said_so(town, laptop, evening):
    laptop.keep(evening)
    with laptop.engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = 'newer'")
    with pytest.raises(CannotTakeIn, match="of a newer release"):
        taken(town, laptop.settings.data)


def test_nothing_of_the_other_machine_stays_on_the_disk(town, laptop, evening, tmp_path):
    copy = laptop.keep(evening).copy()
    before = set(tmp_path.rglob("*"))
    with opened(copy) as elsewhere:
        held_there(elsewhere, "")
        with elsewhere.connect() as db:
            assert db.execute(select(func.count()).select_from(t.words)).scalar()
        assert elsewhere.url.database in (None, "", ":memory:")
    assert {it for it in set(tmp_path.rglob("*")) - before if "dialog.db" not in it.name} == set()


def many(evening: Meeting, n: int) -> Meeting:
    step = evening.session.step_named("write")
    for number in range(n):
        wish = c.PostContribution("write", 0, "keyword", f"Number {number}")
        event = contribution(evening.session, step, wish, "live")
        evening.now += 1
        evening.apply(ada, Fact(event, f"Number {number}", receipt=f"receipt-{number}"))
    return ended(evening)


def test_five_thousand_contributions_are_taken_in_at_once(town, laptop):
    """In seconds; how many is not measured here."""
    evening = many(evenings.begin(("write", "show-all")), 5000)
    copy, before = laptop.keep(evening).copy(), len(on_disk(town))
    begun = time.monotonic()
    taken(town, copy)
    print(f"{time.monotonic() - begun:.1f} s")
    n = sum(it.session == ID for it in evening.log)
    assert len(on_disk(town)) == before + n + 1
