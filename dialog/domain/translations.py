"""Which texts of a definition lack a language, so that staff can see it before the evening."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import fields

from dialog.protocol.agenda import LANGUAGES, DialogueDefinition, SessionDefinition

STAFF_ONLY = ("say",)


def untranslated(session: SessionDefinition, dialogue: DialogueDefinition) -> dict[str, list[str]]:
    """Language -> the places whose text will be shown in Swedish; only languages that lack any."""
    places = [*texts(session), *((f"dialogue.{p}", t) for p, t in shown_texts(dialogue))]
    missing = {
        language: [place for place, text in places if lacks(text, language)]
        for language in LANGUAGES
        if language != "sv"
    }
    return {language: places for language, places in missing.items() if places}


def shown_texts(dialogue: DialogueDefinition) -> Iterator[tuple[str, object]]:
    """Those parts of a dialogue that participants meet."""
    for name in ("areas", "topics", "target_groups"):
        yield from texts(getattr(dialogue, name), name)


def texts(part: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Every `Text` in a definition, with its key path."""
    if isinstance(part, Struct):
        for field in fields(part):
            if field.name not in STAFF_ONLY:
                yield from named_texts(part, field.name, field.type, place)
    elif isinstance(part, list):
        for number, item in enumerate(part):
            yield from texts(item, f"{place}[{number}]")
    elif isinstance(part, dict):
        yield place, part


def named_texts(part: Struct, name: str, type: object, place: str) -> Iterator[tuple[str, object]]:
    value = getattr(part, name)
    path = f"{place}.{name}".lstrip(".")
    if value and ("dict[str, str]" in str(type)):
        yield from listed(value, path)
    else:
        yield from texts(value, path)


def listed(value: object, path: str) -> Iterator[tuple[str, object]]:
    """A text, or a list of texts."""
    if isinstance(value, list):
        yield from ((f"{path}[{number}]", text) for number, text in enumerate(value))
    else:
        yield path, value


def lacks(text: object, language: str) -> bool:
    return not (isinstance(text, dict) and language in text)
