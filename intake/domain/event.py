"""What happened to a ticket, when, by whom and why: the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from intake.domain.label import Evidence

DESK = "desk"  # the actor of everything the desk does by itself


class EventKind(StrEnum):
    OPENED = "opened"
    LABELLED = "labelled"
    ROUTED = "routed"
    APPENDED = "appended"
    HELD = "held"
    ATTACHED = "attached"  # machine mail filed with the ticket
    TAKEN = "taken"
    ASSIGNED = "assigned"
    ON_HOLD = "on_hold"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    RETURNED = "returned"
    REPLIED = "replied"  # a human's answer is on its way to the requester
    FINAL_RESPONSE = "final_response"  # the same, and the ticket is resolved when it has arrived
    FINAL_RESPONSE_WITHDRAWN = "final_response_withdrawn"  # it no longer resolves the ticket
    WORK_NOTE = "work_note"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELED = "canceled"
    MERGED = "merged"  # into another ticket
    MERGED_HERE = "merged_here"  # another ticket was merged into this one
    SPLIT = "split"  # a message left for a ticket of its own
    LINKED = "linked"
    UNLINKED = "unlinked"
    RELABELLED = "relabelled"  # a person's correction: what the classifier learns from
    QUESTION_ANSWERED = "question_answered"
    REPLY_ACCEPTED = "reply_accepted"
    REPLY_REJECTED = "reply_rejected"
    ADDRESS_LINKED = "address_linked"
    ADDRESS_UNLINKED = "address_unlinked"
    WATCHED = "watched"
    UNWATCHED = "unwatched"
    UNDONE = "undone"
    DELIVERY_DIVERTED = "delivery_diverted"  # a dead channel: the same answer takes the contact's next one
    UNDELIVERABLE = "undeliverable"  # no channel is left: an agent must look
    LADDER_STARTED = "ladder_started"  # people are being woken
    PAGED = "paged"
    LADDER_STOPPED = "ladder_stopped"  # nobody need be woken any more
    LADDER_EXHAUSTED = "ladder_exhausted"  # everybody was paged and nobody has answered
    ACKNOWLEDGED = "acknowledged"
    KEY_PRESSED = "key_pressed"
    ANSWER_LEFT = "answer_left"  # a human's answer: the channel's own next station has accepted `delivery`
    ANSWER_CAME_BACK = "answer_came_back"  # that delivery did not reach whoever asked
    SLA_WARNED = "sla_warned"  # most of the target of a `clock` is used up; told once for each `target`
    SLA_BREACHED = "sla_breached"  # all of it is
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_REPORTED = "delivery_reported"
    DELIVERY_RETRIED = "delivery_retried"  # put back in the outbox by hand
    DELIVERY_GIVEN_UP = "delivery_given_up"  # by hand
    HELD_BACK = "held_back"  # the outbound gate kept something from being sent
    NOT_ANSWERED = "not_answered"  # why no acknowledgement went out
    REQUESTER_TOLD = "requester_told"  # by the desk itself, of something that was no answer
    NOTED = "noted"  # an anomaly met while reading a message
    STORM_PROPOSED = "storm_proposed"  # alike reports: people are asked whether it is a major incident
    STORM_FORMED = "storm_formed"  # it is one: the reports are its children
    STORM_CONFIRMED = "storm_confirmed"  # a person has looked: it stays
    STORM_JOINED = "storm_joined"  # a report belongs to it; on both timelines
    STORM_LEFT = "storm_left"  # and no longer
    STORM_TOLD = "storm_told"  # its reporter heard of it
    STORM_UPDATED = "storm_updated"  # everybody was told how it stands; on both timelines
    STORM_UPDATE_DUE = "storm_update_due"  # they were promised to hear more by now
    STORM_AGAIN = "storm_again"  # a report resembles those of one that was resolved
    STORM_DISSOLVED = "storm_dissolved"  # a person says that it was none
    CHANGE_DRAFTED = "change_drafted"  # the ticket carries a change now, also once more after it was over
    CHANGE_PLANNED = "change_planned"  # what is known of it: kind, risk, plans, services
    INCIDENT_NAMED = "incident_named"  # which incident a fix is for; on both timelines
    INCIDENT_WANTED = "incident_wanted"  # a fix has none: whoever asked for it was asked
    CHANGE_SUBMITTED = "change_submitted"
    CHANGE_ESTIMATED = "change_estimated"  # minutes were reserved in an agreement, or given back
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_REMINDED = "approval_reminded"
    APPROVAL_OVERDUE = "approval_overdue"  # an emergency change was carried out, and not approved in time
    CHANGE_APPROVED = "change_approved"  # by one `side`
    CHANGE_REJECTED = "change_rejected"
    CHANGE_SENT_BACK = "change_sent_back"  # to be assessed anew
    CHANGE_CONSENTED = "change_consented"  # by a product owner
    CHANGE_SCHEDULED = "change_scheduled"
    CHANGE_STARTED = "change_started"
    CHANGE_COMPLETED = "change_completed"
    CHANGE_CLOSED = "change_closed"
    CHANGE_WITHDRAWN = "change_withdrawn"
    TASK_ADDED = "task_added"
    TASK_DONE = "task_done"
    TASK_DROPPED = "task_dropped"
    AUDIENCE_CHANGED = "audience_changed"  # who is told of it
    ANNOUNCEMENT_PLANNED = "announcement_planned"  # or taken out of the plan
    ANNOUNCED = "announced"  # those concerned were told
    HOURS_BOOKED = "hours_booked"
    OVERDRAFT_APPROVED = "overdraft_approved"
    AGREEMENT_LOW = "agreement_low"
    CALL_BEGAN = "call_began"  # `call` is its name, `line` the number that was called
    CALL_NOTED = "call_noted"  # silence, or unclear words
    PEOPLE_TRIED = "people_tried"  # a call rang somebody, and what came of it
    CALL_TAKEN = "call_taken"  # somebody was connected with the caller
    CALL_ENDED = "call_ended"
    RECORDED = "recorded"  # the caller left a recording; its link
    FILE_FETCHED = "file_fetched"  # or not, and why: `fetched` yes or empty
    CONFERENCE = "conference"  # who joined, who left
    TEXT_ASKED = "text_asked"  # a number was asked which of its matters it means
    TEXT_ANSWERED = "text_answered"
    MESSAGE_AMENDED = "message_amended"  # its author changed what they had said; `before`, `message`
    MESSAGE_WITHDRAWN = "message_withdrawn"  # its author deleted it
    MARKED = "marked"  # somebody asked that this becomes a ticket
    RESPONSE_PROPOSED = "response_proposed"  # a closed fix says what its incident could be answered; `text`, `fix`


class Change(NamedTuple):
    """One of the ticket's fields, before and after, as texts; an empty one is none. A tuple, because every new ticket brings
    some twenty of them."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """All `changes` of a ticket's events, one after the other, give the ticket as it is. `id` is given by the store."""

    ticket: int
    kind: EventKind
    at: datetime
    actor: str = DESK
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    id: int = 0
