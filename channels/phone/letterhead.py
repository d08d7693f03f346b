"""What all texts and page calls of this desk have in common: its numbers, its links, its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.phone.texts.phrases import Phrases, phrases_of
from intake.desk.keys import KeyRing
from intake.desk.policy import Policy
from intake.desk.policy_file.phone import Line
from intake.desk.signed_names import change_key, page_key, portal_key
from intake.domain.delivery import Delivery
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLetterhead:
    """`numbers` are the desk's own, E.164, at least one; `phone` is the one that people are told to call. `public_url` has no
    slash at its end."""

    policy: Policy
    keys: KeyRing
    numbers: Sequence[str]
    public_url: str
    phone: str = ""

    def number_for(self, ticket: Ticket) -> str:
        """Where it came to, if that is a number of the desk; else the first."""
        return ticket.mailbox if ticket.mailbox in self.numbers else self.numbers[0]

    def line_for(self, ticket: Ticket) -> Line:
        return self.policy.phone.line(self.number_for(ticket))

    def phrases_for(self, ticket: Ticket) -> Phrases:
        return phrases_of(self.line_for(ticket).language)

    @property
    def told(self) -> str:
        """The number that people are told to call with what is urgent."""
        return self.phone or self.numbers[0]

    def page(self, delivery: Delivery) -> str:
        """The ticket's page, for whoever this delivery goes to."""
        return f"{self.public_url}/t/{portal_key(self.keys, delivery.id)}"

    def acknowledging(self, delivery: Delivery) -> str:
        return f"{self.public_url}/p/{page_key(self.keys, delivery.id)}"

    def deciding(self, delivery: Delivery) -> str:
        return f"{self.public_url}/c/{change_key(self.keys, delivery.id)}"
