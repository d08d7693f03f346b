"""What the store knows of a call's ticket, for the next thing that the caller hears."""

from collections.abc import Iterable

from channels.phone.standing import Standing
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.reading import Reader, TicketFilter
from intake.desk.sla.hours import ALWAYS
from intake.domain.call import Call
from intake.domain.channel import Address, AddressKind
from intake.domain.clock import ClockKind
from intake.domain.event import Event, EventKind
from intake.domain.label import Kind, Priority
from intake.domain.storm import StormStage
from intake.domain.ticket import Ticket

MOST_OFFERS = 3
_MOST_MERGES = 10  # one ticket into the next
_MOST_EVENTS = 20
_LEVELS = frozenset({EventKind.LABELLED, EventKind.RELABELLED, EventKind.KEY_PRESSED})
_HOUR, _MINUTE = 3600, 60


def standing_from_store(reader: Reader, policy: Policy, call: str, *, offers: bool) -> Standing | None:
    """None where the desk does not know the call. `offers`: also which open tickets the caller has."""
    known = reader.call(call)
    ticket = _in_the_end(reader, known.ticket) if known is not None else None
    if known is None or ticket is None:
        return None
    events = reader.newest_events(ticket=ticket.number, kinds=_LEVELS, limit=_MOST_EVENTS)
    return Standing(
        number=ticket.number,
        kind=ticket.kind,
        impact=ticket.impact,
        urgency=ticket.urgency,
        priority=ticket.priority,
        tier=ticket.tier,
        assignment_group=ticket.assignment_group,
        about=ticket.short_description,
        impact_said=_is_said("impact", events),
        urgency_said=_is_said("urgency", events),
        offers=_offers(reader, known, ticket) if offers else (),
        known=_is_known(reader, ticket),
        taken_by=known.connected_to,
        answer_within=answer_within(policy, ticket.kind, ticket.priority),
        sms=_gets_texts(reader, known.caller),
    )


def answer_within(policy: Policy, kind: Kind, priority: Priority) -> str:
    """The response target as desk.toml writes one (`4h`, `2d`); empty where there is none."""
    target = policy.sla.target(kind, priority, ClockKind.RESPONSE)
    if target is None:
        return ""
    seconds = int(target.amount.total_seconds())
    day = int(target.hours.longest_day.total_seconds())
    if target.hours.name != ALWAYS and day and seconds % day == 0:
        return f"{seconds // day}d"
    return f"{seconds // _HOUR}h" if seconds % _HOUR == 0 else f"{max(1, seconds // _MINUTE)}m"


def _in_the_end(reader: Reader, number: int) -> Ticket | None:
    """The ticket, or the one that it was merged into."""
    ticket = _ticket(reader, number)
    for _ in range(_MOST_MERGES):
        if ticket is None or ticket.merged_into is None:
            break
        ticket = _ticket(reader, ticket.merged_into)
    return ticket


def _ticket(reader: Reader, number: int) -> Ticket | None:
    found = reader.tickets(before=number + 1, limit=1)
    return found[0].ticket if found and found[0].ticket.number == number else None


def _is_said(axis: str, events: Iterable[Event]) -> bool:
    """By the caller's words or keys, by a person, or by desk.toml (somebody it names): it is not asked then."""
    for event in events:
        if event.kind is EventKind.RELABELLED or axis in event.data:  # a key's data say what it stood for
            return True
        if any(one.says.startswith(f"{axis}=") for one in event.evidence):
            return True
    return False


def _offers(reader: Reader, call: Call, own: Ticket) -> tuple[int, ...]:
    """The newest first."""
    contact = reader.contact_at(_address(call.caller)) if call.caller else None
    if contact is None:
        return ()
    theirs = TicketFilter(states=OPEN, callers=reader.identities(contact.id))
    lines = reader.tickets(theirs, limit=MOST_OFFERS + 1)
    return tuple(line.ticket.number for line in lines if line.ticket.number != own.number)[:MOST_OFFERS]


def _is_known(reader: Reader, ticket: Ticket) -> bool:
    """Part of a major incident that is worked on."""
    if ticket.parent is None:
        return False
    parent, storm = _ticket(reader, ticket.parent), reader.storm(ticket.parent)
    if parent is None or storm is None or parent.state not in OPEN:
        return False
    return storm.line.storm.stage is StormStage.FORMED


def _gets_texts(reader: Reader, caller: str) -> bool:
    """Somebody who sent STOP does not."""
    if not caller:
        return False
    contact = reader.contact_at(_address(caller))
    return contact is None or all(dead.value != caller for dead in contact.dead)


def _address(number: str) -> Address:
    return Address(kind=AddressKind.PHONE, value=number)
