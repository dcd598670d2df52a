"""Creating, opening, joining, codes; and who may ever see that something happened."""

import pytest

from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import NotJoined, SessionHasEnded, WrongTopic
from tests.domain.meeting import (
    DIALOGUE,
    ID,
    NOON,
    Meeting,
    ada,
    fay,
    meeting,
    session_definition,
    system,
)

HOUR = 3_600_000


# ── a dialogue and its file ───────────────────────────────────────────────────────────────────


def changed(**changes):
    fields = {name: getattr(DIALOGUE, name) for name in DIALOGUE.__struct_fields__}
    return a.DialogueDefinition(**fields | changes)


def test_a_dialogue_is_created_once():
    evening = meeting()
    assert evening.do(system, c.CreateDialogue(DIALOGUE)) == []


def test_what_has_been_written_in_the_file_since_is_taken_in():
    evening = meeting()
    news = a.Topic("bikes", "keyword", "Bikes", area="centre")
    written = changed(title="New title", topics=[*DIALOGUE.topics, news])
    assert evening.do(system, c.CreateDialogue(written)) == [e.DialogueCreated(written)]
    assert evening.dialogue.definition.title == "New title"
    assert evening.touched >= {"*"}
    steps = [a.Meanings(id="means", title="Bikes?", topics=["bikes"])]
    assert evening.do(system, opening("second", steps=steps))


def test_what_sessions_lean_on_is_not_lost_when_the_file_no_longer_has_it():
    evening = meeting("means")
    evening.post(ada, "Lights", kind="meaning", topic="safety")
    evening.do(system, c.CreateDialogue(changed(areas=[], topics=[], target_groups=[])))
    assert evening.dialogue.definition == DIALOGUE
    assert evening.view("phone")["counts"].by_area == {"school": 1}


def test_a_rehearsal_stays_one():
    evening = Meeting()
    evening.dialogue.rehearsal = True
    evening.do(system, c.CreateDialogue(changed(title="New"), rehearsal=False))
    assert evening.dialogue.rehearsal
    assert evening.view("phone")["meeting"].rehearsal


# ── opening ───────────────────────────────────────────────────────────────────────────────────


def opening(id="second", code="XYZ2345", **changes):
    return c.OpenSession(id, session_definition(id=id, **changes), "f" * 64, code, "Hall B")


def test_a_code_lives_its_hours_from_opening():
    opened = meeting().do(fay, opening(code_hours=2))[0]
    assert (opened.code, opened.code_expires) == ("XYZ2345", NOON + 2 * HOUR)


def test_a_session_is_opened_once_and_holds_the_whole_definition():
    evening = meeting()
    happened = evening.do(system, opening())
    assert happened[0].definition == session_definition(id="second")
    assert evening.do(system, opening(code="DEF2345")) == []
    assert evening.dialogue.sessions["second"].code == "XYZ2345"


@pytest.mark.parametrize(
    "step",
    [
        a.Collect(id="x", title="X", area="the-moon"),
        a.Dots(id="x", title="X", area="the-moon"),
        a.Meanings(id="x", title="X", topics=["safety", "the-moon"]),
    ],
)
def test_a_session_that_names_what_its_dialogue_does_not_have_is_refused(step):
    assert meeting().refusal(system, opening(steps=[step])) == WrongTopic()


def test_sessions_of_a_dialogue_live_side_by_side():
    evening = meeting("write")
    evening.post(ada, "Benches")
    evening.do(system, opening())
    second = evening.dialogue.sessions["second"]
    assert (second.step, second.participants, second.contributions) == (None, {}, {})
    assert second.room == "Hall B"


# ── joining ───────────────────────────────────────────────────────────────────────────────────


def test_participants_get_running_numbers_and_no_names():
    evening = meeting(people=0)
    for number in (1, 2, 3):
        assert evening.do(system, c.JoinSession()) == [e.ParticipantJoined()]
        assert evening.session.joined_at[evening.seq] == number
    assert evening.view("phone")["counts"].people == 3


def test_changing_perspective_does_not_give_a_number_twice():
    evening = meeting(people=2)
    evening.do(ada, c.ChoosePerspective("young"))
    evening.do(system, c.JoinSession())
    assert list(evening.session.participants) == [1, 2, 3]


def test_nobody_joins_after_the_end_or_what_is_not_open():
    evening = meeting()
    evening.do(fay, c.EndSession())
    assert isinstance(evening.refusal(system, c.JoinSession()), SessionHasEnded)
    nowhere = type(system)("system", "nowhere")
    assert evening.refusal(nowhere, c.JoinSession()) == NotJoined()


def test_a_new_code_replaces_the_old_one_on_every_screen():
    evening = meeting()
    evening.now += HOUR
    evening.do(fay, c.ChangeCode("NEW2345"))
    assert evening.view("projector")["meeting"].code == "NEW2345"
    assert evening.view("console")["settings"].code_expires == evening.now + 14 * HOUR


# ── access ────────────────────────────────────────────────────────────────────────────────────


def test_everything_in_a_closed_session_is_closed():
    evening = meeting("write", type="formal-meeting")
    evening.post(ada, "Secret")
    evening.do(fay, c.SetModeration("hold-all"))
    assert {entry.access for entry in evening.log if entry.session == ID} == {"closed"}


def test_how_staff_moderate_a_public_session_is_for_staff():
    evening = meeting("write")
    evening.do(fay, c.SetModeration("hold-all"))
    evening.do(fay, c.Undo(evening.seq))
    staffs = {type(entry.event) for entry in evening.log if entry.access == "staff"}
    assert staffs == {e.ModerationSet, e.Undone}


def test_the_log_says_which_role_asked_and_never_who():
    evening = meeting("write")
    evening.post(ada, "Benches")
    assert [entry.actor for entry in evening.log[-3:]] == [
        "facilitator",
        "facilitator",
        "participant",
    ]
