"""The archive package: everything of a version in one ZIP that can be checked without this system.

The log stands there as it may leave the house (`store/written.py`), the words that may be read
beside it. What is not shown (hidden, withdrawn, still held, under a mask) is in a ZIP of its own,
the restricted one, for those who must judge it: it can be kept apart, and disposed of alone.
"""

import hashlib
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from dialog.store.written import Line, log_hash

MANIFEST = "manifest.json"
LOG = "log/log.jsonl"
WORDS = "log/words.jsonl"
RESTRICTED_WORDS = "log/restricted-words.jsonl"
README = "LÄSMIG.txt"
FORMAT = 2
FORMATS = (1, FORMAT)
"""Those that can be checked. In 1 the hidden words stood in the package itself."""
MOST_BYTES = 4 * 1024**3
"""A package that unpacks to more is none of ours."""

READING = """\
Arkivpaket
{title}
{municipality}, dnr {record_number}, {version}
{status}

documents/              dokumenten som PDF/A-2a
log/log.jsonl           allt som har hänt, en rad för varje händelse, i ordning. Roll i stället för
                        person, minuter i stället för sekunder. Tider i "body" är när en funktion
                        slås på eller av, aldrig när någon skrev.
log/words.jsonl         det som skrevs, där det visas och inte har gallrats. "seq" är händelsens
                        nummer i loggen. Minnesanteckningar och utkast som ersatts innan de
                        fastställdes är rensade.
tables/                 samma uppgifter som tabeller, CSV (UTF-8, RFC 4180) och JSON
tables/moderation.csv   modereringsloggen: roll, tid, åtgärd och skäl för varje bidrag
manifest.json           varje fils SHA-256 och storlek, och loggens kontrollsumma

Det som är dolt, återtaget, väntar på granskning eller är maskerat finns inte här, utan i det
skyddade paketet {restricted}
(SHA-256 {restricted_sum}).
Det förvaras för sig och gallras för sig.

Kontrollera paketet med:  dialog verify FIL

Utan det programmet: jämför SHA-256 för varje fil med manifest.json. Loggens kontrollsumma
("log_hash") räknas så här. Börja med 32 nollbytes. För varje rad i log.jsonl, i ordning: gör en
JSON-lista utan blanktecken av seq, session, access, actor, type, version, body, digest och at,
i den ordningen, med varje värde som det står i raden. Summan är SHA-256 av föregående summa (32
bytes) följd av listan (UTF-8). Den sista summan, hexadecimalt, ska vara log_hash. Den gäller även
när texter har gallrats: "digest" är SHA-256 av ett hemligt salt och texten.
"""
READING_RESTRICTED = """\
Skyddat paket: SEKRETESSPRÖVAS innan något lämnas ut
{title}
{municipality}, dnr {record_number}, {version}

log/restricted-words.jsonl  det som skrevs i bidrag som är dolda, återtagna eller väntar på
                            granskning, och hela texten i bidrag där något är maskerat. "seq" är
                            händelsens nummer i loggen, som finns i arkivpaketet.
tables/review.csv           samma bidrag med tid, kanal, skäl och det som får visas
manifest.json               varje fils SHA-256 och storlek

Lämna inte paketet vidare tillsammans med arkivpaketet. Det gallras enligt beslut om dolda bidrag.
"""
RECORD = "Handling: fastställd version"
WORKING_MATERIAL = "Arbetsmaterial: inte fastställt"


class Listed(Struct):
    """A file of the package."""

    name: str
    sha256: str
    size: int


class Manifest(Struct):
    """What the package is of. `version` None: of a dialogue that is not frozen, as it stood, which
    is working material and no record. `part`: the package itself, or the restricted one that goes
    with it, which `restricted` names.
    """

    dialogue: str
    title: str
    record_number: str
    municipality: str
    version: int | None
    of: str | None
    sessions: list[str]
    upto: int
    log_hash: str
    rehearsal: bool
    made_from: str
    """When the last entry was written, in UTC to the minute."""
    files: list[Listed] = []
    format: int = FORMAT
    part: Literal["records", "restricted"] = "records"
    status: Literal["record", "working-material"] = "record"
    restricted: Listed | None = None


class Words(Struct):
    seq: int
    text: str


class Apart(Struct):
    """Words that are not shown: of which contribution, where it stands, and why."""

    seq: int
    text: str
    contribution: int
    standing: str
    reason: str


def package(
    manifest: Manifest,
    log: Iterable[Line],
    words: Mapping[int, str],
    files: Iterable[tuple[str, bytes]],
) -> bytes:
    """The ZIP. `words`: those that may be read, by the entry they stand beside. `files`: whatever
    else is to be in it, by name. The same content gives the same bytes.
    """
    shown = (Words(seq, text) for seq, text in sorted(words.items()))
    return packed(
        manifest,
        [
            (README, readme(manifest, READING)),
            *files,
            (LOG, json_lines(log)),
            (WORDS, json_lines(shown)),
        ],
    )


def restricted_package(
    manifest: Manifest, words: Iterable[Apart], files: Iterable[tuple[str, bytes]]
) -> bytes:
    """The ZIP with what is not shown."""
    its = sorted(words, key=lambda it: it.seq)
    whole = msgspec.structs.replace(manifest, part="restricted")
    return packed(
        whole,
        [
            (README, readme(whole, READING_RESTRICTED)),
            *files,
            (RESTRICTED_WORDS, json_lines(its)),
        ],
    )


def packed(manifest: Manifest, contents: list[tuple[str, bytes]]) -> bytes:
    listed = [Listed(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in contents]
    whole = msgspec.structs.replace(manifest, files=listed)
    formatted = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    return zipped([*contents, (MANIFEST, formatted)], manifest.made_from)


def readme(manifest: Manifest, text: str) -> bytes:
    version = "ej fastställd" if manifest.version is None else f"version {manifest.version}"
    apart = manifest.restricted
    return text.format(
        title=manifest.title,
        municipality=manifest.municipality,
        record_number=manifest.record_number,
        version=f"{version}, övning" if manifest.rehearsal else version,
        status=RECORD if manifest.status == "record" else WORKING_MATERIAL,
        restricted="" if apart is None else apart.name,
        restricted_sum="" if apart is None else apart.sha256,
    ).encode()


def json_lines(rows: Iterable[Struct]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def zipped(contents: Iterable[tuple[str, bytes]], made_from: str) -> bytes:
    when = datetime.fromisoformat(made_from).astimezone(UTC)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for name, data in contents:
            info = zipfile.ZipInfo(name, max(when.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, data)
    return out.getvalue()


# ── verify ────────────────────────────────────────────────────────────────────────────────────


class Verdict(Struct):
    """`mistakes`: what is not as it was, in sentences; none: all is."""

    manifest: Manifest | None
    entries: int
    mistakes: list[str]


CANNOT_UNPACK = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,  # a password, a method that is not known here, JSON in too many layers
    EOFError,
    OSError,
    ValueError,  # no UTF-8
    msgspec.MsgspecError,
)
"""What a file that somebody has damaged, or made up, may end in."""
MOST_IN_ONE_READ = 32 * 1024**2
"""Bytes of the manifest, and of a line of the log. Nothing is held whole but that: what unpacks to
more than the machine has must not take it along."""


def verify(path: Path) -> Verdict:
    """Whether the package is whole and its log the one whose number it says."""
    try:
        with zipfile.ZipFile(path) as file:
            return verdict(file)
    except CANNOT_UNPACK as error:
        return Verdict(None, 0, [f"{path} cannot be read as a ZIP file: {error}"])


def verdict(file: zipfile.ZipFile) -> Verdict:
    if sum(info.file_size for info in file.infolist()) > MOST_BYTES:
        return Verdict(None, 0, ["it unpacks to more than any package of ours"])
    try:
        with file.open(MANIFEST) as content:
            manifest = msgspec.json.decode(content.read(MOST_IN_ONE_READ), type=Manifest)
    except KeyError:
        return Verdict(None, 0, [f"it has no {MANIFEST}"])
    except CANNOT_UNPACK as error:
        return Verdict(None, 0, [f"{MANIFEST} cannot be read: {error}"])
    mistakes = [*mistakes_in_files(file, manifest)]
    entries = 0
    if manifest.part == "restricted":
        return Verdict(manifest, entries, mistakes)
    try:
        entries, found = mistakes_in_log(lines_in(file), manifest)
        mistakes += found
    except KeyError:
        mistakes.append(f"it has no {LOG}")
    except CANNOT_UNPACK as error:
        mistakes.append(f"{LOG} cannot be read: {error}")
    return Verdict(manifest, entries, mistakes)


def mistakes_in_files(file: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    if manifest.format not in FORMATS:
        known = " and ".join(map(str, FORMATS))
        yield f"it is of format {manifest.format}; this release knows {known}"
    names = [info.filename for info in file.infolist()]
    there = {name for name in names if name != MANIFEST}
    listed = {it.name: it for it in manifest.files}
    for name in sorted(there - set(listed)):
        yield f"{name} is not in {MANIFEST}"
    if len(names) != len(set(names)):
        yield "some file stands in it twice"
    for name, it in listed.items():
        if name not in there:
            yield f"{name} is lacking"
        elif sum_of(file, name) != (it.sha256, it.size):
            yield f"{name} is not as it was"


def sum_of(file: zipfile.ZipFile, name: str) -> tuple[str, int]:
    """SHA-256 and size; ("", 0) if it cannot be unpacked."""
    chain, size = hashlib.sha256(), 0
    try:
        with file.open(name) as content:
            while block := content.read(1 << 20):
                chain.update(block)
                size += len(block)
    except CANNOT_UNPACK:
        return "", 0
    return chain.hexdigest(), size


def lines_in(file: zipfile.ZipFile) -> Iterator[Line]:
    with file.open(LOG) as content:
        while line := content.readline(MOST_IN_ONE_READ):
            yield msgspec.json.decode(line, type=Line)


def mistakes_in_log(log: Iterable[Line], manifest: Manifest) -> tuple[int, list[str]]:
    """How many entries there are, and what is wrong with them."""
    seqs = 0
    in_order = True

    def counted() -> Iterator[Line]:
        nonlocal seqs, in_order
        for line in log:
            seqs += 1
            in_order &= line.seq == seqs
            yield line

    hash, found = log_hash(counted()), []
    if not in_order or seqs != manifest.upto:
        found.append(f"{LOG} does not have the entries 1 to {manifest.upto}, each once, in order")
    if hash != manifest.log_hash:
        found.append(f"{LOG} is not the log that was frozen: its number is another")
    return seqs, found


def as_json(found: Verdict) -> str:
    return json.dumps({"ok": not found.mistakes, "mistakes": found.mistakes}, ensure_ascii=False)
