"""How well, how steadily and at what cost posts are grouped, beside the peers' recipes.

    python -m bench.grouping --labelled riksdag_sv.tsv --english clinc150_en.tsv \
        --parallel crosslingual_synthetic.tsv --goals sdg_en.tsv \
        --udhr FOLDER --annotations FOLDER [--only SECTION ...]

Sections: quality languages stability corrections titles goals cost embedding. The first two files
are as bench/labelled.py says, the folders as bench/learn.py does. In every section the Swedish
areas are grouped by a metric that was learned without them (bench/unseen.py). At the end stands a
table of what was reached; rows of sections that did not run are left out.

--blind SHEET KEY writes pairs of titles to be read (bench/titles.py), --judged SHEET KEY counts.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from threadpoolctl import threadpool_limits

from bench import (
    corrections,
    cost,
    embedding,
    global_goals,
    languages,
    quality,
    stability,
    titles,
)
from bench.labelled import Area, areas, rows
from bench.learn import Labelled, forms_in, labelled_in, translations_in, unwanted_by
from bench.unseen import Case, Drawn, Metric, case, cases, drawn_from, metrics
from bench.vectors import label, model
from dialog.analysis.groups import PARAMETERS

Reached = dict[str, str]


class Row(NamedTuple):
    key: str
    what: str
    known: str
    wanted: str


ROWS = (
    Row(
        "ratio",
        "ARI on unseen Swedish areas, at most 12 groups, ratio to the best peer recipe",
        "1.4–1.6",
        "≥ 1.7, and ahead in ≥ 80 % of the areas",
    ),
    Row("v", "V on the same", ".43–.45", "≥ .48"),
    Row("english", "both on English, a language whose labels are not learned from", "–", "–"),
    Row("languages", "parallel posts in five languages: ARI", ".66–.70", "≥ .80"),
    Row(
        "stability",
        "groups kept when 25 % more posts arrive, full re-grouping / live",
        ".74–.80 / 1.0",
        "≥ .85 / 1.0",
    ),
    Row(
        "corrections",
        "corrections until 90 % of the posts stand right, against k-means or nothing",
        "–",
        "≤ half",
    ),
    Row("titles", "titles nearest to the true label among all", "56 %", "≥ 75 %"),
    Row("blind", "titles usable when read blind", "29 of 36", "34 of 36"),
    Row("goals", "global goal among three: English texts / Swedish labels", ".82 / –", "≥ .90"),
    Row(
        "cost",
        "CPU seconds, n = 1,000 / 5,000 / 20,000; memory growing with n",
        ".55 / 7.3 / –",
        ".3 / 2 / 10",
    ),
    Row("embedding", "embedding, texts a second", "110", "measured, batched"),
)
"""What was asked for, and what was known before."""


class Data:
    """The files, read and learned from when first asked for."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen = chosen

    @cached_property
    def areas(self) -> list[Area]:
        return areas(self.chosen.labelled)

    @cached_property
    def labelled(self) -> Labelled:
        return labelled_in(self.chosen.labelled)

    @cached_property
    def drawn(self) -> Drawn:
        return drawn_from(self.areas)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        translations = translations_in(self.chosen.udhr, self.chosen.annotations)
        unwanted = unwanted_by(translations, forms_in(self.chosen.annotations))
        return metrics(self.labelled, unwanted, self.drawn)

    @cached_property
    def cases(self) -> list[Case]:
        return list(cases(self.drawn, self.metrics))

    @cached_property
    def english(self) -> list[Case]:
        shipped = Metric(None, 0)
        drawn = drawn_from(areas(self.chosen.english))
        return [case(it, n, shipped) for some in drawn.values() for n, it in enumerate(some)]


def in_quality(data: Data) -> Reached:
    shrinkages = {name: metric.shrinkage for name, metric in data.metrics.items()}
    return quality.swedish(data.cases, shrinkages) | quality.english(data.english)


def in_languages(data: Data) -> Reached:
    return languages.report(data.chosen.parallel, data.labelled)


def in_stability(data: Data) -> Reached:
    return stability.report(data.areas, data.metrics)


def in_corrections(data: Data) -> Reached:
    return corrections.report(data.cases)


def in_titles(data: Data) -> Reached:
    found = titles.report(data.cases, data.english)
    if data.chosen.blind:
        sheet, key = data.chosen.blind
        titles.write_blind(sheet, key, titles.pairs(data.cases))
    if data.chosen.judged:
        found |= titles.print_judged(*data.chosen.judged)
    return found


def in_goals(data: Data) -> Reached:
    print("\n── global goals ──")
    english = global_goals.english_themes(rows(data.chosen.goals))
    swedish = global_goals.swedish_themes(rows(data.chosen.labelled), global_goals.POSTS)
    found = [
        global_goals.report("English", english),
        global_goals.report(f"Swedish, {global_goals.POSTS} posts a theme", swedish),
    ]
    return {"goals": " / ".join(f"{one['suggested'].among:.2f}" for one in found)}


def in_cost(data: Data) -> Reached:
    return cost.report(data.chosen.labelled)


def in_embedding(data: Data) -> Reached:
    print("\n── embedding ──")
    texts = [text for area in data.areas for text in area.texts[:40]]
    one, two = (embedding.report(texts, threads) for threads in (1, 2))
    return {
        "embedding": f"{one.batched:.0f} on one thread, {two.batched:.0f} on two"
        f" ({one.single:.0f} one by one); {two.of_a_core:.0f} a second of one core"
    }


SECTIONS: dict[str, Callable[[Data], Reached]] = {
    "quality": in_quality,
    "languages": in_languages,
    "stability": in_stability,
    "corrections": in_corrections,
    "titles": in_titles,
    "goals": in_goals,
    "cost": in_cost,
    "embedding": in_embedding,
}


def main() -> None:
    chosen = parsed()
    print(f"embedding {label(model())}; grouping", end="")
    print(*(f" {name} {value:g}" for name, value in PARAMETERS.items()), sep=",")
    data, reached = Data(chosen), Reached()
    for name in chosen.only or SECTIONS:
        start = time.perf_counter()
        # On a machine that is shared more threads only wait for each other.
        with threadpool_limits(1):
            reached |= SECTIONS[name](data)
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    print(f"\n{table(reached)}")


def parsed() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("labelled", "english", "parallel", "goals", "udhr", "annotations"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--only", nargs="+", choices=SECTIONS)
    for name in ("blind", "judged"):
        arguments.add_argument(f"--{name}", nargs=2, type=Path, metavar=("SHEET", "KEY"))
    return arguments.parse_args()


def table(reached: Reached) -> str:
    lines = ["| | now known | to reach | reached |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        if row.key in reached:
            lines.append(f"| {row.what} | {row.known} | {row.wanted} | {reached[row.key]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
