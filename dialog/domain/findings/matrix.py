"""Themes and topics over target groups: how many, in what words, where they meet and part."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dialog.domain.findings import terms
from dialog.domain.findings.model import Matrix, MatrixCell, MatrixRow, TargetGroupFacts
from dialog.domain.findings.small_cells import Row, Told, may_be_told
from dialog.domain.findings.within import Within
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
    """What the public edition may tell of `there`. Of some of the sessions nothing by target group:
    what is told of all of them, less what is told of some, would be told of the others.
    """
    if within.is_part:
        return Told()
    rows = {key: people_in(within, line) for key, line in there.items()}
    return may_be_told(within.perspectives, within.residents, rows)


def people_in(within: Within, line: Line) -> Row:
    cells = {group: within.people(its) for group, its in line.cells.items()}
    wrote = Counter(person for it in line.all if (person := within.person(it)) is not None)
    if any(len(people) < FEWEST_PEOPLE for people in cells.values()):
        return Row(cells, wrote, set())  # it is not going to be told
    everything, total = terms.said(line.all), len(line.all)
    stems = set(agreed(within, line))
    for its in line.cells.values():
        stems.update(stressed(within, its, everything, total))
    quoted = within.people(it for it in line.all if not stems.isdisjoint(terms.stems(it)))
    return Row(cells, wrote, quoted)


def matrix(within: Within, there: dict[str, Line], told: Told | None) -> Matrix:
    """`told` None: the internal edition, which has all of it."""
    rows = [
        filled(within, key, line, told)
        for key, line in there.items()
        if line.row.of == "topic" or within.may_be_named(int(line.row.id))
    ]
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
        row.agree = in_words(within, agreed(within, line), line.all)
        row.unique_to = unique_to(row)
    if whole or (told is not None and key in told.split):
        row.total = summed(within, line, residents=True)
        row.apart = summed(within, line, residents=False)
    return row


def cell(
    within: Within, its: list[Contribution], everything: Counter[str], total: int
) -> MatrixCell:
    people = len(within.people(its))
    words = in_words(within, stressed(within, its, everything, total), its)
    sources = [] if within.public else [it.id for it in its]
    return MatrixCell(people, len(its), words, sources)


def stressed(
    within: Within, its: list[Contribution], everything: Counter[str], total: int
) -> list[str]:
    """What sets these apart in the row, as stems. In public only what at least five people have
    said where everybody may read it: a rarer word would point out whose words are whose."""
    quotable = [it for it in its if within.is_quotable(it.id)]
    found = terms.stressed(quotable, everything, total)
    if within.public:
        who = terms.speakers(quotable, within.person)
        found = [it for it in found if len(who.get(it, ())) >= FEWEST_PEOPLE]
    return found[: terms.MOST]


def agreed(within: Within, line: Line) -> list[str]:
    """What at least two target groups of residents say, as stems; first what most of them do."""
    sharing, people = Counter[str](), Counter[str]()
    for group, its in line.cells.items():
        if group in within.residents and group != UNDISCLOSED:
            quotable = (it for it in its if within.is_quotable(it.id))
            for stem, n in speaking(within, quotable).items():
                sharing[stem] += 1
                people[stem] += n
    shared = (stem for stem, n in sharing.items() if n >= 2)
    return sorted(shared, key=lambda it: (-sharing[it], -people[it], it))[: terms.MOST]


def speaking(within: Within, its: Iterable[Contribution]) -> dict[str, int]:
    """Stem -> how many say it, slips too; in public only people, and no fewer than five."""
    if within.public:
        who = terms.speakers(its, within.person)
        return {stem: len(them) for stem, them in who.items() if len(them) >= FEWEST_PEOPLE}
    who = terms.speakers(its, lambda it: within.person(it) or it.id)
    return {stem: len(them) for stem, them in who.items()}


def in_words(within: Within, stems: list[str], its: list[Contribution]) -> list[str]:
    """As most write it, of what may be quoted."""
    quotable = [it for it in its if within.is_quotable(it.id)]
    return [terms.written(stem, quotable) for stem in stems]


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
        if it.posted.target_group in own:
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
                behind=sum(it.spoken_for for it in its) if told is None else 0,
            )
        )
    return found
