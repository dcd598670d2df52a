"""How the presidium's work changes: refused if it is no longer as it was seen, logged in words,
undone as long as nobody has touched it since.

A concept's file gives `decides` (command -> facts), `applies` (event -> `Changed`) and `marks`
(event -> the marks it writes). This file does for all of them what none of them must forget.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dialog.domain import personal_data
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.work_state import UndoableWork, Work
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.refusals import (
    CannotUndo,
    ChangedMeanwhile,
    ChangedSince,
    PersonalNumber,
    TextEmpty,
    TextTooLong,
    TextUnreadable,
)
from dialog.protocol.work_records import WorkChange

TITLE_LIMIT = 80
NOTE_LIMIT = 2000
TEXT_LIMIT = 4000
QUOTED = 80
"""Characters of a text that a line of the change log quotes."""
CHANGES_KEPT = 500
"""How many of the latest can be undone."""

Params = Mapping[str, str | int | bool | None]


class Changed(Struct):
    """What applying an event has done: the line of the log (`words` "" for none), the facts that
    undo it (None: it cannot be undone), the records it touched.
    """

    words: str
    params: Params
    undo: list[Fact] | None
    touched: set[str]


Decider = Callable[[Dialogue, Person, Any, int], list[Fact]]
Applier = Callable[[Dialogue, e.Entry, Any], Changed]
Marker = Callable[[Any], Iterable[str]]

REASON_IS_THEIRS = (
    we.DispositionSet,
    we.PreviousGoalSettled,
    we.GapsAcknowledged,
    we.StageEntered,
    we.FrameAnswered,
    we.VersionFrozen,
    we.Dispatched,
    we.ReasonGiven,
)
"""Events whose words are the reason for them."""

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def decided(
    dialogue: Dialogue,
    command: wc.WorkCommand,
    person: Person,
    facts: list[Fact],
    marks: Callable[[e.Event], Iterable[str]],
) -> list[Fact]:
    """The facts, with the reason, or a refusal if somebody else has been there since `seen`."""
    if person.is_staff:
        require_as_seen(dialogue.work, command.seen, (m for f in facts for m in marks(f.event)))
    why = fit_text(command.why, NOTE_LIMIT)
    if why and facts and not isinstance(facts[0].event, REASON_IS_THEIRS):
        facts = [*facts, Fact(we.ReasonGiven(), why)]
    return facts


def require_as_seen(work: Work, seen: int, marks: Iterable[str]) -> None:
    for mark in marks:
        seq, actor, words = work.changed.get(mark, (0, "", ""))
        require(seq <= seen, ChangedMeanwhile(actor, words))


def undo(dialogue: Dialogue, person: Person, command: c.Undo, at: int) -> list[Fact]:
    """What restores exactly what the change touched, unless someone has touched it since."""
    work = dialogue.work
    found = next((u for u in work.changes if u.change.seq == command.seq), None)
    require(found, CannotUndo())
    assert found is not None
    now = {mark: work.stamps.get(mark, 0) for mark in found.after}
    require(now == found.after, ChangedSince())
    return [Fact(e.Undone(command.seq)), *found.undo]


def fit_text(text: str, limit: int) -> str:
    """`text` as it will be kept, its lines kept apart, or a refusal that says what to change."""
    require(personal_data.readable(text.replace("\n", " ").replace("\r", " ")), TextUnreadable())
    lines = (" ".join(personal_data.tidy(line).split()) for line in text.splitlines())
    kept = "\n".join(lines).strip()
    over = len(kept) - limit
    require(over <= 0, TextTooLong(over, limit))
    require(not personal_data.personal_number(kept), PersonalNumber())
    return kept


def some_text(text: str, limit: int) -> str:
    """The same, and a refusal if nothing is left of it."""
    kept = fit_text(text, limit)
    require(kept, TextEmpty())
    return kept


def quoted(text: str) -> str:
    """The beginning of a text, so that a line of the change log says which one is meant."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1].rstrip() + "…"


def fit_line(text: str, limit: int) -> str:
    """The same, in one line."""
    return fit_text(" ".join(text.split()), limit)


# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def begun_undoing(dialogue: Dialogue, entry: e.Entry, event: e.Undone) -> set[str]:
    """What follows in the same wish takes this change back."""
    work = dialogue.work
    found = next(u for u in work.changes if u.change.seq == event.undone)
    work.changes.remove(found)
    found.change.undoable = False
    work.undoing = found
    its = found.change
    words = WorkChange(entry.seq, its.words, its.params, entry.at, entry.actor)
    words.by_undo = not its.by_undo
    work.log.append(words)
    return {"changes"}


def remember(
    dialogue: Dialogue, entry: e.Entry, changed: Changed, marks: Sequence[str]
) -> set[str]:
    """Log the change and keep the way back; one wish is one line and one way back.

    Only the first entry of a wish carries its op.
    """
    work = dialogue.work
    if entry.op is not None:
        work.undoing = None
    reason = entry.words if isinstance(entry.event, REASON_IS_THEIRS) else None
    going_on = entry.op is None and bool(work.log)
    if not going_on and not changed.words:
        return changed.touched
    if not going_on:
        line = WorkChange(entry.seq, changed.words, dict(changed.params), entry.at, entry.actor)
        work.log.append(line)
    line = work.log[-1]
    line.why = reason or line.why
    before, after = stamped(work, entry, line, marks)
    if changed.undo is not None:
        keep_way_back(work, entry, line, before, after, changed.undo)
    return changed.touched | {"changes"}


def stamped(
    work: Work, entry: e.Entry, line: WorkChange, marks: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """The marks' stamps before and after this entry. An undone change gives back the old ones."""
    before = {mark: work.stamps.get(mark, 0) for mark in marks}
    old = work.undoing.before if work.undoing is not None else {}
    after = {mark: old.get(mark, line.seq) for mark in marks}
    work.stamps |= after
    work.changed |= {mark: (entry.seq, entry.actor, line.words) for mark in marks}
    return before, after


def keep_way_back(
    work: Work,
    entry: e.Entry,
    line: WorkChange,
    before: dict[str, int],
    after: dict[str, int],
    undo: list[Fact],
) -> None:
    last = work.changes[-1] if work.changes else None
    if last is not None and last.change is line:
        last.before = before | last.before
        last.after |= after
        last.undo = [*undo, *last.undo]
        last.upto = entry.seq
        return
    line.undoable = True
    work.changes.append(UndoableWork(line, before, after, undo, entry.seq))
    for old in work.changes[:-CHANGES_KEPT]:
        old.change.undoable = False
    del work.changes[:-CHANGES_KEPT]
