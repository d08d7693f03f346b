"""SMTP out: hands mail to the relay over a few connections that stay open."""

import asyncio

import aiosmtplib

from channels.email.letterhead import Letterhead
from channels.email.render import render
from channels.email.settings import Relay
from intake.desk.outbound import Outbound
from intake.domain.delivery import SentRef
from intake.domain.errors import DeliveryError

TIMEOUT = 50.0  # seconds for each step: RFC 5321 asks for patience, and the lease ends it at the latest
CONNECTIONS = 4
IDLE_SECONDS = 15.0  # relays hang up on idle clients; a fresh connection is cheaper than a late answer


class MailSender:
    def __init__(self, relay: Relay, letterhead: Letterhead) -> None:
        self._relay = relay
        self._letterhead = letterhead
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def send(self, outbound: Outbound) -> SentRef:
        """The relay's 250 makes it sent. A 5xx answer to this mail is permanent; everything else may pass."""
        mail = render(outbound, self._letterhead)
        sender = self._letterhead.return_path(outbound)
        async with self._slots:
            connection = await self._connected()
            try:
                await connection.send_message(mail, sender=sender, recipients=[outbound.delivery.address])
            except aiosmtplib.SMTPRecipientsRefused as refusal:
                await self._put_back(connection)
                raise _refused(refusal.recipients[0]) from refusal
            except aiosmtplib.SMTPResponseException as refusal:
                await self._put_back(connection)
                raise _refused(refusal) from refusal
            except aiosmtplib.SMTPNotSupported as fault:
                await self._put_back(connection)
                raise DeliveryError(f"the relay cannot carry this address: {fault}", permanent=True) from fault
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
                connection.close()
                raise DeliveryError(f"the relay broke off: {fault}", permanent=False) from fault
            except BaseException:
                connection.close()
                raise
            await self._put_back(connection)
        return SentRef(value=str(mail["Message-ID"]).strip("<>"))

    async def close(self) -> None:
        for _, connection in self._idle:
            connection.close()
        self._idle = []

    async def _connected(self) -> aiosmtplib.SMTP:
        while self._idle:
            since, connection = self._idle.pop()
            if connection.is_connected and asyncio.get_running_loop().time() - since < IDLE_SECONDS:
                return connection
            connection.close()
        relay = self._relay
        connection = connection_to(relay, TIMEOUT)
        try:
            await connection.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            connection.close()
            raise DeliveryError(f"the relay {relay.host}:{relay.port} does not answer: {fault}", permanent=False) from fault
        return connection

    async def _put_back(self, connection: aiosmtplib.SMTP) -> None:
        if connection.is_connected:
            self._idle.append((asyncio.get_running_loop().time(), connection))


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


def _refused(answer: aiosmtplib.SMTPResponseException) -> DeliveryError:
    return DeliveryError(f"the relay answered {answer.code} {answer.message}", permanent=500 <= answer.code < 600)
