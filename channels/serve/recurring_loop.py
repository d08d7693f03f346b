"""Opens the tickets of recurring changes, once a minute; of several replicas whoever comes first opens one."""

import asyncio

import structlog

from channels.serve.rounds import Rounds
from channels.serve.writer import Writer
from intake.desk.changes.recurring import MOST_AT_ONCE, Recurring, due
from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.domain.errors import Conflict

LOOK_EVERY = 60.0  # seconds

log = structlog.get_logger()


class RecurringLoop:
    def __init__(
        self,
        recurring: Recurring,
        policy: Policy,
        writer: Writer,
        clock: Clock,
        something_to_send: asyncio.Event,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._recurring = recurring
        self._policy = policy
        self._writer = writer
        self._clock = clock
        self._something_to_send = something_to_send
        self._rounds = Rounds(self.look, MOST_AT_ONCE, look_every, "recurring.away")

    async def run(self) -> None:
        """Nothing to do where no template repeats."""
        if not any(template.repeats for template in self._policy.changes.templates.values()):
            return
        await self._rounds.run()

    def stop(self) -> None:
        self._rounds.stop()

    async def look(self) -> int:
        """How many were opened. Which are due is worked out before anybody waits for the writer. Raises StoreUnavailable."""
        now = self._clock()
        known = await asyncio.to_thread(lambda: list(due(self._policy, now)))
        if not known:
            return 0
        try:
            opened = await self._writer.run(lambda books: self._recurring.open_due(books, now, known))
        except Conflict as fault:
            log.info("recurring.overtaken", why=str(fault))
            return 0
        if opened:
            self._something_to_send.set()
            log.info("recurring.opened", tickets=opened)
        return opened
