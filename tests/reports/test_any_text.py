"""Whatever passes the door comes through DOCX and HTML as it was written."""

import io

from docx import Document as opened
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialog.reports import docx, html
from dialog.reports.model import (
    Bullets,
    Cell,
    Document,
    Letterhead,
    Paragraph,
    Quote,
    Run,
    Source,
    Table,
)
from dialog.text.characters import readable, tidy
from tests.reports.parsing import parsed

RARE = [
    "🚲👩🏽‍🤝‍👩🏼🇸🇪",
    "نريد حافلات في المساء",
    "ما به اتوبوس نیاز داریم ۱۲۳",
    "𐎠𐏁 𒀀 ᚠᚢᚦ ꦲ",
    "\ue000\uf0b7\U000f0000\U0010fffd",
    "a\nb\n\nc",
    "a\tb",
    "]]> &amp; <b>{{x}}</b> $x$ #let _x_ *y*",
    "=1+1",
    "e\u0301\u0302",
    "  två  mellanslag  ",
]
LETTERS = st.characters(exclude_categories=("Cc", "Cs"))
TEXTS = st.one_of(st.text(LETTERS, min_size=1), st.sampled_from(RARE), st.text(min_size=1))
AT_THE_DOOR = TEXTS.map(tidy).filter(lambda text: bool(text) and readable(text))
LANGUAGES = st.sampled_from(["sv", "sv-easy", "en", "fi", "ar", "fa", "so", "", "und"])


def document(text: str, lang: str) -> Document:
    blocks = [
        Paragraph([Run(text, lang=lang)]),
        Quote(text, lang),
        Bullets([[Run(text, lang=lang, italic=True)]]),
        Table("Text", ["Kolumn"], [[Cell(text, lang)]]),
    ]
    source = Source(1, text, lang)
    return Document(text, "K", text, Letterhead(text), [], blocks, [source], False, author=text)


@given(AT_THE_DOOR, LANGUAGES)
@settings(max_examples=40, deadline=None)
@example("a\u2028b\u2029c", "sv")
def test_any_text_comes_through_docx(text, lang):
    found = opened(io.BytesIO(docx.write(document(text, lang))))
    texts = {p.style.name: p.text for p in found.paragraphs}
    assert texts["Title"] == texts["Normal"] == texts["Quote"] == texts["List Bullet"] == text
    assert found.tables[0].cell(1, 0).text == text
    assert found.tables[1].cell(1, 1).text == text


@given(AT_THE_DOOR, LANGUAGES)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_through_html(text, lang):
    its = parsed(html.page(document(text, lang)).decode())
    assert its.texts("h1") == its.texts("blockquote") == its.texts("li")[-1:] == [text]
    assert its.texts("td") == [text, ""] or text in its.texts("td")
    assert its.texts("p").count(text) >= 2


@given(st.text(st.characters()), LANGUAGES)
@settings(max_examples=40, deadline=None)
def test_no_text_whatsoever_stops_a_document(text, lang):
    """Lone surrogates and noncharacters do not pass the door; still they must not raise."""
    assert docx.write(document(text, lang)) and html.page(document(text, lang))
