"""What logs have folded to, one row a dialogue: kept so that opening one is quick, and taken for
true only as long as it is of this log.

The log is the truth. Every row here can be thrown away at any time and is made anew.
"""

import hashlib
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, delete, exists, insert, select

from dialog.store import log, written
from dialog.store import tables as t

LEVEL = 1
"""Of compression: a fifth of the bytes for a fifth of a second."""


class Place(NamedTuple):
    """Which fold it is: of which life of the log, up to where, made by which release. `sha256`: of
    what it holds."""

    seq: int
    epoch: str
    release: str
    sha256: str


class Kept(Struct):
    """A fold. `log_hash`: the log's number up to and with `seq`; `hash_before`: before that."""

    seq: int
    epoch: str
    release: str
    hash_before: str
    log_hash: str
    sha256: str
    body: bytes

    @property
    def place(self) -> Place:
        return Place(self.seq, self.epoch, self.release, self.sha256)


def places(db: Connection) -> dict[str, Place]:
    """Dialogue -> which fold is kept of it."""
    its = t.fold.c
    rows = db.execute(select(its.dialogue, its.seq, its.epoch, its.release, its.sha256))
    return {row.dialogue: Place(*row[1:]) for row in rows}


def kept(db: Connection, dialogue: str, counter: log.Counter, release: str) -> Kept | None:
    """The fold that may be gone on from, if there is one: made by this release of this life of the
    log, whole, and the log's row at its place is the one that it was made of."""
    its = t.fold.c
    here = (its.dialogue == dialogue) & (its.epoch == counter.epoch) & (its.release == release)
    row = db.execute(select(t.fold).where(here, its.seq <= counter.seq)).one_or_none()
    if row is None:
        return None
    found = Kept(**{it: getattr(row, it) for it in Kept.__struct_fields__})
    lines = written.lines(db, dialogue, found.seq, found.seq - 1)
    try:
        return found if number(lines, found.hash_before) == found.log_hash else None
    except ValueError:  # no number at all
        return None


def content(found: Kept) -> bytes | None:
    """What it holds; None if that is not what was put there."""
    try:
        content = zlib.decompress(found.body)
    except zlib.error:
        return None
    return content if hashlib.sha256(content).hexdigest() == found.sha256 else None


def compressed(parts: Iterable[bytes]) -> tuple[str, bytes]:
    """The hash of these parts as one, and the body of a row that holds them."""
    chain, packed, body = hashlib.sha256(), zlib.compressobj(LEVEL), []
    for part in parts:
        chain.update(part)
        body.append(packed.compress(part))
    return chain.hexdigest(), b"".join([*body, packed.flush()])


def keep(db: Connection, dialogue: str, fold: Kept) -> bool:
    """Put it in place of the one there is. False if the log has begun a new life meanwhile: what
    has been disposed of must not come back by this way."""
    counter = log.locked(db, dialogue)
    if counter is None or counter.epoch != fold.epoch or counter.seq < fold.seq:
        return False
    drop(db, dialogue)
    row = {"dialogue": dialogue} | {it: getattr(fold, it) for it in fold.__struct_fields__}
    db.execute(insert(t.fold), row)
    return True


def drop(db: Connection, dialogue: str) -> None:
    db.execute(delete(t.fold).where(t.fold.c.dialogue == dialogue))


def drop_what_is_over(db: Connection) -> None:
    """Folds of a former life of their log: a release that knows nothing of them leaves them."""
    its = t.dialogue.c
    alive = exists().where(its.id == t.fold.c.dialogue, its.epoch == t.fold.c.epoch)
    db.execute(delete(t.fold).where(~alive))


def mistrust(db: Connection, dialogue: str, fold: Place) -> bool:
    """It is not what the log says: away with it, and whoever has gone on from it begins anew from
    the log. False if all of that life is over already."""
    counter = log.locked(db, dialogue)
    if counter is None or counter.epoch != fold.epoch:
        return False
    log.new_epoch(db, dialogue)
    return True


def number(lines: Iterable[written.Line], before: str) -> str:
    """The log's number after these lines, which had been `before`."""
    return written.log_hash(lines, bytes.fromhex(before))


NOTHING_BEFORE = written.NOTHING_BEFORE.hex()
