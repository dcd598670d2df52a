"""Everything that differs between a laptop and production, read from `DIALOG_*`."""

import contextlib
import os
import secrets
import socket
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PACKAGE = Path(__file__).parent


PORT = 8000
SHORTEST_SECRET = 32


class BadSetting(Exception):
    """A setting that cannot be used; the text says which, and what was expected."""


def shipped(name: str) -> Path:
    """A folder that comes along: beside the package in a checkout, inside it when installed."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / f"_{name}"


@dataclass(slots=True)
class Settings:
    """`docs/running.md` describes each; this file is its source."""

    data: Path = field(default_factory=lambda: Path("data"))
    """Folder for the database, the secret and dialogues made in the browser."""
    sessions: Path = field(default_factory=lambda: shipped("sessions"))
    """Folder with one folder a dialogue."""
    static: Path = field(default_factory=lambda: shipped("static"))
    database: str = ""
    """SQLAlchemy URL; empty: SQLite in `data`."""
    redis: str = ""
    """Redis URL for several processes; empty: memory bus, one process."""
    home: str = ""
    """The address people type, e.g. https://dialog.example.se; empty: this machine's own."""
    host: str = "127.0.0.1"
    port: int = PORT
    secret: str = ""
    """Signs cookies and staff links; empty: drawn once and kept in `data`."""
    grouping: str = "child"
    """`child`: grouping in a child process; `none`: somebody else runs `dialog worker`."""
    proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded headers are believed."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.resolve() / 'dialog.db'}"

    @property
    def home_url(self) -> str:
        host = address_for(self.host)
        host = f"[{host}]" if ":" in host else host
        return (self.home or f"http://{host}:{self.port}").rstrip("/")

    @property
    def own_url(self) -> str:
        """How a process on this machine reaches the server."""
        everywhere = self.host in ("0.0.0.0", "::", "")
        host = "127.0.0.1" if everywhere else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def own_sessions(self) -> Path:
        """Where dialogues and sessions made in the browser are written."""
        return self.data / "sessions"


def from_environment(**given: object) -> Settings:
    """Settings from `DIALOG_DATA`, `DIALOG_DATABASE` …, then what is given here.

    `PORT` and `DATABASE_URL`, `REDIS_URL` are read too, as platforms set them.
    """
    env = os.environ
    found: dict[str, object] = {}
    for name, platform in (("database", "DATABASE_URL"), ("redis", "REDIS_URL"), ("port", "PORT")):
        if value := env.get(f"DIALOG_{name.upper()}") or env.get(platform):
            found[name] = value
    for name in ("data", "sessions", "static", "home", "host", "secret", "grouping", "proxies"):
        if value := env.get(f"DIALOG_{name.upper()}"):
            found[name] = value
    found |= {name: value for name, value in given.items() if value is not None}
    for name in ("data", "sessions", "static"):
        if name in found:
            found[name] = Path(str(found[name]))
    found["port"] = port_number(found.get("port", PORT))
    check_home(str(found.get("home", "")))
    return Settings(**found)  # type: ignore[arg-type]


def port_number(given: object) -> int:
    """A port, or `BadSetting`."""
    if not str(given).isdecimal() or int(str(given)) > 65535:
        raise BadSetting(f"the port is {given!r}: expected a number up to 65535")
    return int(str(given))


def check_home(home: str) -> None:
    """The address people type must be one, at the root of its host."""
    parts = urlsplit(home)
    if home and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadSetting(
            f"DIALOG_HOME is {home!r}: expected an address such as https://x.example.se"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadSetting(f"DIALOG_HOME is {home!r}: expected no path after the host")


def prepare(settings: Settings) -> Settings:
    """Make the data folder and the secret, if they are not there."""
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.secret = settings.secret or kept_secret(settings.data / "secret")
    if len(settings.secret) < SHORTEST_SECRET:
        raise BadSetting(
            f"the secret (DIALOG_SECRET, or {settings.data / 'secret'}) is too short: "
            f"expected at least {SHORTEST_SECRET} characters"
        )
    return settings


def kept_secret(file: Path) -> str:
    """The secret in `file`, drawn now if there is none. Readable by its owner only.

    It is linked into place whole, so that nobody ever reads half a secret: a link made with an
    empty one could be worked out by anybody.
    """
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".secret-") as new:
            new.write(secrets.token_urlsafe(32))
            new.flush()
            os.fsync(new.fileno())
            with contextlib.suppress(FileExistsError):  # another process was faster
                os.link(new.name, file)
    return file.read_text().strip()


def address_for(host: str) -> str:
    """An address that others can reach: `host` itself, or this machine's own on the local net."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket: nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
