"""The facilitator and the moderator of a simulated hall, at one console."""

import asyncio
import time
from dataclasses import dataclass

from dialog.protocol import commands as c
from dialog.protocol.records import Group, Queue, RunOfShow, RunStep, Stage
from dialog.protocol.refusals import AlreadyDone, AlreadyMoved, Refused
from dialog.rehearsal import plan as waits
from dialog.rehearsal.hall import Hall
from dialog.rehearsal.screen import Screen

SCREENFUL = 14
PATIENCE = 60.0
"""Seconds for everybody to finish a step when nobody waits on purpose."""
SEEN_WITHIN = 5.0
GROUPS_WITHIN = 30.0
NOBODY_WRITES = ("groups", "target-groups", "table-talk", "break", "influence", "welcome", "thanks")


@dataclass(slots=True)
class Facilitator:
    """Leads the hall through the whole run-of-show."""

    console: Screen
    hall: Hall

    @property
    def measuring(self) -> bool:
        """As fast as possible: contributions are shown at once, on the phones too."""
        return self.hall.plan.pace == 0

    async def lead(self) -> None:
        """From the lobby to the end of the session."""
        if self.measuring:
            await self._do(c.SetModeration("show-all"))
        moderator = asyncio.create_task(self._moderate())
        try:
            for step in self.run_of_show:
                await self._lead_through(step)
            await self._do(c.EndSession())
        finally:
            moderator.cancel()

    @property
    def run_of_show(self) -> list[RunStep]:
        run = self.console.records["run"]
        assert isinstance(run, RunOfShow)
        return run.steps

    async def _lead_through(self, step: RunStep) -> None:
        await self._before(step)
        stage = self.console.records["stage"]
        assert isinstance(stage, Stage)
        await self._do(c.GoToStep(step.step, stage.step))
        if self.measuring and step.kind in ("collect", "meanings"):
            await self._do(c.ShowOthers(True))
        if step.kind in NOBODY_WRITES:
            await asyncio.sleep(self.hall.plan.waits(waits.A_LOOK_AT_THE_SCREEN))
        await self.hall.all_done(step.step, PATIENCE + 10 * PATIENCE * self.hall.plan.pace)
        await self._after(step)

    async def _before(self, step: RunStep) -> None:
        """People are asked about groups; if the machine is still at it, wait a little."""
        if step.kind == "check" and not self.measuring and self.hall.ledger.posts:
            await self.console.until(self._has_groups, GROUPS_WITHIN)

    async def _after(self, step: RunStep) -> None:
        await self.console.until(lambda: not self.queue.held, PATIENCE)
        await self.hall.all_seen(self.console, SEEN_WITHIN)
        if step.kind == "dots":
            await self._do(c.RevealDots(True))
            await asyncio.sleep(self.hall.plan.waits(waits.A_LOOK_AT_THE_SCREEN))

    def _has_groups(self) -> bool:
        return any(isinstance(record, Group) for record in self.console.records.values())

    @property
    def queue(self) -> Queue:
        queue = self.console.records["queue"]
        assert isinstance(queue, Queue)
        return queue

    async def _moderate(self) -> None:
        """Read a screenful, release it, and so on."""
        while True:
            await self.console.until(lambda: self.queue.held)
            numbers = [slip.contribution for slip in self.queue.slips[:SCREENFUL]]
            await asyncio.sleep(self.hall.plan.waits(waits.A_SCREENFUL_READ))
            sent_at = time.monotonic()
            seq = await self._do(c.ReleaseContributions(numbers))
            if seq is not None:
                self.hall.ledger.releases |= dict.fromkeys(numbers, (sent_at, seq))

    async def _do(self, command: c.StaffCommand) -> int | None:
        """The seq at which it was done, once the console shows it; None if somebody was faster."""
        try:
            seq = (await self.console.do(command)).seq
        except Refused as refused:
            if isinstance(refused.refusal, AlreadyDone | AlreadyMoved):
                return None
            raise
        await self.console.until(lambda: self.console.seq >= seq, SEEN_WITHIN)
        return seq
