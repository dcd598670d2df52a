"""The workboard's records. Staff see every contribution, hidden ones too; nobody sees who wrote."""

from collections.abc import Callable, Iterable

from dialog.domain import goal_views
from dialog.domain.state import Dialogue
from dialog.protocol import work_records as r
from dialog.protocol.agenda import FEWEST_PEOPLE
from dialog.protocol.records import AreaName

LATEST = 60

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
        return set(touched) | always
    found = set(always)
    for key in touched:
        kind, _, name = key.partition("/")
        if kind == "*":
            found.add("matter")
        elif kind == "contribution":
            found |= touched_by_contribution(dialogue, int(name))
        elif kind == "group":
            found.add(key)
    return found


def touched_by_contribution(dialogue: Dialogue, number: int) -> set[str]:
    it, place = dialogue.contributions[number], dialogue.work.place(number)
    found = {f"contribution/{number}"}
    if it.group is not None:
        found.add(f"group/{it.group}")
    if place.theme is not None:
        found.add(f"theme/{place.theme}")
    return found


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
            )
            for session in dialogue.sessions.values()
        ],
        frames=it.frames,
        bodies=[*it.bodies, *dialogue.work.bodies.values()],
        previous_goals=it.previous_goals,
        anchors=it.anchors,
        vision=it.vision,
        most_goals=it.most_goals,
        horizon=it.horizon,
        fewest=FEWEST_PEOPLE,
    )


def changes(dialogue: Dialogue, name: str) -> r.WorkChanges:
    return r.WorkChanges(list(reversed(dialogue.work.log[-LATEST:])))


RENDER: dict[str, Callable[[Dialogue, str], r.WorkRecord | None]] = {
    "matter": matter,
    "changes": changes,
    "goal": goal_views.goal,
    "process": goal_views.the_process,
    "texts": goal_views.texts,
}
