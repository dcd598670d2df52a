"""The words in a definition, wherever they stand: what is translated, and what it all hashes to."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import get_args

import msgspec

from dialog.protocol.agenda import (
    REVIEWED,
    DialogueDefinition,
    SessionDefinition,
    Text,
    Written,
)

Path = tuple[str | int, ...]
"""("steps", 2, "title"): keys, and places in lists counted from 0."""

FOR_STAFF = ("say",)
"""What only the facilitator reads need not be translated."""


def written(path: Path) -> str:
    """`steps[3].title`: places counted from 1, as people count."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def texts(definition: Written, path: Path = ()) -> Iterator[tuple[Path, Text]]:
    """Every text that has a language, with where it stands."""
    for field in msgspec.structs.fields(definition):
        value, here = getattr(definition, field.name), (*path, field.name)
        if field.type == Text:
            yield here, value
        elif get_args(field.type)[:1] == (Text,):
            yield from (((*here, place), text) for place, text in enumerate(value))
        elif isinstance(value, list):
            for place, part in enumerate(value):
                if isinstance(part, Written):
                    yield from texts(part, (*here, place))


def untranslated(definition: Written, languages: Iterable[str]) -> dict[str, list[str]]:
    """Language -> the places that will be shown in Swedish."""
    missing: dict[str, list[str]] = {language: [] for language in languages if language != "sv"}
    for path, text in texts(definition):
        if not text or path[-1] in FOR_STAFF:
            continue
        for language, places in missing.items():
            if isinstance(text, str) or not text.get(language, "").strip():
                places.append(written(path))
    return missing


MET_BY_PARTICIPANTS = ("areas", "topics", "target_groups")


def untranslated_for(
    session: SessionDefinition, dialogue: DialogueDefinition
) -> dict[str, list[str]]:
    """The same for all that participants of a session meet; only languages that lack anything."""
    missing = untranslated(session, REVIEWED)
    for language, places in untranslated(dialogue, REVIEWED).items():
        met = (place for place in places if place.startswith(MET_BY_PARTICIPANTS))
        missing[language] += [f"dialogue.{place}" for place in met]
    return {language: places for language, places in missing.items() if places}


def definition_hash(definition: Written) -> str:
    """SHA-256 of the definition; what it leaves at its default does not change the hash."""
    return sha256(msgspec.json.encode(definition, order="sorted")).hexdigest()
