"""What a type cannot say: whether the parts of a dialogue and its sessions belong together."""

import re
from collections.abc import Iterable, Iterator, Sequence

from dialog.domain.texts import Path, texts
from dialog.protocol.agenda import (
    ARCHIVED,
    LANGUAGES,
    OF_THE_DIALOGUE,
    UNDISCLOSED,
    AnyStep,
    DialogueDefinition,
    Disposal,
    DisposalAfter,
    DisposalOf,
    Evaluation,
    Meanings,
    SessionDefinition,
    StepDefinition,
    TargetGroup,
    Text,
    Topic,
    Written,
)
from dialog.sessions.clock import swedish_ms
from dialog.sessions.sentences import A_TIME, unknown
from dialog.text.characters import readable

Finding = tuple[Path, str]
WITH_IDS = (
    *("areas", "topics", "target_groups", "frames", "stages"),
    *("bodies", "previous_goals", "anchors"),
)
_MAY_BE_EMPTY = ("purpose", "vision", "prompt", "say", "question", "place")


def dialogue_findings(definition: DialogueDefinition) -> Iterator[Finding]:
    """Everything in `dialogue.toml` that does not belong together."""
    yield from _text_findings(definition)
    for name in WITH_IDS:
        yield from _twice((name,), getattr(definition, name))
    areas = [area.id for area in definition.areas]
    for place, topic in enumerate(definition.topics):
        if topic.area is not None and topic.area not in areas:
            yield ("topics", place, "area"), unknown(topic.area, "a goal area", areas)
    yield from _area_goal_findings(definition)
    yield from _body_findings(definition)
    for place, stage in enumerate(definition.stages):
        if stage.document and stage.guards:
            yield (
                ("stages", place, "guards"),
                "a decision from before has no guards; take them away",
            )
    yield from _disposal_findings(definition)


def session_findings(
    definition: SessionDefinition, dialogue: DialogueDefinition
) -> Iterator[Finding]:
    """Everything in a session that does not belong together, or not to its dialogue."""
    yield from _text_findings(definition)
    yield from _twice(("steps",), definition.steps)
    if not definition.steps:
        yield ("steps",), "a session needs at least one step; expected [[steps]]"
    if re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:(?!\d)", definition.results_url, re.IGNORECASE):
        yield ("results_url",), "expected an address that begins with https://"
    yield from _closing_findings(definition)
    groups = [group.id for group in dialogue.target_groups]
    if definition.perspective not in (None, *groups):
        yield ("perspective",), unknown(str(definition.perspective), "a target group", groups)
    for place, step in enumerate(definition.steps):
        for path, sentence in _step_findings(step, dialogue):
            yield ("steps", place, *path), sentence


def _closing_findings(definition: SessionDefinition) -> Iterator[Finding]:
    if definition.closes and definition.type != "web-window":
        yield ("closes",), 'only a window closes by itself; expected type = "web-window"'
    elif definition.closes:
        try:
            swedish_ms(definition.closes)
        except ValueError:
            yield ("closes",), f"there is no such time; {A_TIME}"


def with_undisclosed(definition: DialogueDefinition) -> DialogueDefinition:
    """Everybody may leave out who they are: adds that target group where the file does not."""
    if UNDISCLOSED not in [group.id for group in definition.target_groups]:
        definition.target_groups.append(prefer_not_to_say())
    return definition


def prefer_not_to_say() -> TargetGroup:
    name = {"sv": "Vill inte svara", "sv-easy": "Vill hoppa över", "en": "Prefer not to say"}
    return TargetGroup(UNDISCLOSED, dict(name))


def _step_findings(step: AnyStep, dialogue: DialogueDefinition) -> Iterator[Finding]:
    areas = [area.id for area in dialogue.areas]
    area: str | None = getattr(step, "area", None)
    if area is not None and area not in areas:
        yield ("area",), unknown(area, "a goal area of this dialogue", areas)
    elif isinstance(step, Meanings):
        yield from _topic_findings(step, dialogue.topics)
    if isinstance(step, Evaluation):
        yield from _question_findings(step)
    if getattr(step, "kinds", None) == []:
        yield ("kinds",), "expected at least one of keyword, question, meaning"


def _topic_findings(step: Meanings, topics: list[Topic]) -> Iterator[Finding]:
    area_of = {topic.id: topic.area for topic in topics}
    if not step.topics:
        yield ("topics",), "this step needs at least one topic"
    for place, topic in enumerate(step.topics):
        if topic not in area_of:
            yield ("topics", place), unknown(topic, "a topic of this dialogue", area_of)
        elif step.area and area_of[topic] not in (None, step.area):
            wrong = f'"{topic}" belongs to the goal area "{area_of[topic]}"'
            yield ("topics", place), f'{wrong}; expected a topic of "{step.area}"'


def _area_goal_findings(definition: DialogueDefinition) -> Iterator[Finding]:
    areas = [area.id for area in definition.areas]
    seen: set[tuple[str, int]] = set()
    for place, it in enumerate(definition.area_goals):
        if it.area not in areas:
            yield ("area_goals", place, "area"), unknown(it.area, "a goal area", areas)
        elif (it.area, it.goal) in seen:
            sentence = f'global goal {it.goal} is assigned to "{it.area}" twice; once is enough'
            yield ("area_goals", place, "goal"), sentence
        seen.add((it.area, it.goal))


def _body_findings(definition: DialogueDefinition) -> Iterator[Finding]:
    """Two of one name cannot be told apart in a list of recipients."""
    seen: set[str] = set()
    for place, body in enumerate(definition.bodies):
        if not body.name.strip():
            yield ("bodies", place, "name"), "this is empty; expected the body's name"
        elif body.name.casefold() in seen:
            sentence = f'the body "{body.name}" stands here twice; each needs a name of its own'
            yield ("bodies", place, "name"), sentence
        seen.add(body.name.casefold())


def _disposal_findings(definition: DialogueDefinition) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, rule in enumerate(definition.disposal):
        for key, sentence in _rule_faults(rule, definition):
            yield ("disposal", place, key), sentence
        if rule.what in seen:
            sentence = f'there is a rule for "{rule.what}" already; each thing has one'
            yield ("disposal", place, "what"), sentence
        seen.add(rule.what)


def _rule_faults(rule: Disposal, definition: DialogueDefinition) -> Iterator[tuple[str, str]]:
    bodies = [it.id for it in definition.bodies]
    if rule.body and rule.body not in bodies:
        yield "body", unknown(rule.body, "a body of this dialogue", bodies)
    said = [bool(rule.body), bool(rule.date), bool(rule.section.strip())]
    if any(said) and not all(said):
        sentence = "a decision has body, date and section; without all three it is a proposal"
        yield ("body", "date", "section")[said.index(True)], sentence
    if rule.date and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", rule.date):
        yield "date", f'"{rule.date}" is no date; expected one such as 2019-05-06'
    wanted = COUNTED_FROM.get(rule.what)
    if wanted not in (None, rule.after):
        yield "after", f'"{rule.what}" is counted from "{wanted}"'
    stages = [it.id for it in definition.stages]
    if rule.after == "dialogue-archived" and ARCHIVED not in stages:
        yield "after", f'no stage has the id "{ARCHIVED}", so nothing says when that is'


COUNTED_FROM: dict[DisposalOf, DisposalAfter] = {
    **dict.fromkeys(OF_THE_DIALOGUE, "dialogue-archived"),
    "rehearsals": "session-ended",
}
"""Where there is no choice."""


def _question_findings(step: Evaluation) -> Iterator[Finding]:
    if not step.questions:
        yield ("questions",), "an evaluation needs at least one question"
    yield from _twice(("questions",), step.questions)
    for place, question in enumerate(step.questions):
        if not 2 <= len(question.options) <= 20:
            yield ("questions", place, "options"), "expected 2 to 20 options to choose between"


def _twice(path: Path, things: Sequence[Written | StepDefinition]) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, thing in enumerate(things):
        id = str(getattr(thing, "id"))  # noqa: B009
        if id in seen:
            yield (*path, place, "id"), f'the id "{id}" is used twice; each must be its own'
        seen.add(id)


def _text_findings(definition: Written) -> Iterator[Finding]:
    for path, text in texts(definition):
        for sentence in text_faults(text, path[-1] in _MAY_BE_EMPTY):
            yield path, sentence


def text_faults(text: Text, may_be_empty: bool) -> Iterator[str]:
    """What is wrong with a text that has a language."""
    by_language = {"sv": text} if isinstance(text, str) else text
    for language in _not_known(by_language):
        yield unknown(language, "a language", LANGUAGES)
    if "sv" not in by_language:
        yield 'the Swedish words are missing; expected sv = "…" in this table'
    elif not by_language["sv"].strip() and not may_be_empty:
        yield "this is empty; expected words in Swedish"
    if not all(readable(words) for words in by_language.values()):
        yield "this holds a control character; write it anew"


def _not_known(languages: Iterable[str]) -> list[str]:
    return [language for language in languages if language not in LANGUAGES]
