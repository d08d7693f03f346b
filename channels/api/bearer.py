"""Tokens as programs carry them: `hd_<id>_<secret>` (RFC 6750). Of the secret only a hash is kept."""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from intake.desk.reading import Reader
from intake.domain.token import Token

SECRET_BYTES = 32

_TOKEN = re.compile(r"hd_([0-9]{1,18})_([A-Za-z0-9_-]{43})\Z", re.ASCII)
_HEADER = re.compile(r"bearer +([!-~]+) *\Z", re.ASCII | re.IGNORECASE)
_NOBODYS = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a request shows. It proves nothing yet."""

    id: int
    secret_sha256: str


def new_token(id: int) -> tuple[str, str]:
    """The token, to be shown once, and the hash to keep."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return f"hd_{id}_{secret}", sha256(secret.encode()).hexdigest()


def parse_bearer(header: str) -> Bearer | None:
    """Of an Authorization header; None if it holds no token of ours."""
    shown = _HEADER.match(header)
    parts = _TOKEN.match(shown[1]) if shown else None
    return Bearer(id=int(parts[1]), secret_sha256=sha256(parts[2].encode()).hexdigest()) if parts else None


def holder(bearer: Bearer, reader: Reader) -> Token | None:
    """Whose it is; None if it is nobody's, or was revoked. A wrong secret takes as long as a token that does not exist."""
    token = reader.token(bearer.id)
    known = token.secret_sha256 if token is not None else _NOBODYS
    if not hmac.compare_digest(bearer.secret_sha256, known) or token is None or token.revoked_at is not None:
        return None
    return token
