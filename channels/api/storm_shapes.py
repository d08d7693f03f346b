"""Major incidents as JSON."""

from channels.api import storm_records as r
from channels.api.moment_record import in_json
from intake.domain.storm import Member, StormLine, StormStory
from intake.domain.ticket import spoken


def storm(line: StormLine) -> r.Storm:
    of, ticket = line.storm, line.ticket
    return {
        "number": spoken(of.parent),
        "standing": line.standing,
        "short_description": ticket.short_description,
        "priority": ticket.priority,
        "state": ticket.state,
        "assignment_group": ticket.assignment_group,
        "assigned_to": ticket.assigned_to or None,
        "reports": line.reports,
        "people": line.people,
        "since": in_json(of.since),
        "formed_at": in_json(of.formed_at) if of.formed_at else None,
        "confirmed_by": of.confirmed_by or None,
        "confirmed_at": in_json(of.confirmed_at) if of.confirmed_at else None,
        "next_update_at": in_json(of.next_update_at) if of.next_update_at else None,
        "update": of.update,
    }


def storm_story(story: StormStory) -> r.StormStory:
    return {**storm(story.line), "members": [_member(member) for member in story.members]}


def _member(of: Member) -> r.Member:
    return {
        "ticket": spoken(of.ticket),
        "joined_at": in_json(of.joined_at),
        "joined_by": of.joined_by,
        "alike": spoken(of.alike) if of.alike is not None else None,
        "score": of.score,
        "left_at": in_json(of.left_at) if of.left_at else None,
        "left_because": of.left_because or None,
    }
