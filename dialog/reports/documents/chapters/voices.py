"""What people have written, word for word."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dialog.domain.findings.model import AreaFacts, ContributionFacts
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Run

MOST_VOICES = 4


def voices(m: Manuscript, area: AreaFacts) -> None:
    """Two to four contributions word for word: of different themes first, and before that of
    different target groups, so that none is heard more than the others.
    """
    seen: dict[int, None] = {}
    for place in range(MOST_VOICES):
        for theme in area.themes:
            if place < len(theme.typical):
                seen.setdefault(theme.typical[place])
    found = m.findings.contributions
    its = [found[n] for n in seen if quotable(found.get(n))]
    turns: Counter[str] = Counter()
    order: dict[int, int] = {}
    for it in its:
        order[it.contribution] = turns[it.target_group]
        turns[it.target_group] += 1
    chosen = sorted(order, key=lambda n: order[n])[:MOST_VOICES]
    if chosen:
        m.part(m.say("area.voices"))
        voices_as_list(m, chosen)


def quotable(it: ContributionFacts | None) -> bool:
    return it is not None and it.standing == "visible" and bool(it.text)


def single_voices(m: Manuscript, areas: Sequence[AreaFacts]) -> None:
    """What stands in no theme, word for word: nothing is dropped for being alone."""
    m.paragraph(m.say("single.about"))
    none = True
    for area in areas:
        its = [n for n in area.single if quotable(m.findings.contributions.get(n))]
        if its:
            none = False
            if len(areas) > 1:
                m.section(m.say.area(area.area))
            voices_as_list(m, its)
    if none:
        m.paragraph(m.say("single.none"))


def voices_as_list(m: Manuscript, numbers: Iterable[int], numbered: bool = True) -> None:
    its = [m.findings.contributions[n] for n in numbers]
    m.bullets(
        [
            [
                Run(it.text, lang=it.language),
                *([Run(" ("), *m.beside(it), Run(")")] if m.beside(it) else []),
                *([Run(f" – {m.say.target_group(it.target_group)}")] if it.target_group else []),
            ]
            for it in its
        ],
        [[it.contribution] for it in its] if numbered else [],
    )
