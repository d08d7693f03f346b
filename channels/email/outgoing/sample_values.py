"""Made-up values that templates are tried with."""

from datetime import UTC, datetime

from channels.email.outgoing.context import TicketInWords
from channels.email.outgoing.words import Words
from intake.domain.label import Category, Kind, Level, Priority

DESK = "Help desk"
NOTES = "desk+n.1042.mac@example.com"
REQUESTER = "Ann <ann@customer.example>"
SAID = "The printer on floor 3 makes odd noises.\n\nAnn"
PHONE = "+4930901820"
STORM = "HD-900"
NEXT = "10:05 CET"
LINK = "https://desk.example.com/t/1"
YES_OR_NO = (True, False)


def ticket(words: Words) -> TicketInWords:
    impact, urgency = words.impact[Level.LOW], words.urgency[Level.MEDIUM]
    return TicketInWords(
        number="HD-1042",
        short_description="Printer on floor 3",
        label=f"{words.kind[Kind.INCIDENT]} ({words.category[Category.ERROR_MESSAGE]})",
        priority=Priority.P4.value,
        priority_in_words=f"{words.priority[Priority.P4]}: {impact}, {urgency}",
        impact=impact,
        urgency=urgency,
        assignment_group="IT Support",
        opened_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )
