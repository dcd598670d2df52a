"""Reading everything, split among members: what is dealt to whom, what has been read, how fast."""

from collections.abc import Iterator
from itertools import chain, pairwise
from statistics import median

from dialog.domain.facts import Fact, require
from dialog.domain.state import Contribution, Dialogue, Person
from dialog.domain.themes import known
from dialog.domain.work import NOTE_LIMIT, Changed, Params, fit_text
from dialog.domain.work_state import Place
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.refusals import AlreadyDone, TextEmpty

SECONDS_FOR_ONE = 8.0
"""Until people have shown how fast they read."""

A_BREAK = 5 * 60.0
"""Seconds between two marks that say nothing of how fast somebody reads."""

# ── what is dealt ─────────────────────────────────────────────────────────────────────────────


def dealt(dialogue: Dialogue) -> dict[int, list[Contribution]]:
    """Reader -> what that reader is to read, in reading order: area by area as decided, what is
    about all of them last. What has been dealt stays with its reader, whatever comes.
    """
    readers = dialogue.work.readers
    shares: dict[int, list[Contribution]] = {reader: [] for reader in range(1, readers + 1)}
    for it in in_reading_order(dialogue):
        shares[reader_of(it.id, readers)].append(it)
    return shares


def reader_of(number: int, readers: int) -> int:
    """By its number alone: nothing that comes later can move it."""
    return (number - 1) % readers + 1


def in_reading_order(dialogue: Dialogue) -> Iterator[Contribution]:
    """All that can be seen. (Contributions lie in order of number already.)"""
    areas = [area.id for area in dialogue.definition.areas]
    by_area: dict[str | None, list[Contribution]] = {area: [] for area in (*areas, None)}
    for it in dialogue.contributions.values():
        if it.is_visible:
            area = area_of(dialogue, it)
            by_area[area if area in by_area else None].append(it)
    return chain.from_iterable(by_area.values())


def area_of(dialogue: Dialogue, it: Contribution) -> str | None:
    """Its theme's goal area, else the one it was written under."""
    theme = dialogue.work.place(it.id).theme
    return it.area if theme is None else dialogue.work.themes[theme].area


def seconds_for_one(dialogue: Dialogue) -> float:
    """How long people have taken so far: the median between two marks of the same reader."""
    gaps = [gap for gap in gaps_between_marks(dialogue) if gap <= A_BREAK]
    return round(median(gaps), 1) if gaps else SECONDS_FOR_ONE


def gaps_between_marks(dialogue: Dialogue) -> Iterator[float]:
    read_at: dict[int, list[int]] = {}
    for place in dialogue.work.places.values():
        if place.verdict is not None:
            read_at.setdefault(place.reader, []).append(place.read_at)
    for times in read_at.values():
        yield from ((later - earlier) / 1000 for earlier, later in pairwise(sorted(times)))


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def deal_out(dialogue: Dialogue, person: Person, command: wc.DealOut, at: int) -> list[Fact]:
    require(command.readers != dialogue.work.readers, AlreadyDone())
    return [Fact(we.ReadingDealt(command.readers))]


def mark_read(dialogue: Dialogue, person: Person, command: wc.MarkRead, at: int) -> list[Fact]:
    """A note stays until another is written, or the contribution is no longer read."""
    (it,) = known(dialogue, [command.contribution])
    place = dialogue.work.place(it.id)
    note = fit_text(command.note, NOTE_LIMIT) or place.note
    require(note or command.verdict != "note", TextEmpty())
    if command.verdict is None:
        require(place.verdict is not None, AlreadyDone())
        return [Fact(we.ContributionRead(it.id, 0, None))]
    event = we.ContributionRead(it.id, command.reader, command.verdict)
    was = (place.reader, place.verdict, place.note)
    require((event.reader, event.verdict, note) != was, AlreadyDone())
    return [Fact(event, note or None)]


decides = {wc.DealOut: deal_out, wc.MarkRead: mark_read}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def shared_out(dialogue: Dialogue, entry: e.Entry, event: we.ReadingDealt) -> Changed:
    work = dialogue.work
    was, work.readers = work.readers, event.readers
    params: Params = {"n": event.readers}
    return Changed("reading_dealt", params, [Fact(we.ReadingDealt(was))], {"reading"})


def read(dialogue: Dialogue, entry: e.Entry, event: we.ContributionRead) -> Changed:
    """What only fits is no line of the log: there are as many as there are contributions."""
    work, number = dialogue.work, event.contribution
    place = work.places.setdefault(number, Place())
    was = we.ContributionRead(number, place.reader, place.verdict, place.read_at)
    undo = [Fact(was, place.note or None)]
    place.reader, place.verdict, place.note = event.reader, event.verdict, entry.words or ""
    now = entry.at if event.verdict else 0
    place.read_at = now if event.read_at is None else event.read_at
    touched = {f"contribution/{number}", "reading"}
    if place.theme is not None:
        touched.add(f"theme/{place.theme}")
    quiet = event.verdict in (None, "fits")
    words = f"read_{event.verdict}" if event.verdict else "unread"
    return Changed(words, {"contribution": number}, undo, touched, quiet=quiet)


applies = {we.ReadingDealt: shared_out, we.ContributionRead: read}

marks = {
    we.ReadingDealt: lambda it: ["reading"],
    we.ContributionRead: lambda it: [f"read/{it.contribution}"],
}
