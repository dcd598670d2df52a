"""How the presidium's work changes: refused if it is no longer as it was seen, logged in words,
undone as long as nobody has touched it since.

A concept's file gives `decides` (command -> facts), `applies` (event -> `Changed`), `marks`
(event -> the marks it writes) and, if it wants, `guards` (event -> what refuses it just now). This
file does for all of them what none of them must forget.

A mark is a path. `theme/3/title` is a part of `theme/3`: whoever makes or takes away the whole has
to do with all its parts, and a part cannot be put back when the whole has gone.
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
    NotAllowed,
    PersonalNumber,
    TextEmpty,
    TextTooLong,
    TextUnreadable,
)
from dialog.protocol.work_records import WorkChange
from dialog.text import characters

TITLE_LIMIT = 80
NOTE_LIMIT = 2000
TEXT_LIMIT = 4000
QUOTED = 80
"""Characters of a text that a line of the change log quotes."""
CHANGES_KEPT = 2000
"""How many of the latest can be undone."""

Params = Mapping[str, str | int | bool | None]


class Changed(Struct):
    """What applying an event has done: the line of the log (`words` "" for none), the facts that
    undo it (None: it cannot be undone), the records it touched.

    `leads`: its words stand for the whole wish, wherever in it the event comes. `quiet`: it is
    no line of the log, and can be undone all the same. `marks`: written as well, where only the
    dialogue as it stood could tell which.
    """

    words: str
    params: Params
    undo: list[Fact] | None
    touched: set[str]
    leads: bool = False
    quiet: bool = False
    marks: list[str] = []


Decider = Callable[[Dialogue, Person, Any, int], list[Fact]]
Applier = Callable[[Dialogue, e.Entry, Any], Changed]
Marker = Callable[[Any], Iterable[str]]
Guard = Callable[[Dialogue, Any], None]

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
        written = (mark for fact in facts for mark in marks(fact.event))
        require_as_seen(dialogue.work, command.seen, command.mine, written)
    why = fit_text(command.why, NOTE_LIMIT)
    if why and facts and not isinstance(facts[0].event, REASON_IS_THEIRS):
        facts = [*facts, Fact(we.ReasonGiven(), why)]
    return facts


def require_as_seen(work: Work, seen: int, mine: Sequence[int], marks: Iterable[str]) -> None:
    for mark in marks:
        for it in (mark, whole_of(mark), *work.parts.get(mark, ())):
            seq, actor, words = work.changed.get(it, (0, "", ""))
            require(seq <= seen or seq in mine, ChangedMeanwhile(actor, words))


def undo(dialogue: Dialogue, person: Person, command: c.Undo, at: int) -> list[Fact]:
    """What restores exactly what the change touched, unless someone has touched it since.

    Who only drafts goals takes back only what their own have done.
    """
    work = dialogue.work
    found = next((u for u in work.changes if u.change.seq == command.seq), None)
    require(found, CannotUndo())
    assert found is not None
    rules_all = person.role in ("facilitator", "presidium")
    require(rules_all or found.change.actor == person.role, NotAllowed())
    require(set_stamps(stamps_at(work, found.before)) == set_stamps(found.after), ChangedSince())
    return [Fact(e.Undone(command.seq)), *found.undo]


def whole_of(mark: str) -> str:
    """What the mark is a part of; itself if it is of no part."""
    return "/".join(mark.split("/", 2)[:2])


def stamps_at(work: Work, marks: Iterable[str]) -> dict[str, int]:
    """The stamps of these, of what they are parts of, and of all their parts."""
    met = (it for mark in marks for it in (mark, whole_of(mark), *work.parts.get(mark, ())))
    return {it: work.stamps.get(it, 0) for it in met}


def set_stamps(stamps: Mapping[str, int]) -> dict[str, int]:
    return {mark: seq for mark, seq in stamps.items() if seq}


def fit_text(text: str, limit: int) -> str:
    """`text` as it will be kept, its lines kept apart, or a refusal that says what to change."""
    require(characters.readable(text.replace("\n", " ").replace("\r", " ")), TextUnreadable())
    lines = (" ".join(characters.tidy(line).split()) for line in text.splitlines())
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
    work.changes = [u for u in work.changes if u is not found]
    found.change.undoable = False
    work.undoing = found
    its = found.change
    work.line = WorkChange(
        entry.seq, its.words, its.params, entry.at, entry.actor, by_undo=not its.by_undo
    )
    if not found.quiet:
        work.log.append(work.line)
    return {"changes"}


def remember(
    dialogue: Dialogue, entry: e.Entry, changed: Changed, marks: Iterable[str]
) -> set[str]:
    """Log the change and keep the way back; one wish is one line and one way back.

    Only the first entry of a wish carries its op.
    """
    work = dialogue.work
    if entry.op is not None:
        begin_line(work, entry, changed)
    line = work.line
    if line is None:
        return changed.touched
    if work.undoing is None and changed.leads:
        lead(line, changed)
    if isinstance(entry.event, REASON_IS_THEIRS) and not line.by_undo:
        line.why = entry.words or line.why
    before, after = stamped(work, line, [*marks, *changed.marks])
    if changed.undo is not None:
        keep_way_back(work, line, before, after, changed.undo)
    return changed.touched | {"changes"}


def begin_line(work: Work, entry: e.Entry, changed: Changed) -> None:
    work.undoing = work.line = None
    if not changed.words:
        return
    params = dict(changed.params)
    work.line = WorkChange(entry.seq, changed.words, params, entry.at, entry.actor)
    if not changed.quiet:
        work.log.append(work.line)


def lead(line: WorkChange, changed: Changed) -> None:
    """Let the line say this, and how many times over, if it said something else."""
    if line.words != changed.words:
        line.words, line.params = changed.words, dict(changed.params) | {"n": 1}
    else:
        line.params["n"] = 1 + int(line.params.get("n") or 0)


def stamped(
    work: Work, line: WorkChange, marks: list[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """The marks' stamps before, and all that counts after. An undone change gives back the old."""
    before = {mark: work.stamps.get(mark, 0) for mark in marks}
    old = work.undoing.before if work.undoing is not None else {}
    for mark in marks:
        work.stamps[mark] = old.get(mark, line.seq)
        # The first seq of the wish: it is what its own author has been told.
        work.changed[mark] = (line.seq, line.actor, line.words)
        if whole_of(mark) != mark:
            work.parts.setdefault(whole_of(mark), {})[mark] = None
    return before, stamps_at(work, marks)


def keep_way_back(
    work: Work, line: WorkChange, before: dict[str, int], after: dict[str, int], undo: list[Fact]
) -> None:
    if not work.changes or work.changes[-1].change is not line:
        line.undoable = True
        quiet = not (work.log and work.log[-1] is line)
        work.changes.append(UndoableWork(line, {}, {}, [], quiet))
    last = work.changes[-1]
    last.before = before | last.before
    last.after |= after
    last.undo = [*undo, *last.undo]
    for old in work.changes[:-CHANGES_KEPT]:
        old.change.undoable = False
    del work.changes[:-CHANGES_KEPT]
