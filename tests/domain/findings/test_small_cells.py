"""Nothing public gives away a small number of people of a target group, however it is worked out.

The adversary knows all that is public, and more: who wrote nothing, and how many wrote only
single voices. What she does not know she bounds with a linear program.
"""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from msgspec.json import encode
from scipy.optimize import linprog

from dialog.domain.findings.small_cells import Row, may_be_told
from tests.domain.findings.matters import GROUPS, Matter, crowd, row

IDS = [it.id for it in GROUPS]
RESIDENTS = {it.id for it in GROUPS if it.resident}
FEWEST = 5

# ── dialogues ──

SIZES = [[0, 1, 3, 4, 5, 8, 12, 20], [0, 0, 0, 6, 8, 9], [0, 0, 2, 7, 8, 12], [0, 0, 0, 0, 9, 3]]
TEXTS = ["Trygga vägar", "Bussar", "Hållplatser", "Lekplatser", "Bibliotek", "Simhall", "Skog"]


@st.composite
def matters(draw, changing=False):
    """People of target groups of all sizes, and who has written in which themes and to which
    topics. `once`: everybody in one theme at most."""
    matter = Matter().session()
    themes, once = draw(st.integers(1, 4)), draw(st.booleans())
    sizes = draw(st.lists(st.sampled_from(draw(st.sampled_from(SIZES))), min_size=6, max_size=6))
    places: dict[int, list[int]] = {it: [] for it in range(1, themes + 1)}
    person, lot = 0, draw(st.randoms(use_true_random=True))
    for group, size in zip(IDS, sizes, strict=True):
        likes = draw(st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, 1.0]), min_size=5, max_size=5))
        for _ in range(size):
            person += 1
            matter.person(person, group)
            wrote = [it for it in places if lot.random() < likes[it - 1]]
            wrote = wrote[:1] if once else wrote
            topic = "safety" if lot.random() < likes[4] else None
            for theme in wrote:
                places[theme].append(matter.post(person, lot.choice(TEXTS), topic=topic))
            if not wrote and lot.random() < likes[4]:
                matter.post(person, lot.choice(TEXTS), topic=topic)
            if changing and lot.random() < 0.1:
                matter.person(person, lot.choice(IDS))
    assume(person)
    for number, its in places.items():
        matter.theme(f"Theme {number}", its)
    return matter


# ── the adversary ──


class Adversary:
    """Unknowns: people of each target group in each row, who wrote nothing, who wrote only what is
    in no row."""

    def __init__(self, matter: Matter) -> None:
        public, secret = matter.find("public"), matter.find()
        self.rows = secret.matrix.rows
        self.size = (len(self.rows) + 3) * len(IDS)
        self.equal: list[tuple[np.ndarray, float]] = []
        self.at_most: list[tuple[np.ndarray, float]] = []
        self.learn_rows(public)
        self.learn_people(public)
        self.learn_silence(matter, secret)

    def at(self, row: int, *groups: str) -> np.ndarray:
        """The sum of these unknowns. Rows after the last: all who take part, silent, single."""
        line = np.zeros(self.size)
        for group in groups or IDS:
            line[row * len(IDS) + IDS.index(group)] = 1
        return line

    def learn_rows(self, public):
        totals = {it.theme: it.people for area in public.areas for it in area.themes}
        topics = {it.topic: it.people for area in public.areas for it in area.topics}
        for n, it in enumerate(public.matrix.rows):
            total = totals[int(it.id)] if it.of == "theme" else topics[it.id]
            self.equal.append((self.at(n), total))
            for group, cell in it.cells.items():
                assert cell.people >= FEWEST and not cell.sources
                self.equal.append((self.at(n, group), cell.people))
            if it.total.people is not None:
                self.equal.append((self.at(n, *RESIDENTS), it.total.people))
            if it.apart.people is not None:
                self.equal.append((self.at(n, *(set(IDS) - RESIDENTS)), it.apart.people))
            if it.unique_to:
                self.equal.append((self.at(n, it.unique_to), total))

    def learn_people(self, public):
        everyone = len(self.rows)
        self.equal.append((self.at(everyone), public.numbers.people))
        for it in public.target_groups:
            if it.people is not None:
                self.equal.append((self.at(everyone, it.id), it.people))

    def learn_silence(self, matter, secret):
        everyone, silent, single = (len(self.rows) + n for n in range(3))
        in_rows = {it.participant for it in matter.dialogue.contributions.values()}
        alone = {
            it.participant
            for it in matter.dialogue.contributions.values()
            if matter.dialogue.work.place(it.id).theme is None and it.posted.topic is None
        }
        self.equal.append((self.at(silent), secret.numbers.people - len(in_rows)))
        self.at_most.append((self.at(single), len(alone)))
        for group in IDS:
            for n in range(len(self.rows)):
                self.at_most.append((self.at(n, group) - self.at(everyone, group), 0))
            wrote = sum(self.at(n, group) for n in (*range(len(self.rows)), silent, single))
            self.at_most.append((self.at(everyone, group) - wrote, 0))

    def most(self, row: int, group: str) -> float:
        """The most that it can be."""
        answer = linprog(
            -self.at(row, group),
            A_ub=np.array([line for line, _ in self.at_most]),
            b_ub=[n for _, n in self.at_most],
            A_eq=np.array([line for line, _ in self.equal]),
            b_eq=[n for _, n in self.equal],
        )
        assert answer.status == 0, answer.message
        return -answer.fun


@settings(max_examples=70, deadline=None)
@given(matters())
def test_no_small_cell_can_be_worked_out_from_all_that_is_public(matter):
    adversary = Adversary(matter)
    told = matter.find("public").matrix.rows
    everyone = Counter(matter.people.values())
    if any(it.cells for it in told):
        event("some row is told whole")
    if any(it.total.people for it in told):
        event("residents are told apart")
    for n, it in enumerate(adversary.rows):
        in_row = len({p for cell in it.cells.values() for p in who(matter, cell.sources)})
        for group, cell in it.cells.items():
            if 0 < cell.people < FEWEST:
                assert adversary.most(n, group) > min(FEWEST, in_row) - 1e-6, (it.title, group)
    for group, n in everyone.items():
        if 0 < n < FEWEST:
            most = adversary.most(len(adversary.rows), group)
            assert most > min(FEWEST, len(matter.people)) - 1e-6, group


def who(matter, sources):
    return {matter.dialogue.contributions[n].participant for n in sources}


@settings(max_examples=40, deadline=None)
@given(matters(changing=True))
def test_whoever_changes_perspective_gives_nobody_away(matter):
    public = matter.find("public")
    for it in public.matrix.rows:
        assert all(cell.people >= FEWEST for cell in it.cells.values())
        for sums in (it.total, it.apart):
            assert sums.people is None or sums.people == 0 or sums.people >= FEWEST
    assert all(it.people is None or it.people >= FEWEST for it in public.target_groups)


@settings(max_examples=40, deadline=None)
@given(matters(), st.randoms(use_true_random=False))
def test_two_who_are_in_no_told_row_may_change_places_and_nothing_public_changes(matter, lot):
    """The reason why nothing can be worked out, tried on the whole public edition."""
    public = matter.find("public")
    told = {
        p
        for n, it in enumerate(public.matrix.rows)
        if it.cells or it.total.people is not None
        for cell in matter.find().matrix.rows[n].cells.values()
        for p in who(matter, cell.sources)
    }
    free = sorted(p for _, p in matter.people if p not in told)
    assume(len(free) > 1)
    first, second = lot.sample(free, 2)
    other = Matter().session()
    swapped = {first: second, second: first}
    for entry in matter.log[2:]:
        words, named = entry.words, type(entry.event).__name__
        it = entry.event
        if named == "PerspectiveChosen":
            it.target_group = of(matter, swapped.get(entry.participant, entry.participant))
        if named == "ContributionPosted":
            it.target_group = of(matter, swapped.get(entry.participant, entry.participant))
        other.add(it, words, entry.session, entry.participant, entry.op is not None)
    again = other.find("public")
    assert said_of_groups(again) == said_of_groups(public) or is_told_otherwise(again, public)


def of(matter, person):
    return matter.people["evening", person]


def said_of_groups(public):
    return encode([public.matrix, public.target_groups, public.coverage])


def is_told_otherwise(one, other):
    """The change may let another row be told, or one less; what both tell is the same."""
    for a, b in zip(one.matrix.rows, other.matrix.rows, strict=True):
        if a.cells and b.cells and encode(a.cells) != encode(b.cells):
            return False
        if None not in (a.total.people, b.total.people) and a.total != b.total:
            return False
    return [it.people for it in one.target_groups] == [it.people for it in other.target_groups]


# ── by hand ──


@pytest.fixture
def matter():
    return Matter().session()


def test_a_row_is_told_whole_if_all_in_it_are_five(matter):
    theme = matter.theme(
        "Ways", crowd(matter, "young", range(1, 8)) + crowd(matter, "old", range(8, 14))
    )
    it = row(matter.find("public"), theme)
    assert {group: cell.people for group, cell in it.cells.items()} == {"young": 7, "old": 6}
    assert (it.total.people, it.apart.people) == (13, 0)


def test_a_row_with_four_of_a_target_group_tells_only_how_many_residents(matter):
    crowd(matter, "old", range(50, 60))
    theme = matter.theme(
        "Ways", crowd(matter, "young", range(1, 8)) + crowd(matter, "old", range(8, 12))
    )
    public = matter.find("public")
    it = row(public, theme)
    assert it.cells == {} and it.total.people == 11 and public.matrix.suppressed


def test_residents_are_not_told_apart_where_few_others_are(matter):
    crowd(matter, "elected", range(50, 60))
    theme = matter.theme(
        "Ways", crowd(matter, "young", range(1, 8)) + crowd(matter, "elected", range(8, 11))
    )
    it = row(matter.find("public"), theme)
    assert it.cells == {} and it.total.people is None and it.apart.people is None


def test_a_column_does_not_give_away_what_a_row_holds_back(matter):
    """Twelve young and twelve old take part. If all in the first row are known to be young, all
    the old must be in the second, and three of the young."""
    first = matter.theme("Told", crowd(matter, "young", range(1, 10)))
    rest = crowd(matter, "young", range(10, 13)) + crowd(matter, "old", range(20, 32))
    matter.theme("Held back", rest)
    public = matter.find("public")
    assert [it.people for it in public.target_groups][:2] == [12, 12]
    assert row(public, first).cells == {} and row(public, first).total.people == 9
    assert Adversary(matter).most(1, "young") >= FEWEST


def test_a_target_group_that_only_a_slip_spoke_for_closes_its_row(matter):
    theme = matter.theme(
        "Ways",
        [*crowd(matter, "young", range(1, 8)), matter.post(None, target_group="old")],
    )
    assert row(matter.find("public"), theme).cells == {}


def test_of_a_small_dialogue_no_target_group_is_told():
    everyone = {it: set() for it in IDS} | {"young": {1, 2, 3}, "old": {4, 5, 6, 7, 8}}
    row = Row({"young": {1}, "old": {4}}, Counter([1, 4]), set())
    told = may_be_told(everyone, RESIDENTS, {"a": row})
    assert not told.target_groups and not told.whole


def test_a_word_that_few_have_said_is_not_public(matter):
    its = crowd(matter, "young", range(1, 8), text="Trygga vägar")
    its.append(matter.post(1, "Fritidsgården Gnistan"))
    theme = matter.theme("Ways", its)
    assert row(matter.find("public"), theme).cells["young"].words == ["Trygga", "vägar"]
    assert "Gnistan" in row(matter.find(), theme).cells["young"].words


def test_of_one_session_of_several_nothing_is_told_by_target_group(matter):
    """Or what is told of all of them, less that, would tell of the other."""
    theme = matter.theme("Ways", crowd(matter, "young", range(1, 8)))
    assert row(matter.find("public", "evening"), theme).cells["young"].people == 7
    matter.session("web", channel="web")
    assert row(matter.find("public", "evening"), theme).cells, "nobody has come there yet"
    matter.person(1, "young", "web")
    public = matter.find("public", "evening")
    assert row(public, theme).cells == {} and row(public, theme).total.people is None
    assert not any(it.people for it in public.target_groups)
    assert row(matter.find("public"), theme).cells["young"].people == 7
