"""One message on a ticket, in or out, as the ticket keeps it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from intake.domain.channel import Address, Channel


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """An attachment as the ticket keeps it; `position` counts from 0 within its message."""

    position: int
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMessage:
    """`public` is False for what requesters never see. `body` is what the author wrote, `full_body` everything sent.

    `held` marks an unverified reply that waits for an agent, `rejected` one that an agent turned down. `answerable` is False
    where the desk must not answer by itself: machine mail, lists. `ledger` is the input it came with. `attachments` are filled
    where a story is read. What the desk's people write to each other is no message but a work note."""

    id: int
    ticket: int
    direction: Direction
    channel: Channel
    author: Address | None
    body: str
    full_body: str
    subject: str
    at: datetime
    public: bool = True
    held: bool = False
    rejected: bool = False
    answerable: bool = False
    ledger: int | None = None
    attachments: tuple[KeptFile, ...] = ()
