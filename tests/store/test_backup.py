"""A copy of everything, and back: into the same kind of database or the other."""

import asyncio
import contextlib
import hashlib
import json
import os
import zipfile
from itertools import count
from pathlib import Path

import click
import pytest
from sqlalchemy import insert, select

from dialog.backup import MANIFEST, CannotRestore, checked, restore, take
from dialog.cli.shared import write_whole
from dialog.domain import rules
from dialog.identity import PARTICIPANT
from dialog.settings import Settings
from dialog.store import audit, doors, files, snapshot
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.audit import Note
from dialog.store.database import open_database
from dialog.store.files import File
from dialog.take_in import CannotTakeIn
from dialog.take_in import opened as opened_there
from tests.domain.meeting import ada, post
from tests.store.story import RECEIPT, SECRET, evening, without_receipts
from tests.test_live import connected, opened, process, until

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"


@pytest.fixture
def full(begun, tmp_path):
    """Settings of an installation in which a whole evening stands, and more beside it."""
    with begun.begin() as db:
        store.append(db, MATTER, evening().log)
        doors.revoke(db, "presidium")
        files.keep(db, MATTER, 1, File("archive", "zip", "internal", "a.zip", "", b"\0\xff"), 1)
        db.execute(
            insert(t.embedding),
            {"dialogue": MATTER, "model": "m", "text_hash": b"\1"} | {"vector": b"\0"},
        )
    settings = settings_on(begun.url.render_as_string(hide_password=False), tmp_path / "full")
    own = settings.own_sessions / "park" / "dialogue.toml"
    own.parent.mkdir(parents=True)
    own.write_text("id = 'park'")
    return settings


@pytest.fixture
def copy(full, begun, tmp_path):
    take(begun, full, tmp_path / "copy.zip", with_secret=True)
    return tmp_path / "copy.zip"


def settings_on(url: str, folder: Path) -> Settings:
    return Settings(data=folder, database=url, secret="s" * 40)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, tmp_path):
    """An installation that has not begun, on either database."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if request.param == "sqlite":
        return settings_on("", folder)
    from tests.store.databases import new_postgres_database

    return settings_on(new_postgres_database(request.getfixturevalue("postgres")), folder)


@contextlib.contextmanager
def reading(settings):
    engine = open_database(settings.database_url)
    with engine.connect() as db:
        yield db
    engine.dispose()


def test_everything_comes_back_in_either_database_and_begins_a_new_life(full, copy, elsewhere):
    restore(copy, elsewhere, over=False)
    with reading(full) as was, reading(elsewhere) as now:
        assert store.entries_after(now, MATTER, 0) == without_receipts(evening().log)
        there = {it.name: rows(was, it) for it in snapshot.tables(was)}
        assert {it.name: rows(now, it) for it in snapshot.tables(now)} == there
        assert store.counter(now, MATTER).epoch != store.counter(was, MATTER).epoch
        assert doors.generation(now, "presidium") == 1
        assert files.kept(now, MATTER, 1, "archive", "zip").content == b"\0\xff"
        assert set(doors.receipts(now, [hash_of(RECEIPT)]).values()) == {(MATTER, receipt_seq())}
    assert (elsewhere.own_sessions / "park/dialogue.toml").read_text() == "id = 'park'"
    assert (elsewhere.data / "secret").read_text() == "s" * 40
    assert (elsewhere.data / "secret").stat().st_mode & 0o777 == 0o600


def rows(db, table):
    """All but the names of the lives of the log and of its numbers, which are new."""
    its = [it for it in table.columns if it.name != "epoch"]
    found = db.execute(select(*its)).all()
    return sorted(repr(it) for it in found if it[0] != PARTICIPANT)


def hash_of(receipt):
    return hashlib.sha256(receipt.encode()).hexdigest()


def receipt_seq():
    return next(entry.seq for entry in evening().log if entry.receipt)


async def test_taken_while_people_write_it_is_the_dialogue_as_it_was_at_one_moment(
    database, tmp_path
):
    url = database.url.render_as_string(hide_password=False)
    async with process(url) as here:
        meeting = await opened(here)

        async def write():
            for n in count():
                await meeting.do(ada, post(f"Words number {n}"))

        def number():
            return len(meeting.dialogue.contributions)

        writing = asyncio.create_task(write())
        await until(lambda: number() > 5)
        settings = settings_on(url, tmp_path)
        made = await asyncio.to_thread(take, database, settings, tmp_path / "c.zip", False)
        before = number()
        await until(lambda: number() > before)
        writing.cancel()
    there = settings_on("", tmp_path / "there")
    restore(tmp_path / "c.zip", there, over=False)
    with reading(there) as copied, database.connect() as original:
        upto = made.dialogues[0].seq
        copy = store.entries_after(copied, MATTER, 0)
        assert copy == store.entries_after(original, MATTER, 0, upto)
        assert len(copy) == upto < store.counter(original, MATTER).seq
        assert rules.folded(MATTER, copy).seq == upto


async def test_who_follows_a_dialogue_is_dropped_when_an_older_copy_takes_its_place(
    database, tmp_path
):
    """Also when the copy has as many entries as what it takes the place of."""
    url = database.url.render_as_string(hide_password=False)
    async with process(url, watch=True) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("Before the copy"))
        phone = await connected(meeting, ada)
        take(database, settings_on(url, tmp_path), tmp_path / "c.zip", with_secret=False)
        await asyncio.to_thread(restore, tmp_path / "c.zip", settings_on(url, tmp_path), True)
        await until(lambda: phone.dropped)
        again = await here.dialogue(MATTER)
        assert again.epoch != meeting.epoch
        assert [it.words for it in again.dialogue.contributions.values()] == ["Before the copy"]
        await again.do(ada, post("After it"))


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_a_place_that_is_not_empty_is_left_alone_unless_told(copy, elsewhere, tmp_path):
    restore(copy, elsewhere, over=False)
    with reading(elsewhere) as db:
        before = store.counter(db, MATTER)
    with pytest.raises(CannotRestore, match="already"):
        restore(copy, elsewhere, over=False)
    (elsewhere.own_sessions / "park/dialogue.toml").unlink()
    (elsewhere.own_sessions / "park").rmdir()
    with pytest.raises(CannotRestore, match="not empty"):
        restore(copy, elsewhere, over=False)
    with reading(elsewhere) as db:
        assert store.counter(db, MATTER) == before
    restore(copy, elsewhere, over=True)
    with reading(elsewhere) as db:
        assert store.counter(db, MATTER).epoch != before.epoch


def test_a_link_that_was_revoked_after_the_copy_stays_revoked(full, begun, copy):
    with begun.begin() as db:
        assert doors.revoke(db, "facilitator") == 1
        assert doors.revoke(db, "presidium") == 2
    restore(copy, full, over=True)
    with reading(full) as db:
        assert (doors.generation(db, "facilitator"), doors.generation(db, "presidium")) == (1, 2)


def test_phones_have_a_generation_that_there_has_never_been(full, begun, copy):
    """Whether it was raised since the copy or not, and also where nothing tells."""
    found = set()
    for _ in range(4):
        restore(copy, full, over=True)
        with reading(full) as db:
            found.add(doors.generation(db, PARTICIPANT))
    assert len(found) == 4 and 0 not in found


def test_rows_are_numbered_on_from_those_that_came_back(full, begun, tmp_path):
    notes = [Note(at, "moderator", f"seat-{at}", "signed-in") for at in (1, 2, 3)]
    with begun.begin() as db:
        audit.write(db, notes[0])
        audit.write(db, notes[1])
    take(begun, full, tmp_path / "copy.zip", with_secret=False)
    restore(tmp_path / "copy.zip", full, over=True)
    with begun.begin() as db:
        audit.write(db, notes[2])
        assert audit.notes(db) == notes[::-1]


def test_who_signed_out_after_the_copy_stays_out(full, begun, copy):
    with begun.begin() as db:
        audit.write(db, Note(5_000, "moderator", "seat-1", "signed-out"))
    restore(copy, full, over=True)
    with reading(full) as db:
        assert audit.left(db, 1_000) == {"seat-1"}
        assert [(it.at, it.role) for it in audit.notes(db)] == [(5_000, "moderator")]
    take(begun, full, copy, with_secret=True)
    restore(copy, full, over=True)
    with reading(full) as db:
        assert len(audit.notes(db)) == 1  # what the copy knows itself stands once


def test_a_link_for_one_use_is_not_good_again(full, begun, tmp_path):
    with begun.begin() as db:
        secret = doors.issue_ticket(db, "staff", 2_000, role="facilitator")
    take(begun, full, tmp_path / "copy.zip", with_secret=False)
    restore(tmp_path / "copy.zip", full, over=True)
    with reading(full) as db:
        assert doors.ticket(db, "staff", secret, 1_000) is None


def changed(copy: Path, name: str, change) -> Path:
    """The copy with one part changed; `change` None leaves it out."""
    out = copy.with_name("changed.zip")
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == name:
                content = change(content)
            if content is not None:
                new.writestr(info, content)
    return out


def resummed(copy: Path, name: str, change) -> Path:
    """The same, by somebody who also writes the new sum into the list."""
    with zipfile.ZipFile(copy) as old:
        content = change(old.read(name))
    out = changed(copy, name, lambda _: content).rename(copy.with_name("step.zip"))

    def listing(manifest):
        data = json.loads(manifest)
        part = next(it for it in data["parts"] if it["name"] == name)
        part |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        return json.dumps(data)

    return changed(out, MANIFEST, listing)


FORGED = ("no-event", "no-line", "short-line", "rows-twice", "no-json", "no-column", "other-column")


@ON_SQLITE
@pytest.mark.parametrize(
    "damage",
    [
        lambda copy: changed(copy, "tables/words.jsonl", lambda it: it.replace(b"Safe", b"Sofa")),
        lambda copy: changed(copy, "tables/words.jsonl", lambda it: None),
        lambda copy: changed(copy, MANIFEST, lambda it: None),
        lambda copy: changed(copy, MANIFEST, lambda it: it.replace(b'"format": 1', b'"format": 9')),
        lambda copy: resummed(
            copy, "tables/event.jsonl", lambda it: it.replace(b'"public"', b'"closed"')
        ),
        lambda copy: resummed(copy, "tables/event.jsonl", lambda it: it.split(b"\n", 1)[1]),
        lambda copy: resummed(copy, "tables/event.jsonl", lambda it: b"{" + it),
        lambda copy: resummed(copy, "tables/words.jsonl", lambda it: b"{" + it),
        lambda copy: resummed(copy, "tables/words.jsonl", lambda it: b"[null]\n" + it),
        lambda copy: resummed(copy, "tables/words.jsonl", lambda it: it + it),
        lambda copy: resummed(copy, "tables/file.jsonl", lambda it: it.replace(b'"', b"7", 2)),
        lambda copy: changed(copy, MANIFEST, lambda it: it.replace(b'"text"', b'"txt"')),
        lambda copy: changed(copy, MANIFEST, lambda it: it.replace(b'"at"', b'"ta"')),
        lambda copy: copy.with_name("none.zip"),
        lambda copy: Path(__file__),
    ],
    ids=["changed", "lacking", "no-list", "newer", "other-log", "gap", *FORGED, "none", "no-zip"],
)
def test_what_is_not_as_it_was_replaces_nothing(full, copy, damage):
    with reading(full) as db:
        before = store.counter(db, MATTER)
    damaged = damage(copy)
    with pytest.raises(CannotRestore):
        restore(damaged, full, over=True)
    with reading(full) as db:
        assert store.counter(db, MATTER) == before


@ON_SQLITE
@pytest.mark.parametrize("damage", ["{", "[null]\n"])
def test_nor_is_it_taken_in(full, copy, damage):
    forged = resummed(copy, "tables/words.jsonl", lambda it: damage.encode() + it)
    with pytest.raises(CannotTakeIn, match="tables/words.jsonl"), opened_there(forged):
        pass


@ON_SQLITE
def test_a_copy_of_an_older_release_is_brought_up_to_this_one(full, copy, elsewhere):
    """As if it had been made before there were files of versions."""
    with zipfile.ZipFile(copy) as packed:
        data = json.loads(packed.read(MANIFEST))
    data["revision"] = "0002"
    data["parts"] = [it for it in data["parts"] if it["table"] != "file"]
    old = changed(
        changed(copy, "tables/file.jsonl", lambda _: None).rename(copy.with_name("o")),
        MANIFEST,
        lambda _: json.dumps(data),
    )
    restore(old, elsewhere, over=False)
    with reading(elsewhere) as db:
        assert files.listed(db, MATTER, 1) == []
        assert store.entries_after(db, MATTER, 0) == without_receipts(evening().log)


@ON_SQLITE
def test_one_of_a_newer_release_is_left_alone(full, copy):
    newer = changed(copy, MANIFEST, lambda it: it.replace(b'"revision": "00', b'"revision": "99'))
    with pytest.raises(CannotRestore, match="newer"):
        restore(newer, full, over=True)


@ON_SQLITE
def test_the_secret_is_in_it_only_when_asked_for(full, begun, tmp_path):
    take(begun, full, tmp_path / "copy.zip", with_secret=False)
    assert not checked(tmp_path / "copy.zip").has_secret
    assert (tmp_path / "copy.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "copy.zip") as packed:
        assert all(b"ssssssss" not in packed.read(name) for name in packed.namelist())
        assert SECRET.encode() in packed.read("tables/words.jsonl")


def test_nobody_else_can_have_a_file_ready_that_a_copy_or_a_document_is_written_into(
    sqlite, tmp_path
):
    """As in a folder that several write into: the name it has meanwhile can be guessed."""
    out, mine = tmp_path / "it.zip", tmp_path / "mine"
    ready = out.with_name(f".{out.name}.{os.getpid()}.partial")
    settings = Settings(data=tmp_path / "data", secret="s" * 40)
    writings = (
        lambda: take(sqlite, settings, out, with_secret=True),
        lambda: write_whole(out, b"what is hidden"),
    )
    for write in writings:
        for prepare in (ready.touch, lambda: ready.symlink_to(mine)):
            mine.touch()
            prepare()
            with pytest.raises((FileExistsError, click.ClickException), match="exist"):
                write()
            assert not out.exists() and mine.read_bytes() == b""
            ready.unlink(missing_ok=True)
        write()
        assert out.stat().st_mode & 0o777 == 0o600
        out.unlink()
