"""What has changed: between two versions, and since the room grouped at the end of the evening."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialog.domain.findings import model as m
from dialog.protocol.work_records import WorkChange

NOWHERE = 0
"""Stands for no theme and for no group, where contributions are counted by them."""


@dataclass(slots=True)
class Part:
    """A theme, or a group of the room, with its contributions."""

    id: int
    area: str | None
    title: str
    members: set[int] = field(default_factory=set)
    session: str = ""
    number: str = ""


Parts = dict[int, Part]


def difference(before: m.Findings, after: m.Findings) -> m.Difference:
    """What has become of `before`. Both internal, and of the same scope."""
    was, now = themes_of(before), themes_of(after)
    same = {id: id for id in now if id in was}
    into = {id: successor(id, after) for id in was if id not in now}
    changes = [it for it in after.changes if it.seq > before.seq]
    return m.Difference(
        what="versions",
        before=before.version or 0,
        after=after.version or 0,
        before_seq=before.seq,
        after_seq=after.seq,
        was=parts_before(was, now, same, into),
        now=parts_now(was, now, same, into, changes),
        moves=list(moves(before, after)),
        decided=list(redecided(before, after)),
        carried=list(carried(before, after)),
        changes=changes,
    )


def hall_difference(findings: m.Findings) -> m.Difference:
    """What the presidium has made of the room's grouping. Internal edition."""
    was, now = groups_of(findings), themes_of(findings)
    same = counterparts(was, now)
    becomes = {group: theme for theme, group in same.items()}
    into = {id: most_of(it, now) for id, it in was.items() if id not in becomes}
    moved = (
        m.Move(n, it.id, findings.contributions[n].theme)
        for it in was.values()
        for n in sorted(it.members)
        if findings.contributions[n].theme != becomes.get(it.id, into.get(it.id))
    )
    return m.Difference(
        what="hall",
        before=0,
        after=findings.version or 0,
        before_seq=0,
        after_seq=findings.seq,
        was=parts_before(was, now, same, into),
        now=parts_now(was, now, same, into, findings.changes),
        moves=list(moved),
        changes=findings.changes,
    )


# ── the parts ──


def themes_of(findings: m.Findings) -> Parts:
    """In the documents' order, with hidden contributions too: people see them on the board."""
    found = {
        it.theme: Part(it.theme, it.area, it.title, number=it.number)
        for area in findings.areas
        for it in area.themes
    }
    for it in findings.contributions.values():
        if it.theme is not None:
            found[it.theme].members.add(it.contribution)
    return found


def groups_of(findings: m.Findings) -> Parts:
    found = {}
    for it in findings.hall_groups:
        group = Part(it["group"], it["area"], it["title"], set(it["contributions"]))  # type: ignore[arg-type]
        group.session = str(it["session"])
        found[group.id] = group
    return found


def successor(theme: int, after: m.Findings) -> int | None:
    """The theme that took what it held, however many times over."""
    into: int | None = theme
    while into is not None and into in after.lineage:
        into = after.lineage[into]
    return into


def counterparts(was: Parts, now: Parts) -> dict[int, int]:
    """Theme -> the group it has come of: each holds more of the other than of any else."""
    found = {}
    for theme in now.values():
        group = most_of(theme, was)
        if group is not None and most_of(was[group], now) == theme.id:
            found[theme.id] = group
    return found


def most_of(part: Part, among: Parts) -> int | None:
    """The one of `among` that has most of it."""
    shared = {id: len(part.members & it.members) for id, it in among.items()}
    best = max(shared, key=lambda id: (shared[id], -id), default=None)
    return best if best is not None and shared[best] else None


# ── what became of them ──


def parts_before(
    was: Parts, now: Parts, same: Mapping[int, int], into: Mapping[int, int | None]
) -> list[m.PartBefore]:
    becomes = {old: new for new, old in same.items()}
    place = places(now)
    origins = dict(split_off(was, now, same))
    found = []
    for old in was.values():
        to = Counter(place.get(n, NOWHERE) for n in old.members)
        fates: list[m.PartFate] = ["gone"]
        if old.id in becomes:
            fates = changes_of(old, now[becomes[old.id]])
        if into.get(old.id) is not None:
            fates.append("merged")
        if old.id in origins.values():
            fates.append("split")
        found.append(
            m.PartBefore(
                part=old.id,
                area=old.area,
                title=old.title,
                contributions=len(old.members),
                to=dict(to.most_common()),
                fates=fates,
                into=into.get(old.id),
                session=old.session,
            )
        )
    return found


def parts_now(
    was: Parts,
    now: Parts,
    same: Mapping[int, int],
    into: Mapping[int, int | None],
    changes: list[WorkChange],
) -> list[m.PartNow]:
    place = places(was)
    origins = dict(split_off(was, now, same))
    found = []
    for it in now.values():
        old = was[same[it.id]] if it.id in same else None
        fates: list[m.PartFate] = changes_of(old, it) if old else ["new"]
        if it.id in into.values():
            fates.append("merged")
        if it.id in origins:
            fates.append("split")
        came_from = Counter(place.get(n, NOWHERE) for n in it.members)
        found.append(
            m.PartNow(
                theme=it.id,
                number=it.number,
                area=it.area,
                title=it.title,
                contributions=len(it.members),
                came_from=dict(came_from.most_common()),
                fates=fates,
                was=old.id if old else None,
                was_title=old.title if old and "renamed" in fates else "",
                was_area=old.area if old and "moved" in fates else None,
                reasons=[change for change in changes if is_about(change, it.id)],
            )
        )
    return found


def places(parts: Parts) -> dict[int, int]:
    """Contribution -> the part it stands in."""
    return {n: it.id for it in parts.values() for n in it.members}


def changes_of(old: Part, new: Part) -> list[m.PartFate]:
    found: list[tuple[m.PartFate, bool]] = [
        ("renamed", old.title != new.title),
        ("moved", old.area != new.area),
        ("changed", old.members != new.members),
    ]
    return [fate for fate, is_so in found if is_so]


def split_off(was: Parts, now: Parts, same: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    """New theme -> the part that still stands as something else, and that most of it came from."""
    for it in now.values():
        if it.id not in same:
            origin = most_of(it, was)
            if origin is not None and origin in same.values():
                yield it.id, origin


def is_about(change: WorkChange, theme: int) -> bool:
    return theme in (change.params.get("theme"), change.params.get("into"))


# ── contributions ──


def moves(before: m.Findings, after: m.Findings) -> Iterable[m.Move]:
    for n, it in after.contributions.items():
        old = before.contributions.get(n)
        was = old.theme if old else None
        if was != it.theme:
            yield m.Move(n, was, it.theme, new=old is None)


def redecided(before: m.Findings, after: m.Findings) -> Iterable[m.Redecided]:
    for n, it in after.contributions.items():
        old = before.contributions.get(n)
        was = old.disposition if old else None
        if was != it.disposition:
            yield m.Redecided(n, was, it.disposition, it.disposition_reason)


def carried(before: m.Findings, after: m.Findings) -> Iterable[m.CarriedChange]:
    was, now = carried_in(before), carried_in(after)
    for theme in sorted(was.keys() | now.keys()):
        if was.get(theme, "") != now.get(theme, ""):
            yield m.CarriedChange(theme, was.get(theme, ""), now.get(theme, ""))


def carried_in(findings: m.Findings) -> dict[int, str]:
    return {it.theme: it.carried for area in findings.areas for it in area.themes}
