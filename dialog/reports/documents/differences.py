"""An appendix: what has changed since the version before, side by side and with the reasons."""

from collections.abc import Iterable, Mapping, Sequence

from dialog.domain.findings.model import CarriedChange, Difference, PartBefore, PartNow
from dialog.domain.findings.versions import NOWHERE, is_about
from dialog.protocol.work_commands import Disposition
from dialog.protocol.work_records import WorkChange
from dialog.reports.manuscript import Manuscript
from dialog.reports.model import Cell, Heading
from dialog.reports.wording import sentence

NUMBER = 3
"""Of the appendix: the contributions and the change log come before it."""


def appendix(m: Manuscript, since: Difference) -> None:
    """After what else comes last. One sentence where nothing has changed."""
    say, start = m.say, len(m.blocks)
    m.closing.append(Heading(say("since.title", number=NUMBER, version=since.before)))
    if has_changed(since):
        m.paragraph(say("since.about", version=since.before))
        moved_contributions(m, since)
        themes(m, since)
        carried(m, since)
        decided(m, since)
    else:
        m.paragraph(say("since.nothing", version=since.before))
    m.closing += m.blocks[start:]
    del m.blocks[start:]


def has_changed(since: Difference) -> bool:
    parts = any(it.fates for it in since.was) or any(it.fates for it in since.now)
    return parts or bool(since.moves or since.decided or since.carried)


def moved_contributions(m: Manuscript, since: Difference) -> None:
    new = sum(it.new for it in since.moves)
    moved = len(since.moves) - new
    if moved:
        m.paragraph(m.say("since.moves", n=moved, version=since.before))
    if new:
        m.paragraph(m.say("since.new_contributions", n=new, version=since.before))


# ── themes ────────────────────────────────────────────────────────────────────────────────────


def themes(m: Manuscript, since: Difference) -> None:
    was = {it.part: it for it in since.was}
    now = {it.theme: it for it in since.now}
    rows = [theme_row(m, it, was) for it in since.now if it.fates]
    rows += [gone_row(m, it, now, since) for it in since.was if "gone" in it.fates]
    if rows:
        side_by_side(m, "themes", since, rows, [5, 5, 2.6, 3.6])


def theme_row(m: Manuscript, it: PartNow, was: Mapping[int, PartBefore]) -> list[Cell]:
    return [
        Cell("; ".join(origins(m, it, was)) or m.say("since.was_not")),
        Cell(f"{it.number} {with_area(m, it)}".strip()),
        Cell(in_words(m, it.fates)),
        Cell(reasons(it.reasons)),
    ]


def origins(m: Manuscript, it: PartNow, was: Mapping[int, PartBefore]) -> Iterable[str]:
    """The theme as it was, then the others that have given it contributions."""
    if it.was is not None:
        yield with_area(m, was[it.was])
    for part, n in it.came_from.items():
        if part not in (NOWHERE, it.was):
            yield m.say("since.part", n=n, of=was[part].contributions, title=title(m, was[part]))


def gone_row(
    m: Manuscript, it: PartBefore, now: Mapping[int, PartNow], since: Difference
) -> list[Cell]:
    places = [
        m.say("since.in_none", n=n)
        if theme == NOWHERE
        else m.say("since.stands_in", n=n, title=f"{now[theme].number} {now[theme].title}".strip())
        for theme, n in it.to.items()
    ]
    fates = [fate for fate in it.fates if fate != "gone"] if it.into is not None else it.fates
    return [
        Cell(with_area(m, it)),
        Cell("; ".join(places) or m.say("since.stands_no_more")),
        Cell(in_words(m, fates)),
        Cell(reasons(change for change in since.changes if is_about(change, it.part))),
    ]


def with_area(m: Manuscript, it: PartBefore | PartNow) -> str:
    name = title(m, it)
    return m.say("since.theme", title=name, area=m.say.short_area(it.area), n=it.contributions)


def title(m: Manuscript, it: PartBefore | PartNow) -> str:
    return it.title or m.say("log.no_title")


def in_words(m: Manuscript, fates: Sequence[str]) -> str:
    """That it has other contributions goes without saying where others were merged or split."""
    if "merged" in fates or "split" in fates:
        fates = [fate for fate in fates if fate != "changed"]
    return ", ".join(m.say(f"since.fate.{fate}") for fate in fates)


# ── what is carried, and what becomes of contributions ────────────────────────────────────────


def carried(m: Manuscript, since: Difference) -> None:
    titles = {it.part: title(m, it) for it in since.was}
    titles |= {it.theme: f"{it.number} {title(m, it)}".strip() for it in since.now}
    rows = [
        [
            Cell(titles[it.theme]),
            Cell(carried_as(m, it.was)),
            Cell(carried_as(m, it.now)),
            Cell(reasons(carried_changes(since, it))),
        ]
        for it in since.carried
    ]
    if rows:
        side_by_side(m, "carried", since, rows, [6, 3.2, 3.2, 3.8], "theme")


def carried_as(m: Manuscript, carried: str) -> str:
    return m.say(f"since.carried.{carried or 'not'}")


def carried_changes(since: Difference, it: CarriedChange) -> Iterable[WorkChange]:
    return (
        change
        for change in since.changes
        if is_about(change, it.theme) and "carried" in change.words
    )


def decided(m: Manuscript, since: Difference) -> None:
    """A row for all that went the same way for the same reason."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    for it in since.decided:
        ways = (disposition(m, it.was), disposition(m, it.now), it.reason)
        alike.setdefault(ways, []).append(it.contribution)
    rows = [
        [Cell("", sources=its), Cell(was), Cell(now), Cell(why)]
        for (was, now, why), its in alike.items()
    ]
    if rows:
        side_by_side(m, "decided", since, rows, [4.6, 4, 4, 3.6], "contributions")


def disposition(m: Manuscript, it: Disposition | None) -> str:
    kind = it.kind if it else "undecided"
    return m.say.disposition(kind, it.recipient if it else None)


# ── in common ─────────────────────────────────────────────────────────────────────────────────


def side_by_side(
    m: Manuscript,
    about: str,
    since: Difference,
    rows: list[list[Cell]],
    widths: list[float],
    first: str = "",
) -> None:
    """`first`: the column before the two. Else they come first, and what has happened third."""
    say = m.say
    both = [say("since.column.before", version=since.before), say("since.column.now")]
    columns = [say(f"column.{first}"), *both] if first else [*both, say("since.column.happened")]
    columns.append(say("column.reason"))
    m.table(say(f"since.{about}"), columns, rows, widths=widths, small=True)


def reasons(changes: Iterable[WorkChange]) -> str:
    """Those that were given, each once."""
    given = dict.fromkeys(sentence(it.why) for it in changes if it.why and not it.by_undo)
    return " ".join(given)
