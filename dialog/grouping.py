"""The worker: reads contributions, appends suggestions. One more author, in its own process.

It follows the log like everyone else, so it can die at any time: a new one folds the log and
goes on from the groups that stand there. What it may not move, `domain/groups.py` holds.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field

from dialog.analysis import groups as analysis
from dialog.analysis.labels import describe
from dialog.bus import Bus
from dialog.domain.state import Contribution, Person, Session
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol.commands import GroupingRun, GroupSuggestion, Span, SuggestGroups
from dialog.protocol.refusals import Refused
from dialog.store import doors

log = logging.getLogger(__name__)

SEED = 0
FEWEST_TO_BEGIN = 6
SPANS = 20
"""Places kept for a term: enough that hiding one contribution seldom costs the word."""
PAUSE = 0.25
"""Seconds between looks; a burst of contributions is grouped together."""
NEW_SESSIONS = 5.0
"""Seconds between looks for newly opened sessions."""


@dataclass(slots=True)
class Worker:
    """Groups every open session of every dialogue."""

    live: LiveDialogues
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    looked_at: float = 0.0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._find_sessions()
            for dialogue in list(self.live.live.values()):
                await self._follow(dialogue)
            await asyncio.sleep(PAUSE)

    async def _find_sessions(self) -> None:
        if time.monotonic() - self.looked_at < NEW_SESSIONS:
            return
        self.looked_at = time.monotonic()
        for door in await self.live.read(doors.all_doors):
            if not door.ended:
                await self.live.dialogue(door.dialogue)

    async def _follow(self, dialogue: LiveDialogue) -> None:
        for session in list(dialogue.dialogue.sessions.values()):
            key = (dialogue.id, session.id)
            if self.seen.get(key) == dialogue.dialogue.seq:
                continue
            self.seen[key] = dialogue.dialogue.seq
            for area in session.areas:
                await self._group(dialogue, session, area)

    async def _group(self, dialogue: LiveDialogue, session: Session, area: str | None) -> None:
        upto = dialogue.dialogue.seq
        posts = [it for it in session.in_area(area) if it.is_visible]
        looked = session.looked_upto.get(area or "", 0)
        standing = {number: g for number, g in session.groups.items() if g.area == area}
        changed = any(it.shown_since > looked for it in posts)
        if not changed or (not standing and len(posts) < FEWEST_TO_BEGIN):
            return
        there = {it.id for it in posts}
        members = {
            number: [n for n in group.suggested.members if n in there]
            for number, group in standing.items()
        }
        suggestions = await asyncio.to_thread(suggest, posts, members)
        run = GroupingRun(upto, analysis.VERSION, dict(analysis.PARAMETERS), SEED)
        try:
            await dialogue.do(Person("machine", session.id), SuggestGroups(area, run, suggestions))
        except Refused as refused:
            log.warning("suggestion refused: %s", refused.refusal)


def suggest(posts: list[Contribution], standing: dict[int, list[int]]) -> list[GroupSuggestion]:
    """Groups for an area: those that stand, with what joins them, and new ones.

    `standing`: group -> its visible members. Contributions are numbers throughout; indices into
    `posts` stay inside here.
    """
    texts = [it.words or "" for it in posts]
    index = {it.id: place for place, it in enumerate(posts)}
    blocks = {number: [index[n] for n in members] for number, members in standing.items()}
    if not blocks:
        found = [(0, members) for members in analysis.group(texts, seed=SEED).groups]
    else:
        found = grown(texts, blocks)
    sure = analysis.sure(texts, [members for _, members in found])
    return [
        suggestion(posts, texts, number, members, found, how_sure)
        for (number, members), how_sure in zip(found, sure, strict=True)
        if members
    ]


def grown(texts: list[str], blocks: dict[int, list[int]]) -> list[tuple[int, list[int]]]:
    """Standing groups with what joins them, then what forms among the rest."""
    taken = {i for block in blocks.values() for i in block}
    waiting = [i for i in range(len(texts)) if i not in taken]
    numbers = list(blocks)
    joins = analysis.place(texts, [blocks[number] for number in numbers], waiting)
    members = {number: list(block) for number, block in blocks.items()}
    for post, which in joins.items():
        members[numbers[which]].append(post)
    rest = [i for i in waiting if i not in joins]
    room = max(0, analysis.most_groups(len(texts)) - len(numbers))
    formed = sorted(analysis.form(texts, rest), key=len, reverse=True)[:room]
    return [*members.items(), *((0, new) for new in formed)]


def suggestion(
    posts: list[Contribution],
    texts: list[str],
    number: int,
    members: list[int],
    found: list[tuple[int, list[int]]],
    sure: float,
) -> GroupSuggestion:
    """One group in the words of its own contributions, by reference."""
    others = [i for _, block in found for i in block if block is not members]
    said = describe(texts, members, others)
    return GroupSuggestion(
        group=number,
        members=[posts[i].id for i in members],
        typical=[posts[i].id for i in said.typical],
        terms=[
            [Span(posts[o.text_index].id, o.start, o.end) for o in term.occurrences[:SPANS]]
            for term in said.terms
        ],
        sure=round(sure, 3),
    )


async def work(live: LiveDialogues, bus: Bus) -> None:
    """Group until the bus ends (a child whose parent is gone) or we are cancelled."""
    tasks = [asyncio.create_task(each) for each in (bus.run(), live.watch(), Worker(live).run())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await live.close()
