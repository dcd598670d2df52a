"""Which release the tables are of, and which secret signs what is in them.

A new release only adds (`docs/running.md`, "A new release"): whoever is at work on the tables of
the next one goes on. Whoever begins on them is told to be that release.
"""

import hashlib
import hmac
import time

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, insert, select

from dialog.store import tables as t
from dialog.store.database import (
    UnusableDatabase,
    in_words,
    known,
    migrate,
    one_at_a_time,
    refuse_newer,
    revision,
    shown_of,
)

INSTALLATION = "installation"
"""The kind of ticket that tells secrets apart. It opens nothing."""
WHOSE = "Dialog-Installation"
"""The header of `/readyz` that tells `dialog doctor` one installation's server from another's."""
NEVER = 2**62
PATIENCE = 30.0
"""Seconds in which `dialog migrate` may come to its end, for processes started beside it."""
LOOK_AGAIN = 0.5


class State(Struct):
    """`revision`: the last migration that the tables have seen; None: there are no tables."""

    revision: str | None
    secret: str = ""

    @property
    def is_newer(self) -> bool:
        return self.revision is not None and self.revision not in known()

    @property
    def is_current(self) -> bool:
        return self.revision == known()[0]

    @property
    def fits(self) -> bool:
        """Whether a process of this release that is at work may go on."""
        return self.is_current or self.is_newer

    def is_of(self, secret: str) -> bool:
        """Whether cookies and links signed with `secret` are what the other processes expect."""
        return not self.secret or hmac.compare_digest(self.secret, fingerprint(secret))


def state(db: Connection) -> State:
    """Where the tables stand."""
    now = revision(db)
    if now is None:
        return State(None)
    ours = select(t.ticket.c.hash).where(t.ticket.c.kind == INSTALLATION)
    return State(now, db.execute(ours).scalar() or "")


def fingerprint(secret: str) -> str:
    """Tells one secret from another, and nobody what it is: they are too long to be guessed."""
    return hmac.digest(secret.encode(), b"the same installation?", hashlib.sha256).hex()


def mark(secret: str) -> str:
    """The same for strangers, shorter and unlike the other: which installation a server is of."""
    return hmac.digest(secret.encode(), b"which installation?", hashlib.sha256).hex()[:16]


def installation(engine: Engine, secret: str = "") -> str:
    """What all processes on this database have in common, and no other installation has."""
    return state_of(engine).secret or fingerprint(secret)


def bring_up(engine: Engine, secret: str) -> None:
    """The release phase: the tables of this release, and its secret the one that counts."""
    migrate(engine)
    with in_words(url_of(engine)), engine.begin() as db:
        one_at_a_time(db)
        keep(db, secret)


def keep(db: Connection, secret: str) -> None:
    db.execute(delete(t.ticket).where(t.ticket.c.kind == INSTALLATION))
    row = {"hash": fingerprint(secret), "kind": INSTALLATION, "expires": NEVER}
    db.execute(insert(t.ticket), row)


def begin(engine: Engine, secret: str = "", patience: float = 0.0) -> None:
    """Before work on the tables: `UnusableDatabase` if they are not of this release.

    What only this machine can use (SQLite) is brought up at once, and so is a database in which
    nothing is. One that several share waits for `dialog migrate`, so that it is changed when
    somebody means it to be, and not by whichever process happens to start first.
    """
    now = state_of(engine, begins=True)
    if engine.dialect.name == "sqlite" or now.revision is None:
        migrate(engine)
    else:
        now = wait_for_release(engine, patience)
    if secret and (engine.dialect.name == "sqlite" or not now.secret):
        settle(engine, secret)


def settle(engine: Engine, secret: str) -> None:
    """The secret of whoever comes first is the one that counts for those who start beside it."""
    with in_words(url_of(engine)), engine.begin() as db:
        one_at_a_time(db)
        if engine.dialect.name == "sqlite" or not state(db).secret:
            keep(db, secret)


def wait_for_release(engine: Engine, patience: float) -> State:
    end = time.monotonic() + patience
    while not (now := state_of(engine, begins=True)).is_current:
        if time.monotonic() > end:
            raise UnusableDatabase(
                f"the database {shown_of(engine)} is of an older release ({now.revision}, this "
                f"one needs {known()[0]}): run `dialog migrate` first"
            )
        time.sleep(LOOK_AGAIN)
    return now


def state_of(engine: Engine, begins: bool = False) -> State:
    """Where they stand; `begins`: for whoever begins on them."""
    with in_words(url_of(engine)), engine.execution_options(reading=True).begin() as db:
        if begins:
            refuse_newer(db)
        return state(db)


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)
