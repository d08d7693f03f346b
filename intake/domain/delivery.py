"""The outbox's words: one thing to be handed over, to one address, and how far that got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.channel import Channel
from intake.domain.notice import Notice, NoticeKind


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed by a replica until its lease ends
    SENT = "sent"  # the other side accepted it
    DELIVERED = "delivered"  # the other side says it arrived
    NO_RELAY = "no relay"  # nothing is configured that could send it; it waits
    HELD = "held"  # the outbound gate kept it back; an administrator may release it
    FAILED = "failed"  # permanent, or tried too long: the dead letters
    CANCELED = "canceled"  # given up by hand, or no longer true


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRef:
    """What the channel calls the thing it sent: a Message-ID, a Slack channel and ts."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Exactly one of `notice`, `reply` (a message's id) and `mirror` (a mirror's id: refresh what it shows) is set.

    Deliveries of one `group` may leave as a single message (a digest). Of one `coalesce` at most one is queued.
    A `copy` of a reply goes to somebody who reads along: how far it gets decides nothing.
    `attempts` counts tries begun; `due_at` is when the next one may begin; `created_at` is when it was put in the outbox,
    or put back by hand: its age counts from there.
    """

    id: int
    ticket: int
    channel: Channel
    address: str
    state: DeliveryState
    due_at: datetime
    created_at: datetime
    notice: Notice | None = None
    reply: int | None = None
    mirror: int | None = None
    copy: bool = False
    group: str = ""
    coalesce: str = ""
    attempts: int = 0
    error: str = ""
    sent_ref: str = ""
    sent_at: datetime | None = None

    @property
    def urgent(self) -> bool:
        """It wakes somebody: it leaves before everything else that is due."""
        return self.notice is not None and self.notice.kind is NoticeKind.PAGE
