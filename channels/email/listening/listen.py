"""SMTP in: 250 only after the commit, and a limit on everything that comes from outside."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import AnyStr

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from channels.email.listening.manners import IDLE_SECONDS, MannerlySMTP, offered
from channels.email.rates import Rate, Rates, party_of
from intake.desk.keys import KeyRing
from intake.desk.ports import Clock
from intake.desk.signed_names import bounced_message, canary_of_tag, ticket_of_note_tag, ticket_of_reply_tag
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import StoreUnavailable
from intake.domain.receipt import Receipt

Receive = Callable[[Arrival], Awaitable[Receipt]]

MOST_RECIPIENTS = 100
_MEANINGS = (ticket_of_reply_tag, ticket_of_note_tag, bounced_message, canary_of_tag)  # of what is behind a plus sign
MOST_UNDER_WAY = 1 << 28  # bytes of all mails that are coming in at the moment

log = structlog.get_logger()


def _no_rates() -> Rates:
    return Rates(connections=Rate(each=0, together=0), mails=Rate(each=0, together=0))


@dataclass(slots=True, kw_only=True)
class Doors:
    """Who is connected, and what they bring. `closing` refuses new mail while the desk shuts down."""

    most: int
    most_per_host: int
    rates: Rates = field(default_factory=_no_rates)
    most_under_way: int = MOST_UNDER_WAY
    closing: bool = False
    under_way: int = 0
    open: set["LimitedSMTP"] = field(default_factory=set)
    by_party: Counter[str] = field(default_factory=Counter)
    _log: Rate = field(default_factory=lambda: Rate(each=1, together=60))  # lines a minute

    def refuse(self, host: str) -> str:
        """Why one more connection from there is too many; empty if it may come in."""
        if self.closing:
            return "421 4.3.2 The desk is shutting down, try again later"
        if len(self.open) >= self.most or self.by_party[party_of(host)] >= self.most_per_host:
            return self._refused(host, "421 4.7.0 Too many connections, try again later")
        if not self.rates.may_connect(host):
            return self._refused(host, "421 4.7.0 Too many connections in a minute, try again later")
        return ""

    def refuse_mail(self, host: str) -> str:
        if self.closing:
            return "421 4.3.2 The desk is shutting down, try again later"
        if not self.rates.may_bring_a_mail(host):
            return self._refused(host, "451 4.7.0 Too many mails in a minute, try again later")
        return ""

    def _refused(self, host: str, answer: str) -> str:
        if self._log.take(party_of(host)):
            log.warning("mail.too_much", host=host, answer=answer)
        return answer


class LimitedSMTP(MannerlySMTP):
    """aiosmtpd's server with limits on connections, rates and memory, and no name for its software."""

    ident = "ESMTP"

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
            ident=self.ident,
            timeout=IDLE_SECONDS,
            tls_context=tls,
            require_starttls=require_tls,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )
        self._doors = doors
        self._host = ""
        self._under_way = 0
        self.largest = largest
        self.refusal = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._doors.open:  # it comes by again after STARTTLS
            self._enter(transport)
        super().connection_made(transport)

    def _enter(self, transport: asyncio.BaseTransport) -> None:
        self._host = _host_of(transport.get_extra_info("peername"))
        self.refusal = self._doors.refuse(self._host)
        self._doors.open.add(self)
        self._doors.by_party[party_of(self._host)] += 1

    def data_received(self, data: bytes) -> None:
        self._count(len(data))
        if self._doors.under_way > self._doors.most_under_way:
            greediest = max(self._doors.open, key=lambda visit: visit._under_way)
            greediest.cut_for_greed()
            if greediest is self:
                return
        super().data_received(data)

    def cut_for_greed(self) -> None:
        log.warning("mail.too_much_at_once", host=self._host, bytes=self._under_way)
        self._count(-self._under_way)
        self.cut("421 4.3.1 Too much mail at once, try again later")

    async def push(self, status: AnyStr) -> None:
        self._count(-self._under_way)
        await super().push(status)

    def _count(self, more: int) -> None:
        self._under_way += more
        self._doors.under_way += more

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._doors.open:  # a handshake that failed is told twice
            self._leave()
        super().connection_lost(error)

    def _leave(self) -> None:
        self._doors.open.discard(self)
        self._count(-self._under_way)
        party = party_of(self._host)
        self._doors.by_party[party] -= 1
        if not self._doors.by_party[party]:
            del self._doors.by_party[party]

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
    authserv_ids: Sequence[str] = ()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return offered(responses)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if (refusal := self.doors.refuse_mail(_host_of(session.peer))) != "":
            return refusal
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
            envelope=self._envelope(session, envelope),
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
            if not plus or any(meaning(self.keys, tag) is not None for meaning in _MEANINGS):
                return ""
            return f"550 5.1.1 This reply address is not valid (any more): write to {known}"
        if address.lower() == "postmaster":
            return ""
        if local == "postmaster" and any(own.endswith(f"@{domain}") for own in self.addresses):  # RFC 5321, 4.5.1
            return ""
        return "550 5.1.1 No such address at this desk"

    def _envelope(self, session: Session, envelope: Envelope) -> Mapping[str, str]:
        host = _host_of(session.peer)
        said = {
            "mail_from": _text(envelope.mail_from or ""),
            "rcpt_to": ",".join(_text(address) for address in envelope.rcpt_tos),
            "peer": host,
            "helo": _text(session.host_name or ""),
        }
        if self.authserv_ids and self.doors.rates.trusts(host):  # anybody else can write what he likes into a header
            said["authserv_id"] = ",".join(self.authserv_ids)
        return said


def _host_of(peer: object) -> str:
    """Empty for a unix socket."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _text(value: str) -> str:
    """aiosmtpd decodes with surrogateescape; no database takes those."""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")[:1000]
