"""What a browser does over HTTP before it opens its socket: cookies, and JSON both ways."""

import asyncio
import json
import urllib.error
import urllib.request
from http.cookies import SimpleCookie
from typing import Any

PATIENCE = 15.0
# Straight to the server, whatever proxy the surroundings name.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotLetIn(Exception):
    """The server said no. `kind` is the refusal's, if it named one."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"{status} {kind}")
        self.status, self.kind = status, kind


class Visitor:
    """One browser at one server."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.cookies: dict[str, str] = {}

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str) -> Any:
        """The JSON at `path`, or `NotLetIn`."""
        return await asyncio.to_thread(self._ask, path, None)

    async def post(self, path: str, **body: object) -> Any:
        """The answer to a post of JSON, or `NotLetIn`."""
        return await asyncio.to_thread(self._ask, path, json.dumps(body).encode())

    def _ask(self, path: str, body: bytes | None) -> Any:
        headers = {"Content-Type": "application/json", "Cookie": self.cookie_header}
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with _opener.open(request, timeout=PATIENCE) as answer:
                for line in answer.headers.get_all("Set-Cookie", []):
                    self._keep(line)
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise NotLetIn(error.code, _kind(error.read())) from None

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            self.cookies[name] = morsel.value


def _kind(body: bytes) -> str:
    try:
        return str(json.loads(body)["kind"])
    except (ValueError, TypeError, KeyError):
        return ""
