"""What has changed between two versions, and since the room went home."""

import pytest

from dialog.domain import rules
from dialog.domain.findings import find
from dialog.domain.findings.versions import difference, hall_difference
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from dialog.protocol.work_commands import Disposition
from tests.domain.findings.matters import Matter


@pytest.fixture
def matter():
    """Nine contributions; the room's groups are 1-3, 4-6, 7-8; then it went home."""
    it = Matter().session()
    for n in range(1, 10):
        it.post(n, f"Ord{chr(96 + n)}", target_group="young")
    groups = [
        e.SuggestedGroup(n, n, [c.Placement(m) for m in its], its[:1], [[c.Span(its[0], 0, 4)]], 1)
        for n, its in enumerate([[1, 2, 3], [4, 5, 6], [7, 8]], start=1)
    ]
    it.add(e.GroupsSuggested("school", c.GroupingRun(20, "m", {}, 1), groups), session="evening")
    it.add(e.SessionEnded(), session="evening")
    it.theme("A", [1, 2, 3], groups=[1])
    it.theme("B", [4, 5, 6], groups=[2])
    it.theme("C", [7, 8], groups=[3])
    return it


@pytest.fixture
def changed(matter):
    """What is different now, after `change(matter)`."""

    def since(change):
        before = find(rules.folded("matter", matter.log))
        change(matter)
        return difference(before, matter.find())

    return since


def part(difference, number):
    return next(it for it in difference.was if it.part == number)


def now(difference, number):
    return next(it for it in difference.now if it.theme == number)


def test_nothing_has_changed_where_nobody_has_done_anything(changed):
    it = changed(lambda matter: None)
    assert not any(line.fates for line in (*it.was, *it.now))
    assert not (it.moves or it.decided or it.carried or it.changes)


def test_a_theme_is_called_something_else_and_stands_elsewhere_and_it_is_said_why(changed):
    def change(matter):
        matter.add(we.ThemeNamed(1), "Better")
        matter.add(we.ReasonGiven(), "Nobody understood it", op=False)
        matter.add(we.ThemeMoved(1, "centre"))

    it = now(changed(change), 1)
    assert it.fates == ["renamed", "moved"]
    assert (it.was_title, it.title, it.was_area, it.area) == ("A", "Better", "school", "centre")
    assert [(line.words, line.why) for line in it.reasons] == [
        ("theme_named", "Nobody understood it"),
        ("theme_moved", ""),
    ]


def test_a_contribution_has_moved(changed):
    it = changed(lambda matter: matter.add(we.ContributionsThemed([3], 2)))
    assert [(m.contribution, m.was, m.now, m.new) for m in it.moves] == [(3, 1, 2, False)]
    assert part(it, 1).to == {1: 2, 2: 1} and now(it, 2).came_from == {2: 3, 1: 1}
    assert part(it, 1).fates == ["changed"]


def test_a_theme_has_been_merged_and_the_one_that_took_it_too(changed):
    def change(matter):
        matter.add(we.ContributionsThemed([7, 8], 2))
        matter.add(we.ThemeGone(3, 2), op=False)
        matter.add(we.ContributionsThemed([4, 5, 6, 7, 8], 1))
        matter.add(we.ThemeGone(2, 1), op=False)

    it = changed(change)
    assert part(it, 3).fates == ["gone", "merged"] and part(it, 3).into == 1
    assert part(it, 3).to == {1: 2}
    assert "merged" in now(it, 1).fates and now(it, 1).came_from == {1: 3, 2: 3, 3: 2}


def test_a_theme_has_been_dissolved(changed):
    def change(matter):
        matter.add(we.ContributionsThemed([7, 8], None))
        matter.add(we.ThemeGone(3), op=False)

    it = part(changed(change), 3)
    assert it.fates == ["gone"] and it.into is None and it.to == {0: 2}


def test_a_theme_has_been_split(changed):
    it = changed(lambda matter: matter.theme("D", [2, 3]))
    assert part(it, 1).fates == ["changed", "split"]
    assert now(it, 4).fates == ["new", "split"] and now(it, 4).came_from == {1: 2}


def test_a_theme_made_of_one_that_stands_no_more_is_new_and_not_split_off(changed):
    def change(matter):
        matter.theme("D", [7, 8])
        matter.add(we.ThemeGone(3), op=False)

    it = changed(change)
    assert now(it, 4).fates == ["new"] and part(it, 3).fates == ["gone"]


def test_what_has_come_since_is_new_and_not_moved(changed):
    def change(matter):
        matter.add(we.ContributionsThemed([matter.post(1, "Later")], 1))

    [it] = changed(change).moves
    assert it.new and it.now == 1


def test_other_things_are_decided_and_carried_forward(changed):
    def change(matter):
        matter.add(we.DispositionSet([3], [], Disposition("parked")), "Wait")
        matter.add(we.ThemeCarried(1, "keyword", "keyword"))

    it = changed(change)
    assert [(d.contribution, d.was, d.now.kind, d.reason) for d in it.decided] == [
        (7, None, "parked", "Wait"),
        (8, None, "parked", "Wait"),
    ]
    assert [(ch.theme, ch.was, ch.now) for ch in it.carried] == [(1, "", "keyword")]
    assert len(it.changes) == 2


def test_the_rooms_groups_lie_beside_the_themes(matter):
    matter.add(we.ContributionsThemed([7, 8], 2))
    matter.add(we.ThemeGone(3, 2), op=False)
    matter.theme("D", [2])
    matter.theme("E", [9])
    it = hall_difference(matter.find())
    assert [line.part for line in it.was] == [1, 2, 3]
    assert part(it, 1).fates == ["renamed", "changed", "split"]
    assert part(it, 3).fates == ["gone", "merged"] and part(it, 3).into == 2
    assert now(it, 2).was == 2 and now(it, 2).was_title == "Ordd"
    assert now(it, 5).fates == ["new"] and now(it, 5).came_from == {0: 1}
    assert [(m.contribution, m.was, m.now) for m in it.moves] == [(2, 1, 4)]
    assert it.what == "hall" and it.changes
