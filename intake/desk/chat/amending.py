"""Somebody changes what they said before, or takes it back: the ticket says so, and nothing is opened by it, nor reopened."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from intake.desk.case import Case
from intake.desk.chat.moments import MAY_BE_BROUGHT_AGAIN, may_still_come, message_in_chat, notes_in_chat
from intake.desk.chat.note_thread import NOT_STAFF, NoteThread, is_triage
from intake.desk.joining import final_ticket
from intake.desk.labelling import PERSON
from intake.desk.parties import takes_part
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.short_description import first_line
from intake.desk.telling import Teller
from intake.desk.texting.growing_worse import GrowingWorse
from intake.desk.texting.text_heard import TextHeard
from intake.domain.channel import Address
from intake.domain.chat import Amends, Place
from intake.domain.errors import TooEarly
from intake.domain.event import EventKind
from intake.domain.label import Label
from intake.domain.message import InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket, spoken
from intake.domain.ticket_message import Direction, TicketMessage

_LOOK_BACK = 50  # changes on one ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Amending:
    policy: Policy
    teller: Teller
    growing_worse: GrowingWorse
    notes: NoteThread

    def hear(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """Raises TooEarly where what it changes may still be on its way."""
        assert message.amends is not None
        ref = message_in_chat(message.amends.name)
        number = books.threads.bound([ref]).get(ref)
        ticket = books.tickets.get(number) if number is not None else None
        if ticket is None:
            if self._would_be_kept(message.place) and may_still_come(message.amends.name, books, now, MAY_BE_BROUGHT_AGAIN):
                raise TooEarly(f"{message.amends.name} has not been booked yet")
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason="amended: what it changes belongs to no ticket")
        kept = books.threads.message_of(ref)
        said = books.tickets.message(kept) if kept is not None else None
        if said is None or self._is_note(message.place, books):
            return self._amend_note(message, Case(ticket, books, now, channel=message.channel, ledger=ledger))
        case = Case(ticket, books, now, channel=message.channel, ledger=ledger)
        if message.amends.deleted:
            return self._withdraw(said, case)
        return self._amend(message, label, said, case)

    def _amend(self, message: InboundMessage, label: Label, said: TicketMessage, case: Case) -> Receipt:
        if message.text.strip() == said.body.strip():
            return _receipt(case, Outcome.SUPPRESSED, "amended: its words are the same")
        assert message.amends is not None
        if _is_newer(said, message.amends, case):
            return _receipt(case, Outcome.SUPPRESSED, "amended: a later change of it was heard before")
        books, who = case.books, _who(said)
        books.tickets.amend_message(said.id, body=message.text, full_body=message.full_text)
        data = {"message": str(said.id), "before": said.body, "edited": message.amends.edited}
        opening, _ = books.tickets.opening(case.ticket.number)
        renamed = case.ticket
        if opening is not None and opening.id == said.id and renamed.short_description == first_line(said.subject, said.body):
            renamed = replace(renamed, short_description=first_line(said.subject, message.text))
        if renamed != case.ticket:
            case.write(EventKind.MESSAGE_AMENDED, f"{who} changed what they had said", renamed, actor=who, data=data)
        else:
            case.note(EventKind.MESSAGE_AMENDED, f"{who} changed what they had said", data)
        if said.direction is Direction.IN and not said.held and not said.rejected and said.author is not None:
            self._press(message, label, said.author, case)
        self._tell(said, "changed what they had said", {"message": str(said.id)}, case)
        return _receipt(case, Outcome.APPLIED, f"amended: a message on {spoken(case.ticket.number)}")

    def _press(self, message: InboundMessage, label: Label, author: Address, case: Case) -> None:
        """As what was just added would; unless a person has judged it, or somebody stood by."""
        target = final_ticket(case.ticket, case.books)
        if target.label_version == PERSON or _was_judged(target, case.books):
            return
        if not takes_part(author, case.ticket, case.books):
            return
        assert case.ledger is not None
        heard = replace(message, author=author)
        text = TextHeard(message=heard, author=author, label=label, ledger=case.ledger, books=case.books, now=case.now)
        self.growing_worse.follow(text, target.number)

    def _withdraw(self, said: TicketMessage, case: Case) -> Receipt:
        """Whoever asked sees it no more; the desk's people do. What waited for an agent waits no longer."""
        who = _who(said)
        case.books.tickets.judge_message(said.id, public=False, held=False, rejected=said.rejected or said.held)
        case.note(EventKind.MESSAGE_WITHDRAWN, f"{who} deleted it", {"message": str(said.id)})
        self._tell(said, "deleted what they had said", {}, case)
        return _receipt(case, Outcome.APPLIED, f"amended: a message on {spoken(case.ticket.number)} was deleted")

    def _tell(self, said: TicketMessage, did: str, fields: dict[str, str], case: Case) -> None:
        target = final_ticket(case.ticket, case.books)
        self.teller.refresh(target, case.books, case.now)
        told = {"by": _who(said), "why": f"they {did}", **fields}
        self.teller.tell_holder(target, NoticeKind.ADDITION, case.books, case.now, told)

    def _amend_note(self, message: InboundMessage, case: Case) -> Receipt:
        """What was noted stays as it was; what its author says now is noted below."""
        assert message.amends is not None
        if message.amends.deleted:
            case.note(EventKind.MESSAGE_WITHDRAWN, "a work note was deleted where it was written; it stays here")
            return _receipt(case, Outcome.APPLIED, f"amended: a note on {spoken(case.ticket.number)} was deleted")
        agent = self.notes.speaking.agent(message.author, case.books.chat) if message.author is not None else None
        if agent is None:
            return _receipt(case, Outcome.SUPPRESSED, NOT_STAFF)
        if not message.text.strip():
            return _receipt(case, Outcome.SUPPRESSED, "amended: its words are the same")
        by = Case(case.ticket, case.books, case.now, by=agent.principal, channel=case.channel, ledger=case.ledger)
        return _receipt(by, Outcome.APPLIED, self.notes.write(f"(instead of what stands above) {message.text}", message, by))

    def _is_note(self, place: Place | None, books: UnitOfWork) -> bool:
        if place is None or not place.thread:
            return False
        ref = notes_in_chat(place.thread)
        return ref in books.threads.bound([ref])

    def _would_be_kept(self, place: Place | None) -> bool:
        """Of talk that is none of the desk's business nothing is waited for."""
        if place is None:
            return False
        listens = place.room in self.policy.chat.rooms or is_triage(place.room, self.policy)
        return listens or place.direct or place.mentioned or bool(place.thread)


def _was_judged(ticket: Ticket, books: UnitOfWork) -> bool:
    return bool(books.tickets.events_of(ticket.number, {EventKind.RELABELLED}, 1))


def _is_newer(said: TicketMessage, amends: Amends, case: Case) -> bool:
    """As it reads now, for chats do not keep the order."""
    if not amends.edited:
        return False
    known = case.books.tickets.events_of(case.ticket.number, {EventKind.MESSAGE_AMENDED}, _LOOK_BACK)
    edited = (one.data.get("edited", "") for one in known if one.data.get("message") == str(said.id))
    return any(Decimal(one) > Decimal(amends.edited) for one in edited if one)


def _who(said: TicketMessage) -> str:
    return said.author.value if said.author is not None else "its author"


def _receipt(case: Case, outcome: Outcome, reason: str) -> Receipt:
    assert case.ledger is not None
    return Receipt(id=case.ledger, outcome=outcome, reason=reason, ticket=case.ticket.number)
