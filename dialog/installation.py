"""One installation: the parts put together, as a request finds them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import segno
from msgspec.structs import asdict
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialog import opening
from dialog.assets import Assets
from dialog.domain import times
from dialog.domain.state import Person, Session
from dialog.domain.texts import untranslated_for
from dialog.domain.versions import ASKED_AT_THE_GATE
from dialog.doorkeeper import Doorkeeper
from dialog.finder import Finder
from dialog.freezing import Freezing
from dialog.identity import DAY, SIGNED_IN_FOR, STAFF_ROLES, WEEK, Identity, SignedIn, StaffRole
from dialog.limits import Buckets
from dialog.live import LiveDialogue, LiveDialogues, now_ms
from dialog.protocol.agenda import REVIEWED
from dialog.protocol.refusals import CodeUnknown, NotAllowed, NotJoined, Refused
from dialog.rehearsals import Rehearsals
from dialog.rights import HALL, PAGES
from dialog.sessions import Dialogue, Library, to_fill_in
from dialog.settings import Settings
from dialog.sockets import Sockets
from dialog.staff import Staff
from dialog.store import doors

if TYPE_CHECKING:
    from dialog.oidc import Provider

SHOWN_AFTER_THE_END = times.DAY
PAPER = "#fff"
"""Behind a QR picture, in itself: a page whose colours are forced may be black."""


@dataclass(slots=True)
class Installation:
    """Everything the edge needs. Made once, in `app.py`."""

    settings: Settings
    live: LiveDialogues
    identity: Identity
    staff: Staff
    sockets: Sockets
    doorkeeper: Doorkeeper
    rehearsals: Rehearsals
    assets: Assets
    finder: Finder
    freezing: Freezing
    stopping: bool = False
    """Whether this process has been asked to stop, and takes no more people."""
    provider: "Provider | None" = None
    """Where staff may sign in, if the settings name a place."""
    reviewed: frozenset[str] = frozenset(REVIEWED)
    """The languages that native speakers have read: everywhere, or at this municipality."""
    next_persons: Buckets = field(default_factory=lambda: Buckets(burst=10, rate=1 / 20))
    """How often one phone may be handed on: each time makes a new participant."""
    views_asked_for: Buckets = field(default_factory=lambda: Buckets(burst=30, rate=1))
    """How often one phone may ask for the whole view: each time it is made anew."""
    noted_reads: Buckets = field(default_factory=lambda: Buckets(burst=1, rate=24 / DAY))
    """How often it is noted that a device of the staff reads the same document."""

    async def role(self, request: HTTPConnection) -> StaffRole | None:
        """The role of a signed-in member of staff."""
        it = await self.staff.who(request)
        return None if it is None else it.role

    async def back_in_window(self, request: HTTPConnection, code: str) -> str | None:
        """The window behind a code, if this phone has been there: it goes on as who it was."""
        known = await self.joined(request)
        window = await opening.window_behind(self.live, code) if known else None
        return window if window in known else None

    async def joined(self, request: HTTPConnection) -> list[str]:
        """The sessions this phone has joined."""
        return self.identity.sessions(request, await self.staff.generations())

    async def where_it_was(self, request: HTTPConnection, code: str = "") -> list[Session]:
        """The sessions that this phone may go back to as who it was: the one behind the code, or
        those that have not ended."""
        found = []
        for id in await self.joined(request):
            live = await self.dialogue_of(id)
            session = live.dialogue.sessions.get(id) if live else None
            if session is not None and (session.code == code if code else not session.ended):
                found.append(session)
        return found

    async def role_among(
        self, request: HTTPConnection, roles: Collection[StaffRole]
    ) -> StaffRole | None:
        """The same, if it is one of these."""
        role = await self.role(request)
        return role if role in roles else None

    async def admitted(
        self, request: HTTPConnection, roles: Collection[StaffRole] = STAFF_ROLES
    ) -> SignedIn:
        """Whoever of the staff asks, or `Refused` if that is nobody with one of these roles."""
        it = await self.staff.who(request)
        if it is None or it.role not in roles:
            raise Refused(NotAllowed())
        return it

    async def staff_links(self) -> dict[StaffRole, str]:
        """role -> its secret link; none where links are switched off."""
        if not self.settings.links_on:
            return {}
        return self.identity.links(self.settings.home_url, await self.staff.generations())

    async def guest(self, request: HTTPConnection, session: str) -> Person | None:
        """Who this device is in a session: a participant, or a table."""
        generations = await self.staff.generations()
        person = self.identity.participant(request, session, generations)
        return person or self.identity.host(request, session, generations)

    async def admit(
        self,
        request: HTTPConnection,
        response: Response,
        session: str,
        participant: int,
    ) -> None:
        """Give the phone its token, for at least as long as the session's window is open."""
        closes = (await self.session(session)).closes_at or 0
        lives = max(WEEK, (closes - now_ms()) // 1000 + DAY)
        generations = await self.staff.generations()
        self.identity.admit(request, response, session, participant, generations, lives)

    async def admit_screen(self, request: HTTPConnection, response: Response, session: str) -> None:
        """Give the projector its token, for an evening or until the session's window has closed:
        the computer that shows it is the room's."""
        closes = (await self.session(session)).closes_at or 0
        lives = max(SIGNED_IN_FOR, (closes - now_ms()) // 1000 + DAY)
        self.identity.admit_projector(request, response, session, lives)

    async def library(self) -> Library:
        """The files as they are now."""
        return await asyncio.to_thread(opening.library, self.settings)

    async def written(self, dialogue: str, session: str | None = None) -> Dialogue:
        """A dialogue from its files, in which `session` stands."""
        found = (await self.library()).dialogues.get(dialogue)
        if found is None or (session is not None and session not in found.sessions):
            raise Refused(CodeUnknown())
        return found

    async def dialogue_of(self, session: str) -> LiveDialogue | None:
        """The live dialogue that a session belongs to."""
        return await self.live.of_session(session)

    async def session(self, id: str) -> Session:
        """A session as it stands."""
        live = await self.dialogue_of(id)
        if live is None:
            raise Refused(NotJoined())
        return live.dialogue.sessions[id]

    def qr(self, text: str) -> str:
        """A QR picture of `text` as an SVG data address."""
        return segno.make(text, error="m").svg_data_uri(border=4, scale=4, light=PAPER)

    def way_in(self, code: str) -> str:
        """The QR picture that leads to the session with this code, as an SVG file; to the first
        page where nobody comes in by a shared code."""
        return self.picture(f"{self.settings.home_url}/{f'j/{code}' if code else ''}")

    def picture(self, text: str) -> str:
        """A QR picture of `text` as an SVG file."""
        svg: str = segno.make(text, error="m").svg_inline(
            border=4, scale=8, light=PAPER, omitsize=True, svgclass=None, lineclass=None
        )
        return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)

    async def overview(self, role: StaffRole) -> dict[str, object]:
        """What `role` sees first: dialogues, their sessions, and what is live."""
        library = await self.library()
        live = await self._live_sessions()
        opened = {door.dialogue for door in await self.live.read(doors.all_doors)}
        definitions = [it.definition for it in library.dialogues.values()]
        return {
            "home": self.settings.home_url,
            "mistakes": [str(mistake) for mistake in library.mistakes if role in HALL],
            "to_fill_in": asdict(to_fill_in(library.municipality, definitions)),
            "dialogues": [
                written_dialogue(dialogue)
                | {"live": live.pop(id, []), "opened": id in opened and role in PAGES["work"]}
                for id, dialogue in library.dialogues.items()
            ],
            "rehearsals": [one for sessions in live.values() for one in sessions],
        }

    async def _live_sessions(self) -> dict[str, list[dict[str, object]]]:
        """Definition's id -> its sessions, newest first; long ended ones left out."""
        found: dict[str, list[dict[str, object]]] = {}
        since = now_ms() - SHOWN_AFTER_THE_END
        for door in await self.live.read(doors.all_doors):
            if door.ended and door.opened_at < since:
                continue
            live = await self.live.dialogue(door.dialogue)
            if live is not None and door.session in live.dialogue.sessions:
                session = live.dialogue.sessions[door.session]
                row = live_session(session, live.connected(door.session))
                told = self.rehearsals.progress(door.session)
                row["progress"] = asdict(told) if told else None
                found.setdefault(door.dialogue, []).append(row)
        return found


def written_dialogue(dialogue: Dialogue) -> dict[str, object]:
    """A dialogue's file, for the overview."""
    it = dialogue.definition
    return {
        "id": it.id,
        "record_number": it.record_number,
        "title": it.title,
        "municipality": it.municipality,
        "sessions": [
            {
                "id": session.id,
                "title": session.title,
                "type": session.type,
                "date": session.date,
                "asks": session.type in ASKED_AT_THE_GATE and session.gate is None,
                "untranslated": sum(map(len, untranslated_for(session, it).values())),
            }
            for session in dialogue.sessions.values()
        ],
    }


def live_session(session: Session, connected: int) -> dict[str, object]:
    """An open session, for the overview."""
    step = session.current
    return {
        "session": session.id,
        "dialogue": session.dialogue.id,
        "title": session.definition.title,
        "room": session.room,
        "code": session.code,
        "step": None if step is None else step.title,
        "people": len(session.participants),
        "connected": connected,
        "contributions": session.tally.contributions,
        "held": len(session.held),
        "rehearsal": session.dialogue.rehearsal,
        "ended": session.ended,
        "opened_at": session.opened_at,
    }


def installation_of(request: HTTPConnection) -> Installation:
    """The installation that serves this request."""
    found: Installation = request.app.state.installation
    return found
