"""Rings where somebody hears it: the log at once, and a mail by a way of its own, never through the outbox."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import aiosmtplib
import structlog

from channels.email.outgoing.dkim_signature import Signer
from channels.email.outgoing.parts import as_sent
from channels.email.post import signer_of
from channels.email.send import connection_to
from channels.email.settings import Relay, relay_of
from channels.serve.alarm_mail import AlarmLetters
from channels.serve.compose import Parts
from intake.desk.alarm import Alarm
from intake.desk.ports import Clock

PATIENCE = 20.0  # seconds for each step of one try
PAUSES = (0.0, 5.0, 30.0, 120.0)  # seconds before each try
_HOUR = timedelta(hours=1)

log = structlog.get_logger()


class AlarmBell:
    """Without `letters` or a `relay` alarms stand in the log alone."""

    def __init__(
        self,
        letters: AlarmLetters | None,
        relay: Relay | None,
        clock: Clock,
        *,
        most_an_hour: int,
        mailed: Callable[[str], None],
        signer: Signer | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`mailed` is told how each mail went: `sent`, `failed` or `too many`."""
        self._letters = letters
        self._relay = relay
        self._clock = clock
        self._most_an_hour = most_an_hour
        self._mailed = mailed
        self._signer = signer
        self._pauses = pauses
        self._lately: deque[datetime] = deque()
        self._unmailed = 0
        self._under_way: set[asyncio.Task[None]] = set()

    def ring(self, alarm: Alarm) -> None:
        log.error("alarm.raised", alarm=alarm.name, what=alarm.what, since=alarm.since.isoformat(), do=alarm.remedy)
        if self._letters is not None and self._may_mail():
            unmailed, self._unmailed = self._unmailed, 0
            self._post(self._letters.raised(alarm, self._clock(), unmailed), alarm.name)

    def over(self, name: str, since: datetime, what: str) -> None:
        log.info("alarm.over", alarm=name, since=since.isoformat(), what=what)
        if self._letters is not None and self._may_mail():
            self._post(self._letters.over(name, since, self._clock(), what), name)

    async def close(self, grace: float) -> None:
        """What is under way gets `grace` seconds."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace)
        for task in self._under_way:
            task.cancel()

    def _may_mail(self) -> bool:
        if self._relay is None:
            return False
        now = self._clock()
        while self._lately and self._lately[0] <= now - _HOUR:
            self._lately.popleft()
        if len(self._lately) >= self._most_an_hour:
            self._unmailed += 1
            self._mailed("too many")
            return False
        self._lately.append(now)
        return True

    def _post(self, mail: EmailMessage, name: str) -> None:
        task = asyncio.create_task(self._send(mail, name))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, mail: EmailMessage, name: str) -> None:
        assert self._relay is not None
        assert self._letters is not None
        why = ""
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                await hand_over(mail, self._relay, self._letters.to, self._signer)
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
                why = str(fault) or type(fault).__name__
                log.warning("alarm.try_again", alarm=name, why=why)
            except Exception as fault:  # nobody waits for this task: what goes wrong must at least be read
                log.error("alarm.fault", alarm=name, exc_info=fault)
                why = repr(fault)
                break
            else:
                self._mailed("sent")
                return
        self._mailed("failed")
        log.error("alarm.not_mailed", alarm=name, why=why)


def bell_of(parts: Parts, mailed: Callable[[str], None]) -> AlarmBell:
    """As it is configured. Without a relay of their own alarms leave by the usual one: better than not at all."""
    email = parts.settings.email
    url = email.alarm_relay or email.smtp_relay
    letters = AlarmLetters(address=email.mail_address[0], to=email.alarm_mail, keys=parts.keys, instance=email.mail_address[0])
    return AlarmBell(
        letters if email.alarm_mail else None,
        relay_of(url) if url else None,
        parts.clock,
        most_an_hour=parts.policy.silence.most_mails_per_hour,
        mailed=mailed,
        signer=signer_of(email),
    )


async def hand_over(mail: EmailMessage, relay: Relay, to: Sequence[str], signer: Signer | None) -> None:
    """With the null reverse-path: what comes back of an automatic mail must not come to the desk. Raises SMTPException, OSError
    or TimeoutError."""
    raw = as_sent(mail)
    connection = connection_to(relay, PATIENCE)
    try:
        async with asyncio.timeout(3 * PATIENCE):
            await connection.connect()
            await connection.sendmail("", list(to), signer.signed(raw) if signer else raw)
            await connection.quit()
    finally:
        connection.close()
