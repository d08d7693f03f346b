"""A person as the desk knows them: one contact, many addresses."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.channel import Address

STOPPED = "its owner has stopped texts (STOP)"  # a number that died of this is dead until they say START


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`dead` are those of the addresses from which the desk's mail came back for good, until something comes from there."""

    id: int
    name: str
    since: datetime
    addresses: tuple[Address, ...] = ()
    dead: tuple[Address, ...] = ()
