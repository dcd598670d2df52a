"""Halls in which many write at once: how long until a post is on disk, and on everybody's screen.

500 posts a second to 2,000 phones, beside a server that only commits and repeats them; and 100 to
10,000 phones, with a projector, console, board and presidium. Every phone lists what all the
others write, which is the most that phones are ever sent.

    python -m bench.crowd [--small]
"""

import argparse
import tempfile
from pathlib import Path

from bench.deployment import deployment
from bench.phones import Figures, anchored, client, hall, load
from bench.row import Row, shown

SECONDS = 10.0
BYTES = 70
"""Of a text, as the hall's texts are long."""
PEERS = {"phone_p50_ms": 54, "phone_p99_ms": 107, "ack_p50_ms": 4, "ack_p99_ms": 41}
"""What a prototype reached on an idle machine of this kind."""
STAFF = ("projector", "console", "board", "presidium")
PHONES_WITHIN, STAFF_WITHIN = 1000, 250


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    shown(rows(parser.parse_args().small))


def rows(small: bool = False) -> list[Row]:
    """Both halls."""
    if small:
        return [busy(50, 20, 2.0), large(60, 10, 2.0)]
    return [busy(2000, 500, SECONDS), large(10_000, 100, SECONDS)]


def busy(phones: int, posts: int, seconds: float) -> Row:
    """So many that the log, the rules and the views all have their hands full."""
    its, bare = held(phones, posts, seconds), bare_hall(phones, posts, seconds)
    lost = its["lost"] + its["refused"] + its["posts"] - its["acked"] - its["refused"]
    figures = {name: its[name] for name in (*PEERS, "server_cores", "client_cores", "lost", "mb_s")}
    figures |= {f"bare_{name}": bare[name] for name in (*PEERS, "server_cores")}
    figures |= {"acked": its["acked"], "refused": its["refused"], "skipped": its["skipped"]}
    return Row(
        f"{posts} posts/s to {phones:,} phones",
        f"no rules, no views, in this run: {told(bare)}",
        "54/107 ms p50/p99 delivery, 4/41 ms acknowledgement, .45 core",
        told(its),
        not lost and its["server_cores"] <= 0.45 and all(its[it] <= PEERS[it] for it in PEERS),
        figures,
    )


def told(it: Figures) -> str:
    return (
        f"{it['phone_p50_ms']:.0f}/{it['phone_p99_ms']:.0f} ms delivery,"
        f" {it['ack_p50_ms']:.0f}/{it['ack_p99_ms']:.0f} ms acknowledgement,"
        f" {it['server_cores']:.2f} core"
    )


def large(phones: int, posts: int, seconds: float) -> Row:
    """So many phones that writing to all of them takes a while, which nobody else may wait for."""
    it = held(phones, posts, seconds)
    slowest = max(it[f"{audience}_p99_ms"] for audience in STAFF)
    names = [f"{who}_{q}_ms" for who in ("phone", "ack", *STAFF) for q in ("p50", "p99")]
    rest = ("server_cores", "client_cores", "lost", "skipped", "refused", "gone", "mb_s", "rss_mb")
    return Row(
        f"{phones:,} phones on one machine, {posts} posts/s",
        "–",
        "p99 under 1 s to phones, under 250 ms to projector, board and console",
        f"p99 {it['phone_p99_ms']:.0f} ms to phones, {slowest:.0f} ms to the slowest of"
        f" {', '.join(STAFF)}; {it['server_cores']:.2f} core, the client {it['client_cores']:.2f}",
        it["phone_p99_ms"] < PHONES_WITHIN
        and slowest < STAFF_WITHIN
        and it["lost"] + it["gone"] == 0,
        {name: it[name] for name in (*names, *rest)},
    )


def held(phones: int, posts: int, seconds: float) -> Figures:
    with deployment(web=0, worker=False, database="sqlite") as there:
        room = hall(there, phones)
        there.more_web()
        asked = {"r": posts, "d": seconds, "c": phones, "b": BYTES}
        return load(there, room, staff=True, w=True, **asked)[-1]


def bare_hall(phones: int, posts: int, seconds: float) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="dialog-bench-") as folder,
        anchored("srv_bare.py", str(Path(folder) / "said.db")) as (port, pid),
    ):
        asked = {"n": phones, "p": port, "r": posts, "d": seconds, "c": phones, "b": BYTES + 60}
        return client({"R": True, "w": True, "S": pid, **asked})[-1]


if __name__ == "__main__":
    main()
