"""What a connected phone takes of the server's memory, beside uvicorn with nothing on it.

python -m bench.memory [--small]
"""

import argparse

from bench.deployment import deployment
from bench.phones import anchored, client, hall, load
from bench.row import Row, shown

PHONES = 5000
MOST_KB = 40
SETTLES = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    shown(rows(parser.parse_args().small))


def rows(small: bool = False) -> list[Row]:
    """Growth of the process for each phone that has been let in and stays."""
    phones = 100 if small else PHONES
    with deployment(web=0, worker=False, database="sqlite") as there:
        room = hall(there, phones)
        there.more_web()
        its = load(there, room, t=SETTLES)[0]
    with anchored("srv_echo.py") as (port, pid):
        bare = client({"R": True, "n": phones, "p": port, "S": pid, "t": SETTLES})[0]
    each, bare_each = its["rss_kb_each"], bare["rss_kb_each"]
    return [
        Row(
            f"memory per connected phone, {phones:,} of them",
            f"uvicorn, bare: {bare_each:.1f} KB",
            f"≤ {MOST_KB} KB",
            f"{each:.1f} KB",
            each <= MOST_KB,
            {
                "kb_each": each,
                "bare_kb_each": bare_each,
                "ratio": each / bare_each if bare_each else 0.0,
                "join_cpu_ms_each": 1000 * its["server_cpu_s"] / phones,
                "bare_join_cpu_ms_each": 1000 * bare["server_cpu_s"] / phones,
            },
        )
    ]


if __name__ == "__main__":
    main()
