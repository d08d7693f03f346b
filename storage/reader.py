"""Looking without touching: what the command line, the web and the meters show."""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, Select, Table, func, select, text
from sqlalchemy.engine import Connection

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.label import Evidence
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.story import Depths, TicketLine, TicketStory
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction, TicketMessage
from storage import schema
from storage.ledger import ledger_entry
from storage.outbox import delivery_of
from storage.tickets import ticket_of

_T, _A = schema.tickets, schema.contact_addresses
# A contact may have several addresses: the one they wrote from first stands for them.
_CALLER = select(_A.c.value).where(_A.c.contact == _T.c.caller).order_by(_A.c.kind, _A.c.value).limit(1).scalar_subquery()
_LINES = select(_T, _CALLER.label("caller_address"))


class SqlReader:
    """Over one read-only connection (`SqlStore.reading`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tickets(self, *, states: Collection[State] = (), before: int | None = None, limit: int) -> Sequence[TicketLine]:
        """Newest first; `before` pages on below that number."""
        query = _LINES.order_by(_T.c.number.desc()).limit(limit)
        if states:
            query = query.where(_T.c.state.in_([state.value for state in states]))
        if before is not None:
            query = query.where(_T.c.number < before)
        return [_line(row) for row in self._connection.execute(query).mappings()]

    def story(self, number: int) -> TicketStory | None:
        row = self._connection.execute(_LINES.where(_T.c.number == number)).mappings().first()
        if row is None:
            return None
        deliveries = select(schema.deliveries).where(schema.deliveries.c.ticket == number)
        return TicketStory(
            line=_line(row),
            messages=tuple(_message(row) for row in self._of(schema.messages, number)),
            events=tuple(_event(row) for row in self._of(schema.events, number)),
            deliveries=tuple(self._deliveries(deliveries.order_by(schema.deliveries.c.id))),
        )

    def ledger(self, *, outcome: Outcome | None = None, before: int | None = None, limit: int) -> Sequence[LedgerEntry]:
        """Newest first."""
        query = select(schema.ledger).order_by(schema.ledger.c.id.desc()).limit(limit)
        if outcome is not None:
            query = query.where(schema.ledger.c.outcome == outcome.value)
        if before is not None:
            query = query.where(schema.ledger.c.id < before)
        return [ledger_entry(row) for row in self._connection.execute(query).mappings()]

    def entry(self, id: int) -> LedgerEntry | None:
        row = self._connection.execute(select(schema.ledger).where(schema.ledger.c.id == id)).mappings().first()
        return ledger_entry(row) if row else None

    def raw(self, entry: LedgerEntry) -> bytes:
        """The input as it came."""
        blob = select(schema.blobs.c.content).where(schema.blobs.c.sha256 == entry.sha256)
        return bytes(self._connection.execute(blob).scalar_one())

    def outbox(self, *, states: Collection[DeliveryState] = (), before: int | None = None, limit: int) -> Sequence[Delivery]:
        """Newest first."""
        query = select(schema.deliveries).order_by(schema.deliveries.c.id.desc()).limit(limit)
        if states:
            query = query.where(schema.deliveries.c.state.in_([state.value for state in states]))
        if before is not None:
            query = query.where(schema.deliveries.c.id < before)
        return self._deliveries(query)

    def depths(self) -> Depths:
        table = schema.deliveries
        counts = select(table.c.channel, table.c.state, func.count()).group_by(table.c.channel, table.c.state)
        quarantined = select(func.count()).select_from(schema.ledger).where(text("outcome = 'quarantined'"))
        oldest = select(func.min(table.c.due_at)).where(text("state in ('queued', 'sending')"))
        return Depths(
            deliveries=tuple((channel, state, count) for channel, state, count in self._connection.execute(counts)),
            quarantined=int(self._connection.execute(quarantined).scalar_one()),
            oldest_due=self._connection.execute(oldest).scalar_one(),
        )

    def ping(self) -> None:
        self._connection.execute(select(1))

    def _of(self, table: Table, ticket: int) -> Sequence[RowMapping]:
        query = select(table).where(table.c.ticket == ticket).order_by(table.c.id)
        return self._connection.execute(query).mappings().all()

    def _deliveries(self, query: Select[*tuple[object, ...]]) -> list[Delivery]:
        return [delivery_of(row) for row in self._connection.execute(query).mappings()]


def _line(row: RowMapping) -> TicketLine:
    return TicketLine(ticket=ticket_of(row), caller=row["caller_address"] or "")


def _message(row: RowMapping) -> TicketMessage:
    author = row["author"]
    return TicketMessage(
        id=row["id"],
        ticket=row["ticket"],
        direction=Direction(row["direction"]),
        channel=Channel(row["channel"]),
        author=Address(kind=AddressKind(row["author_kind"]), value=author, name=row["author_name"] or "") if author else None,
        subject=row["subject"],
        body=row["body"],
        full_body=row["full_body"],
        at=row["at"],
        public=row["public"],
        held=row["held"],
        ledger=row["ledger"],
    )


def _event(row: RowMapping) -> Event:
    return Event(
        ticket=row["ticket"],
        kind=EventKind(row["kind"]),
        at=row["at"],
        actor=row["actor"],
        reason=row["reason"],
        evidence=tuple(Evidence(**item) for item in json.loads(row["evidence"])),
        data=json.loads(row["data"]),
    )
