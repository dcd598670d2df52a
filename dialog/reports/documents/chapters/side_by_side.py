"""Target groups side by side: what they share, and what sets one apart."""

from collections.abc import Sequence

from dialog.domain.findings.model import MatrixCell, MatrixRow
from dialog.protocol.agenda import COMMITTEES, FEWEST_PEOPLE
from dialog.reports.manuscript import Manuscript, number_cell
from dialog.reports.model import Cell, Run
from dialog.reports.wording import sentence


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
