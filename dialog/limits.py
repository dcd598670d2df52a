"""How fast one participant or member of staff may ask. Kept in each process, answered by "wait"."""

import time
from collections import OrderedDict


class Buckets:
    """A token bucket per key: `burst` at once, then `rate` a second. Old keys are forgotten."""

    def __init__(self, burst: float, rate: float, keep: int = 50_000) -> None:
        self.burst, self.rate, self.keep = burst, rate, keep
        self.levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object) -> float:
        """0 if there was a token, else the seconds until there will be one."""
        now = time.monotonic()
        level, since = self.levels.pop(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.rate)
        wait = 0.0 if level >= 1 else (1 - level) / self.rate
        self.levels[key] = (level if wait else level - 1, now)
        if len(self.levels) > self.keep:
            self.levels.popitem(last=False)
        return wait
