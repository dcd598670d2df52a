"""A real server that is attacked: it is as patient as a tenth of a second lets it be, has room for
few, and what it says is kept."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hall import Server, mistakes_in

ROOM = 350
"""Connections it holds at once."""
PATIENCE = 60
"""Seconds for what has to come: how soon it does is asked of a clock that stands still."""
HURRIED = f"""
import os, sys
os.environ["DIALOG_CONNECTIONS"] = "{ROOM}"
log = os.open({{log!r}}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.dup2(log, 2)
from dialog import patience, sockets
patience.HEAD_WITHIN = patience.GRACE = {{waits}}
sockets.HELLO_WITHIN = max(sockets.HELLO_WITHIN, {{waits}})
patience.LOOKS = patience.IDLE_BEFORE_IT_GIVES_WAY = 0.1
from dialog.cli import main
main()
"""


class Fort(Server):
    """The server under attack."""

    def __init__(self, folder: Path, waits: float = 1.0) -> None:
        """`waits`: seconds until somebody is late."""
        self.log = folder / "said"
        program = HURRIED.format(log=str(self.log), waits=waits)
        super().__init__(folder / "data", program=("-c", program))

    def said(self) -> str:
        """All that it has logged."""
        return self.log.read_text(errors="replace")

    def mistakes(self) -> list[str]:
        """What of that tells of mistakes of ours."""
        return mistakes_in(self.said())

    @property
    def memory(self) -> int:
        """Bytes that it holds just now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    @contextlib.contextmanager
    def wire(self, said: bytes = b"") -> Iterator[socket.socket]:
        """A bare connection on which `said` has been sent."""
        with self.dialled() as it:
            it.sendall(said)
            yield it

    def dialled(self) -> socket.socket:
        it = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        it.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return it

    def ask(self, head: str, body: bytes = b"") -> "Answer":
        """The whole answer to one request, written by hand. `head`: without the last empty line."""
        with self.wire(request(head, body)) as it:
            return answer(it)

    def is_well(self) -> bool:
        """Whether somebody else is answered as if nothing was going on."""
        return self.ask("GET /healthz HTTP/1.1").status == 200


class Answer:
    """What came back until the connection was closed."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = self.head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if raw else 0
        self.headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in lines[1:] if line)
        }

    def json(self) -> object:
        return json.loads(self.body)


def request(head: str, body: bytes = b"") -> bytes:
    lines = head.split("\n")
    if not any(line.lower().startswith("host:") for line in lines):
        lines.insert(1, "Host: 127.0.0.1")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    lines += ["Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def answer(wire: socket.socket) -> Answer:
    """All that comes until the other side closes; `TimeoutError` if it does not."""
    return Answer(b"".join(iter(lambda: read(wire), b"")))


def read(wire: socket.socket) -> bytes:
    try:
        return wire.recv(1 << 16)
    except ConnectionError:
        return b""


def until(holds: Callable[[], object]) -> None:
    """Wait until it does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.05)


def say_on(wire: socket.socket, word: bytes) -> None:
    """Again and again, without reading; `ConnectionError` when the other side has closed."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        wire.sendall(word)
        time.sleep(0.05)
