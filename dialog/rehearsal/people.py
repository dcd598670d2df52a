"""One simulated participant: follows what the stage says, and answers as people do."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from dialog.protocol import commands as c
from dialog.protocol.records import Group, Meeting, Stage, Voices
from dialog.protocol.refusals import Refused
from dialog.rehearsal import plan as waits
from dialog.rehearsal.ledger import Ledger, Post
from dialog.rehearsal.plan import Plan
from dialog.rehearsal.screen import Screen
from dialog.rehearsal.words import Words
from dialog.text.characters import tidy

FITS = 0.8
"""How often a group says what was meant."""
GROUPS_ANSWERED = 4


@dataclass(slots=True, eq=False)
class Participant:
    """`number` counts from 0. `done` holds the steps in which there is nothing left to do."""

    number: int
    screen: Screen
    plan: Plan
    words: Words
    ledger: Ledger
    done: set[str] = field(default_factory=set)

    async def take_part(self) -> None:
        """Until the session ends."""
        await self.screen.until(lambda: "stage" in self.screen.records and self.screen.own)
        await self._choose_perspective()
        while not self.stage.ended:
            stage = self.stage
            try:
                if act := ACTS.get(stage.kind):
                    await act(self, stage)
            except Refused:
                pass  # the hall went on while we were about to; so it goes
            self.done.add(stage.step or "")
            self.screen.news.set()
            await self.screen.until(lambda now=stage: self._moved_on(now))  # type: ignore[misc]

    @property
    def stage(self) -> Stage:
        stage = self.screen.records["stage"]
        assert isinstance(stage, Stage)
        return stage

    def _moved_on(self, since: Stage) -> bool:
        now = self.stage
        return now.ended or now.step != since.step

    async def _wait(self, seconds: float, stage: Stage) -> bool:
        """Think for about so long. False if the hall has gone on meanwhile."""
        moved = await self.screen.until(
            lambda: self._moved_on(stage), within=self.plan.waits(seconds)
        )
        return not moved

    async def _choose_perspective(self) -> None:
        meeting = self.screen.records["meeting"]
        assert isinstance(meeting, Meeting)
        await asyncio.sleep(self.plan.waits(waits.LOOKING))
        groups = [group.id for group in meeting.target_groups]
        if groups:
            chosen = self.plan.random.choice(groups)
            await self.screen.do(c.ChoosePerspective(chosen))

    # ── what one does in a step ──

    async def try_out(self, stage: Stage) -> None:
        if await self._wait(waits.LOOKING, stage):
            await self.screen.do(c.TryItOut())

    async def write(self, stage: Stage) -> None:
        """As many contributions as the plan gives this person here."""
        for _ in range(self.plan.share(self.number, stage.step or "", stage.kind)):
            if not await self._wait(waits.THINKING, stage):
                return
            await self._post(stage)

    async def check(self, stage: Stage) -> None:
        """Say of some groups whether they fit; and write what is missing."""
        groups = self._groups(stage)
        chosen = self.plan.random.sample(groups, min(GROUPS_ANSWERED, len(groups)))
        for group in chosen:
            if not await self._wait(waits.LOOKING, stage):
                return
            fits = self.plan.random.random() < FITS
            answer = c.RespondToGroup(group.group, "fits" if fits else "missing")
            await self.screen.do(answer)
        await self.write(stage)

    async def dots(self, stage: Stage) -> None:
        """Place all dots, most of them on what many have said."""
        for _ in range(stage.dots):
            places = self._places_for_dots(stage)
            if not places or not await self._wait(waits.LOOKING, stage):
                return
            await self.screen.do(c.PlaceDot(self.plan.random.choice(places)))

    async def evaluate(self, stage: Stage) -> None:
        for question in stage.questions:
            if not await self._wait(waits.LOOKING, stage):
                return
            option = self.plan.random.randrange(len(question.options))
            await self.screen.do(c.AnswerEvaluation(question.id, option))

    # ── the parts of it ──

    async def _post(self, stage: Stage) -> None:
        """Write and send. Whoever has begun sends, even if the step closes meanwhile."""
        begun = max(0, self.screen.seq)
        target_group = self.screen.own.target_group if self.screen.own else None
        sample = self.words.next(stage.takes, stage.area, target_group)
        await asyncio.sleep(self.plan.waits(waits.A_LETTER) * len(sample.text))
        post = Post(tidy(sample.text), self.screen.name)
        op = secrets.token_urlsafe(18)
        self.ledger.posts[op] = post
        topics = [topic.id for topic in stage.topics]
        command = c.PostContribution(
            step=stage.step or "",
            begun=begun,
            kind=sample.kind,
            text=post.text,
            topic=self.plan.random.choice(topics) if topics else None,
            area=None if stage.area or topics else sample.area,
            language=sample.language,
            receipt=secrets.token_hex(16),
        )
        wish = self.screen.send(command, op)
        ack = await wish.answer
        post.sent_at, post.acknowledged_at, post.seq = wish.first_sent, wish.answered_at, ack.seq

    def _groups(self, stage: Stage) -> list[Group]:
        found = (it for it in self.screen.records.values() if isinstance(it, Group))
        return [it for it in found if stage.area in (None, it.area)]

    def _places_for_dots(self, stage: Stage) -> list[int]:
        groups = self._groups(stage)
        places = [it.stands_for for it in groups for _ in range(it.people) if it.stands_for]
        if places:
            return places
        alone = (it for it in self.screen.records.values() if isinstance(it, Voices))
        return [it.contribution for voices in alone for it in voices.voices]


ACTS: dict[str, Callable[[Participant, Stage], Awaitable[None]]] = {
    "try-out": Participant.try_out,
    "collect": Participant.write,
    "meanings": Participant.write,
    "check": Participant.check,
    "dots": Participant.dots,
    "evaluation": Participant.evaluate,
}
