"""Plain words for a ticket's page: how it stands, what has happened, what was done just now."""

from collections.abc import Mapping
from enum import StrEnum

from intake.domain.event import EventKind
from intake.domain.label import Kind, Priority

PRIORITIES: Mapping[Priority, str] = {
    Priority.P1: "P1, the highest",
    Priority.P2: "P2, high",
    Priority.P3: "P3, normal",
    Priority.P4: "P4, low",
}
KINDS: Mapping[Kind, str] = {
    Kind.INCIDENT: "Something does not work as it should",
    Kind.SERVICE_REQUEST: "I need something, or I have a question",
    Kind.ENHANCEMENT: "I would like something to be new or different",
}

# What a requester may know of. Whatever is not in here stays inside; of what is, the page tells the kind and the time alone.
TOLD: Mapping[EventKind, str] = {
    EventKind.OPENED: "We have your request.",
    EventKind.TAKEN: "Somebody has started to work on it.",
    EventKind.ESCALATED: "It was passed on to another team.",
    EventKind.RETURNED: "It was passed on to another team.",
    EventKind.ON_HOLD: "It was put on hold.",
    EventKind.RESUMED: "Work on it goes on.",
    EventKind.APPENDED: "A message was added.",
    EventKind.REPLY_ACCEPTED: "A message was added.",
    EventKind.REPLIED: "We wrote an answer.",
    EventKind.FINAL_RESPONSE: "We wrote an answer that should solve it.",
    EventKind.FINAL_RESPONSE_WITHDRAWN: "It is not solved yet: work on it goes on.",
    EventKind.QUESTION_ANSWERED: "You told us what it is about.",
    EventKind.RESOLVED: "It was marked as solved.",
    EventKind.CLOSED: "It was closed.",
    EventKind.REOPENED: "It was opened again.",
    EventKind.CANCELED: "It was closed without an answer.",
    EventKind.STORM_JOINED: "It is part of something that many report. We look after all of it together.",
    EventKind.STORM_LEFT: "It is looked at by itself again.",
    EventKind.CHANGE_SUBMITTED: "We began to look at what it takes.",
    EventKind.CHANGE_SCHEDULED: "It was given a date.",
    EventKind.CHANGE_STARTED: "Work on it began.",
    EventKind.CHANGE_COMPLETED: "The work on it is over. We look at the result.",
    EventKind.MERGED: "It was put together with another ticket about the same.",
    EventKind.SPLIT: "One message was given a ticket of its own.",
}


class Done(StrEnum):
    """What was done just now, as it stands in the address of the page after it."""

    ADDED = "added"
    KEPT = "kept"
    ANEW = "anew"
    SOLVED = "solved"
    UNSOLVED = "unsolved"
    REOPENED = "reopened"
    SORTED = "sorted"


DONE: Mapping[Done, str] = {
    Done.ADDED: "Thank you. Your message has been added.",
    Done.KEPT: "Thank you. We have your message; one of us reads it before it appears here.",
    Done.ANEW: "Thank you. Your message has opened a new ticket. We will write to you with its number.",
    Done.SOLVED: "Thank you for telling us. We are glad that it is solved.",
    Done.UNSOLVED: "Thank you for telling us. We go on working on it.",
    Done.REOPENED: "Thank you. The ticket is open again.",
    Done.SORTED: "Thank you. That helps us to get it to the right people.",
}
