"""Earlier material comes in whole, into a session of its own that nobody can enter."""

import pytest
from msgspec.structs import replace

from dialog.domain.findings import find
from dialog.domain.findings.model import Scope
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol.agenda import COMMITTEES
from dialog.protocol.refusals import (
    AlreadyDone,
    NotAllowed,
    NothingLeft,
    PersonalNumber,
    TextTooLong,
    UnknownArea,
    UnknownTargetGroup,
)
from dialog.protocol.work_commands import ImportContributions, ImportedContribution
from tests.domain.meeting import ada, chair, meeting, office

ROWS = [
    ImportedContribution("Fler bänkar", "school", "keyword", "young"),
    ImportedContribution("Varför så mörkt?", None, "question", "undisclosed", "sv"),
]
WISH = ImportContributions("import-enkat", ROWS, title="Enkät 2018", date="2018-05-01")


def test_it_becomes_an_ended_session_with_contributions_numbered_on():
    it = meeting("write")
    it.post(ada, "före")
    it.do(office, WISH)
    session = it.dialogue.sessions["import-enkat"]
    assert session.ended and session.definition.title == "Enkät 2018"
    words = [one.words for one in session.contributions.values()]
    assert words == ["Fler bänkar", "Varför så mörkt?"]
    assert list(it.dialogue.contributions) == [1, 2, 3]
    assert {one.posted.channel for one in session.contributions.values()} == {"import"}
    assert it.folded_again().sessions["import-enkat"].contributions == session.contributions


def test_it_is_not_published_unless_that_was_said():
    for access, told in (("closed", 0), ("public", 2)):
        it = meeting("write")
        it.do(office, replace(WISH, access=access))
        assert len(find(it.dialogue, Scope(edition="public")).contributions) == told
        assert len(find(it.dialogue).contributions) == 2


@pytest.mark.parametrize(
    "moderation, standing",
    [("hold-flagged", "held"), ("hold-all", "held"), ("show-all", "visible")],
)
def test_what_is_flagged_waits_unless_all_is_shown_and_the_rest_is_let_in(moderation, standing):
    it = meeting("write")
    rows = [*ROWS, replace(ROWS[0], text="Fråga Anders Svensson, 070-174 06 05")]
    it.do(office, replace(WISH, rows=rows, moderation=moderation))
    session = it.dialogue.sessions["import-enkat"]
    *others, flagged = session.contributions.values()
    assert [one.standing for one in others] == ["visible", "visible"]
    assert flagged.standing == standing and {"phone", "person"} <= set(flagged.posted.flags)
    assert session.moderation == moderation


def test_what_waits_of_it_is_let_in_by_those_who_moderate():
    it = meeting("write")
    it.do(office, replace(WISH, rows=[replace(ROWS[0], text="Ring 070-174 06 05")]))
    mia = Person("moderator", "import-enkat", seat="mia")
    assert it.do(mia, c.TakeSlips(1)) and it.do(mia, c.ReleaseContributions([1]))
    assert it.dialogue.contributions[1].is_visible


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (replace(ROWS[0], text="ring 850709-9805"), PersonalNumber()),
        (replace(ROWS[0], text="x" * 501), TextTooLong(1, 500)),
        (replace(ROWS[0], area="nowhere"), UnknownArea()),
        (replace(ROWS[0], target_group="nobody"), UnknownTargetGroup()),
    ],
)
def test_one_bad_row_and_nothing_comes_in(row, refusal):
    it = meeting("write")
    assert it.refusal(office, replace(WISH, rows=[*ROWS, row])) == refusal
    assert "import-enkat" not in it.dialogue.sessions


def test_nothing_twice_nothing_empty_and_not_by_everybody():
    it = meeting("write")
    assert it.refusal(office, replace(WISH, rows=[])) == NothingLeft()
    assert it.refusal(chair, WISH) == NotAllowed()
    it.do(office, WISH)
    assert it.refusal(office, WISH) == AlreadyDone()


def test_what_committees_say_comes_by_a_channel_of_its_own_and_not_from_a_target_group():
    it = meeting("write")
    it.do(office, replace(WISH, channel="committee"))
    its = it.dialogue.sessions["import-enkat"].contributions.values()
    assert {c.posted.channel for c in its} == {"committee"}
    assert {c.posted.target_group for c in its} == {COMMITTEES}
    assert it.folded_again().sessions["import-enkat"].contributions == {c.id: c for c in its}
