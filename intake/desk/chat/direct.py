"""Said to the desk alone: more of what this person just said, else decided as a text to the desk's number is."""

from dataclasses import dataclass

from intake.desk.chat.grouping import goes_on
from intake.desk.chat.moments import may_still_come
from intake.desk.chat.said import Said
from intake.desk.policy import Policy
from intake.desk.texting.hearing import TextHearer
from intake.desk.threads import Proof
from intake.domain.errors import TooEarly
from intake.domain.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    policy: Policy
    texts: TextHearer

    def hear(self, said: Said) -> Receipt | None:
        """Raises TooEarly below something that the desk does not know yet: its author's own words, or what it has just sent."""
        if not said.place.direct:
            return None
        if said.place.thread and may_still_come(said.place.thread, said.books, said.text.now):
            raise TooEarly(f"{said.place.thread} has not been booked yet")
        if (answered := self.texts.answer(said.text)) is not None:  # typed in one breath with what it is about
            return answered
        if (ticket := goes_on(said, self.policy.chat.group)) is not None:
            return self.texts.onto(ticket, said.text, Proof.RIGHT_AFTER)
        return self.texts.decide(said.text)
