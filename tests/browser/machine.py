"""The machine by hand: what a worker would say, at the moment that a test chooses."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from dialog.bus import MemoryBus
from dialog.domain.state import Person, Session
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol import commands as c
from dialog.store.database import open_database

MODEL = "e5-small-1"


class Machine:
    """A worker of one session in `dialogue`; the server reads what it wrote within a second."""

    def __init__(self, data: Path, dialogue: str, session: str) -> None:
        self.url = f"sqlite:///{data / 'dialog.db'}"
        self.id, self.session = dialogue, session

    def suggest(
        self,
        area: str | None,
        *groups: c.GroupSuggestion,
        fallback: c.Fallback = "",
        model: str = MODEL,
    ) -> None:
        """These groups change, after a look at all there is."""
        self._say(lambda upto: c.SuggestGroups(area, run(upto, model, fallback), list(groups)))

    def propose(self, area: str | None, asked: int, *groups: c.GroupSuggestion) -> None:
        """The answer to what was asked for at `asked`."""
        self._say(lambda upto: c.ProposeRegrouping(area, asked, run(upto, MODEL, ""), list(groups)))

    def enter(self, step: str, *texts: str, target_group: str | None = None) -> None:
        """Paper slips, quicker than staff could enter them, and let in."""

        async def enter(live: LiveDialogue) -> int:
            staff = self.facilitator()
            slips = [c.PostOnBehalf(step, "keyword", it, target_group=target_group) for it in texts]
            seqs = [(await live.do(staff, slip)).seq for slip in slips]
            return await self.let_in(live) or seqs[-1]

        in_thread(self.within(enter))

    async def let_in(self, live: LiveDialogue) -> int:
        """Show the slips that wait to be read; the wish's seq, 0 if there are none."""
        its = self._session(live).held
        waiting = [n for n in its if live.dialogue.contributions[n].posted.slip]
        if not waiting:
            return 0
        return (await live.do(self.facilitator(), c.ReleaseContributions(waiting))).seq

    def close_window(self, at: int) -> None:
        """It closes at `at`, to the millisecond: staff choose a minute."""

        async def close(live: LiveDialogue) -> int:
            return (await live.do(self.facilitator(), c.SetClosing(at))).seq

        in_thread(self.within(close))

    def asked_at(self, area: str | None) -> int:
        """Where in the log the area's re-grouping was asked for; 0 if it was not."""
        return in_thread(self.within(lambda it: self._asked_in(it, area)))

    async def _asked_in(self, live: LiveDialogue, area: str | None) -> int:
        grouping = self._session(live).grouping_in(area)
        return grouping.asked_at if grouping.asked is not None else 0

    def facilitator(self) -> Person:
        return Person("facilitator", self.session)

    def _session(self, live: LiveDialogue) -> Session:
        return live.dialogue.sessions[self.session]

    def _say(self, command_upto: Callable[[int], c.Command]) -> None:
        async def say(live: LiveDialogue) -> int:
            command = command_upto(live.dialogue.seq)
            return (await live.do(Person("machine", self.session), command)).seq

        in_thread(self.within(say))

    async def within(self, work: Callable[[LiveDialogue], Coroutine[Any, Any, int]]) -> int:
        """Do `work` on the dialogue, past the server."""
        home = LiveDialogues(open_database(self.url), MemoryBus())
        try:
            live = await home.dialogue(self.id)
            assert live is not None
            return await work(live)
        finally:
            await home.close()
            home.engine.dispose()


def run(upto: int, model: str, fallback: c.Fallback) -> c.GroupingRun:
    return c.GroupingRun(upto, model, {"most": 6}, 0, fallback)


def in_thread(work: Coroutine[Any, Any, int]) -> int:
    """Playwright keeps a loop running in the main thread."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(work)))
    thread.start()
    thread.join(60)
    assert found, "the machine could not say it"
    return found[0]
