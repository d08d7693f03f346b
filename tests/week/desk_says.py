"""What has become of the script at the real desk, in the oracle's words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from intake.desk.sla.clocks import read_clock, stretches
from intake.desk.sla.history import history_of
from intake.desk.sla.targets import SlaPolicy, of_text
from intake.domain.clock import ClockKind, KeptClock
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import DESK, Event, EventKind
from intake.domain.notice import NoticeKind
from intake.domain.page import Paging
from intake.domain.ticket import Ticket, Tier
from storage.store import SqlStore
from tests.week.clocks import Reading
from tests.week.happening import Second, moment, second
from tests.week.life import Climb, Told

EVERYTHING = 10**6
_LEFT = {DeliveryState.SENT, DeliveryState.DELIVERED}
_TOLD = {EventKind.SLA_WARNED: NoticeKind.DUE_SOON, EventKind.SLA_BREACHED: NoticeKind.OVERDUE}
Stored = tuple[str, Second | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One ticket at one moment: how it stands, both clocks as they are worked out from its events, and as they are stored
    (state, due, what is left)."""

    stands: tuple[object, ...]
    worked_out: Mapping[str, Reading | None]
    stored: Mapping[str, Stored | None]


def look(store: SqlStore, numbers: Mapping[str, int], now: Second) -> dict[str, Seen]:
    found = {}
    with store.begin() as books:
        tickets = books.tickets.many(numbers.values())
        for name, number in numbers.items():
            policy = books.clocks.policy(tickets[number].policy)
            assert policy is not None
            clocks = books.clocks.of(number)
            assert clocks is not None
            found[name] = Seen(
                stands=_stands(tickets[number]),
                worked_out=_worked_out(tickets[number], books.clocks.events(number), of_text(policy.text), now),
                stored={"response": _stored(clocks.response), "resolution": _stored(clocks.resolution)},
            )
    return found


def _stands(ticket: Ticket) -> tuple[object, ...]:
    kind, priority = ticket.kind.value, ticket.priority.value
    return ticket.state.value, ticket.tier.value, ticket.assignment_group, ticket.assigned_to, kind, priority


def _worked_out(ticket: Ticket, events: Sequence[Event], policy: SlaPolicy, now: Second) -> dict[str, Reading | None]:
    history, found = history_of(ticket, events), dict[str, Reading | None]()
    for clock in ClockKind:
        found[clock.value] = None
        if (read := read_clock(history, policy, clock, moment(now))) is not None:
            counted = [one.length for one in stretches(history, clock, read.target, moment(now)) if one.counts]
            assert sum(counted, timedelta()) == read.elapsed, "the stretches that count add up to what has passed"
            due = second(read.due) if read.due is not None else None
            elapsed, left = round(read.elapsed.total_seconds()), round(read.left.total_seconds())
            found[clock.value] = Reading(state=read.state.value, elapsed=elapsed, left=left, due=due)
    return found


def _stored(clock: KeptClock | None) -> Stored | None:
    if clock is None:
        return None
    left = round(clock.left.total_seconds()) if clock.left is not None else None
    return clock.state.value, second(clock.due) if clock.due is not None else None, left


@dataclass(kw_only=True)
class Record:
    """All that is on the timelines and went through the outbox, by ticket."""

    events: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    deliveries: dict[int, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    pagings: dict[int, Sequence[Paging]] = field(default_factory=dict)

    def told(self, number: int) -> list[Told]:
        """What it told whom about its clocks."""
        notices = defaultdict(set)
        for delivery in self.deliveries[number]:
            if delivery.notice is not None and delivery.notice.kind in _TOLD.values():
                notices[delivery.notice.kind, second(delivery.created_at)].add(delivery.address)
        return [
            Told(
                clock=event.data["clock"],
                breach=event.kind is EventKind.SLA_BREACHED,
                at=second(event.at),
                to=tuple(sorted(notices[_TOLD[event.kind], second(event.at)])),
            )
            for event in self.events[number]
            if event.kind in _TOLD
        ]

    def climbs(self, number: int) -> list[Climb]:
        """Escalations by the clock."""
        found = []
        for event in self.events[number]:
            if event.kind is EventKind.ESCALATED and event.actor == DESK:
                tiers = next(change for change in event.changes if change.field == "tier")
                why = tuple(clock for clock in ("resolution", "response") if f"{clock} overdue" in event.reason)
                old, new = Tier(int(tiers.before)), Tier(int(tiers.after))
                found.append(Climb(clocks=why, at=second(event.at), old=old.value, new=new.value))
        return found

    def notices(self, number: int, kind: NoticeKind) -> list[tuple[Second, str]]:
        """When they were written, and to whom."""
        return [
            (second(one.created_at), one.address)
            for one in self.deliveries[number]
            if one.notice is not None and one.notice.kind is kind
        ]

    def acknowledgements(self, number: int) -> list[tuple[Second, str, bool]]:
        """When and to whom, and whether they say that people are being woken."""
        kind = NoticeKind.ACKNOWLEDGEMENT
        return [
            (second(one.created_at), one.address, one.notice.fields.get("paged") == "yes")
            for one in self.deliveries[number]
            if one.notice is not None and one.notice.kind is kind
        ]

    def pages(self, number: int) -> list[tuple[object, ...]]:
        """Each run with its pages."""
        states = {one.id: one.state for one in self.deliveries[number]}
        found: list[tuple[object, ...]] = []
        for paging in self.pagings[number]:
            run = paging.run
            ended = second(run.ended_at) if run.ended_at is not None else None
            ladder = run.ladder.name if run.ladder is not None else ""
            found.append(("run", second(run.started_at), ladder, run.state.value, ended))
            for page in paging.pages:
                left = page.delivery is not None and states[page.delivery] in _LEFT
                found.append(("page", page.step, page.repetition, second(page.at), page.address, left))
        return found


def record(store: SqlStore, numbers: Mapping[str, int]) -> Record:
    found = Record()
    with store.looking() as reader:
        for event in reader.events(limit=EVERYTHING):
            found.events[event.ticket].append(event)
        for delivery in reversed(reader.outbox(limit=EVERYTHING)):
            found.deliveries[delivery.ticket].append(delivery)
        for number in numbers.values():
            found.pagings[number] = reader.pagings(number)
    return found
