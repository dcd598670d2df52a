"""Themes: groups that people have confirmed or made, over all sessions of the dialogue."""

from dialog.domain.facts import Fact, require
from dialog.domain.state import Contribution, Dialogue, Person
from dialog.domain.work import TITLE_LIMIT, Changed, Params, fit_line
from dialog.domain.work_state import Place, ThemeState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.refusals import (
    AlreadyDone,
    NothingLeft,
    TextEmpty,
    UnknownArea,
    UnknownContribution,
    UnknownTheme,
)

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def make(dialogue: Dialogue, person: Person, command: wc.MakeTheme, at: int) -> list[Fact]:
    require(command.area is None or dialogue.area(command.area), UnknownArea())
    title = fit_line(command.title, TITLE_LIMIT)
    require(title, TextEmpty())
    moving = known(dialogue, command.contributions)
    require(moving or not command.contributions, NothingLeft())
    theme = dialogue.work.last_theme + 1
    facts = [Fact(we.ThemeMade(theme, command.area, command.groups), title)]
    if moving:
        facts.append(Fact(we.ContributionsThemed([it.id for it in moving], theme)))
    return facts


def name(dialogue: Dialogue, person: Person, command: wc.NameTheme, at: int) -> list[Fact]:
    theme = theme_of(dialogue, command.theme)
    title = fit_line(command.title, TITLE_LIMIT)
    require(title, TextEmpty())
    require(title != theme.title, AlreadyDone())
    return [Fact(we.ThemeNamed(theme.id), title)]


def known(dialogue: Dialogue, numbers: list[int]) -> list[Contribution]:
    """Each of them once, or a refusal."""
    require(all(n in dialogue.contributions for n in numbers), UnknownContribution())
    return [dialogue.contributions[n] for n in dict.fromkeys(numbers)]


def theme_of(dialogue: Dialogue, number: int) -> ThemeState:
    """The theme with that number, or a refusal."""
    require(number in dialogue.work.themes, UnknownTheme())
    return dialogue.work.themes[number]


decides = {wc.MakeTheme: make, wc.NameTheme: name}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def made(dialogue: Dialogue, entry: e.Entry, event: we.ThemeMade) -> Changed:
    work = dialogue.work
    work.last_theme = max(work.last_theme, event.theme)
    title = entry.words or ""
    work.themes[event.theme] = ThemeState(
        event.theme, event.area, title, list(event.groups), made_at=entry.at
    )
    params: Params = {"theme": event.theme, "title": title}
    words = "theme_confirmed" if event.groups else "theme_made"
    touched = {f"theme/{event.theme}", *(f"group/{n}" for n in event.groups)}
    return Changed(words, params, [Fact(we.ThemeGone(event.theme))], touched)


def themed(dialogue: Dialogue, entry: e.Entry, event: we.ContributionsThemed) -> Changed:
    """The way back is one fact for each theme that they came from."""
    work = dialogue.work
    came_from: dict[int | None, list[int]] = {}
    for number in event.contributions:
        came_from.setdefault(work.place(number).theme, []).append(number)
        stand(dialogue, number, event.theme)
    undo = [Fact(we.ContributionsThemed(its, theme)) for theme, its in came_from.items()]
    themes = {theme for theme in (*came_from, event.theme) if theme is not None}
    touched = {f"theme/{theme}" for theme in themes}
    for number in event.contributions:
        touched |= touched_by_contribution(dialogue, number)
    title = None if event.theme is None else work.themes[event.theme].title
    params: Params = {"n": len(event.contributions), "theme": event.theme, "title": title}
    return Changed("placed_alone" if title is None else "placed", params, undo, touched)


def stand(dialogue: Dialogue, number: int, theme: int | None) -> None:
    """A contribution stands in one theme at most."""
    work = dialogue.work
    place = work.places.setdefault(number, Place())
    if place.theme is not None:
        del work.themes[place.theme].members[number]
    place.theme = theme
    if theme is not None:
        work.themes[theme].members[number] = None


def touched_by_contribution(dialogue: Dialogue, number: int) -> set[str]:
    group = dialogue.contributions[number].group
    touched = {f"contribution/{number}"}
    return touched if group is None else touched | {f"group/{group}"}


def named(dialogue: Dialogue, entry: e.Entry, event: we.ThemeNamed) -> Changed:
    theme = dialogue.work.themes[event.theme]
    was, theme.title = theme.title, entry.words or ""
    params: Params = {"theme": theme.id, "was": was, "title": theme.title}
    return Changed("theme_named", params, [Fact(event, was)], {f"theme/{theme.id}"})


def gone(dialogue: Dialogue, entry: e.Entry, event: we.ThemeGone) -> Changed:
    """It is empty by now."""
    work = dialogue.work
    theme = work.gone[event.theme] = work.themes.pop(event.theme)
    theme.merged_into = event.into
    params: Params = {"theme": theme.id, "title": theme.title, "into": event.into}
    touched = {f"theme/{theme.id}", *(f"group/{n}" for n in theme.groups)}
    return Changed("theme_gone", params, [Fact(we.ThemeBack(theme.id))], touched)


def back(dialogue: Dialogue, entry: e.Entry, event: we.ThemeBack) -> Changed:
    work = dialogue.work
    theme = work.themes[event.theme] = work.gone.pop(event.theme)
    theme.merged_into = None
    params: Params = {"theme": theme.id, "title": theme.title}
    touched = {f"theme/{theme.id}", *(f"group/{n}" for n in theme.groups)}
    return Changed("theme_back", params, [Fact(we.ThemeGone(theme.id))], touched)


applies = {
    we.ThemeMade: made,
    we.ContributionsThemed: themed,
    we.ThemeNamed: named,
    we.ThemeGone: gone,
    we.ThemeBack: back,
}

marks = {
    we.ThemeMade: lambda it: [f"theme/{it.theme}"],
    we.ThemeGone: lambda it: [f"theme/{it.theme}"],
    we.ThemeBack: lambda it: [f"theme/{it.theme}"],
    we.ThemeNamed: lambda it: [f"theme/{it.theme}/title"],
    we.ContributionsThemed: lambda it: [f"place/{n}" for n in it.contributions],
}
