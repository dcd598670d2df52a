"""The staff's comings and goings: who is signed in, whose links are revoked, what is noted of it.

What decides over a sign-in is looked up at most every few seconds, so a revocation or a sign-out
in another process is known here within that time.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Literal, NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialog.identity import (
    HOST,
    PARTICIPANT,
    SIGNED_IN_FOR,
    STAFF_ROLES,
    By,
    Identity,
    SignedIn,
    StaffRole,
)
from dialog.live import LiveDialogues, now_ms
from dialog.store import audit, doors
from dialog.store.audit import Note, What

FRESH = 3.0
KNOWN_TO_HAVE_LEFT = SIGNED_IN_FOR + 24 * 3600
"""Seconds for which a sign-out is looked up: longer than any sign-in lasts, for the clock may have
been wrong when either was noted."""

LinkRole = StaffRole | Literal["table-host"]
"""Whose links can be revoked."""


class Known(NamedTuple):
    """role -> generation of its links; the seats that have signed out."""

    generations: Mapping[str, int]
    left: frozenset[str]


class Staff:
    """Signs staff in and out, and knows who is."""

    def __init__(self, live: LiveDialogues, identity: Identity) -> None:
        self.live, self.identity = live, identity
        self.read_at, self.read_in = -FRESH, 0
        self._known = Known({}, frozenset())
        self.forgotten = 0
        """How often something has been changed here that makes what was read too old."""
        self.reading = asyncio.Lock()

    async def known(self) -> Known:
        if self._is_old():
            async with self.reading:  # one looks, however many have come at once
                if self._is_old():
                    await self._read()
        return self._known

    def _is_old(self) -> bool:
        # A log that has been read anew may be of a copy that has just been put back, in which
        # numbers are given out again: what was known of generations before may be too old for it.
        return time.monotonic() - self.read_at > FRESH or self.read_in != self.live.logs_read

    async def _read(self) -> None:
        read_in, forgotten = self.live.logs_read, self.forgotten
        since = now_ms() - KNOWN_TO_HAVE_LEFT * 1000
        roles = (*STAFF_ROLES, HOST, PARTICIPANT)
        self._known = await self.live.read(
            lambda db: Known(doors.generations(db, roles), audit.left(db, since))
        )
        self.read_in = read_in
        if forgotten == self.forgotten:  # else it may have been read just before
            self.read_at = time.monotonic()

    def forget(self) -> None:
        """Whoever asks next looks again."""
        self.forgotten += 1
        self.read_at = -FRESH

    async def generations(self) -> Mapping[str, int]:
        """role -> generation."""
        return (await self.known()).generations

    async def who(self, request: HTTPConnection) -> SignedIn | None:
        """The device of staff that asks."""
        generations, left = await self.known()
        return self.identity.signed_in(request, generations, left)

    async def sign_in(
        self,
        request: HTTPConnection,
        response: Response,
        role: StaffRole,
        by: By = "link",
        subject: str = "",
        ends: int | None = None,
    ) -> SignedIn:
        """Give this device its cookie. `subject`: who it is at the provider; `ends`: the latest
        end, for a device that another one lets in."""
        generation = (await self.generations()).get(role, 0)
        it = self.identity.admit_staff(request, response, role, generation, by, ends)
        await self.note(it, "signed-in", by, subject)
        return it

    async def sign_out(self, request: HTTPConnection, response: Response) -> None:
        """Take the cookie, and let nobody in with a copy of it."""
        it = await self.who(request)
        self.identity.sign_out(request, response)
        if it is not None:
            await self.note(it, "signed-out")
            self.forget()

    async def revoke(self, role: LinkRole, by: SignedIn | None = None) -> None:
        """Make every link and cookie of `role` invalid, here at once, elsewhere within seconds."""
        await self.live.write(doors.revoke, role)
        self.forget()
        await self.note(by, "links-revoked", role)

    async def note(
        self, by: SignedIn | None, what: What, about: str = "", subject: str = ""
    ) -> None:
        """Write down what somebody of the staff did; None: whoever has the machine itself."""
        role, seat = (by.role, by.seat) if by else (audit.COMMAND_LINE, "")
        await self.live.write(audit.write, Note(now_ms(), role, seat, what, about, subject))
