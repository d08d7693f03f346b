"""Settings of the Slack channel."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

API_URL = "https://slack.com/api/"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECRET = re.compile(r"[!-+\--~]{8,200}\Z", re.ASCII)  # no blank, no comma
_BOT_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{5,250}\Z", re.ASCII)
_APP_TOKEN = re.compile(r"xapp-[A-Za-z0-9-]{5,250}\Z", re.ASCII)
_CLIENT_ID = re.compile(r"[0-9]{3,40}\.[0-9]{3,40}\Z", re.ASCII)
_SIGNING, _BOT = "INTAKE_SLACK_SIGNING_SECRET", "INTAKE_SLACK_BOT_TOKEN"
_ID, _CLIENT_SECRET, _APP = "INTAKE_SLACK_CLIENT_ID", "INTAKE_SLACK_CLIENT_SECRET", "INTAKE_SLACK_APP_TOKEN"
_MOST_SECRETS = 2  # the one in use and its successor


class SlackSettings(BaseSettings):
    """How the desk speaks (a bot's token, or OAuth), and how it hears (signed requests, or a socket): both, or neither. With
    neither the channel is off."""

    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    slack_signing_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Slack: the app's signing secret. While rotating two, with a comma between: either may have signed.",
    )
    slack_bot_token: SecretStr | None = Field(
        default=None, description="The bot's token of one workspace, xoxb-…. Or INTAKE_SLACK_CLIENT_ID, for several."
    )
    slack_client_id: str = Field(
        default="", description="The app's client id, such as 123.456: any number of workspaces install the desk by OAuth."
    )
    slack_client_secret: SecretStr | None = Field(default=None, description="The client secret that belongs to it.")
    slack_app_token: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="The app-level token, xapp-…: Socket Mode, which needs no public address and no signing secret.",
    )
    slack_api_url: str = Field(
        default="", description="Another base address of Slack's API, such as https://slack-gov.com/api/. Unset: Slack's."
    )

    @property
    def is_on(self) -> bool:
        return self.slack_bot_token is not None or self.uses_oauth

    @property
    def uses_socket(self) -> bool:
        return self.slack_app_token is not None

    @property
    def uses_oauth(self) -> bool:
        return bool(self.slack_client_id)

    @property
    def api_url(self) -> str:
        """Ends in a slash."""
        return self.slack_api_url or API_URL

    @field_validator("slack_signing_secret", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("slack_signing_secret")
    @classmethod
    def _are_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if len(value) > _MOST_SECRETS or not all(_SECRET.match(secret.get_secret_value()) for secret in value):
            raise ValueError("must be one secret, or two while rotating, without blanks")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, _BOT_TOKEN, "must be a bot's token, which begins with xoxb-")

    @field_validator("slack_client_id")
    @classmethod
    def _is_a_client_id(cls, value: str) -> str:
        if value and not _CLIENT_ID.match(value):
            raise ValueError("must be two numbers with a dot between, as the app's page shows it")
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _is_a_client_secret(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, _SECRET, "must be the secret beside the client id, without blanks")

    @field_validator("slack_app_token")
    @classmethod
    def _is_whole(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """As the last of them this says what is missing; one that is wrong has been named already."""
        token = _shaped(value, _APP_TOKEN, "must be an app-level token, which begins with xapp-")
        names = {field: bool(info.data.get(field, "wrong")) for field in _NAMES}
        bot, client, secret = names["slack_bot_token"], names["slack_client_id"], names["slack_client_secret"]
        if bot and (client or secret):
            raise ValueError(f"either {_BOT}, for one workspace, or {_ID} and {_CLIENT_SECRET}, for several: not both")
        if client != secret:
            raise ValueError(f"client id and secret go together; not set: {_CLIENT_SECRET if client else _ID}")
        hears = bool(token) or names["slack_signing_secret"]
        if hears and not (bot or client):
            raise ValueError(f"not set: {_BOT}, or {_ID} and {_CLIENT_SECRET}")
        if (bot or client) and not hears:
            raise ValueError(f"not set: {_SIGNING}, or {_APP}")
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ValueError("must start with https:// (or http:// on loopback): the token travels there")
        return f"{value.rstrip('/')}/" if value else ""


_NAMES = ("slack_signing_secret", "slack_bot_token", "slack_client_id", "slack_client_secret")


def _shaped(value: SecretStr | None, shape: re.Pattern[str], otherwise: str) -> SecretStr | None:
    """An empty one is none. Raises ValueError, which does not show it."""
    if value is None or not value.get_secret_value():
        return None
    if not shape.match(value.get_secret_value()):
        raise ValueError(otherwise)
    return value
