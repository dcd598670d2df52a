"""What is wrong with a file, in words for whoever wrote it."""

import re
from collections.abc import Iterable
from typing import Any, get_args

import msgspec
from msgspec import Struct

from dialog.domain.texts import Path
from dialog.protocol.agenda import AnyStep, StepDefinition, slug
from dialog.text.names import nearest

STEP_KINDS: dict[str, type[StepDefinition]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyStep)
}

_WORDS = {
    "str": "text in quotes",
    "str | object": 'text in quotes or a table of languages such as { sv = "…", en = "…" }',
    "object | str": 'text in quotes or a table of languages such as { sv = "…", en = "…" }',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table of keys",
    "null": "nothing",
}

A_TIME = 'expected a day and an hour in Swedish time, such as "2019-04-07T23:59"'


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def unknown(name: str, what: str, known: Iterable[str]) -> str:
    """Something was named that is not there."""
    known = list(known)
    there = f"expected one of {listed(known)}" if known else "there are none"
    return f'"{name}" is not {what}{nearest(name, known)}; {there}'


def explain(error: msgspec.ValidationError, kind: Any, data: Any) -> tuple[Path, str]:
    """Where a value did not fit its type, and what to write instead."""
    message, _, where = str(error).partition(" - at `$")
    path = _path(where.rstrip("`"))
    for pattern, say in _PATTERNS:
        if found := re.match(pattern, message, re.DOTALL):
            return say(found, path, kind, data)
    return path, f"{message[:1].lower()}{message[1:]}"


def _unknown_key(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    name, keys = found[1], _keys(kind, data, path)
    expected = "" if nearest(name, keys) else f"; the keys are {listed(keys)}"
    return (*path, name), f'there is no key "{name}" here{nearest(name, keys)}{expected}'


def _missing(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    return path, f'the key "{found[1]}" is missing{_help(found[1])}'


def _help(key: str) -> str:
    return f"; expected one of {listed(sorted(STEP_KINDS))}" if key == "kind" else ""


def _not_a_choice(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    if path[-1:] == ("kind",) and kind is AnyStep:
        return path, unknown(found[1], "a kind of step", sorted(STEP_KINDS))
    choices = _choices(_type_at(kind, data, path))
    return path, unknown(found[1], "a choice here", choices)


def _bad_id(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    value = str(_at(data, path))
    if path[-1:] == ("closes",):
        return path, f'"{value}" is not a time; {A_TIME}'
    example = slug(value) or "part-1"
    rule = "expected small letters a–z, digits and hyphens"
    return path, f'"{value}" cannot be an id; {rule}, such as "{example}"'


def _wrong_type(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    value = _at(data, path)
    got = "text" if isinstance(value, str) else _WORDS.get(found[2], found[2])
    quoted = isinstance(value, int | float) and not isinstance(value, bool)
    example = f', such as "{value}"' if quoted and found[1].startswith("str") else ""
    return path, f"this is {got}; expected {_WORDS.get(found[1], found[1])}{example}"


def _out_of_range(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    limit = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}[found[2]]
    what = _WORDS.get(found[1], found[1])
    number = found[3].removesuffix(".0")
    return path, f"{_at(data, path)} does not fit; expected {what}, {limit} {number}"


def _too_long(found: re.Match[str], path: Path, kind: Any, data: Any) -> tuple[Path, str]:
    return path, f"this is too long; expected at most {found[1]} characters"


_PATTERNS = (
    (r"Object contains unknown field `(.*)`", _unknown_key),
    (r"Object missing required field `(.*)`", _missing),
    (r"Invalid (?:enum )?value '?(.*?)'?$", _not_a_choice),
    (r"Expected `str` matching regex", _bad_id),
    (r"Expected `str` of length <= (\d+)", _too_long),
    (r"Expected `(.*?)` ([<>]=?) (.*)", _out_of_range),
    (r"Expected `(.*?)`, got `(.*?)`", _wrong_type),
)


def _path(where: str) -> Path:
    parts = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", where)
    return tuple(name or int(place) for name, place in parts)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _struct(kind: Any, data: Any) -> Any:
    return (
        STEP_KINDS.get(str(data.get("kind")))
        if kind is AnyStep and isinstance(data, dict)
        else kind
    )


def _type_at(kind: Any, data: Any, path: Path) -> Any:
    """The type that stands at `path` under a struct (or a step, whose kind is in the data)."""
    for part in path:
        kind = _struct(kind, data)
        data = _at(data, (part,))
        if isinstance(part, int):
            kind = get_args(kind)[0]
        elif isinstance(kind, type) and issubclass(kind, Struct):
            kind = next((f.type for f in msgspec.structs.fields(kind) if f.name == part), None)
    return _struct(kind, data)


def _keys(kind: Any, data: Any, path: Path) -> list[str]:
    here = _type_at(kind, data, path)
    if not (isinstance(here, type) and issubclass(here, Struct)):
        return []
    tag = ["kind"] if issubclass(here, StepDefinition) else []
    return tag + [field.name for field in msgspec.structs.fields(here)]


def _choices(kind: Any) -> list[str]:
    """The values of a Literal, also inside `… | None` and lists."""
    found: list[str] = []
    for part in get_args(kind):
        found += [part] if isinstance(part, str) else _choices(part)
    return found
