"""The workboard's records. Every contribution received has one; the words are told of what is
visible, and nobody sees who wrote."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from dialog.domain import goal_views, goals, reading, titles, views
from dialog.domain.bodies import every_body
from dialog.domain.state import Contribution, Dialogue, GroupState
from dialog.domain.work_state import Place, ThemeState
from dialog.protocol import work_records as r
from dialog.protocol.agenda import FEWEST_PEOPLE
from dialog.protocol.commands import Term
from dialog.protocol.records import AreaName, GlobalGoal

LATEST = 60
TERMS = 6
TYPICAL = 5
NEXT = 50

ALWAYS = frozenset({"sums", "reading", "process", "changes"})
"""What is drawn anew whenever anything has changed: it leans on everything."""


def view(dialogue: Dialogue) -> dict[str, r.WorkRecord]:
    """Everything."""
    found = ((key, record(dialogue, key)) for key in keys(dialogue))
    return {key: it for key, it in found if it is not None}


def keys(dialogue: Dialogue) -> list[str]:
    """Every key there may be a record under."""
    work = dialogue.work
    names: dict[str, Iterable[int]] = {
        "theme": work.themes,
        "goal": work.goals,
        "contribution": dialogue.contributions,
        "group": [group for session in dialogue.sessions.values() for group in session.groups],
    }
    return [
        f"{kind}/{name}" if kind in names else kind
        for kind in RENDER
        for name in names.get(kind, ("",))
    ]


def record(dialogue: Dialogue, key: str) -> r.WorkRecord | None:
    """The record under `key`, or None if there is none now."""
    kind, _, name = key.partition("/")
    return RENDER[kind](dialogue, name) if kind in RENDER else None


def touched_by(dialogue: Dialogue, session: str, touched: Iterable[str]) -> set[str]:
    """The workboard's keys for what an entry of `session` ("": of the dialogue) has touched."""
    always = ALWAYS | goal_views.goal_keys(dialogue)
    if not session:
        touched = set(touched)
        return touched | always | touched_by_citing(dialogue, touched)
    found = set(always)
    for key in touched:
        kind, _, name = key.partition("/")
        if kind in ("*", "counts"):
            found.add("matter")
        elif kind == "contribution":
            found |= touched_by_contribution(dialogue, int(name))
        elif kind == "group":
            found |= {key, *(f"theme/{it.id}" for it in confirmed_from(dialogue, int(name)))}
    return found


def touched_by_citing(dialogue: Dialogue, touched: set[str]) -> set[str]:
    """What a draft rests on says so, and so does all that stands in those themes."""
    work, found = dialogue.work, set[str]()
    goals = [int(key.removeprefix("goal/")) for key in touched if key.startswith("goal/")]
    themes = {int(key.removeprefix("theme/")) for key in touched if key.startswith("theme/")}
    for goal in (work.goals[n] for n in goals if n in work.goals):
        themes |= goal.themes.keys()
        found |= {f"contribution/{n}" for n in goal.contributions}
    for theme in (work.themes[n] for n in themes if goals and n in work.themes):
        found |= {f"theme/{theme.id}", *(f"contribution/{n}" for n in theme.members)}
    return found


def touched_by_contribution(dialogue: Dialogue, number: int) -> set[str]:
    it, place = dialogue.contributions[number], dialogue.work.place(number)
    found = {f"contribution/{number}"}
    if it.group is not None:
        found.add(f"group/{it.group}")
    suggested = place.suggestion.theme if place.suggestion else None
    return found | {f"theme/{theme}" for theme in (place.theme, suggested) if theme is not None}


def confirmed_from(dialogue: Dialogue, group: int) -> list[ThemeState]:
    """The themes that the group is in the lineage of."""
    return [theme for theme in dialogue.work.themes.values() if group in theme.groups]


# ── the matter ────────────────────────────────────────────────────────────────────────────────


def matter(dialogue: Dialogue, name: str) -> r.Matter:
    it = dialogue.definition
    return r.Matter(
        dialogue=dialogue.id,
        title=it.title,
        municipality=it.municipality,
        record_number=it.record_number,
        rehearsal=dialogue.rehearsal,
        areas=[
            AreaName(area.id, number, area.name, area.short)
            for number, area in enumerate(it.areas, start=1)
        ],
        target_groups=[
            r.WorkTargetGroup(group.id, group.name, group.resident, group.expected)
            for group in it.target_groups
        ],
        sessions=[
            r.WorkSession(
                session=session.id,
                title=session.definition.title,
                type=session.definition.type,
                date=session.definition.date,
                closed=session.access == "closed",
                ended=session.ended,
                people=len(session.participants),
                contributions=len(session.contributions),
                room=session.room,
                dots_revealed=bool(session.dots_told),
            )
            for session in dialogue.sessions.values()
        ],
        frames=it.frames,
        bodies=list(every_body(dialogue).values()),
        previous_goals=it.previous_goals,
        anchors=it.anchors,
        vision=it.vision,
        most_goals=it.most_goals,
        horizon=it.horizon,
        fewest=FEWEST_PEOPLE,
    )


# ── contributions ─────────────────────────────────────────────────────────────────────────────


def contribution(dialogue: Dialogue, name: str) -> r.WorkContribution | None:
    it = dialogue.contributions.get(int(name))
    if it is None:
        return None
    place, posted = dialogue.work.place(it.id), it.posted
    area = reading.area_of(dialogue, it)
    own = place.disposition is not None
    said = place if own or place.theme is None else dialogue.work.themes[place.theme]
    suggested = suggested_theme(dialogue, place)
    return r.WorkContribution(
        contribution=it.id,
        session=it.session,
        text=(it.words or "") if it.is_visible else "",
        language=posted.language,
        kind=posted.kind,
        area=area,
        topic=posted.topic,
        target_group=posted.target_group,
        channel=posted.channel,
        standing=it.standing,
        people=posted.people,
        reason=it.reason,
        slip=posted.slip,
        own_area=it.area if it.area != area else None,
        group=it.group,
        theme=place.theme,
        also=sorted(place.also),
        suggested=suggested,
        sure=place.suggestion.sure if suggested and place.suggestion else 0.0,
        disposition=said.disposition,
        own=own,
        disposition_reason=said.reason,
        read=place.verdict,
        reader=place.reader,
        note=place.note,
        goals=goals_resting_on(dialogue, it.id, place.theme),
        rev=rev_of_contribution(dialogue, it.id, place),
        translations=it.all_translations if it.is_visible else [],
    )


def suggested_theme(dialogue: Dialogue, place: Place) -> int | None:
    """Where the machine would put it, if it stands in no theme and that one takes any."""
    number = place.suggestion.theme if place.suggestion and place.theme is None else None
    theme = dialogue.work.themes.get(number or 0)
    return None if theme is None or theme.locks.members else theme.id


def goals_resting_on(dialogue: Dialogue, contribution: int | None, theme: int | None) -> list[int]:
    """The drafts that cite either of them."""
    return [
        goal.id
        for goal in goals.standing(dialogue)
        if contribution in goal.contributions or theme in goal.themes
    ]


def rev_of_contribution(dialogue: Dialogue, number: int, place: Place) -> int:
    marks = [f"{kind}/{number}" for kind in ("place", "disposition", "read")]
    return rev_of(dialogue, [*marks, *(f"theme/{theme}/also/{number}" for theme in place.also)])


def rev_of(dialogue: Dialogue, marks: Iterable[str]) -> int:
    changed = dialogue.work.changed
    return max((changed[mark][0] for mark in marks if mark in changed), default=0)


# ── the machine's groups ──────────────────────────────────────────────────────────────────────


def group(dialogue: Dialogue, name: str) -> r.WorkGroup | None:
    """Called as on its session's own board; the rest is of what is in no theme yet."""
    number = int(name)
    sessions = (it for it in dialogue.sessions.values() if number in it.groups)
    session = next(sessions, None)
    if session is None:
        return None
    state = session.groups[number]
    there = {it.id: it for it in in_no_theme(dialogue, state)}
    if not there:
        return None
    best = titles.typical(state, there)
    themes = confirmed_from(dialogue, number)
    return r.WorkGroup(
        group=number,
        session=session.id,
        area=state.area,
        title=titles.title_of(state, session.contributions, lambda it: it.is_visible),
        terms=list(islice(titles.words_of(there, state.described.terms), TERMS)),
        quotes=list(islice(views.folded(best, there.values()), views.QUOTES)),
        members=list(there),
        people=people_behind(there.values()),
        sure=state.described.sure,
        language="sv" if state.title else best[0].posted.language,
        named=bool(state.title),
        theme=themes[-1].id if themes else None,
        goals=views.goals_of(state, there),
    )


def in_no_theme(dialogue: Dialogue, state: GroupState) -> Iterator[Contribution]:
    """Its visible contributions that stand in none."""
    its = (dialogue.contributions[n] for n in sorted(state.members))
    return (it for it in its if it.is_visible and dialogue.work.place(it.id).theme is None)


def people_behind(contributions: Iterable[Contribution]) -> int:
    """The same person in two sessions counts twice: nobody knows that it is the same."""
    return len({(it.session, it.author) for it in contributions if it.author is not None})


# ── themes ────────────────────────────────────────────────────────────────────────────────────


def theme(dialogue: Dialogue, name: str) -> r.Theme | None:
    state = dialogue.work.themes.get(int(name))
    if state is None:
        return None
    members = [dialogue.contributions[n] for n in sorted(state.members)]
    there = {it.id: it for it in members if it.is_visible}
    dots = {n: dots_on(dialogue, it) for n, it in there.items()}
    hints = hinted_goals(dialogue, state, there)
    linked = sorted(state.linked.items())
    return r.Theme(
        theme=state.id,
        area=state.area,
        title=state.title,
        contributions=len(there),
        people=people_behind(there.values()),
        behind=sum(it.spoken_for for it in there.values()),
        unseen=len(members) - len(there),
        by_target_group=by_target_group(there.values()),
        typical=typical(dialogue, state, dots),
        terms=list(islice(terms_of(dialogue, state, there), TERMS)),
        suggested=suggested_to(dialogue, state),
        note=state.note,
        locks=state.locks,
        carried=state.carried,
        kind=state.kind,
        linked=[r.Linked(goal, strength, hints.get(goal, [])) for goal, strength in linked],
        hints=[GlobalGoal(goal, said) for goal, said in hints.items() if goal not in state.linked],
        anchors=sorted(state.anchors),
        disposition=state.disposition,
        disposition_reason=state.reason,
        groups=list(state.groups),
        dots=sum(dots.values()),
        read=sum(dialogue.work.place(n).verdict is not None for n in there),
        goals=goals_resting_on(dialogue, None, state.id),
        topic=state.topic,
        rev=rev_of_theme(dialogue, state),
    )


def dots_on(dialogue: Dialogue, it: Contribution) -> int:
    """Of all the steps of its session."""
    return sum(dots.totals[it.id] for dots in dialogue.sessions[it.session].dots.values())


def by_target_group(contributions: Iterable[Contribution]) -> dict[str, list[int]]:
    found: dict[str, list[Contribution]] = {}
    for it in contributions:
        found.setdefault(it.posted.target_group, []).append(it)
    return {name: [people_behind(its), len(its)] for name, its in sorted(found.items())}


def lineage(dialogue: Dialogue, state: ThemeState) -> Iterator[GroupState]:
    """The machine's groups it was confirmed from, those that still stand."""
    for number in state.groups:
        for session in dialogue.sessions.values():
            if number in session.groups:
                yield session.groups[number]


def typical(dialogue: Dialogue, state: ThemeState, dots: dict[int, int]) -> list[int]:
    """Those the machine named, then those with dots, then those that came first."""
    named = {n for it in lineage(dialogue, state) for n in it.described.typical}
    return sorted(dots, key=lambda n: (n not in named, -dots[n], n))[:TYPICAL]


def terms_of(
    dialogue: Dialogue, state: ThemeState, there: dict[int, Contribution]
) -> Iterator[str]:
    """The words of its groups that still stand in it, each once."""
    terms: list[Term] = [term for it in lineage(dialogue, state) for term in it.described.terms]
    said: dict[str, str] = {}
    for word in titles.words_of(there, terms):
        said.setdefault(word.casefold(), word)
    return iter(said.values())


def hinted_goals(
    dialogue: Dialogue, state: ThemeState, there: dict[int, Contribution]
) -> dict[int, list[str]]:
    """Global goal -> the words in the theme that make the machine think of it."""
    found: dict[int, dict[str, None]] = {}
    for it in lineage(dialogue, state):
        for hint in it.described.goals:
            words = dict.fromkeys(titles.words_of(there, hint.terms))
            if words:
                found.setdefault(hint.goal, {}).update(words)
    return {goal: list(words) for goal, words in found.items()}


def suggested_to(dialogue: Dialogue, state: ThemeState) -> list[int]:
    waiting = sorted(dialogue.work.suggested_to.get(state.id, ()))
    return [
        n
        for n in waiting
        if dialogue.contributions[n].is_visible
        and suggested_theme(dialogue, dialogue.work.place(n)) == state.id
    ]


def rev_of_theme(dialogue: Dialogue, state: ThemeState) -> int:
    mark = f"theme/{state.id}"
    return rev_of(dialogue, [mark, *dialogue.work.parts.get(mark, ())])


# ── all of it ─────────────────────────────────────────────────────────────────────────────────


def sums(dialogue: Dialogue, name: str) -> r.Sums:
    work, everything = dialogue.work, dialogue.contributions.values()
    standings = Counter(it.standing for it in everything)
    decided = {it.id: work.disposition_of(it.id) for it in everything}
    left = [it for it in everything if decided[it.id] is None]
    said = [it for it in decided.values() if it is not None]
    in_themes = sum(len(theme.members) for theme in work.themes.values())
    return r.Sums(
        received=len(everything),
        visible=standings["visible"],
        held=standings["held"],
        hidden=standings["hidden"],
        withdrawn=standings["withdrawn"],
        undecided=len(left),
        undecided_visible=sum(it.standing == "visible" for it in left),
        decided=dict(Counter(it.kind for it in said)),
        by_recipient=dict(Counter(it.recipient for it in said if it.recipient is not None)),
        in_themes=in_themes,
        single=len(everything) - in_themes,
        read=sum(place.verdict is not None for place in work.places.values()),
    )


def to_read(dialogue: Dialogue, name: str) -> r.Reading:
    work = dialogue.work
    shares = []
    for reader, its in reading.dealt(dialogue).items():
        left = [it.id for it in its if work.place(it.id).verdict is None]
        shares.append(r.ReaderShare(reader, len(its), len(its) - len(left), left[:NEXT]))
    return r.Reading(
        readers=work.readers,
        shares=shares,
        total=sum(share.dealt for share in shares),
        read=sum(share.read for share in shares),
        seconds=reading.seconds_for_one(dialogue),
    )


def changes(dialogue: Dialogue, name: str) -> r.WorkChanges:
    """As the lines are now: they themselves change when they are undone."""
    return r.WorkChanges([replace(line) for line in reversed(dialogue.work.log[-LATEST:])])


RENDER: dict[str, Callable[[Dialogue, str], r.WorkRecord | None]] = {
    "matter": matter,
    "contribution": contribution,
    "group": group,
    "theme": theme,
    "sums": sums,
    "reading": to_read,
    "changes": changes,
    "goal": goal_views.goal,
    "process": goal_views.the_process,
    "texts": goal_views.texts,
}
