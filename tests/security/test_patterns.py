"""Regular expressions that explode: every one in the source is run on texts made to make it go back
and forth. Counted in the processor's time and by how it grows, so that a busy machine fails nobody.
"""

import ast
import importlib
import re
import time
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from dialog.domain import personal_data
from dialog.spreadsheets.workbook import merged_in
from dialog.text import characters

ROOT = Path(__file__).parents[2]
USED = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
LENGTH = 600
"""Characters in one attack: more than a contribution may have."""
ON_A_PHONE = 500
"""What a page looks through is what may be sent."""
AT_MOST = 0.25
"""Seconds of the processor that one attack may cost."""
UNITS = (
    *("a", "1", " ", "å", ".", "-", "@", "'", '"', "\\", "\n", ";", "<", "(", "[", "{", "#", "="),
    *(
        "a ",
        "1 ",
        "a.",
        "1.",
        "1-",
        "a-",
        "a@",
        "a@a.",
        ". ",
        "- ",
        " @ ",
        "a(a) ",
        "0 ",
        "07",
        "19",
    ),
    *(
        "Aa ",
        "Anna ",
        "min ",
        "min son ",
        "han har ",
        "adhd ",
        "sista ",
        "tel ",
        "+46 ",
        "00",
        "x' ",
    ),
    *(
        "lärare",
        "chef ",
        "sson",
        "gatan ",
        "www.",
        "https://",
        "heter ",
        "är ",
        "mergeCell ",
        '\\"',
    ),
    *(
        ";-",
        ";= ",
        "\r",
        "\t",
        "%",
        "a\n",
        "][",
        "[a",
        '"""',
        "1,",
        "(a)",
        "snabel a ",
        "at ",
        "kl ",
    ),
)
TAILS = ("", "!")


class Found(NamedTuple):
    """A pattern and where it stands."""

    place: str
    pattern: "re.Pattern[str] | re.Pattern[bytes]"


def in_python() -> Iterator[Found]:
    """Those that the package compiles or uses, as Python reads them."""
    for file in sorted((ROOT / "dialog").rglob("*.py")):
        if "migrations" in file.parts or file.name == "__main__.py":
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for call in calls_in(ast.parse(file.read_text())):
            scope = vars(importlib.import_module(name))
            place = f"{name}:{call.lineno}"
            first = compile(ast.Expression(call.args[0]), place, "eval")
            try:
                pattern = eval(first, dict(scope))
            except NameError:
                assert ast.unparse(call.args[0]) in GIVEN, f"{place}: say where it comes from"
                continue
            yield Found(place, re.compile(pattern, flags_of(call, scope)))


GIVEN = ("pattern",)
"""Patterns that are an argument: of our own types, in mistakes in a file."""


def calls_in(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if name in USED:
                yield node


def flags_of(call: ast.Call, scope: dict[str, object]) -> int:
    """Only those of `compile`: other calls have them elsewhere, and none of ours does."""
    if call.func.attr != "compile" or len(call.args) < 2:  # type: ignore[attr-defined]
        return 0
    return int(eval(compile(ast.Expression(call.args[1]), "", "eval"), dict(scope)))


def in_types() -> Iterator[Found]:
    """Those that messages and files are checked with."""
    for file in sorted((ROOT / "dialog").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Meta":
                for word in node.keywords:
                    if word.arg == "pattern":
                        place = f"{file.relative_to(ROOT)}:{node.lineno}"
                        yield Found(place, re.compile(ast.literal_eval(word.value)))


LITERAL = re.compile(
    r"(?:(?<=[(=,:?&|!] )|(?<=[(=,:?&|!]))"
    r"/(?![/*])((?:[^/\\\n\[]|\\.|\[[^\]\n]*\])+)/[gimsuy]*"
)


ALIKE = {
    **{"L": "a-zåäö", "Letter": "a-zåäö", "N": "0-9", "Nd": "0-9", "Pd": r"\-", "Zs": " "},
    **{"Cf": "\u200b", "Emoji": "⚽", "Extended_Pictographic": "⚽", "M": "\u0301"},
    **{"Mn": "\u0301", "Me": "\u20dd", "DI": "\u034f"},
}


def as_python_says_it(source: str) -> str:
    """Kinds of letters as some of their kind, in a set or alone: near enough for their cost."""
    alone = re.sub(r"^(\\p{\w+})", r"[\1]", source)
    return re.sub(r"\\p{(\w+)}", lambda it: ALIKE[it[1]], alone).replace(r"\/", "/")


def in_scripts() -> Iterator[Found]:
    """Those of the pages. What JavaScript alone knows is said as Python says it."""
    for file in sorted((ROOT / "static").rglob("*.js")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            for found in LITERAL.finditer(line.partition(" // ")[0]):
                source = as_python_says_it(found[1])
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FutureWarning)  # [[ means less elsewhere
                    yield Found(f"{file.relative_to(ROOT)}:{number}", re.compile(source))


@cache
def patterns() -> list[Found]:
    return [*in_python(), *in_types(), *in_scripts()]


def cost(found: Found, text: str) -> float:
    """Seconds of the processor to find all of it in the text."""
    pattern = found.pattern
    given = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    for _ in pattern.finditer(given):  # type: ignore[call-overload]
        pass
    pattern.fullmatch(given)  # type: ignore[call-overload]
    return time.process_time() - began


def explosion(found: Found) -> str | None:
    """An attack that costs too much, if there is one among ours."""
    longest = ON_A_PHONE if found.place.startswith("static/") else LENGTH
    for unit in UNITS:
        for tail in TAILS:
            # Short ones first: what doubles with every letter would never come to an end.
            if doubles(found, unit, tail):
                return f"{found.place}: doubles with every {unit!r} before {tail!r}"
            text = unit * (longest // len(unit)) + tail
            if cost(found, text) > AT_MOST and cost(found, text) > AT_MOST:
                return f"{found.place}: {longest} of {unit!r} before {tail!r}"
    return None


def doubles(found: Found, unit: str, tail: str) -> bool:
    """Five more make it at least ten times as dear; of any power they would make it twice so."""
    if cost(found, unit * 20 + tail) < 0.003:
        return False
    long, short = (min(cost(found, unit * n + tail) for _ in range(3)) for n in (20, 15))
    return long > 10 * short


def test_no_pattern_explodes():
    assert [it for it in map(explosion, patterns()) if it] == []


@pytest.mark.parametrize("bad", [r"^(\w+\s?)*$", r"(a+)+$", r"(a|a)+$", r"(1+1+)+y"])
def test_the_attacks_find_patterns_that_do(bad):
    """The first took 4.65 s for 27 letters when it was tried."""
    assert explosion(Found("here", re.compile(bad)))


def test_a_workbook_that_says_merged_over_and_over_costs_no_more_than_reading_it():
    """The only pattern that reads a whole file which somebody may have made."""
    sheet = b"<mergeCells>" + b"mergeCell " * 200_000
    began = time.process_time()
    assert merged_in(sheet) == 0
    assert time.process_time() - began < 2


def test_all_of_them_are_looked_at():
    places = {found.place.partition(":")[0] for found in patterns()}
    assert {
        "dialog.domain.personal_data",
        "dialog.reports.delimited",
        "dialog/protocol/frames.py",
    } <= places
    assert len([it for it in places if it.startswith("static/")]) >= 6
    assert len(patterns()) > 70


PUT_TOGETHER = {"static/phone/advice.js"}
"""Of parts that stand in the source; they are run in a browser (tests/browser/test_advice.py)."""


def test_no_pattern_comes_from_a_visitor():
    """None is put together from what is not in the source, and none from a file or a setting."""
    with_parts = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "static").rglob("*.js")
        if "RegExp(" in file.read_text()
    }
    assert with_parts <= PUT_TOGETHER


def test_a_text_as_long_as_any_may_be_is_looked_through_at_once():
    """4,000 characters are the most that a wish may carry."""
    for unit in ("a", "1", "1 ", "12 ", "a@", "19", "19121212 ", "\u0301", "å ", "Anna "):
        text = (unit * 4000)[:4000]
        began = time.process_time()
        characters.readable(text), characters.tidy(text), personal_data.personal_number(text)
        personal_data.flags(text[:500])
        assert time.process_time() - began < 0.5, unit
