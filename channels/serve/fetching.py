"""The loop that fetches what messages name and only link to: recordings, pictures."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import structlog

from channels.serve.rounds import Rounds
from channels.serve.writer import Writer
from intake.desk import remote_files
from intake.desk.ports import Clock, UnitOfWork
from intake.domain.channel import Channel
from intake.domain.errors import DeliveryError, HelpdeskError
from intake.domain.message import Attachment
from intake.domain.remote_file import Fetch, FetchState, RemoteFile

# Raises DeliveryError.
Fetcher: TypeAlias = Callable[[RemoteFile], Awaitable[Attachment]]

LOOK_EVERY = 2.0  # seconds
MOST_AT_ONCE = 4  # each may be some 20 MB in memory
LONGEST = 0.8 * remote_files.LEASE.total_seconds()

log = structlog.get_logger()


class FetchLoop:
    def __init__(
        self,
        fetchers: Mapping[Channel, Fetcher],
        writer: Writer,
        clock: Clock,
        replica: str,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`fetchers` by the channel that the message came by."""
        self._fetchers = fetchers
        self._writer = writer
        self._clock = clock
        self._replica = replica
        self._rounds = Rounds(self.look, MOST_AT_ONCE, look_every, "fetches.away")

    async def run(self) -> None:
        """Nothing to do where no channel fetches anything."""
        if self._fetchers:
            await self._rounds.run()

    def stop(self) -> None:
        """What is under way may end, or be cut off: its lease ends then, and it is fetched again."""
        self._rounds.stop()

    async def look(self) -> int:
        """How many were tried. Raises StoreUnavailable where not even that can be asked."""
        now = self._clock()
        claimed = await self._writer.run(lambda books: remote_files.claim(books, now, self._replica, MOST_AT_ONCE))
        await asyncio.gather(*(self._bring(fetch, channel) for fetch, channel in claimed))
        return len(claimed)

    async def _bring(self, fetch: Fetch, channel: Channel) -> None:
        try:
            attachment = await self._fetched(fetch, channel)
        except DeliveryError as fault:
            why = fault
            await self._write_down(fetch, lambda books: self._put_off(fetch, why, books))
        else:
            await self._write_down(fetch, lambda books: self._keep(fetch, attachment, books))

    async def _fetched(self, fetch: Fetch, channel: Channel) -> Attachment:
        """Raises DeliveryError, and nothing else."""
        fetcher = self._fetchers.get(channel)
        if fetcher is None:
            raise DeliveryError(f"{channel.value} is not configured: nothing can be fetched there", permanent=False)
        try:
            async with asyncio.timeout(LONGEST):
                return await fetcher(fetch.file)
        except DeliveryError:
            raise
        except TimeoutError as fault:
            raise DeliveryError("it took too long", permanent=False) from fault
        except Exception as fault:  # a fetcher's own bug must not stop the others
            log.error("fetch.fault", fetch=fetch.id, exc_info=fault)
            raise DeliveryError(f"a fault of ours: {fault!r}", permanent=False) from fault

    async def _write_down(self, fetch: Fetch, note: Callable[[UnitOfWork], str]) -> None:
        """Where the store is away the lease ends, and the file is fetched again."""
        try:
            result = await self._writer.run(note)
        except HelpdeskError as fault:
            log.warning("fetches.away", fetch=fetch.id, why=str(fault))
        else:
            log.info("fetch.attempted", fetch=fetch.id, ticket=fetch.ticket, attempt=fetch.attempts, result=result)

    def _keep(self, fetch: Fetch, attachment: Attachment, books: UnitOfWork) -> str:
        return "fetched" if remote_files.keep(fetch, attachment, books, self._clock()) else "there already"

    def _put_off(self, fetch: Fetch, fault: DeliveryError, books: UnitOfWork) -> str:
        after = remote_files.put_off(fetch, fault, books, self._clock())
        return f"{'given up' if after.state is FetchState.FAILED else 'postponed'}: {fault}"
