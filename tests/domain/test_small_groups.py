"""Under five people nothing public is broken down by target group, nor can it be worked out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog.domain.differences import may_show
from dialog.protocol import commands as c
from dialog.protocol.agenda import FEWEST_PEOPLE, UNDISCLOSED
from dialog.protocol.codec import encode
from tests.domain.meeting import fay, group, meeting, participant

NAMES = ["young", "old", "officials", UNDISCLOSED]
PUBLIC = ("phone", "projector")
often = settings(deadline=None, max_examples=60)
sizes = st.lists(st.integers(0, 9), min_size=4, max_size=4)


def hall(sizes, write=True):
    """So many people of each target group, each with one contribution."""
    evening = meeting("write", people=sum(sizes))
    number = 0
    for name, size in zip(NAMES, sizes, strict=True):
        for _ in range(size):
            number += 1
            evening.do(participant(number), c.ChoosePerspective(name))
            if write:
                evening.post(participant(number), f"From {name}")
    return evening


def says_nothing_about_few(total, shown):
    """Every shown figure stands for at least five, and so does what the total adds to them."""
    rest = total - sum(shown.values())
    large = all(n >= FEWEST_PEOPLE for n in shown.values())
    return not shown or (large and (rest == 0 or rest >= FEWEST_PEOPLE))


@often
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 20)))
def test_what_is_not_shown_is_nobody_or_at_least_five(people):
    shown = {name: people[name] for name in may_show(people)}
    assert says_nothing_about_few(sum(people.values()), shown)


@often
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(5, 20)))
def test_groups_that_are_large_enough_are_all_shown(people):
    assert may_show(people) == set(people)


def test_the_smallest_shown_group_is_left_out_when_a_smaller_one_could_be_worked_out():
    assert may_show({"a": 20, "b": 6, "c": 5, "d": 2}) == {"a", "b"}
    assert may_show({"a": 5, "d": 2}) == set()
    assert may_show({"a": 20, "c": 3, "d": 2}) == {"a"}


@often
@given(sizes)
def test_counts_tell_the_public_nothing_by_target_group(sizes):
    evening = hall(sizes)
    for audience in PUBLIC:
        counts = evening.view(audience)["counts"]
        assert counts.by_target_group == counts.people_by_target_group == {}


@often
@given(sizes)
def test_differences_say_nothing_about_a_small_group_also_by_subtraction(sizes):
    evening = hall(sizes)
    everything = [it.id for it in evening.session.contributions.values()]
    evening.suggest(group(0, everything, [c.Span(n, 5, 20) for n in everything]))
    evening.go("targets")
    for audience in PUBLIC:
        view = evening.view(audience)
        found = view.get("differences/school")
        shown = {it.target_group: it for it in found.groups} if found else {}
        people = {name: it.people for name, it in shown.items()}
        assert says_nothing_about_few(sum(sizes), people)
        written = encode({key: view[key] for key in view if key.startswith("differences")}).decode()
        for name, size in zip(NAMES, sizes, strict=True):
            assert size >= FEWEST_PEOPLE or name not in written
        assert found is None or found.unshown == (
            set(shown) != {name for name, size in zip(NAMES, sizes, strict=True) if size}
        )


def test_staff_see_all_counts_and_still_small_differences_are_left_out():
    evening = hall([6, 2, 0, 9]).go("targets")
    counts = evening.view("console")["counts"]
    assert counts.by_target_group == {"young": 6, "old": 2, UNDISCLOSED: 9}
    assert counts.people_by_target_group == {"young": 6, "old": 2, UNDISCLOSED: 9}
    assert evening.view("console")["differences/school"].groups == []


def test_those_who_would_rather_not_say_are_no_group_to_compare():
    evening = hall([6, 0, 0, 9]).go("targets")
    found = evening.view("projector")["differences/school"]
    assert [it.target_group for it in found.groups] == ["young"]
    assert found.unshown


def test_a_person_is_counted_once_however_much_they_write():
    evening = hall([4, 0, 0, 0])
    for _ in range(9):
        evening.post(participant(1), "Again")
    assert evening.go("targets").view("projector")["differences/school"].groups == []


def test_a_target_groups_words_are_its_own_and_visible():
    evening = hall([5, 5, 0, 0])
    terms = [c.Span(6, 5, 8), c.Span(1, 5, 10)]  # "old" and "young"
    evening.suggest(group(0, list(range(1, 11)), terms))
    evening.go("targets")
    found = {it.target_group: it for it in evening.view("projector")["differences/school"].groups}
    assert (found["young"].terms, found["old"].terms) == (["young"], ["old"])
    evening.do(fay, c.HideContribution(1, "threat"))
    found = evening.view("projector")["differences/school"]
    assert "young" not in encode(found).decode()


def test_differences_stand_only_in_the_step_that_is_about_them():
    evening = hall([6, 6, 0, 0])
    assert "differences/school" not in evening.view("projector")
    assert "differences/school" in evening.go("targets").view("projector")
    assert "differences/centre" not in evening.view("projector")
    assert "differences/school" not in evening.go("thanks").view("projector")


def test_differences_follow_a_paused_feed():
    evening = hall([5, 5, 0, 0])
    evening.do(fay, c.PauseFeed(True))
    evening.post(participant(1), "New words")
    evening.suggest(group(0, [1, 11], [c.Span(11, 0, 3)]))
    assert (
        "New" not in encode(evening.go("targets").view("projector")["differences/school"]).decode()
    )
