"""The documents say what the code does."""

import json
import re
from pathlib import Path

import pytest

from bench.row import Row, table
from dialog.cli import group, main
from dialog.protocol import document
from dialog.settings import Settings
from tests.faults.conftest import added_up

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "bundle/README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = r"(?:^ {4}(?:\S*/)?|`(?:\S*/)?|-m |&& )dialog ([a-z][a-z-]*(?: [^`#\n&|]*)?)"
"""In a block or a piece of code, up to where something else begins."""
RESULTS = ROOT / "bench" / "results"


@pytest.mark.parametrize("name", document.files())
def test_the_protocol_page_is_what_the_types_say(name):
    written = (ROOT / "docs" / "protocol" / name).read_text()
    assert written == document.files()[name], "run `make docs`"


def test_every_setting_is_described():
    page = (ROOT / "docs" / "running.md").read_text()
    missing = [
        name for name in Settings.__dataclass_fields__ if f"DIALOG_{name.upper()}" not in page
    ]
    assert not missing


def test_every_option_of_grouping_files_is_described():
    page = (ROOT / "docs" / "grouping-files.md").read_text()
    options = [name for option in group.params for name in option.opts if name.startswith("--")]
    assert options and not [name for name in options if name not in page]


def test_the_readme_quotes_the_figures_as_they_were_measured():
    measured = json.loads((RESULTS / "scale.json").read_text())
    readme = (ROOT / "README.md").read_text()
    assert table([Row(**it) for it in measured["rows"]]) in readme, (
        "paste what `make bench` printed"
    )
    assert not measured["small"] and not measured["failed"]
    assert measured["commit"] in readme and measured["machine"] in readme


def test_the_readme_quotes_what_the_faults_have_counted():
    counted = json.loads((RESULTS / "faults.json").read_text())
    assert counted["whole"] and all(it["passed"] for it in counted["faults"])
    assert added_up(counted["faults"]) in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "page", ["ARCHITECTURE.md", "README.md", "docs/grouping-files.md", "docs/running.md"]
)
def test_every_file_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text()
    named = re.findall(r"`((?:dialog|static|sessions|tests|docs|bench)/[\w./-]+)`", text)
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)
    missing = [name for name in named if not (ROOT / name).exists()]
    missing += [name for name in linked if not ((ROOT / page).parent / name).exists()]
    assert not missing


def test_every_page_that_the_code_names_is_there():
    files = [
        it for part in ("dialog", "bench", "bundle", "tests") for it in (ROOT / part).rglob("*.py")
    ]
    named = {
        (str(file.relative_to(ROOT)), name)
        for file in files
        for name in re.findall(
            r"(?<![\w/.-])(?:docs/[\w/]+|[A-Z]{3,})\.md\b", file.read_text("utf-8")
        )
    }
    assert len(named) > 20
    assert [it for it in sorted(named) if not (ROOT / it[1]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_is_there_with_its_options(page):
    text = page.read_text("utf-8")
    missing = []
    for words in re.findall(COMMAND, text, re.M):
        name, *rest = words.split()
        known = main.commands.get(name)
        options = {it for param in getattr(known, "params", []) for it in param.opts}
        missing += [] if known else [words]
        missing += [f"{name} {it}" for it in rest if it.startswith("--") and it not in options]
    assert not missing


def test_the_ten_steps_name_at_most_ten_files():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    steps = text.split("## The life of a contribution")[1].split("\n## ")[0]
    files = set(re.findall(r"`((?:dialog|static)/[\w./-]+\.\w+)`", steps))
    assert 0 < len(files) <= 10


def test_the_glossary_word_is_never_cluster_in_the_interface():
    catalogues = (ROOT / "dialog" / "locales").rglob("*.po")
    guilty = [str(file) for file in catalogues if "kluster" in file.read_text().lower()]
    assert not guilty
