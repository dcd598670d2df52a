"""What the facilitator leads: steps, timer, switches, the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from dialog.domain.facts import Fact, require
from dialog.domain.state import (
    Person,
    PlacedDots,
    Session,
    Stretch,
    UndoableChange,
    tables_write_in,
)
from dialog.domain.times import MINUTE
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import Break, Collect, Dots, Meanings, TableTalk
from dialog.protocol.records import Change
from dialog.protocol.refusals import AlreadyDone, AlreadyMoved, NotNow, UnknownStep

Params = Mapping[str, str | int | bool | None]
CHANGES_KEPT = 30
TIMED = (Collect, Meanings, TableTalk, Dots, Break)


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def go_to_step(session: Session, person: Person, command: c.GoToStep, at: int) -> list[Fact]:
    require(session.step_named(command.step), UnknownStep())
    require(session.step == command.seen, AlreadyMoved())
    require(session.step != command.step, AlreadyDone())
    return [Fact(e.StepOpened(command.step)), *timer_of(session, command.step, at)]


def timer_of(session: Session, id: str, at: int) -> list[Fact]:
    """A step in which people work starts its own timer; any other takes the running one away."""
    step = session.step_named(id)
    if isinstance(step, TIMED) and step.minutes:
        return [Fact(e.TimerSet(at + int(step.minutes * MINUTE)))]
    return [] if session.timer is None else [Fact(e.TimerSet(None))]


def start_timer(session: Session, person: Person, command: c.StartTimer, at: int) -> list[Fact]:
    return [Fact(e.TimerSet(at + command.seconds * 1000))]


def extend_timer(session: Session, person: Person, command: c.ExtendTimer, at: int) -> list[Fact]:
    start = at if session.timer is None else max(session.timer, at)
    return [Fact(e.TimerSet(max(at, start + command.seconds * 1000)))]


def stop_timer(session: Session, person: Person, command: c.StopTimer, at: int) -> list[Fact]:
    require(session.timer is not None, AlreadyDone())
    return [Fact(e.TimerSet(None))]


def pause_feed(session: Session, person: Person, command: c.PauseFeed, at: int) -> list[Fact]:
    require(session.paused != command.paused, AlreadyDone())
    return [Fact(e.FeedPaused(command.paused))]


def blank(session: Session, person: Person, command: c.BlankProjector, at: int) -> list[Fact]:
    require(session.blank != command.blank, AlreadyDone())
    return [Fact(e.ProjectorBlanked(command.blank))]


def set_posting(session: Session, person: Person, command: c.SetPosting, at: int) -> list[Fact]:
    require(session.step is not None, NotNow())
    require(session.posting != command.open, AlreadyDone())
    return [Fact(e.PostingSet(command.open))]


def set_moderation(
    session: Session, person: Person, command: c.SetModeration, at: int
) -> list[Fact]:
    require(session.moderation != command.moderation, AlreadyDone())
    return [Fact(e.ModerationSet(command.moderation))]


def show_others(session: Session, person: Person, command: c.ShowOthers, at: int) -> list[Fact]:
    require(not (session.is_window and command.shown), NotNow())
    require(session.others != command.shown, AlreadyDone())
    return [Fact(e.OthersShown(command.shown))]


def set_closing(session: Session, person: Person, command: c.SetClosing, at: int) -> list[Fact]:
    """Closing at once is what stopping to take contributions is for."""
    require(command.at is None or command.at > at, NotNow())
    require(session.closes_at != command.at, AlreadyDone())
    return [Fact(e.ClosingSet(command.at))]


def reveal_dots(session: Session, person: Person, command: c.RevealDots, at: int) -> list[Fact]:
    require(session.revealed != command.revealed, AlreadyDone())
    return [Fact(e.DotsRevealed(command.revealed))]


def set_slow_mode(session: Session, person: Person, command: c.SetSlowMode, at: int) -> list[Fact]:
    require(session.slow != command.seconds, AlreadyDone())
    return [Fact(e.SlowModeSet(command.seconds))]


def set_joining(session: Session, person: Person, command: c.SetJoining, at: int) -> list[Fact]:
    require(session.joining != command.open, AlreadyDone())
    return [Fact(e.JoiningSet(command.open))]


def end(session: Session, person: Person, command: c.EndSession, at: int) -> list[Fact]:
    return [Fact(e.SessionEnded())]


decides = {
    c.GoToStep: go_to_step,
    c.StartTimer: start_timer,
    c.ExtendTimer: extend_timer,
    c.StopTimer: stop_timer,
    c.PauseFeed: pause_feed,
    c.BlankProjector: blank,
    c.SetPosting: set_posting,
    c.SetModeration: set_moderation,
    c.ShowOthers: show_others,
    c.SetClosing: set_closing,
    c.RevealDots: reveal_dots,
    c.SetSlowMode: set_slow_mode,
    c.SetJoining: set_joining,
    c.EndSession: end,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Switch:
    """An event that sets one field of the session, and can be undone by setting it back."""

    field: str
    event: Callable[[Any], e.AnyEvent]
    words: str


SWITCHES = {
    e.TimerSet: Switch("timer", e.TimerSet, "timer"),
    e.FeedPaused: Switch("paused", e.FeedPaused, "paused"),
    e.ProjectorBlanked: Switch("blank", e.ProjectorBlanked, "blank"),
    e.PostingSet: Switch("posting", e.PostingSet, "posting"),
    e.ModerationSet: Switch("moderation", e.ModerationSet, "moderation"),
    e.OthersShown: Switch("others", e.OthersShown, "others"),
    e.DotsRevealed: Switch("revealed", e.DotsRevealed, "revealed"),
    e.SlowModeSet: Switch("slow", e.SlowModeSet, "slow"),
    e.JoiningSet: Switch("joining", e.JoiningSet, "joining"),
    e.ClosingSet: Switch("closes_at", e.ClosingSet, "closing"),
}


def switched(session: Session, entry: e.Entry, event: e.Event) -> set[str]:
    """A switch was turned."""
    switch = SWITCHES[type(event)]
    before, after = getattr(session, switch.field), _value(event)
    setattr(session, switch.field, after)
    if isinstance(event, e.FeedPaused):
        session.paused_at = entry.seq
    remember(
        session, entry, switch.words, {"now": after}, {switch.field: after}, [switch.event(before)]
    )
    if isinstance(event, e.DotsRevealed):
        for dots in session.dots_shown.values():
            dots.revealed = event.revealed
    if isinstance(event, e.PostingSet):
        note_taking(session, entry)
    if isinstance(event, e.ClosingSet):
        session.code_expires = max(session.code_expires, event.at or 0)
    return {"*"}


def step_opened(session: Session, entry: e.Entry, event: e.StepOpened) -> set[str]:
    """The hall goes to a step (or back to the lobby); what was written stays."""
    undo, dots_before = back_to_this_step(session), session.dots_shown
    session.step, session.posting = event.step, event.step is not None
    session.others = session.revealed = False
    if event.step is not None:
        session.visited.setdefault(event.step, entry.seq)
    if event.step in session.dots:
        session.dots[event.step].revealed = False
    note_taking(session, entry)
    marks = {name: getattr(session, name) for name in ("step", "posting", "others", "revealed")}
    remember(session, entry, "step", {"step": event.step}, marks, undo)
    return {"*", *whose_dots_differ(dots_before, session.dots_shown)}


def back_to_this_step(session: Session) -> list[e.AnyEvent]:
    """What makes it the current step again, as open and as shown as it is now."""
    events: list[e.AnyEvent] = [e.StepOpened(session.step)]
    if session.step is not None and not session.posting:
        events.append(e.PostingSet(False))
    if session.others:
        events.append(e.OthersShown(True))
    if session.revealed:
        events.append(e.DotsRevealed(True))
    return events


def whose_dots_differ(before: dict[str, PlacedDots], after: dict[str, PlacedDots]) -> set[str]:
    """The own records of those who see other dots of theirs than before."""
    steps = before.keys() ^ after.keys()
    return {f"mine/{n}" for step in steps for n in (before | after)[step].by_participant}


def ended(session: Session, entry: e.Entry, event: e.SessionEnded) -> set[str]:
    session.ended, session.ended_at = True, entry.at
    session.timer = None
    session.changes.clear()
    session.at_the_end = {
        number: replace(group, members=dict(group.members))
        for number, group in session.groups.items()
    }
    note_taking(session, entry)
    return {"*"}


def note_taking(session: Session, entry: e.Entry) -> None:
    """Close the open stretch, and begin one if anybody may write in the current step from now."""
    for stretches in session.taking.values():
        if stretches[-1].stop is None:
            stretches[-1].stop, stretches[-1].at = entry.seq, entry.at
    writable = session.posting and not session.ended and tables_write_in(session.current)
    if session.step is not None and writable:
        session.taking.setdefault(session.step, []).append(Stretch(entry.seq))


def remember(
    session: Session,
    entry: e.Entry,
    words: str,
    params: Params,
    marks: dict[str, object],
    undo: Sequence[e.AnyEvent | Fact],
    leans: Mapping[str, object] = {},
) -> None:
    """Keep what is needed to undo this, in one with what else the same wish changed.

    Only the first entry of a wish carries its op. A wish that goes to a step is called by that, one
    that does the same to several contributions says to how many.
    """
    by_undo = session.undone_at == entry.seq - 1
    change = Change(entry.seq, words, dict(params), entry.at, entry.actor, by_undo)
    back = [it if isinstance(it, Fact) else Fact(it) for it in undo]
    last = session.changes[-1] if session.changes else None
    if last is not None and entry.op is None and last.upto == entry.seq - 1:
        if words == "step":
            change.seq, change.by_undo = last.change.seq, last.change.by_undo
            last.change = change
        elif words == last.change.words:
            both = together(last.change.params, params)
            last.change = structs.replace(last.change, params=last.change.params | both)
        last.marks |= marks
        last.leans |= leans
        last.undo = [*back, *last.undo]
        last.upto = entry.seq
        return
    session.changes.append(UndoableChange(change, marks, dict(leans), back, entry.seq))
    del session.changes[:-CHANGES_KEPT]


def together(one: Params, other: Params) -> dict[str, str | int | bool | None]:
    """How many both concern."""
    here, there = one.get("n"), other.get("n")
    return {"n": here + there} if isinstance(here, int) and isinstance(there, int) else {}


def _value(event: e.Event) -> Any:
    return getattr(event, event.__struct_fields__[0])


applies = {
    e.StepOpened: step_opened,
    e.SessionEnded: ended,
    **{kind: switched for kind in SWITCHES},
}
