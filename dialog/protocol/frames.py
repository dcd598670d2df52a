"""What one WebSocket carries. Client frames come in; server frames go out.

A connection starts with `Hello` and gets `Welcome`. After that: patches for its audience, its
own `Mine`, an `Ack` or a `Refusal` for each `Do`, and `Presence` now and then.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from dialog.protocol.agenda import kebab
from dialog.protocol.commands import OuterCommand
from dialog.protocol.records import AnyRecord, Own
from dialog.protocol.refusals import AnyRefusal
from dialog.protocol.work_commands import WorkboardCommand
from dialog.protocol.work_records import WorkRecord

PROTOCOL = 1
"""Raised when an old page could misunderstand us; an old page is told to reload (4501)."""

FRAME_LIMIT = 16 * 1024
"""Bytes in one client frame."""

Audience = Literal["phone", "projector", "console", "presidium", "board", "workboard", "scribe"]
"""`console`: of those who decide what is shown. `presidium`: the same of those who do not, without
the words of what is not visible or masked."""
Shown = AnyRecord | WorkRecord
OpId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,40}$(?!\n)")]
"""The last part because `$` alone lets a line break follow, for which the log has no room."""


def op_of_ours(name: str) -> str:
    """What the server calls a wish of its own, if it must be the same each time: no `OpId`. A page
    that sent one of that name before would keep ours out of the log for good."""
    return f"={name}"[:40]


class Frame(Struct, tag_field="t", tag=kebab, forbid_unknown_fields=True):
    """On the wire: {"t": "hello", ...}."""


# ── client → server ───────────────────────────────────────────────────────────────────────────


class Hello(Frame):
    """The first frame, within ten seconds. `since` and `epoch` say what the page already has."""

    v: int
    audience: Audience
    epoch: str = ""
    since: int = -1


class Do(Frame):
    """A wish under the client's own id. Sent twice, it counts once."""

    op: OpId
    command: OuterCommand | WorkboardCommand


class Ping(Frame):
    """Are you there? Answered at once by `Pong`."""


ClientFrame = Hello | Do | Ping

# ── server → client ───────────────────────────────────────────────────────────────────────────


class Welcome(Frame):
    """`now` is the server's clock in ms; `epoch` names this life of the log.

    `jitter`: seconds over which to spread a reconnect.
    """

    v: int
    epoch: str
    now: int
    jitter: float


class View(Frame):
    """Everything the audience may see at `seq`. Replaces all records."""

    seq: int
    records: dict[str, Shown]


class Patch(Frame):
    """Apply if `since` ≤ current < `to`; else ask for the view by reconnecting."""

    since: int
    to: int
    put: dict[str, Shown]
    drop: list[str]


class Mine(Frame):
    """What is this person's own, whole, at every change."""

    own: Own


class Ack(Frame):
    """Written to disk at `seq`. `dup`: it already was. `stored` False: a try-out, nothing kept."""

    op: str
    seq: int
    dup: bool = False
    stored: bool = True


class Nack(Frame):
    """Refused. With `retry` (seconds) the same op may be sent again; without, it is final."""

    op: str
    refusal: AnyRefusal
    retry: float | None = None


class Presence(Frame):
    """Connected phones and screens and try-out posts just now: may be lost, never logged.

    `lately`, `in_step`: phones that have joined in the last minute, and since the step began;
    `unusual`: more of them than belongs to a hall in which people are writing.
    """

    connected: int
    tried: int
    projectors: int = 0
    lately: int = 0
    in_step: int = 0
    unusual: bool = False


class Pong(Frame):
    now: int


ServerFrame = Welcome | View | Patch | Mine | Ack | Nack | Presence | Pong

# ── close codes ───────────────────────────────────────────────────────────────────────────────

GOING_AWAY = 1012
TRY_LATER = 1013
MALFORMED = 4400
HELLO_TIMEOUT = 4408
NOT_ADMITTED = 4503
"""4500–4999 are final: the page must not reconnect by itself."""
RELOAD = 4501
ELSEWHERE = 4504
"""The phone has newer connections: the page says that it has stopped, and offers to go on."""
