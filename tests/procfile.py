"""What an operator starts by the Procfile: `release` first, then web processes and a worker."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.proxy import free_port

ROOT = Path(__file__).parent.parent
SECRET = "the-same-in-every-process-of-these-tests"
STARTS_WITHIN = 90.0
WEB = 2


class Procfile:
    """Not started yet. `settings`: what its environment has of `DIALOG_*`; `data` is made."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.base = free_row(WEB)
        self.log = data.with_suffix(".log")
        aside = {name for name in os.environ if name.startswith("DIALOG_")} | {"PORT"}
        inherited = {name: value for name, value in os.environ.items() if name not in aside}
        # So that `dialog` of the Procfile is the one beside this Python, with this source.
        beside = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        given = {"DIALOG_DATA": str(data), "DIALOG_SECRET": SECRET, "DIALOG_GROUPING": "none"}
        self.environment = inherited | beside | given | settings

    @property
    def upstreams(self) -> list[str]:
        """Where its web processes listen."""
        return [f"127.0.0.1:{self.base + n}" for n in range(WEB)]

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """After `release`, and until all web processes answer; stopped on the way out."""
        self.honcho("start", "release").wait_for_success()
        processes = self.honcho("start", "--port", str(self.base), "-c", f"web={WEB}", *RUN)
        try:
            self.until_they_answer(processes)
            yield
        finally:
            processes.stop()

    def honcho(self, *arguments: str) -> "Honcho":
        command = [sys.executable, "-m", "honcho", *arguments]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        return Honcho(process, self.log)

    def dialog(self, *arguments: str) -> str:
        """What a command says in the same surroundings."""
        return subprocess.run(
            [sys.executable, "-m", "dialog", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def until_they_answer(self, processes: "Honcho") -> None:
        end = time.monotonic() + STARTS_WITHIN
        for upstream in self.upstreams:
            while not is_healthy(upstream):
                assert processes.run() and time.monotonic() < end, self.log.read_text("utf-8")
                time.sleep(0.1)


RUN = ("web", "worker")


class Honcho:
    """One `honcho`, with the processes that it started."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def run(self) -> bool:
        return self.process.poll() is None

    def wait_for_success(self) -> None:
        assert self.process.wait(STARTS_WITHIN) == 0, self.log.read_text("utf-8")

    def stop(self) -> None:
        """As an operator would. It waits for its processes."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def is_healthy(upstream: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError):
        return opener.open(f"http://{upstream}/healthz", timeout=5).status == 200
    return False


def free_row(length: int) -> int:
    """The first of so many ports in a row that nobody listens at: honcho counts up from it."""
    while True:
        first = free_port()
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError, OverflowError):
            for n in range(length):
                probe = probes.enter_context(socket.socket())
                probe.bind(("0.0.0.0", first + n))
            return first
