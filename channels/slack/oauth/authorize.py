"""Whose installation an event is for, by the rows alone. Bolt takes these as its `authorize`; no API is asked, and no token is
opened: what comes is kept even where the desk can not answer."""

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from channels.slack.json_value import Json, flag, items, text
from channels.slack.oauth.installed import Installed

PAYLOAD = "entered"  # where the door puts what it let in


class StaticAuthorize:
    """One workspace, by the token of the settings."""

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
    ) -> AuthorizeResult | None:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_user_id=bot_user_in(_payload(context)) or None
        )


class InstalledAuthorize:
    """None where the desk is not installed. Raises StoreUnavailable."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
    ) -> AuthorizeResult | None:
        found = await self._installed.at(enterprise_id or "", team_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=found.enterprise or enterprise_id,
            team_id=team_id or found.workspace or None,
            team=found.name,
            user_id=user_id,
            bot_user_id=found.bot_user or bot_user_in(_payload(context)) or None,
            bot_id=found.bot or None,
            bot_scopes=found.scopes,
        )


def bot_user_in(payload: Json) -> str:
    """The desk's own user, as an event names it; empty in what is no event."""
    bots = (one for one in items(payload, "authorizations") if flag(one, "is_bot"))
    return text(next(bots, None), "user_id")


def _payload(context: AsyncBoltContext) -> Json:
    payload = getattr(context.get(PAYLOAD), "payload", None)
    return payload if isinstance(payload, dict) else {}
