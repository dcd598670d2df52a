"""Förslag till kommunfullmäktige: the goals, what they ask of whom, and what they rest on."""

from dialog.protocol.work_records import GoalDraft
from dialog.reports.documents import goals
from dialog.reports.documents.chapters.coverage import coverage
from dialog.reports.documents.chapters.done import decided_before, mandate, participants
from dialog.reports.documents.chapters.method import decided, ending, next_stages
from dialog.reports.documents.chapters.voices import single_voices
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell


def title(m: Manuscript) -> str:
    return m.say("title.council", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say, its = m.say, m.findings.goals
    m.chapter(say("chapter.summary"))
    m.written("summary")
    m.chapter(say("chapter.proposal"))
    m.written("proposal")
    m.chapter(say("chapter.decision"))
    m.written("decision")
    m.chapter(say("chapter.background"))
    m.written("background")
    decided_before(m)
    mandate(m)
    m.chapter(say("chapter.goals"))
    overview(m, its)
    for it in its:
        m.section(goals.title(m, it))
        goals.draft(m, it, frames=False)
    m.chapter(say("chapter.budget"))
    m.written("budget")
    resources(m, its)
    m.chapter(say("chapter.frames"))
    m.paragraph(say("frames.about"))
    for it in its:
        goals.frames_sheet(m, it)
    m.chapter(say("chapter.coverage"))
    goals.global_goals_matrix(m, its)
    coverage(m)
    m.chapter(say("chapter.previous"))
    goals.previous(m)
    m.chapter(say("chapter.used"))
    used(m, its)
    m.chapter(say("chapter.single"))
    single_voices(m, m.findings.areas)
    m.chapter(say("chapter.participants"))
    participants(m)
    m.caution(say("representation.not_statistics"))
    m.chapter(say("chapter.next"))
    next_stages(m)
    ending(m)


def overview(m: Manuscript, its: list[GoalDraft]) -> None:
    say = m.say
    if not its:
        m.paragraph(say("goal.none"))
        return
    rows = [
        [
            Cell(goals.number(m, it)),
            Cell(it.text or say("goal.no_text")),
            Cell(say.area(it.area)),
            Cell(it.horizon or say("goal.not_filled")),
        ]
        for it in its
    ]
    columns = [say(f"column.{name}") for name in ("number", "goal", "area", "horizon")]
    m.table(say("goal.overview"), columns, rows, widths=[1.3, 7.5, 4.6, 2.6])
    goals.too_many(m)


def resources(m: Manuscript, its: list[GoalDraft]) -> None:
    say = m.say
    if its:
        rows = [
            [
                Cell(goals.number(m, it)),
                Cell(it.resources or say("goal.not_filled")),
                Cell(it.maintenance or say("goal.not_filled")),
            ]
            for it in its
        ]
        columns = [say("column.goal"), say("goal.resources"), say("goal.maintenance")]
        m.table(say("goal.budget"), columns, rows, widths=[1.5, 7.2, 7.2])


def used(m: Manuscript, its: list[GoalDraft]) -> None:
    """How residents' words were used: the sums, and for each goal what it cites."""
    say = m.say
    numbers = m.findings.numbers
    m.paragraph(say("used.about", n=numbers.received, people=numbers.people))
    decided(m)
    for it in its:
        cited = goals.evidence(m, it)
        m.labelled(
            goals.title(m, it),
            say("used.goal", themes=len(it.themes), n=len(cited)),
            cited,
        )
