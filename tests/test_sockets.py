"""What a socket is let in for, what it is refused, and what it takes to be closed."""

import asyncio
import json
import sqlite3
import urllib.request
from typing import Any, get_args

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dialog.domain.rules import ALLOWED
from dialog.locales import translate
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.agenda import LANGUAGES
from dialog.protocol.codec import encode
from dialog.protocol.refusals import (
    AlreadyMoved,
    NotAllowed,
    Refused,
    SessionHasEnded,
    StepClosed,
    TextTooLong,
    Wait,
)
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.visitor import NotLetIn, Visitor
from tests.hall import Evening, Server, evening, wire_of

HELLO = encode(f.Hello(f.PROTOCOL, "phone"))


async def closing(wire: ClientConnection, within: float = 60) -> tuple[int, str]:
    """The code and reason with which the server ends the connection."""
    async with asyncio.timeout(within):
        try:
            while True:
                await wire.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "it was cut off without a word"
            return closed.rcvd.code, closed.rcvd.reason


async def heard(wire: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of that kind."""
    async with asyncio.timeout(60):
        while (frame := json.loads(await wire.recv()))["t"] != kind:
            pass
    return frame


# ── frames that no page of ours sends ─────────────────────────────────────────────────────────

CLOSED_AT_ONCE = {
    "binary": (b'{"t":"ping"}', 1003),
    "oversized": ("x" * (f.FRAME_LIMIT + 1), 1009),
    "a second hello": (HELLO.decode(), f.MALFORMED),
}
REFUSED = {
    "no JSON": "hello?",
    "nothing": "",
    "an unknown frame": '{"t":"shutdown"}',
    "an unknown command": '{"t":"do","op":"0123456789abcdef","command":{"type":"be-admin"}}',
    "an inner command": '{"t":"do","op":"0123456789abcdef","command":{"type":"join-session"}}',
    "an extra field": '{"t":"ping","please":true}',
    "an op that is too short": '{"t":"do","op":"1","command":{"type":"try-it-out"}}',
    "half a character": '{"t":"do","op":"0123456789abcdef","command":{"type":"\\ud800"}}',
    "a number for a text": '{"t":"do","op":1,"command":{"type":"try-it-out"}}',
    "brackets without end": "[" * 16000,
    "a frame of the server": '{"t":"ack","op":"0123456789abcdef","seq":1}',
}


async def test_unreadable_frames_are_refused_or_end_the_connection_and_nobody_else_notices(server):
    async with evening(server, 2) as it:
        ada, eve = it.people
        for frame, code in CLOSED_AT_ONCE.values():
            async with wire_of(eve) as wire:
                await wire.send(HELLO, text=True)
                await wire.send(frame)
                assert (await closing(wire))[0] == code
                await it.post(ada)
        for frame in REFUSED.values():
            async with wire_of(eve) as wire:
                await wire.send(HELLO, text=True)
                await wire.send(frame)
                nack = await heard(wire, "nack")
                assert nack["refusal"]["kind"] == "malformed" and nack["refusal"]["detail"]
                await it.post(ada)
        assert ada.closes == []


async def test_a_wish_that_is_none_is_refused_by_its_name_so_that_its_page_can_say_so(server):
    wish = {"t": "do", "op": "0123456789abcdef", "command": {"type": "go-to-step", "step": "A b"}}
    async with evening(server, 1) as it, wire_of(it.people[0]) as wire:
        await wire.send(HELLO, text=True)
        for op, named in ((wish["op"], wish["op"]), ("x" * 15_000, ""), (["a"], "")):
            await wire.send(json.dumps(wish | {"op": op}))
            assert (await heard(wire, "nack"))["op"] == named


async def test_bytes_that_are_no_text_end_the_connection(server):
    async with evening(server, 2) as it:
        ada, eve = it.people
        async with wire_of(eve) as wire:
            await wire.send(HELLO, text=True)
            await wire.send(b'{"t":"\xff"}', text=True)
            assert (await closing(wire))[0] == 1007
        await it.post(ada)


async def test_whoever_keeps_sending_rubbish_is_closed_with_a_reason(server):
    async with evening(server, 1) as it, wire_of(it.people[0]) as wire:
        await wire.send(HELLO, text=True)
        for _ in range(5):
            await wire.send("rubbish")
        assert await closing(wire) == (f.MALFORMED, "unreadable frames")


@pytest.mark.parametrize(
    "first, code",
    [
        ('{"t":"ping"}', f.MALFORMED),
        ("rubbish", f.MALFORMED),
        ('{"t":"hello","v":1,"audience":"anybody"}', f.MALFORMED),
        ('{"t":"hello","v":2,"audience":"phone"}', f.RELOAD),
        ('{"t":"hello","v":0,"audience":"phone"}', f.RELOAD),
    ],
)
async def test_the_first_frame_must_be_a_hello_in_our_version(server, first, code):
    async with evening(server, 1, at="") as it, wire_of(it.people[0]) as wire:
        await wire.send(first)
        assert (await closing(wire))[0] == code


async def test_whoever_says_nothing_is_closed(serve):
    impatient = (
        "import dialog.sockets as it; it.HELLO_WITHIN = 0.3; from dialog.cli import main; main()"
    )
    server = serve(program=("-c", impatient))
    async with connect(wire_to(server, "any"), origin=server.address, proxy=None) as wire:
        assert await closing(wire) == (f.HELLO_TIMEOUT, "no hello")


# ── who is let in ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", None]
)
async def test_a_page_from_elsewhere_is_refused(server, origin):
    with pytest.raises(InvalidStatus) as refused:
        await connect(wire_to(server, "any"), origin=origin, proxy=None)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("audience", ["phone", "projector", "console", "presidium", "board"])
async def test_a_stranger_is_let_in_nowhere(server, audience):
    async with evening(server, at="") as it:
        assert await shown_out(it, audience, Visitor(server.address))


async def test_a_participant_of_another_session_is_refused(server):
    async with evening(server, 1, at="") as one, evening(server, at="") as other:
        eve = Visitor(server.address)
        await eve.post("/api/join", code=one.code)
        assert await shown_out(other, "phone", eve)
        [token] = eve.cookies.values()
        eve.cookies = {f"p_{other.session}": token}  # under the other session's name
        assert await shown_out(other, "phone", eve)


@pytest.mark.parametrize("audience", ["projector", "console", "presidium", "board"])
async def test_a_participant_gets_no_staffs_view(server, audience):
    async with evening(server, at="") as it:
        eve = Visitor(server.address)
        await eve.post("/api/join", code=it.code)
        assert await shown_out(it, audience, eve)


async def test_a_projector_shows_its_own_session_and_nothing_else(server):
    async with evening(server, at="") as one, evening(server, at="") as other:
        screen = await paired_projector(one)
        projector = one.screen("projector", screen)
        assert await projector.until(lambda: "stage" in projector.records, 60)
        assert await shown_out(other, "projector", screen)
        assert await shown_out(one, "console", screen)


async def test_a_tampered_token_is_refused(server):
    async with evening(server, at="") as it:
        eve = Visitor(server.address)
        await eve.post("/api/join", code=it.code)
        [(name, token)] = eve.cookies.items()
        # Not the last character: some of its bits mean nothing.
        eve.cookies[name] = token[:-4] + ("A" if token[-4] != "A" else "B") + token[-3:]
        assert await shown_out(it, "phone", eve)


async def test_a_revoked_link_closes_the_consoles_that_only_look_on(serve):
    server = serve()
    async with evening(server, 1, at="") as it:
        pia = await signed_in(it, "presidium")
        console = it.screen("presidium", pia)
        assert await console.until(lambda: "run" in console.records, 60)
        await it.fay.post("/api/staff/revoke", role="presidium")
        await asyncio.wait_for(closed_for_good(console), 60)
        assert console.closes == [f.NOT_ADMITTED]
        assert it.console.is_open and it.people[0].is_open
        with pytest.raises(NotLetIn):
            await pia.get("/api/staff/overview")


# ── refusals, in words ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["", "ZZZZZZZ", "not a code at all"])
async def test_an_unknown_code_is_refused(server, code):
    with pytest.raises(NotLetIn) as refused:
        await Visitor(server.address).post("/api/join", code=code)
    assert (refused.value.status, refused.value.kind) == (404, "code-unknown")
    assert_said_plainly("code-unknown")


async def test_an_expired_code_is_as_unknown_as_a_wrong_one(server):
    async with evening(server, at="") as it:
        with sqlite3.connect(server.data / "dialog.db") as db:
            db.execute("UPDATE session SET code_expires = 1 WHERE id = ?", (it.session,))
        db.close()
        with pytest.raises(NotLetIn) as refused:
            await Visitor(server.address).post("/api/join", code=it.code)
        assert (refused.value.status, refused.value.kind) == (404, "code-unknown")


async def test_a_code_that_was_replaced_no_longer_leads_in(server):
    async with evening(server, at="") as it:
        before = it.code
        new = await it.fay.post("/api/staff/code", session=it.session)
        with pytest.raises(NotLetIn):
            await Visitor(server.address).post("/api/join", code=before)
        await Visitor(server.address).post("/api/join", code=new["code"])


async def test_a_closed_step_refuses_what_was_begun_after_it(server):
    async with evening(server, 1) as it:
        [ada] = it.people
        step = await it.go_to("break")
        collect = it.step("collect")
        with pytest.raises(Refused) as refused:
            await it.post(ada, step=collect)
        assert refused.value.refusal == StepClosed()
        assert step != collect
        assert_said_plainly("step-closed")


async def test_an_ended_session_refuses_posts_and_newcomers(server):
    async with evening(server, 1) as it:
        [ada] = it.people
        await it.do(c.EndSession())
        with pytest.raises(Refused) as refused:
            await it.post(ada)
        assert isinstance(refused.value.refusal, SessionHasEnded)
        with pytest.raises(NotLetIn) as not_let_in:
            await it.join()
        assert (not_let_in.value.status, not_let_in.value.kind) == (410, "session-has-ended")
        assert_said_plainly("session-has-ended", url=refused.value.refusal.url)


async def test_a_text_that_is_too_long_is_told_by_how_much(server):
    async with evening(server, 1) as it:
        with pytest.raises(Refused) as refused:
            await it.post(it.people[0], "x" * 507)
        assert refused.value.refusal == TextTooLong(over=7, limit=500)
        assert_said_plainly("text-too-long", over=7, limit=500)


TIME_PASSES_ONLY_IN_WAITING = """
import types
import dialog.limits as it
clock, take = types.SimpleNamespace(now=0.0), it.Buckets.take
def taken(self, key):
    wait = take(self, key)
    clock.now += wait
    return wait
it.time, it.Buckets.take = types.SimpleNamespace(monotonic=lambda: clock.now), taken
from dialog.cli import main
main()
"""
"""A server whose limits see nothing of how long it takes to ask."""


async def test_too_fast_is_answered_with_wait_and_all_of_it_arrives(serve):
    async with evening(serve(program=("-c", TIME_PASSES_ONLY_IN_WAITING)), 1) as it:
        [ada] = it.people
        asked_to_wait: list[float] = []
        ada.watch = lambda _, frame, __: (
            asked_to_wait.append(frame.retry)
            if isinstance(frame, f.Nack) and isinstance(frame.refusal, Wait)
            else None
        )
        await asyncio.gather(*(it.post(ada) for _ in range(21)))
        assert asked_to_wait == [2] and ada.closes == []
        assert len(ada.own.contributions) == 21
        assert_said_plainly("wait", seconds=2)


async def test_two_facilitators_step_once(server):
    async with evening(server, at="collect") as it:
        gil = it.screen("console", await signed_in(it, "facilitator"))
        await gil.until(lambda: gil.seq >= it.console.seq, 60)
        seen, next_step = it.stage.step, it.step("break")
        answers = await asyncio.gather(
            *(one.do(c.GoToStep(next_step, seen)) for one in (it.console, gil)),
            return_exceptions=True,
        )
        [refused] = [answer for answer in answers if isinstance(answer, Refused)]
        assert refused.refusal == AlreadyMoved()
        assert await it.console.until(lambda: it.stage.step == next_step, 60)
        assert_said_plainly("already-moved")


# ── strangers ─────────────────────────────────────────────────────────────────────────────────


def test_no_answer_says_what_program_gives_it(server):
    with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as answer:
        assert answer.status == 200 and "server" not in answer.headers


# ── who may ask for what ──────────────────────────────────────────────────────────────────────

ASKED: list[c.OuterCommand] = [
    c.ChoosePerspective("youth"),
    c.PostContribution("ankomst", 0, "keyword", "ord"),
    c.TryItOut(),
    c.WithdrawContribution(1),
    c.RespondToGroup(1, "fits"),
    c.PlaceDot(1),
    c.TakeDot(1),
    c.AnswerEvaluation("fraga", 0),
    c.GoToStep("ingen", None),
    c.StartTimer(60),
    c.ExtendTimer(60),
    c.StopTimer(),
    c.PauseFeed(False),
    c.BlankProjector(False),
    c.SetPosting(True),
    c.SetModeration("show-all"),
    c.ShowOthers(False),
    c.RevealDots(False),
    c.ReleaseContributions([1]),
    c.HideContribution(1, "spam"),
    c.RestoreContribution(1),
    c.GoOnDuty(True),
    c.TakeSlips(1),
    c.GiveBackSlips([1]),
    c.MaskContribution(1, []),
    c.HideAuthor(1, "spam"),
    c.TrustAuthor(1),
    c.SetSlowMode(0),
    c.SetJoining(True),
    c.TranslateContribution(1, "sv", "ord"),
    c.PostOnBehalf("ingen", "keyword", "ord"),
    c.Undo(1),
    c.EndSession(),
    c.PlaceContributions([1], None),
    c.KeepOut(1, 1),
    c.RenameGroup(1, "namn"),
    c.LockGroup(1, True, True, True),
    c.ConfirmGlobalGoal(1, 11, True),
    c.AskRegrouping("ingen"),
    c.ApplyRegrouping("ingen", 1),
    c.DropRegrouping("ingen"),
]


def test_every_command_is_asked_for_below():
    assert {type(command) for command in ASKED} == set(get_args(c.OuterCommand))


async def test_over_a_socket_each_role_may_ask_for_its_own_and_nothing_else(server):
    async with evening(server, 2, at="") as it:
        pia = it.screen("presidium", await signed_in(it, "presidium"))
        for n, command in enumerate(ASKED):
            asking = {
                "participant": it.people[n % 2],
                "facilitator": it.console,
                "presidium": pia,
            }
            for role, screen in asking.items():
                refused = await refusal_of(screen, command)
                may = role in ALLOWED[type(command)]
                assert (refused != NotAllowed()) == may, (role, command)
        assert all(screen.closes == [] for screen in it.screens)


async def test_a_paired_projector_may_ask_for_nothing(server):
    async with evening(server, at="") as it:
        projector = it.screen("projector", await paired_projector(it))
        for command in ASKED[1], ASKED[8], ASKED[18], ASKED[23]:
            assert await refusal_of(projector, command) == NotAllowed()


async def refusal_of(screen: Screen, command: c.OuterCommand) -> object:
    try:
        await screen.do(command)
    except Refused as refused:
        return refused.refusal
    return None


# ── what these tests need ─────────────────────────────────────────────────────────────────────


def wire_to(server: Server, session: str) -> str:
    return f"ws://127.0.0.1:{server.port}/ws/{session}"


async def shown_out(it: Evening, audience: str, visitor: Visitor) -> bool:
    """Whether this visitor's screen is closed for good, and is shown nothing before."""
    screen = Screen(it.server.address, it.session, audience, visitor.cookie_header)  # type: ignore[arg-type]
    await asyncio.wait_for(screen.run(), 10)
    return screen.closes == [f.NOT_ADMITTED] and not screen.records and screen.own is None


async def closed_for_good(screen: Screen) -> None:
    while not screen.is_shown_out:
        screen.news.clear()
        await screen.news.wait()


async def signed_in(it: Evening, role: str) -> Visitor:
    """Another browser of staff, with the role's link as fay may ask for it."""
    staff = Visitor(it.server.address)
    await staff.post("/api/staff/login", secret=it.server.secret(role))
    return staff


async def paired_projector(it: Evening) -> Visitor:
    screen = Visitor(it.server.address)
    shown = await screen.post("/api/projector")
    waiting = await screen.post("/api/projector/wait", secret=shown["secret"])
    assert waiting == {"session": None} and not screen.cookies
    await it.fay.post("/api/staff/pair", number=shown["number"], session=it.session)
    await screen.post("/api/projector/wait", secret=shown["secret"])
    return screen


def assert_said_plainly(kind: str, **params: object) -> None:
    """One sentence or two in every language, with nothing left to fill in."""
    for language in LANGUAGES:
        words = translate(language, f"refusal.{kind}", **params)
        assert words != f"refusal.{kind}" and "{" not in words
        assert words.endswith((".", "!", "?"))
