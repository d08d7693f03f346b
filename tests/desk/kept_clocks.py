"""What is stored of clocks, held against the events of their tickets."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from intake.desk.sla.clocks import elapsed, stretches
from intake.desk.sla.explaining import Explanation, explain
from intake.desk.sla.history import history_of
from intake.desk.sla.keeping import worked_out_again
from intake.desk.sla.targets import of_text
from intake.domain.clock import ClockKind, KeptClocks
from intake.domain.event import Event, EventKind
from intake.domain.notice import NoticeKind
from intake.domain.timer import TimerKind
from storage import schema
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.at_the_desk import AtTheDesk


def assert_clocks_follow(store: SqlStore, tickets: Iterable[int]) -> None:
    """Stored is what the events alone give, one timer runs for what comes next, and the stretches add up."""
    with store.begin() as books:
        for number in tickets:
            ticket = books.tickets.get(number)
            assert ticket is not None
            kept = books.clocks.of(number)
            assert kept == worked_out_again(ticket, books)
            assert kept is not None
            assert _running(store, number) == ([kept.timer] if kept.timer else [])
            history, known = history_of(ticket, books.clocks.events(number)), books.clocks.policy(ticket.policy)
            assert known is not None
            for clock in ClockKind:
                target = of_text(known.text).target(ticket.kind, ticket.priority, clock)
                if target is not None:
                    now = ticket.updated_at + timedelta(days=3)
                    counted = [one.length for one in stretches(history, clock, target, now) if one.counts]
                    assert sum(counted, timedelta(0)) == elapsed(history, clock, target, now)


def _running(store: SqlStore, ticket: int) -> list[object]:
    table = schema.timers
    query = select(table.c.due_at).where(
        table.c.ticket == ticket, table.c.kind == TimerKind.CLOCK.value, table.c.state == "running"
    )
    with store.reading() as connection:
        return list(connection.execute(query).scalars())


def kept(desk: AtTheDesk, number: int) -> KeptClocks:
    assert_clocks_follow(desk.store, [number])
    with desk.store.begin() as books:
        clocks = books.clocks.of(number)
    assert clocks is not None
    return clocks


def explained(desk: AtTheDesk, number: int) -> dict[ClockKind, Explanation]:
    with desk.store.reading() as connection:
        known = SqlReader(connection).sla_policy(desk.ticket(number).policy)
    assert known is not None
    return {one.reading.clock: one for one in explain(desk.story(number), of_text(known.text), desk.clock())}


def of_kind(desk: AtTheDesk, number: int, kind: EventKind) -> list[Event]:
    return [event for event in desk.story(number).events if event.kind is kind]


def told(desk: AtTheDesk, number: int, kind: NoticeKind) -> list[tuple[str, str]]:
    """To whom, and why."""
    found = [one for one in desk.story(number).deliveries if one.notice is not None and one.notice.kind is kind]
    return [(one.address, one.notice.fields.get("why", "") if one.notice else "") for one in found]


def let_pass(desk: AtTheDesk, **by: int) -> None:
    """Time, minute by minute where something comes due."""
    end = desk.clock.now + timedelta(**by)
    while desk.clock.now < end:
        desk.clock.now = min(end, desk.clock.now + timedelta(minutes=5))
        desk.fires_what_is_due()
