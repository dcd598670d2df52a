"""A hall whose network came back: 10,000 phones return within ten seconds, to two web processes.

None of them has kept anything, so each is given a whole view; and whoever is back goes on writing.
PostgreSQL and Redis are beside them, as in a real deployment of several processes.

    python -m bench.reconnect [--small]
"""

import argparse
import contextlib

from bench.deployment import deployment
from bench.phones import Figures, anchored, client, hall, load, tickets
from bench.row import Row, shown

PHONES, WITHIN, PROCESSES, POSTS = 10_000, 10.0, 2, 50
SERVED_WITHIN, ACKNOWLEDGED_WITHIN = 15.0, 2000.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    shown(rows(parser.parse_args().small))


def rows(small: bool = False) -> list[Row]:
    """How long until the last one has been served, and what writing is like meanwhile."""
    phones, within = (100, 1.0) if small else (PHONES, WITHIN)
    its, bare = ours(phones, within), only_handshakes(phones, within)
    scale = within / WITHIN
    served = its["back"] == phones and its["secs"] <= SERVED_WITHIN * scale
    acked = its["acked"] == its["posts"] > 0 and its["ack_p99_ms"] <= ACKNOWLEDGED_WITHIN
    return [
        Row(
            f"{phones:,} phones reconnect in {within:g} s, two processes",
            f"handshakes alone, in this run: all in {bare['secs']:.1f} s, p99"
            f" {bare['served_p99_ms']:.0f} ms, {bare['server_cpu_s'] * 1000 / phones:.2f} ms CPU"
            " each",
            f"all served in ≤ {SERVED_WITHIN:g} s; p99 acknowledgement ≤ 2 s",
            f"{its['back']:,} served in {its['secs']:.1f} s, p99 {its['served_p99_ms']:.0f} ms,"
            f" {its['server_cpu_s'] * 1000 / phones:.2f} ms CPU each; acknowledgement p99"
            f" {its['ack_p99_ms']:.0f} ms",
            served and acked,
            {
                **{name: value for name, value in its.items() if name != "phase"},
                **{f"bare_{name}": bare[name] for name in ("secs", "served_p99_ms")},
                "cpu_ms_each": its["server_cpu_s"] * 1000 / phones,
                "bare_cpu_ms_each": bare["server_cpu_s"] * 1000 / phones,
            },
        )
    ]


def ours(phones: int, within: float) -> Figures:
    with deployment(web=0, worker=False) as there:
        room = hall(there, phones, others=False)
        there.more_web(PROCESSES)
        return load(there, room, A=within, P=POSTS, c=phones, F=True, a=8)[-1]


def only_handshakes(phones: int, within: float) -> Figures:
    """The same phones come back to uvicorn with nothing on it, two processes of it."""
    with contextlib.ExitStack() as there:
        servers = [there.enter_context(anchored("srv_echo.py")) for _ in range(PROCESSES)]
        ports = [port for port, _ in servers]
        file = there.enter_context(tickets(ports, "/", [("phone", "-")] * phones))
        pids = ",".join(str(pid) for _, pid in servers)
        return client({"R": True, "T": file, "S": pids, "A": within, "a": 8})[-1]


if __name__ == "__main__":
    main()
