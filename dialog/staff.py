"""Links: how often each role's have been revoked, looked up at most every few seconds."""

import time

from dialog.identity import HOST, STAFF_ROLES
from dialog.live import LiveDialogues
from dialog.store import doors

FRESH = 3.0


class Staff:
    """The generations of the roles' links."""

    def __init__(self, live: LiveDialogues) -> None:
        self.live = live
        self.read_at = -FRESH
        self.known: dict[str, int] = {}

    async def generations(self) -> dict[str, int]:
        """role -> generation."""
        if time.monotonic() - self.read_at > FRESH:
            self.known = await self.live.read(
                lambda db: {role: doors.generation(db, role) for role in (*STAFF_ROLES, HOST)}
            )
            self.read_at = time.monotonic()
        return self.known

    async def revoke(self, role: str) -> None:
        """Make every link and cookie of `role` invalid, here at once, elsewhere within seconds."""
        await self.live.write(doors.revoke, role)
        self.read_at = -FRESH
