"""Where dots lie, by target group."""

from dialog.domain.findings.model import DotsColumn, DotsFacts, DotsRow
from dialog.protocol.agenda import FEWEST_PEOPLE
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell
from dialog.reports.wording import listed


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
