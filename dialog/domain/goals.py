"""Goal drafts: what the working committee formulates, what each rests on, what each still lacks.

What is missing is named, never scored and never refused: the judgement is the elected's.
"""

from collections.abc import Iterable

from dialog.domain.bodies import name_of, require_body
from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.work import NOTE_LIMIT, Changed, Params, fit_text, quoted, some_text
from dialog.domain.work_state import ForBody, FrameReplyState, GoalState, SettledState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.agenda import in_language
from dialog.protocol.refusals import (
    AlreadyDone,
    NothingLeft,
    ReasonMissing,
    TextEmpty,
    UnknownArea,
    UnknownContribution,
    UnknownField,
    UnknownGoal,
    UnknownTargetGroup,
    UnknownTheme,
)

# ── what stands, and what it lacks ────────────────────────────────────────────────────────────


def standing(dialogue: Dialogue) -> list[GoalState]:
    """The drafts that have not been dropped, in the order they were made."""
    return [goal for goal in dialogue.work.goals.values() if not goal.dropped]


def directives_of(dialogue: Dialogue, goal: int) -> list[ForBody]:
    return [it for it in dialogue.work.directives.values() if it.goal == goal and not it.dropped]


def committee_goals_of(dialogue: Dialogue, goal: int) -> list[ForBody]:
    every = dialogue.work.committee_goals.values()
    return [it for it in every if it.goal == goal and not it.dropped]


def themes_of(dialogue: Dialogue, goal: GoalState) -> list[int]:
    """The themes that stand and that the draft cites: itself, or what they were merged into."""
    found = (standing_theme(dialogue, theme) for theme in goal.themes)
    return sorted({theme for theme in found if theme is not None})


def standing_theme(dialogue: Dialogue, theme: int | None) -> int | None:
    """`theme`, or the one that took what it held, or None."""
    work = dialogue.work
    while theme is not None and theme not in work.themes:
        theme = work.gone[theme].merged_into if theme in work.gone else None
    return theme


def sources_of(dialogue: Dialogue, goal: GoalState) -> list[int]:
    """The contributions that the draft rests on, cited one by one or with their theme."""
    themes = (dialogue.work.themes[theme] for theme in themes_of(dialogue, goal))
    return sorted({*goal.contributions, *(n for theme in themes for n in theme.members)})


def missing(dialogue: Dialogue, goal: GoalState) -> list[str]:
    """What the draft lacks, as keys of the catalogue: `goal.missing_<key>`."""
    texts = ("movement_from", "movement_to", "resources", "maintenance", "effect", "horizon")
    lacking: dict[str, bool] = {name: not goal.texts.get(name) for name in texts}  # type: ignore[call-overload]
    lacking |= {
        "target_groups": not goal.target_groups,
        "directive": not directives_of(dialogue, goal.id),
        "anchor": not goal.anchors,
        "global_goal": not goal.linked,
        "citation": not is_cited_from_residents(dialogue, goal),
        "frames": bool(unanswered(dialogue, goal)),
    }
    return [name for name, lacks in lacking.items() if lacks]


def is_cited_from_residents(dialogue: Dialogue, goal: GoalState) -> bool:
    """Whether it rests on at least one meaning from a target group of residents (F1)."""
    residents = {group.id for group in dialogue.definition.target_groups if group.resident}
    sources = (dialogue.contributions.get(n) for n in sources_of(dialogue, goal))
    return any(
        it is not None
        and it.is_visible
        and it.posted.kind == "meaning"
        and it.posted.target_group in residents
        for it in sources
    )


def unanswered(dialogue: Dialogue, goal: GoalState) -> list[str]:
    """The frames that nobody has answered for this draft. "Not assessed" is an answer."""
    return [frame.id for frame in dialogue.definition.frames if frame.id not in goal.frames]


# ── what is known ─────────────────────────────────────────────────────────────────────────────


def goal_of(dialogue: Dialogue, number: int) -> GoalState:
    """The draft with that number, or a refusal."""
    goal = dialogue.work.goals.get(number)
    require(goal is not None and not goal.dropped, UnknownGoal())
    assert goal is not None
    return goal


def of_number(dialogue: Dialogue, there: dict[int, ForBody], number: int) -> ForBody:
    """The directive or committee goal with that number, or a refusal."""
    it = there.get(number)
    require(it is not None and not it.dropped, UnknownGoal())
    assert it is not None
    return it


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def draft(dialogue: Dialogue, person: Person, command: wc.DraftGoal, at: int) -> list[Fact]:
    require(dialogue.area(command.area), UnknownArea())
    number = dialogue.work.last_ids["goal"] + 1
    return [Fact(we.GoalDrafted(number, command.area), some_text(command.text, NOTE_LIMIT))]


def drop(dialogue: Dialogue, person: Person, command: wc.DropGoal, at: int) -> list[Fact]:
    return [Fact(we.GoalDropped(goal_of(dialogue, command.goal).id))]


def write(dialogue: Dialogue, person: Person, command: wc.WriteGoal, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    text = fit_text(command.text, NOTE_LIMIT)
    require(text or command.field != "text", TextEmpty())
    require(text != goal.texts.get(command.field, ""), AlreadyDone())
    return [Fact(we.GoalWritten(goal.id, command.field), text)]


def move(dialogue: Dialogue, person: Person, command: wc.MoveGoal, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    require(dialogue.area(command.area), UnknownArea())
    require(command.area != goal.area, AlreadyDone())
    return [Fact(we.GoalMoved(goal.id, command.area))]


def cite(dialogue: Dialogue, person: Person, command: wc.CiteInGoal, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    require(command.themes or command.contributions, NothingLeft())
    if command.cited:
        require(all(n in dialogue.work.themes for n in command.themes), UnknownTheme())
        known = all(n in dialogue.contributions for n in command.contributions)
        require(known, UnknownContribution())
    themes = changing(command.themes, goal.themes, command.cited)
    contributions = changing(command.contributions, goal.contributions, command.cited)
    require(themes or contributions, AlreadyDone())
    return [Fact(we.GoalCited(goal.id, themes, contributions, command.cited))]


def changing(numbers: list[int], there: Iterable[int], cited: bool) -> list[int]:
    """Those that are not so already, each once."""
    there = set(there)
    return [n for n in dict.fromkeys(numbers) if (n in there) != cited]


def link(dialogue: Dialogue, person: Person, command: wc.LinkGoal, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    require(goal.linked.get(command.global_goal) != command.strength, AlreadyDone())
    return [Fact(we.GoalLinked(goal.id, command.global_goal, command.strength))]


def anchor(dialogue: Dialogue, person: Person, command: wc.AnchorGoal, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    known = {it.id for it in dialogue.definition.anchors} | goal.anchors
    require(command.anchor in known, UnknownField())
    require((command.anchor in goal.anchors) != command.linked, AlreadyDone())
    return [Fact(we.GoalAnchored(goal.id, command.anchor, command.linked))]


def affect(
    dialogue: Dialogue, person: Person, command: wc.AffectTargetGroup, at: int
) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    known = {it.id for it in dialogue.definition.target_groups}
    require(command.target_group in known, UnknownTargetGroup())
    require((command.target_group in goal.target_groups) != command.affected, AlreadyDone())
    return [Fact(we.TargetGroupAffected(goal.id, command.target_group, command.affected))]


def answer(dialogue: Dialogue, person: Person, command: wc.AnswerFrame, at: int) -> list[Fact]:
    goal = goal_of(dialogue, command.goal)
    require(any(it.id == command.frame for it in dialogue.definition.frames), UnknownField())
    comment = fit_text(command.why, NOTE_LIMIT)
    now = goal.frames.get(command.frame)
    require(now != FrameReplyState(command.answer, comment), AlreadyDone())
    return [Fact(we.FrameAnswered(goal.id, command.frame, command.answer), comment)]


def give(dialogue: Dialogue, person: Person, command: wc.GiveDirective, at: int) -> list[Fact]:
    goal_of(dialogue, command.goal)
    require_body(dialogue, command.body)
    number = command.directive or dialogue.work.last_ids["directive"] + 1
    text = some_text(command.text, NOTE_LIMIT)
    if command.directive:
        now = of_number(dialogue, dialogue.work.directives, number)
        require((now.goal, now.body, now.text) != (command.goal, command.body, text), AlreadyDone())
    return [Fact(we.DirectiveGiven(number, command.goal, command.body), text)]


def withdraw(dialogue: Dialogue, person: Person, command: wc.DropDirective, at: int) -> list[Fact]:
    it = of_number(dialogue, dialogue.work.directives, command.directive)
    return [Fact(we.DirectiveDropped(it.id))]


def record(
    dialogue: Dialogue, person: Person, command: wc.RecordCommitteeGoal, at: int
) -> list[Fact]:
    goal_of(dialogue, command.goal)
    require_body(dialogue, command.body)
    number = command.committee_goal or dialogue.work.last_ids["committee-goal"] + 1
    text = some_text(command.text, NOTE_LIMIT)
    if command.committee_goal:
        now = of_number(dialogue, dialogue.work.committee_goals, number)
        require((now.goal, now.body, now.text) != (command.goal, command.body, text), AlreadyDone())
    return [Fact(we.CommitteeGoalRecorded(number, command.goal, command.body), text)]


def strike(
    dialogue: Dialogue, person: Person, command: wc.DropCommitteeGoal, at: int
) -> list[Fact]:
    it = of_number(dialogue, dialogue.work.committee_goals, command.committee_goal)
    return [Fact(we.CommitteeGoalDropped(it.id))]


def settle(
    dialogue: Dialogue, person: Person, command: wc.SettlePreviousGoal, at: int
) -> list[Fact]:
    """Only what is dropped must say why; what is kept or merged shows it in the draft."""
    known = any(it.id == command.previous for it in dialogue.definition.previous_goals)
    require(known, UnknownField())
    if command.goal is not None:
        goal_of(dialogue, command.goal)
    why = fit_text(command.why, NOTE_LIMIT)
    require(why or command.fate != "dropped", ReasonMissing())
    now = dialogue.work.previous.get(command.previous)
    wanted = None if command.fate is None else SettledState(command.fate, command.goal, why)
    require(now != wanted, AlreadyDone())
    goal = command.goal if command.fate is not None else None
    return [Fact(we.PreviousGoalSettled(command.previous, command.fate, goal), why)]


decides = {
    wc.DraftGoal: draft,
    wc.DropGoal: drop,
    wc.WriteGoal: write,
    wc.MoveGoal: move,
    wc.CiteInGoal: cite,
    wc.LinkGoal: link,
    wc.AnchorGoal: anchor,
    wc.AffectTargetGroup: affect,
    wc.AnswerFrame: answer,
    wc.GiveDirective: give,
    wc.DropDirective: withdraw,
    wc.SettlePreviousGoal: settle,
    wc.RecordCommitteeGoal: record,
    wc.DropCommitteeGoal: strike,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def about(goal: GoalState, entry: e.Entry) -> Params:
    """What every line about the draft says; it has been changed just now."""
    goal.rev = entry.seq
    return {"goal": goal.id, "text": quoted(goal.texts.get("text", ""))}


def key(goal: GoalState) -> set[str]:
    return {f"goal/{goal.id}"}


def touched_sources(dialogue: Dialogue, goal: GoalState) -> set[str]:
    """The draft, and what shows that the draft cites it."""
    themes = {f"theme/{theme}" for theme in themes_of(dialogue, goal)}
    return key(goal) | themes | {f"contribution/{n}" for n in sources_of(dialogue, goal)}


def drafted(dialogue: Dialogue, entry: e.Entry, event: we.GoalDrafted) -> Changed:
    work = dialogue.work
    work.last_ids["goal"] = max(work.last_ids["goal"], event.goal)
    goal = work.goals[event.goal] = GoalState(event.goal, event.area, {"text": entry.words or ""})
    return Changed("goal_drafted", about(goal, entry), [Fact(we.GoalDropped(goal.id))], key(goal))


def dropped(dialogue: Dialogue, entry: e.Entry, event: we.GoalDropped) -> Changed:
    goal = dialogue.work.goals[event.goal]
    goal.dropped = True
    touched = touched_sources(dialogue, goal)
    return Changed("goal_dropped", about(goal, entry), [Fact(we.GoalBack(goal.id))], touched)


def back(dialogue: Dialogue, entry: e.Entry, event: we.GoalBack) -> Changed:
    goal = dialogue.work.goals[event.goal]
    goal.dropped = False
    touched = touched_sources(dialogue, goal)
    return Changed("", about(goal, entry), [Fact(we.GoalDropped(goal.id))], touched)


def written(dialogue: Dialogue, entry: e.Entry, event: we.GoalWritten) -> Changed:
    goal = dialogue.work.goals[event.goal]
    was, now = goal.texts.pop(event.field, ""), entry.words or ""
    if now:
        goal.texts[event.field] = now
    words = f"goal_written_{event.field}"
    return Changed(words, about(goal, entry), [Fact(event, was)], key(goal))


def moved(dialogue: Dialogue, entry: e.Entry, event: we.GoalMoved) -> Changed:
    goal = dialogue.work.goals[event.goal]
    was, goal.area = goal.area, event.area
    params = {**about(goal, entry), "area": goal.area}
    return Changed("goal_moved", params, [Fact(we.GoalMoved(goal.id, was))], key(goal))


def cited(dialogue: Dialogue, entry: e.Entry, event: we.GoalCited) -> Changed:
    goal = dialogue.work.goals[event.goal]
    touched = touched_sources(dialogue, goal)
    for there, numbers in (
        (goal.themes, event.themes),
        (goal.contributions, event.contributions),
    ):
        for number in numbers:
            if event.cited:
                there[number] = None
            else:
                there.pop(number, None)
    touched |= touched_sources(dialogue, goal)
    opposite = we.GoalCited(goal.id, event.themes, event.contributions, not event.cited)
    params = {
        **about(goal, entry),
        "themes": len(event.themes),
        "contributions": len(event.contributions),
    }
    words = "goal_cites" if event.cited else "goal_cites_not"
    return Changed(words, params, [Fact(opposite)], touched)


def linked(dialogue: Dialogue, entry: e.Entry, event: we.GoalLinked) -> Changed:
    goal = dialogue.work.goals[event.goal]
    was = goal.linked.pop(event.global_goal, None)
    if event.strength is not None:
        goal.linked[event.global_goal] = event.strength
    params = {**about(goal, entry), "global_goal": event.global_goal}
    words = "goal_unlinked" if event.strength is None else "goal_linked"
    undo = [Fact(we.GoalLinked(goal.id, event.global_goal, was))]
    return Changed(words, params, undo, key(goal))


def anchored(dialogue: Dialogue, entry: e.Entry, event: we.GoalAnchored) -> Changed:
    goal = dialogue.work.goals[event.goal]
    (goal.anchors.add if event.linked else goal.anchors.discard)(event.anchor)
    text = next((it.text for it in dialogue.definition.anchors if it.id == event.anchor), "")
    params = {**about(goal, entry), "anchor": quoted(text) or event.anchor}
    words = "goal_anchored" if event.linked else "goal_unanchored"
    undo = [Fact(we.GoalAnchored(goal.id, event.anchor, not event.linked))]
    return Changed(words, params, undo, key(goal))


def affected(dialogue: Dialogue, entry: e.Entry, event: we.TargetGroupAffected) -> Changed:
    goal = dialogue.work.goals[event.goal]
    (goal.target_groups.add if event.affected else goal.target_groups.discard)(event.target_group)
    groups = {it.id: in_language(it.name, "sv")[0] for it in dialogue.definition.target_groups}
    name = groups.get(event.target_group, event.target_group)
    params = {**about(goal, entry), "target_group": name}
    words = "goal_affects" if event.affected else "goal_affects_not"
    undo = [Fact(we.TargetGroupAffected(goal.id, event.target_group, not event.affected))]
    return Changed(words, params, undo, key(goal))


def answered(dialogue: Dialogue, entry: e.Entry, event: we.FrameAnswered) -> Changed:
    goal = dialogue.work.goals[event.goal]
    was = goal.frames.pop(event.frame, None)
    if event.answer is not None:
        goal.frames[event.frame] = FrameReplyState(event.answer, entry.words or "")
    params = {**about(goal, entry), "frame": event.frame}
    words = "" if event.answer is None else f"frame_answered_{event.answer.replace('-', '_')}"
    before = we.FrameAnswered(goal.id, event.frame, None if was is None else was.answer)
    undo = [Fact(before, None if was is None else was.comment)]
    return Changed(words, params, undo, key(goal))


def given(dialogue: Dialogue, entry: e.Entry, event: we.DirectiveGiven) -> Changed:
    work = dialogue.work
    work.last_ids["directive"] = max(work.last_ids["directive"], event.directive)
    was = work.directives.get(event.directive)
    now = ForBody(event.directive, event.goal, event.body, entry.words or "")
    work.directives[event.directive] = now
    undo = [Fact(we.DirectiveDropped(event.directive))]
    if was is not None and not was.dropped:
        undo = [Fact(we.DirectiveGiven(was.id, was.goal, was.body), was.text)]
    return for_body_changed(dialogue, entry, "directive_given", now, undo)


def directive_dropped(dialogue: Dialogue, entry: e.Entry, event: we.DirectiveDropped) -> Changed:
    it = dialogue.work.directives[event.directive]
    it.dropped = True
    undo = [Fact(we.DirectiveGiven(it.id, it.goal, it.body), it.text)]
    return for_body_changed(dialogue, entry, "directive_dropped", it, undo)


def recorded(dialogue: Dialogue, entry: e.Entry, event: we.CommitteeGoalRecorded) -> Changed:
    work, number = dialogue.work, event.committee_goal
    work.last_ids["committee-goal"] = max(work.last_ids["committee-goal"], number)
    was = work.committee_goals.get(number)
    now = work.committee_goals[number] = ForBody(number, event.goal, event.body, entry.words or "")
    undo = [Fact(we.CommitteeGoalDropped(number))]
    if was is not None and not was.dropped:
        undo = [Fact(we.CommitteeGoalRecorded(was.id, was.goal, was.body), was.text)]
    return for_body_changed(dialogue, entry, "committee_goal_recorded", now, undo)


def committee_goal_dropped(
    dialogue: Dialogue, entry: e.Entry, event: we.CommitteeGoalDropped
) -> Changed:
    it = dialogue.work.committee_goals[event.committee_goal]
    it.dropped = True
    undo = [Fact(we.CommitteeGoalRecorded(it.id, it.goal, it.body), it.text)]
    return for_body_changed(dialogue, entry, "committee_goal_dropped", it, undo)


def for_body_changed(
    dialogue: Dialogue, entry: e.Entry, words: str, it: ForBody, undo: list[Fact]
) -> Changed:
    goal = dialogue.work.goals[it.goal]
    params: Params = {
        **about(goal, entry),
        "body": name_of(dialogue, it.body),
        "directive": quoted(it.text),
    }
    # A change may have taken it from another draft.
    return Changed(words, params, undo, {f"goal/{n}" for n in dialogue.work.goals})


def settled(dialogue: Dialogue, entry: e.Entry, event: we.PreviousGoalSettled) -> Changed:
    work = dialogue.work
    was = work.previous.pop(event.previous, None)
    if event.fate is not None:
        work.previous[event.previous] = SettledState(event.fate, event.goal, entry.words or "")
    before = we.PreviousGoalSettled(event.previous, None, None)
    if was is not None:
        before = we.PreviousGoalSettled(event.previous, was.fate, was.goal)
    known = dialogue.definition.previous_goals
    text = next((it.text for it in known if it.id == event.previous), event.previous)
    params: Params = {"previous": quoted(text), "goal": event.goal}
    words = f"previous_{event.fate or 'unsettled'}"
    undo = [Fact(before, None if was is None else was.reason)]
    return Changed(words, params, undo, {"process"})


applies = {
    we.GoalDrafted: drafted,
    we.GoalDropped: dropped,
    we.GoalBack: back,
    we.GoalWritten: written,
    we.GoalMoved: moved,
    we.GoalCited: cited,
    we.GoalLinked: linked,
    we.GoalAnchored: anchored,
    we.TargetGroupAffected: affected,
    we.FrameAnswered: answered,
    we.DirectiveGiven: given,
    we.DirectiveDropped: directive_dropped,
    we.PreviousGoalSettled: settled,
    we.CommitteeGoalRecorded: recorded,
    we.CommitteeGoalDropped: committee_goal_dropped,
}


def cited_marks(event: we.GoalCited) -> list[str]:
    themes = [f"goal/{event.goal}/theme/{n}" for n in event.themes]
    return themes + [f"goal/{event.goal}/contribution/{n}" for n in event.contributions]


marks = {
    we.GoalDrafted: lambda it: [f"goal/{it.goal}"],
    we.GoalDropped: lambda it: [f"goal/{it.goal}"],
    we.GoalBack: lambda it: [f"goal/{it.goal}"],
    we.GoalWritten: lambda it: [f"goal/{it.goal}/{it.field}"],
    we.GoalMoved: lambda it: [f"goal/{it.goal}/area"],
    we.GoalCited: cited_marks,
    we.GoalLinked: lambda it: [f"goal/{it.goal}/link/{it.global_goal}"],
    we.GoalAnchored: lambda it: [f"goal/{it.goal}/anchor/{it.anchor}"],
    we.TargetGroupAffected: lambda it: [f"goal/{it.goal}/target-group/{it.target_group}"],
    we.FrameAnswered: lambda it: [f"goal/{it.goal}/frame/{it.frame}"],
    we.DirectiveGiven: lambda it: [f"directive/{it.directive}"],
    we.DirectiveDropped: lambda it: [f"directive/{it.directive}"],
    we.PreviousGoalSettled: lambda it: [f"previous/{it.previous}"],
    we.CommitteeGoalRecorded: lambda it: [f"committee-goal/{it.committee_goal}"],
    we.CommitteeGoalDropped: lambda it: [f"committee-goal/{it.committee_goal}"],
}
