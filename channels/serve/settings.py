"""Settings of the desk itself."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from intake.desk.keys import MIN_KEY_LENGTH

_BETWEEN_DIGITS = re.compile(r"[\s().\-/]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)


class DeskSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(default=Path("data"), description="Where the embedded store, its backups and the key file live.")
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/name. Unset: an embedded SQLite store in the data folder.",
    )
    policy: Path | None = Field(default=None, description="Your desk.toml. Unset: the shipped policy.")
    web_listen: str = Field(
        default="127.0.0.1:8080",
        description="Where the web answers, host:port. Port 0 is any free one; the default moves on to the next free port.",
    )
    public_url: str = Field(
        default="",
        description="How people reach the web from outside, such as https://desk.example.com. Links are built from it.",
    )
    desk_phone: str = Field(
        default="",
        description="The number to call with what is urgent, such as +4930901820 (E.164). Who reports a P1 or P2 is told it."
        " Unset: the first of INTAKE_TWILIO_NUMBER.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Reverse proxies whose X-Forwarded-For is believed, addresses or networks separated by commas:"
        " limits count by the address that they name.",
    )
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description=f"Keys of at least {MIN_KEY_LENGTH} characters, separated by commas: the first signs, all verify. Unset:"
        " made once in the data folder (embedded store only; replicas must share theirs).",
    )
    queue_depth: int = Field(
        default=1000, ge=1, le=100_000, description="Inputs that may wait for the writer before senders hear try again."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_keys")
    @classmethod
    def _are_long(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < MIN_KEY_LENGTH for key in value):
            raise ValueError(f"each key needs at least {MIN_KEY_LENGTH} characters (try: openssl rand -hex 32)")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// (or http:// on loopback)")
        return value.rstrip("/")

    @field_validator("desk_phone")
    @classmethod
    def _is_a_number(cls, value: str) -> str:
        """People write numbers with blanks and brackets; what is left must be E.164."""
        number = _BETWEEN_DIGITS.sub("", value)
        if number and not _E164.fullmatch(number):
            raise ValueError("must be a phone number with its country, such as +4930901820 (E.164: + and 8 to 15 digits)")
        return number

    @property
    def embedded(self) -> bool:
        return self.database_url is None or self.database_url.get_secret_value().startswith("sqlite")

    @property
    def store_url(self) -> str:
        if self.database_url is None:
            return f"sqlite:///{self.data_dir.resolve() / 'desk.db'}"
        return self.database_url.get_secret_value()
