"""The pages' own scripts and style sheets hold nothing that no page uses."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPTS = {it: it.read_text("utf-8") for it in sorted((ROOT / "static").rglob("*.js"))}
SHEETS = {it: it.read_text("utf-8") for it in sorted((ROOT / "static").rglob("*.css"))}
PAGES = "\n".join(
    it.read_text("utf-8")
    for folder, ending in (("dialog", "*.py"), ("dialog/templates", "*.html"))
    for it in sorted((ROOT / folder).rglob(ending))
)
TESTS = "\n".join(it.read_text("utf-8") for it in sorted((ROOT / "tests" / "browser").glob("*.py")))


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text))


WORDS = {file: words(script) for file, script in SCRIPTS.items()}
OF_PAGES = words(PAGES)


def imported(script: str) -> Iterator[str]:
    for names in re.findall(r"^import \{([^}]*)\} from", script, re.M):
        yield from (it.split(" as ")[-1].strip() for it in names.split(",") if it.strip())


def exported(script: str) -> list[str]:
    return re.findall(r"^export (?:async )?(?:function|const|class|let) (\w+)", script, re.M)


def test_what_a_script_imports_it_uses():
    uses = {it: words(re.sub(r"^import .*", "", SCRIPTS[it], flags=re.M)) for it in SCRIPTS}
    its = [(it, name) for it, script in SCRIPTS.items() for name in imported(script)]
    assert len(its) > 100
    assert [(it.name, name) for it, name in its if name not in uses[it]] == []


def test_what_a_script_exports_another_one_imports():
    its = [(it, name) for it, script in SCRIPTS.items() for name in exported(script)]
    others = OF_PAGES | words(TESTS)
    idle = [
        (file.name, name)
        for file, name in its
        if name not in others
        and not any(name in its for other, its in WORDS.items() if other != file)
    ]
    assert len(its) > 100
    assert idle == []


def test_every_class_of_a_style_sheet_is_on_some_page():
    """Whole, or put together of a beginning and what is told of: `is-${state}`."""
    begun = tuple(set(re.findall(r"[`\s]([a-z]+-)\$\{", "\n".join(SCRIPTS.values()))))
    bare = (re.sub(r"/\*.*?\*/", "", sheet, flags=re.S) for sheet in SHEETS.values())
    named = {it for sheet in bare for it in re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", sheet)}
    assert len(named) > 100
    idle = named - OF_PAGES.union(*WORDS.values())
    assert [it for it in sorted(idle) if not it.startswith(begun)] == []


def test_every_custom_property_is_used():
    sheets = "\n".join(SHEETS.values())
    made = set(re.findall(r"(--[\w-]+):", sheets))
    assert len(made) > 20
    assert (
        made - set(re.findall(r"var\((--[\w-]+)", sheets)) - set().union(*WORDS.values()) == set()
    )
