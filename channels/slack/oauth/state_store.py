"""States of installations that somebody has begun: each counts once, and for ten minutes."""

import logging
import secrets
from datetime import timedelta

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from channels.slack.oauth.run import Run
from intake.desk.ports import Clock

LASTS = timedelta(minutes=10)
_LONGEST = 100  # characters


class StateStore(AsyncOAuthStateStore):
    """Raises StoreUnavailable."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger(__name__)

    async def async_issue(self, *_args: object, **_named: object) -> str:
        state = secrets.token_urlsafe(32)
        until = self._clock() + LASTS
        await self._run(lambda books: books.installations.begin(state, until))
        return state

    async def async_consume(self, state: str) -> bool:
        if not state or len(state) > _LONGEST or "\0" in state:
            return False
        now = self._clock()
        return await self._run(lambda books: books.installations.consume(state, now))
