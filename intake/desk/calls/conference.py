"""Who joined the conference of a ticket, and who left it: on its timeline."""

from intake.desk.calls.on_the_line import in_the_end, note
from intake.desk.case import Case
from intake.domain.deed import NoteConference
from intake.domain.event import EventKind


def note_conference(deed: NoteConference, case: Case) -> str:
    note(EventKind.CONFERENCE, deed.call, deed.text, in_the_end(case))
    return "noted"
