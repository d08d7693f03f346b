"""Socket Mode: the same inputs by a connection that the desk opens, and when it opens the next one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from channels.slack.door.reconnecting import ENDINGS, LASTED, Waiting
from channels.slack.door.socket import SlackSocket
from channels.slack.presses import Press, Pressed
from tests.slack import workspace as w
from tests.slack.door import Door
from tests.slack.socket_server import NONSENSE, SocketServer, socket_server


@pytest.fixture
async def server() -> AsyncIterator[SocketServer]:
    async with socket_server() as double:
        yield double


@asynccontextmanager
async def listening(door: Door, server: SocketServer) -> AsyncIterator[SlackSocket]:
    socket = SlackSocket(door.slack.app, w.APP_TOKEN, f"{server.url}api/", clock=lambda: door.now, random=Random(7), unit=0.001)
    running = asyncio.create_task(socket.run())
    try:
        yield socket
    finally:
        socket.stop()
        await running
        await door.slack.close()


async def test_an_event_is_acknowledged_after_it_was_kept(server: SocketServer) -> None:
    door = Door()
    async with listening(door, server) as socket:
        await server.until(opened=1)
        await server.sends(w.message(), id="e7", retry=(1, "timeout"))
        await server.until(acknowledged=1)
        assert socket.health.up
    assert server.acknowledged == [{"envelope_id": "e7"}]
    assert json.loads(door.arrivals[0].raw) == w.message()
    assert door.arrivals[0].envelope == {"kind": "event", "retry": "1 timeout"}


async def test_what_is_pressed_typed_and_sent_off_comes_the_same_way(server: SocketServer) -> None:
    door = Door()
    door.shown.faults = {"response_action": "errors", "errors": {"text": "needs words"}}
    async with listening(door, server):
        await server.until(opened=1)
        await server.sends(w.press(Press.TAKE, Pressed(ticket=1, seen=1)), type_="interactive", id="press")
        await server.until(acknowledged=1)
        await server.sends(w.command("printer"), type_="slash_commands", id="command")
        await server.until(acknowledged=2)
        await server.sends(w.submission(Press.RESOLVE), type_="interactive", id="form")
        await server.until(acknowledged=3)
    press, command, form = server.acknowledged
    assert press == {"envelope_id": "press"}
    assert command["payload"] == {"response_type": "ephemeral", "text": "HD-1002"}
    assert form["payload"] == door.shown.faults
    assert [arrival.envelope["kind"] for arrival in door.arrivals] == ["interaction", "command"]


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(server: SocketServer) -> None:
    door = Door(away=True)
    async with listening(door, server):
        await server.until(opened=1)
        await server.sends(w.message(), id="first")
        while door.slack.app.counts["not_kept"] == 0:
            await asyncio.sleep(0)
        door.away = False
        await server.sends(w.message(), id="again", retry=(1, "timeout"))
        await server.until(acknowledged=1)
    assert server.acknowledged == [{"envelope_id": "again"}]


async def test_junk_of_any_shape_takes_no_connection_down(server: SocketServer) -> None:
    async with listening(Door(), server):
        await server.until(opened=1)
        for junk in ("{", "[]", "7", '{"type": "events_api"}', '{"type": "events_api", "envelope_id": "x", "payload": []}'):
            await server.connections[-1].send_str(junk)
        await server.sends({"event": []}, id="odd")
        await server.sends(w.message(), id="e9")
        await server.until(acknowledged=1)
    assert server.acknowledged == [{"envelope_id": "e9"}]
    assert server.opened == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_when_slack_asks_for_it_the_next_connection_is_there_before_the_old_one_goes(
    server: SocketServer, reason: str
) -> None:
    door = Door()
    async with listening(door, server) as socket:
        await server.until(opened=1)
        await server.disconnects(reason)
        await server.until(opened=2)
        await server.sends(w.message(), id="on the new one")
        await server.until(acknowledged=1)
        await server.until(left=1)
        assert socket.health.up
    assert server.asked == 2


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_where_there_are_too_many_the_old_one_goes_first(server: SocketServer, reason: str) -> None:
    async with listening(Door(), server) as socket:
        await server.until(opened=1)
        await server.disconnects(reason)
        await server.until(left=0)
        assert (socket.health.up, socket.health.why) == (False, reason)
        await server.until(opened=2)
    assert server.asked == 2


async def test_a_line_that_breaks_is_opened_again(server: SocketServer) -> None:
    async with listening(Door(), server):
        await server.until(opened=1)
        await server.connections[-1].close()
        await server.until(opened=2)


async def test_a_token_that_is_refused_is_said_and_tried_again(server: SocketServer) -> None:
    server.faults = ["invalid_auth", "ratelimited", "internal_error"]
    async with listening(Door(), server) as socket:
        await server.until(asked=1)
        await server.until(opened=1, asked=4)
        while not socket.health.up:
            await asyncio.sleep(0)
        assert socket.health.why == ""


async def test_an_answer_that_nobody_understands_is_no_end_of_listening(server: SocketServer) -> None:
    server.faults = [NONSENSE]
    async with listening(Door(), server) as socket:
        await server.until(opened=1)
        async with asyncio.timeout(15):
            while not socket.health.up:
                await asyncio.sleep(0.01)


async def test_without_a_network_it_says_so_and_ends_when_it_is_told_to() -> None:
    door = Door()
    nowhere = SocketServer(url="http://127.0.0.1:9/")
    async with listening(door, nowhere) as socket:
        while socket.health.why != "unreachable":
            await asyncio.sleep(0)
    assert not socket.health.up


def test_tries_that_fail_come_ever_later_and_never_all_at_once() -> None:
    first, second = ([Waiting(Random(seed)).pause("lost")] for seed in (1, 2))
    assert first != second
    waiting = Waiting(Random(1))
    pauses = [waiting.pause("lost") for _ in range(12)]
    assert pauses[0] < 2 < pauses[3] < 15
    assert 60 <= pauses[-1] <= 90
    assert waiting.lasted(LASTED)
    assert waiting.pause("lost") < 2


def test_too_many_connections_are_no_storm() -> None:
    for code in ("too_many_websockets", "link_disabled"):
        assert Waiting(Random(1)).pause(code) >= ENDINGS[code].pause >= 60
    assert Waiting(Random(1)).pause("ratelimited", 120.0) >= 120
