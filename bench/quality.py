"""How well labelled themes are found again in areas that nothing was learned from.

The peers' recipes are asked for as many groups as ours found in the same sample, single voices
counted as one; those that decide the number themselves are as they are.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.labelled import Score, mean, score
from bench.peers import RECIPES, Recipe
from bench.unseen import MOST, Case, centred, numbers
from bench.vectors import Vectors
from dialog.analysis import groups as analysis


class Compared(NamedTuple):
    """Mean scores area by area, in the order of `areas`."""

    areas: list[str]
    ours: list[Score]
    theirs: dict[str, list[Score]]


class Standing(NamedTuple):
    """Ours beside one recipe, or beside the best of each area."""

    ratio: float
    ahead: float
    """The share of areas in which ours has the higher ARI."""


def only_centred(texts: Sequence[str], vectors: Vectors, groups: int, seed: int) -> list[int]:
    """Ours, had nothing been learned."""
    return numbers(analysis.group(centred(vectors), most=groups), len(vectors))


BESIDE = (*RECIPES, Recipe("ours, nothing learned", "", only_centred, True))
EQUAL = [recipe for recipe in RECIPES if not recipe.own_number]


def report(title: str, cases: Sequence[Case], most: int | None) -> Compared:
    print(f"\n{title}")
    compared = measured(cases, most)
    print_areas(compared)
    print_recipes(compared)
    return compared


def measured(cases: Sequence[Case], most: int | None) -> Compared:
    ours: dict[str, list[Score]] = {}
    theirs: dict[str, dict[str, list[Score]]] = {recipe.name: {} for recipe in BESIDE}
    for case in cases:
        print(f"grouping {case.area.name}, order {case.order} …", file=sys.stderr)
        found = numbers(analysis.group(case.prepared, most=most), len(case.raw))
        ours.setdefault(case.area.name, []).append(score(case.area.labels, found))
        for recipe in BESIDE:
            other = recipe.run(case.area.texts, case.raw, len(set(found)), case.order)
            theirs[recipe.name].setdefault(case.area.name, []).append(
                score(case.area.labels, other)
            )
    return Compared(
        list(ours),
        [mean(scores) for scores in ours.values()],
        {name: [mean(scores) for scores in by.values()] for name, by in theirs.items()},
    )


def best_recipe(compared: Compared) -> str:
    """The one of highest mean ARI at equal numbers of groups."""
    return max((one.name for one in EQUAL), key=lambda name: ari(compared.theirs[name]))


def beside(compared: Compared, name: str) -> Standing:
    return standing(compared.ours, compared.theirs[name])


def beside_the_best(compared: Compared, recipes: Iterable[Recipe] = EQUAL) -> Standing:
    """Beside whichever recipe is best in each area."""
    names = [recipe.name for recipe in recipes]
    best = [
        max((compared.theirs[name][row] for name in names), key=lambda one: one.ari)
        for row in range(len(compared.areas))
    ]
    return standing(compared.ours, best)


def standing(ours: Sequence[Score], theirs: Sequence[Score]) -> Standing:
    ahead = sum(one.ari > other.ari for one, other in zip(ours, theirs, strict=True))
    return Standing(ari(ours) / max(ari(theirs), 1e-3), ahead / len(ours))


def ari(scores: Sequence[Score]) -> float:
    return sum(one.ari for one in scores) / len(scores)


def print_areas(compared: Compared) -> None:
    best = best_recipe(compared)
    print(f"{'':18}{'ARI':>6}{'V':>7}{'groups':>8}{'grouped':>9}   {best + ' ARI':>15}{'V':>7}")
    print(*map(area_line, compared.areas, compared.ours, compared.theirs[best]), sep="\n")
    print(area_line("mean", mean(compared.ours), mean(compared.theirs[best])))


def area_line(name: str, one: Score, other: Score) -> str:
    return (
        f"{name:18}{one.ari:6.3f}{one.v:7.3f}{one.groups:8.1f}{one.grouped:9.0%}"
        f"   {other.ari:15.3f}{other.v:7.3f}"
    )


def print_recipes(compared: Compared) -> None:
    print(f"\n{'':23}{'ARI':>6}{'V':>7}{'groups':>8}{'grouped':>9}{'ours/its':>10}{'ahead in':>10}")
    print(recipe_line("ours", mean(compared.ours), None))
    for recipe in BESIDE:
        name = recipe.name + "*" * recipe.own_number
        one = mean(compared.theirs[recipe.name])
        print(recipe_line(name, one, beside(compared, recipe.name)))
    best = beside_the_best(compared)
    print(f"{'the best of each area':53}{best.ratio:10.2f}{best.ahead:10.0%}")
    print("* decides the number of groups itself; not among the best")


def recipe_line(name: str, one: Score, against: Standing | None) -> str:
    line = f"{name:23}{one.ari:6.3f}{one.v:7.3f}{one.groups:8.1f}{one.grouped:9.0%}"
    return line if against is None else f"{line}{against.ratio:10.2f}{against.ahead:10.0%}"


def swedish(
    cases: Sequence[Case], shrinkages: dict[str, float], *, default: bool = True
) -> dict[str, str]:
    chosen = ", ".join(f"{name} {shrinkage}" for name, shrinkage in shrinkages.items())
    print("\n── quality, Swedish: each area by a metric learned on the seven others ──")
    print(f"shrinkage chosen on those seven: {chosen}")
    found = report(f"at most {MOST} groups", cases, MOST)
    if default:
        report("our default number of groups", cases, None)
    name = best_recipe(found)
    against, best = beside(found, name), beside_the_best(found)
    return {
        "ratio": f"{against.ratio:.2f} to {name}, ahead in {against.ahead:.0%} of the areas"
        f" ({best.ratio:.2f} and {best.ahead:.0%} to the best of each area)",
        "v": f"{mean(found.ours).v:.3f} (ARI {mean(found.ours).ari:.3f})",
    }


def english(cases: Sequence[Case]) -> dict[str, str]:
    print("\n── quality, English: the shipped metric, which was learned on Swedish labels ──")
    found = report(f"at most {MOST} groups", cases, MOST)
    name = best_recipe(found)
    against, best = beside(found, name), beside_the_best(found)
    return {
        "english": f"{against.ratio:.2f} to {name}, ahead in {against.ahead:.0%}"
        f" ({best.ratio:.2f} and {best.ahead:.0%} to the best of each area);"
        f" V {mean(found.ours).v:.3f}, ARI {mean(found.ours).ari:.3f}"
    }
