"""What every answer says about itself, which names we answer to, and which posts are let in.

The policy was tried in Chromium: no third party anywhere, no inline script, and text that
would become markup throws.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src {own}",
        "style-src {own}",
        "img-src {own} data:",
        "connect-src {own}{sockets}",
        "manifest-src {own}",
        "worker-src {own}",
        "base-uri 'none'",
        "form-action {own}",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types app",
    )
)
FRAMES = "; frame-src {own}"
"""The workboard shows documents of ours in a frame; nothing else does."""
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: opened by itself it may do nothing. A script or style obeys the policy of
the page that loads it."""

HOST = re.compile(r"(?:[A-Za-z0-9.\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: under it a browser posts a plain form with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_PAGES = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
ONLY_SECURE = {"Strict-Transport-Security": "max-age=31536000"}
PAGES_ONLY_SECURE = {"Cross-Origin-Opener-Policy": "same-origin"}
BARE = [
    (name.lower().encode(), value.encode())
    for name, value in (FOR_ALL | {"Content-Security-Policy": NO_PAGE}).items()
]
"""What an answer says that the application has no part in."""

OFFERS_NO_BODY = ("GET", "HEAD")
FOR_MACHINES = frozenset(("/healthz", "/readyz", "/metrics"))
"""Asked by whatever watches over the server, by whatever name it has for it."""


class SecurityHeaders:
    """Around everything, so that errors have the headers too. Refuses what is asked of another
    server, what another site's page sends, and what is packed. `hosts`: the names in the Host
    header that we answer to; none: any. `under`: the path that all our addresses begin with.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset(), under: str = "") -> None:
        self.app, self.hosts, self.under = app, hosts, under

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        here = scope["path"] in FOR_MACHINES or answers_to(host, self.hosts)
        ours = headers_for(scope["scheme"], host if here else "", scope["path"], self.under)
        if scope["type"] == "websocket":
            await (self.app if here else shown_out)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add(ours, MutableHeaders(scope=message))
            await send(message)

        if not here:
            refused: Response | None = PlainTextResponse("Nothing of that name is here.", 421)
        else:
            refused = turned_away(scope, headers)
        await (refused or self.app)(scope, receive, send_with_headers)


def turned_away(scope: Scope, headers: Headers) -> Response | None:
    """The answer to what the application is not asked."""
    if scope["method"] not in OFFERS_NO_BODY and not from_here(headers, scope["scheme"]):
        return PlainTextResponse("Another site's page may not do this.", 403)
    if "content-length" in headers and "transfer-encoding" in headers:
        # Which of them counts? A proxy that finds otherwise would let a second request through.
        return PlainTextResponse("It has two lengths.", 400, {"Connection": "close"})
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return PlainTextResponse("Send it as it is, not packed.", 415)
    path: str = scope["path"]
    if leads_out(path):
        return PlainTextResponse("Not Found", 404)
    if scope["method"] in OFFERS_NO_BODY and path != "/" and path.endswith("/"):
        query = scope["query_string"].decode("latin-1")
        # Starlette's own would name the host that the visitor said.
        return RedirectResponse("/" + path.strip("/\\") + (f"?{query}" if query else ""), 307)
    return None


def leads_out(path: str) -> bool:
    """A browser would take it for another: as it reads our redirects, `\\` is `/` and %2e a dot."""
    return any(unquote(part) == ".." for part in re.split(r"[/\\]", path))


async def shown_out(scope: Scope, receive: Receive, send: Send) -> None:
    """No WebSocket under that name."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def add(ours: Mapping[str, str], headers: MutableHeaders) -> None:
    for name, value in ours.items():
        headers.setdefault(name, value)


def headers_for(scheme: str, host: str, path: str, under: str = "") -> dict[str, str]:
    """The headers for an answer under `host`. Files of ours have only what files need: a phone pays
    for it."""
    secure = scheme == "https"
    if path.startswith("/static/"):
        policy = {"Content-Security-Policy": NO_PAGE}
        return FOR_ALL | policy | (ONLY_SECURE if secure else {})
    policy_of_page = POLICY + (FRAMES if path.startswith("/work/") else "")
    own, sockets = sources(host, secure, under)
    policy = {"Content-Security-Policy": policy_of_page.format(own=own, sockets=sockets)}
    return FOR_ALL | FOR_PAGES | policy | (ONLY_SECURE | PAGES_ONLY_SECURE if secure else {})


def sources(host: str, secure: bool, under: str) -> tuple[str, str]:
    """What our own files and sockets are to a policy. Older Safari does not count a site's own
    WebSockets as 'self', so they are named. Under a path 'self' would be the whole host, with what
    its other applications serve or let people upload."""
    if not HOST.fullmatch(host):
        return "'self'", ""
    here = f"s://{host}" if secure else f"://{host}"
    if not under:
        return "'self'", f" ws{here}"
    return f"http{here}{under}/", f" ws{here}{under}/"


def answers_to(host: str, hosts: frozenset[str]) -> bool:
    """Whether that is a name of ours."""
    return bool(HOST.fullmatch(host)) and (not hosts or host.lower() in hosts)


def from_here(headers: Headers, scheme: str = "") -> bool:
    """A browser names the page's site when it posts; a program need not."""
    origin = headers.get("origin")
    return origin is None or is_own(origin, headers.get("host", ""), scheme)


def is_own(origin: str, host: str, scheme: str = "") -> bool:
    """Whether a page of `origin` is one of ours. Under HTTPS one that came without is not."""
    try:
        parts = urlsplit(origin)
    except ValueError:  # half an IPv6 address
        return False
    secure_enough = parts.scheme in ("https",) if scheme in ("https", "wss") else True
    return bool(parts.netloc) and parts.netloc == host and secure_enough
