"""What may be public of a breakdown by target group, so that no small number can be worked out.

A row is a theme or a topic; its cells are people by target group. Three things may be told: how
many take part from each target group, how many residents and others stand behind a row, and a
row's cells. A row is told whole or not at all: if any of its target groups has one to four people,
nothing of it is. What is told of other rows must not give it away either.

Why it cannot: let two people change target groups with everything they have written, who have
both written in no told row. Every public number stays what it is, so nobody can know that it did
not happen. For every small number that is not told there must be enough such changes that it may
as well be five (or all there are in the row). If there are not, fewer rows are told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog.domain.differences import may_show
from dialog.protocol.agenda import FEWEST_PEOPLE

People = set[Any]
Rows = Mapping[str, Mapping[str, People]]
"""Row -> target group -> its people; a target group that only a slip or a table spoke for has
none, and those with nothing are not there."""


@dataclass(slots=True)
class Told:
    """Target groups whose number of people is public; rows of which residents and others are told
    apart; rows whose cells are public."""

    target_groups: set[str] = field(default_factory=set)
    split: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)


def may_be_told(everyone: Mapping[str, People], residents: set[str], rows: Rows) -> Told:
    """`everyone`: target group -> all who take part from it, silent ones too."""
    table = Table(everyone, residents, rows)
    split = kept_safe(table, table.splittable(), table.gives_away_split)
    if split is None:
        return Told()
    whole = kept_safe(table, table.tellable(split), lambda it: table.gives_away_cells(split, it))
    if whole is None:
        return Told()
    two = len(table.classes) > 1
    return Told(table.shown, split if two else set(), whole)


def kept_safe(
    table: "Table", told: set[str], gives_away: Callable[[set[str]], bool]
) -> set[str] | None:
    """As many of these rows, without the smallest, as give nothing away; None if even none do."""
    while gives_away(told):
        if not told:
            return None
        told = told - {min(told, key=lambda row: (len(table.in_row[row]), row))}
    return told


class Table:
    """Who may have been whom. `classes`: residents and others, or all as one where even telling
    those two apart would tell too much; each is a set of people.
    """

    def __init__(self, everyone: Mapping[str, People], residents: set[str], rows: Rows) -> None:
        self.rows = rows
        self.in_row = {row: set().union(*cells.values()) for row, cells in rows.items()}
        self.shown = may_show({group: len(its) for group, its in everyone.items()})
        apart = [set(everyone) & residents, set(everyone) - residents]
        two = all(self._stands_alone(everyone, groups) for groups in apart)
        self.labels = apart if two else [set(everyone)]
        self.classes = [set().union(*(everyone[it] for it in labels)) for labels in self.labels]
        self.steady = steady(everyone, rows)
        self.pools = [pool for labels in self.labels for pool in self._pools(labels)]
        self.people_of = {
            pool: set().union(*(everyone[group] for group in pool)) for pool in self.pools
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
        return {row for row, cells in self.rows.items() if self._sums_up(cells)}

    def _sums_up(self, cells: Mapping[str, People]) -> bool:
        """Whether residents are none or at least five, and others too."""
        sums = [[cells[it] for it in labels if it in cells] for labels in self.labels]
        enough = (len(set().union(*its)) >= FEWEST_PEOPLE for its in sums if its)
        return len(self.labels) == 1 or all(enough)

    def gives_away_split(self, split: set[str]) -> bool:
        """Whether something in a row that is not `split` could be worked out if the others are."""
        free = self._free(split)
        return any(
            self._is_known(own, row, free, its)
            for row, its in self.in_row.items()
            if row not in split
            for own in [*self._small_classes(row), *self._small_pools(row)]
        )

    def _small_classes(self, row: str) -> Iterable[People]:
        return (it for it in self.classes if 0 < len(it & self.in_row[row]) < FEWEST_PEOPLE)

    def _small_pools(self, row: str) -> Iterable[People]:
        cells = self.rows[row]
        for pool in self.pools:
            if any(0 < len(cells.get(it, ())) < FEWEST_PEOPLE for it in pool):
                yield self.people_of[pool]

    # ── cells ──

    def tellable(self, split: set[str]) -> set[str]:
        return {
            row
            for row in split
            if all(
                group in self.shown and len(its) >= FEWEST_PEOPLE
                for group, its in self.rows[row].items()
            )
        }

    def gives_away_cells(self, split: set[str], whole: set[str]) -> bool:
        """Whether a small cell of a row that is split but not told `whole` could be worked out."""
        free = self._free(whole)
        return any(
            self._is_known(own, row, free & people, its)
            for row in split - whole
            for people in self.classes
            for its in [people & self.in_row[row]]
            for own in self._small_pools(row)
            if own & people
        )

    # ── who may have been whom ──

    def _free(self, told: set[str]) -> People:
        """Those who may have changed with somebody as far as the `told` rows say."""
        return self.steady.difference(*(self.in_row[row] for row in told))

    def _is_known(self, own: People, row: str, free: People, its: People) -> bool:
        """Whether too few of `its`, people in the row, may be `own` as far as anybody can tell."""
        here = self.in_row[row]
        comers, goers = (own - here) & free, (its - own) & free
        may_be = len(own & its & self.steady) + min(len(comers), len(goers))
        return may_be < min(FEWEST_PEOPLE, len(its & self.steady))


def steady(everyone: Mapping[str, People], rows: Rows) -> People:
    """Those who have written from one target group only, the one they stand in."""
    changed = (
        people - everyone.get(group, set())
        for cells in rows.values()
        for group, people in cells.items()
    )
    return set().union(*everyone.values()).difference(*changed)
