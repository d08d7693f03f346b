"""Calls and texts as the vendor gets them: once, whatever happens in between."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from channels.phone.page_call import read_page_query
from channels.phone.send import PhoneSender, SmsSender
from channels.phone.vendor.client import Vendor
from intake.desk.outbound import Outbound
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError
from intake.domain.notice import NoticeKind
from tests.phone.outgoing import LETTERHEAD, MONDAY, TICKET, notice, reply
from tests.phone.vendor_double import ACCOUNT, ANN, OURS, ROBIN, TOKEN, VendorDouble, vendor_double


@pytest.fixture
async def vendor() -> AsyncIterator[VendorDouble]:
    async with vendor_double() as double:
        yield double


@pytest.fixture
async def calls(vendor: VendorDouble) -> AsyncIterator[PhoneSender]:
    sender = PhoneSender(Vendor(ACCOUNT, TOKEN, vendor.url, timeout=5), LETTERHEAD)
    yield sender
    await sender.close()


@pytest.fixture
async def texts(vendor: VendorDouble) -> AsyncIterator[SmsSender]:
    sender = SmsSender(Vendor(ACCOUNT, TOKEN, vendor.url, timeout=5), LETTERHEAD)
    yield sender
    await sender.close()


def page(attempts: int = 1, **fields: str) -> Outbound:
    return notice(NoticeKind.PAGE, ticket=TICKET, channel=Channel.PHONE, address=ROBIN, attempts=attempts, more=fields)


async def test_a_page_is_a_call_whose_url_says_it_all(vendor: VendorDouble, calls: PhoneSender) -> None:
    ref = await calls.send(page(step="1", whom="Robin Example"))
    [call] = vendor.calls
    assert (call["To"], call["From"]) == (ROBIN, OURS)
    url = urlsplit(call["Url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://desk.example.com/twilio/page"
    said = read_page_query(url.query)
    assert (said.delivery, said.ticket, said.priority, said.whom) == (77, 1042, "P1", "Robin Example")
    assert said.about == TICKET.short_description
    assert not said.conference
    assert ref.value == vendor.made[0]["sid"]


async def test_every_event_of_a_page_call_is_asked_for_and_machines_are_looked_for(
    vendor: VendorDouble, calls: PhoneSender
) -> None:
    await calls.send(page())
    [call] = vendor.calls
    assert call["StatusCallback"] == "https://desk.example.com/twilio/status?d=77"
    assert call.all("StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]
    assert (call["MachineDetection"], call["AsyncAmd"]) == ("Enable", "true")
    assert call["AsyncAmdStatusCallback"] == call["StatusCallback"]
    assert call["Timeout"] == "20"


async def test_a_page_of_a_major_incident_offers_its_conference(vendor: VendorDouble, calls: PhoneSender) -> None:
    await calls.send(page(conference="yes"))
    assert read_page_query(urlsplit(vendor.calls[0]["Url"]).query).conference


async def test_only_pages_ring_a_phone(calls: PhoneSender) -> None:
    with pytest.raises(DeliveryError) as refused:
        await calls.send(notice(NoticeKind.ACKNOWLEDGEMENT, channel=Channel.PHONE))
    assert refused.value.permanent


async def test_a_text_says_whose_delivery_it_is(vendor: VendorDouble, texts: SmsSender) -> None:
    ref = await texts.send(reply("Please log in again."))
    [text] = vendor.texts
    assert (text["To"], text["From"]) == (ANN, OURS)
    assert text["Body"].startswith("HD-1042: Please log in again.")
    assert text["StatusCallback"] == "https://desk.example.com/twilio/status?d=77"
    assert ref.value == vendor.made[0]["sid"]


async def test_a_ticket_that_came_to_another_number_is_answered_from_there(vendor: VendorDouble, texts: SmsSender) -> None:
    letter = reply("Done.")
    await texts.send(replace(letter, tickets=(replace(letter.ticket, mailbox="+4989123456"),)))
    assert vendor.texts[0]["From"] == "+4989123456"


async def test_a_text_whose_answer_was_lost_is_not_sent_twice(vendor: VendorDouble) -> None:
    vendor.swallows = 1
    hasty = SmsSender(Vendor(ACCOUNT, TOKEN, vendor.url, timeout=0.2), LETTERHEAD)
    with pytest.raises(DeliveryError) as lost:
        await hasty.send(reply("Please log in again."))
    assert not lost.value.permanent
    ref = await hasty.send(reply("Please log in again.", attempts=2))
    await hasty.close()
    assert [text["To"] for text in vendor.texts] == [ANN]
    assert ref.value == vendor.made[0]["sid"]


async def test_a_page_call_whose_answer_was_lost_rings_once(vendor: VendorDouble) -> None:
    vendor.swallows = 1
    hasty = PhoneSender(Vendor(ACCOUNT, TOKEN, vendor.url, timeout=0.2), LETTERHEAD)
    with pytest.raises(DeliveryError):
        await hasty.send(page())
    ref = await hasty.send(page(attempts=2))
    await hasty.close()
    assert len(vendor.calls) == 1
    assert ref.value == vendor.made[0]["sid"]


async def test_an_earlier_answer_to_the_same_number_is_not_taken_for_this_one(vendor: VendorDouble, texts: SmsSender) -> None:
    await texts.send(reply("Please log in again.", id=76))
    await texts.send(reply("Please log in again.", id=77, attempts=2))
    assert len(vendor.texts) == 2


async def test_after_a_crash_another_deliverys_text_is_told_apart_by_its_link(vendor: VendorDouble, texts: SmsSender) -> None:
    vendor.place("SM", ANN, f"HD-1042: Please log in again. {LETTERHEAD.page(reply('', id=76).delivery)}")
    await texts.send(reply("Please log in again.", attempts=2))
    assert len(vendor.texts) == 1


async def test_words_that_the_vendor_puts_before_a_text_hide_it_from_nobody(vendor: VendorDouble, texts: SmsSender) -> None:
    link = LETTERHEAD.page(reply("").delivery)
    sid = vendor.place("SM", ANN, f"Sent from a trial account - HD-1042: Please log in again. {link}")
    ref = await texts.send(reply("Please log in again.", attempts=2))
    assert ref.value == sid
    assert not vendor.texts


async def test_a_page_of_yesterday_is_not_taken_for_todays(vendor: VendorDouble, calls: PhoneSender) -> None:
    vendor.place("CA", ROBIN, at=MONDAY - timedelta(hours=12))
    await calls.send(page(attempts=2))
    assert len(vendor.calls) == 1


async def test_a_call_for_another_page_is_not_taken_for_this_one(vendor: VendorDouble, calls: PhoneSender) -> None:
    other = page()
    await calls.send(replace(other, deliveries=(replace(other.delivery, id=76),)))
    await calls.send(page(attempts=2))
    assert len(vendor.calls) == 2


async def test_a_phone_that_a_callers_call_has_just_rung_is_rung_for_the_page(vendor: VendorDouble, calls: PhoneSender) -> None:
    vendor.place("CA", ROBIN, at=MONDAY - timedelta(seconds=10), direction="outbound-dial")
    await calls.send(page(attempts=2))
    assert len(vendor.calls) == 1


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
async def test_a_call_that_reached_nobody_is_placed_again(vendor: VendorDouble, calls: PhoneSender, status: str) -> None:
    vendor.place("CA", ROBIN, status=status)
    await calls.send(page(attempts=2))
    assert len(vendor.calls) == 1


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
async def test_a_text_that_did_not_arrive_is_sent_again(vendor: VendorDouble, texts: SmsSender, status: str) -> None:
    vendor.place("SM", ANN, f"HD-1042: Please log in again. {LETTERHEAD.page(reply('').delivery)}", status=status)
    await texts.send(reply("Please log in again.", attempts=2))
    assert len(vendor.texts) == 1


async def test_a_call_that_another_delivery_is_known_by_is_not_taken_for_this_one(
    vendor: VendorDouble, calls: PhoneSender
) -> None:
    sid = vendor.place("CA", ROBIN)
    await calls.send(replace(page(attempts=2), elsewhere=frozenset({sid})))
    assert len(vendor.calls) == 1


async def test_a_page_rings_even_where_the_vendor_cannot_say_whether_it_did(vendor: VendorDouble, calls: PhoneSender) -> None:
    vendor.lists_nothing = True
    await calls.send(page(attempts=2))
    assert len(vendor.calls) == 1


async def test_an_answer_waits_where_the_vendor_cannot_say_whether_it_was_sent(vendor: VendorDouble, texts: SmsSender) -> None:
    vendor.lists_nothing = True
    with pytest.raises(DeliveryError) as refused:
        await texts.send(reply("Please log in again.", attempts=2))
    assert not refused.value.permanent
    assert not vendor.texts


@pytest.mark.parametrize(
    ("status", "code", "permanent", "dead"),
    [
        (400, 21610, True, True),  # stopped
        (400, 21211, True, True),
        (400, 21614, True, True),
        (400, 21617, True, False),
        (400, 21408, True, False),
        (400, 21635, True, True),
        (400, 21606, False, False),  # ours to mend
        (400, 21609, False, False),
        (400, 21659, False, False),
        (400, 21660, False, False),
        (404, 20404, False, False),  # no such account there: no delivery's fault
        (401, 20003, False, False),
        (429, 20429, False, False),
        (500, 20500, False, False),
        (400, 99999, True, False),
    ],
)
async def test_a_refusal_is_as_final_as_the_vendor_means_it(
    vendor: VendorDouble, texts: SmsSender, status: int, code: int, permanent: bool, dead: bool
) -> None:
    vendor.refuses[ANN] = (status, code)
    with pytest.raises(DeliveryError, match=str(code)) as refused:
        await texts.send(reply("Please log in again."))
    assert (refused.value.permanent, refused.value.dead) == (permanent, dead)


async def test_the_vendor_is_left_alone_as_long_as_it_asks(vendor: VendorDouble, texts: SmsSender) -> None:
    vendor.ill, vendor.retry_after = 1, "17"
    with pytest.raises(DeliveryError) as refused:
        await texts.send(reply("Please log in again."))
    assert refused.value.retry_after == 17
    assert not refused.value.permanent


async def test_a_vendor_that_is_away_is_asked_later_and_no_secret_is_told() -> None:
    sender = SmsSender(Vendor(ACCOUNT, TOKEN, "http://127.0.0.1:9"), LETTERHEAD)
    with pytest.raises(DeliveryError) as refused:
        await sender.send(reply("Please log in again."))
    await sender.close()
    assert not refused.value.permanent
    assert TOKEN not in str(refused.value)


async def test_wrong_credentials_do_not_bury_what_waits(vendor: VendorDouble) -> None:
    sender = SmsSender(Vendor(ACCOUNT, "an-old-token", vendor.url), LETTERHEAD)
    with pytest.raises(DeliveryError, match="20003") as refused:
        await sender.send(reply("Please log in again."))
    await sender.close()
    assert not refused.value.permanent


@pytest.mark.parametrize("attempts", [1, 2])
async def test_an_answer_that_is_none_of_the_vendors_is_no_success(
    vendor: VendorDouble, calls: PhoneSender, attempts: int
) -> None:
    vendor.babbles = True
    with pytest.raises(DeliveryError) as refused:
        await calls.send(page(attempts=attempts))
    assert not refused.value.permanent
