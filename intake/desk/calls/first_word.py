"""What opening does for a mail, as soon as a caller has said what it is about: people are woken, answered and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from intake.desk.case import Case
from intake.desk.labelling import Labeller
from intake.desk.lifecycle import OPEN, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.router import route
from intake.desk.storms.spotting import Spotted
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.call import Call
from intake.domain.channel import Address, AddressKind
from intake.domain.event import DESK, EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.page import URGENT
from intake.domain.ticket import State, Ticket, spoken

ACKNOWLEDGED_AFTER = timedelta(seconds=30)  # so that the text tells what the keys said


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWord:
    policy: Policy
    teller: Teller
    pager: Pager
    labeller: Labeller

    def revive(self, case: Case) -> None:
        """What was canceled because nothing had been said: the word was late (it had to wait for the store)."""
        if case.ticket.state is State.CANCELED and case.ticket.merged_into is None:
            back = move(move(case.ticket, State.IN_PROGRESS), State.NEW)
            case.write(EventKind.REOPENED, "the caller has said something after all", back, actor=DESK)

    def route(self, before: Ticket, case: Case) -> None:
        """To where its kind begins, unless somebody has moved it."""
        began = route(self.policy, before.kind, before.tier)
        if not before.assigned_to and (began.tier, began.team) == (before.tier, before.assignment_group):
            self.labeller.follow_kind(before, before.tier, "the caller has said what it is", case, tell=False)

    def tell(self, call: Call, case: Case, spotted: Spotted) -> None:
        """Once: what it is by now is known."""
        books, now = case.books, case.now
        if call.connected_to:
            case.note(EventKind.NOTED, f"nobody is woken by this: {call.connected_to} has the caller on the line")
        elif case.ticket.state in OPEN:
            self.pager.start(case.ticket, books, now, "from the start")
        if not spotted.told:
            self._acknowledge(call, case, spotted.storm)
        if spotted.storm is None:
            self.teller.tell_team(case.ticket, books, now)
        self.teller.show(case.ticket, books, now)

    def tell_anew(self, call: Call, case: Case, *, woke: bool) -> None:
        """Where people are woken since, and the acknowledgement has not left: it says so. `woke`: they were already."""
        if woke or self.pager.running(case.ticket, case.books) is None:
            return
        if case.books.outbox.cancel(
            case.ticket.number, [NoticeKind.ACKNOWLEDGEMENT], "people are being woken: a newer one says so"
        ):
            self._acknowledge(call, case, None)

    def _acknowledge(self, call: Call, case: Case, storm: int | None) -> None:
        if not call.caller or call.caller in self.teller.own:
            why = "the number is withheld, and was told to note it" if not call.caller else "it is the desk's own number"
            case.note(EventKind.NOT_ANSWERED, f"not answered: {why}")
            return
        paged = case.ticket.priority in URGENT and self.pager.running(case.ticket, case.books) is not None
        fields = {"subject": case.ticket.short_description, "paged": "yes" if paged else "", "call": "yes"}
        if storm is not None:
            fields["storm"] = spoken(storm)
        where = self.teller.living(Address(kind=AddressKind.PHONE, value=call.caller), case.books)
        if where is None:
            case.note(EventKind.NOT_ANSWERED, f"not answered: {call.caller} takes no texts, and no other way is known")
            return
        notice = Notice(kind=NoticeKind.ACKNOWLEDGEMENT, fields=fields)
        due = case.now + ACKNOWLEDGED_AFTER
        self.teller.tell(case.ticket, notice, REACHED_BY[where.kind], where.value, case.books, case.now, due=due)


def addresses_of(case: Case, policy: Policy) -> Sequence[Address]:
    """By which whoever calls may be on a list of important people."""
    caller = case.ticket.caller
    contact = case.books.contacts.get(caller) if caller is not None and policy.site.vips else None
    return contact.addresses if contact is not None else ()
