"""How the dots lie by target group: once they are revealed, never by person, never few people's."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dialog.domain import work_views
from dialog.domain.findings.model import Scope
from dialog.domain.findings.within import Within
from dialog.protocol import agenda as a
from dialog.protocol import events as e
from tests.domain.findings.matters import GROUPS, Matter, crowd

IDS = [it.id for it in GROUPS]
RESIDENT = {it.id: it.resident for it in GROUPS}
FEWEST, MOST = 5, 3


class Evening(Matter):
    """With dots to place."""

    def open(self, step="dots", session="evening"):
        self.add(e.StepOpened(step), session=session)
        return self

    def dot(self, person, contribution, n=1, session="evening"):
        for _ in range(n):
            self.add(e.DotPlaced(contribution), None, session, person)

    def reveal(self, revealed=True, session="evening"):
        self.add(e.PostingSet(False), session=session)
        self.add(e.DotsRevealed(revealed), session=session)
        return self

    def dots(self, *sessions):
        return self.find("internal", *sessions).dots


@pytest.fixture
def evening():
    """Eight young and six old each place two dots: on a theme of the school's and on one of the
    centre's."""
    it = Evening().session()
    it.theme("Ways", [it.post(90, target_group="firms")])
    it.theme("Parks", [it.post(91, area="centre", target_group="firms")], area="centre")
    for group, people in (("young", range(1, 9)), ("old", range(11, 17))):
        for person in people:
            it.person(person, group)
    it.open()
    for person in (*range(1, 9), *range(11, 17)):
        it.dot(person, 1)
        it.dot(person, 2)
    return it


def cells(facts, row):
    """Target groups -> dots of a row."""
    assert row.cells is not None, "it is not told"
    return {
        tuple(column.target_groups): n
        for column, n in zip(facts.columns, row.cells, strict=True)
        if n
    }


def row_of(facts, of, id=""):
    return next(it for it in facts.rows if (it.of, it.id) == (of, str(id)))


# ── when ──


def test_dots_are_told_by_target_group_once_they_are_revealed_and_not_before(evening):
    assert evening.dots() == []
    evening.reveal()
    [facts] = evening.dots()
    assert (facts.session, facts.step, facts.people) == ("evening", "dots", 14)
    assert cells(facts, row_of(facts, "all")) == {("young",): 16, ("old",): 12}
    assert cells(facts, row_of(facts, "theme", 1)) == {("young",): 8, ("old",): 6}
    assert not facts.suppressed


def test_they_stay_told_when_the_evening_goes_on_and_when_it_has_ended(evening):
    told = evening.reveal().dots()
    assert told and evening.open("write").dots() == told
    evening.add(e.SessionEnded(), session="evening")
    assert evening.dots() == told


def test_what_is_hidden_again_or_begun_anew_is_not_told(evening):
    assert evening.reveal().reveal(False).dots() == []
    assert evening.reveal().open("write").open("dots").dots() == []
    assert evening.reveal().dots()


def test_while_they_are_being_placed_they_are_not_told_or_each_could_be_watched(evening):
    evening.add(e.DotsRevealed(True), session="evening")
    assert evening.dots() == []
    evening.add(e.PostingSet(False), session="evening")
    assert evening.dots()


def test_whoever_changes_perspective_afterwards_takes_no_dots_along(evening):
    """Or what moves with them would be their own."""
    told = evening.reveal().dots()
    evening.person(1, "old")
    assert evening.dots() == told


def test_the_workboard_hears_that_there_is_something_to_see(evening):
    def said():
        return [it.dots_revealed for it in work_views.view(evening.dialogue)["matter"].sessions]

    assert said() == [False]
    evening.reveal()
    assert said() == [True]


def test_dots_that_nobody_has_revealed_stay_hidden_when_the_evening_goes_on(evening):
    evening.open("write")
    evening.add(e.SessionEnded(), session="evening")
    assert evening.dots() == []


def test_what_was_revealed_before_the_first_dot_is_told():
    it = Evening().session()
    it.theme("Ways", crowd(it, "young", range(1, 7)))
    it.open().reveal()
    for person in range(1, 7):
        it.dot(person, 1)
    assert row_of(it.dots()[0], "theme", 1).dots == 6


def test_nothing_of_it_is_public_and_an_old_log_says_the_same(evening):
    evening.reveal()
    assert evening.find("public").dots == []
    again = Evening()
    again.dialogue = evening.folded_again()
    assert again.dots() == evening.dots()


def test_one_sessions_dots_are_the_same_in_every_scope_and_never_added_to_anothers(evening):
    evening.reveal().session("web")
    evening.person(1, "young", "web")
    evening.post(1, session="web")
    evening.open(session="web").dot(1, 3, session="web")
    evening.reveal(session="web")
    alone, both = evening.dots("evening"), evening.dots()
    assert len(both) == 2 and both[0] == alone[0]
    assert [it.cells for it in both[1].rows] == [None] * 3, "one person's"


# ── where ──


def test_rows_are_all_then_each_area_with_its_themes_groups_and_single_voices(evening):
    evening.post(91, "Alone", area="school")
    for person in range(1, 9):
        evening.dot(person, 3)
    [facts] = evening.reveal().dots()
    assert [(it.of, it.id, it.dots) for it in facts.rows] == [
        ("all", "", 36),
        ("area", "school", 22),
        ("theme", "1", 14),
        ("alone", "", 8),
        ("area", "centre", 14),
        ("theme", "2", 14),
    ]


def test_dots_on_what_has_been_hidden_since_are_not_counted(evening):
    evening.reveal().add(e.ContributionHidden(1, "threat"), session="evening")
    [facts] = evening.dots()
    assert [it.dots for it in facts.rows] == [14, 14, 14]


# ── few people ──


def test_a_row_in_which_a_target_group_is_four_is_not_told_and_says_how_many_dots(evening):
    four = evening.theme("Buses", [evening.post(91)])
    for person in (*range(1, 9), *range(11, 15)):
        evening.dot(person, 3)
    [facts] = evening.reveal().dots()
    row = row_of(facts, "theme", four)
    assert row.cells is None and row.dots == 12 and facts.suppressed


def test_the_only_row_left_is_not_given_away_by_the_total(evening):
    """The area less the first theme would be the second, in which four are old."""
    four = evening.theme("Buses", [evening.post(91)])
    for person in (*range(1, 9), *range(11, 15)):
        evening.dot(person, 3)
    [facts] = evening.reveal().dots()
    assert row_of(facts, "area", "school").cells is not None
    assert row_of(facts, "theme", 1).cells is None and row_of(facts, "theme", four).cells is None
    assert row_of(facts, "theme", 2).cells is not None, "of another area"


def test_few_residents_are_told_together_and_others_apart(evening):
    for person, group in ((21, "firms"), (22, "firms"), (23, a.UNDISCLOSED), (24, a.UNDISCLOSED)):
        evening.person(person, group)
        evening.dot(person, 1)
    evening.person(25, "firms")
    evening.dot(25, 1)
    crowd(evening, "elected", range(31, 37))
    for person in range(31, 37):
        evening.dot(person, 1)
    [facts] = evening.reveal().dots()
    assert [(it.target_groups, it.resident) for it in facts.columns] == [
        (["young"], True),
        (["old"], True),
        (["elected"], False),
        (["firms", a.UNDISCLOSED], True),
        (["officials"], False),
    ]


def test_residents_and_others_stand_together_only_where_nothing_could_be_told_otherwise(evening):
    for person, group in ((21, "firms"), (22, "firms"), (23, "firms"), (24, "elected")):
        evening.person(person, group)
        evening.dot(person, 1)
    evening.person(25, "officials")
    evening.dot(25, 1)
    [facts] = evening.reveal().dots()
    assert (facts.columns[-1].resident, facts.columns[0].target_groups) == (None, ["young"])
    assert facts.columns[-1].target_groups == ["firms", "elected", "officials", a.UNDISCLOSED]


def test_of_four_people_nothing_is_told(evening):
    it = Evening().session()
    it.theme("Ways", crowd(it, "young", range(1, 5)))
    it.open()
    for person in range(1, 5):
        it.dot(person, 1)
    [facts] = it.reveal().dots()
    assert facts.columns == [] and all(row.cells is None for row in facts.rows)


# ── always ──


@st.composite
def evenings(draw):
    """People of target groups of all sizes with up to three dots each, on contributions in themes
    of two areas and in none."""
    it = Evening().session()
    themes = draw(st.integers(1, 6))
    people = {}
    sizes = draw(st.lists(st.sampled_from([0, 0, 1, 3, 4, 6, 9, 15, 25]), min_size=6, max_size=6))
    for group, size in zip(IDS, sizes, strict=True):
        for _ in range(size):
            people[len(people) + 1] = group
            it.person(len(people), group)
    assume(people)
    places = [it.post(None, area=("school", "centre")[n % 2]) for n in range(themes + 2)]
    for n in places[:themes]:
        it.theme(f"Theme {n}", [n], area=("school", "centre")[(n - 1) % 2])
    it.open()
    lot = draw(st.randoms(use_true_random=True))
    likes = {group: [lot.random() ** 3 for _ in places] for group in IDS}
    for person, group in people.items():
        for place in lot.choices(places, likes[group], k=lot.randint(0, MOST)):
            it.dot(person, place)
    return it.reveal()


def leaves(facts):
    return [it for it in facts.rows if it.of not in ("all", "area")]


def placed(evening, row, groups):
    """Person -> dots that those of `groups` have in the row."""
    within = Within(evening.dialogue, Scope())
    session = evening.dialogue.sessions["evening"]
    found = Counter()
    for person, its in session.dots["dots"].by_participant.items():
        for number, n in its.items():
            it = session.contributions[number]
            theme = within.work.place(number).theme
            here = {
                "all": True,
                "area": it.area == row.area,
                "theme": str(theme) == row.id,
                "alone": theme is None and it.area == row.area,
            }
            if here[row.of] and session.participants[person] in groups:
                found[person] += n
    return found


@settings(max_examples=80, deadline=None)
@given(evenings())
def test_every_number_that_is_told_or_left_over_has_none_or_at_least_five_behind_it(evening):
    for facts in evening.dots():
        event(f"{len(facts.columns)} columns, rows told: {any(it.cells for it in leaves(facts))}")
        for of, column in product(("all", "area"), facts.columns):
            for whole in (it for it in facts.rows if it.of == of and it.cells):
                inside = [
                    it
                    for it in facts.rows
                    if it.of not in ("all", of) and (of == "area" or it.of == "area")
                    if of == "all" or it.area == whole.area
                ]
                untold = [it for it in inside if it.cells is None]
                for some in ([whole], untold, *([it] for it in inside if it.cells)):
                    people = set().union(
                        *(placed(evening, it, column.target_groups) for it in some)
                    )
                    assert not 0 < len(people) < FEWEST, (some, column)


@settings(max_examples=80, deadline=None)
@given(evenings())
def test_what_is_told_adds_up(evening):
    for facts in evening.dots():
        whole, areas = facts.rows[0], [it for it in facts.rows if it.of == "area"]
        assert whole.dots == sum(it.dots for it in areas) == sum(it.dots for it in leaves(facts))
        for row in facts.rows:
            if row.cells is not None:
                assert sum(row.cells) == row.dots
                for column, n in zip(facts.columns, row.cells, strict=True):
                    assert n == placed(evening, row, column.target_groups).total()
        named = [group for column in facts.columns for group in column.target_groups]
        assert sorted(named) in ([], sorted(IDS))
        shown = {str(it.theme): it.dots for area in evening.find().areas for it in area.themes}
        assert all(it.dots == shown[it.id] for it in facts.rows if it.of == "theme")


@settings(max_examples=60, deadline=None)
@given(evenings(), st.randoms(use_true_random=True))
def test_who_is_who_makes_no_difference(evening, lot):
    people = [number for _, number in evening.people]
    other = dict(zip(people, lot.sample(people, len(people)), strict=True))
    again = Evening().session()
    for entry in evening.log[2:]:
        person = entry.participant and other[entry.participant]
        again.add(entry.event, entry.words, entry.session, person)
    assert again.dots() == evening.dots()


class Adversary:
    """She knows the table, how many there are of each target group and how many dots each had."""

    def __init__(self, evening, facts):
        self.rows = [it for it in facts.rows if it.of not in ("all", "area")]
        self.places = list(product(range(len(self.rows)), IDS))
        self.equal, self.at_most = [], []
        for row in facts.rows:
            inside = [n for n, it in enumerate(self.rows) if is_in(it, row)]
            self.equal.append((self.sum_of(inside, IDS), row.dots))
            for column, n in zip(facts.columns, row.cells or (), strict=False):
                self.equal.append((self.sum_of(inside, column.target_groups), n))
        for group, people in Counter(evening.people.values()).items():
            everywhere = self.sum_of(range(len(self.rows)), [group])
            self.at_most.append((everywhere, MOST * people))

    def sum_of(self, rows, groups):
        return np.array([float(n in rows and group in groups) for n, group in self.places])

    def most(self, row, group):
        """The most dots that those of `group` may have there."""
        answer = linprog(
            -self.sum_of([row], [group]),
            A_ub=np.array([line for line, _ in self.at_most]),
            b_ub=[n for _, n in self.at_most],
            A_eq=np.array([line for line, _ in self.equal]),
            b_eq=[n for _, n in self.equal],
        )
        assert answer.status == 0, answer.message
        return -answer.fun


def is_in(row, whole):
    return whole.of == "all" or row is whole or (whole.of == "area" and row.area == whole.area)


@settings(max_examples=60, deadline=None)
@given(evenings())
def test_no_small_number_can_be_worked_out_from_all_that_is_told(evening):
    """It may as well be five, or all that lie there, or all that they had."""
    for facts in evening.dots():
        adversary = Adversary(evening, facts)
        for (n, row), group in product(enumerate(adversary.rows), IDS):
            if 0 < len(placed(evening, row, [group])) < FEWEST:
                had = MOST * sum(it == group for it in evening.people.values())
                enough = min(FEWEST, row.dots, had)
                assert adversary.most(n, group) > enough - 1e-6, (row, group)
