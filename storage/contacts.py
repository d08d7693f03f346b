"""People and their addresses."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind
from intake.domain.contact import Contact
from storage import schema
from storage.foresight import Foresight
from storage.row_buffer import Row, RowBuffer

_C, _A = schema.contacts, schema.contact_addresses
_AT = (
    select(_C.c.id, _C.c.name, _C.c.since)
    .join(_A, _A.c.contact == _C.c.id)
    .where(_A.c.kind == bindparam("of_kind"), _A.c.value == bindparam("of_value"))
)
_GET = select(_C.c.id, _C.c.name, _C.c.since).where(_C.c.id == bindparam("of_id"))
_ADDRESSES = select(_A.c.kind, _A.c.value, _A.c.name).where(_A.c.contact == bindparam("of_id")).order_by(_A.c.kind, _A.c.value)


class SqlContacts:
    def __init__(self, connection: Connection, buffer: RowBuffer, foresight: Foresight) -> None:
        self._connection = connection
        self._buffer = buffer
        self._foresight = foresight

    def at(self, address: Address) -> Contact | None:
        if (fresh := self._buffer.find(_A, address.kind.value, address.value)) is not None:
            return self._fresh(fresh, address)
        if self._foresight.foresees_address(address):
            return self._foresight.contact(address)
        row = self._connection.execute(_AT, {"of_kind": address.kind.value, "of_value": address.value}).first()
        return Contact(id=row[0], name=row[1], since=row[2], addresses=(address,)) if row else None

    def get(self, id: int) -> Contact | None:
        self._buffer.flush_if_waiting(_C)
        row = self._connection.execute(_GET, {"of_id": id}).first()
        return Contact(id=row[0], name=row[1], since=row[2], addresses=self._addresses(id)) if row else None

    def add(self, contact: Contact) -> None:
        self._buffer.add(_C, {"id": contact.id, "name": contact.name, "since": contact.since})
        for address in contact.addresses:
            self._buffer.add(
                _A, {"kind": address.kind.value, "value": address.value, "name": address.name, "contact": contact.id}
            )

    def _fresh(self, row: Row, address: Address) -> Contact:
        """Of somebody whose first message is in the same batch."""
        contact = next(waiting for waiting in self._buffer.waiting(_C) if waiting["id"] == row["contact"])
        id, since = contact["id"], contact["since"]  # noqa: A001
        assert isinstance(id, int)
        assert isinstance(since, datetime)
        return Contact(id=id, name=str(contact["name"]), since=since, addresses=(address,))

    def _addresses(self, contact: int) -> tuple[Address, ...]:
        rows = self._connection.execute(_ADDRESSES, {"of_id": contact})
        return tuple(Address(kind=AddressKind(kind), value=value, name=name) for kind, value, name in rows)
