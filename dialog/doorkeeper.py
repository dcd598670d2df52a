"""Strangers at the door: wrong codes are counted, right ones never (a hall shares one address)."""

import hashlib
import secrets
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from dialog.limits import Buckets
from dialog.protocol.refusals import Refused, TooManyWrongCodes, Wait


class Doorkeeper:
    """Remembers, in this process and for this life of it only, who guesses wrong."""

    def __init__(self) -> None:
        self.key = secrets.token_bytes(16)
        self.per_address = Buckets(burst=30, rate=0.5)
        self.in_all = Buckets(burst=300, rate=5)
        self.receipts = Buckets(burst=200, rate=2)
        self.all_receipts = Buckets(burst=2000, rate=50)
        self.projectors = Buckets(burst=20, rate=0.2)
        self.all_projectors = Buckets(burst=200, rate=0.2)

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
        """Count a screen that wants a number to be paired by, or raise `Refused`.

        There are 9,000 numbers, and the fewer are shown the less a mistyped one finds.
        """
        wait = self.projectors.take(self._key(request)) or self.all_projectors.take("all")
        if wait:
            raise Refused(Wait(round(wait + 0.5)))

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
