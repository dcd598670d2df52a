"""What grouping costs: processor seconds and memory, each size in a process of its own.

    python -m bench.cost POSTS LABELLED.tsv

prints one line of JSON. The posts are the file's own for as long as they last, then the same again
with a word changed and a vector a little moved. Embeddings are given; numerical libraries
get one thread, as the worker gives them.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from bench.labelled import rows
from bench.vectors import Vectors, label, model, vectors_of
from dialog.analysis import groups as analysis
from dialog.analysis import labels, space

SIZES = (1_000, 5_000, 20_000)
MOVED = 0.05  # of a vector's length
PLACED = 20


class Cost(NamedTuple):
    posts: int
    groups: int
    prepare: float
    group: float
    describe: float
    place: float
    """Seconds of the processor: one more post into the standing groups, its vectors prepared."""
    memory: float
    """Megabytes more than before."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("posts", type=int)
    arguments.add_argument("file", type=Path)
    chosen = arguments.parse_args()
    texts, raw = posts_of(chosen.file, chosen.posts)
    with threadpool_limits(1):
        print(json.dumps(cost(texts, raw)._asdict()))


def posts_of(path: Path, count: int) -> tuple[list[str], Vectors]:
    texts = [row["text"] for row in rows(path)]
    chance = random.Random(0)
    chance.shuffle(texts)
    own = min(count, len(texts))
    picked = [row % len(texts) for row in range(count)]
    raw = vectors_of(texts[:own])[picked] if own == len(texts) else vectors_of(texts[:own])
    if count > own:
        drawn = np.random.default_rng(0).normal(size=(count - own, raw.shape[1]))
        raw[own:] += (MOVED / np.sqrt(raw.shape[1]) * drawn).astype(np.float32)
        raw[own:] /= np.linalg.norm(raw[own:], axis=1, keepdims=True)
    repeated = [changed(texts[row], chance.choice(texts), chance) for row in picked[own:]]
    return [*texts[:own], *repeated], raw


def changed(text: str, other: str, chance: random.Random) -> str:
    """`text` with one word of the `other` in place of one of its own."""
    words = text.split()
    words[chance.randrange(len(words))] = chance.choice(other.split())
    return " ".join(words)


def cost(texts: list[str], raw: Vectors) -> Cost:
    worked(texts[:50], raw[:50])  # what is loaded or compiled once is not counted
    before = fresh_peak()
    prepared, prepare = timed(lambda: space.prepared(raw, label(model())))
    found, group = timed(lambda: analysis.group(prepared))
    area, write = timed(lambda: labels.written(texts, prepared))
    _, describe = timed(lambda: [labels.describe(area, members) for members in found.groups])
    after = peak()
    return Cost(
        len(texts),
        len(found.groups),
        prepare,
        group,
        write + describe,
        placing(raw),
        after - before,
    )


def worked(texts: list[str], raw: Vectors) -> None:
    prepared = space.prepared(raw, label(model()))
    area = labels.written(texts, prepared)
    for members in analysis.group(prepared).groups:
        labels.describe(area, members)


def fresh_peak() -> float:
    """From here on the peak of memory is counted anew (Linux); megabytes in use now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> float:
    told = Path("/proc/self/status").read_text()
    line = next(line for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def placing(raw: Vectors) -> float:
    """For one post, as the worker does it: all is prepared again, and it is placed."""
    standing = analysis.group(space.prepared(raw[:-PLACED], label(model()))).groups
    seconds = []
    for post in range(len(raw) - PLACED, len(raw)):
        _, spent = timed(
            lambda post=post: analysis.place(  # type: ignore[misc]
                space.prepared(raw[: post + 1], label(model())), standing, [post]
            )
        )
        seconds.append(spent)
    return float(np.mean(seconds))


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def measured(path: Path, posts: int) -> Cost:
    command = [sys.executable, "-m", "bench.cost", str(posts), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def report(path: Path) -> dict[str, str]:
    print("\n── cost: seconds of one core, embeddings given ──")
    print(
        f"{'posts':>7}{'groups':>8}{'prepare':>9}{'group':>8}{'in words':>10}{'in all':>8}"
        f"{'MB more':>9}{'one more post':>15}"
    )
    found = [measured(path, posts) for posts in SIZES]
    for one in found:
        print(
            f"{one.posts:7}{one.groups:8}{one.prepare:9.2f}{one.group:8.2f}{one.describe:10.2f}"
            f"{whole(one):8.2f}{one.memory:9.0f}{one.place:15.4f}"
        )
    grouped = " / ".join(f"{one.prepare + one.group:.2f}" for one in found)
    with_words = " / ".join(f"{whole(one):.1f}" for one in found)
    memory = " / ".join(f"{one.memory:.0f}" for one in found)
    return {"cost": f"{grouped} ({with_words} with terms); {memory} MB"}


def whole(one: Cost) -> float:
    return one.prepare + one.group + one.describe


if __name__ == "__main__":
    main()
