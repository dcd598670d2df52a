"""Who may write what, when, and under which heading."""

import pytest

from dialog.domain.state import Person
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.codec import encode
from dialog.protocol.refusals import (
    AlreadyDone,
    NotAllowed,
    NotJoined,
    NotNow,
    NotYours,
    PersonalNumber,
    SessionHasEnded,
    StepClosed,
    TextEmpty,
    TextTooLong,
    TextUnreadable,
    UnknownContribution,
    UnknownStep,
    UnknownTargetGroup,
    WrongTopic,
)
from tests.domain.meeting import ada, bo, fay, group, meeting, mia, participant, pia, post, system

dora = Person("scribe", "evening", seat="dora")


def on_behalf(text="A slip", step="write", kind="keyword", **more):
    return c.PostOnBehalf(step, kind, text, **more)


# ── a contribution ────────────────────────────────────────────────────────────────────────────


def test_a_contribution_gets_the_steps_area_and_the_next_number():
    evening = meeting("write")
    assert evening.do(ada, post("Benches")) == [
        e.ContributionPosted(
            1, "write", "keyword", "school", None, "undisclosed", "live", "sv", False
        )
    ]
    assert evening.post(bo, "Trees").id == 2


def test_words_and_author_lie_beside_the_event():
    evening = meeting("write")
    evening.do(ada, post("Benches", receipt="my secret"), op="an-op-of-sixteen")
    entry = evening.log[-1]
    assert (entry.words, entry.participant, entry.op) == ("Benches", 1, "an-op-of-sixteen")
    assert "Benches" not in str(entry.event)


def test_words_are_kept_as_they_were_meant():
    evening = meeting("write")
    assert evening.post(ada, "  Fler\r\nba\u0308nkar\u202e ").words == "Fler\nbänkar"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", TextEmpty()),
        (" \u200b\n", TextEmpty()),
        ("\u115f", TextEmpty()),
        ("\uffa0 \U000e0041\n\u034f", TextEmpty()),
        ("x" * 501, TextTooLong(1, 500)),
        ("a\x07b", TextUnreadable()),
        ("I am 19121212-1212", PersonalNumber()),
    ],
)
def test_unfit_words_are_refused(text, reason):
    evening = meeting("write")
    assert evening.refusal(ada, post(text)) == reason
    assert evening.refusal(fay, on_behalf(text)) == reason


def test_the_longest_text_is_counted_after_tidying():
    assert meeting("write").post(ada, "x" * 500 + "\n").words == "x" * 500


def test_the_perspective_is_the_one_at_the_time_of_writing():
    evening = meeting("write")
    evening.do(ada, c.ChoosePerspective("young"))
    first = evening.post(ada, "First")
    evening.do(ada, c.ChoosePerspective("old"))
    second = evening.post(ada, "Second")
    assert (first.posted.target_group, second.posted.target_group) == ("young", "old")


def test_a_perspective_chosen_twice_happens_once():
    evening = meeting()
    assert evening.do(ada, c.ChoosePerspective("young")) == [e.PerspectiveChosen("young")]
    assert evening.do(ada, c.ChoosePerspective("young")) == []
    assert evening.do(ada, c.ChoosePerspective(a.UNDISCLOSED)) != []


def test_an_unknown_target_group_is_refused():
    evening = meeting("write")
    assert evening.refusal(ada, c.ChoosePerspective("martians")) == UnknownTargetGroup()
    assert evening.refusal(fay, on_behalf(target_group="martians")) == UnknownTargetGroup()


def test_a_web_sessions_contributions_came_by_the_web():
    assert meeting("write", channel="web").post(ada, "Benches").posted.channel == "web"


# ── heading ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wish, area, topic",
    [
        (post(step="anything"), None, None),
        (post(step="anything", area="centre"), "centre", None),
        (post(step="write", area="centre"), "school", None),
        (post(step="means", kind="meaning", topic="safety"), "school", "safety"),
        (post(step="means", kind="meaning", topic="leisure"), None, "leisure"),
        (post(step="means", kind="meaning", topic="safety", area="centre"), "school", "safety"),
        (post(step="check", kind="meaning"), "school", None),
    ],
)
def test_the_step_decides_the_area_and_where_it_does_not_the_writer_may(wish, area, topic):
    posted = meeting(wish.step).do(ada, wish)[0]
    assert (posted.area, posted.topic) == (area, topic)


@pytest.mark.parametrize(
    "wish",
    [
        post(step="write", kind="meaning"),
        post(step="write", topic="safety"),
        post(step="anything", area="the-moon"),
        post(step="means", kind="meaning"),
        post(step="means", kind="meaning", topic="the-moon"),
        post(step="means", kind="keyword", topic="safety"),
        post(step="check", kind="meaning", topic="safety"),
        post(step="check", kind="keyword"),
    ],
)
def test_a_wrong_heading_is_refused(wish):
    assert meeting(wish.step).refusal(ada, wish) == WrongTopic()


# ── when ──────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_step_is_refused():
    assert meeting("write").refusal(ada, post(step="nothing")) == UnknownStep()
    assert meeting("write").refusal(fay, on_behalf(step="nothing")) == UnknownStep()


@pytest.mark.parametrize("step", ["welcome", "try", "tables", "dots", "groups", "break", "thanks"])
def test_a_step_that_takes_no_contribution_refuses(step):
    evening = meeting(step)
    assert evening.refusal(ada, post(step=step, begun=evening.seq)) == StepClosed()


def test_nothing_is_taken_in_the_lobby():
    assert meeting().refusal(ada, post()) == StepClosed()


def test_what_was_begun_while_the_step_was_open_is_taken_late():
    evening = meeting("write")
    begun = evening.seq
    evening.go("break")
    assert evening.do(ada, post(begun=begun))[0].late
    assert not evening.go("write").do(bo, post())[0].late


def test_half_an_hour_after_a_question_has_closed_nothing_comes_to_it():
    evening = meeting("write")
    begun = evening.seq
    evening.go("break")
    evening.now += 31 * 60_000
    assert evening.refusal(ada, post(begun=begun)) == StepClosed()


def test_whoever_came_when_a_question_had_closed_began_nothing_before():
    evening = meeting("write")
    begun = evening.seq
    evening.do(fay, c.SetPosting(False))
    evening.do(system, c.JoinSession())
    assert evening.refusal(participant(3), post(begun=begun)) == StepClosed()
    assert evening.do(ada, post(begun=begun))[0].late


def test_what_was_begun_when_the_step_was_closed_is_refused():
    evening = meeting("write")
    last = evening.seq
    evening.go("break")
    closed = evening.log[last].seq  # the entry that went on to the break
    assert evening.do(ada, post(begun=last))[0].late
    assert evening.refusal(ada, post(begun=closed)) == StepClosed()
    assert evening.refusal(ada, post(begun=2**53)) == StepClosed()


def test_what_was_begun_before_the_step_was_opened_is_refused_afterwards():
    evening = meeting("welcome")
    before = evening.seq
    evening.go("write").go("break")
    assert evening.refusal(ada, post(begun=before)) == StepClosed()
    assert evening.do(ada, post(begun=before + 1))[0].late


def test_posting_can_be_closed_and_opened_again():
    evening = meeting("write")
    begun = evening.seq
    evening.do(fay, c.SetPosting(False))
    closed = evening.seq
    assert evening.refusal(ada, post(begun=closed)) == StepClosed()
    assert evening.do(ada, post(begun=begun))[0].late
    evening.do(fay, c.SetPosting(True))
    assert not evening.do(ada, post(begun=closed))[0].late


def test_every_stretch_in_which_a_step_took_contributions_is_remembered():
    evening = meeting("write")
    first = evening.seq
    evening.go("break")
    pause = evening.seq
    evening.go("write")
    second = evening.seq
    evening.go("break")
    assert evening.do(ada, post(begun=first))[0].late
    assert evening.refusal(ada, post(begun=pause)) == StepClosed()
    assert evening.do(ada, post(begun=second))[0].late


def test_going_to_the_next_step_opens_it_although_the_last_was_closed():
    evening = meeting("write")
    evening.do(fay, c.SetPosting(False))
    assert evening.go("anything").do(ada, post(step="anything"))


def test_phones_are_refused_after_the_end_and_slips_on_the_tables_are_not():
    evening = meeting("write")
    begun = evening.seq
    evening.do(fay, c.EndSession())
    assert evening.refusal(ada, post(begun=begun)) == SessionHasEnded("https://example.org/results")
    assert evening.do(fay, on_behalf())


def test_a_stranger_is_refused():
    evening = meeting("write")
    assert evening.refusal(participant(3), post()) == NotJoined()
    assert evening.refusal(participant(0), post()) == NotJoined()
    evening.do(system, c.JoinSession())
    assert evening.do(participant(3), post())


# ── moderation of what is new ─────────────────────────────────────────────────────────────────


FLAGGED = "Ring Anders Svensson på 070-174 06 05"
HOST = Person("table-host", "evening", 3, "7")
WAITS = [
    ("hold-all", "held", "held"),
    ("hold-flagged", "visible", "held"),
    ("show-all", "visible", "visible"),
]
"""Moderation, how what is not flagged then stands, and what is."""


@pytest.mark.parametrize("moderation, plain, flagged", WAITS)
@pytest.mark.parametrize("by", ["a phone", "a table's device", "the scribe", "the facilitator"])
def test_whoever_enters_them_words_are_flagged_and_wait_alike(by, moderation, plain, flagged):
    evening = meeting("write", moderation=moderation)
    evening.do(system, c.JoinSession("table", "7"))
    wishes = {
        "a phone": (ada, post),
        "a table's device": (HOST, post),
        "the scribe": (dora, on_behalf),
        "the facilitator": (fay, on_behalf),
    }
    who, wish = wishes[by]
    for text in ("Benches", FLAGGED):
        evening.do(who, wish(text))
    first, second = evening.session.contributions.values()
    assert (first.standing, first.posted.flags) == (plain, [])
    assert (second.standing, set(second.posted.flags)) == (flagged, {"phone", "person"})
    assert ("070" in encode(evening.view("projector")).decode()) is (flagged == "visible")


def test_a_slip_that_comes_after_the_end_waits_too_and_can_be_let_in():
    evening = meeting("write", moderation="hold-all")
    evening.do(fay, c.EndSession())
    evening.do(dora, on_behalf())
    assert evening.session.contributions[1].standing == "held"
    evening.do(mia, c.ReleaseContributions([1]))
    assert evening.session.contributions[1].is_visible


def test_a_public_session_holds_all_and_a_closed_one_shows_all_unless_its_file_says():
    assert meeting(moderation=None).session.moderation == "hold-all"
    assert meeting(moderation=None, type="board-meeting").session.moderation == "show-all"
    assert meeting(moderation=None, access="closed").session.moderation == "show-all"


def test_what_is_held_stays_held_when_moderation_is_switched_off():
    evening = meeting("write", moderation="hold-all")
    held = evening.post(ada, "Held")
    evening.do(fay, c.SetModeration("show-all"))
    shown = evening.post(ada, "Shown")
    assert (held.standing, shown.standing) == ("held", "visible")


# ── on somebody's behalf ──────────────────────────────────────────────────────────────────────


def test_the_public_is_told_of_how_many_people_only_where_all_wrote_on_phones():
    evening = meeting("write")
    evening.post(ada, "One")
    evening.post(bo, "One more")
    evening.suggest(group(0, [1, 2], [c.Span(1, 0, 3), c.Span(2, 0, 3)]))
    view = evening.view("projector")
    assert (view["wall/school"].people, view["group/1"].people) == (2, 2)
    evening.do(fay, c.PostOnBehalf("write", "keyword", "Two", people=6, channel="table"))
    evening.do(fay, c.PlaceContributions([3], 1))
    view = evening.view("projector")
    assert (view["wall/school"].contributions, view["wall/school"].people) == (3, 0)
    assert (view["group/1"].contributions, view["group/1"].people) == (3, 0)
    assert evening.view("board")["group/1"].people == 2


def test_slips_are_numbered_and_the_people_behind_them_counted_apart():
    evening = meeting("write")
    evening.post(ada, "By phone")
    paper = evening.do(pia, on_behalf("By hand", target_group="old"))[0]
    table = evening.do(fay, on_behalf("Said", channel="table", people=7, table="4"))[0]
    assert (paper.slip, paper.people, paper.channel, paper.target_group) == (1, 1, "paper", "old")
    assert (table.slip, table.people, table.table) == (2, 7, "4")
    counts = evening.view("phone")["counts"]
    assert (counts.people, counts.authors, counts.behind) == (2, 1, 8)


def test_a_hidden_slip_is_not_counted_and_its_number_not_given_again():
    evening = meeting("write")
    evening.do(fay, on_behalf("Said", people=7))
    evening.do(fay, c.HideContribution(1, "spam"))
    assert evening.view("phone")["counts"].behind == 0
    assert evening.do(fay, on_behalf())[0].slip == 2


def test_staff_may_enter_words_for_any_step_in_which_people_write_or_talk():
    evening = meeting("break")
    assert evening.do(pia, on_behalf(step="write"))[0].late is False
    assert evening.do(pia, on_behalf(step="tables", kind="meaning"))[0].area == "school"
    assert evening.refusal(pia, on_behalf(step="break")) == NotNow()


# ── taking back ───────────────────────────────────────────────────────────────────────────────


def test_one_may_withdraw_ones_own_and_nobody_elses():
    evening = meeting("write")
    own = evening.post(ada, "Mine")
    assert evening.refusal(bo, c.WithdrawContribution(1)) == NotYours()
    assert evening.do(ada, c.WithdrawContribution(1)) == [e.ContributionWithdrawn(1)]
    assert own.standing == "withdrawn"
    assert evening.refusal(ada, c.WithdrawContribution(1)) == AlreadyDone()
    assert evening.refusal(ada, c.WithdrawContribution(2)) == UnknownContribution()


def test_what_was_written_for_somebody_belongs_to_no_participant():
    evening = meeting("write")
    evening.do(fay, on_behalf())
    assert evening.refusal(ada, c.WithdrawContribution(1)) == NotYours()


def test_withdrawing_takes_a_held_contribution_out_of_the_queue_also_after_the_end():
    evening = meeting("write", moderation="hold-all")
    evening.post(ada, "Mine")
    evening.do(fay, c.EndSession())
    evening.do(ada, c.WithdrawContribution(1))
    assert evening.view("console")["queue"].held == 0
    assert evening.view("console")["counts"].contributions == 0


def test_a_scribe_enters_what_a_committee_says_as_nobodys_and_from_no_target_group():
    evening = meeting("write")
    [posted] = evening.do(fay, on_behalf(channel="committee"))
    assert (posted.channel, posted.target_group, posted.slip) == ("committee", a.COMMITTEES, 1)
    assert evening.view("console")["counts"].behind == 0
    wrong = on_behalf(channel="committee", target_group="young")
    assert evening.refusal(fay, wrong) == UnknownTargetGroup()
    assert evening.refusal(fay, on_behalf(channel="committee", people=3)) == NotAllowed()
