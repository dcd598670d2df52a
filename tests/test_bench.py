"""What the benchmarks share measures what it says, and the peers' recipes are the peers'."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import vectors
from bench.labelled import ALONE, Area, areas, sample, score
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
