"""Överlämningslistor: what is handed over, recipient by recipient."""

from dialog.domain.findings.model import ContributionFacts
from dialog.reports.documents.chapters.appendices import source
from dialog.reports.documents.chapters.method import ending
from dialog.reports.documents.chapters.voices import quotable, voices_as_list
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell

KINDS = ("handover", "other-authority")


def title(m: Manuscript) -> str:
    return m.say("title.handover", title=m.say.text(m.findings.title))


def write(m: Manuscript) -> None:
    say = m.say
    m.chapter(say("chapter.introduction"))
    m.written("introduction")
    m.paragraph(say("handover.about"))
    m.caution(say("representation.not_statistics"))
    lists = by_recipient(m)
    m.chapter(say("chapter.recipients"))
    overview(m, lists)
    for recipient, its in lists.items():
        m.chapter(recipient_name(m, recipient))
        one(m, recipient, its)
    internal(m)
    ending(m)


def by_recipient(m: Manuscript) -> dict[str, list[ContributionFacts]]:
    found: dict[str, list[ContributionFacts]] = {}
    for it in m.findings.contributions.values():
        if it.disposition and it.disposition.kind in KINDS:
            found.setdefault(it.disposition.recipient or "", []).append(it)
    return dict(sorted(found.items(), key=lambda it: recipient_name(m, it[0])))


def recipient_name(m: Manuscript, recipient: str) -> str:
    return m.say.body(recipient) if recipient else m.say("handover.no_recipient")


def overview(m: Manuscript, lists: dict[str, list[ContributionFacts]]) -> None:
    say = m.say
    if not lists:
        m.paragraph(say("handover.none"))
        return
    rows = [
        [Cell(recipient_name(m, recipient)), Cell(say.number(len(its)), align="end")]
        for recipient, its in lists.items()
    ]
    columns = [say("column.recipient"), say("column.posts")]
    m.table(say("handover.caption"), columns, rows, widths=[12, 3])


def one(m: Manuscript, recipient: str, its: list[ContributionFacts]) -> None:
    say = m.say
    rows = [
        [
            Cell(str(it.contribution), sources=[]),
            in_its_words(m, it),
            Cell(say.short_area(it.area)),
            Cell(say.kind(it.kind)),
            Cell(it.disposition_reason),
        ]
        for it in its
    ]
    columns = [
        say(f"column.{name}") for name in ("number", "contribution", "area", "kind", "reason")
    ]
    caption = say("handover.list", recipient=recipient_name(m, recipient))
    m.table(caption, columns, rows, widths=[1.2, 7, 2.4, 2.4, 3.2], small=True)


def in_its_words(m: Manuscript, it: ContributionFacts) -> Cell:
    told = source(m, it)
    return Cell(told.text, it.language if quotable(it) else "", after=told.after)


def internal(m: Manuscript) -> None:
    """What goes to the budget's list of financial and employer goals (F1b)."""
    say = m.say
    for sort in ("financial", "employer"):
        its = [
            it
            for it in m.findings.contributions.values()
            if it.disposition
            and it.disposition.kind == "internal-goal"
            and (it.disposition.internal or "financial") == sort
        ]
        if its:
            m.chapter(say(f"handover.{sort}"))
            m.paragraph(say("handover.budget"))
            voices_as_list(m, [it.contribution for it in its if quotable(it)])
