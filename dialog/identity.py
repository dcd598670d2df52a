"""Who is asking: an anonymous participant's token, a staff link, a paired projector.

Tokens are signed, carry no name and live in HttpOnly cookies. A staff link's secret follows from
the installation's secret, the role and a generation: raising the generation revokes it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal, get_args

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialog.domain.state import Person

StaffRole = Literal[
    "facilitator", "presidium", "working-committee", "registrar", "moderator", "scribe"
]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
WEEK = 7 * 24 * 3600
HOST: Literal["table-host"] = "table-host"
"""The device of one table in one session: let in by a link on the table, not a member of staff."""


class Identity:
    """Makes and reads tokens with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.serializer = URLSafeSerializer(secret, salt="dialog")

    # ── participants ──

    def admit(
        self,
        request: HTTPConnection,
        response: Response,
        session: str,
        participant: int,
        first: int | None = None,
        lives: int = WEEK,
    ) -> None:
        """Give the phone its token for this session, for so many seconds; `first` was the first
        person on it."""
        token = self.serializer.dumps(["participant", session, participant, first or participant])
        self._set(request, response, f"p_{session}", token, lives=lives)

    def participant(self, request: HTTPConnection, session: str) -> Person | None:
        """The participant this phone is in `session`, if it has joined."""
        match self._get(request, f"p_{session}"):
            case ["participant", str(its), int(number), int()] if its == session:
                return Person("participant", session, number)
        return None

    def first_on_this_phone(self, request: HTTPConnection, session: str) -> int:
        """The participant that this phone joined as before others took it over; 0 if none."""
        match self._get(request, f"p_{session}"):
            case ["participant", str(its), int(), int(first)] if its == session:
                return first
        return 0

    def sessions(self, request: HTTPConnection) -> list[str]:
        """The sessions this phone has joined."""
        names = (name.removeprefix("__Host-") for name in request.cookies)
        ids = [name.removeprefix("p_") for name in names if name.startswith("p_")]
        return [id for id in ids if self.participant(request, id) is not None]

    # ── the hosts of tables ──

    def table_secret(self, session: str, table: str, generation: int, expires: int) -> str:
        """The secret in the link that lies on a table, until `expires` (ms since 1970)."""
        return str(self._of_tables(session).dumps([table, generation, expires // 1000]))

    def table_of_secret(self, session: str, secret: str, generation: int, now: int) -> str | None:
        """Which table's link this is, if it has neither been revoked nor expired."""
        try:
            found = self._of_tables(session).loads(secret)
        except BadData:
            return None
        match found:
            case [str(table), int(its), int(expires)] if its == generation:
                return table if expires * 1000 > now else None
        return None

    def _of_tables(self, session: str) -> URLSafeSerializer:
        # Of the session alone, so that the link is short and its picture coarse.
        return URLSafeSerializer(self.secret, salt=f"table in {session}")

    def admit_host(
        self,
        request: HTTPConnection,
        response: Response,
        session: str,
        participant: int,
        table: str,
        generation: int,
    ) -> None:
        """Make the device the table's. Whoever was a participant on it is one no longer."""
        token = self.serializer.dumps([HOST, session, participant, table, generation])
        self._set(request, response, f"p_{session}", token)

    def host(
        self, request: HTTPConnection, session: str, generations: Mapping[str, int]
    ) -> Person | None:
        """The table whose device this is in `session`, if the tables' links are still good."""
        match self._get(request, f"p_{session}"):
            case ["table-host", str(its), int(number), str(table), int(generation)]:
                if its == session and generations.get(HOST, 0) == generation:
                    return Person(HOST, session, number, table)
        return None

    # ── the projector ──

    def admit_projector(self, request: HTTPConnection, response: Response, session: str) -> None:
        """Let this screen show `session`, and nothing else."""
        token = self.serializer.dumps(["projector", session])
        self._set(request, response, "projector", token)

    def projector(self, request: HTTPConnection) -> Person | None:
        """The session this screen shows."""
        match self._get(request, "projector"):
            case ["projector", str(session)]:
                return Person("projector", session)
        return None

    # ── staff ──

    def link_secret(self, role: StaffRole, generation: int) -> str:
        """The secret in a role's link."""
        message = f"staff link {role} {generation}".encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()[:40]

    def role_of_secret(self, secret: str, generations: Mapping[str, int]) -> StaffRole | None:
        """Whose link this is, in constant time."""
        found: StaffRole | None = None
        for role in STAFF_ROLES:
            expected = self.link_secret(role, generations.get(role, 0))
            if hmac.compare_digest(expected.encode(), secret.encode()):
                found = role
        return found

    def admit_staff(
        self, request: HTTPConnection, response: Response, role: StaffRole, generation: int
    ) -> None:
        token = self.serializer.dumps(["staff", role, generation])
        self._set(request, response, "staff", token, same_site="strict")

    def staff(self, request: HTTPConnection, generations: Mapping[str, int]) -> StaffRole | None:
        """The role of a signed-in member of staff whose link has not been revoked."""
        match self._get(request, "staff"):
            case ["staff", str(role), int(generation)] if role in STAFF_ROLES:
                if generations.get(role, 0) == generation:
                    return role
        return None

    def sign_out(self, request: HTTPConnection, response: Response) -> None:
        response.delete_cookie(cookie_name(request, "staff"))

    # ── cookies ──

    def _get(self, request: HTTPConnection, name: str) -> object:
        token = request.cookies.get(cookie_name(request, name), "")
        try:
            return self.serializer.loads(token)
        except BadData:
            return None

    def _set(
        self,
        request: HTTPConnection,
        response: Response,
        name: str,
        token: str,
        same_site: Literal["lax", "strict"] = "lax",
        lives: int = WEEK,
    ) -> None:
        response.set_cookie(
            cookie_name(request, name),
            token,
            max_age=lives,
            httponly=True,
            secure=is_secure(request),
            samesite=same_site,
        )


def is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme in ("https", "wss")


def cookie_name(request: HTTPConnection, name: str) -> str:
    """`__Host-` only where there is HTTPS: over plain HTTP a browser would refuse the cookie."""
    return f"__Host-{name}" if is_secure(request) else name
