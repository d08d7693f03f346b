"""Looking at chats without touching them."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from intake.domain.chat import Installation, Person, Room
from storage import chat, installations


class ChatReading:
    """The part of `SqlReader` that looks at chats."""

    _connection: Connection

    def room(self, id: str) -> Room | None:
        return chat.room_of(id, self._connection)

    def person(self, id: str) -> Person | None:
        return chat.person_of(id, self._connection)

    def person_with(self, mail: str) -> Person | None:
        return chat.person_with(mail, self._connection)

    def groups_of(self, person: str) -> frozenset[str]:
        return chat.groups_of(person, self._connection)

    def installations(self) -> Sequence[Installation]:
        return installations.all_installations(self._connection)

    def lookups_waiting(self) -> int:
        return chat.lookups_waiting(self._connection)

    def note_thread(self, channel: str, ref: str) -> int | None:
        return chat.card_ticket(channel, ref, self._connection)

    def chat_message(self, name: str) -> bool:
        return chat.is_on_a_ticket(name, self._connection)
