"""What a county, a country and a broadcast would need, computed from what was measured here.

    python -m bench.paper [--results bench/results/scale.json] [--write]

Prints the figures of "On paper" in docs/running.md; `--write` puts them there. Costs are those of
`bench.table`; sizes of evenings and prices are assumptions, and are printed with them.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from dialog.channel import A_PHONES_SHARE, LONGEST_PHONE_TICK, PHONE_TICK

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results" / "scale.json"
DOCUMENT = ROOT / "docs" / "running.md"
BEGINS, ENDS = "<!-- bench.paper: begins -->", "<!-- bench.paper: ends -->"
NOT_YET = "Not computed yet: first `make bench`, then this command."

BUSY = 0.5
"""Of a core, what one web process may be busy at the busiest minute: the rest is for the moment in
which a hall comes back. The proxy sends all of a session to one process, as long as they fit."""
MOST_PHONES = 10_000
"""At one process, as measured."""
WORKER = 1
"""Core that groups."""
HOURS = 3
"""That everything runs for an evening of two hours, with the hour before it."""
AGAIN_WITHIN = 30
"""Seconds within which phones are to be back when all are cut. A session tells its own to spread
over a second for every 500 of them; small ones come at once."""


class Prices(NamedTuple):
    """SEK, an assumption: rounded list prices of a Nordic cloud without agreements."""

    core_hour: float = 0.50
    memory_gb_hour: float = 0.06
    sent_gb: float = 1.00
    kept_gb_month: float = 2.00


class Evening(NamedTuple):
    """`busiest`: seconds between two contributions of one phone in the busiest minute; `each`: what
    one phone writes in the whole evening."""

    name: str
    dialogues: int
    phones: int
    busiest: int
    each: int


EVENINGS = (
    Evening("a county, 13 municipalities", 13, 150, 60, 12),
    Evening("290 municipalities", 290, 150, 60, 12),
    Evening("a broadcast, a million phones", 1, 1_000_000, 300, 3),
)


class Costs(NamedTuple):
    """As measured."""

    frame_us: float
    frame_bytes: float
    post_us: float
    follow_us: float
    database_us: float
    """Of PostgreSQL's CPU, a contribution."""
    join_ms: float
    phone_kb: float
    page_bytes: float
    rows: float
    row_bytes: float
    posts_a_second: float
    """That one log takes, through the rules, on PostgreSQL."""


class Need(NamedTuple):
    """Of one evening, in its busiest minute where a rate is meant."""

    posts_s: float
    posts_s_in_one_log: float
    frames_s: float
    cores: float
    processes: int
    busiest: float
    database_cores: float
    paid_cores: int
    memory_gb: float
    rows_s: float
    kept_gb: float
    read_rows_s: float
    notes_s: float
    sent_mbit_s: float
    sent_gb: float
    back_cores: float
    sek: float


def costs(results: dict[str, Any]) -> Costs:
    """From the rows of `bench.table`."""

    def found(what: str, name: str) -> float:
        return next(float(it["figures"][name]) for it in results["rows"] if what in it["what"])

    two = "two web processes"
    more = found(two, "spread_web_cpu_s") - found(two, "one_web_cpu_s")
    postgres = [it["figures"] for it in results["rows"] if "PostgreSQL, fsync" in it["what"]]
    return Costs(
        frame_us=found("deliveries per server", "writing_us_a_frame"),
        frame_bytes=found("deliveries per server", "frame_bytes"),
        post_us=found("deliveries per server", "a_post_itself_us"),
        follow_us=max(0.0, 1e6 * more / found(two, "posts")),
        database_us=1e6 * found(two, "one_database_cpu_s") / found(two, "posts"),
        join_ms=found("memory per connected", "join_cpu_ms_each"),
        phone_kb=found("memory per connected", "kb_each"),
        page_bytes=found("first load of the phone", "bytes"),
        rows=postgres[0]["rows_per_post"],
        row_bytes=postgres[0]["database_bytes_per_post"],
        posts_a_second=max(it["per_second"] for it in postgres),
    )


def need(evening: Evening, cost: Costs, prices: Prices) -> Need:
    """What the design as it is would take."""
    phones = evening.dialogues * evening.phones
    in_one_log = evening.phones / evening.busiest
    posts_s = in_one_log * evening.dialogues
    frames_s = phones * frames_each(evening.phones, in_one_log)
    fan_out = (frames_s * cost.frame_us + posts_s * cost.post_us) / 1e6
    homes = math.ceil(evening.phones / MOST_PHONES)  # processes that hold one log's phones
    following = in_one_log * cost.follow_us / 1e6 if homes > 1 else 0  # of each of them
    cores = fan_out + evening.dialogues * homes * following
    processes = max(homes, math.ceil(fan_out / BUSY), math.ceil(phones / MOST_PHONES), 2)
    busiest = fan_out / processes + following
    database = posts_s * cost.database_us / 1e6
    paid = max(processes, math.ceil(cores / BUSY)) + max(2, math.ceil(database / BUSY)) + WORKER
    kept = phones * evening.each * cost.row_bytes / 1e9
    writing = evening.each * evening.busiest  # seconds for which it is as in the busiest minute
    frames = phones * frames_each(evening.phones, in_one_log) * writing
    sent_gb = (phones * cost.page_bytes + frames * cost.frame_bytes) / 1e9
    memory = phones * cost.phone_kb / 1e6 + processes * 0.2
    return Need(
        posts_s=posts_s,
        posts_s_in_one_log=in_one_log,
        frames_s=frames_s,
        cores=cores,
        processes=processes,
        busiest=busiest,
        database_cores=database,
        paid_cores=paid,
        memory_gb=memory,
        rows_s=posts_s * cost.rows,
        kept_gb=kept,
        read_rows_s=posts_s * (homes - 1),
        notes_s=(posts_s + evening.dialogues * homes) * processes,
        sent_mbit_s=frames_s * cost.frame_bytes * 8 / 1e6,
        sent_gb=sent_gb,
        back_cores=phones * cost.join_ms / 1000 / AGAIN_WITHIN,
        sek=HOURS * (paid * prices.core_hour + memory * prices.memory_gb_hour)
        + sent_gb * prices.sent_gb
        + kept * prices.kept_gb_month,
    )


def fits(its: Need, cost: Costs) -> str:
    """Or what breaks first."""
    if its.posts_s_in_one_log > cost.posts_a_second:
        return "no: one log takes fewer contributions"
    return "yes" if its.busiest <= 1 else "no: following one log takes more than a core each"


def frames_each(phones: int, posts_s: float) -> float:
    """Frames a second to one phone: a post each, until the tick makes one of several."""
    tick = min(max(phones * A_PHONES_SHARE, PHONE_TICK), LONGEST_PHONE_TICK)
    return min(posts_s, 1 / tick)


def tables(results: dict[str, Any]) -> str:
    """Costs and assumptions, then what each evening needs."""
    cost, prices = costs(results), Prices()
    found = [need(it, cost, prices) for it in EVENINGS]
    head = ["", *(it.name for it in EVENINGS)]
    lines = {
        "dialogues × phones in each": [f"{it.dialogues} × {n(it.phones)}" for it in EVENINGS],
        "**In the busiest minute**": [""] * len(found),
        "one phone writes every": [f"{it.busiest} s" for it in EVENINGS],
        "contributions a second, in all": [n(it.posts_s) for it in found],
        "contributions a second in one dialogue": [n(it.posts_s_in_one_log) for it in found],
        "frames a second": [n(it.frames_s) for it in found],
        "web processes": [n(it.processes) for it in found],
        "cores busy in all of them": [n(it.cores) for it in found],
        "of a core busy in each": [n(it.busiest) for it in found],
        "cores busy in PostgreSQL": [n(it.database_cores) for it in found],
        "rows a second that PostgreSQL writes": [n(it.rows_s) for it in found],
        "… that other web processes read again": [n(it.read_rows_s) for it in found],
        "notes a second that Redis delivers": [n(it.notes_s) for it in found],
        "network out, Mbit/s": [n(it.sent_mbit_s) for it in found],
        f"cores busy if all come back within {AGAIN_WITHIN} s": [n(it.back_cores) for it in found],
        "**For the whole evening**": [""] * len(found),
        "cores to pay for": [n(it.paid_cores) for it in found],
        "memory of the web processes, GB": [n(it.memory_gb) for it in found],
        "network out, GB": [n(it.sent_gb) for it in found],
        "growth of the database, GB": [n(it.kept_gb) for it in found],
        "money, SEK": [n(it.sek) for it in found],
        "**Fits the design as it is**": [fits(it, cost) for it in found],
    }
    return "\n".join(
        [measured(results, cost), "", assumed(prices), "", line(head), line(["---"] * len(head))]
        + [line([what, *cells]) for what, cells in lines.items()]
    )


def measured(results: dict[str, Any], cost: Costs) -> str:
    """What things cost, for whoever would compute otherwise."""
    return "\n".join(
        [
            f"Measured on {results['machine']}, commit {results['commit']}:",
            "",
            f"- a frame to one phone: {cost.frame_us:.1f} µs of a core,"
            f" {cost.frame_bytes:.0f} bytes;",
            f"- a contribution: {cost.post_us / 1000:.2f} ms of a core in the web process that"
            f" takes it, {cost.follow_us / 1000:.2f} ms in every other with phones of the same"
            f" dialogue, {cost.database_us / 1000:.2f} ms in PostgreSQL; {cost.rows:.1f} rows,"
            f" {cost.row_bytes:.0f} bytes with indexes;",
            f"- one dialogue on PostgreSQL: at most {n(cost.posts_a_second)} contributions"
            " a second;",
            f"- a phone: {cost.page_bytes / 1000:.0f} kB for the page, {cost.join_ms:.2f} ms of a"
            f" core to let it in, {cost.phone_kb:.0f} kB of memory while it is connected.",
        ]
    )


def assumed(prices: Prices) -> str:
    """What nobody has measured."""
    return "\n".join(
        [
            "Assumed, to be changed in `bench/paper.py`:",
            "",
            f"- everything runs for {HOURS} hours, an evening of two and the hour before it;",
            f"- a web process is to be busy for at most {BUSY:.0%} of a core and to hold at most"
            f" {n(MOST_PHONES)} phones; there are at least two of them, so that one can be"
            f" restarted; PostgreSQL has at least two cores, grouping has {WORKER};",
            f"- when all lines are cut at once, phones are back within {AGAIN_WITHIN} s: a session"
            " spreads its own over a second for every 500, small ones come at once and take turns;",
            f"- SEK {prices.core_hour:.2f} a core and hour, {prices.memory_gb_hour:.2f} a GB of"
            f" memory and hour, {prices.sent_gb:.2f} a GB sent, {prices.kept_gb_month:.2f} a GB"
            " kept for a month. The proxy, PostgreSQL's own memory, its standby, Redis, copies,"
            " and the people who run it are not in it.",
        ]
    )


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def n(value: float) -> str:
    """Two figures that count: more would say that we know more."""
    if value == 0 or isinstance(value, int):
        return f"{value:,}"
    places = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"


def printed(results: Path = RESULTS) -> str:
    """What the command prints."""
    return tables(json.loads(results.read_text())) if results.is_file() else NOT_YET


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--results", type=Path, default=RESULTS)
    arguments.add_argument("--write", action="store_true", help="Into docs/running.md.")
    chosen = arguments.parse_args()
    print(printed(chosen.results))
    if chosen.write:
        before, _, rest = DOCUMENT.read_text().partition(BEGINS)
        after = rest.partition(ENDS)[2]
        whole = f"{before}{BEGINS}\n\n{printed(chosen.results)}\n\n{ENDS}{after}"
        DOCUMENT.write_text(whole)


if __name__ == "__main__":
    main()
