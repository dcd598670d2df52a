"""Stuffing: however many wishes one phone sends at once, and however often it sends one, the rules
count a person once. (Two phones are two: it is a show of hands, and is called one.)"""

import asyncio
from collections import Counter

from dialog.domain.state import Person, Session
from dialog.live import LiveDialogue
from dialog.protocol import commands as c
from dialog.protocol.refusals import Refused
from tests.security.house import House


def ready(house: House, step: str) -> tuple[str, Person]:
    """A session at that step, with one contribution and one person in it."""
    session = house.opened()
    fay = Person("facilitator", session)
    phone = house.phone(session)
    number = house.installation.identity.serializer.loads(phone.cookies[f"__Host-p_{session}"])[2]
    person = Person("participant", session, number)

    async def go(live: LiveDialogue) -> None:
        await live.do(fay, c.SetModeration("show-all"))
        await live.do(fay, c.GoToStep("area-1-skriv", None))
        await live.do(person, c.PostContribution("area-1-skriv", 0, "keyword", "cykelväg"))
        await live.do(fay, c.GoToStep(step, "area-1-skriv"))

    within(house, session, go)
    return session, person


def within(house: House, session: str, work):
    """Do `work` on the live dialogue, where the server does."""

    async def call():
        live = await house.installation.dialogue_of(session)
        assert live is not None
        return await work(live)

    return house.portal.call(call)


def state(house: House, id: str) -> Session:
    async def look(live: LiveDialogue) -> Session:
        return live.dialogue.sessions[id]

    return within(house, id, look)


def at_once(house: House, person: Person, command, ops: list[str]) -> Counter[str]:
    """What becomes of as many wishes as there are ops, all sent in the same moment."""

    async def send(live: LiveDialogue) -> Counter[str]:
        asked = (live.do(person, command, op) for op in ops)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return Counter(
            type(it.refusal).__name__ if isinstance(it, Refused) else f"dup={it.dup}"
            for it in answers
        )

    return within(house, person.session, send)


def test_a_hundred_dots_at_once_are_as_many_as_one_person_has(house):
    session, person = ready(house, "prickar")
    it = state(house, session)
    ops, most = [f"dot-{n:017}" for n in range(100)], it.current.dots  # type: ignore[union-attr]
    said = at_once(house, person, c.PlaceDot(next(iter(it.contributions))), ops)
    assert said == {"dup=False": most, "NoDotsLeft": 100 - most}


def test_a_hundred_answers_at_once_are_one_answer(house):
    session, person = ready(house, "utvardering")
    ops = [f"answer-{n:014}" for n in range(100)]
    at_once(house, person, c.AnswerEvaluation("fick-saga", 0), ops)
    answers = state(house, session).evaluation["fick-saga"]
    assert answers == {person.participant: 0}


def test_one_wish_sent_a_hundred_times_at_once_counts_once(house):
    session, person = ready(house, "area-2-skriv")
    post = c.PostContribution("area-2-skriv", 0, "keyword", "buss på kvällen")
    before = len(state(house, session).contributions)
    said = at_once(house, person, post, ["one-and-the-same-op-00"] * 100)
    assert said == {"dup=False": 1, "dup=True": 99}
    assert len(state(house, session).contributions) == before + 1
