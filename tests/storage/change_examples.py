"""Changes and agreements for these tests, written through the unit of work as the desk writes them."""

from dataclasses import replace
from datetime import date, timedelta

from intake.desk.ports import UnitOfWork
from intake.domain.agreement import Agreement, Balance, Entry, EntryKind
from intake.domain.change import Change, ChangeKind, Stage, Window
from intake.domain.label import Category, Kind, Priority
from storage.store import SqlStore
from tests.storage.examples import A_TICKET, LATER, NOW, open_ticket

A_WINDOW = Window(starts=LATER, ends=LATER + timedelta(hours=4), time_zone="Europe/Berlin")
AN_INCIDENT = replace(A_TICKET, priority=Priority.P1)
A_REQUEST = replace(A_TICKET, kind=Kind.ENHANCEMENT, category=Category.CHANGE_REQUEST)
A_FIX = replace(A_REQUEST, category=Category.DEFECT_FIX)
A_DRAFT = Change(ticket=0, kind=ChangeKind.NORMAL, stage=Stage.DRAFT, since=NOW)
APPROVED = replace(
    A_DRAFT,
    stage=Stage.SCHEDULED,
    author="Ada",
    assessed_by="Ben",
    round=1,
    cio_approved_by="Cem",
    process_approved_by="Dia",
    window=A_WINDOW,
    moved=1,
)
AN_EMERGENCY = replace(
    A_DRAFT,
    kind=ChangeKind.EMERGENCY,
    stage=Stage.IMPLEMENTING,
    author="Ada",
    round=1,
    approve_by=LATER,
    started_at=NOW,
)
AN_AGREEMENT = Agreement(
    name="ACME 2026",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    spenders=("cio",),
    opened_by="Lea",
    opened_at=NOW,
)
GRANT = Entry(
    agreement=AN_AGREEMENT.name,
    sequence=1,
    kind=EntryKind.GRANTED,
    minutes=600,
    by="Lea",
    at=NOW,
    after=Balance(granted=600),
)


def carry(books: UnitOfWork, like: Change = A_DRAFT, on: int | None = None) -> int:
    """A ticket with this change; its number."""
    number = on if on is not None else open_ticket(books, A_REQUEST)
    books.changes.add(replace(like, ticket=number))
    return number


def fix(store: SqlStore, stage: Stage = Stage.ASSESSMENT) -> tuple[int, int]:
    """A defect fix and the incident that it names; their numbers."""
    with store.begin() as books:
        incident = open_ticket(books, AN_INCIDENT)
        like = replace(A_DRAFT, stage=stage, incident=incident, ended_at=NOW if stage is Stage.REJECTED else None)
        return carry(books, like, open_ticket(books, A_FIX)), incident


def agree(store: SqlStore, minutes: int = 600, changes: int = 1) -> list[int]:
    """The agreement with its grant, and changes that may take from it; their numbers."""
    with store.begin() as books:
        books.agreements.add(AN_AGREEMENT)
        books.agreements.write(replace(GRANT, minutes=minutes, after=Balance(granted=minutes)))
        return [carry(books) for _ in range(changes)]


def line(number: int, kind: EntryKind, minutes: int, after: Balance, ticket: int | None = None) -> Entry:
    """The `number`th line of the book; the rest is what such a line needs at least."""
    return Entry(
        agreement=AN_AGREEMENT.name,
        sequence=number,
        kind=kind,
        minutes=minutes,
        by="Ben",
        at=NOW,
        after=after,
        ticket=ticket,
        worked_on=date(2026, 11, 20) if kind is EntryKind.BOOKED else None,
        text="as said",
    )
