"""SMTP out: hands mail to the relay over a few connections that stay open."""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import NoReturn

import aiosmtplib
import structlog

from channels.email.outgoing.dkim_signature import Signer
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.parts import as_sent
from channels.email.outgoing.refusals import About, Stage, refusal_of
from channels.email.outgoing.waits import RELAY, Waits
from channels.email.render import render
from channels.email.settings import Relay
from intake.desk.outbound import Outbound
from intake.domain.delivery import SentRef
from intake.domain.errors import DeliveryError

TIMEOUT = 50.0  # seconds for each step: RFC 5321 asks for patience, and the lease ends it at the latest
CONNECTIONS = 4
IDLE_SECONDS = 15.0  # relays hang up on idle clients; a fresh connection is cheaper than a late answer
CLOSING = 421
STAGES = {
    aiosmtplib.SMTPSenderRefused: Stage.SENDER,
    aiosmtplib.SMTPRecipientRefused: Stage.RECIPIENT,
    aiosmtplib.SMTPDataError: Stage.CONTENT,
}

log = structlog.get_logger()


class MailSender:
    """`clock` counts seconds from any beginning."""

    def __init__(
        self,
        relay: Relay,
        letterhead: Letterhead,
        signer: Signer | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self._relay = relay
        self._letterhead = letterhead
        self._signer = signer
        self._waits = Waits(letterhead.policy.delivery, clock, random or Random())  # noqa: S311 - jitter
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def send(self, outbound: Outbound) -> SentRef:
        """The relay's 250 makes it sent. A 5xx answer to this mail is permanent; everything else may pass. Where the relay or
        the recipient's domain wants to be left alone nobody is asked, unless the mail wakes somebody."""
        address = outbound.delivery.address
        domain = address.rpartition("@")[2].lower()
        if not outbound.delivery.urgent:
            self._waits.demand_none(domain)
        name, raw = await asyncio.to_thread(self._written, outbound)
        sender = self._letterhead.return_path(outbound)
        options = [] if (sender + address).isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        async with self._slots:
            connection = await self._connected()
            try:
                await connection.sendmail(sender, [address], raw, mail_options=options)
            except aiosmtplib.SMTPRecipientsRefused as refusal:
                await self._refused(refusal.recipients[0], domain, connection)
            except aiosmtplib.SMTPResponseException as refusal:
                await self._refused(refusal, domain, connection)
            except aiosmtplib.SMTPNotSupported as fault:
                self._put_back(connection)
                raise DeliveryError(f"the relay cannot carry this address: {fault}", permanent=True) from fault
            except ValueError as fault:
                self._put_back(connection)
                raise DeliveryError("This address cannot be said to a relay", permanent=True) from fault
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
                connection.close()
                self._all_wait(f"the relay broke off: {fault}", fault)
            except BaseException:
                connection.close()
                raise
            self._put_back(connection)
        self._waits.end(RELAY, domain)
        return SentRef(value=name)

    async def close(self) -> None:
        for _, connection in self._idle:
            connection.close()
        self._idle = []

    def _written(self, outbound: Outbound) -> tuple[str, bytes]:
        """Its Message-ID without angle brackets, and the very bytes that are signed and sent."""
        mail = render(outbound, self._letterhead)
        raw = as_sent(mail, utf8=not outbound.delivery.address.isascii())
        return str(mail["Message-ID"]).strip("<>"), self._signer.signed(raw) if self._signer else raw

    async def _refused(self, answer: aiosmtplib.SMTPResponseException, domain: str, connection: aiosmtplib.SMTP) -> NoReturn:
        if answer.code == CLOSING:
            connection.close()
        else:
            self._put_back(connection)
        stage = STAGES.get(type(answer), Stage.CONNECT)
        says = f"the relay answered {answer.code} {answer.message}"
        refusal = refusal_of(stage, answer.code, answer.message)
        if refusal.about is About.RELAY:
            self._all_wait(says, answer, for_good=answer.code >= 500)
        self._waits.end(RELAY)
        if refusal.about is About.MAIL:
            raise DeliveryError(says, permanent=refusal.permanent) from answer
        raise DeliveryError(says, permanent=False, retry_after=self._waits.begin(domain, says)) from answer

    def _all_wait(self, says: str, fault: Exception, *, for_good: bool = False) -> NoReturn:
        """No mail would fare better. What sounds permanent needs a person: the relay is set up wrong, or we are."""
        if for_good:
            log.error(
                "relay.refuses_us", why=says, do="mend INTAKE_SMTP_RELAY or the relay; mail waits in the outbox meanwhile"
            )
        raise DeliveryError(says, permanent=False, retry_after=self._waits.begin(RELAY, says)) from fault

    async def _connected(self) -> aiosmtplib.SMTP:
        """One that stayed open and still answers, or a new one."""
        while self._idle:
            since, connection = self._idle.pop()
            if asyncio.get_running_loop().time() - since < IDLE_SECONDS and await _still_answers(connection):
                return connection
            connection.close()
        relay = self._relay
        connection = connection_to(relay, TIMEOUT)
        try:
            await connection.connect()
        except aiosmtplib.SMTPResponseException as refusal:
            connection.close()
            says = f"the relay {relay.host}:{relay.port} answered {refusal.code} {refusal.message}"
            self._all_wait(says, refusal, for_good=refusal.code >= 500)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            connection.close()
            self._all_wait(f"the relay {relay.host}:{relay.port} does not answer: {fault}", fault)
        except BaseException:
            connection.close()
            raise
        return connection

    def _put_back(self, connection: aiosmtplib.SMTP) -> None:
        if connection.is_connected:
            self._idle.append((asyncio.get_running_loop().time(), connection))


async def _still_answers(connection: aiosmtplib.SMTP) -> bool:
    """It forgets what came before, too. A relay that has closed it meanwhile (421) would fail the next mail for nothing."""
    try:
        await connection.rset()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        return False
    return connection.is_connected


def connection_to(relay: Relay, timeout: float) -> aiosmtplib.SMTP:
    """Not connected yet. `timeout` is in seconds, for each step."""
    return aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls,
        start_tls=relay.starttls,
        username=relay.username,
        password=relay.password,
        timeout=timeout,
    )
