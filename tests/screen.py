"""A screen without a network: it stands where the transport would, and does what a page does."""

from typing import Any

from dialog.broadcast import EXTENSION, FULL, Connection
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_server_frame
from dialog.protocol.records import AnyRecord, Own


class Screen:
    """Applies what it is sent, as `static/lib` does. `reads` False: its buffer is full."""

    def __init__(self, records: dict[str, AnyRecord] | None = None, seq: int = -1) -> None:
        self.scope: dict[str, Any] = {"extensions": {EXTENSION: self}}
        self.records, self.seq = dict(records or {}), seq
        self.frames: list[f.ServerFrame] = []
        self.seqs = [seq]
        self.own: Own | None = None
        self.presence: f.Presence | None = None
        self.reads, self.dropped = True, False
        self.connection = Connection(self)  # type: ignore[arg-type]

    # ── what the transport offers ──

    def write_now(self, data: bytes) -> None:
        self.receive(decode_server_frame(payload(data)))

    def take(self, data: bytes) -> bool:
        if self.reads:
            self.write_now(data)
        return self.reads

    def buffered(self) -> int:
        return 0 if self.reads else FULL + 1

    def abort(self) -> None:
        self.dropped = True

    # ── what the page does ──

    def receive(self, frame: f.ServerFrame) -> None:
        self.frames.append(frame)
        match frame:
            case f.View(seq, records):
                self.records, self.seq = dict(records), seq
            case f.Patch(since, to, put, drop):
                assert since <= self.seq, f"a gap: at {self.seq}, and then from {since}"
                if self.seq < to:
                    self.records = {k: v for k, v in (self.records | put).items() if k not in drop}
                    self.seq = to
            case f.Mine(own):
                self.own = own
            case f.Presence():
                self.presence = frame
        assert self.seq >= self.seqs[-1], f"taken back from {self.seqs[-1]} to {self.seq}"
        self.seqs.append(self.seq)

    def views(self) -> int:
        """How many whole views it was given."""
        return sum(isinstance(frame, f.View) for frame in self.frames)


def payload(data: bytes) -> bytes:
    """What a text frame of the server carries."""
    start = {126: 4, 127: 10}.get(data[1], 2)
    return data[start:]
