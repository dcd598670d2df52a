"""The disk is full, or takes nothing more: reading goes on, writing waits and is told so."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialog.protocol import frames as f
from dialog.protocol.refusals import Unsaved
from dialog.rehearsal.visitor import NotLetIn, Visitor
from tests.faults.watched import Watched
from tests.hall import Evening, evening, fresh_screens

MEGABYTE = 1 << 20
SMALL = 16 * MEGABYTE


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts file systems of this test's own."""
    places: list[Path] = []

    def mount(*how: str, at: Path | None = None) -> Path:
        assert os.geteuid() == 0, "a disk that fails has to be mounted: run this test as root"
        place = at or tmp_path / f"disk{len(places)}"
        place.mkdir(exist_ok=True)
        subprocess.run(["mount", *how, place], check=True)
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


def refusals(it: Evening) -> list[f.Nack]:
    """What people will be refused from now on, unless only for having written too fast."""
    found: list[f.Nack] = []

    def watch(_: object, frame: f.ServerFrame, at: float) -> None:
        if isinstance(frame, f.Nack) and isinstance(frame.refusal, Unsaved):
            found.append(frame)

    for person in it.people:
        person.watch = watch
    return found


async def refused(it: Evening, number: int, found: list[f.Nack]) -> None:
    async with asyncio.timeout(30):
        while len(found) < number:
            await asyncio.sleep(0.05)


async def readers_are_served(it: Evening) -> None:
    """A phone that comes back, a projector and a console are shown all that there is."""
    for screen in fresh_screens(it):
        assert await screen.until(lambda screen=screen: "stage" in screen.records, 60)


async def newcomers_are_asked_to_wait(it: Evening) -> None:
    """Coming in, signing in and a new screen have to be written down."""
    asked = [
        ("/api/join", {"code": it.code}),
        ("/api/staff/login", {"secret": it.server.secret("presidium")}),
        ("/api/projector", {}),
    ]
    for path, body in asked:
        with pytest.raises(NotLetIn) as no:
            await Visitor(it.server.address).post(path, **body)
        assert (no.value.status, no.value.kind) == (503, "unsaved"), path


def is_sound(server: Watched) -> bool:
    db = sqlite3.connect(server.data / "dialog.db")
    try:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()


def fill(place: Path) -> Path:
    """Until not one more byte has room."""
    file = place / "somebody-elses"
    with file.open("wb", buffering=0) as it:
        for size in (MEGABYTE, 4096, 1):
            try:
                while True:
                    it.write(b"\0" * size)
            except OSError:
                continue
    return file


async def test_while_the_disk_is_full_people_read_on_and_what_they_write_waits(
    mounted, watched, length, verdict, tmp_path
):
    place = mounted("-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs")
    server = watched(data=place / "data", log=tmp_path / "said")
    people = length(10, 30)
    async with evening(server, people) as it:
        found = refusals(it)
        async with it.everybody_writing(0.5):
            await it.more_promises(people)
            file = fill(place)
            await refused(it, people, found)
            kept = sum(len(person.outbox) for person in it.people)
            await asyncio.sleep(length(1, 8))
            await readers_are_served(it)
            await newcomers_are_asked_to_wait(it)
            file.unlink()
            await it.more_promises(people, 60)
        assert {nack.retry is not None and nack.retry > 0 for nack in found} == {True}
        assert kept and server.is_alive()
        await verdict(
            "F5",
            "the disk is full",
            it,
            phones=people,
            refused=len(found),
            kept=kept,
        )
    assert is_sound(server)
    assert not server.mistakes()


async def test_when_the_disk_turns_read_only_people_read_on_until_it_has_been_mended(
    mounted, watched, length, verdict, tmp_path
):
    """As a file system does that finds itself broken. Before it can be written to again it has to
    be taken away, and so has the server."""
    image = tmp_path / "image"
    image.write_bytes(b"")
    os.truncate(image, 2 * SMALL)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    how = ("-o", "loop,errors=remount-ro", str(image))
    place = mounted(*how)
    server = watched(data=place / "data", log=tmp_path / "said")
    people = length(10, 30)
    async with evening(server, people) as it:
        found = refusals(it)
        async with it.everybody_writing(0.5):
            await it.more_promises(people)
            break_down(place)
            await refused(it, people, found)
            await asyncio.sleep(length(1, 8))
            await readers_are_served(it)
            await newcomers_are_asked_to_wait(it)
            assert server.is_alive()
            await asyncio.to_thread(server.stop)
            subprocess.run(["umount", place], check=True)
            assert subprocess.run(["fsck.ext4", "-p", image], capture_output=True).returncode < 4
            subprocess.run(["mount", *how, place], check=True)
            await asyncio.to_thread(server.start)
            await it.more_promises(people, 60)
        await verdict("F5", "the disk turns read-only", it, phones=people, refused=len(found))
    assert is_sound(server)
    assert not server.mistakes()


def break_down(place: Path) -> None:
    """The file system at `place` finds itself broken."""
    os.sync()  # what is in memory of its files is clean, and has to be asked for to be written
    asked = ["findmnt", "-no", "SOURCE", str(place)]
    device = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").write_text("a test")
    with pytest.raises(OSError):
        (place / "anything").write_bytes(b"x")
