"""Opening the database: SQLite by default, PostgreSQL by setting."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """An engine on `url`, e.g. sqlite:////srv/dialog/dialog.db or postgresql+psycopg://…"""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to this release."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, record: object) -> None:
    """FULL: an acknowledged contribution survives a power cut. Costs 26 % (RELIABILITY.md, A4)."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _begin_immediate(db: Connection) -> None:
    """Readers say so with `execution_options(reading=True)`; everyone else takes the write lock
    at once, since a read lock that has to be raised later can fail with 'database is locked'."""
    reading = db.get_execution_options().get("reading", False)
    db.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
