"""How long people wait to be answered."""

import statistics
import time

from tests.hall import Evening


class Answers:
    """How long people waited for the answers that came since they were last asked for."""

    def __init__(self, it: Evening) -> None:
        self.waits: list[float] = []
        for person in it.people:
            person.do = self._timed(person.do)  # type: ignore[method-assign]

    def _timed(self, do):  # type: ignore[no-untyped-def]
        async def timed(*given):  # type: ignore[no-untyped-def]
            began = time.monotonic()
            ack = await do(*given)
            self.waits.append(time.monotonic() - began)
            return ack

        return timed

    def slowest(self) -> float:
        """What one in twenty had to wait at least, in milliseconds."""
        waits, self.waits = self.waits, []
        return round(statistics.quantiles(waits, n=20)[-1] * 1000)
