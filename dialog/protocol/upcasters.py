"""Events outlive releases: how an event written by an older release reads today.

Raise a type's number in `VERSIONS` when its fields change, and add the function that turns the
old body into the new under `UPCASTERS[(type, old version)]`. A process that meets a version newer
than its own does not guess: `UnknownEvent`, and it stops serving that dialogue.
"""

from collections.abc import Callable

VERSIONS: dict[str, int] = {}
"""Event type -> its version; 1 where nothing is said."""

UPCASTERS: dict[tuple[str, int], Callable[[bytes], bytes]] = {}


class UnknownEvent(Exception):
    """Written by a newer release than this one."""


def upcast(type: str, version: int, body: bytes) -> bytes:
    """The body as this release's types read it."""
    current = VERSIONS.get(type, 1)
    if version > current:
        raise UnknownEvent(f"event {type!r} has version {version}; this release reads {current}")
    while version < current:
        body = UPCASTERS[type, version](body)
        version += 1
    return body
