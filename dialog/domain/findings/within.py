"""What a scope holds: its sessions, contributions and themes, and who may be told of them."""

from collections.abc import Iterable
from functools import cached_property

from dialog.domain import reading
from dialog.domain.findings.model import Scope
from dialog.domain.state import Contribution, Dialogue, GroupState, Session
from dialog.domain.work_state import ThemeState
from dialog.protocol.agenda import COMMITTEES, UNDISCLOSED

Person = tuple[str, int]
"""Session and running number: nobody is known to be the same in two sessions."""


class Within:
    """A dialogue as `scope` cuts it. Every list is in the log's order."""

    def __init__(self, dialogue: Dialogue, scope: Scope) -> None:
        self.dialogue, self.scope = dialogue, scope
        self.work = dialogue.work
        self.public = scope.edition == "public"
        self.sessions: list[Session] = [
            it for it in dialogue.sessions.values() if it.id in (scope.sessions or (it.id,))
        ]
        self.session_of = {n: it for it in self.sessions for n in it.contributions}

    @property
    def is_part(self) -> bool:
        """Whether people have taken part in sessions that are out of scope."""
        here = {it.id for it in self.sessions}
        others = (it for it in self.dialogue.sessions.values() if it.id not in here)
        return any(it.participants or it.contributions for it in others)

    @cached_property
    def received(self) -> list[Contribution]:
        return [it for n, it in self.dialogue.contributions.items() if n in self.session_of]

    @cached_property
    def visible(self) -> list[Contribution]:
        return [it for it in self.received if it.standing == "visible"]

    @cached_property
    def told(self) -> dict[int, Contribution]:
        """Those that the edition has as sources: in public the visible ones of open sessions."""
        return {it.id: it for it in self.received if self._is_told(it)}

    def _is_told(self, it: Contribution) -> bool:
        if not self.public:
            return True
        return it.is_visible and self.session_of[it.id].access == "public"

    def may_be_named(self, theme: int) -> bool:
        """Whether its title is told: in public not if nobody may read any of what is in it, as the
        words of closed sessions and what is hidden.
        """
        members = self.work.themes[theme].members
        return not self.public or not members or any(n in self.told for n in members)

    def is_quotable(self, number: int) -> bool:
        """Whether its words may be quoted; of what may be told, staff also see what is hidden."""
        return number in self.told and self.told[number].is_visible

    @cached_property
    def groups(self) -> dict[int, GroupState]:
        """The machine's groups that stand or have stood, in the words that were last theirs."""
        return {
            number: group
            for session in self.sessions
            for number, group in (session.at_the_end | session.gone | session.groups).items()
        }

    @cached_property
    def themes(self) -> list[ThemeState]:
        """Those of which anything is in scope; where all sessions are, empty ones too."""
        return [
            theme
            for theme in self.work.themes.values()
            if not self.scope.sessions or any(n in self.session_of for n in theme.members)
        ]

    @cached_property
    def by_theme(self) -> dict[int, list[Contribution]]:
        """Theme -> its visible contributions."""
        found: dict[int, list[Contribution]] = {theme.id: [] for theme in self.themes}
        for it in self.visible:
            theme = self.work.place(it.id).theme
            if theme is not None:
                found[theme].append(it)
        return found

    @cached_property
    def by_topic(self) -> dict[str, list[Contribution]]:
        """Topic -> the visible contributions that answer it; also those asked about in vain."""
        asked = {
            topic
            for session in self.sessions
            for step in session.definition.steps
            for topic in getattr(step, "topics", ())
        }
        found: dict[str, list[Contribution]] = {it: [] for it in sorted(asked)}
        for it in self.visible:
            if it.posted.topic is not None:
                found.setdefault(it.posted.topic, []).append(it)
        return found

    def area_of(self, it: Contribution) -> str | None:
        return reading.area_of(self.dialogue, it)

    def person(self, it: Contribution) -> Person | None:
        return None if it.author is None else (it.session, it.author)

    def people(self, contributions: Iterable[Contribution]) -> set[Person]:
        """Who wrote them, each once; not those whom tables and paper slips speak for."""
        found = (self.person(it) for it in contributions)
        return {it for it in found if it is not None}

    def sources(self, contributions: Iterable[Contribution]) -> list[int]:
        """Their numbers, of those that may be told."""
        return [it.id for it in contributions if it.id in self.told]

    @cached_property
    def perspectives(self) -> dict[str, set[Person]]:
        """Target group -> those who have taken part from it. Everybody stands in one."""
        found: dict[str, set[Person]] = {it: set() for it in self.target_groups}
        for session in self.sessions:
            for participant, target_group in session.participants.items():
                found[target_group or UNDISCLOSED].add((session.id, participant))
        return found

    @cached_property
    def target_groups(self) -> list[str]:
        """Last what committees say, where any has. They are nobody whom a small number could point
        out, so the public breakdown is without them, as if they had said nothing."""
        ids = [it.id for it in self.dialogue.definition.target_groups if it.id != COMMITTEES]
        ids = ids if UNDISCLOSED in ids else [*ids, UNDISCLOSED]
        spoken = any(it.posted.target_group == COMMITTEES for it in self.received)
        return [*ids, COMMITTEES] if spoken and not self.public else ids

    @cached_property
    def residents(self) -> set[str]:
        apart = {it.id for it in self.dialogue.definition.target_groups if not it.resident}
        return set(self.target_groups) - apart - {COMMITTEES}
