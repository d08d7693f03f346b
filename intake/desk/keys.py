"""The desk's own signature on addresses and Message-IDs, so that it knows them again and nobody can make one up."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAC_LENGTH = 16  # characters of base32: 80 bits
MIN_KEY_LENGTH = 16


class Purpose(StrEnum):
    """A signature made for one purpose proves nothing for another."""

    REPLY_ADDRESS = "reply-address"
    MESSAGE_ID = "message-id"
    LOOP = "loop"
    PORTAL = "portal"
    PAGE = "page"
    BOUNCE = "bounce"
    NOTE_ADDRESS = "note-address"
    CANARY = "canary"
    CHANGE = "change"
    CALENDAR = "calendar"
    INSTALLING = "installing"
    POST = "post"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The first key signs, all verify, so that keys rotate. Signatures are lower case: mail systems fold local parts."""

    keys: Sequence[bytes]

    def sign(self, purpose: Purpose, text: str) -> str:
        return _mac(self.keys[0], purpose, text)

    def verifies(self, purpose: Purpose, text: str, mac: str) -> bool:
        """Compares in constant time; tries every key whatever the first says."""
        given = mac.lower().encode("utf-8", "replace")
        matches = [hmac.compare_digest(_mac(key, purpose, text).encode(), given) for key in self.keys]
        return any(matches)


def _mac(key: bytes, purpose: Purpose, text: str) -> str:
    digest = hmac.digest(key, f"{purpose.value}\0{text}".encode("utf-8", "replace"), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode().lower()
