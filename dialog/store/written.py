"""The log as it may leave the house, and the number that says it is the same log.

No op ids, minutes instead of seconds, the role of who acted: what an archive may keep for ever.
The chain is worked out from that alone, so that whoever has the archive can work it out again,
and it stays true when texts are disposed of: a line holds the salted digest of its words.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import Connection, select

from dialog.domain.times import to_the_minute
from dialog.store import tables as t

NOTHING_BEFORE = bytes(32)


class Line(Struct):
    """One entry. `body` is the event, in the bytes it is kept in. `at`: ms since 1970, rounded
    down to the minute. `digest`: of the words beside it, if it has or had any.
    """

    seq: int
    session: str
    access: str
    actor: str
    type: str
    version: int
    body: Raw
    digest: str | None
    at: int


def lines(db: Connection, dialogue: str, upto: int, after: int = 0) -> Iterator[Line]:
    """The log after `after` up to and with `upto`, as it may leave the house."""
    query = (
        select(t.event)
        .where(t.event.c.dialogue == dialogue, t.event.c.seq > after, t.event.c.seq <= upto)
        .order_by(t.event.c.seq)
    )
    for row in db.execute(query):
        yield line_of(row._asdict())


def log_hash(log: Iterable[Line], chain: bytes = NOTHING_BEFORE) -> str:
    """SHA-256 over the lines in their order, each chained to the one before. Lines that are
    lacking, added, changed or in another order give another. `chain`: what the lines before have
    given."""
    for line in log:
        chain = hashlib.sha256(chain + canonical(line)).digest()
    return chain.hex()


def canonical(line: Line) -> bytes:
    """The line as one JSON array without blanks, in which `body` stands as it is kept."""
    return msgspec.json.encode(
        [
            line.seq,
            line.session,
            line.access,
            line.actor,
            line.type,
            line.version,
            line.body,
            line.digest,
            line.at,
        ]
    )


def line_of(row: Mapping[str, Any]) -> Line:
    """The line of a row of the table `event`."""
    return Line(
        seq=row["seq"],
        session=row["session"],
        access=row["access"],
        actor=row["actor"],
        type=row["type"],
        version=row["version"],
        body=Raw(bytes(row["body"])),
        digest=row["digest"],
        at=to_the_minute(row["at"]),
    )
