"""Work agreements: discretionary hours of one party in one period, and every minute that was reserved or spent of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What a line in an agreement's book is. Minutes are positive but for an amendment that takes hours away."""

    GRANTED = "granted"  # when the agreement was opened
    AMENDED = "amended"  # more hours, or fewer
    CARRIED_IN = "carried_in"  # what the agreement before it left
    CARRIED_OUT = "carried_out"  # what the next one got
    RESERVED = "reserved"  # a change's estimate
    RELEASED = "released"  # what a change does not need after all
    BOOKED = "booked"  # work that was done: out of what its change reserved first, then out of what is left
    OVERDRAFT = "overdraft"  # a named lead lets a change have more than is left; it is reserved for that change at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Minutes. What is `left` may be reserved; `overdraft` is what leads have allowed beyond what was granted, and is not
    given back yet."""

    granted: int = 0
    reserved: int = 0
    spent: int = 0
    overdraft: int = 0

    @property
    def left(self) -> int:
        return self.granted + self.overdraft - self.reserved - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the book: `after` is the balance with it, and each line begins where the one before it ended. `sequence`
    counts from 1. `ticket` is the change that it was for. `worked_on` is the day of the work, of a booking. `from_reserved` is
    how much of a booking came out of its change's reservation, and of a release how much of it was overdraft: `given_back`."""

    agreement: str
    sequence: int
    kind: EntryKind
    minutes: int
    by: str
    at: datetime
    after: Balance
    ticket: int | None = None
    worked_on: date | None = None
    from_reserved: int = 0
    given_back: int = 0
    text: str = ""
    ledger: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """`name` is unique, and how people call it. The period is whole days in the desk's time zone, `ends` included. `spenders`
    are the teams and agents who may reserve and book; `product_owners` the mail addresses of those who speak for the party.
    `carry_over` is how many minutes the next agreement gets of what is left at most; None is all of it."""

    name: str
    party: str
    starts: date
    ends: date
    spenders: tuple[str, ...]
    product_owners: tuple[str, ...] = ()
    carry_over: int | None = 0
    opened_by: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    alerted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfChange:
    """What one change has of one agreement; minutes."""

    ticket: int
    reserved: int
    spent: int
    overdraft: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementLine:
    agreement: Agreement
    balance: Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStory:
    """`entries` in their order; `by_change` by the tickets' numbers."""

    line: AgreementLine
    by_change: tuple[OfChange, ...]
    entries: tuple[Entry, ...]
