"""SMTP in: 250 only after the commit, and a limit on everything that comes from outside."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from intake.desk.keys import KeyRing
from intake.desk.ports import Clock
from intake.desk.signed_names import bounced_message, ticket_of_reply_tag
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt

Receive = Callable[[Arrival], Awaitable[Receipt]]

MOST_RECIPIENTS = 100
IDLE_SECONDS = 60
LONGEST_LINE = 1 << 20  # sloppy HTML mail has lines far over RFC 5321's 1,000; refusing them would bounce it

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Doors:
    """Who is connected. `closing` refuses new mail while the desk shuts down."""

    most: int
    most_per_host: int
    closing: bool = False
    open: set["LimitedSMTP"] = field(default_factory=set)
    by_host: Counter[str] = field(default_factory=Counter)

    def refuse(self, host: str) -> str:
        """Why one more connection from there is too many; empty if it may come in."""
        if self.closing:
            return "421 4.3.2 The desk is shutting down, try again later"
        if len(self.open) >= self.most or self.by_host[host] >= self.most_per_host:
            return "421 4.7.0 Too many connections, try again later"
        return ""


class LimitedSMTP(SMTP):
    """aiosmtpd's server with limits on connections and idle time, and no name for its software."""

    line_length_limit = LONGEST_LINE

    def __init__(
        self,
        handler: "MailHandler",
        doors: Doors,
        *,
        hostname: str,
        largest: int,
        tls: ssl.SSLContext | None = None,
        require_tls: bool = False,
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=largest,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="ESMTP",
            timeout=IDLE_SECONDS,
            tls_context=tls,
            require_starttls=require_tls,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )
        self._doors = doors
        self._host = ""
        self.refusal = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._doors.open:  # it comes by again after STARTTLS
            self._enter(transport)
        super().connection_made(transport)

    def _enter(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self._host = str(peer[0]) if peer else "?"
        self.refusal = self._doors.refuse(self._host)
        self._doors.open.add(self)
        self._doors.by_host[self._host] += 1

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._doors.open:  # a handshake that failed is told twice
            self._leave()
        super().connection_lost(error)

    def _leave(self) -> None:
        self._doors.open.discard(self)
        self._doors.by_host[self._host] -= 1
        if not self._doors.by_host[self._host]:
            del self._doors.by_host[self._host]

    async def _handle_client(self) -> None:
        if self.refusal and self.transport is not None:
            await self.push(self.refusal)
            self.transport.close()
            return
        await super()._handle_client()

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHandler:
    """Answers aiosmtpd's hooks. `addresses` are the desk's own, lower case."""

    receive: Receive
    clock: Clock
    keys: KeyRing
    addresses: Sequence[str]
    doors: Doors

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if self.doors.closing:
            return "421 4.3.2 The desk is shutting down, try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if (refusal := self._refuse_recipient(address)) != "":
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content
        arrival = Arrival(
            channel=Channel.EMAIL,
            received_at=self.clock(),
            raw=raw if isinstance(raw, bytes) else b"",
            envelope=_envelope(session, envelope),
        )
        try:
            receipt = await self.receive(arrival)
        except StoreUnavailable as fault:
            log.warning("mail.try_again", why=str(fault))
            return "451 4.3.0 The desk cannot keep this right now, try again later"
        return f"250 2.6.0 Kept as {receipt.id}"

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, TLSSetupException):
            log.info("mail.no_tls", why=str(error.__cause__))
            return "454 4.7.0 TLS could not be set up"
        log.error("mail.fault", exc_info=error)
        return "451 4.3.0 Something is wrong at the desk, try again later"

    def _refuse_recipient(self, address: str) -> str:
        local, _, domain = address.lower().rpartition("@")
        plain, plus, tag = local.partition("+")
        known = f"{plain}@{domain}"
        if known in self.addresses:
            if not plus or ticket_of_reply_tag(self.keys, tag) is not None or bounced_message(self.keys, tag) is not None:
                return ""
            return f"550 5.1.1 This reply address is not valid (any more): write to {known}"
        if local == "postmaster" and any(own.endswith(f"@{domain}") for own in self.addresses):  # RFC 5321, 4.5.1
            return ""
        return "550 5.1.1 No such address at this desk"


def _envelope(session: Session, envelope: Envelope) -> Mapping[str, str]:
    return {
        "mail_from": _text(envelope.mail_from or ""),
        "rcpt_to": ",".join(_text(address) for address in envelope.rcpt_tos),
        "peer": str(session.peer[0]) if session.peer else "",
        "helo": _text(session.host_name or ""),
    }


def _text(value: str) -> str:
    """aiosmtpd decodes with surrogateescape; no database takes those."""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:1000]
