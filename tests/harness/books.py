"""The desk's books, opened from outside while it runs or after it died."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true, update

from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.page import Paging
from intake.domain.receipt import LedgerEntry
from intake.domain.timer import TimerKind
from storage import schema
from storage.engine import open_engine
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.harness.patience import wait_until

_PAGE = re.compile(r": page (\d+) to ")
EVERYTHING = 10_000_000
UNFINISHED = (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """All that is written, read at one moment. `heard` maps a ledger id to the tickets that its message stands on."""

    ledger: tuple[LedgerEntry, ...]
    tickets: tuple[int, ...]
    heard: dict[int, list[int]]
    deliveries: tuple[Delivery, ...]
    raw: dict[str, bytes]


class Books:
    def __init__(self, store_url: str) -> None:
        self._url = store_url
        self._store = SqlStore(store_url)

    def __enter__(self) -> "Books":
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def read(self) -> Pages:
        with self._store.reading() as connection:
            reader = SqlReader(connection)
            heard: dict[int, list[int]] = defaultdict(list)
            said = select(schema.messages.c.ledger, schema.messages.c.ticket).where(schema.messages.c.direction == "in")
            for ledger, ticket in connection.execute(said):
                heard[ledger].append(ticket)
            return Pages(
                ledger=tuple(reader.ledger(limit=EVERYTHING)),
                tickets=tuple(line.ticket.number for line in reader.tickets(limit=EVERYTHING)),
                heard=heard,
                deliveries=tuple(reader.outbox(limit=EVERYTHING)),
                raw={sha: bytes(raw) for sha, raw in connection.execute(select(schema.blobs.c.sha256, schema.blobs.c.content))},
            )

    def count(self, *states: DeliveryState) -> int:
        """How many deliveries are in one of these states."""
        table = schema.deliveries
        names = [state.value for state in states]
        with self._store.reading() as connection:
            query = select(func.count()).select_from(table).where(table.c.state.in_(names))
            return int(connection.execute(query).scalar_one())

    def claimed_team_mail(self) -> int:
        """How many notices to a team are claimed and not sent."""
        table = schema.deliveries
        ours = (table.c.state == DeliveryState.SENDING.value) & (table.c.notice == NoticeKind.ARRIVAL.value)
        with self._store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(table).where(ours)).scalar_one())

    def wait_until_all_is_sent(self) -> None:
        wait_until(lambda: self.count(*UNFINISHED) == 0, "the outbox is empty")

    def pagings(self) -> list[tuple[int, int]]:
        """Ticket and step of each page that was made."""
        query = select(schema.events.c.ticket, schema.events.c.reason).where(schema.events.c.kind == EventKind.PAGED.value)
        with self._store.reading() as connection:
            found = [(ticket, _PAGE.search(reason)) for ticket, reason in connection.execute(query)]
        return [(ticket, int(page[1])) for ticket, page in found if page]

    def let_pages_go_unanswered(self) -> None:
        """As `let_timers_come_due`, of ladders alone."""
        self._let_come_due(schema.timers.c.kind == TimerKind.PAGE_UNANSWERED.value)

    def let_timers_come_due(self) -> None:
        """As if the time had passed. Written past the desk, which is what waiting would look like to it."""
        self._let_come_due(true())

    def paged(self) -> tuple[Paging, ...]:
        """Every ladder that has run."""
        with self._store.looking() as reader:
            return tuple(paging for ticket in self.read().tickets for paging in reader.pagings(ticket))

    def _let_come_due(self, which: ColumnElement[bool]) -> None:
        engine = open_engine(self._url)
        past = datetime.now(UTC) - timedelta(minutes=1)
        with engine.begin() as connection:
            connection.execute(update(schema.timers).where(schema.timers.c.state == "running", which).values(due_at=past))
        engine.dispose()
