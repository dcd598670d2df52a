"""Vectors of texts, so that none is computed twice. They go when their dialogue goes.

Only bytes here: what they mean is known to whoever made them.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from dialog.store import tables as t

log = logging.getLogger(__name__)

AT_A_TIME = 500
"""Hashes in one question; a database takes only so many."""

INSERTS: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def known(db: Connection, dialogue: str, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """hash -> vector, for those that `model` has been asked before."""
    found: dict[bytes, bytes] = {}
    of_model = (t.embedding.c.dialogue == dialogue) & (t.embedding.c.model == model)
    for start in range(0, len(hashes), AT_A_TIME):
        some = t.embedding.c.text_hash.in_(hashes[start : start + AT_A_TIME])
        rows = db.execute(
            select(t.embedding.c.text_hash, t.embedding.c.vector).where(of_model, some)
        )
        found.update((bytes(row.text_hash), bytes(row.vector)) for row in rows)
    return found


def keep(db: Connection, dialogue: str, model: str, vectors: Mapping[bytes, bytes]) -> None:
    """Write hash -> vector; the last word counts. Nothing, if the dialogue is thrown away."""
    if not vectors or not _held(db, dialogue):
        return
    new = INSERTS[db.dialect.name](t.embedding)
    newer = new.on_conflict_do_update(
        index_elements=list(t.embedding.primary_key), set_={"vector": new.excluded.vector}
    )
    # In one order everywhere: two processes with the same texts would else wait for each other.
    db.execute(
        newer,
        [
            {"dialogue": dialogue, "model": model, "text_hash": hash, "vector": vectors[hash]}
            for hash in sorted(vectors)
        ],
    )


def _held(db: Connection, dialogue: str) -> bool:
    """Whether it is there, and until the transaction ends stays."""
    row = select(t.dialogue.c.id).where(t.dialogue.c.id == dialogue)
    return db.execute(row.with_for_update(read=True, key_share=True)).scalar() is not None


class DatabaseCache:
    """The same for whoever can do without: what fails is logged, and computed again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading = engine.execution_options(reading=True)

    def known(self, dialogue: str, model: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        try:
            with self.reading.begin() as db:
                return known(db, dialogue, model, hashes)
        except (SQLAlchemyError, OSError) as error:
            log.warning("vectors cannot be read: %s", type(error).__name__)
            return {}

    def keep(self, dialogue: str, model: str, vectors: Mapping[bytes, bytes]) -> None:
        try:
            with self.engine.begin() as db:
                keep(db, dialogue, model, vectors)
        except (SQLAlchemyError, OSError) as error:
            log.warning("vectors cannot be kept: %s", type(error).__name__)
