"""Underlag för målformuleringar: the target groups' perspectives beside the drafts."""

from collections.abc import Iterable

from dialog.domain.findings.model import AreaFacts, ContributionFacts, TopicFacts
from dialog.reports.documents import chapters, goals
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
    chapters.purposes(m)
    chapters.horizon(m)
    m.chapter(say("chapter.participants"))
    chapters.participants(m)
    chapters.counts(m)
    m.caution(say("representation.not_statistics"))
    for area in m.findings.areas:
        heading = say("area.heading", number=area.number, name=say.area(area.area))
        m.chapter(heading if area.area else say.area(None))
        one_area(m, area)
    goals.too_many(m)
    m.chapter(say("chapter.coverage"))
    chapters.coverage(m)
    m.chapter(say("chapter.anchors"))
    chapters.anchors(m)
    m.chapter(say("chapter.previous"))
    goals.previous(m)
    m.chapter(say("chapter.decided"))
    chapters.decided(m)
    m.chapter(say("chapter.next"))
    chapters.next_steps(m)
    chapters.ending(m)
    chapters.change_log(m, say("appendix.log", number=2))


def one_area(m: Manuscript, area: AreaFacts) -> None:
    say = m.say
    m.paragraph(say("area.numbers", n=area.contributions, people=say.number(area.people)))
    m.section(say("chapter.topics"))
    if area.topics:
        chapters.topics(m, area.topics, area.area)
    chapters.matrix(m, area.area, "topic")
    if not area.topics:
        m.paragraph(say("topics.none"))
    m.section(say("chapter.themes"))
    if area.themes:
        caption = say("themes.T.caption", area=say.area(area.area))
        chapters.theme_table(m, area.themes, caption)
        chapters.matrix(m, area.area, "theme")
    else:
        m.paragraph(say("themes.T.none"))
    m.section(say("chapter.meanings"))
    meanings(m, area)
    m.section(say("chapter.agreement"))
    if not chapters.agreement(m, area.area):
        m.paragraph(say("agreement.none"))
    m.section(say("chapter.single"))
    chapters.single_voices(m, [area])
    m.section(say("chapter.area_goals"))
    chapters.area_goals(m, area)
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
        its = [it for it in of_topic(m, topic) if chapters.quotable(it)]
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
