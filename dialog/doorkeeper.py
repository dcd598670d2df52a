"""Guessing at codes: wrong ones are counted, right ones never (a hall shares one address)."""

import hashlib
import secrets

from starlette.requests import HTTPConnection

from dialog.limits import Buckets
from dialog.protocol.refusals import Refused, TooManyWrongCodes


class Doorkeeper:
    """Remembers, in this process and for this life of it only, who guesses wrong."""

    def __init__(self) -> None:
        self.key = secrets.token_bytes(16)
        self.per_address = Buckets(burst=30, rate=0.5)
        self.in_all = Buckets(burst=300, rate=5)

    def note_wrong_code(self, request: HTTPConnection) -> None:
        """Count a wrong code, or raise `Refused` when there have been too many."""
        address = request.client.host if request.client else ""
        key = hashlib.blake2b(address.encode(), key=self.key).digest()  # never the address itself
        wait = max(self.per_address.take(key), self.in_all.take("all"))
        if wait:
            raise Refused(TooManyWrongCodes(round(wait + 0.5)))
