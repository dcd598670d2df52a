"""Hiding, never deleting: release, hide with a reason, restore, undo."""

from dialog.domain.contributions import known, stand
from dialog.domain.facts import Fact, require
from dialog.domain.run_of_show import remember
from dialog.domain.state import Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, CannotUndo, ChangedSince

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
    return [Fact(e.ContributionRestored(it.id))]


def undo(session: Session, person: Person, command: c.Undo, at: int) -> list[Fact]:
    """What restores exactly what the change touched, unless someone has touched it since."""
    found = next((u for u in session.changes if u.change.seq == command.seq), None)
    require(found, CannotUndo())
    assert found is not None
    unchanged = all(reading(session, mark) == value for mark, value in found.marks.items())
    require(unchanged, ChangedSince())
    return [Fact(e.Undone(command.seq)), *(Fact(event) for event in found.undo)]


def reading(session: Session, mark: str) -> object:
    """The value at a mark: a field of the session, or `standing/<contribution>`."""
    if mark.startswith("standing/"):
        return session.contributions[int(mark.removeprefix("standing/"))].standing
    return getattr(session, mark)


decides = {
    c.ReleaseContributions: release,
    c.HideContribution: hide,
    c.RestoreContribution: restore,
    c.Undo: undo,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def released(session: Session, entry: e.Entry, event: e.ContributionsReleased) -> set[str]:
    numbers = event.contributions
    note(session, entry, "released", numbers, "visible", e.ContributionsHeld(numbers))
    return set().union(*(stand(session, n, "visible", entry.seq) for n in numbers), {"changes"})


def held(session: Session, entry: e.Entry, event: e.ContributionsHeld) -> set[str]:
    numbers = event.contributions
    note(session, entry, "held", numbers, "held", e.ContributionsReleased(numbers))
    return set().union(*(stand(session, n, "held", entry.seq) for n in numbers), {"changes"})


def hidden(session: Session, entry: e.Entry, event: e.ContributionHidden) -> set[str]:
    it = session.contributions[event.contribution]
    back = e.ContributionsHeld([it.id]) if it.standing == "held" else e.ContributionRestored(it.id)
    note(session, entry, "hidden", [it.id], "hidden", back)
    it.reason = event.reason
    return stand(session, it.id, "hidden", entry.seq) | {"changes"}


def restored(session: Session, entry: e.Entry, event: e.ContributionRestored) -> set[str]:
    it = session.contributions[event.contribution]
    back = e.ContributionHidden(it.id, it.reason)  # type: ignore[arg-type]
    note(session, entry, "restored", [it.id], "visible", back)
    it.reason = ""
    return stand(session, it.id, "visible", entry.seq) | {"changes"}


def undone(session: Session, entry: e.Entry, event: e.Undone) -> set[str]:
    session.changes = [u for u in session.changes if u.change.seq != event.undone]
    return {"changes"}


def note(
    session: Session,
    entry: e.Entry,
    words: str,
    numbers: list[int],
    standing: str,
    back: e.AnyEvent,
) -> None:
    """Remember a change of standing."""
    params: dict[str, str | int | bool | None] = {"n": len(numbers), "contribution": numbers[0]}
    marks: dict[str, object] = {f"standing/{n}": standing for n in numbers}
    remember(session, entry, words, params, marks, [back])


applies = {
    e.ContributionsReleased: released,
    e.ContributionsHeld: held,
    e.ContributionHidden: hidden,
    e.ContributionRestored: restored,
    e.Undone: undone,
}
