"""SKR's two questions: answered, and with yes, before residents are invited."""

import pytest

from dialog.domain.state import Dialogue
from dialog.domain.texts import definition_hash
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from tests.domain.meeting import DIALOGUE, Meeting, session_definition, system

YES = a.Gate(question=True, deciders=True, note="§ 58")
CITIZENS = ("citizen-dialogue", "class", "web-window")


def opening(type="citizen-dialogue", written=None, answered=None):
    definition = session_definition(id="new", type=type, gate=written)
    return c.OpenSession("new", definition, definition_hash(definition), "CODE", gate=answered)


@pytest.mark.parametrize("type", CITIZENS)
def test_where_residents_are_invited_the_answers_must_be_there(type):
    evening = Meeting()
    assert evening.refusal(system, opening(type)) == r.GateUnanswered()
    evening.do(system, opening(type, answered=YES))
    assert evening.dialogue.sessions["new"].definition.gate == YES


@pytest.mark.parametrize("type", CITIZENS)
@pytest.mark.parametrize("question, deciders", [(False, True), (True, False), (False, False)])
def test_with_a_no_the_session_is_not_opened(type, question, deciders):
    no = a.Gate(question, deciders)
    assert Meeting().refusal(system, opening(type, written=no)) == r.GateClosed()
    assert Meeting().refusal(system, opening(type, answered=no)) == r.GateClosed()


def test_the_files_answer_is_not_talked_over_by_whoever_opens():
    no = a.Gate(question=True, deciders=False)
    assert Meeting().refusal(system, opening(written=no, answered=YES)) == r.GateClosed()


@pytest.mark.parametrize("type", ["formal-meeting", "board-meeting"])
def test_a_meeting_of_the_elected_needs_no_answers(type):
    evening = Meeting()
    evening.do(system, opening(type))
    assert "new" in evening.dialogue.sessions


def test_a_rehearsal_needs_no_answers():
    evening = Meeting()
    evening.dialogue, evening.log = Dialogue("rehearsal-1"), []
    evening.do(system, c.CreateDialogue(DIALOGUE, rehearsal=True))
    evening.do(system, opening())
    assert "new" in evening.dialogue.sessions


def test_the_log_holds_the_answers_and_the_hash_of_what_was_opened():
    evening = Meeting()
    as_written, answered = opening(written=YES), opening(answered=YES)
    (event,) = evening.do(system, as_written)
    assert event.definition_hash == as_written.definition_hash
    other = Meeting()
    (event,) = other.do(system, answered)
    assert event.definition.gate == YES
    assert event.definition_hash == definition_hash(event.definition) == as_written.definition_hash
