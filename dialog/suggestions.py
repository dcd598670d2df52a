"""What the machine suggests for an area: contributions and their vectors in, suggestions out.

Contributions are numbers outside; inside they are rows, as the analysis wants them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dialog.analysis import fit, global_goals, labels, space
from dialog.analysis import groups as analysis
from dialog.analysis.embedding import Vectors
from dialog.analysis.global_goals import GoalVectors
from dialog.domain.state import Contribution, GroupState
from dialog.protocol.agenda import Kind
from dialog.protocol.commands import GoalHint, GroupSuggestion, Placement, Span, Stress, Term

SEED = 0
SPANS = 20
"""Places kept for a term: enough that hiding one contribution seldom costs the word."""
TEXTS_FOR_GOALS = 60
"""Of a large group, its members that come first say what global goals it is about."""


class Standing(NamedTuple):
    """A group as it stands: its visible members and what people have said of it, in numbers."""

    number: int
    members: list[int]
    pinned: list[int]
    kind: Kind | None
    locked: bool
    """Nothing may come or go: its members are locked."""
    closed: bool
    """Nothing may come: locked, or emptied by people."""


@dataclass(slots=True)
class Area:
    """The visible contributions of an area with their vectors, and the groups that stand in it."""

    posts: list[Contribution]
    vectors: Vectors
    """As `space.prepared` gives them."""
    raw: Vectors
    """As the model gave them."""
    standing: list[Standing]
    most: int | None = None
    apart: bool = False
    goals: GoalVectors | None = None
    """The texts of the global goals by the same model; None: words alone suggest goals."""
    locate: labels.Locate | None = None
    """Where words lie among the contributions, for choosing those that a title says."""

    @property
    def texts(self) -> list[str]:
        return [it.words or "" for it in self.posts]


def area_of(posts: list[Contribution], raw: Vectors, model: str, standing: list[Standing]) -> Area:
    """`raw`: the vectors of `posts` by `model`."""
    return Area(posts, space.prepared(raw, model), raw, standing)


def standing_of(group: GroupState, posts: Iterable[Contribution]) -> Standing:
    """`posts`: the visible contributions of the group's area."""
    members = [it for it in posts if it.group == group.id]
    locked = group.locks.members
    return Standing(
        group.id,
        [it.id for it in members],
        [it.id for it in members if it.pinned],
        group.described.kind,
        locked,
        closed=locked or not group.members,
    )


def live(area: Area) -> list[GroupSuggestion]:
    """The groups that change: those that a waiting contribution clearly fits, and new ones among
    the rest. What has a group, or has been placed by a person, stays."""
    found = dict(changed(area, Rows(area)))
    return described(area, [(number, kind, rows) for number, (kind, rows) in found.items()])


class Rows:
    """Where the contributions of an area are found among its vectors."""

    def __init__(self, area: Area) -> None:
        self.by_number = {it.id: row for row, it in enumerate(area.posts)}
        self.waiting = [
            row for row, it in enumerate(area.posts) if it.group is None and not it.pinned
        ]

    def of(self, numbers: Iterable[int]) -> list[int]:
        return [self.by_number[number] for number in numbers]


def changed(area: Area, rows: Rows) -> Iterator[tuple[int, tuple[Kind | None, list[int]]]]:
    """Group -> its kind and all its rows, joined ones last; new groups count downwards from -1."""
    new = 0
    for kind, waiting in by_kind(area, rows.waiting):
        standing = [it for it in area.standing if it.kind == kind and it.members]
        joins = joining(area, standing, waiting, rows)
        for row, number in joins.items():
            if standing[number].closed:
                joins[row] = -1
        for place, it in enumerate(standing):
            come = [row for row, number in joins.items() if number == place]
            if come:
                yield it.number, (kind, [*rows.of(it.members), *come])
        rest = [row for row in waiting if row not in joins]
        for members in forming(area, standing, rest, waiting):
            new -= 1
            yield new, (kind, members)


def joining(area: Area, standing: list[Standing], waiting: list[int], rows: Rows) -> dict[int, int]:
    """Waiting row -> which of `standing` it clearly fits; closed groups too, so that what fits
    them is not pressed into another."""
    blocks = [rows.of(it.members) for it in standing]
    kept_out = {
        row: {place for place, it in enumerate(standing) if it.number in area.posts[row].kept_out}
        for row in waiting
        if area.posts[row].kept_out
    }
    return analysis.place(area.vectors, blocks, waiting, kept_out)


def forming(
    area: Area, standing: list[Standing], rest: list[int], waiting: list[int]
) -> list[list[int]]:
    if not standing and len(rest) == len(waiting):
        among = area.vectors[rest]
        found = analysis.group(among, seed=SEED, most=area.most).groups
        return [[rest[row] for row in members] for members in found]
    room = (area.most or analysis.most_groups(len(area.posts))) - len(standing)
    return analysis.form(area.vectors, rest, seed=SEED, most=max(0, room))


def by_kind(area: Area, rows: list[int]) -> list[tuple[Kind | None, list[int]]]:
    """The rows of each kind of contribution, where kinds are grouped apart; else all as one."""
    if not area.apart:
        return [(None, rows)]
    kinds: dict[Kind, list[int]] = defaultdict(list)
    for row in rows:
        kinds[area.posts[row].posted.kind].append(row)
    return list(kinds.items())


# ── grouped anew ──────────────────────────────────────────────────────────────────────────────


def anew(area: Area, most: int | None, apart: bool) -> list[GroupSuggestion]:
    """The whole area in groups, each as the successor of the standing one it shares most with.

    What a person has placed stays together; what has been kept out of a group stays out.
    """
    area.apart = apart
    rows = Rows(area)
    everything = [row for row, it in enumerate(area.posts) if it.group is not None or not it.pinned]
    found: list[tuple[int, Kind | None, list[int]]] = []
    for kind, some in by_kind(area, everything):
        found += regrouped(area, rows, kind, some, most)
    return described(area, numbered(area, found))


def regrouped(
    area: Area, rows: Rows, kind: Kind | None, some: list[int], most: int | None
) -> list[tuple[int, Kind | None, list[int]]]:
    """The groups among `some`: (the standing group that it grew from, 0 for none, kind, rows)."""
    place = {row: number for number, row in enumerate(some)}
    inside = [
        (it, [place[row] for row in rows.of(it.members) if row in place]) for it in area.standing
    ]
    held = [
        (
            it,
            [place[row] for row in rows.of(it.members if it.locked else it.pinned) if row in place],
        )
        for it in area.standing
    ]
    held = [(it, block) for it, block in held if block]
    kept_out = [
        (place[row], number)
        for row in some
        for number, (it, _) in enumerate(held)
        if it.number in area.posts[row].kept_out
    ]
    wishes = analysis.Wishes([block for _, block in held], kept_out)
    found = analysis.group(
        area.vectors[some],
        seed=SEED,
        most=most,
        standing=[members for _, members in inside if members],
        wishes=wishes,
    )
    numbers = [it.number for it, _ in held] + [0] * (len(found.groups) - len(held))
    return [
        (number, kind, [some[row] for row in members])
        for number, members in zip(numbers, found.groups, strict=True)
    ]


def numbered(
    area: Area, found: list[tuple[int, Kind | None, list[int]]]
) -> list[tuple[int, Kind | None, list[int]]]:
    """Those that grew from no block get the number of the standing group most of them are from."""
    origins = [[area.posts[row].group for row in members] for _, _, members in found]
    numbers = successors_of(origins, [number for number, _, _ in found])
    return [
        (number, kind, members) for number, (_, kind, members) in zip(numbers, found, strict=True)
    ]


def successors_of(origins: list[list[int | None]], settled: list[int]) -> list[int]:
    """For each new group the number of the one most of it came from, each number once; else 0.
    `settled` are those already known."""
    shared = Counter((n, old) for n, olds in enumerate(origins) for old in olds if old is not None)
    numbers = list(settled)
    for (n, old), _ in sorted(shared.items(), key=lambda it: (-it[1], it[0])):
        if not numbers[n] and old not in numbers:
            numbers[n] = old
    return numbers


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def described(
    area: Area, found: Sequence[tuple[int, Kind | None, list[int]]]
) -> list[GroupSuggestion]:
    """Each of `found` (number, 0 or less if new; kind; rows) in words of its own members."""
    if not found:
        return []
    known = {number: rows for number, _, rows in found if number > 0}
    row_of = {it.id: row for row, it in enumerate(area.posts)}
    others = [[row_of[n] for n in it.members] for it in area.standing if it.number not in known]
    blocks = [rows for _, _, rows in found] + [rows for rows in others if rows]
    sure = fit.sureness(area.vectors, blocks)
    said = labels.written(area.texts, area.vectors, area.locate)
    return [
        suggestion(area, said, max(number, 0), kind, rows, how_sure.round(2).tolist())
        for (number, kind, rows), how_sure in zip(found, sure, strict=False)
    ]


def suggestion(
    area: Area,
    said: labels.Written,
    number: int,
    kind: Kind | None,
    rows: list[int],
    sure: list[float],
) -> GroupSuggestion:
    about = labels.describe(said, rows)
    return GroupSuggestion(
        group=number,
        joined=placements(area, said, rows, sure),
        typical=[area.posts[row].id for row in about.typical],
        terms=[spans(area, term.occurrences) for term in about.terms],
        sure=round(sum(sure) / len(sure), 2) if sure else 0.0,
        goals=goal_hints(area, about.typical, rows),
        stressed=[
            Stress(target_group, [spans(area, term.occurrences) for term in terms])
            for target_group, terms in labels.stressed(
                said, rows, [area.posts[row].posted.target_group for row in rows]
            ).items()
        ],
        kind=kind,
    )


def placements(
    area: Area, said: labels.Written, rows: list[int], sure: list[float]
) -> list[Placement]:
    why = labels.reasons(said, rows, rows)
    return [
        Placement(
            area.posts[row].id,
            how_sure,
            [area.posts[near].id for near in reason.near],
            [Span(area.posts[row].id, start, end) for start, end in reason.shared],
        )
        for row, how_sure, reason in zip(rows, sure, why, strict=True)
    ]


def goal_hints(area: Area, typical: list[int], rows: list[int]) -> list[GoalHint]:
    """The global goals that the group's contributions, the most typical first, speak of."""
    some = [*typical, *(row for row in rows if row not in typical)][:TEXTS_FOR_GOALS]
    texts = [area.posts[row].words or "" for row in some]
    vectors = None if area.goals is None else area.raw[some]
    return [
        GoalHint(hint.goal, by_word(area, some, texts, hint.words))
        for hint in global_goals.hints(texts, vectors, area.goals)
    ]


def by_word(
    area: Area, some: list[int], texts: list[str], words: list[labels.Occurrence]
) -> list[Term]:
    """The occurrences gathered word by word, in their order."""
    terms: dict[str, list[labels.Occurrence]] = defaultdict(list)
    for one in words:
        terms[texts[one.text_index][one.start : one.end].casefold()].append(
            labels.Occurrence(some[one.text_index], one.start, one.end)
        )
    return [spans(area, occurrences) for occurrences in list(terms.values())[:SPANS]]


def spans(area: Area, occurrences: Iterable[labels.Occurrence]) -> Term:
    return [
        Span(area.posts[one.text_index].id, one.start, one.end) for one in list(occurrences)[:SPANS]
    ]
