"""A document as one HTML file that everyone can read."""

import re
from functools import cache

import pytest

from dialog.reports import documents, html
from dialog.reports.model import Document, Heading, Letterhead, Paragraph, Quote, Run
from tests.reports import material, reading
from tests.reports.parsing import Parsed, parsed
from tests.reports.test_docx import LETTERHEAD


@cache
def document(kind: str, lang: str = "sv", frozen: bool = True) -> Document:
    found = material.findings(edition=documents.edition(kind), frozen=frozen)
    return documents.build(kind, found, material.definition(), LETTERHEAD, lang)


@cache
def page_of(kind: str, lang: str = "sv") -> str:
    return html.page(document(kind, lang)).decode()


@cache
def read(kind: str, lang: str = "sv") -> Parsed:
    return parsed(page_of(kind, lang))


def alone(*blocks: object) -> str:
    it = Document("T", "K", "", Letterhead("Kommun"), [], list(blocks), [], False)  # type: ignore[arg-type]
    return html.page(it).decode()


@pytest.mark.parametrize("kind", documents.KINDS)
def test_headings_stand_in_order_under_the_one_title(kind):
    it = document(kind)
    titles = [text for level, text in read(kind).headings if level == 1]
    assert titles == [it.title]
    found = [
        (level - 1, text)
        for level, text in read(kind).headings
        if level > 1 and text != it.contents_title
    ]
    expected = [
        (b.level, f"{b.number} {b.text}".strip()) for b in it.blocks if isinstance(b, Heading)
    ]
    listed = [(1, it.sources_title)] if it.sources else []
    closing = [(b.level, b.text) for b in it.closing if isinstance(b, Heading)]
    assert found == [*expected, *listed, *closing]


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_link_leads_to_a_place_in_the_file(kind):
    its = read(kind)
    assert len(set(its.ids)) == len(its.ids)
    assert {link.removeprefix("#") for link in its.links} <= set(its.ids)
    assert all(link.startswith("#") for link in its.links)
    assert {f"source-{n}" for n in reading.cited(document(kind))} <= set(its.ids)


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_table_has_a_caption_and_heads_with_scope(kind):
    its = read(kind)
    tables = len(reading.tables(document(kind))) + bool(document(kind).sources)
    assert (its.count("table"), its.count("caption")) == (tables, tables)
    assert {attributes.get("scope") for tag, attributes in its.tags if tag == "th"} <= {
        "col",
        "row",
    }


@pytest.mark.parametrize("kind", documents.KINDS)
def test_nothing_runs_and_nothing_is_fetched(kind):
    its = read(kind)
    assert its.count("script") == its.count("link") == its.count("iframe") == 0
    assert not [a for _, a in its.tags if "style" in a or any(k.startswith("on") for k in a)]
    sources = [a["src"] for _, a in its.tags if "src" in a]
    assert [it for it in sources if not it.startswith("data:image/png;base64,")] == []
    assert "url(" not in page_of(kind) and "@import" not in page_of(kind)


def test_the_file_says_its_language_and_title():
    assert page_of("summary").startswith('<!DOCTYPE html>\n<html lang="sv">')
    assert '<html lang="sv">' in page_of("feedback", "sv-easy")
    assert '<html lang="en">' in page_of("feedback", "en")
    assert "<title>Summering medborgardialog om kommunens mål 2019-04-01 – " in page_of("summary")


def test_what_people_wrote_is_text_and_never_markup():
    text = """<script>alert("1")</script> & <img src=x onerror='x'>"""
    page = alone(Quote(text, "sv"), Paragraph([Run(text, bold=True)]), Heading(text))
    its = parsed(page)
    assert its.count("script") == its.count("img") == 0
    assert its.texts("blockquote") == [text]


def test_a_colour_that_is_none_is_not_written_into_the_styles():
    from dialog.reports.model import Cell, Table

    table = Table(
        "T", ["A"], [[Cell("a", bar="#E5243B")], [Cell("b", bar="red}body{display:none")]]
    )
    page = alone(table)
    assert ".bar-e5243b{border-left:.5rem solid #E5243B}" in page
    assert "display:none" not in page


def test_a_text_from_right_to_left_says_so():
    page = alone(Quote("أهلاً وسهلاً", "ar"), Quote("أهلاً", "sv"), Quote("Mitä?", "fi"))
    spans = [a for tag, a in parsed(page).tags if tag == "span" and a.get("class") == "words"]
    assert [(a.get("lang"), a.get("dir")) for a in spans] == [
        ("ar", "rtl"),
        (None, "rtl"),
        ("fi", None),
    ]


def test_our_own_page_gets_the_body_alone():
    body = html.body(document("feedback"), start=2)
    assert not re.search(r"<(html|head|body|style|main|h1)\b", body)
    assert body.startswith("<h2>Det här sa ni – så används det</h2>")
