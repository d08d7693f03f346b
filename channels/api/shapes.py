"""The desk's values as the JSON that people and programs get: a public contract, described in docs/shapes.md."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from channels.api import change_shapes, oncall_shapes
from channels.api import records as r
from channels.api.change_records import ProposedResponse
from channels.api.label_record import Label as LabelRecord
from channels.api.moment_record import in_json
from intake.domain.change import ChangeLine, ChangeStory
from intake.domain.channel import Address
from intake.domain.delivery import Delivery
from intake.domain.event import Event
from intake.domain.label import Evidence, Kind, Label, Priority
from intake.domain.receipt import LedgerEntry, Receipt
from intake.domain.story import QueueDepth, TicketLine, TicketStory
from intake.domain.ticket import State, spoken
from intake.domain.ticket_message import KeptFile, TicketMessage
from intake.domain.work_note import WorkNote

Record: TypeAlias = Mapping[str, object]

OVER = frozenset({State.RESOLVED, State.CLOSED, State.CANCELED})

# Legal raw in JSON, but `splitlines` and some terminals take them for line ends or for commands.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def json_line(record: Record) -> str:
    """One object on one line, for any reader's idea of a line."""
    text = json.dumps(record, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def ticket(line: TicketLine) -> r.Ticket:
    it = line.ticket
    return {
        "number": spoken(it.number),
        "kind": it.kind,
        "category": it.category,
        "impact": it.impact,
        "urgency": it.urgency,
        "priority": it.priority,
        "state": it.state,
        "on_hold_reason": it.on_hold_reason or None,
        "on_hold_until": _moment_or_none(it.on_hold_until),
        "tier": it.tier,
        "assignment_group": it.assignment_group,
        "assigned_to": it.assigned_to or None,
        "contact_type": it.contact_type,
        "mailbox": it.mailbox or None,
        "caller": line.caller or None,
        "short_description": it.short_description,
        "opened_at": moment(it.opened_at),
        "updated_at": moment(it.updated_at),
        "resolved_at": _moment_or_none(it.resolved_at),
        "closed_at": _moment_or_none(it.closed_at),
        "final_response": it.final_response,
        "parent": _number(it.parent),
        "merged_into": _number(it.merged_into),
        "confidence": it.confidence,
        "label_version": it.label_version,
        "policy": it.policy,
        "revision": it.revision,
    }


def ticket_story(story: TicketStory, change: ChangeStory | None, fixes: Sequence[ChangeLine]) -> r.TicketStory:
    """With the change that it carries, and those that mend it."""
    return {
        **ticket(story.line),
        "messages": [_message(message) for message in story.messages],
        "events": [_event(event) for event in story.events],
        "deliveries": [_delivery(delivery) for delivery in story.deliveries],
        "notes": [_note(note) for note in story.notes],
        "links": [spoken(number) for number in story.links],
        "merged": [spoken(number) for number in story.merged],
        "watchers": [address(watcher) for watcher in story.watchers],
        "pagings": [oncall_shapes.paging(paging) for paging in story.pagings],
        "change": change_shapes.change_story(change) if change is not None else None,
        "fixes": [change_shapes.change(fix) for fix in fixes],
        "proposed_response": proposed_response(story),
    }


def proposed_response(story: TicketStory) -> ProposedResponse | None:
    """What a closed fix proposes, while the ticket has no final response."""
    proposal = story.proposal
    if proposal is None or story.line.ticket.state in OVER:
        return None
    return {"fix": spoken(proposal.fix), "text": proposal.text, "at": moment(proposal.at)}


def event_of_ticket(event: Event) -> r.EventOfTicket:
    return {**_event(event), "ticket": spoken(event.ticket)}


def outbox_delivery(delivery: Delivery) -> r.OutboxDelivery:
    return {**_delivery(delivery), "ticket": spoken(delivery.ticket)}


def ledger_entry(entry: LedgerEntry) -> r.LedgerEntry:
    return {
        "id": entry.id,
        "channel": entry.channel,
        "external_id": entry.external_id,
        "received_at": moment(entry.received_at),
        "outcome": entry.outcome,
        "reason": entry.reason,
        "ticket": _number(entry.ticket),
        "sha256": entry.sha256,
        "size": entry.size,
        "replays": entry.replays,
    }


def ledger_entry_in_full(entry: LedgerEntry) -> r.LedgerEntryInFull:
    return {**ledger_entry(entry), "envelope": dict(entry.envelope), "fault": entry.fault or None}


def receipt(of: Receipt) -> r.Receipt:
    return {
        "id": of.id,
        "outcome": of.outcome,
        "reason": of.reason,
        "ticket": _number(of.ticket),
        "duplicate": of.duplicate,
    }


def queue(depth: QueueDepth) -> r.Queue:
    return {
        "assignment_group": depth.assignment_group,
        "priority": depth.priority,
        "open": depth.open,
        "untaken": depth.untaken,
        "oldest": moment(depth.oldest),
    }


def refused(id: str | int | None, error: str) -> r.Refused:
    return {"id": id, "error": error}


def classified(
    id: str | int | None, label: Label, priority: Priority, *, kinds: Mapping[Kind, float], doubt: str | None
) -> LabelRecord:
    return {
        "id": id,
        "kind": label.kind,
        "category": label.category,
        "impact": label.impact,
        "urgency": label.urgency,
        "priority": priority,
        "confidence": label.confidence,
        "abstained": label.abstained,
        "doubt": doubt,
        "kinds": {kind.value: round(share, 3) for kind, share in kinds.items()},
        "evidence": [_evidence(evidence) for evidence in label.evidence],
        "label_version": label.version,
    }


def moment(at: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that the strings sort."""
    return in_json(at)


def address(of: Address) -> r.Address:
    return {"kind": of.kind, "address": of.value, "name": of.name}


def _moment_or_none(at: datetime | None) -> str | None:
    return moment(at) if at is not None else None


def _number(ticket: int | None) -> str | None:
    return spoken(ticket) if ticket is not None else None


def _message(message: TicketMessage) -> r.Message:
    return {
        "id": message.id,
        "direction": message.direction,
        "channel": message.channel,
        "author": address(message.author) if message.author else None,
        "subject": message.subject,
        "body": message.body,
        "full_body": message.full_body,
        "at": moment(message.at),
        "public": message.public,
        "held": message.held,
        "rejected": message.rejected,
        "ledger": message.ledger,
        "attachments": [_file(file) for file in message.attachments],
    }


def _file(file: KeptFile) -> r.File:
    return {
        "position": file.position,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
    }


def _event(event: Event) -> r.Event:
    return {
        "id": event.id,
        "kind": event.kind,
        "at": moment(event.at),
        "actor": event.actor,
        "reason": event.reason,
        "evidence": [_evidence(evidence) for evidence in event.evidence],
        "data": dict(event.data),
        "changes": [{"field": change.field, "before": change.before, "after": change.after} for change in event.changes],
    }


def _evidence(evidence: Evidence) -> r.Evidence:
    return {
        "source": evidence.source,
        "says": evidence.says,
        "text": evidence.text,
        "start": evidence.start,
        "end": evidence.end,
        "weight": evidence.weight,
    }


def _delivery(delivery: Delivery) -> r.Delivery:
    return {
        "id": delivery.id,
        "channel": delivery.channel,
        "address": delivery.address,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "notice": delivery.notice.kind if delivery.notice else None,
        "reply": delivery.reply,
        "mirror": delivery.mirror,
        "created_at": moment(delivery.created_at),
        "due_at": moment(delivery.due_at),
        "sent_at": _moment_or_none(delivery.sent_at),
        "sent_ref": delivery.sent_ref or None,
    }


def _note(note: WorkNote) -> r.Note:
    return {"id": note.id, "author": note.author, "text": note.text, "at": moment(note.at)}
