"""The files of `static/`, read once at the start and compressed once, when first asked for.

Their address holds a digest of them all (`/static/<version>/…`), so that a browser may keep them
for ever and modules can import each other by relative path.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

IMPORT = re.compile(rb'(?m)^@import "([^"]+)";\n')
COMMENT_LINE = re.compile(rb"(?m)^ *//.*\n")
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=11),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}
"""The best first."""
COMPRESSIBLE = (".js", ".css", ".svg", ".webmanifest", ".html", ".json")

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(slots=True)
class Asset:
    """One file, and what it is compressed to once somebody has asked for it so."""

    type: str
    body: bytes
    compressible: bool
    compressed: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, encoding: str) -> bytes:
        """Its bytes as `br`, `gzip` or as they are ("")."""
        if encoding and encoding not in self.compressed:
            self.compressed[encoding] = COMPRESSORS[encoding](self.body)
        return self.compressed[encoding] if encoding else self.body


class Assets:
    """Everything under `folder`."""

    def __init__(self, folder: Path) -> None:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        self.files = {file.relative_to(folder).as_posix(): read(file) for file in files}
        digest = hashlib.sha256()
        for name, asset in self.files.items():
            digest.update(name.encode() + b"\0" + asset.body)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where `name` is served. KeyError for a file that does not exist."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    async def serve(self, request: Request) -> Response:
        """Any version's address answers; only the present one may be kept for ever."""
        current = request.path_params["version"] == self.version
        return self.respond(
            request, request.path_params["path"], FOR_EVER if current else "no-cache"
        )

    def respond(self, request: Request, name: str, caching: str = "no-cache") -> Response:
        """The file in the best encoding that the browser takes."""
        asset = self.files.get(name)
        if asset is None:
            return PlainTextResponse("Not found", 404)
        accepted = request.headers.get("accept-encoding", "")
        encodings = COMPRESSORS if asset.compressible else {}
        encoding = next((it for it in encodings if it in accepted), "")
        headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(asset.encoded(encoding), headers=headers, media_type=asset.type)


def lean(file: Path) -> bytes:
    """What a phone needs of the file: styles with their imports pasted in (one request instead of
    three), scripts without lines that are only comments (an eighth of their weight)."""
    body = file.read_bytes()
    if file.suffix == ".css":
        return IMPORT.sub(lambda found: lean(file.parent / found[1].decode()), body)
    return COMMENT_LINE.sub(b"", body) if file.suffix == ".js" else body


def read(file: Path) -> Asset:
    type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(type, lean(file), file.suffix in COMPRESSIBLE)
