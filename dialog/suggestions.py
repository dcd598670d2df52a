"""What the machine suggests for an area: contributions and their vectors in, suggestions out.

Contributions are numbers outside; inside they are rows, as the analysis wants them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dialog.analysis import fit, global_goals, labels, space
from dialog.analysis import groups as analysis
from dialog.analysis.embedding import Vectors
from dialog.analysis.global_goals import GoalVectors
from dialog.analysis.groups import Members
from dialog.domain.state import Contribution, GroupState
from dialog.protocol.agenda import Kind
from dialog.protocol.commands import (
    GoalHint,
    GroupSuggestion,
    Locks,
    Placement,
    Span,
    Stress,
    Term,
)

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
    """Where kinds are grouped apart, the only one that may come: what the machine made it for, or
    what people have put there; None if they have put several."""
    locked: bool
    """Nothing may come or go: its members are locked."""
    closed: bool
    """Nothing may come: locked, or emptied by people."""
    terms: Sequence[Term] = ()
    """What the machine has said of it."""
    known: bool = False
    """People have named it, or locked anything of it."""

    @property
    def held(self) -> list[int]:
        """The members that grouping anew must not part."""
        return self.members if self.locked else self.pinned


class Found(NamedTuple):
    """A group to suggest. `number`: 0 or less for a new one. `come`: those of its `rows` that the
    suggestion puts there."""

    number: int
    kind: Kind | None
    rows: list[int]
    come: list[int]


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
    embed: global_goals.Embed | None = None
    """The model itself, for finding the words that lie nearest to a goal that no word names."""

    @property
    def texts(self) -> list[str]:
        """Every character where it was written, so that places hold; what is masked is no word."""
        return [it.in_place for it in self.posts]


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
        group.described.kind or only_kind(members),
        locked,
        closed=locked or not group.members,
        terms=group.described.terms,
        known=group.title is not None or group.locks != Locks(),
    )


def only_kind(posts: Iterable[Contribution]) -> Kind | None:
    kinds = {it.posted.kind for it in posts}
    return kinds.pop() if len(kinds) == 1 else None


class Rows:
    """Where the contributions of an area are found among its vectors."""

    def __init__(self, area: Area) -> None:
        self.by_number = {it.id: row for row, it in enumerate(area.posts)}
        self.waiting = [
            row for row, it in enumerate(area.posts) if it.group is None and not it.pinned
        ]

    def of(self, numbers: Iterable[int]) -> list[int]:
        return [self.by_number[number] for number in numbers]


def by_kind(area: Area, rows: Iterable[int]) -> dict[Kind | None, list[int]]:
    """The rows of each kind of contribution, where kinds are grouped apart; else all as one."""
    kinds: dict[Kind | None, list[int]] = defaultdict(list)
    for row in rows:
        kinds[area.posts[row].posted.kind if area.apart else None].append(row)
    return kinds


def share(most: int | None, count: int, among: int) -> int:
    """How many groups there may be of `count` contributions, where there may be `most` of all."""
    return analysis.most_groups(count) if most is None else max(1, most * count // max(1, among))


# ── live ──────────────────────────────────────────────────────────────────────────────────────


def live(area: Area) -> list[GroupSuggestion]:
    """The groups that change: those that a waiting contribution clearly fits, and new ones among
    the rest. What has a group, or has been placed by a person, stays."""
    rows = Rows(area)
    return described(area, rows, list(changed(area, rows)))


def changed(area: Area, rows: Rows) -> Iterator[Found]:
    everything = by_kind(area, range(len(area.posts)))
    for kind, waiting in by_kind(area, rows.waiting).items():
        standing = [
            it for it in area.standing if it.members and (not area.apart or it.kind == kind)
        ]
        joins = joining(area, standing, waiting, rows)
        for place, it in enumerate(standing):
            come = [row for row, number in joins.items() if number == place]
            if come and not it.closed:
                yield Found(it.number, kind, [*rows.of(it.members), *come], come)
        rest = [row for row in waiting if row not in joins]
        most = share(area.most, len(everything[kind]), len(area.posts))
        for members in forming(area, rest, most, len(standing), first=not standing):
            yield Found(0, kind, members, members)


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


def forming(area: Area, rest: list[int], most: int, standing: int, first: bool) -> list[list[int]]:
    if first:
        found = analysis.group(area.vectors[rest], seed=SEED, most=most).groups
        return [[rest[row] for row in members] for members in found]
    return analysis.form(area.vectors, rest, seed=SEED, most=max(0, most - standing))


# ── grouped anew ──────────────────────────────────────────────────────────────────────────────


def anew(area: Area, most: int | None, apart: bool) -> list[GroupSuggestion]:
    """The whole area in groups, each as the successor of the standing one it shares most with.

    What a person has placed stays together, and what has been kept out of a group or fits one
    that is locked stays out. Where kinds are to be apart, what people have mixed is left as it is.
    """
    area.apart = apart
    rows = Rows(area)
    mixed = {it.number: rows.of(it.held) for it in area.standing if is_mixed(area, rows, it)}
    left = {row for held in mixed.values() for row in held}
    movable = [
        row
        for row, it in enumerate(area.posts)
        if row not in left and (it.group is not None or not it.pinned)
    ]
    found: list[Found] = []
    for kind, some in by_kind(area, movable).items():
        found += regrouped(area, rows, kind, some, share(most, len(some), len(movable)))
    return described(area, rows, settled(area, numbered(area, found, list(mixed))))


def is_mixed(area: Area, rows: Rows, it: Standing) -> bool:
    return area.apart and len(by_kind(area, rows.of(it.held))) > 1


def goes_on_as(area: Area, rows: Rows, it: Standing, kind: Kind | None) -> bool:
    """Whether the group has its successor among contributions of `kind`: what people have put
    there decides, else what most of it is. One that they have mixed has none."""
    kinds = by_kind(area, rows.of(it.held or it.members))
    most = max(kinds, key=lambda one: len(kinds[one]), default=None)
    return most == kind and not is_mixed(area, rows, it)


def regrouped(area: Area, rows: Rows, kind: Kind | None, some: list[int], most: int) -> list[Found]:
    """The groups among `some`; those that have grown from what people hold come first."""
    place = {row: number for number, row in enumerate(some)}

    def here(numbers: Iterable[int]) -> list[int]:
        return [place[row] for row in rows.of(numbers) if row in place]

    vectors = area.vectors[some]
    going_on = [it for it in area.standing if goes_on_as(area, rows, it, kind)]
    held = [(it, block) for it in going_on if (block := block_of(it, vectors, here))]
    kept_out = [
        (place[row], number)
        for row in some
        for number, (it, _) in enumerate(held)
        if it.number in area.posts[row].kept_out
    ]
    found = analysis.group(
        vectors,
        seed=SEED,
        most=most,
        standing=[members for it in area.standing if (members := here(it.members))],
        wishes=analysis.Wishes([block for _, block in held], kept_out),
    )
    numbers = [it.number for it, _ in held] + [0] * (len(found.groups) - len(held))
    groups = [[some[row] for row in members] for members in found.groups]
    return [
        Found(number, kind, members, members)
        for number, members in zip(numbers, groups, strict=True)
    ]


def block_of(it: Standing, vectors: Vectors, here: Callable[[Iterable[int]], list[int]]) -> Members:
    """What of a group grouping anew leaves together: all of a locked one; of one that people have
    had a say in what they have put there, with the heart of the group, so that it stays the group
    that they know; nothing of others."""
    held = here(it.held)
    if it.locked or not (held or it.known):
        return held
    return analysis.core(vectors, here(it.members), held)


def numbered(area: Area, found: list[Found], taken: list[int]) -> list[Found]:
    """Those that grew from no block get the number of the standing group most of them are from,
    unless it is `taken`."""
    origins = [[area.posts[row].group for row in it.rows] for it in found]
    numbers = successors_of(origins, [it.number for it in found], taken)
    return [it._replace(number=number) for it, number in zip(found, numbers, strict=True)]


def successors_of(
    origins: list[list[int | None]], settled: list[int], taken: Sequence[int] = ()
) -> list[int]:
    """For each new group the number of the one most of it came from, each number once; else 0.
    `settled` are those already known."""
    shared = Counter((n, old) for n, olds in enumerate(origins) for old in olds if old is not None)
    numbers = list(settled)
    for (n, old), _ in sorted(shared.items(), key=lambda it: (-it[1], it[0])):
        if not numbers[n] and old not in numbers and old not in taken:
            numbers[n] = old
    return numbers


def settled(area: Area, found: list[Found]) -> list[Found]:
    """Without what may not be there: that stands alone rather than in the next best group."""
    locked = {it.number for it in area.standing if it.locked}
    kept = []
    for it in found:
        posts = ((row, area.posts[row]) for row in it.rows)
        rows = [
            row
            for row, post in posts
            if it.number not in post.kept_out
            and (it.number not in locked or post.group == it.number)
        ]
        if rows:
            kept.append(it._replace(rows=rows, come=rows))
    return kept


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def described(area: Area, rows: Rows, found: list[Found]) -> list[GroupSuggestion]:
    """Each of `found` in words of its own members."""
    if not found:
        return []
    known = {it.number for it in found}
    others = [rows.of(it.members) for it in area.standing if it.number not in known]
    blocks = [*(it.rows for it in found), *(block for block in others if block)]
    sure = fit.sureness(area.vectors, blocks)
    said = labels.written(area.texts, area.vectors, area.locate)
    return [
        suggestion(area, said, it, dict(zip(it.rows, how_sure.round(2).tolist(), strict=True)))
        for it, how_sure in zip(found, sure, strict=False)
    ]


def suggestion(
    area: Area, said: labels.Written, found: Found, sure: dict[int, float]
) -> GroupSuggestion:
    about = labels.describe(said, found.rows, stems_said(area, found.number))
    return GroupSuggestion(
        group=found.number,
        joined=placements(area, said, found, sure),
        typical=[area.posts[row].id for row in about.typical],
        terms=[spans(area, term.occurrences) for term in about.terms],
        sure=round(sum(sure.values()) / len(sure), 2),
        goals=goal_hints(area, about.typical, found.rows),
        stressed=[
            Stress(target_group, [spans(area, term.occurrences) for term in terms])
            for target_group, terms in labels.stressed(
                said, found.rows, [area.posts[row].posted.target_group for row in found.rows]
            ).items()
        ],
        kind=found.kind,
    )


def stems_said(area: Area, number: int) -> set[labels.Stems]:
    """The terms that a standing group is shown with."""
    texts = {it.id: it.in_place for it in area.posts}
    terms = (term for it in area.standing if it.number == number for term in it.terms)
    spans = (span for term in terms for span in term[:1] if span.contribution in texts)
    return {labels.stems_of(texts[it.contribution][it.start : it.end]) for it in spans}


def placements(
    area: Area, said: labels.Written, found: Found, sure: dict[int, float]
) -> list[Placement]:
    why = labels.reasons(said, found.rows, found.come)
    return [
        Placement(
            area.posts[row].id,
            sure[row],
            [area.posts[near].id for near in reason.near],
            [Span(area.posts[row].id, start, end) for start, end in reason.shared],
        )
        for row, reason in zip(found.come, why, strict=True)
    ]


def goal_hints(area: Area, typical: list[int], rows: list[int]) -> list[GoalHint]:
    """The global goals that the group's contributions, the most typical first, speak of."""
    some = [*typical, *(row for row in rows if row not in typical)][:TEXTS_FOR_GOALS]
    texts = [area.posts[row].in_place for row in some]
    vectors = None if area.goals is None else area.raw[some]
    return [
        GoalHint(hint.goal, by_word(area, some, texts, hint.words))
        for hint in global_goals.hints(texts, vectors, area.goals, area.embed)
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
