"""Det här sa ni – så används det: for those who took part, and for everyone else."""

from collections import Counter

from dialog.domain.findings.model import AreaFacts, ThemeFacts
from dialog.protocol.work_commands import Disposition
from dialog.reports.documents.chapters.done import participants
from dialog.reports.documents.chapters.method import moderation
from dialog.reports.documents.chapters.voices import quotable, voices_as_list
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell, Run
from dialog.reports.wording import sentence

MOST_QUOTES = 2

Way = tuple[str, str | None]
"""A kind of disposition, and to whom."""


def title(m: Manuscript) -> str:
    return m.say("title.feedback")


def write(m: Manuscript) -> None:
    """Written for residents: the same words for the same thing, the most important first."""
    say, numbers = m.say, m.findings.numbers
    m.chapter(say("feedback.start"))
    m.written("easy" if say.lang == "sv-easy" else "introduction")
    m.paragraph(say("feedback.numbers", n=numbers.received, people=say.number(numbers.people)))
    sessions(m)
    m.chapter(say("feedback.said"))
    for area in m.findings.areas:
        if area.themes or area.area or area.single:
            m.section(say.area(area.area))
            one_area(m, area)
    m.chapter(say("feedback.became"))
    became(m)
    m.chapter(say("feedback.goals"))
    goal_list(m)
    m.chapter(say("feedback.groups"))
    participants(m)
    m.caution(say("feedback.not_statistics"))
    m.chapter(say("feedback.next"))
    dates(m)
    m.written("next")
    m.chapter(say("feedback.how"))
    m.paragraph(say("feedback.machine"))
    m.paragraph(say("feedback.read", n=numbers.read))
    moderation(m)
    m.paragraph(say("feedback.receipt"))


def sessions(m: Manuscript) -> None:
    say = m.say
    m.bullets([f"{it.date}: {say.text(it.title)}".removeprefix(": ") for it in m.findings.sessions])


def one_area(m: Manuscript, area: AreaFacts) -> None:
    say = m.say
    if not area.themes:
        m.paragraph(say("feedback.no_themes"))
    for theme in area.themes:
        m.part(theme.title)
        m.paragraph(say("feedback.theme", n=theme.contributions, people=say.number(theme.people)))
        target_groups(m, theme)
        m.labelled(say("feedback.so"), fate(m, theme))
        typical = (n for n in theme.typical if n in m.findings.contributions)
        for number in list(typical)[:MOST_QUOTES]:
            m.quote(number, numbered=False)
    single(m, area)


def target_groups(m: Manuscript, theme: ThemeFacts) -> None:
    """From which target groups people speak of it, where that may be told."""
    rows = (it for it in m.findings.matrix.rows if (it.of, it.id) == ("theme", str(theme.theme)))
    told = [
        f"{m.say.target_group(group)} {m.say.number(cell.people)}"
        for row in rows
        for group, cell in row.cells.items()
        if cell.people is not None
    ]
    if told:
        m.labelled(m.say("feedback.who"), ", ".join(told))


def fate(m: Manuscript, theme: ThemeFacts) -> str:
    """What becomes of a theme, and why if that has been said."""
    ways = ways_of(m, theme.sources) or Counter([way(theme.disposition)])
    words = fates(m, ways)
    if len(ways) > 1:
        return words
    reason = theme.disposition_reason
    return f"{words} {m.say('feedback.because', reason=sentence(reason))}" if reason else words


def ways_of(m: Manuscript, sources: list[int]) -> Counter[Way]:
    its = (m.findings.contributions[n] for n in sources if n in m.findings.contributions)
    return Counter(way(it.disposition) for it in its)


def fates(m: Manuscript, ways: Counter[Way]) -> str:
    """Where contributions go different ways, each way with how many."""
    if len(ways) == 1:
        return one_fate(m, next(iter(ways)))
    parts = [m.say("feedback.some", n=n, fate=one_fate(m, way)) for way, n in ways.most_common()]
    return " ".join(parts)


def single(m: Manuscript, area: AreaFacts) -> None:
    """What stands in no theme: as much somebody's voice as the rest."""
    its = [n for n in area.single if quotable(m.findings.contributions.get(n))]
    if its:
        m.part(m.say("feedback.single"))
        m.paragraph(m.say("feedback.single_about"))
        m.labelled(m.say("feedback.so"), fates(m, ways_of(m, its)))
        voices_as_list(m, its, numbered=False)


def way(it: Disposition | None) -> Way:
    return (it.kind, it.recipient) if it else ("undecided", None)


def one_fate(m: Manuscript, way: Way) -> str:
    kind, recipient = way
    to = m.say.body(recipient) if recipient else m.say("feedback.someone")
    return m.say(f"feedback.fate.{kind}", body=to)


def became(m: Manuscript) -> None:
    say, found = m.say, m.findings.decided
    sums = Counter(found.by_kind)
    kinds = (
        *("goal", "programme", "internal-goal", "handover"),
        *("other-authority", "parked"),
    )
    rows = [
        [Cell(say(f"feedback.kind.{kind}")), Cell(say.number(sums[kind]), align="end")]
        for kind in kinds
    ]
    rows.append(
        [Cell(say("feedback.kind.undecided")), Cell(say.number(found.undecided), align="end")]
    )
    m.paragraph(say("feedback.nothing_lost"))
    m.table(
        say("feedback.became.caption"),
        [say("feedback.column.what"), say("feedback.column.posts")],
        rows,
        widths=[11, 3],
    )


def goal_list(m: Manuscript) -> None:
    say = m.say
    if not m.findings.goals:
        m.paragraph(say("feedback.no_goals"))
        return
    m.paragraph(say("feedback.drafts"))
    m.bullets([[Run(it.text)] for it in m.findings.goals if it.text])


def dates(m: Manuscript) -> None:
    """The process's stages with their dates: what has been, what comes."""
    say = m.say
    rows = [
        [Cell(say.text(it.name)), Cell(it.date or say("not_stated"))]
        for it in m.findings.process.stages
        if it.date and not it.document
    ]
    if rows:
        m.table(
            say("feedback.dates"),
            [say("feedback.column.step"), say("feedback.column.date")],
            rows,
            widths=[10, 5],
        )
