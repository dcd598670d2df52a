"""The worker: reads contributions, appends suggestions. One more author, in its own process.

It follows the log like everyone else, so it can die at any time: a new one folds the log and
goes on from the groups that stand there. What it may not move, `domain/groups.py` holds.
"""

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass, field

from dialog.analysis import groups as analysis
from dialog.analysis.labels import describe
from dialog.bus import Bus
from dialog.domain.state import Contribution, Person, Session
from dialog.live import LiveDialogue, LiveDialogues
from dialog.protocol.agenda import Kind
from dialog.protocol.commands import (
    Command,
    GroupingRun,
    GroupSuggestion,
    Placement,
    ProposeRegrouping,
    Span,
    SuggestGroups,
)
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
        await self._regroup(dialogue, session, area)
        upto = dialogue.dialogue.seq
        posts = [it for it in session.in_area(area) if it.is_visible]
        looked = session.looked_upto.get(area or "", 0)
        standing = session.groups_in(area)
        changed = any(it.shown_since > looked for it in posts)
        if not changed or (not standing and len(posts) < FEWEST_TO_BEGIN):
            return
        there = {it.id for it in posts}
        members = {g.id: [n for n in g.members if n in there] for g in standing}
        most = session.grouping_in(area).most
        suggestions = await asyncio.to_thread(suggest, posts, members, most)
        await say(dialogue, session, SuggestGroups(area, run_upto(upto, posts), suggestions))

    async def _regroup(self, dialogue: LiveDialogue, session: Session, area: str | None) -> None:
        """Answer a request to group the area anew."""
        upto = dialogue.dialogue.seq
        grouping = session.grouping_in(area)
        if grouping.asked is None or grouping.proposal is not None:
            return
        posts = [it for it in session.in_area(area) if it.is_visible]
        most, apart, asked = grouping.asked.most, grouping.asked.apart, grouping.asked_at
        groups = await asyncio.to_thread(grouped_anew, posts, most, apart)
        run = run_upto(upto, posts)
        await say(dialogue, session, ProposeRegrouping(area, asked, run, groups))


async def say(dialogue: LiveDialogue, session: Session, command: Command) -> None:
    try:
        await dialogue.do(Person("machine", session.id), command)
    except Refused as refused:
        log.warning("suggestion refused: %s", refused.refusal)


def run_upto(upto: int, posts: list[Contribution]) -> GroupingRun:
    most = analysis.most_groups(len(posts))
    return GroupingRun(upto, analysis.VERSION, {**analysis.PARAMETERS, "most": most}, SEED)


def grouped_anew(posts: list[Contribution], most: int | None, apart: bool) -> list[GroupSuggestion]:
    """The whole area in groups, each as the successor of the standing one it shares most with."""
    found = [
        (kind, members)
        for kind, some in by_kind(posts, apart)
        for members in indices(posts, some, most)
    ]
    successors = successors_of([[posts[i].group for i in members] for _, members in found])
    texts = [it.words or "" for it in posts]
    numbered = [(n, members) for n, (_, members) in zip(successors, found, strict=True)]
    sure = analysis.sure(texts, [members for _, members in found])
    groups = [
        suggestion(posts, texts, number, members, numbered, how_sure)
        for (number, members), how_sure in zip(numbered, sure, strict=True)
    ]
    for group, (kind, members) in zip(groups, found, strict=True):
        group.joined = [Placement(posts[i].id, group.sure) for i in members]
        group.kind = kind
    return groups


def by_kind(posts: list[Contribution], apart: bool) -> list[tuple[Kind | None, list[Contribution]]]:
    if not apart:
        return [(None, posts)]
    kinds = dict.fromkeys(it.posted.kind for it in posts)
    return [(kind, [it for it in posts if it.posted.kind == kind]) for kind in kinds]


def indices(
    posts: list[Contribution], some: list[Contribution], most: int | None
) -> list[list[int]]:
    """The groups that `some` form, as indices into `posts`."""
    place = {it.id: i for i, it in enumerate(posts)}
    groups = analysis.group([it.words or "" for it in some], seed=SEED, most=most).groups
    return [[place[some[i].id] for i in members] for members in groups]


def successors_of(origins: list[list[int | None]]) -> list[int]:
    """For each new group the number of the one most of it came from, each number once; else 0."""
    shared = Counter((n, old) for n, olds in enumerate(origins) for old in olds if old is not None)
    numbers = [0] * len(origins)
    for (n, old), _ in sorted(shared.items(), key=lambda it: (-it[1], it[0])):
        if not numbers[n] and old not in numbers:
            numbers[n] = old
    return numbers


def suggest(
    posts: list[Contribution], standing: dict[int, list[int]], most: int | None = None
) -> list[GroupSuggestion]:
    """Groups for an area: those that stand, with what joins them, and new ones.

    `standing`: group -> its visible members. Contributions are numbers throughout; indices into
    `posts` stay inside here.
    """
    texts = [it.words or "" for it in posts]
    index = {it.id: place for place, it in enumerate(posts)}
    blocks = {number: [index[n] for n in members] for number, members in standing.items()}
    if not blocks:
        found = [(0, members) for members in analysis.group(texts, seed=SEED, most=most).groups]
    else:
        found = grown(texts, blocks, most)
    sure = analysis.sure(texts, [members for _, members in found])
    return [
        suggestion(posts, texts, number, members, found, how_sure)
        for (number, members), how_sure in zip(found, sure, strict=True)
        if members
    ]


def grown(
    texts: list[str], blocks: dict[int, list[int]], most: int | None = None
) -> list[tuple[int, list[int]]]:
    """Standing groups with what joins them, then what forms among the rest."""
    taken = {i for block in blocks.values() for i in block}
    waiting = [i for i in range(len(texts)) if i not in taken]
    numbers = list(blocks)
    joins = analysis.place(texts, [blocks[number] for number in numbers], waiting)
    members = {number: list(block) for number, block in blocks.items()}
    for post, which in joins.items():
        members[numbers[which]].append(post)
    rest = [i for i in waiting if i not in joins]
    room = max(0, (most or analysis.most_groups(len(texts))) - len(numbers))
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
        joined=[Placement(posts[i].id, round(sure, 3)) for i in members if alone(posts[i])],
        typical=[posts[i].id for i in said.typical],
        terms=[
            [Span(posts[o.text_index].id, o.start, o.end) for o in term.occurrences[:SPANS]]
            for term in said.terms
        ],
        sure=round(sure, 3),
    )


def alone(it: Contribution) -> bool:
    return it.group is None and not it.pinned


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
