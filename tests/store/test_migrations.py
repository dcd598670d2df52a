"""The migrations make what the tables say."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from dialog.store.database import MIGRATIONS, known, migrate, open_database
from dialog.store.tables import metadata

pytest_plugins = ["tests.store.databases"]


@pytest.fixture
def empty(empty_url):
    engine = open_database(empty_url)
    yield engine
    engine.dispose()


def differences(engine):
    with engine.connect() as db:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(db, opts=options), metadata)


def test_the_migrations_make_what_the_tables_say(empty):
    assert differences(empty)
    migrate(empty)
    assert differences(empty) == []
    assert set(inspect(empty).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_the_files_are_named_as_alembic_numbers_them(empty):
    script = ScriptDirectory(str(MIGRATIONS))
    assert known() == tuple(it.revision for it in script.walk_revisions())
    migrate(empty)
    with empty.connect() as db:
        assert MigrationContext.configure(db).get_current_revision() == known()[0]


def test_what_is_up_to_date_is_left_as_it_is(empty):
    migrate(empty)
    with empty.begin() as db:
        db.execute(metadata.tables["staff_link"].insert(), {"role": "x", "generation": 7})
    migrate(empty)
    with empty.begin() as db:
        assert db.execute(text("select generation from staff_link")).scalar() == 7


PROCESS = """
import sys
from dialog.store.database import migrate, open_database
engine = open_database(sys.argv[1])
engine.connect().close()
print("ready", flush=True)
input()
migrate(engine)
"""


def test_processes_that_start_at_once_all_find_the_tables(empty, empty_url):
    command = [sys.executable, "-c", PROCESS, empty_url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)
    ]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write(b"now\n")
        process.stdin.flush()
    for process in started:
        process.communicate(timeout=20)
    assert [process.returncode for process in started] == [0] * len(started)
    assert differences(empty) == []


def test_a_migration_that_fails_leaves_nothing(empty):
    with empty.begin() as db:
        db.execute(text("create table ticket (hash text)"))
    with pytest.raises(Exception, match="ticket"):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["ticket"]


def test_every_migration_follows_one_other():
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == len(script.get_bases()) == 1
