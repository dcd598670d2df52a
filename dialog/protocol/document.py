"""Writes `docs/protocol/` from the message types: a page to read and an AsyncAPI description.

`python -m dialog.protocol.document` writes both; a test keeps them true.
"""

import inspect
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import msgspec

from dialog.protocol import (
    commands,
    events,
    frames,
    records,
    refusals,
    work_commands,
    work_records,
)
from dialog.protocol.agenda import AnyStep

FOLDER = Path(__file__).parents[2] / "docs" / "protocol"

PARTS: tuple[tuple[str, str, Any], ...] = (
    (
        "Frames from the client",
        "JSON text frames on `/ws/{session}`, told apart by `t`. The first is `hello`.",
        frames.ClientFrame,
    ),
    (
        "Frames from the server",
        "The first is `welcome`. Fields that have their default value may be left out of records.",
        frames.ServerFrame,
    ),
    (
        "Participants' commands",
        "The `command` of a `do`, told apart by `type`; also by POST to `/api/s/{session}/do`.",
        commands.ParticipantCommand,
    ),
    ("Staff's commands", "The same, for facilitators.", commands.StaffCommand),
    (
        "The workboard's commands",
        "The same over `/ws/dialogue/{dialogue}`, or by POST to `/api/dialogue/{dialogue}/do`. Each"
        " may say `why`; `seen` is the seq that the page showed when the person began.",
        work_commands.WorkboardCommand,
    ),
    ("Records", "What screens are drawn from, told apart by `is`.", records.AnyRecord),
    (
        "The workboard's records",
        "For staff, over the whole dialogue; also from `/api/dialogue/{dialogue}/records`.",
        work_records.WorkRecord,
    ),
    (
        "One's own",
        "In `mine`, to one participant only; `ReceiptAnswer` by POST to `/api/receipts`.",
        (
            records.Own,
            records.OwnContribution,
            records.ReceiptAnswer,
            records.Received,
            records.ReceivedOutcome,
            records.Progress,
            records.ReceivedStage,
        ),
    ),
    (
        "Refusals",
        "Why a wish was not granted, told apart by `kind`; words under `refusal.<kind>`.",
        refusals.AnyRefusal,
    ),
    (
        "Events",
        "What the log holds, told apart by `type`. They never cross the wire.",
        events.AnyEvent,
    ),
    ("Kinds of step", "In a session's file, told apart by `kind`.", AnyStep),
)

CLOSE_CODES = (
    (frames.GOING_AWAY, "the server restarts; reconnect"),
    (frames.TRY_LATER, "full; reconnect later"),
    (1003, "a binary frame"),
    (1009, f"a frame of more than {frames.FRAME_LIMIT} bytes"),
    (frames.MALFORMED, "frames that could not be read, several times"),
    (frames.HELLO_TIMEOUT, "no `hello` within ten seconds"),
    (frames.RELOAD, "another protocol version; reload the page"),
    (frames.ELSEWHERE, "the phone has newer connections; say so, and go on if asked"),
    (frames.NOT_ADMITTED, "not admitted to this session, or no longer; final"),
)


def page() -> str:
    """The page, in Markdown."""
    lines = [
        "# The protocol",
        "",
        f"Version {frames.PROTOCOL}. Made from `dialog/protocol/` by `make docs`; edit the types.",
        "",
    ]
    for title, about, union in PARTS:
        lines += [f"## {title}", "", about, "", *table(members(union)), ""]
    lines += ["## Close codes", "", "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code} | {meaning} |" for code, meaning in CLOSE_CODES]
    return "\n".join(lines) + "\n"


def members(union: Any) -> tuple[type, ...]:
    return union if isinstance(union, tuple) else get_args(union)


def table(types: Iterable[type]) -> list[str]:
    """One row a message."""
    rows = [row(kind) for kind in types]
    return ["| message | fields | |", "| --- | --- | --- |", *rows]


def row(kind: type) -> str:
    about = inspect.cleandoc(kind.__dict__.get("__doc__") or "")
    if about.startswith(f"{kind.__name__}("):
        about = ""
    fields = ", ".join(described(field) for field in msgspec.structs.fields(kind))
    name = getattr(kind, "__struct_config__").tag or kind.__name__  # noqa: B009
    return f"| `{name}` | {fields} | {' '.join(about.split())} |"


def described(field: msgspec.structs.FieldInfo) -> str:
    optional = "" if field.required else "?"
    return f"`{field.encode_name}{optional}`"


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3 description with the JSON schema of every frame."""
    frames_in, frames_out = members(frames.ClientFrame), members(frames.ServerFrame)
    _, components = msgspec.json.schema_components(
        [*frames_in, *frames_out], ref_template="#/components/schemas/{name}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "dialog", "version": str(frames.PROTOCOL)},
        "channels": {
            "session": {
                "address": "/ws/{session}",
                "parameters": {"session": {"description": "The session's id."}},
                "messages": {
                    kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"}
                    for kind in (*frames_in, *frames_out)
                },
            }
        },
        "operations": {
            "receive": operation("receive", frames_in),
            "send": operation("send", frames_out),
        },
        "components": {
            "messages": {
                kind.__name__: {"payload": {"$ref": f"#/components/schemas/{kind.__name__}"}}
                for kind in (*frames_in, *frames_out)
            },
            "schemas": components,
        },
    }


def operation(action: str, kinds: Iterable[type]) -> dict[str, Any]:
    """Seen from the server."""
    return {
        "action": action,
        "channel": {"$ref": "#/channels/session"},
        "messages": [{"$ref": f"#/channels/session/messages/{k.__name__}"} for k in kinds],
    }


def files() -> dict[str, str]:
    """File name -> its content."""
    return {
        "README.md": page(),
        "asyncapi.json": json.dumps(asyncapi(), indent=1, sort_keys=True) + "\n",
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_text(content)


if __name__ == "__main__":
    main()
