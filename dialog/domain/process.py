"""The process: stages as data with guards, what the areas are assigned, the documents' texts."""

from collections.abc import Callable, Sequence

from dialog.domain import dispositions, goals
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.work import NOTE_LIMIT, TEXT_LIMIT, Changed, Params, fit_text
from dialog.domain.work_state import VersionState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.agenda import GLOBAL_GOALS, AreaGoal, Guard, Stage, Strength, in_language
from dialog.protocol.refusals import (
    AlreadyDone,
    GuardUnmet,
    ReasonMissing,
    UnknownArea,
    UnknownField,
)

# ── stages and their guards ───────────────────────────────────────────────────────────────────


def states(dialogue: Dialogue) -> list[Stage]:
    """The stages that are entered, in order: not those that are decisions from before."""
    return [stage for stage in dialogue.definition.stages if not stage.document]


def current(dialogue: Dialogue) -> str | None:
    """The stage the work is in: until somebody says otherwise, the first."""
    if dialogue.work.stage is not None:
        return dialogue.work.stage
    return next((stage.id for stage in states(dialogue)), None)


def unmet(dialogue: Dialogue, stage: Stage) -> dict[Guard, int]:
    """The guards of the stage that do not hold just now, and how many things stand in the way."""
    counted = {guard: in_the_way(dialogue, stage, guard) for guard in stage.guards}
    return {guard: n for guard, n in counted.items() if n}


def in_the_way(dialogue: Dialogue, stage: Stage, guard: Guard) -> int:
    """How many things keep the guard from holding."""
    return unprepared(dialogue, stage) if guard == "prepared" else COUNTS[guard](dialogue)


def unprepared(dialogue: Dialogue, stage: Stage) -> int:
    """1 if the stage before this one was never entered."""
    order = [it.id for it in states(dialogue)]
    place = order.index(stage.id) if stage.id in order else 0
    return int(place > 0 and not has_been_in(dialogue, order[place - 1]))


def has_been_in(dialogue: Dialogue, stage: str) -> bool:
    return stage in dialogue.work.entered or stage == current(dialogue)


def areas_not_frozen(dialogue: Dialogue) -> int:
    """Goal areas in which the latest frozen set of areas carries no topic forward."""
    frozen = latest(dialogue, "areas")
    carried = {theme.area for theme in frozen.carried} if frozen is not None else set()
    return sum(area.id not in carried for area in dialogue.definition.areas)


def latest(dialogue: Dialogue, of: wc.VersionOf) -> VersionState | None:
    """The latest version of that kind."""
    found = [it for it in dialogue.work.versions.values() if it.of == of]
    return found[-1] if found else None


def held(dialogue: Dialogue, sessions: Sequence[str] = ()) -> int:
    """Contributions that no moderator has looked at, in those sessions (empty: all)."""
    every = dialogue.sessions.values()
    return sum(len(it.held) for it in every if not sessions or it.id in sessions)


def frames_unanswered(dialogue: Dialogue) -> int:
    """Answers that are lacking, over all drafts. Where there is no draft, all of one."""
    drafts = goals.standing(dialogue)
    if not drafts:
        return len(dialogue.definition.frames)
    return sum(len(goals.unanswered(dialogue, draft)) for draft in drafts)


def gaps(dialogue: Dialogue) -> list[int]:
    """The global goals that no area is assigned, or that no theme and no draft is linked to."""
    assigned = {it.goal for it in area_goals(dialogue)}
    themes = (theme.linked for theme in dialogue.work.themes.values())
    drafts = (draft.linked for draft in goals.standing(dialogue))
    linked = {goal for links in (*themes, *drafts) for goal in links}
    return [goal for goal in GLOBAL_GOALS if goal not in assigned or goal not in linked]


def gaps_not_acknowledged(dialogue: Dialogue) -> int:
    return len(set(gaps(dialogue)) - set(dialogue.work.acknowledged))


def undecided(dialogue: Dialogue) -> int:
    """Contributions, of all that were received, of which nobody has said what becomes of them."""
    return sum(1 for _ in dispositions.undecided(dialogue))


COUNTS: dict[Guard, Callable[[Dialogue], int]] = {
    "areas-frozen": areas_not_frozen,
    "all-moderated": held,
    "frames-answered": frames_unanswered,
    "gaps-acknowledged": gaps_not_acknowledged,
    "all-decided": undecided,
    "feedback-published": lambda dialogue: int(not dialogue.work.published),
}


def area_goals(dialogue: Dialogue) -> list[AreaGoal]:
    """The global goals that each area is assigned: as the file says where people have not."""
    holds: dict[tuple[str, int], Strength | None] = {
        (it.area, it.goal): it.strength for it in dialogue.definition.area_goals
    }
    holds |= dialogue.work.area_goals
    places = ((area.id, goal) for area in dialogue.definition.areas for goal in GLOBAL_GOALS)
    found = ((area, goal, holds.get((area, goal))) for area, goal in places)
    return [AreaGoal(area, goal, strength) for area, goal, strength in found if strength]


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def enter(dialogue: Dialogue, person: Person, command: wc.EnterStage, at: int) -> list[Fact]:
    """On needs the guards of every stage that is passed; back needs a reason."""
    stages = states(dialogue)
    order = [stage.id for stage in stages]
    require(command.stage in order, UnknownField())
    now, wanted = current(dialogue), order.index(command.stage)
    require(command.stage != dialogue.work.stage, AlreadyDone())
    place = order.index(now) if now in order else -1
    for stage in stages[place + 1 : wanted + 1]:
        for guard, n in unmet(dialogue, stage).items():
            require(not n, GuardUnmet(guard, n))
    why = fit_text(command.why, NOTE_LIMIT)
    require(why or wanted >= place, ReasonMissing())
    return [Fact(we.StageEntered(command.stage), why)]


def assign(dialogue: Dialogue, person: Person, command: wc.LinkArea, at: int) -> list[Fact]:
    require(dialogue.area(command.area), UnknownArea())
    there = {(it.area, it.goal): it.strength for it in area_goals(dialogue)}
    require(there.get((command.area, command.goal)) != command.strength, AlreadyDone())
    return [Fact(we.AreaLinked(command.area, command.goal, command.strength))]


def acknowledge(
    dialogue: Dialogue, person: Person, command: wc.AcknowledgeGaps, at: int
) -> list[Fact]:
    seen = sorted(set(command.goals))
    require(seen != dialogue.work.acknowledged, AlreadyDone())
    return [Fact(we.GapsAcknowledged(seen), fit_text(command.why, NOTE_LIMIT))]


def write(dialogue: Dialogue, person: Person, command: wc.WriteText, at: int) -> list[Fact]:
    require(command.field in wc.TEXT_FIELDS[command.document], UnknownField())
    require(not command.session or command.session in dialogue.sessions, UnknownField())
    text = fit_text(command.text, TEXT_LIMIT)
    key = (command.document, command.field, command.session)
    require(text != dialogue.work.texts.get(key, ""), AlreadyDone())
    return [Fact(we.TextWritten(command.document, command.field, command.session), text)]


decides = {
    wc.EnterStage: enter,
    wc.LinkArea: assign,
    wc.AcknowledgeGaps: acknowledge,
    wc.WriteText: write,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def entered(dialogue: Dialogue, entry: e.Entry, event: we.StageEntered) -> Changed:
    work = dialogue.work
    undo = [Fact(we.StageEntered(work.stage, dict(work.entered)))]
    was, work.stage = current(dialogue), event.stage
    if event.entered is not None:
        work.entered = dict(event.entered)
    elif event.stage is not None:
        work.entered[event.stage] = entry.at
    order = [stage.id for stage in states(dialogue)]
    now = current(dialogue)
    back = now in order and was in order and order.index(now) < order.index(was)
    params: Params = {"stage": name_of(dialogue, now), "was": name_of(dialogue, was)}
    return Changed("stage_reopened" if back else "stage_entered", params, undo, {"process"})


def name_of(dialogue: Dialogue, stage: str | None) -> str:
    """What a stage is called, in Swedish."""
    found = next((it for it in dialogue.definition.stages if it.id == stage), None)
    return (stage or "") if found is None else in_language(found.name, "sv")[0]


def assigned(dialogue: Dialogue, entry: e.Entry, event: we.AreaLinked) -> Changed:
    work, key = dialogue.work, (event.area, event.goal)
    before = we.AreaLinked(*key, work.area_goals.get(key), key not in work.area_goals)
    if event.unsaid:
        work.area_goals.pop(key, None)
    else:
        work.area_goals[key] = event.strength
    params: Params = {"area": event.area, "global_goal": event.goal}
    words = "area_unlinked" if event.strength is None else "area_linked"
    return Changed(words, params, [Fact(before)], {"process"})


def acknowledged(dialogue: Dialogue, entry: e.Entry, event: we.GapsAcknowledged) -> Changed:
    was, dialogue.work.acknowledged = dialogue.work.acknowledged, list(event.goals)
    params: Params = {"n": len(event.goals), "goals": ", ".join(map(str, event.goals))}
    return Changed("gaps_acknowledged", params, [Fact(we.GapsAcknowledged(was))], {"process"})


def written(dialogue: Dialogue, entry: e.Entry, event: we.TextWritten) -> Changed:
    work, key = dialogue.work, (event.document, event.field, event.session)
    was, now = work.texts.pop(key, ""), entry.words or ""
    if now:
        work.texts[key] = now
    words = f"text_written_{event.document}"
    return Changed(words, {}, [Fact(event, was)], {"texts"})


applies = {
    we.StageEntered: entered,
    we.AreaLinked: assigned,
    we.GapsAcknowledged: acknowledged,
    we.TextWritten: written,
}

marks = {
    we.StageEntered: lambda it: ["stage"],
    we.AreaLinked: lambda it: [f"area/{it.area}/{it.goal}"],
    we.GapsAcknowledged: lambda it: ["gaps"],
    we.TextWritten: lambda it: [f"text/{it.document}/{it.field}/{it.session}"],
}
