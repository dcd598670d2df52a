"""What a receipt tells of a contribution: nothing of a draft but where it stands."""

import pytest
from msgspec.structs import replace

from dialog.domain import receipts
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import records as r
from dialog.protocol import work_commands as wc
from dialog.protocol.work_commands import Disposition
from tests.domain.meeting import DIALOGUE, ID, Meeting, ada, bo, fay, pia, post

WORKS = a.Body("works", "Tekniska kontoret", "operation")
STAGES = [
    a.Stage("plan", "The plan", "The board", document=True),
    a.Stage("listen", "We listen", "All", "1 April"),
    a.Stage("draft", "Drafts", "The committee", "10 April"),
    a.Stage("decide", "A decision", "The council", "June"),
]


@pytest.fixture
def meeting() -> Meeting:
    it = Meeting(dialogue=replace(DIALOGUE, bodies=[WORKS], stages=STAGES))
    it.do(fay, c.GoToStep("write", None))
    it.do(ada, post("Benches"))
    it.do(bo, post("A broken lamp"))
    return it


def presides(meeting: Meeting, command: wc.WorkCommand) -> None:
    command.seen = meeting.seq
    meeting.do(pia, command)


def told(meeting: Meeting, number: int = 1) -> r.Received:
    return receipts.received(meeting.session, number)


def frozen(meeting: Meeting, of: wc.VersionOf = "result", sessions: tuple[str, ...] = ()) -> None:
    presides(meeting, wc.FreezeVersion(of, list(sessions), meeting.seq, "0" * 64))


def decided(meeting: Meeting, number: int, **what: object) -> None:
    it = Disposition(**what)  # type: ignore[arg-type]
    why = "It has been decided already." if it.kind == "parked" else ""
    presides(meeting, wc.SetDisposition(contributions=[number], disposition=it, why=why))


def test_a_receipt_tells_the_theme_and_the_area_it_was_moved_to(meeting):
    assert told(meeting).theme == "" and told(meeting).moved_to == ""
    presides(meeting, wc.MakeTheme("centre", "Places to rest", [1]))
    presides(meeting, wc.MakeTheme("school", "Safe at night", [2]))
    presides(meeting, wc.ReferContribution(1, 2, True))
    it = told(meeting)
    assert (it.theme, it.moved_to, it.also) == ("Places to rest", "The centre", ["Safe at night"])
    assert told(meeting, 2).moved_to == ""


def test_a_receipt_tells_that_a_person_has_read_it(meeting):
    assert not told(meeting).read
    presides(meeting, wc.MarkRead(1))
    assert told(meeting).read and not told(meeting, 2).read


def test_nothing_of_what_is_meant_to_become_of_it_is_told_before_it_is_frozen(meeting):
    decided(meeting, 1, kind="handover", recipient="works")
    decided(meeting, 2, kind="programme")
    assert told(meeting).outcome is None
    frozen(meeting)
    outcome = told(meeting).outcome
    assert outcome and (outcome.kind, outcome.recipient) == ("handover", "Tekniska kontoret")


def test_while_people_go_on_it_tells_what_was_frozen_last(meeting):
    for number in (1, 2):
        decided(meeting, number, kind="programme")
    frozen(meeting)
    decided(meeting, 1, kind="parked")
    outcome = told(meeting).outcome
    assert outcome and outcome.kind == "programme"
    frozen(meeting)
    outcome = told(meeting).outcome
    assert outcome and (outcome.kind, outcome.reason) == ("parked", "It has been decided already.")


def test_for_a_goal_it_tells_the_words_the_goal_had_when_it_was_frozen(meeting):
    presides(meeting, wc.DraftGoal("school", "Everyone finds a place to rest."))
    decided(meeting, 1, kind="goal", goal=1)
    decided(meeting, 2, kind="programme")
    frozen(meeting)
    presides(meeting, wc.WriteGoal(1, "text", "Something else."))
    outcome = told(meeting).outcome
    assert outcome and outcome.goal == "Everyone finds a place to rest."
    frozen(meeting, "goals")
    outcome = told(meeting).outcome
    assert outcome and outcome.goal == "Something else."


def test_what_its_theme_is_for_it_is_for(meeting):
    presides(meeting, wc.MakeTheme("school", "Rest", [1, 2]))
    presides(meeting, wc.SetDisposition([1], [], Disposition("programme")))
    frozen(meeting)
    presides(meeting, wc.PlaceInTheme([1], None))
    outcome = told(meeting).outcome
    assert outcome and outcome.kind == "programme" and told(meeting).theme == ""


def test_a_version_of_other_sessions_says_nothing_of_this_one(meeting):
    for number in (1, 2):
        decided(meeting, number, kind="programme")
    frozen(meeting, "summary", (ID,))
    assert told(meeting).outcome is None
    frozen(meeting, "result", (ID,))
    assert told(meeting).outcome
    meeting.dialogue.work.versions[2].sessions = ["another"]
    assert told(meeting).outcome is None


def test_hidden_words_come_with_their_reason_and_withdrawn_ones_with_nothing_more(meeting):
    presides(meeting, wc.MakeTheme("school", "Rest", [1, 2]))
    meeting.do(fay, c.HideContribution(1, "out-of-scope"))
    meeting.do(bo, c.WithdrawContribution(2))
    hidden, withdrawn = told(meeting), told(meeting, 2)
    assert (hidden.text, hidden.standing, hidden.reason) == ("Benches", "hidden", "out-of-scope")
    assert (withdrawn.text, withdrawn.standing, withdrawn.theme) == (
        "A broken lamp",
        "withdrawn",
        "",
    )


def test_it_tells_the_stage_and_those_to_come_with_their_dates(meeting):
    stages = receipts.progress(meeting.dialogue).stages
    assert [it.name for it in stages] == ["We listen", "Drafts", "A decision"]
    presides(meeting, wc.EnterStage("draft"))
    first, second = receipts.progress(meeting.dialogue).stages
    assert (first.name, first.entered_at, second.date) == ("Drafts", meeting.now, "June")
