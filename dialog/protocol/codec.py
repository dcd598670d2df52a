"""Bytes to messages and back. A message that cannot be read raises `Unreadable`, whose text says
what is wrong and where.
"""

import msgspec

from dialog.protocol.events import AnyEvent
from dialog.protocol.frames import ClientFrame, OpId, ServerFrame

Unreadable = msgspec.MsgspecError

_encoder = msgspec.json.Encoder()

decode_client_frame = msgspec.json.Decoder(ClientFrame).decode
decode_server_frame = msgspec.json.Decoder(ServerFrame).decode
decode_event = msgspec.json.Decoder(AnyEvent).decode


class Named(msgspec.Struct):
    """All that is asked of a wish that cannot be read."""

    op: OpId


_decode_named = msgspec.json.Decoder(Named).decode


def op_of(text: str) -> str:
    """What the page calls its wish, for the refusal of one that cannot be read; "" if not even
    that can be."""
    try:
        return _decode_named(text).op
    except (Unreadable, UnicodeError, RecursionError):
        return ""


def encode(message: object) -> bytes:
    """UTF-8 JSON."""
    return _encoder.encode(message)
