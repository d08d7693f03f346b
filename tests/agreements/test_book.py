"""The arithmetic of a book: line by line, against a list of all lines that is added up anew each time."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.desk.agreements.book import (
    ADDS,
    Line,
    balance_with,
    booking,
    goes_over,
    next_entry,
    release,
    reserve_as_much_as,
    share_used,
    takes,
)
from intake.desk.agreements.in_words import in_hours
from intake.domain.agreement import Balance, Entry, EntryKind, OfChange
from intake.domain.errors import PolicyViolation

K = EntryKind
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BEFORE = Balance(granted=600, reserved=100, spent=50, overdraft=30)


def test_every_kind_of_line_has_its_arithmetic() -> None:
    assert set(ADDS) == set(EntryKind)


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (Line(kind=K.GRANTED, minutes=60), replace(BEFORE, granted=660)),
        (Line(kind=K.AMENDED, minutes=60), replace(BEFORE, granted=660)),
        (Line(kind=K.AMENDED, minutes=-60), replace(BEFORE, granted=540)),
        (Line(kind=K.CARRIED_IN, minutes=60), replace(BEFORE, granted=660)),
        (Line(kind=K.CARRIED_OUT, minutes=60), replace(BEFORE, granted=540)),
        (Line(kind=K.RESERVED, minutes=60), replace(BEFORE, reserved=160)),
        (Line(kind=K.RELEASED, minutes=60, given_back=20), replace(BEFORE, reserved=40, overdraft=10)),
        (Line(kind=K.BOOKED, minutes=60, from_reserved=45), replace(BEFORE, reserved=55, spent=110)),
        (Line(kind=K.OVERDRAFT, minutes=60), replace(BEFORE, reserved=160, overdraft=90)),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Line) else "",
)
def test_a_line_does_this_to_the_balance(line: Line, after: Balance) -> None:
    assert balance_with(BEFORE, line) == after
    assert takes(line) == BEFORE.left - after.left


@dataclass
class Kept:
    """A book, and the list of what people did."""

    entries: list[Entry] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def write(self, line: Line) -> bool:
        """False if it was refused."""
        last = self.entries[-1] if self.entries else None
        try:
            entry = next_entry(last, line, agreement="ACME", by="Ann", at=NOON, ledger=None)
        except PolicyViolation:
            return False
        self.entries.append(entry)
        self.lines.append(line)
        return True

    def total(self, *kinds: EntryKind, ticket: int | None = None) -> int:
        return sum(line.minutes for line in self.lines if line.kind in kinds and ticket in {None, line.ticket})

    def of(self, ticket: int) -> OfChange:
        mine = [line for line in self.lines if line.ticket == ticket]
        taken = self.total(K.RELEASED, ticket=ticket) + sum(line.from_reserved for line in mine)
        return OfChange(
            ticket=ticket,
            reserved=self.total(K.RESERVED, K.OVERDRAFT, ticket=ticket) - taken,
            spent=self.total(K.BOOKED, ticket=ticket),
            overdraft=self.total(K.OVERDRAFT, ticket=ticket) - sum(line.given_back for line in mine),
        )

    @property
    def granted(self) -> int:
        return self.total(K.GRANTED, K.AMENDED, K.CARRIED_IN) - self.total(K.CARRIED_OUT)

    @property
    def left(self) -> int:
        """What was granted or allowed, without what anybody has: there are two changes."""
        has = [self.of(ticket) for ticket in (1, 2)]
        return self.granted + sum(one.overdraft - one.reserved - one.spent for one in has)


MINUTES = st.integers(min_value=1, max_value=200)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["amend", "estimate", "book", "overdraft", "end"]),
        st.sampled_from([1, 2]),
        st.integers(min_value=-200, max_value=200),
    ),
    max_size=40,
)


def line_for(deed: str, minutes: int, mine: OfChange) -> Line | None:
    amount = abs(minutes)
    match deed:
        case "amend":
            return Line(kind=K.AMENDED, minutes=minutes)
        case "estimate":
            return reserve_as_much_as(amount, mine, "")
        case "book":
            return booking(amount, mine, TODAY, "") if amount else None
        case "overdraft":
            return Line(kind=K.OVERDRAFT, minutes=amount, ticket=mine.ticket) if amount else None
        case _:
            return release(mine.reserved, mine, "") if mine.reserved else None


@given(granted=MINUTES, deeds=DEEDS)
def test_whatever_people_do_the_balance_is_what_all_lines_add_up_to(granted: int, deeds: list[tuple[str, int, int]]) -> None:
    kept = Kept()
    kept.write(Line(kind=K.GRANTED, minutes=granted))
    for deed, ticket, minutes in deeds:
        line = line_for(deed, minutes, kept.of(ticket))
        if line is not None:
            there_is_enough = takes(line) <= kept.left
            assert kept.write(line) is there_is_enough
        has = [kept.of(one) for one in (1, 2)]
        assert kept.entries[-1].after == Balance(
            granted=kept.granted,
            reserved=sum(one.reserved for one in has),
            spent=sum(one.spent for one in has),
            overdraft=sum(one.overdraft for one in has),
        )
        assert kept.entries[-1].after.left == kept.left >= 0
        assert all(min(one.reserved, one.spent, one.overdraft) >= 0 for one in has)
    assert [entry.sequence for entry in kept.entries] == list(range(1, len(kept.entries) + 1))


def test_a_booking_takes_what_its_change_has_reserved_first() -> None:
    mine = OfChange(ticket=1, reserved=40, spent=0)
    assert booking(30, mine, TODAY, "").from_reserved == 30
    assert booking(50, mine, TODAY, "").from_reserved == 40
    assert takes(booking(50, mine, TODAY, "")) == 10


def test_of_what_is_released_the_overdraft_is_given_back_first() -> None:
    mine = OfChange(ticket=1, reserved=100, spent=0, overdraft=30)
    assert release(20, mine, "").given_back == 20
    assert release(100, mine, "").given_back == 30
    assert takes(release(100, mine, "")) == -70


def test_the_next_agreement_gets_what_was_agreed_and_no_overdraft() -> None:
    assert goes_over(Balance(granted=600, spent=100), carry_over=None) == 500
    assert goes_over(Balance(granted=600, spent=100), carry_over=120) == 120
    assert goes_over(Balance(granted=600, spent=100), carry_over=0) == 0
    assert goes_over(Balance(granted=600, spent=620, overdraft=60), carry_over=None) == 0


def test_what_is_used_is_a_share_of_what_was_granted() -> None:
    assert share_used(Balance(granted=600, reserved=240, spent=240)) == 0.8
    assert share_used(Balance(granted=600, reserved=660, overdraft=60)) == 1.1
    assert share_used(Balance()) == 0
    assert share_used(Balance(spent=1, overdraft=1)) == 1


def test_no_book_counts_beyond_what_a_database_can() -> None:
    with pytest.raises(PolicyViolation, match="holds more"):
        next_entry(None, Line(kind=K.GRANTED, minutes=2**31), agreement="ACME", by="Ann", at=NOON, ledger=None)


def test_a_later_line_is_never_written_down_as_earlier() -> None:
    first = next_entry(None, Line(kind=K.GRANTED, minutes=60), agreement="ACME", by="Ann", at=NOON, ledger=1)
    slow_clock = NOON.replace(hour=11)
    second = next_entry(first, Line(kind=K.AMENDED, minutes=60), agreement="ACME", by="Ann", at=slow_clock, ledger=2)
    assert second.at == NOON


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (10, "10 min"), (120, "2 h"), (130, "2 h 10 min"), (6_001, "100 h 1 min")]
)
def test_minutes_are_told_as_people_say_them(minutes: int, words: str) -> None:
    assert in_hours(minutes) == words
