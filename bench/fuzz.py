"""Looks for a frame that makes the decoder or the rules fail: `python -m bench.fuzz --seconds 60`.

Atheris changes bytes, sees which lines of ours they led to, and goes on from those that led
somewhere new. A frame may be unreadable, and a wish refused; anything else that is raised ends it
with 77, and the frame stands in the folder `--found`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dialog.domain", "dialog.protocol", "dialog.text"]):
    from dialog.domain import rules, views
    from dialog.domain.state import Person
    from dialog.protocol import frames as f
    from dialog.protocol.codec import Unreadable, encode
    from dialog.protocol.refusals import Refused
    from dialog.sockets import decode

from tests.domain.meeting import ID, Meeting
from tests.domain.test_everything_mixed import begin

ROLES = ("participant", "facilitator", "moderator", "presidium", "scribe", "registrar")
WISHES_OF_ONE_MEETING = 200

meeting: Meeting | None = None
asked = 0


def look(data: bytes) -> None:
    """The first byte says who sends the rest."""
    try:
        frame = decode(data[1:].decode("utf-8", "replace"))
    except Unreadable:
        return
    encode(frame)
    if isinstance(frame, f.Do):
        wish(ROLES[data[0] % len(ROLES)], frame)


def wish(role: str, frame: f.Do) -> None:
    """Ask for it in a meeting that has seen others, and draw what came of it."""
    global meeting, asked
    if meeting is None or asked >= WISHES_OF_ONE_MEETING:
        if meeting is not None:
            assert rules.folded(meeting.dialogue.id, meeting.log) == meeting.dialogue
        meeting, asked = begin(), 0
    asked += 1
    number = 1 if role == "participant" else None
    try:
        meeting.do(Person(role, ID, number, seat=role), frame.command)  # type: ignore[arg-type]
    except Refused:
        return
    views.view(meeting.session, "console")


def seeds(folder: Path) -> None:
    """One frame of each kind to begin with."""
    from tests.faults import odd

    frames: list[bytes] = [encode(f.Ping()), encode(f.Hello(f.PROTOCOL, "phone"))]
    frames += [encode(f.Do("o" * 20, odd.plain(type))) for type in odd.TYPES]
    for number, text in enumerate(frames):
        for role in range(2):
            (folder / f"{number}-{role}").write_bytes(bytes((role,)) + text)


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--seconds", type=int, default=60)
    asks.add_argument("--found", type=Path, default=Path())
    asks.add_argument("--seed", type=int, default=0, help="0: another each time")
    given = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seeds(Path(folder))
        options = [f"-max_total_time={given.seconds}", f"-seed={given.seed}", "-max_len=2000"]
        options += [
            f"-artifact_prefix={given.found}/",
            "-rss_limit_mb=1000",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, folder], look)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
