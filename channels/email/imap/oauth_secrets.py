"""Secrets that may stand in a file, and the one that the endpoint exchanges: a refresh token is replaced by its successor."""

import os
from contextlib import suppress
from pathlib import Path

import structlog
from pydantic import SecretStr

from channels.email.imap.faults import SignInRefused
from channels.email.imap.oauth_settings import OAuthClient
from intake.domain.errors import ConfigError

LARGEST = 1 << 16  # bytes

log = structlog.get_logger()


def secret_of(inline: SecretStr | None, file: Path | None, key: str) -> str:
    """Empty where neither is set. Raises SignInRefused that names the file."""
    if file is None:
        return inline.get_secret_value() if inline is not None else ""
    try:
        with file.open("rb") as opened:
            secret = opened.read(LARGEST).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        why = getattr(fault, "strerror", None) or "it is no text"
        raise SignInRefused(f"{key} {file} cannot be read: {why}", "let the desk's user read it") from fault
    if not secret:
        raise SignInRefused(f"{key} {file} is empty", "write the secret into it")
    return secret


def demand_readable(client: OAuthClient) -> None:
    """Raises ConfigError for a file that is named and cannot be used: at start, not at three in the morning."""
    try:
        secret_of(None, client.client_secret_file, "client_secret_file")
        secret_of(None, client.refresh_token_file, "refresh_token_file")
    except SignInRefused as fault:
        raise ConfigError(f"INTAKE_IMAP: {fault}") from fault


class RefreshToken:
    """What a person puts into the file counts from then on. A successor is written there; where the token stands in the
    settings, it lives as long as this process."""

    def __init__(self, client: OAuthClient, mailbox: str) -> None:
        self._client = client
        self._mailbox = mailbox
        self._latest = ""
        self._in_file = ""  # when it was last read or written

    def current(self) -> str:
        """Raises SignInRefused."""
        file = self._client.refresh_token_file
        if file is None:
            return self._latest or secret_of(self._client.refresh_token, None, "refresh_token")
        try:
            written = secret_of(None, file, "refresh_token_file")
        except SignInRefused:
            if self._latest:
                return self._latest
            raise
        if written != self._in_file:
            self._latest = self._in_file = written
        return self._latest

    @property
    def only_here(self) -> bool:
        """The latest is neither in the settings nor in a file."""
        if self._client.refresh_token_file is not None:
            return self._latest != self._in_file
        return bool(self._latest) and self._latest != secret_of(self._client.refresh_token, None, "refresh_token")

    def keep(self, successor: str) -> None:
        """`successor` may be empty: then what could not be written before is tried again."""
        file = self._client.refresh_token_file
        before, self._latest = self._latest, successor or self._latest
        if file is None:
            if not before and self.only_here:
                do = "use refresh_token_file=/path: this one was replaced, and its successor ends with this process"
                log.warning("imap.refresh_token_replaced", mailbox=self._mailbox, do=do)
            return
        if self._latest == self._in_file:
            return
        try:
            _write(file, self._latest)
            self._in_file = self._latest
        except OSError as fault:
            why = f"{file}: {fault.strerror}"
            log.error("imap.refresh_token_not_kept", mailbox=self._mailbox, why=why, do="let the desk's user write there")


def _write(file: Path, secret: str) -> None:
    """In one piece, and still readable by whoever could read it: `intake check` may be run by root."""
    before = file.stat()
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            os.fchmod(descriptor, before.st_mode & 0o660)
            if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(descriptor, before.st_uid, before.st_gid)
            opened.write(f"{secret}\n")
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(file)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise
