"""`dialog rehearse`: an evening with a simulated hall, and figures that can be believed."""

import asyncio
import json
import re
import socket
import subprocess
import sys
from random import Random

import pytest
from click.testing import CliRunner

from dialog import rehearse
from dialog.cli import main
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.records import Queue, Recent, Slip
from dialog.rehearsal.ledger import Figures, Ledger, Post, Stored, percentile
from dialog.rehearsal.plan import Plan
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.words import Words, samples_for
from dialog.rehearsals import Progress, Rehearsals
from dialog.sessions import load
from dialog.settings import Settings
from tests.hall import DIALOGUE, ROOT, Server, evening, fold

KEYS = [
    *("connected", "posted", "acknowledged", "delivered", "lost", "doubled"),
    *("projector_ms_p50", "projector_ms_p99", "projector_ms_max", "ack_ms_p50", "ack_ms_p99"),
]


def held(*arguments: object, within: float = 60) -> subprocess.CompletedProcess[str]:
    """`dialog rehearse …`, to its end."""
    command = [sys.executable, "-m", "dialog", "rehearse", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=within)


def figures(done: subprocess.CompletedProcess[str]) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ── evenings ──────────────────────────────────────────────────────────────────────────────────


def test_on_a_server_of_its_own_nothing_is_lost_or_doubled():
    found = figures(held("--participants", 40, "--posts", 80, "--json"))
    assert list(found) == KEYS
    assert (found["connected"], found["posted"]) == (40, 80)
    assert found["acknowledged"] == found["delivered"] == 80
    assert found["lost"] == found["doubled"] == 0
    assert 0 < found["ack_ms_p50"] <= found["ack_ms_p99"] < 5000
    assert 0 < found["projector_ms_p50"] <= found["projector_ms_p99"] < 5000
    assert found["projector_ms_p99"] <= found["projector_ms_max"]


def test_a_led_evening_is_moderated_answered_ended_and_kept(tmp_path):
    arguments = ("--participants", 12, "--posts", 60, "--pace", 0.01, "--data", tmp_path)
    found = figures(held(*arguments, "--json"))
    assert found["acknowledged"] == found["delivered"] == 60
    assert found["projector_ms_max"] is not None
    dialogue = kept_evening(tmp_path)
    assert dialogue.rehearsal
    [session] = dialogue.sessions.values()
    assert session.ended and len(session.participants) == 12
    assert set(session.visited) == {step.id for step in session.definition.steps}
    assert session.tally.contributions == 60 and not session.held
    assert all(it.posted.held for it in session.contributions.values())
    assert session.groups and any(group.answers for group in session.groups.values())
    assert any(placed.totals.total() for placed in session.dots.values())
    assert session.evaluation
    assert len(session.perspectives) > 3


def test_against_a_running_server_with_its_data_or_its_link(server):
    small = ("--participants", 5, "--posts", 10, "--json")
    with_data = figures(held(server.address, "--data", server.data, *small))
    assert (with_data["lost"], with_data["delivered"]) == (0, 10)
    with_link = figures(held("--link", server.links["facilitator"], *small))
    assert (with_link["lost"], with_link["delivered"]) == (0, 10)


async def test_a_rehearsal_never_enters_the_dialogues_record(server):
    async with evening(server, 1) as it:
        before = await it.fay.get("/api/staff/overview")
        _, log_before = server.log_of(it.session)
        figures(
            await asyncio.to_thread(
                held,
                server.address,
                "--data",
                server.data,
                "--json",
                "--participants",
                3,
                "--posts",
                6,
            )
        )
        after = await it.fay.get("/api/staff/overview")
        assert len(after["rehearsals"]) == len(before["rehearsals"]) + 1
        assert after["rehearsals"][0]["rehearsal"] and after["rehearsals"][0]["contributions"] == 6
        assert sessions_of(after) == sessions_of(before)
        assert len(server.log_of(it.session)[1]) == len(log_before)
        copy = after["rehearsals"][0]["session"]
        await it.fay.post("/api/staff/discard", session=copy)
        assert copy not in json.dumps(await it.fay.get("/api/staff/overview"))


async def test_a_hall_started_from_the_console_follows_who_leads(server):
    async with evening(server, at="", rehearsal={"participants": 8, "pace": 0.05}) as it:
        assert await it.console.until(lambda: it.counts.people == 8, 30)
        await it.go_to("collect")
        assert await it.console.until(lambda: it.counts.contributions >= 8, 30)
        await it.go_to("break")
        await it.go_to("evaluation")
        assert await it.console.until(lambda: "evaluation" in it.console.records, 30)
        await it.do(c.EndSession())
        assert await it.console.until(lambda: it.console.presence.connected == 0, 60)
        said = (await it.fay.get("/api/staff/overview"))["rehearsals"][0]["progress"]
        assert said.keys() == {"connected", "sent", "failed"} and not said["failed"]
        assert 0 <= said["connected"] <= 8 and said["sent"] > 0


async def test_a_hall_that_cannot_go_on_has_failed(tmp_path):
    rehearsals = Rehearsals(Settings(data=tmp_path, port=9))
    rehearsals.start("evening", "ABCDEFG", DIALOGUE, 1, 0)
    assert rehearsals.progress("evening") is None
    assert (task := rehearsals.halls["evening"].task)
    await task
    assert rehearsals.progress("evening") == Progress(failed=True)


def test_terminated_it_leaves_no_server_behind(tmp_path):
    command = [sys.executable, "-m", "dialog", "rehearse", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as rehearsing:
        assert rehearsing.stderr is not None
        place = re.search(r"Look on: http://([\d.]+):(\d+)/", rehearsing.stderr.readline())
        assert place
        with socket.create_connection((place[1], int(place[2]))):
            rehearsing.terminate()
            assert rehearsing.wait(20) == 1
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((place[1], int(place[2])))


# ── what it says when it cannot ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["http://127.0.0.1:9", "--data", "/nowhere"], "no staff link: give --link"),
        (["--link", "http://127.0.0.1:9/staff#secret"], "no server there"),
        (["--link", "{address}/staff#wrong"], "the server answered 403 not-allowed"),
        (["--link", "{link}", "--session", "no-such"], "there is no such session"),
        (["--code", "ZZZZZZZ"], "--code needs the address"),
        (["{address}", "--code", "ZZZZZZZ"], "the server answered 404 code-unknown"),
    ],
)
def test_it_says_in_a_sentence_why_it_cannot(server, arguments, sentence):
    places = {"address": server.address, "link": server.links["facilitator"]}
    given = [it.format(**places) for it in arguments]
    done = CliRunner().invoke(main, ["rehearse", "--json", *given])
    assert done.exit_code == 1
    assert re.fullmatch(f"Error: .*{re.escape(sentence)}.*\n", done.output)


# ── figures ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lost, doubled, code", [(0, 0, 0), (1, 0, 1), (0, 1, 1), (None, None, 0)])
def test_the_exit_code_says_whether_a_promise_was_broken(monkeypatch, lost, doubled, code):
    found = Figures(1, 2, 2, 2, lost, doubled, 1.0, 1.0, 1.0, 1.0, 1.0)
    monkeypatch.setattr(rehearse, "rehearse", lambda options: found)
    for arguments in (["rehearse"], ["rehearse", "--json"]):
        assert CliRunner().invoke(main, arguments).exit_code == code


def promised(text: str, seq: int | None, author: str = "phone 1", number: int = 1) -> Post:
    return Post(text, author, number, seq=seq, sent_at=1.0, acknowledged_at=1.5)


def test_lost_is_what_was_promised_and_is_not_at_its_place():
    ledger = Ledger(
        posts={
            "kept": promised("a", 7),
            "gone": promised("b", 8),
            "changed": promised("c", 9),
            "unanswered": promised("d", None),
        }
    )
    stored = [Stored(7, 1, "a"), Stored(9, 2, "C"), Stored(10, 3, "b")]
    assert ledger.lost(stored) == 2
    assert (ledger.figures(stored).posted, ledger.figures(stored).acknowledged) == (4, 3)


def test_doubled_is_what_is_stored_more_often_than_it_was_sent():
    ledger = Ledger(posts={"1": promised("a", 7), "2": promised("a", 8), "3": promised("b", 9)})
    once = [Stored(7, 1, "a"), Stored(8, 2, "a"), Stored(9, 3, "b")]
    assert ledger.doubled(once) == 0
    assert ledger.doubled([*once, Stored(10, 4, "b"), Stored(11, 5, "a")]) == 2


def test_delivered_is_seen_in_the_same_words_by_somebody_else():
    ledger = Ledger(posts={"op": promised("ord", 7)})
    own, console = screen("phone", "phone 1"), screen("console", "console")
    ledger.watch(own, patch(8, recent=Recent([slip("ord")])), 2.0)
    assert ledger.undelivered() == 1
    ledger.watch(console, patch(8, recent=Recent([slip("andra ord")])), 2.0)
    assert ledger.undelivered() == 1
    ledger.watch(console, patch(9, queue=Queue(1, None, [slip("ord")])), 2.0)
    assert ledger.undelivered() == 0


def test_the_projectors_time_runs_from_sending_or_from_release():
    post = promised("ord", 7)
    ledger = Ledger(posts={"op": post})
    projector = screen("projector", "projector")
    assert ledger.on_projector(post) is None
    ledger.watch(projector, f.View(6, {}), 1.1)
    ledger.watch(projector, patch(8), 1.25)
    ledger.watch(projector, patch(12), 3.5)
    assert ledger.on_projector(post) == pytest.approx(250)
    post.was_held = True
    assert ledger.on_projector(post) is None
    ledger.releases[1] = (3.0, 11)
    assert ledger.on_projector(post) == pytest.approx(500)


def test_percentiles_are_values_that_occurred():
    assert percentile([], 50) is None
    assert percentile([3.0], 99) == 3
    hundred = [float(n) for n in range(1, 101)]
    assert [percentile(hundred, p) for p in (50, 99, 100)] == [50, 99, 100]


# ── the plan and the words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "people, posts, steps", [(200, 400, 9), (30, 7, 4), (3, 100, 8), (5, 0, 2)]
)
def test_the_plan_gives_out_exactly_what_was_asked_for(people, posts, steps):
    names = [f"step-{n}" for n in range(steps)]
    plan = Plan(people, posts, names, 0, Random(1))
    given = [[plan.share(n, step, "collect") for n in range(people)] for step in names]
    assert sum(map(sum, given)) == posts
    assert max(map(sum, given)) - min(map(sum, given)) <= 1
    assert plan.share(0, "another-step", "collect") == 0


def test_waits_are_stretched_by_the_pace():
    assert Plan(1, None, [], 0, Random(1)).waits(10) == 0
    waits = [Plan(1, None, [], 1, Random(seed)).waits(10) for seed in range(200)]
    assert 9 < sum(waits) / 200 < 14 and min(waits) > 1 and max(waits) <= 40


def test_words_fit_the_step_before_anything_is_said_twice():
    samples = samples_for(load(ROOT / "sessions"), DIALOGUE)
    words = Words(samples, Random(1))
    area = samples[0].area
    there = [it for it in samples if it.area == area and it.kind in ("keyword", "question")]
    first = [words.next(["keyword", "question"], area, "youth") for _ in there]
    assert {it.text for it in first} == {it.text for it in there}
    again = words.next(["keyword"], area, "youth")
    assert again.kind == "keyword" and again.text not in {it.text for it in there}
    assert words.next(["meaning"], None, None).kind == "meaning"


def test_a_dialogue_without_samples_borrows_them_without_their_areas():
    samples = samples_for(load(ROOT / "sessions"), "somewhere-else")
    assert samples and all(it.area is None for it in samples)
    assert Words([], Random(1)).next(["question"], "any-area", None).kind == "question"


# ── what these tests need ─────────────────────────────────────────────────────────────────────


def kept_evening(data):
    """The only dialogue in a data folder, folded."""
    server = Server(data)
    [session] = server.sessions()
    return fold(*server.log_of(session))


def sessions_of(overview: dict) -> list:
    return [live["session"] for dialogue in overview["dialogues"] for live in dialogue["live"]]


def screen(audience: str, name: str) -> Screen:
    return Screen("http://nowhere", "evening", audience, "", name)  # type: ignore[arg-type]


def patch(to: int, **put: object) -> f.Patch:
    return f.Patch(0, to, put, [])  # type: ignore[arg-type]


def slip(text: str) -> Slip:
    return Slip(1, text, "keyword", None, None, "youth", "live", "sv", "visible", 0, "skriv")
