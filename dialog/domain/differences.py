"""How target groups differ, and what may be said about small ones.

Under five people nothing public is broken down by target group, totals included: if the hidden
groups together are fewer than five they could be worked out from the total, so the smallest
shown group is hidden too (complementary suppression; R-07 in docs/requirements.md).
"""

from dialog.domain.state import Contribution, Session
from dialog.domain.titles import words_of
from dialog.protocol.agenda import FEWEST_PEOPLE, UNDISCLOSED
from dialog.protocol.records import Differences, GroupDifference

TOP = 3


def may_show(people: dict[str, int]) -> set[str]:
    """The target groups whose figures may be public, given the people in each."""
    shown = {group for group, n in people.items() if n >= FEWEST_PEOPLE}
    while shown and 0 < sum(n for group, n in people.items() if group not in shown) < FEWEST_PEOPLE:
        shown.remove(min(shown, key=lambda group: (people[group], group)))
    return shown


def differences(
    session: Session, area: str | None, shown_now: list[Contribution]
) -> Differences | None:
    """What each large enough target group stresses in `area`; None where nobody has written."""
    by_group: dict[str, list[Contribution]] = {}
    for it in shown_now:
        if it.author is not None:
            by_group.setdefault(it.posted.target_group, []).append(it)
    people = {name: len({it.author for it in its}) for name, its in by_group.items()}
    shown = may_show(people) - {UNDISCLOSED}
    if not shown:
        return Differences(area, [], unshown=True) if by_group else None
    everything = [it for its in by_group.values() for it in its]
    groups = [
        difference(session, name, people[name], by_group[name], everything)
        for name in sorted(shown, key=lambda name: (-people[name], name))
    ]
    return Differences(area, groups, unshown=len(shown) < len(by_group))


def difference(
    session: Session,
    name: str,
    people: int,
    own: list[Contribution],
    everything: list[Contribution],
) -> GroupDifference:
    """The groups this target group writes more in than the room does, and its words there."""
    top = sorted(
        {it.group for it in own if it.group is not None},
        key=lambda number: (-lift(number, own, everything), number),
    )[:TOP]
    terms = [own_term(session, number, own) for number in top]
    return GroupDifference(name, people, len(own), [term for term in terms if term])


def lift(number: int, own: list[Contribution], everything: list[Contribution]) -> float:
    """How much larger the group's share is here than in the room, with one post's caution."""
    here = sum(it.group == number for it in own)
    there = sum(it.group == number for it in everything)
    return stands_out(here, len(own), there, len(everything))


def stands_out(here: int, own: int, there: int, everything: int) -> float:
    """How much commoner a thing is `here` among `own` than `there` among `everything`, with one's
    caution, and more the more there is of it."""
    return here * here / (own + 1) / (there + 1) * everything


def own_term(session: Session, number: int, own: list[Contribution]) -> str:
    """What sets this target group apart there, else the group's first term, in its own words."""
    described = session.groups[number].described
    name = own[0].posted.target_group
    stressed = (term for it in described.stressed if it.target_group == name for term in it.terms)
    words = words_of({it.id: it for it in own}, [*stressed, *described.terms])
    return next(words, "")
