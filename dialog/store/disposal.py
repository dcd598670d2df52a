"""Taking away what lies beside the log. The log itself is never touched: it says the same as
before, and every number that was worked out from it is still right.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from dialog.store import tables as t

AT_A_TIME = 500
"""Places in one statement; a database takes only so many."""
PHONES = ("participant", "table-host")
"""Actors whose wishes were numbered by a phone."""


def drop_words(db: Connection, dialogue: str, seqs: Sequence[int]) -> None:
    """The words of these entries, and the salt with which their digest could be guessed."""
    for some in parts(seqs):
        here = (t.words.c.dialogue == dialogue) & t.words.c.seq.in_(some)
        db.execute(delete(t.words).where(here))


def change_words(db: Connection, dialogue: str, words: Mapping[int, str]) -> None:
    """Other words in place of these; the digest in the log is no longer theirs."""
    if not words:
        return
    here = (t.words.c.dialogue == dialogue) & (t.words.c.seq == bindparam("at"))
    change = update(t.words).where(here).values(text=bindparam("new"), salt=b"")
    db.execute(change, [{"at": seq, "new": text} for seq, text in words.items()])


def unlink(db: Connection, dialogue: str, session: str) -> None:
    """Draw the numbers of the session's participants anew, and write nowhere which was which. What
    one of them has written still counts as one person's; what a phone knows of itself (its number,
    and what it called its own wishes) leads to nothing.
    """
    entries = (t.event.c.dialogue == dialogue) & (t.event.c.session == session)
    beside = (t.author.c.dialogue == t.event.c.dialogue) & (t.author.c.seq == t.event.c.seq)
    rows = db.execute(select(t.author.c.seq, t.author.c.participant).where(entries, beside)).all()
    new = drawn_anew({row.participant for row in rows})
    here = (t.author.c.dialogue == dialogue) & (t.author.c.seq == bindparam("at"))
    change = update(t.author).where(here).values(participant=bindparam("new"))
    if rows:
        db.execute(change, [{"at": row.seq, "new": new[row.participant]} for row in rows])
    phones = entries & t.event.c.actor.in_(PHONES)
    db.execute(update(t.event).where(phones).values(op_id=None))


def drawn_anew(numbers: Iterable[int]) -> dict[int, int]:
    """Each number -> another one, at random: which, is forgotten with this."""
    old = sorted(numbers)
    shuffled = list(old)
    secrets.SystemRandom().shuffle(shuffled)
    return dict(zip(old, shuffled, strict=True))


def vectors(db: Connection, dialogue: str) -> list[str]:
    """What the machine keeps vectors of: models and the hashes of texts."""
    its = t.embedding.c
    query = select(its.model, its.text_hash).where(its.dialogue == dialogue)
    return sorted(f"{row.model} {bytes(row.text_hash).hex()}" for row in db.execute(query))


def drop_vectors(db: Connection, dialogue: str) -> None:
    """All of them: those of texts that are still there can be worked out again."""
    db.execute(delete(t.embedding).where(t.embedding.c.dialogue == dialogue))


def restricted_files(db: Connection, dialogue: str) -> list[str]:
    """The names of the kept files that hold what is not shown."""
    its = t.file.c
    here = (its.dialogue == dialogue) & (its.format == RESTRICTED)
    return list(db.execute(select(its.name).where(here).order_by(its.version)).scalars())


RESTRICTED = "restricted"
"""The format of the file with the words that only few may read."""


def drop_restricted_files(db: Connection, dialogue: str) -> None:
    here = (t.file.c.dialogue == dialogue) & (t.file.c.format == RESTRICTED)
    db.execute(delete(t.file).where(here))


def rehearsals(db: Connection) -> list[str]:
    query = select(t.dialogue.c.id).where(t.dialogue.c.rehearsal).order_by(t.dialogue.c.id)
    return list(db.execute(query).scalars())


def parts(seqs: Sequence[int]) -> Iterable[Sequence[int]]:
    return (seqs[start : start + AT_A_TIME] for start in range(0, len(seqs), AT_A_TIME))


def scrub(engine: Engine) -> None:
    """Nothing of it is left in the database's files either. Others may be reading meanwhile."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        return
    its = (t.words, t.author, t.event, t.embedding, t.file, t.fold)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql(f"VACUUM {', '.join(it.name for it in its)}")
