"""Where codes, links and numbers lead: who may come in, and to what."""

import hashlib
import secrets
from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from dialog.store import tables as t


class Door(Struct):
    """A session as the doorkeeper knows it; times in ms since 1970. `code` "": none leads there."""

    session: str
    dialogue: str
    code: str
    code_expires: int
    opened_at: int
    ended: bool


class Ticket(Struct):
    """A short-lived secret and what it gives. `ends`: when what it signs in ends, s since 1970."""

    kind: str
    number: str | None
    session: str | None
    role: str | None
    expires: int
    ends: int | None = None


def behind_code(db: Connection, code: str) -> Door | None:
    """The session a code leads to, expired and ended ones included."""
    return _door(db, t.session.c.code == code)


def door_of(db: Connection, session: str) -> Door | None:
    """The session with that id."""
    if not session.isprintable():  # PostgreSQL does not even look for some of them
        return None
    return _door(db, t.session.c.id == session)


def _door(db: Connection, condition: ColumnElement[bool]) -> Door | None:
    row = db.execute(select(t.session).where(condition)).one_or_none()
    if row is None:
        return None
    return _door_in(row)


def _door_in(row: Row) -> Door:
    code = row.code or ""
    return Door(row.id, row.dialogue, code, row.code_expires, row.opened_at, row.ended)


def all_doors(db: Connection) -> list[Door]:
    """Every session ever opened, newest first."""
    rows = db.execute(select(t.session).order_by(t.session.c.opened_at.desc()))
    return [_door_in(row) for row in rows]


def generation(db: Connection, role: str) -> int:
    """How many times the links of `role` have been revoked."""
    query = select(t.staff_link.c.generation).where(t.staff_link.c.role == role)
    return db.execute(query).scalar() or 0


def generations(db: Connection, roles: Collection[str]) -> dict[str, int]:
    """role -> that number."""
    its = t.staff_link.c
    revoked = db.execute(select(its.role, its.generation).where(its.role.in_(roles)))
    return dict.fromkeys(roles, 0) | {row.role: row.generation for row in revoked}


def revoke(db: Connection, role: str) -> int:
    """Make every link and cookie of `role` invalid, and what would let one more device in; the
    new generation."""
    new = generation(db, role) + 1
    _set_generation(db, role, new)
    db.execute(delete(t.ticket).where((t.ticket.c.kind == "staff") & (t.ticket.c.role == role)))
    return new


def draw_generation(db: Connection, role: str) -> None:
    """One that there has never been: where a copy is put into an empty place, nothing tells which
    there have been since the copy."""
    _set_generation(db, role, 1 + secrets.randbelow(2**31 - 1))


def _set_generation(db: Connection, role: str, generation: int) -> None:
    changed = db.execute(
        update(t.staff_link).where(t.staff_link.c.role == role).values(generation=generation)
    )
    if not changed.rowcount:
        db.execute(insert(t.staff_link), {"role": role, "generation": generation})


def issue_ticket(
    db: Connection,
    kind: str,
    expires: int,
    number: str | None = None,
    session: str | None = None,
    role: str | None = None,
    ends: int | None = None,
) -> str:
    """A new secret. Only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    row = {"hash": _hash(secret), "kind": kind, "expires": expires, "ends": ends}
    db.execute(insert(t.ticket), row | {"number": number, "session": session, "role": role})
    return secret


def ticket(db: Connection, kind: str, secret: str, now: int) -> Ticket | None:
    """What `secret` gives, if it has not expired."""
    row = db.execute(
        select(t.ticket).where(
            t.ticket.c.hash == _hash(secret), t.ticket.c.kind == kind, t.ticket.c.expires > now
        )
    ).one_or_none()
    if row is None:
        return None
    return Ticket(row.kind, row.number, row.session, row.role, row.expires, row.ends)


def use_ticket(db: Connection, kind: str, secret: str, now: int) -> Ticket | None:
    """The same, and never again."""
    found = ticket(db, kind, secret, now)
    this = (t.ticket.c.hash == _hash(secret)) & (t.ticket.c.kind == kind)
    gone = db.execute(delete(t.ticket).where(this))
    return found if gone.rowcount else None


def pair(db: Connection, number: str, session: str, now: int) -> bool:
    """Give the projector that shows `number` to `session`. False if none shows it."""
    waiting = (t.ticket.c.kind == "projector") & (t.ticket.c.number == number)
    changed = db.execute(
        update(t.ticket)
        .where(waiting, t.ticket.c.session.is_(None), t.ticket.c.expires > now)
        .values(session=session)
    )
    return bool(changed.rowcount)


def take_number_back(db: Connection, secret: str) -> None:
    """Let the projector with this secret wait no longer, unless it has been paired."""
    its = (t.ticket.c.kind == "projector") & (t.ticket.c.hash == _hash(secret))
    db.execute(delete(t.ticket).where(its, t.ticket.c.session.is_(None)))


def sweep(db: Connection, now: int) -> None:
    """Forget tickets that have expired."""
    db.execute(delete(t.ticket).where(t.ticket.c.expires <= now))


def free_number(db: Connection) -> str:
    """A four-digit number that no waiting projector shows."""
    shown = set(
        db.execute(select(t.ticket.c.number).where(t.ticket.c.kind == "projector")).scalars()
    )
    free = [number for n in range(1000, 10000) if (number := str(n)) not in shown]
    return secrets.choice(free)


# ── codes of one's own ────────────────────────────────────────────────────────────────────────


class SeatsTaken(Struct):
    """How many codes there are for a session, and how many have let somebody in."""

    used: int
    total: int


def draw_codes(db: Connection, session: str, codes: list[str], expires: int) -> None:
    """Let each of these in once, for the seats 1, 2, 3 …; those drawn before let nobody in."""
    db.execute(delete(t.entry_code).where(t.entry_code.c.session == session))
    rows = [_code_row(session, seat, code, expires) for seat, code in enumerate(codes, start=1)]
    db.execute(insert(t.entry_code), rows)


def redraw_code(db: Connection, session: str, seat: int, code: str, expires: int) -> bool:
    """A new code for one seat; the old one lets nobody in. False if there is no such seat."""
    of_the_seat = (t.entry_code.c.session == session) & (t.entry_code.c.seat == seat)
    gone = db.execute(delete(t.entry_code).where(of_the_seat))
    if gone.rowcount:
        db.execute(insert(t.entry_code), _code_row(session, seat, code, expires))
    return bool(gone.rowcount)


def _code_row(session: str, seat: int, code: str, expires: int) -> dict[str, object]:
    row = {"session": session, "seat": seat, "used": False, "expires": expires}
    return {"hash": _hash(code), **row}


def session_of_code(db: Connection, code: str, now: int) -> str | None:
    """The session that this code still lets somebody into."""
    return db.execute(select(t.entry_code.c.session).where(_unused(code, now))).scalar()


def use_code(db: Connection, code: str, now: int) -> bool:
    """Let somebody in by it, and nobody after: True for one of all who use it at once."""
    used = db.execute(update(t.entry_code).where(_unused(code, now)).values(used=True))
    return bool(used.rowcount)


def give_code_back(db: Connection, code: str) -> None:
    """Whoever used it did not get in after all."""
    db.execute(update(t.entry_code).where(t.entry_code.c.hash == _hash(code)).values(used=False))


def _unused(code: str, now: int) -> ColumnElement[bool]:
    mine = t.entry_code.c.hash == _hash(code)
    return mine & t.entry_code.c.used.is_(False) & (t.entry_code.c.expires > now)


def seats_taken(db: Connection, session: str) -> SeatsTaken:
    """How many of the session's codes have been used."""
    found = db.execute(select(t.entry_code.c.used).where(t.entry_code.c.session == session))
    used = list(found.scalars())
    return SeatsTaken(sum(used), len(used))


# ── receipts ──────────────────────────────────────────────────────────────────────────────────


def receipts(db: Connection, hashes: list[str]) -> dict[str, tuple[str, int]]:
    """Receipt hash -> (dialogue, seq) of the contribution it belongs to."""
    rows = db.execute(select(t.receipt).where(t.receipt.c.hash.in_(hashes)))
    return {row.hash: (row.dialogue, row.seq) for row in rows}


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
