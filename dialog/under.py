"""The whole application under a path, such as `/dialog` of `https://kommun.example/dialog`.

Inside, addresses are as they are at the root. This layer takes the path off what is asked, and puts
it on what an answer's headers say: where a redirect leads, and where a cookie belongs. What stands
in pages and scripts is said by `at(…)`, in templates and in `static/lib/words.js`.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Under:
    """`path` is that path, without a slash at its end. A proxy may take it off or leave it: what is
    asked without it is answered too."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app, self.path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def send_from_under(message: Message) -> None:
            if message["type"] == "http.response.start":
                put(self.path, MutableHeaders(scope=message))
            await send(message)

        inside = {**scope, "path": taken_off(self.path, scope["path"])}
        await self.app(inside, receive, send_from_under)


def taken_off(under: str, path: str) -> str:
    """What of `path` the application knows."""
    if path == under:
        return "/"
    return path.removeprefix(under) if path.startswith(f"{under}/") else path


def put(under: str, headers: MutableHeaders) -> None:
    """Every address in them that begins at our root begins at `under`."""
    if headers.get("location", "").startswith("/"):
        headers["location"] = under + headers["location"]
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for line in cookies:
        parts = line.split("; ")
        headers.append("set-cookie", "; ".join(of_path(under, part) for part in parts))


def of_path(under: str, part: str) -> str:
    return f"Path={under}" if part == "Path=/" else part
