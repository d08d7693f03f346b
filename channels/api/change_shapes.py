"""Changes as JSON."""

from collections.abc import Mapping

from channels.api import change_records as r
from channels.api.moment_record import in_json
from intake.desk.policy_file.change import Freeze
from intake.domain.change import (
    Announcement,
    Change,
    ChangeDecision,
    ChangeLine,
    ChangeStory,
    ChangeTask,
    Conflict,
    Stage,
    Window,
)
from intake.domain.ticket import spoken

# Whoever asked hears nothing between the assessment and its end: how far the approvals are is the desk's affair.
PUBLIC_STAGE: Mapping[Stage, str] = {
    Stage.DRAFT: "received",
    Stage.ASSESSMENT: "being assessed",
    Stage.APPROVAL: "being assessed",
    Stage.SCHEDULED: "scheduled",
    Stage.IMPLEMENTING: "under way",
    Stage.REVIEW: "done, being looked at",
    Stage.CLOSED: "closed",
    Stage.REJECTED: "not to be done",
    Stage.WITHDRAWN: "not to be done",
}
WINDOW_IS_TOLD = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING, Stage.REVIEW, Stage.CLOSED})


def change(line: ChangeLine) -> r.ChangeRequest:
    it, ticket = line.change, line.ticket
    return {
        "number": spoken(it.ticket),
        "short_description": ticket.short_description,
        "priority": ticket.priority,
        "state": ticket.state,
        "assignment_group": ticket.assignment_group,
        "assigned_to": ticket.assigned_to or None,
        "kind": it.kind,
        "stage": it.stage,
        "since": in_json(it.since),
        "author": it.author or None,
        "assessed_by": it.assessed_by or None,
        "incident": spoken(it.incident) if it.incident is not None else None,
        "risk": it.risk,
        "services": [*it.services],
        "agreement": it.agreement or None,
        "estimate": it.estimate,
        "round": it.round,
        "asked_at": in_json(it.asked_at) if it.asked_at else None,
        "approved": it.is_approved,
        "cio_approved_by": it.cio_approved_by or None,
        "process_approved_by": it.process_approved_by or None,
        "approve_by": in_json(it.approve_by) if it.approve_by else None,
        "window": window(it.window) if it.window else None,
        "moved": it.moved,
        "despite": it.despite or None,
        "template": it.template or None,
        "occurrence": in_json(it.occurrence) if it.occurrence else None,
        "implemented_by": it.implemented_by or None,
        "started_at": in_json(it.started_at) if it.started_at else None,
        "finished_at": in_json(it.finished_at) if it.finished_at else None,
        "outcome": it.outcome,
        "backed_out": it.backed_out,
        "close_code": it.close_code,
        "ended_at": in_json(it.ended_at) if it.ended_at else None,
        "ended_because": it.ended_because,
    }


def change_story(story: ChangeStory) -> r.ChangeStory:
    it = story.line.change
    return {
        **change(story.line),
        "implementation_plan": it.implementation_plan,
        "test_plan": it.test_plan,
        "backout_plan": it.backout_plan,
        "decisions": [_decision(decision) for decision in story.decisions],
        "tasks": [_task(task) for task in story.tasks],
        "announcements": [_announcement(announcement) for announcement in story.announcements],
        "audience": [*story.audience],
        "reserved": story.reserved,
        "spent": story.spent,
    }


def public_change(of: Change) -> r.PublicChange:
    """Everything else stays inside: plans, names, hours, who approved it and in what words."""
    told = of.window if of.stage in WINDOW_IS_TOLD else None
    return {"stage": PUBLIC_STAGE[of.stage], "window": window(told) if told else None}


def entry_of_change(line: ChangeLine, during: Window) -> r.CalendarEntry:
    it = line.change
    return {
        "ticket": spoken(it.ticket),
        "freeze": None,
        "title": line.ticket.short_description,
        "kind": it.kind,
        "stage": it.stage,
        "risk": it.risk,
        "services": [*it.services],
        "window": window(during),
        "assignment_group": line.ticket.assignment_group,
        "assigned_to": line.ticket.assigned_to or None,
    }


def entry_of_freeze(freeze: Freeze) -> r.CalendarEntry:
    return {
        "ticket": None,
        "freeze": freeze.name,
        "title": freeze.name,
        "kind": None,
        "stage": None,
        "risk": None,
        "services": sorted(freeze.services),
        "window": window(freeze.window),
        "assignment_group": None,
        "assigned_to": None,
    }


def conflict(of: Conflict) -> r.Conflict:
    return {
        "ticket": spoken(of.ticket) if of.ticket is not None else None,
        "freeze": of.freeze or None,
        "services": [*of.services],
        "window": window(of.window),
    }


def window(of: Window) -> r.Window:
    return {"starts": in_json(of.starts), "ends": in_json(of.ends), "time_zone": of.time_zone}


def _decision(of: ChangeDecision) -> r.Decision:
    return {
        "round": of.round,
        "side": of.side,
        "verdict": of.verdict,
        "by": of.by,
        "on_behalf_of": of.on_behalf_of or None,
        "at": in_json(of.at),
        "comment": of.comment,
    }


def _task(of: ChangeTask) -> r.Task:
    return {
        "position": of.position,
        "title": of.title,
        "assigned_to": of.assigned_to or None,
        "done_by": of.done_by or None,
        "done_at": in_json(of.done_at) if of.done_at else None,
        "dropped_because": of.dropped_because or None,
    }


def _announcement(of: Announcement) -> r.Announcement:
    return {
        "position": of.position,
        "phase": of.phase,
        "lead": of.lead,
        "text": of.text,
        "sent_at": in_json(of.sent_at) if of.sent_at else None,
    }
