"""The phone against a vendor that others wrote: what it signs gets in, and it takes what the desk places and sends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.notice import NoticeKind
from tests.harness.patience import wait_until
from tests.harness.phone_line import NUMBER, PhoneLine
from tests.phone.emulate import Emulate, demand_emulate, emulate
from tests.serve.calling import PEOPLE
from tests.serve.open_desk import OpenDesk, free_port, open_phone_desk

pytestmark = pytest.mark.node
ANN, ROBIN, KIM = "+491701234567", "+491701111111", "+491702222222"
DOWN = "Payroll is down for everybody, nobody can work"


@pytest.fixture(autouse=True)
def node_programs() -> None:
    demand_emulate()


@pytest.fixture
def line() -> PhoneLine:
    return PhoneLine(api_url=f"http://127.0.0.1:{free_port()}")


@pytest.fixture
async def desk(tmp_path: Path, line: PhoneLine) -> AsyncIterator[OpenDesk]:
    async with open_phone_desk(tmp_path / "desk", line, PEOPLE) as desk:
        yield desk


@pytest.fixture
async def vendor(tmp_path: Path, line: PhoneLine, desk: OpenDesk) -> AsyncIterator[Emulate]:
    with emulate(tmp_path, line, desk.parts.settings.desk.public_url) as vendor:
        yield vendor


async def seen(holds: object, what: str) -> None:
    assert callable(holds)
    await asyncio.to_thread(wait_until, holds, what)


def by_sms(desk: OpenDesk, kind: NoticeKind = NoticeKind.ACKNOWLEDGEMENT) -> list[Delivery]:
    return [one for one in desk.deliveries() if one.channel is Channel.SMS and one.notice and one.notice.kind is kind]


def pages(desk: OpenDesk) -> list[Delivery]:
    return [one for one in desk.deliveries() if one.channel is Channel.PHONE]


async def test_a_text_that_others_signed_is_a_ticket_and_its_answer_arrives(desk: OpenDesk, vendor: Emulate) -> None:
    await asyncio.to_thread(vendor.texts_us, "The printer on floor 3 is jammed", ANN)
    (line,) = desk.tickets()
    assert line.caller == ANN
    await seen(lambda: [one.state for one in by_sms(desk)] == [DeliveryState.SENT], "the acknowledgement has left")
    (text,) = await asyncio.to_thread(vendor.texts_from_us)
    assert (text["to"], text["from"]) == (ANN, NUMBER)
    assert f"HD-{line.ticket.number}" in str(text["body"])
    await asyncio.to_thread(vendor.says_of_text, str(text["sid"]), "delivered")
    await asyncio.to_thread(vendor.says_of_text, str(text["sid"]), "sent")  # late
    assert [one.state for one in by_sms(desk)] == [DeliveryState.DELIVERED]


async def test_a_call_that_others_signed_has_its_ticket_at_the_first_ring(desk: OpenDesk, vendor: Emulate) -> None:
    sid = await asyncio.to_thread(vendor.calls_us, ANN)
    (line,) = desk.tickets()
    assert line.caller == ANN
    await asyncio.to_thread(vendor.says_of_call, sid, "completed")
    with desk.parts.store.looking() as reader:
        (call,) = reader.calls(limit=10)
        kinds = [event.kind for event in reader.events(ticket=line.ticket.number, limit=100)]
    assert call.name == sid
    assert call.ended_at is not None
    assert {EventKind.CALL_BEGAN, EventKind.CALL_ENDED} <= set(kinds)


async def test_a_page_that_is_not_answered_rings_the_next_person_at_once(desk: OpenDesk, vendor: Emulate) -> None:
    await asyncio.to_thread(vendor.texts_us, DOWN, ANN)
    (line,) = desk.tickets()
    assert line.ticket.priority is Priority.P1
    await seen(lambda: len(vendor.calls_from_us()) == 1, "the first is rung")
    (first,) = await asyncio.to_thread(vendor.calls_from_us)
    assert (first["to"], first["from"]) == (ROBIN, NUMBER)
    await asyncio.to_thread(vendor.says_of_call, str(first["sid"]), "no-answer")
    await seen(lambda: [one["to"] for one in vendor.calls_from_us()] == [ROBIN, KIM], "the next is rung")
    assert pages(desk)[0].state is DeliveryState.FAILED
    assert pages(desk)[0].error == "no answer"


async def test_the_vendors_own_word_of_a_call_takes_no_page(desk: OpenDesk, vendor: Emulate) -> None:
    await asyncio.to_thread(vendor.texts_us, DOWN, ANN)
    await seen(lambda: len(vendor.calls_from_us()) == 1, "the first is rung")
    (first,) = await asyncio.to_thread(vendor.calls_from_us)
    await asyncio.to_thread(vendor.says_of_call, str(first["sid"]), "in-progress")
    (line,) = desk.tickets()
    with desk.parts.store.looking() as reader:
        kinds = {event.kind for event in reader.events(ticket=line.ticket.number, limit=100)}
    assert EventKind.ACKNOWLEDGED not in kinds


async def test_what_another_token_signed_changes_nothing(desk: OpenDesk, line: PhoneLine, tmp_path: Path) -> None:
    stranger = replace(line, token="another-token-of-the-test")
    with emulate(tmp_path, stranger, desk.parts.settings.desk.public_url) as vendor:
        await asyncio.to_thread(vendor.texts_us, "Let me in", ANN)
        await asyncio.to_thread(vendor.calls_us, ANN)
        refused = await asyncio.to_thread(vendor.refusals)
    assert refused == 2  # it did reach the desk
    assert not desk.ledger()
    assert not desk.tickets()


async def test_the_sdk_reaches_the_api_where_it_was_told_to(desk: OpenDesk, vendor: Emulate, line: PhoneLine) -> None:
    from channels.phone.vendor.client import Vendor  # noqa: PLC0415 - the SDK is loaded where Node is

    api = Vendor(line.account, line.token, line.api_url)
    sid = await api.text(
        to=ANN, from_=NUMBER, body="Hello", status_url=f"{desk.parts.settings.desk.public_url}/twilio/status?d=1"
    )
    found = await api.texts(to=ANN, from_=NUMBER, since=desk.parts.clock().replace(year=2020))
    await api.close()
    assert [(one.sid, one.body) for one in found] == [(sid, "Hello")]
    assert urlsplit(line.api_url).hostname == "127.0.0.1"
