"""Tables hold what was found, can be counted again, and no spreadsheet runs anything in them."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from dialog.domain.findings import find
from dialog.domain.findings.model import Scope
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.reports.delimited import cell, csv_file, guarded, json_file, unguarded
from dialog.reports.tables import COLUMNS, NAMES, Column, Sheet, sheet, sheets
from dialog.reports.xlsx import xlsx_file
from dialog.text import characters
from tests.domain.meeting import ada, bo, chair, fay, meeting
from tests.reports import material

ROOT = Path(__file__).parent.parent.parent
HIDDEN = "det här ska ingen utanför läsa"
FORMULA = "=HYPERLINK(1;2)"


@pytest.fixture(scope="module")
def dialogue():
    it = meeting("write")
    it.do(ada, c.ChoosePerspective("young"))
    for person, text in [
        (ada, FORMULA),
        (bo, 'Bad, "ute"\noch inne'),
        (ada, "+46 bussar"),
        (bo, HIDDEN),
    ]:
        it.do(person, c.PostContribution("write", 0, "keyword", text))
    it.do(fay, c.HideContribution(4, "threat"))
    it.work(chair, wc.MakeTheme("school", "Bussar & bad", [1, 2]))
    return it.dialogue


@pytest.fixture(scope="module")
def found(dialogue):
    return find(dialogue)


@pytest.fixture(scope="module")
def public(dialogue):
    return find(dialogue, Scope(edition="public"))


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def book_of(data: bytes):
    return load_workbook(io.BytesIO(data))


# ── what they hold ────────────────────────────────────────────────────────────────────────────


def test_every_table_has_a_value_for_every_column(found):
    for it in sheets(found):
        assert all(len(row) == len(it.columns) for row in it.rows), it.name
    assert [it.name for it in sheets(found)] == list(NAMES)


def test_contributions_are_all_there_with_their_words(found):
    rows = rows_of(csv_file(sheet(found, "contributions")))
    header, *rest = rows
    text, theme = header.index("text"), header.index("theme")
    assert [unguarded(row[text]) for row in rest] == [
        FORMULA,
        'Bad, "ute"\noch inne',
        "+46 bussar",
        "",  # hidden
    ]
    with zipfile.ZipFile(io.BytesIO(xlsx_file(found, sheets(found)))) as book:
        everything = b"".join(book.read(name) for name in book.namelist())
    assert HIDDEN.encode() not in json_file(found, sheets(found)) + everything
    assert [row[theme] for row in rest] == ["1", "1", "", ""]


def test_dispositions_add_up_to_what_was_received(found, public):
    for it in (found, public):
        rows = sheet(it, "dispositions").rows
        assert sum(row[-1] for row in rows) == it.numbers.received == 4


def test_the_public_edition_has_no_target_group_no_hidden_text_and_no_change_log(public):
    made = sheets(public)
    assert "changes" not in [it.name for it in made]
    assert "target_group" not in [it.name for it in sheet(public, "contributions").columns]
    everything = b"".join(csv_file(it) for it in made) + json_file(public, made)
    for inner in zipfile.ZipFile(io.BytesIO(xlsx_file(public, made))).infolist():
        everything += zipfile.ZipFile(io.BytesIO(xlsx_file(public, made))).read(inner)
    assert HIDDEN.encode() not in everything
    assert b"threat" not in everything


def test_json_has_every_text_as_it_was_and_says_what_it_is_a_picture_of(found):
    it = json.loads(json_file(found, sheets(found)))
    assert [row["text"] for row in it["tables"]["contributions"]][0] == FORMULA
    assert it["record_number"] == "KS 2019/017" and it["version"] is None and it["seq"] == found.seq
    assert set(it["tables"]) == set(NAMES)


def test_every_column_is_described_and_nothing_else():
    text = (ROOT / "docs/open-data.md").read_text("utf-8")
    described: dict[str, dict[str, str]] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[2:]:
        name, _, body = part.partition("\n")
        lines = re.findall(r"^\| (`.*?) \| (.*) \|$", body, flags=re.MULTILINE)
        described[name] = {
            column: about for columns, about in lines for column in re.findall(r"`(\w+)`", columns)
        }
    assert {name: set(its) for name, its in described.items()} == {
        name: {it.name for it in columns} for name, columns in COLUMNS.items()
    }
    for name, columns in COLUMNS.items():
        if not all(it.internal for it in columns):
            marked = {it for it, about in described[name].items() if about.startswith("*internal*")}
            assert marked == {it.name for it in columns if it.internal}


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────


def test_csv_is_what_rfc_4180_says_and_utf_8_without_a_mark(found):
    data = csv_file(sheet(found, "contributions"))
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert b'"Bad, ""ute""\noch inne"' in data


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_as_a_formula_and_each_can_be_had_back(text):
    said = guarded(text)
    assert not said.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(said) == text
    assert said == text or guarded(said) != said


MORE = st.lists(
    st.sampled_from(["=", "@", "-", "+", "(", "|", "'", ";", "\n", "\t", " ", "a", "＝"])
)


@given(MORE.map("".join))
def test_no_spreadsheet_that_takes_semicolons_for_separators_runs_a_part_of_a_text(text):
    said = guarded(text)
    for part in re.split("[;\n\t]", said):
        assert not part.startswith(("=", "@", "＝"))
        assert not (part.startswith(("-", "+")) and ("(" in part or "|" in part))
    assert unguarded(said) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ja;=1+1;", "ja;'=1+1;"),
        ("ja\n@SUM(1)", "ja\n'@SUM(1)"),
        ("a;-2+3+cmd|' /C calc'!A0", "a;'-2+3+cmd|' /C calc'!A0"),
        ("bra ;-) eller hur", "bra ;-) eller hur"),
        ("handla:\n- mjölk\n- bröd", "handla:\n- mjölk\n- bröd"),
        ("＝1", "'＝1"),
    ],
)
def test_smileys_and_lists_stay_as_they_were(text, written):
    assert guarded(text) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        ([1, 2], "1 2"),
        ([], ""),
        ("=1", "'=1"),
    ],
)
def test_values_are_written_as_documented(value, written):
    assert cell(value) == written


TEXT = st.text(
    st.one_of(
        st.sampled_from("=+-@'\",;\n\r\t_x0041&<>]\ufeff"),
        st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT.map(characters.tidy), min_size=1, max_size=6), st.data())
def test_any_text_that_passed_the_door_comes_through_csv_json_and_xlsx(found, texts, data):
    it = Sheet("contributions", [Column("text", width=60)], [[text] for text in texts])
    rows = [row[0] if row else "" for row in rows_of(csv_file(it))[1:]]
    assert [*map(unguarded, rows)] == texts
    kept = json.loads(json_file(found, [it]))["tables"]["contributions"]
    assert [row["text"] for row in kept] == texts
    page = book_of(xlsx_file(found, [it])).active
    for text, found_cell in zip(texts, [row[0] for row in page.iter_rows(min_row=2)], strict=True):
        assert found_cell.data_type in ("s", "n") and (found_cell.data_type == "s") == bool(text)
        assert (found_cell.value or "") == text


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────


def test_a_workbook_has_typed_columns_a_fixed_header_filters_and_swedish_words(found):
    book = book_of(xlsx_file(found, sheets(found)))
    page = book["Bidrag"]
    header = [it.value for it in page[1]]
    first = dict(zip(header, page[2], strict=True))
    assert page.freeze_panes == "B2" and page.auto_filter.ref.startswith("A1:")
    assert page.column_dimensions["D"].width > 50
    assert first["Bidrag nr"].value == 1 and first["Bidrag nr"].data_type == "n"
    assert isinstance(first["Mottaget (svensk tid)"].value, datetime)
    assert (first["Typ"].value, first["Status"].value) == ("Nyckelord", "Visas")
    assert first["Målområde"].value == "School and work"
    assert first["Tema"].value == "Bussar & bad"
    assert (first["Text"].value, first["Text"].data_type) == (FORMULA, "s")


def test_a_workbook_has_no_code_where_there_are_words():
    found = material.findings()
    book = book_of(xlsx_file(found, sheets(found)))
    codes = {"question", "keyword", "meaning", "topic", "theme", "presidium", "citizen-dialogue"}
    codes |= {it.anchor for it in found.coverage.anchors} | {it.id for it in found.target_groups}
    texts = {str(cell.value) for page in book for row in page.iter_rows(min_row=2) for cell in row}
    assert not texts & codes
    assert not [text for text in texts if ":primary" in text or ".; " in text]


def test_nothing_in_a_workbook_is_a_formula_or_a_link(found):
    data = xlsx_file(found, sheets(found))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            content = file.read(name)
            assert b"<f>" not in content and b"<hyperlink" not in content, name


def test_a_workbook_has_title_language_and_the_same_bytes_each_time(found):
    data = xlsx_file(found, sheets(found))
    assert xlsx_file(found, sheets(found)) == data
    book = book_of(data)
    assert book.properties.title == "Goals – KS 2019/017"
    assert book.custom_doc_props["Language"].value == "sv-SE"
