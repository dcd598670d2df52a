"""Who among the staff came and went, and what they saw and took out: rows are added and never
changed."""

from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection, insert, select

from dialog.store import tables as t

What = Literal[
    "signed-in",
    "signed-out",
    "links-revoked",
    "links-shown",
    "device-link",
    "paired",
    "opened",
    "rehearsed",
    "discarded",
    "made",
    "exported",
    "downloaded",
    "read",
    "disclosed",
    "printed",
    "imported",
    "disposed",
    "taken-in",
]
COMMAND_LINE = "command-line"
"""Stands as the role of whoever has the machine itself."""


class Note(Struct):
    """`at`: ms since 1970. `seat`: which device of that role, as drawn at sign-in. `subject`: who
    it was at the municipality's own provider, where they signed in there; "" by a link.
    """

    at: int
    role: str
    seat: str
    what: What
    about: str = ""
    subject: str = ""


def write(db: Connection, note: Note) -> None:
    row = {name: getattr(note, name) for name in Note.__struct_fields__}
    db.execute(insert(t.audit), row | {"about": note.about[:200]})


def notes(db: Connection, limit: int = 100, before: int | None = None) -> list[Note]:
    """The latest first. `subject` is told with everything that its seat has done."""
    query = select(t.audit).order_by(t.audit.c.at.desc(), t.audit.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(t.audit.c.at < before)
    rows = db.execute(query).all()
    who = _subjects(db, {row.seat for row in rows})
    return [
        Note(row.at, row.role, row.seat, row.what, row.about, who.get(row.seat, "")) for row in rows
    ]


def _subjects(db: Connection, seats: set[str]) -> dict[str, str]:
    rows = db.execute(
        select(t.audit.c.seat, t.audit.c.subject).where(
            t.audit.c.seat.in_(seats - {""}), t.audit.c.subject != ""
        )
    )
    return {row.seat: row.subject for row in rows}


def left(db: Connection, since: int) -> frozenset[str]:
    """The seats that have signed out since then."""
    gone = (t.audit.c.what == "signed-out") & (t.audit.c.at > since)
    return frozenset(db.execute(select(t.audit.c.seat).where(gone)).scalars())
