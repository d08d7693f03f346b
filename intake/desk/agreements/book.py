"""The arithmetic of an agreement's book: what a line does to the balance. Pure; minutes are whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from intake.domain.agreement import Balance, Entry, EntryKind, OfChange
from intake.domain.errors import PolicyViolation

MOST_IN_A_BOOK = 100_000_000  # minutes of one kind: some lifetimes of work, and well within what the databases count


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is to be written, with the words of `Entry`."""

    kind: EntryKind
    minutes: int
    text: str = ""
    ticket: int | None = None
    worked_on: date | None = None
    from_reserved: int = 0
    given_back: int = 0


K = EntryKind
ADDS: Mapping[EntryKind, Callable[[Line], Balance]] = {
    K.GRANTED:     lambda line: Balance(granted=line.minutes),
    K.AMENDED:     lambda line: Balance(granted=line.minutes),
    K.CARRIED_IN:  lambda line: Balance(granted=line.minutes),
    K.CARRIED_OUT: lambda line: Balance(granted=-line.minutes),
    K.RESERVED:    lambda line: Balance(reserved=line.minutes),
    K.RELEASED:    lambda line: Balance(reserved=-line.minutes, overdraft=-line.given_back),
    K.BOOKED:      lambda line: Balance(reserved=-line.from_reserved, spent=line.minutes),
    K.OVERDRAFT:   lambda line: Balance(reserved=line.minutes, overdraft=line.minutes),
}  # fmt: skip


def balance_with(before: Balance, line: Line) -> Balance:
    adds = ADDS[line.kind](line)
    return Balance(
        granted=before.granted + adds.granted,
        reserved=before.reserved + adds.reserved,
        spent=before.spent + adds.spent,
        overdraft=before.overdraft + adds.overdraft,
    )


def takes(line: Line) -> int:
    """How much of what is left it needs: less than nothing where it gives."""
    return Balance().left - balance_with(Balance(), line).left


def next_entry(last: Entry | None, line: Line, *, agreement: str, by: str, at: datetime, ledger: int | None) -> Entry:
    """The line after `last`. Raises PolicyViolation where more would be taken than is there: that is for whoever writes to
    find out first, and to say in words."""
    after = balance_with(last.after if last is not None else Balance(), line)
    parts = (after.granted, after.reserved, after.spent, after.overdraft)
    if after.left < 0 or min(parts) < 0:
        raise PolicyViolation(f"{agreement}: {line.kind.value} {line.minutes} minutes would overdraw it")
    if max(parts) > MOST_IN_A_BOOK:
        raise PolicyViolation(f"{agreement}: no agreement holds more than {MOST_IN_A_BOOK // 60} h")
    return Entry(
        agreement=agreement,
        sequence=last.sequence + 1 if last is not None else 1,
        kind=line.kind,
        minutes=line.minutes,
        by=by,
        at=max(at, last.at) if last is not None else at,  # replicas' clocks differ a little
        after=after,
        ticket=line.ticket,
        worked_on=line.worked_on,
        from_reserved=line.from_reserved,
        given_back=line.given_back,
        text=line.text,
        ledger=ledger,
    )


def reserve_as_much_as(minutes: int, mine: OfChange, text: str) -> Line | None:
    """So that a change has so many minutes reserved, whatever it has now; None if nothing is to be written."""
    if minutes < mine.reserved:
        return release(mine.reserved - minutes, mine, text)
    if minutes == mine.reserved:
        return None
    return Line(kind=K.RESERVED, minutes=minutes - mine.reserved, ticket=mine.ticket, text=text)


def release(minutes: int, mine: OfChange, text: str) -> Line:
    """What was allowed beyond the agreement is given back before anything that was agreed."""
    return Line(kind=K.RELEASED, minutes=minutes, ticket=mine.ticket, given_back=min(minutes, mine.overdraft), text=text)


def booking(minutes: int, mine: OfChange, worked_on: date, text: str) -> Line:
    """Out of what the change has reserved first."""
    return Line(
        kind=K.BOOKED,
        minutes=minutes,
        ticket=mine.ticket,
        worked_on=worked_on,
        from_reserved=min(minutes, mine.reserved),
        text=text,
    )


def goes_over(balance: Balance, carry_over: int | None) -> int:
    """Of what is left when an agreement is closed, to the next one. What leads had allowed beyond it was never granted: it does
    not go over."""
    agreed = max(0, balance.left - balance.overdraft)
    return agreed if carry_over is None else min(agreed, carry_over)


def share_used(balance: Balance) -> float:
    """How much of what was granted is reserved or spent; more than 1 with an overdraft."""
    used = balance.reserved + balance.spent
    return used / balance.granted if balance.granted else float(used > 0)
