"""The global goals in three layers, vision and values, and what is lacking."""

from dialog.domain.findings.model import GoalCoverage
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell, Run
from dialog.reports.wording import COLOURS, listed, sentence

LAYERS = ("assigned", "carried", "voiced")


def coverage(m: Manuscript) -> None:
    """All 17 in each of the areas, in three layers; what is lacking is written out."""
    say, found = m.say, m.findings.coverage.global_goals
    areas = m.definition.areas
    m.paragraph(say("coverage.about"))
    rows = [
        [
            Cell(say.goal(it.goal), bar=COLOURS[it.goal - 1]),
            *(Cell(assigned(m, it.assigned.get(area.id))) for area in areas),
            number_cell(say.number(len(it.carried))),
            number_cell(say.number(it.people)),
            number_cell(say.number(it.target_groups)),
        ]
        for it in found
    ]
    columns = [
        say("column.global_goal"),
        *(say.short_area(area.id) for area in areas),
        *(say(f"column.{name}") for name in ("carried", "voiced", "voiced_groups")),
    ]
    m.table(
        say("coverage.caption"),
        columns,
        rows,
        widths=[4.4, *[1.8] * len(areas), 2.1, 1.8, 2.1],
        small=True,
    )
    names = [f"{say.short_area(it.id)}: {say.text(it.name)}" for it in areas]
    m.note(sentence(say("coverage.areas", areas="; ".join(names))))
    gaps(m)


def assigned(m: Manuscript, strength: str | None) -> str:
    return m.say(f"strength.{strength}") if strength else "–"


def gaps(m: Manuscript) -> None:
    """In words, a line for each way in which goals lack something; that people have seen them."""
    say = m.say
    lines = []
    for layer in LAYERS:
        its = [it.goal for it in m.findings.coverage.global_goals if lacks(it, layer)]
        if its:
            names = listed(map(say.goal, its), say("and"))
            lines.append([Run(f"{say(f'gap.{layer}')}: ", bold=True), Run(sentence(names))])
    if not lines:
        m.paragraph(say("coverage.no_gaps"))
        return
    m.paragraph(say("coverage.gaps"))
    m.bullets(lines)
    if seen := m.findings.process.acknowledged:
        goals = listed(map(str, seen), say("and"))
        m.paragraph(say("coverage.acknowledged", goals=goals))


def lacks(it: GoalCoverage, layer: str) -> bool:
    return not {"assigned": it.assigned, "carried": it.carried, "voiced": it.contributions}[layer]


def anchors(m: Manuscript) -> None:
    """Vision and values: what leans on each part."""
    its = m.findings.coverage.anchors
    if not its:
        m.paragraph(m.say("anchors.none"))
        return
    rows = [
        [
            Cell(it.text),
            number_cell(m.say.number(len(it.themes))),
            number_cell(m.say.number(len(it.goals))),
        ]
        for it in its
    ]
    columns = [m.say(f"column.{name}") for name in ("anchor", "themes", "goal_drafts")]
    m.table(m.say("anchors.caption"), columns, rows, widths=[11, 2.2, 2.8])
