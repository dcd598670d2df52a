"""What was promised and what was seen: the figures of a rehearsal."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from dialog.protocol import frames as f
from dialog.protocol.frames import Shown
from dialog.protocol.records import Other, Queue, Recent, Wall
from dialog.rehearsal.screen import Screen

WITNESSES = 2
"""Screens remembered for each contribution: one of two is another than the author's."""


class Figures(Struct):
    """What `dialog rehearse --json` prints. None: could not be known from where we stood.

    `delivered`: acknowledged and seen, in the same words, on another screen than the author's.
    `lost`: acknowledged, and not found in the log at the promised place in the same words.
    `doubled`: stored more often than sent. `projector_ms`: from the first sending (or from its
    release, if it was held) until the projector had been sent a picture in which it counts.
    `ack_ms`: from the first sending to the acknowledgement.
    """

    connected: int
    posted: int
    acknowledged: int
    delivered: int
    lost: int | None
    doubled: int | None
    projector_ms_p50: float | None
    projector_ms_p99: float | None
    projector_ms_max: float | None
    ack_ms_p50: float | None
    ack_ms_p99: float | None


class Stored(Struct):
    """One contribution as the log holds it."""

    seq: int
    contribution: int
    text: str | None


@dataclass(slots=True, eq=False)
class Post:
    """A contribution from sending to acknowledgement; times are `time.monotonic()`."""

    text: str
    author: str
    number: int | None = None
    was_held: bool = False
    sent_at: float | None = None
    seq: int | None = None
    acknowledged_at: float | None = None


@dataclass(slots=True)
class Ledger:
    """Fed with every frame of every screen."""

    posts: dict[str, Post] = field(default_factory=dict)
    """By op."""
    connected: set[str] = field(default_factory=set)
    seen: dict[int, dict[str, str]] = field(default_factory=dict)
    """Contribution -> screens on which it stood, and its words there."""
    releases: dict[int, tuple[float, int]] = field(default_factory=dict)
    """Contribution -> when its release was sent, and the seq of the release."""
    projector: list[tuple[int, float]] = field(default_factory=list)
    """(seq, time) of everything the projector was sent."""

    # ── what comes in ──

    def watch(self, screen: Screen, frame: f.ServerFrame, at: float) -> None:
        """Note what this frame shows."""
        match frame:
            case f.Welcome() if screen.audience == "phone":
                self.connected.add(screen.name)
            case f.Mine(own=own):
                for it in own.contributions:
                    if it.op in self.posts and self.posts[it.op].number is None:
                        self.posts[it.op].number = it.contribution
                        self.posts[it.op].was_held = it.standing == "held"
            case f.View(seq=seq, records=records) | f.Patch(to=seq, put=records):
                if screen.audience == "projector":
                    self.projector.append((seq, at))
                self._look_at(screen.name, records.values())

    def _look_at(self, screen: str, records: Iterable[Shown]) -> None:
        for record in records:
            match record:
                case Other(contribution=number, text=text):
                    self._saw(screen, number, text)
                case Queue(slips=shown) | Recent(slips=shown) | Wall(latest=shown):
                    for it in shown:
                        self._saw(screen, it.contribution, it.text)

    def _saw(self, screen: str, number: int, text: str) -> None:
        witnesses = self.seen.setdefault(number, {})
        if screen in witnesses or len(witnesses) < WITNESSES:
            witnesses[screen] = text

    # ── what comes out ──

    @property
    def acknowledged(self) -> list[Post]:
        return [post for post in self.posts.values() if post.seq is not None]

    def is_delivered(self, post: Post) -> bool:
        witnesses = self.seen.get(post.number or 0, {})
        return any(
            screen != post.author and text == post.text for screen, text in witnesses.items()
        )

    def undelivered(self) -> int:
        """Acknowledged, and not yet seen on another screen."""
        return sum(not self.is_delivered(post) for post in self.acknowledged)

    def on_projector(self, post: Post) -> float | None:
        """Milliseconds until the projector had it; None if it never got that far."""
        start, seq = post.sent_at, post.seq
        if post.was_held:
            start, seq = self.releases.get(post.number or 0, (None, None))
        if start is None or seq is None:
            return None
        place = bisect_left(self.projector, seq, key=lambda it: it[0])
        return None if place == len(self.projector) else (self.projector[place][1] - start) * 1000

    def figures(self, stored: list[Stored] | None) -> Figures:
        """The sum of it; `stored` is the log as it was read back, if it could be."""
        promised = self.acknowledged
        projector = sorted(ms for post in promised if (ms := self.on_projector(post)) is not None)
        ack = sorted(
            (post.acknowledged_at - post.sent_at) * 1000
            for post in promised
            if post.acknowledged_at is not None and post.sent_at is not None
        )
        return Figures(
            connected=len(self.connected),
            posted=len(self.posts),
            acknowledged=len(promised),
            delivered=sum(self.is_delivered(post) for post in promised),
            lost=None if stored is None else self.lost(stored),
            doubled=None if stored is None else self.doubled(stored),
            projector_ms_p50=percentile(projector, 50),
            projector_ms_p99=percentile(projector, 99),
            projector_ms_max=percentile(projector, 100),
            ack_ms_p50=percentile(ack, 50),
            ack_ms_p99=percentile(ack, 99),
        )

    def lost(self, stored: list[Stored]) -> int:
        """Promises that the log does not keep."""
        kept = {it.seq: it.text for it in stored}
        return sum(kept.get(post.seq or 0) != post.text for post in self.acknowledged)

    def doubled(self, stored: list[Stored]) -> int:
        """Contributions that the log holds more often than they were sent."""
        sent = Counter(post.text for post in self.posts.values())
        found = Counter(it.text for it in stored)
        return sum(max(0, found[text] - n) for text, n in sent.items())


def percentile(ordered: list[float], percent: int) -> float | None:
    """The nearest-rank percentile, in tenths; None of nothing."""
    if not ordered:
        return None
    return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 1)
