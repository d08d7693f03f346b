"""Looking without touching: what the command line, the web and the meters show."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import RowMapping, Select, Table, func, select, text
from sqlalchemy.engine import Connection

from intake.desk.ports_of_changes import EVERY_CHANGE, ChangeFilter
from intake.desk.ports_of_clocks import KeptPolicy
from intake.desk.reading import EVERY_TICKET, TicketFilter
from intake.domain.agreement import AgreementLine, AgreementStory
from intake.domain.call import Call
from intake.domain.change import ChangeLine, ChangeStory, Window
from intake.domain.channel import Address
from intake.domain.contact import Contact
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.held import WhichHeld
from intake.domain.page import Page, Paging, Run, RunState
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.remote_file import Fetch
from intake.domain.sign_of_life import SignOfLife
from intake.domain.storm import Standing, StormLine, StormStory
from intake.domain.story import ClocksOfTeam, Depths, QueueDepth, QueueLine, TicketLine, TicketStory
from intake.domain.ticket_message import KeptFile, TicketMessage
from intake.domain.token import Token
from intake.domain.work_note import WorkNote
from storage import agreements, calls, change_lists, clock_lists, clocks, fetches, ladders, people, schema, ticket_lists
from storage.chat_reading import ChatReading
from storage.events import event_of
from storage.held import SqlHeld
from storage.ledger import ledger_entry
from storage.messages import file_of, files_of, message_of
from storage.outbox import delivery_of
from storage.signs_of_life import SqlSignsOfLife
from storage.storm_tables import storm_told
from storage.storms import storm_lines, storm_story
from storage.ticket_links import links_of, merged_into
from storage.tokens import token_of
from storage.watchers import watchers_of

_M, _F, _D = schema.messages, schema.attachments, schema.deliveries
# Rows as far as they are read here; what a row holds is known where it becomes a value.
Rows: TypeAlias = Select[*tuple[object, ...]]


class SqlReader(ChatReading):
    """Over one read-only connection (`SqlStore.looking`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tickets(self, which: TicketFilter = EVERY_TICKET, *, before: int | None = None, limit: int) -> Sequence[TicketLine]:
        return [ticket_lists.line_of(row) for row in self._rows(ticket_lists.lines(which, before, limit))]

    def story(self, number: int) -> TicketStory | None:
        row = self._row(ticket_lists.LINES.where(schema.tickets.c.number == number))
        if row is None:
            return None
        return TicketStory(
            line=ticket_lists.line_of(row),
            messages=self._messages(_in_time(_M, number)),
            events=tuple(event_of(row) for row in self._rows(_in_time(schema.events, number))),
            deliveries=tuple(delivery_of(row) for row in self._rows(_on(_D, number).order_by(_D.c.id))),
            notes=tuple(_note_of(row) for row in self._rows(_in_time(schema.work_notes, number))),
            links=links_of(number, self._connection),
            merged=merged_into(number, self._connection),
            watchers=self.watchers(number),
            pagings=self.pagings(number),
        )

    def answers_from_elsewhere(self, number: int) -> Sequence[TicketMessage]:
        sent = select(_D.c.reply).where(_D.c.ticket == number, text("reply is not null"))
        told = select(storm_told.c.message).where(storm_told.c.ticket == number, storm_told.c.message.is_not(None))
        return self._messages(
            select(_M).where(_M.c.id.in_(sent.union(told)), _M.c.ticket != number, _M.c.public).order_by(_M.c.at, _M.c.id)
        )

    def attachment(self, message: int, position: int) -> tuple[KeptFile, bytes] | None:
        query = select(_F, schema.blobs.c.content).join(schema.blobs, schema.blobs.c.sha256 == _F.c.sha256)
        row = self._row(query.where(_F.c.message == message, _F.c.position == position))
        return (file_of(row), bytes(row["content"])) if row else None

    def message(self, id: int) -> TicketMessage | None:
        found = self._messages(select(_M).where(_M.c.id == id))
        return found[0] if found else None

    def queues(self) -> Sequence[QueueDepth]:
        return [ticket_lists.queue_of(row) for row in self._rows(ticket_lists.QUEUES)]

    def events(
        self, *, ticket: int | None = None, kinds: Collection[EventKind] = (), after: int = 0, limit: int
    ) -> Sequence[Event]:
        query = _events(ticket, kinds).where(schema.events.c.id > after)
        return [event_of(row) for row in self._rows(query.order_by(schema.events.c.id).limit(limit))]

    def newest_events(self, *, ticket: int | None = None, kinds: Collection[EventKind] = (), limit: int) -> Sequence[Event]:
        query = _events(ticket, kinds).order_by(schema.events.c.id.desc()).limit(limit)
        return [event_of(row) for row in reversed(list(self._rows(query)))]

    def ledger(self, *, outcome: Outcome | None = None, before: int | None = None, limit: int) -> Sequence[LedgerEntry]:
        query = _newest(schema.ledger, before, limit)
        if outcome is not None:
            query = query.where(schema.ledger.c.outcome == outcome.value)
        return [ledger_entry(row) for row in self._rows(query)]

    def entry(self, id: int) -> LedgerEntry | None:
        row = self._row(select(schema.ledger).where(schema.ledger.c.id == id))
        return ledger_entry(row) if row else None

    def raw(self, entry: LedgerEntry) -> bytes:
        """The input as it came."""
        blob = select(schema.blobs.c.content).where(schema.blobs.c.sha256 == entry.sha256)
        return bytes(self._connection.execute(blob).scalar_one())

    def outbox(
        self, *, states: Collection[DeliveryState] = (), ticket: int | None = None, before: int | None = None, limit: int
    ) -> Sequence[Delivery]:
        query = _newest(_D, before, limit)
        if states:
            query = query.where(_D.c.state.in_([state.value for state in states]))
        if ticket is not None:
            query = query.where(_D.c.ticket == ticket)
        return [delivery_of(row) for row in self._rows(query)]

    def delivery(self, id: int) -> Delivery | None:
        row = self._row(select(_D).where(_D.c.id == id))
        return delivery_of(row) if row else None

    def held(self, which: WhichHeld, limit: int) -> Sequence[int]:
        return SqlHeld(self._connection).ids(which, limit)

    def contacts(self, *, before: int | None = None, limit: int) -> Sequence[Contact]:
        rows = self._rows(_newest(schema.contacts, before, limit))
        known = people.addresses_of([row["id"] for row in rows], self._connection)
        return [
            Contact(id=row["id"], name=row["name"], since=row["since"], **known.get(row["id"], people.Known())._asdict())
            for row in rows
        ]

    def contact(self, id: int) -> Contact | None:
        return people.contact_of(id, self._connection)

    def contact_at(self, address: Address) -> Contact | None:
        return people.contact_at(address, self._connection)

    def identities(self, contact: int) -> frozenset[int]:
        return people.identities_of(contact, self._connection)

    def signs_of_life(self) -> Sequence[SignOfLife]:
        return SqlSignsOfLife(self._connection).all()

    def watchers(self, ticket: int) -> tuple[Address, ...]:
        return watchers_of(ticket, self._connection)

    def token(self, id: int) -> Token | None:
        row = self._row(select(schema.tokens).where(schema.tokens.c.id == id))
        return token_of(row) if row else None

    def tokens(self) -> Sequence[Token]:
        return [token_of(row) for row in self._rows(select(schema.tokens).order_by(schema.tokens.c.id.desc()))]

    def pagings(self, ticket: int) -> tuple[Paging, ...]:
        return ladders.pagings(ticket, self._connection)

    def page_of(self, delivery: int) -> tuple[Page, Run] | None:
        return ladders.page_and_run(delivery, self._connection)

    def sla_policy(self, version: str) -> KeptPolicy | None:
        return clocks.policy_of(version, self._connection)

    def queue(self, groups: Collection[str], assigned_to: str | None, limit: int) -> Sequence[QueueLine]:
        rows = list(self._rows(clock_lists.due(groups, assigned_to, limit)))
        if len(rows) < limit:
            rows += self._rows(clock_lists.not_due(groups, assigned_to, limit - len(rows)))
        return [clock_lists.queue_line_of(row) for row in rows]

    def clocks_of_teams(self, now: datetime) -> Sequence[ClocksOfTeam]:
        return [clock_lists.standing_of(row) for row in self._rows(clock_lists.standing(now))]

    def storms(self, *, standing: Collection[Standing] = (), before: int | None = None, limit: int) -> Sequence[StormLine]:
        return storm_lines(self._connection, standing, before, limit)

    def storm(self, parent: int) -> StormStory | None:
        return storm_story(self._connection, parent)

    def changes(self, which: ChangeFilter = EVERY_CHANGE, *, before: int | None = None, limit: int) -> Sequence[ChangeLine]:
        return change_lists.change_lines(self._connection, which, before, limit)

    def change(self, ticket: int) -> ChangeStory | None:
        return change_lists.change_story(self._connection, ticket)

    def fixes(self, incident: int) -> Sequence[ChangeLine]:
        return change_lists.fixes(self._connection, incident)

    def change_windows(self, during: Window, limit: int) -> Sequence[ChangeLine]:
        return change_lists.change_windows(self._connection, during, limit)

    def agreements(self, *, also_closed: bool = False) -> Sequence[AgreementLine]:
        return agreements.agreement_lines(self._connection, also_closed=also_closed)

    def agreement(self, name: str) -> AgreementStory | None:
        return agreements.agreement_story(self._connection, name)

    def overdue_approvals(self, now: datetime) -> int:
        return change_lists.overdue_approvals(self._connection, now)

    def runs_by_state(self) -> Mapping[RunState, int]:
        return ladders.runs_by_state(self._connection)

    def unanswered_pages(self) -> int:
        return ladders.unanswered_pages(self._connection)

    def call(self, name: str) -> Call | None:
        return calls.call_named(name, self._connection)

    def calls(self, *, before: int | None = None, limit: int) -> Sequence[Call]:
        return calls.newest_calls(self._connection, before, limit)

    def fetches(self, ticket: int) -> Sequence[Fetch]:
        return fetches.fetches_of(ticket, self._connection)

    def depths(self) -> Depths:
        counts = select(_D.c.channel, _D.c.state, func.count()).group_by(_D.c.channel, _D.c.state)
        quarantined = select(func.count()).select_from(schema.ledger).where(text("outcome = 'quarantined'"))
        oldest = select(func.min(_D.c.due_at)).where(text("state in ('queued', 'sending')"))
        return Depths(
            deliveries=tuple((channel, state, count) for channel, state, count in self._connection.execute(counts)),
            quarantined=int(self._connection.execute(quarantined).scalar_one()),
            oldest_due=self._connection.execute(oldest).scalar_one(),
        )

    def ping(self) -> None:
        self._connection.execute(select(1))

    def _messages(self, query: Rows) -> tuple[TicketMessage, ...]:
        rows = self._rows(query)
        files = files_of([row["id"] for row in rows], self._connection)
        return tuple(message_of(row, files.get(row["id"], ())) for row in rows)

    def _rows(self, query: Rows) -> Sequence[RowMapping]:
        return self._connection.execute(query).mappings().all()

    def _row(self, query: Rows) -> RowMapping | None:
        return self._connection.execute(query).mappings().first()


def _on(table: Table, ticket: int) -> Rows:
    return select(table).where(table.c.ticket == ticket)


def _in_time(table: Table, ticket: int) -> Rows:
    """The oldest first. Replicas take their ids in blocks: the order of ids is not the order of time."""
    return _on(table, ticket).order_by(table.c.at, table.c.id)


def _events(ticket: int | None, kinds: Collection[EventKind]) -> Select[*tuple[object, ...]]:
    query = select(schema.events)
    if ticket is not None:
        query = query.where(schema.events.c.ticket == ticket)
    return query.where(schema.events.c.kind.in_([kind.value for kind in kinds])) if kinds else query


def _newest(table: Table, before: int | None, limit: int) -> Rows:
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    return query if before is None else query.where(table.c.id < before)


def _note_of(row: RowMapping) -> WorkNote:
    return WorkNote(id=row["id"], ticket=row["ticket"], author=row["author"], text=row["text"], at=row["at"])
