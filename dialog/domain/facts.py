"""What a rule answers: facts to write, or a refusal."""

from msgspec import Struct

from dialog.protocol.events import AnyEvent
from dialog.protocol.refusals import AnyRefusal, Refused


class Fact(Struct):
    """An event to be written, with what belongs beside the log."""

    event: AnyEvent
    words: str | None = None
    receipt: str | None = None
    participant: int | None = None


def require(condition: object, refusal: AnyRefusal) -> None:
    """Go on if `condition` holds, else refuse."""
    if not condition:
        raise Refused(refusal)
