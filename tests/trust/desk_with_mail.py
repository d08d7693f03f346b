"""A desk that takes raw mails, as they come from a mail server that it trusts."""

from dataclasses import dataclass

from channels.email.parse import parse
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.receipt import Receipt
from tests.desk.at_the_desk import AtTheDesk

OUR_SERVER = "mx.desk.example"


@dataclass
class DeskWithMail(AtTheDesk):
    def takes_in(self, raw: bytes, *, mail_from: str = "ann@customer.example", rcpt_to: str = "") -> Receipt:
        envelope = {"mail_from": mail_from, "rcpt_to": rcpt_to, "authserv_id": OUR_SERVER}
        arrival = Arrival(channel=Channel.EMAIL, received_at=self.clock(), raw=raw, envelope=envelope)
        incoming = understand(arrival, parse, self.classifier)
        assert not incoming.fault
        with self.store.begin() as books:
            return self.desk.receive(incoming, books)


def proven(domain: str) -> str:
    """What our own mail server writes above a mail of that domain."""
    return f"{OUR_SERVER}; dmarc=pass header.from={domain}"


def letter(
    text: str,
    *,
    sender: str = "Ann <ann@customer.example>",
    to: str = "desk@localhost",
    subject: str = "Printer",
    name: str = "",
    proof: str = "",
    **headers: str,
) -> bytes:
    """`headers` by name, underscores for hyphens; `proof` is an Authentication-Results field on top."""
    lines = [f"Authentication-Results: {proof}"] if proof else []
    lines += [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Message-ID: <{name}>"] if name else []
    lines += [f"{field.replace('_', '-')}: {value}" for field, value in headers.items()]
    return ("\r\n".join(lines) + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n").encode()
