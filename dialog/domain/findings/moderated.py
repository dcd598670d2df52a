"""The moderation log: who has let what be read, or not, when and why. Out of the log's entries,
since the dialogue as it stands has forgotten all but the last word on each contribution.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dialog.domain.findings.model import Moderated
from dialog.domain.times import to_the_minute
from dialog.protocol import events as e

INSULT = "insult"
"""The reason that needs two people."""


def moderated(entries: Iterable[e.Entry]) -> list[Moderated]:
    """Oldest first, a line for each contribution that an entry concerns."""
    return list(Reading().lines(entries))


class Reading:
    """What must be remembered from one entry to the next. `devices`: seat -> a running number, so
    that two people can be told apart and nobody be known; `asserted`: what one person has found an
    insult."""

    def __init__(self) -> None:
        self.devices: dict[tuple[str, str], int] = {}
        self.asserted: set[int] = set()

    def lines(self, entries: Iterable[e.Entry]) -> Iterator[Moderated]:
        for entry in entries:
            tell = ACTS.get(type(entry.event))
            if tell is None or not entry.session:
                continue
            for act, number, reason in tell(entry.event):
                yield self.line(entry, act, number, reason)

    def line(self, entry: e.Entry, act: str, number: int | None, reason: str) -> Moderated:
        seat = getattr(entry.event, "seat", "")
        persons = 0
        if act == "insult_asserted" and number is not None:
            self.asserted.add(number)
            persons = 1
        elif number is not None and number in self.asserted and act in ("hidden", "released"):
            self.asserted.discard(number)
            persons = 2
        return Moderated(
            seq=entry.seq,
            at=to_the_minute(entry.at),
            role="system" if by_itself(entry, act) else entry.actor,
            session=entry.session,
            act=act,
            contribution=number,
            reason=reason,
            device=self.device(entry.session, seat) if seat else 0,
            persons=persons,
        )

    def device(self, session: str, seat: str) -> int:
        return self.devices.setdefault((session, seat), len(self.devices) + 1)


def by_itself(entry: e.Entry, act: str) -> bool:
    """Whether it follows by the rules from what somebody writes, and is no person's judgement."""
    held_back = act == "author_held_back" and entry.actor == "participant"
    return held_back or act == "held_on_arrival"


Told = Iterable[tuple[str, int | None, str]]
"""What was done, to which contribution, why."""


def each(act: str) -> Callable[[Any], Told]:
    return lambda event: [(act, number, "") for number in event.contributions]


def on_or_off(name: str, on: str, off: str) -> Callable[[Any], Told]:
    return lambda event: [(on if getattr(event, name) else off, None, "")]


ACTS: dict[type, Callable[[Any], Told]] = {
    e.ContributionPosted: lambda it: (
        [("held_on_arrival", it.contribution, " ".join(it.flags))] if it.held else []
    ),
    e.ContributionWithdrawn: lambda it: [("withdrawn", it.contribution, "")],
    e.ContributionsReleased: each("released"),
    e.ContributionsHeld: each("held"),
    e.ContributionHidden: lambda it: [("hidden", it.contribution, it.reason)],
    e.ContributionRestored: lambda it: [("restored", it.contribution, "")],
    e.ContributionMasked: lambda it: [("masked" if it.spans else "unmasked", it.contribution, "")],
    e.InsultAsserted: lambda it: [("insult_asserted", it.contribution, INSULT)],
    e.AuthorHidden: lambda it: [("hidden", number, it.reason) for number in it.contributions],
    e.AuthorHeldBack: lambda it: [
        ("author_held_back" if it.held_back else "author_trusted", it.contribution, "")
    ],
    e.ModerationSet: lambda it: [("moderation_set", None, it.moderation)],
    e.SlowModeSet: lambda it: [("slow_mode_set", None, str(it.seconds))],
    e.JoiningSet: on_or_off("open", "joining_opened", "joining_closed"),
    e.CodeChanged: lambda it: [("code_changed", None, "")],
    e.ProjectorBlanked: on_or_off("blank", "projector_blanked", "projector_shown"),
    e.DutySet: on_or_off("on", "on_duty", "off_duty"),
    e.Undone: lambda it: [("undone", None, str(it.undone))],
}
