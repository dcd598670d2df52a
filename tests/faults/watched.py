"""A server that can be put anywhere, and is listened to."""

from collections.abc import Mapping
from pathlib import Path

from tests.hall import Server, mistakes_in

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

    def mistakes(self) -> list[str]:
        """What of that tells of mistakes of ours."""
        return mistakes_in(self.said())

    @property
    def memory(self) -> int:
        """Bytes that it holds just now."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def is_alive(self) -> bool:
        """Whether it is the process that was started."""
        return self.process is not None and self.process.poll() is None
