"""`municipality.toml`: who invites and whom to ask; the information pages are filled in from it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

from dialog.domain.texts import Path, texts
from dialog.protocol.agenda import (
    LANGUAGES,
    UNFILLED,
    DialogueDefinition,
    Text,
    Written,
    in_language,
)
from dialog.sessions.checks import Finding, text_faults
from dialog.sessions.sentences import unknown

MUNICIPALITY_FILE = "municipality.toml"

Compliance = Literal["full", "partial", "none"]


class Retention(Written):
    """What is kept for how long, as decided."""

    what: Text
    how_long: Text


class Privacy(Written):
    """`controller` empty: the executive board. `decision`: the disposal decision, by its number."""

    controller: Text = ""
    officer_email: str = ""
    officer_phone: str = ""
    processor: Text = ""
    decision: str = ""
    retention: list[Retention] = []


class Accessibility(Written):
    """What only the municipality can say in its statement. `reviewer` empty: its own staff.

    `shortcomings` come after those that are known of everywhere; `burden`: what it invokes
    section 12 for; `outside`: what is outside the act under section 9.
    """

    level: Compliance = "partial"
    email: str = ""
    phone: str = ""
    form: str = ""
    assessed: str = ""
    updated: str = ""
    reviewer: Text = ""
    shortcomings: list[Text] = []
    burden: list[Text] = []
    outside: list[Text] = []


class Municipality(Written):
    """`reviewed_languages`: those that native speakers have read here, beside the shipped ones."""

    name: str
    website: str = ""
    email: str = ""
    switchboard: str = ""
    reviewed_languages: list[str] = []
    privacy: Privacy = field(default_factory=Privacy)
    accessibility: Accessibility = field(default_factory=Accessibility)


def filled(value: Text) -> bool:
    """Whether somebody has written something there."""
    words = in_language(value, "sv")[0]
    return bool(words.strip()) and not words.startswith(UNFILLED)


def unfilled(it: Municipality) -> list[str]:
    """What the pages say in general words because nobody has filled it in: the keys."""
    privacy, accessibility = it.privacy, it.accessibility
    there = {
        "website": filled(it.website),
        "email": filled(it.email),
        "switchboard": filled(it.switchboard),
        "privacy.officer": filled(privacy.officer_email) or filled(privacy.officer_phone),
        "privacy.processor": filled(privacy.processor),
        "privacy.retention": bool(privacy.retention) and filled(privacy.decision),
        "accessibility.contact": filled(accessibility.email) or filled(accessibility.phone),
        "accessibility.assessed": filled(accessibility.assessed),
        "accessibility.updated": filled(accessibility.updated),
    }
    return [key for key, is_there in there.items() if not is_there]


class ToFillIn(Struct):
    """For the staff: the file's name for the municipality ("" where there is no file), what is not
    filled in, and the municipalities of dialogues that the file does not speak for."""

    name: str
    unfilled: list[str]
    others: list[str]


def to_fill_in(it: Municipality | None, dialogues: Iterable[DialogueDefinition]) -> ToFillIn:
    """What the information pages of these dialogues lack."""
    dialogues = list(dialogues)
    others = {one.municipality for one in dialogues if not speaks_for(it, one.municipality)}
    if it is None:
        return ToFillIn("", [], sorted(others))
    # Rules that have been decided say for how long, too.
    said = {"privacy.retention"} if any(map(has_decided, dialogues)) else set()
    return ToFillIn(it.name, [key for key in unfilled(it) if key not in said], sorted(others))


def has_decided(dialogue: DialogueDefinition) -> bool:
    return any(rule.is_decided for rule in dialogue.disposal)


def speaks_for(it: Municipality | None, name: str) -> bool:
    """The file says whom to ask about dialogues of its own municipality, and of no other's."""
    return it is not None and it.name.casefold() == name.casefold()


# ── what the types cannot say ─────────────────────────────────────────────────────────────────


def municipality_findings(it: Municipality) -> Iterator[Finding]:
    """Everything in the file that cannot be shown as it is."""
    if not it.name.strip():
        yield ("name",), "this is empty; expected the municipality's name"
    for path, text in all_texts(it):
        yield from ((path, sentence) for sentence in text_faults(text, may_be_empty=True))
    for path, value in plain_values(it):
        if sentence := fault(str(path[-1]), value):
            yield path, sentence
    for place, language in enumerate(it.reviewed_languages):
        if language not in LANGUAGES:
            yield ("reviewed_languages", place), unknown(language, "a language", LANGUAGES)
    if it.accessibility.level == "full" and it.accessibility.shortcomings:
        yield ("accessibility", "level"), 'this is "full", but shortcomings are listed'


def all_texts(it: Municipality) -> Iterator[tuple[Path, Text]]:
    yield from texts(it.privacy, ("privacy",))
    yield from texts(it.accessibility, ("accessibility",))


def plain_values(it: Municipality) -> Iterator[tuple[Path, str]]:
    """Addresses, numbers and dates that have been filled in."""
    parts: list[tuple[Path, Any]] = [
        ((), it),
        (("privacy",), it.privacy),
        (("accessibility",), it.accessibility),
    ]
    for path, part in parts:
        for name in ("website", "form", *EMAILS, *PHONES, *DATES):
            value = getattr(part, name, "")
            if filled(value):
                yield (*path, name), value


EMAILS = ("email", "officer_email")
PHONES = ("switchboard", "phone", "officer_phone")
DATES = ("assessed", "updated")


def fault(name: str, value: str) -> str:
    """What is wrong with an address, a number or a date; "" for nothing."""
    if name in EMAILS and not is_email(value):
        return "expected one e-mail address, such as namn@kommun.se"
    if name in PHONES and not re.fullmatch(r"[0-9 +()-]*[0-9][0-9 +()-]*", value):
        return "expected a telephone number: digits, spaces and hyphens"
    if name in DATES and not is_date(value):
        return "expected a date such as 2027-03-01"
    if name in ("website", "form") and not (value.startswith("https://") and value.isprintable()):
        return "expected an address that begins with https://"
    return ""


def is_email(value: str) -> bool:
    name, at, host = value.partition("@")
    plain = value.isprintable() and not set(value) & set(' <>"?&,;')
    return bool(name and at) and plain and "." in host and "@" not in host


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
