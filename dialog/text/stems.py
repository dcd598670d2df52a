"""A light stemmer for Swedish: inflections of a word meet, words of other languages survive.

It is made for comparing, never for showing: a stem need not be a word.
"""

import re
from functools import lru_cache

SHORTEST = 3
ENDINGS = re.compile(
    "(?:heterna|heten|heter|het"
    "|orerna|orer|orn"
    "|arna|erna|orna|aren|arne|ande|are|ade|ast"
    "|arn|ern|ar|er|or|en|et|an|na|at|a|e"
    "|(?<=[eo][lr])n|(?<=ig|bb|dd|gg|kk|ll|mm|nn|pp|rr|ss|tt)t)$"
)
GENITIVE = re.compile("(?<=[bcdfghjklmnoprtvyaeåäö])s$")
FINAL_S = re.compile("(?<=[trn])s$")  # platser as plats, which looks like a genitive
DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
FLEETING = re.compile("(?<=.{3})el$")  # cykel, cyklar
DERIVED = re.compile("(?<=.{4})(?:ning|ing|else|tion|skap)$")  # belysning, belysa
UMLAUTS = str.maketrans("äöéèü", "aoeeu")  # bostad, bostäder


@lru_cache(maxsize=100_000)
def stem(form: str) -> str:
    """What is left of a normalised word without its inflection, vowel change included."""
    if form.isdigit():
        return form
    bare = shorter(form, GENITIVE)
    bare = shorter(bare, ENDINGS)
    bare = shorter(bare, FINAL_S)
    bare = shorter(bare, DOUBLED, r"\1")
    bare = shorter(bare, FLEETING, "l")
    return folded(bare)


@lru_cache(maxsize=100_000)
def root(form: str) -> str:
    """The stem without the ending that made a noun of it: such endings make all nouns alike."""
    return DERIVED.sub("", stem(form))


def folded(form: str) -> str:
    """Without the vowel changes of Swedish plurals, and without the accents of loans."""
    return form.translate(UMLAUTS)


def shorter(form: str, ending: re.Pattern[str], kept: str = "") -> str:
    """`form` without `ending`, unless too little would be left of it."""
    cut = ending.sub(kept, form)
    return cut if len(cut) >= SHORTEST else form
