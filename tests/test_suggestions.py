"""What the machine suggests, given to the rules as it is: they find nothing in it to refuse."""

from collections import Counter
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from dialog import suggestions
from dialog.analysis.embedding import LEXICAL
from dialog.domain.regrouping import plan_of
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.suggestions import anew, area_of, live, standing_of, successors_of
from tests.domain.evenings import (
    AREAS,
    GROUP_EDITS,
    begin,
    lists_of,
    play,
    starts,
)
from tests.domain.meeting import ada, bo, fay, machine, meeting, pia
from tests.domain.test_group_properties import BY_THE_MACHINE, Before, judge

PATHS = ["Cykelväg till skolan", "Trygg cykelväg", "Bredare cykelvägar", "Cykelväg längs ån"]
BUSES = ["Fler bussar på kvällen", "Bussar även på helgen", "Buss till tåget", "Bussen går sällan"]
CARE = ["Bättre hemtjänst", "Hemtjänst med tid", "Samma personal i hemtjänsten", "Hemtjänst nu"]
SUBJECTS = ("cykel", "buss", "hemtjänst", "bibliotek")

# ── first groups and later ones ───────────────────────────────────────────────────────────────


def test_what_belongs_together_becomes_groups_and_the_rest_waits():
    evening = written(*PATHS, *BUSES, "Något helt annat")
    look(evening)
    assert texts(evening) == {1: PATHS, 2: BUSES}


def test_what_comes_later_joins_what_stands_and_nothing_else_is_said():
    evening = grouped(PATHS, BUSES)
    post(evening, "Cykelbana")
    [suggestion] = live(area(evening))
    assert suggestion.group == 1
    [event] = look(evening)
    assert [(it.group, numbers(it)) for it in event.groups] == [(1, [9])]


def test_nothing_new_changes_nothing():
    evening = grouped(PATHS, BUSES)
    assert live(area(evening)) == []


def test_what_has_a_group_stays_even_where_it_fits_badly():
    evening = grouped([*PATHS, "Bussbolaget"], [*BUSES, "Cykelns dag"])
    post(evening, "Cykelbana", "Bussfil")
    look(evening)
    assert texts(evening)[1] == [*PATHS, "Bussbolaget", "Cykelbana"]
    assert texts(evening)[2] == [*BUSES, "Cykelns dag", "Bussfil"]


def test_what_fits_nowhere_becomes_a_new_group_when_there_is_enough_of_it():
    evening = grouped(PATHS, BUSES)
    post(evening, CARE[0])
    assert live(area(evening)) == []
    post(evening, *CARE[1:])
    look(evening)
    assert texts(evening) == {1: PATHS, 2: BUSES, 3: CARE}


def test_no_more_groups_are_formed_than_people_want():
    evening = grouped(PATHS, BUSES)
    post(evening, *CARE)
    wanted(evening, most=2)
    assert live(area(evening)) == []
    wanted(evening, most=3)
    assert len(live(area(evening))) == 1


def test_first_groups_are_as_many_as_people_want():
    evening = written(*PATHS, *BUSES, *CARE)
    wanted(evening, most=2)
    look(evening)
    assert len(evening.session.groups) == 2


# ── what people have said ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("close", ["lock", "empty"])
def test_what_fits_a_closed_group_is_not_pressed_into_another(close):
    evening = grouped(PATHS, BUSES)
    if close == "lock":
        evening.do(fay, c.LockGroup(1, False, True, False))
    else:
        evening.do(fay, c.PlaceContributions([1, 2, 3, 4], None))
    post(evening, "Cykelbana", "Bussfil")
    look(evening)
    assert [texts(evening).get(1, []), texts(evening)[2]] == [
        PATHS if close == "lock" else [],
        [*BUSES, "Bussfil"],
    ]
    assert all("Cykelbana" not in those for those in texts(evening).values())


def test_enough_of_what_fits_a_locked_group_makes_no_group_beside_it():
    evening = grouped(PATHS, BUSES)
    evening.do(fay, c.LockGroup(1, False, True, False))
    post(evening, *(f"Cykelbana {n}" for n in range(4)))
    assert live(area(evening)) == []


def test_a_locked_group_that_was_made_for_one_kind_is_still_one_to_stay_away_from():
    evening = written("Cykelväg", "Cykelbana", "Cykelled", "Buss", "Bussfil", "Bussar")
    wanted(evening, apart=True)
    look(evening)
    evening.do(fay, c.LockGroup(1, False, True, False))
    wanted(evening, apart=False)
    post(evening, *(f"Cykelbro {n}" for n in range(4)))
    assert live(area(evening)) == []


def test_what_is_kept_out_goes_elsewhere_or_stands_alone():
    evening = grouped(PATHS, BUSES)
    evening.do(fay, c.KeepOut(1, 1))
    assert live(area(evening)) == []
    post(evening, "Cykelbana")
    look(evening)
    assert texts(evening)[1] == [*PATHS[1:], "Cykelbana"]
    assert evening.session.contributions[1].group is None


def test_a_single_voice_that_people_have_pinned_is_never_suggested():
    evening = grouped(PATHS, BUSES)
    evening.do(fay, c.PlaceContributions([1, 2, 3, 4], None))
    post(evening, "Cykelbana", *(f"Cykelled {n}" for n in range(3)))
    pinned = {1, 2, 3, 4}
    for found in (live(area(evening)), anew(area(evening), None, False)):
        assert found
        assert not pinned & {n for it in found for n in numbers(it)}


# ── kinds apart ───────────────────────────────────────────────────────────────────────────────


def test_apart_each_group_is_of_one_kind_from_the_first():
    evening = written(*mixed(PATHS), *mixed(BUSES), at="anything")
    wanted(evening, apart=True)
    look(evening)
    assert len(evening.session.groups) == 4
    assert kinds_mixed(evening) == []


def test_apart_what_comes_later_joins_only_its_own_kind():
    evening = written(*PATHS, *((text, "question") for text in BUSES), at="anything")
    wanted(evening, apart=True)
    look(evening)
    post(evening, ("Cykelbana?", "question"), ("Bussfil", "keyword"), ("Bussfil?", "question"))
    look(evening)
    assert texts(evening) == {1: PATHS, 2: [*BUSES, "Bussfil?"]}
    assert kinds_mixed(evening) == []


def test_apart_a_group_that_people_made_takes_what_fits_of_the_kind_that_is_in_it():
    evening = written(*PATHS[:2], *BUSES, at="anything")
    wanted(evening, apart=True)
    evening.do(fay, c.PlaceContributions([1, 2], 0))
    post(evening, "Cykelbana", ("Cykelbana?", "question"))
    look(evening)
    assert texts(evening)[1] == [*PATHS[:2], "Cykelbana"]


@pytest.mark.parametrize("before", [False, True])
def test_anew_kinds_are_kept_apart_if_asked_for_and_met_if_not(before):
    evening = written(*mixed(PATHS), *mixed(BUSES), at="anything")
    wanted(evening, apart=before)
    look(evening)
    regroup(evening, apart=not before, most=2 if before else 4)
    assert len(evening.session.groups) == (2 if before else 4)
    assert (kinds_mixed(evening) == []) is (not before)


def test_apart_and_anew_a_group_that_people_have_mixed_keeps_what_they_put_there():
    evening = written(*mixed(PATHS), *mixed(BUSES), at="anything")
    evening.do(fay, c.PlaceContributions([1, 2], 0))
    regroup(evening, apart=True)
    assert {1, 2} <= set(evening.session.groups[1].members)
    groups = [it.group for it in anew(area(evening), None, True) if it.group]
    assert len(groups) == len(set(groups))


@pytest.mark.parametrize(
    ("placed", "kinds"), [([], ["keyword"]), ([2], ["question"]), ([1, 2], [])]
)
def test_apart_and_anew_a_named_group_of_several_kinds_has_one_successor(placed, kinds):
    evening = written(*mixed(PATHS), *mixed(BUSES), at="anything")
    evening.suggest(c.GroupSuggestion(0, [c.Placement(n) for n in (1, 2, 3, 4)], [], [], 0.5))
    evening.do(fay, c.RenameGroup(1, "Cykelvägar"))
    for number in placed:
        evening.do(fay, c.PlaceContributions([number], 1))
    assert [it.kind for it in anew(area(evening), None, True) if it.group == 1] == kinds


# ── anew ──────────────────────────────────────────────────────────────────────────────────────


def test_anew_the_groups_that_stand_keep_their_numbers_and_places():
    evening = grouped([*PATHS, CARE[0]], BUSES)
    post(evening, *CARE[1:])
    places = {number: group.place for number, group in evening.session.groups.items()}
    regroup(evening)
    assert texts(evening) == {1: PATHS, 2: BUSES, 3: CARE}
    assert places.items() <= {n: g.place for n, g in evening.session.groups.items()}.items()


def test_anew_what_people_have_put_together_stays_together():
    evening = grouped(PATHS, BUSES)
    evening.do(fay, c.PlaceContributions([1, 5], 0))
    [found] = [it for it in anew(area(evening), 3, False) if it.group == 3]
    assert {1, 5} <= {*numbers(found)}
    regroup(evening, most=3)
    assert set(evening.session.groups[1].members) <= {2, 3, 4}


def test_anew_a_group_is_still_about_the_same_when_people_have_put_something_else_there():
    evening = grouped(PATHS, BUSES, CARE)
    evening.do(fay, c.PlaceContributions([5], 1))
    regroup(evening, most=3)
    assert texts(evening) == {1: [*PATHS, BUSES[0]], 2: BUSES[1:], 3: CARE}


def test_anew_a_locked_group_keeps_all_of_its_own_and_gets_no_more():
    evening = grouped([*PATHS[:3], BUSES[0]], [*BUSES[1:], PATHS[3]])
    evening.do(fay, c.LockGroup(1, False, True, False))
    before = texts(evening)[1]
    regroup(evening)
    assert texts(evening) == {1: before, 2: BUSES[1:]}
    assert single(evening) == [PATHS[3]]


def test_anew_what_is_kept_out_of_a_group_is_not_in_its_successor():
    evening = grouped(PATHS, BUSES)
    evening.do(fay, c.KeepOut(1, 1))
    evening.do(fay, c.KeepOut(5, 2))
    evening.do(fay, c.PlaceContributions([6], 2))
    found = anew(area(evening), None, False)
    assert {1, 2} <= {it.group for it in found}
    assert not {(1, 1), (2, 5)} & {(it.group, n) for it in found for n in numbers(it)}


def test_anew_there_are_as_many_groups_as_asked_for():
    evening = written(*PATHS, *BUSES, *CARE)
    assert len(anew(area(evening), 3, False)) == 3
    assert len(anew(area(evening), 2, False)) == 2


def test_a_new_group_is_the_successor_of_the_one_that_most_of_it_came_from():
    assert successors_of([[1, 1, 2], [2, None], [1], [None]], [0] * 4) == [1, 2, 0, 0]
    assert successors_of([[1, 1, 1], [1, 2]], [0, 1]) == [0, 1]


def test_apart_the_kinds_share_the_groups_that_people_want():
    evening = written(*mixed([*PATHS, *BUSES, *CARE]), at="anything")
    found = anew(area(evening), 4, True)
    assert Counter(it.kind for it in found) == {"keyword": 2, "question": 2}
    wanted(evening, most=4, apart=True)
    assert Counter(it.kind for it in live(area(evening))) == {"keyword": 2, "question": 2}


@pytest.mark.parametrize("apart", [False, True])
def test_where_nothing_can_be_seen_there_is_nothing_to_group(apart):
    assert anew(area(meeting("write")), None, apart) == []
    assert live(area(meeting("write"))) == []


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def test_each_contribution_carries_its_nearest_and_the_words_it_shares_with_them():
    evening = written(*PATHS, *BUSES, *CARE)
    here = area(evening, LEXICAL.embed)
    found = live(here)
    assert found
    for suggestion in found:
        members = numbers(suggestion)
        for placement in suggestion.joined:
            assert 1 <= len(placement.near) <= 3
            assert set(placement.near) <= set(members) - {placement.contribution}
            assert {span.contribution for span in placement.shared} <= {placement.contribution}
            assert 0 <= placement.sure <= 1
    shared = {word for it in found for word in said(evening, [p.shared for p in it.joined])}
    assert {"Hemtjänst", "hemtjänst", "hemtjänsten"} <= shared
    assert not {"på", "till", "med"} & shared


def test_who_comes_later_is_told_of_those_who_were_there():
    evening = grouped(PATHS, BUSES)
    post(evening, "Cykelväg vid skolan")
    [suggestion] = live(area(evening))
    [placement] = suggestion.joined
    assert placement.contribution == 9
    assert len(placement.near) == 3 and set(placement.near) <= {1, 2, 3, 4}
    assert "Cykelväg" in said(evening, [placement.shared])


def test_a_group_is_told_in_words_and_contributions_of_its_own():
    evening = written(*PATHS, *BUSES, *CARE)
    for suggestion in live(area(evening, LEXICAL.embed)):
        members = set(numbers(suggestion))
        assert set(suggestion.typical) <= members
        terms = [*suggestion.terms, *(term for goal in suggestion.goals for term in goal.terms)]
        assert {span.contribution for term in terms for span in term} <= members


@pytest.mark.parametrize(
    ("those", "word", "goals"), [(PATHS, "cykelväg", {3, 9, 11, 13}), (CARE, "hemtjänst", {3, 10})]
)
def test_a_group_gets_at_most_three_global_goals_with_the_words_that_speak_of_them(
    those, word, goals
):
    evening = written(*those, *BUSES)
    [found] = [it for it in live(area(evening)) if numbers(it) == [1, 2, 3, 4]]
    assert 1 <= len(found.goals) <= 3
    hinted = {hint.goal: said(evening, hint.terms) for hint in found.goals}
    assert goals & hinted.keys()
    assert any(one.casefold().startswith(word) for words in hinted.values() for one in words)


def test_what_sets_a_target_group_apart_in_a_group_is_said_in_its_own_words():
    evening = meeting("write")
    evening.do(ada, c.ChoosePerspective("young"))
    evening.do(bo, c.ChoosePerspective("old"))
    for person, word in ((ada, "skatepark"), (bo, "bänkar")):
        for n in range(3):
            evening.post(person, f"Cykelväg med {word} {n}")
    wanted(evening, most=1)
    [suggestion] = live(area(evening))
    stressed = {it.target_group: said(evening, it.terms) for it in suggestion.stressed}
    assert stressed == {"young": {"skatepark"}, "old": {"bänkar"}}


# ── whatever people do ────────────────────────────────────────────────────────────────────────

often = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
edits = lists_of(
    [
        *("act", "act", "hide", "restore", "withdraw", "undo"),
        *GROUP_EDITS,
        *["look", "ask", "propose", "apply"] * 3,
    ]
)


@often
@given(starts, edits)
def test_the_rules_find_nothing_to_refuse_and_people_nothing_taken_back(start, moves):
    evening = begin(start)
    for move in moves:
        before = Before(evening)
        {"look": looked_over, "propose": proposed}.get(move[0], play)(evening, move)
        for entry in evening.log[before.length :]:
            if isinstance(entry.event, BY_THE_MACHINE):
                judge(evening, before, entry.event, move)


def looked_over(evening, move):
    where = AREAS[move[2] % 3]
    here = area(evening, scattered, where)
    waiting = {it.id for it in here.posts if it.group is None}
    found = live(here)
    joining = [{*numbers(it)} for it in found]
    assert all(those and those <= waiting for those in joining), "a group that does not change"
    assert all(len(numbers(it)) == len(set(numbers(it))) for it in found)
    grouping = evening.session.grouping_in(where)
    if grouping.most is not None and any(it.group == 0 for it in found):
        formed = [it.kind for it in found if it.group == 0]
        assert max(Counter(formed).values()) <= grouping.most, move
    before = grouped_now(evening)
    events = suggest(evening, found, where)
    happened = [{*numbers(it)} for event in events for it in event.groups]
    assert happened == joining, "something was refused"
    after = grouped_now(evening)
    assert all(after[n] == group for n, group in before.items() if group is not None)


def proposed(evening, move):
    for where, grouping in list(evening.session.grouping.items()):
        asked = grouping.asked
        if asked is None or grouping.proposal is not None:
            continue
        found = anew(area(evening, scattered, where or None), asked.most, asked.apart)
        known = [it.group for it in found if it.group]
        assert len(known) == len(set(known)), move
        for it in found:
            check_proposed(evening, it, move)
        run = c.GroupingRun(evening.seq, "model", {}, 0)
        evening.do(machine, c.ProposeRegrouping(where or None, grouping.asked_at, run, found))
        check_plan(evening, found, evening.session.grouping_in(where or None), move)


def check_proposed(evening, suggestion, move):
    session = evening.session
    for number in numbers(suggestion):
        it = session.contributions[number]
        assert suggestion.group not in it.kept_out, move
        assert not it.pinned or it.group == suggestion.group, move
        assert suggestion.kind in (None, it.posted.kind), move
    group = session.groups.get(suggestion.group)
    if group is not None and group.locks.members:
        there = {n for n in group.members if session.contributions[n].is_visible}
        assert set(numbers(suggestion)) == there, move


def check_plan(evening, found, grouping, move):
    """What may be moved goes where the proposal says."""
    plan = plan_of(evening.session, grouping)
    for suggestion in found:
        for number in numbers(suggestion):
            if suggestion.group and number in plan.to:
                assert plan.to[number] == suggestion.group, move


def grouped_now(evening):
    return {n: it.group for n, it in evening.session.contributions.items()}


# ── what these tests need ─────────────────────────────────────────────────────────────────────


def written(*those, at="write"):
    """So many contributions about the school: texts, or (text, kind)."""
    evening = meeting(at)
    return post(evening, *those)


def post(evening, *those):
    for each in those:
        text, kind = (each, "keyword") if isinstance(each, str) else each
        evening.post(
            (ada, bo)[len(evening.session.contributions) % 2], text, **there(evening, kind)
        )
    return evening


def there(evening, kind):
    return {"kind": kind, "area": "school"} if evening.session.step == "anything" else {}


def mixed(those):
    """Every other one a question."""
    return [(text, ("keyword", "question")[n % 2]) for n, text in enumerate(those)]


def grouped(*groups):
    """Each list a group, numbered from 1."""
    evening = written(*(text for those in groups for text in those))
    first = 1
    given = []
    for those in groups:
        members = range(first, first + len(those))
        given.append(c.GroupSuggestion(0, [c.Placement(n) for n in members], [], [], 0.5))
        first += len(those)
    evening.suggest(*given)
    return evening


def made(some):
    """A direction for each subject, and a little of each text's own."""
    rows = []
    for text in some:
        own = Random(text)
        row = [8.0 * (subject in text.casefold()) for subject in SUBJECTS]
        rows.append([*row, *(own.gauss(0, 1) for _ in range(24))])
    return unit(rows)


def scattered(some):
    """Texts in one of three directions, some between two."""
    rows = []
    for text in some:
        own = Random(text)
        row = [own.choice([0.0, 0.0, 1.0]) for _ in range(3)]
        rows.append([*row, *(own.gauss(0, 0.15) for _ in range(6))])
    return unit(rows)


def unit(rows):
    whole = np.array(rows, np.float32).reshape(len(rows), -1 if rows else 0)
    return whole / np.linalg.norm(whole, axis=1, keepdims=True) if len(rows) else whole


def area(evening, embed=made, where="school"):
    session = evening.session
    posts = [it for it in session.in_area(where) if it.is_visible]
    standing = [standing_of(group, posts) for group in session.groups_in(where)]
    raw = embed([it.words for it in posts])
    here = area_of(posts, raw, "made-1", standing)
    grouping = session.grouping_in(where)
    here.most, here.apart = grouping.most, grouping.apart
    return here


def suggest(evening, found, where="school"):
    run = c.GroupingRun(evening.seq, "model", {}, suggestions.SEED)
    return evening.do(machine, c.SuggestGroups(where, run, found))


def look(evening):
    return suggest(evening, live(area(evening)))


def wanted(evening, most=None, apart=False):
    """As people have said it is to be grouped, which they do when they group anew."""
    evening.do(pia, c.AskRegrouping("school", most, apart))
    run = c.GroupingRun(0, "model", {}, 0)
    evening.do(machine, c.ProposeRegrouping("school", evening.seq, run, []))
    evening.do(fay, c.ApplyRegrouping("school", evening.seq))


def regroup(evening, most=None, apart=False):
    evening.do(pia, c.AskRegrouping("school", most, apart))
    run = c.GroupingRun(evening.seq, "model", {}, 0)
    found = anew(area(evening), most, apart)
    evening.do(machine, c.ProposeRegrouping("school", evening.seq, run, found))
    [event] = evening.do(fay, c.ApplyRegrouping("school", evening.seq))
    assert isinstance(event, e.Regrouped)


def numbers(suggestion):
    return [it.contribution for it in suggestion.joined]


def texts(evening):
    session = evening.session
    return {
        number: [session.contributions[n].words for n in sorted(group.members)]
        for number, group in session.groups.items()
        if group.members
    }


def single(evening):
    return [it.words for it in evening.session.contributions.values() if it.group is None]


def said(evening, terms):
    """The words that spans point at."""
    whole = evening.session.contributions
    return {whole[it.contribution].words[it.start : it.end] for term in terms for it in term}


def kinds_mixed(evening):
    """Groups with more than one kind in them."""
    session = evening.session
    kinds = {
        number: {session.contributions[n].posted.kind for n in group.members}
        for number, group in session.groups.items()
    }
    return [number for number, there in kinds.items() if len(there) > 1]
