"""Simulated halls started from the browser: `dialog rehearse` as a child process each."""

import asyncio
import os
import sys
from dataclasses import dataclass

import msgspec

from dialog.settings import Settings

MOST_AT_ONCE = 3
GOES_HOME_WITHIN = 5.0
"""Seconds after which a hall that does not stop is killed."""


class Progress(msgspec.Struct):
    """How far a simulated hall has come: what its child says now and then, one a line."""

    connected: int = 0
    sent: int = 0
    failed: bool = False


@dataclass(slots=True)
class Hall:
    """One running (or finished) child, and what it said last."""

    task: "asyncio.Task[None] | None" = None
    process: asyncio.subprocess.Process | None = None
    said: Progress | None = None


class Rehearsals:
    """The simulated halls of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.halls: dict[str, Hall] = {}

    def has_room(self) -> bool:
        """Whether one more hall may run."""
        running = [hall for hall in self.halls.values() if hall.task and not hall.task.done()]
        return len(running) < MOST_AT_ONCE

    def start(self, session: str, code: str, dialogue: str, participants: int, pace: float) -> None:
        """Fill `session` with people who join by `code`."""
        arguments = [
            *("rehearse", self.settings.own_url),
            *("--code", code, "--dialogue", dialogue),
            *("--participants", str(participants)),
            *("--pace", str(pace), "--progress-lines"),
        ]
        hall = self.halls[session] = Hall()
        hall.task = asyncio.create_task(self._run(hall, arguments))

    async def _run(self, hall: Hall, arguments: list[str]) -> None:
        hall.process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dialog", *arguments),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"DIALOG_SESSIONS": str(self.settings.sessions)},
        )
        assert process.stdout is not None
        while line := await process.stdout.readline():
            hall.said = msgspec.json.decode(line, type=Progress)
        if await process.wait() > 0:
            hall.said = Progress(failed=True)

    def progress(self, session: str) -> Progress | None:
        """What the hall said last, if there is one and it has said anything."""
        hall = self.halls.get(session)
        return hall.said if hall is not None else None

    def stop(self, session: str) -> None:
        """Send a simulated hall home."""
        hall = self.halls.pop(session, None)
        if hall is not None and hall.process is not None and hall.process.returncode is None:
            hall.process.terminate()

    async def close(self) -> None:
        """Send every simulated hall home."""
        halls = {hall.task: hall for hall in self.halls.values() if hall.task is not None}
        for session in list(self.halls):
            self.stop(session)
        if halls:
            _, late = await asyncio.wait(halls, timeout=GOES_HOME_WITHIN)
            for process in (halls[task].process for task in late):
                if process is not None:
                    process.kill()
