"""A human's answer leaves with an address of its own to come back to, by real sockets, and that address leads to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiosmtplib import SMTP, SMTPRecipientsRefused

from channels.email.listening.listen import Doors, LimitedSMTP, MailHandler
from channels.email.parse import parse
from channels.email.send import MailSender
from channels.email.settings import relay_of
from intake.desk.outbound import Outbound
from intake.desk.signed_names import OwnMessage, bounced_message
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.message import Nature, ThreadKind, ThreadRef
from intake.domain.receipt import Outcome, Receipt
from tests.email.outgoing import KEYS, MONDAY, PLAIN, acknowledgement, reply
from tests.harness.mail_sink import MailSink, Received

REPORT = b"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@customer.example
Action: failed
Status: 5.1.1

--b--
""".replace(b"\n", b"\r\n")


async def sent(outbound: Outbound) -> Received:
    with MailSink() as sink:
        sender = MailSender(relay_of(sink.url), PLAIN)
        await sender.send(outbound)
        await sender.close()
        (mail,) = sink.received
    return mail


@asynccontextmanager
async def a_door(arrivals: list[Arrival]) -> AsyncIterator[SMTP]:
    """Somebody at the desk's own door."""

    async def receive(arrival: Arrival) -> Receipt:
        arrivals.append(arrival)
        return Receipt(id=1, outcome=Outcome.APPENDED, ticket=1042)

    doors = Doors(most=5, most_per_host=5)
    handler = MailHandler(receive=receive, clock=lambda: MONDAY, keys=KEYS, addresses=[PLAIN.address], doors=doors)

    def session() -> LimitedSMTP:
        return LimitedSMTP(handler, doors, hostname="help.example", largest=100_000)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    client = SMTP(hostname="127.0.0.1", port=server.sockets[0].getsockname()[1], start_tls=False)
    await client.connect()
    try:
        yield client
    finally:
        await client.quit()
        server.close()


async def test_a_report_finds_the_very_answer_that_it_brings_back() -> None:
    mail = await sent(reply())
    arrivals: list[Arrival] = []
    async with a_door(arrivals) as client:
        await client.sendmail("", [mail.mail_from.upper()], REPORT)
    message = parse(arrivals[0])
    assert message.nature is Nature.BOUNCE
    (ref,) = [ref for ref in message.answers if ref.kind is ThreadKind.REPLY_ADDRESS]
    assert bounced_message(KEYS, ref.value) == OwnMessage(1042, 77)


async def test_an_automatic_answer_leaves_without_a_way_back() -> None:
    assert (await sent(acknowledgement())).mail_from in {"", "<>"}


@pytest.mark.parametrize("tag", ["b.1042.77.aaaaaaaaaaaaaaaa", "b.1042.77", "b", "1042.aaaaaaaaaaaaaaaa"])
async def test_an_address_that_the_desk_did_not_sign_is_refused_at_the_door(tag: str) -> None:
    async with a_door([]) as client:
        with pytest.raises(SMTPRecipientsRefused, match="not valid"):
            await client.sendmail("", [f"desk+{tag}@help.example"], REPORT)


def test_the_tag_passes_through_unharmed_whatever_case_it_comes_in() -> None:
    tag = PLAIN.return_path(reply()).partition("+")[2].partition("@")[0]
    envelope = {"mail_from": "", "rcpt_to": f"DESK+{tag.upper()}@HELP.EXAMPLE"}
    message = parse(Arrival(channel=Channel.EMAIL, received_at=MONDAY, raw=REPORT, envelope=envelope))
    assert ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=tag) in message.answers
