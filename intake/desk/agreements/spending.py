"""The hours that a change takes: reserved, worked, allowed beyond what is left, and given back when it is over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from intake.desk.agreements.book import Line, booking, release, reserve_as_much_as, takes
from intake.desk.agreements.in_words import in_hours, left_in_words
from intake.desk.agreements.open_book import OpenBook, demand_not_closed, open_books
from intake.desk.agreements.running_low import RunningLow
from intake.desk.agreements.spenders import demand_lead, demand_spender
from intake.desk.case import THE_DESK, Case
from intake.desk.changes.carried import carried, put
from intake.desk.changes.process import demand_stage
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.domain.agreement import EntryKind, OfChange
from intake.domain.change import ENDED, Change, Stage
from intake.domain.deed import ApproveOverdraft, BookHours, EstimateChange
from intake.domain.deed_shape import LONGEST_LINE
from intake.domain.errors import PolicyViolation
from intake.domain.event import EventKind
from intake.domain.ticket import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Whoever calls holds the ticket, so that nobody else writes for its change. Each deed returns what was done, in words."""

    policy: Policy
    teller: Teller

    def estimate(self, deed: EstimateChange, case: Case) -> str:
        """Raises IllegalTransition, NotFound, Forbidden; PolicyViolation that says what is left."""
        change = carried(case)
        demand_stage(deed, change)
        if change.stage is Stage.APPROVAL and (deed.minutes > change.estimate or not _stays_where_it_is(deed, change)):
            raise _only_shrinks(change)
        name = deed.agreement.strip()
        if not deed.minutes:
            return self._take_back(name, change, case)
        left = self._reserve(name, deed.minutes, change, case)
        said = f"estimated at {in_hours(deed.minutes)}, reserved in {name}: {left}"
        self._put(replace(change, agreement=name, estimate=deed.minutes), name, said, case)
        return said

    def reserve(self, case: Case, change: Change, agreement: str, minutes: int) -> Change:
        """As a template says: the change with its estimate, saved. It must be stored already. The desk itself may do it
        whoever spends there. Raises as `estimate`."""
        left = self._reserve(agreement, minutes, change, case)
        said = f"{in_hours(minutes)} reserved in {agreement}, as the template says: {left}"
        return self._put(replace(change, agreement=agreement, estimate=minutes), agreement, said, case)

    def book(self, deed: BookHours, case: Case) -> str:
        """Raises IllegalTransition, NotFound, Forbidden; PolicyViolation that says what is left."""
        change = carried(case)
        demand_stage(deed, change)
        name = _named(deed.agreement, change)
        book = self._open([name], case)[name]
        demand_not_closed(book.agreement)
        demand_spender(book.agreement, case.by, self.policy)
        worked_on = self._day_of(deed, book, case)
        mine = book.of(change.ticket)
        line = booking(deed.minutes, mine, worked_on, deed.text.strip())
        _demand_left(line, mine, book, change)
        book.write(line)
        said = f"{in_hours(deed.minutes)} of {worked_on} booked in {name}: {left_in_words(book.balance.left)}"
        data = {"agreement": name, "minutes": str(deed.minutes), "worked_on": worked_on.isoformat()}
        case.note(EventKind.HOURS_BOOKED, f"{said}; {_first_line(deed.text)}", data)
        self._look_at(book, case)
        return said

    def overdraft(self, deed: ApproveOverdraft, case: Case) -> str:
        """Also after the period has ended: for work that was done in it and is booked late."""
        change = carried(case)
        demand_stage(deed, change)
        demand_lead(change, case, self.policy)
        name = _named(deed.agreement, change)
        book = self._open([name], case)[name]
        demand_not_closed(book.agreement)
        reason = deed.reason.strip()
        book.write(Line(kind=EntryKind.OVERDRAFT, minutes=deed.minutes, ticket=change.ticket, text=reason))
        said = f"{in_hours(deed.minutes)} more than {name} has left are allowed, and reserved for {spoken(change.ticket)}"
        data = {"agreement": name, "minutes": str(deed.minutes)}
        case.write(EventKind.OVERDRAFT_APPROVED, f"{said}: {reason}", data=data)
        self._look_at(book, case)
        return said

    def release_all(self, case: Case, why: str) -> int:
        """The change needs nothing more: what it has reserved anywhere is given back. How many minutes that were."""
        has = case.books.agreements.of_change(case.ticket.number)
        books = self._open([name for name, mine in has.items() if mine.reserved], case)
        released = 0
        for name, book in books.items():
            minutes = self._release(book, case, why)
            released += minutes
            data = {"agreement": name, "minutes": str(-minutes)}
            case.note(EventKind.CHANGE_ESTIMATED, f"{in_hours(minutes)} given back to {name}: {_first_line(why)}", data)
        return released

    def _take_back(self, name: str, change: Change, case: Case) -> str:
        book = self._open([name], case)[name]
        demand_spender(book.agreement, case.by, self.policy)
        minutes = self._release(book, case, "not needed after all")
        if not minutes and name != change.agreement:
            return f"{spoken(change.ticket)} has nothing reserved in {name}"
        said = f"{in_hours(minutes)} given back to {name}: {left_in_words(book.balance.left)}"
        if name == change.agreement:
            # Whose product owners were asked to agree stays known.
            keeps = change.agreement if change.stage is Stage.APPROVAL else ""
            change = replace(change, agreement=keeps, estimate=0)
        self._put(change, name, said, case)
        return said

    def _reserve(self, name: str, minutes: int, change: Change, case: Case) -> str:
        """What is left then, in words. Nothing stays reserved where it was estimated before."""
        books = self._open({name, change.agreement} - {""}, case)
        book = books[name]
        if change.agreement and change.agreement != name:
            self._release(books[change.agreement], case, f"estimated in {name} now")
        demand_not_closed(book.agreement)
        if case.by is not THE_DESK:
            demand_spender(book.agreement, case.by, self.policy)
        mine = book.of(change.ticket)
        line = reserve_as_much_as(minutes, mine, f"estimated at {in_hours(minutes)}")
        if line is not None and line.kind is EntryKind.RESERVED:
            if change.stage is Stage.APPROVAL:  # some of what was estimated is worked already
                raise _only_shrinks(change)
            self._demand_not_over(book, case)
            _demand_left(line, mine, book, change)
        if line is not None:
            book.write(line)
            self._look_at(book, case)
        return left_in_words(book.balance.left)

    def _release(self, book: OpenBook, case: Case, why: str) -> int:
        mine = book.of(case.ticket.number)
        if mine.reserved:
            book.write(release(mine.reserved, mine, why[:LONGEST_LINE]))
            self._look_at(book, case)
        return mine.reserved

    def _demand_not_over(self, book: OpenBook, case: Case) -> None:
        if book.agreement.ends < self._today(case):
            raise PolicyViolation(f"{book.name} ended on {book.agreement.ends}: nothing is reserved in it any more")

    def _day_of(self, deed: BookHours, book: OpenBook, case: Case) -> date:
        today, agreement = self._today(case), book.agreement
        day = deed.worked_on or today
        if day > today:
            raise PolicyViolation(f"worked_on: {day} lies in the future; work is booked when it is done")
        if not agreement.starts <= day <= agreement.ends:
            when = "name the day of the work (worked_on)" if deed.worked_on is None else "book it in the agreement of that day"
            raise PolicyViolation(
                f"{book.name} runs from {agreement.starts} to {agreement.ends}, and {day} is not in it: {when}"
            )
        return day

    def _today(self, case: Case) -> date:
        return case.now.astimezone(self.policy.calendar.zone).date()

    def _open(self, names: Collection[str], case: Case) -> Mapping[str, OpenBook]:
        return open_books(names, case.books, by=case.by.name, now=case.now, ledger=case.ledger)

    def _put(self, change: Change, agreement: str, said: str, case: Case) -> Change:
        data = {"agreement": agreement, "minutes": str(change.estimate)}
        return put(change, case, EventKind.CHANGE_ESTIMATED, said, data)

    def _look_at(self, book: OpenBook, case: Case) -> None:
        RunningLow(policy=self.policy, teller=self.teller).look_at(book, case)


def _stays_where_it_is(deed: EstimateChange, change: Change) -> bool:
    return not deed.minutes or deed.agreement.strip() == change.agreement


def _only_shrinks(change: Change) -> PolicyViolation:
    """What approvers saw is what they approve."""
    stands = f"{in_hours(change.estimate)} in {change.agreement}" if change.agreement else "none"
    return PolicyViolation(
        f"{spoken(change.ticket)} waits for its approval: its estimate ({stands}) may only shrink now; to raise or move it,"
        " send it back (rework_change)"
    )


def _named(given: str, change: Change) -> str:
    name = given.strip() or change.agreement
    if not name:
        raise PolicyViolation(f"{spoken(change.ticket)} has no estimate: name the agreement")
    return name


def _demand_left(line: Line, mine: OfChange, book: OpenBook, change: Change) -> None:
    """Whoever is refused hears what there is, and what to do."""
    left, needs = book.balance.left, takes(line)
    if needs <= left:
        return
    more = f" more than is reserved for {spoken(change.ticket)}" if mine.reserved else ""
    instead = (
        "more hours can be agreed (amend_agreement)" if change.stage in ENDED else "a lead can allow it (approve_overdraft)"
    )
    raise PolicyViolation(f"{book.name} has {left_in_words(left)}, and this takes {in_hours(needs)}{more}: {instead}")


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:300]
