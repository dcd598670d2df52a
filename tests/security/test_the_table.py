"""docs/security.md: every danger has a control, a test that is there, and one that failed."""

import re
from pathlib import Path

from dialog import app, broadcast, doorkeeper, patience, settings, sockets
from dialog.doorkeeper import Doorkeeper
from dialog.files_api import IMPORT_LIMIT
from dialog.protocol import frames

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
DANGERS = [row for row in ROWS if "`test_" in row[2]]


def those_in(folder: Path) -> dict[str, str]:
    """Test -> the file that it stands in."""
    return {
        name: file.name
        for file in folder.rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
    }


def named(column: str) -> list[str]:
    return re.findall(r"`(test_\w+)`", column)


def test_every_test_that_the_table_names_is_there():
    there = those_in(ROOT / "tests")
    names = [name for _, _, tests, failed in DANGERS for name in named(tests) + named(failed)]
    assert len(DANGERS) > 35
    assert [name for name in names if name not in there] == []


def test_every_danger_has_been_let_in_once():
    """A control that nobody has switched off is a control that nobody has tested."""
    for danger, control, tests, failed in DANGERS:
        assert danger.strip() and control.strip() and named(tests), danger
        assert named(failed), danger


def test_every_file_of_attacks_is_in_the_table():
    there = those_in(Path(__file__).parent)
    used = {there.get(name) for _, _, tests, _ in DANGERS for name in named(tests)}
    assert set(there.values()) - used == {Path(__file__).name}


def test_the_limits_that_are_stated_are_the_ones_that_hold(house):
    keeper, limits = Doorkeeper(), house.installation.sockets
    for said in (
        f"| {patience.HEAD_WITHIN:.0f} s and 16 kB",
        f"| {patience.GRACE:.0f} s, then {patience.SLOWEST} bytes a second",
        f"| {app.BODY_LIMIT // 1024} kB; a file to bring in {IMPORT_LIMIT >> 20} MB",
        f"| {settings.CONNECTIONS:,}, or what the system allows",
        f"| {sockets.HELLO_WITHIN:.0f} s |",
        f"| {frames.FRAME_LIMIT >> 10} kB, in at most {broadcast.MOST_PIECES} pieces",
        f"{broadcast.MOST_WAITING:,} unread end the connection",
        f"| {limits.limits['participant'].burst} at once, then one in two seconds",
        f"| {limits.in_session.burst:,} at once, then {limits.in_session.rate} a second in one",
        f"{limits.in_all.burst:,}, then {limits.in_all.rate:,} a second in one process",
        f"| {sockets.MOST_LINES}; the oldest gives way to the newest ({frames.ELSEWHERE})",
        f"cut after {sockets.LETTING_GO:.0f} s |",
        f"| {limits.comings.burst} at once, then two a second; more is told",
        f"| {house.installation.views_asked_for.burst} at once, then one a second for a phone |",
        f"| {doorkeeper.MOST_WAITING}; numbers are given out {keeper.projectors.burst} a network",
        f"{keeper.all_projectors.burst} in all at once, then {keeper.projectors.rate} and "
        f"{keeper.all_projectors.rate} a second",
        f"| {keeper.per_address.burst} a network (/24, /48) and {keeper.in_all.burst} in all",
    ):
        assert said in PAGE, said
