"""What whoever reported a storm hears of it: each person once a stage, on the channel they used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.desk.case import Case
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.telling import REACHED_BY, Teller
from intake.domain.event import EventKind
from intake.domain.message import ThreadKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.storm import Storm, Told
from intake.domain.ticket import Ticket, spoken
from intake.domain.ticket_message import TicketMessage

KNOWN = "known"
ALONE = "alone"  # dissolved, or taken out: once for all of a person's tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Each case is the reporter's own ticket: an answer goes there."""

    teller: Teller
    replies: Replies

    def known(self, case: Case, storm: Storm) -> bool:
        """It is part of something larger. False if this is not said: it was before, or nobody would hear it."""
        due = (
            storm.next_update_at if storm.next_update_at is not None and storm.next_update_at > case.now else None
        )  # no past one
        fields = {"next": in_words(due), "message": str(storm.update) if storm.update is not None else ""}
        return self._tell(case, storm, KNOWN, NoticeKind.STORM_KNOWN, fields)

    def update(self, case: Case, storm: Storm) -> bool:
        fields = {"next": in_words(storm.next_update_at), "message": str(storm.update)}
        return self._tell(case, storm, f"update:{storm.update}", NoticeKind.STORM_UPDATE, fields, storm.update)

    def alone(self, case: Case, storm: Storm) -> bool:
        """It is no part of it after all."""
        return self._tell(case, storm, ALONE, NoticeKind.STORM_DISSOLVED, {})

    def hears(self, case: Case) -> TicketMessage | None:
        """What the person asked who would hear of it; None for machines, and where nobody is known."""
        opening, _ = case.books.tickets.opening(case.ticket.number)
        return opening if opening is not None and opening.answerable and case.ticket.caller is not None else None

    def person_of(self, case: Case) -> int:
        """Of a ticket that `hears` found somebody for."""
        person = person_of(case.ticket, case.books)
        assert person is not None
        return person

    def _tell(
        self,
        case: Case,
        storm: Storm,
        stage: str,
        kind: NoticeKind,
        fields: Mapping[str, str],
        message: int | None = None,
    ) -> bool:
        asked, person, ticket, books = self.hears(case), person_of(case.ticket, case.books), case.ticket, case.books
        addresses = self.replies.addresses(case, None) if asked is not None else []
        if asked is None or person is None or not addresses:
            return False
        told = Told(storm=storm.parent, stage=stage, person=person, ticket=ticket.number, at=case.now, message=message)
        if not books.storms.tell_once(told):
            return False
        address = addresses[0]
        channel = REACHED_BY[address.kind]
        refs = [ref for ref in books.threads.names(asked.id) if ref.channel is channel]
        names = (ref.value for ref in refs if ref.kind is ThreadKind.MESSAGE_ID)
        about = {"storm": spoken(storm.parent), "subject": asked.subject, "answers": next(names, ""), **fields}
        notice = Notice(kind=kind, fields={name: value for name, value in about.items() if value})
        self.teller.tell(ticket, notice, channel, address.value, books, case.now)
        reason = f"{address.value} was told: {_SAYS[kind]} {spoken(storm.parent)}"
        case.note(EventKind.STORM_TOLD, reason, {"storm": str(storm.parent)})
        return True


_SAYS: Mapping[NoticeKind, str] = {
    NoticeKind.STORM_KNOWN: "it is part of",
    NoticeKind.STORM_UPDATE: "an update of",
    NoticeKind.STORM_DISSOLVED: "it is no part of",
}


def person_of(ticket: Ticket, books: UnitOfWork) -> int | None:
    """One number for one person, whatever address they asked from."""
    contact = books.contacts.get(ticket.caller) if ticket.caller is not None else None
    return contact.id if contact is not None else ticket.caller


def in_words(moment: datetime | None) -> str:
    """As a notice carries it."""
    return moment.isoformat() if moment is not None else ""
