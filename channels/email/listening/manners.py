"""What aiosmtpd leaves open: senders who are slow or never end, answers that mail servers expect, commands for nobody."""

import asyncio
from collections import defaultdict
from time import monotonic
from typing import AnyStr

from aiosmtpd.smtp import SMTP

from channels.email.listening.answers import enhanced

IDLE_SECONDS = 60  # without a byte
SLOWEST_SECONDS = 900  # for one command or mail, however steadily it trickles in
LONGEST_LINE = 1 << 22  # bytes; sloppy HTML mail has lines far over RFC 5321's 1,000, and bare LFs end none
LONGEST_COMMAND = 512  # RFC 5321, 4.5.3.1.4
_MAIL_PARAMETERS = 100  # more for MAIL: SIZE, BODY, SMTPUTF8
_COMMANDS_AT_ONCE = 1 << 16  # bytes, of a client that pipelines


class MannerlySMTP(SMTP):
    """To be mixed in before aiosmtpd's servers. `largest` mail in bytes."""

    line_length_limit = LONGEST_LINE
    largest = 1 << 25
    _line = 0  # bytes since the last end of one
    _answered_at = 0.0
    _extended_at = 0.0

    def data_received(self, data: bytes) -> None:
        """aiosmtpd's clock runs for one command, also while a large mail comes in over a thin line; and it would keep a line
        without an end in memory for ever."""
        end = data.rfind(b"\r\n")
        self._line = len(data) - end - 2 if end >= 0 else self._line + len(data)
        if self._line > self.largest + _COMMANDS_AT_ONCE:
            self.cut("500 5.5.2 This line has no end")
            return
        now = monotonic()
        if now - self._extended_at > self._timeout_duration / 10 and now - self._answered_at < SLOWEST_SECONDS:
            self._extended_at = now
            self._reset_timeout()
        super().data_received(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._answered_at = self._extended_at = monotonic()
        # aiosmtpd keeps these for all connections together, and makes them longer with each EHLO.
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND, MAIL=LONGEST_COMMAND + _MAIL_PARAMETERS)
        super().connection_made(transport)

    async def push(self, status: AnyStr) -> None:
        """One line, or several with their CRLFs between them."""
        self._answered_at = monotonic()
        said = _octets(status)
        if said != f"250 {self.hostname}".encode():  # HELO; RFC 2034 leaves greetings alone
            said = enhanced(said)
        await super().push(said)

    def cut(self, answer: str) -> None:
        """The last word, in the midst of whatever is going on."""
        if self.transport is None:
            return
        if isinstance(self.transport, asyncio.WriteTransport) and not self._shakes_hands():
            self.transport.write(f"{answer}\r\n".encode())
        self.transport.close()

    def _timeout_cb(self) -> None:
        self.cut("421 4.4.2 Nothing came for too long, goodbye")

    def _shakes_hands(self) -> bool:
        return self._tls_protocol is not None and (self.session is None or self.session.ssl is None)

    async def smtp_EHLO(self, hostname: str) -> None:
        self.command_size_limits["MAIL"] = LONGEST_COMMAND + _MAIL_PARAMETERS
        await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self._tls_protocol is not None:  # aiosmtpd would wrap TLS in TLS
            await self.push("503 5.5.1 TLS is on already")
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: ARG002 - as aiosmtpd calls it
        await self.push("502 5.5.1 Nobody signs in here")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        try:
            return super()._getaddr(arg)
        except (LookupError, ValueError, AttributeError, TypeError, RecursionError):  # the standard library's own, on junk
            return None, None


def _octets(status: str | bytes) -> bytes:
    """What somebody sent and aiosmtpd repeats may be no UTF-8."""
    return status.encode("utf-8", "replace") if isinstance(status, str) else status


def offered(lines: list[str]) -> list[str]:
    """aiosmtpd's answer to EHLO as it should be: no AUTH, and what it can do without saying so. In one piece: it sends each
    line by itself."""
    kept = [line for line in lines if not line.startswith("250-AUTH")]
    return ["\r\n".join([*kept[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", *kept[-1:]])]
