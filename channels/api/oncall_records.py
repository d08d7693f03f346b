"""Who is on call, and who was woken, as JSON: names and types."""

from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from intake.domain.channel import Channel
from intake.domain.label import Priority
from intake.domain.page import RunState


class Relief(TypedDict):
    """Who is on call next; `agent` is null where that is nobody."""

    agent: str | None
    at: Moment


class OnCall(TypedDict):
    """`gap` is true where nobody is, though somebody might be expected: the whole team is paged then. `next` is null where
    nothing changes within 400 days."""

    rotation: str
    team: str
    time_zone: str
    at: Moment
    agent: str | None
    why: str
    gap: bool
    mail: str | None
    phone: str | None
    slack: str | None
    next: Relief | None


class SentPage(TypedDict):
    """A step that reached nobody has no channel, address and delivery."""

    step: int
    repetition: int
    at: Moment
    team: str | None
    agent: str | None
    channel: Channel | None
    address: str | None
    delivery: int | None


class Paging(TypedDict):
    """One run of a ladder. `ladder` is null for one that an older desk had begun and that has made no step since."""

    id: int
    ladder: str | None
    priority: Priority
    state: RunState
    why: str
    started_at: Moment
    ended_at: Moment | None
    ended_by: str | None
    end_why: str | None
    pages: list[SentPage]
