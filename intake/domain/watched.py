"""What the desk sees when it looks at itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.change import NotApproved
from intake.domain.channel import Channel
from intake.domain.held import HeldBack
from intake.domain.page import Unanswered
from intake.domain.sign_of_life import SignOfLife


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A channel by which nothing has left for long, though `waiting` deliveries were due or tried, the first of them `since`.
    `error` is what one of them was told last."""

    channel: Channel
    waiting: int
    since: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """`signs` by name. `held` is what the gate held back in its last window. `last_mail` is when the last mail came that was no
    machine's; None where that is not known. By the channels in `unmoved` nothing has left since the alarm about them was given,
    and something still waits. Of the inputs in quarantine some came after people were told last. On the `unanswered` tickets
    everybody was paged, in vain; `unapproved` are emergency changes past their deadline."""

    signs: Mapping[str, SignOfLife] = field(default_factory=dict)
    held: Sequence[HeldBack] = ()
    stuck: Sequence[Stuck] = ()
    unmoved: Collection[Channel] = ()
    last_mail: datetime | None = None
    quarantined: int = 0
    newly_quarantined: int = 0
    unanswered: Sequence[Unanswered] = ()
    oldest_quarantined: datetime | None = None
    unapproved: Sequence[NotApproved] = ()
