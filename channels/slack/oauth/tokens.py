"""The bot's tokens: the one of the settings, or those of the installations, renewed before they end."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from channels.slack.oauth.installed import Installed
from channels.slack.oauth.rotation import Rotated, Rotation
from channels.slack.oauth.run import Run
from channels.slack.oauth.sealing import BotTokens, SealBroken, Sealing
from channels.slack.vendor.api import SlackFault
from intake.desk.ports import Clock, UnitOfWork
from intake.domain.chat import Installation
from intake.domain.errors import HelpdeskError

AHEAD = timedelta(minutes=120)
AGAIN_AFTER = timedelta(minutes=1)  # a renewal that failed, as long as the old token lives

log = structlog.get_logger()


class StaticTokens:
    def __init__(self, token: str) -> None:
        self._token = token

    async def bot(self, workspace: str) -> str:  # noqa: ARG002 - there is one
        return self._token


class InstalledTokens:
    """`faults` are what a person must see to, in words by the installation: a seal that none of the keys opens, a token that
    could not be renewed."""

    def __init__(self, *, run: Run, installed: Installed, sealing: Sealing, rotation: Rotation, clock: Clock) -> None:
        self._run = run
        self._installed = installed
        self._sealing = sealing
        self._rotation = rotation
        self._clock = clock
        self._renewing: dict[int, asyncio.Task[Installation]] = {}
        self._not_before: dict[int, datetime] = {}
        self._unsaved: dict[int, Installation] = {}
        self._faults: dict[int, str] = {}

    @property
    def faults(self) -> Mapping[str, str]:
        return {str(number): why for number, why in self._faults.items()}

    async def bot(self, workspace: str) -> str:
        try:
            found = await self._installed.speaking_in(workspace)
        except HelpdeskError:
            raise SlackFault("unreachable") from None
        if found is None:
            raise SlackFault("no_token")
        found = self._newest(found)
        if found.id in self._unsaved:
            await self._kept(found)
        if found.expires_at is not None and found.expires_at - self._clock() <= AHEAD:
            found = await self._renewed(found)
        if found.expires_at is not None and found.expires_at <= self._clock():
            raise SlackFault("no_token")
        return self._opened(found).token

    def _newest(self, found: Installation) -> Installation:
        """What was renewed and is not in the store yet; one that was installed anew since counts more."""
        mine = self._unsaved.get(found.id)
        if mine is None or mine.installed_at != found.installed_at:
            self._unsaved.pop(found.id, None)
            return found
        return mine

    async def settled(self, patience: float) -> None:
        """Renewals that are under way have ended, or `patience` seconds have: one that is cut off has spent its refresh token,
        and nobody has the new one."""
        if under_way := [task for task in self._renewing.values() if not task.done()]:
            await asyncio.wait(under_way, timeout=patience)

    async def _renewed(self, seen: Installation) -> Installation:
        """One renewal at a time; who comes meanwhile waits for it, and whoever gives up waiting does not cut it off."""
        task = self._renewing.get(seen.id)
        if task is None or task.done():
            task = self._renewing[seen.id] = asyncio.create_task(self._renew(seen))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # though nobody waits any more
        return await asyncio.shield(task)

    async def _renew(self, seen: Installation) -> Installation:
        """What it is as it is where it can not be renewed now."""
        if seen.id in self._unsaved:
            return self._unsaved[seen.id]
        if self._clock() < self._not_before.get(seen.id, self._clock()):
            return seen
        current = await self._as_stored(seen)
        if current.expires_at is None or current.expires_at - self._clock() > AHEAD:
            self._went_well(current)
            return current  # somebody else was quicker
        tokens = self._opened(current)
        try:
            fresh = await self._rotation.renew(tokens, current.expires_at)
        except SlackFault as fault:
            return await self._not_renewed(current, fault)
        self._went_well(current)
        return await self._kept(self._with(current, fresh))

    async def _not_renewed(self, before: Installation, fault: SlackFault) -> Installation:
        """Another replica may have spent this refresh token a moment ago: what it wrote counts then. Only a second failure is
        news."""
        is_news = before.id in self._not_before
        self._not_before[before.id] = self._clock() + AGAIN_AFTER
        current = await self._as_stored(before)
        if current.sealed != before.sealed:
            return current
        log.warning("slack.token_not_renewed", workspace=before.workspace or before.enterprise, code=fault.code)
        why = f"the token of {before.name} ends at {before.expires_at:%Y-%m-%d %H:%M} UTC and was not renewed: {fault.code}"
        if is_news:
            self._faults[before.id] = why
        return before

    def _went_well(self, installation: Installation) -> None:
        self._not_before.pop(installation.id, None)
        self._faults.pop(installation.id, None)

    async def _kept(self, fresh: Installation) -> Installation:
        """A token that was spent can not be had again: what could not be written now is written later."""
        self._unsaved[fresh.id] = fresh
        try:
            await asyncio.shield(asyncio.ensure_future(self._write(fresh)))
        except HelpdeskError:
            log.error("slack.token_not_saved", workspace=fresh.workspace or fresh.enterprise)
        return fresh

    async def _write(self, fresh: Installation) -> None:
        await self._run(lambda books: _save(fresh, books))
        self._unsaved.pop(fresh.id, None)
        self._installed.forget()

    async def _as_stored(self, seen: Installation) -> Installation:
        try:
            found = await self._run(lambda books: books.installations.of(seen.enterprise, seen.workspace))
        except HelpdeskError:
            raise SlackFault("unreachable") from None
        if found is None or found.id != seen.id:
            raise SlackFault("no_token")
        return found

    def _with(self, before: Installation, fresh: Rotated) -> Installation:
        return replace(before, sealed=self._sealing.seal(fresh.tokens), expires_at=fresh.expires_at)

    def _opened(self, found: Installation) -> BotTokens:
        try:
            tokens = self._sealing.open(found.sealed)
        except SealBroken as fault:
            if found.id not in self._faults:
                log.error("slack.seal_broken", workspace=found.workspace or found.enterprise, do="install the desk there again")
            self._faults[found.id] = f"the token of {found.name} can not be read: {fault}"
            raise SlackFault("no_token") from None
        if "can not be read" in self._faults.get(found.id, ""):
            del self._faults[found.id]
        return tokens


def _save(fresh: Installation, books: UnitOfWork) -> None:
    """What was installed anew meanwhile, or ended, stays as it is."""
    current = books.installations.of(fresh.enterprise, fresh.workspace)
    if current is not None and (current.id, current.installed_at) == (fresh.id, fresh.installed_at):
        books.installations.save(fresh)
