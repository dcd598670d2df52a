"""The log: lock, read, append. Order of commits is order of seq, without gaps.

`locked` takes the dialogue's counter row for the length of the transaction (a row lock in
PostgreSQL, the one write lock in SQLite), so whoever holds it decides on the newest state. A
sequence or an autoincrement would hand out numbers before commit, and a reader could pass by a
late one for ever.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
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

ROWS_OF_A_STATEMENT = 16
"""For SQLite, whose driver gives the interpreter away at each step of a statement, and waits for it
again while a hall is being written to. No more, since a statement is prepared for each number."""

Row = dict[str, object]

HANGING = "idle_in_transaction_session_timeout"


class Counter(Struct):
    """A dialogue's place: its last seq, and the name of this life of the log."""

    seq: int
    epoch: str


# What every commit asks is in the driver's own words: putting it together costs more than asking.
_LOCK = {
    "sqlite": "SELECT seq, epoch FROM dialogue WHERE id = ?",
    "postgresql": "SELECT seq, epoch FROM dialogue WHERE id = %s FOR UPDATE",
}
_LOCK_AT_MOST = f"""
SELECT seq, epoch, set_config('{HANGING}', %s, true) FROM dialogue WHERE id = %s FOR UPDATE
"""
# PostgreSQL is asked for one at a time. For several at once it goes by the index of the log's
# order, and reads all of the log with it, for as long as it has not counted its rows.
_KNOWN = {
    "sqlite": """
SELECT op_id, seq FROM event
WHERE dialogue = ? AND op_id IN (SELECT value FROM json_each(?))
""",
    "postgresql": """
SELECT op, seq FROM (
    SELECT op, (SELECT seq FROM event WHERE dialogue = %s AND op_id = op) AS seq
    FROM unnest(%s::text[]) AS op
) AS asked WHERE seq IS NOT NULL
""",
}
_MOVE = "UPDATE dialogue SET seq = ? WHERE id = ? AND seq = ?"
_KEEP_RECEIPT = text(
    "INSERT INTO receipt (hash, dialogue, seq) VALUES (:hash, :dialogue, :seq)"
    " ON CONFLICT (hash) DO NOTHING"
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
    if at_most and db.dialect.name == "postgresql":
        found = db.exec_driver_sql(_LOCK_AT_MOST, (str(int(at_most * 1000)), dialogue))
    else:
        found = db.exec_driver_sql(_LOCK[db.dialect.name], (dialogue,))
    row = found.one_or_none()
    return None if row is None else Counter(row[0], row[1])


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
    list_of_them = asked if db.dialect.name == "postgresql" else msgspec.json.encode(asked).decode()
    rows = db.exec_driver_sql(_KNOWN[db.dialect.name], (dialogue, list_of_them))
    return dict(map(tuple, rows))


def append(db: Connection, dialogue: str, entries: Sequence[Entry]) -> None:
    """Write `entries`, whose seqs follow the counter, and what lies beside them.

    The caller holds the counter row.
    """
    seqs = [entry.seq for entry in entries]
    rows = [_row(dialogue, entry) for entry in entries]
    write = _write_at_once if db.dialect.name == "postgresql" else _write
    if not write(db, dialogue, seqs, rows) or seqs != list(range(seqs[0], seqs[-1] + 1)):
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
    rows = [{"hash": hash, "dialogue": dialogue, "seq": seq} for hash, seq in seqs.items()]
    for start in range(0, len(rows), AT_A_TIME):
        db.execute(_KEEP_RECEIPT, rows[start : start + AT_A_TIME])


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


def _row(dialogue: str, entry: Entry) -> Row:
    """The entry with all that lies beside it. Only the hash of a receipt is kept."""
    kind = entry.event.__struct_config__.tag
    salt = None if entry.words is None else secrets.token_bytes(16)
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
        "digest": digest(salt, entry.words) if salt and entry.words is not None else None,
        "at": entry.at,
        "salt": salt,
        "text": entry.words,
        "participant": entry.participant,
        "hash": hashlib.sha256(entry.receipt.encode()).hexdigest() if entry.receipt else None,
    }


class _Part(NamedTuple):
    """What of a row goes into a table: where `if_any` is not None, and `unless` is not there."""

    table: t.Table
    columns: tuple[str, ...]
    if_any: str
    unless: str = ""

    @property
    def its(self) -> str:
        return ", ".join(self.columns)


_PARTS = (
    _Part(t.event, tuple(t.event.c.keys()), "seq"),
    _Part(t.words, ("dialogue", "seq", "salt", "text"), "text"),
    _Part(t.author, ("dialogue", "seq", "participant"), "participant"),
    # One that leads to a contribution already is left as it is.
    _Part(t.receipt, ("hash", "dialogue", "seq"), "hash", " ON CONFLICT (hash) DO NOTHING"),
)
_TYPES = {
    column: type(part.table.c[column].type)().compile(dialect=postgresql.dialect())
    for part in _PARTS
    for column in part.columns
}
"""Without lengths: a cast to one would cut off what is longer, and say nothing."""


def _write(db: Connection, dialogue: str, seqs: list[int], rows: Sequence[Row]) -> bool:
    """Move the counter past `seqs` and insert. False if it does not stand just before them."""
    moved = db.exec_driver_sql(_MOVE, (seqs[-1], dialogue, seqs[0] - 1))
    for part in _PARTS:
        its = [row for row in rows if row[part.if_any] is not None]
        for start in range(0, len(its), ROWS_OF_A_STATEMENT):
            some = its[start : start + ROWS_OF_A_STATEMENT]
            values = tuple([row[column] for row in some for column in part.columns])
            db.exec_driver_sql(_insert(part, len(some)), values)
    return bool(moved.rowcount)


@cache
def _insert(part: _Part, rows: int) -> str:
    marks = f"({', '.join('?' * len(part.columns))})"
    values = ", ".join([marks] * rows)
    return f"INSERT INTO {part.table.name} ({part.its}) VALUES {values}{part.unless}"


def _write_at_once(db: Connection, dialogue: str, seqs: list[int], rows: Sequence[Row]) -> bool:
    """The same in one statement, for whom each is a way there and back."""
    lists = _as_lists(rows)
    statement = _move_and_insert(tuple([isinstance(its, list) for its in lists]))
    moved = db.exec_driver_sql(statement, (seqs[-1], dialogue, seqs[0] - 1, *lists))
    return bool(moved.scalar_one())


def _as_lists(rows: Sequence[Row]) -> list[object]:
    """Each column's values, or the one value that all have: the driver puts a list into words value
    by value, and much of what is written together is alike."""
    lists: list[object] = []
    for column in _TYPES:
        values = [row[column] for row in rows]
        first = values[0]
        lists.append(first if values.count(first) == len(values) else values)
    return lists


@lru_cache(maxsize=200)
def _move_and_insert(are_lists: tuple[bool, ...]) -> str:
    """`are_lists`: for each column of a row, whether its values are given or their only one."""
    given = ", ".join(
        f"unnest(%s::{type}[]) AS {column}" if is_list else f"%s::{type} AS {column}"
        for (column, type), is_list in zip(_TYPES.items(), are_lists, strict=True)
    )
    inserts = ", ".join(
        f"of_{table.name} AS (INSERT INTO {table.name} ({its}) SELECT {its} FROM given"
        f" WHERE {if_any} IS NOT NULL{unless})"
        for (table, _, if_any, unless), its in ((part, part.its) for part in _PARTS)
    )
    move = "UPDATE dialogue SET seq = %s WHERE id = %s AND seq = %s RETURNING seq"
    return (
        f"WITH moved AS ({move}), given AS (SELECT {given}), {inserts} SELECT count(*) FROM moved"
    )


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
