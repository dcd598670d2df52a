"""Who may ask for what: every command and every role."""

from typing import get_args

import pytest

from dialog.domain import work_rules
from dialog.domain.rules import ALLOWED, DECIDERS, decide
from dialog.domain.state import Person, Role
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import NotAllowed, NotJoined, Refused
from tests.domain.meeting import DIALOGUE, ID, meeting, participant, post, session_definition

ROLES = get_args(Role)
RUN = c.GroupingRun(0, "model", {}, 0)

# command: who may ask for it. p: participant, f: facilitator, b: presidium, k: the working
# committee, r: the registrar, o: moderator, d: scribe, t: a table's host, m: machine,
# s: system
TABLE = [
    (c.ChoosePerspective("young"), "p"),
    (post(), "pt"),
    (c.TryItOut(), "pt"),
    (c.WithdrawContribution(1), "pt"),
    (c.RespondToGroup(1, "fits"), "p"),
    (c.PlaceDot(1), "p"),
    (c.TakeDot(1), "p"),
    (c.AnswerEvaluation("heard", 0), "p"),
    (c.GoToStep("break", "write"), "f"),
    (c.StartTimer(60), "f"),
    (c.ExtendTimer(60), "f"),
    (c.StopTimer(), "f"),
    (c.PauseFeed(True), "f"),
    (c.BlankProjector(True), "fo"),
    (c.SetPosting(False), "f"),
    (c.SetModeration("hold-all"), "fo"),
    (c.ShowOthers(True), "f"),
    (c.RevealDots(True), "f"),
    (c.ReleaseContributions([1]), "fo"),
    (c.HideContribution(1, "spam"), "fo"),
    (c.RestoreContribution(1), "fo"),
    (c.GoOnDuty(True), "fo"),
    (c.TakeSlips(1), "fo"),
    (c.GiveBackSlips([1]), "fo"),
    (c.MaskContribution(1, [(0, 1)]), "fo"),
    (c.HideAuthor(1, "spam"), "fo"),
    (c.TrustAuthor(1), "fo"),
    (c.SetSlowMode(30), "fo"),
    (c.SetJoining(False), "fo"),
    (c.SetClosing(None), "fs"),
    (c.TranslateContribution(1, "sv", "Bänkar"), "fbod"),
    (c.Undo(1), "fbo"),
    (c.EndSession(), "f"),
    (c.PostOnBehalf("write", "keyword", "Benches"), "fbd"),
    (c.PlaceContributions([1], None), "fb"),
    (c.KeepOut(1, 1), "fb"),
    (c.RenameGroup(1, "Benches"), "fb"),
    (c.LockGroup(1, True, True, True), "fb"),
    (c.ConfirmGlobalGoal(1, 11, True), "fb"),
    (c.AskRegrouping("school"), "fb"),
    (c.ApplyRegrouping("school", 1), "fb"),
    (c.DropRegrouping("school"), "fb"),
    (c.ChangeCode("XYZ2345"), "fo"),
    (c.OpenSession("new", session_definition(), "0", "XYZ2345"), "fs"),
    (c.CreateDialogue(DIALOGUE), "s"),
    (c.JoinSession(), "s"),
    (c.SuggestGroups("school", RUN, []), "m"),
    (c.ProposeRegrouping("school", 1, RUN, []), "m"),
]
PARK = wc.Disposition("parked")
WORK_TABLE = [
    (wc.MakeTheme(area="school", title="Benches", contributions=[1]), "fb"),
    (wc.PlaceInTheme(contributions=[1], theme=1), "fb"),
    (wc.MergeThemes(themes=[1], into=2), "fb"),
    (wc.DissolveTheme(theme=1), "fb"),
    (wc.NameTheme(theme=1, title="Benches"), "fb"),
    (wc.NoteTheme(theme=1, note="Ask"), "fb"),
    (wc.MoveTheme(theme=1, area="school"), "fb"),
    (wc.LockTheme(theme=1, name=True, members=True, existence=True), "fb"),
    (wc.CarryTheme(theme=1, carried="topic"), "fb"),
    (wc.LinkTheme(theme=1, goal=4, strength="primary"), "fb"),
    (wc.AnchorTheme(theme=1, anchor="open", linked=True), "fb"),
    (wc.ReferContribution(contribution=1, theme=1, linked=True), "fb"),
    (wc.SetDisposition(contributions=[1], disposition=PARK, why="Later"), "fb"),
    (wc.RestToProgramme(contributions=[1]), "fb"),
    (wc.DealOut(readers=2), "fb"),
    (wc.MarkRead(contribution=1), "fb"),
    (wc.DraftGoal(area="school", text="More"), "fbk"),
    (wc.DropGoal(goal=1), "fbk"),
    (wc.WriteGoal(goal=1, field="text", text="More"), "fbk"),
    (wc.MoveGoal(goal=1, area="school"), "fbk"),
    (wc.CiteInGoal(goal=1, contributions=[1]), "fbk"),
    (wc.LinkGoal(goal=1, global_goal=4, strength="partial"), "fbk"),
    (wc.AnchorGoal(goal=1, anchor="open", linked=True), "fbk"),
    (wc.AffectTargetGroup(goal=1, target_group="young", affected=True), "fbk"),
    (wc.AnswerFrame(goal=1, frame="F1", answer="yes"), "fbk"),
    (wc.GiveDirective(goal=1, body="board", text="Do"), "fbk"),
    (wc.DropDirective(directive=1), "fbk"),
    (wc.SettlePreviousGoal(previous="old", fate="kept"), "fbk"),
    (wc.RecordCommitteeGoal(goal=1, body="board", text="Ours"), "fbk"),
    (wc.DropCommitteeGoal(committee_goal=1), "fbk"),
    (wc.WriteText(document="ksau", field="summary", text="Words"), "fbk"),
    (wc.LinkArea(area="school", goal=4, strength="primary"), "fb"),
    (wc.AcknowledgeGaps(goals=[14]), "fb"),
    (wc.EnterStage(stage="start"), "fb"),
    (wc.AddBody(name="The church", kind="operation"), "fb"),
    (wc.GiveCommission(body="board", text="Do", due="2019-03-06"), "fb"),
    (wc.FinishCommission(commission=1), "fb"),
    (wc.InviteBody(body="board"), "fb"),
    (wc.RecordInput(body="board", text="Ours"), "fb"),
    (wc.SendOutTopics(version=1), "fb"),
    (wc.PublishFeedback(version=1), "fbr"),
    (wc.RecordDispatch(version=1, document="ksau", recipients=["board"]), "fr"),
    (wc.FreezeVersion(of="result", sessions=[], upto=1, log_hash=""), "fb"),
    (wc.StoreFiles(version=1, files=[]), "s"),
    (wc.RecordDisposal(carried=[], protocol=""), "s"),
    (wc.SuggestThemes(upto=1, model="m", suggestions=[]), "m"),
    (wc.ImportContributions(session="new", rows=[]), "fs"),
]
LETTERS = {
    "participant": "p",
    "facilitator": "f",
    "presidium": "b",
    "working-committee": "k",
    "registrar": "r",
    "moderator": "o",
    "scribe": "d",
    "table-host": "t",
    "projector": "",
    "machine": "m",
    "system": "s",
}


def commands(union):
    return {kind for kind in get_args(union)}


def test_every_command_has_its_row_here_and_in_the_rules():
    every = commands(c.AnyCommand)
    assert every == {type(command) for command, _ in TABLE}
    assert every == set(ALLOWED)
    elsewhere = {c.CreateDialogue, c.OpenSession, c.ChangeCode}
    assert every == set(DECIDERS) | elsewhere


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command, allowed", TABLE, ids=lambda it: type(it).__name__)
def test_a_role_may_ask_for_this_and_no_other_may(command, allowed, role):
    evening = meeting("write")
    person = Person(role, ID, 1 if role == "participant" else None)
    try:
        decide(evening.dialogue, person, command, evening.now)
        refused = None
    except Refused as error:
        refused = error.refusal
    may = LETTERS[role] != "" and LETTERS[role] in allowed
    assert (refused != NotAllowed()) == may


def test_every_wish_about_the_whole_has_its_row_here_and_a_rule():
    every = commands(wc.WorkboardCommand) | commands(wc.InnerWorkCommand)
    assert every == {type(command) for command, _ in WORK_TABLE}
    assert every == set(work_rules.DECIDERS)
    assert set(work_rules.ALLOWED) - {c.Undo} <= every


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command, allowed", WORK_TABLE, ids=lambda it: type(it).__name__)
def test_a_role_may_ask_for_this_of_the_whole_and_no_other_may(command, allowed, role):
    evening = meeting("write")
    try:
        decide(evening.dialogue, Person(role), command, evening.now)
        refused = None
    except Refused as error:
        refused = error.refusal
    may = LETTERS[role] != "" and LETTERS[role] in allowed
    assert (refused != NotAllowed()) == may


@pytest.mark.parametrize("role", ROLES)
def test_what_was_done_to_the_whole_is_undone_by_those_who_may_do_any_of_it(role):
    evening = meeting("write")
    with pytest.raises(Refused) as refused:
        decide(evening.dialogue, Person(role), c.Undo(1), evening.now)
    may = role in ("facilitator", "presidium", "working-committee")
    assert (refused.value.refusal != NotAllowed()) == may


def test_what_comes_from_outside_is_never_the_systems_or_the_machines():
    outer = commands(c.OuterCommand)
    assert outer == commands(c.ParticipantCommand) | commands(c.StaffCommand)
    for command in outer:
        assert ALLOWED[command].isdisjoint({"system", "machine", "projector"})


def test_participants_ask_for_participants_things_and_staff_for_staffs():
    may = {"participant", "table-host"}
    assert all(ALLOWED[it] <= may for it in commands(c.ParticipantCommand))
    assert all("participant" not in ALLOWED[it] for it in commands(c.StaffCommand))


@pytest.mark.parametrize("command, allowed", TABLE, ids=lambda it: type(it).__name__)
def test_a_participant_of_another_session_is_a_stranger_here(command, allowed):
    evening = meeting("write")
    for person in (participant(77), Person("participant", "another", 1), Person("participant")):
        with pytest.raises(Refused) as refused:
            decide(evening.dialogue, person, command, evening.now)
        assert refused.value.refusal == (NotJoined() if "p" in allowed else NotAllowed())


def test_levels_of_closed_and_public_follow_the_type_of_session():
    for type, access in (
        ("formal-meeting", "closed"),
        ("board-meeting", "closed"),
        ("citizen-dialogue", "public"),
        ("web-window", "public"),
        ("class", "public"),
    ):
        assert a.default_access(type) == access
