"""A server of one's own for a rehearsal: a real child process, on a free port."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

STARTS_WITHIN = 60.0
STOPS_WITHIN = 15.0
SOMEBODY_ELSES = (
    *("DATABASE", "REDIS", "HOME", "HOST", "PORT", "STAFF_LINKS"),
    *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES"),
)
"""Settings of the real installation, which a rehearsal keeps away from."""


@contextlib.asynccontextmanager
async def own_server(data: Path) -> AsyncIterator[tuple[str, str]]:
    """Address and facilitator's secret of a server on `data`; stopped on the way out."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dialog", "serve"),
        *("--host", "127.0.0.1", "--port", "0", "--data", str(data)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=surroundings(),
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            link = await facilitators_link(process.stdout)
        yield link.partition("/staff#")[0], link.partition("#")[2]
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(STOPS_WITHIN):
            await process.communicate()


def surroundings() -> dict[str, str]:
    """The environment without what leads to a real installation's data."""
    aside = {f"DIALOG_{name}" for name in SOMEBODY_ELSES}
    aside |= {"DATABASE_URL", "REDIS_URL", "PORT"}
    return {name: value for name, value in os.environ.items() if name not in aside}


async def facilitators_link(output: asyncio.StreamReader) -> str:
    """What the server prints about where to go."""
    while line := await output.readline():
        words = line.decode().split()
        if words[:1] == ["Facilitator"]:
            return words[1]
    raise RuntimeError("the server did not start")
