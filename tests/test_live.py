"""Live dialogues. Two `LiveDialogues` over one database stand for two processes."""

import asyncio
import contextlib
import gc
import secrets
import threading
import time
import weakref

import pytest
from sqlalchemy import event, text

from dialog import channel, live
from dialog.arrivals import ALWAYS_USUAL
from dialog.bus import MemoryBus
from dialog.domain import rules, views
from dialog.domain.state import Contribution, Dialogue, Session
from dialog.keeping import Keeper
from dialog.live import LiveDialogues, Outcome
from dialog.protocol import commands as c
from dialog.protocol.agenda import DialogueDefinition
from dialog.protocol.refusals import Malformed, NotJoined, Refused, StepClosed, Unsaved
from dialog.protocol.upcasters import UnknownEvent
from dialog.store import doors
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.database import open_database
from tests.domain.meeting import (
    DIALOGUE,
    ID,
    ada,
    bo,
    fay,
    fold,
    participant,
    post,
    session_definition,
    system,
)
from tests.screen import Screen

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"
OP = "an-op-of-sixteen"


class Wire:
    """What carries notes between the processes of a test; it can be cut."""

    def __init__(self):
        self.ends, self.cut = [], False

    def end(self):
        end = WireEnd(self)
        self.ends.append(end)
        return end


class WireEnd(MemoryBus):
    def __init__(self, wire):
        super().__init__()
        self.wire = wire

    def announce(self, topic, note):
        for end in self.wire.ends:
            if end is not self and not self.wire.cut:
                for listener in end.listeners:
                    listener(topic, note)


@contextlib.asynccontextmanager
async def process(url, bus=None, watch=False, stays=live.STAYS):
    """A process of its own on that database."""
    engine = open_database(url)
    here = LiveDialogues(engine, bus or MemoryBus(), stays)
    watching = asyncio.create_task(here.watch()) if watch else None
    try:
        yield here
    finally:
        if watching is not None:
            watching.cancel()
        await here.close()
        engine.dispose()


async def opened(here, people=2, step="write", id=MATTER, **changes):
    """An open session of a dialogue, with people in it, at a step that takes contributions."""
    meeting = await here.create(id)
    definition = session_definition(**changes)
    await meeting.do(system, c.CreateDialogue(DIALOGUE))
    await meeting.do(system, c.OpenSession(ID, definition, "0", f"CODE-{id}"[:12]))
    for _ in range(people):
        await meeting.do(system, c.JoinSession())
    if step:
        await meeting.do(fay, c.GoToStep(step, None))
    return meeting


def on_disk(here):
    """The log, read past the process."""
    with here.engine.begin() as db:
        log = store.entries_after(db, MATTER, 0)
        assert store.counter(db, MATTER).seq == len(log)
    assert [entry.seq for entry in log] == list(range(1, len(log) + 1))
    return log


def written(here):
    return [entry.words for entry in on_disk(here) if entry.words]


async def refused(wish):
    with pytest.raises(Refused) as error:
        await asyncio.wait_for(wish, 10)
    return error.value.refusal


async def until(is_so, within=60.0):
    """Wait until it is so."""
    end = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < end, "it never came to be so"
        await asyncio.sleep(0.01)


async def connected(meeting, person, audience="phone", since=-1, screen=None):
    screen = screen or Screen()
    await meeting.join(screen.connection, person, audience, since)
    return screen


# ── one wish ──────────────────────────────────────────────────────────────────────────────────


async def test_what_is_acknowledged_is_on_disk(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        outcome = await meeting.do(ada, post("Benches"), OP)
        entry = on_disk(here)[outcome.seq - 1]
        assert (entry.words, entry.participant, entry.op) == ("Benches", 1, OP)
        assert (outcome.dup, outcome.stored) == (False, True)


async def test_a_wish_asked_twice_counts_once_also_after_a_restart(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        asked = [meeting.do(ada, post("Benches"), OP) for _ in range(3)]
        first, *again = await asyncio.gather(*asked)
        later = await meeting.do(ada, post("Benches"), OP)
    async with process(database_url) as here:
        restarted = await (await here.dialogue(MATTER)).do(ada, post("Benches"), OP)
        assert written(here) == ["Benches"]
    assert not first.dup
    for outcome in (*again, later, restarted):
        assert (outcome.dup, outcome.seq) == (True, first.seq)


async def test_a_try_out_is_counted_and_never_stored(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here, step="try")
        projector = await connected(meeting, fay, "projector")
        before = len(on_disk(here))
        for _ in range(3):
            assert not (await meeting.do(ada, c.TryItOut())).stored
        meeting.say_presence(here.elsewhere)
        assert projector.presence.tried == 3
        assert len(on_disk(here)) == before
        await meeting.do(fay, c.GoToStep("write", "try"))
        meeting.say_presence(here.elsewhere)
        assert projector.presence.tried == 0


async def test_how_many_have_come_is_told_to_staff_and_survives_a_restart(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here, step="write")
        console = await connected(meeting, fay, "console")
        before = len(on_disk(here))
        for _ in range(ALWAYS_USUAL):
            await meeting.do(system, c.JoinSession())
        meeting.say_presence(here.elsewhere)
        told = console.presence
        assert (told.lately, told.in_step, told.unusual) == (ALWAYS_USUAL + 2, ALWAYS_USUAL, True)
        assert len(on_disk(here)) == before + ALWAYS_USUAL, "they have joined, and no more is kept"
    async with process(new_sqlite_url) as here:
        meeting = await here.dialogue(MATTER)
        console = await connected(meeting, fay, "console")
        meeting.say_presence(here.elsewhere)
        assert console.presence.in_step == ALWAYS_USUAL
        await meeting.do(fay, c.GoToStep("break", "write"))
        meeting.say_presence(here.elsewhere)
        assert (console.presence.in_step, console.presence.unusual) == (0, False)


async def test_a_granted_wish_that_changes_nothing_writes_nothing(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        await meeting.do(ada, c.ChoosePerspective("young"))
        before = on_disk(here)
        outcome = await meeting.do(ada, c.ChoosePerspective("young"))
        assert (outcome.seq, outcome.dup) == (len(before), False)
        assert on_disk(here) == before


async def test_who_has_gone_away_meanwhile_has_still_written(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        gone = asyncio.create_task(meeting.do(ada, post("Gone")))
        await asyncio.sleep(0)
        gone.cancel()
        await meeting.do(bo, post("Stayed"))
        assert written(here) == ["Gone", "Stayed"]


# ── many wishes ───────────────────────────────────────────────────────────────────────────────


async def test_many_wishes_share_a_commit(database_url):
    async with process(database_url) as here:
        meeting = await opened(here, people=5)
        commits = []
        event.listen(here.engine, "commit", lambda db: commits.append(db))
        wishes = [meeting.do(participant(1 + n % 5), post(f"Text {n}")) for n in range(150)]
        outcomes = await asyncio.gather(*wishes)
        assert len(commits) == 1
        assert len({outcome.seq for outcome in outcomes}) == 150
        assert len(written(here)) == 150


async def test_while_several_write_at_once_a_commit_waits_for_more(new_sqlite_url, monkeypatch):
    """And nothing else does: what has been written is shown meanwhile."""
    monkeypatch.setattr(live, "COMMITS_APART", 60.0)
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        projector = await connected(meeting, fay, "projector")
        await asyncio.gather(meeting.do(ada, post("Benches")), meeting.do(bo, post("Lamps")))
        some = [asyncio.create_task(meeting.do(ada, post("Trees")))]
        await until(lambda: projector.seq == meeting.dialogue.seq)
        some += [asyncio.create_task(meeting.do(it, post("Paths"))) for it in (ada, bo)]
        await until(lambda: len(meeting.waiting) == 3)
        assert written(here) == ["Benches", "Lamps"]
    await asyncio.gather(*some, return_exceptions=True)


async def test_the_wait_for_more_comes_to_its_end(new_sqlite_url, monkeypatch):
    monkeypatch.setattr(live, "COMMITS_APART", 0.2)
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        for _ in range(3):
            both = asyncio.gather(meeting.do(ada, post("Benches")), meeting.do(bo, post("Lamps")))
            await asyncio.wait_for(both, 10)
        assert written(here) == ["Benches", "Lamps"] * 3


async def test_who_writes_alone_waits_for_nobody(new_sqlite_url, monkeypatch):
    monkeypatch.setattr(live, "COMMITS_APART", 60.0)
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        for number in range(3):
            await asyncio.wait_for(meeting.do(ada, post(f"Text {number}")), 10)


async def test_more_than_a_commit_takes_is_taken_in_turn(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        wishes = [meeting.do(ada, post(f"Text {n}")) for n in range(live.MOST_IN_ONE_COMMIT + 1)]
        seqs = [outcome.seq for outcome in await asyncio.gather(*wishes)]
        assert seqs == sorted(seqs)
        assert written(here) == [f"Text {n}" for n in range(len(wishes))]


async def test_a_bad_wish_fails_alone(new_sqlite_url, caplog):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        answers = await asyncio.gather(
            meeting.do(ada, post("First")),
            meeting.do(ada, post("Wrong", step="break")),
            meeting.do(participant(9), post("Stranger")),
            meeting.do(ada, post(None)),  # such a wish cannot come from outside
            meeting.do(bo, post("Last")),
            return_exceptions=True,
        )
        refusals = [answer.refusal for answer in answers if isinstance(answer, Refused)]
        assert refusals[:2] == [StepClosed(), NotJoined()]
        assert isinstance(refusals[2], Malformed)
        assert written(here) == ["First", "Last"]
        assert "the rules failed" in caplog.text


async def test_a_wish_that_cannot_be_applied_is_refused_for_good_and_stops_nobody(
    database_url, monkeypatch
):
    apply = rules.apply

    def breaks(dialogue, entry):
        touched = apply(dialogue, entry)
        if entry.words == "Breaks":
            raise ZeroDivisionError
        return touched

    monkeypatch.setattr(rules, "apply", breaks)
    async with process(database_url) as here:
        meeting = await opened(here)
        broken, fine = await asyncio.gather(
            refused(meeting.do(ada, post("Breaks"), OP)), refused(meeting.do(bo, post("Fine")))
        )
        assert (type(broken), type(fine)) == (Malformed, Unsaved)
        await meeting.do(bo, post("Fine"))
        assert written(here) == ["Fine"]
        assert meeting.dialogue == fold(MATTER, on_disk(here))


# ── two processes ─────────────────────────────────────────────────────────────────────────────


async def test_two_processes_agree_on_one_order(database_url):
    async with process(database_url) as here, process(database_url) as there:
        first = await opened(here, people=4)
        second = await there.dialogue(MATTER)
        wishes = [
            meeting.do(participant(1 + n % 4), post(f"{name} {n}"))
            for n in range(40)
            for name, meeting in (("here", first), ("there", second))
        ]
        await asyncio.gather(*wishes)
        log = on_disk(here)
        for meeting in (first, second):
            await meeting.reach(len(log))
            assert meeting.dialogue == fold(MATTER, log)


async def test_one_op_in_two_processes_counts_once(database_url):
    async with process(database_url) as here, process(database_url) as there:
        first = await opened(here)
        second = await there.dialogue(MATTER)
        outcomes = await asyncio.gather(
            *(meeting.do(ada, post("Benches"), OP) for meeting in (first, second) * 5)
        )
        assert written(here) == ["Benches"]
        assert sum(not outcome.dup for outcome in outcomes) == 1
        assert len({outcome.seq for outcome in outcomes}) == 1


async def test_two_facilitators_at_two_processes_step_once(database_url):
    async with process(database_url) as here, process(database_url) as there:
        first = await opened(here)
        second = await there.dialogue(MATTER)
        answers = await asyncio.gather(
            *(meeting.do(fay, c.GoToStep("break", "write")) for meeting in (first, second)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1


@pytest.mark.parametrize("noted", [True, False], ids=["by a note", "by looking"])
async def test_a_note_brings_news_and_without_it_somebody_looks(database_url, noted, monkeypatch):
    monkeypatch.setattr(live, "LOOK_AGAIN", 3600 if noted else 0.05)
    wire = Wire()
    async with (
        process(database_url, wire.end(), watch=True) as here,
        process(database_url, wire.end(), watch=True) as there,
    ):
        meeting = await opened(here)
        screen = await connected(await there.dialogue(MATTER), fay, "projector")
        wire.cut = not noted
        await meeting.do(ada, post("Benches"))
        await until(lambda: "Benches" in str(screen.records))


async def test_connected_phones_are_counted_over_all_processes(new_sqlite_url):
    wire = Wire()
    here_end, there_end = wire.end(), wire.end()
    async with (
        process(new_sqlite_url, here_end) as here,
        process(new_sqlite_url, there_end) as there,
    ):
        first = await opened(here)
        second = await there.dialogue(MATTER)
        projector = await connected(first, fay, "projector")
        await connected(first, ada)
        bos = await connected(second, bo)

        def look():
            there._announce_presence(second)
            first.say_presence(here.elsewhere)
            return projector.presence.connected

        assert look() == 2
        second.leave(bos.connection, bo, "phone")
        assert look() == 1


# ── screens ───────────────────────────────────────────────────────────────────────────────────


def shows(screen, meeting, audience):
    return screen.records == views.view(meeting.dialogue.sessions[ID], audience)


async def test_every_audience_follows_and_each_hears_of_its_own(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here, moderation="hold-all")
        phone, other = await connected(meeting, ada), await connected(meeting, bo)
        projector = await connected(meeting, fay, "projector")
        console = await connected(meeting, fay, "console")
        await meeting.do(ada, post("Benches"), OP)
        await meeting.do(fay, c.ReleaseContributions([1]))
        await meeting.do(fay, c.HideContribution(1, "spam"))
        for screen, audience in (
            (phone, "phone"),
            (other, "phone"),
            (projector, "projector"),
            (console, "console"),
        ):
            await until(lambda screen=screen, audience=audience: shows(screen, meeting, audience))
            assert screen.views() == 1
        assert [(it.op, it.reason) for it in phone.own.contributions] == [(OP, "spam")]
        assert other.own.contributions == []
        assert projector.own is console.own is None


async def test_who_has_left_is_sent_nothing_more(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        gone, there = await connected(meeting, ada), await connected(meeting, ada)
        meeting.leave(gone.connection, ada, "phone")
        frames = len(gone.frames)
        await meeting.do(ada, post("Benches"))
        await until(lambda: shows(there, meeting, "phone") and there.own.contributions)
        assert len(gone.frames) == frames
        meeting.leave(there.connection, ada, "phone")
        assert meeting.own == {}


async def test_a_screen_that_does_not_read_skips_to_the_newest_view(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        slow = await connected(meeting, fay, "projector")
        quick = await connected(meeting, fay, "projector")
        slow.reads = False
        frames = len(slow.frames)
        for n in range(5):
            await meeting.do(ada, post(f"Text {n}"))
            await until(lambda: shows(quick, meeting, "projector"))
        assert len(slow.frames) == frames
        slow.reads = True
        await until(lambda: shows(slow, meeting, "projector"))
        assert len(slow.frames) == frames + 1


async def test_a_screen_that_changes_process_is_never_taken_back(new_sqlite_url, monkeypatch):
    """Whatever it has seen or not, and however seldom the other process draws."""
    monkeypatch.setattr(channel, "TICK", 60.0)
    async with process(new_sqlite_url) as here, process(new_sqlite_url) as there:
        first = await opened(here)
        second = await there.dialogue(MATTER)
        await connected(second, fay, "projector")
        moving = await connected(first, fay, "projector")
        for n in range(8):
            await first.do(ada, post(f"Text {n}"))
            if n % 3 != 2:
                draw(first)
                await until(lambda: shows(moving, first, "projector"))
            await second.reach(first.dialogue.seq)
            again = await connected(second, fay, "projector", moving.seq, moving_to(moving))
            if n % 3 == 2:
                draw(second)
                await until(lambda again=again: shows(again, first, "projector"))
            second.leave(again.connection, fay, "projector")


def draw(meeting):
    """Now, whenever the tick would have come."""
    meeting.channels[ID, "projector"].due = 0.0
    meeting.news.set()


def moving_to(screen):
    """The same page on a new connection."""
    return Screen(screen.records, screen.seq)


async def test_what_is_taken_back_is_not_left_on_a_screen_that_changes_process(new_sqlite_url):
    """The other process draws neither the pause nor its end, and must not leave it standing."""
    async with process(new_sqlite_url) as here, process(new_sqlite_url) as there:
        first = await opened(here)
        second = await there.dialogue(MATTER)
        await connected(second, fay, "projector")
        moving = await connected(first, fay, "projector")
        await first.do(fay, c.PauseFeed(True))
        await until(lambda: shows(moving, first, "projector"))
        await first.do(fay, c.PauseFeed(False))
        await first.do(ada, post("Benches"))
        seq = first.dialogue.seq
        await second.reach(seq)
        await until(lambda: second.channels[ID, "projector"].seq == seq)
        again = await connected(second, fay, "projector", moving.seq, moving_to(moving))
        assert shows(again, first, "projector")


async def test_a_new_definition_of_the_dialogue_reaches_every_session(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        phone = await connected(meeting, ada)
        fields = {name: getattr(DIALOGUE, name) for name in DIALOGUE.__struct_fields__}
        new = DialogueDefinition(**fields | {"municipality": "Grums"})
        await meeting.do(system, c.CreateDialogue(new))
        await until(lambda: phone.records["meeting"].municipality == "Grums")


# ── when the disk says no ─────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def away(here, table):
    """While a table is gone, whatever needs it fails in the middle of its transaction."""
    with here.engine.begin() as db:
        db.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    try:
        yield
    finally:
        with here.engine.begin() as db:
            db.execute(text(f"ALTER TABLE away RENAME TO {table}"))


async def test_a_failed_commit_is_refused_and_leaves_nothing_anywhere(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        projector = await connected(meeting, fay, "projector")
        await meeting.do(ada, post("Before"))
        with away(here, "receipt"):
            wish = post("Lost", receipt="a-receipt-of-ada")
            assert isinstance(await refused(meeting.do(ada, wish, OP)), Unsaved)
            async with meeting.settled:
                assert meeting.dialogue == fold(MATTER, on_disk(here))
        await asyncio.sleep(0.2)
        assert "Lost" not in str(projector.frames)
        outcome = await meeting.do(ada, post("Lost", receipt="a-receipt-of-ada"), OP)
        assert not outcome.dup
        assert written(here) == ["Before", "Lost"]
        await until(lambda: shows(projector, meeting, "projector"))


async def test_what_cannot_be_read_either_is_waited_for(database_url):
    """Nobody is shown what is not on disk, and nothing is decided on it."""
    async with process(database_url) as here, process(database_url) as there:
        meeting = await opened(here)
        projector = await connected(meeting, fay, "projector")
        with away(here, "words"):
            assert isinstance(await refused(meeting.do(ada, post("Lost"), OP)), Unsaved)
            assert isinstance(await refused(meeting.do(bo, post("Lost too"))), Unsaved)
            assert "Lost" not in str(projector.frames)
        await (await there.dialogue(MATTER)).do(bo, post("By another process"))
        for _ in range(100):
            with contextlib.suppress(Refused):
                await meeting.do(ada, post("Lost"), OP)
                break
            await asyncio.sleep(0.05)
        assert written(here) == ["By another process", "Lost"]
        assert meeting.dialogue == fold(MATTER, on_disk(here))
        await until(lambda: shows(projector, meeting, "projector"))


async def test_nobody_waits_for_ever_for_a_commit_that_hangs_and_it_counts_once(
    database_url, monkeypatch
):
    monkeypatch.setattr(live, "SAVED_WITHIN", 0.3)
    async with process(database_url) as here:
        meeting = await opened(here)
        with held(database_url):
            first = asyncio.create_task(refused(meeting.do(ada, post("Waits"), OP)))
            assert isinstance(await first, Unsaved)
            assert isinstance(await refused(meeting.do(bo, post("Waits too"))), Unsaved)
        monkeypatch.setattr(live, "SAVED_WITHIN", 30.0)
        await meeting.do(bo, post("First"))
        assert written(here) == ["First"], "what was given up has been written after all"
        outcome = await meeting.do(ada, post("Waits"), OP)
        assert written(here) == ["First", "Waits"]
        assert on_disk(here)[outcome.seq - 1].op == OP
        assert meeting.dialogue == fold(MATTER, on_disk(here))


async def test_while_the_log_hangs_in_being_read_wishes_are_refused(new_sqlite_url, monkeypatch):
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.05)
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        reads, may_read = here.read, asyncio.Event()

        async def read(work, *args):
            await may_read.wait()
            return await reads(work, *args)

        monkeypatch.setattr(here, "read", read)
        with away(here, "words"):
            assert isinstance(await refused(meeting.do(ada, post("Lost"), OP)), Unsaved)
        assert isinstance(await refused(meeting.do(bo, post("Meanwhile"))), Unsaved)
        may_read.set()
        await until(lambda: not meeting.settled.locked())
        await meeting.do(ada, post("Lost"), OP)
        assert written(here) == ["Lost"]


async def test_who_hangs_with_the_log_in_hand_loses_it(new_postgres_url, monkeypatch):
    monkeypatch.setattr(live, "HELD_AT_MOST", 0.5)
    async with process(new_postgres_url) as here, process(new_postgres_url) as there:
        meeting = await opened(here)
        second = await there.dialogue(MATTER)

        hangs, may_go_on = threading.Event(), threading.Event()

        def hang(work):
            hangs.set()
            may_go_on.wait(30)
            return work()

        monkeypatch.setattr(here, "on_loop", hang)
        hanging = asyncio.create_task(refused(meeting.do(ada, post("Hangs"))))
        await until(hangs.is_set)
        await second.do(bo, post("Goes on"))
        assert not may_go_on.is_set() and not hanging.done()
        may_go_on.set()
        assert isinstance(await hanging, Unsaved)


async def test_a_locked_database_refuses_and_goes_on(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        event.listen(here.engine, "connect", short_patience)
        here.engine.dispose()
        other = open_database(new_sqlite_url)
        with other.begin():
            assert isinstance(await refused(meeting.do(ada, post("Waits"), OP)), Unsaved)
        other.dispose()
        assert not (await meeting.do(ada, post("Waits"), OP)).dup
        assert written(here) == ["Waits"]


def short_patience(connection, record):
    connection.execute("PRAGMA busy_timeout=50")


async def test_a_wish_that_cannot_be_written_is_refused_and_nobody_else_is_disturbed(
    database_url, caplog
):
    """Such a wish cannot come from outside: this is what it would come to if one did."""
    async with process(database_url) as here:
        meeting = await opened(here)
        phone = await connected(meeting, bo)
        wish = meeting.do(ada, post("Lost", receipt="\ud800"))
        assert isinstance(await refused(wish), Unsaved)
        assert "cannot be written" in caplog.text
        await meeting.do(bo, post("Benches"))
        assert here.live[MATTER] is meeting and not phone.dropped
        assert written(here) == ["Benches"]
        assert meeting.dialogue == fold(MATTER, on_disk(here))


# ── when it cannot go on ──────────────────────────────────────────────────────────────────────


def write_from_the_future(here, seq):
    """A newer release has written an event that this one does not know."""
    row = {"dialogue": MATTER, "seq": seq, "session": ID, "access": "public", "actor": "system"}
    row |= {"version": 1, "type": "hall-sang", "body": b'{"type":"hall-sang"}', "at": 0}
    with here.engine.begin() as db:
        db.execute(t.event.insert(), row)
        db.execute(t.dialogue.update().where(t.dialogue.c.id == MATTER).values(seq=seq))


async def test_an_unknown_event_ends_the_service_of_that_dialogue_alone(new_sqlite_url, caplog):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        other = await here.create("another")
        phone = await connected(meeting, ada)
        write_from_the_future(here, meeting.dialogue.seq + 1)
        assert isinstance(await refused(meeting.do(ada, post("Benches"))), Unsaved)
        await until(lambda: phone.dropped and MATTER not in here.live)
        assert "UnknownEvent" in caplog.text
        assert isinstance(await refused(meeting.do(ada, post("Benches"))), Unsaved)
        with pytest.raises(UnknownEvent):
            await here.dialogue(MATTER)
        assert await other.do(system, c.CreateDialogue(DIALOGUE))


async def test_an_older_copy_of_the_database_is_noticed_and_read_anew(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("After the backup"))
        phone = await connected(meeting, ada)
        with here.engine.begin() as db:  # what putting back an older copy comes to
            last = meeting.dialogue.seq
            for table in (t.event, t.words, t.author):
                db.execute(table.delete().where(table.c.seq == last))
            db.execute(t.dialogue.update().values(seq=last - 1))
        assert isinstance(await refused(meeting.do(bo, post("Benches"))), Unsaved)
        await until(lambda: phone.dropped)
        again = await here.dialogue(MATTER)
        await again.do(bo, post("Benches"))
        assert written(here) == ["Benches"]


async def test_watching_finds_out_that_an_older_copy_has_been_put_back(new_sqlite_url):
    async with process(new_sqlite_url, watch=True) as here:
        meeting = await opened(here)
        phone = await connected(meeting, ada)
        with here.engine.begin() as db:
            db.execute(t.event.delete().where(t.event.c.seq == meeting.dialogue.seq))
            db.execute(t.dialogue.update().values(seq=meeting.dialogue.seq - 1))
        await until(lambda: phone.dropped)


async def test_that_the_log_cannot_be_read_is_said_once(new_sqlite_url, caplog, monkeypatch):
    """It may be so for hours; and once more when it has been well meanwhile."""
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.02)

    def said():
        return caplog.text.count("cannot read the log")

    async with process(new_sqlite_url, watch=True) as here:
        await opened(here)
        with away(here, "dialogue"):
            await until(lambda: said() == 1)
            await asyncio.sleep(0.3)
        here.lag = None
        await until(lambda: here.lag == 0)
        with away(here, "dialogue"):
            await until(lambda: said() == 2)
        assert said() == 2


async def test_closing_answers_everybody(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        waiting = [asyncio.create_task(meeting.do(ada, post(f"Text {n}"))) for n in range(300)]
        await asyncio.sleep(0.001)
        await here.close()
        answers = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
        for answer in answers:
            saved = isinstance(answer, Outcome)
            assert saved or isinstance(answer, Refused), answer
            assert saved or isinstance(answer.refusal, Unsaved)
        assert isinstance(await refused(meeting.do(ada, post("Too late"))), Unsaved)


async def test_what_has_been_thrown_away_answers_and_is_gone(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        await here.create("rehearsal", rehearsal=True)
        meeting = await opened(here, id="rehearsal")
        phone = await connected(meeting, ada)
        assert await here.discard("rehearsal")
        await until(lambda: phone.dropped)
        assert isinstance(await refused(meeting.do(ada, post("Benches"))), Unsaved)
        assert await here.dialogue("rehearsal") is None


async def test_a_real_dialogue_is_not_disturbed_by_a_wish_to_throw_it_away(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        phone = await connected(meeting, ada)
        assert not await here.discard(MATTER)
        await meeting.do(ada, post("Benches"))
        await until(lambda: shows(phone, meeting, "phone"))
        assert not phone.dropped and here.live[MATTER] is meeting


# ── into memory ───────────────────────────────────────────────────────────────────────────────


async def test_a_dialogue_is_folded_once_for_all_who_ask_at_once(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        await opened(here)
    async with process(new_sqlite_url) as here:
        found = await asyncio.gather(*(here.dialogue(MATTER) for _ in range(20)))
        assert len(set(found)) == 1
        assert await here.dialogue("none") is None
        assert here.opening == {}


async def test_who_gives_up_while_it_is_read_does_not_start_it_twice(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        await opened(here)
    async with process(new_sqlite_url) as here:
        impatient = asyncio.create_task(here.dialogue(MATTER))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        found = await asyncio.gather(*(here.dialogue(MATTER) for _ in range(3)))
        assert len(set(found)) == 1
        assert [task.get_name() for task in asyncio.all_tasks()].count(f"dialogue {MATTER}") == 1


async def test_the_door_follows_in_the_same_commit(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        with here.engine.begin() as db:
            assert doors.behind_code(db, "CODE-matter").session == ID
        await meeting.do(fay, c.ChangeCode("NEW2345"))
        await meeting.do(fay, c.EndSession())
        with here.engine.begin() as db:
            assert doors.behind_code(db, "CODE-matter") is None
            assert doors.behind_code(db, "NEW2345").ended


async def test_joining_says_which_number_one_has(new_sqlite_url):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here, people=0)
        outcomes = await asyncio.gather(*(meeting.do(system, c.JoinSession()) for _ in range(30)))
        numbers = [meeting.joined_at(ID, outcome.seq) for outcome in outcomes]
        assert sorted(numbers) == list(range(1, 31))


# ── leaving memory ────────────────────────────────────────────────────────────────────────────


async def test_what_nobody_uses_leaves_memory_and_is_opened_again(database_url):
    async with process(database_url, stays=0.0) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("Benches"))
        before = fold_of(meeting)
        here.let_go()
        assert here.live == {} and not meeting.goes_on
        again = await here.dialogue(MATTER)
        assert again is not meeting and again.dialogue == before
        await again.do(ada, post("Paths"))
        assert written(here) == ["Benches", "Paths"]


def fold_of(meeting):
    return fold(MATTER, on_disk(meeting.home))


async def test_its_memory_is_free_at_once(new_sqlite_url):
    async with process(new_sqlite_url, stays=0.0) as here:
        meeting = await opened(here, id="of-this-test")
        outcome = await meeting.do(ada, post("Benches"))
        there = weakref.ref(meeting)
        gc.collect()
        gc.disable()
        try:
            assert in_memory("of-this-test") == 3, "dialogue, session and contribution"
            task = meeting.task
            here.let_go()
            assert in_memory("of-this-test") == 1, "without looking for garbage"
            await asyncio.gather(task, return_exceptions=True)
            del meeting, task
            await until(lambda: there() is None)
            assert in_memory("of-this-test") == 0, "without looking for garbage"
        finally:
            gc.enable()
        assert (await here.dialogue("of-this-test")).dialogue.seq == outcome.seq


def in_memory(dialogue):
    """Objects of that dialogue's state; an empty one is left to whoever holds one that has left."""
    there = gc.get_objects()
    found = [it for it in there if type(it) is Dialogue and it.id == dialogue]
    sessions = [it for it in there if type(it) is Session and hasattr(it, "dialogue")]
    written_here = [it for it in there if type(it) is Contribution and it.words == "Benches"]
    return len(found) + sum(it.dialogue.id == dialogue for it in sessions) + len(written_here)


async def test_what_is_used_stays(new_sqlite_url):
    async with process(new_sqlite_url, stays=0.0) as here:
        meeting = await opened(here)
        with meeting.in_use():
            here.let_go()
            assert meeting.goes_on
        screen = await connected(meeting, ada)
        here.let_go()
        assert meeting.goes_on, "a phone follows it"
        meeting.leave(screen.connection, ada, "phone")
        wish = asyncio.create_task(meeting.do(ada, post("Benches")))
        await asyncio.sleep(0)
        here.let_go()
        assert meeting.goes_on, "a wish waits"
        await wish
        meeting.look_again()
        here.let_go()
        assert meeting.goes_on, "another process has written"
        await until(lambda: not meeting.behind)
        async with meeting.settled:
            here.let_go()
        assert meeting.goes_on, "something is being written"
        here.stays = 60.0
        here.let_go()
        assert meeting.goes_on, "it was asked for just now"
        here.stays = 0.0
        here.let_go()
        assert not meeting.goes_on


async def test_asking_for_it_keeps_it(new_sqlite_url):
    async with process(new_sqlite_url, stays=0.3) as here:
        meeting = await opened(here)
        for _ in range(4):
            await asyncio.sleep(0.1)
            assert await here.dialogue(MATTER) is meeting
            here.let_go()
        await asyncio.sleep(0.31)
        here.let_go()
        assert here.live == {}


async def test_whoever_holds_one_that_has_left_writes_into_the_one_that_has_come(database_url):
    async with process(database_url, stays=0.0) as here:
        meeting = await opened(here)
        here.let_go()
        outcome = await meeting.do(ada, post("Benches"), OP)
        again = await here.dialogue(MATTER)
        assert again.dialogue.seq == outcome.seq
        assert (await meeting.do(ada, post("Benches"), OP)).dup
        assert written(here) == ["Benches"]


async def test_whoever_waits_for_one_that_leaves_as_soon_as_it_is_there_gets_the_next(
    new_sqlite_url,
):
    async with process(new_sqlite_url, stays=0.0) as here:
        await opened(here)
        here.let_go()
        asking = asyncio.create_task(here.dialogue(MATTER))
        await asyncio.sleep(0)
        here.opening[MATTER].add_done_callback(lambda _: here.let_go())
        meeting = await asking
        assert meeting.goes_on and here.live[MATTER] is meeting
        assert here.opening == {}


async def test_nobody_follows_one_that_has_left(new_sqlite_url):
    async with process(new_sqlite_url, stays=0.0) as here:
        meeting = await opened(here)
        here.let_go()
        with pytest.raises(live.LeftMemory):
            await connected(meeting, ada)


async def test_whoever_joins_while_it_leaves_follows_it_or_is_told(database_url):
    """Whatever comes first: a screen is never left beside a dialogue that goes on without it."""
    async with process(database_url, stays=0.0) as here:
        meeting = await opened(here)
        stop = time.monotonic() + 1.0
        follow, told = 0, 0
        while time.monotonic() < stop or not (follow and told):
            meeting = await here.dialogue(MATTER)
            joining = asyncio.create_task(connected(meeting, ada))
            for _ in range(secrets.randbelow(4)):
                await asyncio.sleep(0)
            here.let_go()
            try:
                screen = await joining
            except live.LeftMemory:
                told += 1
                continue
            follow += 1
            assert meeting.goes_on and here.live[MATTER] is meeting
            outcome = await (await here.dialogue(MATTER)).do(ada, post(f"Text {follow}"))
            await until(lambda at=outcome.seq, it=screen: it.seq >= at)
            meeting.leave(screen.connection, ada, "phone")


async def test_wishes_while_it_comes_and_goes_are_all_written_once(database_url):
    async with process(database_url, stays=0.0) as here:
        meeting = await opened(here)
        going = True

        async def let_go_again_and_again():
            while going:
                here.let_go()
                await asyncio.sleep(0.002)

        letting_go = asyncio.create_task(let_go_again_and_again())

        async def write(n):
            await asyncio.sleep(0.01 * secrets.randbelow(40))
            held = meeting if n % 2 else await here.dialogue(MATTER)
            await held.do(ada, post(f"Text {n}"))

        await asyncio.gather(*map(write, range(60)))
        going = False
        await letting_go
        assert sorted(written(here)) == sorted(f"Text {n}" for n in range(60))


async def test_the_watch_lets_go(new_sqlite_url, monkeypatch):
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.05)
    async with process(new_sqlite_url, watch=True, stays=0.1) as here:
        meeting = await opened(here)
        await until(lambda: not meeting.goes_on)
        assert here.live == {}


async def test_a_rehearsal_that_has_left_memory_is_thrown_away(new_sqlite_url):
    async with process(new_sqlite_url, stays=0.0) as here:
        meeting = await here.create("rehearsal-1", rehearsal=True)
        here.let_go()
        assert await here.discard("rehearsal-1")
        assert await here.dialogue("rehearsal-1") is None
        assert await refused(meeting.do(ada, post("Benches"))) == Unsaved(live.RETRY_UNSAVED)


# ── opened from what was kept ─────────────────────────────────────────────────────────────────


async def test_it_goes_on_from_what_was_kept(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("Benches"), OP)
        await Keeper(here, every=3).look()
        await meeting.do(bo, post("Paths"))
    async with process(database_url) as here:
        meeting = await here.dialogue(MATTER)
        assert len(here.looking) == 1, "its whole log is looked through beside"
        assert meeting.dialogue == fold_of(meeting)
        assert (await meeting.do(ada, post("Benches"), OP)).dup
        console = await connected(meeting, fay, "console")
        meeting.say_presence(here.elsewhere)
        assert console.presence.in_step == 0
        await asyncio.gather(*here.looking)
        assert meeting.goes_on


async def test_a_kept_fold_that_is_not_of_the_log_ends_what_went_on_from_it(database_url, caplog):
    """Every process that shows it begins anew from the log, within a second."""
    async with process(database_url) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("Benches"))
        await Keeper(here, every=3).look()
        with here.engine.begin() as db:
            db.execute(t.event.update().where(t.event.c.seq == 2).values(actor="moderator"))
    async with process(database_url, watch=True) as here:
        meeting = await here.dialogue(MATTER)
        screen = await connected(meeting, ada)
        await until(lambda: not meeting.goes_on)
        await until(lambda: screen.dropped)
        assert "is not of its log" in caplog.text
        again = await here.dialogue(MATTER)
        assert again.dialogue == fold_of(again) and not here.looking


async def test_what_failed_to_be_written_is_folded_from_what_was_kept(database_url):
    async with process(database_url) as here:
        meeting = await opened(here)
        await meeting.do(ada, post("Benches"))
        await Keeper(here, every=3).look()
        screen, read = await connected(meeting, ada), here.logs_read
        with away(here, "author"):
            assert isinstance(await refused(meeting.do(ada, post("Lost"))), Unsaved)
        await until(lambda: here.logs_read > read)
        outcome = await meeting.do(ada, post("Paths"))
        assert meeting.dialogue == fold_of(meeting)
        await until(lambda: screen.seq >= outcome.seq)
        assert written(here) == ["Benches", "Paths"]


@contextlib.contextmanager
def held(url):
    """Somebody else holds the log, and everybody who would write waits."""
    other = open_database(url)
    with other.begin() as db:
        store.locked(db, MATTER)
        yield
    other.dispose()
