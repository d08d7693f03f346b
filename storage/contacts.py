"""People and their addresses."""

from datetime import datetime

from sqlalchemy import Text, bindparam, or_, select, update
from sqlalchemy.engine import Connection

from intake.domain.channel import Address
from intake.domain.contact import Contact
from storage import schema
from storage.foresight import Foresight
from storage.people import contact_at, contact_of, identities_of
from storage.row_buffer import Row, RowBuffer

_C, _A = schema.contacts, schema.contact_addresses
_THIS_ONE = (_A.c.kind == bindparam("of_kind"), _A.c.value == bindparam("of_value"))
_WHOSE = select(_A.c.contact, _A.c.former).where(*_THIS_ONE).with_for_update()
_FORMER = select(_A.c.former).where(*_THIS_ONE)
_BURY = (
    update(_A).where(*_THIS_ONE, _A.c.dead_since.is_(None)).values(dead_since=bindparam("now"), dead_because=bindparam("why"))
)
_UNLESS = bindparam("unless", type_=Text())
_REVIVE = (
    update(_A)
    .where(*_THIS_ONE, _A.c.dead_since.is_not(None), or_(_UNLESS == "", ~_A.c.dead_because.contains(_UNLESS)))
    .values(dead_since=None, dead_because="")
)
_GIVE = update(_A).where(*_THIS_ONE).values(contact=bindparam("new_contact"), former=bindparam("new_former"))


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
        return contact_at(address, self._connection)

    def get(self, id: int) -> Contact | None:
        self._buffer.flush_if_waiting(_C)
        return contact_of(id, self._connection)

    def identities(self, id: int) -> frozenset[int]:
        # An address that still waits was never linked.
        if self._buffer.find(_C, id) is not None or self._foresight.is_linked_to_nobody(id):
            return frozenset({id})
        return identities_of(id, self._connection)

    def add(self, contact: Contact) -> None:
        self._buffer.add(_C, {"id": contact.id, "name": contact.name, "since": contact.since})
        for address in contact.addresses:
            self._add_address(address, contact.id)

    def link(self, address: Address, contact: int) -> None:
        self._buffer.flush()
        row = self._connection.execute(_WHOSE, _key(address)).first()
        if row is None:
            self._add_address(address, contact)
            self._buffer.flush()
            return
        holder, former = row
        if holder != contact:
            # It remembers the first one it was taken from, however often it is linked on.
            first = holder if former is None else former
            self._give(address, contact, former=None if first == contact else first)

    def unlink(self, address: Address, to: int | None) -> None:
        self._buffer.flush()
        row = self._connection.execute(_WHOSE, _key(address)).first()
        if row is None:
            return
        back = to if row[1] is None else row[1]
        if back is not None:
            self._give(address, back, former=None)

    def former(self, address: Address) -> int | None:
        former: int | None = self._connection.execute(_FORMER, _key(address)).scalar()
        return former

    def mark_dead(self, address: Address, because: str, now: datetime) -> bool:
        self._buffer.flush_if_waiting(_A)
        self._foresight.forget()
        return self._connection.execute(_BURY, {**_key(address), "now": now, "why": because}).rowcount == 1

    def mark_alive(self, address: Address, unless: str = "") -> None:
        if self._buffer.find(_A, address.kind.value, address.value) is not None:  # what still waits never died
            return
        # Foreseen or not: another replica may have buried it since.
        if self._connection.execute(_REVIVE, {**_key(address), "unless": unless}).rowcount:
            self._foresight.forget()

    def _add_address(self, address: Address, contact: int) -> None:
        row: Row = {
            "kind": address.kind.value,
            "value": address.value,
            "name": address.name,
            "contact": contact,
            "former": None,
            "dead_since": None,
            "dead_because": "",
        }
        self._buffer.add(_A, row)

    def _give(self, address: Address, contact: int, *, former: int | None) -> None:
        self._foresight.forget()
        self._connection.execute(_GIVE, {**_key(address), "new_contact": contact, "new_former": former})

    def _fresh(self, row: Row, address: Address) -> Contact:
        """Of somebody whose first message is in the same batch."""
        contact = self._buffer.find(_C, row["contact"])
        assert contact is not None
        id, since = contact["id"], contact["since"]  # noqa: A001
        assert isinstance(id, int)
        assert isinstance(since, datetime)
        return Contact(id=id, name=str(contact["name"]), since=since, addresses=(address,))


def _key(address: Address) -> dict[str, str]:
    return {"of_kind": address.kind.value, "of_value": address.value}
