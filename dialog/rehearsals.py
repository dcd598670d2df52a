"""Simulated halls started from the browser: `dialog rehearse` as a child process each."""

import asyncio
import os
import sys
from dataclasses import dataclass

from dialog.settings import Settings

MOST_AT_ONCE = 3
STOPPED = "Övningen stannade av ett fel."


@dataclass(slots=True)
class Hall:
    """One running (or finished) child and the last line it said."""

    task: "asyncio.Task[None]"
    process: asyncio.subprocess.Process | None = None
    said: str = ""


class Rehearsals:
    """The simulated halls of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.halls: dict[str, Hall] = {}

    def has_room(self) -> bool:
        """Whether one more hall may run."""
        running = [hall for hall in self.halls.values() if not hall.task.done()]
        return len(running) < MOST_AT_ONCE

    def start(self, session: str, code: str, dialogue: str, participants: int, pace: float) -> None:
        """Fill `session` with people who join by `code`."""
        arguments = [
            *("rehearse", f"http://127.0.0.1:{self.settings.port}"),
            *("--code", code, "--dialogue", dialogue),
            *("--participants", str(participants)),
            *("--pace", str(pace), "--progress-lines"),
        ]
        hall = Hall(asyncio.create_task(self._run(session, arguments)))
        self.halls[session] = hall

    async def _run(self, session: str, arguments: list[str]) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dialog", *arguments),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"DIALOG_SESSIONS": str(self.settings.sessions)},
        )
        self.halls[session].process = process
        assert process.stdout is not None
        while line := await process.stdout.readline():
            self.halls[session].said = line.decode().strip()
        if await process.wait() > 0:
            self.halls[session].said = STOPPED

    def progress(self, session: str) -> str:
        """What the hall said last; "" where there is none."""
        hall = self.halls.get(session)
        return hall.said if hall is not None else ""

    def stop(self, session: str) -> None:
        """Send a simulated hall home."""
        hall = self.halls.pop(session, None)
        if hall is not None and hall.process is not None and hall.process.returncode is None:
            hall.process.terminate()

    async def close(self) -> None:
        """Send every simulated hall home."""
        tasks = [hall.task for hall in self.halls.values()]
        for session in list(self.halls):
            self.stop(session)
        await asyncio.gather(*tasks, return_exceptions=True)
