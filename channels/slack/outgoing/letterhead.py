"""What all messages of this desk in Slack have in common: its words, its links, its number."""

from dataclasses import dataclass
from datetime import datetime

from channels.slack.blocks.text import one_line
from channels.slack.words.phrases import Phrases, phrases_of, speaks
from intake.desk.keys import KeyRing
from intake.desk.outbound import Outbound
from intake.desk.policy import Policy
from intake.desk.signed_names import change_key, portal_key
from intake.desk.sla.clocks import keep_new
from intake.domain.delivery import Delivery
from intake.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackLetterhead:
    """`phone` is the number that people are told to call with what is urgent, or empty; `public_url` has no slash at its end,
    and is empty where there are no pages."""

    policy: Policy
    keys: KeyRing
    public_url: str = ""
    phone: str = ""

    def phrases_for(self, outbound: Outbound) -> Phrases:
        """A channel's own language first, for others read along there; then the person's, then the desk's."""
        room = self.policy.chat.rooms.get(outbound.room.id) if outbound.room is not None else None
        person = outbound.person.language if outbound.person is not None else ""
        said = (room.language if room is not None else "", person, self.policy.chat.language)
        return phrases_of(next((one for one in said if one and speaks(one)), ""))

    @property
    def own_phrases(self) -> Phrases:
        """Of the desk's own people among themselves."""
        return phrases_of(self.policy.chat.language)

    def team(self, name: str) -> str:
        return one_line(self.policy.team(name).title)

    def answer_by(self, ticket: Ticket) -> datetime | None:
        """Of a ticket that was just opened."""
        clock = keep_new(ticket, self.policy.version, self.policy.sla).response
        return clock.due if clock is not None else None

    def page(self, delivery: Delivery) -> str:
        """The ticket's page, for whoever this delivery goes to; empty where there are no pages."""
        return f"{self.public_url}/t/{portal_key(self.keys, delivery.id)}" if self.public_url else ""

    def deciding(self, delivery: Delivery) -> str:
        return f"{self.public_url}/c/{change_key(self.keys, delivery.id)}" if self.public_url else ""
