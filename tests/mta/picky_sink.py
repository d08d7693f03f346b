"""A mail server that does not want mail for everybody, nor from everybody."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.harness.mail_sink import MailSink, Received

NO_SUCH_USER = "550 5.1.1 Nobody by that name"
FULL_MAILBOX = "452 4.2.2 The mailbox is full"
GREYLISTED = "450 4.2.0 Greylisted, come again"
NO_RELAYING = "554 5.7.1 Relay access denied"


class PickySink(MailSink):
    """`refusals` maps an address, or `@domain`, to what it hears instead of 250; `refused_sender` is said to every MAIL FROM.
    `asked` are all recipients that were named, `sessions` the connections that named one."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: dict[str, str] = {}
        self.refused_sender = ""
        self.asked: list[str] = []
        self.options: list[list[str]] = []
        self.raw: list[bytes] = []
        self.sessions: set[str] = set()

    @property
    def smtp(self) -> str:
        """host:port"""
        return self.url.removeprefix("smtp://")

    def given_to(self, address: str) -> list[Received]:
        return [mail for mail in list(self.received) if address in mail.rcpts]

    def hang_up(self) -> None:
        """On everybody who is connected, as relays do with those who say nothing for a while (RFC 5321, 3.8)."""
        for visit in list(self.visits):
            if isinstance(visit.transport, asyncio.WriteTransport):
                visit.transport.write(b"421 4.4.2 You have been silent for too long\r\n")
            visit.hang_up()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        self.options.append(mail_options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        self.asked.append(address)
        self.sessions.add(repr(session.peer))
        if refusal := self.refusals.get(address) or self.refusals.get(f"@{address.rpartition('@')[2]}"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.raw.append(content)
        return await super().handle_DATA(server, session, envelope)
