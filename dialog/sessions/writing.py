"""Writes a dialogue or a session as a TOML file that a person can read and go on with."""

import json
import os
import re
from pathlib import Path as FilePath
from typing import Any

import msgspec

from dialog.domain.texts import written
from dialog.protocol.agenda import LANGUAGES, DialogueDefinition, SessionDefinition, Written
from dialog.sessions.checks import dialogue_findings, session_findings
from dialog.sessions.library import DIALOGUE_FILE

_FIRST = {"kind": 0, "id": 1, "area": 2}


def save_dialogue(folder: FilePath, definition: DialogueDefinition) -> FilePath:
    """Write `<folder>/<id>/dialogue.toml`. FileExistsError if there is one already."""
    definition = _checked(definition)
    _refuse(list(dialogue_findings(definition)))
    return _write(folder / definition.id / DIALOGUE_FILE, definition)


def save_session(
    folder: FilePath, dialogue: DialogueDefinition, definition: SessionDefinition
) -> FilePath:
    """Write `<folder>/<dialogue>/<session>.toml`. FileExistsError if there is one already."""
    definition = _checked(definition)
    _refuse(list(session_findings(definition, dialogue)))
    return _write(folder / _checked(dialogue).id / f"{definition.id}.toml", definition)


def toml(definition: Written) -> str:
    """The definition as TOML, in the order of its type; defaults are left out."""
    return "\n".join(_table(msgspec.to_builtins(definition), "")) + "\n"


def _checked(definition: Any) -> Any:
    """Made in code, nobody has checked it against its type: an id becomes a file name here."""
    return msgspec.convert(msgspec.to_builtins(definition), type(definition))


def _refuse(findings: list[Any]) -> None:
    if findings:
        raise ValueError("; ".join(f"{written(path)}: {sentence}" for path, sentence in findings))


def _write(path: FilePath, definition: Written) -> FilePath:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_suffix(".draft")
    draft.write_text(toml(definition), encoding="utf-8", newline="\n")
    os.replace(draft, path)
    return path


def _table(table: dict[str, Any], name: str) -> list[str]:
    """A table's own keys first, then the lists of tables under it."""
    lines: list[str] = []
    below: list[str] = []
    for key, value in _in_order(table):
        full = f"{name}.{key}" if name else key
        if _is_list_of_tables(value):
            for part in value:
                below += ["", f"[[{full}]]", *_table(part, full)]
        elif isinstance(value, dict):
            lines += [f"{key}.{language} = {_value(words)}" for language, words in value.items()]
        elif value is not None:
            lines.append(f"{key} = {_value(value)}")
    return lines + below


def _in_order(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """What tells one step from another first; the rest in the order of the type."""
    return sorted(table.items(), key=lambda item: _FIRST.get(item[0], len(_FIRST)))


def _is_list_of_tables(value: Any) -> bool:
    tables = isinstance(value, list) and value and all(isinstance(part, dict) for part in value)
    return bool(tables) and not all(set(part) <= set(LANGUAGES) for part in value)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_string(words)}" for key, words in value.items()) + " }"
    if isinstance(value, list):
        return _list([_value(part) for part in value])
    return json.dumps(value)


def _list(parts: list[str]) -> str:
    one_line = "[" + ", ".join(parts) + "]"
    if len(one_line) <= 80:
        return one_line
    return "[\n" + "".join(f"  {part},\n" for part in parts) + "]"


def _string(words: str) -> str:
    """Quoted; over several lines where the words have several."""
    if "\n" in words and not re.search(r'[\\\r\x00-\x08\x0b-\x1f\x7f]|"""', words):
        return f'"""\n{words}"""'
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
