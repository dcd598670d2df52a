"""The simulated hall: people who come in through the code, and what they leave behind."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from dialog.rehearsal import plan as waits
from dialog.rehearsal.ledger import Ledger
from dialog.rehearsal.people import Participant
from dialog.rehearsal.plan import Plan
from dialog.rehearsal.screen import Screen, ShownOut
from dialog.rehearsal.visitor import Visitor
from dialog.rehearsal.words import Words


@dataclass(slots=True)
class Hall:
    """`tasks` keeps every screen and every person going; leaving it ends the rehearsal."""

    address: str
    plan: Plan
    words: Words
    tasks: asyncio.TaskGroup
    ledger: Ledger = field(default_factory=Ledger)
    people: list[Participant] = field(default_factory=list)
    running: list["asyncio.Task[None]"] = field(default_factory=list)
    taking_part: list["asyncio.Task[None]"] = field(default_factory=list)

    def open_screen(self, session: str, audience: str, cookie: str, name: str) -> Screen:
        """A screen that stays connected, and whose frames are noted."""
        screen = Screen(self.address, session, audience, cookie, name, self.ledger.watch)  # type: ignore[arg-type]
        self.running.append(self.tasks.create_task(screen.run()))
        return screen

    async def come_in(self, code: str) -> None:
        """Everybody joins by the code, and takes part from then on."""
        await asyncio.gather(*(self._one_comes_in(code, n) for n in range(self.plan.people)))

    async def _one_comes_in(self, code: str, number: int) -> None:
        await asyncio.sleep(self.plan.random.uniform(0, waits.COMING_IN) * self.plan.pace)
        visitor = Visitor(self.address)
        session = (await visitor.post("/api/join", code=code))["session"]
        screen = self.open_screen(session, "phone", visitor.cookie_header, f"phone {number + 1}")
        person = Participant(number, screen, self.plan, self.words, self.ledger)
        self.people.append(person)
        self.taking_part.append(self.tasks.create_task(self._until_shown_out(person)))

    async def _until_shown_out(self, person: Participant) -> None:
        with contextlib.suppress(ShownOut):
            await person.take_part()

    async def all_done(self, step: str, within: float | None = None) -> bool:
        """Wait until nobody has anything left to do in `step`."""
        return await self._all(lambda person: step in person.done, within)

    async def all_there(self, within: float | None = None) -> bool:
        """Wait until everybody has been let in and sees the lobby."""
        return await self._all(lambda person: "" in person.done, within)

    async def _all(self, true: Callable[[Participant], object], within: float | None) -> bool:
        async def one(person: Participant) -> bool:
            return await person.screen.until(lambda: true(person), within)

        return all(await asyncio.gather(*(one(person) for person in self.people)))

    async def all_seen(self, witness: Screen, within: float) -> bool:
        """Wait until every promised contribution has stood on another screen."""
        return await witness.until(lambda: not self.ledger.undelivered(), within)

    async def all_gone(self) -> None:
        """Wait until the session has ended for everybody."""
        await asyncio.wait(self.taking_part)

    def go_home(self) -> None:
        """End every connection."""
        for task in self.running + self.taking_part:
            task.cancel()
