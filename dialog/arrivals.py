"""Whether more phones come in than belongs to a hall: the code may have gone round elsewhere.

For the facilitator to look up at, and never a reason to refuse anybody. Kept in memory, worked out
from the log's entries.
"""

from collections import deque
from dataclasses import dataclass, field

from dialog.domain.times import MINUTE
from dialog.protocol.events import Entry, ParticipantJoined, StepOpened

ALWAYS_USUAL = 20
"""Fewer newcomers than that are a bus that was late."""
OF_THOSE_HERE = 0.25
"""More newcomers than that share of those who were here before are unusual."""


@dataclass(slots=True)
class Arrivals:
    """Phones that have come to one session."""

    phones: int = 0
    in_step: int = 0
    """Since the step that is going on began."""
    times: deque[int] = field(default_factory=deque)
    """When those of the last minute came."""

    def note(self, entry: Entry) -> None:
        """The next entry of the session's log."""
        match entry.event:
            case StepOpened():
                self.in_step = 0
            case ParticipantJoined(table=""):
                self.phones += 1
                self.in_step += 1
                self.times.append(entry.at)
                self._forget(entry.at)

    def lately(self, now: int) -> int:
        """In the last minute."""
        self._forget(now)
        return len(self.times)

    def are_unusual(self, now: int) -> bool:
        """Whether so many have come in the last minute, or since the step began."""
        return any(
            new >= ALWAYS_USUAL and new > OF_THOSE_HERE * (self.phones - new)
            for new in (self.lately(now), self.in_step)
        )

    def _forget(self, now: int) -> None:
        """Who came long ago, or by a clock that has been put back since."""
        while self.times and abs(now - self.times[0]) >= MINUTE:
            self.times.popleft()
