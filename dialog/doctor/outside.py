"""From outside, through the proxy: what a phone in the hall would meet at that address.

Nothing is asked of the server for this alone. What it makes of a request through the proxy stands
in what it answers anybody: the policy of a page names the host and the protocol it was asked by.
"""

import asyncio
import email.utils
import re
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
from sqlalchemy.exc import SQLAlchemyError
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from dialog.doctor import certificates
from dialog.doctor.findings import Check, Finding, fail, ok, warn
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_server_frame, encode
from dialog.rehearsal.visitor import NotLetIn, Visitor
from dialog.rehearse import CannotRehearse, Options, choose, known_server
from dialog.store.database import UnusableDatabase

PATIENCE = 15.0
LARGE = 12_000
"""Characters of a frame from the page; a long contribution in an alphabet of its own is smaller."""
UPLOAD = 4_500_000
"""Bytes of the largest spreadsheet that may be brought in, about."""
SKEWED = 5.0
WORKS = 'see docs/running.md, "Behind a proxy", and deploy/nginx.conf'
SOCKET_SOURCE = re.compile(r"\b(wss?)://([^\s/;]+)")
OWN_ADDRESS = re.compile(r"""(?:src|href)="(/[^"]*)\"""")


class Outside:
    """What anybody may ask at one address."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        parts = urlsplit(self.address)
        self.secure, self.host, self.path = parts.scheme == "https", parts.netloc, parts.path
        self.page: httpx2.Response | None = None

    def ask(self, method: str, url: str, **given: Any) -> httpx2.Response:
        """On a connection of its own, past whatever proxy the surroundings name."""
        trusted = ssl.create_default_context()
        with httpx2.Client(timeout=PATIENCE, trust_env=False, verify=trusted) as client:
            return client.request(method, url, follow_redirects=False, **given)

    def checks(self) -> dict[str, Check]:
        return {
            "certificate": self.certificate,
            "page": self.first_page,
            "proxy": self.forwarded,
            "static": self.files,
            "upload": self.upload,
            "machines": self.machines,
        }

    def certificate(self) -> Iterator[Finding]:
        if not self.secure:
            do = "a proxy with a certificate: without one phones cannot reload without network"
            yield warn("certificate", f"{self.address} is plain HTTP", do)
            return
        found = certificates.looked_at(self.address, timedelta(hours=6))
        yield found
        if found.state != "fail" and not found.says.endswith("h2"):
            yield warn("certificate", "no HTTP/2", "turn it on: the first page comes sooner")

    def first_page(self) -> Iterator[Finding]:
        begun = time.monotonic()
        try:
            answer = self.ask("GET", f"{self.address}/", headers={"Accept-Encoding": "gzip"})
        except httpx2.HTTPError as error:
            yield fail("page", f"nobody answers at {self.address}: {type(error).__name__}", WORKS)
            return
        took = (time.monotonic() - begun) * 1000
        if answer.status_code == 421:
            do = "pass the Host header on as it was asked for, or correct DIALOG_HOME"
            yield fail("proxy", f"the server is asked by another name than {self.host}", do)
        elif answer.is_redirect:
            to = answer.headers.get("location", "")
            yield fail("page", f"it leads to {to}", "give --url the address people type")
        elif answer.status_code in (502, 503, 504):
            yield fail(
                "page", f"the proxy has no server: {answer.status_code}", "start `dialog serve`"
            )
        elif answer.status_code != 200 or "trusted-types app" not in policy_of(answer):
            yield fail("page", f"this is no page of dialog's: {answer.status_code}", WORKS)
        else:
            self.page = answer
            yield ok("page", f"loads in {took:.0f} ms")
            yield from packed(answer)
            yield from same_time(answer)

    def forwarded(self) -> Iterator[Finding]:
        """What the server takes itself to be asked as."""
        if self.page is None:
            return
        named = SOCKET_SOURCE.search(policy_of(self.page))
        if named is None:
            yield fail("proxy", "the server was told no host", "pass the Host header on")
            return
        said = named.group(2)
        if said.lower() != self.host.lower():
            do = "pass the Host header on as it was asked for, port and all"
            yield fail("proxy", f"the server takes itself for {said}, not {self.host}", do)
        else:
            yield ok("proxy", f"the host comes through: {said}")
        if (named.group(1) == "wss") != self.secure:
            do = "set X-Forwarded-Proto, and DIALOG_PROXIES to the proxy's address"
            yield fail(
                "proxy", f"the server takes this for {'http' if self.secure else 'https'}", do
            )
        elif self.secure:
            yield ok("proxy", "the server knows that this is https: cookies are secure")
        yield from self.under_its_path(self.page)

    def under_its_path(self, page: httpx2.Response) -> Iterator[Finding]:
        astray = [it for it in OWN_ADDRESS.findall(page.text) if not it.startswith(f"{self.path}/")]
        if astray:
            do = "DIALOG_HOME must be the address people type, path and all"
            yield fail("path", f"{astray[0]} is not under {self.path}/", do)
        elif self.path:
            yield ok("path", f"every address of the page is under {self.path}/")

    def files(self) -> Iterator[Finding]:
        """They come, packed, and may be kept."""
        if self.page is None:
            return
        its = [it for it in OWN_ADDRESS.findall(self.page.text) if "/static/" in it]
        if not its:
            yield fail("static", "the page names no files", WORKS)
            return
        answer = self.ask("GET", urljoin(f"{self.address}/", its[0]))
        if answer.status_code != 200:
            yield fail("static", f"{its[0]} is answered {answer.status_code}", WORKS)
        elif "immutable" not in answer.headers.get("cache-control", ""):
            do = "let the proxy pass Cache-Control on as it is"
            yield warn("static", "browsers may not keep files", do)
        else:
            yield ok("static", "files come, and browsers may keep them")

    def upload(self) -> Iterator[Finding]:
        """A spreadsheet of the largest kind is refused by nobody for its size. The server itself
        reads none of it, for nobody has signed in: the line may be cut while it is still sent."""
        if self.page is None:
            return
        to = f"{self.address}/api/dialogue/nowhere/import"
        try:
            status = self.ask("POST", to, content=bytes(UPLOAD)).status_code
        except httpx2.TimeoutException:
            yield warn("upload", f"a spreadsheet of 5 MB: no answer within {PATIENCE:.0f} s", WORKS)
            return
        except httpx2.HTTPError:
            said = "spreadsheets of 5 MB: nobody said too large; the line was cut before an answer"
            yield ok("upload", said)
            return
        if status == 413:
            yield warn("upload", "spreadsheets are refused on the way", "client_max_body_size 6m")
        else:
            yield ok("upload", "spreadsheets of 5 MB are not too large for the way")

    def machines(self) -> Iterator[Finding]:
        """What is meant for machines gives nothing to a stranger."""
        if self.page is None:
            return
        status = self.ask("GET", f"{self.address}/metrics").status_code
        if status == 200:
            yield fail("machines", "anybody can read /metrics", "let the proxy answer 404 there")
        else:
            yield ok("machines", f"/metrics answers {status} to strangers")


def policy_of(answer: httpx2.Response) -> str:
    return str(answer.headers.get("content-security-policy", ""))


def packed(answer: httpx2.Response) -> Iterator[Finding]:
    if answer.headers.get("content-encoding") not in ("gzip", "br", "zstd"):
        do = "let the proxy pass Accept-Encoding and Content-Encoding on"
        yield warn("compression", "pages come unpacked: slow on a full mobile network", do)
    else:
        yield ok("compression", "pages come packed")


def same_time(answer: httpx2.Response) -> Iterator[Finding]:
    """By the Date that the proxy or the server has put there, to the second."""
    said = answer.headers.get("date")
    if said is not None:
        apart = abs(email.utils.parsedate_to_datetime(said).timestamp() - time.time())
        if apart > SKEWED:
            yield warn("clock", f"{apart:.0f} s between its clock and this one", "set the clocks")
        else:
            yield ok("clock", "its clock and this one agree")


def checks(address: str, idle: float, link: str | None, data: Path | None) -> dict[str, Check]:
    """All of them; a line is held where somebody of the staff lets it."""
    return Outside(address).checks() | {
        "websocket": lambda: line(Options(address=address, link=link, data=data), idle)
    }


# ── a line ────────────────────────────────────────────────────────────────────────────────────


def line(options: Options, idle: float) -> Iterator[Finding]:
    """On a rehearsal of its own, which is thrown away; as a stranger where there is no link."""
    assert options.address is not None
    try:
        _, secret = known_server(options)
    except (CannotRehearse, UnusableDatabase, SQLAlchemyError):
        yield from Line(options.address, idle).check()
        return
    staff = Visitor(options.address)
    try:
        session = asyncio.run(rehearsed(staff, secret, options))
    except (NotLetIn, CannotRehearse, OSError) as error:
        do = "give the facilitator's --link, or --data of the server at that address"
        yield warn("idle", f"not tried: no rehearsal could be opened there ({error})", do)
        yield from Line(options.address, idle).check()
        return
    if options.address.startswith("https") and not any(
        "__Host-" in it or "__Secure-" in it for it in staff.cookies
    ):
        yield fail("proxy", "cookies are not secure", "set X-Forwarded-Proto")
    try:
        yield from Line(options.address, idle, session, staff.cookie_header).check()
    finally:
        asyncio.run(staff.post("/api/staff/discard", session=session))
        asyncio.run(staff.post("/api/staff/logout"))


async def rehearsed(staff: Visitor, secret: str, options: Options) -> str:
    await staff.post("/api/staff/login", secret=secret)
    dialogue, session = choose(await staff.get("/api/staff/overview"), options)
    asked = {"dialogue": dialogue, "session": session, "participants": 0}
    return str((await staff.post("/api/staff/rehearse", **asked))["session"])


class Line:
    """A WebSocket as a page opens it. `where`: the session it looks on at, as its projector;
    without one, it is only tried whether lines come through at all."""

    def __init__(self, address: str, idle: float, where: str = "", cookie: str = "") -> None:
        self.address, self.idle, self.where, self.cookie = address.rstrip("/"), idle, where, cookie

    def check(self) -> Iterator[Finding]:
        try:
            with self.dialled() as line:
                yield ok("websocket", "the upgrade comes through")
                yield from self.spoken(line)
        except InvalidStatus as refused:
            yield self.not_upgraded(refused.response.status_code)
        except TimeoutError:
            yield fail("websocket", f"no answer within {PATIENCE:.0f} s", WORKS)
        except (OSError, WebSocketException) as error:
            yield fail("websocket", f"no line: {type(error).__name__}", WORKS)

    def dialled(self) -> ClientConnection:
        parts = urlsplit(self.address)
        return connect(
            f"ws{self.address.removeprefix('http')}/ws/{self.where or 'nowhere'}",
            origin=Origin(f"{parts.scheme}://{parts.netloc}"),
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            compression=None,
            proxy=None,
            open_timeout=PATIENCE,
            # The page's own line says something every 20 s; this one is as silent as can be.
            ping_interval=None,
            close_timeout=2,
            max_size=None,
        )

    def not_upgraded(self, status: int) -> Finding:
        if status == 403:
            do = "pass Host on as it was asked for, and set X-Forwarded-Proto"
            return fail("websocket", "the server takes the page for another site's", do)
        if status in (200, 400, 404, 426):
            do = "pass Upgrade and Connection on, with HTTP/1.1: deploy/nginx.conf"
            return fail("websocket", f"the upgrade does not come through: {status}", do)
        return fail("websocket", f"the upgrade is answered {status}", WORKS)

    def spoken(self, line: ClientConnection) -> Iterator[Finding]:
        line.send(encode(f.Hello(f.PROTOCOL, "projector")), text=True)
        try:
            welcome = decode_server_frame(bytes(line.recv(PATIENCE, decode=False)))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 1006
            if code == f.NOT_ADMITTED and not self.where:
                do = "give --link, or --data of the server's, to try a line that is held"
                yield warn("idle", "not tried: strangers' lines are closed", do)
            else:
                yield fail("websocket", f"closed with {code}", WORKS)
            return
        if isinstance(welcome, f.Welcome):
            yield from skew(welcome)
        yield from self.held(line)

    def held(self, line: ClientConnection) -> Iterator[Finding]:
        """Large frames, and a silence."""
        try:
            line.send("x" * LARGE)
            self.until(line, f.Nack)
            yield ok("frames", f"a frame of {LARGE} characters comes through")
        except (ConnectionClosed, TimeoutError):
            yield fail("frames", "a large frame does not come through", WORKS)
            return
        begun = time.monotonic()
        try:
            while (left := self.idle - (time.monotonic() - begun)) > 0:
                try:
                    line.recv(left)
                except TimeoutError:
                    break
            line.send(encode(f.Ping()), text=True)
            self.until(line, f.Pong)
            yield ok("idle", f"a line is held through {self.idle:.0f} s of silence")
        except (ConnectionClosed, TimeoutError):
            lasted = time.monotonic() - begun
            do = "let the proxy keep idle lines for more than a minute: proxy_read_timeout"
            yield fail("idle", f"a silent line was cut after {lasted:.0f} s", do)

    def until(self, line: ClientConnection, kind: type) -> None:
        """Read on until such a frame."""
        end = time.monotonic() + PATIENCE
        while not isinstance(
            decode_server_frame(bytes(line.recv(max(0.0, end - time.monotonic()), decode=False))),
            kind,
        ):
            pass


def skew(welcome: f.Welcome) -> Iterator[Finding]:
    apart = abs(welcome.now / 1000 - time.time())
    if apart > SKEWED:
        do = "set the clocks: timers on the pages follow the server's"
        yield warn("clock", f"{apart:.0f} s between the server's clock and this one", do)
