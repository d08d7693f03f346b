"""Settings of the e-mail channel."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.email.imap_settings import LOOPBACK, imap_account_of

_ADDRESS = re.compile(r"[^@\s<>,;:\"+]{1,64}@[^@\s<>,;:\"]{1,255}\Z")
UNIX = "unix:"


class EmailSettings(BaseSettings):
    """Mail is always listened for; nothing is sent until a relay is named."""

    model_config = SettingsConfigDict(
        env_prefix="INTAKE_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    smtp_listen: str = Field(
        default="127.0.0.1:2525",
        description="Where mail comes in, host:port. Port 0 is any free one; the default moves on to the next free port.",
    )
    smtp_tls_cert: Path | None = Field(
        default=None,
        description="A PEM file with the certificate and its chain: STARTTLS is offered on the port for mail. Read at start.",
    )
    smtp_tls_key: Path | None = Field(
        default=None, validate_default=True, description="The certificate's key, a PEM file without a passphrase."
    )
    smtp_require_tls: bool = Field(
        default=False,
        validate_default=True,
        description="Take mail by SMTP only after STARTTLS; who does not offer it cannot write to the desk.",
    )
    lmtp_listen: str | None = Field(
        default=None,
        description="Where your mail server hands mail over by LMTP: host:port, or unix:/path (open to the desk's user and"
        " group). Unset: not at all. The limits of SMTP hold.",
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

    imap: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Mailboxes that mail is fetched from, separated by commas: imaps://user:password@host/INBOX. Unset: none.",
    )
    imap_done_folder: str | None = Field(
        default=None,
        description="Where fetched mail is moved to once it is kept; made if it is missing. Unset: it stays, marked as read.",
    )
    imap_poll_seconds: int = Field(
        default=60, ge=1, le=1500, description="How often a mailbox is looked at where the server announces nothing."
    )

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

    @field_validator("imap", mode="before")
    @classmethod
    def _split_mailboxes(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("imap")
    @classmethod
    def _are_mailboxes(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        names = [imap_account_of(url.get_secret_value()).name for url in value]
        if len(set(names)) < len(names):
            raise ValueError("names one mailbox twice")
        return value

    @field_validator("smtp_tls_key")
    @classmethod
    def _goes_with_the_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if (value is None) != (info.data.get("smtp_tls_cert") is None):
            raise ValueError("INTAKE_SMTP_TLS_CERT and INTAKE_SMTP_TLS_KEY go together: set both, or none")
        return value

    @field_validator("smtp_require_tls")
    @classmethod
    def _has_a_certificate(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("smtp_tls_cert") is None:
            raise ValueError("without INTAKE_SMTP_TLS_CERT nobody could deliver: set the certificate, or turn this off")
        return value

    @field_validator("lmtp_listen")
    @classmethod
    def _is_a_place(cls, value: str | None) -> str | None:
        if value is not None and value.startswith(UNIX) and not value.removeprefix(UNIX).startswith("/"):
            raise ValueError("must be host:port, such as 127.0.0.1:2424, or unix:/an/absolute/path")
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
        self.starttls = False if tls or host in LOOPBACK else None
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
