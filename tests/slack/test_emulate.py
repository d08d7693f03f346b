"""What the desk posts, at somebody else's Slack."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.slack.outgoing.send import SlackSender
from channels.slack.vendor.client import SlackApi
from intake.domain.chat import Room
from intake.domain.errors import DeliveryError
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State
from tests.phone.emulate import demand_emulate
from tests.slack.emulate import TOKEN, EmulatedSlack, emulated_slack
from tests.slack.outgoing import CARD, LETTERHEAD, TICKET, file, mirrored, notice, reply, under

pytestmark = pytest.mark.node


class OneToken:
    async def bot(self, workspace: str) -> str:
        return TOKEN


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedSlack]:
    demand_emulate()
    folder: Path = tmp_path_factory.mktemp("slack")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with emulated_slack(folder, port) as running:
        yield running


@pytest.fixture
async def sender(slack: EmulatedSlack) -> AsyncIterator[SlackSender]:
    api = SlackApi(OneToken(), slack.api_url)
    seconds = iter(range(10, 10_000))
    made = SlackSender(api, LETTERHEAD, clock=lambda: float(next(seconds)), close=api.close)
    yield made
    await made.close()


async def test_a_card_with_its_thread(slack: EmulatedSlack, sender: SlackSender) -> None:
    triage = await asyncio.to_thread(slack.room, "triage")
    mirror = replace(CARD, address=triage)
    ref = (await sender.send(mirrored(mirror=mirror))).value
    shown = replace(mirror, ref=ref)
    taken = replace(TICKET, assigned_to="Robin", state=State.IN_PROGRESS, revision=4)
    assert (await sender.send(mirrored(ticket=taken, mirror=shown, id=78))).value == ref
    await sender.send(under(NoticeKind.ADDITION, mirror=shown, said="It is worse", by="Ann", id=79))
    await sender.send(under(NoticeKind.ADDITION, mirror=shown, said="It is worse", by="Ann", id=79, attempts=2))
    said = await asyncio.to_thread(slack.listed, "conversations.replies", "messages", channel=triage, ts=ref.partition("/")[2])
    assert len(said) == 2
    assert "Robin" in str(said[0]["blocks"])
    assert "Ann said more" in str(said[1]["text"])


async def test_a_card_is_not_posted_where_everybody_reads(slack: EmulatedSlack, sender: SlackSender) -> None:
    public = await asyncio.to_thread(slack.room, "help")
    with pytest.raises(DeliveryError, match="is public"):
        await sender.send(mirrored(mirror=replace(CARD, address=public)))


async def test_a_direct_message_is_sent_once(slack: EmulatedSlack, sender: SlackSender) -> None:
    ann = await asyncio.to_thread(slack.person, "ann")
    letter = notice(NoticeKind.ACKNOWLEDGEMENT, address=ann, id=501)
    ref = (await sender.send(letter)).value
    again = replace(letter, deliveries=(replace(letter.delivery, attempts=2),))
    assert (await sender.send(again)).value == ref
    said = await asyncio.to_thread(slack.listed, "conversations.history", "messages", channel=ref.partition("/")[0])
    assert [one["ts"] for one in said] == [ref.partition("/")[2]]


async def test_an_answer_with_files_in_the_thread_that_it_answers(slack: EmulatedSlack, sender: SlackSender) -> None:
    room = await asyncio.to_thread(slack.room, "help")
    asked = await asyncio.to_thread(slack.asks, "chat.postMessage", channel=room, text="Nobody can log in")
    letter = reply(
        "word " * 1_000,
        files=(file("guide.txt", b"how to"),),
        room=Room(id=room, workspace=""),
        answers=f"{room}/{asked['ts']}",
        id=502,
    )
    await sender.send(letter)
    await sender.send(replace(letter, deliveries=(replace(letter.delivery, attempts=2),)))
    _, said, shared = await asyncio.to_thread(
        slack.listed, "conversations.replies", "messages", channel=room, ts=str(asked["ts"])
    )
    assert "word word" in str(said["text"])
    assert [one["name"] for one in shared["files"]] == ["HD-1042.txt", "guide.txt"]  # type: ignore[attr-defined]
