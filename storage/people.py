"""Who is who: contacts with their addresses, and which of them are the same person."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind
from intake.domain.contact import Contact
from storage import schema

_C, _A = schema.contacts, schema.contact_addresses
_AT = (
    select(_C.c.id, _C.c.name, _C.c.since, _A.c.dead_since)
    .join(_A, _A.c.contact == _C.c.id)
    .where(_A.c.kind == bindparam("of_kind"), _A.c.value == bindparam("of_value"))
)
_GET = select(_C.c.id, _C.c.name, _C.c.since).where(_C.c.id == bindparam("of_id"))
_ADDRESSES = (
    select(_A.c.contact, _A.c.kind, _A.c.value, _A.c.name, _A.c.dead_since)
    .where(_A.c.contact.in_(bindparam("contacts", expanding=True)))
    .order_by(_A.c.kind, _A.c.value)
)
_LINKED = _A.c.former.is_not(None)
_HOLDER = select(_A.c.contact).where(_A.c.former == bindparam("of_id"), _LINKED).order_by(_A.c.kind, _A.c.value).limit(1)
# Two halves, each with an index of its own.
_SAME = (
    select(_A.c.contact, _A.c.former)
    .where(_A.c.contact.in_(bindparam("known", expanding=True)), _LINKED)
    .union(select(_A.c.contact, _A.c.former).where(_A.c.former.in_(bindparam("known", expanding=True)), _LINKED))
)


def contact_of(id: int, connection: Connection) -> Contact | None:
    """With all addresses; of one that has none left, whoever holds an address that was its own."""
    addresses, dead = addresses_of([id], connection).get(id, Known())
    if not addresses and (holder := connection.execute(_HOLDER, {"of_id": id}).scalar()) is not None:
        return contact_of(holder, connection)
    row = connection.execute(_GET, {"of_id": id}).first()
    return Contact(id=row[0], name=row[1], since=row[2], addresses=addresses, dead=dead) if row else None


def contact_at(address: Address, connection: Connection) -> Contact | None:
    """Whose address it is, with that one alone."""
    row = connection.execute(_AT, {"of_kind": address.kind.value, "of_value": address.value}).first()
    if row is None:
        return None
    dead = (address,) if row[3] is not None else ()
    return Contact(id=row[0], name=row[1], since=row[2], addresses=(address,), dead=dead)


class Known(NamedTuple):
    """What is known of a contact's addresses."""

    addresses: tuple[Address, ...] = ()
    dead: tuple[Address, ...] = ()


def addresses_of(contacts: Sequence[int], connection: Connection) -> Mapping[int, Known]:
    found: dict[int, list[tuple[Address, bool]]] = {}
    for contact, kind, value, name, dead_since in connection.execute(_ADDRESSES, {"contacts": contacts}):
        address = Address(kind=AddressKind(kind), value=value, name=name)
        found.setdefault(contact, []).append((address, dead_since is not None))
    return {
        contact: Known(tuple(address for address, _ in known), tuple(address for address, dead in known if dead))
        for contact, known in found.items()
    }


def identities_of(id: int, connection: Connection) -> frozenset[int]:
    """Everybody who can be reached from this contact by following linked addresses, either way; itself among them."""
    known, fresh = {id}, {id}
    while fresh:
        fresh = _same_as(fresh, connection) - known
        known |= fresh
    return frozenset(known)


def linked_among(contacts: Collection[int], connection: Connection) -> set[int]:
    """Those of them that are the same person as somebody else."""
    return _same_as(contacts, connection) & set(contacts)


def _same_as(contacts: Collection[int], connection: Connection) -> set[int]:
    return {contact for pair in connection.execute(_SAME, {"known": list(contacts)}) for contact in pair}
