"""The loop that asks a chat what the desk could not be told: who somebody is, what a marked message says, who is in a group."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from channels.serve.rounds import Rounds
from channels.serve.writer import Writer
from intake.desk.chat.lookups import GROUPS_EVERY, LEASE, Claimed, Lookups
from intake.desk.ports import Clock, UnitOfWork
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.chat import Lookup, LookupKind, LookupState, Person
from intake.domain.errors import DeliveryError, HelpdeskError
from intake.domain.receipt import Receipt

LOOK_EVERY = 1.0  # seconds
MOST_AT_ONCE = 4
LONGEST = 0.8 * LEASE.total_seconds()

log = structlog.get_logger()


class Finder(Protocol):
    """`workspaces` are where the desk is installed, for what names none. Raises DeliveryError: permanent where there is nothing
    to be found, in words that may stand on a ticket."""

    async def person(self, lookup: Lookup, workspaces: Sequence[str]) -> Person: ...

    async def members(self, lookup: Lookup, workspaces: Sequence[str]) -> Collection[str]:
        """The ids of all that are in the group."""
        ...

    async def message(self, lookup: Lookup, workspaces: Sequence[str]) -> bytes:
        """What the channel's parser takes as `found`."""
        ...

    def unread(self, lookup: Lookup, why_not: str) -> bytes:
        """The same of a message that could not be read."""
        ...


class LookupLoop:
    def __init__(
        self,
        finder: Finder,
        lookups: Lookups,
        receive: Callable[[Arrival], Awaitable[Receipt]],
        writer: Writer,
        clock: Clock,
        replica: str,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`receive` takes in what a marked message says, as an input of its own."""
        self._finder = finder
        self._lookups = lookups
        self._receive = receive
        self._writer = writer
        self._clock = clock
        self._replica = replica
        self._groups_due = datetime.min.replace(tzinfo=UTC)
        self._rounds = Rounds(self.look, MOST_AT_ONCE, look_every, "lookups.away")

    async def run(self) -> None:
        await self._rounds.run()

    def stop(self) -> None:
        """What is under way may end, or be cut off: its lease ends then, and it is asked again."""
        self._rounds.stop()

    async def look(self) -> int:
        """How many were asked. Raises StoreUnavailable where not even that can be asked."""
        now = self._clock()
        claimed = await self._writer.run(lambda books: self._claim(books, now))
        if now >= self._groups_due:
            self._groups_due = now + GROUPS_EVERY / 10
        await asyncio.gather(*(self._ask(lookup, claimed.workspaces) for lookup in claimed.lookups))
        return len(claimed.lookups)

    def _claim(self, books: UnitOfWork, now: datetime) -> Claimed:
        if now >= self._groups_due:
            self._lookups.want_groups(books, now)
        return self._lookups.claim(books, now, self._replica, MOST_AT_ONCE)

    async def _ask(self, lookup: Lookup, workspaces: Sequence[str]) -> None:
        try:
            note = await self._asked(lookup, workspaces)
        except DeliveryError as fault:
            await self._put_off(lookup, fault)
        except HelpdeskError as fault:  # the store: its lease ends, and it is asked again
            log.warning("lookups.away", lookup=lookup.id, why=str(fault))
        else:
            await self._write_down(lookup, note, "found")

    async def _asked(self, lookup: Lookup, workspaces: Sequence[str]) -> Callable[[UnitOfWork], None]:
        """What is to be written. Raises DeliveryError, and StoreUnavailable where a message could not be taken in."""
        try:
            async with asyncio.timeout(LONGEST):
                match lookup.kind:
                    case LookupKind.PERSON:
                        return await self._person(lookup, workspaces)
                    case LookupKind.GROUP:
                        return await self._members(lookup, workspaces)
                    case LookupKind.MESSAGE:
                        return await self._message(lookup, workspaces)
        except HelpdeskError:
            raise
        except TimeoutError as fault:
            raise DeliveryError("it took too long", permanent=False) from fault
        except Exception as fault:  # a finder's own bug must not stop the others
            log.error("lookup.fault", lookup=lookup.id, exc_info=fault)
            raise DeliveryError(f"a fault of ours: {type(fault).__name__}", permanent=False) from fault

    async def _person(self, lookup: Lookup, workspaces: Sequence[str]) -> Callable[[UnitOfWork], None]:
        person = await self._finder.person(lookup, workspaces)
        return lambda books: self._lookups.found_person(lookup, person, books, self._clock())

    async def _members(self, lookup: Lookup, workspaces: Sequence[str]) -> Callable[[UnitOfWork], None]:
        people = await self._finder.members(lookup, workspaces)
        return lambda books: self._lookups.found_members(lookup, people, books, self._clock())

    async def _message(self, lookup: Lookup, workspaces: Sequence[str]) -> Callable[[UnitOfWork], None]:
        await self._take_in(lookup, await self._finder.message(lookup, workspaces))
        return lambda books: self._lookups.answered(lookup, books)

    async def _take_in(self, lookup: Lookup, raw: bytes) -> None:
        """Its time is when somebody asked for it: that is when their waiting began."""
        arrival = Arrival(
            channel=Channel.SLACK, received_at=lookup.created_at, raw=raw, envelope={"kind": "found", "retry": ""}
        )  # fmt: skip
        await self._receive(arrival)

    async def _put_off(self, lookup: Lookup, fault: DeliveryError) -> None:
        """A marked message that cannot be read is a ticket all the same, which says so."""
        if lookup.kind is LookupKind.MESSAGE and self._lookups.is_over(lookup, fault, self._clock()):
            try:
                await self._take_in(lookup, self._finder.unread(lookup, str(fault)))
            except HelpdeskError as away:
                log.warning("lookups.away", lookup=lookup.id, why=str(away))
                return
        await self._write_down(lookup, lambda books: self._postponed(lookup, fault, books), str(fault))

    def _postponed(self, lookup: Lookup, fault: DeliveryError, books: UnitOfWork) -> None:
        after = self._lookups.put_off(lookup, fault, books, self._clock())
        if after.state is LookupState.FAILED:
            log.warning("lookup.given_up", lookup=lookup.id, kind=lookup.kind.value, subject=lookup.subject)

    async def _write_down(self, lookup: Lookup, note: Callable[[UnitOfWork], None], result: str) -> None:
        """Where the store is away the lease ends, and it is asked again."""
        try:
            await self._writer.run(note)
        except HelpdeskError as fault:
            log.warning("lookups.away", lookup=lookup.id, why=str(fault))
        else:
            log.info("lookup.attempted", lookup=lookup.id, kind=lookup.kind.value, attempt=lookup.attempts, result=result)
