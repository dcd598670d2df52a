"""Versions: frozen and numbered, with what leaves the house in them. Nothing here is undone; what
changes afterwards goes into a later version.
"""

from msgspec.structs import replace

from dialog.domain import goals, process, receipts
from dialog.domain.bodies import require_body
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.texts import definition_hash
from dialog.domain.work import NOTE_LIMIT, Changed, Params, fit_text
from dialog.domain.work_state import CarriedTheme, DispatchState, VersionState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.agenda import AnyStep, Meanings, SessionDefinition, Topic, in_language
from dialog.protocol.commands import OpenSession
from dialog.protocol.refusals import (
    AlreadyDone,
    ChangedMeanwhile,
    GateClosed,
    GateUnanswered,
    NotFrozen,
    NothingCarried,
    NothingLeft,
    StillHeld,
    StillUndecided,
    UnknownField,
    UnknownVersion,
)

CARRIES: tuple[wc.VersionOf, ...] = ("areas", "result")
"""Versions whose themes can be sent out as topics."""
TELLS: tuple[wc.VersionOf, ...] = ("summary", "result", "goals")
"""Versions that there is a feedback page of."""
ASKED_AT_THE_GATE = ("citizen-dialogue", "class", "web-window")
"""Types of session that invite residents."""

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def freeze(dialogue: Dialogue, person: Person, command: wc.FreezeVersion, at: int) -> list[Fact]:
    require(command.upto == dialogue.seq, meanwhile(dialogue, command.upto))
    known = all(session in dialogue.sessions for session in command.sessions)
    require(known, UnknownField())
    require_ready(dialogue, command)
    number = dialogue.work.last_ids["version"] + 1
    event = we.VersionFrozen(number, command.of, command.sessions, command.upto, command.log_hash)
    return [Fact(event, fit_text(command.why, NOTE_LIMIT))]


def meanwhile(dialogue: Dialogue, upto: int) -> ChangedMeanwhile:
    """Who has done what since: the presidium, or people at a meeting that goes on."""
    last = dialogue.work.log[-1] if dialogue.work.log else None
    if last is not None and last.seq > upto:
        return ChangedMeanwhile(last.actor, last.words)
    return ChangedMeanwhile("participant", "dialogue_went_on")


def require_ready(dialogue: Dialogue, command: wc.FreezeVersion) -> None:
    """Or a refusal that says what is left to do first."""
    match command.of:
        case "areas":
            for area in dialogue.definition.areas:
                political = any(it.political for it in carried_in(dialogue, area.id))
                require(political, NothingCarried(in_language(area.name, "sv")[0]))
        case "result":
            n = process.held(dialogue)
            require(not n, StillHeld(n))
            n = process.undecided(dialogue)
            require(not n, StillUndecided(n))
        case "summary":
            n = process.held(dialogue, command.sessions)
            require(not n, StillHeld(n))
        case "goals":
            require(goals.standing(dialogue), NothingLeft())


def carried_in(dialogue: Dialogue, area: str | None) -> list[CarriedTheme]:
    """The themes of the area that are carried forward just now."""
    return [
        CarriedTheme(theme.id, theme.area, theme.title, theme.kind, theme.carried == "keyword")
        for theme in dialogue.work.themes.values()
        if theme.area == area and theme.carried
    ]


def send_out(dialogue: Dialogue, person: Person, command: wc.SendOutTopics, at: int) -> list[Fact]:
    version = version_of(dialogue, command.version)
    require(version.of in CARRIES, NotFrozen())
    require(version.carried, NothingLeft())
    topics = [sent_topic(dialogue, version, theme) for theme in version.carried]
    again = [topic.id for topic in topics] == dialogue.work.asked_now
    require(not (version.sent_out and again), AlreadyDone())
    return [Fact(we.TopicsSentOut(version.version, topics))]


def sent_topic(dialogue: Dialogue, version: VersionState, theme: CarriedTheme) -> we.SentTopic:
    """Under the same id each time, unless people have been asked it in other words."""
    id = f"t-{theme.theme}"
    there = next((it for it in dialogue.definition.topics if it.id == id), None)
    if there is not None and there != topic_of(id, theme) and id in leaned_on(dialogue):
        id = f"{id}-v{version.version}"
    return we.SentTopic(id, theme.area, theme.kind, theme.theme, theme.political)


def topic_of(id: str, theme: CarriedTheme) -> Topic:
    kind = "question" if theme.kind == "question" else "keyword"
    return Topic(id, kind, theme.title, theme.area, political=theme.political)  # type: ignore[arg-type]


def leaned_on(dialogue: Dialogue) -> set[str]:
    """The topics that some session asks, or has asked."""
    return {
        topic
        for session in dialogue.sessions.values()
        for step in session.definition.steps
        for topic in getattr(step, "topics", ())
    }


def store(dialogue: Dialogue, person: Person, command: wc.StoreFiles, at: int) -> list[Fact]:
    version = version_of(dialogue, command.version)
    require(command.files, NothingLeft())
    return [Fact(we.FilesStored(version.version, command.files))]


def publish(dialogue: Dialogue, person: Person, command: wc.PublishFeedback, at: int) -> list[Fact]:
    version = version_of(dialogue, command.version)
    require(version.of in TELLS, NotFrozen())
    require(dialogue.work.published != version.version, AlreadyDone())
    return [Fact(we.FeedbackPublished(version.version))]


def dispatch(dialogue: Dialogue, person: Person, command: wc.RecordDispatch, at: int) -> list[Fact]:
    version = version_of(dialogue, command.version)
    require(any(file.document == command.document for file in version.files), NotFrozen())
    recipients = list(dict.fromkeys(command.recipients))
    for recipient in recipients:
        require_body(dialogue, recipient)
    number = dialogue.work.last_ids["dispatch"] + 1
    event = we.Dispatched(number, version.version, command.document, recipients)
    return [Fact(event, fit_text(command.why, NOTE_LIMIT))]


def version_of(dialogue: Dialogue, number: int) -> VersionState:
    """The version with that number, or a refusal."""
    require(number in dialogue.work.versions, UnknownVersion())
    return dialogue.work.versions[number]


decides = {
    wc.FreezeVersion: freeze,
    wc.StoreFiles: store,
    wc.SendOutTopics: send_out,
    wc.PublishFeedback: publish,
    wc.RecordDispatch: dispatch,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def frozen(dialogue: Dialogue, entry: e.Entry, event: we.VersionFrozen) -> Changed:
    work = dialogue.work
    work.last_ids["version"] = max(work.last_ids["version"], event.version)
    areas = [*(area.id for area in dialogue.definition.areas), None]
    version = work.versions[event.version] = VersionState(
        event.version,
        event.of,
        list(event.sessions),
        event.upto,
        event.log_hash,
        entry.at,
        entry.actor,
        entry.words or "",
        [theme for area in areas for theme in carried_in(dialogue, area)],
    )
    receipts.settle(dialogue, version)
    params: Params = {"version": event.version}
    return Changed(f"version_frozen_{event.of}", params, None, {"process"})


def stored(dialogue: Dialogue, entry: e.Entry, event: we.FilesStored) -> Changed:
    """A file that is rendered again takes the place of the one before it."""
    version = dialogue.work.versions[event.version]
    files = {(it.document, it.format, it.edition): it for it in (*version.files, *event.files)}
    version.files = list(files.values())
    return Changed("", {}, None, {"process"})


def sent_out(dialogue: Dialogue, entry: e.Entry, event: we.TopicsSentOut) -> Changed:
    """The topics are called as their themes were when the version was frozen. Those that some
    session leans on stay, and the file's, which sessions that are not opened yet may name.
    """
    work, definition = dialogue.work, dialogue.definition
    version = work.versions[event.version]
    carried = {theme.theme: theme for theme in version.carried}
    new = [topic_of(topic.id, carried[topic.theme]) for topic in event.topics]
    names, leaned = {topic.id for topic in new}, leaned_on(dialogue)
    stay = (topic for topic in definition.topics if topic.id not in names)
    old = [topic for topic in stay if topic.id not in work.sent or topic.id in leaned]
    # The file's order first, as when the file is read again.
    dialogue.definition = replace(definition, topics=[*old, *new])
    work.sent |= {topic.id: topic for topic in event.topics}
    work.asked_now = [topic.id for topic in event.topics]
    version.sent_out = True
    touched = {"process", "matter", *(f"theme/{topic.theme}" for topic in event.topics)}
    for topic in event.topics:
        theme = work.themes.get(topic.theme) or work.gone.get(topic.theme)
        if theme is not None:
            theme.topic = topic.id
    params: Params = {"version": event.version, "n": len(event.topics)}
    return Changed("topics_sent_out", params, None, touched)


def published(dialogue: Dialogue, entry: e.Entry, event: we.FeedbackPublished) -> Changed:
    work = dialogue.work
    work.published = event.version
    for version in work.versions.values():
        version.published = version.version == event.version
    return Changed("feedback_published", {"version": event.version}, None, {"process"})


def dispatched(dialogue: Dialogue, entry: e.Entry, event: we.Dispatched) -> Changed:
    work = dialogue.work
    work.last_ids["dispatch"] = max(work.last_ids["dispatch"], event.dispatch)
    work.dispatches[event.dispatch] = DispatchState(
        event.dispatch,
        event.version,
        event.document,
        list(event.recipients),
        entry.at,
        entry.words or "",
    )
    params: Params = {"version": event.version, "n": len(event.recipients)}
    return Changed(f"dispatched_{event.document}", params, None, {"process"})


applies = {
    we.VersionFrozen: frozen,
    we.FilesStored: stored,
    we.TopicsSentOut: sent_out,
    we.FeedbackPublished: published,
    we.Dispatched: dispatched,
}

marks = {
    we.TopicsSentOut: lambda it: ["topics"],
    we.FeedbackPublished: lambda it: ["published"],
}

# ── the next session ──────────────────────────────────────────────────────────────────────────


def require_gate(dialogue: Dialogue, command: OpenSession) -> None:
    """SKR's two questions are answered before residents are invited, and both with yes."""
    if dialogue.rehearsal or command.definition.type not in ASKED_AT_THE_GATE:
        return
    gate = command.definition.gate or command.gate
    require(gate is not None, GateUnanswered())
    assert gate is not None
    require(gate.question and gate.deciders, GateClosed())


def resolved(dialogue: Dialogue, command: OpenSession) -> tuple[SessionDefinition, str]:
    """The definition as the session will hold it, and its hash: with the answers at the gate, and
    asking the topics that have been sent out.
    """
    written = command.definition
    gate = written.gate or command.gate
    definition = replace(asking_what_was_sent(dialogue, written), gate=gate)
    if definition == written:
        return written, command.definition_hash
    return definition, definition_hash(definition)


def asking_what_was_sent(dialogue: Dialogue, written: SessionDefinition) -> SessionDefinition:
    """Steps of meanings ask what was sent out in their areas, instead of the file's examples."""
    if not dialogue.work.asked_now:
        return written
    return replace(written, steps=[asking(dialogue, step) for step in written.steps])


def asking(dialogue: Dialogue, step: AnyStep) -> AnyStep:
    if not isinstance(step, Meanings):
        return step
    topics = {topic.id: topic for topic in dialogue.definition.topics}
    sent = [id for id in dialogue.work.asked_now if step.area in (None, topics[id].area)]
    own = [id for id in step.topics if id not in topics or not topics[id].example]
    if not sent or (step.area is None and len(own) == len(step.topics)):
        return step
    return replace(step, topics=[*sent, *(id for id in own if id not in sent)])
