"""How the dots lie by target group, so that no number of fewer than five people is told.

The dots of a step are a tree: all, the goal areas, the themes in each. Of a told row its parts are
told where each target group has none or at least five people; what is left of the row, which
anybody can work out, must be so too, or fewer parts are told. Target groups that are few are told
together: as many of the largest alone as lets most numbers be told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dialog.domain import titles
from dialog.domain.findings.model import DotsColumn, DotsFacts, DotsRow
from dialog.domain.findings.within import Within
from dialog.domain.state import Contribution, PlacedDots, Session
from dialog.protocol.agenda import COMMITTEES, FEWEST_PEOPLE, UNDISCLOSED, Text

Placed = Counter[int]
"""Participant -> dots."""


@dataclass(slots=True)
class Branch:
    """A row, the dots in it, and the rows that it is made of."""

    row: DotsRow
    placed: Placed = field(default_factory=Counter)
    parts: dict[str, "Branch"] = field(default_factory=dict)


def dots(within: Within) -> list[DotsFacts]:
    """Of every step whose dots the room has seen and nobody is placing, in the meetings' order."""
    if within.public:
        return []
    return [
        facts
        for session in within.sessions
        for step in session.definition.steps
        if step.id in session.dots_told
        for facts in of_step(within, session, step.id, step.title)
    ]


def of_step(within: Within, session: Session, step: str, title: Text) -> Iterator[DotsFacts]:
    """Nothing if nobody has placed any."""
    placed = session.dots[step]
    whole = grown(within, session, placed)
    if not whole.placed:
        return
    of = {it: placed.perspectives[it] or UNDISCLOSED for it in whole.placed}
    columns, told = best(within, whole, of)
    rows = []
    for branch in branches(whole):
        branch.row.dots = branch.placed.total()
        if any(branch is it for it in told):
            branch.row.cells = sums(branch.placed, of, columns)
        rows.append(branch.row)
    yield DotsFacts(
        session=session.id,
        step=step,
        title=title,
        people=len(whole.placed),
        columns=columns if told else [],
        rows=rows,
        suppressed=len(told) < len(rows),
    )


def sums(placed: Placed, of: Mapping[int, str], columns: list[DotsColumn]) -> list[int]:
    return [
        sum(n for person, n in placed.items() if of[person] in column.target_groups)
        for column in columns
    ]


# ── the tree ──


def grown(within: Within, session: Session, placed: PlacedDots) -> Branch:
    """Of what is visible: nobody sees the dots on anything else."""
    whole = Branch(DotsRow("all", "", "", None, 0))
    for person, its in placed.by_participant.items():
        for number, n in its.items():
            it = session.contributions[number]
            if n > 0 and it.is_visible:
                for branch in path(within, session, whole, it):
                    branch.placed[person] += n
    order = [*(area.id for area in within.dialogue.definition.areas), ""]
    whole.parts = {id: whole.parts[id] for id in order if id in whole.parts}
    for area in whole.parts.values():
        area.parts = dict(sorted(area.parts.items(), key=lambda it: placing(it[1])))
    return whole


def placing(branch: Branch) -> tuple[int, int, str]:
    """Themes, then groups, then single voices; those with most dots first."""
    sort = ("theme", "group", "alone").index(branch.row.of)
    return sort, -branch.placed.total(), branch.row.id


def path(
    within: Within, session: Session, whole: Branch, it: Contribution
) -> tuple[Branch, Branch, Branch]:
    """The rows that dots on the contribution lie in."""
    id = within.area_of(it)
    area = whole.parts.setdefault(id or "", Branch(DotsRow("area", id or "", "", id, 0)))
    row = row_of(within, session, it, id)
    return whole, area, area.parts.setdefault(f"{row.of}/{row.id}", Branch(row))


def row_of(within: Within, session: Session, it: Contribution, area: str | None) -> DotsRow:
    theme = within.work.place(it.id).theme
    if theme is not None:
        return DotsRow("theme", str(theme), within.work.themes[theme].title, area, 0)
    group = session.groups.get(it.group or 0)
    if group is not None:
        title = titles.title_of(group, session.contributions, lambda one: one.is_visible)
        return DotsRow("group", str(group.id), title, area, 0)
    return DotsRow("alone", "", "", area, 0)


def branches(whole: Branch) -> Iterator[Branch]:
    yield whole
    for part in whole.parts.values():
        yield from branches(part)


# ── what may be told ──


def best(
    within: Within, whole: Branch, of: Mapping[int, str]
) -> tuple[list[DotsColumn], list[Branch]]:
    """The columns by which most numbers may be told, and those rows. Residents and others stand
    together in a column only where nothing could be told otherwise."""
    for several in (apart, together):
        tried = [(it, told_by(whole, of, it)) for it in several(within, whole, of)]
        tried = [it for it in tried if it[1]]
        if tried:
            return max(tried, key=lambda it: (len(it[0]) * len(it[1]), len(it[0])))
    return [], []


def apart(within: Within, whole: Branch, of: Mapping[int, str]) -> Iterator[list[DotsColumn]]:
    for alone, rest in largest(within, whole, of):
        residents = [it for it in rest if it in within.residents]
        others = [it for it in rest if it not in within.residents]
        yield columns(within, [*([it] for it in alone), residents, others])


def together(within: Within, whole: Branch, of: Mapping[int, str]) -> Iterator[list[DotsColumn]]:
    for alone, rest in largest(within, whole, of):
        if alone:
            yield columns(within, [*([it] for it in alone), rest])


def largest(
    within: Within, whole: Branch, of: Mapping[int, str]
) -> Iterator[tuple[list[str], list[str]]]:
    """None, one, two … of the largest target groups, and the others."""
    people = Counter(of[person] for person in whole.placed)
    groups = [it for it in within.target_groups if it != COMMITTEES]
    order = sorted(groups, key=lambda it: -people[it])
    for n in range(sum(people[it] >= FEWEST_PEOPLE for it in order) + 1):
        alone = [it for it in groups if it in order[:n]]
        yield alone, [it for it in groups if it not in order[:n]]


def columns(within: Within, target_groups: Iterable[list[str]]) -> list[DotsColumn]:
    found = []
    for its in filter(None, target_groups):
        residents = {it in within.residents for it in its}
        found.append(DotsColumn(its, residents.pop() if len(residents) == 1 else None))
    return found


def told_by(whole: Branch, of: Mapping[int, str], columns: list[DotsColumn]) -> list[Branch]:
    """The rows that may be told by these columns."""
    column = {group: n for n, it in enumerate(columns) for group in it.target_groups}

    def may(placed: Iterable[int]) -> bool:
        people = Counter(column[of[person]] for person in placed)
        return all(n >= FEWEST_PEOPLE for n in people.values())

    return told_of(whole, may) if may(whole.placed) else []


def told_of(told: Branch, may: Callable[[Iterable[int]], bool]) -> list[Branch]:
    """`told`, and those of its parts that give nothing away."""
    its = [it for it in told.parts.values() if may(it.placed)]
    its.sort(key=lambda it: (-len(it.placed), it.row.of, it.row.id))
    while its and not may(left_of(told, its)):
        its.pop()
    return [told, *(branch for it in its for branch in told_of(it, may))]


def left_of(whole: Branch, told: list[Branch]) -> set[int]:
    """Those who have dots in `whole` outside what is `told`."""
    return {
        person
        for part in whole.parts.values()
        if not any(part is it for it in told)
        for person in part.placed
    }
