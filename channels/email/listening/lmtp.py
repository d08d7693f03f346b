"""LMTP in (RFC 2033): what a mail server beside the desk speaks to hand mail over, one answer for each recipient."""

from typing import AnyStr

from aiosmtpd.lmtp import LMTP

from channels.email.listening.listen import LimitedSMTP


class LimitedLMTP(LimitedSMTP, LMTP):
    """The same limits, handler and answers as SMTP."""

    ident = "LMTP"
    _owed = 1

    async def push(self, status: AnyStr) -> None:
        """Whatever ends the data is said once for each recipient (section 4.2), a fault of ours too: aiosmtpd says it once,
        and the mail server would take it for the first recipient's and wait for the rest."""
        times, self._owed = self._owed, 1
        if _is_go_ahead(status) and self.envelope is not None:
            self._owed = len(self.envelope.rcpt_tos)
        for _ in range(times):
            await super().push(status)


def _is_go_ahead(status: str | bytes) -> bool:
    return isinstance(status, str) and status.startswith("354 ")
