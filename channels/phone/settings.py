"""Settings of the phone and SMS channel."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}\Z", re.ASCII)
_TOKEN = re.compile(r"[!-~]{5,128}\Z", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}\Z", re.ASCII)
_TOGETHER: Mapping[str, str] = {
    "twilio_account_sid": "INTAKE_TWILIO_ACCOUNT_SID",
    "twilio_auth_token": "INTAKE_TWILIO_AUTH_TOKEN",
    "twilio_number": "INTAKE_TWILIO_NUMBER",
}
_MOST_TOKENS = 4  # the one in use and its successor, and the same of a shared key


class TwilioSettings(BaseSettings):
    """All of account, token and number, or none: then the channel is off."""

    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    twilio_account_sid: str = Field(
        default="", description="Calls and texts: the account at Twilio, AC and 32 hex digits. Unset: no phone."
    )
    twilio_auth_token: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Its auth token. While rotating two, with a comma between: the first signs our requests, all verify theirs."
        " Where a shared key signs its webhooks (HMAC-SHA256), the secret of that one stands after them.",
    )
    twilio_number: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validate_default=True,
        description="The desk's numbers, such as +4930901820 (E.164), separated by commas; the first is what the desk calls and"
        " texts from.",
    )
    twilio_api_url: str = Field(
        default="",
        description="Another base address of the vendor's API, such as https://api.dublin.ie1.twilio.com. Unset: the vendor's.",
    )

    @property
    def is_on(self) -> bool:
        return bool(self.twilio_number)

    @field_validator("twilio_account_sid")
    @classmethod
    def _is_an_account(cls, value: str) -> str:
        if value and not _ACCOUNT.match(value):
            raise ValueError("must be AC and 32 hex digits, as the vendor's console shows it")
        return value

    @field_validator("twilio_auth_token", "twilio_number", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("twilio_auth_token")
    @classmethod
    def _are_tokens(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if len(value) > _MOST_TOKENS or not all(_TOKEN.match(token.get_secret_value()) for token in value):
            raise ValueError("must be one token, or more while rotating, at most four, without blanks")
        return value

    @field_validator("twilio_number")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """People write numbers with blanks and brackets; what is left must be E.164. As the last of the three this says which
        of them is missing; one that is wrong has been named already."""
        numbers = tuple(dict.fromkeys(_BETWEEN_DIGITS.sub("", number) for number in value))
        if not all(_E164.match(number) for number in numbers):
            raise ValueError("must be phone numbers with their country, such as +4930901820 (E.164: + and 8 to 15 digits)")
        given = {**info.data, "twilio_number": numbers}
        missing = [key for field, key in _TOGETHER.items() if not given.get(field, "wrong")]
        if missing and len(missing) < len(_TOGETHER):
            raise ValueError(f"account, token and number go together; not set: {', '.join(missing)}")
        return numbers

    @field_validator("twilio_api_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ValueError("must start with https:// (or http:// on loopback): the token travels there")
        return value.rstrip("/")
