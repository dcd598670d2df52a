"""The moderation log: every act, by whom, when and why."""

from dialog.domain.findings.moderated import moderated
from dialog.protocol import commands as c
from dialog.protocol import events as e
from tests.domain.meeting import ID, NOON, Meeting, ada, bo, fay, session_definition


def acts(lines):
    return [(it.act, it.contribution, it.reason, it.role) for it in lines]


def entries(*events, actor="moderator"):
    return [
        e.Entry(seq=n, session=ID, access="staff", actor=actor, at=NOON + n, event=event)
        for n, event in enumerate(events, start=1)
    ]


def test_every_act_stands_there_with_role_minute_and_reason():
    it = Meeting(session_definition(moderation="hold-all")).go("write")
    it.post(ada, "Ask ada@example.org")
    it.post(bo, "Benches")
    it.now += 61_500
    it.do(fay, c.ReleaseContributions([1, 2]))
    it.do(fay, c.HideContribution(1, "personal-data"))
    it.do(fay, c.Undo(it.seq))
    it.do(bo, c.WithdrawContribution(2))
    it.do(fay, c.SetModeration("show-all"))
    found = moderated(it.log)
    assert acts(found) == [
        ("held_on_arrival", 1, "email", "system"),
        ("held_on_arrival", 2, "", "system"),
        ("released", 1, "", "facilitator"),
        ("released", 2, "", "facilitator"),
        ("hidden", 1, "personal-data", "facilitator"),
        ("undone", None, str(it.log[-4].seq - 1), "facilitator"),
        ("restored", 1, "", "facilitator"),
        ("withdrawn", 2, "", "participant"),
        ("moderation_set", None, "show-all", "facilitator"),
    ]
    assert all(line.at % 60_000 == 0 for line in found)
    assert found[2].at > found[0].at


def test_an_insult_is_two_peoples_word_and_devices_are_told_apart():
    found = moderated(
        entries(
            e.DutySet("abc", True, ["sv"]),
            e.DutySet("def", True, ["sv"]),
            e.InsultAsserted(1, "def"),
            e.ContributionHidden(1, "insult"),
            e.InsultAsserted(2, "abc"),
            e.ContributionsReleased([2]),
            e.ContributionHidden(3, "spam"),
        )
    )
    assert [(it.act, it.device, it.persons) for it in found] == [
        ("on_duty", 1, 0),
        ("on_duty", 2, 0),
        ("insult_asserted", 2, 1),
        ("hidden", 0, 2),
        ("insult_asserted", 1, 1),
        ("released", 0, 2),
        ("hidden", 0, 0),
    ]


def test_what_follows_from_writing_on_a_phone_that_is_held_back_is_the_rules_own_doing():
    [entry] = entries(e.AuthorHeldBack(5, True))
    entry.actor = "participant"
    assert acts(moderated([entry])) == [("author_held_back", 5, "", "system")]


def test_what_concerns_a_phone_is_told_of_each_contribution():
    found = moderated(
        entries(
            e.AuthorHidden([1, 2], "spam"),
            e.AuthorHeldBack(1, True),
            e.ContributionMasked(3, [(0, 4)]),
            e.ContributionMasked(3, []),
            e.JoiningSet(False),
            e.SlowModeSet(30),
        )
    )
    assert acts(found) == [
        ("hidden", 1, "spam", "moderator"),
        ("hidden", 2, "spam", "moderator"),
        ("author_held_back", 1, "", "moderator"),
        ("masked", 3, "", "moderator"),
        ("unmasked", 3, "", "moderator"),
        ("joining_closed", None, "", "moderator"),
        ("slow_mode_set", None, "30", "moderator"),
    ]
