"""What people and machines do to a ticket without saying anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.lifecycle import move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.domain.action import Action, Verb
from intake.domain.delivery import DeliveryState
from intake.domain.errors import InvalidMessage, NotFound, PolicyViolation
from intake.domain.event import Event, EventKind
from intake.domain.label import Level
from intake.domain.ticket import State, Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Each verb returns what happened in words; a refusal raises PolicyViolation, IllegalTransition or NotFound."""

    policy: Policy
    teller: Teller
    pager: Pager

    def apply(self, action: Action, books: UnitOfWork, now: datetime) -> tuple[int, str]:
        """The ticket's number, and what was done."""
        ticket = self._ticket(action, books)
        verbs: Mapping[Verb, Callable[[Action, Ticket, UnitOfWork, datetime], str]] = {
            Verb.TAKE: self._take,
            Verb.ACKNOWLEDGE_PAGE: self._acknowledge_page,
            Verb.PRESS_KEY: self._press_key,
            Verb.REPORT_DELIVERY: self._report_delivery,
        }
        done = verbs[action.verb](action, ticket, books, now)
        self.teller.refresh(ticket, books, now)
        return ticket.number, done

    def _ticket(self, action: Action, books: UnitOfWork) -> Ticket:
        number = action.ticket
        if number is None and action.thread is not None:
            number = books.threads.bound([action.thread]).get(action.thread)
        if number is None and action.delivery is not None and (delivery := books.outbox.get(action.delivery)) is not None:
            number = delivery.ticket
        ticket = books.tickets.get(number) if number is not None else None
        if ticket is None:
            raise NotFound(f"{action.verb.value}: there is no such ticket")
        return ticket

    def _take(self, action: Action, ticket: Ticket, books: UnitOfWork, now: datetime) -> str:
        if ticket.assigned_to and ticket.assigned_to != action.actor:
            raise PolicyViolation(f"{spoken(ticket.number)} is already with {ticket.assigned_to}")
        if ticket.assigned_to == action.actor:
            return "had it already"
        taken = move(ticket, State.IN_PROGRESS) if ticket.state is not State.IN_PROGRESS else ticket
        books.tickets.save(replace(taken, assigned_to=action.actor, updated_at=now))
        books.tickets.add_event(
            Event(ticket=ticket.number, kind=EventKind.TAKEN, at=now, actor=action.actor, reason="took the ticket")
        )
        self.pager.acknowledge(ticket, action.actor, books, now)
        return "taken"

    def _acknowledge_page(self, action: Action, ticket: Ticket, books: UnitOfWork, now: datetime) -> str:
        return "acknowledged" if self.pager.acknowledge(ticket, action.actor, books, now) else "nobody was being paged"

    def _press_key(self, action: Action, ticket: Ticket, books: UnitOfWork, now: datetime) -> str:
        """A caller's own word on impact or urgency. Priority follows from the matrix."""
        level, value = _level(action.value)
        changed = replace(ticket, impact=value) if level == "impact" else replace(ticket, urgency=value)
        changed = replace(changed, priority=self.policy.priority(changed.impact, changed.urgency), updated_at=now)
        books.tickets.save(changed)
        books.tickets.add_event(
            Event(
                ticket=ticket.number,
                kind=EventKind.KEY_PRESSED,
                at=now,
                actor=action.actor,
                reason=f"{level} {value.value}, said the caller: {changed.priority.value} by the matrix",
            )
        )
        if self.pager.wakes_somebody(changed) and not self.pager.wakes_somebody(ticket):
            self.pager.start(changed, books, now)
        return f"{level}={value.value}"

    def _report_delivery(self, action: Action, ticket: Ticket, books: UnitOfWork, now: datetime) -> str:
        delivery = books.outbox.get(action.delivery) if action.delivery is not None else None
        if delivery is None:
            raise NotFound("The report names no delivery of ours")
        state = DeliveryState(action.value)
        if state not in {DeliveryState.DELIVERED, DeliveryState.FAILED}:
            raise InvalidMessage(f"A delivery report cannot say {state.value!r}")
        if delivery.state is state:
            return f"was {state.value} already"
        books.outbox.save(replace(delivery, state=state))
        kind = EventKind.DELIVERY_FAILED if state is DeliveryState.FAILED else EventKind.DELIVERY_REPORTED
        reason = f"{delivery.address}: {state.value}"
        books.tickets.add_event(Event(ticket=ticket.number, kind=kind, at=now, actor=action.actor, reason=reason))
        return state.value


def _level(value: str) -> tuple[str, Level]:
    name, _, number = value.partition("=")
    if name not in {"impact", "urgency"} or number not in {"1", "2", "3"}:
        raise InvalidMessage(f"A key must stand for impact=1..3 or urgency=1..3, not {value!r}")
    return name, Level(int(number))
