"""The outbound gate: arithmetic that holds whatever the headers of a mail claim."""

from datetime import datetime

from intake.desk.policy import GatePolicy
from intake.desk.ports import Outbox


def closed_for(
    outbox: Outbox, gate: GatePolicy, address: str, ticket: int, now: datetime, *, written_by_hand: bool = False
) -> str:
    """Why nothing more may be queued to this address now; empty if it may. What a person writes is bounded by recipient only:
    the cap on a single ticket is there for machines that answer each other."""
    since = now - gate.window
    to_address = outbox.count_since(address, since)
    minutes = int(gate.window.total_seconds() // 60)
    if to_address >= gate.per_recipient:
        return f"outbound gate: {gate.per_recipient} to this recipient within {minutes} minutes"
    if to_address >= gate.per_recipient_and_ticket and not written_by_hand:
        on_ticket = outbox.count_since(address, since, ticket)
        if on_ticket >= gate.per_recipient_and_ticket:
            return f"outbound gate: {gate.per_recipient_and_ticket} to this recipient on this ticket within {minutes} minutes"
    return ""
