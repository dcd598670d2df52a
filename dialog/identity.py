"""Who is asking: an anonymous participant's token, a staff link, a paired projector.

Tokens are signed, carry no name and live in HttpOnly cookies. A staff link's secret follows from
the installation's secret, the role, the link's last day and a generation: raising the generation
revokes it.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Container, Mapping
from typing import Literal, NamedTuple, get_args

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dialog.domain.state import Person
from dialog.settings import LINK_DAYS

StaffRole = Literal[
    "facilitator", "presidium", "working-committee", "registrar", "moderator", "scribe"
]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
DAY = 24 * 3600
WEEK = 7 * DAY
AWAY_FOR = 600
"""Seconds to sign in at the provider and come back."""
SIGNED_IN_FOR = 14 * 3600
"""Seconds from signing in to having to do it again, whatever is done meanwhile: the rig in the
morning and the last moderator at night belong to one sign-in, and the next day does not."""

MOST_FORMERS = 100
"""Those who had a phone before that its token remembers."""

HOST: Literal["table-host"] = "table-host"
"""The device of one table in one session: let in by a link on the table, not a member of staff."""

PARTICIPANT: Literal["participant"] = "participant"
"""Its generation is another after every restore: numbers given out since the copy are given out
again, to others."""

By = Literal["link", "device", "provider"]
"""What signed a device in: a link, another device, the municipality's own provider."""


class SignedIn(NamedTuple):
    """A device of staff. `seat` tells it from another with the same role; `ends`: s since 1970."""

    role: StaffRole
    seat: str
    ends: int
    by: By = "link"


class Begun(NamedTuple):
    """A sign-in at the provider that is under way, as the browser keeps it signed. `goes_to`: a
    path of ours."""

    state: str
    nonce: str
    verifier: str
    goes_to: str


class CannotSignIn(Exception):
    """`why` is the end of the key under which the words stand."""

    def __init__(
        self, why: Literal["cancelled", "stale", "refused", "unreachable", "no-role", "too-weak"]
    ) -> None:
        super().__init__(why)
        self.why = why


class Identity:
    """Makes and reads tokens with the installation's secret. `now`: s since 1970. `under`: the path
    that all its pages stand under."""

    def __init__(
        self,
        secret: str,
        link_days: int = LINK_DAYS,
        now: Callable[[], float] = time.time,
        under: str = "",
    ) -> None:
        self.secret, self.link_days, self.now, self.under = secret, link_days, now, under
        self.serializer = URLSafeSerializer(secret, salt="dialog")

    # ── participants ──

    def admit(
        self,
        request: HTTPConnection,
        response: Response,
        session: str,
        participant: int,
        generations: Mapping[str, int],
        lives: int = WEEK,
    ) -> None:
        """Give the phone its token for this session, for so many seconds. Who had it before stands
        in the token, and nowhere else."""
        before = self.participant(request, session, generations)
        formers: tuple[int, ...] = ()
        if before is not None and before.participant is not None:
            own = (before.participant,) if before.participant != participant else ()
            formers = remembered((*before.formers, *own))
        token = self.serializer.dumps(
            [PARTICIPANT, numbered(session, generations), participant, *formers]
        )
        self._set(request, response, f"p_{session}", token, max_age=lives)

    def participant(
        self, request: HTTPConnection, session: str, generations: Mapping[str, int]
    ) -> Person | None:
        """The participant this phone is in `session`, if it has joined, and no older copy has
        been put back since."""
        match self._get(request, f"p_{session}"):
            case ["participant", str(its), int(number), *formers] if its == numbered(
                session, generations
            ):
                others = tuple(it for it in formers if isinstance(it, int) and it != number)
                return Person("participant", session, number, formers=others)
        return None

    def sessions(self, request: HTTPConnection, generations: Mapping[str, int]) -> list[str]:
        """The sessions this phone has joined."""
        names = (name.removeprefix(self._mark(request)) for name in request.cookies)
        ids = [name.removeprefix("p_") for name in names if name.startswith("p_")]
        return [id for id in ids if self.participant(request, id, generations)]

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
        generations: Mapping[str, int],
    ) -> None:
        """Make the device the table's. Whoever was a participant on it is one no longer. The
        devices of a table are one participant, and each has a seat of its own."""
        its, generation = numbered(session, generations), generations.get(HOST, 0)
        seat = secrets.token_urlsafe(9)
        token = self.serializer.dumps([HOST, its, participant, table, generation, seat])
        self._set(request, response, f"p_{session}", token)

    def host(
        self, request: HTTPConnection, session: str, generations: Mapping[str, int]
    ) -> Person | None:
        """The table whose device this is in `session`, if the tables' links are still good, and
        no older copy has been put back since."""
        match self._get(request, f"p_{session}"):
            case ["table-host", str(its), int(number), str(table), int(generation), str(seat)]:
                current = generations.get(HOST, 0) == generation
                if its == numbered(session, generations) and current:
                    return Person(HOST, session, number, table, seat)
        return None

    # ── the projector ──

    def admit_projector(
        self, request: HTTPConnection, response: Response, session: str, lives: int
    ) -> None:
        """Let this screen show `session`, and nothing else, for so many seconds."""
        token = self.serializer.dumps(["projector", session, int(self.now()) + lives])
        self._set(request, response, "projector", token, max_age=lives)

    def projector(self, request: HTTPConnection) -> Person | None:
        """The session this screen shows."""
        match self._get(request, "projector"):
            case ["projector", str(session), int(ends)] if self.now() < ends:
                return Person("projector", session)
        return None

    # ── staff ──

    @property
    def last_day(self) -> int:
        """The last day (UTC, since 1970) of a link that is made now."""
        return int(self.now()) // DAY + self.link_days

    def link_secret(self, role: StaffRole, generation: int, last_day: int | None = None) -> str:
        """The secret in a role's link, which says itself until when it is good."""
        last_day = self.last_day if last_day is None else last_day
        return f"{last_day}.{self._mac(role, generation, last_day)}"

    def links(self, home: str, generations: Mapping[str, int]) -> dict[StaffRole, str]:
        """role -> its link. The secret stands in the fragment, which no server logs."""
        return {
            role: f"{home}/staff#{self.link_secret(role, generations.get(role, 0))}"
            for role in STAFF_ROLES
        }

    @property
    def links_end(self) -> int:
        """When links made now end, in ms since 1970."""
        return (self.last_day + 1) * DAY * 1000

    def _mac(self, role: StaffRole, generation: int, last_day: int) -> str:
        message = f"staff link {role} {generation} {last_day}".encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()[:40]

    def role_of_secret(self, secret: str, generations: Mapping[str, int]) -> StaffRole | None:
        """Whose link this is, in constant time. Expired, revoked and invented are told alike."""
        day, _, mac = secret.partition(".")
        last_day = int(day) if day.isascii() and day.isdecimal() and len(day) < 8 else 0
        found: StaffRole | None = None
        for role in STAFF_ROLES:
            expected = self._mac(role, generations.get(role, 0), last_day)
            if hmac.compare_digest(expected.encode(), mac.encode()):
                found = role
        return found if last_day >= int(self.now()) // DAY else None

    def admit_staff(
        self,
        request: HTTPConnection,
        response: Response,
        role: StaffRole,
        generation: int,
        by: By = "link",
        ends: int | None = None,
    ) -> SignedIn:
        """Sign a device in: with a seat of its own, until `ends` at the latest."""
        longest = int(self.now()) + SIGNED_IN_FOR
        it = SignedIn(role, secrets.token_urlsafe(9), min(ends or longest, longest), by)
        token = self.serializer.dumps(["staff", role, generation, it.seat, it.ends, by])
        lives = it.ends - int(self.now())
        self._set(request, response, "staff", token, same_site="strict", max_age=lives)
        return it

    def signed_in(
        self, request: HTTPConnection, generations: Mapping[str, int], left: Container[str] = ()
    ) -> SignedIn | None:
        """The device of staff that asks, if its time is not over and its role's links have not
        been revoked. `left`: seats that have signed out."""
        match self._get(request, "staff"):
            case ["staff", str(role), int(generation), str(seat), int(ends), str(by)] if (
                role in STAFF_ROLES
                and generations.get(role, 0) == generation
                and self.now() < ends
                and seat not in left
            ):
                return SignedIn(role, seat, ends, by)  # type: ignore[arg-type]
        return None

    def seat(self, request: HTTPConnection) -> str:
        """The seat drawn when this device signed in; "" if it has not. It admits to nothing."""
        match self._get(request, "staff"):
            case ["staff", str(), int(), str(seat), int(), str()]:
                return seat
        return ""

    def sign_out(self, request: HTTPConnection, response: Response) -> None:
        self.forget(request, response, "staff")

    # ── staff on their way to the provider ──

    def send_away(self, request: HTTPConnection, response: Response, begun: Begun) -> None:
        """Have the browser keep what its answer will be held against. Lax: it comes back from
        another site."""
        token = self.serializer.dumps(["away", int(self.now()) + AWAY_FOR, *begun])
        self._set(request, response, "away", token, max_age=AWAY_FOR)

    def come_back(self, request: HTTPConnection) -> Begun | None:
        """What it kept; None if it has not been sent away, or too long ago."""
        match self._get(request, "away"):
            case ["away", int(until), state, nonce, verifier, goes_to] if self.now() < until:
                return Begun(*map(str, (state, nonce, verifier, goes_to)))
        return None

    # ── cookies ──

    def _get(self, request: HTTPConnection, name: str) -> object:
        token = request.cookies.get(self._mark(request) + name, "")
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
        max_age: int = WEEK,
    ) -> None:
        response.set_cookie(
            self._mark(request) + name,
            token,
            max_age=max_age,
            httponly=True,
            secure=is_secure(request),
            samesite=same_site,
        )

    def forget(self, request: HTTPConnection, response: Response, name: str) -> None:
        """Take a cookie away. A browser heeds it for a marked name only if it says Secure."""
        marked = self._mark(request) + name
        response.delete_cookie(marked, secure=is_secure(request), httponly=True)

    def _mark(self, request: HTTPConnection) -> str:
        """How a cookie's name begins. Under a path it goes to nobody else on the host, for which a
        browser asks another mark; over plain HTTP it would refuse either."""
        if not is_secure(request):
            return ""
        return "__Secure-" if self.under else "__Host-"


def numbered(session: str, generations: Mapping[str, int]) -> str:
    """The session together with the life that its participants have their numbers in."""
    generation = generations.get(PARTICIPANT, 0)
    return f"{session} {generation}" if generation else session


def remembered(formers: tuple[int, ...]) -> tuple[int, ...]:
    """The first one, and the latest: a cookie has an end."""
    return formers if len(formers) <= MOST_FORMERS else (formers[0], *formers[1 - MOST_FORMERS :])


def is_secure(request: HTTPConnection) -> bool:
    return request.scope["scheme"] in ("https", "wss")
