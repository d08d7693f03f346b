"""A mail server that does not want mail for everybody."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.harness.mail_sink import MailSink, Received

NO_SUCH_USER = "550 5.1.1 Nobody by that name"
FULL_MAILBOX = "452 4.2.2 The mailbox is full"


class PickySink(MailSink):
    """`refusals` maps an address to what it hears instead of 250."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: dict[str, str] = {}

    @property
    def smtp(self) -> str:
        """host:port"""
        return self.url.removeprefix("smtp://")

    def given_to(self, address: str) -> list[Received]:
        return [mail for mail in list(self.received) if address in mail.rcpts]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"
