"""What a meeting needs on paper: run-of-show, poster, table cards, cards for the tables' hosts,
answer form, a card to take home, and the roster of a closed meeting. Each as PDF/A and PDF/UA, like
every other document.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from dialog import locales
from dialog.domain.state import Session
from dialog.domain.views import topics_of
from dialog.protocol.agenda import (
    REVIEWED,
    RIGHT_TO_LEFT,
    UNFILLED,
    Break,
    Check,
    Collect,
    Meanings,
    StepDefinition,
    Text,
    in_language,
    kebab,
)
from dialog.reports import fonts, pdf
from dialog.reports.job import Job
from dialog.reports.model import (
    AnyBlock,
    Cell,
    Document,
    Fact,
    Letterhead,
    Paragraph,
    Run,
    Table,
)

Printable = Literal["run-of-show", "poster", "cards", "hosts", "form", "home-card"]
PRINTABLES: tuple[Printable, ...] = get_args(Printable)
NAMES: dict[Printable | Literal["roster"], str] = {
    "run-of-show": "korschema",
    "poster": "affisch",
    "cards": "bordskort",
    "hosts": "vardkort",
    "form": "svarsblankett",
    "home-card": "ta-hem-kort",
    "roster": "kodlista",
}
"""What files are called."""
FOR_EVERYBODY: dict[Printable, tuple[str, ...]] = {
    "poster": (
        *("scan", "join_at", "code", "own_code", "qr_alt", "qr_alt_own"),
        *("anonymous", "other_ways", "open_until"),
    ),
    "form": (
        *("form", "number", "form_lead", "form_public", "form_groups", "form_after"),
        *("form_after_text", "form_help"),
    ),
    "home-card": (
        *("home-card", "home_lead", "home_code", "home_scan", "home_next", "home_said"),
        *("home_qr_alt", "home_nobody"),
    ),
}
"""What is for all who come -> its words: a language that has them all has the paper."""
LINES_OF_NEXT = 4
LINES = {"collect": 4, "meanings": 3, "check": 3}
"""Lines to write on: for a step, or for each of its topics."""


class WayIn(Struct):
    """How people come in: the address of the first page, the code, a QR picture (SVG) of both.
    `code` "": everybody has one of their own, and the picture leads to the first page.
    """

    home: str
    code: str
    qr: str
    receipts: str = ""
    """A QR picture that leads to the page of receipts."""

    @property
    def address(self) -> str:
        """As people type it."""
        return self.home.partition("://")[2].rstrip("/") or self.home

    @property
    def shown_code(self) -> str:
        """In parts that are easy to read out: three letters first; in threes where it is long."""
        parts = (3, 6) if len(self.code) > 7 else (3,)
        cuts = (0, *parts, len(self.code)) if len(self.code) > 5 else (0, len(self.code))
        return "-".join(self.code[a:b] for a, b in pairwise(cuts))


class TableLink(Struct):
    """The way in for one table's device, as a QR picture (SVG). `until`: ms since 1970."""

    table: str
    qr: str
    until: int


class Strip(Struct):
    """What one person of a closed meeting gets: a seat's number, a name or "", and the way in."""

    seat: int
    name: str
    way: WayIn


def described(
    what: Printable,
    session: Session,
    way: WayIn,
    head: Letterhead,
    lang: str,
    tables: int,
    links: Sequence[TableLink] = (),
) -> Callable[[], bytes]:
    """A function that sets it: it takes seconds, may be called in any thread, and raises
    `CannotTypeset`. The session is read now. `links`: for the cards of the tables' hosts."""
    its = Words(session, lang)
    if what == "run-of-show":
        return partial(pdf.pdf, run_of_show(its, way, head))
    content = {
        "poster": lambda: poster(its, way),
        "cards": lambda: cards(its, way, tables),
        "hosts": lambda: hosts(its, links),
        "form": lambda: form(its),
        "home-card": lambda: home_card(its, way),
    }[what]()
    return partial(typeset, its.common(what, head) | content, session.dialogue.at)


def roster(session: Session, strips: Sequence[Strip], head: Letterhead) -> Callable[[], bytes]:
    """The same, in Swedish. Nobody but the paper learns which name belongs to which code."""
    its = Words(session, "sv")
    content = its.common("roster", head) | codes(its, strips)
    return partial(typeset, content, session.dialogue.at)


def languages(what: Printable, session: Session, offered: Iterable[str]) -> list[str]:
    """Those of the languages that there are words in for this paper, the session's first: easy
    Swedish for a class."""
    there = [lang for lang in offered if lang in REVIEWED or has_words(lang, what)]
    first = "sv-easy" if session.definition.type == "class" else "sv"
    return sorted(there, key=lambda lang: lang != first)


def has_words(lang: str, what: Printable) -> bool:
    own = locales.own_words(lang, "documents")
    return all(f"doc.print.{key}" in own for key in FOR_EVERYBODY[what])


class Words:
    """The session's words and the catalogue's, in one language."""

    def __init__(self, session: Session, lang: str) -> None:
        self.session, self.lang = session, lang

    def __call__(self, key: str, **params: object) -> str:
        return locales.translate(self.lang, f"doc.print.{key}", **params)

    def of(self, text: Text) -> str:
        return in_language(text, self.lang)[0]

    @property
    def title(self) -> str:
        return self.of(self.session.definition.title)

    @property
    def when_and_where(self) -> list[str]:
        it, closes = self.session.definition, self.session.closes_at
        until = self("open_until", when=locales.moment(self.lang, closes)) if closes else ""
        lines = (locales.day(self.lang, it.date), self.of(it.place), self.session.room, until)
        return [line for line in lines if line]

    @property
    def mark(self) -> str:
        """What says that it is only a rehearsal."""
        rehearsal = self.session.dialogue.rehearsal
        return locales.translate(self.lang, "doc.rehearsal_mark") if rehearsal else ""

    def common(self, what: Printable | Literal["roster"], head: Letterhead) -> dict[str, Any]:
        return {
            "what": what,
            "lang": self.lang.partition("-")[0],
            "rtl": self.lang in RIGHT_TO_LEFT,
            "name": f"{self(what)} – {self.title}",
            "title": self.title,
            "when_and_where": self.when_and_where,
            "municipality": head.municipality,
            "mark": self.mark,
        }


# ── the run-of-show ───────────────────────────────────────────────────────────────────────────


def run_of_show(its: Words, way: WayIn, head: Letterhead) -> Document:
    session = its.session
    at = datetime.fromtimestamp(session.dialogue.at / 1000, UTC)
    facts = [
        Fact(its("when_where"), ", ".join(its.when_and_where)),
        Fact(its("join"), address_and_code(its, way)),
        Fact(its("length"), length(sum(step.minutes for step in session.definition.steps))),
    ]
    blocks: list[AnyBlock] = [Paragraph([Run(its("run_help"))], style="note"), steps_table(its)]
    return Document(
        title=its.title,
        kind=its("run-of-show").upper(),
        subtitle=its.of(session.definition.question),
        letterhead=head,
        facts=[fact for fact in facts if fact.value],
        blocks=blocks,
        sources=[],
        draft=bool(its.mark),
        draft_mark=its.mark,
        lang=its.lang.partition("-")[0],
        contents=False,
        updated=at.isoformat(),
    )


def address_and_code(its: Words, way: WayIn) -> str:
    if not way.code:
        return way.address
    return its("address_and_code", address=way.address, code=way.shown_code)


def steps_table(its: Words) -> Table:
    rows, begun = [], 0.0
    for step in its.session.definition.steps:
        rows.append([Cell(text, bold=n == 1) for n, text in enumerate(row(its, step, begun))])
        begun += step.minutes
    columns = ("time", "step", "shows", "say", "staff")
    return Table(
        caption=its("run-of-show"),
        columns=[its(f"column.{name}") for name in columns],
        rows=rows,
        widths=[1.2, 2.5, 4, 5, 2.3],
    )


def row(its: Words, step: StepDefinition, begun: float) -> list[str]:
    """`begun`: minutes from the start. A step without minutes has no time of its own."""
    minutes = its("minutes", n=f"{step.minutes:g}")
    time = f"{length(begun)}\n{minutes}" if step.minutes else ""
    until = step.until if isinstance(step, Break) else ""
    shows = [
        its(f"shows.{kebab(type(step).__name__)}"),
        its("until", time=until) if until else "",
        its("quoted", text=prompt) if (prompt := its.of(step.prompt)) else "",
        *(f"• {its.of(topic.text)}" for topic in topics_of(its.session, step)),
    ]
    return [time, its.of(step.title), "\n".join(filter(None, shows)), its.of(step.say), ""]


def length(minutes: float) -> str:
    """`2.05`: hours and minutes, as times of day are written."""
    return f"{int(minutes) // 60}.{int(minutes) % 60:02d}"


# ── poster, cards, form ───────────────────────────────────────────────────────────────────────


def way_in(its: Words, way: WayIn) -> dict[str, Any]:
    address, code = way.address, way.shown_code
    alt = its("qr_alt", address=address, code=code) if code else its("qr_alt_own", address=address)
    return {
        "qr": way.qr,
        "qr_alt": alt,
        "address": address,
        "code": code,
        "code_label": its("code") if code else its("own_code"),
        "join_at": its("join_at"),
        "scan": its("scan"),
        "other_ways": its("other_ways"),
    }


def poster(its: Words, way: WayIn) -> dict[str, Any]:
    return way_in(its, way) | {
        "question": its.of(its.session.definition.question),
        "anonymous": its("anonymous"),
    }


def cards(its: Words, way: WayIn, tables: int) -> dict[str, Any]:
    return way_in(its, way) | {
        "tables": [its("table", number=number) for number in range(1, tables + 1)],
        "rules_title": its("rules"),
        "rules": [its.of(rule) for rule in its.session.definition.rules],
    }


def hosts(its: Words, links: Sequence[TableLink]) -> dict[str, Any]:
    return {
        "cards": [
            {
                "name": its("table", number=link.table),
                "qr": link.qr,
                "qr_alt": its("host_qr_alt", number=link.table),
                "until": its("host_until", when=locales.moment(its.lang, link.until)),
            }
            for link in links
        ],
        "kind": its("hosts"),
        "how": its("host_how"),
        "for_whom": its("host_for_whom"),
    }


def home_card(its: Words, way: WayIn) -> dict[str, Any]:
    """Where one reads what became of it; what comes next."""
    definition, dialogue = its.session.definition, its.session.dialogue
    written = [(line.date, its.of(line.text)) for line in definition.next[:LINES_OF_NEXT]]
    contact = dialogue.definition.contact
    return {
        "kind": its("home-card"),
        "lead": its("home_lead"),
        "qr": way.receipts,
        "qr_alt": its("home_qr_alt", address=f"{way.address}/receipt"),
        "address": f"{way.address}/receipt",
        "scan": its("home_scan"),
        "code_label": its("home_code"),
        "nobody": its("home_nobody"),
        "next_title": its("home_next") if written else "",
        "next": [{"date": date, "text": text} for date, text in written],
        "said": its("home_said"),
        "feedback": "" if dialogue.rehearsal else f"{way.address}/feedback/{dialogue.id}",
        "contact": "" if contact.startswith(UNFILLED) else contact,
    }


def codes(its: Words, strips: Sequence[Strip]) -> dict[str, Any]:
    """The list that whoever leads the meeting keeps has names and no codes; a strip has one."""
    columns = ("seat", "name", "handed_out")
    return {
        "kind": its("roster"),
        "lead": its("roster_lead"),
        "caption": its("roster_caption"),
        "columns": [its(f"column.{name}") for name in columns],
        "cut": its("roster_cut"),
        "scan": its("strip_scan"),
        "join_at": its("join_at"),
        "code_label": its("strip_code"),
        "once": its("strip_once"),
        "strips": [
            {
                "seat": str(strip.seat),
                "seat_label": its("strip_seat", number=strip.seat),
                "name": strip.name,
                "qr": strip.way.qr,
                "qr_alt": its("strip_qr_alt", number=strip.seat),
                "address": strip.way.address,
                "code": strip.way.shown_code,
            }
            for strip in strips
        ],
    }


def form(its: Words) -> dict[str, Any]:
    groups = its.session.dialogue.definition.target_groups
    return {
        "kind": its("form"),
        "number": its("number"),
        "lead": its("form_lead"),
        "public": its("form_public"),
        "group_title": its("form_groups"),
        "groups": [its.of(group.name) for group in groups],
        "questions": [
            question(its, step)
            for step in its.session.definition.steps
            if isinstance(step, Collect | Meanings | Check)
        ],
        "after_title": its("form_after"),
        "after": its("form_after_text"),
        "other_ways": its("form_help"),
    }


def question(its: Words, step: StepDefinition) -> dict[str, Any]:
    lines = LINES[kebab(type(step).__name__)]
    topics = [its.of(topic.text) for topic in topics_of(its.session, step)]
    return {
        "title": its.of(step.title),
        "prompt": its.of(step.prompt),
        "topics": topics,
        "lines": lines,
    }


# ── setting ───────────────────────────────────────────────────────────────────────────────────


def typeset(content: dict[str, Any], at: int) -> bytes:
    """The same content gives the same bytes. `at`: milliseconds since 1970."""
    try:
        return pdf.set_apart(job(content, at, fonts.shown))
    except pdf.Refused:
        pass
    try:
        return pdf.set_apart(job(content, at, fonts.strictly_shown))
    except pdf.Refused:
        raise pdf.CannotTypeset("the typesetter refuses what is to be printed") from None


def job(content: dict[str, Any], at: int, show: pdf.Show) -> Job:
    made = datetime.fromtimestamp(at / 1000, UTC)
    data = shown(content, content["lang"], show) | {
        "fonts": list(fonts.FAMILIES),
        "date": [made.year, made.month, made.day],
    }
    return Job(
        document=msgspec.json.encode(data).decode(),
        fonts=[str(folder) for folder in fonts.folders()],
        header_columns=[],
        timestamp=int(made.timestamp()),
        template="printables.typ",
    )


def shown(value: Any, lang: str, show: pdf.Show) -> Any:
    """The same with every text as the fonts can show it."""
    match value:
        case str():
            return show(value, lang)
        case list():
            return [shown(each, lang, show) for each in value]
        case dict():
            return {name: shown(each, lang, show) for name, each in value.items()}
    return value
