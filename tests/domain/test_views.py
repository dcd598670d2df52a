"""What each audience may see."""

import msgspec
import pytest

from dialog.domain import views
from dialog.protocol import commands as c
from dialog.protocol import records as r
from dialog.protocol.codec import encode
from tests.domain.meeting import ada, bo, fay, group, meeting, participant, pia

AUDIENCES = ("phone", "projector", "console", "presidium", "board")


def kinds(evening, audience):
    return {key.split("/")[0] for key in evening.view(audience)}


def texts(evening, audience):
    return encode(evening.view(audience)).decode()


@pytest.mark.parametrize(
    ("written", "shown"), [("Kim, 0100-00 00 00", "Kim, 0100-00 00 00"), ("[FYLL I: vem]", "")]
)
def test_nobody_is_shown_a_gap_that_the_municipality_has_yet_to_fill_in(written, shown):
    evening = meeting("welcome")
    evening.dialogue.definition = msgspec.structs.replace(
        evening.dialogue.definition, contact=written
    )
    assert evening.view("phone")["meeting"].contact == shown


# ── who wrote what ────────────────────────────────────────────────────────────────────────────


def fields_within(kind, seen):
    """Every field of a record and of what it holds."""
    for field in msgspec.inspect.type_info(kind).fields:
        yield field.name
        for inner in structs_in(field.type):
            if inner.cls not in seen:
                seen.add(inner.cls)
                yield from fields_within(inner.cls, seen)


def structs_in(type):
    if isinstance(type, msgspec.inspect.StructType):
        yield type
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(type, name):
            yield from structs_in(getattr(type, name))
    for part in getattr(type, "types", ()):
        yield from structs_in(part)


@pytest.mark.parametrize("kind", r.AnyRecord.__args__)
def test_no_record_has_a_place_for_who_wrote_it(kind):
    names = set(fields_within(kind, set()))
    assert names.isdisjoint({"participant", "author", "op", "receipt", "joined_at"})
    # What a table says together bears the table's number, for staff; what a person writes has none.
    assert "table" not in names or kind in (r.Queue, r.Recent, r.Hidden, r.PaperSlips)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_ops_and_receipts_are_in_no_view(audience):
    evening = meeting("write")
    wish = c.PostContribution("write", 0, "keyword", "Benches", receipt="RECEIPTRECEIPT")
    evening.do(ada, wish, op="operation-of-ada-1")
    for step in ("write", "groups", "targets", "thanks"):
        if step != evening.session.step:
            evening.go(step)
        assert "operation-of-ada" not in texts(evening, audience)
        assert "RECEIPT" not in texts(evening, audience)


def test_ones_own_is_only_ones_own():
    evening = meeting("write")
    evening.post(ada, "By ada")
    evening.post(bo, "By bo")
    assert [it.text for it in evening.own(ada).contributions] == ["By ada"]
    assert [it.text for it in evening.own(bo).contributions] == ["By bo"]
    assert evening.own(participant(3)) == r.Own(None, [], {}, {}, {})


def test_the_author_hears_where_it_stands_and_why():
    evening = meeting("write", moderation="hold-all")
    evening.do(ada, c.ChoosePerspective("old"))
    evening.do(
        ada,
        c.PostContribution("write", 0, "question", "Benches?", area="centre"),
        op="operation-of-ada-1",
    )
    own = evening.own(ada)
    assert own.target_group == "old"
    assert own.contributions == [
        r.OwnContribution(
            contribution=1,
            op="operation-of-ada-1",
            text="Benches?",
            kind="question",
            area="school",
            topic=None,
            step="write",
            standing="held",
            language="sv",
        )
    ]
    evening.do(fay, c.HideContribution(1, "out-of-scope"))
    assert (
        evening.own(ada).contributions[0].standing,
        evening.own(ada).contributions[0].reason,
    ) == (
        "hidden",
        "out-of-scope",
    )


def test_the_author_sees_that_it_came_late():
    evening = meeting("write")
    begun = evening.seq
    evening.go("break").do(ada, c.PostContribution("write", begun, "keyword", "Late"))
    assert evening.own(ada).contributions[0].late


# ── which records ─────────────────────────────────────────────────────────────────────────────


def test_what_is_for_staff_reaches_staff_only():
    evening = meeting("write")
    evening.post(ada, "Benches")
    only = {"run", "settings", "queue", "recent", "hidden", "changes"}
    assert kinds(evening, "console") >= only
    for audience in ("phone", "projector"):
        assert kinds(evening, audience).isdisjoint(only)
        for key in only:
            assert views.record(evening.session, audience, key) is None


def test_the_presidium_has_the_console_without_the_words_of_what_is_not_visible():
    evening = meeting("write", moderation="hold-flagged")
    for text in ("Ring 070-174 06 05", "Benches", "Hate", "Bo wants trees", "Regret"):
        evening.post(ada, text)
    evening.do(fay, c.HideContribution(3, "incitement"))
    evening.do(fay, c.MaskContribution(4, [(0, 2)]))
    evening.do(ada, c.WithdrawContribution(5))
    evening.do(pia, c.PostOnBehalf("write", "keyword", "Maila bo@example.org"))
    console, presidium = evening.view("console"), evening.view("presidium")
    assert console.keys() == presidium.keys()
    queue = presidium["queue"]
    minute = evening.now // 60_000 * 60_000
    assert (queue.held, queue.oldest_at, queue.slips) == (2, minute, [])
    assert presidium["counts"] == console["counts"]
    seen = [(it.contribution, it.text, it.standing) for it in presidium["recent"].slips]
    assert seen == [
        (5, "", "withdrawn"),
        (4, "[maskerat] wants trees", "visible"),
        (3, "", "hidden"),
        (2, "Benches", "visible"),
    ]
    (hidden,) = presidium["hidden"].slips
    assert (hidden.text, hidden.withheld, hidden.reason) == ("", True, "incitement")
    for audience in ("presidium", "scribe"):
        (paper,) = evening.view(audience)["paper"].slips
        assert (paper.slip, paper.text, paper.withheld, paper.standing) == (1, "", True, "held")
        for words in ("070", "Hate", "Bo wants", "Regret", "bo@"):
            assert words not in texts(evening, audience)
    assert console["hidden"].slips[0].text == "Hate"
    assert console["paper"].slips[0].text == "Maila bo@example.org"


@pytest.mark.parametrize("audience", (*AUDIENCES, "scribe"))
def test_when_something_was_written_is_told_to_the_minute_but_to_those_who_moderate(audience):
    """What stands nearby in time with what a person was seen to do would say who wrote it."""
    evening = meeting("write", moderation="hold-flagged")
    evening.now += 12_345
    for text in ("Ring 070-174 06 05", "Benches", "Hate", "Regret"):
        evening.post(ada, text)
    evening.do(fay, c.HideContribution(3, "incitement"))
    evening.do(ada, c.WithdrawContribution(4))
    evening.do(pia, c.PostOnBehalf("write", "keyword", "Trees"))
    found = list(moments_of_writing(msgspec.to_builtins(evening.view(audience))))
    exact = {at for at in found if at % 60_000}
    assert found or audience in ("phone", "projector", "board")
    assert bool(exact) == (audience == "console")


def moments_of_writing(record):
    """Each moment that is told with a contribution or with those that wait."""
    if isinstance(record, dict):
        yield from (record[it] for it in ("oldest_at",) if record.get(it))
        yield from (record["at"] for it in ("contribution",) if it in record and "at" in record)
    for part in record.values() if isinstance(record, dict) else record:
        if isinstance(part, dict | list):
            yield from moments_of_writing(part)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_view_is_every_key_rendered(audience):
    evening = meeting("targets", people=4)
    for key, record in evening.view(audience).items():
        assert views.record(evening.session, audience, key) == record
    assert views.record(evening.session, audience, "nonsense/1") is None


def test_the_stage_says_what_the_step_takes():
    evening = meeting("means")
    stage = evening.view("phone")["stage"]
    assert (stage.kind, stage.number, stage.total, stage.open) == ("meanings", 5, 14, True)
    assert (stage.takes, [topic.id for topic in stage.topics]) == (
        ["meaning"],
        ["safety", "leisure"],
    )
    assert evening.go("check").view("phone")["stage"].takes == ["meaning"]
    assert evening.go("anything").view("phone")["stage"].takes == ["keyword", "question", "meaning"]
    stage = evening.go("tables").view("phone")["stage"]
    assert (stage.open, stage.area) == (True, "school")
    assert evening.go("dots").view("phone")["stage"].dots == 3
    assert evening.go("break").view("phone")["stage"].until == "19.55"


def test_the_stage_says_whether_contributions_wait():
    evening = meeting("write", moderation="hold-all")
    assert evening.view("phone")["stage"].held
    evening.do(fay, c.SetModeration("hold-flagged"))
    assert not evening.view("phone")["stage"].held


def test_what_the_facilitator_may_say_is_only_on_the_console():
    evening = meeting("write")
    evening.session.definition.steps[2].say = "Say this aloud"
    assert "Say this aloud" in texts(evening, "console")
    assert "Say this aloud" not in texts(evening, "phone") + texts(evening, "projector")


# ── what others wrote ─────────────────────────────────────────────────────────────────────────


def test_phones_list_what_others_wrote_in_this_step_when_the_facilitator_says_so():
    evening = meeting("write")
    evening.post(ada, "In this step")
    evening.post(bo, "Hidden in this step")
    evening.do(fay, c.HideContribution(2, "threat"))
    evening.do(pia, c.PostOnBehalf("anything", "keyword", "In another step"))
    assert "other/1" not in evening.view("phone")
    evening.do(fay, c.ShowOthers(True))
    others = [it.text for key, it in evening.view("phone").items() if key.startswith("other/")]
    assert others == ["In this step"]
    assert not any(key.startswith("other/") for key in evening.view("projector"))
    evening.do(ada, c.WithdrawContribution(1))
    assert not any(key.startswith("other/") for key in evening.view("phone"))


@pytest.mark.parametrize(
    "step, seen",
    [
        ("write", False),
        ("break", False),
        ("check", True),
        ("dots", True),
        ("groups", True),
        ("targets", True),
        ("thanks", True),
    ],
)
def test_phones_see_groups_when_the_step_is_about_them(step, seen):
    evening = meeting("write")
    for text in ("One", "Two", "Three"):
        evening.post(ada, text)
    evening.suggest(group(0, [1, 2]))
    if step != "write":
        evening.go(step)
    assert {"group/1" in evening.view("phone"), "voices/school" in evening.view("phone")} == {seen}
    assert "group/1" in evening.view("projector")


def test_phones_see_groups_of_the_steps_area_only():
    evening = meeting("anything")
    evening.post(ada, "One", area="centre")
    evening.post(ada, "Two", area="centre")
    evening.suggest(group(0, [1, 2]), area="centre")
    assert "group/1" not in evening.go("dots").view("phone")
    assert "group/1" in evening.go("more-dots").view("phone")


# ── the wall, paused or not ───────────────────────────────────────────────────────────────────


def wall(evening):
    return [quote.text for quote in evening.view("projector")["wall/school"].latest]


def test_the_wall_shows_the_newest_first_and_only_so_many():
    evening = meeting("write")
    for number in range(20):
        evening.post(ada, f"Number {number}")
    assert wall(evening) == [f"Number {number}" for number in range(19, 5, -1)]
    assert evening.view("projector")["wall/school"].contributions == 20
    assert "wall/school" not in evening.view("phone").keys() | evening.view("console").keys()


def test_a_paused_feed_holds_what_is_new_and_lets_it_come_when_it_flows_again():
    evening = meeting("write")
    evening.post(ada, "Before")
    evening.do(fay, c.PauseFeed(True))
    evening.post(bo, "After")
    assert wall(evening) == ["Before"]
    assert [it.text for it in evening.view("projector")["voices/school"].voices] == []
    assert evening.view("projector")["voices/school"].waiting == 1
    assert evening.view("console")["voices/school"].waiting == 2
    evening.do(fay, c.PauseFeed(False))
    assert wall(evening) == ["After", "Before"]


def test_what_is_released_or_restored_during_a_pause_waits_too():
    evening = meeting("write", moderation="hold-all")
    evening.post(ada, "Held before the pause")
    evening.post(ada, "Hidden before the pause")
    evening.do(fay, c.HideContribution(2, "spam"))
    evening.do(fay, c.PauseFeed(True))
    evening.do(fay, c.ReleaseContributions([1]))
    evening.do(fay, c.RestoreContribution(2))
    assert wall(evening) == []
    evening.do(fay, c.PauseFeed(False))
    assert len(wall(evening)) == 2


def test_hiding_works_during_a_pause():
    evening = meeting("write")
    evening.post(ada, "Before")
    evening.do(fay, c.PauseFeed(True))
    evening.do(fay, c.HideContribution(1, "personal-data"))
    assert wall(evening) == []


def test_a_group_does_not_grow_on_the_projector_during_a_pause():
    evening = meeting("write")
    evening.post(ada, "One")
    evening.post(ada, "Two")
    evening.suggest(group(0, [1, 2]))
    evening.do(fay, c.PauseFeed(True))
    evening.post(bo, "Three")
    evening.suggest(group(1, [3]))
    assert evening.view("projector")["group/1"].contributions == 2
    assert evening.view("console")["group/1"].contributions == 3


# ── staff ─────────────────────────────────────────────────────────────────────────────────────


def test_staff_see_everything_with_its_standing_and_reason():
    evening = meeting("write", moderation="hold-flagged")
    evening.post(ada, "Ask ada@example.org")
    evening.post(bo, "Benches")
    evening.post(bo, "Nonsense")
    evening.post(bo, "Regretted")
    evening.do(fay, c.HideContribution(3, "spam"))
    evening.do(bo, c.WithdrawContribution(4))
    console = evening.view("console")
    assert [(it.contribution, it.flags) for it in console["queue"].slips] == [(1, ["email"])]
    assert [(it.contribution, it.standing, it.reason) for it in console["recent"].slips] == [
        (4, "withdrawn", ""),
        (3, "hidden", "spam"),
        (2, "visible", ""),
    ]
    assert [it.contribution for it in console["hidden"].slips] == [3]


def test_the_latest_hidden_stands_first():
    evening = meeting("write")
    for text in ("One", "Two", "Three"):
        evening.post(ada, text)
    for number in (3, 1, 2):
        evening.do(fay, c.HideContribution(number, "spam"))
    assert [it.contribution for it in evening.view("console")["hidden"].slips] == [2, 1, 3]


def test_a_long_queue_is_shown_from_its_beginning_and_counted_whole():
    evening = meeting("write", moderation="hold-all")
    for number in range(50):
        evening.post(ada, f"Number {number}")
    queue = evening.view("console")["queue"]
    assert (queue.held, [it.contribution for it in queue.slips]) == (50, list(range(1, 41)))


def test_held_contributions_are_counted_and_not_shown():
    evening = meeting("write", moderation="hold-all")
    evening.post(ada, "Secret for now")
    counts = evening.view("projector")["counts"]
    assert (counts.contributions, counts.held, counts.authors) == (1, 1, 1)
    assert counts.by_area == {"school": 1}
    for audience in ("phone", "projector"):
        assert "Secret" not in texts(evening, audience)
