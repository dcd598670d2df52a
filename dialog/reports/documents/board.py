"""Förslag till kommunstyrelsen: goal areas, political keywords and topics to go on with."""

from dialog.domain.findings.model import AreaFacts, ThemeFacts
from dialog.reports.documents.chapters.appendices import actor, change_log
from dialog.reports.documents.chapters.coverage import anchors, coverage
from dialog.reports.documents.chapters.done import decided_before, mandate, participants, purposes
from dialog.reports.documents.chapters.method import ending, next_stages
from dialog.reports.documents.chapters.themes import theme_table, themes_by_sort
from dialog.reports.documents.chapters.voices import single_voices
from dialog.reports.manuscript import Manuscript


def title(m: Manuscript) -> str:
    return m.say("title.board", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.summary"))
    m.written("summary")
    m.chapter(say("chapter.background"))
    decided_before(m)
    mandate(m)
    purposes(m)
    m.chapter(say("chapter.areas"))
    m.paragraph(say("board.hypothesis"))
    for area in m.findings.areas:
        heading = say("area.heading", number=area.number, name=say.area(area.area))
        m.section(heading if area.area else say.area(None))
        one_area(m, area)
    m.chapter(say("chapter.single"))
    single_voices(m, m.findings.areas)
    m.chapter(say("chapter.coverage_three"))
    m.section(say("chapter.residents"))
    participants(m)
    m.caution(say("representation.not_statistics"))
    m.section(say("chapter.anchors"))
    anchors(m)
    m.section(say("chapter.coverage"))
    coverage(m)
    m.chapter(say("chapter.minutes"))
    if not m.written("proposal"):
        m.note(say("board.minutes_template"))
    m.chapter(say("chapter.decision"))
    m.written("decision")
    m.chapter(say("chapter.next"))
    next_stages(m)
    ending(m)
    change_log(m, say("appendix.log", number=2))


def carried_by(m: Manuscript, it: ThemeFacts) -> str:
    """Who pointed the keyword out, and when (S-17)."""
    who, when = actor(m, it.carried_by), m.say.minute(it.carried_at or 0)
    return m.say("board.carried_by", title=it.title, who=who, when=when)


def one_area(m: Manuscript, area: AreaFacts) -> None:
    say = m.say
    political = [it for it in area.themes if it.carried == "keyword"]
    carried = [it for it in area.themes if it.carried == "topic"]
    rest = [it for it in area.themes if not it.carried]
    m.part(say("board.political"))
    if political:
        theme_table(m, political, say("board.political.caption", area=say.area(area.area)))
        m.bullets([carried_by(m, it) for it in political if it.carried_at is not None])
    else:
        m.paragraph(say("board.no_political"))
    m.part(say("board.topics"))
    if carried:
        for sort, its in themes_by_sort(carried).items():
            if its:
                caption = say(f"themes.{sort}.caption", area=say.area(area.area))
                theme_table(m, its, caption, sort)
    else:
        m.paragraph(say("board.no_topics"))
    if rest:
        m.part(say("board.rest"))
        theme_table(m, rest, say("board.rest.caption", area=say.area(area.area)))
