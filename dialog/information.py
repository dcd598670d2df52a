"""The information pages: about, personal data, accessibility, rules, help.

The words are `page.<page>.<section>.heading|text` in the catalogue; a blank line parts paragraphs,
and lines that begin with "- " are a list. What differs between municipalities comes from
`municipality.toml` and from the dialogue that the reader has joined.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialog import locales
from dialog.installation import installation_of
from dialog.protocol.agenda import (
    FEWEST_PEOPLE,
    DialogueDefinition,
    Disposal,
    SessionDefinition,
    Text,
    in_language,
)
from dialog.rendering import language_of, render
from dialog.sessions import Library, Municipality, filled, speaks_for

PATHS = {
    "about": "om",
    "privacy": "personuppgifter",
    "accessibility": "tillganglighet",
    "rules": "regler",
    "help": "hjalp",
}
"""Page -> its address in Swedish; the page's own name is an address too."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "about": ("this", "what", "who", "level", "used", "grouping", "limits"),
    "privacy": (
        *("short", "controller", "why", "stored", "readers", "computer", "cookies"),
        *("retention", "rights", "young", "staff"),
    ),
    "accessibility": (
        *("about", "built", "otherwise", "report", "supervision", "shortcomings"),
        *("burden", "outside", "tested", "browsers"),
    ),
    "rules": ("talk", "readers", "hidden", "criticism", "yours"),
    "help": ("join", "code", "lost", "ways", "aids", "languages", "receipt", "ask"),
}
SHORT = ("short",)
"""Sections that say the whole in a few lines, and stand in a frame."""


# ── what a page is made of ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """Some words; `lang` where they are not in the page's language, `href` where they lead."""

    text: str
    lang: str = ""
    href: str = ""


@dataclass(frozen=True)
class Block:
    """`paragraph` or `list` of lines, or `facts`: what is so, and the lines that say it."""

    kind: str
    lines: list[Line] = field(default_factory=list)
    facts: list[tuple[str, list[Line]]] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    name: str
    heading: str
    blocks: list[Block]
    short: bool = False


@dataclass(frozen=True)
class Invitation:
    """Who invites this reader, as far as is known: the municipality, and what was joined."""

    municipality: Municipality
    dialogue: DialogueDefinition | None = None
    session: SessionDefinition | None = None
    disposal: list[Disposal] = field(default_factory=list)
    """What has been decided, as the dialogue's file says today: it is decided after the meeting."""


async def invitation_to(request: Request) -> Invitation:
    """By the session joined, else the only one that there is."""
    here = installation_of(request)
    library = await here.library()
    for session in await here.joined(request):
        live = await here.dialogue_of(session)
        if live is not None:
            joined = live.dialogue.sessions[session].definition
            return inviting(library, live.dialogue.definition, joined)
    names = {it.definition.municipality for it in library.dialogues.values()}
    if len(names) != 1:
        return Invitation(Municipality(""))
    opened = [await here.live.dialogue(id) for id in library.dialogues]
    if len(opened) == 1 and opened[0] is not None:
        return inviting(library, opened[0].dialogue.definition)
    return Invitation(speaking_for(names.pop(), library.municipality))


def inviting(
    library: Library, dialogue: DialogueDefinition, session: SessionDefinition | None = None
) -> Invitation:
    its = speaking_for(dialogue.municipality, library.municipality)
    file = library.dialogues.get(dialogue.id)
    rules = file.definition.disposal if file else []
    return Invitation(its, dialogue, session, [rule for rule in rules if rule.is_decided])


def speaking_for(name: str, file: Municipality | None) -> Municipality:
    return file if file is not None and speaks_for(file, name) else Municipality(name)


# ── the pages ─────────────────────────────────────────────────────────────────────────────────


def page(name: str) -> Callable[[Request], Any]:
    async def show(request: Request) -> Response:
        its = Page(name, language_of(request), await invitation_to(request), request)
        return render(
            request,
            "page.html",
            "pages",
            for_anybody=True,
            title=its("title"),
            sections=its.sections(),
            name=name,
            municipality=its.by.municipality.name,
        )

    return show


class Page:
    """One page in one language, for one reader."""

    def __init__(self, name: str, language: str, by: Invitation, request: Request) -> None:
        self.name, self.language, self.by = name, language, by
        self.settings = installation_of(request).settings
        self.reviewed = installation_of(request).reviewed
        self.fill = {
            "municipality": by.municipality.name or self.words("some_municipality"),
            "fewest": FEWEST_PEOPLE,
            "where": self.words(
                f"privacy.where.{'endpoint' if self.settings.embeddings_url else 'here'}"
            ),
        }

    def words(self, key: str, **params: object) -> str:
        return locales.translate(self.language, f"page.{key}", **params)

    def __call__(self, key: str, **params: object) -> str:
        return self.words(f"{self.name}.{key}", **self.fill | params)

    def line(self, text: Text) -> Line:
        """Words of the municipality's own; Swedish where there are none in the language."""
        words, there = in_language(text, self.language)
        # Easy words are Swedish too: only who reads another language is told of the change.
        return Line(words, "" if there or self.language == "sv-easy" else "sv")

    def sections(self) -> list[Section]:
        made = [self.section(name) for name in SECTIONS[self.name]]
        return [section for section in made if section.blocks]

    def section(self, name: str) -> Section:
        key = f"{self.name}.{name}"
        there = f"page.{key}.text" in locales.catalogue("sv", "pages")
        blocks = blocks_of(self(f"{name}.text")) if there else []
        blocks += MORE[key](self) if key in MORE else []
        return Section(name, self(f"{name}.heading"), blocks, name in SHORT)


def blocks_of(text: str) -> list[Block]:
    """Paragraphs and lists."""
    made = []
    for part in text.split("\n\n"):
        for listed, lines in groupby(part.split("\n"), lambda line: line.startswith("- ")):
            words = [Line(line.removeprefix("- ")) for line in lines]
            made.append(Block("list" if listed else "paragraph", words))
    return made


# ── what is filled in ─────────────────────────────────────────────────────────────────────────

Facts = list[tuple[str, list[Line]]]


def facts(*pairs: tuple[str, list[Line]]) -> list[Block]:
    """What has any lines."""
    told = [(label, lines) for label, lines in pairs if lines]
    return [Block("facts", facts=told)] if told else []


def listed(it: Page, texts: list[Text]) -> list[Block]:
    return [Block("list", [it.line(text) for text in texts])] if texts else []


def email(value: str) -> list[Line]:
    return [Line(value, href=f"mailto:{value}")] if filled(value) else []


def phone(value: str) -> list[Line]:
    plain = "".join(c for c in value if c.isdigit() or c == "+")
    return [Line(value, href=f"tel:{plain}")] if filled(value) else []


def address(value: str) -> list[Line]:
    return [Line(value, href=value)] if filled(value) else []


def the_municipality(it: Page) -> Facts:
    """Where everybody may turn; in general words where nothing has been filled in."""
    its = it.by.municipality
    contact = it.by.dialogue.contact if it.by.dialogue else ""
    told: Facts = [
        (it.words("fact.contact"), [Line(contact)] if filled(contact) else []),
        (it.words("fact.email"), email(its.email)),
        (it.words("fact.switchboard"), phone(its.switchboard)),
        (it.words("fact.website"), address(its.website)),
    ]
    if not any(lines for _, lines in told[:3]):
        told[0] = (told[0][0], [Line(it.words("default.ask"))])
    return told


def this_dialogue(it: Page) -> list[Block]:
    """What the reader takes part in, or the only dialogue that there is."""
    dialogue, session = it.by.dialogue, it.by.session
    if dialogue is None:
        return []
    matter = it.line(dialogue.title)
    told: Facts = [
        (it("fact.matter"), [matter, Line(dialogue.record_number)]),
        (it("fact.purpose"), purpose(it, session.purpose if session else dialogue.purpose)),
    ]
    if session is not None:
        level = locales.translate(it.language, f"level.{session.level}")
        coming = [(it.line(one.text), one.date) for one in session.next]
        told += [
            (it("fact.level"), [Line(level)]),
            (it("fact.can_influence"), [it.line(text) for text in session.can_influence]),
            (it("fact.decided"), [it.line(text) for text in session.decided]),
            (
                it("fact.next"),
                [Line(f"{day}: {one.text}" if day else one.text, one.lang) for one, day in coming],
            ),
        ]
    return facts(*told, *the_municipality(it))


def purpose(it: Page, text: Text) -> list[Line]:
    return [it.line(text)] if filled(text) else []


def controller(it: Page) -> list[Block]:
    privacy = it.by.municipality.privacy
    officer = email(privacy.officer_email) + phone(privacy.officer_phone)

    def told(text: Text, default: str) -> list[Line]:
        return [it.line(text) if filled(text) else Line(it(f"default.{default}"))]

    return facts(
        (it("fact.controller"), told(privacy.controller, "controller")),
        (it("fact.officer"), officer or [Line(it("default.officer"))]),
        (it("fact.processor"), told(privacy.processor, "processor")),
        *the_municipality(it),
    )


def retention(it: Page) -> list[Block]:
    """As decided, in the municipality's words or those of the rules; the proposal until then."""
    privacy = it.by.municipality.privacy
    law = blocks_of(it("retention.law"))
    if privacy.retention:
        kept = [(it.line(one.what), it.line(one.how_long)) for one in privacy.retention]
        lines = [Line(f"{what.text}: {long.text}", what.lang or long.lang) for what, long in kept]
        decisions = [privacy.decision] if filled(privacy.decision) else []
    elif it.by.disposal:
        lines = [*map(partial(gone, it), it.by.disposal), Line(it("gone.rest"))]
        decisions = list(dict.fromkeys(map(partial(decided, it), it.by.disposal)))
    else:
        return blocks_of(it("retention.proposed")) + law
    said = [
        block for one in decisions for block in blocks_of(it("retention.decision", decision=one))
    ]
    return [*blocks_of(it("retention.decided")), Block("list", lines), *said, *law]


def gone(it: Page, rule: Disposal) -> Line:
    what = it(f"disposal.{rule.what}")
    return Line(it(f"gone.{rule.after if rule.days else 'at-once'}", what=what, days=rule.days))


def decided(it: Page, rule: Disposal) -> str:
    bodies = {one.id: one.name for one in it.by.dialogue.bodies} if it.by.dialogue else {}
    number = rule.section.removeprefix("§").strip()
    return f"{bodies.get(rule.body, rule.body)} {rule.date}, § {number}"


def statement(it: Page) -> list[Block]:
    """What every accessibility statement must say first."""
    its, name = it.by.municipality.accessibility, it.by.municipality.name
    by = it.line(its.reviewer)
    if not filled(its.assessed):
        method = Line(it("method.vendor"))
    elif filled(its.reviewer):
        method = Line(it("method.external", by=by.text))
    else:
        method = Line(it("method.self"))
    return facts(
        (it("fact.actor"), [Line(name or it.words("some_municipality"))]),
        (it("fact.service"), [Line(it("service", address=it.settings.home_url))]),
        (it("fact.level"), [Line(it(f"level.{its.level}"))]),
        (it("fact.assessed"), date_of(it, its.assessed)),
        (it("fact.updated"), date_of(it, its.updated)),
        (it("fact.method"), [method]),
    )


def date_of(it: Page, value: str) -> list[Line]:
    return [
        Line(locales.day(it.language, value) if filled(value) else it.words("default.unfilled"))
    ]


def report(it: Page) -> list[Block]:
    its = it.by.municipality.accessibility
    told: Facts = [
        (it.words("fact.email"), email(its.email)),
        (it.words("fact.phone"), phone(its.phone)),
        (it.words("fact.form"), address(its.form)),
    ]
    return facts(*(told if any(lines for _, lines in told) else the_municipality(it)))


def invoked(name: str) -> Callable[[Page], list[Block]]:
    """The municipality's own list, or that there is none."""

    def blocks(it: Page) -> list[Block]:
        texts: list[Text] = getattr(it.by.municipality.accessibility, name)
        said = it(f"{name}.{'some' if texts else 'none'}")
        return blocks_of(said) + listed(it, texts)

    return blocks


def languages(it: Page) -> list[Block]:
    names = []
    for one in it.settings.offered:
        name = locales.translate(it.language, f"language.{one}")
        names.append(name if one in it.reviewed else it.words("default.unreviewed", name=name))
    return facts((it.words("fact.languages"), [Line(name) for name in names]))


MORE: dict[str, Callable[[Page], list[Block]]] = {
    "about.this": this_dialogue,
    "privacy.controller": controller,
    "privacy.retention": retention,
    "accessibility.about": statement,
    "accessibility.report": report,
    "accessibility.shortcomings": lambda it: listed(
        it, it.by.municipality.accessibility.shortcomings
    ),
    "accessibility.burden": invoked("burden"),
    "accessibility.outside": invoked("outside"),
    "help.languages": languages,
    "help.ask": lambda it: facts(*the_municipality(it)),
}
"""Section -> what follows its words."""


routes = [
    Route(f"/{path}", page(name)) for name, swedish in PATHS.items() for path in (name, swedish)
]
