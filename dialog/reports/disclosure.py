"""The copy for whoever asks for the contributions about something: a public record.

What is hidden, waits or was withdrawn stands there as a number without words, so that it is seen
that it is left out, and the registrar can judge it apart.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dialog import locales
from dialog.domain.findings.model import ContributionFacts, Findings
from dialog.protocol.agenda import in_language
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
from dialog.reports.tables import Kind, Sheet, Value, Words, moment, sheet

COLUMNS = ("contribution", "received", "kind", "area", "target_group", "text")


class Asked(Struct, frozen=True):
    """What is asked for; what is empty is not asked about. `theme`: its number."""

    area: str = ""
    theme: int = 0
    target_group: str = ""

    def fits(self, it: ContributionFacts) -> bool:
        return (
            self.area in ("", it.area, it.written_area)
            and self.theme in (0, it.theme)
            and self.target_group in ("", it.target_group)
        )


def asked_in(json: str) -> Asked:
    return msgspec.json.decode(json, type=Asked)


def disclosed(found: Findings, asked: Asked) -> Findings:
    """`found` with those contributions only, and the words of visible ones only."""
    return replace(
        found,
        contributions={
            number: it if it.standing == "visible" else without_words(it)
            for number, it in found.contributions.items()
            if asked.fits(it)
        },
    )


def without_words(it: ContributionFacts) -> ContributionFacts:
    return replace(it, text="", reason="", disposition_reason="")


def left_out(found: Findings) -> int:
    return sum(it.standing != "visible" for it in found.contributions.values())


def table(found: Findings) -> Sheet:
    """For CSV and XLSX."""
    return sheet(found, "contributions")


def document(found: Findings, asked: Asked, letterhead: Letterhead) -> Document:
    """For whoever wants to read it."""
    words = Words(found)
    title = in_language(found.title, "sv")[0]
    return Document(
        title=say("title", title=title),
        kind=say("kind"),
        subtitle="",
        letterhead=letterhead,
        facts=[
            Fact(words.header("number"), found.record_number),
            Fact(say("asked"), what_is_asked(words, asked)),
            Fact(say("as_of"), moment(found.at).replace("T", " ").removesuffix("Z") + " UTC"),
        ],
        blocks=blocks(found, words),
        sources=[],
        draft=False,
        contents=False,
        author=found.municipality,
        updated=moment(found.at),
    )


def what_is_asked(words: Words, asked: Asked) -> str:
    about: list[tuple[str, Kind, Value]] = [
        ("area", "area", asked.area),
        ("theme", "theme", asked.theme),
        ("target_group", "target-group", asked.target_group),
    ]
    parts = [
        f"{words.header(name)}: {words.say(kind, value)}" for name, kind, value in about if value
    ]
    return "; ".join(parts) or say("everything")


def blocks(found: Findings, words: Words) -> list[AnyBlock]:
    shown = len(found.contributions) - left_out(found)
    return [
        Heading(words.title("contributions")),
        Paragraph([Run(say("counted", n=shown, hidden=left_out(found)))]),
        Table(
            words.title("contributions"),
            [words.header(name) for name in COLUMNS],
            [row(it, words) for _, it in sorted(found.contributions.items())],
            widths=[1, 1.8, 1.4, 2.4, 2, 6],
            small=True,
        ),
    ]


def row(it: ContributionFacts, words: Words) -> list[Cell]:
    shown = it.standing == "visible"
    text = it.text if shown else say("left_out", standing=str(words.say("standing", it.standing)))
    return [
        Cell(str(it.contribution)),
        Cell(moment(it.at).replace("T", " ").removesuffix("Z")),
        Cell(str(words.say("kind", it.kind) or "")),
        Cell(str(words.say("area", it.area or "") or "–")),
        Cell(str(words.say("target-group", it.target_group) or "–")),
        Cell(text, lang=it.language if shown else "", after=translations(it)),
    ]


def translations(it: ContributionFacts) -> list[Run]:
    """All there are: each is a record too."""
    found: list[Run] = []
    for one in it.translations:
        maker = locales.translate("sv", f"translated.{one.by}")
        line = "\n" if found else ""
        found += [Run(f"{line}{maker}: ", italic=True), Run(one.text, lang=one.language)]
    return found


def say(key: str, **params: object) -> str:
    return locales.translate("sv", f"disclosure.{key}", **params)
