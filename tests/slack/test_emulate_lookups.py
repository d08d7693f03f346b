"""What the desk asks Slack for, at somebody else's Slack: profiles, marked messages with their threads, files."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from channels.slack.file_link import UNKNOWN, FileLink, to_link
from channels.slack.json_value import text
from channels.slack.lookups import SlackFinder
from channels.slack.outgoing.send import SlackSender
from channels.slack.reading.files import files_of
from channels.slack.vendor.client import SlackApi
from channels.slack.vendor.fetch import SlackFileFetcher
from intake.domain.chat import LookupKind
from intake.domain.errors import DeliveryError
from intake.domain.remote_file import RemoteFile
from tests.phone.emulate import demand_emulate
from tests.slack.emulate import EmulatedSlack, emulated_slack
from tests.slack.outgoing import LETTERHEAD, file, reply
from tests.slack.test_emulate import OneToken
from tests.slack.test_lookups import NOW, lookup

pytestmark = pytest.mark.node


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
async def api(slack: EmulatedSlack) -> AsyncIterator[SlackApi]:
    made = SlackApi(OneToken(), slack.api_url)
    yield made
    await made.close()


async def read(api: SlackApi, room: str, stamp: str) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads(
        await SlackFinder(api, lambda: NOW).message(lookup(LookupKind.MESSAGE, f"{room}/{stamp}", ""), [])
    )
    return found


async def test_a_person(slack: EmulatedSlack, api: SlackApi) -> None:
    ann = await asyncio.to_thread(slack.person, "ann")
    found = await SlackFinder(api, lambda: NOW).person(lookup(LookupKind.PERSON, ann, ""), [])
    assert (found.id, found.name, found.stranger, found.bot) == (ann, "Ann Example", False, False)
    with pytest.raises(DeliveryError, match="nobody"):
        await SlackFinder(api, lambda: NOW).person(lookup(LookupKind.PERSON, "U0NOBODY001", ""), [])


async def test_marked_messages(slack: EmulatedSlack, api: SlackApi) -> None:
    room = await asyncio.to_thread(slack.room, "help")
    root = text(await asyncio.to_thread(lambda: slack.asks("chat.postMessage", channel=room, text="It leaks.")), "ts")
    below = text(
        await asyncio.to_thread(lambda: slack.asks("chat.postMessage", channel=room, text="Still.", thread_ts=root)), "ts"
    )
    assert text(await read(api, room, root), "message", "text") == "It leaks."
    assert text(await read(api, room, below), "message", "text") == "Still."
    with pytest.raises(DeliveryError, match="deleted"):
        await read(api, room, "1.000001")


async def test_a_file(slack: EmulatedSlack, api: SlackApi) -> None:
    ann = await asyncio.to_thread(slack.person, "ann")
    sender = SlackSender(api, LETTERHEAD, clock=iter(range(10, 10_000)).__next__)
    ref = (
        await sender.send(reply("See the file.", address=ann, files=(file("how-to.pdf", b"%PDF-1.7 how to"),), id=900))
    ).value
    room, _, stamp = ref.partition("/")
    said = await asyncio.to_thread(slack.listed, "conversations.replies", "messages", channel=room, ts=stamp)
    (remote,) = [one for message in said for one in files_of(message, "").remote]
    fetcher = SlackFileFetcher(api, OneToken(), slack.api_url)
    try:
        assert (await fetcher(remote)).content == b"%PDF-1.7 how to"
        asked = RemoteFile(
            url=to_link(FileLink(address=UNKNOWN, file=remote.url.rpartition("/")[2])), content_type="", name="file"
        )
        assert (await fetcher(asked)).content == b"%PDF-1.7 how to"
    finally:
        await fetcher.close()
