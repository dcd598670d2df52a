"""Have all been covered: the 17 global goals, the target groups, vision and values?"""

from collections.abc import Iterable

from dialog.domain import goals, process, views
from dialog.domain.findings.matrix import Line
from dialog.domain.findings.model import (
    AnchorCoverage,
    Coverage,
    GoalCoverage,
    TargetGroupFacts,
)
from dialog.domain.findings.small_cells import Told
from dialog.domain.findings.within import Within
from dialog.domain.work_state import ThemeState
from dialog.protocol.agenda import COMMITTEES, GLOBAL_GOALS


def coverage(
    within: Within, there: dict[str, Line], told: Told | None, groups: list[TargetGroupFacts]
) -> Coverage:
    hints = suggested(within)
    return Coverage(
        [global_goal(within, goal, there, told, hints.get(goal, {})) for goal in GLOBAL_GOALS],
        groups,
        anchors(within),
    )


def global_goal(
    within: Within,
    goal: int,
    there: dict[str, Line],
    told: Told | None,
    hints: dict[int, list[str]],
) -> GoalCoverage:
    linked = [it for it in within.themes if goal in it.linked]
    behind = [it for theme in linked for it in within.by_theme[theme.id]]
    by_area: dict[str, list[ThemeState]] = {}
    for theme in linked:
        by_area.setdefault(theme.area or "", []).append(theme)
    it = GoalCoverage(
        goal=goal,
        assigned={
            its.area: its.strength
            for its in process.area_goals(within.dialogue)
            if its.goal == goal
        },
        carried=[theme.id for theme in linked if theme.carried],
        themes=[theme.id for theme in linked],
        people=len(within.people(behind)),
        contributions=len(behind),
        target_groups=target_groups(linked, there, told),
        voiced_by_area={area: people(within, its) for area, its in by_area.items()},
        suggested=hints,
        in_goals=[draft.id for draft in goals.standing(within.dialogue) if goal in draft.linked],
    )
    it.gaps = gaps(it, bool(goals.standing(within.dialogue)))
    return it


def people(within: Within, themes: Iterable[ThemeState]) -> int:
    return len(within.people(it for theme in themes for it in within.by_theme[theme.id]))


def target_groups(
    linked: list[ThemeState], there: dict[str, Line], told: Told | None
) -> int | None:
    """From how many target groups it is voiced. In public only if all the rows are told."""
    keys = [f"theme/{theme.id}" for theme in linked]
    if told is not None and not told.whole.issuperset(keys):
        return None
    return len({group for key in keys for group in there[key].cells} - {COMMITTEES})


def suggested(within: Within) -> dict[int, dict[int, list[str]]]:
    """Goal -> theme -> the words that the machine hears it in, or that people in the room agreed
    with; where nobody has linked the theme to it."""
    found: dict[int, dict[int, list[str]]] = {}
    for theme in within.themes:
        quotable = {n: within.told[n] for n in theme.members if within.is_quotable(n)}
        for group in (within.groups[n] for n in theme.groups if n in within.groups):
            for hint in views.goals_of(group, quotable):
                if hint.goal not in theme.linked:
                    words = found.setdefault(hint.goal, {}).setdefault(theme.id, [])
                    words += [it for it in hint.words if it not in words]
    return found


def gaps(it: GoalCoverage, has_drafts: bool) -> list[str]:
    """What is lacking, as keys."""
    lacking = {
        "not_assigned": not it.assigned,
        "assigned_silent": bool(it.assigned) and not it.contributions,
        "silent": not it.assigned and not it.contributions,
        "voiced_not_assigned": not it.assigned and bool(it.contributions),
        "not_carried": not it.carried,
        "only_suggested": not it.themes and bool(it.suggested),
        "not_in_goals": has_drafts and not it.in_goals,
    }
    return [key for key, is_so in lacking.items() if is_so]


def anchors(within: Within) -> list[AnchorCoverage]:
    return [
        AnchorCoverage(
            it.id,
            it.text,
            [theme.id for theme in within.themes if it.id in theme.anchors],
            [draft.id for draft in goals.standing(within.dialogue) if it.id in draft.anchors],
        )
        for it in within.dialogue.definition.anchors
    ]
