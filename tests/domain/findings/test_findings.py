"""What the log says, counted by hand on a small dialogue, and always adding up."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from msgspec.json import encode

from dialog.domain import work_views
from dialog.domain.findings import find
from dialog.domain.findings.model import Scope
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from dialog.protocol.work_commands import Disposition
from tests.domain.findings.matters import Matter, row
from tests.domain.findings.test_small_cells import matters
from tests.domain.meeting import session_definition

PROGRAMME = Disposition("programme")
ROADS = Disposition("handover", recipient="roads")


@pytest.fixture
def matter():
    """Two sessions, one closed; two themes, a note, a slip for six, one hidden, one held.

    1 ada young, 2 bo old, 3 cy old, 4 on paper; 5 an elected in the closed session.
    """
    it = Matter().session().session("board", type="formal-meeting", access="closed")
    it.person(1, "young")
    it.person(2, "old")
    it.person(3, "old")
    it.person(9, None)
    it.person(1, "elected", "board")
    it.post(1, "Trygga skolvägar")  # 1
    it.post(2, "Trygga vägar hem", kind="question")  # 2
    it.post(3, "Bänkar i parken", area="centre")  # 3
    it.post(None, "Trygga vägar", target_group="old", people=6)  # 4
    it.post(1, "Lampor vid skolan", session="board")  # 5
    it.post(2, "Hemskt", held=True)  # 6
    it.post(3, "Också hemskt")  # 7
    it.add(e.ContributionHidden(7, "threat"), session="evening")
    it.post(2, "Lek", topic="leisure", kind="meaning", area=None)  # 8
    safe = it.theme("Trygga vägar", [1, 2, 4, 5, 7])
    it.theme("Parken", [3], area="centre")
    it.add(we.ThemeNoted(safe), "Fråga Anna")
    it.add(we.DispositionSet([safe], [], PROGRAMME), "Till programmet")
    it.add(we.DispositionSet([], [2], ROADS), "Hål i gatan")
    it.add(we.ContributionRead(1, 1, "fits"), "Bra")
    return it


def theme(findings, number):
    return next(it for area in findings.areas for it in area.themes if it.theme == number)


# ── numbers ──


def test_all_received_stand_somewhere(matter):
    it = matter.find().numbers
    assert (it.received, it.visible, it.held, it.hidden, it.withdrawn) == (8, 6, 1, 1, 0)
    assert it.moderation == {"threat": 1}
    assert (it.people, it.behind, it.read) == (5, 6, 1)
    assert it.by_channel == {"live": 7, "paper": 1}
    assert (it.in_themes, it.single) == (5, 1)


def test_a_theme_counts_what_is_visible_and_slips_apart(matter):
    it = theme(matter.find(), 1)
    assert (it.contributions, it.people, it.behind) == (4, 3, 6)
    assert it.sources == [1, 2, 4, 5]
    assert it.disposition == PROGRAMME and it.disposition_reason == "Till programmet"


def test_one_session_has_what_was_written_there_and_the_same_numbers_for_it(matter):
    it = matter.find("internal", "board")
    assert list(it.contributions) == [5] and it.numbers.people == 1
    assert theme(it, 1).sources == [5]
    assert [len(area.themes) for area in it.areas] == [1, 0, 0], "no theme of anybody else's"


def test_themes_are_numbered_within_their_area_the_largest_first_by_what_they_are(matter):
    matter.theme("Hur kommer man hem?", [2])
    matter.theme("Lek", [8], area=None)
    numbers = {it.title: it.number for area in matter.find().areas for it in area.themes}
    assert numbers == {
        "Trygga vägar": "N1.1",
        "Hur kommer man hem?": "F1.1",
        "Parken": "N2.1",
        "Lek": "T0.1",
    }


def test_what_is_carried_forward_is_numbered_by_how_it_is_put(matter):
    matter.add(we.ThemeCarried(1, "topic", "question"))
    assert theme(matter.find(), 1).number == "F1.1"


def test_what_stands_in_no_theme_is_a_single_voice_of_its_area(matter):
    assert [it.single for it in matter.find().areas] == [[], [], [8]]


def test_a_contribution_has_its_own_disposition_or_its_themes(matter):
    its = matter.find().contributions
    assert (its[1].disposition, its[1].disposition_reason) == (PROGRAMME, "Till programmet")
    assert (its[2].disposition, its[2].disposition_reason) == (ROADS, "Hål i gatan")
    assert its[3].disposition is None


def test_dispositions_add_up_to_all_received(matter):
    it = matter.find().decided
    assert it.by_kind == {"programme": 4, "handover": 1} and it.by_recipient == {"roads": 1}
    assert it.undecided == 3


def test_plan_and_outcome_stand_side_by_side(matter):
    its = {it.id: it for it in matter.find().target_groups}
    young, old = its["young"], its["old"]
    assert (young.expected, young.people, young.contributions) == (20, 1, 1)
    assert (old.expected, old.people, old.contributions, old.behind) == (10, 2, 4, 6)
    assert its[a.UNDISCLOSED].people == 1, "whoever has chosen nothing has not said"


def test_a_topic_has_its_answers(matter):
    its = {it.topic: it for area in matter.find().areas for it in area.topics}
    assert its["leisure"].sources == [8] and its["leisure"].people == 1
    assert its["safety"].sources == []


def test_dots_follow_the_contributions(matter):
    matter.add(e.StepOpened("dots"), session="evening")
    matter.add(e.DotPlaced(2), session="evening", participant=1)
    matter.add(e.DotPlaced(4), session="evening", participant=1)
    assert theme(matter.find(), 1).dots == 2


def test_the_evaluation_is_counted_by_option(matter):
    for person in (1, 2, 3):
        answer = e.EvaluationAnswered("heard", 1 if person > 1 else 0)
        matter.add(answer, session="evening", participant=person)
    assert matter.find().evaluation["heard"] == [1, 2, 0]
    assert "heard" not in matter.find("public").evaluation, "three are few"


def test_times_are_whole_minutes(matter):
    matter.dialogue.at += 12_345  # as of the latest wish, which may be somebody's contribution
    found = matter.find()
    assert found.at % 60_000 == 0
    assert all(it.at % 60_000 == 0 for it in found.contributions.values())


# ── the matrix ──


def test_a_row_counts_people_and_contributions_by_target_group(matter):
    it = row(matter.find(), 1)
    cells = {name: (its.people, its.contributions) for name, its in it.cells.items()}
    assert cells == {"young": (1, 1), "old": (1, 2), "elected": (1, 1)}
    assert it.cells["old"].sources == [2, 4]


def test_residents_and_others_are_summed_apart(matter):
    it = row(matter.find(), 1)
    assert (it.total.people, it.total.sources) == (2, [1, 2, 4])
    assert (it.apart.people, it.apart.sources) == (1, [5])


def test_words_set_a_target_group_apart_in_the_row(matter):
    it = row(matter.find(), 1)
    assert it.cells["elected"].words == ["Lampor", "skolan"]
    assert it.cells["young"].words[0] == "skolvägar", "which nobody else has said"


def test_residents_agree_in_what_more_than_one_target_group_of_them_says(matter):
    assert row(matter.find(), 1).agree == ["Trygga"]


def test_a_theme_is_unique_to_a_target_group_that_alone_is_five_there(matter):
    its = [matter.post(n, "Mopedbana", target_group="young") for n in range(20, 25)]
    alone = matter.theme("Moped", its)
    assert row(matter.find(), alone).unique_to == "young"
    assert row(matter.find(), 2).unique_to is None, "one old person alone is not a target group"


# ── in public ──


def test_in_public_there_is_only_what_is_visible_and_from_open_sessions(matter):
    it = matter.find("public")
    assert list(it.contributions) == [1, 2, 3, 4, 8]
    assert theme(it, 1).sources == [1, 2, 4]
    assert theme(it, 1).contributions == 4, "sums have the closed session too"


def test_in_public_a_theme_of_what_nobody_may_read_is_not_named(matter):
    closed = matter.theme("Lampor", [5])
    hidden = matter.theme("Hot", [7])
    empty = matter.theme("Nytt", [])
    named = {it.theme for area in matter.find("public").areas for it in area.themes}
    assert {closed, hidden}.isdisjoint(named) and empty in named
    rows = {it.title for it in matter.find("public").matrix.rows}
    assert "Lampor" not in rows and "Trygga vägar" in rows
    assert theme(matter.find(), closed).title == "Lampor", "those who work with it see it"


def test_in_public_nothing_says_who_thinks_or_what_was_kept_back(matter):
    matter.add(e.SessionEnded(), session="board")
    said = encode(matter.find("public")).decode()
    for secret in ("Lampor", "Hemskt", "hemskt", "Fråga Anna", "Bra"):
        assert secret not in said, secret
    assert all(it.target_group == "" for it in matter.find("public").contributions.values())
    assert matter.find("public").changes == []
    assert all(it.contributions is None for it in matter.find("public").target_groups)


def test_in_public_the_sums_are_the_same(matter):
    internal, public = matter.find(), matter.find("public")
    assert internal.numbers == public.numbers and internal.decided == public.decided


# ── the room ──


def test_the_rooms_groups_are_kept_as_they_stood_when_it_ended():
    it = Matter().session()
    for n in (1, 2, 3):
        it.post(n, f"Trygga vägar {n}", target_group="young")
    suggested = e.SuggestedGroup(
        1, 0, [c.Placement(1), c.Placement(2)], [1], [[c.Span(1, 0, 6)]], 1
    )
    run = c.GroupingRun(9, "model", {"most": 3}, 7)
    it.add(e.GroupsSuggested("school", run, [suggested]), session="evening")
    assert it.find().hall_groups[0]["contributions"] == [1, 2]
    it.add(e.SessionEnded(), session="evening")
    it.add(e.ContributionsPlaced([3], 1, "school"), session="evening")
    it.add(e.GroupRenamed(1), "Something else", "evening")
    group = {"session": "evening", "group": 1, "area": "school", "title": "Trygga"}
    assert it.find().hall_groups == [group | {"contributions": [1, 2]}]
    [ran] = it.find().runs
    assert (ran["model"], ran["seed"], ran["most"]) == ("model", 7, 3)


def test_words_that_are_hidden_later_are_said_of_no_group():
    it = Matter().session()
    it.post(1, "Ett namn")
    suggested = e.SuggestedGroup(1, 0, [c.Placement(1)], [1], [[c.Span(1, 0, 8)]], 1)
    it.add(
        e.GroupsSuggested("school", c.GroupingRun(9, "m", {}, 7), [suggested]), session="evening"
    )
    it.add(e.SessionEnded(), session="evening")
    it.add(e.ContributionHidden(1, "threat"), session="evening")
    assert it.find().hall_groups == []


# ── always ──


@settings(max_examples=40, deadline=None)
@given(matters(changing=True))
def test_everything_adds_up_whoever_has_written_what(matter):
    it = matter.find()
    n, its = it.numbers, it.contributions
    assert n.received == len(its) == n.visible + n.held + n.hidden + n.withdrawn
    assert n.visible == n.in_themes + n.single == sum(area.contributions for area in it.areas)
    assert n.received == it.decided.undecided + sum(it.decided.by_kind.values())
    assert n.people == sum(group.people for group in it.target_groups)
    assert n.visible == sum(group.contributions for group in it.target_groups)
    assert sum(len(area.single) for area in it.areas) == n.single
    for line in it.matrix.rows:
        sources = [source for cell in line.cells.values() for source in cell.sources]
        assert sorted(sources) == sorted(line.total.sources + line.apart.sources)
        assert line.total.contributions + line.apart.contributions == len(sources)
        assert all(cell.contributions == len(cell.sources) for cell in line.cells.values())
        assert all(its[n].target_group == g for g, cell in line.cells.items() for n in cell.sources)


@settings(max_examples=25, deadline=None)
@given(matters(changing=True))
def test_the_documents_say_the_same_numbers_as_the_board(matter):
    found, board = matter.find(), work_views.view(matter.dialogue)
    sums, numbers = board["sums"], found.numbers
    for name in ("received", "visible", "held", "hidden", "withdrawn", "in_themes", "single"):
        assert getattr(sums, name) == getattr(numbers, name), name
    assert (sums.undecided, sums.decided) == (found.decided.undecided, found.decided.by_kind)
    for it in (theme for area in found.areas for theme in area.themes):
        shown = board[f"theme/{it.theme}"]
        for name in ("area", "title", "contributions", "people", "behind", "dots", "goals"):
            assert getattr(shown, name) == getattr(it, name), name


@settings(max_examples=25, deadline=None)
@given(matters(changing=True))
def test_every_trace_leads_both_ways(matter):
    """Contribution, theme, area; and the draft goals that rest on them."""
    matter.add(we.GoalDrafted(1, "school"), "A goal")
    matter.add(we.GoalCited(1, [1], [1] if matter.dialogue.contributions else [], True))
    it = matter.find()
    for area in it.areas:
        for theme in area.themes:
            assert theme.goals == ([1] if theme.theme == 1 else [])
            assert all(it.contributions[n].theme == theme.theme for n in theme.sources)
    for n, its in it.contributions.items():
        [area] = [area for area in it.areas if area.area == its.area]
        if its.theme is None:
            assert n in area.single
        else:
            [theme] = [theme for theme in area.themes if theme.theme == its.theme]
            assert n in theme.sources
        assert its.goals == ([1] if its.theme == 1 or n == 1 else [])


@settings(max_examples=15, deadline=None)
@given(matters(changing=True))
def test_the_same_log_always_says_the_same(matter):
    for edition in ("internal", "public"):
        scope = Scope(edition=edition)
        once, again = (encode(find(matter.folded_again(), scope)) for _ in range(2))
        assert once == again == encode(find(matter.dialogue, scope))


def test_areas_stand_in_the_decided_order_and_across_all_last(matter):
    its = [it.number for it in matter.find().areas]
    assert its == [1, 2, 0]
    assert all(a < b for a, b in pairwise(its[:-1]))


def test_a_closed_session_says_so(matter):
    closed = {it.session: it.closed for it in matter.find().sessions}
    assert closed == {"evening": False, "board": True}
    assert session_definition(type="formal-meeting").is_closed()


# ── committees and companies ──


@pytest.fixture
def answered(matter):
    """A committee has answered as well, in a theme of residents'."""
    matter.add(we.ContributionsThemed([matter.committee("Trygga vägar till badet")], 1))  # 9
    return matter


def test_what_committees_say_is_counted_by_its_channel_and_apart_from_residents(answered):
    it = answered.find()
    assert it.numbers.by_channel == {"live": 7, "paper": 1, "committee": 1}
    assert (it.numbers.people, it.numbers.behind) == (5, 6), "a committee is no person"
    line = row(it, 1)
    assert line.cells[a.COMMITTEES].sources == [9] and line.cells[a.COMMITTEES].people == 0
    assert line.total.sources == [1, 2, 4] and line.apart.sources == [5, 9]
    assert theme(it, 1).spread == 2 and it.contributions[9].target_group == a.COMMITTEES
    facts = next(group for group in it.target_groups if group.id == a.COMMITTEES)
    assert (facts.resident, facts.people, facts.contributions) == (False, 0, 1)


def test_committees_have_no_column_where_none_has_said_anything(matter, answered):
    assert a.COMMITTEES in answered.find().matrix.target_groups
    assert a.COMMITTEES not in Matter().session().find().matrix.target_groups


def test_a_committee_is_no_target_group_that_a_global_goal_is_voiced_from(answered):
    before = answered.theme("Badet", [answered.committee("Badet")])
    answered.add(we.ThemeLinked(before, 14, "primary"))
    goal = answered.find().coverage.global_goals[13]
    assert (goal.contributions, goal.people, goal.target_groups) == (1, 0, 0)


@settings(max_examples=25, deadline=None)
@given(matters(changing=True))
def test_what_committees_say_changes_nothing_that_is_public_of_target_groups(matter):
    before = matter.find("public")
    for it in before.areas[0].themes:
        matter.add(we.ContributionsThemed([matter.committee("Fler bussar")], it.theme))
    after, inside = matter.find("public"), matter.find()
    assert after.target_groups == before.target_groups
    assert after.matrix.target_groups == before.matrix.target_groups
    for was, now in zip(before.matrix.rows, after.matrix.rows, strict=True):
        cells = {group: (it.people, it.contributions) for group, it in now.cells.items()}
        assert cells == {group: (it.people, it.contributions) for group, it in was.cells.items()}
        assert (now.total, now.apart) == (was.total, was.apart)
    assert inside.numbers.visible == sum(it.contributions for it in inside.target_groups)
