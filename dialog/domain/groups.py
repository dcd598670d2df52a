"""The machine's suggestions, kept within what people and earlier runs have settled.

Whatever the worker says, a contribution that has a group keeps it, and a group keeps its place:
the rule here is what holds the screens still, not the worker's good manners.
"""

from collections.abc import Iterator

from dialog.domain.facts import Fact
from dialog.domain.state import GroupState, Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e

FEWEST_MEMBERS = 2


def suggest(session: Session, person: Person, command: c.SuggestGroups, at: int) -> list[Fact]:
    """The state of the area after the run; nothing, if the run changes nothing."""
    standing = [g for g in session.groups.values() if g.area == command.area]
    free = _free_places({g.suggested.place for g in standing})
    last = session.dialogue.last_group
    taken: set[int] = set()
    groups: dict[int, e.SuggestedGroup] = {}
    for suggestion in command.groups:
        old = session.groups.get(suggestion.group)
        asked = dict.fromkeys(suggestion.members)
        new = [n for n in asked if _may_join(session, command.area, n, taken)]
        if old is not None and old.area == command.area:
            groups[old.id] = _grown(groups.get(old.id, old.suggested), suggestion, new)
        elif suggestion.group == 0 and len(new) >= FEWEST_MEMBERS:
            last += 1
            groups[last] = _formed(last, next(free), suggestion, new)
        else:
            continue
        taken.update(new)
    for old in standing:
        groups.setdefault(old.id, old.suggested)
    if _nothing_new(session, command, groups):
        return []
    return [Fact(e.GroupsSuggested(command.area, command.run, list(groups.values())))]


def _may_join(session: Session, area: str | None, number: int, taken: set[int]) -> bool:
    it = session.contributions.get(number)
    if it is None or number in taken:
        return False
    return it.is_visible and it.area == area and it.group is None


def _grown(
    old: e.SuggestedGroup, suggestion: c.GroupSuggestion, new: list[int]
) -> e.SuggestedGroup:
    members = [*old.members, *new]
    return _described(old.group, old.place, suggestion, members)


def _formed(
    group: int, place: int, suggestion: c.GroupSuggestion, members: list[int]
) -> e.SuggestedGroup:
    return _described(group, place, suggestion, members)


def _described(
    group: int, place: int, suggestion: c.GroupSuggestion, members: list[int]
) -> e.SuggestedGroup:
    """With typical contributions and terms that are members' own."""
    inside = set(members)
    terms = [[span for span in term if span.contribution in inside] for term in suggestion.terms]
    return e.SuggestedGroup(
        group=group,
        place=place,
        members=members,
        typical=[n for n in suggestion.typical if n in inside],
        terms=[term for term in terms if term],
        sure=suggestion.sure if 0 <= suggestion.sure <= 1 else 0.0,
    )


def _nothing_new(
    session: Session, command: c.SuggestGroups, groups: dict[int, e.SuggestedGroup]
) -> bool:
    looked = session.looked_upto.get(command.area or "", 0)
    unseen = any(
        looked < it.shown_since <= command.run.upto
        for it in session.in_area(command.area)
        if it.is_visible
    )
    same = all(
        number in session.groups and session.groups[number].suggested == group
        for number, group in groups.items()
    )
    return same and not unseen


def _free_places(used: set[int]) -> Iterator[int]:
    place = 0
    while True:
        if place not in used:
            yield place
        place += 1


decides = {c.SuggestGroups: suggest}


def suggested(session: Session, entry: e.Entry, event: e.GroupsSuggested) -> set[str]:
    area = event.area or ""
    touched = {f"voices/{area}", f"differences/{area}"}
    session.looked_upto[area] = max(event.run.upto, session.looked_upto.get(area, 0))
    for group in event.groups:
        state = session.groups.get(group.group)
        if state is None:
            state = session.groups[group.group] = GroupState(group, event.area)
        state.suggested = group
        session.dialogue.last_group = max(session.dialogue.last_group, group.group)
        for number in group.members:
            session.contributions[number].group = group.group
        touched.add(f"group/{group.group}")
    return touched


applies = {e.GroupsSuggested: suggested}
