"""`intake serve`: from settings to an open desk, and back to a closed one."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import structlog

from channels.email.imap.settings import imap_account_of
from channels.serve.compose import Parts, Settings, put_together
from channels.serve.desk_at_work import DeskAtWork, OpenDoors
from channels.serve.embedded import alone_in
from channels.serve.log import set_up_logging
from channels.serve.step import Passing, pass_by
from intake.desk.own_addresses import strange_mailboxes, told_themselves
from storage.migrate import demand_current, ready_embedded

SWITCH = 0.002  # seconds: at the default of 5 ms the event loop waits long behind the writer thread; at 1 ms they fight

log = structlog.get_logger()


def serve(settings: Settings, say: Callable[[str], None], passing: Passing = pass_by) -> None:
    """Runs until SIGTERM or SIGINT. Raises ConfigError before anything is open. `say` prints facts for people."""
    set_up_logging(settings.desk.log_level)
    sys.setswitchinterval(SWITCH)
    with ExitStack() as stack:
        if settings.desk.embedded:
            stack.enter_context(alone_in(settings.desk.data_dir))
        parts = put_together(settings)
        prepare_store(parts, say)
        asyncio.run(_work(parts, say, passing))


def prepare_store(parts: Parts, say: Callable[[str], None]) -> None:
    desk = parts.settings.desk
    if not desk.embedded:
        demand_current(parts.store.engine)
        return
    copy = ready_embedded(parts.store.engine, desk.data_dir / "backups", datetime.now(UTC))
    if copy is not None:
        say(f"The store was upgraded; the older one is kept as {copy}")


async def _work(parts: Parts, say: Callable[[str], None], passing: Passing) -> None:
    desk = DeskAtWork(parts, passing)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    doors = await desk.open()
    settle()
    for fact in facts(parts, doors):
        say(fact)
    await stop.wait()
    say("Closing: no new mail; what was promised is being written.")
    await desk.close()
    say("Closed.")


def settle() -> None:
    """What the desk is made of stays for as long as it runs. Searched for garbage with the rest, it would hold up all mail for
    60 ms now and then."""
    gc.collect()
    gc.freeze()


def facts(parts: Parts, doors: OpenDoors) -> list[str]:
    """What an administrator wants to know at once: one fact a line."""
    settings = parts.settings
    relay = settings.email.smtp_relay
    store = f"embedded, {settings.desk.data_dir.resolve() / 'desk.db'}" if settings.desk.embedded else "PostgreSQL"
    policy = f"{settings.desk.policy}" if settings.desk.policy else "as shipped"
    return [
        "The desk is open.",
        f"  mail in    smtp://{doors.smtp}{_tls(settings)}  for {', '.join(settings.email.mail_address)}",
        *([f"  lmtp in    lmtp://{doors.lmtp}  for a mail server of yours"] if doors.lmtp else []),
        *(f"  imap in    {imap_account_of(url.get_secret_value()).name}" for url in settings.email.imap),
        f"  mail out   {_without_password(relay) if relay else 'no relay: kept in the outbox (set INTAKE_SMTP_RELAY)'}",
        *(
            [f"  phone      {', '.join(settings.phone.twilio_number)}  at {_webhooks(settings)}"]
            if settings.phone.is_on
            else []
        ),
        f"  alarms     {_alarms(settings)}",
        f"  web        http://{doors.web}  /healthz /readyz /metrics /api/v1/openapi.json",
        f"  store      {store}",
        f"  policy     {policy}, version {parts.policy.version}",
        *(f"  warning    {warning}" for warning in _warnings(parts)),
        f"  look       {_called()} tickets | outbox | ledger | check",
    ]


def _warnings(parts: Parts) -> Iterator[str]:
    """`intake check` says how they are mended."""
    own = parts.settings.email.mail_address
    for address in strange_mailboxes(parts.policy, own):
        yield f"[[mailbox]] {address} is not among INTAKE_MAIL_ADDRESS: mail to it is refused"
    for who, mail in told_themselves(parts.policy, own):
        yield f"{who} has the mail {mail}, which is the desk itself: nobody would be told"


def _alarms(settings: Settings) -> str:
    email = settings.email
    if not email.alarm_mail:
        return "in the log alone (set INTAKE_ALARM_MAIL)"
    if email.alarm_relay is not None:
        return f"to {', '.join(email.alarm_mail)} by {_without_password(email.alarm_relay)}"
    same = "by the same relay as all mail (set INTAKE_ALARM_RELAY)" if email.smtp_relay else "but by no relay: in the log alone"
    return f"to {', '.join(email.alarm_mail)} {same}"


def _tls(settings: Settings) -> str:
    if settings.email.smtp_tls_cert is None:
        return ""
    return " (only with STARTTLS)" if settings.email.smtp_require_tls else " (STARTTLS)"


def _webhooks(settings: Settings) -> str:
    return f"{settings.desk.public_url}/twilio  (intake setup twilio)"


def _called() -> str:
    """How whoever reads this calls the command line."""
    program = os.path.relpath(sys.argv[0])
    return program if not program.startswith("..") else sys.argv[0]


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
