"""The button on a page's own page -> somebody is on it. Pure; raises InvalidMessage."""

from datetime import datetime

from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import AcknowledgePage
from intake.domain.errors import InvalidMessage
from intake.domain.principal import Principal, Role

VERB = AcknowledgePage.verb


def arrival_of(raw: bytes, *, ticket: int, delivery: int, who: Principal, received_at: datetime) -> Arrival:
    """`delivery` is the page whose link it was, `who` was paged by it."""
    envelope = {
        "verb": VERB,
        "ticket": str(ticket),
        "delivery": str(delivery),
        "by": who.name,
        "role": who.role.value,
        "teams": "\n".join(sorted(who.teams)),
    }
    return Arrival(channel=Channel.FORM, received_at=received_at, raw=raw, envelope=envelope)


def parse(arrival: Arrival) -> Action:
    """A link counts once: what it does has the same name whenever it is sent."""
    said = arrival.envelope
    try:
        ticket, delivery, role, name = int(said["ticket"]), int(said["delivery"]), Role(said["role"]), said["by"]
    except (KeyError, ValueError) as fault:
        raise InvalidMessage(f"The form did not come from the link of a page: {fault!r}") from fault
    return Action(
        channel=Channel.FORM,
        external_id=f"{delivery}:{VERB}",
        received_at=arrival.received_at,
        by=Principal(name=name, role=role, teams=frozenset(said.get("teams", "").splitlines())),
        deed=AcknowledgePage(),
        ticket=ticket,
    )
