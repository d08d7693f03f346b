"""Installations as the vendor's own OAuth flow keeps them, on rows of the desk's. Of the tokens only the bot's is kept: the
desk never acts as a person."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as TheirInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from channels.slack.oauth.run import Run
from channels.slack.oauth.sealing import BotTokens, SealBroken, Sealing
from intake.desk.ports import Clock
from intake.domain.chat import Installation
from intake.domain.errors import InvalidMessage

REMOVED = "removed"


class InstallationStore(AsyncInstallationStore):
    """Raises StoreUnavailable."""

    def __init__(self, run: Run, sealing: Sealing, clock: Clock) -> None:
        self._run = run
        self._sealing = sealing
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger(__name__)

    async def async_save(self, installation: TheirInstallation) -> None:
        """In the place of an earlier one there. Raises InvalidMessage for one without a place or a token."""
        fresh = self._ours(installation.to_bot(), installation.user_id or "", installation)
        await self._run(lambda books: books.installations.add(_numbered(fresh, books.next_id())))

    async def async_save_bot(self, bot: Bot) -> None:
        """As `async_save`."""
        fresh = self._ours(bot, "", None)
        await self._run(lambda books: books.installations.add(_numbered(fresh, books.next_id())))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """None also where its seal does not open."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found is not None else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002 - there is one for all who are there
        is_enterprise_install: bool | None = False,
    ) -> TheirInstallation | None:
        workspace = "" if is_enterprise_install else team_id or ""
        found = await self._run(lambda books: books.installations.of(enterprise_id or "", workspace))
        if found is None:
            return None
        try:
            tokens = self._sealing.open(found.sealed)
        except SealBroken:
            return None
        return _theirs(found, tokens)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self._end(enterprise_id, team_id)

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """Of a person's own token nothing is kept."""
        if user_id is None:
            await self._end(enterprise_id, team_id)

    async def _end(self, enterprise: str | None, workspace: str | None) -> None:
        now = self._clock()
        await self._run(lambda books: books.installations.end(enterprise or "", workspace or "", REMOVED, now))

    def _ours(self, bot: Bot, by: str, whole: TheirInstallation | None) -> Installation:
        org_wide = bool(bot.is_enterprise_install)
        enterprise, workspace = bot.enterprise_id or "", "" if org_wide else bot.team_id or ""
        if not (workspace or (org_wide and enterprise)) or not bot.bot_token:
            raise InvalidMessage("Slack named no workspace, or gave no token for it")
        ends = bot.bot_token_expires_at
        name = (whole.enterprise_name if org_wide else whole.team_name) if whole is not None else bot.team_name
        return Installation(
            id=0,
            enterprise=enterprise,
            workspace=workspace,
            name=name or workspace or enterprise,
            bot_user=bot.bot_user_id or "",
            bot=bot.bot_id or "",
            scopes=tuple(scope for scope in bot.bot_scopes or () if scope),
            sealed=self._sealing.seal(BotTokens(token=bot.bot_token, refresh=bot.bot_refresh_token or "")),
            installed_by=by,
            installed_at=self._clock(),
            expires_at=datetime.fromtimestamp(ends, UTC) if ends is not None else None,
        )


def _numbered(installation: Installation, number: int) -> Installation:
    return replace(installation, id=number)


def _theirs(found: Installation, tokens: BotTokens) -> TheirInstallation:
    return TheirInstallation(
        enterprise_id=found.enterprise or None,
        team_id=found.workspace or None,
        team_name=found.name,
        bot_token=tokens.token,
        bot_id=found.bot,
        bot_user_id=found.bot_user,
        bot_scopes=found.scopes,
        bot_refresh_token=tokens.refresh or None,
        bot_token_expires_at=int(found.expires_at.timestamp()) if found.expires_at is not None else None,
        user_id=found.installed_by,
        is_enterprise_install=not found.workspace,
        installed_at=found.installed_at.timestamp(),
    )
