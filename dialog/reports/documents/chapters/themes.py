"""What came out of a goal area: its themes, topics and global goals."""

from collections.abc import Iterable

from dialog.domain.findings.model import AreaFacts, ThemeFacts, TopicFacts
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell
from dialog.reports.wording import COLOURS


def themes_by_sort(its: Iterable[ThemeFacts]) -> dict[str, list[ThemeFacts]]:
    """Questions (F), keywords (N), other themes (T), as their numbers say."""
    found: dict[str, list[ThemeFacts]] = {"F": [], "N": [], "T": []}
    for it in its:
        found[it.number[:1] if it.number[:1] in found else "T"].append(it)
    return found


def results(m: Manuscript, area: AreaFacts, always: str = "") -> None:
    """What came out of a goal area, in one table. `always`: sorts of themes to speak of though
    there are none.
    """
    m.paragraph(m.say("area.numbers", n=area.contributions, people=m.say.number(area.people)))
    sorts = themes_by_sort(area.themes)
    its = [it for sort in sorts.values() for it in sort]
    if its:
        theme_table(m, its, m.say("themes.all.caption", area=m.say.area(area.area)))
        m.note(m.say("themes.numbers"))
    lacking = [m.say(f"themes.{sort}.none") for sort in sorts if sort in always and not sorts[sort]]
    if lacking:
        m.paragraph(" ".join(lacking))


def theme_table(m: Manuscript, its: list[ThemeFacts], caption: str, sort: str = "T") -> None:
    """Every line carries its sources. From how many target groups, if any residents have spoken."""
    say = m.say
    spread = any(it.spread for it in its)
    rows = [
        [
            Cell(it.number),
            Cell(theme_words(m, it)),
            *([number_cell(say.number(it.spread))] if spread else []),
            number_cell(say.number(it.contributions)),
            number_cell(say.people(it.people, it.behind)),
            Cell("", sources=it.sources),
        ]
        for it in its
    ]
    columns = [
        say("column.number"),
        say(f"themes.{sort}.one"),
        *([say("column.spread")] if spread else []),
        *(say(f"column.{name}") for name in ("posts", "people", "sources")),
    ]
    widths = [1.2, 4.9, 1.9, 1.5, 2.1, 4.4] if spread else [1.2, 5.9, 1.5, 2.1, 5.3]
    m.table(caption, columns, rows, widths=widths)
    if spread:
        m.note(say("themes.order"))


def theme_words(m: Manuscript, it: ThemeFacts) -> str:
    return f"{it.title} ({m.say('themes.political')})" if it.carried == "keyword" else it.title


def area_goals(m: Manuscript, area: AreaFacts) -> None:
    """The global goals that the area's themes are linked to, by people."""
    linked: dict[int, list[ThemeFacts]] = {}
    for theme in area.themes:
        for goal in theme.linked:
            linked.setdefault(goal, []).append(theme)
    if not linked:
        m.paragraph(m.say("area.no_global_goals"))
        return
    rows = [
        [
            Cell(m.say.goal(goal), bar=COLOURS[goal - 1]),
            Cell(", ".join(link_words(m, theme, goal) for theme in linked[goal])),
        ]
        for goal in sorted(linked)
    ]
    caption = m.say("area.global_goals.caption", area=m.say.area(area.area))
    m.table(caption, [m.say("column.global_goal"), m.say("column.themes")], rows, widths=[6, 10])


def link_words(m: Manuscript, theme: ThemeFacts, goal: int) -> str:
    part = f" ({m.say('strength.partial').lower()})" if theme.linked[goal] == "partial" else ""
    return f"{theme.number} {theme.title}{part}"


def topics(m: Manuscript, its: list[TopicFacts], area: str | None) -> None:
    say = m.say
    rows = [
        [
            Cell(say.text(it.text) + (f" ({say('themes.political')})" if it.political else "")),
            Cell(say.kind(it.kind)),
            number_cell(say.number(len(it.sources))),
            number_cell(say.number(it.people)),
            Cell("", sources=it.sources),
        ]
        for it in its
    ]
    columns = [say(f"column.{name}") for name in ("topic", "kind", "posts", "people", "sources")]
    m.table(say("topics.caption", area=say.area(area)), columns, rows, widths=[5, 2.4, 1.5, 2.1, 5])
