"""docs/requirements.md: every requirement once, and every file and test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| ([SR]-\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
    (ROOT / "docs" / "requirements.md").read_text(),
    re.MULTILINE,
)
NOT_BUILT = {"R-32"}


def test_every_requirement_has_one_row():
    wanted = [f"{letter}-{number:02}" for letter in "SR" for number in range(1, 34)]
    assert [id for id, *_ in ROWS] == wanted


def test_every_file_that_the_table_names_is_there():
    named = {(id, file) for id, _, where, _ in ROWS for file in re.findall(r"`([^`]+)`", where)}
    assert {id for id, *_ in ROWS} - {id for id, _ in named} == NOT_BUILT
    assert not [(id, file) for id, file in sorted(named) if not (ROOT / file).exists()]


def test_every_test_that_the_table_names_is_there():
    files = [file.read_text() for file in (ROOT / "tests").rglob("test_*.py")]
    there = set(re.findall(r"^(?:async )?def (test_\w+)", "\n".join(files), re.MULTILINE))
    named = {(id, name) for id, *_, tests in ROWS for name in re.findall(r"`(test_\w+)`", tests)}
    assert {id for id, *_ in ROWS} - {id for id, _ in named} == NOT_BUILT
    assert not [(id, name) for id, name in sorted(named) if name not in there]
