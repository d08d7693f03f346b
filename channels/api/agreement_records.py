"""Work agreements as JSON: names and types. Lengths of time are minutes, days are `2026-12-31`."""

from typing import Annotated, TypeAlias

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from channels.api.moment_record import Moment
from channels.api.number_record import Number
from channels.api.records import Receipt
from intake.domain.agreement import EntryKind

Day: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]


class Balance(TypedDict):
    granted: int
    overdraft: int
    reserved: int
    spent: int
    left: int


class Agreement(Balance):
    """`carry_over` is null where all that is left goes over. `used` is the share of what was granted that is reserved or spent:
    more than 1 with an overdraft."""

    name: str
    party: str
    starts: Day
    ends: Day
    spenders: list[str]
    product_owners: list[str]
    carry_over: int | None
    used: float
    alerted: bool
    opened_by: str | None
    opened_at: Moment | None
    closed_at: Moment | None


class HoursOfChange(TypedDict):
    ticket: Number
    reserved: int
    spent: int
    overdraft: int


class BookLine(Balance):
    """The balance is that with this line."""

    sequence: int
    kind: EntryKind
    minutes: int
    by: str
    at: Moment
    ticket: Number | None
    worked_on: Day | None
    from_reserved: int
    given_back: int
    text: str
    ledger: int | None


class AgreementStory(Agreement):
    by_change: list[HoursOfChange]
    book: list[BookLine]


class AgreementDone(TypedDict):
    """What became of a request; `agreement` is how it stands now."""

    receipt: Receipt
    agreement: Agreement | None
