"""Strangers at the door: wrong codes are counted, right ones never (a hall shares one address)."""

import hashlib
import secrets
from collections import Counter
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from dialog.limits import Buckets
from dialog.protocol.refusals import Refused, TooManyWrongCodes, Wait

MOST_WAITING = 200
"""Screens that wait to be paired at once. There are 9,000 numbers, and the fewer are shown the less
a mistyped one finds."""


class Doorkeeper:
    """Remembers, in this process and for this life of it only, who guesses wrong."""

    def __init__(self) -> None:
        self.key = secrets.token_bytes(16)
        self.per_address = Buckets(burst=30, rate=0.5)
        self.in_all = Buckets(burst=300, rate=5)
        self.receipts = Buckets(burst=200, rate=2)
        self.all_receipts = Buckets(burst=2000, rate=50)
        self.projectors = Buckets(burst=100, rate=5)
        self.all_projectors = Buckets(burst=400, rate=20)
        self.waiting: dict[str, bytes] = {}
        """Secret of a screen -> its network; the one that nobody has asked about longest first."""

    def note_wrong_code(self, request: HTTPConnection) -> None:
        """Count a wrong code, or raise `Refused` when there have been too many. Who is told to wait
        for their own is not counted among all."""
        wait = self.per_address.take(self._key(request)) or self.in_all.take("all")
        if wait:
            raise Refused(TooManyWrongCodes(round(wait + 0.5)))

    def note_wrong_receipts(self, request: HTTPConnection) -> None:
        """Count a question in which no receipt was right, or raise `Refused`.

        There are 31 to the power of 16 codes, so the count spares the machine rather than the
        codes. Everyone who looks asks once in vain, to know that there is no more, and a whole
        hall shares one address.
        """
        wait = self.receipts.take(self._key(request)) or self.all_receipts.take("all")
        if wait:
            raise Refused(TooManyWrongCodes(round(wait + 0.5)))

    def let_projector_wait(self, request: HTTPConnection) -> None:
        """Count a screen that wants a number to be paired by, or raise `Refused`: each number is
        written down, by the thread that also writes what a hall says."""
        wait = self.projectors.take(self._key(request)) or self.all_projectors.take("all")
        if wait:
            raise Refused(Wait(round(wait + 0.5)))

    def gives_way(self) -> str | None:
        """The secret of the screen that has to give its number up for one more, if any has: of the
        network with the most of them, so that nobody takes one from another network; and the one
        that nobody has asked about longest, since a screen that is looked at asks all the time."""
        if len(self.waiting) < MOST_WAITING:
            return None
        [(fullest, _)] = Counter(self.waiting.values()).most_common(1)
        found = next(secret for secret, network in self.waiting.items() if network == fullest)
        del self.waiting[found]
        return found

    def waits(self, request: HTTPConnection, secret: str) -> None:
        """A screen has been given a number."""
        self.waiting[secret] = self._key(request)

    def still_waits(self, secret: str) -> None:
        """It asks whether it has been paired."""
        if (network := self.waiting.pop(secret, None)) is not None:
            self.waiting[secret] = network

    def waits_no_longer(self, secret: str) -> None:
        """It has been paired, or its time is over."""
        self.waiting.pop(secret, None)

    def _key(self, request: HTTPConnection) -> bytes:
        """Tells addresses apart without being one."""
        address = request.client.host if request.client else ""
        return hashlib.blake2b(neighbourhood(address).encode(), key=self.key).digest()


def neighbourhood(address: str) -> str:
    """The network that an address is in: one person may well have all of an IPv6 network's."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
