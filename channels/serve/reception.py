"""Taking in one arrival: understand it off the lock, write it, and hand back the receipt of a durable outcome."""

import asyncio
from collections.abc import Mapping

import structlog

from channels.serve.meters import Meters
from channels.serve.step import Passing, Step
from channels.serve.writer import Writer
from intake.desk.desk import Desk
from intake.desk.incoming import Incoming, Parser, understand
from intake.desk.ports import Classifier
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import HelpdeskError, StoreUnavailable
from intake.domain.receipt import Outcome, Receipt

LARGE = 256 * 1024  # bytes: above this, parsing would hold up everybody else on the event loop

log = structlog.get_logger()


class Reception:
    """The one way in for every channel. `parsers` know each channel's bytes."""

    def __init__(
        self,
        desk: Desk,
        classifier: Classifier,
        parsers: Mapping[Channel, Parser],
        writer: Writer,
        meters: Meters,
        passing: Passing,
    ) -> None:
        self._desk = desk
        self._classifier = classifier
        self._parsers = parsers
        self._writer = writer
        self._meters = meters
        self._passing = passing
        self.something_to_send = asyncio.Event()
        self.under_way = 0  # arrivals whose sender waits for the answer

    async def receive(self, arrival: Arrival) -> Receipt:
        """Raises StoreUnavailable, and nothing else: the sender should try again."""
        self.under_way += 1
        try:
            return await self._receive(arrival)
        finally:
            self.under_way -= 1

    async def _receive(self, arrival: Arrival) -> Receipt:
        self._passing(Step.ARRIVED)
        if len(arrival.raw) > LARGE:
            incoming = await asyncio.to_thread(self._understand, arrival)
        else:
            incoming = self._understand(arrival)
        self._passing(Step.UNDERSTOOD)
        try:
            receipt = await self._writer.run(
                lambda books: self._desk.enter(incoming, books),
                foresee=lambda books: self._desk.foresee(incoming, books),
                fallback=lambda books: self._desk.receive(incoming, books),
            )
        except HelpdeskError as fault:
            self._meters.refused(arrival.channel)
            raise StoreUnavailable(str(fault)) from fault
        self._tell(arrival, receipt)
        return receipt

    def _understand(self, arrival: Arrival) -> Incoming:
        return understand(arrival, self._parsers[arrival.channel], self._classifier)

    def _tell(self, arrival: Arrival, receipt: Receipt) -> None:
        self.something_to_send.set()
        self._meters.taken_in(arrival.channel, receipt)
        if receipt.outcome is Outcome.QUARANTINED and not receipt.duplicate:
            log.error(
                "input.quarantined",
                channel=arrival.channel.value,
                ledger=receipt.id,
                reason=receipt.reason,
                do=f"mend it, then: intake replay {receipt.id}",
            )
            return
        log.info(
            "input.received",
            channel=arrival.channel.value,
            ledger=receipt.id,
            outcome=receipt.outcome.value,
            ticket=receipt.ticket,
            duplicate=receipt.duplicate,
            bytes=len(arrival.raw),
        )
