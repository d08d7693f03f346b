"""Asks the phone's vendor every few minutes how it gets on with us: an account that is closed, a token that was changed and
webhooks that fail are seen nowhere else."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from intake.desk.phone_health import FailedWebhooks, PhoneHealth
from intake.desk.ports import Clock
from intake.domain.errors import DeliveryError

LOOK_EVERY = 300.0  # seconds
AGAIN_AFTER = 60.0  # seconds, once it has refused us or said nothing
LATELY = timedelta(minutes=15)  # so long a webhook that failed is news; the vendor's log lags some minutes behind

log = structlog.get_logger()


class ErrorLog(Protocol):
    """The vendor's."""

    async def failed_webhooks(self, since: datetime, public_url: str) -> Sequence[FailedWebhooks]:
        """Raises DeliveryError."""
        ...

    async def status(self) -> str:
        """Of the account. Raises DeliveryError."""
        ...

    async def close(self) -> None: ...


class VendorWatch:
    def __init__(self, vendor: ErrorLog, public_url: str, clock: Clock, look_every: float = LOOK_EVERY) -> None:
        self._vendor = vendor
        self._public_url = public_url
        self._clock = clock
        self._look_every = look_every
        self._stop = asyncio.Event()
        self._suspected: datetime | None = None  # it said no, or nothing; the second time in a row is told
        self.health = PhoneHealth()

    async def run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    await self.look()
                except Exception as fault:  # whatever it is, somebody must ask when it is over
                    log.warning("vendor.away", why=repr(fault))
                wait = self._look_every if self._suspected is None else min(AGAIN_AFTER, self._look_every)
                try:
                    await asyncio.wait_for(self._stop.wait(), wait)
                except TimeoutError:
                    continue
        finally:
            await self._vendor.close()

    def stop(self) -> None:
        self._stop.set()

    async def look(self) -> None:
        now = self._clock()
        try:
            status = await self._vendor.status()
            failed = await self._failed(now - LATELY) if status == "active" else ()
        except DeliveryError as fault:
            self._is_refused(str(fault), now)
            return
        if status != "active":
            self._is_refused(f"the account is {status or 'in no state that it names'}", now)
            return
        self._suspected = None
        self.health = PhoneHealth(asked_at=now, failed=tuple(failed))

    async def _failed(self, since: datetime) -> Sequence[FailedWebhooks]:
        """An account may have no right to its error log; then nobody hears of it this way."""
        try:
            return await self._vendor.failed_webhooks(since, self._public_url)
        except DeliveryError as fault:
            if not fault.permanent:
                raise
            log.info("vendor.no_error_log", why=str(fault))
            return ()

    def _is_refused(self, why: str, now: datetime) -> None:
        log.warning("vendor.refused", why=why)
        if self._suspected is None:
            self._suspected = now
            return
        self.health = PhoneHealth(asked_at=now, failed=self.health.failed, refused_since=self._suspected, refusal=why)
