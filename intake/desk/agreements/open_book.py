"""An agreement's book, open at its last line: nobody else writes into it until the unit of work ends."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from intake.desk.agreements.book import Line, next_entry, share_used
from intake.desk.ports import UnitOfWork
from intake.domain.agreement import Agreement, Balance, Entry, OfChange
from intake.domain.errors import NotFound, PolicyViolation


class OpenBook:
    """`agreement` and `balance` are as they are with everything that was written so far."""

    def __init__(self, agreement: Agreement, books: UnitOfWork, *, by: str, now: datetime, ledger: int | None) -> None:
        self.agreement = agreement
        self._books = books
        self._by, self._now, self._ledger = by, now, ledger
        self._last = books.agreements.last(agreement.name)

    @property
    def name(self) -> str:
        return self.agreement.name

    @property
    def balance(self) -> Balance:
        return self._last.after if self._last is not None else Balance()

    def of(self, ticket: int) -> OfChange:
        """What a change has here; whoever asks holds its ticket."""
        nothing = OfChange(ticket=ticket, reserved=0, spent=0)
        return self._books.agreements.of_change(ticket).get(self.name, nothing)

    def write(self, line: Line) -> Entry:
        entry = next_entry(
            self._last, line, agreement=self.name, by=self._by, at=self._now, ledger=self._ledger
        )  # fmt: skip
        self._books.agreements.write(entry)
        self._last = entry
        return entry

    def keep(self, agreement: Agreement) -> None:
        self._books.agreements.save(agreement)
        self.agreement = agreement

    def has_become_low(self, alert_at: float) -> bool:
        """True when most of it is used up, once; again after it was not."""
        low = share_used(self.balance) >= alert_at
        crossed = low and not self.agreement.alerted
        if low is not self.agreement.alerted:
            self.keep(replace(self.agreement, alerted=low))
        return crossed

    def forget_alarm(self, alert_at: float) -> None:
        if self.agreement.alerted and share_used(self.balance) < alert_at:
            self.keep(replace(self.agreement, alerted=False))


def open_books(
    names: Collection[str], books: UnitOfWork, *, by: str, now: datetime, ledger: int | None
) -> Mapping[str, OpenBook]:
    """By name, also closed agreements. They are locked in the order of names: two who write into two books at once do not
    wait for each other. Raises NotFound."""
    found: dict[str, OpenBook] = {}
    for name in sorted(set(names)):
        agreement = books.agreements.lock(name)
        if agreement is None:
            raise NotFound(f"There is no agreement called {name!r}")
        found[name] = OpenBook(agreement, books, by=by, now=now, ledger=ledger)
    return found


def demand_not_closed(agreement: Agreement) -> None:
    if agreement.closed_at is not None:
        raise PolicyViolation(
            f"{agreement.name} was closed on {agreement.closed_at:%Y-%m-%d}: nothing is written into it any more"
        )
