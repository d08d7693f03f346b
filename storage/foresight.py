"""What a batch is going to ask, looked up for all its messages at once: three statements instead of three a message."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from sqlalchemy import bindparam, func, literal, select, text, union_all
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, Channel
from intake.domain.contact import Contact
from intake.domain.queued import Told
from intake.domain.receipt import Outcome, Receipt
from storage import schema
from storage.outgoing_tables import AUTOMATIC, RELEASED
from storage.people import linked_among

T = TypeVar("T")
_L, _C, _A, _D = schema.ledger, schema.contacts, schema.contact_addresses, schema.deliveries
_RECEIPTS = select(_L.c.external_id, _L.c.id, _L.c.outcome, _L.c.reason, _L.c.ticket).where(
    _L.c.channel == bindparam("of_channel"), _L.c.external_id.in_(bindparam("ids", expanding=True))
)
_CONTACTS = (
    select(_A.c.value, _C.c.id, _C.c.name, _C.c.since, _A.c.dead_since)
    .join(_C, _A.c.contact == _C.c.id)
    # Not pairs in a list: for those SQLite reads the whole table.
    .where(_A.c.kind == bindparam("of_kind"), _A.c.value.in_(bindparam("of_values", expanding=True)))
)
_QUEUED = (
    select(_D.c.address, _D.c.channel, _D.c.rank, _D.c.reply.is_not(None).label("replied"), func.count().label("how_many"))
    .where(
        _D.c.address.in_(bindparam("addresses", expanding=True)),
        _D.c.created_at > bindparam("since"),
        text("state <> 'held'"),
        _D.c.group_key == "",
        _D.c.mirror.is_(None),
        _D.c.rank < RELEASED,
    )
    .group_by(_D.c.address, _D.c.channel, _D.c.rank, _D.c.reply.is_not(None))
)
# Counted no further than the gate needs to know: in a storm this is asked all the time.
_AUTOMATIC = select(_D.c.created_at).where(AUTOMATIC, _D.c.created_at > bindparam("since")).limit(bindparam("most")).subquery()
_COUNTS = union_all(
    _QUEUED,
    select(
        literal(""), literal(""), literal(-1), literal(False), select(func.count()).select_from(_AUTOMATIC).scalar_subquery()
    ),
)
_LINES = (
    select(_D.c.id)
    .where(
        _D.c.address == bindparam("of_address"),
        _D.c.created_at > bindparam("since"),
        text("state <> 'held'"),
        _D.c.group_key != "",
    )
    .limit(bindparam("most"))
    .subquery()
)
_TOLD = select(
    select(func.max(_D.c.sent_at))
    .where(_D.c.address == bindparam("of_address"), text("sent_at is not null"))
    .scalar_subquery(),
    select(func.count()).select_from(_LINES).scalar_subquery(),
)

_AT_ONCE = 500  # values in a statement: every database has a limit, and people in copy can be many
_Count = tuple[str, int, bool, int]  # channel, rank, is it a reply, how many


class Foresight:
    """Holds until something is flushed: then the database knows more than was foreseen, and each question is asked anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._authors: set[str] = set()
        self._addresses: dict[tuple[str, str], Address] = {}
        self._receipts: dict[tuple[str, str], Receipt] | None = None
        self._contacts: dict[tuple[str, str], Contact] | None = None
        self._alone: set[int] | None = None
        self._queued: dict[str, list[_Count]] = {}
        self._automatic: int | None = None
        self._since: datetime | None = None
        self._told: dict[str, Told] = {}

    def expect(self, channel: Channel, external_id: str, author: Address | None, in_copy: Collection[Address]) -> None:
        self._receipts, self._contacts, self._alone = None, None, None  # looked up without this one
        self._keys.add((channel.value, external_id))
        if author is not None:
            self._authors.add(author.value)
        for address in (*in_copy, *([author] if author else ())):
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

    def is_linked_to_nobody(self, contact: int) -> bool:
        """False also of a contact that was not foreseen."""
        if not self._contacts:
            return False
        if self._alone is None:
            ids = {known.id for known in self._contacts.values()}
            linked = set().union(*(linked_among(some, self._connection) for some in _portions(list(ids))))
            self._alone = ids - linked
        return contact in self._alone

    def queued(self, address: str, since: datetime, most: int) -> tuple[Sequence[_Count], int]:
        """Deliveries to this address, and the desk's own notices to anybody. A batch asks with one `since`, the earliest: the
        few milliseconds by which later ones differ make the gate stricter, never laxer."""
        self._begin_at(since)
        if address not in self._queued:
            unknown = {value for value in self._authors if value not in self._queued} | {address}
            values = {"addresses": list(unknown), "since": self._since, "most": most}
            self._queued |= {value: [] for value in unknown}
            query = _COUNTS if self._automatic is None else _QUEUED
            for value, channel, rank, replied, how_many in self._connection.execute(query, values):
                if rank < 0:
                    self._automatic = how_many
                else:
                    self._queued[value].append((channel, rank, bool(replied), how_many))
        return self._queued[address], self._automatic or 0

    def told(self, address: str, since: datetime, most: int) -> Told:
        """To any address: the messages of a batch mostly go to the same few teams."""
        self._begin_at(since)
        if address not in self._told:
            values = {"of_address": address, "since": self._since, "most": most}
            last, lines = self._connection.execute(_TOLD, values).one()
            self._told[address] = Told(last=last, lines=lines)
        return self._told[address]

    def _begin_at(self, since: datetime) -> None:
        if self._since is None or since < self._since:
            self._queued, self._told, self._automatic, self._since = {}, {}, None, since

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
            for values in _portions([value for _, value in keys]):
                rows = self._connection.execute(_CONTACTS, {"of_kind": kind, "of_values": values})
                for value, id, name, since, dead_since in rows:  # noqa: A001
                    address = self._addresses[kind, value]
                    dead = (address,) if dead_since is not None else ()
                    found[kind, value] = Contact(id=id, name=name, since=since, addresses=(address,), dead=dead)
        return found


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[begin : begin + _AT_ONCE] for begin in range(0, len(values), _AT_ONCE))
