"""The JSON that the command line prints: a public contract, described in docs/shapes.md."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from intake.domain.channel import Address
from intake.domain.delivery import Delivery
from intake.domain.event import Event
from intake.domain.label import Evidence, Label, Priority
from intake.domain.receipt import LedgerEntry, Receipt
from intake.domain.story import TicketLine, TicketStory
from intake.domain.ticket import spoken
from intake.domain.ticket_message import TicketMessage

Json: TypeAlias = "str | int | float | bool | Mapping[str, Json] | Sequence[Json] | None"
Record: TypeAlias = Mapping[str, Json]

# Legal raw in JSON, but `splitlines` and some terminals take them for line ends or for commands.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def json_line(record: Record) -> str:
    """One object on one line, for any reader's idea of a line."""
    text = json.dumps(record, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def ticket(line: TicketLine) -> Record:
    it = line.ticket
    return {
        "number": spoken(it.number),
        "kind": it.kind.value,
        "category": it.category.value if it.category else None,
        "impact": it.impact.value,
        "urgency": it.urgency.value,
        "priority": it.priority.value,
        "state": it.state.value,
        "on_hold_reason": it.on_hold_reason or None,
        "tier": it.tier.value,
        "assignment_group": it.assignment_group,
        "assigned_to": it.assigned_to or None,
        "contact_type": it.contact_type,
        "caller": line.caller or None,
        "short_description": it.short_description,
        "opened_at": moment(it.opened_at),
        "updated_at": moment(it.updated_at),
        "parent": _number(it.parent),
        "confidence": it.confidence,
        "label_version": it.label_version,
        "policy": it.policy,
    }


def ticket_story(story: TicketStory) -> Record:
    return {
        **ticket(story.line),
        "messages": [_message(message) for message in story.messages],
        "events": [_event(event) for event in story.events],
        "deliveries": [_delivery(delivery) for delivery in story.deliveries],
    }


def outbox_delivery(delivery: Delivery) -> Record:
    return {**_delivery(delivery), "ticket": spoken(delivery.ticket)}


def ledger_entry(entry: LedgerEntry) -> Record:
    return {
        "id": entry.id,
        "channel": entry.channel.value,
        "external_id": entry.external_id,
        "received_at": moment(entry.received_at),
        "outcome": entry.outcome.value,
        "reason": entry.reason,
        "ticket": _number(entry.ticket),
        "sha256": entry.sha256,
        "size": entry.size,
        "replays": entry.replays,
    }


def ledger_entry_in_full(entry: LedgerEntry) -> Record:
    return {**ledger_entry(entry), "envelope": dict(entry.envelope), "fault": entry.fault or None}


def replayed(receipt: Receipt) -> Record:
    return {
        "id": receipt.id,
        "outcome": receipt.outcome.value,
        "reason": receipt.reason,
        "ticket": _number(receipt.ticket),
        "duplicate": receipt.duplicate,
    }


def refused(id: str | int | None, error: str) -> Record:
    """What stands where an answer about one input would, when there is none."""
    return {"id": id, "error": error}


def classified(id: str | int | None, label: Label, priority: Priority) -> Record:
    return {
        "id": id,
        "kind": label.kind.value,
        "category": label.category.value if label.category else None,
        "impact": label.impact.value,
        "urgency": label.urgency.value,
        "priority": priority.value,
        "confidence": label.confidence,
        "abstained": label.abstained,
        "evidence": [_evidence(evidence) for evidence in label.evidence],
        "label_version": label.version,
    }


def moment(at: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that the strings sort."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _number(ticket: int | None) -> str | None:
    return spoken(ticket) if ticket is not None else None


def _message(message: TicketMessage) -> Record:
    return {
        "id": message.id,
        "direction": message.direction.value,
        "channel": message.channel.value,
        "author": _address(message.author) if message.author else None,
        "subject": message.subject,
        "body": message.body,
        "full_body": message.full_body,
        "at": moment(message.at),
        "public": message.public,
        "held": message.held,
        "ledger": message.ledger,
    }


def _address(address: Address) -> Record:
    return {"kind": address.kind.value, "address": address.value, "name": address.name}


def _event(event: Event) -> Record:
    return {
        "kind": event.kind.value,
        "at": moment(event.at),
        "actor": event.actor,
        "reason": event.reason,
        "evidence": [_evidence(evidence) for evidence in event.evidence],
        "data": dict(event.data),
    }


def _evidence(evidence: Evidence) -> Record:
    return {
        "source": evidence.source,
        "says": evidence.says,
        "text": evidence.text,
        "start": evidence.start,
        "end": evidence.end,
        "weight": evidence.weight,
    }


def _delivery(delivery: Delivery) -> Record:
    return {
        "id": delivery.id,
        "channel": delivery.channel.value,
        "address": delivery.address,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "notice": delivery.notice.kind.value if delivery.notice else None,
        "reply": delivery.reply,
        "mirror": delivery.mirror,
        "created_at": moment(delivery.created_at),
        "due_at": moment(delivery.due_at),
        "sent_at": moment(delivery.sent_at) if delivery.sent_at else None,
        "sent_ref": delivery.sent_ref or None,
    }
