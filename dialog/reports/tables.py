"""Findings as plain tables: what goes into spreadsheets and open data.

Cells hold codes and numbers, so that a table can be counted again; a spreadsheet for people shows
words instead (`Words`). `docs/open-data.md` describes every column, and a test holds it to this.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from dialog import locales
from dialog.domain.findings.model import (
    AreaFacts,
    ContributionFacts,
    Findings,
    GoalCoverage,
    MatrixCell,
    MatrixRow,
    Moderated,
    SessionFacts,
    TargetGroupFacts,
    ThemeFacts,
)
from dialog.protocol.agenda import COMMITTEES, Text, in_language
from dialog.protocol.work_commands import Disposition
from dialog.protocol.work_records import GoalDraft, WorkChange

Value = str | int | bool | list[str] | list[int] | None
"""Text, a number, yes or no, or several of a kind. A moment is an ISO string in UTC."""

Kind = Literal[
    "text",
    "number",
    "moment",
    "date",
    "yes",
    "area",
    "target-group",
    "session",
    "theme",
    "body",
    "kind",
    "channel",
    "translated",
    "standing",
    "reason",
    "disposition",
    "strength",
    "gap",
    "role",
    "work",
    "numbers",
    "codes",
    "carried",
    "of",
    "session-type",
    "links",
    "anchors",
    "groups",
    "act",
]
"""What the values of a column are: how they are shown, and which words codes have."""

Name = Literal[
    "contributions",
    "themes",
    "matrix",
    "dispositions",
    "coverage",
    "target-groups",
    "goals",
    "changes",
    "sessions",
    "moderation",
    "review",
    "not-searched",
]
NAMES: tuple[Name, ...] = (
    *("contributions", "themes", "matrix", "dispositions", "coverage"),
    *("target-groups", "goals", "changes", "sessions"),
)
"""Those that go with documents; the moderation log is in the archive package only."""


class Column(Struct, frozen=True):
    """`width`: in characters. `internal`: left out of the public edition."""

    name: str
    kind: Kind = "text"
    width: int = 12
    internal: bool = False


class Sheet(Struct):
    """One table. Every row has a value for every column."""

    name: Name
    columns: list[Column]
    rows: list[list[Value]]


Row = dict[str, Value]

COLUMNS: dict[Name, list[Column]] = {
    "contributions": [
        Column("contribution", "number", 9),
        Column("session", "session", 22),
        Column("received", "moment", 17),
        Column("text", "text", 60),
        Column("language", "text", 8),
        Column("translation", "text", 40),
        Column("translation_language", "text", 8),
        Column("translated_by", "translated", 18),
        Column("kind", "kind", 12),
        Column("area", "area", 26),
        Column("written_area", "area", 26),
        Column("topic", "text", 20),
        Column("target_group", "target-group", 18, internal=True),
        Column("channel", "channel", 12),
        Column("standing", "standing", 12),
        Column("reason", "reason", 18, internal=True),
        Column("people", "number", 9),
        Column("slip", "number", 9, internal=True),
        Column("theme", "theme", 28),
        Column("also", "numbers", 12),
        Column("disposition", "disposition", 22),
        Column("recipient", "body", 22),
        Column("disposition_reason", "text", 30),
        Column("read", "yes", 8),
        Column("goals", "numbers", 10),
    ],
    "themes": [
        Column("theme", "number", 8),
        Column("number", "text", 8),
        Column("area", "area", 26),
        Column("title", "text", 40),
        Column("kind", "kind", 14),
        Column("carried", "carried", 20),
        Column("contributions", "number", 9),
        Column("people", "number", 9),
        Column("behind", "number", 9),
        Column("dots", "number", 8),
        Column("global_goals", "links", 26),
        Column("anchors", "anchors", 30),
        Column("disposition", "disposition", 22),
        Column("recipient", "body", 22),
        Column("disposition_reason", "text", 30),
        Column("goals", "numbers", 10),
        Column("sources", "numbers", 30),
    ],
    "matrix": [
        Column("of", "of", 10),
        Column("id", "text", 10),
        Column("title", "text", 40),
        Column("area", "area", 26),
        Column("target_group", "target-group", 20),
        Column("people", "number", 9),
        Column("contributions", "number", 9),
        Column("words", "codes", 30),
        Column("sources", "numbers", 30, internal=True),
    ],
    "dispositions": [
        Column("disposition", "disposition", 30),
        Column("recipient", "body", 30),
        Column("contributions", "number", 12),
    ],
    "coverage": [
        Column("global_goal", "number", 8),
        Column("area", "area", 26),
        Column("assigned", "strength", 14),
        Column("carried", "numbers", 16),
        Column("themes", "numbers", 16),
        Column("people", "number", 9),
        Column("contributions", "number", 9),
        Column("target_groups", "number", 10),
        Column("goals", "numbers", 12),
        Column("gaps", "gap", 40),
    ],
    "target-groups": [
        Column("target_group", "target-group", 26),
        Column("resident", "yes", 10),
        Column("expected", "number", 10),
        Column("people", "number", 10),
        Column("behind", "number", 10),
        Column("contributions", "number", 10),
    ],
    "goals": [
        Column("goal", "number", 8),
        Column("area", "area", 26),
        Column("text", "text", 60),
        Column("movement_from", "text", 30),
        Column("movement_to", "text", 30),
        Column("resources", "text", 30),
        Column("maintenance", "text", 30),
        Column("effect", "text", 30),
        Column("horizon", "text", 12),
        Column("themes", "numbers", 16),
        Column("contributions", "numbers", 20),
        Column("global_goals", "links", 26),
        Column("anchors", "anchors", 30),
        Column("target_groups", "groups", 26),
    ],
    "changes": [
        Column("seq", "number", 8, internal=True),
        Column("at", "moment", 17, internal=True),
        Column("role", "role", 16, internal=True),
        Column("change", "work", 60, internal=True),
        Column("why", "text", 40, internal=True),
        Column("undone", "yes", 10, internal=True),
    ],
    "moderation": [
        Column("seq", "number", 8, internal=True),
        Column("at", "moment", 17, internal=True),
        Column("role", "role", 16, internal=True),
        Column("session", "session", 22, internal=True),
        Column("act", "act", 30, internal=True),
        Column("contribution", "number", 9, internal=True),
        Column("reason", "reason", 24, internal=True),
        Column("device", "number", 9, internal=True),
        Column("persons", "number", 9, internal=True),
    ],
    "sessions": [
        Column("session", "text", 26),
        Column("title", "text", 40),
        Column("type", "session-type", 22),
        Column("date", "date", 12),
        Column("closed", "yes", 8),
        Column("people", "number", 9),
        Column("behind", "number", 9),
        Column("contributions", "number", 9),
    ],
}


def sheets(found: Findings, *names: Name) -> list[Sheet]:
    """These tables, or all that the findings' edition has."""
    made = [sheet(found, name) for name in names or NAMES]
    return [it for it in made if it.columns]


def sheet(found: Findings, name: Name) -> Sheet:
    """One table. Without columns where the edition has nothing of it."""
    public = found.scope.edition == "public"
    columns = [it for it in COLUMNS[name] if not (public and it.internal)]
    rows = ROWS[name](found) if columns else ()
    return Sheet(name, columns, [[row[it.name] for it in columns] for row in rows])


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def contributions(found: Findings) -> Iterable[Row]:
    return (contribution(it) for _, it in sorted(found.contributions.items()))


def contribution(it: ContributionFacts) -> Row:
    beside = next(iter(it.translations), None)
    row: Row = {
        "contribution": it.contribution,
        "session": it.session,
        "received": moment(it.at),
        "text": it.text if it.standing == "visible" else "",
        "language": it.language,
        "translation": beside.text if beside else "",
        "translation_language": beside.language if beside else "",
        "translated_by": beside.by if beside else "",
        "kind": it.kind,
        "area": it.area or "",
        "written_area": it.written_area or "",
        "topic": it.topic or "",
        "target_group": it.target_group,
        "channel": it.channel,
        "standing": it.standing,
        "reason": it.reason,
        "people": it.people,
        "slip": it.slip or None,
        "theme": it.theme,
        "also": list(it.also),
        "disposition_reason": it.disposition_reason,
        "read": it.read,
        "goals": list(it.goals),
    }
    return row | disposed(it.disposition)


def disposed(disposition: Disposition | None) -> Row:
    if disposition is None:
        return {"disposition": "", "recipient": ""}
    return {"disposition": disposition.kind, "recipient": disposition.recipient or ""}


def themes(found: Findings) -> Iterable[Row]:
    return (theme(it) for area in found.areas for it in area.themes)


def theme(it: ThemeFacts) -> Row:
    row: Row = {
        "theme": it.theme,
        "number": it.number,
        "area": it.area or "",
        "title": it.title,
        "kind": it.kind,
        "carried": it.carried,
        "contributions": it.contributions,
        "people": it.people,
        "behind": it.behind,
        "dots": it.dots,
        "global_goals": [f"{goal}:{strength}" for goal, strength in sorted(it.linked.items())],
        "anchors": list(it.anchors),
        "disposition_reason": it.disposition_reason,
        "goals": list(it.goals),
        "sources": list(it.sources),
    }
    return row | disposed(it.disposition)


def matrix(found: Findings) -> Iterable[Row]:
    for row in found.matrix.rows:
        for group in found.matrix.target_groups:
            if group in row.cells:
                yield matrix_cell(row, group, row.cells[group])
        yield matrix_cell(row, "", row.total)


def matrix_cell(row: MatrixRow, group: str, cell: MatrixCell) -> Row:
    """`group` "": all residents."""
    return {
        "of": row.of,
        "id": row.id,
        "title": row.title,
        "area": row.area or "",
        "target_group": group,
        "people": cell.people,
        "contributions": cell.contributions,
        "words": list(cell.words),
        "sources": list(cell.sources),
    }


def dispositions(found: Findings) -> Iterable[Row]:
    """They add up to all received: what is handed over stands once for each recipient."""
    decided = found.decided
    to_bodies = ("handover", "other-authority")
    for kind, n in decided.by_kind.items():
        if kind not in to_bodies:
            yield {"disposition": kind, "recipient": "", "contributions": n}
    for kind in to_bodies:
        yield from handed_over(found, kind)
    yield {"disposition": "", "recipient": "", "contributions": decided.undecided}


def handed_over(found: Findings, kind: str) -> Iterable[Row]:
    """Counted from the contributions: a recipient can get some as hand-over, some as not ours."""
    counted: dict[str, int] = {}
    for it in found.contributions.values():
        if it.disposition is not None and it.disposition.kind == kind:
            recipient = it.disposition.recipient or ""
            counted[recipient] = counted.get(recipient, 0) + 1
    left = found.decided.by_kind.get(kind, 0) - sum(counted.values())
    if left:  # those that the edition does not show
        counted[""] = counted.get("", 0) + left
    for recipient, n in sorted(counted.items()):
        yield {"disposition": kind, "recipient": recipient, "contributions": n}


def coverage(found: Findings) -> Iterable[Row]:
    """A line for each of the 17 goals as a whole, then for each area it is assigned to or voiced
    in."""
    areas = [it.area for it in found.areas if it.area is not None]
    for it in found.coverage.global_goals:
        yield whole_goal(it)
        for area in areas:
            if area in it.assigned or it.voiced_by_area.get(area):
                yield goal_in_area(it, area)


def whole_goal(it: GoalCoverage) -> Row:
    return {
        "global_goal": it.goal,
        "area": "",
        "assigned": "",
        "carried": list(it.carried),
        "themes": list(it.themes),
        "people": it.people,
        "contributions": it.contributions,
        "target_groups": it.target_groups,
        "goals": list(it.in_goals),
        "gaps": list(it.gaps),
    }


def goal_in_area(it: GoalCoverage, area: str) -> Row:
    return {
        "global_goal": it.goal,
        "area": area,
        "assigned": it.assigned.get(area, ""),
        "carried": [],
        "themes": [],
        "people": it.voiced_by_area.get(area),
        "contributions": None,
        "target_groups": None,
        "goals": [],
        "gaps": [],
    }


def target_groups(found: Findings) -> Iterable[Row]:
    return (target_group(it) for it in found.target_groups)


def target_group(it: TargetGroupFacts) -> Row:
    return {
        "target_group": it.id,
        "resident": it.resident,
        "expected": it.expected,
        "people": it.people,
        "behind": it.behind,
        "contributions": it.contributions,
    }


def goals(found: Findings) -> Iterable[Row]:
    return (goal(it) for it in found.goals)


def goal(it: GoalDraft) -> Row:
    return {
        "goal": it.goal,
        "area": it.area,
        "text": it.text,
        "movement_from": it.movement_from,
        "movement_to": it.movement_to,
        "resources": it.resources,
        "maintenance": it.maintenance,
        "effect": it.effect,
        "horizon": it.horizon,
        "themes": list(it.themes),
        "contributions": list(it.contributions),
        "global_goals": [f"{one.goal}:{one.strength}" for one in it.linked],
        "anchors": list(it.anchors),
        "target_groups": list(it.target_groups),
    }


def changes(found: Findings) -> Iterable[Row]:
    return (change(it) for it in found.changes)


def change(it: WorkChange) -> Row:
    words = locales.translate("sv", f"work.{it.words}", **it.params)
    return {
        "seq": it.seq,
        "at": moment(it.at),
        "role": it.actor,
        "change": words,
        "why": it.why,
        "undone": it.by_undo,
    }


def moderation(found: Findings) -> Iterable[Row]:
    return (moderated(it) for it in found.moderation)


def moderated(it: Moderated) -> Row:
    return {
        "seq": it.seq,
        "at": moment(it.at),
        "role": it.role,
        "session": it.session,
        "act": it.act,
        "contribution": it.contribution,
        "reason": it.reason,
        "device": it.device or None,
        "persons": it.persons or None,
    }


def sessions(found: Findings) -> Iterable[Row]:
    return (session(it) for it in found.sessions)


def session(it: SessionFacts) -> Row:
    return {
        "session": it.session,
        "title": swedish(it.title),
        "type": it.type,
        "date": it.date,
        "closed": it.closed,
        "people": it.people,
        "behind": it.behind,
        "contributions": it.contributions,
    }


ROWS: dict[Name, Callable[[Findings], Iterable[Row]]] = {
    "contributions": contributions,
    "themes": themes,
    "matrix": matrix,
    "dispositions": dispositions,
    "coverage": coverage,
    "target-groups": target_groups,
    "goals": goals,
    "changes": changes,
    "sessions": sessions,
    "moderation": moderation,
}


def moment(at: int) -> str:
    """ms since 1970 as ISO 8601 in UTC, to the minute."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def swedish(text: Text) -> str:
    return in_language(text, "sv")[0]


# ── in words ──────────────────────────────────────────────────────────────────────────────────

SPOKEN: dict[Kind, str] = {
    "kind": "kind",
    "channel": "channel",
    "translated": "translated",
    "standing": "standing",
    "reason": "reason",
    "disposition": "disposition",
    "strength": "strength",
    "role": "actor",
    "carried": "cell.carried",
    "of": "cell.of",
    "session-type": "session_type",
    "act": "act",
}
"""Kind of column -> prefix of its codes in the catalogue."""


class Words:
    """Codes as people say them, for one dialogue."""

    def __init__(self, found: Findings) -> None:
        areas: list[AreaFacts] = found.areas
        groups: dict[Value, str] = {it.id: swedish(it.name) for it in found.target_groups}
        groups[COMMITTEES] = locales.translate("sv", f"target_group.{COMMITTEES}")
        self.names: dict[Kind, dict[Value, str]] = {
            "area": {it.area: swedish(it.name) for it in areas if it.area is not None},
            "target-group": groups,
            "groups": groups,
            "session": {it.session: swedish(it.title) for it in found.sessions},
            "theme": {it.theme: it.title for area in areas for it in area.themes},
            "body": {it.id: it.name for it in found.bodies},
            "anchors": {it.anchor: it.text for it in found.coverage.anchors},
        }

    def title(self, name: str) -> str:
        return locales.translate("sv", f"table.{name}")

    def header(self, column: str) -> str:
        return locales.translate("sv", f"column.{column}")

    def timed(self, column: str) -> str:
        """The header of a column of moments, which people read in Swedish time."""
        return locales.translate("sv", "cell.in_swedish_time", header=self.header(column))

    def say(self, kind: Kind, value: Value) -> str | int | None:
        """The value for a reader; numbers stay numbers."""
        if value is None or value == "" or isinstance(value, list):
            return self.several(kind, value) if value else None
        if kind == "yes":
            return locales.translate("sv", f"cell.{'yes' if value else 'no'}")
        if kind in SPOKEN:
            return known(f"{SPOKEN[kind]}.{value}", str(value))
        if kind in self.names:
            return self.names[kind].get(value, str(value))
        return value

    def several(self, kind: Kind, values: Value) -> str:
        assert isinstance(values, list)
        if kind == "gap":
            return " ".join(known(f"gap.{it}", str(it)) for it in values)
        if kind == "links":
            return ", ".join(map(link_in_words, map(str, values)))
        if kind in self.names:
            return "; ".join(self.names[kind].get(it, str(it)) for it in values)
        return ", ".join(map(str, values))


def link_in_words(link: str) -> str:
    """`11:partial`: 11 (delvis)."""
    goal, _, strength = link.partition(":")
    return f"{goal} ({known(f'strength.{strength}', strength).lower()})" if strength else goal


def known(key: str, otherwise: str) -> str:
    """The words for `key` wherever they stand: with the pages, else with the documents."""
    for place in (key, f"doc.{key}"):
        words = locales.translate("sv", place)
        if words != place:
            return words
    return otherwise
