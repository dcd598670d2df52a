"""Themes and topics over target groups: how many, in what words, where they meet and part."""

from collections import Counter
from dataclasses import dataclass

from dialog.domain.findings import terms
from dialog.domain.findings.model import Matrix, MatrixCell, MatrixRow, TargetGroupFacts
from dialog.domain.findings.small_cells import Told, may_be_told
from dialog.domain.findings.within import Within, behind
from dialog.domain.state import Contribution
from dialog.protocol.agenda import FEWEST_PEOPLE, UNDISCLOSED, in_language

HIDDEN = MatrixCell(None, None)


@dataclass(slots=True)
class Line:
    """A row in the making. `all`: its visible contributions; `cells`: the same by target group."""

    row: MatrixRow
    all: list[Contribution]
    cells: dict[str, list[Contribution]]


def lines(within: Within) -> dict[str, Line]:
    """Every theme and topic in scope, by kind and number: areas in their order, then themes first
    and each by its number."""
    found = [
        line(within, MatrixRow("theme", str(it.id), it.title, it.area, {}, HIDDEN, HIDDEN), its)
        for it in within.themes
        for its in [within.by_theme[it.id]]
    ]
    topics = {it.id: it for it in within.dialogue.definition.topics}
    for id, its in within.by_topic.items():
        title, _ = in_language(topics[id].text, "sv")
        row = MatrixRow("topic", id, title, topics[id].area, {}, HIDDEN, HIDDEN)
        found.append(line(within, row, its))
    order: dict[str | None, int] = {
        it.id: n for n, it in enumerate(within.dialogue.definition.areas)
    }
    found.sort(key=lambda it: order.get(it.row.area, len(order)))
    return {f"{it.row.of}/{it.row.id}": it for it in found}


def line(within: Within, row: MatrixRow, contributions: list[Contribution]) -> Line:
    by_group: dict[str, list[Contribution]] = {}
    for it in contributions:
        by_group.setdefault(it.posted.target_group, []).append(it)
    cells = {it: by_group[it] for it in within.target_groups if it in by_group}
    return Line(row, contributions, cells)


def public_limits(within: Within, there: dict[str, Line]) -> Told:
    """What the public edition may tell of `there`."""
    rows = {
        key: {group: set(within.people(its)) for group, its in line.cells.items()}
        for key, line in there.items()
    }
    return may_be_told(within.perspectives, within.residents, rows)


def matrix(within: Within, there: dict[str, Line], told: Told | None) -> Matrix:
    """`told` None: the internal edition, which has all of it."""
    rows = [filled(within, key, line, told) for key, line in there.items()]
    groups = [it for it in within.target_groups if told is None or it in told.target_groups]
    withheld = told is not None and any(
        line.cells and key not in told.whole for key, line in there.items()
    )
    return Matrix(rows, groups, withheld)


def filled(within: Within, key: str, line: Line, told: Told | None) -> MatrixRow:
    """The row with what may be told of it."""
    row, whole = line.row, told is None or key in told.whole
    if whole:
        everything, total = terms.said(line.all), len(line.all)
        row.cells = {
            group: cell(within, its, everything, total) for group, its in line.cells.items()
        }
        row.agree = agree(within, line)
        row.unique_to = unique_to(row)
    if whole or (told is not None and key in told.split):
        row.total = summed(within, line, residents=True)
        row.apart = summed(within, line, residents=False)
    return row


def cell(
    within: Within, its: list[Contribution], everything: Counter[str], total: int
) -> MatrixCell:
    people = len(within.people(its))
    words = cell_words(within, its, everything, total)
    sources = [] if within.public else [it.id for it in its]
    return MatrixCell(people, len(its), words, sources)


def cell_words(
    within: Within, its: list[Contribution], everything: Counter[str], total: int
) -> list[str]:
    """What sets these apart in the row. In public only what at least five people have said where
    everybody may read it: a rarer word would point out whose words are whose."""
    quotable = [it for it in its if within.is_quotable(it.id)]
    found = terms.stressed(quotable, everything, total)
    if within.public:
        who = terms.speakers(quotable, within.person)
        found = [it for it in found if len(who.get(it, ())) >= FEWEST_PEOPLE]
    return [terms.written(it, quotable) for it in found[: terms.MOST]]


def agree(within: Within, line: Line) -> list[str]:
    """What at least two target groups of residents say, first what most of them do."""
    fewest = FEWEST_PEOPLE if within.public else 1
    groups = [it for it in line.cells if it in within.residents and it != UNDISCLOSED]
    quotable = {
        group: [it for it in line.cells[group] if within.is_quotable(it.id)] for group in groups
    }
    sharing, people = Counter[str](), Counter[str]()
    for its in quotable.values():
        # A slip counts as somebody, except where people must be counted.
        for stem, who in terms.speakers(its, lambda it: within.person(it) or it.id).items():
            persons = {it for it in who if not isinstance(it, int)} if within.public else who
            sharing[stem] += len(persons) >= fewest
            people[stem] += len(who)
    shared = (stem for stem, n in sharing.items() if n >= 2)
    best = sorted(shared, key=lambda it: (-sharing[it], -people[it], it))[: terms.MOST]
    everything = [it for its in quotable.values() for it in its]
    return [terms.written(it, everything) for it in best]


def unique_to(row: MatrixRow) -> str | None:
    if len(row.cells) != 1:
        return None
    [(group, its)] = row.cells.items()
    return group if (its.people or 0) >= FEWEST_PEOPLE and group != UNDISCLOSED else None


def summed(within: Within, line: Line, residents: bool) -> MatrixCell:
    """Residents together, or those who are not."""
    its = [
        it
        for group, some in line.cells.items()
        if (group in within.residents) == residents
        for it in some
    ]
    its.sort(key=lambda it: it.id)
    sources = [] if within.public else [it.id for it in its]
    return MatrixCell(len(within.people(its)), len(its), [], sources)


def target_groups(within: Within, told: Told | None) -> list[TargetGroupFacts]:
    """Plan and outcome: who has taken part, and what they have written that is visible."""
    named = {it.id: it for it in within.dialogue.definition.target_groups}
    own: dict[str, list[Contribution]] = {it: [] for it in within.target_groups}
    for it in within.visible:
        own[it.posted.target_group].append(it)
    found = []
    for id, its in own.items():
        group = named.get(id)
        people = len(within.perspectives[id])
        found.append(
            TargetGroupFacts(
                id=id,
                name=group.name if group else "",
                resident=id in within.residents,
                expected=group.expected if group else 0,
                people=people if told is None or id in told.target_groups else None,
                contributions=len(its) if told is None else None,
                behind=behind(its) if told is None else 0,
            )
        )
    return found
