"""Who goes over to a WebSocket goes in turn, so that nobody inside waits for a whole hall."""

import asyncio

from dialog.patience import AT_ONCE, Lobby


async def test_a_hall_that_comes_at_once_goes_over_a_few_a_round_and_in_order():
    lobby, loop = Lobby(1000), asyncio.get_running_loop()
    came, rounds = [], []
    for number in range(5 * AT_ONCE + 3):
        lobby.go_over(loop, lambda number=number: came.append(number))
    assert came == []
    while len(came) < 5 * AT_ONCE + 3:
        before = len(came)
        await asyncio.sleep(0)
        rounds.append(len(came) - before)
    assert came == list(range(5 * AT_ONCE + 3))
    assert max(rounds) == AT_ONCE and len(rounds) >= 6


async def test_one_that_fails_keeps_nobody_from_going_over():
    lobby, loop, came = Lobby(1000), asyncio.get_running_loop(), []
    said: list[dict] = []
    loop.set_exception_handler(lambda _, context: said.append(context))

    def fails():
        raise OSError("gone")

    for step in [fails, *[lambda: came.append(1)] * (AT_ONCE + 5)]:
        lobby.go_over(loop, step)
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(came) == AT_ONCE + 5
    lobby.go_over(loop, lambda: came.append(2))
    for _ in range(3):
        await asyncio.sleep(0)
    assert came[-1] == 2 and len(said) == 1
