"""An embeddings endpoint of the municipality's own, spoken to as OpenAI's is. Used only if set.

The standard library's client and no other: it follows no redirect and asks no proxy, so texts and
key go to the address that was set, or nowhere.
"""

import contextlib
import hashlib
import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from dialog.analysis.embedding import Vectors
from dialog.analysis.vectors import of_unit_length, tidy

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Texts in one request."""
ANSWER_LIMIT = 32 * 1024 * 1024


class Unreachable(Exception):
    """No vectors from the endpoint this time; the text says why, and never the key."""


class Item(msgspec.Struct):
    index: int
    embedding: list[float]


class Answer(msgspec.Struct):
    data: list[Item]


@dataclass(eq=False)
class Endpoint:
    """An embedder that may fail. After a failure it rests, and then is asked again."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    prefix: str = ""
    connect_seconds: float = 3.0
    answer_seconds: float = 20.0
    first_rest: float = 30.0
    longest_rest: float = 300.0
    rest: float = field(default=0.0, init=False)
    resting_until: float = field(default=0.0, init=False)
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def name(self) -> str:
        return self.model

    @property
    def version(self) -> str:
        """Another address or prefix may give other vectors: they must never meet."""
        whole = "\n".join((self.url, self.model, self.prefix))
        return hashlib.sha256(whole.encode()).hexdigest()[:8]

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of length 1; `Unreachable` without asking while it rests.

        No text may be empty.
        """
        with self.one_at_a_time:
            if time.monotonic() < self.resting_until:
                raise Unreachable(f"{self.host} did not answer a moment ago")
            try:
                rows: list[list[float]] = []
                for start in range(0, len(texts), AT_ONCE):
                    rows += self._asked(texts[start : start + AT_ONCE])
                vectors = of_unit_length(rows)
            except (Unreachable, ValueError) as error:
                self._rest_after(error)
                raise Unreachable(str(error)) from None
            self._answers()
            return vectors

    def _rest_after(self, error: Exception) -> None:
        self.rest = min(self.longest_rest, self.rest * 2 or self.first_rest)
        self.resting_until = time.monotonic() + self.rest
        log.warning("embeddings from %s: %s; next try in %d s", self.host, error, self.rest)

    def _answers(self) -> None:
        if self.rest:
            log.info("embeddings from %s: it answers again", self.host)
        self.rest = 0.0

    def _asked(self, texts: Sequence[str]) -> list[list[float]]:
        """The rows of one request, in the order of `texts`."""
        question = msgspec.json.encode(
            {
                "model": self.model,
                "input": [self.prefix + tidy(text) for text in texts],
                "encoding_format": "float",
            }
        )
        return rows_of(self._posted(question), len(texts))

    def _posted(self, question: bytes) -> bytes:
        connection = self._connection()
        try:
            connection.connect()
            with hung_up_after(self.answer_seconds, connection):
                connection.request("POST", self._path(), question, self._headers())
                response = connection.getresponse()
                if response.status != 200:
                    raise Unreachable(f"it answered {response.status}")
                return response.read(ANSWER_LIMIT + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error) or type(error).__name__) from None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        return kind(parts.hostname or "", parts.port, timeout=self.connect_seconds)

    def _path(self) -> str:
        return urlsplit(self.url).path.rstrip("/") + "/embeddings"

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def rows_of(answer: bytes, count: int) -> list[list[float]]:
    """The vectors in an answer, or `Unreachable` if they are not one for each text."""
    if len(answer) > ANSWER_LIMIT:
        raise Unreachable("it answered too much")
    try:
        items = msgspec.json.decode(answer, type=Answer).data
    except msgspec.DecodeError:
        raise Unreachable("it answered something else than vectors") from None
    items.sort(key=lambda item: item.index)
    if [item.index for item in items] != list(range(count)):
        raise Unreachable(f"it answered {len(items)} vectors to {count} texts")
    return [item.embedding for item in items]


@contextlib.contextmanager
def hung_up_after(seconds: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    """A limit for the whole, since the socket's own begins anew with every byte."""
    sock = connection.sock
    sock.settimeout(seconds)
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, which another thread uses

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except TimeoutError:  # the socket's own limit came a moment before ours
        late.set()
    except (OSError, http.client.HTTPException):
        if not late.is_set():
            raise
    finally:
        timer.cancel()
    if late.is_set():
        raise Unreachable(f"no whole answer within {seconds:g} s")
