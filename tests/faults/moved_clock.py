"""`dialog serve` by a clock that is moved from outside: `tests.faults.moved_clock FILE serve …`

FILE holds by how many seconds it is ahead of the true time. What only passes (`time.monotonic`, and
with it the loop's time) is let be, as a jump of a machine's clock does.
"""

import sys
import time
from pathlib import Path

FILE = Path(sys.argv.pop(1))
LOOKS_AGAIN = 0.05

true, true_ns, passing = time.time, time.time_ns, time.monotonic
looked_at, ahead = 0.0, 0.0


def seconds_ahead() -> float:
    global looked_at, ahead
    if passing() - looked_at > LOOKS_AGAIN:
        looked_at, ahead = passing(), float(FILE.read_text())
    return ahead


# Before anything of ours is loaded that might remember which function tells the time.
time.time = lambda: true() + seconds_ahead()
time.time_ns = lambda: true_ns() + int(seconds_ahead() * 1e9)

from dialog.cli import main  # noqa: E402

main()
