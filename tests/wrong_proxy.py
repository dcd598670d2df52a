"""A small proxy with a mistake in it, as one makes them."""

import asyncio
import contextlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import trustme

MISTAKES = (
    *("none", "another host", "no protocol", "no upgrade", "cuts what is silent"),
    *("refuses what is large", "swallows what is large", "cuts what is large"),
    *("unpacked", "forgets to cache", "shows its own page"),
)
BREAKS = (OSError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError)
SILENT = 1.0
LARGEST = 1_000_000


class WrongProxy:
    """Takes connections, one request each, and passes them on to the port `upstream`."""

    def __init__(self, mistake: str, upstream: str, folder: str = "") -> None:
        assert mistake in MISTAKES
        self.mistake, self.upstream = mistake, int(upstream)
        self.folder = Path(folder) if folder else None

    def context(self) -> ssl.SSLContext | None:
        """With a certificate of an authority whose own stands in `folder`."""
        if self.folder is None:
            return None
        authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.cert_pem.write_to_path(self.folder / "authority.pem")
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    async def serve(self) -> None:
        """Says its address, and serves until it is killed."""
        server = await asyncio.start_server(self.one, "127.0.0.1", 0, ssl=self.context())
        port = server.sockets[0].getsockname()[1]
        print(f"http{'s' if self.folder else ''}://127.0.0.1:{port}", flush=True)
        await server.serve_forever()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(*BREAKS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            if "large" in self.mistake and length_in(head) > LARGEST:
                await self.not_passed_on(reader, writer)
            elif "own page" in self.mistake:
                page = b"Welcome to nginx!"
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page))
            else:
                await self.passed_on(head, reader, writer)

    async def not_passed_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if "refuses" in self.mistake:
            writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        elif "swallows" in self.mistake:
            while await reader.read(65536):
                pass

    async def passed_on(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, to = await asyncio.open_connection("127.0.0.1", self.upstream)
        with contextlib.closing(to):
            to.write(self.changed(head).encode("latin-1"))
            answer = (await there.readuntil(b"\r\n\r\n")) if "cache" in self.mistake else b""
            writer.write(answer.replace(b"immutable", b"no-store"))
            ways = [carry(reader, to, self.patience), carry(there, writer, self.patience)]
            both = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(both, timeout=0.5)  # what has been answered already goes out
            for way in both:
                way.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    @property
    def patience(self) -> float | None:
        return SILENT if "silent" in self.mistake else None

    def changed(self, head: str) -> str:
        """What a proxy adds, and what this one leaves out."""
        first, *lines = head.split("\r\n")[:-2]
        upgrade = [it for it in lines if it.lower().startswith(("upgrade:", "connection:"))]
        lines = [it for it in lines if it not in upgrade]
        if "host" in self.mistake:
            lines = [it for it in lines if not it.lower().startswith("host:")]
            lines.append(f"Host: backend:{self.upstream}")
        if "unpacked" in self.mistake:
            lines = [it for it in lines if not it.lower().startswith("accept-encoding")]
        if "protocol" not in self.mistake:
            lines.append(f"X-Forwarded-Proto: {'https' if self.folder else 'http'}")
        is_one = len(upgrade) == 2 and "no upgrade" not in self.mistake
        lines += upgrade if is_one else ["Connection: close"]
        return "\r\n".join((first, *lines, "", ""))


async def carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float | None
) -> None:
    while True:
        async with asyncio.timeout(patience):
            data = await reader.read(65536)
        if not data:
            return
        writer.write(data)
        await writer.drain()


def length_in(head: str) -> int:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


@contextlib.contextmanager
def wrong_proxy(mistake: str, upstream: int, folder: Path | None = None) -> Iterator[str]:
    """The address of one that runs in a process of its own. `folder`: with TLS."""
    command = [sys.executable, "-m", "tests.wrong_proxy", mistake, str(upstream)]
    command += [str(folder)] if folder else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    asyncio.run(WrongProxy(*sys.argv[1:]).serve())
