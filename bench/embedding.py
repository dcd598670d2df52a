"""How many texts a second the packaged model embeds, one by one and in batches.

    python -m bench.embedding [TEXTS.tsv] [--column text] [--texts 300] [--threads 1 2]

Without a file: the shipped sample contributions.
"""

import argparse
import csv
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dialog.analysis.e5 import PackagedE5
from dialog.analysis.embedding import Vectors

SAMPLES = Path(__file__).parent.parent / "sessions" / "mal-2019" / "samples.tsv"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("file", nargs="?", type=Path, default=SAMPLES)
    arguments.add_argument("--column", default="text")
    arguments.add_argument("--texts", type=int, default=300)
    arguments.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    chosen = arguments.parse_args()
    texts = read(chosen.file, chosen.column)[: chosen.texts]
    print(f"{chosen.file.name}: {len(texts)} texts, {mean_length(texts):.0f} characters each")
    for threads in dict.fromkeys(chosen.threads):
        report(texts, threads)


def read(file: Path, column: str) -> list[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        kept = (line for line in lines if not line.startswith("#"))
        return [row[column] for row in csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE)]


def mean_length(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / max(1, len(texts))


class Speeds(NamedTuple):
    """Texts a second."""

    single: float
    batched: float
    of_a_core: float
    """Batched, a second of one core's time."""


def report(texts: Sequence[str], threads: int) -> Speeds:
    start = time.perf_counter()
    model = PackagedE5(threads)
    print(f"\n{threads} thread(s); tried and loaded in {time.perf_counter() - start:.2f} s")
    one_by_one, single, _ = timed(
        "one by one", texts, lambda: np.concatenate([model.embed([text]) for text in texts])
    )
    at_once, batched, of_a_core = timed("batched", texts, lambda: model.embed(texts))
    assert np.array_equal(one_by_one, at_once)
    return Speeds(single, batched, of_a_core)


def timed(
    how: str, texts: Sequence[str], work: Callable[[], Vectors]
) -> tuple[Vectors, float, float]:
    """Prints both speeds: the second hardly minds what else the machine is doing."""
    start, busy = time.perf_counter(), time.process_time()
    found = work()
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    print(
        f"  {how:10} {len(texts) / seconds:6.1f} texts/s,"
        f" {len(texts) / processor:6.1f} a second of one core"
    )
    return found, len(texts) / seconds, len(texts) / processor


if __name__ == "__main__":
    main()
