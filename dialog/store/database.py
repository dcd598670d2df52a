"""Opening the database: SQLite by default, PostgreSQL by setting."""

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 0x6469616C
"""The key of the lock that PostgreSQL holds meanwhile; SQLite has its one write lock."""

PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""How soon we know that PostgreSQL's machine is gone, where its address does not say otherwise: the
driver's own is two minutes, and for a line that was there two hours."""


OF_SETTING = "that DIALOG_DATABASE names"


class UnusableDatabase(Exception):
    """It cannot be opened or brought up to date; the text says why, without its password."""


@contextlib.contextmanager
def in_words(url: str) -> Iterator[None]:
    """Whatever goes wrong with the database at `url`, as one sentence."""
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise UnusableDatabase(f"cannot use the database {shown(url)}: {reason}") from error


def shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return OF_SETTING


def open_database(url: str) -> Engine:
    """An engine on `url`, e.g. sqlite:////srv/dialog/dialog.db or postgresql+psycopg://…"""
    with in_words(url):
        engine = engine_on(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def engine_on(url: str) -> Engine:
    more = {}
    try:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            more = {name: value for name, value in PATIENCE.items() if name not in address.query}
        return create_engine(
            address,
            pool_pre_ping=not url.startswith("sqlite"),
            # What people wrote must not stand in a log because a statement failed.
            hide_parameters=True,
            connect_args=more,
        )
    except ValueError:  # its words may hold a piece of the password
        raise UnusableDatabase(f"cannot use the database {OF_SETTING}: it is no address") from None


def migrate(engine: Engine) -> None:
    """Bring the tables up to this release. Of processes that start at once, one does it."""
    url = engine.url.render_as_string(hide_password=False)
    with in_words(url):
        with engine.connect().execution_options(reading=True) as db:
            if revision(db) == known()[0]:
                return
        # Alembic takes longer to load than all the rest of a command, which hardly ever has
        # anything to bring up; and others wait meanwhile once the lock is taken.
        from dialog.store.upgrading import upgrade

        with engine.begin() as db:
            one_at_a_time(db)
            refuse_newer(db)
            upgrade(db)


def one_at_a_time(db: Connection) -> None:
    """Until its transaction ends no other process is past here."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(MIGRATING)))


def revision(db: Connection) -> str | None:
    """The last migration that the database has seen; None if it has no tables of ours."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


@cache
def known() -> tuple[str, ...]:
    """This release's migrations, the latest first."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return tuple(sorted((it.name.partition("_")[0] for it in files), reverse=True))


def refuse_newer(db: Connection) -> None:
    """`UnusableDatabase` if a newer release has brought the tables up."""
    now = revision(db)
    if now is not None and now not in known():
        raise UnusableDatabase(
            f"the database {shown_of(db.engine)} is of a newer release ({now}, this one knows up "
            f"to {known()[0]}): start that release, or put back a copy made before it"
        )


def shown_of(engine: Engine) -> str:
    """Its address, without the password."""
    return engine.url.render_as_string(hide_password=True)


def _prepare_sqlite(connection: Any, record: object) -> None:
    """FULL: an acknowledged contribution survives a power cut. Costs 26 %."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA secure_delete=ON")  # what is disposed of is written over
    cursor.close()


def _prepare_postgresql(connection: Any, record: object) -> None:
    """A plan for every execution. The driver prepares what is often said, and a plan that is kept
    is of the tables as they were then: one made when an evening began, with hardly a row in them,
    reads the whole log at every commit from there on, until PostgreSQL next counts its rows."""
    connection.autocommit = True
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.autocommit = False


def _begin_immediate(db: Connection) -> None:
    """Readers say so with `execution_options(reading=True)`; everyone else takes the write lock
    at once, since a read lock that has to be raised later can fail with 'database is locked'."""
    reading = db.get_execution_options().get("reading", False)
    db.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
