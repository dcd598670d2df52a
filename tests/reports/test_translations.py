"""A translation stands beside the original in documents, with who made it, whatever the format."""

import io
from functools import cache

import docx
import pytest

from dialog.protocol.records import Translated
from dialog.reports import documents, html, pdf
from dialog.reports import docx as docx_writer
from dialog.reports.model import Bullets, Document, Quote
from tests.reports import material
from tests.reports.test_pdf import bare, text_of

IN_SWEDISH = "Varför finns inte informationen på arabiska?"
MARK = "Översatt av tolk"


@cache
def document(kind: str, lang: str = "sv") -> Document:
    found = material.findings(edition=documents.edition(kind))
    for it in found.contributions.values():
        if it.language == "ar":
            it.translations = [
                Translated("sv", IN_SWEDISH, "interpreter"),
                Translated("en", "Why is there no information in Arabic?", "machine"),
            ]
        if it.language == "sv":
            it.translations = [Translated("en", "In English", "staff")]
    return documents.build(kind, found, material.definition(), lang=lang)


def test_in_the_list_of_all_contributions_it_stands_below_the_words():
    its = [it for it in document("summary").sources if it.lang == "ar"]
    assert its
    for it in its:
        assert [run.text for run in it.after] == [f"{MARK}: ", IN_SWEDISH]
        assert it.after[1].lang == "sv"
    assert all(it.after == [] for it in document("summary").sources if it.lang == "sv")


def test_an_english_page_has_the_english_one():
    quoted = [it for it in document("feedback", "en").blocks if isinstance(it, Quote)]
    makers = {it.by for it in quoted if it.lang == "en" and it.by.startswith("Translated")}
    runs = [
        run.text
        for it in document("feedback", "en").blocks
        if isinstance(it, Bullets)
        for item in it.items
        for run in item
    ]
    assert makers or "In English" in runs
    assert IN_SWEDISH not in {it.text for it in quoted}


@pytest.mark.parametrize("kind", ["summary", "board", "handover"])
def test_html_marks_the_original_and_who_translated(kind):
    text = html.page(document(kind)).decode()
    assert f'<p class="after" lang="sv" dir="ltr"><em>{MARK}: </em>{IN_SWEDISH}</p>' in text
    assert 'lang="ar" dir="rtl"' in text


def test_docx_has_it_in_a_paragraph_of_its_own():
    made = docx.Document(io.BytesIO(docx_writer.write(document("summary"))))
    cells = [cell for table in made.tables for row in table.rows for cell in row.cells]
    beside = [it for cell in cells for it in cell.paragraphs if it.text == f"{MARK}: {IN_SWEDISH}"]
    assert beside
    assert all("w:bidi/>" not in it._p.xml for it in beside)


def test_pdf_has_it():
    assert bare(f"{MARK}: {IN_SWEDISH}") in bare(text_of(pdf.pdf(document("summary"))))
