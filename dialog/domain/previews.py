"""What grouping an area anew would do, before anybody has said yes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from dialog.domain import titles
from dialog.domain.regrouping import Plan, number_of, plan_of
from dialog.domain.state import GroupState, Session
from dialog.protocol import records as r
from dialog.protocol.events import SuggestedGroup
from dialog.protocol.frames import Audience


def regrouping(session: Session, audience: Audience, name: str) -> r.Regrouping | None:
    state = session.grouping_in(name)
    if state.asked is None:
        return None
    it = r.Regrouping(name or None, state.asked.most, state.asked.apart)
    if state.proposal is not None:
        it.proposal, it.model = state.proposed_at, state.proposal.run.model
        preview(session, plan_of(session, state), it)
    return it


def preview(session: Session, plan: Plan, it: r.Regrouping) -> None:
    """What would happen, in numbers and titles; new groups count downwards from -1."""
    last = session.dialogue.last_group
    visible = [it for it in session.in_area(it.area) if it.is_visible]
    had = Counter(it.group for it in visible)
    has = Counter(number_of(plan, it) for it in visible)
    it.moves = [
        r.ProposedMove(each.id, each.group, numbered(number_of(plan, each), last))
        for each in visible
        if number_of(plan, each) != each.group
    ]
    it.groups = [
        r.ProposedGroup(
            group=numbered(state.id, last) or 0,
            fate=fate(plan, state.id, last),
            title=titles.title_of(state, session.contributions, lambda it: it.is_visible),
            had=had[state.id],
            has=has[state.id],
            kind=state.described.kind,
        )
        for state in groups_after(session, plan, it.area)
    ]


def groups_after(session: Session, plan: Plan, area: str | None) -> Iterator[GroupState]:
    """The standing groups as they are, if they go, else as they would be; then the new ones."""
    for state in session.groups_in(area):
        said = plan.groups.get(state.id)
        yield (
            state
            if said is None
            else replace(state, described=said, members=staying(plan, state) | joining(said))
        )
    for number, said in plan.groups.items():
        if number not in session.groups:
            yield GroupState(said, area, joining(said))


def staying(plan: Plan, state: GroupState) -> dict[int, None]:
    """What the proposal has no say over."""
    return {number: None for number in state.members if number not in plan.to}


def joining(said: SuggestedGroup) -> dict[int, None]:
    return dict.fromkeys(placement.contribution for placement in said.joined)


def numbered(group: int | None, last: int) -> int | None:
    return group if group is None or group <= last else last - group


def fate(plan: Plan, group: int, last: int) -> Literal["new", "kept", "gone"]:
    if group > last:
        return "new"
    return "gone" if group in plan.gone else "kept"
