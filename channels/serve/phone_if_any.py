"""The phone, if there is one. What speaks to its vendor is loaded when it is configured: a desk without a phone does not carry
it, and reads an old call again all the same."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Protocol

import structlog
from starlette.types import ASGIApp

from channels.serve.compose import Parts
from channels.serve.fetching import Fetcher
from channels.serve.meters import Meters
from channels.serve.reception import Reception
from channels.serve.spool import FOLDER, Spool
from channels.serve.spool_loop import SpoolLoop
from intake.desk.outbound import Sender
from intake.desk.phone_health import PhoneHealth
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable

log = structlog.get_logger()


class Phone(Protocol):
    """As `PhoneAtWork`."""

    @property
    def senders(self) -> Mapping[Channel, Sender]: ...

    @property
    def doors(self) -> Mapping[str, ASGIApp]: ...

    @property
    def fetchers(self) -> Mapping[Channel, Fetcher]: ...

    @property
    def health(self) -> Callable[[], PhoneHealth] | None: ...

    async def begin(self) -> None: ...

    def loops(self) -> Sequence[Coroutine[None, None, None]]: ...

    def stop(self) -> None: ...

    async def close(self) -> None: ...


class _NoPhone:
    """What an earlier process, that had a phone, still owed the store is not lost."""

    senders: Mapping[Channel, Sender] = {}
    doors: Mapping[str, ASGIApp] = {}
    fetchers: Mapping[Channel, Fetcher] = {}
    health: Callable[[], PhoneHealth] | None = None

    def __init__(self, parts: Parts, reception: Reception) -> None:
        self._folder = parts.settings.desk.data_dir / FOLDER
        self._receive = reception.receive
        self._spool: Spool | None = None
        self._booking: SpoolLoop | None = None

    async def begin(self) -> None:
        """What cannot be booked yet is left to the loop."""
        if not self._folder.is_dir():
            return
        try:
            self._spool = Spool(self._folder)
        except StoreUnavailable as fault:  # no reason to take no mail
            log.error("spool.closed", why=str(fault), do="mend that and restart: callers may have said what is in no ticket")
            return
        self._booking = SpoolLoop(self._spool, self._receive)
        await self._booking.begin()

    def loops(self) -> Sequence[Coroutine[None, None, None]]:
        return (self._booking.run(),) if self._booking is not None else ()

    def stop(self) -> None:
        if self._booking is not None:
            self._booking.stop()

    async def close(self) -> None:
        if self._spool is not None:
            self._spool.close()


def phone_of(parts: Parts, reception: Reception, meters: Meters) -> Phone:
    """As `PhoneAtWork`."""
    if not parts.settings.phone.is_on:
        return _NoPhone(parts, reception)
    from channels.serve.phone_at_work import PhoneAtWork  # noqa: PLC0415 - see above

    return PhoneAtWork(parts, reception, meters)
