"""What the log says of a dialogue, for those who ask a server that has a hall to serve.

The log is read and folded anew in a thread, one at a time, and the latest answers are kept.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable

from dialog.domain.findings import find
from dialog.domain.findings.model import Findings, Scope
from dialog.domain.findings.versions import difference, hall_difference
from dialog.domain.state import Dialogue
from dialog.domain.work_state import VersionState
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol.codec import encode
from dialog.protocol.refusals import Refused, UnknownVersion
from dialog.recall import recall
from dialog.store import log

ANSWERS_KEPT = 8

Place = VersionState | int
"""A version, or the seq that the dialogue stands at."""


class Finder:
    """Answers in JSON, compressed."""

    def __init__(self, live: LiveDialogues) -> None:
        self.live = live
        self.answers: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self.busy = asyncio.Lock()

    async def findings(self, live: LiveDialogue, scope: Scope, version: int = 0) -> bytes:
        """The findings now, or (`version`) as they were when it was frozen."""
        place = place_of(live, version)
        return await self._answer(
            (seq_of(place), scope),
            [place],
            lambda then: found(then, scope, place),
            live,
        )

    async def difference(
        self, live: LiveDialogue, sessions: tuple[str, ...], before: int, after: int
    ) -> bytes:
        """Between two versions; `after` 0: as it stands."""
        scope, places = Scope(sessions), [place_of(live, before), place_of(live, after)]
        return await self._answer(
            (*map(seq_of, places), sessions),
            places,
            lambda was, now: difference(found(was, scope, places[0]), found(now, scope, places[1])),
            live,
        )

    async def since_the_hall(
        self, live: LiveDialogue, sessions: tuple[str, ...], after: int
    ) -> bytes:
        """Between the room's grouping and the themes; `after` 0: as they stand."""
        place, scope = place_of(live, after), Scope(sessions)
        return await self._answer(
            ("hall", seq_of(place), sessions),
            [place],
            lambda then: hall_difference(found(then, scope, place)),
            live,
        )

    async def _answer(
        self,
        question: tuple[object, ...],
        places: list[Place],
        work: Callable[..., object],
        live: LiveDialogue,
    ) -> bytes:
        async with self.busy:
            key = (live.id, await self._life_of(live), *question)
            if key not in self.answers:
                then = [await self.live.read(recall, live.id, seq_of(it)) for it in places]
                self.answers[key] = await asyncio.to_thread(written, work, then)
                while len(self.answers) > ANSWERS_KEPT:
                    self.answers.popitem(last=False)
            self.answers.move_to_end(key)
            return self.answers[key]

    async def _life_of(self, live: LiveDialogue) -> str:
        """Which life of the log it is in. What was answered in another is forgotten: words have
        been disposed of, or an older copy has been put back, and a version stands where it did."""
        counter = await self.live.read(log.counter, live.id)
        life = live.epoch if counter is None else counter.epoch
        for key in [it for it in self.answers if it[0] == live.id and it[1] != life]:
            del self.answers[key]
        return life


def written(work: Callable[..., object], dialogues: list[Dialogue]) -> bytes:
    """Compressed here, in the thread: megabytes take long enough to be seen in the hall."""
    return gzip.compress(encode(work(*dialogues)), 6)


def found(dialogue: Dialogue, scope: Scope, place: Place) -> Findings:
    return find(dialogue, scope, place if isinstance(place, VersionState) else None)


def place_of(live: LiveDialogue, version: int) -> Place:
    """Where a version stands in the log; 0: where the dialogue does."""
    if not version:
        return live.dialogue.seq
    known = live.dialogue.work.versions.get(version)
    if known is None:
        raise Refused(UnknownVersion())
    return known


def seq_of(place: Place) -> int:
    return place.upto if isinstance(place, VersionState) else place
