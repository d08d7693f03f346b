"""Who acts, as far as the door they came through could prove it."""

from dataclasses import dataclass
from enum import StrEnum

from intake.domain.channel import Address


class Role(StrEnum):
    REQUESTER = "requester"  # somebody who asks: sees and touches their own tickets
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"  # sees everything, touches nothing
    DEVICE = "device"  # a vendor's report, a key pressed in a call: what a channel vouches for itself


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`teams` bound what an agent or a lead may touch; empty means all of them. `address` is a requester's own."""

    name: str
    role: Role
    teams: frozenset[str] = frozenset()
    address: Address | None = None
