"""Files that somebody has sent to be read: bombs, entities, links to other files, formulas."""

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from dialog.spreadsheets import BadSpreadsheet, delimited, workbook
from dialog.spreadsheets.table import Added

CONTENT_TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
LINKS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="{}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"/></Relationships>"""
BOOK = """<?xml version="1.0"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Svar" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEET = """<?xml version="1.0"?>{}
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Svar</t></is></c>
<c r="B1" t="inlineStr"><is><t>Nr</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c>
<c r="B2" t="inlineStr"><is><t>1</t></is></c></row>
</sheetData></worksheet>"""


def package(sheet: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", CONTENT_TYPES)
        file.writestr("_rels/.rels", LINKS.format("xl/workbook.xml", "officeDocument"))
        file.writestr("xl/workbook.xml", BOOK)
        file.writestr(
            "xl/_rels/workbook.xml.rels", LINKS.format("worksheets/sheet1.xml", "worksheet")
        )
        file.writestr("xl/worksheets/sheet1.xml", sheet)
    return out.getvalue()


def read(data: bytes) -> list[list[str]]:
    return workbook.read(Path("fil.xlsx"), data).rows


def test_a_plain_one_made_by_hand_is_read():
    assert read(package(SHEET.format("", "buss"))) == [["buss", "1"]]


def test_an_entity_that_names_a_file_of_ours_brings_nothing_of_it(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do-not-tell")
    for name in (f"file://{secret}", str(secret)):
        for kind in ("SYSTEM", "PUBLIC '-//x'"):
            entity = f'<!DOCTYPE x [<!ENTITY it {kind} "{name}">]>'
            try:
                found = read(package(SHEET.format(entity, "&it;")))
            except BadSpreadsheet:
                continue
            assert "do-not-tell" not in str(found)


def test_entities_that_multiply_are_refused_before_they_do():
    names = "abcdefghijk"
    lines = ['<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">']
    lines += [
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip(names, names[1:], strict=False)
    ]
    began = time.process_time()
    try:
        found = read(package(SHEET.format(f"<!DOCTYPE x [{''.join(lines)}]>", "&k;")))
    except BadSpreadsheet:
        found = []
    assert len(str(found)) < 10_000_000 and time.process_time() - began < 3


def test_a_package_that_unpacks_to_more_than_the_machine_has_is_not_unpacked():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(210):
            part.write(b" " * (1 << 20))
    assert len(out.getvalue()) < 1 << 20
    began = time.process_time()
    with pytest.raises(BadSpreadsheet, match="too large"):
        read(out.getvalue())
    assert time.process_time() - began < 1


def test_a_cell_far_away_does_not_make_all_cells_up_to_it():
    sheet = SHEET.format("", "buss").replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(BadSpreadsheet, match="row 1048576"):
        read(package(sheet))


RUN = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", '=WEBSERVICE("http://elsewhere.example")')


def test_what_is_added_beside_what_somebody_sent_is_no_formula():
    """A group is called by words of contributions, and those may be anything."""
    sheet = workbook.read(Path("fil.xlsx"), package(SHEET.format("", "buss")))
    for text in RUN:
        book = openpyxl.load_workbook(io.BytesIO(sheet.with_columns([Added(text, [text])])))
        assert not [it for row in book.active.iter_rows() for it in row if it.data_type == "f"]
        assert not delimited.safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_formula_that_somebody_sent_is_not_worked_out():
    book = openpyxl.Workbook()
    for row in (["Svar", "Nr"], ["buss", "=1+1"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert workbook.read(Path("fil.xlsx"), out.getvalue()).rows == [["buss", ""]]


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 1000,
        b"\xff\xfe" + b"\0" * 999,
        b'"' * 100_001,
        b'a,b\n"' + b"x" * 200_000,
        b"PK\x03\x04" + b"\0" * 500,
        b"\xef\xbb\xbf",
        b",".join([b"a"] * 50_000),
    ],
    ids=["zeros", "half UTF-16", "quotes", "an open cell", "half a ZIP", "a mark", "one wide row"],
)
def test_rubbish_is_refused_in_a_sentence_and_soon(data):
    began = time.process_time()
    for reader in (workbook.read, delimited.read):
        try:
            reader(Path("fil"), data)
        except BadSpreadsheet as refused:
            assert str(refused)
    assert time.process_time() - began < 5
