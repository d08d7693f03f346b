"""What a chat needs beside the words: in which conversation they stand, under which card, in which room, and to whom."""

from dataclasses import dataclass

from intake.desk.chat.conversation import conversation_of, room_of
from intake.desk.chat.internal_place import mirror_of
from intake.desk.ports import UnitOfWork
from intake.domain.chat import Person, Room
from intake.domain.delivery import Delivery
from intake.domain.message import ThreadRef
from intake.domain.mirror import Mirror
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    answers: tuple[ThreadRef, ...] = ()
    mirror: Mirror | None = None
    room: Room | None = None
    person: Person | None = None


NO_CHAT = Surroundings()


def in_chat(delivery: Delivery, ticket: Ticket, books: UnitOfWork) -> Surroundings:
    answers = conversation_of(delivery, ticket, books)
    mirror = mirror_of(delivery.notice, books)
    in_room = room_of(answers[0]) if answers else delivery.address if delivery.mirror is not None or mirror is not None else ""
    return Surroundings(
        answers=answers,
        mirror=mirror,
        room=books.chat.room(in_room) if in_room else None,
        person=books.chat.person(delivery.address),
    )
