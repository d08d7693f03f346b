"""What all mail of this desk has in common: its addresses, its signed names, its words, and where its pages are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from channels.email.outgoing.templates import Templates, shipped
from intake.desk.directory import Directory
from intake.desk.keys import KeyRing
from intake.desk.outbound import Outbound
from intake.desk.permissions import demand_deed
from intake.desk.policy import Policy
from intake.desk.signed_names import bounce_tag, change_key, message_id, note_tag, page_key, portal_key, reply_tag
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import Reply
from intake.domain.delivery import Delivery
from intake.domain.errors import Forbidden
from intake.domain.ticket import Ticket

NOBODY = ""  # the null reverse-path: a bounce of an automatic answer must not come back (RFC 3834, 3.3)
_AN_ANSWER = Reply(text="…")
_LONGEST_LOCAL_PART = 64  # octets (RFC 5321, 4.5.3.1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """`address` is the desk's first own address, `others` the rest; a ticket is answered from the one that it came to.

    `name` is what stands before it in From. Without a `public_url` mail carries no links. `phone` is
    the desk's number for what is urgent, or empty. `proving` are those of its addresses
    at which a mail can prove whom it is from, so that the desk's own people may answer there what they are told by mail.
    """

    address: str
    policy: Policy
    keys: KeyRing
    others: Sequence[str] = ()
    name: str = "Help desk"
    public_url: str = ""
    phone: str = ""
    proving: Collection[str] = ()
    templates: Templates = field(default_factory=shipped)

    def address_of(self, tickets: Sequence[Ticket]) -> str:
        """Where they came to, if that is still an address of the desk, and the same for all of them."""
        came_to = {ticket.mailbox.lower() for ticket in tickets}
        mailbox = came_to.pop() if len(came_to) == 1 else ""
        return mailbox if mailbox in self.others else self.address

    def language_of(self, tickets: Sequence[Ticket]) -> str:
        """A tag such as `de`; empty for the words of the desk."""
        mailbox = self.policy.mailboxes.get(self.address_of(tickets))
        return mailbox.language if mailbox else ""

    def reply_to(self, ticket: Ticket) -> str:
        return self._with_tag(ticket, reply_tag(self.keys, ticket.number)) or self.address_of([ticket])

    def passes_on(self, ticket: Ticket, mail: str) -> bool:
        """Would the requester get what somebody of the staff who has this address answers by mail?"""
        writer = Directory(policy=self.policy).writer(Address(kind=AddressKind.EMAIL, value=mail))
        if writer is None or ticket.merged_into is not None or not self._proves(ticket):
            return False
        try:
            demand_deed(writer.principal, _AN_ANSWER, ticket, self.policy)
        except Forbidden:
            return False
        return True

    def proven_note_address(self, ticket: Ticket) -> str:
        """As `note_address`; empty where nothing would prove that a note is from a colleague."""
        return self.note_address(ticket) if self._proves(ticket) else ""

    def thread_of(self, ticket: Ticket) -> str:
        """Under which name mail programs keep together what staff are told of a ticket. It is no mail's and proves nothing."""
        return f"ticket.{ticket.number}@{self.address.rpartition('@')[2]}"

    def note_address(self, ticket: Ticket) -> str:
        """Where the desk's own people write what the requester is not to see; empty where it would be too long."""
        return self._with_tag(ticket, note_tag(self.keys, ticket.number))

    def message_id(self, outbound: Outbound) -> str:
        """Without angle brackets."""
        delivery = outbound.delivery
        domain = self.address_of(outbound.tickets).rpartition("@")[2]
        return message_id(self.keys, delivery.ticket, delivery.id, domain)

    def return_path(self, outbound: Outbound) -> str:
        """Who is told if it cannot be delivered: of a human's answer we want to know which one it was (VERP).

        Where that address would be longer than mail systems take, it is the desk's own: the report names the Message-ID.
        """
        if outbound.reply is None:
            return NOBODY
        delivery = outbound.delivery
        tag = bounce_tag(self.keys, delivery.ticket, delivery.id)
        return self._with_tag(outbound.ticket, tag) or self.address_of([outbound.ticket])

    def page(self, delivery: Delivery) -> str:
        """The ticket's page, for whoever this delivery goes to; empty where no public URL is configured."""
        return f"{self.public_url}/t/{portal_key(self.keys, delivery.id)}" if self.public_url else ""

    def acknowledging(self, delivery: Delivery) -> str:
        """Where whoever gets this page says that they are on it; empty where no public URL is configured."""
        return f"{self.public_url}/p/{page_key(self.keys, delivery.id)}" if self.public_url else ""

    def deciding(self, delivery: Delivery) -> str:
        """Where whoever gets this decides on the ticket's change; empty where no public URL is configured."""
        return f"{self.public_url}/c/{change_key(self.keys, delivery.id)}" if self.public_url else ""

    def _proves(self, ticket: Ticket) -> bool:
        return self.address_of([ticket]) in self.proving

    def _with_tag(self, ticket: Ticket, tag: str) -> str:
        """Empty where it would be longer than mail systems take."""
        local, _, domain = self.address_of([ticket]).rpartition("@")
        tagged = f"{local}+{tag}"
        return f"{tagged}@{domain}" if len(tagged.encode()) <= _LONGEST_LOCAL_PART else ""
