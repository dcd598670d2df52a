"""Twelve rooms of a hundred phones at once, as parallel sessions of one dialogue: no fault but the
crowd itself. Every room has its own words and nobody else's; the dialogue's workboard has all."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import pytest

from bench.deployment import deployment
from dialog.protocol.codec import encode
from dialog.settings import room_for
from tests.hall import DIALOGUE, Evening, evening

MARK = re.compile(rb"rum-(\d\d)")
FILES = 4_000
"""As many connections as the whole form has on this side, and some."""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_twelve_rooms_at_once_have_their_own_words_and_the_dialogue_all(
    database_server, length, verdict, database
):
    room_for(FILES)
    number, phones, posts = length(4, 12), length(4, 100), length(2, 3)
    laptop = database == "sqlite"
    form = {"web": 1, "database": "sqlite"} if laptop else {"web": 2, "postgres": database_server}
    with deployment(worker=False, **form) as there:
        async with rooms_of(there, number, phones) as rooms:
            strangers = [watch_for_strangers(n, room) for n, room in enumerate(rooms)]
            async with asyncio.timeout(300):
                await asyncio.gather(*(everybody_posts(n, it, posts) for n, it in enumerate(rooms)))
            what = f"{number} rooms of {phones} phones, {database}"
            for n, room in enumerate(rooms):
                counted = await verdict("twelve rooms", f"{what}: room {n + 1}", room)
                assert counted.acknowledged == phones * posts
                assert words_of(n, room) == phones * posts
            assert not [it for it in strangers if it], "words of another room were shown"
            await the_workboard_has_all(rooms, there.addresses)


@contextlib.asynccontextmanager
async def rooms_of(there, number: int, phones: int) -> AsyncIterator[list[Evening]]:
    """A session in each room, all open at once; every second person is at another process."""
    async with contextlib.AsyncExitStack() as open_rooms:
        yield [
            await open_rooms.enter_async_context(
                evening(there.web[0], phones, others=there.web[1:], room=f"Rum {n + 1}")
            )
            for n in range(number)
        ]


def watch_for_strangers(number: int, room: Evening) -> set[bytes]:
    """Marks of other rooms in any frame that any screen of this one is sent from now on."""
    found: set[bytes] = set()

    def watch(screen, frame, at, before=room._notice):
        before(screen, frame, at)
        if frame is not watch.last:  # one frame goes to many
            watch.last = frame
            found.update(set(MARK.findall(encode(frame))) - {mark(number).encode()[-2:]})

    watch.last = None
    for screen in room.screens:
        screen.watch = watch
    return found


async def everybody_posts(number: int, room: Evening, posts: int) -> None:
    async def one(person) -> None:
        for n in range(posts):
            await room.post(person, f"{mark(number)} säger {len(room.sent)} och {n}")

    await asyncio.gather(*map(one, room.people))


def mark(number: int) -> str:
    return f"rum-{number + 1:02}"


def words_of(number: int, room: Evening) -> int:
    """How many of its own words the room's log holds; others' would fail."""
    _, log = room.server.log_of(room.session)
    here = [it.words for it in log if it.session == room.session and it.words]
    assert all(words.startswith(mark(number)) for words in here)
    return len(here)


async def the_workboard_has_all(rooms: list[Evening], addresses: list[str]) -> None:
    """From every process."""
    sent = sorted(text for room in rooms for _, text in room.promises.values())
    for address in addresses:
        rooms[0].fay.address = address
        board = await rooms[0].fay.get(f"/api/dialogue/{DIALOGUE}/records")
        its = [it for key, it in board["records"].items() if key.startswith("contribution/")]
        assert sorted(it["text"] for it in its) == sent
