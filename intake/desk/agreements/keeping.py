"""Work agreements are opened, amended and closed: deeds that are about no ticket."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from intake.desk.agreements.book import Line, goes_over
from intake.desk.agreements.in_words import in_hours, left_in_words
from intake.desk.agreements.open_book import OpenBook, demand_not_closed, open_books
from intake.desk.agreements.spenders import known_spenders
from intake.desk.permissions import demand_keeping
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.address_shape import address_of
from intake.domain.agreement import Agreement, EntryKind
from intake.domain.channel import AddressKind
from intake.domain.deed import AgreementDeed, AmendAgreement, CloseAgreement, OpenAgreement
from intake.domain.deed_shape import LONGEST_LINE
from intake.domain.errors import PolicyViolation
from intake.domain.principal import Principal
from intake.domain.ticket import spoken

MOST_NAMED = 10  # changes that are in the way, in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who does it, when, and inside which unit of work. `ledger` is the input that it comes from."""

    by: Principal
    books: UnitOfWork
    now: datetime
    ledger: int

    def open(self, *names: str) -> Mapping[str, OpenBook]:
        return open_books(names, self.books, by=self.by.name, now=self.now, ledger=self.ledger)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    policy: Policy

    def apply(self, deed: AgreementDeed, hands: Hands) -> str:
        """What was done, in words. Raises Forbidden, NotFound, PolicyViolation."""
        demand_keeping(hands.by, deed)
        return self.handlers[type(deed)](deed, hands)

    @property
    def handlers(self) -> Mapping[type[AgreementDeed], Callable[..., str]]:
        return {OpenAgreement: self._enter, AmendAgreement: self._amend, CloseAgreement: self._close}

    def _enter(self, deed: OpenAgreement, hands: Hands) -> str:
        name = deed.agreement
        if name != " ".join(name.split()):
            raise PolicyViolation(f"agreement: write {' '.join(name.split())!r}, without blanks around it or two in a row")
        there = next((one for one in hands.books.agreements.names() if _heard(one) == _heard(name)), None)
        if there is not None:
            raise PolicyViolation(f"There is an agreement called {there} already: amend it, or choose another name")
        agreement = Agreement(
            name=name,
            party=deed.party.strip(),
            starts=deed.starts,
            ends=deed.ends,
            spenders=known_spenders(deed.spenders, self.policy),
            product_owners=_mail_addresses(deed.product_owners),
            carry_over=deed.carry_over,
            opened_by=hands.by.name,
            opened_at=hands.now,
        )
        hands.books.agreements.add(agreement)
        line = Line(kind=EntryKind.GRANTED, minutes=deed.minutes, text=f"agreed with {agreement.party}")
        hands.open(name)[name].write(line)
        return f"{name}: {in_hours(deed.minutes)} for {agreement.party}, {agreement.starts} to {agreement.ends}"

    def _amend(self, deed: AmendAgreement, hands: Hands) -> str:
        book = hands.open(deed.agreement)[deed.agreement]
        agreement, left = book.agreement, book.balance.left
        demand_not_closed(agreement)
        if deed.fewer > left:
            raise PolicyViolation(f"{agreement.name} has {left_in_words(left)}: {in_hours(deed.fewer)} cannot be taken away")
        if deed.ends is not None and deed.ends < agreement.starts:
            raise PolicyViolation(f"ends: {agreement.name} starts on {agreement.starts}, after {deed.ends}")
        amended = replace(
            agreement,
            ends=deed.ends or agreement.ends,
            spenders=known_spenders(deed.spenders, self.policy) or agreement.spenders,
            product_owners=_mail_addresses(deed.product_owners) or agreement.product_owners,
        )
        done = "; ".join(_amendments(deed, amended))
        # Also where no hours change: the book says who agreed to what.
        text = f"{deed.reason.strip()} ({done})"[:LONGEST_LINE]
        book.write(Line(kind=EntryKind.AMENDED, minutes=deed.more - deed.fewer, text=text))
        if amended != agreement:
            book.keep(amended)
        book.forget_alarm(self.policy.changes.alert_at)
        return f"{agreement.name}: {done}; {left_in_words(book.balance.left)}"

    def _close(self, deed: CloseAgreement, hands: Hands) -> str:
        into = deed.into.strip()
        if into == deed.agreement:
            raise PolicyViolation(f"into: {into} is what is being closed; name the agreement that comes after it")
        books = hands.open(*filter(None, (deed.agreement, into)))
        book, following = books[deed.agreement], books.get(into)
        demand_not_closed(book.agreement)
        self._demand_nothing_reserved(book, hands)
        over = self._carry(book, following) if following is not None else 0
        book.keep(replace(book.agreement, closed_at=hands.now))
        where = f", {in_hours(over)} of them over to {into}" if following is not None else ""
        return f"{book.name} closed with {left_in_words(book.balance.left + over)}{where}"

    def _demand_nothing_reserved(self, book: OpenBook, hands: Hands) -> None:
        has = hands.books.agreements.reserved(book.name)
        if has:
            named = ", ".join(f"{spoken(one.ticket)} ({in_hours(one.reserved)})" for one in has[:MOST_NAMED])
            more = f" and {len(has) - MOST_NAMED} more" if len(has) > MOST_NAMED else ""
            raise PolicyViolation(
                f"{book.name}: {named}{more} have hours reserved; end them, or estimate them elsewhere, first"
            )

    def _carry(self, book: OpenBook, following: OpenBook) -> int:
        """How many minutes went over."""
        old, new = book.agreement, following.agreement
        demand_not_closed(new)
        if new.party.casefold() != old.party.casefold():
            raise PolicyViolation(f"into: {new.name} is an agreement with {new.party}, not with {old.party}")
        if new.ends < old.ends:
            raise PolicyViolation(f"into: {new.name} ends on {new.ends}, before {old.name}: it does not come after it")
        over = goes_over(book.balance, old.carry_over)
        if over:
            book.write(Line(kind=EntryKind.CARRIED_OUT, minutes=over, text=f"over to {new.name}"))
            following.write(Line(kind=EntryKind.CARRIED_IN, minutes=over, text=f"left over from {old.name}"))
            following.forget_alarm(self.policy.changes.alert_at)
        return over


def _heard(name: str) -> str:
    """On the phone, names that differ in case or in how their letters are put together are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def _amendments(deed: AmendAgreement, amended: Agreement) -> list[str]:
    return [
        *([f"{in_hours(deed.more)} more"] if deed.more else []),
        *([f"{in_hours(deed.fewer)} fewer"] if deed.fewer else []),
        *([f"ends on {amended.ends}"] if deed.ends else []),
        *([f"spenders {', '.join(amended.spenders)}"] if deed.spenders else []),
        *([f"product owners {', '.join(amended.product_owners)}"] if deed.product_owners else []),
    ]


def _mail_addresses(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, lower-cased."""
    try:
        return tuple(dict.fromkeys(address_of(AddressKind.EMAIL, text).value for text in texts))
    except ValueError as fault:
        raise PolicyViolation(f"product_owners: {fault}") from fault
