"""Lets a canary fly: out by the usual relay, home by whatever way mail to the desk takes."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib
import structlog

from channels.email.outgoing.dkim_signature import Signer
from channels.email.outgoing.unbroken_headers import blank_mail
from channels.email.settings import Relay
from channels.serve.alarm_bell import hand_over
from intake.desk.keys import KeyRing
from intake.desk.signed_names import loop_mark
from intake.desk.silence import canary_address

_SAYS = "The help desk writes this to itself, to see whether mail leaves and comes in. It needs no answer.\n"

log = structlog.get_logger()


async def let_fly(addresses: Sequence[str], relay: Relay, signer: Signer | None, keys: KeyRing, now: datetime) -> None:
    """One to each of the desk's addresses. That it could not leave is said in the log: the alarm is given when it is missed."""
    for address in addresses:
        home = canary_address(address, keys, now)
        try:
            await hand_over(_canary(address, home, keys, now), relay, [home], signer)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            log.warning("canary.grounded", address=address, why=str(fault) or type(fault).__name__)
        else:
            log.info("canary.left", address=address)


def _canary(address: str, home: str, keys: KeyRing, now: datetime) -> EmailMessage:
    mail = blank_mail()
    mail["From"] = Address("Help desk canary", addr_spec=address)
    mail["To"] = Address(addr_spec=home)
    mail["Subject"] = "Canary: does mail still come in?"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<canary.{home}>"  # in whole: by the number alone those of one round are the same
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Intake-Loop"] = loop_mark(keys, address)
    mail.set_content(_SAYS)
    return mail
