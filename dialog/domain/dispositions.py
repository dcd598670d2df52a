"""What is to become of what people wrote: decided by people, once for everything."""

from collections.abc import Iterator

from dialog.domain.bodies import every_body
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.themes import known, theme_of, touched_with_members
from dialog.domain.work import NOTE_LIMIT, Changed, Marker, Params, fit_text
from dialog.domain.work_state import Place, ThemeState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.refusals import (
    AlreadyDone,
    NothingLeft,
    NotWhatIsLeft,
    ReasonMissing,
    RecipientMissing,
    UnknownBody,
    UnknownGoal,
)
from dialog.protocol.work_commands import Disposition

TO_THE_PROGRAMME = Disposition("programme")

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def dispose(dialogue: Dialogue, person: Person, command: wc.SetDisposition, at: int) -> list[Fact]:
    """Of those for which it is something new."""
    themes = [theme_of(dialogue, n) for n in dict.fromkeys(command.themes)]
    its = known(dialogue, command.contributions)
    require(themes or its, NothingLeft())
    why = fit_text(command.why, NOTE_LIMIT)
    disposition = fit_disposition(dialogue, command.disposition, why)
    now = (disposition, why if disposition else "")
    changing = [theme.id for theme in themes if said_of(theme) != now]
    moving = [it.id for it in its if said_of(dialogue.work.place(it.id)) != now]
    require(changing or moving, AlreadyDone())
    return [Fact(we.DispositionSet(changing, moving, disposition), why or None)]


def fit_disposition(
    dialogue: Dialogue, disposition: Disposition | None, why: str
) -> Disposition | None:
    """Without what does not belong to its kind, or a refusal that says what is missing."""
    match disposition:
        case None:
            return None
        case Disposition(kind="handover" | "other-authority" as kind, recipient=recipient):
            require_recipient(dialogue, recipient, kind == "other-authority")
            return Disposition(kind, recipient=recipient)
        case Disposition(kind="internal-goal", internal=internal):
            require(internal, RecipientMissing())
            return Disposition("internal-goal", internal=internal)
        case Disposition(kind="goal", goal=goal):
            draft = dialogue.work.goals.get(goal or 0)
            require(goal is None or (draft is not None and not draft.dropped), UnknownGoal())
            return Disposition("goal", goal=goal)
    require(disposition.kind != "parked" or why, ReasonMissing())
    return Disposition(disposition.kind)


def require_recipient(dialogue: Dialogue, recipient: str | None, authority: bool) -> None:
    """Of the municipality for a handover; else an authority."""
    require(recipient, RecipientMissing())
    body = every_body(dialogue).get(recipient or "")
    require(body, UnknownBody())
    assert body is not None
    require((body.kind == "authority") == authority, RecipientMissing())


def rest(dialogue: Dialogue, person: Person, command: wc.RestToProgramme, at: int) -> list[Fact]:
    left = list(undecided(dialogue))
    require(set(left) == set(command.contributions), NotWhatIsLeft(len(left)))
    require(left, NothingLeft())
    why = fit_text(command.why, NOTE_LIMIT)
    return [Fact(we.DispositionSet([], left, TO_THE_PROGRAMME), why or None)]


def undecided(dialogue: Dialogue) -> Iterator[int]:
    """Of all that has been received: held, hidden and withdrawn ones too."""
    work = dialogue.work
    return (n for n in dialogue.contributions if work.disposition_of(n) is None)


def said_of(it: ThemeState | Place) -> tuple[Disposition | None, str]:
    return it.disposition, it.reason


decides = {wc.SetDisposition: dispose, wc.RestToProgramme: rest}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def disposed(dialogue: Dialogue, entry: e.Entry, event: we.DispositionSet) -> Changed:
    """The way back is one fact for each disposition and reason that they had."""
    work, now = dialogue.work, event.disposition
    themes = [work.themes[n] for n in event.themes]
    places = {n: work.places.setdefault(n, Place()) for n in event.contributions}
    had: dict[tuple[Disposition | None, str], we.DispositionSet] = {}
    for theme in themes:
        had.setdefault(said_of(theme), before(theme)).themes.append(theme.id)
    for number, place in places.items():
        had.setdefault(said_of(place), before(place)).contributions.append(number)
    everything: dict[str, ThemeState | Place] = {f"theme/{it.id}": it for it in themes}
    everything |= {f"contribution/{n}": place for n, place in places.items()}
    marks = [mark for key, it in everything.items() for mark in used_by(key, it.disposition, now)]
    for it in everything.values():
        it.disposition, it.reason = now, (entry.words or "") if now else ""
    undo = [Fact(was, reason or None) for (_, reason), was in had.items()]
    touched = {f"contribution/{n}" for n in event.contributions}
    for theme in themes:
        touched |= touched_with_members(theme)
    named = {it.goal for it in (now, *(it for it, _ in had)) if it is not None} - {None}
    touched |= {f"goal/{goal}" for goal in named}
    return Changed(words_for(event), params_of(dialogue, event), undo, touched, marks=marks)


def used_by(key: str, *dispositions: Disposition | None) -> Iterator[str]:
    """A recipient or a draft that something goes to is not taken back from under it."""
    for it in dispositions:
        if it is not None and it.recipient is not None:
            yield f"body/{it.recipient}/disposed/{key}"
        if it is not None and it.goal is not None:
            yield f"goal/{it.goal}/disposed/{key}"


def before(it: ThemeState | Place) -> we.DispositionSet:
    return we.DispositionSet([], [], it.disposition)


def words_for(event: we.DispositionSet) -> str:
    what = "both" if event.themes and event.contributions else "themes"
    if not event.themes:
        what = "contributions"
    return f"{what}_disposed" if event.disposition else f"{what}_undecided"


def params_of(dialogue: Dialogue, event: we.DispositionSet) -> Params:
    """`disposition` is its kind. `title`, `contribution`: the first of them."""
    titles = [dialogue.work.themes[n].title for n in event.themes[:1]]
    now = event.disposition or Disposition("parked")
    body = every_body(dialogue).get(now.recipient or "")
    return {
        "n": len(event.themes) + len(event.contributions),
        "title": next(iter(titles), None),
        "contribution": next(iter(event.contributions), None),
        "disposition": event.disposition.kind if event.disposition else None,
        "recipient": body.name if body else None,
        "internal": now.internal,
        "goal": now.goal,
    }


applies = {we.DispositionSet: disposed}


marks: dict[type, Marker] = {
    we.DispositionSet: lambda it: [
        *(f"theme/{n}/disposition" for n in it.themes),
        *(f"disposition/{n}" for n in it.contributions),
    ]
}
