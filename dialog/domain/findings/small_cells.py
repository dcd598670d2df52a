"""What may be public of a breakdown by target group, so that no small number can be worked out.

A row is a theme or a topic; its cells are people by target group. Three things may be told: how
many take part from each target group, how many residents and others stand behind a row, and a
row's cells. A row is told whole or not at all: if any of its target groups has one to four people,
nothing of it is. What is told of other rows must not give it away either.

Why it cannot: let two people change target groups with everything they have written, who have
written as much as each other in every told row, and none of the words that are told there. Every
public number stays what it is, so nobody can know that it did not happen. For every small number
that is not told there must be enough such changes that it may as well be five (or all there are in
the row). If there are not, fewer rows are told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog.domain.differences import may_show
from dialog.protocol.agenda import FEWEST_PEOPLE

People = set[Any]


@dataclass(slots=True)
class Row:
    """`cells`: target group -> its people; one that only a slip or a table spoke for has none, and
    those with nothing are not there. `wrote`: person -> contributions. `quoted`: those who have
    said any of the words that are told if the row is.
    """

    cells: dict[str, People]
    wrote: Counter[Any]
    quoted: People


@dataclass(slots=True)
class Told:
    """Target groups whose number of people is public; rows of which residents and others are told
    apart; rows whose cells are public."""

    target_groups: set[str] = field(default_factory=set)
    split: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)


def may_be_told(
    everyone: Mapping[str, People], residents: set[str], rows: Mapping[str, Row]
) -> Told:
    """`everyone`: target group -> all who take part from it, silent ones too."""
    table = Table(everyone, residents, rows)
    split = kept_safe(table, table.splittable(), table.gives_away_split)
    if split is None:
        return Told()
    whole = kept_safe(table, table.tellable(split), lambda it: table.gives_away_cells(split, it))
    if whole is None:
        return Told()
    return Told(table.shown, split if len(table.classes) > 1 else set(), whole)


def kept_safe(
    table: "Table", told: set[str], gives_away: Callable[[set[str]], bool]
) -> set[str] | None:
    """As many of these rows, without the smallest, as give nothing away; None if even none do."""
    while gives_away(told):
        if not told:
            return None
        told = told - {min(told, key=lambda row: (len(table.rows[row].wrote), row))}
    return told


class Table:
    """Who may have been whom. `classes`: residents and others, or all as one where even telling
    those two apart would tell too much; each is a set of people.
    """

    def __init__(
        self, everyone: Mapping[str, People], residents: set[str], rows: Mapping[str, Row]
    ) -> None:
        self.rows = rows
        self.in_row = {name: set(row.wrote) for name, row in rows.items()}
        self.shown = may_show({group: len(its) for group, its in everyone.items()})
        apart = [set(everyone) & residents, set(everyone) - residents]
        two = all(self._stands_alone(everyone, groups) for groups in apart)
        self.labels = apart if two else [set(everyone)]
        self.classes = [set().union(*(everyone[it] for it in labels)) for labels in self.labels]
        self.steady = steady(everyone, rows.values())
        self.people_of = {
            pool: set().union(*(everyone[group] for group in pool))
            for labels in self.labels
            for pool in self._pools(labels)
        }

    def _stands_alone(self, everyone: Mapping[str, People], groups: set[str]) -> bool:
        """Whether both all of `groups` and those of them that are not shown may be summed up."""
        sums = (
            sum(len(everyone[it]) for it in groups),
            sum(len(everyone[it]) for it in groups - self.shown),
        )
        return all(n == 0 or n >= FEWEST_PEOPLE for n in sums)

    def _pools(self, labels: set[str]) -> Iterable[frozenset[str]]:
        """Target groups that nobody can tell apart: each that is shown alone, the rest together."""
        yield from (frozenset({it}) for it in sorted(labels & self.shown))
        if labels - self.shown:
            yield frozenset(labels - self.shown)

    # ── residents and others ──

    def splittable(self) -> set[str]:
        return {name for name, row in self.rows.items() if self._sums_up(row.cells)}

    def _sums_up(self, cells: Mapping[str, People]) -> bool:
        """Whether residents are none or at least five, and others too."""
        sums = [[cells[it] for it in labels if it in cells] for labels in self.labels]
        enough = (len(set().union(*its)) >= FEWEST_PEOPLE for its in sums if its)
        return len(self.labels) == 1 or all(enough)

    def gives_away_split(self, split: set[str]) -> bool:
        """Whether something in a row that is not `split` could be worked out if the others are."""
        exchange = Exchange(self, split, self.tellable(split))
        return any(
            exchange.gives_away(own, row, its)
            for row, its in self.in_row.items()
            if row not in split
            for own in [*self._small_classes(row), *self._small_pools(row)]
        )

    def _small_classes(self, row: str) -> Iterable[People]:
        return (it for it in self.classes if 0 < len(it & self.in_row[row]) < FEWEST_PEOPLE)

    def _small_pools(self, row: str) -> Iterable[People]:
        cells = self.rows[row].cells
        for pool, people in self.people_of.items():
            if any(0 < len(cells.get(it, ())) < FEWEST_PEOPLE for it in pool):
                yield people

    # ── cells ──

    def tellable(self, split: set[str]) -> set[str]:
        return {
            row
            for row in split
            if all(
                group in self.shown and len(its) >= FEWEST_PEOPLE
                for group, its in self.rows[row].cells.items()
            )
        }

    def gives_away_cells(self, split: set[str], whole: set[str]) -> bool:
        """Whether a small cell of a row that is split but not told `whole` could be worked out."""
        exchange = Exchange(self, whole, whole)
        return any(
            exchange.gives_away(own, row, people & self.in_row[row])
            for row in split - whole
            for people in self.classes
            for own in self._small_pools(row)
            if own & people
        )


class Exchange:
    """Who may have changed with whom, if of the rows `told` numbers and of `whole` words are
    told. `like`: person -> what all have in common who may have."""

    def __init__(self, table: Table, told: set[str], whole: set[str]) -> None:
        self.table = table
        quoted = set().union(*(table.rows[row].quoted for row in whole))
        written: dict[Any, list[tuple[str, int]]] = {it: [] for it in table.steady - quoted}
        for row in sorted(told):
            for person, n in table.rows[row].wrote.items():
                if person in written:
                    written[person].append((row, n))
        self.like = {person: tuple(its) for person, its in written.items()}

    def gives_away(self, own: People, row: str, its: People) -> bool:
        """Whether too few of `its`, people in the row, may be `own` as far as anybody can tell."""
        enough = min(FEWEST_PEOPLE, len(its & self.table.steady))
        may_be = len(own & its & self.table.steady)
        if may_be >= enough:
            return False
        goers = self._alike(its - own)
        comers = self._alike(own - self.table.in_row[row])
        return may_be + sum(min(n, goers[like]) for like, n in comers.items()) < enough

    def _alike(self, people: People) -> Counter[tuple[tuple[str, int], ...]]:
        return Counter(self.like[it] for it in people if it in self.like)


def steady(everyone: Mapping[str, People], rows: Iterable[Row]) -> People:
    """Those who have written from one target group only, the one they stand in."""
    changed = (
        people - everyone.get(group, set()) for row in rows for group, people in row.cells.items()
    )
    return set().union(*everyone.values()).difference(*changed)
