"""What a batch is going to ask, looked up for all its messages at once: three statements instead of three a message."""

from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, Channel
from intake.domain.contact import Contact
from intake.domain.receipt import Outcome, Receipt
from storage import schema

_L, _C, _A, _D = schema.ledger, schema.contacts, schema.contact_addresses, schema.deliveries
_RECEIPTS = select(_L.c.external_id, _L.c.id, _L.c.outcome, _L.c.reason, _L.c.ticket).where(
    _L.c.channel == bindparam("of_channel"), _L.c.external_id.in_(bindparam("ids", expanding=True))
)
_CONTACTS = (
    select(_A.c.value, _C.c.id, _C.c.name, _C.c.since)
    .join(_C, _A.c.contact == _C.c.id)
    # Not pairs in a list: for those SQLite reads the whole table.
    .where(_A.c.kind == bindparam("of_kind"), _A.c.value.in_(bindparam("of_values", expanding=True)))
)
_COUNTS = (
    select(_D.c.address, func.count())
    .where(
        _D.c.address.in_(bindparam("addresses", expanding=True)),
        _D.c.created_at > bindparam("since"),
        text("state <> 'held'"),
        _D.c.group_key == "",
    )
    .group_by(_D.c.address)
)
_LAST_SENT = select(func.max(_D.c.sent_at)).where(_D.c.address == bindparam("of_address"), text("sent_at is not null"))


class Foresight:
    """Holds until something is flushed: then the database knows more than was foreseen, and each question is asked anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._addresses: dict[tuple[str, str], Address] = {}
        self._receipts: dict[tuple[str, str], Receipt] | None = None
        self._contacts: dict[tuple[str, str], Contact] | None = None
        self._counts: dict[str, int] | None = None
        self._since: datetime | None = None
        self._last_sent: dict[str, datetime | None] = {}

    def expect(self, channel: Channel, external_id: str, address: Address | None) -> None:
        self._keys.add((channel.value, external_id))
        if address is not None:
            self._addresses[address.kind.value, address.value] = address

    def foresees_input(self, channel: Channel, external_id: str) -> bool:
        return (channel.value, external_id) in self._keys

    def receipt(self, channel: Channel, external_id: str) -> Receipt | None:
        """Of a foreseen input."""
        if self._receipts is None:
            self._receipts = self._look_up_receipts()
        return self._receipts.get((channel.value, external_id))

    def foresees_address(self, address: Address) -> bool:
        return (address.kind.value, address.value) in self._addresses

    def contact(self, address: Address) -> Contact | None:
        """At a foreseen address."""
        if self._contacts is None:
            self._contacts = self._look_up_contacts()
        return self._contacts.get((address.kind.value, address.value))

    def count_since(self, address: str, since: datetime) -> int | None:
        """Deliveries to a foreseen address; None for any other. A batch asks with one `since`, the earliest: the few
        milliseconds by which later ones differ make the gate stricter, never laxer."""
        if self._counts is None or self._since is None:
            values = list({value for _, value in self._addresses})
            if not values:
                return None
            found = self._connection.execute(_COUNTS, {"addresses": values, "since": since})
            self._counts = dict.fromkeys(values, 0) | {row[0]: row[1] for row in found}
            self._since = since
        return self._counts.get(address) if self._since <= since else None

    def last_sent(self, address: str) -> datetime | None:
        """To any address: the messages of a batch mostly go to the same few teams."""
        if address not in self._last_sent:
            self._last_sent[address] = self._connection.execute(_LAST_SENT, {"of_address": address}).scalar_one()
        return self._last_sent[address]

    def _look_up_receipts(self) -> dict[tuple[str, str], Receipt]:
        found = {}
        for channel, keys in groupby(sorted(self._keys), key=lambda key: key[0]):
            ids = [external_id for _, external_id in keys]
            for external_id, id, outcome, reason, ticket in self._connection.execute(  # noqa: A001
                _RECEIPTS, {"of_channel": channel, "ids": ids}
            ):
                found[channel, external_id] = Receipt(
                    id=id, outcome=Outcome(outcome), reason=reason, ticket=ticket, duplicate=True
                )
        return found

    def _look_up_contacts(self) -> dict[tuple[str, str], Contact]:
        found = {}
        for kind, keys in groupby(sorted(self._addresses), key=lambda key: key[0]):
            values = [value for _, value in keys]
            rows = self._connection.execute(_CONTACTS, {"of_kind": kind, "of_values": values})
            for value, id, name, since in rows:  # noqa: A001
                found[kind, value] = Contact(id=id, name=name, since=since, addresses=(self._addresses[kind, value],))
        return found
