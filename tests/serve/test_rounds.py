"""A loop that looks, rests and looks again."""

import asyncio

from channels.serve.rounds import Rounds
from tests.harness.patience import AT_MOST

NEVER = 3_600.0


async def test_where_there_may_be_more_it_does_not_rest() -> None:
    found = iter((4, 4, 1))
    rounds: Rounds

    async def look() -> int:
        count = next(found)
        if count < 4:
            rounds.stop()
        return count

    rounds = Rounds(look, 4, NEVER, "test.away")
    await asyncio.wait_for(rounds.run(), AT_MOST)
    assert list(found) == []


async def test_it_rests_where_there_was_less_until_it_is_told_to_stop() -> None:
    looked = 0

    async def look() -> int:
        nonlocal looked
        looked += 1
        return 3

    rounds = Rounds(look, 4, NEVER, "test.away")
    running = asyncio.create_task(rounds.run())
    for _ in range(20):
        await asyncio.sleep(0)
    assert (looked, running.done()) == (1, False)
    rounds.stop()
    await asyncio.wait_for(running, AT_MOST)


async def test_whatever_goes_wrong_it_looks_again() -> None:
    looked = 0
    rounds: Rounds

    async def look() -> int:
        nonlocal looked
        looked += 1
        if looked == 1:
            raise LookupError("the store is away")
        rounds.stop()
        return 0

    rounds = Rounds(look, 4, 0.0, "test.away")
    await asyncio.wait_for(rounds.run(), AT_MOST)
    assert looked == 2
