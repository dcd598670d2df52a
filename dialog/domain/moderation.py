"""Hiding, never deleting, and never by itself: release, hide with a reason, restore, undo.

That something insults somebody is never one person's word: the first takes it off the screens,
and another one decides.
"""

from collections.abc import Callable, Iterable

from dialog.domain import duty, group_edits
from dialog.domain.contributions import known, stand
from dialog.domain.duty import seat_of
from dialog.domain.facts import Fact, require
from dialog.domain.group_edits import ABOUT_GROUPS
from dialog.domain.run_of_show import remember
from dialog.domain.state import Contribution, Person, Role, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.records import Standing
from dialog.protocol.refusals import (
    AlreadyDone,
    CannotUndo,
    ChangedSince,
    NotAllowed,
    NothingLeft,
    SecondPersonNeeded,
    TakenByAnother,
)

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def release(
    session: Session, person: Person, command: c.ReleaseContributions, at: int
) -> list[Fact]:
    """Those of them that are still held, and that nobody else is reading. What somebody finds an
    insult is thereby found to be none."""
    waiting = [n for n in dict.fromkeys(command.contributions) if n in session.held]
    require(waiting, AlreadyDone())
    seat = seat_of(person)
    free = [n for n in waiting if not duty.taken_by_another(session, seat, n, at)]
    require(free, TakenByAnother())
    return [Fact(e.ContributionsReleased(free))]


def hide(session: Session, person: Person, command: c.HideContribution, at: int) -> list[Fact]:
    it = known(session, command.contribution)
    require(it.standing in HIDEABLE, AlreadyDone())
    duty.require_free(session, person, it.id, at)
    if command.reason == "insult":
        return insult(person, [it])
    return [Fact(e.ContributionHidden(it.id, command.reason))]


HIDEABLE = ("held", "visible")


def insult(person: Person, its: list[Contribution]) -> list[Fact]:
    """What nobody has found an insult is held until another person says so too."""
    seat = seat_of(person)
    agreed = [it.id for it in its if it.asserted_by not in ("", seat)]
    asserted = [Fact(e.InsultAsserted(it.id, seat)) for it in its if not it.asserted_by]
    require(agreed or asserted, SecondPersonNeeded())
    return [*hidden_as(agreed, "insult"), *asserted]


def hidden_as(numbers: Iterable[int], reason: c.HideReason) -> list[Fact]:
    """Each by itself: the log is kept for ever, and must not say that they are of one phone."""
    return [Fact(e.ContributionHidden(number, reason)) for number in numbers]


def hide_author(session: Session, person: Person, command: c.HideAuthor, at: int) -> list[Fact]:
    """Also what others are reading just now: it is the quickest way to clear the screens."""
    it = by_a_phone(session, command.contribution)
    duty.require_free(session, person, it.id, at)
    its = [one for one in written_by(session, it) if one.standing in HIDEABLE]
    trusted = it.participant not in session.held_back
    require(its or trusted, AlreadyDone())
    hiding: list[Fact] = []
    if its and command.reason == "insult":
        hiding = insult(person, its)
    elif its:
        hiding = hidden_as([one.id for one in its], command.reason)
    return [*hiding, *([Fact(e.AuthorHeldBack(it.id, True))] if trusted else [])]


def trust_author(session: Session, person: Person, command: c.TrustAuthor, at: int) -> list[Fact]:
    it = by_a_phone(session, command.contribution)
    require(it.participant in session.held_back, AlreadyDone())
    return [Fact(e.AuthorHeldBack(it.id, False))]


def by_a_phone(session: Session, number: int) -> Contribution:
    """The contribution, unless staff have entered it."""
    it = known(session, number)
    require(it.participant is not None, NothingLeft())
    return it


def written_by(session: Session, it: Contribution) -> Iterable[Contribution]:
    """All from the phone that wrote it."""
    return session.by_participant.get(it.participant or 0, [])


def restore(
    session: Session, person: Person, command: c.RestoreContribution, at: int
) -> list[Fact]:
    it = known(session, command.contribution)
    require(it.standing == "hidden", AlreadyDone())
    require(it.words is not None, CannotUndo())  # disposed of: there is nothing to show
    return [Fact(e.ContributionRestored(it.id))]


# ── undo ──────────────────────────────────────────────────────────────────────────────────────

ABOUT_SHOWING = frozenset(
    {
        *("moderation", "blank", "slow", "joining"),
        *("released", "held", "hidden", "restored", "asserted", "held_back", "trusted"),
        *("masked", "unmasked", "translated", "untranslated"),
    }
)
"""How the changes are called that a moderator can make."""

UNDO: dict[Role, frozenset[str]] = {
    "moderator": ABOUT_SHOWING,
    "presidium": ABOUT_GROUPS | {"translated", "untranslated"},
}
"""What may be undone by those who may not undo everything."""


def undo(session: Session, person: Person, command: c.Undo, at: int) -> list[Fact]:
    """What restores exactly what the change touched, unless someone has touched it since."""
    found = next((u for u in session.changes if u.change.seq == command.seq), None)
    require(found, CannotUndo())
    assert found is not None
    its = found.change.words
    require(person.role == "facilitator" or its in UNDO.get(person.role, ()), NotAllowed())
    # What the wish has itself written it left as marked, whatever else of it leaned on before.
    read = (found.leans | found.marks).items()
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


def translation_at(session: Session, of: str) -> object:
    number, _, language = of.partition("/")
    return session.contributions[int(number)].translations.get(language)


READINGS: dict[str, Callable[[Session, str], object]] = {
    "standing": lambda session, number: session.contributions[int(number)].standing,
    "masks": lambda session, number: session.contributions[int(number)].masks,
    "translation": translation_at,
    "translations": lambda session, number: session.contributions[int(number)].translations,
    "held_back": lambda session, number: int(number) in session.held_back,
    **group_edits.readings,
}


decides = {
    c.ReleaseContributions: release,
    c.HideContribution: hide,
    c.RestoreContribution: restore,
    c.HideAuthor: hide_author,
    c.TrustAuthor: trust_author,
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


def asserted(session: Session, entry: e.Entry, event: e.InsultAsserted) -> set[str]:
    """Off all screens at once, and not for that person to read again."""
    touched = moved(session, entry, "asserted", [event.contribution], "held")
    session.contributions[event.contribution].asserted_by = event.seat
    return touched


def author_hidden(session: Session, entry: e.Entry, event: e.AuthorHidden) -> set[str]:
    """Only in logs of earlier releases."""
    touched = moved(session, entry, "hidden", event.contributions, "hidden")
    for number in event.contributions:
        session.contributions[number].reason = event.reason
    return touched


def author_held_back(session: Session, entry: e.Entry, event: e.AuthorHeldBack) -> set[str]:
    """What comes from that phone is held, or no longer. After disposal it is nobody's."""
    number = session.contributions[event.contribution].participant or 0
    before = number in session.held_back
    now, no_longer = session.held_back, session.trusted
    if not event.held_back:
        now, no_longer = no_longer, now
    now.add(number)
    no_longer.discard(number)
    if entry.actor == "participant":  # the phone was held back when somebody else had it
        return {"queue", "recent", "hidden"}
    words = "held_back" if event.held_back else "trusted"
    marks: dict[str, object] = {f"held_back/{number}": event.held_back}
    back = [e.AuthorHeldBack(event.contribution, before)]
    remember(session, entry, words, {"contribution": event.contribution}, marks, back)
    return {"changes", "queue", "recent", "hidden"}


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
    held = [it.id for it in its if it.standing == "held" and not it.asserted_by]
    visible = [it.id for it in its if it.standing == "visible"]
    back: list[e.AnyEvent] = [
        e.ContributionHidden(it.id, it.reason)  # type: ignore[arg-type]
        for it in its
        if it.standing == "hidden"
    ]
    back += [e.InsultAsserted(it.id, it.asserted_by) for it in its if it.asserted_by]
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
    e.InsultAsserted: asserted,
    e.AuthorHidden: author_hidden,
    e.AuthorHeldBack: author_held_back,
    e.Undone: undone,
}
