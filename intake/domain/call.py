"""A phone call to the desk: who rang which of its numbers, and how far that got."""

from dataclasses import dataclass
from datetime import datetime

WITHHELD = "withheld number"  # who acts in a call whose number nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """A call begins. `line` is the desk's number that was called, E.164."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`name` is what the channel calls it, unique. `caller` is E.164, empty where the number is withheld. `said`: somebody
    spoke, pressed a key that means something, or left a recording. `connected_to` is who took it, an agent's name or a team's
    title. `ended_at` stays None where nobody reports the end."""

    id: int
    name: str
    ticket: int
    line: str
    caller: str
    began_at: datetime
    ended_at: datetime | None = None
    said: bool = False
    connected_to: str = ""
