"""How long a contribution waits for its group, in an area where there are many already.

    python -m bench.live TEXTS.tsv [--posts 500 1000 5000] [--singles 20]

A real dialogue in memory and in SQLite, and the worker in the same process. The vectors of what
is there are computed beforehand; those of the single contributions are not. `wait` is from post
committed to suggestion committed, and of it up to PAUSE is the worker's own pause.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import cycle
from pathlib import Path

from bench.labelled import rows
from bench.vectors import model, vectors_of
from dialog.analysis.vectors import pack
from dialog.bus import MemoryBus
from dialog.domain.state import Person, Session
from dialog.embedders import Embedders, key_of, label
from dialog.grouping import PAUSE, Worker
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol import commands as c
from dialog.protocol.agenda import (
    Area,
    Collect,
    DialogueDefinition,
    Gate,
    SessionDefinition,
    TargetGroup,
)
from dialog.protocol.codec import encode
from dialog.protocol.events import Entry, GroupsSuggested
from dialog.store import log as store
from dialog.store.database import migrate, open_database
from dialog.store.embeddings import DatabaseCache

MATTER, EVENING, PLACE = "matter", "evening", "area"
AT_ONCE = 200
PARTS = 10
"""Parts in which they come, each looked at before the next, so that some wait as in a hall."""
LOOK = 0.002
TARGET_GROUPS = [TargetGroup(id, id.title()) for id in ("young", "old", "families")]

DEFINITION = DialogueDefinition(
    id=MATTER,
    record_number="1",
    title="Many contributions",
    municipality="Nowhere",
    areas=[Area(PLACE, "One area", "Area")],
    target_groups=TARGET_GROUPS,
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--posts", type=int, nargs="+", default=[500, 1_000, 5_000])
    arguments.add_argument("--singles", type=int, default=20)
    chosen = arguments.parse_args()
    print(f"the worker pauses {1000 * PAUSE:.0f} ms between looks")
    for count in chosen.posts:
        texts = distinct([row["text"] for row in rows(chosen.file)], count + chosen.singles)
        asyncio.run(report(texts[:count], texts[count:]))


def distinct(texts: Sequence[str], count: int) -> list[str]:
    """So many texts, in no order; a number is added to what comes again."""
    lot = random.Random(0)
    once = list(dict.fromkeys(texts))
    lot.shuffle(once)
    rounds = -(-count // len(once))
    return [text if not n else f"{text} {n}" for n in range(rounds) for text in once][:count]


async def report(there: Sequence[str], singles: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as (here, dialogue, cache):
            known = pack(vectors_of(there))
            keys = [key_of(text) or b"" for text in there]
            cache.keep(MATTER, label(model()), dict(zip(keys, known, strict=True)))
            worker = Worker(here, Embedders(cache=cache, packaged=model()))
            working = asyncio.create_task(worker.run())
            part = -(-len(there) // PARTS)
            for start in range(0, len(there), part):
                await posted(dialogue, there[start : start + part])
                seconds = await looked(dialogue)
            session = dialogue.dialogue.sessions[EVENING]
            print(
                f"\n{len(there)} contributions, {len(session.groups)} groups,"
                f" {alone(session)} single voices; the last tenth looked at in {seconds:.1f} s"
            )
            await one_by_one(here, dialogue, singles)
            working.cancel()


async def one_by_one(here: LiveDialogues, dialogue: LiveDialogue, singles: Sequence[str]) -> None:
    session = dialogue.dialogue.sessions[EVENING]
    before, since = seats(session), dialogue.dialogue.seq
    waits, processor = [], []
    for text in singles:
        await asyncio.sleep(2 * PAUSE * random.random())
        busy = time.process_time()
        await posted(dialogue, [text])
        waits.append(await looked(dialogue))
        processor.append(time.process_time() - busy)
    after = seats(session)
    assert all(after[n] == group for n, group in before.items() if group is not None), "moved"
    sizes = [len(encode(entry.event)) for entry in suggested(here, since)]
    print(
        f"  wait  median {1000 * statistics.median(waits):5.0f} ms,"
        f" worst {1000 * max(waits):5.0f}\n"
        f"  CPU   median {1000 * statistics.median(processor):5.0f} ms,"
        f" worst {1000 * max(processor):5.0f}\n"
        f"  event median {statistics.median(sizes):5.0f} bytes, largest {max(sizes):5d}\n"
        f"  placed {sum(g is not None for n, g in after.items() if n not in before)}"
        f" of {len(singles)} at once, none moved"
    )


@contextlib.asynccontextmanager
async def opened(
    folder: Path,
) -> AsyncIterator[tuple[LiveDialogues, LiveDialogue, DatabaseCache]]:
    """A session at the step in which people write, each target group by one participant."""
    engine = open_database(f"sqlite:///{folder / 'dialog.db'}")
    migrate(engine)
    here = LiveDialogues(engine, MemoryBus())
    dialogue = await here.create(MATTER)
    system, fay = Person("system", EVENING), Person("facilitator", EVENING)
    step = Collect(id="write", title="Write", area=PLACE)
    definition = SessionDefinition(
        id=EVENING,
        type="citizen-dialogue",
        title="An evening",
        purpose="To measure",
        level="dialogue",
        can_influence=[],
        decided=[],
        steps=[step],
        gate=Gate(question=True, deciders=True),
        moderation="show-all",
    )
    await dialogue.do(system, c.CreateDialogue(DEFINITION))
    await dialogue.do(system, c.OpenSession(EVENING, definition, "0" * 64, "ABC2345"))
    for number, group in enumerate(TARGET_GROUPS, start=1):
        await dialogue.do(system, c.JoinSession())
        await dialogue.do(writer(number), c.ChoosePerspective(group.id))
    await dialogue.do(fay, c.GoToStep("write", None))
    yield here, dialogue, DatabaseCache(engine)
    await here.close()
    engine.dispose()


async def posted(dialogue: LiveDialogue, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        wishes = (c.PostContribution("write", 0, "keyword", text, area=PLACE) for text in some)
        people = map(writer, cycle(range(1, 1 + len(TARGET_GROUPS))))
        await asyncio.gather(*map(dialogue.do, people, wishes))


def writer(number: int) -> Person:
    return Person("participant", EVENING, number)


async def looked(dialogue: LiveDialogue) -> float:
    """Seconds until a run that has seen everything is on disk."""
    session = dialogue.dialogue.sessions[EVENING]
    start, upto = time.perf_counter(), dialogue.dialogue.seq
    while session.looked_upto.get(PLACE, 0) < upto:
        await asyncio.sleep(LOOK)
    async with dialogue.settled:
        return time.perf_counter() - start


def suggested(here: LiveDialogues, since: int) -> Iterator[Entry]:
    with here.engine.begin() as db:
        entries = store.entries_after(db, MATTER, since)
    return (entry for entry in entries if isinstance(entry.event, GroupsSuggested))


def seats(session: Session) -> dict[int, int | None]:
    return {n: it.group for n, it in session.contributions.items()}


def alone(session: Session) -> int:
    return sum(it.group is None for it in session.contributions.values())


if __name__ == "__main__":
    main()
