"""The whole database as lines, and back: the same for SQLite and PostgreSQL, so that what was
taken from the one can be put into the other.

Tables are looked up in the database itself and not in `tables.py`: a copy that an older release
has made is put back as it was, and then brought up to this release.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
    update,
)

from dialog.store import audit, log
from dialog.store import tables as t
from dialog.store.release import INSTALLATION
from dialog.store.upgrading import upgrade

LEFT_OUT = ("alembic_version", t.fold.name)
"""No rows of ours, and rows that can be made of the others."""
AT_A_TIME = 200
"""Rows in one statement."""


def snapshot(db: Connection) -> Connection:
    """`db`, that from now on sees the database as it is at one moment, whatever others write."""
    if db.dialect.name == "sqlite":
        return db.execution_options(reading=True)
    return db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def tables(db: Connection) -> list[Table]:
    """Those whose rows a copy has, by name."""
    found = MetaData()
    found.reflect(db)
    its = (it for name, it in sorted(found.tables.items()) if name not in LEFT_OUT)
    return list(its)


def lines(db: Connection, table: Table) -> Iterator[bytes]:
    """Every row as a JSON list of its columns; what is bytes stands in base64."""
    query = select(table).order_by(*table.primary_key.columns)
    rows = db.execution_options(stream_results=True, yield_per=AT_A_TIME).execute(query)
    for row in rows:
        yield msgspec.json.encode(tuple(row)) + b"\n"


def row_of(line: bytes, columns: Iterable[str], bytes_in: set[str]) -> dict[str, Any]:
    """The row again; `msgspec.DecodeError` or `ValueError` if it is none of that table."""
    values = msgspec.json.decode(line, type=list[Any])
    row = dict(zip(columns, values, strict=True))
    there = (name for name in bytes_in if row[name] is not None)
    return row | {name: b64decode(row[name], validate=True) for name in there}


def is_empty(db: Connection) -> bool:
    """Whether nothing has ever been written into it, but for whose it is."""
    return all(rows_of(db, it) == 0 for it in tables(db))


def rows_of(db: Connection, table: Table) -> int:
    counted = select(func.count()).select_from(table)
    if table.name == t.ticket.name:
        counted = counted.where(table.c.kind != INSTALLATION)
    return db.execute(counted).scalar() or 0


def begin_at(db: Connection, revision: str) -> None:
    """Drop every table, and make them anew as they were at that migration. In one transaction with
    what follows: if that fails, all is as it was."""
    there = MetaData()
    there.reflect(db)
    there.drop_all(db)
    upgrade(db, revision)


def put_back(db: Connection, table: Table, columns: list[str], rows: Iterable[bytes]) -> None:
    """The lines into the table, which is empty."""
    bytes_in = {it.name for it in table.columns if isinstance(it.type, LargeBinary)}
    some: list[dict[str, Any]] = []
    for line in rows:
        some.append(row_of(line, columns, bytes_in))
        if len(some) == AT_A_TIME:
            db.execute(insert(table), some)
            some = []
    if some:
        db.execute(insert(table), some)


def finish(db: Connection) -> None:
    """Bring it up to this release. Every log begins a new life, so that all screens load anew; and
    no ticket that was good for one use is good for another."""
    upgrade(db)
    for id in db.execute(select(t.dialogue.c.id)).scalars().all():
        log.new_epoch(db, id)
    db.execute(text("DELETE FROM ticket WHERE kind IN ('staff', 'installation')"))
    if db.dialect.name == "postgresql":
        go_on_numbering(db)


def go_on_numbering(db: Connection) -> None:
    """Rows that came with their numbers have not moved the sequence that numbers the next."""
    for table in t.metadata.tables.values():
        if (its := table.autoincrement_column) is not None:
            last = select(func.coalesce(func.max(its), 0) + 1).scalar_subquery()
            named = func.pg_get_serial_sequence(table.name, its.name)
            db.execute(select(func.setval(named, last, False)))


def generations(db: Connection) -> dict[str, int]:
    """Role -> how often its links have been revoked; nothing where there are no tables."""
    if t.staff_link.name not in {it.name for it in tables(db)}:
        return {}
    return {row.role: row.generation for row in db.execute(select(t.staff_link))}


def keep_revoked(db: Connection, before: dict[str, int]) -> None:
    """A link that had been revoked before the copy was put back stays so."""
    now = generations(db)
    for role, generation in before.items():
        if role not in now:
            db.execute(insert(t.staff_link), {"role": role, "generation": generation})
        elif now[role] < generation:
            its = t.staff_link.c.role == role
            db.execute(update(t.staff_link).where(its).values(generation=generation))


def signed_out(db: Connection) -> list[audit.Note]:
    """Who has signed out; nothing where that is not noted."""
    if t.audit.name not in {it.name for it in tables(db)}:
        return []
    its = t.audit.c
    rows = db.execute(select(its.at, its.role, its.seat).where(its.what == "signed-out"))
    return [audit.Note(row.at, row.role, row.seat, "signed-out") for row in rows]


def keep_signed_out(db: Connection, before: list[audit.Note]) -> None:
    """Who had signed out before the copy was put back stays out."""
    known = {it.seat for it in signed_out(db)}
    for note in before:
        if note.seat not in known:
            audit.write(db, note)
