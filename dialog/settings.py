"""Everything that differs between a laptop and production, read from `DIALOG_*`."""

import contextlib
import os
import re
import secrets
import socket
import tempfile
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dialog.logs import FORMS, PLAIN
from dialog.protocol.agenda import LANGUAGES, REVIEWED

PACKAGE = Path(__file__).parent


PORT = 8000
CONNECTIONS = 12_000
FEWEST_CONNECTIONS = 20
OUR_OWN_FILES = 256
"""Database, pipes, child processes: what is no connection."""
FROM_ENVIRONMENT = (
    *("data", "sessions", "static", "home", "host", "secret", "grouping", "proxies"),
    "connections",
    *("embeddings_url", "embeddings_model", "embeddings_key", "embeddings_prefix"),
    *("letterhead_unit", "letterhead_address", "logo", "logo_text"),
    *("languages", "metrics", "log", "drain"),
    *("link_days", "staff_links", "oidc_issuer", "oidc_client_id", "oidc_client_secret"),
    *("oidc_roles", "oidc_claim", "oidc_scopes", "oidc_acr", "oidc_amr"),
)
PATH = re.compile(r"(?:/[A-Za-z0-9_-]+)*/?")
"""What may come after the host: nothing that could mean two things to a proxy, a browser and us."""
LOGOS = (b"\x89PNG\r\n\x1a\n", b"<svg", b"<?xml")
"""How a file begins that can stand as a logo: PNG or SVG."""
LARGEST_LOGO = 2_000_000
LONGEST_MODEL_NAME = 100
SHORTEST_SECRET = 32
LINK_DAYS = 30
MOST_LINK_DAYS = 366
LONGEST_DRAIN = 120


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
    """The address people type, e.g. https://dialog.example.se or https://example.se/dialog; empty:
    this machine's own."""
    host: str = "127.0.0.1"
    port: int = PORT
    secret: str = ""
    """Signs cookies and staff links; empty: drawn once and kept in `data`."""
    grouping: str = "child"
    """`child`: grouping in a child process; `none`: somebody else runs `dialog worker`."""
    proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded headers are believed."""
    connections: int = CONNECTIONS
    """How many connections this process holds at once; of WebSockets, all but a tenth, which is
    kept for pages and for staff."""
    embeddings_url: str = ""
    """Base of an OpenAI-compatible API, e.g. https://ai.example.se/v1; empty: the packaged model,
    and nothing is ever sent anywhere."""
    embeddings_model: str = ""
    """The model to ask for there."""
    embeddings_key: str = field(default="", repr=False)
    """Sent there as a bearer token."""
    embeddings_prefix: str = ""
    """Put before each text, for models that want it, e.g. "query: "."""
    letterhead_unit: str = ""
    """Who in the municipality sends documents, e.g. Kommunledningskontoret."""
    letterhead_address: str = ""
    """Under it; `\\n` or a line break between lines."""
    logo: Path | None = None
    """A PNG or SVG file for the letterhead; only PNG goes into DOCX."""
    languages: str = " ".join(REVIEWED)
    """Which languages the interface is offered in, e.g. "sv sv-easy en fi ar": those that no native
    speaker has read are marked."""
    link_days: int = LINK_DAYS
    """How many days a staff link is good for from the day it is made."""
    staff_links: str = "on"
    """`off`: staff sign in at the provider below and nowhere else."""
    oidc_issuer: str = ""
    """OpenID Connect: the provider's address as its tokens name it; empty: no provider."""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    """What the provider calls this installation, and what proves it."""
    oidc_roles: str = ""
    """Who gets which role: `role=value` of the claim, several parted by semicolons or line breaks;
    the first that fits counts."""
    oidc_claim: str = "groups"
    """The claim with the values; a path where it lies deeper, e.g. realm_access.roles."""
    oidc_scopes: str = "openid"
    """What the provider is asked for."""
    oidc_acr: str = ""
    """How strongly people must have signed in there: one of these values of the claim `acr`."""
    oidc_amr: str = ""
    """With what they must have: one of these values of the claim `amr`, e.g. mfa."""
    metrics: str = field(default="", repr=False)
    """The bearer token that /metrics asks for; empty: there are no metrics."""
    log: str = PLAIN
    """How the technical log is written: `plain` for people, `json` one object a line."""
    drain: int = 0
    """Seconds between "not ready" and the end, when asked to stop: for proxies that only ask now
    and then who is ready."""
    logo_text: str = ""
    """What the logo shows, for those who do not see it; empty: the municipality's name."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages of the interface, in our order."""
        wanted = self.languages.replace(",", " ").split()
        return tuple(it for it in LANGUAGES if it in wanted or it == "sv")

    @property
    def links_on(self) -> bool:
        """Whether staff may sign in by links."""
        return self.staff_links == "on"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.resolve() / 'dialog.db'}"

    @property
    def home_url(self) -> str:
        host = address_for(self.host)
        host = f"[{host}]" if ":" in host else host
        return (self.home or f"http://{host}:{self.port}").rstrip("/")

    @property
    def under(self) -> str:
        """The path that everything stands under, such as `/dialog`; "" at the root of a host."""
        return urlsplit(self.home).path.rstrip("/")

    def at(self, path: str) -> str:
        """Where on the host a path of ours is."""
        return self.under + path

    @property
    def own_url(self) -> str:
        """How a process on this machine reaches the server."""
        everywhere = self.host in ("0.0.0.0", "::", "")
        host = "127.0.0.1" if everywhere else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser may call this server in the Host header; none: anything."""
        if not self.home:
            return frozenset()
        port = f":{self.port}"
        near = {f"{name}{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
        return frozenset({host_of(self.home_url), host_of(self.own_url)} | near)

    @property
    def own_sessions(self) -> Path:
        """Where dialogues and sessions made in the browser are written."""
        return self.data / "sessions"


def host_of(url: str) -> str:
    """As a browser says it: without the port that goes without saying."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")


def from_environment(**given: object) -> Settings:
    """Settings from `DIALOG_DATA`, `DIALOG_DATABASE` …, then what is given here.

    `PORT` and `DATABASE_URL`, `REDIS_URL` are read too, as platforms set them.
    """
    env = os.environ
    found: dict[str, object] = {}
    for name, platform in (("database", "DATABASE_URL"), ("redis", "REDIS_URL"), ("port", "PORT")):
        if value := env.get(f"DIALOG_{name.upper()}") or env.get(platform):
            found[name] = value
    for name in FROM_ENVIRONMENT:
        if value := env.get(f"DIALOG_{name.upper()}"):
            found[name] = value
    found |= {name: value for name, value in given.items() if value is not None}
    for name in ("data", "sessions", "static", "logo"):
        if name in found:
            found[name] = Path(str(found[name]))
    found["port"] = port_number(found.get("port", PORT))
    found["connections"] = number_of_connections(found.get("connections", CONNECTIONS))
    found["link_days"] = days(found.get("link_days", LINK_DAYS))
    found["drain"] = seconds(found.get("drain", 0))
    found["database"] = with_driver(str(found.get("database", "")))
    check_home(str(found.get("home", "")))
    check_redis(str(found.get("redis", "")))
    settings = Settings(**found)  # type: ignore[arg-type]
    check_embeddings(settings)
    check_logo(settings.logo)
    check_languages(settings.languages)
    check_signing_in(settings)
    check_watching(settings)
    return settings


def with_driver(address: str) -> str:
    """A database's address with the driver that we have, as platforms do not write it."""
    scheme, separator, rest = address.partition("://")
    known = scheme in ("postgres", "postgresql")
    return f"postgresql+psycopg{separator}{rest}" if known else address


def check_redis(address: str) -> None:
    """What is wrong with it is said without it: a password may stand in it."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        if not address or (parts.scheme in ("redis", "rediss", "unix") and parts.port != 0):
            return
    raise BadSetting("DIALOG_REDIS is no address: expected redis://…, rediss://… or unix://…")


def port_number(given: object) -> int:
    """A port, or `BadSetting`."""
    if not str(given).isdecimal() or int(str(given)) > 65535:
        raise BadSetting(f"the port is {given!r}: expected a number up to 65535")
    return int(str(given))


def number_of_connections(given: object) -> int:
    """How many, or `BadSetting`."""
    if not str(given).isdecimal() or int(str(given)) < FEWEST_CONNECTIONS:
        raise BadSetting(
            f"DIALOG_CONNECTIONS is {given!r}: expected a number of at least {FEWEST_CONNECTIONS}"
        )
    return int(str(given))


def days(given: object) -> int:
    """How long links are good for, or `BadSetting`."""
    if not str(given).isdecimal() or not 0 < int(str(given)) <= MOST_LINK_DAYS:
        raise BadSetting(f"DIALOG_LINK_DAYS is {given!r}: expected 1 to {MOST_LINK_DAYS}")
    return int(str(given))


def seconds(given: object) -> int:
    """How long to drain, or `BadSetting`."""
    if not str(given).isdecimal() or int(str(given)) > LONGEST_DRAIN:
        raise BadSetting(f"DIALOG_DRAIN is {given!r}: expected 0 to {LONGEST_DRAIN} seconds")
    return int(str(given))


def check_watching(settings: Settings) -> None:
    """The token must be one that nobody guesses; what is wrong with it is said without it."""
    token = settings.metrics
    if token and (len(token) < SHORTEST_SECRET or not token.isascii() or not token.isprintable()):
        raise BadSetting(
            f"DIALOG_METRICS is no token: expected at least {SHORTEST_SECRET} characters, such as "
            "`openssl rand -hex 32` gives"
        )
    if settings.log not in FORMS:
        raise BadSetting(f"DIALOG_LOG is {settings.log!r}: expected {' or '.join(FORMS)}")


def check_signing_in(settings: Settings) -> None:
    """A provider is set whole or not at all, and without one links stay on."""
    if settings.staff_links not in ("on", "off"):
        raise BadSetting(f"DIALOG_STAFF_LINKS is {settings.staff_links!r}: expected on or off")
    issuer = settings.oidc_issuer
    if not issuer:
        if settings.oidc_client_id or settings.oidc_client_secret or settings.oidc_roles:
            raise BadSetting("DIALOG_OIDC_ISSUER is not set: expected it beside the others")
        if not settings.links_on:
            raise BadSetting(
                "DIALOG_STAFF_LINKS is off and DIALOG_OIDC_ISSUER not set: nobody of "
                "the staff could sign in"
            )
        return
    parts = urlsplit(issuer)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not is_base(issuer) or (parts.scheme == "http" and not here):
        raise BadSetting(
            f"DIALOG_OIDC_ISSUER is {issuer!r}: expected an address such as "
            "https://login.example.se, without query or fragment, and https off this machine"
        )
    for name in ("oidc_client_id", "oidc_client_secret", "oidc_roles"):
        if not getattr(settings, name):
            raise BadSetting(f"DIALOG_{name.upper()} is not set: expected it beside the issuer")


def check_home(home: str) -> None:
    """The address people type must be one, at the root of its host or under a plain path."""
    parts = urlsplit(home)
    if home and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadSetting(
            f"DIALOG_HOME is {home!r}: expected an address such as https://x.example.se"
        )
    if not PATH.fullmatch(parts.path) or parts.query or parts.fragment:
        raise BadSetting(
            f"DIALOG_HOME is {home!r}: expected after the host nothing, or a path such as /dialog "
            "of letters, digits, - and _"
        )


def check_embeddings(settings: Settings) -> None:
    """An endpoint is set whole or not at all. What is wrong with the key is said without it."""
    url, model = settings.embeddings_url, settings.embeddings_model
    if not url and (model or settings.embeddings_key or settings.embeddings_prefix):
        raise BadSetting("DIALOG_EMBEDDINGS_URL is not set: expected it beside the others")
    if url and not is_base(url):
        raise BadSetting(
            "DIALOG_EMBEDDINGS_URL cannot be used: expected an address such as "
            "https://ai.example.se/v1, without user, query or fragment"
        )
    if url and not (url.startswith("https://") or is_here(urlsplit(url).hostname or "")):
        raise BadSetting(
            "DIALOG_EMBEDDINGS_URL begins with http: what people write is sent in the clear only "
            "on this machine; expected https"
        )
    if url and (not model.isprintable() or not 0 < len(model) <= LONGEST_MODEL_NAME):
        raise BadSetting(
            f"DIALOG_EMBEDDINGS_MODEL is {model!r}: expected the name of a model at that address, "
            f"at most {LONGEST_MODEL_NAME} characters"
        )
    key = settings.embeddings_key
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise BadSetting("DIALOG_EMBEDDINGS_KEY holds a space, a line break or such: expected none")


def check_logo(logo: Path | None) -> None:
    """The file must be there, and be an image that documents can show."""
    if logo is None:
        return
    if not logo.is_file():
        raise BadSetting(f"DIALOG_LOGO is {str(logo)!r}: there is no such file")
    if logo.stat().st_size > LARGEST_LOGO:
        raise BadSetting(f"DIALOG_LOGO is {str(logo)!r}: expected at most {LARGEST_LOGO} bytes")
    if not logo.read_bytes().lstrip()[:8].startswith(LOGOS):
        raise BadSetting(f"DIALOG_LOGO is {str(logo)!r}: expected a PNG or an SVG file")


def check_languages(languages: str) -> None:
    """Only languages that there are words in."""
    unknown = set(languages.replace(",", " ").split()) - set(LANGUAGES)
    if unknown:
        raise BadSetting(
            f"DIALOG_LANGUAGES names {', '.join(sorted(unknown))}: expected any of "
            + " ".join(LANGUAGES)
        )


def is_base(url: str) -> bool:
    """Whether paths can be added to it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "@" not in parts.netloc
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    return plain and web and not parts.query and not parts.fragment


def is_here(host: str) -> bool:
    """Whether a name or an address is this machine's own, and no other's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prepare(settings: Settings) -> Settings:
    """Make the data folder and the secret, if they are not there."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.secret = settings.secret or kept_secret(settings.data / "secret")
    if len(settings.secret) < SHORTEST_SECRET:
        raise BadSetting(
            f"the secret (DIALOG_SECRET, or {settings.data / 'secret'}) is too short: "
            f"expected at least {SHORTEST_SECRET} characters"
        )
    return settings


def secret_there(settings: Settings) -> str:
    """The secret if there is one: none is drawn."""
    file = settings.data / "secret"
    return settings.secret or (file.read_text().strip() if file.is_file() else "")


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


def room_for(connections: int) -> int:
    """As many as asked for, or as the system lets one process have files, once its own limit is
    raised for them."""
    try:
        import resource
    except ImportError:
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OUR_OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        connections = min(connections, soft - OUR_OWN_FILES)
    return max(connections, FEWEST_CONNECTIONS)


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
