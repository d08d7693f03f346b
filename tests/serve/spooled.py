"""Arrivals for the spool, and a reception that is there or away as a test wants it."""

from dataclasses import dataclass, field

from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import Conflict, StoreUnavailable
from intake.domain.receipt import Outcome, Receipt
from tests.storage.examples import NOW


def said(what: str) -> Arrival:
    return Arrival(
        channel=Channel.PHONE,
        received_at=NOW,
        raw=f"CallSid={what}&Blank=&Body=\xfc".encode("latin-1"),
        envelope={"path": "/twilio/voice", "query": "t=1042&who=Ann \U0001f525"},
    )


@dataclass
class Front:
    """Takes in what it is given, in the order in which it came; `refuses` are raw bodies that never get through."""

    away: bool = False
    refuses: set[bytes] = field(default_factory=set)
    booked: list[Arrival] = field(default_factory=list)
    asked: int = 0

    async def receive(self, arrival: Arrival) -> Receipt:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("gone") from StoreUnavailable("the disk is full")
        if arrival.raw in self.refuses:
            raise StoreUnavailable("conflict") from Conflict("somebody else, again and again")
        self.booked.append(arrival)
        return Receipt(id=len(self.booked), outcome=Outcome.APPLIED)
