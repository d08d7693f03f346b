"""People and teams that a message was addressed to as well: they join the ticket."""

from dataclasses import dataclass
from datetime import datetime

from intake.desk.addressed import Addressed, takes_no_answers
from intake.desk.directory import Directory
from intake.desk.parties import is_caller
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.router import first_route
from intake.desk.telling import Teller
from intake.domain.channel import Address, AddressKind
from intake.domain.event import Event, EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningIn:
    policy: Policy
    teller: Teller

    def people(self, message: InboundMessage, to: Addressed, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Whoever is in copy takes part and hears the answers, if it is certain who put them there: the desk writes to nobody
        on a stranger's word."""
        if not to.people or not message.authentic or message.nature is not Nature.HUMAN:
            return
        directory = Directory(policy=self.policy)
        outside = [one for one in books.tickets.watchers(ticket.number) if directory.writer(one) is None]
        room = max(0, self.policy.trust.most_joining - len(outside))
        joining = [address for address in to.people if address not in outside and self._may_join(address, ticket, books)]
        off = taken_off(ticket, books) if joining else frozenset()
        joining = [address for address in joining if address.value not in off]
        for address in joining[:room]:
            if books.tickets.watch(ticket.number, address):
                self._write(ticket, f"{address.value} was in copy: hears the answers and may add to it", books, now)
        if len(joining) > room:
            self._write(
                ticket, f"{len(joining) - room} more were in copy, too many to join: let them watch by hand", books, now
            )

    def teams(self, to: Addressed, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """A message to several of the desk's addresses is one ticket: the other addresses' teams watch it."""
        off = taken_off(ticket, books) if to.also else frozenset()
        for mailbox in to.also:
            team = self.policy.team(self.team_of(mailbox) or first_route(self.policy, ticket.kind).team)
            if not team.mail or team.name == ticket.assignment_group or team.mail in off:
                continue
            address = Address(kind=AddressKind.EMAIL, value=team.mail, name=team.title)
            if books.tickets.watch(ticket.number, address):
                owner = self.policy.team(ticket.assignment_group).title
                self._write(ticket, f"it came to {mailbox} as well: {team.title} watches", books, now)
                told = {"what": f"Came to {mailbox} as well; it is with {owner}"}
                self.teller.tell_watcher(ticket, address, told, books, now)

    def team_of(self, mailbox: str) -> str:
        """Where tickets that come to this address begin; empty where the routes say it."""
        known = self.policy.mailboxes.get(mailbox)
        return known.team if known is not None else ""

    def _may_join(self, address: Address, ticket: Ticket, books: UnitOfWork) -> bool:
        if Directory(policy=self.policy).is_a_team(address.value) or is_caller(address, ticket, books):
            return False
        return not takes_no_answers(address)

    def _write(self, ticket: Ticket, reason: str, books: UnitOfWork, now: datetime) -> None:
        books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.WATCHED, at=now, reason=reason))


def taken_off(ticket: Ticket, books: UnitOfWork) -> frozenset[str]:
    """Whose address somebody has taken off the ticket by hand, and who have added nothing since: being in copy brings them back
    no more. Who is put back by hand watches, and does not join."""
    if ticket.revision == 0:
        return frozenset()  # nobody has done anything to it yet
    removed = {
        event.data["address"]: event.at
        for event in reversed(books.tickets.events_of(ticket.number, {EventKind.UNWATCHED}, _LOOK_BACK))
        if "address" in event.data
    }
    if not removed:
        return frozenset()
    wrote = {
        event.actor: event.at for event in reversed(books.tickets.events_of(ticket.number, {EventKind.APPENDED}, _LOOK_BACK))
    }
    return frozenset(address for address, at in removed.items() if address not in wrote or wrote[address] < at)


_LOOK_BACK = 1_000  # events of a kind
