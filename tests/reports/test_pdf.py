"""The PDF is what an archive and the accessibility law ask for, and holds every word."""

import re
import subprocess
import unicodedata
from io import BytesIO

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialog.reports import fonts
from dialog.reports import pdf as writer
from dialog.reports.model import Cell, Heading, Letterhead, Paragraph, Quote, Run, Source, Table
from dialog.reports.pdf import pdf
from dialog.reports.typesetting import find
from dialog.text import characters
from tests.reports.papers import ARABIC, paper


@pytest.fixture(scope="module")
def made() -> bytes:
    return pdf(paper())


@pytest.fixture
def opened(made):
    with pikepdf.open(BytesIO(made)) as file:
        yield file


def text_of(data: bytes) -> str:
    """The words in reading order, as a copying reader gets them."""
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode()


def bare(text: str) -> str:
    """What is comparable after typesetting: no blanks, nothing invisible, one form of each."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Zs", "Mn")
    )


# ── the standards ─────────────────────────────────────────────────────────────────────────────


def test_qpdf_finds_nothing_wrong(made, tmp_path):
    (tmp_path / "it.pdf").write_bytes(made)
    done = subprocess.run(["qpdf", "--check", tmp_path / "it.pdf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_that_it_is_pdf_a_2a_and_pdf_ua_1_at_once(opened):
    with opened.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "A")
        assert xmp["pdfuaid:part"] == "1"
        assert xmp["dc:title"] == "Summering – extra KS 2019-02-21"
        assert xmp["dc:creator"] == ["Kommunledningskontoret"]
        assert xmp["xmp:CreateDate"].startswith("2019-02-22")


def test_it_has_language_tags_title_and_colours_as_the_standards_ask(opened):
    root = opened.Root
    assert root.MarkInfo.Marked == True  # noqa: E712
    assert str(root.Lang) == "sv"
    assert root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
    assert root.OutputIntents[0].S == "/GTS_PDFA1"
    assert "/DestOutputProfile" in root.OutputIntents[0]


def fonts_in(file):
    return [it for it in file.objects if isinstance(it, pikepdf.Dictionary) and is_font(it)]


def is_font(it):
    return it.get("/Type") == "/Font"


def test_every_font_is_embedded_and_can_be_read_back(opened):
    found = fonts_in(opened)
    descriptors = [it.FontDescriptor for it in found if "/FontDescriptor" in it]
    assert descriptors
    for descriptor in descriptors:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
    assert all("/ToUnicode" in it for it in found if it.Subtype == "/Type0")
    assert not [
        it for it in found if it.Subtype not in ("/Type0", "/CIDFontType0", "/CIDFontType2")
    ]


def test_headings_lists_quotes_and_captions_are_tagged(opened):
    root = opened.Root.StructTreeRoot
    assert len(find(root, "/H1")) == 3  # with the contents and the sources
    assert len(find(root, "/H2")) == 2, "a level is not skipped"
    assert len(find(root, "/BlockQuote")) == 2
    assert len(find(root, "/Caption")) == 2
    assert len(find(root, "/L")) >= 3


def scope(cell):
    found = cell.A if isinstance(cell.A, pikepdf.Array) else [cell.A]
    return [str(it.Scope) for it in found if "/Scope" in it]


def test_table_headers_have_scopes_and_row_headers_only_where_they_are(opened):
    first, second, sources = find(opened.Root.StructTreeRoot, "/Table")
    assert [scope(it) for it in find(first, "/TH")] == [["/Column"]] * 3 + [["/Row"]] * 2
    assert [scope(it) for it in find(second, "/TH")] == [["/Column"]] * 2
    assert len(find(first, "/TD")) == 4 and len(find(second, "/TD")) == 2
    assert [scope(it) for it in find(sources, "/TH")] == [["/Column"]] * 3 + [["/Row"]] * 3


def test_people_hear_each_language_as_it_is(opened):
    quote = find(opened.Root.StructTreeRoot, "/BlockQuote")[0]
    assert "ar" in str(quote.get("/Lang", "")) + str([k.get("/Lang") for k in quote.K])


def test_bookmarks_lead_to_the_headings(opened):
    with opened.open_outline() as outline:
        titles = [it.title for it in outline.root]
    assert [re.sub(r"\s+", " ", title) for title in titles] == ["1 Sammanfattning", "Källor"]


def test_numbers_lead_to_their_sources_and_what_is_no_source_is_only_a_number(opened):
    links = [it for page in opened.pages for it in page.get("/Annots", []) if it.Subtype == "/Link"]
    inner = [it for it in links if "/Dest" in it or it.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inner) >= 7
    assert all("/Contents" in it or "/StructParent" in it for it in inner)


# ── the words ─────────────────────────────────────────────────────────────────────────────────


def test_what_people_wrote_is_never_code(made):
    assert bare("#let x = 1 $a$ *fet* \\ @ref <label>") in bare(text_of(made))


def test_arabic_goes_from_the_right_and_reads_as_it_was_written(made, tmp_path):
    assert bare(ARABIC.split("،")[0]) in bare(text_of(made))
    (tmp_path / "it.pdf").write_bytes(made)
    box = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "it.pdf", "-"], capture_output=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)"[^>]*>([^<]+)</word>', box)
    places = {bare(word): float(x) for x, word in words}
    assert places["مرحبا"[::-1]] > places["بالعالم،"[::-1]] > 300, "as drawn"


def test_a_missing_text_is_said_and_a_draft_says_so_on_every_page(made):
    assert "Text saknas: Representativitet" in text_of(made)
    assert "ARBETSUTKAST" not in text_of(made)
    draft = pdf(paper(draft=True))
    with pikepdf.open(BytesIO(draft)) as file:
        assert text_of(draft).count("ARBETSUTKAST") == len(file.pages) >= 2


def test_the_same_document_gives_the_same_bytes(made):
    assert pdf(paper()) == made
    assert pdf(paper(title="En annan")) != made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bra \U0001f600!", "bra [tecken U+1F600 grinning face]!"),
        ("\ue000 \uf001", "[tecken U+E000] [tecken U+F001]"),
        ("a\ufeffb", "a\u2060b"),
        ("❤️", "❤️"),
        ("日本語 한국어 中文", "日本語 한국어 中文"),
        ("پارک گوشه چای ژاله", "پارک گوشه چای ژاله"),
        ("Հայերեն ქართული ภาษาไทย አማርኛ हिन्दी বাংলা", "Հայերեն ქართული ภาษาไทย አማርኛ हिन्दी বাংলা"),
    ],
)
def test_what_no_font_has_is_named_and_all_else_stays(text, shown):
    assert fonts.shown(text) == shown
    assert bare(shown) in bare(text_of(pdf(paper(Quote(text, "sv"), title=text)))) or any(
        unicodedata.bidirectional(c) in ("AL", "R") or unicodedata.category(c) == "Mc" for c in text
    )


def test_another_language_names_characters_in_its_own_words():
    assert fonts.shown("\U0001f600", "en-GB") == "[character U+1F600 grinning face]"


READABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=30
).map(characters.tidy)
HOSTILE = st.text(
    st.sampled_from("aåя漢字مرحבשक्षি\u0301\u0308\u200d\ufe0f\u20e3😀👍🏽🇸🇪\ue000\ufeff\u2028[]#\\"),
    max_size=20,
).map(characters.tidy)


@settings(max_examples=25, deadline=None)
@example(["\u05c60\u2028\u094d", "\u0301a", "\u094d", "e\u0301\u20e3", "\u2028"])
@given(st.lists(st.one_of(READABLE, HOSTILE), min_size=8, max_size=20))
def test_any_text_that_passed_the_door_comes_through(texts):
    blocks = [Paragraph([Run(f"§{n}§{text}§", bold=bool(n % 2))]) for n, text in enumerate(texts)]
    table = Table("", ["x"], [[Cell(text, bold=bool(n % 2))] for n, text in enumerate(texts)])
    sources = [Source(n, text, "sv") for n, text in enumerate(texts, 1)]
    data = pdf(paper(*blocks, table, sources=sources))
    found = bare(text_of(data))
    for n, text in enumerate(texts):
        if all(is_simple(c) for c in fonts.shown(text)):
            assert bare(f"§{n}§{fonts.shown(text)}§") in found


def is_simple(c: str) -> bool:
    """What is read back letter by letter: from the left, and no letter drawn out of its order."""
    return unicodedata.bidirectional(c) in ("L", "WS", "EN", "ON", "CS", "ES", "ET") and (
        unicodedata.category(c) in ("Ll", "Lu", "Nd", "Po", "Ps", "Pe", "Zs")
    )


def test_one_text_that_cannot_be_set_does_not_take_the_others_with_it(monkeypatch):
    real = fonts.shown
    monkeypatch.setattr(
        fonts, "shown", lambda text, lang="sv": text if "☠" in text else real(text, lang)
    )
    bad = "☠ \U0001f600 slut"
    data = pdf(paper(Quote(bad, "sv"), Quote(ARABIC, "ar"), Paragraph([Run("kvar")])))
    assert "grinning face" in text_of(data) and "kvar" in text_of(data)
    assert "tecken U+06" not in text_of(data)


# ── what is odd ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {"lang": "x-klingon"},
        {"updated": "i går"},
        {"updated": ""},
        {"title": ""},
        {"facts": [], "sources": [], "subtitle": ""},
        {"letterhead": Letterhead("Ort", logo=b"not a picture")},
    ],
)
def test_odd_values_do_not_stop_it(changes):
    assert pdf(paper(Heading("A"), **changes)).startswith(b"%PDF-1.7")


def test_a_table_with_ragged_rows_is_filled(made):
    table = Table("T", ["a", "b"], [[Cell("1")], [Cell("2"), Cell("3"), Cell("4")]])
    assert "3" in text_of(pdf(paper(table, Table("Tom", ["a"], []))))


def test_a_typesetter_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(writer, "PATIENCE", 0.001)
    with pytest.raises(writer.CannotTypeset, match="too long"):
        pdf(paper())
