"""A stub of an OpenAI-compatible endpoint: a real server whose temper the test decides."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WIDTH = 8


class Stub:
    """Answers as `temper` says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.temper, self.width = "kind", WIDTH
        self.texts: list[str] = []
        self.requests: list[tuple[dict[str, str], dict[str, object]]] = []
        self.released = threading.Event()
        self.waited_out = False
        """Whether somebody has stayed until a bad temper was over."""
        self.server = Listener(("127.0.0.1", 0), Handler)
        self.server.stub = self
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    stub: Stub

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        stub = self.server.stub
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stub.requests.append((dict(self.headers) | {"path": self.path}, question))
        stub.texts += question["input"]
        if stub.temper == "dies":
            return self.connection.close()
        if stub.temper == "hangs":
            stub.waited_out = not stub.released.wait(30)
            return None
        if stub.temper == "redirects":
            self.send_response(307)
            self.send_header("Location", stub.url + "/embeddings")
            return self.end_headers()
        if stub.temper == "drips":
            return self.drip()
        return self.answer(500 if stub.temper == "500" else 200, self.body(question["input"]))

    def drip(self) -> None:
        """A byte now and then: never silent for long, never done."""
        self.send_response(200)
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b" ")
            time.sleep(0.05)
        self.server.stub.waited_out = True

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self, texts: list[str]) -> bytes:
        stub = self.server.stub
        if stub.temper in INSTEAD:
            return INSTEAD[stub.temper]
        width = stub.width + (len(stub.requests) if stub.temper == "grows" else 0)
        data = [{"index": n, "embedding": vector(text, width)} for n, text in enumerate(texts)]
        SPOILT.get(stub.temper, list)(data)
        return json.dumps({"object": "list", "data": data, "model": "m"}).encode()


INSTEAD = {
    "garbage": b"<html>Welcome</html>",
    "no utf-8": b'{"data": "\xff"}',
    "too much": b" " * (33 * 1024 * 1024),
}
"""Temper -> the whole answer."""

SPOILT: dict[str, Callable[[list[Any]], object]] = {
    "reversed": lambda data: data.reverse(),
    "too few": lambda data: data.pop(),
    "twice the same": lambda data: data[-1].update(index=0),
    "uneven": lambda data: data[-1]["embedding"].append(1.0),
    "zeros": lambda data: data[-1].update(embedding=[0.0] * WIDTH),
    "nan": lambda data: data[-1]["embedding"].__setitem__(0, float("nan")),
    "infinite": lambda data: data[-1].update(embedding=[1e308] * WIDTH),
    "words": lambda data: data[-1]["embedding"].__setitem__(0, "much"),
    "numbers": lambda data: data[-1].update(embedding=3),
}
"""Temper -> what it does to the answer."""


def vector(text: str, width: int = WIDTH) -> list[float]:
    """Some direction of its own for each text, not of length 1."""
    digest = hashlib.sha256(text.encode()).digest()
    return [digest[n % 32] - 127.5 for n in range(width)]
