"""A page in Arabic is the mirror of one in Swedish: nothing says left or right."""

import re
from pathlib import Path

import pytest

from dialog.protocol.agenda import RIGHT_TO_LEFT

ROOT = Path(__file__).parent.parent
STYLES = sorted((ROOT / "static").rglob("*.css"))
TEMPLATES = sorted((ROOT / "dialog" / "templates").glob("*.html"))

SIDES = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r"|(?<![\w.-])(?:left|right)\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
)
FOUR = re.compile(r"(?<![\w-])(?:margin|padding|inset|border-width)\s*:\s*([^;}]+)")


def unlike(values: str) -> bool:
    """Whether a shorthand of four values has its right side unlike its left."""
    its = re.findall(r"(?:[\w-]+\((?:[^()]|\([^()]*\))*\)|[^\s()]+)", values)
    return len(its) == 4 and its[1] != its[3]


def test_a_shorthand_with_unlike_sides_is_seen():
    assert unlike("0 1rem 0 calc(-1 * var(--space-2))")
    assert not unlike("0 var(--a) 2px var(--a)")
    assert not unlike("0 auto")


@pytest.mark.parametrize("style", STYLES, ids=lambda it: str(it.relative_to(ROOT / "static")))
def test_styles_name_no_side(style):
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.DOTALL)
    assert [found[0] for found in SIDES.finditer(text)] == []
    assert [found[0] for found in FOUR.finditer(text) if unlike(found[1])] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda it: it.name)
def test_templates_ask_which_way_a_language_runs_and_have_no_list(template):
    text = template.read_text("utf-8")
    assert not re.search(rf"[\"'](?:{'|'.join(RIGHT_TO_LEFT)}|rtl)[\"']", text)
