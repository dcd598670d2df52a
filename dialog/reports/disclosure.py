"""For whoever asks for the contributions about something: public records.

Two papers. The **review** is for the registrar: everything that was asked for, also what is hidden,
waits or is masked, each with what must be looked at before it is given out. The **copy** is what is
given out: there, what is not shown stands as a number without words, so that it is seen that it is
left out.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from dialog import locales
from dialog.domain.findings.model import ContributionFacts, Findings
from dialog.domain.state import Contribution, Dialogue
from dialog.domain.times import SWEDEN
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
from dialog.reports.tables import Column, Kind, Sheet, Value, Words, known, moment
from dialog.text.stems import stem
from dialog.text.words import normalise, words

REFERENCE_LIMIT = 80
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]

COPY = [
    Column("contribution", "number", 9),
    Column("session", "session", 22),
    Column("received", "moment", 17),
    Column("channel", "channel", 12),
    Column("language", "text", 8),
    Column("kind", "kind", 12),
    Column("area", "area", 26),
    Column("theme", "theme", 26),
    Column("target_group", "target-group", 18),
    Column("standing", "standing", 18),
    Column("text", "text", 60),
    Column("translations", "text", 40),
]
REVIEW = [
    *COPY[:-2],
    Column("reason", "reason", 18),
    Column("slip", "number", 9),
    Column("people", "number", 9),
    Column("marks", "text", 34),
    Column("shown", "text", 50),
    Column("text", "text", 60),
    Column("translations", "text", 40),
    Column("assessment", "text", 30),
]
"""`shown`: what may be read; `text`: all that was written; `assessment`: empty, to be filled in."""

NOT_SEARCHED = [Column("contribution", "number", 9), Column("language", "text", 8)]


class Asked(Struct, frozen=True):
    """What is asked for; what is empty is not asked about. `theme`: its number. `words`: any of
    these, with commas between; of several words in a row, all. `since`, `until`: days, both
    included. `reference`: of the request. `review`: the paper for who judges it, instead of the
    copy.
    """

    area: str = ""
    theme: int = 0
    target_group: str = ""
    session: str = ""
    words: Annotated[str, Meta(max_length=200)] = ""
    since: Day = ""
    until: Day = ""
    reference: Annotated[str, Meta(max_length=REFERENCE_LIMIT)] = ""
    review: bool = False

    def fits(self, it: ContributionFacts, written: Contribution) -> bool:
        day = datetime.fromtimestamp(it.at / 1000, SWEDEN).date().isoformat()
        return (
            self.area in ("", it.area, it.written_area)
            and self.theme in (0, it.theme)
            and self.target_group in ("", it.target_group)
            and self.session in ("", it.session)
            and (self.since or day) <= day <= (self.until or day)
            and is_about(self.words, texts_of(written) if self.review else told_of(written))
        )


def asked_in(json: str) -> Asked:
    return msgspec.json.decode(json, type=Asked)


def texts_of(it: Contribution) -> list[str]:
    """All that it says, in every language."""
    return [it.original or it.words or "", *(its.text for its in it.translations.values())]


def told_of(it: Contribution) -> list[str]:
    """What the copy is searched in: of a visible one what is shown. Whoever asks for a name must
    not be given what it is masked in."""
    if not it.is_visible:
        return texts_of(it)
    return [it.legible, *(its.text for its in it.translations.values())]


def is_about(asked: str, texts: Iterable[str]) -> bool:
    """Whether any of the asked phrases is in the texts: as it stands, or inflected. Rather one too
    many than one too few: somebody reads all of them."""
    phrases = [phrase for part in asked.split(",") if (phrase := part.split())]
    if not phrases:
        return True
    whole = " ".join(texts)
    there, folded = {it.stem for it in words(whole)}, normalise(whole)
    return any(
        all(normalise(word) in folded or stem(normalise(word)) in there for word in phrase)
        for phrase in phrases
    )


def asked_for(found: Findings, asked: Asked, dialogue: Dialogue) -> Findings:
    """`found` with those contributions only. In the copy, the words of visible ones only."""
    its = {
        number: it
        for number, it in found.contributions.items()
        if asked.fits(it, dialogue.contributions[number])
    }
    if not asked.review:
        its = {
            number: it if it.standing == "visible" else without_words(it)
            for number, it in its.items()
        }
    return replace(found, contributions=its)


def not_searched(found: Findings, asked: Asked, dialogue: Dialogue) -> list[int]:
    """Those that the words asked for were not found in, and that are neither in Swedish nor
    translated to it: somebody must read them. `found`: the whole."""
    if not asked.words or not asked.review:
        return []
    but_words = replace(asked, words="")
    return [
        number
        for number, it in sorted(found.contributions.items())
        if not in_swedish(dialogue.contributions[number])
        and but_words.fits(it, dialogue.contributions[number])
        and not asked.fits(it, dialogue.contributions[number])
    ]


def in_swedish(it: Contribution) -> bool:
    return it.posted.language.partition("-")[0] == "sv" or "sv" in it.translations


def without_words(it: ContributionFacts) -> ContributionFacts:
    return replace(it, text="", reason="", disposition_reason="")


def left_out(found: Findings) -> int:
    return sum(it.standing != "visible" for it in found.contributions.values())


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def table(found: Findings, asked: Asked, dialogue: Dialogue) -> Sheet:
    """For CSV, JSON and XLSX. `found`: as of `asked_for`."""
    columns = REVIEW if asked.review else COPY
    rows = []
    for number, it in sorted(found.contributions.items()):
        values = row_of(it, dialogue.contributions[number], asked)
        rows.append([values[column.name] for column in columns])
    return Sheet("review" if asked.review else "contributions", columns, rows)


def tables(found: Findings, asked: Asked, dialogue: Dialogue, unsearched: list[int]) -> list[Sheet]:
    """`unsearched`: as of `not_searched`, on a sheet of their own."""
    rows: list[list[Value]] = [
        [number, dialogue.contributions[number].posted.language] for number in unsearched
    ]
    others = [Sheet("not-searched", NOT_SEARCHED, rows)] if rows else []
    return [table(found, asked, dialogue), *others]


def row_of(it: ContributionFacts, written: Contribution, asked: Asked) -> dict[str, Value]:
    given = asked.review or it.standing == "visible"
    row: dict[str, Value] = {
        "contribution": it.contribution,
        "session": it.session,
        "received": moment(it.at),
        "channel": it.channel,
        "language": it.language,
        "kind": it.kind,
        "area": it.area or "",
        "theme": it.theme,
        "target_group": it.target_group,
        "standing": it.standing,
        "text": it.text,
        "translations": translations_of(written) if given else "",
    }
    if not asked.review:
        return row
    return row | {
        "reason": it.reason,
        "slip": it.slip or None,
        "people": it.people,
        "marks": "; ".join(marks_of(it, written, asked)),
        "shown": it.text if it.standing == "visible" else "",
        "text": written.original or written.words or "",
        "assessment": "",
    }


def translations_of(it: Contribution) -> str:
    return "\n".join(
        say("translation", into=language, by=say(f"by.{its.by}"), text=its.text)
        for language, its in it.translations.items()
    )


def marks_of(it: ContributionFacts, written: Contribution, asked: Asked) -> list[str]:
    """What must be looked at before it is given out."""
    marks = [say(f"mark.{it.standing}")] if it.standing != "visible" else []
    if written.words is None:
        marks.append(say("mark.disposed"))
    if written.masks:
        marks.append(say("mark.masked"))
    if not is_about(asked.words, told_of(written)):
        marks.append(say("mark.under_mask"))
    if written.posted.flags:
        flags = ", ".join(known(f"flag.{flag}", flag) for flag in written.posted.flags)
        marks.append(say("mark.flagged", flags=flags))
    return marks


# ── on paper ──────────────────────────────────────────────────────────────────────────────────


def document(
    found: Findings,
    asked: Asked,
    dialogue: Dialogue,
    letterhead: Letterhead,
    unsearched: list[int],
) -> Document:
    """For whoever wants to read it. `unsearched`: as of `not_searched`."""
    names = Words(found)
    title = in_language(found.title, "sv")[0]
    which = "review_" if asked.review else ""
    facts = [
        Fact(names.header("number"), found.record_number),
        Fact(say("reference"), asked.reference),
        Fact(say("asked"), what_is_asked(names, asked)),
        Fact(say("as_of"), say("in_swedish_time", time=swedish_time(found.at))),
    ]
    return Document(
        title=say(f"{which}title", title=title),
        kind=say(f"{which}kind"),
        subtitle="",
        letterhead=letterhead,
        facts=[it for it in facts if it.value],
        blocks=[*unsearched_note(unsearched), *blocks(found, asked, dialogue, names)],
        sources=[],
        draft=False,
        contents=False,
        author=found.municipality,
        updated=moment(found.at),
    )


def what_is_asked(names: Words, asked: Asked) -> str:
    about: list[tuple[str, Kind, Value]] = [
        ("search", "text", asked.words),
        ("area", "area", asked.area),
        ("theme", "theme", asked.theme),
        ("target_group", "target-group", asked.target_group),
        ("session", "session", asked.session),
        ("since", "text", asked.since),
        ("until", "text", asked.until),
    ]
    parts = [
        f"{names.header(name)}: {names.say(kind, value)}" for name, kind, value in about if value
    ]
    return "; ".join(parts) or say("everything")


def unsearched_note(numbers: list[int]) -> list[AnyBlock]:
    if not numbers:
        return []
    words = say("not_searched", numbers=", ".join(map(str, numbers)))
    return [Paragraph([Run(words)], "caution")]


def blocks(found: Findings, asked: Asked, dialogue: Dialogue, names: Words) -> list[AnyBlock]:
    hidden = left_out(found)
    counted = len(found.contributions) - (0 if asked.review else hidden)
    which = "review_counted" if asked.review else "counted"
    columns = ("contribution", "received", "channel", "kind", "area", "target_group", "text")
    title = names.title("review" if asked.review else "contributions")
    rows = [
        paper_row(it, dialogue.contributions[number], asked, names)
        for number, it in sorted(found.contributions.items())
    ]
    warning: list[AnyBlock] = [Paragraph([Run(say("review_warning"))], "caution")]
    return [
        *(warning if asked.review else []),
        Heading(title),
        Paragraph([Run(say(which, n=counted, hidden=hidden))]),
        Table(
            title,
            [names.timed(name) if name == "received" else names.header(name) for name in columns],
            rows,
            widths=[1, 1.7, 1.2, 1.4, 2.2, 1.8, 6],
            small=True,
        ),
    ]


def swedish_time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, SWEDEN).strftime("%Y-%m-%d %H.%M")


def paper_row(
    it: ContributionFacts, written: Contribution, asked: Asked, names: Words
) -> list[Cell]:
    given = asked.review or it.standing == "visible"
    values = row_of(it, written, asked)
    standing = str(names.say("standing", it.standing))
    text = str(values["text"]) if given else say("left_out", standing=standing)
    marks = [f"[{mark}]" for mark in marks_of(it, written, asked)] if asked.review else []
    return [
        Cell(str(it.contribution)),
        Cell(swedish_time(it.at)),
        Cell(str(names.say("channel", it.channel))),
        Cell(str(names.say("kind", it.kind) or "")),
        Cell(str(names.say("area", it.area or "") or "–")),
        Cell(str(names.say("target-group", it.target_group) or "–")),
        Cell(
            "\n".join((*marks, text)),
            lang=it.language if given else "",
            after=beside(written) if given else [],
        ),
    ]


def beside(it: Contribution) -> list[Run]:
    """All its translations, a line each."""
    found: list[Run] = []
    for one in it.all_translations:
        maker = locales.translate("sv", f"translated.{one.by}")
        line = "\n" if found else ""
        found += [Run(f"{line}{maker}: ", italic=True), Run(one.text, lang=one.language)]
    return found


def say(key: str, **params: object) -> str:
    return locales.translate("sv", f"disclosure.{key}", **params)
