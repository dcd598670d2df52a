"""Release, hide, restore: nothing is deleted or done twice, and nothing hides by itself."""

import pytest

from dialog.domain.facts import Fact
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.codec import encode
from dialog.protocol.refusals import (
    AlreadyDone,
    ChangedSince,
    JoiningClosed,
    NotAllowed,
    NothingLeft,
    SecondPersonNeeded,
    UnknownContribution,
    Wait,
)
from tests.domain.meeting import ID, ada, bo, fay, gil, meeting, mia, moa, pia, post, system
from tests.domain.test_undo import state


def held(*texts):
    evening = meeting("write", moderation="hold-all")
    for text in texts:
        evening.post(ada, text)
    return evening


def test_only_what_is_still_held_is_released_and_each_once():
    evening = held("One", "Two", "Three")
    evening.do(fay, c.ReleaseContributions([2]))
    happened = evening.do(fay, c.ReleaseContributions([3, 2, 1, 3, 99]))
    assert happened == [e.ContributionsReleased([3, 1])]
    assert evening.refusal(fay, c.ReleaseContributions([1, 2, 3])) == AlreadyDone()


def test_a_hidden_or_withdrawn_contribution_is_not_released():
    evening = held("One", "Two")
    evening.do(fay, c.HideContribution(1, "threat"))
    evening.do(ada, c.WithdrawContribution(2))
    assert evening.refusal(fay, c.ReleaseContributions([1, 2])) == AlreadyDone()


def test_what_is_held_or_visible_can_be_hidden_with_a_reason_once():
    evening = held("One", "Two")
    evening.do(fay, c.ReleaseContributions([1]))
    for number in (1, 2):
        happened = evening.do(fay, c.HideContribution(number, "threat"))
        assert happened == [e.ContributionHidden(number, "threat")]
        assert evening.refusal(fay, c.HideContribution(number, "spam")) == AlreadyDone()
    assert evening.refusal(fay, c.HideContribution(3, "spam")) == UnknownContribution()


def test_a_withdrawn_contribution_is_neither_hidden_nor_restored():
    evening = held("One")
    evening.do(ada, c.WithdrawContribution(1))
    assert evening.refusal(fay, c.HideContribution(1, "spam")) == AlreadyDone()
    assert evening.refusal(fay, c.RestoreContribution(1)) == AlreadyDone()


def test_a_hidden_contribution_can_be_restored_but_not_withdrawn():
    evening = held("One")
    evening.do(fay, c.HideContribution(1, "spam"))
    assert evening.refusal(ada, c.WithdrawContribution(1)) == AlreadyDone()
    assert evening.do(fay, c.RestoreContribution(1)) == [e.ContributionRestored(1)]
    it = evening.session.contributions[1]
    assert (it.standing, it.reason) == ("visible", "")
    assert evening.refusal(fay, c.RestoreContribution(1)) == AlreadyDone()


def test_words_can_leave_the_screens_after_the_end():
    evening = held("One", "Two")
    evening.do(fay, c.EndSession())
    evening.do(fay, c.ReleaseContributions([1]))
    evening.do(fay, c.HideContribution(1, "personal-data"))
    assert evening.do(fay, c.RestoreContribution(1))
    assert evening.do(ada, c.WithdrawContribution(2))


def test_the_queue_is_oldest_first_whatever_has_been_released_and_undone():
    evening = held("One", "Two", "Three")
    evening.do(fay, c.ReleaseContributions([1]))
    evening.do(fay, c.Undo(evening.seq))
    queue = evening.view("console")["queue"]
    assert [slip.contribution for slip in queue.slips] == [1, 2, 3]


def test_the_queue_says_since_when_somebody_waits():
    evening = meeting("write", moderation="hold-all")
    first = evening.now
    evening.post(ada, "One")
    evening.now += 60_000
    evening.post(bo, "Two")
    assert evening.view("console")["queue"].oldest_at == first
    evening.do(fay, c.ReleaseContributions([1, 2]))
    assert evening.view("console")["queue"].oldest_at is None


# ── two persons for an insult ─────────────────────────────────────────────────────────────────

INSULT = c.HideContribution(1, "insult")


def shown_somewhere(evening, text):
    evening.do(fay, c.ShowOthers(True)) if not evening.session.others else None
    seen = [encode(evening.view(audience)).decode() for audience in ("phone", "projector", "board")]
    return any(text in records for records in seen)


def test_what_one_person_finds_an_insult_leaves_the_screens_at_once_and_is_not_hidden():
    evening = meeting("write")
    evening.post(ada, "Idiots")
    assert shown_somewhere(evening, "Idiots")
    assert evening.do(mia, INSULT) == [e.InsultAsserted(1, "mia")]
    assert not shown_somewhere(evening, "Idiots")
    assert evening.session.contributions[1].standing == "held"
    (slip,) = evening.view("console")["queue"].slips
    assert slip.asserted_by == "mia"


def test_the_same_person_cannot_agree_with_herself_and_another_can():
    evening = meeting("write")
    evening.post(ada, "Idiots")
    evening.do(mia, INSULT)
    assert evening.refusal(mia, INSULT) == SecondPersonNeeded()
    assert evening.do(fay, INSULT) == [e.ContributionHidden(1, "insult")]
    assert evening.own(ada).contributions[0].reason == "insult"


def test_one_person_may_hide_it_for_another_reason():
    evening = meeting("write")
    evening.post(ada, "Idiots, I shall kill you")
    evening.do(mia, INSULT)
    assert evening.do(mia, c.HideContribution(1, "threat"))
    assert evening.session.contributions[1].asserted_by == ""


def test_whoever_shows_it_again_has_refused_the_assertion():
    evening = meeting("write")
    evening.post(ada, "The board is slow")
    evening.do(mia, INSULT)
    evening.do(moa, c.ReleaseContributions([1]))
    assert evening.session.contributions[1].is_visible
    assert evening.do(moa, INSULT) == [e.InsultAsserted(1, "moa")]


def test_undoing_the_second_word_leaves_the_first():
    evening = meeting("write")
    evening.post(ada, "Idiots")
    evening.do(mia, INSULT)
    evening.do(moa, INSULT)
    evening.do(fay, c.Undo(evening.seq))
    assert evening.session.contributions[1].asserted_by == "mia"
    assert evening.refusal(mia, INSULT) == SecondPersonNeeded()


def test_two_people_without_seats_are_one_unless_their_roles_differ():
    evening = meeting("write")
    evening.post(ada, "Idiots")
    evening.do(Person("facilitator", ID), INSULT)
    assert evening.refusal(Person("facilitator", ID), INSULT) == SecondPersonNeeded()
    assert evening.do(Person("moderator", ID), INSULT) == [e.ContributionHidden(1, "insult")]


# ── everything from one phone ─────────────────────────────────────────────────────────────────


def flooded():
    evening = meeting("write")
    for text in ("One", "Two", "Three"):
        evening.post(ada, text)
    evening.post(bo, "Mine")
    evening.do(fay, c.HideContribution(2, "spam"))
    evening.do(ada, c.WithdrawContribution(3))
    return evening


def test_all_that_a_phone_has_written_is_hidden_and_what_comes_from_it_is_held():
    evening = flooded()
    happened = evening.do(mia, c.HideAuthor(1, "threat"))
    assert happened == [e.ContributionHidden(1, "threat"), e.AuthorHeldBack(1, True)]
    standings = [it.standing for it in evening.session.contributions.values()]
    assert standings == ["hidden", "hidden", "withdrawn", "visible"]
    assert evening.post(ada, "Again").standing == "held"
    assert evening.post(bo, "Fine").standing == "visible"
    assert evening.view("console")["queue"].slips[0].held_back
    assert evening.do(fay, c.HideAuthor(2, "spam")) == [e.ContributionHidden(5, "spam")]
    assert evening.refusal(fay, c.HideAuthor(2, "spam")) == AlreadyDone()


def test_hiding_all_from_a_phone_says_nowhere_which_are_one_phones():
    """Nor does taking it back, in one step, or a second person's word."""
    evening = meeting("write", moderation="hold-all")
    for text in ("One", "Two", "Three"):
        evening.post(ada, text)
    evening.do(fay, c.ReleaseContributions([2]))
    evening.do(mia, c.HideAuthor(1, "insult"))
    wishes = [(moa, c.HideAuthor(1, "insult")), (moa, c.HideAuthor(1, "spam"))]
    for who, wish in wishes:
        before, seq = state(evening), evening.seq + 1
        evening.do(who, wish)
        assert [it.standing for it in evening.session.contributions.values()] == ["hidden"] * 3
        assert evening.session.changes[-1].change.params["n"] == 3
        evening.do(fay, c.Undo(seq))
        assert state(evening) == before
    for entry in evening.log[6:]:
        assert len(getattr(entry.event, "contributions", [1])) == 1, entry.event


def test_what_an_old_log_says_of_a_phone_happens_and_is_undone_as_it_did():
    evening = flooded()
    evening.post(ada, "Four")
    before = state(evening)
    evening.apply(mia, Fact(e.AuthorHidden([1, 5], "spam")))
    assert [evening.session.contributions[n].reason for n in (1, 5)] == ["spam"] * 2
    evening.do(fay, c.Undo(evening.seq))
    assert state(evening) == before


def test_a_phone_that_is_trusted_again_writes_as_others_do():
    evening = flooded()
    assert evening.refusal(mia, c.TrustAuthor(1)) == AlreadyDone()
    evening.do(mia, c.HideAuthor(1, "spam"))
    assert evening.do(moa, c.TrustAuthor(3)) == [e.AuthorHeldBack(3, False)]
    assert evening.post(ada, "Again").standing == "visible"
    assert evening.session.contributions[1].standing == "hidden"


def handed_on(evening, before=ada):
    """The phone goes to the next person, who writes under another number."""
    evening.do(system, c.JoinSession())
    number = evening.log[-1].participant
    return Person("participant", ID, number, formers=(*before.formers, before.participant))


def test_what_comes_from_a_phone_that_is_held_back_is_held_whoever_has_it_now():
    evening = flooded()
    cy = handed_on(evening)
    evening.do(mia, c.HideAuthor(1, "spam"))  # only now: it is the phone that is meant
    changes = len(evening.session.changes)
    dan = handed_on(evening, handed_on(evening, cy))
    for person in (cy, dan):
        assert evening.post(person, "Mer").standing == "held"
        assert evening.log[-1].event == e.AuthorHeldBack(evening.log[-2].event.contribution, True)
        assert evening.post(person, "Ännu mer").standing == "held"
        assert isinstance(evening.log[-1].event, e.ContributionPosted), "it is said once"
    assert evening.post(bo, "Fine").standing == "visible"
    assert all(slip.held_back for slip in evening.view("console")["queue"].slips)
    assert len(evening.session.changes) == changes, "nobody has changed anything"


def test_the_next_person_on_a_phone_is_trusted_apart_from_the_one_before():
    evening = flooded()
    evening.do(mia, c.HideAuthor(1, "spam"))
    cy = handed_on(evening)
    first = evening.post(cy, "Hej")
    evening.do(moa, c.TrustAuthor(first.id))
    assert evening.post(cy, "Hej igen").standing == "visible"
    assert evening.post(handed_on(evening, cy), "Jag med").standing == "visible"
    assert evening.post(ada, "Skräp").standing == "held"


def test_a_phone_that_was_trusted_again_before_it_was_handed_on_is_held_for_nobody():
    evening = flooded()
    evening.do(mia, c.HideAuthor(1, "spam"))
    evening.do(moa, c.TrustAuthor(1))
    assert evening.post(handed_on(evening), "Hej").standing == "visible"


def test_no_entry_of_the_log_says_that_two_people_had_one_phone():
    evening = flooded()
    evening.do(mia, c.HideAuthor(1, "spam"))
    cy = handed_on(evening)
    start = len(evening.log)
    evening.post(cy, "Mer")
    assert {entry.participant for entry in evening.log[start:]} == {cy.participant}
    assert [entry.event.contribution for entry in evening.log[start:]] == [5, 5]


def test_that_a_phone_insults_is_said_by_two():
    evening = flooded()
    evening.do(mia, c.HideAuthor(1, "insult"))
    assert evening.session.contributions[1].standing == "held"
    assert evening.refusal(mia, c.HideAuthor(1, "insult")) == SecondPersonNeeded()
    evening.do(moa, c.HideAuthor(1, "insult"))
    assert evening.session.contributions[1].standing == "hidden"
    assert evening.session.contributions[4].is_visible


def test_a_paper_slip_is_from_no_phone():
    evening = meeting("write")
    evening.do(pia, c.PostOnBehalf("write", "keyword", "On paper"))
    assert evening.refusal(mia, c.HideAuthor(1, "spam")) == NothingLeft()
    assert evening.refusal(mia, c.TrustAuthor(1)) == NothingLeft()


def test_staff_see_how_much_else_the_phone_has_written_and_not_who():
    evening = meeting("write", moderation="hold-all")
    for text in ("One", "Two"):
        evening.post(ada, text)
    evening.post(bo, "Mine")
    slips = evening.view("console")["queue"].slips
    assert [slip.same_phone for slip in slips] == [1, 1, 0]


# ── too fast, and too many ────────────────────────────────────────────────────────────────────


def test_in_slow_mode_the_next_person_on_a_phone_waits_as_long_as_the_one_before_would():
    evening = meeting("write")
    evening.do(mia, c.SetSlowMode(30))
    evening.post(ada, "One")
    cy = handed_on(evening)
    evening.now += 10_000
    command = post("Two", begun=evening.seq)
    assert evening.refusal(cy, command) == Wait(20)
    assert evening.post(bo, "Three").is_visible
    evening.now += 20_000
    assert evening.post(cy, "Two").is_visible


def test_in_slow_mode_each_waits_for_oneself_and_nobody_for_others():
    evening = meeting("write")
    evening.post(ada, "One")
    evening.do(mia, c.SetSlowMode(30))
    evening.now += 10_000
    assert evening.refusal(ada, post("Two")) == Wait(20)
    assert evening.post(bo, "Mine").is_visible
    evening.now += 20_000
    assert evening.post(ada, "Two").is_visible
    assert evening.view("phone")["stage"].slow == 30


def test_in_slow_mode_a_clock_that_is_put_back_lets_nobody_wait_an_hour():
    evening = meeting("write")
    evening.do(mia, c.SetSlowMode(30))
    evening.post(ada, "One")
    evening.now -= 3_600_000
    assert evening.post(ada, "Two").is_visible
    evening.now += 10_000
    assert evening.refusal(ada, post("Three")) == Wait(20)


def test_slow_mode_says_what_is_wrong_with_the_words_before_it_says_wait():
    evening = meeting("write")
    evening.post(ada, "One")
    evening.do(mia, c.SetSlowMode(600))
    assert evening.refusal(ada, post("  ")) != Wait(600)


def test_where_nobody_waits_a_clock_that_goes_back_refuses_nothing():
    evening = meeting("write")
    evening.post(ada, "One")
    evening.now -= 60_000
    assert evening.post(ada, "Two").is_visible


def test_while_joining_is_closed_nobody_new_comes_in_and_those_who_are_in_write_on():
    evening = meeting("write")
    evening.do(mia, c.SetJoining(False))
    assert evening.refusal(system, c.JoinSession()) == JoiningClosed()
    assert evening.post(ada, "One").is_visible
    assert not evening.view("console")["settings"].joining
    evening.do(gil, c.SetJoining(True))
    assert evening.do(system, c.JoinSession())


# ── what is public of it, and who may undo it ─────────────────────────────────────────────────


@pytest.mark.parametrize("audience", ["phone", "projector", "console", "board"])
def test_everybody_may_see_why_how_many_are_hidden(audience):
    evening = held("One", "Two", "Three", "Four")
    evening.do(fay, c.HideContribution(1, "spam"))
    evening.do(fay, c.HideAuthor(2, "threat"))
    evening.do(fay, c.RestoreContribution(2))
    assert evening.view(audience)["counts"].hidden_by_reason == {"spam": 1, "threat": 2}


def test_flags_hold_at_most_and_never_hide():
    evening = meeting("write", moderation="hold-flagged")
    assert evening.post(ada, "Ask ada@example.org").standing == "held"
    evening.do(fay, c.SetModeration("show-all"))
    assert evening.post(ada, "Ask bo@example.org").standing == "visible"
    assert not evening.session.hidden


def test_a_moderator_undoes_moderation_and_nothing_else():
    evening = meeting("write")
    evening.post(ada, "One")
    step = evening.session.changes[0].change.seq
    assert evening.refusal(mia, c.Undo(step)) == NotAllowed()
    for wish in (c.HideContribution(1, "spam"), c.SetSlowMode(5), c.MaskContribution(1, [(0, 1)])):
        evening.do(fay, wish)
        assert evening.do(mia, c.Undo(evening.seq))
    evening.do(fay, c.SetSlowMode(5))
    assert evening.refusal(pia, c.Undo(evening.seq)) == NotAllowed()
    evening.do(pia, c.TranslateContribution(1, "fi", "Yksi"))
    assert evening.do(pia, c.Undo(evening.seq))


def test_a_phone_that_another_has_trusted_since_is_not_held_back_by_undoing():
    evening = flooded()
    evening.do(mia, c.HideAuthor(1, "spam"))
    first = evening.seq - 1
    evening.do(moa, c.TrustAuthor(1))
    evening.do(mia, c.HideAuthor(4, "spam"))
    assert evening.refusal(mia, c.Undo(first)) == ChangedSince()
