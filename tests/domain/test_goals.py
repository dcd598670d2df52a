"""Goal drafts: what is written, what they rest on, and what they lack."""

import pytest

from dialog.domain import goals
from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from tests.domain.matter import Matter, chair, drafter, klara
from tests.domain.meeting import ada, fay

EVERYTHING = [
    *("movement_from", "movement_to", "resources", "maintenance", "effect", "horizon"),
    *("target_groups", "directive", "anchor", "global_goal", "citation", "frames"),
]


@pytest.fixture
def matter():
    return Matter()


def test_the_working_committee_drafts_a_goal(matter):
    matter.work(wc.DraftGoal(area="school", text="  Safe ways \n for  all "), drafter)
    goal = matter.record("goal/1")
    assert (goal.area, goal.text, goal.rev) == ("school", "Safe ways\nfor all", matter.seq)
    assert matter.lines() == ["goal_drafted"]


def test_a_new_draft_lacks_everything_and_says_so_without_being_refused(matter):
    assert matter.record(f"goal/{matter.draft()}").missing == EVERYTHING


def test_a_draft_that_has_everything_lacks_nothing(matter):
    goal = matter.draft()
    for field in ("movement_from", "movement_to", "resources", "maintenance", "effect", "horizon"):
        matter.work(wc.WriteGoal(goal=goal, field=field, text=f"Words on {field}"))
    matter.work(wc.AffectTargetGroup(goal=goal, target_group="young", affected=True))
    matter.work(wc.GiveDirective(goal=goal, body="schools", text="Plan for it"))
    matter.work(wc.AnchorGoal(goal=goal, anchor="open", linked=True))
    matter.work(wc.LinkGoal(goal=goal, global_goal=11, strength="primary"))
    matter.work(wc.CiteInGoal(goal=goal, contributions=[matter.meaning()]))
    assert matter.record("goal/1").missing == ["frames"]
    matter.work(wc.AnswerFrame(goal=goal, frame="F1", answer="not-assessed"))
    matter.work(wc.AnswerFrame(goal=goal, frame="F2", answer="partly", why="Nearly"))
    record = matter.record("goal/1")
    assert record.missing == []
    assert [(it.frame, it.answer, it.comment) for it in record.frames] == [
        ("F1", "not-assessed", ""),
        ("F2", "partly", "Nearly"),
    ]
    assert matter.state.log[-1].why == "Nearly"


def test_only_a_visible_meaning_from_residents_shows_their_perspective(matter):
    goal = matter.draft()
    theirs = matter.meaning("From staff", "officials")
    matter.go("write")
    keyword = matter.post(ada, "Benches").id
    matter.work(wc.CiteInGoal(goal=goal, contributions=[theirs, keyword]))
    assert "citation" in matter.record("goal/1").missing
    meaning = matter.meaning("From the young", "young")
    theme = matter.theme()
    matter.work(wc.PlaceInTheme(contributions=[meaning], theme=theme))
    matter.work(wc.CiteInGoal(goal=goal, themes=[theme]))
    assert "citation" not in matter.record("goal/1").missing
    matter.do(fay, c.HideContribution(meaning, "spam"))
    assert "citation" in matter.record("goal/1").missing


def test_a_draft_that_cites_a_theme_rests_on_all_that_stands_in_it(matter):
    meaning, goal = matter.meaning(), matter.draft()
    small, large = matter.theme(title="Small"), matter.theme(title="Large")
    matter.work(wc.PlaceInTheme(contributions=[meaning], theme=small))
    matter.work(wc.CiteInGoal(goal=goal, themes=[small]))
    state = matter.state.goals[goal]
    assert goals.sources_of(matter.dialogue, state) == [meaning]
    merged = matter.work(wc.MergeThemes(themes=[small], into=large))
    assert goals.sources_of(matter.dialogue, state) == [meaning]
    assert matter.record("goal/1").themes == [large]
    matter.undo(merged)
    assert matter.record("goal/1").themes == [small]


def test_citing_again_changes_only_what_is_new(matter):
    one, two, goal = matter.meaning("One"), matter.meaning("Two"), matter.draft()
    matter.work(wc.CiteInGoal(goal=goal, contributions=[one]))
    both = matter.work(wc.CiteInGoal(goal=goal, contributions=[one, two, two]))
    assert matter.record("goal/1").contributions == [one, two]
    matter.undo(both)
    assert matter.record("goal/1").contributions == [one]
    assert matter.no(wc.CiteInGoal(goal=goal, contributions=[one])) == r.AlreadyDone()
    matter.work(wc.CiteInGoal(goal=goal, contributions=[one], cited=False))
    assert matter.record("goal/1").contributions == []


def test_a_dropped_draft_is_gone_from_the_screens_and_can_come_back(matter):
    goal = matter.draft()
    dropped = matter.work(wc.DropGoal(goal=goal))
    assert matter.record("goal/1") is None
    assert matter.no(wc.WriteGoal(goal=goal, field="text", text="More")) == r.UnknownGoal()
    assert matter.draft("Another") == 2
    matter.undo(dropped)
    assert matter.record("goal/1").text == "A safe municipality"


def test_more_drafts_than_were_meant_to_be_are_never_refused(matter):
    most = matter.dialogue.definition.most_goals
    for n in range(most + 2):
        matter.draft(f"Goal {n}")
    assert len(goals.standing(matter.dialogue)) == most + 2


def test_a_directive_says_how_a_body_relates_to_the_goal_until_it_is_dropped(matter):
    goal = matter.draft()
    matter.work(wc.GiveDirective(goal=goal, body="schools", text="Plan"))
    matter.work(wc.GiveDirective(goal=goal, body="schools", text="Plan well", directive=1))
    assert [it.text for it in matter.record("goal/1").directives] == ["Plan well"]
    dropped = matter.work(wc.DropDirective(directive=1))
    assert matter.record("goal/1").directives == []
    assert matter.no(wc.DropDirective(directive=1)) == r.UnknownGoal()
    matter.undo(dropped)
    assert [it.text for it in matter.record("goal/1").directives] == ["Plan well"]


def test_committee_goals_hang_under_the_overall_goal(matter):
    goal = matter.draft()
    matter.work(wc.RecordCommitteeGoal(goal=goal, body="schools", text="Ours"))
    matter.work(wc.RecordCommitteeGoal(goal=goal, body="council", text="Theirs"))
    assert [it.text for it in matter.record("goal/1").committee_goals] == ["Ours", "Theirs"]
    matter.work(wc.DropCommitteeGoal(committee_goal=1))
    assert [it.text for it in matter.record("goal/1").committee_goals] == ["Theirs"]


def test_what_becomes_of_each_goal_of_the_term_before_is_said_and_can_be_unsaid(matter):
    goal = matter.draft()
    no_reason = wc.SettlePreviousGoal(previous="old-1", fate="dropped")
    assert matter.no(no_reason) == r.ReasonMissing()
    matter.work(wc.SettlePreviousGoal(previous="old-1", fate="dropped", why="Reached"))
    merged = wc.SettlePreviousGoal(previous="old-2", fate="merged", goal=goal)
    matter.work(merged)
    settled = [
        (it.previous, it.fate, it.goal, it.reason) for it in matter.record("process").previous
    ]
    assert settled == [("old-1", "dropped", None, "Reached"), ("old-2", "merged", 1, "")]
    matter.work(wc.SettlePreviousGoal(previous="old-1", fate=None))
    assert [it.previous for it in matter.record("process").previous] == ["old-2"]


UNKNOWN = [
    (wc.DraftGoal(area="nowhere", text="x"), r.UnknownArea()),
    (wc.DraftGoal(area="school", text=" \n "), r.TextEmpty()),
    (wc.DraftGoal(area="school", text="x" * 2001), r.TextTooLong(1, 2000)),
    (wc.DropGoal(goal=9), r.UnknownGoal()),
    (wc.WriteGoal(goal=9, field="effect", text="x"), r.UnknownGoal()),
    (wc.WriteGoal(goal=1, field="text", text=""), r.TextEmpty()),
    (wc.WriteGoal(goal=1, field="effect", text=""), r.AlreadyDone()),
    (wc.MoveGoal(goal=1, area="nowhere"), r.UnknownArea()),
    (wc.MoveGoal(goal=1, area="school"), r.AlreadyDone()),
    (wc.CiteInGoal(goal=1), r.NothingLeft()),
    (wc.CiteInGoal(goal=1, themes=[7]), r.UnknownTheme()),
    (wc.CiteInGoal(goal=1, contributions=[7]), r.UnknownContribution()),
    (wc.LinkGoal(goal=1, global_goal=3, strength=None), r.AlreadyDone()),
    (wc.AnchorGoal(goal=1, anchor="closed", linked=True), r.UnknownField()),
    (wc.AnchorGoal(goal=1, anchor="open", linked=False), r.AlreadyDone()),
    (wc.AffectTargetGroup(goal=1, target_group="cats", affected=True), r.UnknownTargetGroup()),
    (wc.AnswerFrame(goal=1, frame="F9", answer="yes"), r.UnknownField()),
    (wc.GiveDirective(goal=1, body="nobody", text="x"), r.UnknownBody()),
    (wc.GiveDirective(goal=1, body="schools", text="x", directive=4), r.UnknownGoal()),
    (wc.DropDirective(directive=4), r.UnknownGoal()),
    (wc.RecordCommitteeGoal(goal=9, body="schools", text="x"), r.UnknownGoal()),
    (wc.RecordCommitteeGoal(goal=1, body="schools", text=""), r.TextEmpty()),
    (wc.DropCommitteeGoal(committee_goal=1), r.UnknownGoal()),
    (wc.SettlePreviousGoal(previous="newer", fate="kept"), r.UnknownField()),
    (wc.SettlePreviousGoal(previous="old-1", fate="merged", goal=9), r.UnknownGoal()),
    (wc.SettlePreviousGoal(previous="old-1", fate=None), r.AlreadyDone()),
]


@pytest.mark.parametrize("command, refusal", UNKNOWN, ids=lambda it: type(it).__name__)
def test_what_nobody_knows_is_refused(matter, command, refusal):
    matter.draft()
    assert matter.no(command) == refusal


def test_two_who_write_in_the_same_field_are_told_and_in_two_fields_are_not(matter):
    matter.draft()
    seen = matter.seq
    matter.do(drafter, wc.WriteGoal(goal=1, field="effect", text="Mine", seen=seen))
    theirs = wc.WriteGoal(goal=1, field="effect", text="Theirs", seen=seen)
    assert matter.refusal(klara, theirs) == r.ChangedMeanwhile(
        "working-committee", "goal_written_effect"
    )
    matter.do(chair, wc.WriteGoal(goal=1, field="resources", text="SPB20", seen=seen))
    assert matter.record("goal/1").effect == "Mine"


def test_a_draft_is_not_dropped_over_words_that_one_has_not_seen(matter):
    matter.draft()
    seen = matter.seq
    matter.do(drafter, wc.WriteGoal(goal=1, field="effect", text="Mine", seen=seen))
    refused = matter.refusal(klara, wc.DropGoal(goal=1, seen=seen))
    assert refused == r.ChangedMeanwhile("working-committee", "goal_written_effect")
