"""Putting what the desk has to say into the outbox, through the gate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from intake.desk.gate import closed_for
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import AddressKind, Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.mirror import Mirror
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Ticket

# The channel that reaches an address. A caller is answered by SMS: the number is read back and sent.
REACHED_BY = {AddressKind.EMAIL: Channel.EMAIL, AddressKind.PHONE: Channel.SMS, AddressKind.SLACK: Channel.SLACK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """`senders` are the channels that are configured to send; `own` the desk's own addresses, never written to."""

    policy: Policy
    senders: Collection[Channel]
    own: Collection[str]

    def acknowledge(self, ticket: Ticket, message: InboundMessage, books: UnitOfWork, now: datetime, *, paged: bool) -> None:
        """Tell the author that the ticket exists, or write down why not."""
        if (why_not := self._silence(message)) or message.author is None:
            books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.NOT_ANSWERED, at=now, reason=why_not))
            return
        fields = {"subject": message.subject, "paged": "yes" if paged else ""}
        if message.known_as:
            fields["answers"] = message.known_as[0].value
        notice = Notice(kind=NoticeKind.ACKNOWLEDGEMENT, fields=fields)
        self.tell(ticket, notice, REACHED_BY[message.author.kind], message.author.value, books, now)

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

    def tell_team(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Tickets that arrive at a team within a few seconds leave as one mail."""
        team = self.policy.teams[ticket.assignment_group]
        if not team.mail:
            return
        notice = Notice(kind=NoticeKind.ARRIVAL)
        self._queue(
            ticket,
            Channel.EMAIL,
            team.mail,
            books,
            now,
            notice=notice,
            group=f"arrival:{team.mail}",
            due=now + self.policy.delivery.digest,
        )

    def tell(self, ticket: Ticket, notice: Notice, channel: Channel, address: str, books: UnitOfWork, now: datetime) -> None:
        held = closed_for(books.outbox, self.policy.gate, address, ticket.number, now)
        self._queue(ticket, channel, address, books, now, notice=notice, held=held)
        if held:
            books.tickets.add_event(
                Event(ticket=ticket.number, kind=EventKind.HELD_BACK, at=now, reason=held, data={"notice": notice.kind.value})
            )

    def show(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Show a new ticket wherever its team wants to see it."""
        for rule in self.policy.mirrors:
            if rule.team == ticket.assignment_group:
                mirror = Mirror(id=books.next_id(), ticket=ticket.number, channel=rule.channel, address=rule.address)
                books.mirrors.add(mirror)
                self._refresh(ticket, mirror, books, now)

    def refresh(self, ticket: Ticket, books: UnitOfWork, now: datetime) -> None:
        """Whatever shows this ticket is out of date."""
        for mirror in books.mirrors.of(ticket.number):
            self._refresh(ticket, mirror, books, now)

    def _refresh(self, ticket: Ticket, mirror: Mirror, books: UnitOfWork, now: datetime) -> None:
        self._queue(ticket, mirror.channel, mirror.address, books, now, mirror=mirror.id, coalesce=f"mirror:{mirror.id}")

    def _queue(
        self,
        ticket: Ticket,
        channel: Channel,
        address: str,
        books: UnitOfWork,
        now: datetime,
        *,
        notice: Notice | None = None,
        mirror: int | None = None,
        held: str = "",
        group: str = "",
        coalesce: str = "",
        due: datetime | None = None,
    ) -> None:
        state, error = DeliveryState.QUEUED, ""
        if held:
            state, error = DeliveryState.HELD, held
        elif channel not in self.senders:
            state, error = DeliveryState.NO_RELAY, NO_RELAY
        books.outbox.add(
            Delivery(
                id=books.next_id(),
                ticket=ticket.number,
                channel=channel,
                address=address,
                state=state,
                error=error,
                due_at=due or now,
                created_at=now,
                notice=notice,
                mirror=mirror,
                group=group,
                coalesce=coalesce,
            )
        )


NO_RELAY = "nothing is configured that could send this (for mail: INTAKE_SMTP_RELAY)"
