"""Which contribution is in which group. Every move, by whomever, is made here."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dialog.domain.contributions import touched_by_place
from dialog.domain.facts import require
from dialog.domain.state import Contribution, GroupState, Session
from dialog.protocol import events as e
from dialog.protocol.refusals import UnknownGroup


def known_group(session: Session, number: int) -> GroupState:
    """The group with that number, or a refusal."""
    require(number in session.groups, UnknownGroup())
    return session.groups[number]


def seat_of(it: Contribution) -> e.Seat:
    return e.Seat(it.id, it.group, it.pinned, sorted(it.kept_out), it.placement)


def sit(session: Session, seat: e.Seat) -> set[str]:
    """Put a contribution there; in no group if that one stands no more."""
    it = session.contributions[seat.contribution]
    touched = touched_by_place(it)
    if it.group is not None:
        del session.groups[it.group].members[it.id]
    it.group = seat.group if seat.group in session.groups else None
    if it.group is not None:
        session.groups[it.group].members[it.id] = None
    it.pinned, it.kept_out, it.placement = seat.pinned, set(seat.kept_out), seat.placement
    session.note_place(it)
    return touched | touched_by_place(it)


def describe(session: Session, area: str | None, group: e.SuggestedGroup) -> set[str]:
    """Let a group be described so; a number that does not stand is a new group's."""
    said = replace(group, joined=[])
    if group.group in session.groups:
        session.groups[group.group].described = said
    else:
        session.groups[group.group] = GroupState(said, area)
        session.dialogue.last_group = max(session.dialogue.last_group, group.group)
    touched = {f"group/{group.group}", *touched_by_area(area)}
    for placement in group.joined:
        it = session.contributions[placement.contribution]
        seat = e.Seat(it.id, group.group, False, sorted(it.kept_out), placement)
        touched |= sit(session, seat)
    return touched


def take_away(session: Session, number: int) -> set[str]:
    """The group stands no more; what was in it is in none."""
    group = session.groups[number]
    touched = touched_by_group(group)
    for member in list(group.members):
        seat = seat_of(session.contributions[member])
        seat.group, seat.pinned, seat.placement = None, False, None
        touched |= sit(session, seat)
    session.gone[number] = session.groups.pop(number)
    return touched


def bring_back(session: Session, number: int) -> set[str]:
    """The group stands again, empty, with its name, locks and answers."""
    group = session.groups[number] = session.gone.pop(number)
    return touched_by_group(group)


def touched_by_group(group: GroupState) -> set[str]:
    own = {f"mine/{participant}" for participant in group.answers}
    return own | {f"group/{group.id}"} | touched_by_area(group.area)


def touched_by_area(area: str | None) -> set[str]:
    return {f"{kind}/{area or ''}" for kind in ("grouping", "regrouping", "differences")}


def free_places(session: Session, area: str | None, leaving: Iterable[int] = ()) -> Iterator[int]:
    """Places that no group has, nor one that an undo may bring back, from the first; those of
    the `leaving` groups are free."""
    used = {group.place for group in session.groups_in(area) if group.id not in set(leaving)}
    used |= {group.place for group in may_come_back(session) if group.area == area}
    place = 0
    while True:
        if place not in used:
            yield place
        place += 1


def may_come_back(session: Session) -> Iterator[GroupState]:
    for undoable in session.changes:
        for fact in undoable.undo:
            if isinstance(fact.event, e.GroupingRestored):
                yield from (session.gone[n] for n in fact.event.back if n in session.gone)
