"""What people do with groups: place, keep out, rename, lock, confirm. Their word stands."""

from collections.abc import Callable, Iterable, Mapping

from dialog.domain import personal_data
from dialog.domain.contributions import known
from dialog.domain.facts import Fact, require
from dialog.domain.groups import nothing_said
from dialog.domain.membership import (
    bring_back,
    describe,
    free_places,
    known_group,
    seat_of,
    sit,
    take_away,
    touched_by_area,
    touched_by_group,
)
from dialog.domain.run_of_show import remember
from dialog.domain.state import Contribution, GroupState, Person, Session
from dialog.domain.titles import title_spans
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import (
    AlreadyDone,
    AnotherArea,
    PersonalNumber,
    TextTooLong,
    TextUnreadable,
    UnknownContribution,
)
from dialog.text import characters

TITLE_LIMIT = 80

ABOUT_GROUPS = frozenset(
    {
        *(
            "placed",
            "placed_new",
            "placed_alone",
            "kept_out",
            "renamed",
            "unnamed",
            "locks",
            "goal",
        ),
        *("regrouped", "groups_restored"),
    }
)
"""How changes of groups are called among the changes."""

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def place(session: Session, person: Person, command: c.PlaceContributions, at: int) -> list[Fact]:
    """Those of them that are visible and do not stand there already by a person's word."""
    its = [known(session, n) for n in dict.fromkeys(command.contributions)]
    its = [it for it in its if it.is_visible]
    require(its, UnknownContribution())
    area = its[0].area
    if command.group:
        area = known_group(session, command.group).area
    require(all(it.area == area for it in its), AnotherArea())
    if command.group == 0:
        number, slot = session.dialogue.last_group + 1, next(free_places(session, area))
        return [Fact(e.ContributionsPlaced([it.id for it in its], number, area, True, slot))]
    moving = [it.id for it in its if not (it.pinned and it.group == command.group)]
    require(moving, AlreadyDone())
    return [Fact(e.ContributionsPlaced(moving, command.group, area))]


def keep_out(session: Session, person: Person, command: c.KeepOut, at: int) -> list[Fact]:
    it = known(session, command.contribution)
    group = known_group(session, command.group)
    require(it.area == group.area, AnotherArea())
    require(group.id not in it.kept_out, AlreadyDone())
    return [Fact(e.ContributionKeptOut(it.id, group.id))]


def rename(session: Session, person: Person, command: c.RenameGroup, at: int) -> list[Fact]:
    group = known_group(session, command.group)
    title = fit_title(command.title) or None
    require(title != group.title, AlreadyDone())
    return [Fact(e.GroupRenamed(group.id), title)]


def fit_title(text: str) -> str:
    """`text` as it will be kept, or a refusal that says what to change."""
    require(characters.readable(text), TextUnreadable())
    title = " ".join(characters.tidy(text).split())
    over = len(title) - TITLE_LIMIT
    require(over <= 0, TextTooLong(over, TITLE_LIMIT))
    require(not personal_data.personal_number(title), PersonalNumber())
    return title


def lock(session: Session, person: Person, command: c.LockGroup, at: int) -> list[Fact]:
    """A name that is locked is what the group is called just now."""
    group = known_group(session, command.group)
    locks = c.Locks(command.name, command.members, command.existence)
    require(locks != group.locks, AlreadyDone())
    said = name_of(session, group) if locks.name else []
    return [Fact(e.GroupLocked(group.id, locks, said))]


def name_of(session: Session, group: GroupState) -> list[c.Term]:
    """Where the words stand that it is called by: those of a name that is already locked."""
    if group.locks.name:
        return group.said
    members = (session.contributions[n] for n in sorted(group.members))
    return title_spans(group, {it.id: it for it in members if it.is_visible})


def confirm(session: Session, person: Person, command: c.ConfirmGlobalGoal, at: int) -> list[Fact]:
    group = known_group(session, command.group)
    require((command.goal in group.goals) != command.confirmed, AlreadyDone())
    return [Fact(e.GlobalGoalConfirmed(group.id, command.goal, command.confirmed))]


decides = {
    c.PlaceContributions: place,
    c.KeepOut: keep_out,
    c.RenameGroup: rename,
    c.LockGroup: lock,
    c.ConfirmGlobalGoal: confirm,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def placed(session: Session, entry: e.Entry, event: e.ContributionsPlaced) -> set[str]:
    its = [session.contributions[n] for n in event.contributions]
    made = [event.group] if event.made and event.group is not None else []
    back = way_back(event.area, its, gone=made)
    touched = {"changes"}
    for number in made:
        touched |= describe(session, event.area, nothing_said(number, event.place))
    for it in its:
        kept_out = sorted(it.kept_out - {event.group})
        touched |= sit_by_hand(session, entry, e.Seat(it.id, event.group, True, kept_out, None))
    words = "placed_new" if event.made else "placed_alone" if event.group is None else "placed"
    params = {"n": len(its), "contribution": its[0].id, "group": event.group}
    remember_moves(session, entry, words, params, back)
    return touched


def kept_out(session: Session, entry: e.Entry, event: e.ContributionKeptOut) -> set[str]:
    it = session.contributions[event.contribution]
    back, seat = way_back(it.area, [it]), seat_of(it)
    seat.kept_out = sorted({*seat.kept_out, event.group})
    if it.group == event.group:
        seat.group, seat.pinned, seat.placement = None, False, None
    touched = sit_by_hand(session, entry, seat)
    params = {"contribution": it.id, "group": event.group}
    remember_moves(session, entry, "kept_out", params, back)
    return touched | {"changes"}


def renamed(session: Session, entry: e.Entry, event: e.GroupRenamed) -> set[str]:
    group = session.groups[event.group]
    former, group.title = group.title, entry.words
    words = "unnamed" if group.title is None else "renamed"
    params = {"group": group.id, "title": group.title}
    marks = now(session, [f"title/{group.id}"])
    remember(session, entry, words, params, marks, [Fact(event, former)])
    return {"changes"} | touched_by_group(group)


def locked(session: Session, entry: e.Entry, event: e.GroupLocked) -> set[str]:
    group = session.groups[event.group]
    former = e.GroupLocked(group.id, group.locks, group.said)
    group.locks, group.said = event.locks, event.said
    marks = now(session, [f"locks/{group.id}"])
    remember(session, entry, "locks", {"group": group.id}, marks, [former])
    return {"changes"} | touched_by_group(group)


def confirmed(session: Session, entry: e.Entry, event: e.GlobalGoalConfirmed) -> set[str]:
    group = session.groups[event.group]
    (group.goals.add if event.confirmed else group.goals.discard)(event.goal)
    params = {"group": group.id, "goal": event.goal, "now": event.confirmed}
    marks = now(session, [f"goal/{group.id}/{event.goal}"])
    former = e.GlobalGoalConfirmed(group.id, event.goal, not event.confirmed)
    remember(session, entry, "goal", params, marks, [former])
    return {"changes"} | touched_by_group(group)


# ── undo ──────────────────────────────────────────────────────────────────────────────────────


def restored(session: Session, entry: e.Entry, event: e.GroupingRestored) -> set[str]:
    """Everything as the event says; what the machine put in a group that goes is in none."""
    moving = {seat.contribution for seat in event.seats}
    moving |= {n for number in event.gone for n in session.groups[number].members}
    back = way_back(
        event.area,
        (session.contributions[n] for n in sorted(moving)),
        described=[session.groups[group.group].described for group in event.described],
        back=event.gone,
        gone=event.back,
        wanted=event.wanted and wanted_in(session, event.area),
    )
    touched = {"changes"} | touched_by_area(event.area)
    for number in event.back:
        touched |= bring_back(session, number)
    for seat in event.seats:
        touched |= sit_by_hand(session, entry, seat)
    for number in event.gone:
        touched |= take_away(session, number)
    for group in event.described:
        touched |= describe(session, event.area, group)
    if event.wanted is not None:
        grouping = session.grouping.setdefault(event.area or "", session.grouping_in(event.area))
        grouping.most, grouping.apart = event.wanted.most, event.wanted.apart
    remember_moves(session, entry, "groups_restored", {"n": len(event.seats)}, back)
    return touched


def way_back(
    area: str | None,
    its: Iterable[Contribution],
    described: Iterable[e.SuggestedGroup] = (),
    back: Iterable[int] = (),
    gone: Iterable[int] = (),
    wanted: e.Wanted | None = None,
) -> e.GroupingRestored:
    """What lets everything stand as it does now."""
    seats = [seat_of(it) for it in its]
    return e.GroupingRestored(area, seats, list(described), list(back), list(gone), wanted)


def wanted_in(session: Session, area: str | None) -> e.Wanted:
    grouping = session.grouping_in(area)
    return e.Wanted(grouping.most, grouping.apart)


def sit_by_hand(session: Session, entry: e.Entry, seat: e.Seat) -> set[str]:
    session.contributions[seat.contribution].placed_at = entry.seq
    return sit(session, seat)


def remember_moves(
    session: Session,
    entry: e.Entry,
    words: str,
    params: Mapping[str, str | int | bool | None],
    back: e.GroupingRestored,
) -> None:
    """These moves can be undone as long as no person has had a say in what that would change."""
    marks = [f"seat/{seat.contribution}" for seat in back.seats]
    if back.wanted is not None:
        marks.append(f"wanted/{back.area or ''}")
    groups = [session.contributions[seat.contribution].group for seat in back.seats]
    met = {*groups, *(seat.group for seat in back.seats)} - {None, *back.back}
    leans = [f"locks/{number}" for number in met]
    leans += [f"own/{number}" for number in back.gone]
    remember(session, entry, words, params, now(session, marks), [back], leans=now(session, leans))


def now(session: Session, marks: Iterable[str]) -> dict[str, object]:
    """What the marks read."""
    found = {}
    for mark in marks:
        kind, _, of = mark.partition("/")
        found[mark] = readings[kind](session, of)
    return found


def read_seat(session: Session, number: str) -> object:
    """What people have said about a contribution's place; where the machine put it is no matter."""
    it = session.contributions[int(number)]
    return it.pinned, it.group if it.pinned else None, frozenset(it.kept_out)


def read_own(session: Session, number: str) -> object:
    """All that people have said about a group."""
    group = session.groups.get(int(number))
    return None if group is None else (*said_of(group), pinned_in(session, group))


def said_of(group: GroupState) -> tuple[object, ...]:
    return group.title, group.locks, frozenset(group.goals)


def pinned_in(session: Session, group: GroupState) -> frozenset[int]:
    return frozenset(n for n in group.members if session.contributions[n].pinned)


GONE = "gone"


def read_title(session: Session, number: str) -> object:
    group = session.groups.get(int(number))
    return GONE if group is None else (group.title,)


def read_locks(session: Session, number: str) -> object:
    group = session.groups.get(int(number))
    return GONE if group is None else group.locks


def read_goal(session: Session, group_and_goal: str) -> object:
    number, goal = map(int, group_and_goal.split("/"))
    return GONE if number not in session.groups else goal in session.groups[number].goals


def read_wanted(session: Session, area: str) -> object:
    wanted = wanted_in(session, area or None)
    return wanted.most, wanted.apart


readings: dict[str, Callable[[Session, str], object]] = {
    "seat": read_seat,
    "own": read_own,
    "title": read_title,
    "locks": read_locks,
    "goal": read_goal,
    "wanted": read_wanted,
}
"""Mark -> what it reads just now."""

applies = {
    e.ContributionsPlaced: placed,
    e.ContributionKeptOut: kept_out,
    e.GroupRenamed: renamed,
    e.GroupLocked: locked,
    e.GlobalGoalConfirmed: confirmed,
    e.GroupingRestored: restored,
}
