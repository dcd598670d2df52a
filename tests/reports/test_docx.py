"""A DOCX as Word, LibreOffice and a screen reader find it."""

import io
import struct
import subprocess
import time
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from docx import Document as opened
from docx.document import Document as Package
from docx.oxml.ns import qn

from dialog.reports import documents, docx
from dialog.reports.model import (
    Bullets,
    Document,
    Heading,
    Letterhead,
    Paragraph,
    Quote,
    Run,
    Source,
)
from tests.reports import material, reading

OFFICE = "/usr/bin/soffice"
TITLE = "Summering medborgardialog om kommunens mål 2019-04-01. Mål för ny mandatperiod"


def png(width: int = 40, height: int = 20) -> bytes:
    """A small grey image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )


LETTERHEAD = Letterhead(
    "Vaggeryds kommun",
    "Kommunledningskontoret",
    "Box 43\n568 21 Skillingaryd",
    png(),
    "Kommunvapen",
)


@cache
def document(kind: str, frozen: bool = True) -> Document:
    found = material.findings(edition=documents.edition(kind), frozen=frozen)
    return documents.build(kind, found, material.definition(), LETTERHEAD)


@cache
def file(kind: str, frozen: bool = True) -> bytes:
    return docx.write(document(kind, frozen))


def package(kind: str = "summary", frozen: bool = True) -> Package:
    return opened(io.BytesIO(file(kind, frozen)))


def body_of(blocks: list, lang: str = "sv") -> Package:
    it = Document("T", "K", "", Letterhead("Kommun"), [], blocks, [], False, lang=lang)
    return opened(io.BytesIO(docx.write(it)))


@pytest.mark.parametrize("kind", documents.KINDS)
def test_headings_are_headings(kind):
    found = [
        (int(p.style.name[-1]), p.text.replace("\u2002", " "))
        for p in package(kind).paragraphs
        if p.style.name.startswith("Heading")
    ]
    it = document(kind)
    expected = [
        (b.level, f"{b.number} {b.text}".strip()) for b in it.blocks if isinstance(b, Heading)
    ]
    listed = [(1, it.sources_title)] if it.sources else []
    closing = [(b.level, b.text) for b in it.closing if isinstance(b, Heading)]
    assert found == [*expected, *listed, *closing]
    titles = [p.text for p in package(kind).paragraphs if p.style.name == "Title"]
    assert titles == [it.title]


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_table_repeats_its_marked_head_and_keeps_its_rows_whole(kind):
    tables = package(kind).element.body.findall(qn("w:tbl"))
    captions = [p for p in package(kind).paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(reading.tables(document(kind)))
    for table in tables:
        first, *others = table.findall(qn("w:tr"))
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert not [
            row for row in others if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        ]
        assert all(
            row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in (first, *others)
        )
        look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
        assert table.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}").get(qn("w:val"))
        columns = len(table.find(qn("w:tblGrid")))
        assert {len(row.findall(qn("w:tc"))) for row in (first, *others)} == {columns}


def test_the_file_says_its_title_author_language_and_time():
    core = package().core_properties
    assert core.title == TITLE
    assert (core.author, core.language, core.subject) == ("Vaggeryds kommun", "sv-SE", "SUMMERING")
    assert core.modified.isoformat() == "2019-04-01T18:00:00+00:00"
    defaults = package().styles.element.find(qn("w:docDefaults"))
    assert {it.get(qn("w:val")) for it in defaults.iter(qn("w:lang"))} == {"sv-SE"}


def test_the_page_is_a4():
    section = package().sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_link_leads_to_a_bookmark(kind):
    body = package(kind).element.body
    marks = [it.get(qn("w:name")) for it in body.iter(qn("w:bookmarkStart"))]
    ids = [it.get(qn("w:id")) for it in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks) and len(set(ids)) == len(ids)
    assert {it.get(qn("w:anchor")) for it in body.iter(qn("w:hyperlink"))} <= set(marks)
    assert {f"bidrag_{n}" for n in reading.cited(document(kind))} <= set(marks)


def test_the_letterhead_stands_on_the_first_page_with_the_logo_described():
    header = package().sections[0].first_page_header
    text = "\n".join(p.text for p in header.paragraphs)
    assert "Vaggeryds kommun\tSUMMERING" in text
    assert "Kommunledningskontoret\t2019-04-01" in text
    assert "Box 43\tKS 2019/017" in text
    about = next(header._element.iter(qn("wp:docPr")))
    assert about.get("descr") == "Kommunvapen"


def test_an_svg_logo_is_left_out_of_a_docx():
    it = document("board")
    it = Document(**{name: getattr(it, name) for name in it.__struct_fields__})
    it.letterhead = Letterhead("Kommun", logo=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    header = opened(io.BytesIO(docx.write(it))).sections[0].first_page_header
    assert list(header._element.iter(qn("wp:docPr"))) == []


def test_a_draft_says_so_on_every_page_and_a_frozen_version_does_not():
    for frozen in (True, False):
        section = package("summary", frozen).sections[0]
        for header in (section.first_page_header, section.header):
            text = "\n".join(p.text for p in header.paragraphs)
            assert ("Arbetsmaterial – inte fastställt" in text) is not frozen


def test_the_foot_has_record_number_version_and_page():
    for footer in (package().sections[0].footer, package().sections[0].first_page_footer):
        xml = footer._element.xml
        assert "KS 2019/017 · Version 1 (fastställd)" in xml
        assert " PAGE " in xml and " NUMPAGES " in xml


def test_numbered_lists_are_lists_and_each_begins_at_one():
    its = [Bullets([[Run("a")], [Run("b")]], ordered=True), Bullets([[Run("c")]], ordered=True)]
    found = body_of(its)
    numbers = [p._p.pPr.numPr.numId.val for p in found.paragraphs if p.style.name == "List Number"]
    assert len(numbers) == 3 and numbers[0] == numbers[1] != numbers[2]
    numbering = found.part.numbering_part.element
    for number in set(numbers):
        assert numbering.num_having_numId(number).lvlOverride_lst[0].startOverride.val == 1


def test_a_text_in_another_language_is_marked_with_it_and_its_direction():
    found = body_of([Quote("أهلاً وسهلاً", "ar"), Quote("Mitä kuuluu?", "fi"), Quote("Hej", "sv")])
    arabic, finnish, swedish = [p for p in found.paragraphs if p.style.name == "Quote"]
    assert arabic._p.pPr.find(qn("w:bidi")) is not None
    its = arabic.runs[0]._r.rPr
    assert its.find(qn("w:rtl")) is not None
    assert its.find(qn("w:lang")).get(qn("w:bidi")) == "ar"
    assert finnish.runs[0]._r.rPr.find(qn("w:lang")).get(qn("w:val")) == "fi"
    assert swedish.runs[0]._r.rPr.find(qn("w:lang")) is None


def test_arabic_written_on_a_swedish_phone_is_not_called_swedish():
    its = body_of([Quote("أهلاً", "sv")]).paragraphs[-1].runs[0]._r.rPr
    assert its.find(qn("w:rtl")) is not None and its.find(qn("w:lang")) is None


def test_the_same_document_gives_the_same_bytes():
    assert docx.write(document("board")) == docx.write(document("board"))


def test_what_xml_cannot_hold_is_replaced_and_nothing_else():
    text = "a\ud800b\ufffec\x00d\ue000e🚲f"
    it = Document("\udfff", "\x01", "", Letterhead("\x02"), [], [Paragraph([Run(text)])], [], False)
    found = opened(io.BytesIO(docx.write(it)))
    assert found.paragraphs[-1].text == "a\ufffdb\ufffdc\ufffdd\ue000e🚲f"


def test_word_keeps_the_spaces_at_the_edges_of_a_text():
    texts = body_of([Paragraph([Run(" a "), Run("b", bold=True)])]).element.iter(qn("w:t"))
    assert {it.get(qn("xml:space")) for it in texts} == {"preserve"}


def test_five_thousand_contributions_are_written_in_seconds():
    its = [Source(n, f"Bidrag {n} om bussar på kvällen", "sv", "Område 1") for n in range(1, 5001)]
    it = Document("T", "K", "", Letterhead("Kommun"), [], [], its, False)
    begun = time.process_time()
    docx.write(it)
    assert time.process_time() - begun < 5


def test_the_parts_are_packed_without_the_time_of_day():
    with zipfile.ZipFile(io.BytesIO(file("board"))) as archive:
        assert {it.date_time for it in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_libreoffice_opens_every_kind_and_makes_a_pdf_of_it(tmp_path):
    for kind in documents.KINDS:
        (tmp_path / f"{kind}.docx").write_bytes(file(kind))
    assert Path(OFFICE).exists(), "LibreOffice is missing: apt-get install libreoffice-writer-nogui"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    files = [str(it) for it in tmp_path.glob("*.docx")]
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *files], check=True, timeout=200, capture_output=True)
    made = {it.stem: it.read_bytes() for it in tmp_path.glob("*.pdf")}
    assert set(made) == set(documents.KINDS)
    assert all(it.startswith(b"%PDF") and len(it) > 10_000 for it in made.values())
