"""The global goals as data, and which words of a text speak of which goal."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from os.path import commonprefix
from pathlib import Path
from typing import NamedTuple

from dialog.text.stems import root, stem
from dialog.text.words import Word, carries_meaning, words

DATA = Path(__file__).parent / "agenda2030"
GOALS = range(1, 18)

SHORT_STEM = 3  # letters: here läkare and lakes, or jägare and jag, are one stem
SHORTEST_PART = 5  # letters of a compound that may stand for the whole of it
REST = 3
OF_A_COMPOUND = 0.5  # what such a part weighs, beside 1 for the word itself

Stems = tuple[str, ...]
Forms = tuple[str, ...]


class Goal(NamedTuple):
    number: int
    name: dict[str, str]
    aim: dict[str, str]


class Target(NamedTuple):
    """One of the 169, in English: `name` is as 11.2 or 11.a."""

    goal: int
    name: str
    text: str


class Subject(NamedTuple):
    """Everyday words, in one language, for one side of a goal."""

    goal: int
    language: str
    words: str


class Trigger(NamedTuple):
    """`text[start:end]` speaks of `goals`; `key` is equal for all inflections of it."""

    key: Stems
    goals: frozenset[int]
    weight: float
    start: int
    end: int


class Phrase(NamedTuple):
    """A word or several, and the goals that have it."""

    forms: Forms
    goals: frozenset[int]


class Lexicon(NamedTuple):
    phrases: dict[Stems, list[Phrase]]
    longest: int
    parts: dict[str, frozenset[int]]


@lru_cache(maxsize=1)
def goals() -> tuple[Goal, ...]:
    return tuple(
        Goal(
            int(row["goal"]),
            {"sv": row["name_sv"], "en": row["name_en"]},
            {"sv": row["aim_sv"], "en": row["aim_en"]},
        )
        for row in rows("goals")
    )


@lru_cache(maxsize=1)
def targets() -> tuple[Target, ...]:
    return tuple(Target(int(r["goal"]), r["target"], r["text_en"]) for r in rows("targets"))


@lru_cache(maxsize=1)
def subjects() -> tuple[Subject, ...]:
    return tuple(Subject(int(r["goal"]), r["language"], r["words"]) for r in rows("words"))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def triggers(text: str, lexicon: Lexicon | None = None) -> Iterator[Trigger]:
    """Every word and phrase of `text` that some goal has, in order, none overlapping."""
    lexicon = lexicon or everyday()
    found = words(text)
    at = 0
    while at < len(found):
        trigger, length = longest_at(found[at : at + lexicon.longest], lexicon)
        if trigger:
            yield trigger
        at += length


def longest_at(ahead: Sequence[Word], lexicon: Lexicon) -> tuple[Trigger | None, int]:
    """What begins at the first word of `ahead`, and how many words to go on."""
    for length in range(len(ahead), 0, -1):
        run = ahead[:length]
        key = tuple(word.stem for word in run)
        if meant := goals_of(run, lexicon.phrases.get(key, ())):
            return Trigger(key, meant, 1.0, run[0].start, run[-1].end), length
    return in_compound(ahead[0], lexicon), 1


def goals_of(run: Sequence[Word], phrases: Iterable[Phrase]) -> frozenset[int]:
    forms = [word.form for word in run]
    if len(forms) == 1 and not carries_meaning(forms[0]):
        return frozenset()
    same = (phrase.goals for phrase in phrases if all(map(inflected, forms, phrase.forms)))
    return frozenset().union(*same)


def inflected(form: str, other: str) -> bool:
    """False for words of one short stem that hardly look alike."""
    if len(root(form)) > SHORT_STEM:
        return True
    return len(commonprefix([form, other])) >= min(len(form), len(other)) - 1


def in_compound(word: Word, lexicon: Lexicon) -> Trigger | None:
    """The longest word of a goal's that `word` begins or ends with."""
    whole = root(word.form)
    if not carries_meaning(word.form):
        return None
    for length in range(len(whole), SHORTEST_PART - 1, -1):
        if 0 < len(whole) - length < REST:
            continue
        for part in (whole[:length], whole[:length].removesuffix("s"), whole[-length:]):
            if len(part) >= SHORTEST_PART and part in lexicon.parts:
                meant = lexicon.parts[part]
                return Trigger((word.stem,), meant, OF_A_COMPOUND, word.start, word.end)
    return None


@lru_cache(maxsize=1)
def everyday() -> Lexicon:
    """All words of all goals."""
    return lexicon_of(subjects())


def lexicon_of(subjects: Iterable[Subject]) -> Lexicon:
    meant: dict[Forms, set[int]] = defaultdict(set)
    for subject in subjects:
        for phrase in subject.words.split(", "):
            meant[tuple(word.form for word in words(phrase))].add(subject.goal)
    phrases: dict[Stems, list[Phrase]] = defaultdict(list)
    for forms, of in meant.items():
        for key in stems_of(forms):
            phrases[key].append(Phrase(forms, frozenset(of)))
    longest = max(map(len, meant), default=0)
    return Lexicon(dict(phrases), longest, parts_of(meant))


def stems_of(forms: Forms) -> set[Stems]:
    """Under which stems a phrase is looked for: klimat and klimatet do not always have one."""
    before = tuple(map(stem, forms[:-1]))
    return {(*before, stem(forms[-1] + definite)) for definite in ("", "en", "et")}


def parts_of(meant: dict[Forms, set[int]]) -> dict[str, frozenset[int]]:
    """The single words that may stand inside others, by their roots."""
    parts: dict[str, set[int]] = defaultdict(set)
    for forms, of in meant.items():
        if len(forms) == 1 and carries_meaning(forms[0]):
            parts[root(forms[0])] |= of
    return {part: frozenset(of) for part, of in parts.items() if len(part) >= SHORTEST_PART}
