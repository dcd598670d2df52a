"""A new release: who brings the database up, who waits, who refuses, and who goes on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, text
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.cli import main
from dialog.settings import Settings
from dialog.store import doors, release
from dialog.store import log as store
from dialog.store.database import UnusableDatabase, migrate, open_database
from dialog.store.tables import metadata
from dialog.store.upgrading import upgrade
from tests.test_api import code_of, go_to, opened, somebody_else
from tests.test_probes import said

pytest_plugins = ["tests.store.databases"]

SECRET, ANOTHER = "s" * 40, "t" * 40


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_database(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture
def shared(postgres_with_tables: str) -> Iterator[Engine]:
    """A database of PostgreSQL's, that several processes share; as it was when the test ends."""
    engine = open_database(postgres_with_tables)
    now = release.state_of(engine).revision
    yield engine
    with engine.begin() as db:
        db.execute(text("DELETE FROM ticket"))
    at(engine, str(now))
    engine.dispose()


def at(engine: Engine, revision: str) -> None:
    """Say that the tables are of that migration."""
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_where_nothing_is_whoever_comes_first_makes_the_tables(empty):
    release.begin(empty, SECRET)
    assert set(inspect(empty).get_table_names()) == {*metadata.tables, "alembic_version"}
    assert release.state_of(empty).is_of(SECRET) and not release.state_of(empty).is_of(ANOTHER)


def test_what_one_machine_has_for_itself_is_brought_up_at_the_start(tmp_path):
    sqlite = open_database(f"sqlite:///{tmp_path / 'dialog.db'}")
    with sqlite.begin() as db:
        upgrade(db, "0004")
    assert "entry_code" not in inspect(sqlite).get_table_names()
    release.begin(sqlite, SECRET)
    assert release.state_of(sqlite).is_current
    assert "entry_code" in inspect(sqlite).get_table_names()
    release.begin(sqlite, ANOTHER)
    assert release.state_of(sqlite).is_of(ANOTHER), "it is the only process there is"
    sqlite.dispose()


def test_what_several_share_is_not_changed_by_whoever_starts_but_asked_for(shared):
    at(shared, "0004")
    with pytest.raises(UnusableDatabase, match="0004.*run `dialog migrate` first"):
        release.begin(shared, SECRET)
    assert release.state_of(shared).revision == "0004"


def test_whoever_starts_beside_the_release_phase_waits_for_it(shared, monkeypatch):
    """It comes to its end in the pause of the one who waits."""
    now = str(release.state_of(shared).revision)
    at(shared, "0004")
    pauses = []

    def paused(seconds: float) -> None:
        pauses.append(seconds)
        at(shared, now)

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=paused)
    monkeypatch.setattr(release, "time", clock)
    release.begin(shared, SECRET, patience=60)
    assert pauses == [release.LOOK_AGAIN] and release.state_of(shared).is_of(SECRET)


def test_those_who_start_at_once_settle_on_one_secret(shared):
    secrets = [SECRET, ANOTHER, SECRET, SECRET]
    for _ in range(20):
        with shared.begin() as db:
            db.execute(text("DELETE FROM ticket"))
        with ThreadPoolExecutor(len(secrets)) as threads:
            starts = [threads.submit(release.begin, shared, it) for it in secrets]
        for start in starts:
            start.result()
        with shared.begin() as db:
            assert db.execute(text("SELECT count(*) FROM ticket")).scalar() == 1


def test_an_older_release_refuses_a_newer_database_and_leaves_it(database):
    now = str(release.state_of(database).revision)
    at(database, "9999")
    try:
        for refuses in (
            lambda: release.begin(database, SECRET),
            lambda: release.bring_up(database, SECRET),
            lambda: migrate(database),
        ):
            with pytest.raises(UnusableDatabase, match="newer release .9999, this one knows up to"):
                refuses()
        assert release.state_of(database).revision == "9999"
    finally:
        at(database, now)


@pytest.mark.parametrize("name", ["migrate", "audit", "links", "worker"])
def test_every_command_says_so_in_one_sentence(name, new_sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr("dialog.cli.serving.step_back", lambda: None)  # it would be us
    engine = open_database(new_sqlite_url)
    at(engine, "9999")
    engine.dispose()
    answer = CliRunner().invoke(main, [name, "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "newer release" in answer.output and "Traceback" not in answer.output


def test_the_secret_of_those_who_share_is_the_release_phases(shared):
    release.bring_up(shared, SECRET)
    release.begin(shared, ANOTHER)
    assert release.state_of(shared).is_of(SECRET), "a process with another secret changes nothing"
    release.bring_up(shared, ANOTHER)
    assert release.state_of(shared).is_of(ANOTHER)


def test_the_release_phase_leaves_an_empty_place_empty_for_a_copy(tmp_path):
    copy, there, new = tmp_path / "copy.zip", tmp_path / "there", tmp_path / "new"
    for arguments in (
        ["migrate", "--data", str(there)],
        ["backup", str(copy), "--data", str(there), "--with-secret"],
        ["migrate", "--data", str(new)],
        ["restore", str(copy), "--data", str(new)],
    ):
        answer = CliRunner().invoke(main, arguments)
        assert answer.exit_code == 0, (arguments, answer.output)


# ── at work while the next release's tables come ──────────────────────────────────────────────


def expanded(engine: Engine) -> None:
    """As the next release might leave it: a column more in every table, and a table more."""
    with engine.begin() as db:
        for name in metadata.tables:
            db.execute(text(f"ALTER TABLE {name} ADD COLUMN of_the_next_release VARCHAR(20)"))
        db.execute(text("CREATE TABLE of_the_next_release (id INTEGER PRIMARY KEY)"))
    at(engine, "9999")


def test_an_evening_goes_on_while_the_next_releases_tables_come(empty_url: str, tmp_path: Path):
    here = {"data": tmp_path / "data", "grouping": "none", "home": "http://testserver"}
    settings = Settings(**here, database=empty_url, secret=SECRET)
    app = create_app(settings)
    with TestClient(app) as fay:
        secret = app.state.installation.identity.link_secret("facilitator", 0)
        fay.post("/api/staff/login", json={"secret": secret})
        session = opened(fay)
        go_to(fay, session, "area-1-skriv")
        ada, bo = somebody_else(fay), somebody_else(fay)
        ada.post("/api/join", json={"code": code_of(fay, session)})
        said(ada, session, "före")
        engine = open_database(empty_url)
        expanded(engine)
        said(ada, session, "efter")
        bo.post("/api/join", json={"code": code_of(fay, session)})
        said(bo, session, "och en till")
        another = opened(fay)
        assert fay.get("/readyz").text == "ready"
        fay.post("/api/staff/revoke", json={"role": "scribe"})
        assert fay.get("/api/staff/audit").status_code == 200
        with engine.begin() as db:
            assert {door.session for door in doors.all_doors(db)} == {session, another}
            entries = store.entries_after(db, store.dialogues(db)[0], 0)
        words = [entry.words for entry in entries if entry.words]
        assert words == ["före", "efter", "och en till"]
        engine.dispose()
    app.state.installation.live.engine.dispose()
