"""Underlag för målformuleringar: the target groups' perspectives beside the drafts."""

from collections.abc import Iterable

from dialog.domain.findings.model import AreaFacts, ContributionFacts, TopicFacts
from dialog.reports.documents import goals
from dialog.reports.documents.chapters.appendices import change_log
from dialog.reports.documents.chapters.coverage import anchors, coverage
from dialog.reports.documents.chapters.done import counts, horizon, participants, purposes
from dialog.reports.documents.chapters.method import decided, ending, next_steps
from dialog.reports.documents.chapters.side_by_side import agreement, matrix
from dialog.reports.documents.chapters.themes import area_goals, theme_table, topics
from dialog.reports.documents.chapters.voices import quotable, single_voices
from dialog.reports.manuscript import Manuscript

MOST_OF_A_GROUP = 3


def title(m: Manuscript) -> str:
    return m.say("title.ksau", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.summary"))
    m.written("summary")
    m.chapter(say("chapter.commission"))
    m.written("assignment")
    purposes(m)
    horizon(m)
    m.chapter(say("chapter.participants"))
    participants(m)
    counts(m)
    m.caution(say("representation.not_statistics"))
    for area in m.findings.areas:
        heading = say("area.heading", number=area.number, name=say.area(area.area))
        m.chapter(heading if area.area else say.area(None))
        one_area(m, area)
    goals.too_many(m)
    m.chapter(say("chapter.coverage"))
    coverage(m)
    m.chapter(say("chapter.anchors"))
    anchors(m)
    m.chapter(say("chapter.previous"))
    goals.previous(m)
    m.chapter(say("chapter.decided"))
    decided(m)
    m.chapter(say("chapter.next"))
    next_steps(m)
    ending(m)
    change_log(m, say("appendix.log", number=2))


def one_area(m: Manuscript, area: AreaFacts) -> None:
    say = m.say
    m.paragraph(say("area.numbers", n=area.contributions, people=say.number(area.people)))
    m.section(say("chapter.topics"))
    if area.topics:
        topics(m, area.topics, area.area)
    matrix(m, area.area, "topic")
    if not area.topics:
        m.paragraph(say("topics.none"))
    m.section(say("chapter.themes"))
    if area.themes:
        caption = say("themes.T.caption", area=say.area(area.area))
        theme_table(m, area.themes, caption)
        matrix(m, area.area, "theme")
    else:
        m.paragraph(say("themes.T.none"))
    m.section(say("chapter.meanings"))
    meanings(m, area)
    m.section(say("chapter.agreement"))
    if not agreement(m, area.area):
        m.paragraph(say("agreement.none"))
    m.section(say("chapter.single"))
    single_voices(m, [area])
    m.section(say("chapter.area_goals"))
    area_goals(m, area)
    if area.area:
        m.section(say("chapter.drafts"))
        drafts(m, area.area)


def drafts(m: Manuscript, area: str) -> None:
    its = goals.in_area(m, area)
    for it in its:
        goals.draft(m, it)
    if not its:
        goals.empty_draft(m, area)
        goals.frames_sheet(m, None, m.say.area(area))


def meanings(m: Manuscript, area: AreaFacts) -> None:
    """The words behind the cells: what each topic means, target group by target group."""
    say = m.say
    told = False
    for topic in area.topics:
        its = [it for it in of_topic(m, topic) if quotable(it)]
        if its:
            told = True
            m.part(say.text(topic.text))
            for it in by_turns(its):
                m.quote(it.contribution)
    if not told:
        m.paragraph(say("meanings.none"))


def of_topic(m: Manuscript, topic: TopicFacts) -> list[ContributionFacts]:
    found = m.findings.contributions
    return [found[n] for n in topic.sources if n in found and found[n].kind == "meaning"]


def by_turns(its: Iterable[ContributionFacts]) -> list[ContributionFacts]:
    """At most three of each target group, a group at a time: none drowns another."""
    groups: dict[str, list[ContributionFacts]] = {}
    for it in its:
        groups.setdefault(it.target_group, []).append(it)
    return [it for group in groups.values() for it in group[:MOST_OF_A_GROUP]]
