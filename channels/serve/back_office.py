"""The desk's own books by hand: run a quarantined input again; have deliveries tried again, let them out, or give them up."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from channels.serve.compose import PARSERS, Parts
from channels.serve.writer import Writer
from intake.desk.incoming import Incoming, understand
from intake.desk.outbox_by_hand import give_up, release, retry
from intake.domain.arrival import Arrival
from intake.domain.delivery import Delivery
from intake.domain.errors import Conflict, NotFound, StoreUnavailable
from intake.domain.held import WhichHeld
from intake.domain.receipt import LedgerEntry, Receipt

AT_ONCE = 100  # deliveries that are released in one commit
TRIES = 3  # when somebody else wrote the same thing first


class OfficeAtWork:
    """Beside a running desk: through its one writer."""

    def __init__(self, parts: Parts, writer: Writer, something_to_send: Callable[[], None]) -> None:
        self._parts = parts
        self._writer = writer
        self._something_to_send = something_to_send

    async def replay(self, id: int) -> Receipt:
        """Raises NotFound, StoreUnavailable."""
        for _ in range(TRIES):
            entry, incoming = await asyncio.to_thread(read_again, id, self._parts)
            try:
                receipt = await self._replay(entry, incoming)
            except Conflict:
                continue
            self._something_to_send()
            return receipt
        raise _busy(id)

    async def retry(self, id: int, by: str) -> Delivery:
        """Raises NotFound, PolicyViolation, StoreUnavailable."""
        delivery = await self._writer.run(lambda books: retry(id, books, by, self._parts.clock()))
        self._something_to_send()
        return delivery

    async def give_up(self, id: int, why: str, by: str) -> Delivery:
        """Raises NotFound, PolicyViolation, StoreUnavailable."""
        return await self._writer.run(lambda books: give_up(id, why, books, by, self._parts.clock()))

    async def release(self, which: WhichHeld, most: int, by: str) -> int:
        """The oldest first; how many. Raises StoreUnavailable."""

        def ids() -> Sequence[int]:
            with self._parts.store.looking() as reader:
                return reader.held(which, most)

        held = await asyncio.to_thread(ids)
        released = 0
        for begin in range(0, len(held), AT_ONCE):
            let_out = partial(release, held[begin : begin + AT_ONCE], actor=by, now=self._parts.clock())
            released += len(await self._writer.run(let_out))
        self._something_to_send()
        return released

    async def _replay(self, entry: LedgerEntry, incoming: Incoming) -> Receipt:
        return await self._writer.run(lambda books: self._parts.desk.replay(entry, incoming, books))


def run_again(id: int, parts: Parts) -> Receipt:
    """Without a running desk. Raises NotFound, StoreUnavailable."""
    for _ in range(TRIES):
        entry, incoming = read_again(id, parts)
        try:
            with parts.store.begin() as books:
                return parts.desk.replay(entry, incoming, books)
        except Conflict:
            continue
    raise _busy(id)


def read_again(id: int, parts: Parts) -> tuple[LedgerEntry, Incoming]:
    """An input as the parsers of today understand it. Raises NotFound."""
    with parts.store.looking() as reader:
        entry = reader.entry(id)
        if entry is None:
            raise NotFound(f"There is no ledger entry {id}: `intake ledger` lists them")
        raw = reader.raw(entry)
    parse = PARSERS.get(entry.channel)
    if parse is None:
        raise NotFound(f"Ledger {id} came by {entry.channel.value}, which this version cannot read")
    arrival = Arrival(channel=entry.channel, received_at=entry.received_at, raw=raw, envelope=entry.envelope)
    return entry, understand(arrival, parse, parts.classifier)


def _busy(id: int) -> StoreUnavailable:
    return StoreUnavailable(f"Somebody else keeps writing what ledger {id} would write: try again")
