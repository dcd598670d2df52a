"""A municipality's own dialogue and sessions, made from the general ones in `_template/`."""

from collections.abc import Iterable, Sequence
from datetime import date as day
from datetime import timedelta
from typing import Any

import msgspec

from dialog.protocol.agenda import (
    AnyStep,
    Area,
    DialogueDefinition,
    Meanings,
    SessionDefinition,
    SessionType,
    TargetGroup,
    Text,
    Topic,
    free,
    slug,
)
from dialog.sessions.checks import with_undisclosed
from dialog.sessions.library import Dialogue

A_WEEK = timedelta(days=6)
"""The first day counted."""


def dialogue_from_template(
    template: Dialogue,
    title: str,
    record_number: str,
    municipality: str,
    areas: Sequence[str],
    target_groups: Sequence[str] = (),
    purpose: str = "",
) -> DialogueDefinition:
    """A new dialogue. A target group is the id of one in the template, or a name of one's own.

    Each goal area gets one topic: the area itself, until the board has chosen better ones.
    """
    definition = _copy(template.definition)
    definition.id = slug(title)[:50].strip("-") or "dialog"
    definition.title = title.strip()
    definition.record_number = record_number.strip()
    definition.municipality = municipality.strip()
    definition.areas = [
        Area(f"area-{number}", name.strip(), name.strip()) for number, name in enumerate(areas, 1)
    ]
    definition.topics = [
        Topic(f"{area.id}-whole", "keyword", area.name, area.id, example=True)
        for area in definition.areas
    ]
    if purpose.strip():
        definition.purpose = purpose.strip()
    if target_groups:
        definition.target_groups = _target_groups(template.definition, target_groups)
    return with_undisclosed(definition)


def session_from_template(
    template: Dialogue,
    dialogue: DialogueDefinition,
    type: SessionType = "citizen-dialogue",
    title: str = "",
    date: str = "",
    place: str = "",
    taken: Iterable[str] = (),
) -> SessionDefinition:
    """A new session of that type. The template's steps with a goal area are repeated for each
    area of the dialogue; a window closes after a week. LookupError if the template has no session
    of the type, ValueError if `date` is none; its id is none of those `taken`.
    """
    model = next((s for s in template.sessions.values() if s.type == type), None)
    if model is None:
        raise LookupError(f"The template has no session of the type {type}.")
    session = _copy(model)
    session.title = title.strip() or session.title
    session.date, session.place = date, place.strip()
    if type == "web-window" and date:
        session.closes = f"{day.fromisoformat(date) + A_WEEK}T23:59"
    if session.perspective not in {group.id for group in dialogue.target_groups}:
        session.perspective = None
    id = slug(f"{date} {title or model.id}")[:50].strip("-") or model.id
    session.id = free(id, {*taken, "dialogue"})
    session.steps = list(_steps(model.steps, dialogue))
    return session


def _target_groups(template: DialogueDefinition, wanted: Sequence[str]) -> list[TargetGroup]:
    known = {group.id: group for group in template.target_groups}
    groups = [known.get(name) or TargetGroup(slug(name), name.strip()) for name in wanted]
    return list({group.id: group for group in groups if group.id}.values())


def _steps(model: list[AnyStep], dialogue: DialogueDefinition) -> Iterable[AnyStep]:
    round_of_one_area: list[AnyStep] = []
    for step in model:
        if getattr(step, "area", None):
            round_of_one_area.append(step)
            continue
        yield from _rounds(round_of_one_area, dialogue)
        round_of_one_area = []
        yield _with_topics(step, [topic.id for topic in dialogue.topics])
    yield from _rounds(round_of_one_area, dialogue)


def _rounds(steps: list[AnyStep], dialogue: DialogueDefinition) -> Iterable[AnyStep]:
    for area in dialogue.areas:
        topics = [topic.id for topic in dialogue.topics if topic.area == area.id]
        for step in steps:
            if isinstance(step, Meanings) and not topics:
                continue
            data = _filled_in(msgspec.to_builtins(step), area.short)
            data["id"] = f"{data['id']}-{area.id}"[:60].strip("-")
            data["area"] = area.id
            copied: Any = msgspec.convert(data, AnyStep)
            yield _with_topics(copied, topics)


def _with_topics(step: AnyStep, topics: list[str]) -> AnyStep:
    if isinstance(step, Meanings):
        return msgspec.structs.replace(step, topics=topics)
    return step


def _filled_in(data: dict[str, Any], area: Text) -> dict[str, Any]:
    """`{area}` in the step's words becomes the area's short name, in the same language."""
    names = {"sv": area} if isinstance(area, str) else area

    def fill(words: Any, language: str = "sv") -> Any:
        if isinstance(words, dict):
            return {language: fill(part, language) for language, part in words.items()}
        name = names.get(language, names["sv"])
        return words.replace("{area}", name) if isinstance(words, str) else words

    return {key: fill(value) for key, value in data.items()}


def _copy(definition: Any) -> Any:
    return msgspec.convert(msgspec.to_builtins(definition), type(definition))
