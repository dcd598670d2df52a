"""Hiding, never deleting: release, hide with a reason, restore, undo."""

from collections.abc import Callable

from dialog.domain import group_edits
from dialog.domain.contributions import known, stand
from dialog.domain.facts import Fact, require
from dialog.domain.group_edits import ABOUT_GROUPS
from dialog.domain.run_of_show import remember
from dialog.domain.state import Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.records import Standing
from dialog.protocol.refusals import AlreadyDone, CannotUndo, ChangedSince, NotAllowed

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def release(
    session: Session, person: Person, command: c.ReleaseContributions, at: int
) -> list[Fact]:
    """Those of them that are still held: somebody else may have been faster with some."""
    waiting = [n for n in dict.fromkeys(command.contributions) if n in session.held]
    require(waiting, AlreadyDone())
    return [Fact(e.ContributionsReleased(waiting))]


def hide(session: Session, person: Person, command: c.HideContribution, at: int) -> list[Fact]:
    it = known(session, command.contribution)
    require(it.standing in ("held", "visible"), AlreadyDone())
    return [Fact(e.ContributionHidden(it.id, command.reason))]


def restore(
    session: Session, person: Person, command: c.RestoreContribution, at: int
) -> list[Fact]:
    it = known(session, command.contribution)
    require(it.standing == "hidden", AlreadyDone())
    require(it.words is not None, CannotUndo())  # disposed of: there is nothing to show
    return [Fact(e.ContributionRestored(it.id))]


def undo(session: Session, person: Person, command: c.Undo, at: int) -> list[Fact]:
    """What restores exactly what the change touched, unless someone has touched it since."""
    found = next((u for u in session.changes if u.change.seq == command.seq), None)
    require(found, CannotUndo())
    assert found is not None
    about_groups = found.change.words in ABOUT_GROUPS
    require(person.role == "facilitator" or about_groups, NotAllowed())
    read = (found.marks | found.leans).items()
    unchanged = all(reading(session, mark) == value for mark, value in read)
    later = [u for u in session.changes if u.change.seq > command.seq and not u.change.by_undo]
    require(unchanged and not any(found.marks.keys() & u.marks for u in later), ChangedSince())
    return [Fact(e.Undone(command.seq)), *found.undo]


def reading(session: Session, mark: str) -> object:
    """The value at a mark: a field of the session, or what `<kind>/<of what>` says."""
    kind, _, of = mark.partition("/")
    if kind in READINGS:
        return READINGS[kind](session, of)
    return getattr(session, mark)


READINGS: dict[str, Callable[[Session, str], object]] = {
    "standing": lambda session, number: session.contributions[int(number)].standing,
    **group_edits.readings,
}


decides = {
    c.ReleaseContributions: release,
    c.HideContribution: hide,
    c.RestoreContribution: restore,
    c.Undo: undo,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def released(session: Session, entry: e.Entry, event: e.ContributionsReleased) -> set[str]:
    return moved(session, entry, "released", event.contributions, "visible")


def held(session: Session, entry: e.Entry, event: e.ContributionsHeld) -> set[str]:
    return moved(session, entry, "held", event.contributions, "held")


def hidden(session: Session, entry: e.Entry, event: e.ContributionHidden) -> set[str]:
    touched = moved(session, entry, "hidden", [event.contribution], "hidden")
    session.contributions[event.contribution].reason = event.reason
    return touched


def restored(session: Session, entry: e.Entry, event: e.ContributionRestored) -> set[str]:
    return moved(session, entry, "restored", [event.contribution], "visible")


def moved(
    session: Session, entry: e.Entry, words: str, numbers: list[int], standing: Standing
) -> set[str]:
    """These contributions stand as `standing` now; the way back is remembered."""
    params: dict[str, str | int | bool | None] = {"n": len(numbers), "contribution": numbers[0]}
    marks: dict[str, object] = {f"standing/{n}": standing for n in numbers}
    remember(session, entry, words, params, marks, way_back(session, numbers, standing))
    return {"changes"}.union(*(stand(session, n, standing, entry.seq) for n in numbers))


def way_back(session: Session, numbers: list[int], standing: Standing) -> list[e.AnyEvent]:
    """What lets each of them stand as it does now, once they all stand as `standing`."""
    its = [session.contributions[n] for n in numbers]
    held = [it.id for it in its if it.standing == "held"]
    visible = [it.id for it in its if it.standing == "visible"]
    back: list[e.AnyEvent] = [
        e.ContributionHidden(it.id, it.reason)  # type: ignore[arg-type]
        for it in its
        if it.standing == "hidden"
    ]
    if held:
        back.append(e.ContributionsHeld(held))
    if visible and standing == "held":
        back.append(e.ContributionsReleased(visible))
    elif visible:
        back += [e.ContributionRestored(n) for n in visible]
    return back


def undone(session: Session, entry: e.Entry, event: e.Undone) -> set[str]:
    """The change leaves the list; a step that it was the first to open has not been visited."""
    found = next(u for u in session.changes if u.change.seq == event.undone)
    session.changes.remove(found)
    for step, seq in list(session.visited.items()):
        if found.change.seq <= seq <= found.upto:
            del session.visited[step]
    session.undone_at = entry.seq
    return {"changes", "run"}


applies = {
    e.ContributionsReleased: released,
    e.ContributionsHeld: held,
    e.ContributionHidden: hidden,
    e.ContributionRestored: restored,
    e.Undone: undone,
}
