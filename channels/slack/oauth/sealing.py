"""Tokens at rest: sealed with keys that are derived from the desk's own, so that a copy of the database gives none away.

Fernet: https://cryptography.io/en/latest/fernet/, the keys by HKDF (RFC 5869).
"""

import base64
import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from channels.slack.json_value import read_object, text
from intake.desk.keys import KeyRing

_PURPOSE = b"slack-tokens"


class SealBroken(Exception):
    """None of the desk's keys opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotTokens:
    """`refresh` is empty where the token does not end."""

    token: str
    refresh: str = ""

    def __repr__(self) -> str:
        return "BotTokens(…)"


class Sealing:
    """The first key seals, all open: a key that was rotated out of INTAKE_SECRET_KEYS opens nothing any more."""

    def __init__(self, keys: KeyRing) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys.keys])

    def seal(self, tokens: BotTokens) -> str:
        said = json.dumps({"token": tokens.token, "refresh": tokens.refresh})
        return self._fernet.encrypt(said.encode()).decode("ascii")

    def open(self, sealed: str) -> BotTokens:
        """Raises SealBroken, also for what holds no token."""
        try:
            said = read_object(self._fernet.decrypt(sealed.encode("utf-8", "replace")))
        except (InvalidToken, ValueError):
            raise SealBroken("none of INTAKE_SECRET_KEYS opens it") from None
        if not text(said, "token"):
            raise SealBroken("there is no token in it")
        return BotTokens(token=text(said, "token"), refresh=text(said, "refresh"))


def _derived(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key))
