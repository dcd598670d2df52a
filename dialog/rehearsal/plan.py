"""Who writes how much, and how long people take: drawn beforehand from one seed."""

from dataclasses import dataclass
from random import Random

NATURAL = {"collect": (1, 1, 2, 2, 3), "meanings": (0, 1, 1, 2), "check": (0, 0, 0, 1)}
"""Contributions of one person in one step, when nobody has asked for a number."""

COMING_IN = 20.0
"""Seconds within which people have joined; all seconds here are at pace 1."""
LOOKING = 2.0
THINKING = 12.0
A_LETTER = 0.12
A_SCREENFUL_READ = 5.0
A_LOOK_AT_THE_SCREEN = 8.0


@dataclass(slots=True)
class Plan:
    """`posts`: in all, over the steps `writing`; None: as people do. `pace` stretches waits."""

    people: int
    posts: int | None
    writing: list[str]
    pace: float
    random: Random

    def share(self, person: int, step: str, kind: str) -> int:
        """How many contributions this person (from 0) writes in this step."""
        if self.posts is None:
            return self.random.choice(NATURAL.get(kind, (0,)))
        if step not in self.writing:
            return 0
        place, steps = self.writing.index(step), len(self.writing)
        first, last = self.posts * place // steps, self.posts * (place + 1) // steps
        return sum(1 for number in range(first, last) if number % self.people == person)

    def waits(self, seconds: float) -> float:
        """A natural wait around `seconds`, at our pace."""
        return min(self.random.lognormvariate(0, 0.5), 4.0) * seconds * self.pace
