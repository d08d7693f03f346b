"""The phone of a running desk: its door, its senders, what fetches for it, what it owes the store, what its vendor says."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence

from starlette.types import ASGIApp

from channels.phone import listen
from channels.phone.letterhead import PhoneLetterhead
from channels.phone.send import PhoneSender, SmsSender
from channels.phone.vendor.account import Account
from channels.phone.vendor.client import Vendor
from channels.phone.vendor.fetch import FileFetcher
from channels.serve.compose import Parts
from channels.serve.fetching import Fetcher
from channels.serve.meters import Meters
from channels.serve.phone_gauges import phone_gauges
from channels.serve.reception import Reception
from channels.serve.spool import FOLDER, Spool
from channels.serve.spool_loop import SpoolLoop
from channels.serve.timed_door import TimedDoor
from channels.serve.vendor_watch import VendorWatch
from intake.desk.outbound import Sender
from intake.desk.phone_health import PhoneHealth
from intake.domain.channel import Channel

PATH = "/twilio"
KNOWN = frozenset({"voice", "sms", "status", "recording", "conference", "page"})
PATIENCE = 10.0  # seconds of one question to the vendor


class PhoneAtWork:
    """Raises StoreUnavailable where its spool cannot be opened."""

    def __init__(self, parts: Parts, reception: Reception, meters: Meters) -> None:
        settings = parts.settings.phone
        account, token = settings.twilio_account_sid, settings.twilio_auth_token[0].get_secret_value()
        self._parts = parts
        self._spool = Spool(parts.settings.desk.data_dir / FOLDER)
        self._booking = SpoolLoop(self._spool, reception.receive)
        self._fetcher = FileFetcher(account, token, settings.twilio_api_url)
        self.fetchers: Mapping[Channel, Fetcher] = dict.fromkeys((Channel.PHONE, Channel.SMS), self._fetcher)
        self._watching = VendorWatch(Account(settings, PATIENCE), parts.settings.desk.public_url, parts.clock)
        vendor, letterhead = Vendor(account, token, settings.twilio_api_url), _letterhead(parts)
        self.senders: Mapping[Channel, Sender] = {
            Channel.PHONE: PhoneSender(vendor, letterhead),
            Channel.SMS: SmsSender(vendor, letterhead),
        }
        self._phone = listen.make_phone(
            receive=reception.receive,
            keep=self._spool.keep,
            library=parts.store,
            policy=parts.policy,
            classifier=parts.classifier,
            settings=settings,
            public_url=parts.settings.desk.public_url,
            clock=parts.clock,
        )
        self.doors: Mapping[str, ASGIApp] = {PATH: TimedDoor(self._phone, KNOWN, meters.answered)}
        meters.watch(lambda: phone_gauges(parts.store, lambda: self._spool.depth))

    def health(self) -> PhoneHealth:
        return self._watching.health

    async def begin(self) -> None:
        """What an earlier process still owed the store goes in before anybody calls."""
        await self._booking.begin()

    def loops(self) -> Sequence[Coroutine[None, None, None]]:
        return self._booking.run(), self._watching.run()

    def stop(self) -> None:
        """The loops end; webhooks that are under way are answered."""
        for loop in (self._booking, self._watching):
            loop.stop()

    async def close(self) -> None:
        """Nobody asks any more."""
        self._phone.close()
        await self._fetcher.close()
        await asyncio.to_thread(self._spool.close)


def _letterhead(parts: Parts) -> PhoneLetterhead:
    settings = parts.settings
    return PhoneLetterhead(
        policy=parts.policy,
        keys=parts.keys,
        numbers=settings.phone.twilio_number,
        public_url=settings.desk.public_url,
        phone=settings.desk_phone,
    )
