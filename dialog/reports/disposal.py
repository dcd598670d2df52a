"""The protocol of a disposal: what has gone, by which decision and by whom; as a file that can be
verified, and as a paper for the registry.
"""

from datetime import datetime

from msgspec import Struct

from dialog import locales
from dialog.domain.times import SWEDEN
from dialog.protocol.agenda import Disposal
from dialog.reports.model import (
    AnyBlock,
    Cell,
    Document,
    Fact,
    Heading,
    Letterhead,
    Paragraph,
    Run,
    Table,
)
from dialog.reports.tables import known

KIND = "dialog-disposal"
REMINDER = (
    "Säkerhetskopior som tagits före gallringen innehåller fortfarande uppgifterna. De ska bytas ut"
    " och förstöras enligt rutinen för säkerhetskopior. Exemplar som har lämnats till en"
    " arkivmyndighet gallras där."
)


class Line(Struct):
    """What goes by one rule: how many, in which sessions, from when to when (UTC, to the minute).
    `next`: when more will be due. `files`, `vectors`: what goes with it."""

    rule: Disposal
    sessions: list[str]
    n: int
    oldest: str
    newest: str
    list_hash: str
    next: str = ""
    files: list[str] = []
    vectors: int = 0


class Protocol(Struct):
    """What has gone: how many, by which rule and decision, when and by whom. `bodies`: what those
    who have decided are called."""

    dialogue: str
    record_number: str
    title: str
    municipality: str
    disposal: int
    at: str
    by: str
    upto: int
    lines: list[Line]
    list_hash: str
    bodies: dict[str, str]
    reminder: str = REMINDER
    kind: str = KIND
    format: int = 1


class Signed(Struct):
    """`signature`: of the protocol, with the installation's secret."""

    protocol: Protocol
    signature: str


def document(signed: Signed, sha256: str, letterhead: Letterhead) -> Document:
    """On paper. `sha256`: of the file, which the paper is a picture of."""
    it = signed.protocol
    facts = [
        ("fact.record_number", it.record_number),
        ("protocol.at", minute(it.at)),
        ("protocol.by", in_words(it.by)),
        ("protocol.list", it.list_hash),
        ("protocol.file", sha256),
        ("protocol.signature", signed.signature),
    ]
    return Document(
        title=say("protocol.title", number=it.disposal),
        kind=say("protocol.kind"),
        subtitle=it.title,
        letterhead=letterhead,
        facts=[Fact(say(key), value) for key, value in facts if value],
        blocks=blocks(it),
        sources=[],
        draft=False,
        contents=False,
        author=it.municipality,
        updated=it.at,
    )


def blocks(it: Protocol) -> list[AnyBlock]:
    columns = [say(f"protocol.column.{key}") for key in ("what", "n", "rule", "decision", "time")]
    with_it = [
        Paragraph([Run(f"{say(f'disposal.{line.rule.what}')}: {what_went_with(line)}")], "note")
        for line in it.lines
        if line.files or line.vectors
    ]
    return [
        Heading(say("protocol.lines")),
        Table(
            say("protocol.lines"),
            columns,
            [row(line, it.bodies) for line in it.lines],
            widths=[3.4, 1.1, 2.6, 3.6, 3.2],
            small=True,
        ),
        *with_it,
        Paragraph([Run(say("protocol.what_stays"))]),
        Paragraph([Run(it.reminder)], "caution"),
    ]


def row(line: Line, bodies: dict[str, str]) -> list[Cell]:
    rule = line.rule
    after = say(f"protocol.after.{rule.after}")
    return [
        Cell(say(f"disposal.{rule.what}")),
        Cell(str(line.n), align="end"),
        Cell(say("protocol.rule", days=rule.days, after=after)),
        Cell(f"{bodies.get(rule.body, rule.body)} {rule.date}, {rule.section}"),
        Cell(f"{minute(line.oldest)} – {minute(line.newest)}"),
    ]


def what_went_with(line: Line) -> str:
    files = ", ".join(line.files) or say("protocol.no_files")
    return say("protocol.with", vectors=line.vectors, files=files)


def in_words(by: str) -> str:
    """`registrar/Ada`: the role as it is called, and the name."""
    role, _, name = by.partition("/")
    return f"{known(f'actor.{role}', role)} {name}".strip()


def minute(moment: str) -> str:
    """A moment in UTC as the clock on the wall showed it."""
    return datetime.fromisoformat(moment).astimezone(SWEDEN).strftime("%Y-%m-%d %H.%M")


def say(key: str, **params: object) -> str:
    return locales.translate("sv", f"doc.{key}", **params)
