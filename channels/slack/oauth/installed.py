"""Which installation speaks where. Every event and every send asks: it is read once in half a minute."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from channels.slack.oauth.run import Run
from intake.desk.ports import Clock
from intake.domain.chat import Installation
from intake.domain.errors import HelpdeskError

FRESH = timedelta(seconds=30)
FRESH_FOR_STRANGERS = timedelta(seconds=2)  # where the desk is not known to be, somebody may just have installed it
MOST_LEARNT = 10_000


class Installed:
    """In one process. All replicas see a new installation, or one that ended, within `FRESH`."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock
        self._living: Sequence[Installation] = ()
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()
        self._enterprises: dict[str, str] = {}  # of workspaces which are part of an installation for a whole enterprise

    async def at(self, enterprise: str, workspace: str) -> Installation | None:
        """Of the workspace, else of its whole enterprise; either may be empty. Raises StoreUnavailable."""
        found = _of(await self._as_of(FRESH), enterprise, workspace)
        if found is None:
            found = _of(await self._as_of(FRESH_FOR_STRANGERS), enterprise, workspace)
        if found is not None and not found.workspace and workspace and len(self._enterprises) < MOST_LEARNT:
            self._enterprises[workspace] = found.enterprise
        return found

    async def speaking_in(self, workspace: str) -> Installation | None:
        """Of a workspace of which no more is known than its id, or an enterprise's id; an empty one is the only one there is.
        Where one enterprise as a whole has the desk, a workspace without an installation of its own is its; of several, the one
        from which something came for it. Raises StoreUnavailable where nothing was ever read."""
        found = self._speaking_in(await self._known(FRESH), workspace)
        return found if found is not None else self._speaking_in(await self._known(FRESH_FOR_STRANGERS), workspace)

    async def workspaces(self) -> Sequence[str]:
        """Of all that have the desk now; of a whole enterprise its id. Raises StoreUnavailable where nothing was ever read."""
        return [one.workspace or one.enterprise for one in await self._known(FRESH)]

    def forget(self) -> None:
        """What was read may have changed."""
        self._read_at = None

    def _speaking_in(self, living: Sequence[Installation], workspace: str) -> Installation | None:
        if not workspace:
            return living[0] if len(living) == 1 else None
        enterprise = self._enterprises.get(workspace, workspace)
        if (found := _of(living, enterprise, workspace)) is not None:
            return found
        org_wide = [one for one in living if not one.workspace]
        return org_wide[0] if len(org_wide) == 1 and not workspace.startswith("E") else None

    async def _known(self, fresh: timedelta) -> Sequence[Installation]:
        """What was read before is good enough to speak while the store is away."""
        try:
            return await self._as_of(fresh)
        except HelpdeskError:
            if not self._living:
                raise
            return self._living

    async def _as_of(self, fresh: timedelta) -> Sequence[Installation]:
        async with self._reading:
            now = self._clock()
            if self._read_at is None or not timedelta() <= now - self._read_at < fresh:
                self._living = await self._run(lambda books: books.installations.living())
                self._read_at = now
            return self._living


def _of(living: Sequence[Installation], enterprise: str, workspace: str) -> Installation | None:
    own = [one for one in living if workspace and one.workspace == workspace]
    whole = [one for one in living if enterprise and not one.workspace and one.enterprise == enterprise]
    return next(iter(own or whole), None)
