"""What lets programs speak for somebody."""

import json
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind
from intake.domain.principal import Principal, Role
from intake.domain.token import Token
from storage import schema
from storage.row_buffer import RowBuffer

_T = schema.tokens
GET = select(_T).where(_T.c.id == bindparam("of_id"))
_REVOKE = update(_T).where(_T.c.id == bindparam("of_id"), _T.c.revoked_at.is_(None)).values(revoked_at=bindparam("now"))


class SqlTokens:
    def __init__(self, connection: Connection, buffer: RowBuffer) -> None:
        self._connection = connection
        self._buffer = buffer

    def add(self, token: Token) -> None:
        """A second token of the same name, revoked or not, is a Conflict at the flush."""
        principal, address = token.principal, token.principal.address
        self._buffer.add(
            _T,
            {
                "id": token.id,
                "name": principal.name,
                "role": principal.role.value,
                "teams": json.dumps(sorted(principal.teams)),
                "address_kind": address.kind.value if address else None,
                "address": address.value if address else None,
                "address_name": address.name if address else None,
                "secret_sha256": token.secret_sha256,
                "created_at": token.created_at,
                "created_by": token.created_by,
                "revoked_at": token.revoked_at,
            },
        )

    def get(self, id: int) -> Token | None:
        self._buffer.flush_if_waiting(_T)
        row = self._connection.execute(GET, {"of_id": id}).mappings().first()
        return token_of(row) if row else None

    def revoke(self, id: int, now: datetime) -> bool:
        self._buffer.flush_if_waiting(_T)
        return self._connection.execute(_REVOKE, {"of_id": id, "now": now}).rowcount == 1


def token_of(row: RowMapping) -> Token:
    address = row["address"]
    return Token(
        id=row["id"],
        principal=Principal(
            name=row["name"],
            role=Role(row["role"]),
            teams=frozenset(json.loads(row["teams"])),
            address=Address(kind=AddressKind(row["address_kind"]), value=address, name=row["address_name"] or "")
            if address
            else None,
        ),
        secret_sha256=row["secret_sha256"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        revoked_at=row["revoked_at"],
    )
