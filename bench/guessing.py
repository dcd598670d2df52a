"""How quickly codes can be guessed, beside how quickly the same server says that it is well.

    python -m bench.guessing [SECONDS]

prints one line of JSON: answers a second over one connection and over eight, from one address that
is told to wait all along. The guesser shares the machine with the server.
"""

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

CONNECTIONS = 8
HEADERS = {"Content-Type": "application/json"}


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        command = [sys.executable, "-m", "dialog", "serve", "--port", str(port), "--data", data]
        with subprocess.Popen([*command, "--quiet"], stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(port)
                rates = {
                    "guesses, one connection": a_second(port, guess, 1, seconds),
                    "guesses, eight": a_second(port, guess, CONNECTIONS, seconds),
                    "healthz, one connection": a_second(port, healthz, 1, seconds),
                    "healthz, eight": a_second(port, healthz, CONNECTIONS, seconds),
                }
            finally:
                server.terminate()
    print(json.dumps({name: round(rate) for name, rate in rates.items()}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server does not start")


def a_second(
    port: int, ask: Callable[[http.client.HTTPConnection], None], connections: int, seconds: float
) -> float:
    """How many answers come in a second, where each connection asks again at once."""
    counts = [0] * connections
    until = time.monotonic() + seconds

    def go_on(place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < until:
            ask(line)
            line.getresponse().read()
            counts[place] += 1
        line.close()

    threads = [threading.Thread(target=go_on, args=[place]) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def guess(line: http.client.HTTPConnection) -> None:
    line.request("POST", "/api/join", json.dumps({"code": "2222222"}), HEADERS)


def healthz(line: http.client.HTTPConnection) -> None:
    line.request("GET", "/healthz")


if __name__ == "__main__":
    main()
