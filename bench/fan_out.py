"""What it costs to tell a hall: frames that 1,000 phones are sent, per second of the server's CPU.

Ours is the whole: people's posts over sockets, rules, a commit to disk, acknowledgements, views,
patches. It is held against two servers that do nothing but repeat what they are told, as many
frames a second of the same size to as many connections, in the same minutes.

    python -m bench.fan_out [--small]
"""

import argparse

from bench.deployment import deployment
from bench.phones import Figures, anchored, client, hall, load
from bench.row import Row, shown

PHONES, POSTS, MANY_POSTS, SECONDS, ROUNDS = 1000, 10, 100, 8.0, 2
FEW = 20
"""Phones beside which the fan-out is nothing: what is left is what a post itself costs."""
TO_REACH = {"C": 0.65, "websockets": 1.3}
ANCHORS = {"C": "srv_raw.c", "websockets": "srv_websockets.py"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    shown(rows(parser.parse_args().small))


def rows(small: bool = False) -> list[Row]:
    """Deliveries per second of CPU, beside the bare server in C and `websockets`' broadcast()."""
    phones, seconds, rounds = (FEW * 2, 1.5, 1) if small else (PHONES, SECONDS, ROUNDS)
    found: dict[str, list[float]] = {name: [] for name in ("ours", "together", *ANCHORS)}
    alone = 1e6 * ours(FEW, seconds)[0]["server_cores"] / POSTS
    for _ in range(rounds):
        it, together = ours(phones, seconds)
        found["ours"].append(microseconds(it))
        found["together"].append(1e6 * together["server_cores"] / together["deliveries_s"])
        for name, anchor in ANCHORS.items():
            repeated = repeats(anchor, phones, it["frames_s"] / phones, size(it), seconds)
            found[name].append(microseconds(repeated))
    cost = {name: sum(its) / rounds for name, its in found.items()}
    cost["writing"] = (cost["ours"] * phones - alone) / (phones - FEW)
    figures = {f"{name}_us_a_frame": value for name, value in cost.items()}
    for name in ANCHORS:
        for what in ("ours", "writing", "together"):
            figures[f"{what}_to_{name}"] = cost[name] / cost[what]
    figures |= {"a_post_itself_us": alone, "frame_bytes": size(it), "frames_s": it["frames_s"]}
    return [row(phones, figures)]


def row(phones: int, its: Figures) -> Row:
    return Row(
        f"deliveries per server CPU-second, one process, {phones:,} phones, uncompressed",
        f"bare C epoll = 1 ({its['C_us_a_frame']:.1f} µs a frame); `websockets` broadcast()"
        f" {its['C_us_a_frame'] / (its['websockets_us_a_frame'] or 1):.2f}",
        f"≥ {TO_REACH['C']} of C, ≥ {TO_REACH['websockets']} × broadcast()",
        f"frame for frame, with all that a post costs ({its['a_post_itself_us'] / 1000:.1f} ms):"
        f" {its['ours_to_C']:.2f} of C, {its['ours_to_websockets']:.2f} × broadcast(); writing"
        f" alone {its['writing_to_C']:.2f} of C, {its['writing_to_websockets']:.2f} × broadcast();"
        f" a post on a phone, at {MANY_POSTS} posts/s, {its['together_to_C']:.1f} × C",
        all(its[f"ours_to_{name}"] >= least for name, least in TO_REACH.items()),
        its,
    )


def ours(phones: int, seconds: float) -> tuple[Figures, Figures]:
    """A hall in which ten people a second write, and everybody sees it; and one in which a hundred
    do, so that several of their posts go into one frame."""
    with deployment(web=0, worker=False, database="sqlite") as there:
        room = hall(there, phones)
        there.more_web()
        rates = f"{POSTS},{MANY_POSTS if phones > FEW * 2 else POSTS}"
        _, few, many = load(there, room, r=rates, d=seconds, c=phones, w=True)
        return few, many


def repeats(anchor: str, phones: int, rate: float, size: float, seconds: float) -> Figures:
    """A server that repeats so many frames a second of that size."""
    with anchored(anchor) as (port, pid):
        said = {"n": phones, "p": port, "r": rate, "b": round(size), "d": seconds, "S": pid}
        return client({"R": True, "w": True, **said})[-1]


def size(it: Figures) -> float:
    """Bytes of one frame as it was sent, on the average."""
    return float(it["mb_s"]) * 1e6 / float(it["frames_s"]) - 4


def microseconds(it: Figures) -> float:
    """Of the server's CPU for each frame that came to a phone."""
    return 1e6 * float(it["server_cores"]) / float(it["frames_s"])


if __name__ == "__main__":
    main()
