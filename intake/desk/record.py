"""A ticket's fields as its events tell them: what changed, what it adds up to, and how to take a change back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from enum import Enum
from operator import attrgetter

from intake.domain.errors import PolicyViolation
from intake.domain.event import Change, Event
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import State, Ticket, Tier, spoken

# The number is the ticket itself; the other two change with everything.
RECORDED = tuple(field.name for field in fields(Ticket) if field.name not in {"number", "updated_at", "revision"})

BY_THE_LABEL = ("kind", "category", "impact", "urgency", "priority", "label_version", "confidence")
BY_THE_ROUTE = ("tier", "assignment_group")
_VALUES = attrgetter(*RECORDED)

_Value = str | int | float | datetime | Enum | None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_READ: Mapping[str, Callable[[str], _Value]] = {
    "kind": Kind,
    "category": lambda text: Category(text) if text else None,
    "impact": lambda text: Level(int(text)),
    "urgency": lambda text: Level(int(text)),
    "priority": Priority,
    "state": State,
    "tier": lambda text: Tier(int(text)),
    "assignment_group": str,
    "contact_type": str,
    "caller": _whole,
    "short_description": str,
    "opened_at": _moment,
    "on_hold_reason": str,
    "on_hold_until": _moment,
    "assigned_to": str,
    "parent": _whole,
    "merged_into": _whole,
    "final_response": _whole,
    "resolved_at": _moment,
    "closed_at": _moment,
    "label_version": str,
    "confidence": float,
    "policy": str,
    "mailbox": str,
}


def changes(before: Ticket, after: Ticket) -> tuple[Change, ...]:
    """In the order of the ticket's fields."""
    pairs = zip(RECORDED, _VALUES(before), _VALUES(after), strict=True)
    return tuple([Change(name, _text(old), _text(new)) for name, old, new in pairs if old is not new and old != new])


def beginnings(ticket: Ticket, unlabelled: Mapping[str, str]) -> tuple[tuple[Change, ...], ...]:
    """A new ticket's first three steps: as it was before anybody had read it, labelled, routed. `unlabelled` holds the fields
    that the label and the route set, as they are without one."""
    now = as_texts(ticket)
    opened = tuple([Change(name, "", text) for name, text in {**now, **unlabelled}.items() if text])
    labelled, routed = (
        tuple([Change(name, unlabelled[name], text) for name in names if (text := now.get(name, "")) != unlabelled[name]])
        for names in (BY_THE_LABEL, BY_THE_ROUTE)
    )
    return opened, labelled, routed


def as_texts(ticket: Ticket) -> dict[str, str]:
    """The recorded fields that hold something."""
    return {name: text for name, value in zip(RECORDED, _VALUES(ticket), strict=True) if (text := _text(value))}


def replayed(events: Iterable[Event]) -> dict[str, str]:
    """What all changes add up to, comparable with `as_texts` of the ticket."""
    state: dict[str, str] = {}
    for event in events:
        for change in event.changes:
            state[change.field] = change.after
    return {name: text for name, text in state.items() if text}


def taken_back(ticket: Ticket, made: Iterable[Change]) -> Ticket:
    """The ticket without these changes. Raises PolicyViolation where one of the fields has changed again since."""
    earlier: dict[str, _Value] = {}
    for change in made:
        if _text(getattr(ticket, change.field)) != change.after:
            name = change.field.replace("_", " ")
            raise PolicyViolation(f"{spoken(ticket.number)}: the {name} has been changed again since: that comes first")
        earlier[change.field] = _READ[change.field](change.before)
    return replace(ticket, **earlier)  # type: ignore[arg-type] # each reader gives its field's own type


def _text(value: _Value) -> str:
    if value is None:
        return ""
    if type(value) is str:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)
