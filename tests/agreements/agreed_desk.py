"""A desk with a work agreement of ten hours, and changes that spend of it."""

from dataclasses import replace
from datetime import date, timedelta

from intake.domain.agreement import AgreementStory, Balance, EntryKind, OfChange
from intake.domain.change import Change, CloseCode, Stage, Window
from intake.domain.channel import Channel
from intake.domain.deed import ApproveOverdraft, BookHours, EstimateChange, OpenAgreement, SubmitChange
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt
from storage.reader import SqlReader
from tests.desk.at_the_desk import AtTheDesk, mail
from tests.desk.staff import CLEO, LEE

WISH = Label(
    kind=Kind.ENHANCEMENT,
    category=Category.CHANGE_REQUEST,
    impact=Level.LOW,
    urgency=Level.LOW,
    confidence=0.9,
    version="test",
)
ACME = "ACME 2026"
NEXT = "ACME 2027"
TEN_HOURS = OpenAgreement(
    agreement=ACME,
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    minutes=600,
    spenders=("cio", "Lee", "Pia"),
)
A_YEAR_LATER = replace(TEN_HOURS, agreement=NEXT, starts=date(2027, 1, 1), ends=date(2027, 12, 31))
IMPORTER = Principal(name="time sheets", role=Role.AGENT, teams=frozenset({"cio"}))  # a token, nobody in the directory
LATER = frozenset({Stage.SCHEDULED, Stage.IMPLEMENTING, Stage.REVIEW, Stage.CLOSED})


def opened(desk: AtTheDesk, agreement: OpenAgreement = TEN_HOURS) -> None:
    assert desk.does(agreement, LEE).outcome is Outcome.APPLIED


def a_change(desk: AtTheDesk, stage: Stage = Stage.ASSESSMENT) -> int:
    """Its ticket; it is with the CIO team. Stages beyond assessment are written into the store: how a change gets there is no
    matter of its hours."""
    number = desk.hears(mail("Please add a column for the delivery date."), WISH).ticket
    assert number is not None
    if stage is Stage.DRAFT:
        return number
    assert desk.does(SubmitChange(), CLEO, ticket=number).outcome is Outcome.APPLIED
    if stage is not Stage.ASSESSMENT:
        put_into(stage, number, desk)
    return number


def put_into(stage: Stage, number: int, desk: AtTheDesk) -> None:
    now = desk.clock()
    change = replace(change_of(desk, number), stage=stage, author="Cleo", assessed_by="Cleo")
    if stage in LATER:
        window = Window(starts=now, ends=now + timedelta(hours=2), time_zone="UTC")
        change = replace(change, cio_approved_by="Lou", process_approved_by="Pia", window=window, started_at=now)
    if stage is Stage.CLOSED:
        change = replace(change, close_code=CloseCode.SUCCESSFUL, ended_at=now)
    with desk.store.begin() as books:
        books.changes.save(change)


def change_of(desk: AtTheDesk, number: int) -> Change:
    with desk.store.reading() as connection:
        story = SqlReader(connection).change(number)
    assert story is not None
    return story.line.change


def book_of(desk: AtTheDesk, name: str = ACME) -> AgreementStory:
    with desk.store.reading() as connection:
        story = SqlReader(connection).agreement(name)
    assert story is not None
    return story


def balance(desk: AtTheDesk, name: str = ACME) -> Balance:
    return book_of(desk, name).line.balance


def has(desk: AtTheDesk, number: int, name: str = ACME) -> OfChange:
    nothing = OfChange(ticket=number, reserved=0, spent=0)
    return next((one for one in book_of(desk, name).by_change if one.ticket == number), nothing)


def kinds(desk: AtTheDesk, name: str = ACME) -> list[EntryKind]:
    return [entry.kind for entry in book_of(desk, name).entries]


def mails_to(desk: AtTheDesk, number: int, notice: str) -> list[str]:
    """To whom this notice about the ticket was put into the outbox."""
    told = desk.story(number).deliveries
    return sorted(one.address for one in told if one.channel is Channel.EMAIL and one.notice and one.notice.kind == notice)


def estimates(desk: AtTheDesk, number: int, minutes: int, by: Principal = CLEO, agreement: str = ACME) -> Receipt:
    return desk.does(EstimateChange(agreement=agreement, minutes=minutes), by, ticket=number)


def books(
    desk: AtTheDesk, number: int, minutes: int, by: Principal = CLEO, agreement: str = "", worked_on: date | None = None
) -> Receipt:
    deed = BookHours(minutes=minutes, text="Wrote the query.", agreement=agreement, worked_on=worked_on)
    return desk.does(deed, by, ticket=number)


def allows(desk: AtTheDesk, number: int, minutes: int, by: Principal = LEE) -> Receipt:
    return desk.does(ApproveOverdraft(minutes=minutes, reason="the audit waits", agreement=ACME), by, ticket=number)
