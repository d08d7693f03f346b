"""What the outbound gate holds back, as people look at it."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichHeld:
    """Of the deliveries that are held: all that fit. `because` is the cap, as desk.toml calls it."""

    address: str = ""
    channel: Channel | None = None
    ticket: int | None = None
    because: str = ""

    @property
    def is_everything(self) -> bool:
        return not self.address and self.channel is None and self.ticket is None and not self.because


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """So many deliveries to one address, for one reason, the last of them then. `channel` is its plain name."""

    why: str
    channel: str
    address: str
    how_many: int
    last: datetime
