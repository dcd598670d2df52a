"""docs/kommun: what a municipality asks for is there, and names nothing that is not."""

import re
from pathlib import Path

import pytest

from dialog.cli import main
from dialog.sessions.municipality import Accessibility, Privacy
from dialog.settings import Settings

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "kommun"
PAGES = sorted(FOLDER.glob("*.md"))
QUESTIONS = 14


def named(page: Path) -> str:
    """All that stands as code: in backticks, or indented."""
    text = page.read_text("utf-8")
    return "\n".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"^    (\S.*)$", text, re.M))


def test_each_of_the_fourteen_questions_leads_to_a_page_and_no_page_is_forgotten():
    text = (FOLDER / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+)\. .* \| \[[^]]+\]\(([\w.-]+)\) \|$", text, re.M)
    assert [int(number) for number, _ in rows] == list(range(1, QUESTIONS + 1))
    assert {page for _, page in rows} == {page.name for page in PAGES} - {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_setting_file_and_test_that_it_names_is_there(page):
    text = page.read_text("utf-8")
    missing = []
    for command, rest in re.findall(r"^dialog ([a-z]+(?:-[a-z]+)*)(.*)$", named(page), re.M):
        options = {
            it for param in getattr(main.commands.get(command), "params", []) for it in param.opts
        }
        missing += [] if command in main.commands else [f"dialog {command}"]
        missing += [
            f"dialog {command} {it}" for it in re.findall(r"--[a-z-]+", rest) if it not in options
        ]
    settings = {f"DIALOG_{name.upper()}" for name in Settings.__dataclass_fields__}
    missing += sorted(set(re.findall(r"DIALOG_[A-Z_]+", text)) - settings)
    files = re.findall(r"^(?:dialog|static|sessions|tests|docs)/[\w./-]+$", named(page), re.M)
    missing += [name for name in files if not (ROOT / name).exists()]
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)
    missing += [name for name in links if not (FOLDER / name).exists()]
    there = "\n".join(it.read_text("utf-8") for it in (ROOT / "tests").rglob("test_*.py"))
    tests = set(re.findall(r"\btest_\w+", text))
    missing += sorted(name for name in tests if f"def {name}(" not in there)
    keys = re.findall(r"^(privacy|accessibility)\.(\w+)$", named(page), re.M)
    kinds = {"privacy": Privacy, "accessibility": Accessibility}
    missing += [".".join(key) for key in keys if key[1] not in kinds[key[0]].__struct_fields__]
    assert not missing
