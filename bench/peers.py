"""The grouping recipes of other systems, on the same texts and the same vectors as ours.

    python -m bench.peers LABELLED.tsv [ANOTHER.tsv ...] [--groups 12]

UMAP is in the dependency group `bench` of pyproject.toml. What is compared is how texts are
grouped: the vectors are ours, and what a peer asks of a language model is not here. Seeds are
given where a peer has a fixed one, so that a mean says something.
"""

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans, SpectralClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from bench.labelled import ALONE, ORDERS, POSTS, Area, Score, areas, mean, samples, score
from bench.vectors import label, model, vectors_of

Vectors = NDArray[np.float32]
Run = Callable[[Sequence[str], Vectors, int, int], list[int]]
"""Texts, their vectors (rows of length 1), the number of groups and a seed; out come the numbers
of the texts' groups, ALONE where a text is left out."""


class Recipe(NamedTuple):
    name: str
    source: str
    run: Run
    own_number: bool
    """It decides how many groups there are, whatever it is asked for."""


def kouchou_ai(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """UMAP to a plane, many k-means groups there, and Ward's method to merge them to `groups`.

    digitaldemocracy2030/kouchou-ai, hierarchical_clustering.py in
    server/broadlistening/pipeline/steps/: UMAP(n_components=2, n_neighbors=15), KMeans with one
    start, linkage of the centres with method="ward", fcluster with criterion="maxclust". How many
    small groups there are is its admin client's rule (useClusterSettings.ts): the square of the
    cube root of the number of texts, that root being 2 to 10, but at least two for each large one.
    It shows both; the large ones are compared.
    """
    plane = flattened(vectors, seed, n_components=2)
    root = max(2, min(10, round(len(texts) ** (1 / 3))))
    small = KMeans(min(len(texts), max(root**2, 2 * groups)), random_state=seed).fit(plane)
    merged = fcluster(linkage(small.cluster_centers_, method="ward"), groups, "maxclust")
    return numbers(merged[small.labels_])


def talk_to_the_city(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """UMAP to a plane and spectral clustering there.

    AIObjectives/talk-to-the-city-reports, scatter/pipeline/steps/clustering.py: UMAP(
    n_components=2), SpectralClustering(affinity="nearest_neighbors", n_neighbors=10). The BERTopic
    that is fitted beside it has no say in the groups. Its successor (tttc-light-js) asks a language
    model for the topics, without vectors.
    """
    plane = flattened(vectors, seed, n_components=2)
    spectral = SpectralClustering(
        groups,
        affinity="nearest_neighbors",
        n_neighbors=min(len(texts) - 1, 10),
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph is not fully connected")
        return numbers(spectral.fit_predict(plane))


def bertopic(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """UMAP to five dimensions and HDBSCAN, which decides the number of groups.

    MaartenGr/BERTopic 0.17, bertopic/_bertopic.py: UMAP(n_neighbors=15, n_components=5,
    min_dist=0.0, metric="cosine"), HDBSCAN(min_cluster_size=10, metric="euclidean",
    cluster_selection_method="eom"), nr_topics=None: nothing is merged or handed out afterwards.
    Not the package, which needs torch for embedding what is embedded already. It uses hdbscan,
    whose min_samples does not count the point itself as scikit-learn's does: hence 11 for 10.
    """
    reduced = flattened(vectors, seed, n_components=5, min_dist=0.0, metric="cosine")
    return numbers(HDBSCAN(min_cluster_size=10, min_samples=11, copy=True).fit_predict(reduced))


def arsnova_eu(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """Complete linkage of raw cosines, for as long as the least alike are .87 alike.

    kqc-real/arsnova.eu, apps/backend/src/lib/wordCloudSemanticCluster.ts and
    docs/features/word-cloud-semantic.md (analysis version 1.14c.2): no fixed number, at least two
    texts to a group. The threshold is meant for the vectors of this same model with "query: ".
    Here are all groups; `arsnova_eu_shown` has those that people see.
    """
    tree = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - 0.87, metric="cosine", linkage="complete"
    )
    found = numbers(tree.fit_predict(vectors))
    sizes = Counter(found)
    return [group if sizes[group] >= 2 else ALONE for group in found]


def arsnova_eu_shown(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """The largest `groups` of `arsnova_eu`: it shows 12, in the order of their votes."""
    found = arsnova_eu(texts, vectors, groups, seed)
    sizes = Counter(group for group in found if group != ALONE)
    shown = {group for group, _ in sizes.most_common(groups)}
    return [group if group in shown else ALONE for group in found]


def k_means(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """k-means, the best of ten starts, on the vectors less their mean and of length 1 again."""
    centred = normalize(vectors - vectors.mean(axis=0))
    return numbers(KMeans(groups, n_init=10, random_state=seed).fit_predict(centred))


def words_and_k_means(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """TF-IDF of whole words as scikit-learn takes them, and k-means, the best of ten starts."""
    weights = TfidfVectorizer().fit_transform(texts)
    return numbers(KMeans(groups, n_init=10, random_state=seed).fit_predict(weights))


RECIPES = (
    Recipe("kouchou-ai", "digitaldemocracy2030/kouchou-ai", kouchou_ai, False),
    Recipe("Talk to the City", "AIObjectives/talk-to-the-city-reports", talk_to_the_city, False),
    Recipe("BERTopic", "MaartenGr/BERTopic", bertopic, True),
    Recipe("arsnova.eu", "kqc-real/arsnova.eu", arsnova_eu, True),
    Recipe("arsnova.eu, as shown", "kqc-real/arsnova.eu", arsnova_eu_shown, True),
    Recipe("k-means", "scikit-learn", k_means, False),
    Recipe("words and k-means", "scikit-learn", words_and_k_means, False),
)


def flattened(vectors: Vectors, seed: int, **settings: Any) -> Vectors:
    # Here, because it takes seconds and is not installed where only the others are wanted.
    from umap import UMAP

    # A seed makes it run on one thread; n_jobs says so before it warns.
    reducer = UMAP(n_neighbors=min(15, len(vectors) - 1), random_state=seed, n_jobs=1, **settings)
    return np.asarray(reducer.fit_transform(vectors))


def numbers(found: Any) -> list[int]:
    return [int(group) for group in found]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--groups", type=int, default=12)
    chosen = arguments.parse_args()
    for path in chosen.files:
        report(path, chosen.groups)


def report(path: Path, groups: int) -> None:
    drawn = [list(samples(area)) for area in areas(path)]
    print(
        f"\n{path.name}, {len(drawn)} areas: {label(model())}, {groups} groups asked for,"
        f" at most {POSTS} posts an area, mean of {ORDERS} orders"
    )
    print(f"{'':22}{'V':>6}{'ARI':>7}{'of grouped':>12}{'groups':>8}{'grouped':>9}{'s':>7}")
    for recipe in RECIPES:
        print(line(recipe, *measured(recipe, drawn, groups)), flush=True)
    print("* decides the number of groups itself")


def measured(recipe: Recipe, drawn: Sequence[Sequence[Area]], groups: int) -> tuple[Score, float]:
    """The mean score, and the mean seconds, embedding and compilation not counted."""
    first = drawn[0][0]
    recipe.run(first.texts, vectors_of(first.texts), groups, 0)
    scores, seconds = [], []
    for orders in drawn:
        for seed, area in enumerate(orders):
            vectors = vectors_of(area.texts)
            start = time.perf_counter()
            found = recipe.run(area.texts, vectors, groups, seed)
            seconds.append(time.perf_counter() - start)
            scores.append(score(area.labels, found))
    return mean(scores), float(np.mean(seconds))


def line(recipe: Recipe, one: Score, seconds: float) -> str:
    return (
        f"{recipe.name + '*' * recipe.own_number:22}{one.v:6.3f}{one.ari:7.3f}"
        f"{one.ari_of_grouped:12.3f}{one.groups:8.1f}{one.grouped:9.0%}{seconds:7.2f}"
    )


if __name__ == "__main__":
    main()
