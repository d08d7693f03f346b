"""A ticket in plain words, and the words of strangers made fit for a mail."""

import re
from collections.abc import Mapping

from channels.email.body import clean
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import Ticket, spoken

KINDS: Mapping[Kind, str] = {
    Kind.INCIDENT: "an incident",
    Kind.SERVICE_REQUEST: "a service request",
    Kind.ENHANCEMENT: "a request for a change",
    Kind.NONE: "not sorted yet: one of us reads it first",
}
CATEGORIES: Mapping[Category, str] = {
    Category.UNAVAILABLE: "something does not work",
    Category.ERROR_MESSAGE: "an error message",
    Category.DATA_PROBLEM: "a problem with data",
    Category.BLOCKED_TASK: "somebody cannot go on with a task",
    Category.PERFORMANCE_INTERFACE: "slowness or a display problem",
    Category.PROCESS_QUESTION: "a question about a process",
    Category.HOW_TO: "a how-to question",
    Category.USER_REQUEST: "something to be set up or provided",
    Category.COLLATERAL: "maintenance, patches or certificates",
    Category.CHANGE_REQUEST: "something new or different",
    Category.DEFECT_FIX: "a lasting correction of a defect",
}
IMPACTS: Mapping[Level, str] = {
    Level.HIGH: "a whole site or a critical service is hit",
    Level.MEDIUM: "several people are hit",
    Level.LOW: "one person is hit",
}
URGENCIES: Mapping[Level, str] = {
    Level.HIGH: "work stands still",
    Level.MEDIUM: "work is hindered",
    Level.LOW: "it can wait",
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.P1: "P1, the highest",
    Priority.P2: "P2, high",
    Priority.P3: "P3, normal",
    Priority.P4: "P4, low",
}
_LONGEST_LINE = 200
_TAG = re.compile(r"\[\s*HD-[0-9]{1,12}\s*\]", re.IGNORECASE)
_REPLY_PREFIX = re.compile(r"(?:(?:re|aw|sv|vs|antw|fwd?|wg)\s?:\s?)+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain_label(ticket: Ticket) -> str:
    category = f" ({CATEGORIES[ticket.category]})" if ticket.category else ""
    return KINDS[ticket.kind] + category


def plain_priority(ticket: Ticket) -> str:
    return f"{PRIORITIES[ticket.priority]}: {IMPACTS[ticket.impact]}, {URGENCIES[ticket.urgency]}"


def plain_line(ticket: Ticket) -> str:
    return f"{spoken(ticket.number)}  {ticket.priority.value}  {one_line(ticket.short_description)}"


def tagged(ticket: Ticket, about: str) -> str:
    """A subject that names the ticket once, whatever tags it came with."""
    return f"[{spoken(ticket.number)}] {one_line(_TAG.sub(' ', about))}".rstrip()


def tagged_reply(ticket: Ticket, about: str) -> str:
    bare = one_line(_TAG.sub(" ", about))
    prefix = _REPLY_PREFIX.match(bare)
    return f"Re: {tagged(ticket, bare[prefix.end() :] if prefix else bare)}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def one_line(text: str) -> str:
    """Text of a stranger, fit for a header: one line, no control characters, bounded."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:_LONGEST_LINE]


def written(text: str) -> str:
    """Text of any length, fit for a body: its lines, and no control characters."""
    return _CONTROL.sub("", clean(text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")
