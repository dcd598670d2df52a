"""Who is asking: an anonymous participant's token, a staff link, a paired projector.

Tokens are signed, carry no name and live in HttpOnly cookies. A staff link's secret follows from
the installation's secret, the role and a generation: raising the generation revokes it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Literal, get_args

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialog.domain.state import Person

StaffRole = Literal[
    "facilitator", "presidium", "working-committee", "registrar", "moderator", "scribe"
]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
WEEK = 7 * 24 * 3600


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
    ) -> None:
        """Give the phone its token for this session; `first` was the first person on it."""
        token = self.serializer.dumps(["participant", session, participant, first or participant])
        self._set(request, response, f"p_{session}", token)

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
        """Sign in. The seat tells this device from another with the same role, and nothing else."""
        seat = secrets.token_urlsafe(9)
        token = self.serializer.dumps(["staff", role, generation, seat])
        self._set(request, response, "staff", token, same_site="strict")

    def staff(self, request: HTTPConnection, generations: Mapping[str, int]) -> StaffRole | None:
        """The role of a signed-in member of staff whose link has not been revoked."""
        match self._get(request, "staff"):
            case ["staff", str(role), int(generation), str()] if role in STAFF_ROLES:
                if generations.get(role, 0) == generation:
                    return role
        return None

    def seat(self, request: HTTPConnection) -> str:
        """The seat drawn when this device signed in; "" if it has not. It admits to nothing."""
        match self._get(request, "staff"):
            case ["staff", str(), int(), str(seat)]:
                return seat
        return ""

    def sign_out(self, request: HTTPConnection, response: Response) -> None:
        # With the same attributes: a browser keeps a `__Host-` cookie that is taken back without.
        response.delete_cookie(
            cookie_name(request, "staff"),
            secure=is_secure(request),
            httponly=True,
            samesite="strict",
        )

    # ── cookies ──

    def _get(self, request: HTTPConnection, name: str) -> object:
        token = request.cookies.get(cookie_name(request, name), "")
        try:
            return self.serializer.loads(token)
        except BadSignature:
            return None

    def _set(
        self,
        request: HTTPConnection,
        response: Response,
        name: str,
        token: str,
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        response.set_cookie(
            cookie_name(request, name),
            token,
            max_age=WEEK,
            httponly=True,
            secure=is_secure(request),
            samesite=same_site,
        )


def is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme in ("https", "wss")


def cookie_name(request: HTTPConnection, name: str) -> str:
    """`__Host-` only where there is HTTPS: over plain HTTP a browser would refuse the cookie."""
    return f"__Host-{name}" if is_secure(request) else name
