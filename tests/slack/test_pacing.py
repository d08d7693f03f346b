"""A room gets one message a second, and no other room waits for it."""

from collections.abc import Mapping

import pytest

from channels.slack.json_value import Json
from channels.slack.outgoing.pacing import MOST, PacedApi, Pacing
from channels.slack.vendor.api import SlackFault
from intake.domain.errors import DeliveryError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Refusing:
    """An API that asks to be left alone, once."""

    def __init__(self, waits: list[float]) -> None:
        self.waits = waits
        self.asked: list[str] = []

    async def call(self, method: str, workspace: str, arguments: Mapping[str, object]) -> Json:
        self.asked.append(f"{method} {arguments.get('channel', '')}")
        if self.waits:
            raise SlackFault("ratelimited", method=method, retry_after=self.waits.pop())
        return {"ok": True}

    async def post_bytes(self, url: str, content: bytes) -> None: ...

    async def post_json(self, url: str, body: Json) -> None: ...


def wait(pacing: Pacing, room: str, delivery: int) -> float:
    """How long it has to wait, 0 for none."""
    try:
        pacing.demand_slot(room, delivery)
    except DeliveryError as fault:
        waits = fault
    else:
        return 0.0
    assert not waits.tried
    assert not waits.permanent
    assert waits.retry_after is not None
    return waits.retry_after


def test_what_comes_sooner_waits_for_its_own_second() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    assert [wait(pacing, "C1", delivery) for delivery in range(4)] == [0, 1, 2, 3]
    assert wait(pacing, "C2", 9) == 0
    clock.now += 2
    assert wait(pacing, "C1", 2) == 0  # its slot was kept for it, whoever else came meanwhile
    assert wait(pacing, "C1", 4) == 2


def test_who_comes_late_pushes_nobody_closer_than_a_second() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    for delivery in range(3):
        wait(pacing, "C1", delivery)
    clock.now += 1.75
    assert wait(pacing, "C1", 1) == 0
    clock.now += 0.5
    assert wait(pacing, "C1", 2) == 0.5


def test_after_a_quiet_second_nobody_waits() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    for delivery in range(20):
        assert wait(pacing, "C1", delivery) == 0
        clock.now += 1


async def test_a_room_that_wants_rest_is_left_alone_and_others_are_not() -> None:
    clock, api = Clock(), Refusing([30.0])
    paced = PacedApi(api, Pacing(clock))
    with pytest.raises(SlackFault):
        await paced.call("chat.postMessage", "T1", {"channel": "C1"})
    with pytest.raises(SlackFault) as resting:
        await paced.call("chat.postMessage", "T1", {"channel": "C1"})
    assert resting.value.retry_after == 30
    await paced.call("chat.postMessage", "T1", {"channel": "C2"})
    clock.now += 30
    await paced.call("chat.postMessage", "T1", {"channel": "C1"})
    assert api.asked == ["chat.postMessage C1", "chat.postMessage C2", "chat.postMessage C1"]


async def test_a_method_that_is_limited_for_the_workspace_rests_as_a_whole() -> None:
    api = Refusing([5.0])
    paced = PacedApi(api, Pacing(Clock()))
    for room in ("C1", "C2"):
        with pytest.raises(SlackFault):
            await paced.call("chat.update", "T1", {"channel": room})
    await paced.call("chat.update", "T2", {"channel": "C3"})
    assert api.asked == ["chat.update C1", "chat.update C3"]


def test_it_remembers_no_more_rooms_than_it_may() -> None:
    clock = Clock()
    pacing = Pacing(clock)
    for number in range(MOST + 10):
        wait(pacing, f"C{number}", number)
        clock.now += 0.1
    clock.now += 100
    wait(pacing, "C0", 1)
    assert len(pacing._rooms) < MOST
