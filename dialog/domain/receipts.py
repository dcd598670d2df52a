"""What became of a contribution, for whoever holds its receipt.

Before a version has been frozen the presidium's work is a draft: of it a receipt tells the theme
the contribution stands in just now and that a person has read it, and nothing of what is meant to
become of it. That is told as it was in the latest frozen result or goals, also while people go on
working.
"""

from dialog.domain import process
from dialog.domain.bodies import every_body
from dialog.domain.state import Contribution, Dialogue, Session
from dialog.domain.work_state import Outcome, VersionState
from dialog.protocol import records as r
from dialog.protocol.agenda import Text

# ── when a version is frozen ──────────────────────────────────────────────────────────────────


def settle(dialogue: Dialogue, version: VersionState) -> None:
    """Keep in `version` what receipts will tell from now on of the contributions it covers."""
    if version.of not in ("result", "goals"):
        return
    version.goals = {it.id: it.texts.get("text", "") for it in dialogue.work.goals.values()}
    covered = (it for it in dialogue.sessions.values() if covers(version, it.id))
    for number in (number for session in covered for number in session.contributions):
        outcome = outcome_now(dialogue, number)
        if outcome is not None:
            version.outcomes[number] = outcome


def outcome_now(dialogue: Dialogue, number: int) -> Outcome | None:
    """What has been decided of it, itself or through its theme."""
    work = dialogue.work
    place = work.place(number)
    said = place if place.disposition or place.theme is None else work.themes[place.theme]
    return None if said.disposition is None else Outcome(said.disposition, said.reason)


def covers(version: VersionState, session: str) -> bool:
    return not version.sessions or session in version.sessions


# ── what a receipt tells ──────────────────────────────────────────────────────────────────────


def received(session: Session, number: int) -> r.Received:
    """What became of a contribution."""
    it, dialogue = session.contributions[number], session.dialogue
    place = dialogue.work.place(number)
    told = r.Received(
        dialogue=dialogue.id,
        session=session.definition.title,
        kind=it.posted.kind,
        area=area_name(dialogue, it.area),
        text=it.words or "",
        language=it.posted.language,
        standing=it.standing,
        reason=it.reason,
    )
    if it.standing == "withdrawn":
        return told
    told.read = place.verdict is not None
    tell_place(dialogue, it, told)
    told.outcome = outcome_of(dialogue, session.id, number)
    return told


def tell_place(dialogue: Dialogue, it: Contribution, told: r.Received) -> None:
    work = dialogue.work
    place = work.place(it.id)
    if place.theme is not None:
        theme = work.themes[place.theme]
        told.theme = theme.title
        told.moved_to = area_name(dialogue, theme.area) if theme.area != it.area else ""
    told.also = [work.themes[also].title for also in sorted(place.also) if also in work.themes]


def outcome_of(dialogue: Dialogue, session: str, number: int) -> r.ReceivedOutcome | None:
    """As it was in the latest frozen result or goals; None before there is one."""
    version = latest(dialogue, session)
    outcome = version.outcomes.get(number) if version else None
    if version is None or outcome is None:
        return None
    its = outcome.disposition
    return r.ReceivedOutcome(
        kind=its.kind,
        at=version.at,
        recipient=body_name(dialogue, its.recipient),
        internal=its.internal or "",
        goal=version.goals.get(its.goal or 0, ""),
        reason=outcome.reason if its.kind == "parked" else "",
    )


def latest(dialogue: Dialogue, session: str) -> VersionState | None:
    """The last frozen version that says what becomes of this session's contributions."""
    versions = reversed(dialogue.work.versions.values())
    of = ("result", "goals")
    return next((it for it in versions if it.of in of and covers(it, session)), None)


def area_name(dialogue: Dialogue, id: str | None) -> Text:
    area = dialogue.area(id or "")
    return "" if area is None else area.name


def body_name(dialogue: Dialogue, id: str | None) -> str:
    body = every_body(dialogue).get(id or "")
    return "" if body is None else body.name


# ── how far the dialogue has come ─────────────────────────────────────────────────────────────


def progress(dialogue: Dialogue) -> r.Progress:
    """The stage it is in and those to come, and whether its feedback page can be read."""
    stages, now = process.states(dialogue), process.current(dialogue)
    places = [place for place, stage in enumerate(stages) if stage.id == now]
    told = [r.ReceivedStage(it.name, it.date) for it in stages[places[0] if places else 0 :]]
    if told and now in dialogue.work.entered:
        told[0].entered_at = dialogue.work.entered[now]
    return r.Progress(
        title=dialogue.definition.title,
        stages=told,
        published=bool(dialogue.work.published),
        feedback_date=feedback_date(dialogue),
    )


def feedback_date(dialogue: Dialogue) -> str:
    """When participants have been promised feedback, as the session that was opened last says."""
    dates = [it.definition.results_date for it in dialogue.sessions.values()]
    return next((date for date in reversed(dates) if date), "")
