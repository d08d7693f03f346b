"""Putting what the desk has to say into the outbox, through the gate."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from intake.desk.chat.cards import Cards
from intake.desk.chat.speaking import Speaking
from intake.desk.directory import Directory
from intake.desk.gate import What, closed_for, closed_for_a_line
from intake.desk.out_tray import OutTray
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.agent import Agent
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import URGENT
from intake.domain.ticket import Ticket, spoken
from intake.domain.ticket_message import TicketMessage

# The channel that reaches an address. A caller is answered by SMS: the number is read back and sent.
REACHED_BY = {AddressKind.EMAIL: Channel.EMAIL, AddressKind.PHONE: Channel.SMS, AddressKind.SLACK: Channel.SLACK}
_NOTHING: Mapping[str, str] = {}


class Acknowledge(Protocol):
    """Says to its author what became of a message that opened a ticket."""

    def __call__(
        self,
        ticket: Ticket,
        message: InboundMessage,
        books: UnitOfWork,
        now: datetime,
        *,
        paged: bool,
        storm: int | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """`senders` are the channels that are configured to send; `own` the desk's own addresses, never written to."""

    policy: Policy
    senders: Collection[Channel]
    own: Collection[str]

    def acknowledge(
        self,
        ticket: Ticket,
        message: InboundMessage,
        books: UnitOfWork,
        now: datetime,
        *,
        paged: bool,
        storm: int | None = None,
    ) -> None:
        """Tell the author that the ticket exists, or write down why not. `storm` is the major incident that it is part
        of, which they know of already."""
        if (why_not := self._silence(message)) or message.author is None:
            books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.NOT_ANSWERED, at=now, reason=why_not))
            return
        where = self.living(message.author, books)
        if where is None:
            why_not = f"not answered: {message.author.value} takes no texts, and no other way is known"
            books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.NOT_ANSWERED, at=now, reason=why_not))
            return
        fields = {"subject": message.subject, "paged": "yes" if paged and ticket.priority in URGENT else ""}
        if storm is not None:
            fields["storm"] = spoken(storm)
        if message.known_as:
            fields["answers"] = message.known_as[0].value
        notice = Notice(kind=NoticeKind.ACKNOWLEDGEMENT, fields=fields)
        self.tell(ticket, notice, REACHED_BY[where.kind], where.value, books, now)

    def living(self, address: Address, books: UnitOfWork) -> Address | None:
        """Where somebody hears from us: a number that takes no texts, or an account that is no more, gives way to their next
        address; None where there is none. A mailbox that was full may be empty again: it stays."""
        known = books.contacts.at(address) if address.kind is not AddressKind.EMAIL else None
        if known is None or not known.dead:
            return address
        whole = books.contacts.get(known.id)
        others = [one for one in whole.addresses if one not in whole.dead] if whole is not None else []
        return next((one for one in others if REACHED_BY[one.kind] in self.senders and one.value not in self.own), None)

    def _silence(self, message: InboundMessage) -> str:
        if message.nature is not Nature.HUMAN:
            return f"not answered: {message.nature.value} mail"
        if not message.answerable:
            return "not answered: the sender is a list or takes no answers"
        if message.author is None:
            return "not answered: the sender left no usable address"
        if message.author.value in self.own:
            return "not answered: it came from the desk's own address"
        return ""

    def tell_team(self, ticket: Ticket, books: UnitOfWork, now: datetime, fields: Mapping[str, str] = _NOTHING) -> None:
        """A ticket is the team's now; `fields` say who handed it over, why, and what was tried."""
        self._tell_by_digest(ticket, NoticeKind.ARRIVAL, self.policy.team(ticket.assignment_group).mail, books, now, fields)
        self.cards.tell_under(ticket, NoticeKind.ARRIVAL, books, now, fields)

    def tell_holder(
        self, ticket: Ticket, kind: NoticeKind, books: UnitOfWork, now: datetime, fields: Mapping[str, str] = _NOTHING
    ) -> None:
        """Whoever has the ticket: the agent, else the team."""
        mail = Directory(policy=self.policy).mail_of_holder(ticket.assigned_to, ticket.assignment_group)
        self._tell_by_digest(ticket, kind, mail, books, now, fields)
        self.cards.tell_under(ticket, kind, books, now, fields)

    def tell_others(
        self, ticket: Ticket, team: str, kind: NoticeKind, books: UnitOfWork, now: datetime, fields: Mapping[str, str]
    ) -> None:
        """A team beside the holder, if it is another one."""
        holder = Directory(policy=self.policy).mail_of_holder(ticket.assigned_to, ticket.assignment_group)
        if (mail := self.policy.team(team).mail) != holder:
            self._tell_by_digest(ticket, kind, mail, books, now, fields)

    def tell_holder_at_once(
        self, ticket: Ticket, kind: NoticeKind, books: UnitOfWork, now: datetime, fields: Mapping[str, str] = _NOTHING
    ) -> None:
        """As a letter of its own, not among what else happens: somebody has to decide."""
        mail = Directory(policy=self.policy).mail_of_holder(ticket.assigned_to, ticket.assignment_group)
        if mail:
            notice = Notice(kind=kind, fields={"team": ticket.assignment_group, **fields})
            self.tell(ticket, notice, Channel.EMAIL, mail, books, now)
        self.cards.tell_under(ticket, kind, books, now, fields)

    def tell_watching_staff(self, ticket: Ticket, what: str, by: str, books: UnitOfWork, now: datetime) -> None:
        """Everybody of the staff who watches, teams too, but whoever did it."""
        for address in books.tickets.watchers(ticket.number):
            agent = self.of_the_staff(address, books)
            if agent is not None and agent.name != by:
                self.tell_watcher(ticket, address, {"what": what, "by": by}, books, now)

    def of_the_staff(self, address: Address, books: UnitOfWork) -> Agent | None:
        """Whoever of the desk's own people reads there; a team's mailbox is one of them."""
        if address.kind is AddressKind.SLACK:
            return Speaking(policy=self.policy).agent(address, books.chat)
        return Directory(policy=self.policy).writer(address)

    def tell_watcher(
        self, ticket: Ticket, address: Address, fields: Mapping[str, str], books: UnitOfWork, now: datetime
    ) -> None:
        """By mail, what happens before the last one has left goes along with it: whoever watches is not flooded."""
        if address.kind is AddressKind.EMAIL:
            self._tell_by_digest(ticket, NoticeKind.WATCHED, address.value, books, now, fields)
            return
        notice = Notice(kind=NoticeKind.WATCHED, fields=fields)
        self.tell(ticket, notice, REACHED_BY[address.kind], address.value, books, now)

    def answer(
        self,
        ticket: Ticket,
        message: TicketMessage,
        address: Address,
        books: UnitOfWork,
        now: datetime,
        *,
        copy: bool = False,
    ) -> DeliveryState:
        """Hand a human's answer over to the outbox; how far it gets at once."""
        channel = REACHED_BY[address.kind]
        held = closed_for(What.REPLY, books.outbox, self.policy.gate, channel, address.value, ticket.number, now)
        return self.tray.put(ticket, channel, address.value, books, now, reply=message.id, copy=copy, held=held)

    def _tell_by_digest(
        self, ticket: Ticket, kind: NoticeKind, mail: str, books: UnitOfWork, now: datetime, fields: Mapping[str, str]
    ) -> None:
        """What comes within a few seconds leaves as one mail. The gate spreads the digests, so that their number has a cap, and
        bounds their lines."""
        if not mail:
            return
        gate = self.policy.gate
        told = books.outbox.told_since(mail, now - gate.window, gate.digest_lines_per_recipient)
        held = closed_for_a_line(told, gate)
        due = now + self.policy.delivery.digest
        if told.last is not None:
            due = max(due, told.last + gate.window / gate.per_recipient)
        notice = Notice(kind=kind, fields={"team": ticket.assignment_group, **fields})
        self.tray.put(ticket, Channel.EMAIL, mail, books, now, notice=notice, held=held, group=f"digest:{mail}", due=due)

    def tell(
        self,
        ticket: Ticket,
        notice: Notice,
        channel: Channel,
        address: str,
        books: UnitOfWork,
        now: datetime,
        *,
        delivery: int | None = None,
        due: datetime | None = None,
        coalesce: str = "",
    ) -> None:
        """`delivery` is the id that it is to have, where somebody else must know it; `due` when it may leave, if later. Of
        those of one `coalesce` the first tells the newest state."""
        what = What.PAGE if notice.kind is NoticeKind.PAGE else What.NOTICE
        held = closed_for(what, books.outbox, self.policy.gate, channel, address, ticket.number, now)
        self.tray.put(ticket, channel, address, books, now, notice=notice, held=held, id=delivery, due=due, coalesce=coalesce)

    def show(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Show a new ticket wherever its team wants to see it."""
        self.cards.show(ticket, books, now)

    def refresh(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Whatever shows this ticket is out of date."""
        self.cards.refresh(ticket, books, now)

    @property
    def cards(self) -> Cards:
        return Cards(tray=self.tray)

    @property
    def tray(self) -> OutTray:
        return OutTray(policy=self.policy, senders=self.senders)
