"""No fix without its incident: how it is named, asked for, and what a closed fix proposes to answer on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.changes.in_the_way import unfit
from intake.desk.lifecycle import OPEN
from intake.desk.parties import takes_part
from intake.desk.reaching import addresses_of_caller
from intake.desk.storms.final_word import FinalWord
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.change import Change, CloseCode
from intake.domain.channel import Address
from intake.domain.deed import Resolve, ResolveAsProposed
from intake.domain.errors import PolicyViolation
from intake.domain.event import Event, EventKind
from intake.domain.label import Category, Kind
from intake.domain.message import ThreadKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.story import newest_proposal
from intake.domain.ticket import State, Ticket, spoken

MOST_NAMED = 20  # numbers in one message
LONGEST_READ = 20_000  # characters
_NAMED = re.compile(r"(?<![\w@.-])hd[- \u00a0\u2010\u2011\u2013]?([0-9]{1,12})(?![\w@-])", re.IGNORECASE | re.ASCII)
_IT_WORKED = frozenset({CloseCode.SUCCESSFUL, CloseCode.SUCCESSFUL_WITH_ISSUES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody wrote. `by_staff`: it is proven that one of the desk's own people did."""

    text: str
    author: Address | None
    by_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    teller: Teller
    final_word: FinalWord

    def is_wanted(self, change: Change | None, ticket: Ticket) -> bool:
        return change is not None and change.incident is None and ticket.category is Category.DEFECT_FIX

    def find(self, change: Change, said: Sequence[Said], case: Case) -> Change:
        """Takes the incident from what was said, where exactly one is named there."""
        found = {named.number: one for one in said for named in self._named(one, case)}
        if len(found) != 1:
            return change
        ((incident, by),) = found.items()
        if unfit(incident, case.ticket, case.books):
            return change  # it became something else this very moment
        who = by.author.value if by.author is not None else "whoever wrote it"
        named = replace(change, incident=incident)
        case.books.changes.save(named)
        self.write_named(change, named, f"{who} names it", case)
        return named

    def ask(self, case: Case) -> None:
        """Whoever asked for the fix, once: which incident does it mend?"""
        books, number = case.books, case.ticket.number
        if books.tickets.events_of(number, {EventKind.INCIDENT_WANTED}, 1):
            return
        asked, _ = books.tickets.opening(number)
        addresses = addresses_of_caller(case, self.teller) if asked is not None and asked.answerable else []
        if asked is None or not addresses:
            says = "a fix without its incident, and nobody who could be asked: name it (plan_change)"
            case.note(EventKind.INCIDENT_WANTED, says)
            return
        address = addresses[0]
        refs = [ref for ref in books.threads.names(asked.id) if ref.channel is REACHED_BY[address.kind]]
        names = (ref.value for ref in refs if ref.kind is ThreadKind.MESSAGE_ID)
        fields = {"subject": asked.subject, "answers": next(names, "")}
        notice = Notice(kind=NoticeKind.INCIDENT_WANTED, fields={name: value for name, value in fields.items() if value})
        self.teller.tell(case.ticket, notice, REACHED_BY[address.kind], address.value, books, case.now)
        case.note(EventKind.INCIDENT_WANTED, f"a fix without its incident: {address.value} was asked which one it mends")

    def write_named(self, before: Change | None, change: Change, why: str, case: Case) -> None:
        """On both timelines; also on that of the incident that it names no more."""
        was = before.incident if before is not None else None
        if change.incident is None or change.incident == was:
            return
        fix, incident = case.ticket.number, change.incident
        instead = f", not {spoken(was)}" if was is not None else ""
        case.note(EventKind.INCIDENT_NAMED, f"for {spoken(incident)}{instead}: {why}", {"incident": str(incident)})
        _on_incident(incident, EventKind.INCIDENT_NAMED, f"{spoken(fix)} is to mend it: {why}", {"fix": str(fix)}, case)
        if was is not None:
            _on_incident(was, EventKind.INCIDENT_NAMED, f"{spoken(fix)} is for {spoken(incident)}", {"fix": str(fix)}, case)

    def propose(self, change: Change, text: str, case: Case) -> None:
        """The fix on this ticket has just been closed, with this `text`: words for whoever reported its incident, as far as
        that still waits for an answer."""
        if case.ticket.category is not Category.DEFECT_FIX or change.incident is None:
            return
        incident = case.books.tickets.many([change.incident]).get(change.incident)
        if incident is None or change.close_code not in _IT_WORKED:
            return
        on, fix = case.on(incident), spoken(case.ticket.number)
        data = {"fix": str(case.ticket.number)}
        if incident.state not in OPEN or incident.final_response is not None:
            why = f"{fix}, which mends it, is closed; it was answered before"
            on.note(EventKind.CHANGE_CLOSED, why, data)
            self.teller.tell_holder(incident, NoticeKind.CHANGE_NEWS, case.books, case.now, {"why": why, "by": case.by.name})
            return
        says = f"{fix}, which mends it, is closed: send what it says (resolve_as_proposed), or write your own"
        on.note(EventKind.RESPONSE_PROPOSED, says, {**data, "text": text})
        fields = {"fix": fix, "text": text, "by": case.by.name}
        self.teller.tell_holder_at_once(incident, NoticeKind.RESPONSE_PROPOSED, case.books, case.now, fields)
        self.teller.refresh(incident, case.books, case.now)

    def resolve_as_proposed(self, deed: ResolveAsProposed, case: Case) -> str:
        events = case.books.tickets.events_of(case.ticket.number, {EventKind.RESPONSE_PROPOSED, EventKind.FINAL_RESPONSE}, 1)
        proposed = newest_proposal(events)
        if proposed is None:
            raise PolicyViolation(f"Nothing is proposed for {spoken(case.ticket.number)}: write the final response (resolve)")
        return self.final_word.resolve(Resolve(text=deed.text if deed.text.strip() else proposed.text), case)

    def _named(self, said: Said, case: Case) -> Iterator[Ticket]:
        """Incidents that the author may speak of."""
        numbers = [number for number in numbers_in(said.text) if number != case.ticket.number]
        for named in case.books.tickets.many(numbers).values():
            incident = _in_the_end(named, case)
            if incident.kind is not Kind.INCIDENT or incident.state is State.CANCELED or incident.number == case.ticket.number:
                continue
            if said.by_staff or takes_part(said.author, named, case.books):
                yield incident


def demand_incident(case: Case, change: Change) -> None:
    """Raises PolicyViolation where a defect fix that is no draft any more has no incident, or a change names what is none. The
    incident stays as it is until the unit of work ends."""
    is_fix = case.ticket.category is Category.DEFECT_FIX
    if not is_fix and change.incident is None:
        return
    if why := unfit(change.incident, case.ticket, case.books):
        says = "is a defect fix and needs an incident" if is_fix else "names an incident"
        raise PolicyViolation(f"{spoken(case.ticket.number)} {says}: {why}")


def numbers_in(text: str) -> list[int]:
    """Of tickets that a text names (`HD-7`), each once."""
    found = (int(match[1]) for match in _NAMED.finditer(text[:LONGEST_READ]))
    return list(dict.fromkeys(found))[:MOST_NAMED]


def _in_the_end(ticket: Ticket, case: Case) -> Ticket:
    """Where a merged one went, unlocked: what is named in a draft is looked at again when it is handed in."""
    while (into := ticket.merged_into) is not None and (target := case.books.tickets.many([into]).get(into)) is not None:
        ticket = target
    return ticket


def _on_incident(incident: int, kind: EventKind, reason: str, data: dict[str, str], case: Case) -> None:
    """Without a change of the ticket: whoever works on it has not seen less than there is."""
    event = Event(ticket=incident, kind=kind, at=case.now, actor=case.by.name, reason=reason, data=data)
    case.books.tickets.add_event(event)
