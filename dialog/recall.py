"""A dialogue as it was, from its log: for all that takes its time and must not hold up the hall."""

from sqlalchemy import Connection as Database

from dialog.domain import rules
from dialog.domain.state import Dialogue
from dialog.store import log


def recall(db: Database, dialogue: str, upto: int | None = None) -> Dialogue:
    """The dialogue as it stood after the entry `upto` (None: as it stands). Nobody else holds it,
    so it may be read in any thread. `LookupError` if there is no such dialogue.
    """
    counter = log.counter(db, dialogue)
    if counter is None:
        raise LookupError(dialogue)
    newest = counter.seq if upto is None else min(upto, counter.seq)
    return rules.folded(dialogue, log.entries_after(db, dialogue, 0, newest))
