"""The worker: reads contributions, appends suggestions. One more author, in its own process.

It follows the log like everyone else, so it can die at any time: a new one folds the log and
goes on from the groups that stand there. What it may not move, `domain/groups.py` holds.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dialog import suggestions, theme_suggestions
from dialog.analysis import groups as analysis
from dialog.analysis.global_goals import known_goal_vectors
from dialog.analysis.space import learned_version
from dialog.bus import Bus
from dialog.domain.state import AreaGrouping, Contribution, Person, Session
from dialog.domain.times import DAY
from dialog.embedders import Embedded, Embedders
from dialog.keeping import Keeper
from dialog.live import LiveDialogue, LiveDialogues, now_ms
from dialog.protocol.commands import (
    Command,
    GroupingRun,
    GroupSuggestion,
    ProposeRegrouping,
    SuggestGroups,
)
from dialog.protocol.refusals import Refused, Unsaved
from dialog.protocol.work_commands import SuggestThemes, ThemeSuggestion
from dialog.store import doors
from dialog.store import log as store
from dialog.store.log import Counter
from dialog.suggestions import Standing, standing_of

log = logging.getLogger(__name__)

FEWEST_TO_BEGIN = 6
PAUSE = 0.25
"""Seconds between looks; a burst of contributions is grouped together."""
NEW_SESSIONS = 5.0
"""Seconds between looks for newly opened sessions."""
STILL_WORKED_ON = 365 * DAY
"""ms after its opening in which an ended session may yet be grouped anew, or get a late slip."""


class Task(NamedTuple):
    """A look at an area, as it was when the log had come to `upto`."""

    dialogue: str
    upto: int
    posts: list[Contribution]
    standing: list[Standing]
    grouping: AreaGrouping


@dataclass(slots=True)
class Worker:
    """Groups every session of every dialogue."""

    live: LiveDialogues
    embedders: Embedders
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    looked_at: float = 0.0
    done: dict[str, Counter] = field(default_factory=dict)
    """Dialogue -> where its log stood when there was nothing left to do."""
    themes_seen: dict[str, int] = field(default_factory=dict)
    """Dialogue -> the seq at which its themes were last looked at."""
    themes_looked: dict[tuple[str, str | None], object] = field(default_factory=dict)
    """(dialogue, area) -> what decided the suggestions of themes there."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._find_sessions()
            for dialogue in list(self.live.live.values()):
                seq = dialogue.dialogue.seq
                if self.done.get(dialogue.id) != Counter(seq, dialogue.epoch):
                    with dialogue.in_use():
                        await self._work_on(dialogue, seq)
            await asyncio.sleep(PAUSE)

    async def _find_sessions(self) -> None:
        if time.monotonic() - self.looked_at < NEW_SESSIONS:
            return
        self.looked_at = time.monotonic()
        self.live.bus.announce("worker", self.live.name)
        with going_on("new sessions"):
            counters = await self.live.read(store.all_counters)
            for door in await self.live.read(doors.all_doors):
                id = door.dialogue
                worked_on = not door.ended or door.opened_at > now_ms() - STILL_WORKED_ON
                if worked_on and id not in self.live.live and self.done.get(id) != counters.get(id):
                    with going_on(f"dialogue {id}"):
                        await self.live.dialogue(id)

    async def _work_on(self, dialogue: LiveDialogue, seq: int) -> None:
        await self._follow(dialogue)
        with going_on(f"dialogue {dialogue.id}, themes"):
            await self._suggest_themes(dialogue)
        if self._has_seen_all(dialogue, seq):
            self.done[dialogue.id] = Counter(seq, dialogue.epoch)

    def _has_seen_all(self, dialogue: LiveDialogue, seq: int) -> bool:
        sessions = dialogue.dialogue.sessions
        seen = all(self.seen.get((dialogue.id, session)) == seq for session in sessions)
        themes = not dialogue.dialogue.work.themes or self.themes_seen.get(dialogue.id) == seq
        return dialogue.dialogue.seq == seq and seen and themes

    async def _follow(self, dialogue: LiveDialogue) -> None:
        for session in list(dialogue.dialogue.sessions.values()):
            key, seq = (dialogue.id, session.id), dialogue.dialogue.seq
            if self.seen.get(key) == seq:
                continue
            self.seen[key] = seq
            for area in session.areas:
                for look in (self._answer, self._place):
                    with going_on(f"session {session.id}, area {area or 'none'}"):
                        if not await look(dialogue, session, area):
                            self.seen.pop(key, None)

    async def _place(self, dialogue: LiveDialogue, session: Session, area: str | None) -> bool:
        """Suggest groups for what has come since the last look; False if it is to be done again."""
        looked = session.looked_upto.get(area or "", 0)
        posts = visible_in(session, area)
        if not any(it.shown_since > looked or came_loose(it, looked) for it in posts):
            return True
        task = task_of(dialogue, session, area)
        if not task.standing and len(posts) < FEWEST_TO_BEGIN:
            return True
        run, groups = await asyncio.to_thread(self.placed, task)
        return await say(dialogue, session.id, SuggestGroups(area, run, groups))

    async def _answer(self, dialogue: LiveDialogue, session: Session, area: str | None) -> bool:
        """Propose how to group the area anew, if a person has asked; False as above."""
        grouping = session.grouping_in(area)
        if grouping.asked is None or grouping.proposal is not None:
            return True
        task = task_of(dialogue, session, area)
        run, groups = await asyncio.to_thread(self.regrouped, task)
        return await say(
            dialogue, session.id, ProposeRegrouping(area, task.grouping.asked_at, run, groups)
        )

    async def _suggest_themes(self, dialogue: LiveDialogue) -> None:
        """Suggest themes to what stands in none, in the areas where anything has changed."""
        upto = dialogue.dialogue.seq
        if not dialogue.dialogue.work.themes or self.themes_seen.get(dialogue.id) == upto:
            return
        self.themes_seen[dialogue.id] = upto
        for look in list(theme_suggestions.looks(dialogue.dialogue)):
            key = (dialogue.id, look.area)
            if self.themes_looked.get(key) == look.decides:
                continue
            self.themes_looked[key] = look.decides
            with going_on(f"dialogue {dialogue.id}, themes of area {look.area or 'none'}"):
                model, found = await asyncio.to_thread(self.fitting, dialogue.id, look)
                if found and not await say(dialogue, "", SuggestThemes(upto, model, found)):
                    self.themes_looked.pop(key)
                    self.themes_seen.pop(dialogue.id, None)

    def fitting(
        self, dialogue: str, look: theme_suggestions.Look
    ) -> tuple[str, list[ThemeSuggestion]]:
        """The model, and what it suggests that is not suggested already. Not on the event loop."""
        embedded = self.embedders.vectors([it.legible for it in look.posts], dialogue)
        return embedded.model, theme_suggestions.suggestions(look, embedded.vectors, embedded.model)

    def placed(self, task: Task) -> tuple[GroupingRun, list[GroupSuggestion]]:
        """Takes as long as embedding what is new does. Not on the event loop."""
        embedded, area = self._area(task)
        return run_of(task, embedded), suggestions.live(area)

    def regrouped(self, task: Task) -> tuple[GroupingRun, list[GroupSuggestion]]:
        """The same for the whole area anew."""
        embedded, area = self._area(task)
        asked = task.grouping.asked
        assert asked is not None
        return run_of(task, embedded), suggestions.anew(area, asked.most, asked.apart)

    def _area(self, task: Task) -> tuple[Embedded, suggestions.Area]:
        embedded = self.embedders.vectors([it.legible for it in task.posts], task.dialogue)
        area = suggestions.area_of(task.posts, embedded.vectors, embedded.model, task.standing)
        area.most, area.apart = task.grouping.most, task.grouping.apart
        area.goals = known_goal_vectors(embedded.model)
        area.locate = lambda words: self.embedders.beside(embedded, words, task.dialogue)
        area.embed = lambda words: self.embedders.again(embedded.model, words, task.dialogue)
        return embedded, area


def task_of(dialogue: LiveDialogue, session: Session, area: str | None) -> Task:
    posts = visible_in(session, area)
    # Copied here: a thread must not go through what the log goes on changing.
    standing = [standing_of(group, posts) for group in session.groups_in(area)]
    grouping = replace(session.grouping_in(area))
    return Task(dialogue.id, dialogue.dialogue.seq, posts, standing, grouping)


def visible_in(session: Session, area: str | None) -> list[Contribution]:
    return [it for it in session.in_area(area) if it.is_visible]


def came_loose(it: Contribution, looked: int) -> bool:
    """Whether a person has taken it out of its group since the last look, for the machine to
    place."""
    return it.group is None and not it.pinned and it.placed_at > looked


def run_of(task: Task, embedded: Embedded) -> GroupingRun:
    most = analysis.most_groups(len(task.posts))
    learned = learned_version(embedded.model)
    parameters: dict[str, float | int | str] = {
        **analysis.PARAMETERS,
        "learned": learned,
        "most": most,
    }
    return GroupingRun(task.upto, embedded.model, parameters, suggestions.SEED, embedded.fallback)


async def say(dialogue: LiveDialogue, session: str, command: Command) -> bool:
    """Whether that is settled: done, or refused for good. `session` "": of the dialogue."""
    try:
        await dialogue.do(Person("machine", session), command)
    except Refused as refused:
        log.warning("suggestion refused: %s", refused.refusal)
        return not isinstance(refused.refusal, Unsaved)
    return True


@contextlib.contextmanager
def going_on(what: str) -> Iterator[None]:
    """What fails is logged, and tried again when there is something new: the worker is
    everybody's, and a mistake that comes back with every restart would end all grouping."""
    try:
        yield
    except Exception:
        log.exception("%s: not grouped", what)


async def work(live: LiveDialogues, bus: Bus, embedders: Embedders) -> None:
    """Group, and keep what logs fold to, until the bus ends (a child whose parent is gone) or we
    are cancelled."""
    parts = bus.run(), live.watch(), Worker(live, embedders).run(), Keeper(live).run()
    tasks = [asyncio.create_task(each) for each in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await live.close()
