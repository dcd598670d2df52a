"""What a dense model is given and what it gives back, as texts, numbers and bytes."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from dialog.analysis.embedding import Vectors

LONGEST = 1_000
"""Characters of a text that count: about what models with a window of 512 tokens take. A server
may refuse more than it takes, and with it everybody else's texts of the same request."""

STORED = np.dtype("<f4")
"""float16 would halve the table, and moved posts to other groups in 4 of 24 measured areas."""


def tidy(text: str) -> str:
    """`text` as models are given it: composed, one kind of space, no NUL and no half characters.

    Case and punctuation stay; unlike word lists, models know what to do with them.
    """
    whole = text.encode("utf-8", "replace").decode()
    composed = unicodedata.normalize("NFKC", whole.replace("\0", " "))
    return " ".join(composed.split())[:LONGEST].rstrip()


def of_unit_length(rows: Sequence[Sequence[float]]) -> Vectors:
    """Rows that somebody else has computed; `ValueError` if they cannot be vectors of texts."""
    if not rows:
        return np.zeros((0, 0), np.float32)
    try:
        given = np.array(rows, np.float64)
    except ValueError:
        raise ValueError("vectors of different lengths") from None
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(given, axis=-1, keepdims=True)
    if given.ndim != 2 or not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
        raise ValueError("vectors without a direction")
    return (given / lengths).astype(np.float32)


def pack(vectors: Vectors) -> list[bytes]:
    """Each row as bytes, the same on every machine."""
    return [row.tobytes() for row in vectors.astype(STORED, copy=False)]


def unpack(rows: Sequence[bytes | None]) -> Vectors:
    """The rows again, to the last bit; zeros for None. They must all be of one width."""
    width = max((len(row) for row in rows if row is not None), default=0)
    blank = bytes(width)
    whole = b"".join(blank if row is None else row for row in rows)
    return np.frombuffer(whole, STORED).astype(np.float32).reshape(len(rows), -1 if width else 0)
