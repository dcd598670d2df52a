"""Remissutskick: drafts and directives, for committees and companies to answer."""

from dialog.protocol.work_records import GoalDraft
from dialog.reports.documents import goals
from dialog.reports.documents.chapters.done import decided_before, mandate
from dialog.reports.documents.chapters.method import ending
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell


def title(m: Manuscript) -> str:
    return m.say("title.remiss", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.introduction"))
    m.written("introduction")
    m.part(say("remiss.answer_by"))
    m.written("answer_by")
    m.chapter(say("chapter.background"))
    decided_before(m)
    mandate(m)
    m.paragraph(
        say("remiss.basis", n=m.findings.numbers.received, people=m.findings.numbers.people)
    )
    m.caution(say("representation.not_statistics"))
    m.chapter(say("chapter.drafts"))
    for area in m.definition.areas:
        m.section(say("area.heading", number=say.area_number(area.id), name=say.text(area.name)))
        its = goals.in_area(m, area.id)
        for it in its:
            goals.draft(m, it)
        if not its:
            m.paragraph(say("goal.none"))
    goals.too_many(m)
    m.chapter(say("chapter.questions"))
    m.written("questions")
    m.chapter(say("chapter.form"))
    m.paragraph(say("remiss.form"))
    for it in m.findings.goals:
        form(m, it)
    m.section(say("remiss.about_you"))
    sender_form(m)
    ending(m)


def form(m: Manuscript, goal: GoalDraft) -> None:
    """Boxes to write in, for one draft."""
    say = m.say
    m.section(goals.title(m, goal))
    m.paragraph(goal.text or say("goal.no_text"))
    questions = ("understood", "contribute", "directive", "missing")
    m.table(
        say("remiss.form.caption", number=goals.number(m, goal)),
        [say("column.question"), say("column.write_here")],
        [[Cell(say(f"remiss.form.{name}")), Cell("\n\n\n")] for name in questions],
        widths=[6, 10],
    )


def sender_form(m: Manuscript) -> None:
    say = m.say
    m.table(
        say("remiss.sender.caption"),
        [say("column.question"), say("column.write_here")],
        [[Cell(say(f"remiss.sender.{name}")), Cell("")] for name in ("body", "contact", "date")],
        widths=[6, 10],
    )
