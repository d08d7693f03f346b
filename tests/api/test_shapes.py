"""The public contract: docs/api.md and docs/shapes.md name exactly the keys that are answered."""

import re
from pathlib import Path

import pytest

from channels.api import agreement_records as a
from channels.api import change_records as c
from channels.api import oncall_records as o
from channels.api import records as r
from channels.api import storm_records as s
from channels.api.label_record import Label as LabelRecord
from channels.api.problem import Problem

DOCS = Path(__file__).parents[2] / "docs"
API, SHAPES = ((DOCS / name).read_text("utf-8") for name in ("api.md", "shapes.md"))

DOCUMENTED = [
    (API, "Problem", Problem, None),
    (API, "Public ticket", r.PublicTicket, None),
    (API, "Public story", r.PublicStory, r.PublicTicket),
    (API, "Public message", r.PublicMessage, None),
    (API, "Public receipt", r.PublicReceipt, None),
    (API, "Directory", r.Directory, None),
    (SHAPES, "Ticket", r.Ticket, None),
    (SHAPES, "Ticket story", r.TicketStory, r.Ticket),
    (SHAPES, "Message", r.Message, None),
    (SHAPES, "Work note", r.Note, None),
    (SHAPES, "Event", r.Event, None),
    (SHAPES, "Evidence", r.Evidence, None),
    (SHAPES, "Delivery", r.Delivery, None),
    (SHAPES, "Deed done", r.Done, None),
    (SHAPES, "Receipt", r.Receipt, None),
    (SHAPES, "Queue", r.Queue, None),
    (SHAPES, "Paging", o.Paging, None),
    (SHAPES, "Page", o.SentPage, None),
    (SHAPES, "On call", o.OnCall, None),
    (SHAPES, "Storm", s.Storm, None),
    (SHAPES, "Storm story", s.StormStory, s.Storm),
    (SHAPES, "Member", s.Member, None),
    (API, "Public change", c.PublicChange, None),
    (SHAPES, "Change", c.ChangeRequest, None),
    (SHAPES, "Change story", c.ChangeStory, c.ChangeRequest),
    (SHAPES, "Change in full", c.ChangeInFull, c.ChangeStory),
    (SHAPES, "Window", c.Window, None),
    (SHAPES, "Conflict", c.Conflict, None),
    (SHAPES, "Decision", c.Decision, None),
    (SHAPES, "Task", c.Task, None),
    (SHAPES, "Announcement", c.Announcement, None),
    (SHAPES, "Calendar entry", c.CalendarEntry, None),
    (SHAPES, "Proposed response", c.ProposedResponse, None),
    (SHAPES, "Agreement", a.Agreement, None),
    (SHAPES, "Agreement story", a.AgreementStory, a.Agreement),
    (SHAPES, "Hours of a change", a.HoursOfChange, None),
    (SHAPES, "Book line", a.BookLine, None),
    (SHAPES, "Agreement done", a.AgreementDone, None),
    (SHAPES, "Token", r.Token, None),
    (SHAPES, "Ledger entry", r.LedgerEntry, None),
    (SHAPES, "Ledger entry in full", r.LedgerEntryInFull, r.LedgerEntry),
    (SHAPES, "Label", LabelRecord, None),
]


def keys(record: type[object] | None) -> set[str]:
    """Of a TypedDict, those it extends included."""
    return set(record.__annotations__) if record else set()


def documented(page: str, title: str) -> set[str]:
    """The keys in the first column of the table under this heading."""
    section = page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize(("page", "title", "record", "extends"), DOCUMENTED, ids=[title for _, title, *_ in DOCUMENTED])
def test_the_page_names_exactly_the_keys(page: str, title: str, record: type[object], extends: type[object] | None) -> None:
    assert documented(page, title) == keys(record) - keys(extends)
