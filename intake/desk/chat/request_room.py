"""Said where several people read along: what a request channel takes, and what names the desk anywhere."""

from dataclasses import dataclass

from intake.desk.chat.grouping import goes_on, remember_talk
from intake.desk.chat.moments import MAY_BE_BROUGHT_AGAIN, MAY_STILL_COME, may_still_come
from intake.desk.chat.said import Said
from intake.desk.opening import Opener
from intake.desk.policy import Policy
from intake.desk.policy_file.chat import Take
from intake.desk.texting.hearing import TextHearer
from intake.desk.threads import Proof
from intake.domain.errors import TooEarly
from intake.domain.receipt import Outcome, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    policy: Policy
    opener: Opener
    texts: TextHearer

    def hear(self, said: Said) -> Receipt:
        """Raises TooEarly for an answer to what is a ticket in a moment."""
        room = self.policy.chat.rooms.get(said.place.room)
        every = room is not None and room.take is Take.EVERY
        if said.place.thread:
            patience = MAY_STILL_COME if said.place.mentioned else MAY_BE_BROUGHT_AGAIN  # whoever calls does not wait long
            if every and may_still_come(said.place.thread, said.books, said.text.now, patience):
                raise TooEarly(f"{said.place.thread} has not been booked yet")
            return self.open(said) if said.place.mentioned else said.suppressed("talk: in a thread that belongs to no ticket")
        if room is not None and (ticket := goes_on(said, self.policy.chat.group)) is not None:
            return self.texts.onto(ticket, said.text, Proof.RIGHT_AFTER)
        if every or said.place.mentioned:
            return self.open(said)
        remember_talk(said)
        return said.suppressed("talk: it does not name the desk")

    def open(self, said: Said) -> Receipt:
        text = said.text
        opened = self.opener.open(text.message, text.label, text.ledger, text.books, text.now)
        return said.receipt(Outcome.OPENED, "", opened.number)
