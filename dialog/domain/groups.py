"""The machine's suggestions, kept within what people and earlier runs have settled.

Whatever the worker says, a contribution that has a group keeps it, a group keeps its place, and
people's word stands: the rule here is what holds the screens still, not the worker's good manners.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite

from msgspec.structs import replace

from dialog.domain.facts import Fact
from dialog.domain.membership import describe, free_places
from dialog.domain.state import Contribution, GroupState, Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import GLOBAL_GOALS, Kind

FEWEST_MEMBERS = 2
MOST_NEAR = 3
MOST_GOALS = 3


def suggest(session: Session, person: Person, command: c.SuggestGroups, at: int) -> list[Fact]:
    """The groups that the run changes; nothing, if it changes and has seen nothing new."""
    joining = Joining(session, command.area)
    for suggestion in command.groups:
        joining.consider(suggestion)
    run = bounded(session, command.run)
    changed = [group for group in joining.groups.values() if joining.is_news(group)]
    if not changed and not _is_news(session, command.area, run):
        return []
    return [Fact(e.GroupsSuggested(command.area, run, changed))]


@dataclass(slots=True)
class Joining:
    """What of a run may be done, group by group; who comes first has the contribution."""

    session: Session
    area: str | None
    taken: set[int] = field(default_factory=set)
    groups: dict[int, e.SuggestedGroup] = field(default_factory=dict)
    last: int = 0

    def consider(self, suggestion: c.GroupSuggestion) -> None:
        """Take up what may be taken up."""
        old = self.session.groups.get(suggestion.group)
        if old is not None and old.area == self.area:
            self._grow(old, suggestion)
        elif suggestion.group == 0:
            self._form(suggestion)

    def _grow(self, old: GroupState, suggestion: c.GroupSuggestion) -> None:
        new = [] if is_closed(old) else self._joining(suggestion, old, old.described.kind)
        before = self.groups[old.id].joined if old.id in self.groups else []
        joined = [*before, *new]
        members = old.members.keys() | numbers(joined)
        self.groups[old.id] = described(
            self.session, suggestion, old.described, joined, members, old.described.kind
        )

    def _form(self, suggestion: c.GroupSuggestion) -> None:
        kind = self._kind_of(suggestion)
        joined = self._joining(suggestion, None, kind)
        if len(joined) < FEWEST_MEMBERS:
            self.taken -= numbers(joined)
            return
        self.last = max(self.last, self.session.dialogue.last_group) + 1
        used = {group.place for group in self.groups.values()}
        place = next(p for p in free_places(self.session, self.area) if p not in used)
        new = nothing_said(self.last, place)
        self.groups[self.last] = described(
            self.session, suggestion, new, joined, numbers(joined), kind
        )

    def _kind_of(self, suggestion: c.GroupSuggestion) -> Kind | None:
        """Where kinds are grouped apart: that of the first that may join."""
        if not self.session.grouping_in(self.area).apart:
            return None
        may = (self.session.contributions[n] for n in asked(suggestion) if self._may_join(n, None))
        return next((it.posted.kind for it in may), None)

    def _joining(
        self, suggestion: c.GroupSuggestion, group: GroupState | None, kind: Kind | None
    ) -> list[c.Placement]:
        apart = self.session.grouping_in(self.area).apart
        found = [
            reason(self.session, placement)
            for number, placement in asked(suggestion).items()
            if self._may_join(number, group)
            and (not apart or fits(self.session.contributions[number], kind))
        ]
        self.taken |= numbers(found)
        return found

    def _may_join(self, number: int, group: GroupState | None) -> bool:
        it = self.session.contributions.get(number)
        if it is None or number in self.taken or it.area != self.area:
            return False
        kept_out = group is not None and group.id in it.kept_out
        return it.is_visible and it.group is None and not it.pinned and not kept_out

    def is_news(self, group: e.SuggestedGroup) -> bool:
        old = self.session.groups.get(group.group)
        return old is None or bool(group.joined) or old.described != group


def is_closed(group: GroupState) -> bool:
    """Whether the machine puts nothing there: people have locked its members, or emptied it."""
    return group.locks.members or not group.members


def fits(it: Contribution, kind: Kind | None) -> bool:
    return kind is None or it.posted.kind == kind


def asked(suggestion: c.GroupSuggestion) -> dict[int, c.Placement]:
    """Each contribution once."""
    found: dict[int, c.Placement] = {}
    for placement in suggestion.joined:
        found.setdefault(placement.contribution, placement)
    return found


def numbers(placements: Iterable[c.Placement]) -> set[int]:
    return {placement.contribution for placement in placements}


def nothing_said(group: int, place: int) -> e.SuggestedGroup:
    """A group that the machine has not described."""
    return e.SuggestedGroup(group, place, [], [], [], 0.0)


def reason(session: Session, placement: c.Placement) -> c.Placement:
    """What of a reason can be kept: other contributions, and places in its own text."""
    number = placement.contribution
    near = [n for n in placement.near if n in session.contributions and n != number]
    shared = [span for span in placement.shared if span.contribution == number]
    return c.Placement(number, share(placement.sure), near[:MOST_NEAR], shared)


def described(
    session: Session,
    suggestion: c.GroupSuggestion,
    old: e.SuggestedGroup,
    joined: list[c.Placement],
    members: set[int],
    kind: Kind | None,
) -> e.SuggestedGroup:
    """The group in the suggestion's words, as far as they are its members' own."""
    target_groups = {it.id for it in session.dialogue.definition.target_groups}
    return e.SuggestedGroup(
        group=old.group,
        place=old.place,
        joined=joined,
        typical=[n for n in suggestion.typical if n in members],
        terms=own(suggestion.terms, members),
        sure=share(suggestion.sure),
        goals=hints(suggestion, members),
        stressed=[
            c.Stress(stress.target_group, own(stress.terms, members))
            for stress in suggestion.stressed
            if stress.target_group in target_groups
        ],
        kind=kind,
    )


def hints(suggestion: c.GroupSuggestion, members: set[int]) -> list[c.GoalHint]:
    """The first few global goals, each once."""
    found: dict[int, c.GoalHint] = {}
    for hint in suggestion.goals:
        if hint.goal in GLOBAL_GOALS:
            found.setdefault(hint.goal, c.GoalHint(hint.goal, own(hint.terms, members)))
    return list(found.values())[:MOST_GOALS]


def own(terms: list[c.Term], members: set[int]) -> list[c.Term]:
    """The terms where they stand in members."""
    found = ([span for span in term if span.contribution in members] for term in terms)
    return [term for term in found if term]


def share(value: float) -> float:
    """A number that JSON can hold, from 0 to 1."""
    return value if isfinite(value) and 0 <= value <= 1 else 0.0


def bounded(session: Session, run: c.GroupingRun) -> c.GroupingRun:
    """Nobody has looked further than the log goes."""
    return replace(run, upto=max(0, min(run.upto, session.dialogue.seq)))


def _is_news(session: Session, area: str | None, run: c.GroupingRun) -> bool:
    """Whether the run has seen what none before it has, or was made in another way."""
    before = session.grouping_in(area).run
    if before is not None and (before.model, before.fallback) != (run.model, run.fallback):
        return True
    looked = session.looked_upto.get(area or "", 0)
    return any(it.is_visible for it in seen_since(session, area, looked, run.upto))


def seen_since(
    session: Session, area: str | None, looked: int, upto: int
) -> Iterator[Contribution]:
    return (it for it in session.in_area(area) if looked < it.shown_since <= upto)


def waiting_in(session: Session) -> int:
    """How many visible contributions no run has seen."""
    looks = ((area, session.looked_upto.get(area or "", 0)) for area in session.areas)
    upto = session.dialogue.seq
    waiting = (it for area, looked in looks for it in seen_since(session, area, looked, upto))
    return sum(it.is_visible for it in waiting)


decides = {c.SuggestGroups: suggest}


def suggested(session: Session, entry: e.Entry, event: e.GroupsSuggested) -> set[str]:
    touched = looked_at(session, event.area, event.run)
    for group in event.groups:
        old = session.groups.get(group.group)
        there = old.members if old is not None else {}
        joined = [it for it in group.joined if it.contribution not in there]
        touched |= describe(session, event.area, replace(group, joined=joined))
    return touched


def looked_at(session: Session, area: str | None, run: c.GroupingRun) -> set[str]:
    """Remember that a run has seen the area up to there."""
    name = area or ""
    session.grouping.setdefault(name, session.grouping_in(area)).run = run
    looked = session.looked_upto.get(name, 0)
    session.looked_upto[name] = max(run.upto, looked)
    for it in list(session.waiting.get(name, {}).values()):
        session.note_place(it)
    seen = {f"contribution/{it.id}" for it in seen_since(session, area, looked, run.upto)}
    return seen | {f"{kind}/{name}" for kind in ("voices", "differences", "grouping", "regrouping")}


applies = {e.GroupsSuggested: suggested}
