"""`dialog export`, `dialog verify` and `dialog import`, on an evening that a rehearsal has kept."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from dialog.reports.formats import FORMATS_OF, KINDS

ROOT = Path(__file__).parent.parent


def run(*arguments: object, fails: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "dialog", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        env=os.environ | {"DIALOG_DATABASE": ""},
    )
    assert (done.returncode != 0) == fails, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """An evening that has been rehearsed, with its data kept."""
    data = tmp_path_factory.mktemp("evening")
    run("rehearse", "--data", data, "--participants", 6, "--posts", 24, "--json")
    return data


@pytest.fixture
def data(kept, tmp_path) -> Path:
    """A copy to write in."""
    return Path(shutil.copytree(kept, tmp_path / "data"))


def exported(data: Path, tmp_path: Path, kind: str, format: str, *more: object) -> bytes:
    out = tmp_path / f"out.{format}"
    run("export", "--data", data, "--for", kind, "--out", out, *more)
    return out.read_bytes()


BEGINS = {
    "pdf": b"%PDF-1.7",
    "docx": b"PK",
    "xlsx": b"PK",
    "zip": b"PK",
    "html": b"<!DOCTYPE html>",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_comes_out_in_its_formats(kept, tmp_path, kind):
    left = {"docx", "html"} if kind != "summary" else set()
    for format in set(FORMATS_OF[kind]) - left:
        content = exported(kept, tmp_path, kind, format)
        assert content.startswith(BEGINS.get(format, b"")) and len(content) > 50


def test_what_is_not_frozen_is_a_working_draft_and_a_rehearsal_says_so(kept, tmp_path):
    page = exported(kept, tmp_path, "summary", "html").decode()
    assert "Arbetsmaterial" in page and "ÖVNING" in page


def test_an_archive_verifies_and_a_changed_one_does_not(kept, tmp_path):
    exported(kept, tmp_path, "archive", "zip")
    package = tmp_path / "out.zip"
    assert "all as they were" in run("verify", package).stdout
    with zipfile.ZipFile(package, "a") as file:
        file.writestr("documents/extra.pdf", b"x")
    done = run("verify", package, fails=True)
    assert "documents/extra.pdf is not in manifest.json" in done.stderr
    assert json.loads(run("verify", package, "--json", fails=True).stdout)["ok"] is False
    assert run("verify", tmp_path / "none.zip", fails=True).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--for", "ksau", "--out", "x.txt"], "--format"),
        (["--for", "ksau", "--out", "x.pdf", "--dialogue", "KS 1/1"], "no dialogue"),
        (["--for", "ksau", "--out", "x.pdf", "--version", "7"], "no version 7"),
        (["--for", "ksau", "--out", "x.pdf", "--session", "nope"], "no session"),
        (["--for", "ksau", "--out", "x.zip"], "--for archive"),
        (["--for", "ksau", "--out", "none/x.csv"], "cannot write"),
        (["--out", "x.pdf"], "--for"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(kept, arguments, sentence):
    assert sentence in run("export", "--data", kept, *arguments, fails=True).stderr


def test_looking_into_an_empty_folder_begins_nothing_there(tmp_path):
    done = run("export", "--data", tmp_path, "--for", "ksau", "--out", "x.pdf", fails=True)
    assert "there is no dialogue in" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dialogue_is_found_by_its_record_number(kept, tmp_path):
    assert exported(kept, tmp_path, "ksau", "csv", "--dialogue", "ks 2019/017")


# ── import ────────────────────────────────────────────────────────────────────────────────────

HEADER = ["Nr", "Svar", "Område", "Målgrupp"]
GOOD = [
    ["1", "Fler bänkar vid ån", "1", "Seniorer"],
    ["2", 'Bussar "även" kvällar', "", ""],
    ["", "", "", ""],
    ["3", "نريد حديقة", "area-2", "seniors"],
]
COLUMNS = ("--text-column", "Svar", "--area-column", "område", "--target-group-column", "Målgrupp")


def as_csv(tmp_path: Path, rows: list[list[str]]) -> Path:
    file = tmp_path / "enkät 2018.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    return file


def texts(data: Path, tmp_path: Path) -> list[str]:
    found = exported(data, tmp_path, "summary", "json")
    return [row["text"] for row in json.loads(found)["tables"]["contributions"]]


def test_a_preview_writes_nothing_and_yes_writes_all(data, tmp_path):
    file = as_csv(tmp_path, GOOD)
    before = texts(data, tmp_path)
    done = run("import", file, "--data", data, *COLUMNS)
    assert "3 rows can be brought in" in done.stdout and "Fler bänkar" in done.stdout
    assert texts(data, tmp_path) == before
    done = run("import", file, "--data", data, *COLUMNS, "--yes")
    assert "import-enkat-2018" in done.stdout
    assert texts(data, tmp_path) == [*before, GOOD[0][1], GOOD[1][1], GOOD[3][1]]
    found = json.loads(exported(data, tmp_path, "summary", "json"))["tables"]
    last = found["contributions"][-3:]
    assert [row["area"] for row in last] == ["area-1", "", "area-2"]
    assert [row["target_group"] for row in last] == ["seniors", "undisclosed", "seniors"]
    again = run("import", file, "--data", data, *COLUMNS, "--channel", "committee", "--yes")
    assert "import-enkat-2018-2" in again.stdout
    found = json.loads(exported(data, tmp_path, "summary", "json"))["tables"]
    committee = found["contributions"][-3:]
    assert {row["channel"] for row in committee} == {"committee"}
    assert {row["target_group"] for row in committee} == {"committees"}


def test_every_mistake_is_told_with_line_and_column_and_nothing_is_written(data, tmp_path):
    bad = [
        ["4", "ring 850709-9805", "9", "Marsianer"],
        ["5", "x" * 501, "", ""],
        ["6", " ", "1", ""],
    ]
    file = as_csv(tmp_path, [*GOOD, *bad])
    before = texts(data, tmp_path)
    done = run("import", file, "--data", data, *COLUMNS, "--yes", fails=True)
    for part in (
        'line 6, "Område": “9” is no goal area',
        'line 6, "Målgrupp": “Marsianer” is no target group',
        'line 6, "Svar"',
        'line 7, "Svar"',
        'line 8, "Svar"',
    ):
        assert part in done.stdout, part
    assert "nothing is written" in done.stderr
    assert texts(data, tmp_path) == before


def test_a_workbook_is_read_as_well(data, tmp_path):
    book = Workbook()
    for row in [HEADER, *GOOD]:
        book.active.append(row)
    file = tmp_path / "in.xlsx"
    book.save(file)
    assert load_workbook(file).active.max_row == 5
    assert (
        "3 contributions are written"
        in run("import", file, "--data", data, *COLUMNS, "--yes").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--text-column", "Text"], 'no column "Text"; it has "Nr", "Svar"'),
        (["--text-column", "Svaret"], 'no column "Svaret" (did you mean "Svar"?)'),
        (["--text-column", "Svar", "--area", "nowhere"], "no goal area"),
        (["--text-column", "Svar", "--sheet", "Blad"], "no Excel file"),
    ],
)
def test_a_column_that_is_not_there_is_said(data, tmp_path, arguments, sentence):
    file = as_csv(tmp_path, GOOD)
    assert sentence in run("import", file, "--data", data, *arguments, fails=True).stderr


def test_a_csv_that_was_exported_holds_every_text(kept, tmp_path):
    rows = list(csv.DictReader(io.StringIO(exported(kept, tmp_path, "summary", "csv").decode())))
    assert len(rows) == 24 and all(row["text"] for row in rows)
