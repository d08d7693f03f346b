"""vobject, which reads iCalendar in its own way, behind a shape that is typed."""

from dataclasses import dataclass
from datetime import datetime

import vobject


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    uid: str
    summary: str
    description: str
    starts: datetime


def read_event(text: str) -> ReadEvent:
    """The only one."""
    (event,) = vobject.readOne(text).vevent_list
    starts = event.dtstart.value
    assert isinstance(starts, datetime)
    return ReadEvent(
        uid=str(event.uid.value),
        summary=str(event.summary.value),
        description=str(event.description.value),
        starts=starts,
    )
