"""A server that can be put anywhere and is listened to, people who write, and what is counted."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from dialog.protocol.events import ContributionPosted, Entry
from tests.hall import Evening, Server, check

Note = Callable[..., None]

STARTED_ELSEWHERE = """
import os, sys
os.environ.update({env!r})
os.dup2(os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
sys.argv[sys.argv.index("--host") + 1] = {host!r}
command = [*{under!r}, sys.executable, *{program!r}, *sys.argv[1:]]
os.execvp(command[0], command)
"""


class Watched(Server):
    """`dialog serve` whose errors are kept, outside of its data folder.

    `under`: a command that starts it, and leaves it its own process id; `env`: what its
    environment has more; `run`: how Python is to run it.
    """

    def __init__(
        self,
        data: Path,
        env: Mapping[str, str] | None = None,
        under: tuple[str, ...] = (),
        host: str = "127.0.0.1",
        run: tuple[str, ...] = ("-m", "dialog"),
        log: Path | None = None,
    ) -> None:
        self.host = host
        self.log = log or data.parent / f"{data.name}.said"
        start = STARTED_ELSEWHERE.format(
            env=dict(env or {}), log=str(self.log), host=host, under=under, program=run
        )
        super().__init__(data, program=("-c", start))

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def said(self) -> str:
        """All that it has logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def memory(self) -> int:
        """Bytes that it holds just now."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def is_alive(self) -> bool:
        """Whether it is the process that was started."""
        return self.process is not None and self.process.poll() is None


@contextlib.asynccontextmanager
async def everybody_writes(it: Evening, pause: float) -> AsyncIterator[None]:
    """Meanwhile all people write; afterwards every one of them has been answered."""
    over = asyncio.Event()
    writing = [
        asyncio.create_task(it.keep_posting(person, over.is_set, pause)) for person in it.people
    ]
    try:
        yield
    except BaseException:
        for task in writing:
            task.cancel()
        raise
    over.set()
    await asyncio.gather(*writing)
    assert len(it.promises) == it.sent.total()


async def counted(it: Evening, note: Note, row: str, what: str, **more: float) -> list[Entry]:
    """Nothing is lost, doubled, out of order or shown otherwise than it stands in the log: raises,
    or writes down how much that is said of."""
    log = await check(it)
    at = {entry.op: entry.seq for entry in log if entry.op}
    posted = [entry for entry in log if isinstance(entry.event, ContributionPosted)]
    stored = Counter(entry.words for entry in posted if entry.session == it.session)
    note(
        row,
        what,
        acknowledged=len(it.promises),
        lost=sum(at.get(op) != seq for op, (seq, _) in it.promises.items()),
        doubled=sum(max(0, n - it.sent[str(text)]) for text, n in stored.items()),
        out_of_order=sum(len(screen.went_back) for screen in it.screens),
        diverged=0,
        closes=sum(len(screen.closes) for screen in it.screens),
        **more,
    )
    return log
