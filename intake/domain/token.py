"""What lets a program speak for somebody: shown once, kept only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`secret_sha256` is the hex digest of the secret part. Its principal's name is the token's name."""

    id: int
    principal: Principal
    secret_sha256: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
