"""Chapters that several documents share."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from dialog import locales
from dialog.domain.findings.model import (
    AreaFacts,
    ContributionFacts,
    DotsColumn,
    DotsFacts,
    DotsRow,
    GoalCoverage,
    MatrixCell,
    MatrixRow,
    TargetGroupFacts,
    ThemeFacts,
    TopicFacts,
)
from dialog.protocol.agenda import COMMITTEES, FEWEST_PEOPLE, UNDISCLOSED
from dialog.protocol.work_records import WorkChange
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell, Heading, Paragraph, Run, Source
from dialog.reports.wording import COLOURS, PARAGRAPH, listed, sentence

MOST_VOICES = 4
LAYERS = ("assigned", "carried", "voiced")
KINDS = ("keyword", "question", "meaning")

# ── what was done ─────────────────────────────────────────────────────────────────────────────


def decided_before(m: Manuscript) -> None:
    """The decisions that the dialogue rests on: the process's stages that are prior documents."""
    its = [it for it in m.findings.process.stages if it.document]
    items = [f"{m.say.body(it.body)} {it.date}: {m.say.text(it.name)}" for it in its]
    if items:
        m.paragraph(m.say("background.decided"))
        m.bullets(items)


def purposes(m: Manuscript) -> None:
    for it in m.say.sessions():
        label = m.say("background.purpose")
        if len(m.say.sessions()) > 1:
            label = f"{label}, {m.say.text(it.title)}"
        m.labelled(label, m.say.text(it.purpose))
        if it.question:
            m.labelled(m.say("background.question"), m.say.text(it.question))


def mandate(m: Manuscript) -> None:
    """Who leads, who decides (S-03), and for how long the goals are meant to last (S-09)."""
    m.paragraph(m.say("background.mandate"))
    horizon(m)


def horizon(m: Manuscript) -> None:
    if m.definition.horizon:
        m.labelled(m.say("background.horizon"), m.definition.horizon)


def influence(m: Manuscript) -> None:
    """What could be influenced and what was decided beforehand, as people were told."""
    for it in m.say.sessions():
        level = m.say.catalogued(f"level.{it.level}")
        m.labelled(m.say("background.level"), f"{level} ({m.say.text(it.title)})")
        for key, texts in (("can", it.can_influence), ("decided_already", it.decided)):
            if texts:
                m.paragraph(m.say(f"background.{key}"))
                m.bullets([m.say.text(text) for text in texts])


def carried_out(m: Manuscript) -> None:
    """Time, place, form, people, contributions, for each session."""
    say = m.say
    rows = [
        [
            Cell(say.text(it.title)),
            Cell(it.date or say("not_stated")),
            Cell(say.text(it.place) or say("not_stated")),
            Cell(say.catalogued(f"session_type.{it.type}")),
            number_cell(say.people(it.people, it.behind)),
            number_cell(say.number(it.contributions)),
        ]
        for it in say.sessions()
    ]
    columns = ("session", "date", "place", "form", "people", "contributions")
    m.table(
        say("carried_out.caption"),
        [say(f"column.{name}") for name in columns],
        rows,
        widths=[4, 2, 2.6, 2.6, 1.7, 1.5],
        small=True,
    )
    counts(m)


def counts(m: Manuscript) -> None:
    """What came in, and in which kinds and ways."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(
        say(
            "numbers.received",
            n=numbers.received,
            visible=numbers.visible,
            held=numbers.held,
            hidden=numbers.hidden,
            withdrawn=numbers.withdrawn,
        )
    )
    m.paragraph(say("numbers.people", n=numbers.people))
    if numbers.behind:
        m.paragraph(say("numbers.behind", n=numbers.behind))
    kinds = [f"{say.kind(kind)} {numbers.by_kind.get(kind, 0)}" for kind in KINDS]
    m.labelled(say("numbers.kinds"), ", ".join(kinds))
    channels = [f"{channel_name(m, it)} {n}" for it, n in sorted(numbers.by_channel.items())]
    if channels:
        m.labelled(say("numbers.channels"), ", ".join(channels))
    languages = sorted(numbers.by_language.items(), key=lambda it: (-it[1], it[0]))
    if languages:
        its = [f"{language_name(m, it)} {n}" for it, n in languages]
        m.labelled(say("numbers.languages"), ", ".join(its))


def channel_name(m: Manuscript, channel: str) -> str:
    key = f"channel.{channel}"
    return m.say.catalogued(key) if m.say.has(key) else m.say(key)


def language_name(m: Manuscript, language: str) -> str:
    key = f"language.{language}"
    if m.say.has(f"doc.{key}"):
        return m.say(key)
    return locales.name_of(language, m.say.lang) or m.say("language.unknown")


def participants(m: Manuscript) -> None:
    """Plan and outcome of each target group; those who are not residents apart."""
    say = m.say
    told = any(it.contributions is not None for it in m.findings.target_groups)
    names = ("target_group", "planned", "people", *(["posts"] if told else []))
    for resident in (True, False):
        its = [it for it in m.findings.target_groups if it.resident is resident]
        rows = [
            [
                Cell(say.target_group(it.id)),
                number_cell(say.number(it.expected) if it.expected else say("not_planned")),
                number_cell(say.people(it.people, it.behind)),
                *([number_cell(say.number(it.contributions))] if told else []),
            ]
            for it in its
        ]
        if rows:
            m.table(
                say("participants.residents" if resident else others(its)),
                [say(f"column.{name}") for name in names],
                rows,
                widths=[7, *[2.5] * (len(names) - 1)],
            )
    absent = [
        say.target_group(it.id)
        for it in m.findings.target_groups
        if it.contributions == 0 and it.id != UNDISCLOSED
    ]
    if absent:
        m.paragraph(sentence(say("participants.absent", groups=listed(absent, say("and")))))
    if m.findings.scope.edition == "public":
        m.note(say("small_cells", fewest=FEWEST_PEOPLE))


def others(its: Iterable[TargetGroupFacts]) -> str:
    """What those who are counted apart are called, as a key."""
    spoken = any(it.id == COMMITTEES for it in its)
    return "participants.others_and_committees" if spoken else "participants.others"


def representation(m: Manuscript, session: str = "") -> None:
    m.caution(m.say("representation.not_statistics"))
    m.paragraph(m.say("representation.self_selected"))
    m.written("representation", session)


# ── themes ────────────────────────────────────────────────────────────────────────────────────


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


# ── target groups side by side ────────────────────────────────────────────────────────────────


def matrix(m: Manuscript, area: str | None, of: str) -> bool:
    """Themes or topics of a goal area × target groups. Whether there was any row."""
    rows = [it for it in m.findings.matrix.rows if it.of == of and it.area == area]
    return matrix_table(m, rows, of, m.say(f"matrix.{of}.caption", area=m.say.area(area)))


def whole_matrix(m: Manuscript, of: str) -> bool:
    """The same for all goal areas, in one table."""
    rows = [it for it in m.findings.matrix.rows if it.of == of]
    return matrix_table(m, rows, of, m.say(f"matrix.{of}.all"), by_area=True)


def matrix_table(
    m: Manuscript, rows: Sequence[MatrixRow], of: str, caption: str, by_area: bool = False
) -> bool:
    """Cells with nobody say 0. `by_area`: topics are named with the number of their goal area,
    which the numbers of themes have in them.
    """
    say, found = m.say, m.findings.matrix
    if not rows:
        return False
    groups = found.target_groups
    numbers: dict[str | None, str] = {}
    if by_area and of == "topic":
        numbers = {area.area: f"{area.number} " for area in m.findings.areas if area.area}
    cells = [
        [
            Cell(numbers.get(it.area, "") + matrix_title(m, it)),
            *(number_cell(cell_words(m, it.cells.get(group))) for group in groups),
            number_cell(cell_words(m, it.total)),
            number_cell(cell_words(m, it.apart)),
        ]
        for it in rows
    ]
    columns = [
        say(f"column.{of}"),
        *(say.target_group(group) for group in groups),
        say("matrix.total"),
        say("matrix.apart"),
    ]
    m.table(caption, columns, cells, widths=[4.6, *[1.0] * (len(columns) - 1)], small=True)
    m.note(say("matrix.note"))
    if COMMITTEES in groups:
        m.note(say("matrix.committees"))
    if found.suppressed:
        m.note(say("small_cells", fewest=FEWEST_PEOPLE))
    return True


def matrix_title(m: Manuscript, row: MatrixRow) -> str:
    numbers = {str(it.theme): it.number for area in m.findings.areas for it in area.themes}
    number = numbers.get(row.id, "") if row.of == "theme" else ""
    return f"{number} {row.title}".strip()


def cell_words(m: Manuscript, it: MatrixCell | None) -> str:
    """`4 (6)`: people, and contributions in brackets."""
    if it is None or (it.people == 0 and not it.contributions):
        return "0"
    if it.people is None:
        return m.say("not_shown")
    return f"{m.say.number(it.people)} ({m.say.number(it.contributions)})"


def agreement(m: Manuscript, area: str | None, headed: bool = False) -> bool:
    """What the target groups share, what sets one apart, what only one has said. Whether there was
    anything to say; then, if wanted, under the area's name.
    """
    rows = [it for it in m.findings.matrix.rows if it.of == "theme" and it.area == area]
    told = [it for it in rows if telling(it)]
    if told and headed:
        m.section(m.say.area(area))
    m.bullets([row_in_words(m, row) for row in told], [row_sources(row) for row in told])
    return bool(told)


def row_in_words(m: Manuscript, row: MatrixRow) -> list[Run]:
    """A theme in a paragraph: the words that are shared, then each target group's own."""
    runs = [Run(f"{matrix_title(m, row)}. ", bold=True)]
    if row.agree:
        runs.append(Run(f"{m.say('agreement.shared')}: {sentence(', '.join(row.agree))} "))
    for group, cell in row.cells.items():
        if cell.words:
            runs.append(Run(f"{m.say.target_group(group)}: ", italic=True))
            runs.append(Run(sentence(", ".join(cell.words)) + " "))
    if row.unique_to:
        runs.append(Run(m.say("agreement.unique", group=m.say.target_group(row.unique_to))))
    return runs


def row_sources(row: MatrixRow) -> list[int]:
    return sorted({n for cell in row.cells.values() if cell.words for n in cell.sources})


def telling(row: MatrixRow) -> bool:
    return bool(row.agree or row.unique_to or any(it.words for it in row.cells.values()))


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


# ── dots ──────────────────────────────────────────────────────────────────────────────────────


def dots(m: Manuscript) -> None:
    """By target group, as a temperature check; nothing where none have been revealed."""
    if not m.findings.dots:
        return
    m.section(m.say("dots.heading"))
    m.caution(m.say("dots.temperature"))
    for facts in m.findings.dots:
        dots_of_step(m, facts)


def dots_of_step(m: Manuscript, facts: DotsFacts) -> None:
    say = m.say
    m.paragraph(say("dots.people", n=facts.people))
    untold: list[int | None] = [None] * len(facts.columns)
    rows = [
        [
            Cell(where_dots_lie(m, it), bold=it.of in ("all", "area")),
            number_cell(say.number(it.dots)),
            *(number_cell(say.number(n)) for n in it.cells or untold),
        ]
        for it in facts.rows
    ]
    names = [dots_column(m, it) for it in facts.columns]
    step = say.text(facts.title)
    if len(m.findings.sessions) > 1:
        step = f"{say.session(facts.session)}, {step}"
    m.table(
        say("dots.caption", step=step),
        [say("dots.where"), say("dots.all"), *names],
        rows,
        widths=[4.6, *[1.0] * (len(names) + 1)],
        small=True,
    )
    for name, column in zip(names, facts.columns, strict=True):
        if len(column.target_groups) > 1:
            groups = listed(map(say.target_group, column.target_groups), say("and"))
            m.note(say("dots.together", name=name, groups=groups))
    if facts.suppressed:
        m.note(say("dots.few", fewest=FEWEST_PEOPLE))


def where_dots_lie(m: Manuscript, row: DotsRow) -> str:
    say = m.say
    match row.of:
        case "all":
            return say("dots.all_dots")
        case "area":
            return f"{say.area_number(row.area) or ''} {say.area(row.area)}".strip()
        case "group":
            return say("dots.group", title=row.title)
        case "alone":
            return say("dots.alone", area=say.short_area(row.area))
    numbers = {str(it.theme): it.number for area in m.findings.areas for it in area.themes}
    return f"{numbers.get(row.id, '')} {row.title}".strip()


def dots_column(m: Manuscript, column: DotsColumn) -> str:
    if len(column.target_groups) == 1:
        return m.say.target_group(column.target_groups[0])
    names = {True: "other_residents", False: "others_apart", None: "others"}
    return m.say(f"dots.{names[column.resident]}")


# ── coverage ──────────────────────────────────────────────────────────────────────────────────


def coverage(m: Manuscript) -> None:
    """All 17 in each of the areas, in three layers; what is lacking is written out."""
    say, found = m.say, m.findings.coverage.global_goals
    areas = m.definition.areas
    m.paragraph(say("coverage.about"))
    rows = [
        [
            Cell(say.goal(it.goal), bar=COLOURS[it.goal - 1]),
            *(Cell(assigned(m, it.assigned.get(area.id))) for area in areas),
            number_cell(say.number(len(it.carried))),
            number_cell(say.number(it.people)),
            number_cell(say.number(it.target_groups)),
        ]
        for it in found
    ]
    columns = [
        say("column.global_goal"),
        *(say.short_area(area.id) for area in areas),
        *(say(f"column.{name}") for name in ("carried", "voiced", "voiced_groups")),
    ]
    m.table(
        say("coverage.caption"),
        columns,
        rows,
        widths=[4.4, *[1.8] * len(areas), 2.1, 1.8, 2.1],
        small=True,
    )
    names = [f"{say.short_area(it.id)}: {say.text(it.name)}" for it in areas]
    m.note(sentence(say("coverage.areas", areas="; ".join(names))))
    gaps(m)


def assigned(m: Manuscript, strength: str | None) -> str:
    return m.say(f"strength.{strength}") if strength else "–"


def gaps(m: Manuscript) -> None:
    """In words, a line for each way in which goals lack something; that people have seen them."""
    say = m.say
    lines = []
    for layer in LAYERS:
        its = [it.goal for it in m.findings.coverage.global_goals if lacks(it, layer)]
        if its:
            names = listed(map(say.goal, its), say("and"))
            lines.append([Run(f"{say(f'gap.{layer}')}: ", bold=True), Run(sentence(names))])
    if not lines:
        m.paragraph(say("coverage.no_gaps"))
        return
    m.paragraph(say("coverage.gaps"))
    m.bullets(lines)
    if seen := m.findings.process.acknowledged:
        goals = listed(map(str, seen), say("and"))
        m.paragraph(say("coverage.acknowledged", goals=goals))


def lacks(it: GoalCoverage, layer: str) -> bool:
    return not {"assigned": it.assigned, "carried": it.carried, "voiced": it.contributions}[layer]


def anchors(m: Manuscript) -> None:
    """Vision and values: what leans on each part."""
    its = m.findings.coverage.anchors
    if not its:
        m.paragraph(m.say("anchors.none"))
        return
    rows = [
        [
            Cell(it.text),
            number_cell(m.say.number(len(it.themes))),
            number_cell(m.say.number(len(it.goals))),
        ]
        for it in its
    ]
    columns = [m.say(f"column.{name}") for name in ("anchor", "themes", "goal_drafts")]
    m.table(m.say("anchors.caption"), columns, rows, widths=[11, 2.2, 2.8])


# ── how it was done ───────────────────────────────────────────────────────────────────────────


def ending(m: Manuscript) -> None:
    """How it came about, what it rests on and who is sent it."""
    m.chapter(m.say("chapter.method"))
    method(m)
    m.section(m.say("chapter.moderation"))
    moderation(m)
    decision_basis(m)
    dispatch(m)


def method(m: Manuscript) -> None:
    """How contributions were collected, grouped and reviewed; what is a machine's suggestion."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(say("method.collected"))
    m.paragraph(say("method.grouped"))
    m.paragraph(say("method.runs_kept") if m.findings.runs else say("method.no_runs"))
    m.paragraph(say("method.people_decide"))
    m.paragraph(
        say(
            "method.read",
            n=numbers.read,
            received=numbers.received,
            share=say.percent(numbers.read, numbers.received),
        )
    )
    m.paragraph(say("method.in_themes", n=numbers.in_themes, single=numbers.single))
    m.paragraph(say("method.links"))
    m.paragraph(say("representation.not_statistics"))
    m.paragraph(say("method.reproducible" if m.whole else "method.cited"))


def runs(m: Manuscript) -> None:
    """The machine's runs, as they can be made anew."""
    its = m.findings.runs
    if not its:
        return
    rows = [
        [
            Cell(m.say.session(str(it.get("session", "")))),
            Cell(m.say.short_area(str(it["area"]) if it.get("area") else None)),
            Cell(str(it.get("model", ""))),
            Cell(other_parameters(it)),
        ]
        for it in its
    ]
    columns = [m.say(f"column.{name}") for name in ("session", "area", "model", "parameters")]
    m.table(m.say("method.runs"), columns, rows, widths=[4, 2.6, 3.4, 6], small=True)


def other_parameters(run: dict[str, str | int | float]) -> str:
    named = ("session", "area", "model")
    return ", ".join(f"{key} = {value}" for key, value in run.items() if key not in named)


def moderation(m: Manuscript) -> None:
    """How many have been hidden, and why; all reasons that there are."""
    say, numbers = m.say, m.findings.numbers
    m.paragraph(say("moderation.about", n=numbers.hidden, held=numbers.held))
    if numbers.moderation:
        rows = [
            [Cell(say.catalogued(f"reason.{reason}")), number_cell(say.number(n))]
            for reason, n in sorted(numbers.moderation.items(), key=lambda it: (-it[1], it[0]))
        ]
        m.table(
            say("moderation.caption"),
            [say("column.reason"), say("column.posts")],
            rows,
            widths=[11, 3],
        )
    if numbers.withdrawn:
        m.paragraph(say("moderation.withdrawn", n=numbers.withdrawn))


def decided(m: Manuscript) -> None:
    """The sums of dispositions, which add up to all that came in."""
    say, found = m.say, m.findings.decided
    kinds = (
        *("goal", "programme", "internal-goal", "handover"),
        *("other-authority", "parked"),
    )
    rows = [
        [Cell(say(f"disposition.{kind}")), number_cell(say.number(found.by_kind.get(kind, 0)))]
        for kind in kinds
    ]
    rows.append([Cell(say("disposition.undecided")), number_cell(say.number(found.undecided))])
    total = found.undecided + sum(found.by_kind.values())
    rows.append(
        [
            Cell(say("total"), bold=True),
            Cell(say.number(total), bold=True, align="end"),
        ]
    )
    m.table(
        say("decided.caption"),
        [say("column.disposition"), say("column.posts")],
        rows,
        widths=[11, 3],
    )


def next_steps(m: Manuscript, session: str = "") -> None:
    """What the plan says, and what people have written about it."""
    next_stages(m)
    m.written("next_steps", session)


def next_stages(m: Manuscript) -> None:
    """Who does what and when: the process's stages to come, and what has been commissioned."""
    say, process = m.say, m.findings.process
    current = next((n for n, it in enumerate(process.stages) if it.current), -1)
    to_come = [it for n, it in enumerate(process.stages) if n > current and not it.document]
    if to_come:
        rows = [
            [Cell(say.text(it.name)), Cell(say.body(it.body)), Cell(it.date or say("not_stated"))]
            for it in to_come
        ]
        columns = [say(f"column.{name}") for name in ("what", "who", "when")]
        m.table(say("next.caption"), columns, rows, widths=[8, 5, 3.5])
    its = [it for it in process.commissions if not it.done]
    if its:
        m.paragraph(say("next.commissions"))
        m.bullets(
            [say("next.commission", body=say.body(it.body), text=it.text, due=it.due) for it in its]
        )


def decision_basis(m: Manuscript) -> None:
    """The documents that a decision rests on, each with its date (S-30): earlier decisions, frozen
    versions, and what people have listed besides, a line each.
    """
    say = m.say
    items = [
        f"{say.body(it.body)} {it.date}: {say.text(it.name)}"
        for it in m.findings.process.stages
        if it.document
    ]
    items += [
        say("basis.version", version=it.version, of=say(f"of.{it.of}"), date=say.day(it.at))
        for it in m.findings.process.versions
        if it.version != m.findings.version and it.at <= m.findings.at
    ]
    items += [line.strip() for line in m.text_of("basis").splitlines() if line.strip()]
    m.chapter(say("chapter.decision_basis"))
    if items:
        m.bullets(items)
    else:
        m.paragraph(say("basis.none"))


def dispatch(m: Manuscript) -> None:
    """Whom it is sent to, as recorded (S-29)."""
    say = m.say
    m.chapter(say("chapter.dispatch"))
    its = [
        it
        for it in m.findings.process.dispatches
        if it.document == m.kind and it.version in (m.findings.version, None)
    ]
    if not its:
        m.paragraph(say("dispatch.none"))
    for it in its:
        bodies = listed((say.body(body) for body in it.recipients), say("and"))
        words = say("dispatch.sent", date=say.minute(it.at), version=it.version, bodies=bodies)
        m.paragraph(words + (f" {sentence(it.how)}" if it.how else ""))
        if it.sha256:
            m.note(f"SHA-256: {it.sha256}")


# ── appendices ────────────────────────────────────────────────────────────────────────────────


def all_sources(m: Manuscript) -> list[Source]:
    """Every contribution in scope, in the order it came: number, words, area, kind, what becomes
    of it. Those that are not visible are there too, without their words.
    """
    its = sorted(m.findings.contributions.values(), key=lambda it: it.contribution)
    return [source(m, it) for it in its]


def source(m: Manuscript, it: ContributionFacts) -> Source:
    if it.standing != "visible" or not it.text:
        return Source(it.contribution, unseen(m, it), m.say.lang, about(m, it))
    return Source(it.contribution, it.text, it.language, about(m, it), m.beside(it))


def unseen(m: Manuscript, it: ContributionFacts) -> str:
    reason = m.say.catalogued(f"reason.{it.reason}") if it.reason else ""
    key = "text_left_out" if it.standing == "visible" else f"standing.{it.standing}"
    return m.say(key) + (f" {m.say('column.reason')}: {sentence(reason)}" if reason else "")


def about(m: Manuscript, it: ContributionFacts) -> str:
    """Area, kind, topic or theme, target group, what becomes of it: as one line."""
    say = m.say
    numbers = {it.theme: it.number for area in m.findings.areas for it in area.themes}
    parts = [say.short_area(it.area), say.kind(it.kind)]
    if it.target_group:
        parts.append(say.target_group(it.target_group))
    if it.theme in numbers:
        parts.append(say("source.theme", number=numbers[it.theme]))
    if it.people > 1:
        parts.append(say("source.people", n=it.people))
    if m.findings.scope.edition == "internal":
        parts += counted_by(m, it)
    parts.append(
        say.disposition(it.disposition.kind, it.disposition.recipient)
        if it.disposition
        else say("disposition.undecided")
    )
    if it.disposition_reason:
        parts.append(f"{say('column.reason')}: {it.disposition_reason}")
    return " · ".join(parts)


def counted_by(m: Manuscript, it: ContributionFacts) -> list[str]:
    """What else the document counts contributions by: a reader can count them again."""
    say = m.say
    topics = {its.topic: its.text for area in m.findings.areas for its in area.topics}
    sessions = m.findings.sessions
    parts = {
        "topic": say.text(topics[it.topic]) if it.topic in topics else "",
        "channel": channel_name(m, it.channel),
        "language": "" if it.language == say.lang else language_name(m, it.language),
        "session": say.session(it.session) if len(sessions) > 1 else "",
    }
    read = [say("source.read")] if it.read else []
    return [say(f"source.{name}", name=words) for name, words in parts.items() if words] + read


WORK_ON_CONTRIBUTIONS = re.compile(r"(theme|placed|referred|unreferred|contributions|both|read)")
"""How the words of such changes in the log begin."""


def change_log(m: Manuscript, title: str, only: re.Pattern[str] | None = None) -> None:
    """From the machine's grouping to this, a line a change, after the sources. `only`: those whose
    words begin so.
    """
    say = m.say
    changes = [it for it in m.findings.changes if only is None or only.match(it.words)]
    m.closing.append(Heading(title))
    m.closing.append(Paragraph([Run(say("log.about"))]))
    before = len(m.blocks)
    room_groups(m)
    if changes:
        columns = [say(f"column.{name}") for name in ("when", "who", "change", "reason")]
        m.table(
            say("log.caption"),
            columns,
            [change_row(m, it) for it in changes],
            widths=[2.6, 2.6, 7, 4],
            small=True,
        )
    else:
        m.paragraph(say("log.none"))
    m.closing += m.blocks[before:]
    del m.blocks[before:]


def room_groups(m: Manuscript) -> None:
    """Where the groups that the room saw at the end are now."""
    say = m.say
    if not m.findings.hall_groups:
        return
    themes = {it.theme: it for area in m.findings.areas for it in area.themes}
    rows = []
    for group in m.findings.hall_groups:
        its = group["contributions"]
        assert isinstance(its, list)
        found = (m.findings.contributions.get(n) for n in its)
        now = Counter(it.theme for it in found if it is not None)
        places = [
            f"{themes[theme].number} {themes[theme].title} ({n})"
            if theme in themes
            else say("log.in_none", n=n)
            for theme, n in now.most_common()
        ]
        title = str(group["title"] or say("log.no_title"))
        rows.append([Cell(title), number_cell(say.number(len(its))), Cell("; ".join(places))])
    columns = [say(f"column.{name}") for name in ("group", "posts", "now_in")]
    m.table(say("log.room"), columns, rows, widths=[6, 1.6, 8.4], small=True)


def change_row(m: Manuscript, it: WorkChange) -> list[Cell]:
    words = change_words(m, it)
    return [
        Cell(m.say.minute(it.at)),
        Cell(actor(m, it.actor)),
        Cell(m.say("log.undone", change=words) if it.by_undo else words),
        Cell(it.why),
    ]


def change_words(m: Manuscript, it: WorkChange) -> str:
    """The catalogue's sentence, ids in it turned to names."""
    key = f"work.{it.words}"
    if not m.say.has(key):
        return m.say("log.other")
    return m.say.catalogued(key, **named(m, it.params))


def named(m: Manuscript, params: Mapping[str, str | int | bool | None]) -> dict[str, object]:
    """Rules name areas, bodies and other things by their ids; a name passes as it is."""
    say = m.say
    names: dict[str, Callable[[str], str]] = {
        "area": say.area,
        "was_area": say.area,
        "body": say.body,
        "recipient": say.body,
        "into": lambda it: theme_title(m, it),
        "disposition": lambda it: disposed(m, params),
    }
    found: dict[str, object] = {}
    for name, value in params.items():
        if value is None and "area" not in name:
            found[name] = say("nothing")
        else:
            found[name] = names[name](str(value)) if name in names else value
    return found


def disposed(m: Manuscript, params: Mapping[str, str | int | bool | None]) -> str:
    recipient = params.get("recipient")
    return m.say.disposition(str(params["disposition"]), str(recipient) if recipient else None)


def theme_title(m: Manuscript, theme: str) -> str:
    its = (it for area in m.findings.areas for it in area.themes)
    return next((it.title for it in its if str(it.theme) == theme), theme)


def actor(m: Manuscript, role: str) -> str:
    key = f"actor.{role}"
    return m.say(key) if m.say.has(f"doc.{key}") else role


def paragraph_of(text: str) -> str:
    """`§ 45` in a stage's name, or nothing."""
    found = PARAGRAPH.search(text)
    return f"§ {found[1]}" if found else ""
