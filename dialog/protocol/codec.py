"""Bytes to messages and back. A message that cannot be read raises `Unreadable`, whose text says
what is wrong and where.
"""

import msgspec

from dialog.protocol.events import AnyEvent
from dialog.protocol.frames import ClientFrame, ServerFrame

Unreadable = msgspec.MsgspecError

_encoder = msgspec.json.Encoder()

decode_client_frame = msgspec.json.Decoder(ClientFrame).decode
decode_server_frame = msgspec.json.Decoder(ServerFrame).decode
decode_event = msgspec.json.Decoder(AnyEvent).decode


def encode(message: object) -> bytes:
    """UTF-8 JSON."""
    return _encoder.encode(message)
