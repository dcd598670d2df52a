"""The files of frozen versions, as they were rendered then. None is ever written over."""

import hashlib

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from dialog.protocol.agenda import kebab
from dialog.protocol.work_events import FilesStored, VersionFrozen
from dialog.store import tables as t

FROZEN, STORED = kebab(VersionFrozen.__name__), kebab(FilesStored.__name__)


class File(Struct):
    """`document`: a kind of document. `edition`: internal or public."""

    document: str
    format: str
    edition: str
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Damaged(Exception):
    """A kept file is not what its hash says; the text names it."""


def keep(db: Connection, dialogue: str, version: int, file: File, created: int) -> bool:
    """Keep it, unless there is one: whoever came first has frozen it."""
    row = {
        "dialogue": dialogue,
        "version": version,
        "document": file.document,
        "format": file.format,
        "edition": file.edition,
        "name": file.name,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "content": file.content,
        "created": created,
    }
    try:
        with db.begin_nested():
            db.execute(insert(t.file), row)
    except IntegrityError:
        return False
    return True


def kept(
    db: Connection,
    dialogue: str,
    version: int,
    document: str,
    format: str,
    edition: str = "internal",
) -> File | None:
    """One file, whole; None if there is none. `Damaged` if it is no longer what was frozen."""
    row = db.execute(
        select(t.file).where(
            t.file.c.dialogue == dialogue,
            t.file.c.version == version,
            t.file.c.document == document,
            t.file.c.format == format,
            t.file.c.edition == edition,
        )
    ).one_or_none()
    if row is None:
        return None
    found = File(
        row.document, row.format, row.edition, row.name, row.media_type, bytes(row.content)
    )
    if found.sha256 != row.sha256:
        raise Damaged(f"{row.name} is no longer what was frozen; take it from a backup")
    return found


class Listed(Struct):
    """A file without its content."""

    document: str
    format: str
    edition: str
    name: str
    sha256: str
    size: int


def listed(db: Connection, dialogue: str, version: int) -> list[Listed]:
    """What a version has, in the order it was rendered."""
    its = t.file.c
    columns = (its.document, its.format, its.edition, its.name, its.sha256)
    rows = db.execute(
        select(*columns, func.length(its.content))
        .where(t.file.c.dialogue == dialogue, t.file.c.version == version)
        .order_by(t.file.c.created, t.file.c.name)
    )
    return [Listed(*row) for row in rows]


def unfinished(db: Connection) -> list[tuple[str, int]]:
    """(dialogue, version) of what has been frozen and whose files nobody has said are stored."""
    query = select(t.event.c.dialogue, t.event.c.type, t.event.c.body)
    rows = db.execute(query.where(t.event.c.type.in_((FROZEN, STORED))).order_by(t.event.c.seq))
    found: dict[tuple[str, int], bool] = {}
    for row in rows:
        version = msgspec.json.decode(row.body, type=_Version).version
        if row.type == FROZEN:
            found[row.dialogue, version] = True
        else:
            found.pop((row.dialogue, version), None)
    return list(found)


class _Version(Struct):
    """What either event says of its version."""

    version: int
