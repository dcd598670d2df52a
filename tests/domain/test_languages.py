"""What language a contribution is in: by its letters, then its words, then what was claimed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog.domain.languages import TAG, language_of
from dialog.protocol import commands as c
from dialog.protocol.agenda import LANGUAGES
from dialog.sessions import load
from tests.domain.meeting import ada, fay, meeting

SESSIONS = Path(__file__).parents[2] / "sessions"
SAMPLES = [(it.text, it.language) for it in load(SESSIONS).dialogues["mal-2019"].samples]
TAGS = st.sampled_from(["", "sv", "en", "fi", "so", "ar", "fa", "ur", "pl", "uk", "zh-Hant", "und"])


def test_there_are_samples_in_six_languages():
    assert len(SAMPLES) == 120
    assert {language for _, language in SAMPLES} == {"sv", "en", "fi", "so", "ar", "fa"}


def test_no_sample_whose_language_was_rightly_claimed_is_taken_for_another():
    assert [it for it in SAMPLES if language_of(it[0], it[1]) != it[1]] == []


def test_every_sample_in_another_language_is_known_though_it_came_from_a_phone_in_swedish():
    assert [it for it in SAMPLES if language_of(it[0], "sv") != it[1]] == []


@pytest.mark.parametrize(
    "text, claimed, language",
    [
        ("ساحات لعب أكثر", "sv", "ar"),
        ("SFI مهم جداً لكن الوقت قليل", "en", "ar"),
        ("کتابخانه بازتر", "ar", "ar"),
        ("کتابخانه بازتر", "sv", "fa"),
        ("بیشتر", "fi", "fa"),
        ("اتوبوس", "fa", "fa"),
        ("پاسی زیاتر لە ئێواران", "sv", "ckb"),
        ("مزید بسیں چاہئیں، ٹرین بھی", "sv", "ur"),
        ("Більше автобусів", "uk", "uk"),
        ("Більше автобусів", "sv", "und"),
        ("更多公交车", "ar", "und"),
        ("更多公交车", "zh", "zh"),
        ("więcej autobusów", "pl", "pl"),
        ("bussar", "ar", "und"),
        ("utegym", "en", "en"),
        ("⚽🎸❤️", "fi", "fi"),
        ("2026", "sv", "sv"),
        ("bänkar", "<script>", "und"),
        ("Vi vill ha fler bänkar längs ån", "fi", "sv"),
        ("We want more benches along the river", "sv", "en"),
    ],
)
def test_letters_decide_first_then_words_then_what_was_claimed(text, claimed, language):
    assert language_of(text, claimed) == language


@given(text=st.text(max_size=500), claimed=TAGS | st.text(max_size=35))
def test_any_text_has_a_language_and_it_is_a_tag(text, claimed):
    assert TAG.fullmatch(language_of(text, claimed))


@given(text=st.text(max_size=80), claimed=TAGS)
def test_a_language_does_not_change_by_being_asked_about_again(text, claimed):
    once = language_of(text, claimed)
    assert language_of(text, once) == once


@pytest.mark.parametrize("claimed", LANGUAGES)
def test_what_is_posted_is_marked_with_the_language_it_is_in(claimed):
    evening = meeting("write")
    said = "بنوك للجلوس في الحديقة"
    assert evening.post(ada, said, language=claimed).posted.language in ("ar", "fa")
    assert evening.post(ada, "fler bänkar i parken", language="sv").posted.language == "sv"
    evening.do(fay, c.PostOnBehalf("write", "keyword", said, language="sv"))
    assert next(reversed(evening.session.contributions.values())).posted.language == "ar"
    assert [it.language for it in evening.own(ada).contributions][-1] == "sv"
