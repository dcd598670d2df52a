"""What the machine may suggest: it adds and forms, and never moves what has a place."""

import pytest

from dialog.protocol import commands as c
from dialog.protocol import events as e
from tests.domain.meeting import ada, bo, fay, group, machine, meeting


def words(text, **more):
    """A school full of these words, one contribution each."""
    evening = meeting("write", **more)
    for number, part in enumerate(text.split(", ")):
        evening.post((ada, bo)[number % 2], part)
    return evening


def members(evening):
    return {number: list(state.members) for number, state in evening.session.groups.items()}


def places(evening):
    return {number: state.place for number, state in evening.session.groups.items()}


def span(contribution, text, word):
    start = text.index(word)
    return c.Span(contribution, start, start + len(word))


# ── forming and growing ───────────────────────────────────────────────────────────────────────


def test_a_new_group_gets_the_next_number_and_the_next_free_place():
    evening = words("a, b, c, d, e, f")
    evening.suggest(group(0, [1, 2]), group(0, [3, 4]))
    assert members(evening) == {1: [1, 2], 2: [3, 4]}
    evening.suggest(group(0, [5, 6]))
    assert places(evening) == {1: 0, 2: 1, 3: 2}


def test_numbers_go_on_across_areas_and_places_begin_anew():
    evening = words("a, b")
    evening.go("anything").post(ada, "c")
    evening.post(bo, "d")
    evening.suggest(group(0, [1, 2]))
    evening.suggest(group(0, [3, 4]), area=None)
    assert places(evening) == {1: 0, 2: 0}
    assert evening.view("projector")["group/2"].area is None


def test_a_standing_group_grows_and_keeps_its_members_place_and_order():
    evening = words("a, b, c, d, e")
    evening.suggest(group(0, [1, 2]), group(0, [3, 4]))
    evening.suggest(group(2, [5]), group(1, [2]))
    assert members(evening) == {1: [1, 2], 2: [3, 4, 5]}
    assert places(evening) == {1: 0, 2: 1}


def test_a_contribution_that_has_a_group_is_never_moved():
    evening = words("a, b, c, d, e")
    evening.suggest(group(0, [1, 2]), group(0, [3, 4]))
    evening.suggest(group(1, [3, 4, 5]), group(0, [1, 3]), group(2, []))
    assert members(evening) == {1: [1, 2, 5], 2: [3, 4]}


def test_a_group_that_the_run_does_not_name_stays():
    evening = words("a, b, c")
    evening.suggest(group(0, [1, 2]))
    evening.suggest()
    assert members(evening) == {1: [1, 2]}


def test_the_first_of_two_suggestions_has_the_contribution_and_each_counts_once():
    evening = words("a, b, c, d")
    evening.suggest(group(0, [1, 2, 1]), group(0, [2, 3]), group(0, [3, 4]))
    assert members(evening) == {1: [1, 2], 2: [3, 4]}


def test_one_contribution_said_twice_is_no_group():
    evening = words("a, b")
    assert evening.suggest(group(0, [1, 1]))[0].groups == []
    assert members(evening) == {}


def test_a_group_suggested_twice_in_a_run_keeps_what_both_brought():
    evening = words("a, b, c, d")
    evening.suggest(group(0, [1, 2]))
    evening.suggest(group(1, [3]), group(1, [4]))
    assert members(evening) == {1: [1, 2, 3, 4]}


# ── who may join ──────────────────────────────────────────────────────────────────────────────


def test_only_visible_contributions_of_the_area_and_session_join():
    evening = words("a, b, c, d, e")
    evening.go("anything").post(ada, "across")
    evening.post(ada, "f", area="centre")
    evening.do(fay, c.HideContribution(3, "spam"))
    evening.do(ada, c.WithdrawContribution(5))
    evening.suggest(group(0, [1, 2, 3, 5, 6, 7, 99]))
    assert members(evening) == {1: [1, 2]}


def test_a_held_contribution_joins_when_it_has_been_released():
    evening = words("a, b, c", moderation="hold-all")
    evening.do(fay, c.ReleaseContributions([1, 2]))
    evening.suggest(group(0, [1, 2, 3]))
    evening.do(fay, c.ReleaseContributions([3]))
    evening.suggest(group(1, [3]))
    assert members(evening) == {1: [1, 2, 3]}


@pytest.mark.parametrize("number", [2, 99])
def test_a_group_of_another_area_or_none_takes_nothing(number):
    evening = words("a, b, c")
    evening.go("anything").post(ada, "x", area="centre")
    evening.post(bo, "y", area="centre")
    evening.suggest(group(0, [1, 2]))
    evening.suggest(group(0, [4, 5]), area="centre")
    evening.suggest(group(number, [3]))
    assert members(evening) == {1: [1, 2], 2: [4, 5]}


def test_what_is_hidden_keeps_its_place_and_comes_back_to_it():
    evening = words("a, b, c")
    evening.suggest(group(0, [1, 2]))
    evening.do(fay, c.HideContribution(1, "spam"))
    evening.suggest(group(1, [2, 3]))
    assert evening.view("projector")["group/1"].contributions == 2
    evening.do(fay, c.RestoreContribution(1))
    evening.suggest(group(0, [1, 3]))
    assert members(evening) == {1: [1, 2, 3]}
    assert evening.view("projector")["group/1"].contributions == 3


def test_the_machine_works_on_after_the_end():
    evening = words("a, b")
    evening.do(fay, c.EndSession())
    assert evening.suggest(group(0, [1, 2]))


# ── nothing new ───────────────────────────────────────────────────────────────────────────────


def test_a_run_that_changes_nothing_writes_nothing():
    evening = words("a, b, c")
    evening.suggest(group(0, [1, 2]))
    assert evening.suggest(group(1, [1, 2])) == []
    assert evening.suggest() == []


def test_a_run_that_has_looked_at_something_new_says_so():
    evening = words("a, b")
    evening.suggest(group(0, [1, 2]))
    evening.post(ada, "c")
    voices = evening.view("projector")["voices/school"]
    assert (voices.voices, voices.waiting) == ([], 1)
    assert isinstance(evening.suggest(group(1, [1, 2]))[0], e.GroupsSuggested)
    voices = evening.view("projector")["voices/school"]
    assert ([quote.text for quote in voices.voices], voices.waiting) == (["c"], 0)


def test_what_is_released_after_a_run_waits_for_the_next_one():
    evening = words("a, b, c", moderation="hold-all")
    evening.do(fay, c.ReleaseContributions([1, 2]))
    evening.suggest(group(0, [1, 2]))
    evening.do(fay, c.ReleaseContributions([3]))
    assert evening.view("projector")["voices/school"].waiting == 1


def test_a_run_in_the_middle_of_which_something_came_has_not_looked_at_it():
    evening = words("a, b")
    upto = evening.seq
    evening.post(ada, "c")
    run = c.GroupingRun(upto, "model", {}, 0)
    evening.do(machine, c.SuggestGroups("school", run, [group(0, [1, 2])]))
    assert evening.view("projector")["voices/school"].waiting == 1


def test_a_run_that_comes_late_does_not_forget_what_a_later_one_has_looked_at():
    evening = words("a, b, c")
    evening.suggest()
    late = c.GroupingRun(3, "model", {}, 0)
    evening.do(machine, c.SuggestGroups("school", late, [group(0, [1, 2])]))
    voices = evening.view("projector")["voices/school"]
    assert ([quote.text for quote in voices.voices], voices.waiting) == (["c"], 0)


# ── words ─────────────────────────────────────────────────────────────────────────────────────

FIRST, SECOND = "Safe paths to school", "A safe way home"


def safe_school():
    evening = words(f"{FIRST}, {SECOND}")
    safe = [span(1, FIRST, "Safe"), span(2, SECOND, "safe")]
    paths = [span(1, FIRST, "paths")]
    evening.suggest(group(0, [1, 2], safe, paths))
    return evening


def test_a_group_is_called_by_words_of_its_own_contributions():
    shown = safe_school().view("projector")["group/1"]
    assert (shown.title, shown.terms) == ("Safe · paths", ["Safe", "paths"])
    assert (shown.contributions, shown.people, shown.stands_for) == (2, 2, 1)


def test_a_hidden_contributions_words_leave_title_terms_and_quotes():
    evening = safe_school()
    evening.do(fay, c.HideContribution(1, "personal-data"))
    for audience in ("projector", "console"):
        shown = evening.view(audience)["group/1"]
        assert (shown.title, shown.terms) == ("Safe", ["safe"])
        assert [quote.text for quote in shown.quotes] == [SECOND]
        assert (shown.contributions, shown.people, shown.stands_for) == (1, 1, 2)


def test_a_group_without_a_visible_contribution_is_not_shown():
    evening = safe_school()
    evening.do(fay, c.HideContribution(1, "spam"))
    evening.do(bo, c.WithdrawContribution(2))
    evening.go("groups")
    for audience in ("phone", "projector", "console"):
        assert "group/1" not in evening.view(audience)


def test_a_group_without_terms_is_called_by_its_typical_contribution():
    evening = words("we would like a much longer sentence than fits here, b")
    evening.suggest(group(0, [1, 2]))
    assert evening.view("projector")["group/1"].title == "We would like a much longer"


def test_words_of_others_are_not_taken_into_a_group():
    evening = words(f"{FIRST}, b, {SECOND}")
    suggestion = group(0, [1, 2], [span(3, SECOND, "safe")], [span(1, FIRST, "school")])
    suggestion.typical = [3, 1]
    evening.suggest(suggestion)
    shown = evening.view("projector")["group/1"]
    assert (shown.terms, shown.stands_for) == (["school"], 1)


@pytest.mark.parametrize("sure", [float("nan"), float("inf"), -1.0])
def test_a_suggestion_can_always_be_read_back(sure):
    suggestion = group(0, [1, 2])
    suggestion.sure = sure
    evening = words("a, b")
    evening.suggest(suggestion)
    assert evening.view("projector")["group/1"].sure == 0.0
