"""Råmaterial till strategiskt utvecklingsprogram: all that no goal has taken up (S-24, S-25)."""

from collections import defaultdict

from dialog.domain.findings.model import AreaFacts, ContributionFacts
from dialog.reports.documents import goals
from dialog.reports.documents.chapters.appendices import change_log
from dialog.reports.documents.chapters.method import decided, ending
from dialog.reports.documents.chapters.side_by_side import matrix
from dialog.reports.documents.chapters.voices import quotable, voices_as_list
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell, Run


def title(m: Manuscript) -> str:
    return m.say("title.programme", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.introduction"))
    m.written("introduction")
    m.paragraph(say("programme.about"))
    m.caution(say("representation.not_statistics"))
    m.chapter(say("chapter.decided"))
    decided(m)
    for area in m.findings.areas:
        heading = say("area.heading", number=area.number, name=say.area(area.area))
        m.chapter(heading if area.area else say.area(None))
        one_area(m, area)
    m.chapter(say("chapter.focus"))
    cross_sector(m)
    m.chapter(say("chapter.operations"))
    operations(m)
    ending(m)
    change_log(m, say("appendix.log", number=2))


def material(m: Manuscript, area: str | None) -> list[ContributionFacts]:
    """What has been put in the programme, and what nobody has decided about yet."""
    return [
        it
        for it in m.findings.contributions.values()
        if it.area == area
        and quotable(it)
        and (it.disposition is None or it.disposition.kind == "programme")
    ]


def one_area(m: Manuscript, area: AreaFacts) -> None:
    say = m.say
    m.section(say("programme.goal"))
    its = goals.in_area(m, area.area) if area.area else []
    for it in its:
        m.labelled(goals.title(m, it), it.text or say("goal.no_text"), goals.evidence(m, it))
    if not its:
        m.paragraph(say("programme.no_goal"))
    left = material(m, area.area)
    m.section(say("programme.meaning"))
    by_theme(m, area, left)
    m.section(say("programme.groups"))
    matrix(m, area.area, "theme")
    by_target_group(m, left)


def by_theme(m: Manuscript, area: AreaFacts, left: list[ContributionFacts]) -> None:
    """The themes that go to the programme, each with its words, then those in none."""
    say = m.say
    if not left:
        m.paragraph(say("programme.nothing"))
        return
    themes: dict[int | None, list[ContributionFacts]] = defaultdict(list)
    for it in left:
        themes[it.theme].append(it)
    for theme in area.themes:
        its = themes.pop(theme.theme, [])
        if its:
            m.part(f"{theme.number} {theme.title}")
            voices_as_list(m, [it.contribution for it in its])
    rest = [it.contribution for its in themes.values() for it in its]
    if rest:
        m.part(say("programme.single"))
        voices_as_list(m, rest)


def by_target_group(m: Manuscript, left: list[ContributionFacts]) -> None:
    """Which of it each target group has said, by numbers that lead to the words."""
    say = m.say
    groups: dict[str, list[int]] = defaultdict(list)
    for it in left:
        groups[it.target_group].append(it.contribution)
    its = [it for it in m.findings.target_groups if it.id in groups]
    m.bullets(
        [
            [
                Run(f"{say.target_group(it.id)}: ", bold=True),
                Run(say("programme.posts", n=len(groups[it.id]))),
            ]
            for it in its
        ],
        [groups[it.id] for it in its],
    )


def cross_sector(m: Manuscript) -> None:
    """What concerns more than one area: what people write, and contributions that refer there."""
    say = m.say
    m.written("focus")
    its = [it for it in m.findings.contributions.values() if it.also and quotable(it)]
    if its:
        m.paragraph(say("programme.several"))
        voices_as_list(m, [it.contribution for it in its])


def operations(m: Manuscript) -> None:
    """How operations can contribute: directives, their own goals, what they have said."""
    say = m.say
    m.written("operations")
    rows = [
        [
            Cell(goals.number(m, goal)),
            Cell(say.body(it.body)),
            Cell(say(f"programme.{sort}")),
            Cell(it.text),
        ]
        for goal in m.findings.goals
        for sort, its in (("directive", goal.directives), ("committee_goal", goal.committee_goals))
        for it in its
    ]
    if rows:
        columns = [say(f"column.{name}") for name in ("goal", "recipient", "kind", "text")]
        m.table(say("programme.operations"), columns, rows, widths=[1.5, 4.5, 3, 7])
    goals.downstream(m)
    for it in m.findings.process.inputs:
        m.labelled(say.body(it.body), it.text)
