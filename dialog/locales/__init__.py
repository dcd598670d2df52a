"""Every word the interface says: `<language>/<domain>.po` (gettext; the msgid is a key)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from dialog.domain.times import SWEDEN
from dialog.protocol.agenda import LANGUAGES, REVIEWED, RIGHT_TO_LEFT

DOMAINS = (
    "common",
    "phone",
    "projector",
    "console",
    "moderator",
    "board",
    "pages",
    "documents",
    "workboard",
    "tables",
    "scribe",
)

Words = str | list[str]
"""One sentence; where it counts something, one for each of `forms` of its language."""

_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_FOLDER = Path(__file__).parent
_PARAMETER = re.compile(r"\{([a-z_]+)\}")
_GROUPED_FROM = 10_000
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def catalogue(language: str, *domains: str) -> dict[str, Words]:
    """Key -> words in `language`, and in Swedish where it has none. No domain means all."""
    words: dict[str, Words] = {}
    for domain in domains or DOMAINS:
        own = _read(language, domain)
        words |= _swedish_for(language, domain) | own
    return words


def own_words(language: str, domain: str) -> dict[str, Words]:
    """Only what the language itself has in one domain."""
    return dict(_read(language, domain))


def translate(language: str, key: str, /, **params: object) -> str:
    """The words for `key` with `{name}` filled in; `n` chooses between one and many. Whole numbers
    are written as readers of the language write them, and Latin letters in a language that runs
    the other way keep an order of their own.
    """
    words = _all(language).get(key, key)
    if isinstance(words, list):
        n = params.get("n")
        words = words[form_for(language, n) if isinstance(n, int) else -1]
    filled = {
        name: _isolated(language, _written(language, value)) for name, value in params.items()
    }
    return _PARAMETER.sub(lambda found: filled.get(found[1], found[0]), words)


def forms(language: str) -> list[str]:
    """The plural forms of a language, in the order in which its catalogues have them: Swedish has
    `one` and `other`, Arabic six. A browser's Intl.PluralRules calls them the same.
    """
    return [it for it in _CATEGORIES if it in {*_locale(language).plural_form.tags, "other"}]


def form_for(language: str, n: int) -> int:
    """Which of `forms` counts `n`."""
    return forms(language).index(_locale(language).plural_form(n))


def number(language: str, n: int) -> str:
    """`n` in the reader's digits, from ten thousand with a mark between the thousands. Persian has
    digits of its own; Arabic has ours, which authorities in Sweden write it with.
    """
    grouped = abs(n) >= _GROUPED_FROM
    text = format_decimal(
        n, locale=_locale(language), group_separator=grouped, numbering_system="default"
    )
    return _in_digits(language, text)


def day(language: str, iso: str) -> str:
    """`2019-04-01` as `1 april 2019`; what is no such date as it is."""
    try:
        return _in_digits(language, format_date(date.fromisoformat(iso), "long", _locale(language)))
    except ValueError:
        return iso


_AT = {"sv": "kl. ", "sv-easy": "klockan "}


def moment(language: str, at: int) -> str:
    """ms since 1970 as `1 april 2019 kl. 23.59`, Swedish time."""
    time = datetime.fromtimestamp(at / 1000, SWEDEN)
    hour = _AT.get(language, "") + _in_digits(language, f"{time:%H.%M}")
    return f"{day(language, time.date().isoformat())} {hour}"


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a page in the language runs."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def tag(language: str) -> str:
    """What `lang` attributes take: easy-to-read Swedish is Swedish."""
    return language.partition("-")[0]


def name_of(spoken: str, language: str) -> str:
    """What the language with the tag `spoken` is called in `language`; "" where nobody knows."""
    return _locale(language).languages.get(tag(spoken.lower()), "") if spoken != "und" else ""


def parameters(words: Words) -> set[str]:
    """The names that the words want filled in."""
    return set(_PARAMETER.findall(words if isinstance(words, str) else " ".join(words)))


def best_language(accept_language: str, wanted: str = "", offered: Sequence[str] = REVIEWED) -> str:
    """`wanted` if it is offered, else the reader's first that is, else Swedish."""
    if wanted in offered:
        return wanted
    for tag in _by_preference(accept_language):
        if tag in ("sv-easy", "sv-x-easy") and "sv-easy" in offered:
            return "sv-easy"
        if tag.split("-")[0] in offered:
            return tag.split("-")[0]
    return "sv"


def _by_preference(accept_language: str) -> list[str]:
    ranked = []
    for place, part in enumerate(accept_language.lower().split(",")[:20]):
        tag, _, quality = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", quality)
        rank = float(weight[1]) if weight else 1.0
        if rank > 0:
            ranked.append((-rank, place, tag.strip()))
    return [tag for _, _, tag in sorted(ranked)]


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else tag(language))


def _in_digits(language: str, text: str) -> str:
    return text.translate(_PERSIAN_DIGITS) if language == "fa" else text


def _written(language: str, value: object) -> str:
    return number(language, value) if type(value) is int else str(value)


def _isolated(language: str, words: str) -> str:
    mirrored = direction(language) == "rtl" and re.search("[A-Za-z]", words)
    return f"\u2068{words}\u2069" if mirrored else words


def _swedish_for(language: str, domain: str) -> dict[str, Words]:
    """The Swedish words, with as many plural forms as the language has."""
    its = [0 if form == "one" else 1 for form in forms(language)]
    return {
        key: words if isinstance(words, str) else [words[form] for form in its]
        for key, words in _read("sv", domain).items()
    }


@cache
def _all(language: str) -> dict[str, Words]:
    return catalogue(language)


@cache
def _read(language: str, domain: str) -> dict[str, Words]:
    if language not in LANGUAGES or domain not in DOMAINS:
        raise LookupError(f"There is no catalogue {language}/{domain}.")
    file_name = _FOLDER / language / f"{domain}.po"
    if not file_name.exists():
        return {}
    with file_name.open("rb") as file:
        return dict(_translated(read_po(file, ignore_obsolete=True, abort_invalid=True)))


def _translated(messages: Catalog) -> Iterator[tuple[str, Words]]:
    for message in messages:
        key = message.id if isinstance(message.id, str) else message.id[0]
        words = message.string if isinstance(message.string, str) else list(message.string or ())
        if key and words and all(words) and not message.fuzzy:
            yield key, words
