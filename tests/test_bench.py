"""What the benchmarks share measures what it says, and the peers' recipes are the peers'."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import (
    corrections,
    cost,
    grouping,
    languages,
    quality,
    stability,
    titles,
    unseen,
    vectors,
)
from bench.labelled import ALONE, Area, Score, areas, sample, score
from bench.learn import Labelled, learned_with
from bench.peers import RECIPES, arsnova_eu, arsnova_eu_shown


def test_quotes_and_hashes_inside_a_text_are_the_text(tmp_path):
    file = tmp_path / "labelled.tsv"
    file.write_text('# source\narea\tlabel\ttext\nA\tx\t"Mer #grönt\nB\ty\tBuss\nA\tz\tLjus\n')
    assert areas(file) == [
        Area("A", ['"Mer #grönt', "Ljus"], ["x", "z"]),
        Area("B", ["Buss"], ["y"]),
    ]


def test_a_theme_goes_before_a_label(tmp_path):
    file = tmp_path / "labelled.tsv"
    file.write_text("area\tlabel\ttheme\ttext\nA\tx\tlight\tLjus\nA\ty\t\tBuss\n")
    assert [area.labels for area in areas(file)] == [["light", "y"]]


def test_an_order_draws_the_same_posts_each_time_and_keeps_their_labels():
    area = Area("A", [f"text {n}" for n in range(400)], [f"label {n}" for n in range(400)])
    drawn = sample(area, 1)
    assert drawn == sample(area, 1)
    assert drawn != sample(area, 2)
    assert len(set(drawn.texts)) == 250
    assert [text[5:] for text in drawn.texts] == [label[6:] for label in drawn.labels]


def test_leaving_the_hard_ones_alone_costs_in_all_but_the_score_of_grouped():
    labels = ["a", "a", "b", "b", "c", "d"]
    found = score(labels, [0, 0, 1, 1, ALONE, ALONE])
    assert found.ari_of_grouped == 1
    assert found.ari < 1
    assert found.v < 1
    assert (found.groups, found.grouped) == (2, 4 / 6)


def test_nothing_grouped_is_worth_nothing():
    assert score(["a", "a", "b"], [ALONE] * 3) == (0, 0, 0, 0, 0)


def test_a_text_is_embedded_once_and_read_from_the_disk_after_that(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "KEPT", tmp_path)
    vectors.kept.cache_clear()
    first = vectors.vectors_of(["buss", "ljus", "buss"])
    assert np.allclose(np.linalg.norm(first, axis=1), 1)
    assert (first[0] == first[2]).all()
    vectors.kept.cache_clear()
    assert set(vectors.kept()) == {vectors.key("buss"), vectors.key("ljus")}

    vectors.keep({vectors.key("buss"): np.ones(384, np.float32)})
    vectors.kept.cache_clear()
    assert (vectors.vectors_of(["buss"]) == 1).all()
    assert (vectors.vectors_of(["ljus"]) == first[1]).all()
    vectors.kept.cache_clear()


def cone(count: int, seed: int) -> np.ndarray:
    """Vectors as near each other as those of e5."""
    drawn = np.random.default_rng(seed).normal(size=(count, 8)) + 2.2
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def merged_while_alike(like: np.ndarray, least: float) -> set[frozenset[int]]:
    """As arsnova.eu tells it, step by step."""
    groups = [frozenset([one]) for one in range(len(like))]
    while len(groups) > 1:
        weakest = {
            (a, b): min(like[i, j] for i in a for j in b) for a, b in combinations(groups, 2)
        }
        (a, b), likeness = max(weakest.items(), key=lambda pair: pair[1])
        if likeness < least:
            break
        groups = [one for one in groups if one not in (a, b)] + [a | b]
    return {group for group in groups if len(group) > 1}


@given(st.integers(2, 14), st.integers(0, 10_000))
def test_arsnova_merges_while_the_least_alike_are_alike_enough(count, seed):
    rows = cone(count, seed)
    found = arsnova_eu([""] * count, rows, 12, 0)
    groups = {
        frozenset(i for i, one in enumerate(found) if one == group)
        for group in set(found) - {ALONE}
    }
    assert groups == merged_while_alike(rows.astype(float) @ rows.T.astype(float), 0.87)


def test_arsnova_shows_its_largest_groups():
    rows = cone(120, 1)
    every, shown = (run([""] * 120, rows, 3, 0) for run in (arsnova_eu, arsnova_eu_shown))
    sizes = sorted((every.count(group) for group in set(every) - {ALONE}), reverse=True)
    assert len(sizes) > 3
    assert sorted((shown.count(group) for group in set(shown) - {ALONE}), reverse=True) == sizes[:3]


@pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")  # umap, at import
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_finds_plain_groups_again_in_every_run(recipe):
    centres = np.eye(4, 16) * 3
    rows = np.repeat(centres, 15, axis=0) + np.random.default_rng(0).normal(size=(60, 16)) / 10
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    texts = [f"{'abcd'[n // 15] * 4} och" for n in range(60)]

    found = recipe.run(texts, rows, 4, 1)
    assert found == recipe.run(texts, rows, 4, 1)
    assert score([str(n // 15) for n in range(60)], found).ari == 1


# ── a presidium that corrects ─────────────────────────────────────────────────────────────────

LABELS = list("aaaabbbbcc")


def found_as(text: str) -> list[int]:
    """A digit a post: its group; a full stop stands alone."""
    return [ALONE if sign == "." else int(sign) for sign in text]


def moved(text: str, order=None, help=None) -> int:
    board = corrections.looked_at(found_as(text), LABELS)
    return corrections.corrections(board, LABELS, order or (lambda board: range(10)), help)


def test_what_stands_right_already_is_not_corrected():
    assert moved("0000111122") == 0
    assert moved("0000333322") == 0


def test_one_in_ten_may_stand_wrong():
    assert moved("00001111.2") == 0
    assert moved("0000111.2.") == 1


def test_from_nothing_every_post_is_moved_until_nine_in_ten_stand_right():
    assert moved("." * 10) == 9


def test_a_group_is_called_what_most_of_it_is_and_keeps_that_name():
    board = corrections.looked_at(found_as("0000011111"), LABELS)
    assert board.names == ["a", "b"]
    for post in (4, 5):
        board = corrections.corrected(board, post, LABELS[post])
    assert board.names == ["a", "b"]
    assert board.places == found_as("0000111111")


def test_a_post_whose_label_no_group_has_makes_a_new_group_and_the_next_one_joins_it():
    board = corrections.looked_at(found_as("0000111111"), LABELS)
    for post in (8, 9):
        board = corrections.corrected(board, post, LABELS[post])
    assert board.places == found_as("0000111122")
    assert board.names == ["a", "b", "c"]
    assert board.placed == {8, 9}


def test_help_is_asked_for_after_every_ten_moves_and_saves_what_it_puts_right(monkeypatch):
    monkeypatch.setattr(corrections, "BETWEEN_HELPS", 2)
    right = corrections.looked_at(found_as("0000111122"), LABELS)
    asked = []

    def help(board):
        asked.append(board.placed)
        return right

    assert moved("." * 10, help=help) == 2
    assert asked == [{0, 1}]


def test_a_proposal_that_puts_more_posts_wrong_is_not_applied():
    right = corrections.looked_at(found_as("0000111122"), LABELS)
    wrong = corrections.looked_at(found_as(".........."), LABELS)
    assert corrections.only_if_better(lambda board: wrong, LABELS)(right) == right
    assert corrections.only_if_better(lambda board: right, LABELS)(wrong) == right


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_000), st.integers(1, 12))
def test_grouping_anew_leaves_what_a_person_placed_where_it_was_placed(seed, moves):
    chance = np.random.default_rng(seed)
    rows = cone(30, seed)
    labels = [str(one) for one in chance.integers(0, 4, 30)]
    board = corrections.looked_at(chance.integers(-1, 5, 30).tolist(), labels)
    for post in chance.permutation(30)[:moves].tolist():
        board = corrections.corrected(board, post, labels[post])
    anew = corrections.grouped_anew(board, rows, labels)
    assert anew.placed == board.placed
    assert all(corrections.stands_right(anew, post, labels) for post in board.placed)


# ── ratios ────────────────────────────────────────────────────────────────────────────────────


def aris(*values: float) -> list[Score]:
    return [Score(0.5, value, value, 1, 5) for value in values]


def compared() -> quality.Compared:
    low = {recipe.name: aris(0, 0, 0, 0) for recipe in quality.BESIDE}
    theirs = low | {
        "k-means": aris(0.1, 0.3, 0.1, 0.1),
        "kouchou-ai": aris(0.2, 0.1, 0.1, 0.3),
        "BERTopic": aris(0.9, 0.9, 0.9, 0.9),
    }
    return quality.Compared(list("ABCD"), aris(0.3, 0.2, 0.2, 0.3), theirs)


def test_the_best_recipe_is_the_one_of_the_best_mean_among_those_of_equal_numbers_of_groups():
    assert quality.best_recipe(compared()) == "kouchou-ai"


def test_a_ratio_is_of_means_and_an_area_that_is_level_is_not_ahead():
    against = quality.beside(compared(), "kouchou-ai")
    assert against == pytest.approx((1.0 / 0.7, 3 / 4))


def test_beside_the_best_of_each_area_takes_the_highest_of_each():
    against = quality.beside_the_best(compared())
    assert against == pytest.approx((1.0 / (0.2 + 0.3 + 0.1 + 0.3), 2 / 4))


# ── learned without an area ───────────────────────────────────────────────────────────────────


def test_what_is_learned_for_an_area_does_not_change_with_what_stands_in_it():
    chance = np.random.default_rng(0)
    areas_of = np.repeat(["A", "B", "C"], 40).tolist()
    labelled = Labelled(chance.normal(size=(120, 6)), areas_of, ["x", "y"] * 60)
    other = Labelled(labelled.vectors.copy(), areas_of, ["x", "y"] * 60)
    other.vectors[:40] = chance.normal(size=(40, 6)) * 5
    known, again = (
        learned_with(unseen.without(one, ("A",)), None, 0.5) for one in (labelled, other)
    )
    assert (known.metric == again.metric).all()
    assert (known.metric != learned_with(other, None, 0.5).metric).any()


# ── what stays ────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_000))
def test_live_no_post_that_stands_in_a_group_moves(seed):
    standing = [[0, 1, 2], [3, 4, 5, 6]]
    now = stability.live(cone(40, seed), standing, 6)
    assert [members[: len(old)] for members, old in zip(now, standing, strict=False)] == standing
    assert len({post for members in now for post in members}) == sum(map(len, now))


# ── titles ────────────────────────────────────────────────────────────────────────────────────


def test_words_of_a_group_are_those_that_are_common_in_it_and_rare_elsewhere():
    texts = ["skolan skolan bussar", "cyklar skolan skolan", "simhall"]
    found = titles.titles_of_words(texts, [[0], [1], [2]])
    assert found == ["Bussar · skolan", "Cyklar · skolan", "Simhall"]


def test_a_sheet_hides_which_title_is_whose_and_its_key_brings_it_back(tmp_path):
    pairs = [titles.Pair(['en "post', "två"], f"vår {n}", f"deras {n}") for n in range(36)]
    sheet, key = tmp_path / "sheet.tsv", tmp_path / "key.tsv"
    titles.write_blind(sheet, key, pairs)
    rows = titles.read(sheet)
    assert [row["posts"] for row in rows] == ['en "post | två'] * 36
    ours_left = [row["left"].startswith("vår") for row in rows]
    assert 9 < sum(ours_left) < 27
    assert all(set(row) == set(titles.SHEET) for row in rows)

    with pytest.raises(ValueError, match="row 1, left: '' is neither 0 nor 1"):
        titles.judged(sheet, key)
    marked = [
        "\t".join([row["id"], "x", row["left"], row["right"], *marks_of(row)]) for row in rows
    ]
    sheet.write_text("\n".join(["\t".join(titles.SHEET), *marked]), "utf-8")
    assert titles.judged(sheet, key) == {titles.OURS: 36, titles.WORDS: 12}


def marks_of(row: dict[str, str]) -> list[str]:
    """Ours all usable, theirs every third."""
    return [
        str(int(row[side].startswith("vår") or int(row["id"]) % 3 == 0))
        for side in ("left", "right")
    ]


# ── languages ─────────────────────────────────────────────────────────────────────────────────


def test_posts_of_one_place_in_a_topic_are_translations_of_each_other():
    topics, languages_of = ["bus"] * 4 + ["bike"], ["sv", "en", "sv", "en", "sv"]
    subjects = languages.subjects_of(topics, languages_of)
    assert subjects == ["bus 1", "bus 1", "bus 2", "bus 2", "bike 1"]


def test_the_nearest_post_is_another_one():
    rows = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)
    assert languages.nearest_is(rows, ["x", "x", "y", "z"]) == 0.5


# ── cost ──────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_text_differs_in_one_word():
    text, other = "fler bussar på kvällen", "cykelvägar"
    changed = cost.changed(text, other, random.Random(0)).split()
    assert sum(one != word for one, word in zip(changed, text.split(), strict=True)) == 1


# ── the table ─────────────────────────────────────────────────────────────────────────────────


def test_the_table_has_the_rows_that_were_measured_and_no_others():
    lines = grouping.table({"v": "0.5"}).splitlines()
    assert len(lines) == 3
    assert lines[2] == "| V on the same | .43–.45 | ≥ .48 | 0.5 |"
    assert {row.key for row in grouping.ROWS} >= {"ratio", "blind", "cost"}
