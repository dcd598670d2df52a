"""A translation stands beside the words wherever they are shown, with who made it."""

import pytest

from dialog.domain import work_views
from dialog.domain.findings.found import find
from dialog.domain.findings.model import Scope
from dialog.protocol import commands as c
from dialog.protocol.records import Translated
from dialog.protocol.refusals import Malformed, NotAllowed, NotJoined
from tests.domain.matter import chair, registrar
from tests.domain.meeting import ada, fay, group, meeting, pia
from tests.domain.workboard import WEB, workboard

PENKIT = "lisää penkkejä puistoon"
BENCHES = Translated("sv", "fler bänkar i parken", "interpreter")


@pytest.fixture
def evening():
    found = meeting("write")
    found.post(ada, PENKIT, language="fi")
    found.do(pia, c.TranslateContribution(1, "en", "more benches in the park"))
    found.do(pia, c.TranslateContribution(1, "sv", BENCHES.text, "interpreter"))
    return found


def test_on_the_wall_swedish_stands_beside_the_words(evening):
    (post,) = evening.view("projector")["wall/school"].latest
    assert (post.text, post.language, post.translation) == (PENKIT, "fi", BENCHES)


def test_in_groups_and_single_voices_too(evening):
    evening.post(ada, "lisää penkkejä")
    evening.post(ada, "more trees")
    evening.go("groups")
    evening.suggest(group(0, [1, 2]))
    assert evening.view("projector")["group/1"].quotes[0].translation == BENCHES
    assert evening.view("board")["contribution/1"].translation == BENCHES
    (voice,) = evening.view("projector")["voices/school"].voices
    assert voice.translation is None


def test_phones_see_it_beside_what_others_wrote(evening):
    evening.do(fay, c.ShowOthers(True))
    assert evening.view("phone")["other/1"].translation == BENCHES


def test_the_console_has_all_of_them(evening):
    (slip,) = evening.view("console")["recent"].slips
    english = Translated("en", "more benches in the park", "staff")
    assert slip.translations == [BENCHES, english]


def test_taken_away_the_next_takes_its_place_and_then_none(evening):
    evening.do(pia, c.TranslateContribution(1, "sv", ""))
    assert evening.view("projector")["wall/school"].latest[0].translation.language == "en"
    evening.do(pia, c.TranslateContribution(1, "en", ""))
    assert evening.view("projector")["wall/school"].latest[0].translation is None


@pytest.mark.parametrize("language", ["", "svenska!", "<b>", "s"])
def test_into_no_language_that_there_is_a_tag_for_it_is_refused(evening, language):
    assert isinstance(evening.refusal(pia, c.TranslateContribution(1, language, "x")), Malformed)


def test_from_the_workboard_it_goes_to_the_session_of_the_contribution():
    board = workboard()
    number = next(n for n, it in board.dialogue.contributions.items() if it.session == WEB)
    board.do(chair, c.TranslateContribution(number, "sv", "Bänkar", "machine"))
    assert board.log[-1].session == WEB
    it = work_views.record(board.dialogue, f"contribution/{number}")
    assert it.translations == [Translated("sv", "Bänkar", "machine")]
    assert isinstance(board.refusal(chair, c.TranslateContribution(999, "sv", "x")), NotJoined)
    assert isinstance(board.refusal(registrar, c.TranslateContribution(1, "sv", "x")), NotAllowed)


def test_documents_are_told_what_stands_beside_what_is_visible():
    board = workboard()
    board.do(chair, c.TranslateContribution(1, "en", "One"))
    board.do(chair, c.TranslateContribution(5, "en", "Five"))
    found = find(board.dialogue, Scope()).contributions
    assert found[5].standing == "hidden"
    assert (found[1].translations, found[5].translations) == (
        [Translated("en", "One", "staff")],
        [],
    )
