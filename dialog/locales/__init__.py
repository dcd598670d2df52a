"""Every word the interface says: `<language>/<domain>.po` (gettext; the msgid is a key)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dialog.protocol.agenda import LANGUAGES, REVIEWED

DOMAINS = (
    "common",
    "phone",
    "projector",
    "console",
    "board",
    "pages",
    "documents",
    "workboard",
    "tables",
    "scribe",
)

Words = str | list[str]
"""One sentence, or [one, other] where it counts something."""

SWEDEN = ZoneInfo("Europe/Stockholm")
_DAYS_AS_IN = {"sv": "sv", "sv-easy": "sv", "en": "en_GB"}
_FOLDER = Path(__file__).parent
_PARAMETER = re.compile(r"\{([a-z_]+)\}")


def catalogue(language: str, *domains: str) -> dict[str, Words]:
    """Key -> words in `language`, and in Swedish where it has none. No domain means all."""
    words: dict[str, Words] = {}
    for domain in domains or DOMAINS:
        words |= _read("sv", domain) | _read(language, domain)
    return words


def own_words(language: str, domain: str) -> dict[str, Words]:
    """Only what the language itself has in one domain."""
    return dict(_read(language, domain))


def translate(language: str, key: str, **params: object) -> str:
    """The words for `key` with `{name}` filled in; `n` chooses between one and many."""
    words = _all(language).get(key, key)
    if isinstance(words, list):
        words = words[0] if params.get("n") == 1 else words[1]
    return _PARAMETER.sub(lambda found: str(params.get(found[1], found[0])), words)


def day(language: str, iso: str) -> str:
    """`2019-04-01` as `1 april 2019`; what is no such date as it is."""
    try:
        return format_date(date.fromisoformat(iso), "long", _DAYS_AS_IN[language])
    except ValueError:
        return iso


def parameters(words: Words) -> set[str]:
    """The names that the words want filled in."""
    return set(_PARAMETER.findall(words if isinstance(words, str) else " ".join(words)))


def moment(language: str, at: int) -> str:
    """ms since 1970 as `1 april 2019 23.59`, Swedish time."""
    time = datetime.fromtimestamp(at / 1000, SWEDEN)
    return f"{day(language, time.date().isoformat())} {time:%H.%M}"


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
