"""What happens at the desk, in the words of a script: the same list goes to the desk and to the oracle."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from intake.domain.label import Category, Kind, Level

START = datetime(2026, 10, 21, tzinfo=UTC)  # a Wednesday; Europe leaves summer time on Sunday the 25th
DAY = 86_400
WEEK = 7 * DAY

Second = int  # since START


def moment(at: Second) -> datetime:
    return START + timedelta(seconds=at)


def second(at: datetime) -> Second:
    """The desk puts what follows from a thing a microsecond after it, so that the timeline keeps its order."""
    passed, beyond = divmod(at - START, timedelta(seconds=1))
    assert beyond < timedelta(milliseconds=1), f"{at} is between two seconds"
    return passed


class What(StrEnum):
    OPENED = "a ticket is opened"
    TAKEN = "taken"
    HELD = "put on hold"
    RESUMED = "resumed"
    ANSWERED = "answered"
    ANSWERED_DIRECTLY = "answered directly, the desk in copy"
    FINISHED = "given its final response"
    CAME_BACK = "the newest answer that has left comes back"
    RELABELLED = "relabelled"
    ESCALATED = "escalated by hand"
    RETURNED = "returned"
    ACKNOWLEDGED = "its page acknowledged"
    CANCELED = "canceled"
    MERGED = "merged"
    REOPENED = "reopened by staff"
    DISPUTED = "disputed by its requester"
    CONFIRMED = "confirmed by its requester"
    WRITTEN_TO = "written to by its requester"
    UPDATED = "a storm's update is written"
    STORM_CONFIRMED = "a storm is confirmed"
    DISSOLVED = "a storm is dissolved"
    LEFT = "taken out of its storm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """`ticket` is the script's own name for it. `by` is one of the staff, or the requester's address. `outage` names
    what a report is about; a storm's parent is named by its outage."""

    at: Second
    ticket: str
    what: What
    by: str = ""
    kind: Kind | None = None
    category: Category | None = None
    impact: Level | None = None
    urgency: Level | None = None
    text: str = ""
    until: Second | None = None
    to_leads: bool = False
    into: str = ""
    outage: str = ""
    from_monitor: bool = False

    def __str__(self) -> str:
        more = [
            self.by and f"by {self.by}",
            self.kind is not None and self.kind.value,
            self.impact is not None and self.urgency is not None and f"impact {self.impact.value} urgency {self.urgency.value}",
            self.until is not None and f"until {moment(self.until):%a %H:%M:%S}",
            self.into and f"into {self.into}",
            self.to_leads and "to the leads",
            self.outage and f"about {self.outage}",
        ]
        return f"{moment(self.at):%a %d %H:%M:%S}  {self.what.value}  {' '.join(part for part in more if part)}"
