"""The vectors of texts, kept on disk so that no benchmark embeds a text twice."""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialog.analysis.e5 import PackagedE5
from dialog.embedders import label

Vectors = NDArray[np.float32]

KEPT = Path(".cache/bench")
THREADS = os.cpu_count() or 1


@cache
def model() -> PackagedE5:
    return PackagedE5(THREADS)


def embed(texts: Sequence[str]) -> Vectors:
    return model().embed(texts)


def vectors_of(texts: Sequence[str]) -> Vectors:
    """One row of length 1 for each text, as the model gave it: not centred."""
    known = kept()
    missing = [text for text in dict.fromkeys(texts) if key(text) not in known]
    if missing:
        known.update(zip(map(key, missing), embed(missing), strict=True))
        keep(known)
    return np.array([known[key(text)] for text in texts], np.float32)


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def kept() -> dict[str, Vectors]:
    path = KEPT / f"{label(model())}.npz"
    if not path.exists():
        return {}
    with np.load(path) as file:
        return dict(zip(file["keys"].tolist(), file["vectors"], strict=True))


def keep(known: dict[str, Vectors]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    written = KEPT / f"{label(model())}.part.npz"
    np.savez(written, keys=np.array(list(known)), vectors=np.array(list(known.values())))
    written.replace(KEPT / f"{label(model())}.npz")
