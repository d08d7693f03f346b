"""How Slack is: does it refuse us, may cards stand where desk.toml wants them, does anything wait because of us?"""

from dataclasses import dataclass
from datetime import datetime

SOCKET = "slack socket"  # the names of the alarms
ACCESS = "slack access"
CHANNELS = "slack channels"
WAITING = "slack waiting"
ENDED = "slack ended"
THROTTLED = "slack throttled"  # also the sign that it said so


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackHealth:
    """`asked_at` is when Slack was last asked and said yes or no; None before that. `refused_since` it says no, with
    `refusal` as its reason, or says nothing for long. `channels` are sentences about triage channels where no card may
    stand, `ended` about workspaces that took the desk out today. `waiting` deliveries wait since `waiting_since` for
    somebody to mend our access, `waiting_for` is why. `socket_up` is None where no socket is used; `socket_why` is
    Slack's word for why it is down."""

    asked_at: datetime | None = None
    refused_since: datetime | None = None
    refusal: str = ""
    channels: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    waiting: int = 0
    waiting_since: datetime | None = None
    waiting_for: str = ""
    socket_up: bool | None = None
    socket_why: str = ""
