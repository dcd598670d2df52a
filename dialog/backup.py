"""A copy of the installation in one file, and back: the database as it is at one moment, also while
a server writes into it, and the dialogues made in the browser.

Nothing is replaced before the whole file has been read and found to be as it was.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from dialog import __version__
from dialog.domain import rules
from dialog.identity import PARTICIPANT
from dialog.protocol.upcasters import UnknownEvent
from dialog.settings import Settings
from dialog.store import doors, log, snapshot, written
from dialog.store.database import in_words, known, open_database, revision

MANIFEST = "backup.json"
SECRET = "secret"
SESSIONS = "sessions"
FORMAT = 1
LONGEST_LINE = 512 * 1024**2
"""Bytes of one row: a file of a version stands in one."""
NO_ROW = (ValueError, TypeError, LookupError)
"""What reading a line raises that somebody else has written."""


class CannotRestore(Exception):
    """Why not, in a sentence. Nothing has been changed."""


class Part(Struct):
    """A file of the copy. `table`, `columns`, `rows`: where it is of the database."""

    name: str
    sha256: str
    size: int
    table: str = ""
    columns: list[str] = []
    rows: int = 0


class Held(Struct):
    """A dialogue in it: the place and the number of its log."""

    id: str
    seq: int
    log_hash: str


class Manifest(Struct):
    """`revision`: of the database's tables. `made`: in UTC to the minute."""

    release: str
    revision: str
    made: str
    dialogues: list[Held]
    parts: list[Part]
    kind: str = "dialog-backup"
    format: int = FORMAT

    @property
    def has_secret(self) -> bool:
        return any(it.name == SECRET for it in self.parts)


# ── take ──────────────────────────────────────────────────────────────────────────────────────


def take(engine: Engine, settings: Settings, out: Path, with_secret: bool) -> Manifest:
    """Write the copy. Readable by its owner only: it holds all that the database holds."""
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    opened = opened_anew(partial)
    try:
        with os.fdopen(opened, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                manifest = filled(packed, engine, settings, with_secret)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def opened_anew(path: Path) -> int:
    """A file that was not there before, its owner's alone. Where several write into a folder,
    somebody may have one ready under the name that ours has meanwhile, and read along."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)


def filled(
    packed: zipfile.ZipFile, engine: Engine, settings: Settings, with_secret: bool
) -> Manifest:
    with snapshot.snapshot(engine.connect()) as db, db.begin():
        now = revision(db) or ""
        dialogues = [held(db, id) for id in log.dialogues(db)]
        parts = []
        for table in snapshot.tables(db):
            part = put(packed, f"tables/{table.name}.jsonl", snapshot.lines(db, table))
            part.table, part.columns = str(table.name), [str(it.name) for it in table.columns]
            parts.append(part)
    parts += [put(packed, name, [content]) for name, content in made_here(settings, with_secret)]
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
    manifest = Manifest(__version__, now, made, dialogues, parts)
    formatted = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    packed.writestr(MANIFEST, formatted)
    return manifest


def held(db: Connection, id: str) -> Held:
    counter = log.counter(db, id)
    assert counter is not None
    return Held(id, counter.seq, written.log_hash(written.lines(db, id, counter.seq)))


def made_here(settings: Settings, with_secret: bool) -> Iterator[tuple[str, bytes]]:
    """What lies beside the database, by name."""
    for path in sorted(settings.own_sessions.rglob("*")):
        if path.is_file() and not path.is_symlink():
            inside = path.relative_to(settings.own_sessions).as_posix()
            yield f"{SESSIONS}/{inside}", path.read_bytes()
    if with_secret:
        yield SECRET, settings.secret.encode()


def put(packed: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> Part:
    part, chain = Part(name, "", 0), hashlib.sha256()
    with packed.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(line)
            chain.update(line)
            part.size += len(line)
            part.rows += 1
    part.sha256 = chain.hexdigest()
    return part


# ── check ─────────────────────────────────────────────────────────────────────────────────────


def manifest_of(packed: zipfile.ZipFile) -> Manifest:
    """What the file says it holds, or `CannotRestore`."""
    try:
        found = msgspec.json.decode(packed.read(MANIFEST), type=Manifest)
    except (KeyError, msgspec.MsgspecError):
        raise CannotRestore("it is no copy that dialog backup has made") from None
    if found.kind != "dialog-backup" or found.format != FORMAT:
        raise CannotRestore(f"it is of format {found.format}; this release knows {FORMAT}")
    return found


def checked(path: Path) -> Manifest:
    """What is in the file, once all of it has been read and is as it was written."""
    try:
        with zipfile.ZipFile(path) as packed:
            manifest = manifest_of(packed)
            names = [info.filename for info in packed.infolist()]
            if sorted(names) != sorted([*(it.name for it in manifest.parts), MANIFEST]):
                raise CannotRestore("some part is lacking, or stands in it that is not listed")
            for part in manifest.parts:
                check_part(packed, part)
            check_logs(packed, manifest)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, *NO_ROW) as error:
        raise CannotRestore(f"{path} cannot be read: {error}") from None
    return manifest


def check_part(packed: zipfile.ZipFile, part: Part) -> None:
    name = PurePosixPath(part.name)
    climbs = name.is_absolute() or ".." in name.parts or "\\" in part.name
    ours = name.parts[0] in (SESSIONS, "tables") if len(name.parts) > 1 else part.name == SECRET
    if climbs or not ours:
        raise CannotRestore(f"{part.name} is no name of ours")
    chain, size = hashlib.sha256(), 0
    with packed.open(part.name) as file:
        while block := file.read(1 << 20):
            chain.update(block)
            size += len(block)
    if (chain.hexdigest(), size) != (part.sha256, part.size):
        raise CannotRestore(f"{part.name} is not as it was")


def check_logs(packed: zipfile.ZipFile, manifest: Manifest) -> None:
    """Each dialogue's log has the number that it had."""
    events = next((it for it in manifest.parts if it.table == "event"), None)
    found: dict[str, tuple[int, bytes]] = {}
    for row in () if events is None else rows_in(packed, events):
        seq, chain = found.get(row["dialogue"], (0, bytes(32)))
        if row["seq"] != seq + 1:
            raise CannotRestore(f"the log of {row['dialogue']} has a gap at {seq + 1}")
        chain = bytes.fromhex(written.log_hash([written.line_of(row)], chain))
        found[row["dialogue"]] = seq + 1, chain
    for it in manifest.dialogues:
        seq, chain = found.pop(it.id, (0, bytes(32)))
        if (seq, chain.hex()) != (it.seq, it.log_hash):
            raise CannotRestore(f"the log of {it.id} is not the one that was copied")
    if found:
        raise CannotRestore(f"there are events of {', '.join(sorted(found))}, which is not in it")


def rows_in(packed: zipfile.ZipFile, part: Part) -> Iterator[dict[str, Any]]:
    for line in lines_in(packed, part):
        yield snapshot.row_of(line, part.columns, {"body"})


def lines_in(packed: zipfile.ZipFile, part: Part) -> Iterator[bytes]:
    with packed.open(part.name) as file:
        while line := file.readline(LONGEST_LINE):
            yield line


# ── restore ───────────────────────────────────────────────────────────────────────────────────


def restore(path: Path, settings: Settings, over: bool) -> Manifest:
    """Put the copy in place of what is there: of nothing, unless `over`. All of it, or nothing.

    Every dialogue begins a new life: screens that show what came after the copy load anew.
    """
    manifest = checked(path)
    if not over and any(settings.own_sessions.glob("**/*")):
        raise CannotRestore(f"there are files in {settings.own_sessions} already")
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = unpack_sessions(packed, manifest, settings)
            with in_words(settings.database_url), engine.begin() as db:
                restore_tables(db, packed, manifest, over)
            put_in_place(unpacked, settings)
            if manifest.has_secret:
                write_secret(settings, packed.read(SECRET))
    finally:
        engine.dispose()
        shutil.rmtree(unpacked_in(settings), ignore_errors=True)
    return manifest


def unpack(path: Path, engine: Engine) -> Manifest:
    """Put the copy's tables into an empty database of one's own, to look at, and nothing else."""
    manifest = checked(path)
    with zipfile.ZipFile(path) as packed, engine.begin() as db:
        restore_tables(db, packed, manifest, over=False)
    return manifest


def restore_tables(db: Connection, packed: zipfile.ZipFile, manifest: Manifest, over: bool) -> None:
    if not over and not snapshot.is_empty(db):
        raise CannotRestore("the database is not empty")
    if manifest.revision not in known():
        raise CannotRestore(f"it is of release {manifest.release}, which is newer than this one")
    revoked, signed_out = snapshot.generations(db), snapshot.signed_out(db)
    snapshot.begin_at(db, manifest.revision)
    parts = {it.table: it for it in manifest.parts if it.table}
    for table in snapshot.tables(db):
        if (part := parts.get(table.name)) is not None:
            put_back(db, table, packed, part)
    snapshot.finish(db)
    snapshot.keep_revoked(db, revoked)
    snapshot.keep_signed_out(db, signed_out)
    doors.draw_generation(db, PARTICIPANT)
    for it in manifest.dialogues:
        try:
            rules.folded(it.id, log.entries_after(db, it.id, 0))
        except UnknownEvent as error:
            raise CannotRestore(f"it is of a newer release: {error}") from None


def put_back(db: Connection, table: Table, packed: zipfile.ZipFile, part: Part) -> None:
    try:
        snapshot.put_back(db, table, part.columns, lines_in(packed, part))
    except OperationalError:  # of the database, and not of what is put into it
        raise
    except (*NO_ROW, SQLAlchemyError) as error:
        raise CannotRestore(f"{part.name} does not fit: {type(error).__name__}") from None


def unpacked_in(settings: Settings) -> Path:
    return settings.data / ".sessions-restored"


def unpack_sessions(packed: zipfile.ZipFile, manifest: Manifest, settings: Settings) -> Path:
    """The folder of what was made in the browser, beside the one that is there."""
    folder = unpacked_in(settings)
    shutil.rmtree(folder, ignore_errors=True)
    for part in manifest.parts:
        name = PurePosixPath(part.name)
        if name.parts[0] == SESSIONS:
            path = folder.joinpath(*name.parts[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed.read(part.name))
    return folder


def put_in_place(unpacked: Path, settings: Settings) -> None:
    shutil.rmtree(settings.own_sessions, ignore_errors=True)
    if unpacked.is_dir():
        unpacked.rename(settings.own_sessions)


def write_secret(settings: Settings, secret: bytes) -> None:
    """Readable by its owner only, and never half."""
    path = settings.data / SECRET
    partial = path.with_name(f".secret-{os.getpid()}")
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
