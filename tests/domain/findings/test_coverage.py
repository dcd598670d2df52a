"""All 17 global goals, in three layers, with what is lacking."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from tests.domain.findings.matters import Matter, crowd


@pytest.fixture
def matter():
    return Matter().session()


def goal(matter, number, edition="internal"):
    return matter.find(edition).coverage.global_goals[number - 1]


def test_all_17_are_there_of_a_dialogue_that_nobody_has_written_in():
    its = Matter().find().coverage.global_goals
    assert [it.goal for it in its] == list(range(1, 18))
    assert its[0].gaps == ["not_assigned", "silent", "not_carried"]
    assert its[3].assigned == {"school": "primary"}
    assert its[3].gaps == ["assigned_silent", "not_carried"]


def test_what_people_have_said_of_an_area_holds_before_the_file(matter):
    matter.add(we.AreaLinked("school", 4, None))
    matter.add(we.AreaLinked("centre", 4, "partial"))
    assert goal(matter, 4).assigned == {"centre": "partial"}


def test_a_goal_is_voiced_through_the_themes_that_people_have_linked(matter):
    first = matter.theme(
        "A", crowd(matter, "young", range(1, 4)) + crowd(matter, "old", range(4, 6))
    )
    second = matter.theme("B", [matter.post(1, area="centre")], area="centre")
    matter.theme("C", crowd(matter, "firms", range(6, 9)))
    for theme in (first, second):
        matter.add(we.ThemeLinked(theme, 14, "partial"))
    it = goal(matter, 14)
    assert (it.people, it.contributions, it.target_groups) == (5, 6, 2)
    assert it.themes == [first, second] and it.voiced_by_area == {"school": 5, "centre": 1}
    assert it.gaps == ["not_assigned", "voiced_not_assigned", "not_carried"]
    matter.add(we.ThemeCarried(second, "keyword", "keyword"))
    assert goal(matter, 14).carried == [second] and "not_carried" not in goal(matter, 14).gaps


def test_in_public_it_is_not_told_by_how_many_target_groups_where_any_is_small(matter):
    theme = matter.theme("A", crowd(matter, "young", range(1, 8)))
    other = matter.theme("B", crowd(matter, "old", range(8, 11)))
    crowd(matter, "old", range(20, 30))
    matter.add(we.ThemeLinked(theme, 3, "primary"))
    assert goal(matter, 3, "public").target_groups == 1
    matter.add(we.ThemeLinked(other, 3, "primary"))
    assert goal(matter, 3, "public").target_groups is None
    assert goal(matter, 3).target_groups == 2


def test_the_machines_hints_stand_apart_with_their_words_until_somebody_agrees(matter):
    matter.post(1, "Badplatsen i sjön")
    hint = c.GoalHint(14, [[c.Span(1, 13, 17)]])
    group = e.SuggestedGroup(1, 0, [c.Placement(1)], [1], [[c.Span(1, 0, 10)]], 1, [hint])
    matter.add(
        e.GroupsSuggested("school", c.GroupingRun(9, "m", {}, 7), [group]), session="evening"
    )
    theme = matter.theme("Bad", [1], groups=[1])
    assert goal(matter, 14).suggested == {theme: ["sjön"]}
    assert "only_suggested" in goal(matter, 14).gaps and goal(matter, 14).people == 0
    matter.add(we.ThemeLinked(theme, 14, "primary"))
    assert goal(matter, 14).suggested == {} and goal(matter, 14).people == 1


def test_a_goal_that_no_draft_is_about_is_lacking_once_there_are_drafts(matter):
    assert "not_in_goals" not in goal(matter, 4).gaps
    matter.add(we.GoalDrafted(1, "school"), "Learn")
    assert "not_in_goals" in goal(matter, 4).gaps
    matter.add(we.GoalLinked(1, 4, "primary"))
    assert goal(matter, 4).in_goals == [1] and "not_in_goals" not in goal(matter, 4).gaps


def test_vision_and_values_are_covered_by_themes_and_drafts(matter):
    theme = matter.theme("A", [matter.post(1)])
    matter.add(we.ThemeAnchored(theme, "together", True))
    [it] = matter.find().coverage.anchors
    assert (it.anchor, it.themes, it.goals) == ("together", [theme], [])
