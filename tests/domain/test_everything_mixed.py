"""Whatever the presidium, the office, the room and the machine do to one dialogue in any order."""

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.channel import Channel, changed
from dialog.domain import receipts, rules, work_views
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import Refused
from tests.domain import evenings, matter, test_process_properties, workboard
from tests.domain.meeting import Meeting, participant

often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

DIALOGUE = replace(
    matter.MATTER,
    bodies=[*matter.MATTER.bodies, *workboard.MATTER.bodies[1:]],
    anchors=[*matter.MATTER.anchors, *workboard.MATTER.anchors[:1]],
)
FREEZES = ("summary", "areas", "goals", "result")


def begin() -> Meeting:
    """Six people have written, two of their contributions are in a group; nothing is decided."""
    it = Meeting(dialogue=DIALOGUE, people=evenings.PEOPLE).go("write")
    for number in range(1, evenings.PEOPLE + 1):
        it.do(participant(number), c.ChoosePerspective("young"))
        it.post(participant(number), evenings.words(it, 0))
    it.suggest(evenings.suggested(0, [1, 2], 1))
    for area in ("school", "centre"):
        it.work(matter.chair, wc.MakeTheme(area, f"About {area}", []))
        it.work(matter.chair, wc.CarryTheme(it.dialogue.work.last_theme, "keyword"))
    it.work(matter.chair, wc.DraftGoal("school", "Be safe"))
    return it


def brought_in(it: Meeting, n: int) -> wc.ImportContributions:
    rows = [wc.ImportedContribution(f"Earlier {n}", ["school", None][n % 2], "keyword", "young")]
    return wc.ImportContributions(f"import-{n % 3}", rows, "Earlier")


LATER = ["freeze", "publish", "send", "store", "dispatch", "import", "renew"]


def later(it: Meeting, kind: str, n: int, m: int):
    """What the office does: versions, what leaves the house, what comes in."""
    version = evenings.pick(it.dialogue.work.versions, n)
    match kind:
        case "freeze":
            sessions = ["evening"] if m % 3 == 0 else []
            return matter.chair, wc.FreezeVersion(FREEZES[n % 4], sessions, it.seq, "f" * 64)
        case "publish":
            return matter.registrar, wc.PublishFeedback(version)
        case "send":
            return matter.chair, wc.SendOutTopics(version)
        case "store":
            return matter.renderer, wc.StoreFiles(version, [matter.file("summary")])
        case "dispatch":
            return matter.registrar, wc.RecordDispatch(version, "summary", ["council"])
        case "import":
            return matter.klara, brought_in(it, n)
    fewer = replace(
        DIALOGUE,
        title=f"Goals {n}",
        areas=DIALOGUE.areas[m % 2 :],
        bodies=DIALOGUE.bodies[n % 3 :],
        anchors=DIALOGUE.anchors[m % 3 :],
        frames=DIALOGUE.frames[n % 2 :],
        stages=DIALOGUE.stages[n % 4 :],
        previous_goals=DIALOGUE.previous_goals[m % 2 :],
        topics=[*DIALOGUE.topics[n % 2 :], a.Topic(f"new-{n}", "keyword", "New", area="school")],
    )
    return matter.renderer, c.CreateDialogue(fewer)


numbers = st.integers(0, 15)
move = st.one_of(
    evenings.moves_of([*evenings.PLAYS, "act", "act", "end"]).map(lambda it: ("room", it)),
    workboard.moves_of([*workboard.KINDS, "undo", "undo", "suggest"]).map(lambda it: ("board", it)),
    test_process_properties.wishes.map(lambda it: ("process", it)),
    st.tuples(st.sampled_from(LATER), numbers, numbers).map(lambda it: ("later", it)),
)
moves = st.integers(0, 50).flatmap(lambda n: st.lists(move, min_size=n, max_size=n))


def asked(it: Meeting, move):
    who, what = move
    match who:
        case "room":
            kind, *numbers = what
            return evenings.PLAYS[kind](it, *numbers)
        case "board":
            return workboard.asked(it, what)
        case "process":
            return matter.chair, replace(what, seen=it.seq)
    return later(it, *what)


def play(it: Meeting, move) -> bool:
    """Whether it was granted."""
    it.now += 1000
    with contextlib.suppress(Refused):
        it.do(*asked(it, move))
        return True
    return False


@often
@given(moves)
def test_the_log_says_everything(moves):
    it = begin()
    for move in moves:
        before = len(it.log)
        if not play(it, move):
            assert len(it.log) == before
    assert it.folded_again() == it.dialogue


@often
@given(moves, st.data())
def test_any_beginning_of_the_log_folds(moves, data):
    """As a version's files are made: of the log up to a seq, while the dialogue has gone on."""
    it = begin()
    for move in moves:
        play(it, move)
    upto = data.draw(st.integers(1, it.seq))
    then = rules.folded(it.dialogue.id, it.log[:upto])
    work_views.view(then)
    for entry in it.log[upto:]:
        rules.apply(then, entry)
    assert then == it.dialogue


@often
@given(moves, st.randoms())
def test_patches_of_what_was_touched_give_the_whole_workboard(moves, random):
    it = begin()
    channel = Channel("", "workboard", it.seq, it.workboard())
    for move in moves:
        it.work_touched.clear()
        play(it, move)
        channel.touched |= it.work_touched
        if random.random() < 0.5:
            put, drop = changed(it.dialogue, channel)
            channel.touched.clear()
            channel.push(it.seq, put, drop)
            assert channel.view == it.workboard(), move


@often
@given(moves)
def test_receipts_and_sums_can_always_be_told(moves):
    it = begin()
    for move in moves:
        play(it, move)
    receipts.progress(it.dialogue)
    for session in it.dialogue.sessions.values():
        for number in session.contributions:
            receipts.received(session, number)
    sums = it.workboard()["sums"]
    assert (
        sums.received
        == sums.undecided + sum(sums.decided.values())
        == len(it.dialogue.contributions)
    )
