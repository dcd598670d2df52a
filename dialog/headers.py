"""What every answer says about itself, and which posts are let in.

The policy was tried in Chromium (SECURITY.md, B2): no third party anywhere, no inline script, and
text that would become markup throws.
"""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'{sockets}",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types app",
    )
)
FRAMES = "; frame-src 'self'"
"""The workboard shows documents of ours in a frame; nothing else does."""

HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]{1,255}")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: under it a browser posts a plain form with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ONLY_SECURE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


class SecurityHeaders:
    """Adds the headers; refuses a post that another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD") and not from_here(Headers(scope=scope)):
            await PlainTextResponse("Another site's page may not do this.", 403)(
                scope, receive, send
            )
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                host = Headers(scope=scope).get("host", "")
                for name, value in headers_for(scope["scheme"], host, scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def headers_for(scheme: str, host: str, path: str) -> dict[str, str]:
    """The headers for a page of `host`. Older Safari does not count a site's own WebSockets as
    'self', so they are named. A script or style obeys the policy of the page that loads it."""
    if path.startswith("/static/"):
        return {"X-Content-Type-Options": "nosniff"}
    socket = "wss" if scheme == "https" else "ws"
    sockets = f" {socket}://{host}" if HOST.fullmatch(host) else ""
    frames = FRAMES if path.startswith("/work/") else ""
    policy = {"Content-Security-Policy": POLICY.format(sockets=sockets) + frames}
    return ALWAYS | policy | (ONLY_SECURE if scheme == "https" else {})


def from_here(headers: Headers) -> bool:
    """A browser names the page's site when it posts; a program need not."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
