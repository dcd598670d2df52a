"""Release, hide, restore: nothing is deleted, and nothing is done twice."""

from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, UnknownContribution
from tests.domain.meeting import ada, bo, fay, meeting


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
    evening.do(fay, c.HideContribution(1, "insult"))
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
