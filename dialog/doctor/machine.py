"""The machine: disk, clock, memory, open files, port, sleep."""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from dialog.doctor.findings import Check, Finding, fail, ok, warn
from dialog.settings import Settings, secret_there
from dialog.store import release

MB, GB = 1024**2, 1024**3
LEAST_DISK, ENOUGH_DISK = 200 * MB, GB
SLOW_DISK, HOPELESS_DISK = 0.03, 0.5
"""Seconds for one small write to be safe: every commit waits for one."""
LEAST_MEMORY, ENOUGH_MEMORY = 250 * MB, 700 * MB
A_CONNECTION = 40 * 1024
OUR_OWN_FILES = 256
FAR_FILE_SYSTEMS = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"))
"""SQLite's write-ahead log needs memory that all its processes share: none of these has it."""
BACKLOG = 1024
PATIENCE = 10.0
EVERYWHERE = ("0.0.0.0", "::", "")
Addresses = list[IPv4Address | IPv6Address]


def checks(settings: Settings) -> dict[str, Check]:
    return {
        "disk": lambda: disk(settings),
        "clock": clock,
        "memory": lambda: memory(settings),
        "open files": lambda: open_files(settings),
        "port": lambda: port(settings),
        "home": lambda: home(settings),
        "sleep": sleep,
    }


def disk(settings: Settings) -> Iterator[Finding]:
    """Room, and how long a write takes to be safe."""
    folder = nearest(settings.data)
    free = shutil.disk_usage(folder).free
    said = f"{free // MB} MB free in {settings.data}"
    if free < LEAST_DISK:
        yield fail("disk", said, "make room: a full disk refuses every contribution")
    elif free < ENOUGH_DISK:
        yield warn("disk", said, f"make room, at least {ENOUGH_DISK // MB} MB")
    else:
        yield ok("disk", said)
    kind = file_system_of(folder)
    if kind in FAR_FILE_SYSTEMS and not settings.database:
        yield fail(
            "disk", f"{settings.data} lies on {kind}", "put DIALOG_DATA on a disk of this machine"
        )
    yield written_safely(folder)


def written_safely(folder: Path) -> Finding:
    try:
        took = statistics.median(fsyncs(folder))
    except OSError as error:
        return fail(
            "disk",
            f"cannot write in {folder}: {error.strerror}",
            "give the server's user the folder",
        )
    said = f"a write is safe after {took * 1000:.1f} ms"
    if took > HOPELESS_DISK:
        return fail("disk", said, "put DIALOG_DATA on another disk")
    if took > SLOW_DISK:
        return warn("disk", said, "a faster disk acknowledges sooner; a hall notices from 100 ms")
    return ok("disk", said)


def fsyncs(folder: Path, times: int = 15) -> Iterator[float]:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        for _ in range(times):
            begun = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            yield time.perf_counter() - begun


def nearest(folder: Path) -> Path:
    """The folder, or the one in which it will be made."""
    folder = folder.resolve()
    return next(it for it in (folder, *folder.parents) if it.is_dir())


def file_system_of(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Its kind, where the system says so."""
    if not mounts.is_file():
        return ""
    rows = (line.split() for line in mounts.read_text("utf-8", "replace").splitlines())
    there = [(row[1], row[2]) for row in rows if folder.is_relative_to(row[1])]
    return max(there, key=lambda it: len(it[0]), default=("", ""))[1]


def clock() -> Iterator[Finding]:
    """Kept by a server on the net, and with Sweden's time."""
    now = datetime.now(UTC)
    newest = max(file.stat().st_mtime for file in Path(__file__).parent.glob("*.py"))
    if now.timestamp() < newest - 24 * 3600:
        yield fail(
            "clock",
            f"it is {now:%Y-%m-%d %H:%M} here, before this release was made",
            "set the clock",
        )
        return
    try:
        local = now.astimezone(ZoneInfo("Europe/Stockholm"))
    except ZoneInfoNotFoundError:
        yield fail("clock", "no time zone data", "install the package tzdata")
        return
    said = f"{local:%Y-%m-%d %H:%M:%S} in Sweden"
    match synchronised():
        case True:
            yield ok("clock", f"{said}, kept by the net")
        case False:
            yield warn(
                "clock",
                f"{said}, not kept by the net",
                "`timedatectl set-ntp true`; compare it with another clock",
            )
        case None:
            yield ok("clock", f"{said}; whether the net keeps it the system does not say")


def synchronised() -> bool | None:
    """Whether a time server keeps the clock; None if the system does not say."""
    command = ["timedatectl", "show", "--property", "NTPSynchronized", "--value"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(said.stdout.strip())


def memory(settings: Settings) -> Iterator[Finding]:
    file = Path("/proc/meminfo")
    if not file.is_file():
        yield ok("memory", "the system does not say how much is free")
        return
    rows = dict(line.split(":", 1) for line in file.read_text().splitlines())
    free = int(rows["MemAvailable"].split()[0]) * 1024
    wanted = ENOUGH_MEMORY + settings.connections * A_CONNECTION
    said = (
        f"{free // MB} MB free; {settings.connections} connections and grouping take {wanted // MB}"
    )
    if free < LEAST_MEMORY:
        yield fail("memory", said, "end other programs, or take a larger machine")
    elif free < wanted:
        yield warn("memory", said, "end other programs, or expect fewer phones")
    else:
        yield ok("memory", said)


def open_files(settings: Settings) -> Iterator[Finding]:
    """A connection is a file, to the system."""
    try:
        import resource
    except ImportError:
        yield ok("open files", "the system has no such limit")
        return
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = settings.connections + OUR_OWN_FILES
    if hard not in (-1, resource.RLIM_INFINITY) and hard < needed:
        yield warn(
            "open files",
            f"a process may have {hard}; {settings.connections} connections need {needed}",
            f"LimitNOFILE={needed} in the unit, or `ulimit -n {needed}`; fewer are held if not",
        )
    else:
        yield ok("open files", f"enough for {settings.connections} connections")
    backlog = Path("/proc/sys/net/core/somaxconn")
    if backlog.is_file() and int(backlog.read_text()) < BACKLOG:
        yield warn(
            "open files",
            f"only {backlog.read_text().strip()} phones may wait at the door at once",
            f"`sysctl net.core.somaxconn={2 * BACKLOG}`",
        )


def port(settings: Settings) -> Iterator[Finding]:
    """Free, or taken by a server of ours that is ready."""
    where = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
            door.listen(1)
        except OSError as error:
            taken = error
        else:
            yield free(settings, where)
            return
    server = server_at(settings.own_url)
    if server is None:
        do = "end what listens there, or set DIALOG_PORT"
        yield fail("port", f"{where} cannot be had: {taken.strerror}", do)
    elif not server.is_of(settings):
        do = "give --data and the settings that the server is started with, or set DIALOG_PORT"
        yield fail("port", f"another installation's server answers at {where}", do)
    elif server.said != "ready":
        do = "see `/readyz` in docs/running.md"
        yield fail("port", f"the server at {where} is not ready: {server.said}", do)
    else:
        yield ok("port", f"a server of ours answers at {where}, and is ready")


def home(settings: Settings) -> Iterator[Finding]:
    """Whether the address that people type leads here, if the settings name one."""
    if not settings.home:
        return
    there = server_at(settings.home_url)
    parts, do = urlsplit(settings.home_url), "correct DIALOG_HOME, or what leads people here"
    addresses = addresses_of(parts.hostname or "")
    if there is not None and there.is_of(settings):
        yield ok("home", f"{settings.home_url} leads here")
    elif there is not None and there.mark:
        yield fail("home", f"another installation's server answers at {settings.home_url}", do)
    elif here(addresses) and server_at(settings.own_url) is None:
        yield not_yet(settings, parts.scheme == "http" and parts.port == settings.port, addresses)
    elif parts.scheme == "http" and any(it.is_private for it in addresses):
        yield fail("home", f"nobody of ours answers at {settings.home_url}", do)
    else:
        yield warn("home", f"nobody of ours answers at {settings.home_url}", do)


def not_yet(settings: Settings, itself: bool, addresses: Addresses) -> Finding:
    """Before the server is up. `itself`: it is to be met there itself, and no proxy."""
    listens = settings.host in EVERYWHERE or settings.host in map(str, addresses)
    if itself and listens:
        return ok("home", f"{settings.home_url} is this machine; nobody serves there yet")
    do = "start the server, and ask again"
    return warn("home", f"nobody answers at {settings.home_url} yet", do)


def addresses_of(host: str) -> Addresses:
    try:
        return [ip_address(it[4][0]) for it in socket.getaddrinfo(host, None)]
    except (OSError, ValueError):
        return []


def here(addresses: Addresses) -> bool:
    """Whether one of them is this machine's: only then it can be taken."""
    for it in addresses:
        family = socket.AF_INET6 if it.version == 6 else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(it), 0))
            return True
    return False


def free(settings: Settings, where: str) -> Finding:
    """Nobody serves there: as it should be on a laptop before the start."""
    if settings.database:
        do = "start a web process: `dialog serve`; of several, ask at each one's --port"
        return warn("port", f"{where} is free: nobody serves there", do)
    return ok("port", f"{where} is free: `dialog serve` can start")


class Answer(Struct):
    """What a server says of itself: how ready it is, and the mark of its installation."""

    said: str
    mark: str

    def is_of(self, settings: Settings) -> bool:
        secret = secret_there(settings)
        return bool(secret) and self.mark == release.mark(secret)


def server_at(address: str) -> Answer | None:
    """The server of dialog's there, if there is one."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/readyz", timeout=PATIENCE) as answer:
            said, mark = answer.read(200), answer.headers.get(release.WHOSE, "")
    except urllib.error.HTTPError as error:
        with error:
            said, mark = error.read(200), error.headers.get(release.WHOSE, "")
    except (OSError, HTTPException, ValueError):
        return None
    words = str(said, "utf-8", "replace").split()
    return Answer(" ".join(words), mark) if words and set(words) <= READINESS else None


READINESS = frozenset(("ready", "stopping", "database", "migration", "secret", "log"))


def sleep() -> Iterable[Finding]:
    """A sleeping server is a dead one."""
    supplies = [it for it in Path("/sys/class/power_supply").glob("*") if (it / "type").is_file()]
    kinds = {it: (it / "type").read_text().strip() for it in supplies}
    if "Battery" not in kinds.values():
        return [ok("sleep", "no battery: not a laptop")]
    mains = [it for it in supplies if kinds[it] in ("Mains", "USB") and (it / "online").is_file()]
    do = "start it with `systemd-inhibit --what=sleep:idle:handle-lid-switch dialog serve …`"
    if mains and not any((it / "online").read_text().strip() == "1" for it in mains):
        return [warn("sleep", "a laptop on battery", f"plug it in; {do}")]
    return [warn("sleep", "a laptop, on mains", f"it must not fall asleep: {do}")]
