"""What all mail of this desk has in common: its address, its signed names, and where its pages are."""

from dataclasses import dataclass

from intake.desk.keys import KeyRing
from intake.desk.outbound import Outbound
from intake.desk.policy import Policy
from intake.desk.signed_names import bounce_tag, message_id, portal_key, reply_tag
from intake.domain.delivery import Delivery
from intake.domain.ticket import Ticket

NOBODY = ""  # the null reverse-path: a bounce of an automatic answer must not come back (RFC 3834, 3.3)
_LONGEST_LOCAL_PART = 64  # octets (RFC 5321, 4.5.3.1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """`address` is the desk's own; its domain is in every Message-ID. Without a `public_url` mail carries no links."""

    address: str
    policy: Policy
    keys: KeyRing
    public_url: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def reply_to(self, ticket: Ticket) -> str:
        return self._with_tag(reply_tag(self.keys, ticket.number))

    def message_id(self, delivery: Delivery) -> str:
        """Without angle brackets."""
        return message_id(self.keys, delivery.ticket, delivery.id, self.domain)

    def return_path(self, outbound: Outbound) -> str:
        """Who is told if it cannot be delivered: of a human's answer we want to know which one it was (VERP).

        Where that address would be longer than mail systems take, it is the desk's own: the report names the Message-ID.
        """
        if outbound.reply is None:
            return NOBODY
        delivery = outbound.delivery
        address = self._with_tag(bounce_tag(self.keys, delivery.ticket, delivery.id))
        return address if len(address.rpartition("@")[0].encode()) <= _LONGEST_LOCAL_PART else self.address

    def page(self, delivery: Delivery) -> str:
        """The ticket's page, for whoever this delivery goes to; empty where no public URL is configured."""
        return f"{self.public_url}/t/{portal_key(self.keys, delivery.id)}" if self.public_url else ""

    def _with_tag(self, tag: str) -> str:
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{tag}@{domain}"
