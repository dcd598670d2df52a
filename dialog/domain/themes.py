"""Themes: groups that people have confirmed or made, over all sessions of the dialogue.

What people wrote is never touched: a contribution only stands somewhere, and refers to more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from dialog.domain.facts import Fact, require
from dialog.domain.groups import MOST_NEAR, share
from dialog.domain.state import Contribution, Dialogue, Person
from dialog.domain.work import NOTE_LIMIT, TITLE_LIMIT, Changed, Marker, Params, fit_line, fit_text
from dialog.domain.work_state import GoalState, Place, ThemeState, Work
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.commands import Locks
from dialog.protocol.refusals import (
    AlreadyDone,
    Locked,
    NothingLeft,
    TextEmpty,
    UnknownArea,
    UnknownContribution,
    UnknownField,
    UnknownGroup,
    UnknownTheme,
)

# ── decide: what stands where ─────────────────────────────────────────────────────────────────


def make(dialogue: Dialogue, person: Person, command: wc.MakeTheme, at: int) -> list[Fact]:
    require_area(dialogue, command.area)
    title = fit_title(command.title)
    groups = list(dict.fromkeys(command.groups))
    require(all(stands(dialogue, group) for group in groups), UnknownGroup())
    moving = known(dialogue, command.contributions)
    theme = dialogue.work.last_theme + 1
    facts = [Fact(we.ThemeMade(theme, command.area, groups), title)]
    if moving:
        facts.append(Fact(we.ContributionsThemed([it.id for it in moving], theme)))
    return facts


def place(dialogue: Dialogue, person: Person, command: wc.PlaceInTheme, at: int) -> list[Fact]:
    """Those of them that do not stand there already."""
    work, to = dialogue.work, command.theme
    require(to is None or to in work.themes, UnknownTheme())
    its = known(dialogue, command.contributions)
    moving = [it.id for it in its if work.place(it.id).theme != to]
    require(moving, AlreadyDone())
    return [Fact(we.ContributionsThemed(moving, to)), *no_more_referring(work, moving, to)]


def merge(dialogue: Dialogue, person: Person, command: wc.MergeThemes, at: int) -> list[Fact]:
    """Drafts that rest on one of them rest on `into` from now on."""
    into = theme_of(dialogue, command.into)
    leaving = [theme_of(dialogue, n) for n in dict.fromkeys(command.themes) if n != into.id]
    require(leaving, NothingLeft())
    moving = [n for theme in leaving for n in sorted(theme.members)]
    facts = [Fact(we.ContributionsThemed(moving, into.id))] if moving else []
    facts += no_more_referring(dialogue.work, moving, into.id)
    facts += references_go_over(leaving, into, moving)
    citing = {goal.id: goal for theme in leaving for goal in goals_citing(dialogue.work, theme.id)}
    facts += [
        Fact(we.GoalCited(goal.id, [into.id], [], True))
        for goal in citing.values()
        if into.id not in goal.themes
    ]
    return facts + [Fact(we.ThemeGone(theme.id, into.id)) for theme in leaving]


def references_go_over(
    leaving: list[ThemeState], into: ThemeState, moving: list[int]
) -> Iterator[Fact]:
    """Each once, and none from what stands in `into` itself."""
    there = {*into.members, *into.also, *moving}
    for theme in leaving:
        for number in sorted(theme.also):
            yield Fact(we.ContributionReferred(number, theme.id, False))
            if number not in there:
                there.add(number)
                yield Fact(we.ContributionReferred(number, into.id, True))


def no_more_referring(work: Work, numbers: list[int], theme: int | None) -> list[Fact]:
    """What comes to stand in a theme refers to it no more."""
    return [
        Fact(we.ContributionReferred(n, theme, False))
        for n in numbers
        if theme is not None and theme in work.place(n).also
    ]


def dissolve(dialogue: Dialogue, person: Person, command: wc.DissolveTheme, at: int) -> list[Fact]:
    """Drafts that rest on it rest on its contributions themselves from now on."""
    theme = theme_of(dialogue, command.theme)
    members = sorted(theme.members)
    facts = [Fact(we.ContributionsThemed(members, None))] if members else []
    facts += [Fact(we.ContributionReferred(n, theme.id, False)) for n in sorted(theme.also)]
    for goal in goals_citing(dialogue.work, theme.id):
        new = [n for n in members if n not in goal.contributions]
        facts += [Fact(we.GoalCited(goal.id, [], new, True))] if new else []
    return [*facts, Fact(we.ThemeGone(theme.id))]


def refer(dialogue: Dialogue, person: Person, command: wc.ReferContribution, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    (it,) = known(dialogue, [command.contribution])
    place = dialogue.work.place(it.id)
    refers = theme.id in place.also
    require(place.theme != theme.id and refers != command.linked, AlreadyDone())
    return [Fact(we.ContributionReferred(it.id, theme.id, command.linked))]


# ── decide: what is said of a theme ───────────────────────────────────────────────────────────


def name(dialogue: Dialogue, person: Person, command: wc.NameTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    title = fit_title(command.title)
    require(title != theme.title, AlreadyDone())
    return [Fact(we.ThemeNamed(theme.id), title)]


def note(dialogue: Dialogue, person: Person, command: wc.NoteTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    words = fit_text(command.note, NOTE_LIMIT)
    require(words != theme.note, AlreadyDone())
    return [Fact(we.ThemeNoted(theme.id), words or None)]


def move(dialogue: Dialogue, person: Person, command: wc.MoveTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    require_area(dialogue, command.area)
    require(command.area != theme.area, AlreadyDone())
    return [Fact(we.ThemeMoved(theme.id, command.area))]


def lock(dialogue: Dialogue, person: Person, command: wc.LockTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    locks = Locks(command.name, command.members, command.existence)
    require(locks != theme.locks, AlreadyDone())
    return [Fact(we.ThemeLocked(theme.id, locks))]


def carry(dialogue: Dialogue, person: Person, command: wc.CarryTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    require((command.carried, command.kind) != (theme.carried, theme.kind), AlreadyDone())
    return [Fact(we.ThemeCarried(theme.id, command.carried, command.kind))]


def link(dialogue: Dialogue, person: Person, command: wc.LinkTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    require(command.strength != theme.linked.get(command.goal), AlreadyDone())
    return [Fact(we.ThemeLinked(theme.id, command.goal, command.strength))]


def anchor(dialogue: Dialogue, person: Person, command: wc.AnchorTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    there = {it.id for it in dialogue.definition.anchors}
    require(command.anchor in there | theme.anchors, UnknownField())
    require((command.anchor in theme.anchors) != command.linked, AlreadyDone())
    return [Fact(we.ThemeAnchored(theme.id, command.anchor, command.linked))]


# ── decide: the machine ───────────────────────────────────────────────────────────────────────


def suggest(dialogue: Dialogue, person: Person, command: wc.SuggestThemes, at: int) -> list[Fact]:
    """What is new, of what may be suggested: for contributions in no theme, themes that take any.

    The rest is left out without a word.
    """
    found = {
        it.contribution: kept(dialogue, it)
        for it in command.suggestions
        if may_suggest(dialogue.work, it) and it.contribution in dialogue.contributions
    }
    news = [it for it in found.values() if it != dialogue.work.place(it.contribution).suggestion]
    upto = max(0, min(command.upto, dialogue.seq))
    return [Fact(we.ThemesSuggested(upto, command.model, news))] if news else []


def may_suggest(work: Work, it: wc.ThemeSuggestion) -> bool:
    if work.place(it.contribution).theme is not None:
        return False
    return it.theme is None or (it.theme in work.themes and not work.themes[it.theme].locks.members)


def kept(dialogue: Dialogue, it: wc.ThemeSuggestion) -> wc.ThemeSuggestion:
    """As the log can hold it, whatever numbers the machine has said."""
    near = [n for n in it.near if n in dialogue.contributions and n != it.contribution]
    return wc.ThemeSuggestion(it.contribution, it.theme, share(it.sure), near[:MOST_NEAR])


# ── what they ask ─────────────────────────────────────────────────────────────────────────────


def fit_title(text: str) -> str:
    title = fit_line(text, TITLE_LIMIT)
    require(title, TextEmpty())
    return title


def require_area(dialogue: Dialogue, area: str | None) -> None:
    require(area is None or dialogue.area(area), UnknownArea())


def stands(dialogue: Dialogue, group: int) -> bool:
    """Whether the machine's group is there, in whichever session."""
    return any(group in session.groups for session in dialogue.sessions.values())


def known(dialogue: Dialogue, numbers: list[int]) -> list[Contribution]:
    """Each of them once, or a refusal."""
    require(all(n in dialogue.contributions for n in numbers), UnknownContribution())
    return [dialogue.contributions[n] for n in dict.fromkeys(numbers)]


def theme_of(dialogue: Dialogue, number: int) -> ThemeState:
    """The theme with that number, or a refusal."""
    require(number in dialogue.work.themes, UnknownTheme())
    return dialogue.work.themes[number]


def goals_citing(work: Work, theme: int) -> list[GoalState]:
    return [goal for goal in work.goals.values() if theme in goal.themes and not goal.dropped]


decides = {
    wc.MakeTheme: make,
    wc.PlaceInTheme: place,
    wc.MergeThemes: merge,
    wc.DissolveTheme: dissolve,
    wc.ReferContribution: refer,
    wc.NameTheme: name,
    wc.NoteTheme: note,
    wc.MoveTheme: move,
    wc.LockTheme: lock,
    wc.CarryTheme: carry,
    wc.LinkTheme: link,
    wc.AnchorTheme: anchor,
    wc.SuggestThemes: suggest,
}

# ── locks ─────────────────────────────────────────────────────────────────────────────────────


def require_open(dialogue: Dialogue, event: we.ContributionsThemed) -> None:
    """A theme whose members are locked gives nothing away and takes nothing in."""
    work = dialogue.work
    met = {event.theme, *(work.place(n).theme for n in event.contributions)}
    locked = any(n in work.themes and work.themes[n].locks.members for n in met if n is not None)
    require(not locked, Locked("members"))


def require_name_open(dialogue: Dialogue, event: we.ThemeNamed) -> None:
    require(not dialogue.work.themes[event.theme].locks.name, Locked("name"))


def require_existence_open(dialogue: Dialogue, event: we.ThemeGone) -> None:
    require(not dialogue.work.themes[event.theme].locks.existence, Locked("existence"))


guards = {
    we.ContributionsThemed: require_open,
    we.ThemeNamed: require_name_open,
    we.ThemeGone: require_existence_open,
}

# ── apply: what stands where ──────────────────────────────────────────────────────────────────


def made(dialogue: Dialogue, entry: e.Entry, event: we.ThemeMade) -> Changed:
    work = dialogue.work
    work.last_theme = max(work.last_theme, event.theme)
    title = entry.words or ""
    theme = work.themes[event.theme] = ThemeState(
        event.theme, event.area, title, list(event.groups), made_at=entry.at
    )
    params: Params = {"theme": event.theme, "title": title, "area": event.area}
    words = "theme_confirmed" if event.groups else "theme_made"
    undo = [Fact(we.ThemeGone(event.theme))]
    return Changed(words, params, undo, touched_by_existence(work, theme))


def themed(dialogue: Dialogue, entry: e.Entry, event: we.ContributionsThemed) -> Changed:
    """The way back is one fact for each theme that they came from."""
    work = dialogue.work
    came_from: dict[int | None, list[int]] = {}
    touched, marks = touched_by_theme(event.theme), list[str]()
    for number in event.contributions:
        was = work.place(number).theme
        came_from.setdefault(was, []).append(number)
        stand(work, number, event.theme)
        count_left(work, entry, number, was)
        touched |= touched_by_contribution(dialogue, number) | touched_by_theme(was)
        marks += [f"theme/{it}/member/{number}" for it in (was, event.theme) if it is not None]
    undo = [Fact(we.ContributionsThemed(its, theme)) for theme, its in came_from.items()]
    title = None if event.theme is None else work.themes[event.theme].title
    params: Params = {
        "n": len(event.contributions),
        "contribution": event.contributions[0],
        "theme": event.theme,
        "title": title,
    }
    words = "placed_alone" if title is None else "placed"
    return Changed(words, params, undo, touched, marks=marks)


def stand(work: Work, number: int, theme: int | None) -> None:
    """A contribution stands in one theme at most."""
    place = work.places.setdefault(number, Place())
    if place.theme is not None:
        del work.themes[place.theme].members[number]
    place.theme = theme
    if theme is not None:
        work.themes[theme].members[number] = None


def count_left(work: Work, entry: e.Entry, number: int, was: int | None) -> None:
    """For the machine, which does not suggest again what people have taken out. An undone move is
    as one that was never made.
    """
    place = work.places[number]
    taken_back = entry.op is None and work.undoing is not None
    if not (taken_back and work.line is not None and work.line.by_undo):
        if was is not None:
            place.left[was] += 1
    elif place.theme is not None:
        place.left[place.theme] -= 1
        place.left += Counter()


def referred(dialogue: Dialogue, entry: e.Entry, event: we.ContributionReferred) -> Changed:
    work, number = dialogue.work, event.contribution
    theme, place = work.themes[event.theme], work.places.setdefault(number, Place())
    if event.linked:
        place.also.add(theme.id)
        theme.also[number] = None
    else:
        place.also.discard(theme.id)
        theme.also.pop(number, None)
    params: Params = {"contribution": number, "theme": theme.id, "title": theme.title}
    back = we.ContributionReferred(number, theme.id, not event.linked)
    words = "referred" if event.linked else "unreferred"
    touched = {f"contribution/{number}", f"theme/{theme.id}"}
    return Changed(words, params, [Fact(back)], touched)


def gone(dialogue: Dialogue, entry: e.Entry, event: we.ThemeGone) -> Changed:
    """It is empty by now. Its lineage goes to the theme that took what it held."""
    work = dialogue.work
    theme = work.gone[event.theme] = work.themes.pop(event.theme)
    theme.merged_into = event.into
    touched = touched_by_existence(work, theme)
    params: Params = {"theme": theme.id, "title": theme.title}
    if event.into is not None:
        into = work.themes[event.into]
        theme.gave = [n for n in theme.groups if n not in into.groups]
        into.groups += theme.gave
        touched |= touched_by_existence(work, into)
        params = {**params, "into": into.id, "into_title": into.title}
    words = "theme_dissolved" if event.into is None else "theme_merged"
    return Changed(words, params, [Fact(we.ThemeBack(theme.id))], touched, leads=True)


def back(dialogue: Dialogue, entry: e.Entry, event: we.ThemeBack) -> Changed:
    work = dialogue.work
    theme = work.themes[event.theme] = work.gone.pop(event.theme)
    into, theme.merged_into = theme.merged_into, None
    touched, marks = touched_by_existence(work, theme), list[str]()
    if into is not None:
        other = work.themes[into]
        other.groups = [n for n in other.groups if n not in theme.gave]
        theme.gave = []
        touched |= touched_by_existence(work, other)
        marks.append(f"theme/{into}/merged/{theme.id}")
    return Changed("", {}, [Fact(we.ThemeGone(theme.id, into))], touched, marks=marks)


# ── apply: what is said of a theme ────────────────────────────────────────────────────────────


def named(dialogue: Dialogue, entry: e.Entry, event: we.ThemeNamed) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was, theme.title = theme.title, entry.words or ""
    params: Params = {"theme": theme.id, "was": was, "title": theme.title}
    return Changed("theme_named", params, [Fact(event, was)], touched_by_theme(theme.id))


def noted(dialogue: Dialogue, entry: e.Entry, event: we.ThemeNoted) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was, theme.note = theme.note, entry.words or ""
    words = "theme_noted" if theme.note else "theme_unnoted"
    undo = [Fact(event, was or None)]
    return Changed(words, about(theme), undo, touched_by_theme(theme.id))


def moved(dialogue: Dialogue, entry: e.Entry, event: we.ThemeMoved) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was, theme.area = theme.area, event.area
    params: Params = {**about(theme), "area": theme.area, "was": was}
    undo = [Fact(we.ThemeMoved(theme.id, was))]
    return Changed("theme_moved", params, undo, touched_with_members(theme))


def locked(dialogue: Dialogue, entry: e.Entry, event: we.ThemeLocked) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was, theme.locks = theme.locks, event.locks
    params: Params = {
        **about(theme),
        "name": theme.locks.name,
        "members": theme.locks.members,
        "existence": theme.locks.existence,
    }
    words = "theme_unlocked" if theme.locks == Locks() else "theme_locked"
    touched = touched_by_theme(theme.id) | waiting_for(dialogue.work, theme.id)
    return Changed(words, params, [Fact(we.ThemeLocked(theme.id, was))], touched)


def carried(dialogue: Dialogue, entry: e.Entry, event: we.ThemeCarried) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was = we.ThemeCarried(theme.id, theme.carried, theme.kind, theme.carried_by, theme.carried_at)
    theme.carried, theme.kind = event.carried, event.kind
    theme.carried_by, theme.carried_at = "", None
    if theme.carried:
        theme.carried_by = event.by or entry.actor
        theme.carried_at = entry.at if event.at is None else event.at
    words = f"theme_carried_{theme.carried}" if theme.carried else "theme_not_carried"
    return Changed(words, about(theme), [Fact(was)], touched_by_theme(theme.id))


def linked(dialogue: Dialogue, entry: e.Entry, event: we.ThemeLinked) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was = we.ThemeLinked(theme.id, event.goal, theme.linked.get(event.goal))
    if event.strength is None:
        theme.linked.pop(event.goal, None)
    else:
        theme.linked[event.goal] = event.strength
    params: Params = {**about(theme), "goal": event.goal, "strength": event.strength}
    words = "theme_linked" if event.strength else "theme_unlinked"
    return Changed(words, params, [Fact(was)], touched_by_theme(theme.id))


def anchored(dialogue: Dialogue, entry: e.Entry, event: we.ThemeAnchored) -> Changed:
    theme = dialogue.work.themes[event.theme]
    (theme.anchors.add if event.linked else theme.anchors.discard)(event.anchor)
    texts = {it.id: it.text for it in dialogue.definition.anchors}
    params: Params = {**about(theme), "anchor": texts.get(event.anchor, event.anchor)}
    undo = [Fact(we.ThemeAnchored(theme.id, event.anchor, not event.linked))]
    words = "theme_anchored" if event.linked else "theme_unanchored"
    return Changed(words, params, undo, touched_by_theme(theme.id))


def suggested(dialogue: Dialogue, entry: e.Entry, event: we.ThemesSuggested) -> Changed:
    """Only said: nothing moves before a person has moved it."""
    work, touched = dialogue.work, set[str]()
    for it in event.suggestions:
        place = work.places.setdefault(it.contribution, Place())
        for theme, add in ((suggested_theme(place), False), (it.theme, True)):
            touched |= touched_by_theme(theme)
            if theme is not None and add:
                work.suggested_to.setdefault(theme, {})[it.contribution] = None
            elif theme is not None:
                del work.suggested_to[theme][it.contribution]
        place.suggestion = it
        touched.add(f"contribution/{it.contribution}")
    return Changed("", {}, None, touched)


def suggested_theme(place: Place) -> int | None:
    """Where the machine would put it, as it last said."""
    return None if place.suggestion is None else place.suggestion.theme


# ── what they touch ───────────────────────────────────────────────────────────────────────────


def about(theme: ThemeState) -> Params:
    return {"theme": theme.id, "title": theme.title}


def touched_by_theme(theme: int | None) -> set[str]:
    return set() if theme is None else {f"theme/{theme}"}


def touched_with_members(theme: ThemeState) -> set[str]:
    return {f"theme/{theme.id}", *(f"contribution/{n}" for n in theme.members)}


def touched_by_existence(work: Work, theme: ThemeState) -> set[str]:
    """All that says something of the theme but its members, who are moved for themselves."""
    goals = {f"goal/{goal.id}" for goal in goals_citing(work, theme.id)}
    groups = {f"group/{n}" for n in theme.groups}
    return touched_by_theme(theme.id) | groups | goals | waiting_for(work, theme.id)


def waiting_for(work: Work, theme: int) -> set[str]:
    """The contributions that the machine would put there."""
    return {f"contribution/{n}" for n in work.suggested_to.get(theme, ())}


def touched_by_contribution(dialogue: Dialogue, number: int) -> set[str]:
    """The records that change with where it stands."""
    group = dialogue.contributions[number].group
    suggested = suggested_theme(dialogue.work.place(number))
    touched = {f"contribution/{number}"} | touched_by_theme(suggested)
    return touched if group is None else touched | {f"group/{group}"}


applies = {
    we.ThemeMade: made,
    we.ContributionsThemed: themed,
    we.ContributionReferred: referred,
    we.ThemeGone: gone,
    we.ThemeBack: back,
    we.ThemeNamed: named,
    we.ThemeNoted: noted,
    we.ThemeMoved: moved,
    we.ThemeLocked: locked,
    we.ThemeCarried: carried,
    we.ThemeLinked: linked,
    we.ThemeAnchored: anchored,
    we.ThemesSuggested: suggested,
}


def marks_of_gone(it: we.ThemeGone) -> Iterable[str]:
    """Neither may `into` go before what it took has been given back."""
    yield f"theme/{it.theme}"
    if it.into is not None:
        yield f"theme/{it.into}/merged/{it.theme}"


marks: dict[type, Marker] = {
    we.ThemeMade: lambda it: [f"theme/{it.theme}"],
    we.ThemeGone: marks_of_gone,
    we.ThemeBack: lambda it: [f"theme/{it.theme}"],
    we.ThemeNamed: lambda it: [f"theme/{it.theme}/title"],
    we.ThemeNoted: lambda it: [f"theme/{it.theme}/note"],
    we.ThemeMoved: lambda it: [f"theme/{it.theme}/area"],
    we.ThemeLocked: lambda it: [f"theme/{it.theme}/locks"],
    we.ThemeCarried: lambda it: [f"theme/{it.theme}/carried"],
    we.ThemeLinked: lambda it: [f"theme/{it.theme}/goal/{it.goal}"],
    we.ThemeAnchored: lambda it: [f"theme/{it.theme}/anchor/{it.anchor}"],
    we.ContributionsThemed: lambda it: [f"place/{n}" for n in it.contributions],
    we.ContributionReferred: lambda it: [f"theme/{it.theme}/also/{it.contribution}"],
}
