"""Settings of the e-mail channel."""

import re
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ADDRESS = re.compile(r"[^@\s<>,;:\"+]{1,64}@[^@\s<>,;:\"]{1,255}\Z")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class EmailSettings(BaseSettings):
    """Mail is always listened for; nothing is sent until a relay is named."""

    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    smtp_listen: str = Field(
        default="127.0.0.1:2525",
        description="Where mail comes in, host:port. Port 0 is any free one; the default moves on to the next free port.",
    )
    smtp_relay: str | None = Field(
        default=None,
        description="Where mail goes out: smtp://host:port, or smtps://user:password@host:port. Unset: mail is kept in"
        ' the outbox as "no relay" and shown.',
    )
    mail_address: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("desk@localhost",),
        description="The desk's own addresses, separated by commas. The first signs outgoing mail; mail to others is refused.",
    )
    smtp_max_megabytes: int = Field(default=25, ge=1, le=100, description="The largest mail that is taken in.")
    smtp_max_connections: int = Field(default=200, ge=1, le=10000, description="SMTP connections at once.")
    smtp_max_connections_per_host: int = Field(default=100, ge=1, le=10000, description="The same from one address.")

    @field_validator("mail_address", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip().lower() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("mail_address")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not _ADDRESS.match(address):
                raise ValueError(f"{address!r} is not a plain mail address such as desk@example.com (and no plus sign)")
        if not value:
            raise ValueError("needs at least one address, such as desk@example.com")
        return value

    @field_validator("smtp_relay")
    @classmethod
    def _is_a_relay(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        relay_of(value)
        return value.strip()


class Relay:
    """Where outgoing mail is handed over. `tls` is implicit TLS; `starttls` None means when offered."""

    __slots__ = ("host", "password", "port", "starttls", "tls", "username")

    def __init__(self, *, host: str, port: int, tls: bool, username: str | None, password: str | None) -> None:
        self.host = host
        self.port = port
        self.tls = tls
        self.starttls = False if tls or host in _LOOPBACK else None
        self.username = username
        self.password = password


def relay_of(url: str) -> Relay:
    """Raises ValueError that says what a relay looks like."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == -1:
        raise ValueError("must look like smtp://host:25 or smtps://user:password@host:465")
    tls = parts.scheme == "smtps"
    return Relay(
        host=parts.hostname,
        port=port or (465 if tls else 25),
        tls=tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
