"""A table's host writes for those who sit there: counted apart, and nobody by itself."""

import pytest

from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import NotAllowed, NotJoined, NotYours, StepClosed, WrongTopic
from tests.domain.meeting import ID, Meeting, ada, bo, fay, fold, meeting, post, system

HOST = Person("table-host", ID, 3, "7")
OTHER_DEVICE = Person("table-host", ID, 4, "7")
NEXT_TABLE = Person("table-host", ID, 5, "8")


def with_tables(step: str | None = "write") -> Meeting:
    """ada and bo, two devices at table 7 and one at table 8."""
    it = meeting(step)
    for table in ("7", "7", "8"):
        it.do(system, c.JoinSession("table", table))
    return it


def test_a_tables_device_has_a_number_and_is_not_counted():
    evening = with_tables()
    assert evening.session.tables == {3: "7", 4: "7", 5: "8"}
    assert evening.view("console")["counts"].people == 2
    assert evening.session.perspectives.total() == 2
    assert evening.own(HOST).table == "7" and evening.own(ada).table == ""
    evening.do(system, c.JoinSession())
    assert next(reversed(evening.session.participants)) == 6


def test_a_joint_sentence_says_how_many_stand_behind_it_and_is_nobodys():
    evening = with_tables()
    (event,) = evening.do(HOST, post("We want benches", people=5))
    assert isinstance(event, e.ContributionPosted)
    assert (event.channel, event.table, event.people) == ("table", "7", 5)
    assert event.target_group == "undisclosed"
    evening.post(ada, "Trees")
    counts = evening.view("console")["counts"]
    assert (counts.contributions, counts.authors, counts.behind) == (2, 1, 5)
    evening.suggest(c.GroupSuggestion(0, [c.Placement(1), c.Placement(2)], [1], [], 0.5))
    (group,) = (it for key, it in evening.view("board").items() if key.startswith("group/"))
    assert (group.contributions, group.people) == (2, 1)


def test_only_a_table_says_that_several_stand_behind_its_words():
    assert with_tables().refusal(ada, post(people=2)) == NotAllowed()


def test_a_table_also_writes_while_people_talk():
    evening = with_tables("tables")
    assert evening.refusal(ada, post(step="tables")) == StepClosed()
    written = evening.post(HOST, "Together", people=4)
    assert (written.area, written.posted.late) == ("school", False)
    topic = post(step="tables", kind="meaning", topic="safety")
    assert evening.refusal(HOST, topic) == WrongTopic()


def test_what_a_table_began_while_it_could_comes_late_and_nothing_else():
    evening = with_tables("tables")
    begun = evening.seq
    evening.go("break")
    assert evening.refusal(ada, post(step="tables", begun=begun)) == StepClosed()
    evening.do(HOST, post("Begun", step="tables", begun=begun))
    assert evening.session.contributions[1].posted.late
    assert evening.refusal(HOST, post(step="tables", begun=evening.seq)) == StepClosed()


def test_a_table_sees_all_of_its_own_notes_on_each_of_its_devices():
    evening = with_tables()
    evening.touched.clear()
    evening.post(HOST, "From one", people=3)
    assert {"mine/3", "mine/4"} <= evening.touched and "mine/5" not in evening.touched
    evening.do(fay, c.PostOnBehalf("write", "keyword", "By the scribe", channel="table", table="7"))
    for device in (HOST, OTHER_DEVICE):
        assert [it.text for it in evening.own(device).contributions] == [
            "From one",
            "By the scribe",
        ]
    assert [it.people for it in evening.own(HOST).contributions] == [3, 1]
    assert evening.own(NEXT_TABLE).contributions == evening.own(ada).contributions == []


def test_a_table_withdraws_its_own_and_nobody_elses():
    evening = with_tables()
    evening.post(HOST, "Ours")
    for stranger in (NEXT_TABLE, ada):
        assert evening.refusal(stranger, c.WithdrawContribution(1)) == NotYours()
    evening.do(OTHER_DEVICE, c.WithdrawContribution(1))
    assert evening.own(HOST).contributions[0].standing == "withdrawn"
    evening.post(bo, "Mine")
    assert evening.refusal(HOST, c.WithdrawContribution(2)) == NotYours()


@pytest.mark.parametrize(
    "stranger",
    [
        Person("table-host", ID, 1, "7"),
        Person("table-host", ID, 3, "8"),
        Person("table-host", ID, 9, ""),
        Person("table-host", ID, 3, ""),
        Person("participant", ID, 3),
    ],
)
def test_who_is_not_that_tables_device_is_not_let_in(stranger):
    assert with_tables().refusal(stranger, post()) == NotJoined()


def test_another_process_makes_the_same_of_the_log():
    evening = with_tables()
    evening.post(HOST, "Ours", people=2)
    again = fold(evening.dialogue.id, evening.log).sessions[ID]
    assert again.tables == evening.session.tables
    assert again.tally == evening.session.tally
    assert [it.id for it in again.by_table["7"]] == [1]
