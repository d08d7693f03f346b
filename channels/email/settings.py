"""Settings of the e-mail channel."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.email.imap.oauth_settings import LOOPBACK
from channels.email.imap.settings import demand_ids, demand_that_all_belong, ids_of, imap_account_of
from channels.email.rates import networks_of

_ADDRESS = re.compile(r"[^@\s<>,;:\"+]{1,64}@[^@\s<>,;:\"]{1,255}\Z")
_RECIPIENT = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,255}\Z")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.){{0,20}}{_LABEL}\Z")
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
    mail_name: str = Field(
        default="Help desk", description="What stands before the desk's address in From, and under its mails."
    )
    templates: Path | None = Field(
        default=None,
        description="A folder with your own words for outgoing mail, see docs/mail-templates.md. Read at start. Unset: the"
        " shipped ones.",
    )
    dkim_domain: str | None = Field(
        default=None,
        description="Sign outgoing mail (DKIM) for this domain, where your relay does not; the domain of the desk's address or"
        " one above it.",
    )
    dkim_selector: str | None = Field(
        default=None, description="The selector: the key is published at SELECTOR._domainkey.DOMAIN. `intake check` says how."
    )
    dkim_key: Path | None = Field(
        default=None,
        validate_default=True,
        description="The private key, RSA of at least 2048 bits, a PEM file without a passphrase. Read at start.",
    )
    smtp_max_megabytes: int = Field(default=25, ge=1, le=100, description="The largest mail that is taken in.")
    smtp_max_connections: int = Field(default=200, ge=1, le=10000, description="SMTP connections at once.")
    smtp_max_connections_per_host: int = Field(default=100, ge=1, le=10000, description="The same from one address.")
    smtp_trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.0/8", "::1"),
        description="Mail servers of yours, addresses or networks separated by commas (who comes by a unix socket is one):"
        " the four limits by the minute do not hold for them, and their INTAKE_AUTHSERV_ID is believed.",
    )
    smtp_max_connections_per_minute: int = Field(
        default=3000,
        ge=0,
        description="New SMTP and LMTP connections in a minute; who comes beyond it hears 421. 0: any number.",
    )
    smtp_max_connections_per_minute_per_host: int = Field(
        default=300, ge=0, description="The same from one address (IPv6: one /64)."
    )
    smtp_max_mails_per_minute: int = Field(
        default=6000, ge=0, description="Mails in a minute by SMTP and LMTP; those beyond it hear 451 and wait. 0: any number."
    )
    smtp_max_mails_per_minute_per_host: int = Field(default=600, ge=0, description="The same from one address (IPv6: one /64).")
    authserv_id: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The names under which your mail server writes Authentication-Results, separated by commas, such as"
        " mx.example.com; - is a server that leaves its name out, as Microsoft 365 does. It must remove what strangers wrote in"
        " its name, and bring the mail from one of INTAKE_SMTP_TRUSTED_HOSTS; a mailbox in INTAKE_IMAP names its own."
        " Unset: none are believed.",
    )

    alarm_mail: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Who is told when something is wrong with the desk itself, separated by commas: outside of the desk, and if"
        " possible of what it depends on. Unset: alarms stand in the log, in /metrics and in `intake check` alone.",
    )
    alarm_relay: str | None = Field(
        default=None,
        description="Another relay for alarms, as INTAKE_SMTP_RELAY is written: when the usual one is down, nobody would hear"
        " that by it. Unset: the usual one.",
    )

    imap: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="Mailboxes that mail is fetched from, separated by commas: imaps://user:password@host/INBOX, or"
        " imaps+oauth://user@host/INBOX?client_id=...; docs/running.md has them all. Unset: none.",
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

    @field_validator("mail_name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not value.strip() or not value.isprintable() or len(value) > 64:
            raise ValueError("must be a name of at most 64 characters, such as Help desk")
        return value.strip()

    @field_validator("dkim_domain", "dkim_selector")
    @classmethod
    def _is_a_domain(cls, value: str | None) -> str | None:
        if value is not None and not _DOMAIN.match(value):
            raise ValueError(f"{value!r} must look like example.com (a selector may be one word, such as desk)")
        return value.lower() if value else None

    @field_validator("dkim_key")
    @classmethod
    def _is_signed_whole(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if len({part is None for part in (value, info.data.get("dkim_domain"), info.data.get("dkim_selector"))}) == 2:
            raise ValueError("INTAKE_DKIM_DOMAIN, INTAKE_DKIM_SELECTOR and INTAKE_DKIM_KEY go together: set all three, or none")
        return value

    @field_validator("alarm_mail", mode="before")
    @classmethod
    def _split_alarm_mail(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("alarm_mail")
    @classmethod
    def _reaches_somebody(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for address in value:
            if not _RECIPIENT.match(address):
                raise ValueError(f"{address!r} is not a mail address such as admin@example.com")
            local, _, domain = address.lower().rpartition("@")
            if f"{local.partition('+')[0]}@{domain}" in info.data.get("mail_address", ()):
                raise ValueError(f"{address!r} is the desk itself: name somebody who can mend it")
        return value

    @field_validator("imap", mode="before")
    @classmethod
    def _split_mailboxes(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("imap")
    @classmethod
    def _are_mailboxes(cls, value: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
        accounts = [imap_account_of(url.get_secret_value()) for url in value]
        if "mail_address" in info.data:  # else said already
            demand_that_all_belong(accounts, info.data["mail_address"])
        return value

    @field_validator("authserv_id", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        return ids_of(value) if isinstance(value, str) else value

    @field_validator("authserv_id")
    @classmethod
    def _are_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        demand_ids(value)
        return value

    @field_validator("smtp_trusted_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("smtp_trusted_hosts")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        networks_of(value)
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

    @field_validator("smtp_relay", "alarm_relay")
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
