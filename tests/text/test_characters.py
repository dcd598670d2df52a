"""What can be kept of a text, and what of it is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.text import characters, words
from dialog.text.characters import MARKS_IN_A_ROW, readable, tidy


@pytest.mark.parametrize(
    "c", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\udfff", "\ufffe", "\uffff", "\ufdd0"]
)
def test_a_character_that_no_document_can_hold_makes_the_text_unreadable(c):
    assert not readable(f"en {c} text")


@pytest.mark.parametrize(
    "text",
    ["två\nrader\toch tab", "👨‍👩‍👧‍👦", "می‌خواهم", "SFI مهم", "\U0001f1f8\U0001f1ea", "\ufffd"],
)
def test_every_language_and_emoji_is_readable_and_stays_as_it_is(text):
    assert readable(text)
    assert tidy(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "raw, stored",
    [
        ("  hej \n", "hej"),
        ("två\r\nrader\rtill", "två\nrader\ntill"),
        ("a\u030a", "å"),
        ("bara \u202eldnäv\u202c \u2066text\u2069", "bara ldnäv text"),
        ("\u200b\ufeff \u2060", ""),
        ("z" + "\u0336" * 40, "z" + "\u0336" * 4),
    ],
)
def test_tidy(raw, stored):
    assert tidy(raw) == stored


DRAWN_AS_NOTHING = (
    *(range(0x00AD, 0x00AE), range(0x034F, 0x0350), range(0x061C, 0x061D), range(0x115F, 0x1161)),
    *(range(0x17B4, 0x17B6), range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F)),
    *(range(0x2060, 0x2070), range(0x3164, 0x3165), range(0xFE00, 0xFE10), range(0xFEFF, 0xFF00)),
    *(range(0xFFA0, 0xFFA1), range(0xFFF0, 0xFFF9), range(0x1BCA0, 0x1BCA4)),
    *(range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000)),
)
"""Default_Ignorable_Code_Point of Unicode."""


def test_a_text_of_which_nothing_is_drawn_is_empty():
    nothing = [chr(point) for points in DRAWN_AS_NOTHING for point in points]
    nothing += ["\ufff9", "\ufffb", "\u0301", "\u0336", "\u20dd", "\u2800", "\u2003", "\u2028"]
    assert [c for c in nothing if tidy(c) or tidy(f" {c}\n\u115f{c}")] == []
    assert [c for c in nothing if not tidy(f"{c}.{c}")] == []


@given(st.text())
def test_tidy_is_done_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet=st.sampled_from("aå1 \u0301\u0336\u202e\u200b\u1100\u1161\n-")))
def test_tidy_leaves_few_marks_and_no_control_of_direction(text):
    done = tidy(text)
    assert "\u202e" not in done
    run = 0
    for c in done:
        run = run + 1 if unicodedata.category(c) == "Mn" else 0
        assert run <= MARKS_IN_A_ROW


@given(st.text(max_size=60))
def test_text_of_plain_latin_letters_is_read_as_any_other_is(text):
    assert words.forms(text) == [word.form for word in words.words(text)]
    assert readable(text) == (not any(map(characters._unreadable, text)))
