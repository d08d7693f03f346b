"""Where everything that leaves is put: into the outbox, unless it must not go there."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.chat.internal_place import why_not_there
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.event import Event, EventKind
from intake.domain.notice import Notice
from intake.domain.ticket import Ticket

NO_RELAY = (
    "nothing is configured that could send this (mail: INTAKE_SMTP_RELAY; calls and texts: INTAKE_TWILIO_NUMBER; "
    "Slack: INTAKE_SLACK_BOT_TOKEN)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutTray:
    """`senders` are the channels that are configured to send."""

    policy: Policy
    senders: Collection[Channel]

    def put(
        self,
        ticket: Ticket,
        channel: Channel,
        address: str,
        books: UnitOfWork,
        now: datetime,
        *,
        notice: Notice | None = None,
        reply: int | None = None,
        copy: bool = False,
        mirror: int | None = None,
        held: str = "",
        group: str = "",
        coalesce: str = "",
        due: datetime | None = None,
        id: int | None = None,
    ) -> DeliveryState:
        """How far it gets at once. What is internal and would go to a place in a chat that is not is never queued: it has
        failed from the beginning, and the timeline says so. `held` is why the gate keeps it back."""
        delivery = Delivery(
            id=id if id is not None else books.next_id(),
            ticket=ticket.number,
            channel=channel,
            address=address,
            state=DeliveryState.QUEUED,
            due_at=due or now,
            created_at=now,
            notice=notice,
            reply=reply,
            copy=copy,
            mirror=mirror,
            group=group,
            coalesce=coalesce,
        )
        what = notice.kind.value if notice is not None else "reply" if reply is not None else "mirror"
        state, error = DeliveryState.QUEUED, ""
        if channel is Channel.SLACK and mirror is None and (error := why_not_there(delivery, self.policy, books)):
            state = DeliveryState.FAILED
            reason = f"{what} to {address} was not sent: {error}"
            books.tickets.add_event(Event(ticket=ticket.number, kind=EventKind.DELIVERY_FAILED, at=now, reason=reason))
        elif held:
            state, error = DeliveryState.HELD, held
            kept = Event(ticket=ticket.number, kind=EventKind.HELD_BACK, at=now, reason=held, data={"notice": what})
            books.tickets.add_event(kept)
        elif channel not in self.senders:
            state, error = DeliveryState.NO_RELAY, NO_RELAY
        books.outbox.add(delivery if state is DeliveryState.QUEUED else replace(delivery, state=state, error=error))
        return state
