"""A message that belongs to no ticket opens one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from intake.desk.addressed import addressed, plain_address, takes_no_answers
from intake.desk.came_with import keep_forwarder, note_what_came_with
from intake.desk.case import Case
from intake.desk.changes.aftermath import Aftermath
from intake.desk.changes.fixes import Said
from intake.desk.directory import Directory
from intake.desk.first_label import as_chosen, label_in_words
from intake.desk.joining_in import JoiningIn
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.raising import Raiser
from intake.desk.record import beginnings
from intake.desk.remote_files import remember
from intake.desk.router import first_route
from intake.desk.short_description import first_line, short_description
from intake.desk.sla import keeping
from intake.desk.storms.spotting import Spotted, Spotter
from intake.desk.telling import REACHED_BY, Acknowledge, Teller
from intake.desk.threads import bind_names, keep_names
from intake.domain.agent import Agent
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.contact import Contact
from intake.domain.event import DESK, Event, EventKind
from intake.domain.label import Kind, Label, Level
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import CONTACT_TYPE, State, Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage

UNKNOWN = Label(kind=Kind.NONE, category=None, impact=Level.LOW, urgency=Level.LOW, confidence=0.0, version="none")


@dataclass(frozen=True, kw_only=True)
class Opener:
    policy: Policy
    teller: Teller
    pager: Pager
    joining_in: JoiningIn
    changes: Aftermath
    spotter: Spotter | None = None

    def open(
        self,
        message: InboundMessage,
        label: Label,
        ledger: int,
        books: UnitOfWork,
        now: datetime,
        acknowledge: Acknowledge | None = None,
    ) -> Ticket:
        """Make the ticket, label and route it, wake whom its priority wakes, and answer whoever asked, by `acknowledge` where
        there is something else to say."""
        message, forwarder = self._asked_by(message)
        if forwarder is not None:
            label = (message.passed_on and message.passed_on.label) or UNKNOWN
        to = addressed(message, self.teller.own)
        contact = self._caller(message, books, now, proven=message.authentic and forwarder is None)
        caller = contact.id if contact else None
        label = as_chosen(self.raiser.by_caller(label, self._addresses(message.author, contact, books)), message.chosen)
        about = short_description(message)
        actor = forwarder.name if forwarder else message.author.value if message.author else DESK
        room = message.place.room if message.place is not None else ""
        ticket = self.blank(label, message.channel, caller, about, message.received_at, books, now, to.mailbox, room)
        self.enter(ticket, label, f"by {message.channel.value}", actor, books, room)
        note_what_came_with(message, ticket.number, books, now)
        add_message(message, ticket.number, ledger, books)
        if forwarder is not None and message.passed_on is not None:
            keep_forwarder(forwarder, Directory(policy=self.policy), message.passed_on.remark, ticket, books, now)
        case = Case(ticket, books, now, channel=message.channel, ledger=ledger)
        spotted = self.spotter.spot(message, case) if self.spotter is not None else Spotted()
        ticket = case.ticket
        pages = self.pager.wakes_somebody(ticket) and self.pager.start(ticket, books, now, "from the start")
        if not spotted.told:
            answer = acknowledge or self.teller.acknowledge
            answer(ticket, message, books, now, paged=pages, storm=spotted.storm)
        if spotted.storm is None:
            self.teller.tell_team(ticket, books, now)
        if to.people:
            self.joining_in.people(message, to, ticket, books, now)
        if to.also:
            self.joining_in.teams(to, ticket, books, now)
        self.changes.opened(case, *self._said(message, forwarder))
        self.teller.show(ticket, books, now)
        return ticket

    def open_by_hand(self, label: Label, about: str, text: str, author: Address | None, how: str, case: Case) -> Case:
        """One of the staff opens a ticket from another one, which they have in their hands. They know that it is there: nobody
        is told or woken but its team."""
        books, now = case.books, case.now
        caller = contact_of(author, books, now).id if author is not None else None
        ticket = self.blank(label, case.channel, caller, about, now, books, now)
        self.enter(ticket, label, how, case.by.name, books)
        books.tickets.add_message(
            TicketMessage(
                id=books.next_id(),
                ticket=ticket.number,
                direction=Direction.IN,
                channel=case.channel,
                author=author,
                subject=about,
                body=text,
                full_body=text,
                at=now,
                ledger=case.ledger,
            )
        )
        on = case.on(ticket)
        self.changes.opened(on, may_ask=False)
        self.teller.tell_team(ticket, books, now, {"by": case.by.name, "why": how})
        self.teller.show(ticket, books, now)
        return on

    def _said(self, message: InboundMessage, forwarder: Agent | None) -> tuple[Said, ...]:
        """Whose words they are. What a colleague wrote above what they pass on is their own."""
        words = f"{message.subject}\n{message.text}"
        if forwarder is not None and message.passed_on is not None:
            remark = Said(text=message.passed_on.remark, author=None, by_staff=True)
            return (Said(text=words, author=message.author), remark)
        agent = Directory(policy=self.policy).at(message.author) if message.authentic and message.author is not None else None
        return (Said(text=words, author=message.author, by_staff=agent is not None),)

    def _asked_by(self, message: InboundMessage) -> tuple[InboundMessage, Agent | None]:
        """What one of the staff provenly passes on is its author's own; with who passed it on."""
        inner = message.passed_on
        if inner is None or not message.authentic or message.author is None or not inner.text:
            return message, None
        agent = Directory(policy=self.policy).at(message.author)
        if agent is None or plain_address(inner.author) in self.teller.own:
            return message, None
        passed_on = replace(
            message,
            author=inner.author,
            subject=inner.subject or message.subject,
            text=inner.text,
            full_text=inner.text,
            notes=(*message.notes, f"passed on by {agent.name}"),
            answerable=not takes_no_answers(inner.author),
        )
        return passed_on, agent

    def _caller(self, message: InboundMessage, books: UnitOfWork, now: datetime, *, proven: bool) -> Contact | None:
        if message.author is None:
            return None
        known = contact_of(message.author, books, now)
        if known.dead and proven and message.author.kind is not AddressKind.PHONE:  # who wants no texts may call
            books.contacts.mark_alive(message.author)
        return known

    def open_with(self, message: TicketMessage, case: Case) -> Ticket:
        """A message that came to another ticket gets one of its own. Nobody has labelled it; its author hears the number."""
        books, now = case.books, case.now
        caller = contact_of(message.author, books, now).id if message.author else None
        about = first_line(message.subject, message.body)
        ticket = self.blank(UNKNOWN, message.channel, caller, about, now, books, now)
        self.enter(ticket, UNKNOWN, f"split off {spoken(case.ticket.number)}", case.by.name, books)
        books.tickets.move_message(message.id, ticket.number)
        self.pager.start(ticket, books, now, f"split off {spoken(case.ticket.number)}")
        self.teller.tell_team(ticket, books, now, {"by": case.by.name, "why": f"split off {spoken(case.ticket.number)}"})
        if message.answerable and message.author is not None and message.author.value not in self.teller.own:
            notice = Notice(kind=NoticeKind.ACKNOWLEDGEMENT, fields={"subject": message.subject})
            self.teller.tell(ticket, notice, REACHED_BY[message.author.kind], message.author.value, books, now)
        self.teller.show(ticket, books, now)
        return ticket

    def blank(
        self,
        label: Label,
        channel: Channel,
        caller: int | None,
        about: str,
        opened_at: datetime,
        books: UnitOfWork,
        now: datetime,
        mailbox: str = "",
        room: str = "",
    ) -> Ticket:
        where = first_route(self.policy, label.kind)
        team = self.joining_in.team_of(mailbox) or self._team_of_room(room) or where.team
        return Ticket(
            number=books.tickets.next_number(),
            kind=label.kind,
            category=label.category,
            impact=label.impact,
            urgency=label.urgency,
            priority=self.policy.priority(label.impact, label.urgency),
            state=State.NEW,
            tier=where.tier,
            assignment_group=team,
            mailbox=mailbox,
            contact_type=CONTACT_TYPE[channel],
            caller=caller,
            short_description=about,
            opened_at=opened_at,
            updated_at=now,
            label_version=label.version,
            confidence=label.confidence,
            policy=self.policy.version,
        )

    def enter(self, ticket: Ticket, label: Label, how: str, actor: str, books: UnitOfWork, room: str = "") -> None:
        """Opened, labelled, routed: three events that can be told, and undone, one by one."""
        books.tickets.add(ticket)
        number, now = ticket.number, ticket.updated_at
        opened, labelled, routed = beginnings(ticket, self._unlabelled)
        said = "nobody has labelled it yet" if label is UNKNOWN else label_in_words(ticket, label)
        route = first_route(self.policy, ticket.kind).reason
        if self.joining_in.team_of(ticket.mailbox):
            route = f"desk.toml [[mailbox]]: what comes to {ticket.mailbox} begins with {ticket.assignment_group}"
        elif self._team_of_room(room):
            route = f"desk.toml [[slack_channel]]: what is said in {room} begins with {ticket.assignment_group}"
        for event in (
            Event(ticket=number, kind=EventKind.OPENED, at=now, actor=actor, reason=how, changes=opened),
            Event(ticket=number, kind=EventKind.LABELLED, at=now, reason=said, evidence=label.evidence, changes=labelled),
            Event(ticket=number, kind=EventKind.ROUTED, at=now, reason=route, changes=routed),
        ):
            books.tickets.add_event(event)
        keeping.begin(ticket, books)

    def _team_of_room(self, room: str) -> str:
        known = self.policy.chat.rooms.get(room)
        return known.team if known is not None else ""

    def _addresses(self, author: Address | None, contact: Contact | None, books: UnitOfWork) -> Sequence[Address]:
        """By which whoever asks may be on a list. It has mail addresses: who calls is looked up."""
        if author is None or contact is None or author.kind is AddressKind.EMAIL or not self.policy.site.vips:
            return [author] if author is not None else []
        known = books.contacts.get(contact.id)
        return known.addresses if known is not None else [author]

    @cached_property
    def raiser(self) -> Raiser:
        return Raiser(policy=self.policy)

    @cached_property
    def _unlabelled(self) -> Mapping[str, str]:
        """What a ticket is before anybody has read it."""
        where = first_route(self.policy, Kind.NONE)
        return {
            "kind": UNKNOWN.kind.value,
            "category": "",
            "impact": str(UNKNOWN.impact.value),
            "urgency": str(UNKNOWN.urgency.value),
            "priority": self.policy.priority(UNKNOWN.impact, UNKNOWN.urgency).value,
            "label_version": UNKNOWN.version,
            "confidence": str(UNKNOWN.confidence),
            "tier": str(where.tier.value),
            "assignment_group": where.team,
        }


def add_message(
    message: InboundMessage, ticket: int, ledger: int, books: UnitOfWork, *, public: bool = True, held: bool = False
) -> int:
    """Keep what was said with the ticket, and its names, so that answers to it find the way once it is not held; its id."""
    id = books.next_id()  # noqa: A001 - the message's own word
    books.tickets.add_message(
        TicketMessage(
            id=id,
            ticket=ticket,
            direction=Direction.IN,
            channel=message.channel,
            author=message.author,
            subject=message.subject,
            body=message.text,
            full_body=message.full_text,
            at=message.received_at,
            public=public,
            held=held,
            answerable=message.answerable and message.nature is Nature.HUMAN,
            ledger=ledger,
        ),
        message.attachments,
    )
    remember(message.remote, ticket, id, message.received_at, books)
    name = keep_names if held else bind_names
    name(message.known_as, ticket, books, id)
    return id


def contact_of(address: Address, books: UnitOfWork, now: datetime) -> Contact:
    if (known := books.contacts.at(address)) is not None:
        return known
    contact = Contact(id=books.next_id(), name=address.name or address.value, since=now, addresses=(address,))
    books.contacts.add(contact)
    return contact
