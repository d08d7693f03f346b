"""What the ledger keeps beside a body that came by API or command line: who acts, what they do, and on which ticket.

Whoever takes such a thing in writes `envelope_of` and `bodies.raw_of`; `parse` makes the same of them at any time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.channel import Address, AddressKind
from intake.domain.errors import InvalidMessage
from intake.domain.principal import Principal, Role

OPEN = "open"  # with an Opening
ADD = "message"  # with an Addition


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`verb` is a deed's, `open` or `message`. `external_id` makes it the same thing when it comes twice. `agreement` is the
    work agreement that a path named."""

    by: Principal
    verb: str
    external_id: str
    ticket: int | None = None
    seen: int | None = None
    agreement: str = ""


def envelope_of(
    by: Principal,
    verb: str,
    *,
    external_id: str,
    ticket: int | None = None,
    seen: int | None = None,
    agreement: str = "",
) -> Mapping[str, str]:
    """As `Asked`. What is empty is left out."""
    address = by.address
    everything = {
        "external_id": external_id,
        "verb": verb,
        "ticket": "" if ticket is None else str(ticket),
        "seen": "" if seen is None else str(seen),
        "agreement": agreement,
        "by": by.name,
        "role": by.role.value,
        "teams": json.dumps(sorted(by.teams), ensure_ascii=False) if by.teams else "",
        "address_kind": address.kind.value if address else "",
        "address": address.value if address else "",
        "address_name": address.name if address else "",
    }
    return {key: text for key, text in everything.items() if text}


def asked_of(envelope: Mapping[str, str]) -> Asked:
    """Raises InvalidMessage."""
    try:
        return Asked(
            by=Principal(
                name=envelope["by"],
                role=Role(envelope["role"]),
                teams=_teams(envelope.get("teams", "")),
                address=_address(envelope),
            ),
            verb=envelope["verb"],
            external_id=envelope["external_id"],
            ticket=_number(envelope.get("ticket", "")),
            seen=_number(envelope.get("seen", "")),
            agreement=envelope.get("agreement", ""),
        )
    except (KeyError, ValueError) as fault:
        raise InvalidMessage(f"The envelope does not say who did what: {fault}") from fault


def _teams(text: str) -> frozenset[str]:
    teams = json.loads(text) if text else []
    if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
        raise ValueError("teams are no list of names")
    return frozenset(teams)


def _address(envelope: Mapping[str, str]) -> Address | None:
    if "address" not in envelope:
        return None
    kind = AddressKind(envelope.get("address_kind", ""))
    return Address(kind=kind, value=envelope["address"], name=envelope.get("address_name", ""))


def _number(text: str) -> int | None:
    return int(text) if text else None
