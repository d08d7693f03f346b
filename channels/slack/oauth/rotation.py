"""A new token for one that ends, by the vendor's own rotation (https://api.slack.com/authentication/rotation)."""

import asyncio
import base64
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from channels.slack.json_value import text
from channels.slack.oauth.sealing import BotTokens
from channels.slack.vendor.api import SlackFault

METHOD = "oauth.v2.access"
TIMEOUT = 10.0  # seconds
_AT_ONCE = 60 * 24 * 365 * 100  # minutes: whether it is time was decided before
# It would write codes and tokens where anybody turns its logger up.
_log = logging.Logger("channels.slack.oauth", logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    tokens: BotTokens
    expires_at: datetime


class Rotation(Protocol):
    async def renew(self, tokens: BotTokens, expires_at: datetime) -> Rotated:
        """Raises SlackFault. A refresh token is good for one renewal."""
        ...


class OAuthClient(AsyncWebClient):
    """It asks once, for ten seconds, and says nothing in the log."""

    def __init__(self, api_url: str) -> None:
        super().__init__(base_url=api_url, timeout=int(TIMEOUT), retry_handlers=[], logger=_log)

    async def oauth_v2_access(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        grant_type: str | None = None,
        refresh_token: str | None = None,
        **_more: object,
    ) -> AsyncSlackResponse:
        """As the vendor's own, whose way of naming the client its HTTP library is giving up."""
        form = {"code": code, "redirect_uri": redirect_uri, "grant_type": grant_type, "refresh_token": refresh_token}
        named = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode("ascii")
        given = {name: value for name, value in form.items() if value}
        return await self.api_call(METHOD, data=given, headers={"Authorization": f"Basic {named}"})


class TheirRotation:
    def __init__(self, client_id: str, client_secret: str, api_url: str) -> None:
        client = OAuthClient(api_url)
        self._rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=client)

    async def renew(self, tokens: BotTokens, expires_at: datetime) -> Rotated:
        bot = Bot(
            bot_token=tokens.token,
            bot_refresh_token=tokens.refresh,
            bot_token_expires_at=int(expires_at.timestamp()),
            bot_id="",
            bot_user_id="",
            installed_at=0.0,
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                fresh = await self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_AT_ONCE)
        except SlackTokenRotationError as fault:
            raise SlackFault(_code_of(fault), method=METHOD) from None
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise SlackFault("unreachable", method=METHOD) from None
        except (SlackClientError, KeyError, ValueError, TypeError, AttributeError):
            raise SlackFault("unreadable_answer", method=METHOD) from None
        if fresh is None or fresh.bot_token_expires_at is None:
            raise SlackFault("unreadable_answer", method=METHOD)
        return Rotated(
            # An answer without a new refresh token leaves the old one as it is.
            tokens=BotTokens(token=fresh.bot_token, refresh=fresh.bot_refresh_token or tokens.refresh),
            expires_at=datetime.fromtimestamp(fresh.bot_token_expires_at, UTC),
        )


def _code_of(fault: SlackTokenRotationError) -> str:
    return text(fault.api_error.response.data, "error") or "refused"
