"""A ticket as a row, and back."""

from sqlalchemy import RowMapping

from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import State, Ticket, Tier
from storage.row_buffer import Row


def row_of(ticket: Ticket) -> Row:
    return {
        "number": ticket.number,
        "kind": ticket.kind.value,
        "category": ticket.category.value if ticket.category else None,
        "impact": ticket.impact.value,
        "urgency": ticket.urgency.value,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "on_hold_reason": ticket.on_hold_reason,
        "on_hold_until": ticket.on_hold_until,
        "tier": ticket.tier.value,
        "assignment_group": ticket.assignment_group,
        "assigned_to": ticket.assigned_to,
        "contact_type": ticket.contact_type,
        "caller": ticket.caller,
        "short_description": ticket.short_description,
        "opened_at": ticket.opened_at,
        "updated_at": ticket.updated_at,
        "parent": ticket.parent,
        "merged_into": ticket.merged_into,
        "final_response": ticket.final_response,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "label_version": ticket.label_version,
        "confidence": ticket.confidence,
        "policy": ticket.policy,
        "mailbox": ticket.mailbox,
        "revision": ticket.revision,
    }


def ticket_of(row: RowMapping) -> Ticket:
    category = row["category"]
    return Ticket(
        number=row["number"],
        kind=Kind(row["kind"]),
        category=Category(category) if category else None,
        impact=Level(row["impact"]),
        urgency=Level(row["urgency"]),
        priority=Priority(row["priority"]),
        state=State(row["state"]),
        on_hold_reason=row["on_hold_reason"],
        on_hold_until=row["on_hold_until"],
        tier=Tier(row["tier"]),
        assignment_group=row["assignment_group"],
        assigned_to=row["assigned_to"],
        contact_type=row["contact_type"],
        caller=row["caller"],
        short_description=row["short_description"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        parent=row["parent"],
        merged_into=row["merged_into"],
        final_response=row["final_response"],
        resolved_at=row["resolved_at"],
        closed_at=row["closed_at"],
        label_version=row["label_version"],
        confidence=row["confidence"],
        policy=row["policy"],
        mailbox=row["mailbox"],
        revision=row["revision"],
    )
