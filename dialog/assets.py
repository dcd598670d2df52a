"""The files of `static/`, read and compressed once at the start.

Their address holds a digest of them all (`/static/<version>/…`), so that a browser may keep them
for ever and modules can import each other by relative path.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

IMPORT = re.compile(rb'(?m)^@import "([^"]+)";\n')
COMMENT_LINE = re.compile(rb"(?m)^ *//.*\n")
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSIBLE = (".js", ".css", ".svg", ".webmanifest", ".html", ".json")

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(slots=True)
class Asset:
    """One file in its encodings: `br`, `gzip` and as it is ("")."""

    type: str
    bodies: dict[str, bytes]


class Assets:
    """Everything under `folder`."""

    def __init__(self, folder: Path) -> None:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        self.files = {file.relative_to(folder).as_posix(): read(file) for file in files}
        digest = hashlib.sha256()
        for name, asset in self.files.items():
            digest.update(name.encode() + b"\0" + asset.bodies[""])
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
        encoding = next((e for e in ("br", "gzip") if e in accepted and e in asset.bodies), "")
        headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(asset.bodies[encoding], headers=headers, media_type=asset.type)


def lean(file: Path) -> bytes:
    """What a phone needs of the file: styles with their imports pasted in (one request instead of
    three), scripts without lines that are only comments (an eighth of their weight)."""
    body = file.read_bytes()
    if file.suffix == ".css":
        return IMPORT.sub(lambda found: lean(file.parent / found[1].decode()), body)
    return COMMENT_LINE.sub(b"", body) if file.suffix == ".js" else body


def read(file: Path) -> Asset:
    body = lean(file)
    bodies = {"": body}
    if file.suffix in COMPRESSIBLE:
        bodies["br"] = brotli.compress(body, quality=11)
        bodies["gzip"] = gzip.compress(body, 9, mtime=0)
    return Asset(mimetypes.guess_type(file.name)[0] or "application/octet-stream", bodies)
