"""Hands pages over as calls, and everything else that goes to a phone as texts."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

import structlog

from channels.phone.letterhead import PhoneLetterhead
from channels.phone.page_call import PATH as PAGE_PATH
from channels.phone.page_call import PageCall, page_query
from channels.phone.reports import PATH as STATUS_PATH
from channels.phone.texts.sms_text import render
from channels.phone.vendor.client import Placed, Vendor
from intake.desk.directory import Directory
from intake.desk.outbound import Outbound
from intake.domain.channel import Address, AddressKind
from intake.domain.delivery import Delivery, SentRef
from intake.domain.errors import DeliveryError
from intake.domain.notice import NoticeKind

CLOCKS_DIFFER = timedelta(seconds=30)  # ours and the vendor's, which counts whole seconds
MOST_REMEMBERED = 1_000

log = structlog.get_logger()


class _Handed:
    """Which of the vendor's names this process has got for which delivery: what is another one's is not taken for ours."""

    def __init__(self) -> None:
        self._by_sid: dict[str, int] = {}

    def note(self, sid: str, delivery: Delivery) -> SentRef:
        self._by_sid[sid] = delivery.id
        while len(self._by_sid) > MOST_REMEMBERED:
            del self._by_sid[next(iter(self._by_sid))]
        return SentRef(value=sid)

    def mine(self, placed: Placed, outbound: Outbound) -> bool:
        known = self._by_sid.get(placed.sid, outbound.delivery.id) == outbound.delivery.id
        return known and placed.sid not in outbound.elsewhere


class PhoneSender:
    """Rings whoever is on call."""

    def __init__(self, vendor: Vendor, letterhead: PhoneLetterhead) -> None:
        self._vendor = vendor
        self._letterhead = letterhead
        self._handed = _Handed()

    async def send(self, outbound: Outbound) -> SentRef:
        """The vendor's name of the call. Where an earlier attempt may have got through, it is asked first: a call that we have
        placed to that number since the delivery was written, and that is no other delivery's, is taken for this one."""
        delivery, ticket = outbound.delivery, outbound.ticket
        notice = delivery.notice
        if notice is None or notice.kind is not NoticeKind.PAGE:
            raise DeliveryError("Only pages are called out: everything else is texted", permanent=True)
        number = self._letterhead.number_for(ticket)
        if delivery.attempts > 1:
            placed = await _looked_up(self._vendor.calls, delivery, number)
            if found := next((one for one in placed if self._handed.mine(one, outbound)), None):
                return self._handed.note(found.sid, delivery)
        page = PageCall(
            delivery=delivery.id,
            ticket=ticket.number,
            priority=ticket.priority.value,
            whom=_whom(outbound, self._letterhead),
            about=ticket.short_description,
            line=number,
            conference=bool(notice.fields.get("conference")),
        )
        sid = await self._vendor.call(
            to=delivery.address,
            from_=number,
            url=f"{self._letterhead.public_url}{PAGE_PATH}?{page_query(page)}",
            status_url=_status_url(self._letterhead, delivery),
            ring_seconds=int(self._letterhead.policy.phone.ring.total_seconds()),
        )
        return self._handed.note(sid, delivery)

    async def close(self) -> None:
        await self._vendor.close()


class SmsSender:
    """Texts whoever asked, and pages by text."""

    def __init__(self, vendor: Vendor, letterhead: PhoneLetterhead) -> None:
        self._vendor = vendor
        self._letterhead = letterhead
        self._handed = _Handed()

    async def send(self, outbound: Outbound) -> SentRef:
        """The vendor's name of the text. Where an earlier attempt may have got through, it is asked first for one that carries
        this delivery's link or a page's code, or says the very same."""
        delivery = outbound.delivery
        body = render(outbound, self._letterhead)
        if not body.strip():
            raise DeliveryError("There is nothing to text", permanent=True)
        number = self._letterhead.number_for(outbound.ticket)
        if delivery.attempts > 1:
            placed = await _looked_up(self._vendor.texts, delivery, number)
            carries = _carries(body, outbound, self._letterhead)
            if found := next((one for one in placed if self._handed.mine(one, outbound) and carries(one.body)), None):
                return self._handed.note(found.sid, delivery)
        status_url = _status_url(self._letterhead, delivery)
        sid = await self._vendor.text(to=delivery.address, from_=number, body=body, status_url=status_url)
        return self._handed.note(sid, delivery)

    async def close(self) -> None:
        await self._vendor.close()


class _Lookup(Protocol):
    async def __call__(self, *, to: str, from_: str, since: datetime) -> Sequence[Placed]: ...


async def _looked_up(lookup: _Lookup, delivery: Delivery, number: str) -> Sequence[Placed]:
    """A page does not wait for a list that the vendor cannot give: twice is better than never."""
    try:
        return await lookup(to=delivery.address, from_=number, since=delivery.created_at - CLOCKS_DIFFER)
    except DeliveryError as fault:
        if not delivery.urgent:
            raise
        log.warning("vendor.no_list", delivery=delivery.id, why=str(fault))
        return ()


def _carries(body: str, outbound: Outbound, letterhead: PhoneLetterhead) -> Callable[[str], bool]:
    """What a text of this delivery has and no other: the vendor may have put words of its own before it."""
    delivery = outbound.delivery
    for link in (letterhead.page(delivery), letterhead.acknowledging(delivery), letterhead.deciding(delivery)):
        if link in body:
            return lambda sent: link in sent
    return lambda sent: body in sent


def _whom(outbound: Outbound, letterhead: PhoneLetterhead) -> str:
    """In whose name the page is taken: as the ladder wrote it; else whose number it is."""
    notice, address = outbound.delivery.notice, outbound.delivery.address
    if notice is not None and (whom := notice.fields.get("whom", "")):
        return whom
    agent = Directory(policy=letterhead.policy).at(Address(kind=AddressKind.PHONE, value=address))
    return agent.name if agent is not None else address


def _status_url(letterhead: PhoneLetterhead, delivery: Delivery) -> str:
    return f"{letterhead.public_url}{STATUS_PATH}?{urlencode({'d': delivery.id})}"
