"""The log: lock, read, append. Order of commits is order of seq, without gaps.

`locked` takes the dialogue's counter row for the length of the transaction (a row lock in
PostgreSQL, the one write lock in SQLite), so whoever holds it decides on the newest state. A
sequence or an autoincrement would hand out numbers before commit, and a reader could pass by a
late one for ever.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from dialog.protocol.agenda import Access
from dialog.protocol.codec import Unreadable, decode_event, encode
from dialog.protocol.events import (
    Actor,
    AnyEvent,
    ClosingSet,
    CodeChanged,
    Entry,
    SessionEnded,
    SessionOpened,
)
from dialog.protocol.upcasters import VERSIONS, UnknownEvent, upcast
from dialog.store import tables as t

AT_A_TIME = 500
"""Rows that one statement is about."""

Rows = list[dict[str, object]]

HANGING = "idle_in_transaction_session_timeout"


class Counter(Struct):
    """A dialogue's place: its last seq, and the name of this life of the log."""

    seq: int
    epoch: str


# What every commit asks, put together once: that costs more than asking.
_LOCK = (
    select(t.dialogue.c.seq, t.dialogue.c.epoch)
    .where(t.dialogue.c.id == bindparam("dialogue"))
    .with_for_update()
)
_LOCK_AT_MOST = _LOCK.add_columns(func.set_config(HANGING, bindparam("within"), True))
_KNOWN = select(t.event.c.op_id, t.event.c.seq).where(
    t.event.c.dialogue == bindparam("dialogue"),
    t.event.c.op_id.in_(bindparam("ops", expanding=True)),
)
# One at a time. For several at once PostgreSQL goes by the index of the log's order, and reads all
# of the log with it, for as long as it has not counted its rows.
_KNOWN_ONE_BY_ONE = """
SELECT op, seq FROM (
    SELECT op, (SELECT seq FROM event WHERE dialogue = %s AND op_id = op) AS seq
    FROM unnest(%s::text[]) AS op
) AS asked WHERE seq IS NOT NULL
"""
_MOVE = (
    update(t.dialogue)
    .where(t.dialogue.c.id == bindparam("dialogue"), t.dialogue.c.seq == bindparam("before"))
    .values(seq=bindparam("now"))
)


class OutOfOrder(Exception):
    """These entries do not follow the log; nothing was written."""


def create_dialogue(db: Connection, id: str, rehearsal: bool = False) -> None:
    """Make the counter row, unless it is there."""
    if counter(db, id) is not None:
        return
    row = {"id": id, "seq": 0, "epoch": secrets.token_hex(8), "rehearsal": rehearsal}
    try:
        with db.begin_nested():
            db.execute(insert(t.dialogue), row)
    except IntegrityError:
        return  # another process was faster


def counter(db: Connection, dialogue: str) -> Counter | None:
    """Where the dialogue's log stands; None if there is no such dialogue."""
    row = db.execute(
        select(t.dialogue.c.seq, t.dialogue.c.epoch).where(t.dialogue.c.id == dialogue)
    ).one_or_none()
    return None if row is None else Counter(row.seq, row.epoch)


def dialogues(db: Connection) -> list[str]:
    """The ids of all there are; rehearsals last."""
    query = select(t.dialogue.c.id).order_by(t.dialogue.c.rehearsal, t.dialogue.c.id)
    return list(db.execute(query).scalars())


def locked(db: Connection, dialogue: str, at_most: float = 0.0) -> Counter | None:
    """The same, holding the row until the transaction ends.

    `at_most`: seconds after which PostgreSQL ends the transaction of a process that hangs in the
    middle of it, so that the others can go on. SQLite has nobody who could.
    """
    its: dict[str, str] = {"dialogue": dialogue}
    limited = at_most and db.dialect.name == "postgresql"
    if limited:
        its["within"] = str(int(at_most * 1000))
    row = db.execute(_LOCK_AT_MOST if limited else _LOCK, its).one_or_none()
    return None if row is None else Counter(row.seq, row.epoch)


def counters(db: Connection, dialogues: Iterable[str]) -> dict[str, Counter]:
    """dialogue -> where its log stands, for those that there are, in one query."""
    its = t.dialogue.c
    rows = db.execute(select(its.id, its.seq, its.epoch).where(its.id.in_(list(dialogues))))
    return {row.id: Counter(row.seq, row.epoch) for row in rows}


def all_counters(db: Connection) -> dict[str, Counter]:
    """The same for every dialogue there is."""
    rows = db.execute(select(t.dialogue.c.id, t.dialogue.c.seq, t.dialogue.c.epoch))
    return {row.id: Counter(row.seq, row.epoch) for row in rows}


def written_last(db: Connection) -> int:
    """When, by the clock of who wrote it: the latest of all dialogues' last entries; 0: none."""
    last = (t.event.c.dialogue == t.dialogue.c.id) & (t.event.c.seq == t.dialogue.c.seq)
    return db.execute(select(func.max(t.event.c.at)).join(t.dialogue, last)).scalar() or 0


def new_epoch(db: Connection, dialogue: str) -> None:
    """The log begins a new life: whoever follows it loads all of it anew. What it folded to before
    goes with the old one."""
    here = t.dialogue.c.id == dialogue
    db.execute(update(t.dialogue).where(here).values(epoch=secrets.token_hex(8)))
    db.execute(delete(t.fold).where(t.fold.c.dialogue == dialogue))


def known_ops(db: Connection, dialogue: str, ops: Iterable[str]) -> dict[str, int]:
    """Those of `ops` that are already in the log, with their seq."""
    asked = list(ops)
    if not asked:
        return {}
    if db.dialect.name == "postgresql":
        rows = db.exec_driver_sql(_KNOWN_ONE_BY_ONE, (dialogue, asked))
    else:
        rows = db.execute(_KNOWN, {"dialogue": dialogue, "ops": asked})
    return dict(map(tuple, rows))


def append(db: Connection, dialogue: str, entries: Sequence[Entry]) -> None:
    """Write `entries`, whose seqs follow the counter, and what lies beside them.

    The caller holds the counter row.
    """
    seqs = [entry.seq for entry in entries]
    salts = {entry.seq: secrets.token_bytes(16) for entry in entries if entry.words is not None}
    rows = {
        t.event: [_event_row(dialogue, entry, salts) for entry in entries],
        t.words: _word_rows(dialogue, entries, salts),
        t.author: _author_rows(dialogue, entries),
        t.receipt: _receipt_rows(dialogue, entries),
    }
    write = _write_at_once if db.dialect.name == "postgresql" else _write
    moved = write(db, dialogue, seqs, {table: its for table, its in rows.items() if its})
    if not moved or seqs != list(range(seqs[0], seqs[-1] + 1)):
        raise OutOfOrder(f"{dialogue}: {seqs}")
    for entry in entries:
        _follow(db, dialogue, entry)


def entries_after(db: Connection, dialogue: str, seq: int, upto: int | None = None) -> list[Entry]:
    """The log after `seq` (up to and with `upto`), with words and participants where kept."""
    query = (
        select(*OF_ENTRIES)
        .outerjoin(t.words, lies_beside(t.words, seq))
        .outerjoin(t.author, lies_beside(t.author, seq))
        .where(t.event.c.dialogue == dialogue, t.event.c.seq > seq)
        .order_by(t.event.c.seq)
    )
    if upto is not None:
        query = query.where(t.event.c.seq <= upto)
    return [_entry(*row) for row in db.execute(query).all()]


def receipts_of(db: Connection, dialogue: str) -> dict[str, int]:
    """Hash of a receipt -> the seq of the contribution it belongs to."""
    rows = db.execute(select(t.receipt).where(t.receipt.c.dialogue == dialogue))
    return {row.hash: row.seq for row in rows}


def keep_receipts(db: Connection, dialogue: str, seqs: Mapping[str, int]) -> None:
    """Let receipts of which only the hashes are known lead to these entries."""
    rows: Rows = [{"hash": hash, "dialogue": dialogue, "seq": seq} for hash, seq in seqs.items()]
    for start in range(0, len(rows), AT_A_TIME):
        _insert(db, t.receipt, rows[start : start + AT_A_TIME])


def lies_beside(table: t.Table, seq: int) -> ColumnElement[bool]:
    """A row of an entry after `seq`. PostgreSQL does not conclude where to begin, and would look at
    all that lies beside the log for the last few entries of it."""
    its = table.c
    return (its.dialogue == t.event.c.dialogue) & (its.seq == t.event.c.seq) & (its.seq > seq)


def discard_rehearsal(db: Connection, dialogue: str) -> bool:
    """Remove a rehearsal and all that lies beside it. False if it is no rehearsal."""
    marked = select(t.dialogue.c.rehearsal).where(t.dialogue.c.id == dialogue)
    if not db.execute(marked).scalar():
        return False
    for table in (*t.BESIDE_THE_LOG, t.session, t.event):
        db.execute(delete(table).where(table.c.dialogue == dialogue))
    db.execute(delete(t.dialogue).where(t.dialogue.c.id == dialogue))
    return True


def digest(salt: bytes, text: str) -> str:
    """What the log keeps of a text: verifiable, and past guessing once the salt is gone."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _event_row(dialogue: str, entry: Entry, salts: dict[int, bytes]) -> dict[str, object]:
    kind = entry.event.__struct_config__.tag
    return {
        "dialogue": dialogue,
        "seq": entry.seq,
        "op_id": entry.op,
        "session": entry.session,
        "access": entry.access,
        "actor": entry.actor,
        "type": kind,
        "version": VERSIONS.get(str(kind), 1),
        "body": encode(entry.event),
        "digest": None if entry.words is None else digest(salts[entry.seq], entry.words),
        "at": entry.at,
    }


def _word_rows(dialogue: str, entries: Sequence[Entry], salts: dict[int, bytes]) -> Rows:
    return [
        {"dialogue": dialogue, "seq": entry.seq, "salt": salts[entry.seq], "text": entry.words}
        for entry in entries
        if entry.words is not None
    ]


def _author_rows(dialogue: str, entries: Sequence[Entry]) -> Rows:
    return [
        {"dialogue": dialogue, "seq": entry.seq, "participant": entry.participant}
        for entry in entries
        if entry.participant is not None
    ]


def _receipt_rows(dialogue: str, entries: Sequence[Entry]) -> Rows:
    """Only the hash of a receipt is kept, and only its first use."""
    hashes = {
        hashlib.sha256(entry.receipt.encode()).hexdigest(): entry.seq
        for entry in reversed(entries)
        if entry.receipt
    }
    return [{"hash": hash, "dialogue": dialogue, "seq": seq} for hash, seq in hashes.items()]


def _write(db: Connection, dialogue: str, seqs: list[int], rows: Mapping[t.Table, Rows]) -> bool:
    """Move the counter past `seqs` and insert. False if it does not stand just before them."""
    moved = db.execute(_MOVE, {"dialogue": dialogue, "before": seqs[0] - 1, "now": seqs[-1]})
    for table, its in rows.items():
        _insert(db, table, its)
    return bool(moved.rowcount)


def _write_at_once(
    db: Connection, dialogue: str, seqs: list[int], rows: Mapping[t.Table, Rows]
) -> bool:
    """The same in one statement, for whom each is a way there and back."""
    columns = tuple((table, tuple(its[0])) for table, its in rows.items())
    lists = [_as_lists(its) for its in rows.values()]
    values = (seqs[-1], dialogue, seqs[0] - 1, *chain.from_iterable(lists))
    return bool(db.exec_driver_sql(_move_and_insert(columns), values).scalar_one())


def _insert(db: Connection, table: t.Table, rows: Rows) -> None:
    """In the driver's own words, since this is where every post passes: for PostgreSQL one
    statement with a list a column, where psycopg would send one for each row."""
    columns = tuple(rows[0])
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(_from_lists(table, columns), _as_lists(rows))
    else:
        its = [tuple(row.values()) for row in rows]
        db.exec_driver_sql(_row_by_row(table, columns), its)


def _as_lists(rows: Rows) -> tuple[list[object], ...]:
    return tuple([row[column] for row in rows] for column in rows[0])


@lru_cache(maxsize=20)
def _move_and_insert(columns: tuple[tuple[t.Table, tuple[str, ...]], ...]) -> str:
    inserts = ", ".join(f"of_{table.name} AS ({_from_lists(table, its)})" for table, its in columns)
    move = "UPDATE dialogue SET seq = %s WHERE id = %s AND seq = %s RETURNING seq"
    return f"WITH moved AS ({move}), {inserts} SELECT count(*) FROM moved"


@lru_cache(maxsize=20)
def _from_lists(table: t.Table, columns: tuple[str, ...]) -> str:
    types = [table.c[column].type.compile(dialect=postgresql.dialect()) for column in columns]
    lists = ", ".join(f"%s::{type}[]" for type in types)
    its = f"({', '.join(columns)}) SELECT * FROM unnest({lists})"
    return f"INSERT INTO {table.name} {its}{_or_leave_it(table)}"


@lru_cache(maxsize=20)
def _row_by_row(table: t.Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}){_or_leave_it(table)}"


def _or_leave_it(table: t.Table) -> str:
    """A receipt that leads to a contribution already is left as it is."""
    return " ON CONFLICT (hash) DO NOTHING" if table is t.receipt else ""


OF_THE_DOORS = (SessionOpened, CodeChanged, ClosingSet, SessionEnded)


def _follow(db: Connection, dialogue: str, entry: Entry) -> None:
    """Keep the table that leads from codes to sessions in step with the log."""
    if not isinstance(entry.event, OF_THE_DOORS):
        return
    here = t.session.c.id == entry.session
    match entry.event:
        case SessionOpened(code=code, code_expires=expires):
            # No code is no row's code: NULL, which may stand in many rows of a unique column.
            row = {"id": entry.session, "dialogue": dialogue, "code": code or None, "ended": False}
            times = {"code_expires": expires, "opened_at": entry.at}
            db.execute(insert(t.session), {**row, **times})
        case CodeChanged(code=code, code_expires=expires):
            changed = {"code": code or None, "code_expires": expires}
            db.execute(update(t.session).where(here).values(changed))
        case ClosingSet(at=int(at)):
            shorter = here & (t.session.c.code_expires < at)
            db.execute(update(t.session).where(shorter).values(code_expires=at))
        case SessionEnded():
            db.execute(update(t.session).where(here).values(ended=True))
            db.execute(delete(t.entry_code).where(t.entry_code.c.session == entry.session))


OF_ENTRIES = (
    *(t.event.c.seq, t.event.c.session, t.event.c.access, t.event.c.actor, t.event.c.at),
    *(t.event.c.type, t.event.c.version, t.event.c.body),
    *(t.author.c.participant, t.words.c.text, t.event.c.op_id),
)


def _entry(
    seq: int,
    session: str,
    access: Access,
    actor: Actor,
    at: int,
    type: str,
    version: int,
    body: bytes,
    participant: int | None,
    words: str | None,
    op: str | None,
) -> Entry:
    event = _event(seq, type, version, body)
    return Entry(seq, session, access, actor, at, event, participant, words, op)


def _event(seq: int, type: str, version: int, body: bytes) -> AnyEvent:
    """What happened, or `UnknownEvent`: nobody guesses what a newer release has written."""
    try:
        return decode_event(upcast(type, version, body))
    except Unreadable as error:
        raise UnknownEvent(f"event {type!r} at {seq}: {error}") from None
