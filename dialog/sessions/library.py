"""Reads a folder of dialogues. What is broken is left out, with a sentence; the rest is there."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path as FilePath
from typing import Any, get_args

import msgspec

from dialog.domain.texts import Path, definition_hash, written
from dialog.protocol.agenda import (
    Anchor,
    AnyStep,
    Area,
    AreaGoal,
    Body,
    DialogueDefinition,
    Disposal,
    Frame,
    Kind,
    PreviousGoal,
    SessionDefinition,
    Stage,
    TargetGroup,
    Topic,
    WhatNext,
)
from dialog.sessions.checks import (
    Finding,
    dialogue_findings,
    session_findings,
    with_undisclosed,
)
from dialog.sessions.lines import Lines
from dialog.sessions.municipality import (
    MUNICIPALITY_FILE,
    Municipality,
    municipality_findings,
)
from dialog.sessions.sentences import explain, unknown

DIALOGUE_FILE = "dialogue.toml"
SAMPLES_FILE = "samples.tsv"
TEMPLATE_FOLDER = "_template"
_PARTS: dict[type, dict[str, Any]] = {
    DialogueDefinition: {
        "areas": Area,
        "topics": Topic,
        "target_groups": TargetGroup,
        "frames": Frame,
        "stages": Stage,
        "bodies": Body,
        "previous_goals": PreviousGoal,
        "anchors": Anchor,
        "area_goals": AreaGoal,
        "disposal": Disposal,
    },
    SessionDefinition: {"steps": AnyStep, "next": WhatNext},
    Municipality: {},
}


@dataclass(frozen=True)
class Mistake:
    """One thing to change in one file. `str()` is the whole sentence."""

    file: str
    line: int | None
    key: str
    sentence: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        key = f", {self.key}" if self.key else ""
        return f"{self.file}{line}{key}: {self.sentence}"


@dataclass(frozen=True)
class Sample:
    """A contribution to rehearse with."""

    area: str | None
    kind: Kind
    target_group: str
    text: str
    language: str
    theme: str


@dataclass
class Dialogue:
    """A folder: the dialogue, its sessions by id, and the hash of each file's content.

    `hashes[""]` is the dialogue's own.
    """

    definition: DialogueDefinition
    folder: FilePath
    sessions: dict[str, SessionDefinition] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)


@dataclass
class Library:
    """Every dialogue that could be read, every mistake, the template, and who invites."""

    dialogues: dict[str, Dialogue] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    template: Dialogue | None = None
    municipality: Municipality | None = None


def load(folder: FilePath | str) -> Library:
    """Read every folder under `folder`. Never fails: what is wrong is in `mistakes`."""
    folder, library = FilePath(folder), Library()
    if not folder.is_dir():
        library.mistakes.append(Mistake(str(folder), None, "", "there is no such folder"))
        return library
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith((".", "__")):
            _add(library, path, path.name == TEMPLATE_FOLDER)
        elif path.name == MUNICIPALITY_FILE:
            library.municipality = read_municipality(path, library.mistakes)
        elif path.suffix == ".toml":
            where = "expected it in a folder of its own beside dialogue.toml"
            library.mistakes.append(Mistake(f"{folder.name}/{path.name}", None, "", where))
    return library


def read_municipality(path: FilePath, mistakes: list[Mistake]) -> Municipality | None:
    """Who invites; None, with what is wrong, where the file cannot be used."""
    found, findings = _read(path, Municipality)
    if found is not None:
        findings = list(municipality_findings(found))
    mistakes += [_mistake(path, *finding) for finding in findings]
    return None if findings else found


def _add(library: Library, folder: FilePath, template: bool) -> None:
    if not any(folder.glob("*.toml")):
        return
    dialogue = _read_dialogue(folder, library.mistakes)
    if dialogue is None:
        return
    if template:
        library.template = dialogue
    elif (id := dialogue.definition.id) in library.dialogues:
        other = _shown(library.dialogues[id].folder)
        sentence = f'the id "{id}" is already used by {other}; each dialogue needs its own'
        library.mistakes.append(_mistake(folder / DIALOGUE_FILE, ("id",), sentence))
    else:
        library.dialogues[id] = dialogue


def _read_dialogue(folder: FilePath, mistakes: list[Mistake]) -> Dialogue | None:
    path = folder / DIALOGUE_FILE
    if not path.exists():
        sentence = "this file is missing; the sessions beside it need one"
        mistakes.append(Mistake(_shown(path), None, "", sentence))
        return None
    definition, findings = _read(path, DialogueDefinition)
    if definition is not None:
        findings = list(dialogue_findings(definition))
    mistakes += [_mistake(path, *finding) for finding in findings]
    if definition is None or findings:
        return None
    dialogue = Dialogue(with_undisclosed(definition), folder)
    dialogue.hashes[""] = definition_hash(dialogue.definition)
    for session in sorted(folder.glob("*.toml")):
        if session != path and not session.name.startswith("."):  # editors' own
            mistakes += [_mistake(session, *finding) for finding in _add_session(dialogue, session)]
    mistakes += _add_samples(dialogue, folder / SAMPLES_FILE)
    return dialogue


def _add_session(dialogue: Dialogue, path: FilePath) -> list[Finding]:
    if path.name == MUNICIPALITY_FILE:
        if path.parent.name == TEMPLATE_FOLDER:
            return []
        return [((), "expected it beside the dialogues' folders: one file for all of them")]
    definition, findings = _read(path, SessionDefinition)
    if definition is None:
        return findings
    findings = list(session_findings(definition, dialogue.definition))
    if definition.id in dialogue.sessions:
        findings.append((("id",), f'the id "{definition.id}" is used by another session here'))
    if not findings:
        dialogue.sessions[definition.id] = definition
        dialogue.hashes[definition.id] = definition_hash(definition)
    return findings


def _read(path: FilePath, kind: type) -> tuple[Any, list[Finding]]:
    """The definition, or what is wrong."""
    try:
        data = tomllib.loads(_text_of(path))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, [((line,), "this is not UTF-8; save the file with the encoding UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax_finding(error)]
    except (OSError, RecursionError) as error:
        return None, [((), f"this cannot be read: {error}")]
    return _convert(_without_dates(data), kind)


def _convert(data: dict[str, Any], kind: type) -> tuple[Any, list[Finding]]:
    findings = list(_part_findings(data, _PARTS[kind]))
    parts_left_out: dict[str, Any] = {
        key: [] for key in _PARTS[kind] if isinstance(data.get(key), list)
    }
    definition: Any = None
    try:
        definition = msgspec.convert(data | parts_left_out if findings else data, kind)
    except msgspec.ValidationError as error:
        findings.insert(0, explain(error, kind, data))
    return (None, findings) if findings else (definition, [])


def _part_findings(data: dict[str, Any], parts: dict[str, Any]) -> Iterator[Finding]:
    """One finding for each broken area, topic, step…, so that all are told at once."""
    for key, kind in parts.items():
        values = data.get(key)
        for place, value in enumerate(values if isinstance(values, list) else []):
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                path, sentence = explain(error, kind, value)
                yield (key, place, *path), sentence


def _syntax_finding(error: tomllib.TOMLDecodeError) -> Finding:
    words, _, where = str(error).partition(" (at line ")
    line = where.partition(",")[0]
    sentence = f"this is not TOML: {words[:1].lower()}{words[1:]}"
    return ((int(line),) if line.isdigit() else ()), sentence


def _without_dates(value: Any) -> Any:
    """`date = 2019-04-01` may be written without quotes, and so may a time of such a day."""
    if isinstance(value, dict):
        return {key: _without_dates(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_dates(part) for part in value]
    if isinstance(value, time):
        return value.strftime("%H.%M")
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.strftime("%Y-%m-%dT%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _mistake(path: FilePath, where: Path, sentence: str) -> Mistake:
    if where and isinstance(where[0], int):  # a line, when the file could not be read
        return Mistake(_shown(path), where[0], "", sentence)
    line = Lines(_text_of(path)).find(where) if where else None
    return Mistake(_shown(path), line, written(where), sentence)


def _text_of(path: FilePath) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _shown(path: FilePath) -> str:
    """`sessions/mal-2019/webb.toml`: from the folder that holds all dialogues."""
    steps = 3 if path.suffix else 2
    return FilePath(*path.parts[-steps:]).as_posix()


# ── samples ───────────────────────────────────────────────────────────────────────────────────

_COLUMNS = ("area", "kind", "target_group", "text", "theme", "lang")


def _add_samples(dialogue: Dialogue, path: FilePath) -> Iterator[Mistake]:
    if not path.exists():
        return
    try:
        lines = _text_of(path).split("\n")
    except (OSError, UnicodeDecodeError) as error:
        yield Mistake(_shown(path), None, "", f"this cannot be read as UTF-8: {error}")
        return
    rows = [(n, line.split("\t")) for n, line in enumerate(lines, 1) if line[:1] not in ("", "#")]
    header = rows.pop(0)[1] if rows else []
    missing = [column for column in _COLUMNS if column not in header]
    if missing:
        yield Mistake(_shown(path), 1, missing[0], "this column is missing in the first row")
        return
    for line, row in rows:
        sentence = _add_sample(dialogue, dict(zip(header, row, strict=False)))
        if sentence:
            yield Mistake(_shown(path), line, "", sentence)


def _add_sample(dialogue: Dialogue, row: dict[str, str]) -> str:
    """A sentence if the row cannot be used."""
    areas = [area.id for area in dialogue.definition.areas]
    groups = [group.id for group in dialogue.definition.target_groups]
    if any(column not in row for column in _COLUMNS):
        return f"expected {len(_COLUMNS)} columns or more, with a tab between them"
    number = int(row["area"]) if row["area"].isdecimal() else 0
    area = areas[number - 1] if 0 < number <= len(areas) else row["area"]
    if area and area not in areas:
        return unknown(area, "a goal area", areas)
    if row["kind"] not in get_args(Kind):
        return unknown(row["kind"], "a kind of contribution", get_args(Kind))
    if row["target_group"] not in groups:
        return unknown(row["target_group"], "a target group", groups)
    kind: Any = row["kind"]
    dialogue.samples.append(
        Sample(area or None, kind, row["target_group"], row["text"], row["lang"], row["theme"])
    )
    return ""
