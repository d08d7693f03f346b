"""Getting to know the people and the rooms of a chat: who has to be looked up, and what a profile proves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.desk.case import Case
from intake.desk.chat.speaking import Speaking
from intake.desk.directory import Directory
from intake.desk.lifecycle import OPEN
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.desk.telling import Teller
from intake.domain.address_shape import address_of
from intake.domain.channel import Address, AddressKind
from intake.domain.chat import Lookup, LookupKind, LookupState, Person, Place, Room
from intake.domain.contact import Contact
from intake.domain.event import EventKind

FRESH = timedelta(days=1)  # a profile that was looked up longer ago is looked up again when its owner speaks
LATELY = timedelta(days=30)
MOST_AHEAD = 200  # members of one group
MOST_TOLD = 10  # tickets on whose timelines one link is written, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    policy: Policy
    teller: Teller

    def met(self, author: Address, place: Place | None, books: UnitOfWork, now: datetime) -> None:
        """Somebody spoke, or pressed something, there. A room that is known to be shared stays so until the channel says
        otherwise (RoomShared): not everything that is said in one says so."""
        if place is not None:
            self._keep_room(place, books)
        if author.kind is not AddressKind.SLACK:
            return
        known = books.chat.person(author.value)
        if known is None or known.looked_up_at is None or now - known.looked_up_at > FRESH:
            workspace = known.workspace if known is not None else place.workspace if place is not None else ""
            want(LookupKind.PERSON, author.value, workspace, books, now)

    def learnt(self, person: Person, books: UnitOfWork, now: datetime) -> None:
        """A profile as it is now. A mail that it proves, and did not prove before, makes one contact of the two addresses: what
        an agent took apart again stays apart. What was linked by an earlier mail stays linked."""
        former = books.chat.person(person.id)
        if not Speaking(policy=self.policy).proves_mail(person):
            person = replace(person, mail="")
        books.chat.keep_person(person)
        if person.mail and (former is None or former.mail != person.mail):
            self._link(person, books, now)
        if former is None or (former.name, former.mail) != (person.name, person.mail):
            self._show_anew(person, books, now)

    def is_gone(self, id: str, workspace: str, books: UnitOfWork, now: datetime) -> None:
        """The chat knows nobody by that id: nothing is proven from now on."""
        known = books.chat.person(id) or Person(id=id, workspace=workspace)
        books.chat.keep_person(replace(known, mail="", deactivated=True, looked_up_at=now))

    def will_meet(self, people: Collection[str], workspace: str, books: UnitOfWork, now: datetime) -> None:
        """They may act soon: who is not known yet is looked up, so that nobody has to try again."""
        for person in sorted(people)[:MOST_AHEAD]:
            if books.chat.person(person) is None:
                want(LookupKind.PERSON, person, workspace, books, now)

    def _keep_room(self, place: Place, books: UnitOfWork) -> None:
        known = books.chat.room(place.room)
        if known is None and place.shared is None:
            return  # it counts as shared as long as nobody knows
        workspace = place.workspace or (known.workspace if known is not None else "")
        shared = bool(place.shared) or (known is not None and known.shared)
        room = Room(id=place.room, workspace=workspace, direct=place.direct, shared=shared)
        if room != known:
            books.chat.keep_room(room)

    def _link(self, person: Person, books: UnitOfWork, now: datetime) -> None:
        """The older contact goes on."""
        try:
            mail = address_of(AddressKind.EMAIL, person.mail, person.name)
        except ValueError:
            return
        if mail.value in self.teller.own or Directory(policy=self.policy).is_a_team(mail.value):
            return  # a mailbox of several people proves nobody
        chat = Address(kind=AddressKind.SLACK, value=person.id, name=person.name)
        known = {address: contact for address in (chat, mail) if (contact := books.contacts.at(address)) is not None}
        if not known:
            name = person.name or mail.value
            books.contacts.add(Contact(id=books.next_id(), name=name, since=now, addresses=(chat, mail)))
            return
        contact = min(known.values(), key=lambda one: (one.since, one.id))
        joins = next((one for one in (chat, mail) if one not in known or known[one].id != contact.id), None)
        if joins is None or _were_taken_apart(known, chat, mail, books, now):
            return
        books.contacts.link(joins, contact.id)
        data = {"kind": joins.kind.value, "address": joins.value, "from": str(known[joins].id) if joins in known else ""}
        reason = f"{joins.value} is {contact.name} as well: the profile of {chat.value} in the chat has the mail {mail.value}"
        self._tell(contact, reason, data, books, now)

    def _tell(self, contact: Contact, reason: str, data: dict[str, str], books: UnitOfWork, now: datetime) -> None:
        """On the timelines of what they asked lately, from where an agent can undo it (`unlink_address`)."""
        numbers = books.texts.tickets_of(books.contacts.identities(contact.id), now - LATELY)[:MOST_TOLD]
        for ticket in books.tickets.many(numbers).values():
            Case(ticket, books, now).note(EventKind.ADDRESS_LINKED, reason, data)

    def _show_anew(self, person: Person, books: UnitOfWork, now: datetime) -> None:
        """Cards show who asked."""
        contact = books.contacts.at(Address(kind=AddressKind.SLACK, value=person.id))
        if contact is None:
            return
        numbers = books.texts.tickets_of(books.contacts.identities(contact.id), now)[:MOST_TOLD]
        for ticket in books.tickets.many(numbers).values():
            if ticket.state in OPEN:
                self.teller.refresh(ticket, books, now)


def _were_taken_apart(known: Mapping[Address, Contact], chat: Address, mail: Address, books: UnitOfWork, now: datetime) -> bool:
    """By an agent, on a ticket of the last thirty days: the chat may not have told the mail meanwhile."""
    for one, other in ((chat, mail), (mail, chat)):
        contact = known.get(one)
        numbers = books.texts.tickets_of(books.contacts.identities(contact.id), now - LATELY) if contact is not None else ()
        for number in numbers:
            undone = books.tickets.events_of(number, {EventKind.ADDRESS_UNLINKED}, MOST_TOLD)
            if any(event.data.get("address") == other.value for event in undone):
                return True
    return False


def want(
    kind: LookupKind, subject: str, workspace: str, books: UnitOfWork, now: datetime, *, by: str = "", author: str = ""
) -> bool:
    """False where it waits already."""
    return books.chat.want(
        Lookup(
            id=books.next_id(),
            kind=kind,
            subject=subject,
            workspace=workspace,
            state=LookupState.WAITING,
            due_at=now,
            created_at=now,
            by=by,
            author=author,
        )
    )
