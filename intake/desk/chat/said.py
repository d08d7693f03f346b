"""Something that was said in a room of a chat, in the desk's hands."""

from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.ports import UnitOfWork
from intake.desk.texting.text_heard import TextHeard
from intake.domain.channel import Address
from intake.domain.chat import Place
from intake.domain.message import InboundMessage
from intake.domain.receipt import Outcome, Receipt
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`text` is what the rules of texts look at."""

    text: TextHeard
    place: Place

    @property
    def message(self) -> InboundMessage:
        return self.text.message

    @property
    def author(self) -> Address:
        return self.text.author

    @property
    def books(self) -> UnitOfWork:
        return self.text.books

    @property
    def name(self) -> str:
        return f"{self.place.room}/{self.place.said_at}"

    @property
    def root(self) -> str:
        """Of the conversation that it stands in, or begins."""
        return self.place.thread or self.name

    @property
    def is_top_level(self) -> bool:
        return not self.place.thread

    def case(self, ticket: Ticket) -> Case:
        return self.text.case(ticket)

    def receipt(self, outcome: Outcome, reason: str, ticket: int | None = None) -> Receipt:
        return self.text.receipt(outcome, reason, ticket)

    def suppressed(self, reason: str, ticket: int | None = None) -> Receipt:
        return self.text.receipt(Outcome.SUPPRESSED, reason, ticket)
