"""What a caller's keys have said so far: it stands over what is read out of words."""

from intake.desk.case import Case
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level
from intake.domain.message import Chosen

BY_KEY = "caller"  # what labels a ticket, and what evidence comes from, where keys do
KIND, IMPACT, URGENCY = "kind", "impact", "urgency"  # keys of the data of `key_pressed`


def chosen_by_key(case: Case) -> tuple[Kind | None, Chosen]:
    """Of each the last one."""
    said = dict[str, str]()
    for event in reversed(case.books.tickets.events_of(case.ticket.number, {EventKind.KEY_PRESSED}, _LOOK_BACK)):
        said |= {name: event.data[name] for name in (KIND, IMPACT, URGENCY) if name in event.data}
    impact, urgency = (Level(int(said[name])) if name in said else None for name in (IMPACT, URGENCY))
    return Kind(said[KIND]) if KIND in said else None, Chosen(by=BY_KEY, impact=impact, urgency=urgency)


_LOOK_BACK = 50
