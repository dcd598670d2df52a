"""What every wish and every fact is built on."""

from typing import Annotated

from msgspec import Meta, Struct

from dialog.protocol.agenda import kebab

Number = Annotated[int, Meta(ge=0, le=2**53)]
Raw = Annotated[str, Meta(max_length=4000)]
"""Text as it came; the rules say in words what is wrong with it."""


class Command(Struct, tag_field="type", tag=kebab, forbid_unknown_fields=True):
    """The base of every wish. On the wire: {"type": "post-contribution", "step": "...", ...}."""


class Event(Struct, tag_field="type", tag=kebab):
    """The base of every fact."""


class Record(Struct, tag_field="is", tag=kebab, omit_defaults=True):
    """The base of every record; `is` names its kind."""
