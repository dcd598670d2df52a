"""Where contributions that stand in no theme would fit, as the machine sees it.

Themes are people's, over all sessions: nothing is moved, and what people have taken out of a theme
is not suggested there again.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from dialog.analysis import fit, labels, space
from dialog.analysis import groups as analysis
from dialog.analysis.embedding import Vectors
from dialog.domain.reading import area_of
from dialog.domain.state import Contribution, Dialogue
from dialog.domain.work_state import ThemeState
from dialog.protocol.work_commands import ThemeSuggestion

FEWEST = 2
"""A theme with fewer members does not say yet what it is about."""


class Themed(NamedTuple):
    """A theme with its visible members, in numbers. `closed`: nothing may be suggested to it."""

    number: int
    members: tuple[int, ...]
    closed: bool


class Look(NamedTuple):
    """What there is to see in one goal area of the dialogue.

    `posts`: what stands in its themes, and what was written there and stands in none. `waiting`:
    the latter, each with the themes that people have taken it out of. `now`: what is suggested.
    """

    area: str | None
    posts: list[Contribution]
    themes: tuple[Themed, ...]
    waiting: tuple[tuple[int, frozenset[int]], ...]
    now: dict[int, int]

    @property
    def decides(self) -> tuple[object, ...]:
        """Equal for two looks that give the same: what people wrote does not change."""
        return self.themes, self.waiting


def looks(dialogue: Dialogue) -> Iterator[Look]:
    """One for each area in which there is anything to suggest or to take back."""
    work = dialogue.work
    here: dict[str | None, list[Contribution]] = defaultdict(list)
    for it in visible(dialogue):
        here[area_of(dialogue, it)].append(it)
    for area, posts in here.items():
        themes = themes_in(dialogue, area)
        loose = [it.id for it in posts if work.place(it.id).theme is None]
        now = suggested(dialogue, loose)
        if loose and (themes or now):
            waiting = tuple((n, frozenset(work.place(n).left)) for n in loose)
            yield Look(area, posts, themes, waiting, now)


def visible(dialogue: Dialogue) -> Iterator[Contribution]:
    for session in dialogue.sessions.values():
        yield from (it for it in session.contributions.values() if it.is_visible)


def themes_in(dialogue: Dialogue, area: str | None) -> tuple[Themed, ...]:
    found = (themed(dialogue, it) for it in dialogue.work.themes.values() if it.area == area)
    return tuple(it for it in found if len(it.members) >= FEWEST)


def themed(dialogue: Dialogue, theme: ThemeState) -> Themed:
    members = tuple(n for n in theme.members if dialogue.contributions[n].is_visible)
    return Themed(theme.id, members, theme.locks.members)


def suggested(dialogue: Dialogue, numbers: list[int]) -> dict[int, int]:
    suggestions = ((n, dialogue.work.place(n).suggestion) for n in numbers)
    return {n: it.theme for n, it in suggestions if it is not None and it.theme is not None}


# ── what fits where ───────────────────────────────────────────────────────────────────────────


def suggestions(look: Look, raw: Vectors, model: str) -> list[ThemeSuggestion]:
    """Those that differ from what is suggested now. `raw`: the vectors of the posts by `model`.

    What fits a closed theme best is suggested nowhere, rather than pressed into the next best.
    """
    vectors = space.prepared(raw, model)
    row = {it.id: place for place, it in enumerate(look.posts)}
    blocks = [[row[n] for n in it.members] for it in look.themes]
    left = {
        row[n]: {place for place, it in enumerate(look.themes) if it.number in themes}
        for n, themes in look.waiting
    }
    fitting = analysis.place(vectors, blocks, list(left), left)
    fits = fit.fit(vectors, blocks)
    found = []
    for n, _ in look.waiting:
        place = fitting.get(row[n])
        theme = None if place is None or look.themes[place].closed else look.themes[place].number
        if theme == look.now.get(n):
            continue
        if place is None or theme is None:
            found.append(ThemeSuggestion(n, None))
            continue
        sure = round(float(fit.margins(fits[[row[n]]], place)[0]), 2)
        alike = vectors[blocks[place]] @ vectors[row[n]]
        near = labels.nearest(blocks[place], alike, row[n])
        found.append(ThemeSuggestion(n, theme, sure, [look.posts[it].id for it in near]))
    return found
