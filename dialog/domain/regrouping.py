"""Grouping an area anew: asked for by a person, proposed by the machine, applied by a person.

What a proposal would do is always worked out against the dialogue as it stands, so that it never
takes back what a person has said, nor moves what has come, since the machine looked.
"""

from dataclasses import dataclass, field

from dialog.domain.facts import Fact, require
from dialog.domain.group_edits import pinned_in, remember_moves, wanted_in, way_back
from dialog.domain.groups import (
    FEWEST_MEMBERS,
    asked,
    bounded,
    described,
    fits,
    looked_at,
    nothing_said,
    numbers,
    reason,
)
from dialog.domain.membership import describe, free_places, seat_of, sit, take_away
from dialog.domain.state import AreaGrouping, Contribution, GroupState, Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import Kind
from dialog.protocol.refusals import AlreadyDone, RegroupingGone, UnknownArea

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def ask(session: Session, person: Person, command: c.AskRegrouping, at: int) -> list[Fact]:
    require(command.area in session.areas, UnknownArea())
    return [Fact(e.RegroupingAsked(command.area, command.most, command.apart))]


def propose(session: Session, person: Person, command: c.ProposeRegrouping, at: int) -> list[Fact]:
    grouping = session.grouping_in(command.area)
    waits = grouping.asked is not None and grouping.proposal is None
    require(waits and grouping.asked_at == command.asked, RegroupingGone())
    run = bounded(session, command.run)
    groups = [readable(session, group) for group in command.groups]
    return [Fact(e.RegroupingProposed(command.area, command.asked, run, groups))]


def readable(session: Session, group: c.GroupSuggestion) -> c.GroupSuggestion:
    """The group as the log can hold it, whatever numbers the machine has said."""
    joined = [
        reason(session, it) for it in group.joined if it.contribution in session.contributions
    ]
    said = described(
        session, group, nothing_said(group.group, 0), joined, numbers(joined), group.kind
    )
    return c.GroupSuggestion(
        group.group,
        joined,
        said.typical,
        said.terms,
        said.sure,
        said.goals,
        said.stressed,
        group.kind,
    )


def accept(session: Session, person: Person, command: c.ApplyRegrouping, at: int) -> list[Fact]:
    grouping = session.grouping_in(command.area)
    ready = grouping.proposal is not None and grouping.proposed_at == command.proposal
    require(ready, RegroupingGone())
    assert grouping.proposal is not None and grouping.asked is not None
    plan = plan_of(session, grouping)
    event = e.Regrouped(
        area=command.area,
        proposal=command.proposal,
        most=grouping.asked.most,
        apart=grouping.asked.apart,
        run=grouping.proposal.run,
        groups=list(plan.groups.values()),
        alone=plan.alone,
        gone=plan.gone,
    )
    return [Fact(event)]


def drop(session: Session, person: Person, command: c.DropRegrouping, at: int) -> list[Fact]:
    require(session.grouping_in(command.area).asked is not None, AlreadyDone())
    return [Fact(e.RegroupingDropped(command.area))]


decides = {
    c.AskRegrouping: ask,
    c.ProposeRegrouping: propose,
    c.ApplyRegrouping: accept,
    c.DropRegrouping: drop,
}

# ── what a proposal would do ──────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Plan:
    """What would happen: `groups` with all that the proposal puts there, `to` where each movable
    contribution goes."""

    groups: dict[int, e.SuggestedGroup] = field(default_factory=dict)
    alone: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    to: dict[int, int | None] = field(default_factory=dict)


def plan_of(session: Session, grouping: AreaGrouping) -> Plan:
    """What the ready proposal would do just now."""
    assert grouping.proposal is not None and grouping.asked is not None
    planning = Planning(session, grouping.proposal, grouping.asked.apart)
    for group in grouping.proposal.groups:
        planning.consider(group)
    return planning.finished()


def is_protected(session: Session, group: GroupState) -> bool:
    """Whether a person has said anything that the group must stay for."""
    return group.title is not None or group.locks != c.Locks() or bool(pinned_in(session, group))


class Planning:
    """Goes through a proposal; who comes first has the contribution."""

    def __init__(self, session: Session, proposal: e.RegroupingProposed, apart: bool) -> None:
        self.session, self.area, self.apart = session, proposal.area, apart
        self.standing = {group.id: group for group in session.groups_in(self.area)}
        upto = proposal.run.upto
        self.movable = {
            it.id: it for it in session.in_area(self.area) if self._is_movable(it, upto)
        }
        self.left = dict.fromkeys(self.movable)
        self.plan = Plan()

    def _is_movable(self, it: Contribution, upto: int) -> bool:
        """The machine has seen it where it is, and no person has placed or locked it there."""
        if not it.is_visible or it.pinned or max(it.shown_since, it.placed_at) > upto:
            return False
        return it.group is None or not self.session.groups[it.group].locks.members

    def consider(self, suggestion: c.GroupSuggestion) -> None:
        """What may not go where the proposal wants it stays where it is."""
        asked_for = [n for n in asked(suggestion) if n in self.left]
        old = self.standing.get(suggestion.group)
        if old is None and suggestion.group != 0:
            return self._stay(asked_for)
        kind = self._kind_of(suggestion, asked_for)
        right = [n for n in asked_for if fits(self.movable[n], kind)]
        going = [n for n in right if old is None or self._may_be_in(old, n)]
        if old is None and len(going) < FEWEST_MEMBERS:
            return self._stay(asked_for)
        self._stay([n for n in right if n not in going])
        target = old.described if old is not None else self._new()
        self._fill(suggestion, target, going, kind)

    def _kind_of(self, suggestion: c.GroupSuggestion, asked_for: list[int]) -> Kind | None:
        if not self.apart:
            return None
        if suggestion.group in self.plan.groups:
            return self.plan.groups[suggestion.group].kind
        first = next((self.movable[n].posted.kind for n in asked_for), None)
        return suggestion.kind or first

    def _may_be_in(self, group: GroupState, number: int) -> bool:
        it = self.movable[number]
        return it.group == group.id or (group.id not in it.kept_out and not group.locks.members)

    def _stay(self, numbers: list[int]) -> None:
        for number in numbers:
            del self.left[number]
            self.plan.to[number] = self.movable[number].group

    def _new(self) -> e.SuggestedGroup:
        """Gets its place when all is known that goes."""
        made = sum(number not in self.standing for number in self.plan.groups)
        return nothing_said(self.session.dialogue.last_group + made + 1, 0)

    def _fill(
        self,
        suggestion: c.GroupSuggestion,
        target: e.SuggestedGroup,
        going: list[int],
        kind: Kind | None,
    ) -> None:
        for number in going:
            del self.left[number]
            self.plan.to[number] = target.group
        before = self.plan.groups.get(target.group)
        reasons = asked(suggestion)
        joined = [*(before.joined if before else []), *(reasons[n] for n in going)]
        members = numbers(joined) | self._staying(target.group)
        self.plan.groups[target.group] = described(
            self.session, suggestion, target, joined, members, kind
        )

    def _staying(self, number: int) -> set[int]:
        """The members that cannot be moved."""
        members = self.standing[number].members if number in self.standing else {}
        return {n for n in members if n not in self.movable}

    def finished(self) -> Plan:
        """What is in no proposed group stands alone; what nobody is left in goes."""
        plan = self.plan
        for number in self.left:
            plan.to[number] = None
        plan.alone = [n for n in self.left if self.movable[n].group is not None]
        plan.gone = [group.id for group in self.standing.values() if self._goes(group)]
        for number in plan.gone:
            plan.groups.pop(number, None)
        places = free_places(self.session, self.area, leaving=plan.gone)
        for number, group in plan.groups.items():
            if number not in self.standing:
                group.place = next(places)
        return plan

    def _goes(self, group: GroupState) -> bool:
        if is_protected(self.session, group):
            return False
        return not any(number_of(self.plan, it) == group.id for it in self._visible())

    def _visible(self) -> list[Contribution]:
        return [it for it in self.session.in_area(self.area) if it.is_visible]


def number_of(plan: Plan, it: Contribution) -> int | None:
    """The group that a contribution would be in."""
    return plan.to.get(it.id, it.group)


# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def was_asked(session: Session, entry: e.Entry, event: e.RegroupingAsked) -> set[str]:
    grouping = session.grouping.setdefault(event.area or "", session.grouping_in(event.area))
    grouping.asked, grouping.asked_at = event, entry.seq
    grouping.proposal = None
    return {f"regrouping/{event.area or ''}"}


def was_proposed(session: Session, entry: e.Entry, event: e.RegroupingProposed) -> set[str]:
    grouping = session.grouping[event.area or ""]
    grouping.proposal, grouping.proposed_at = event, entry.seq
    return {f"regrouping/{event.area or ''}"}


def was_dropped(session: Session, entry: e.Entry, event: e.RegroupingDropped) -> set[str]:
    grouping = session.grouping[event.area or ""]
    grouping.asked = grouping.proposal = None
    return {f"regrouping/{event.area or ''}"}


def regrouped(session: Session, entry: e.Entry, event: e.Regrouped) -> set[str]:
    back = way_back_from(session, event)
    touched = {"changes"} | looked_at(session, event.area, event.run)
    for group in event.groups:
        touched |= describe(session, event.area, group)
    for number in event.alone:
        seat = seat_of(session.contributions[number])
        seat.group, seat.placement = None, None
        touched |= sit(session, seat)
    for number in event.gone:
        touched |= take_away(session, number)
    grouping = session.grouping[event.area or ""]
    grouping.most, grouping.apart = event.most, event.apart
    grouping.asked = grouping.proposal = None
    remember_moves(session, entry, "regrouped", {"n": len(event.groups)}, back)
    return touched


def way_back_from(session: Session, event: e.Regrouped) -> e.GroupingRestored:
    moving = {it.contribution for group in event.groups for it in group.joined}
    moving |= {*event.alone, *(n for g in event.gone for n in session.groups[g].members)}
    old = [group.group for group in event.groups if group.group in session.groups]
    return way_back(
        event.area,
        (session.contributions[n] for n in sorted(moving)),
        described=[session.groups[number].described for number in old],
        back=event.gone,
        gone=[group.group for group in event.groups if group.group not in session.groups],
        wanted=wanted_in(session, event.area),
    )


applies = {
    e.RegroupingAsked: was_asked,
    e.RegroupingProposed: was_proposed,
    e.RegroupingDropped: was_dropped,
    e.Regrouped: regrouped,
}
