"""What is said in a chat: notes, answers, more of the same, a new matter; in the order of docs/slack.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.desk.chat.acquaintance import Acquaintance
from intake.desk.chat.amending import Amending
from intake.desk.chat.direct import Direct
from intake.desk.chat.in_thread import InThread
from intake.desk.chat.marking import Marking, in_whose_name, where_the_desk_is
from intake.desk.chat.note_thread import NoteThread
from intake.desk.chat.request_room import Rooms
from intake.desk.chat.said import Said
from intake.desk.opening import Opener
from intake.desk.ports import UnitOfWork
from intake.desk.texting.text_heard import TextHeard
from intake.domain.label import Label
from intake.domain.message import InboundMessage, Nature
from intake.domain.receipt import Outcome, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatHearer:
    opener: Opener
    acquaintance: Acquaintance
    note_thread: NoteThread
    in_thread: InThread
    direct: Direct
    rooms: Rooms
    amending: Amending
    marking: Marking

    @property
    def rules(self) -> Sequence[Callable[[Said], Receipt | None]]:
        """The first that knows what was said decides."""
        return (self.note_thread.hear, self.in_thread.hear, self.direct.hear, self.rooms.hear)

    def hear(self, message: InboundMessage, label: Label, ledger: int, books: UnitOfWork, now: datetime) -> Receipt:
        """Raises TooEarly for what refers to something that may still be on its way."""
        message = in_whose_name(where_the_desk_is(message, books))
        if why_not := self._why_not(message):
            return Receipt(id=ledger, outcome=Outcome.SUPPRESSED, reason=why_not)
        if message.place is not None:
            books.chat.alone_in(message.place.room)
        if message.author is not None:
            self.acquaintance.met(message.author, message.place, books, now)
        if message.amends is not None:
            return self.amending.hear(message, label, ledger, books, now)
        if message.author is None:
            opened = self.opener.open(message, label, ledger, books, now)
            return Receipt(id=ledger, outcome=Outcome.OPENED, ticket=opened.number)
        text = TextHeard(message=message, author=message.author, label=label, ledger=ledger, books=books, now=now)
        return self._decide(text)

    def _decide(self, text: TextHeard) -> Receipt:
        if (receipt := self.marking.hear(text)) is not None:
            return receipt
        place = text.message.place
        rules = self.rules if place is not None else ()
        for rule in rules:
            assert place is not None
            if (receipt := rule(Said(text=text, place=place))) is not None:
                return receipt
        opened = self.opener.open(text.message, text.label, text.ledger, text.books, text.now)  # of a form, or a command
        return text.receipt(Outcome.OPENED, "", opened.number)

    def _why_not(self, message: InboundMessage) -> str:
        if message.nature is Nature.BOT:
            return "bot: another program's words"
        if message.nature is Nature.OWN_LOOP or (message.author is not None and message.author.value in self.opener.teller.own):
            return "own_loop: the desk's own words came back"
        return ""
