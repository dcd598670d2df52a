"""Events outlive releases: how an event written by an older release reads today.

Raise a type's number in `VERSIONS` when its fields change, and add the function that turns the
old body into the new under `UPCASTERS[(type, old version)]`. A process that meets a version newer
than its own does not guess: `UnknownEvent`, and it stops serving that dialogue.
"""

import json
from collections.abc import Callable

VERSIONS: dict[str, int] = {
    "groups-suggested": 2,
    "participant-joined": 2,
    "theme-carried": 2,
}
"""Event type -> its version; 1 where nothing is said."""


def only_numbers_have_joined(body: bytes) -> bytes:
    """Version 1 told all members of every group, and of none why."""
    event = json.loads(body)
    for group in event["groups"]:
        group["joined"] = [[number] for number in group.pop("members")]
    return json.dumps(event).encode()


def as_it_was(body: bytes) -> bytes:
    """What has been added reads as its default."""
    return body


UPCASTERS: dict[tuple[str, int], Callable[[bytes], bytes]] = {
    ("groups-suggested", 1): only_numbers_have_joined,
    ("participant-joined", 1): as_it_was,
    ("theme-carried", 1): as_it_was,
}


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
