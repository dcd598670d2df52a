"""The process: every stage and its guards, on the shipped file as well; bodies, texts, areas."""

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from dialog.domain import process
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from dialog.sessions import load
from tests.domain.matter import MATTER, Matter, chair, drafter
from tests.domain.meeting import Meeting, ada, fay, post, session_definition, system

SHIPPED = load(Path(__file__).parents[2] / "sessions").dialogues["mal-2019"].definition
STATES = [stage.id for stage in SHIPPED.stages if not stage.document]


@pytest.fixture
def matter():
    return Matter()


def stages_of(matter):
    return {line.stage: line for line in matter.record("process").stages}


# ── going on and going back ───────────────────────────────────────────────────────────────────


def test_the_work_begins_in_the_first_stage_without_anybody_saying_so(matter):
    current = [line.stage for line in matter.record("process").stages if line.current]
    assert current == ["planned"]
    assert stages_of(matter)["planned"].entered_at is None


def test_a_stage_whose_guard_does_not_hold_says_what_stands_in_the_way(matter):
    assert matter.no(wc.EnterStage(stage="evening")) == r.GuardUnmet("areas-frozen", 2)
    assert stages_of(matter)["evening"].unmet == {"areas-frozen": 2}
    matter.carried_forward().freeze("areas")
    matter.work(wc.EnterStage(stage="evening"))
    line = stages_of(matter)["evening"]
    assert (line.current, line.entered_at, line.unmet) == (True, matter.now, {})


def test_a_guard_is_not_avoided_by_stepping_over_its_stage(matter):
    assert matter.no(wc.EnterStage(stage="drafts")) == r.GuardUnmet("areas-frozen", 2)
    matter.carried_forward().freeze("areas")
    matter.work(wc.EnterStage(stage="drafts"))
    assert process.current(matter.dialogue) == "drafts"


def test_going_back_needs_a_reason_and_no_guard(matter):
    matter.carried_forward().freeze("areas")
    matter.work(wc.EnterStage(stage="drafts"))
    assert matter.no(wc.EnterStage(stage="planned")) == r.ReasonMissing()
    matter.work(wc.EnterStage(stage="planned", why="A new area"))
    assert process.current(matter.dialogue) == "planned"
    last = matter.state.log[-1]
    assert (last.words, last.why) == ("stage_reopened", "A new area")


def test_a_decision_from_before_and_a_stage_nobody_knows_are_not_entered(matter):
    assert matter.no(wc.EnterStage(stage="plan-decided")) == r.UnknownField()
    assert matter.no(wc.EnterStage(stage="elsewhere")) == r.UnknownField()
    matter.work(wc.EnterStage(stage="planned"))
    assert matter.no(wc.EnterStage(stage="planned")) == r.AlreadyDone()


def test_undoing_gives_back_when_each_stage_was_entered(matter):
    matter.carried_forward().freeze("areas")
    matter.work(wc.EnterStage(stage="evening"))
    matter.now += 1000
    matter.work(wc.EnterStage(stage="planned", why="Once more"))
    matter.now += 1000
    again = matter.work(wc.EnterStage(stage="evening"))
    before = dict(matter.state.entered)
    taken_back = matter.undo(again)
    assert matter.state.stage == "planned"
    assert matter.state.entered["evening"] == before["evening"] - 2000
    matter.undo(taken_back)
    assert (matter.state.stage, matter.state.entered) == ("evening", before)


def test_two_who_change_the_stage_at_once_are_told(matter):
    matter.carried_forward().freeze("areas")
    seen = matter.seq
    matter.do(chair, wc.EnterStage(stage="evening", seen=seen))
    refused = matter.refusal(chair, wc.EnterStage(stage="drafts", seen=seen))
    assert refused == r.ChangedMeanwhile("presidium", "stage_entered")


# ── each guard, both ways ─────────────────────────────────────────────────────────────────────


def unmet(matter, guard):
    stage = a.Stage("it", "It", "All", guards=[guard])
    return process.unmet(matter.dialogue, stage).get(guard, 0)


def test_all_moderated_counts_what_waits(matter):
    matter.do(fay, c.SetModeration("hold-all"))
    held = [matter.meaning("One"), matter.meaning("Two")]
    assert unmet(matter, "all-moderated") == 2
    matter.do(fay, c.ReleaseContributions(held))
    assert unmet(matter, "all-moderated") == 0


def test_frames_answered_counts_answers_that_are_lacking_also_where_there_is_no_draft(matter):
    assert unmet(matter, "frames-answered") == 2
    matter.draft("One"), matter.draft("Two")
    assert unmet(matter, "frames-answered") == 4
    for goal in (1, 2):
        matter.work(wc.AnswerFrame(goal=goal, frame="F1", answer="yes"))
    matter.work(wc.AnswerFrame(goal=1, frame="F2", answer="not-assessed"))
    assert unmet(matter, "frames-answered") == 1
    matter.work(wc.DropGoal(goal=2))
    assert unmet(matter, "frames-answered") == 0


def test_gaps_acknowledged_counts_global_goals_that_nobody_has_linked_or_assigned(matter):
    assert process.gaps(matter.dialogue) == list(range(1, 18))
    theme, goal = matter.theme(), matter.draft()
    matter.work(wc.LinkTheme(theme=theme, goal=4, strength="primary"))
    matter.work(wc.LinkGoal(goal=goal, global_goal=17, strength="partial"))
    assert process.gaps(matter.dialogue) == [n for n in range(1, 18) if n != 4]
    matter.work(wc.LinkArea(area="centre", goal=17, strength="partial"))
    rest = [n for n in range(1, 18) if n not in (4, 17)]
    assert process.gaps(matter.dialogue) == rest
    matter.work(wc.AcknowledgeGaps(goals=rest[1:], why="Others do that"))
    assert unmet(matter, "gaps-acknowledged") == 1
    matter.work(wc.AcknowledgeGaps(goals=rest, why="And that"))
    assert unmet(matter, "gaps-acknowledged") == 0
    assert matter.record("process").acknowledged == rest
    assert matter.state.log[-1].why == "And that"


def test_all_decided_counts_every_contribution_received(matter):
    one, hidden = matter.meaning("One"), matter.meaning("Two")
    matter.do(fay, c.HideContribution(hidden, "spam"))
    assert unmet(matter, "all-decided") == 2
    programme = wc.Disposition("programme")
    matter.work(wc.SetDisposition(contributions=[one], disposition=programme))
    assert unmet(matter, "all-decided") == 1
    matter.work(wc.SetDisposition(contributions=[hidden], disposition=programme))
    assert unmet(matter, "all-decided") == 0


def test_feedback_published_is_met_by_publishing(matter):
    assert unmet(matter, "feedback-published") == 1
    matter.work(wc.PublishFeedback(version=matter.freeze("summary")))
    assert unmet(matter, "feedback-published") == 0


def test_prepared_is_met_once_the_stage_before_has_been_entered():
    stages = [
        a.Stage("planned", "Planned", "Office"),
        a.Stage("proposal", "Proposal", "Board"),
        a.Stage("decision", "Decision", "Council", guards=["prepared"]),
    ]
    matter = Matter(stages=stages)
    assert matter.no(wc.EnterStage(stage="decision")) == r.GuardUnmet("prepared", 1)
    matter.work(wc.EnterStage(stage="proposal"))
    matter.work(wc.EnterStage(stage="decision"))


def test_areas_frozen_looks_at_the_areas_as_they_are_now(matter):
    matter.carried_forward().freeze("areas")
    assert unmet(matter, "areas-frozen") == 0
    more = replace(MATTER, areas=[*MATTER.areas, a.Area("nature", "Nature", "Nature")])
    matter.do(system, c.CreateDialogue(more))
    assert unmet(matter, "areas-frozen") == 1


# ── the shipped process ───────────────────────────────────────────────────────────────────────


def test_the_shipped_process_has_seventeen_states_in_order():
    assert [
        *("planned", "board-workshop", "presidium-workup", "board-adopts", "presidium-refine"),
        *("citizen-dialogue", "online-window", "compile", "committee-drafts", "internal-test"),
        *("board-proposes", "council-decision", "programme-drafting", "programme-decision"),
        *("committee-goals", "fed-back", "archived"),
    ] == STATES
    assert [it.id for it in SHIPPED.stages if it.document] == ["plan-decided", "vision-extended"]


class Shipped(Matter):
    """The shipped matter with one contribution, which waits for a moderator."""

    def __init__(self):
        steps = [a.Collect(id="write", title="Write", area="area-1")]
        definition = session_definition(steps=steps, moderation="hold-all", type="board-meeting")
        Meeting.__init__(self, definition, SHIPPED)
        self.go("write")
        self.do(ada, post("Benches", step="write"))

    def meet(self, guard):
        getattr(self, guard.replace("-", "_"))()

    def areas_frozen(self):
        self.carried_forward().freeze("areas")

    def all_moderated(self):
        self.do(fay, c.ReleaseContributions([1]))

    def frames_answered(self):
        goal = self.draft(area="area-1")
        for frame in SHIPPED.frames:
            self.work(wc.AnswerFrame(goal=goal, frame=frame.id, answer="not-assessed"), drafter)

    def gaps_acknowledged(self):
        self.work(wc.AcknowledgeGaps(goals=process.gaps(self.dialogue), why="Seen"))

    def all_decided(self):
        self.work(wc.SetDisposition(contributions=[1], disposition=wc.Disposition("programme")))

    def feedback_published(self):
        self.work(wc.PublishFeedback(version=self.freeze("goals")))

    def prepared(self):
        """Walking through every stage does it."""


@pytest.mark.parametrize("state", STATES)
def test_each_of_the_seventeen_states_is_entered_when_its_guards_hold_and_not_before(state):
    """Walk there stage by stage; at each guard on the way, first without and then with."""
    matter = Shipped()
    stages = {stage.id: stage for stage in SHIPPED.stages}
    for passed in STATES[1 : STATES.index(state) + 1]:
        for guard in stages[passed].guards:
            if guard == "prepared":
                continue
            refused = matter.no(wc.EnterStage(stage=passed))
            assert isinstance(refused, r.GuardUnmet)
            assert refused.guard == guard and refused.n > 0
            matter.meet(guard)
        matter.work(wc.EnterStage(stage=passed))
    assert process.current(matter.dialogue) == state
    assert matter.folded_again() == matter.dialogue


def test_the_council_decides_nothing_that_the_board_has_not_prepared():
    matter = Shipped()
    for guard in ("areas-frozen", "all-moderated", "frames-answered", "gaps-acknowledged"):
        matter.meet(guard)
    matter.work(wc.EnterStage(stage="committee-drafts"))
    refused = matter.no(wc.EnterStage(stage="council-decision"))
    assert refused == r.GuardUnmet("prepared", 1)
    matter.work(wc.EnterStage(stage="board-proposes"))
    matter.work(wc.EnterStage(stage="council-decision"))


# ── areas, bodies, texts ──────────────────────────────────────────────────────────────────────


def test_what_people_say_of_an_area_holds_over_the_file_until_it_is_undone(matter):
    said = matter.work(wc.LinkArea(area="school", goal=4, strength=None))
    assert 4 not in {it.goal for it in matter.record("process").area_goals}
    assert matter.no(wc.LinkArea(area="school", goal=4, strength=None)) == r.AlreadyDone()
    matter.undo(said)
    assert matter.state.area_goals == {}
    assert a.AreaGoal("school", 4) in matter.record("process").area_goals
    assert matter.no(wc.LinkArea(area="nowhere", goal=4, strength=None)) == r.UnknownArea()


def test_a_body_is_added_under_an_id_of_its_own(matter):
    matter.work(wc.AddBody(name="Svenska kyrkan, Byarum", kind="operation"))
    matter.work(wc.AddBody(name="Svenska kyrkan Byarum", kind="operation"))
    matter.work(wc.AddBody(name="جمعية", kind="authority"))
    assert list(matter.state.bodies) == ["svenska-kyrkan-byarum", "svenska-kyrkan-byarum-2", "body"]
    assert [body.name for body in matter.record("matter").bodies][2] == "Svenska kyrkan, Byarum"
    assert matter.no(wc.AddBody(name="THE COUNCIL", kind="council")) == r.AlreadyDone()
    assert matter.no(wc.AddBody(name=" ", kind="council")) == r.TextEmpty()


def test_a_body_whose_addition_is_undone_keeps_its_name_and_its_id(matter):
    added = matter.work(wc.AddBody(name="The church", kind="operation"))
    matter.work(wc.GiveCommission(body="the-church", text="Ask", due="2019-03-06"))
    matter.undo(added)
    assert matter.no(wc.InviteBody(body="the-church")) == r.UnknownBody()
    matter.work(wc.FinishCommission(commission=1))
    assert matter.state.log[-1].params["body"] == "The church"
    matter.work(wc.AddBody(name="The church", kind="operation"))
    assert list(matter.state.bodies) == ["the-church-2"]


def test_a_commission_is_given_finished_and_reopened(matter):
    given = matter.work(wc.GiveCommission(body="schools", text="Work it up", due="2019-03-06"))
    matter.work(wc.FinishCommission(commission=1))
    assert matter.refusal(chair, c.Undo(given)) == r.ChangedSince()
    assert matter.no(wc.FinishCommission(commission=1)) == r.AlreadyDone()
    matter.work(wc.FinishCommission(commission=1, done=False))
    line = matter.record("process").commissions[0]
    assert (line.body, line.text, line.due, line.done) == (
        "schools",
        "Work it up",
        "2019-03-06",
        False,
    )
    assert matter.no(wc.FinishCommission(commission=2)) == r.UnknownField()
    wrong = wc.GiveCommission(body="schools", text="x", due="2019-02-31")
    assert matter.no(wrong) == r.UnknownField()


def test_a_commission_that_is_undone_and_done_again_keeps_its_day(matter):
    given = matter.work(wc.GiveCommission(body="schools", text="Work", due="2019-03-06"))
    day = matter.now
    undone = matter.undo(given)
    assert matter.record("process").commissions == []
    assert matter.no(wc.FinishCommission(commission=1)) == r.UnknownField()
    matter.now += 1000
    matter.undo(undone)
    assert matter.record("process").commissions[0].given_at == day


def test_who_was_asked_and_who_has_contributed(matter):
    matter.work(wc.InviteBody(body="schools"))
    matter.work(wc.InviteBody(body="council"))
    matter.work(wc.RecordInput(body="schools", text="More\nbooks"))
    record = matter.record("process")
    assert record.invited == ["council", "schools"]
    assert [(it.body, it.text) for it in record.inputs] == [("schools", "More\nbooks")]
    matter.work(wc.InviteBody(body="council", invited=False))
    assert matter.record("process").invited == ["schools"]
    assert matter.no(wc.InviteBody(body="council", invited=False)) == r.AlreadyDone()
    assert matter.no(wc.RecordInput(body="council", text="")) == r.TextEmpty()
    assert matter.no(wc.RecordInput(body="nobody", text="x")) == r.UnknownBody()


def test_texts_of_documents_are_written_by_people_and_stand_where_they_belong(matter):
    matter.work(wc.WriteText(document="ksau", field="summary", text="Short"), drafter)
    matter.work(wc.WriteText(document="summary", field="next_steps", text="Go", session="evening"))
    texts = [(it.document, it.field, it.session, it.text) for it in matter.record("texts").texts]
    assert texts == [("ksau", "summary", "", "Short"), ("summary", "next_steps", "evening", "Go")]
    matter.work(wc.WriteText(document="ksau", field="summary", text=""))
    assert len(matter.record("texts").texts) == 1
    nothing = wc.WriteText(document="ksau", field="summary", text=" ")
    assert matter.no(nothing) == r.AlreadyDone()
    assert matter.no(wc.WriteText(document="ksau", field="easy", text="x")) == r.UnknownField()
    elsewhere = wc.WriteText(document="summary", field="summary", text="x", session="other")
    assert matter.no(elsewhere) == r.UnknownField()


def test_every_document_has_texts_that_only_people_can_write():
    assert set(wc.TEXT_FIELDS) == set(get_args(wc.DocumentKind))
    assert all(wc.TEXT_FIELDS.values())
