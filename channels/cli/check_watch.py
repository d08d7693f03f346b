"""Is the desk heard of, and would anybody hear if it were not?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from channels.cli.check_doors import check_relay
from channels.cli.finding import Finding, ok, warning
from channels.cli.settings import env_key
from channels.cli.store import reading, store_file
from channels.email.imap.settings import imap_account_of
from channels.email.settings import EmailSettings
from channels.serve.settings import DeskSettings
from intake.desk.alarm import alarm_of_row
from intake.desk.silence import HOME
from intake.desk.watch import DESK, MAILBOX
from intake.desk.watch_words import age
from intake.domain.errors import HelpdeskError
from intake.domain.sign_of_life import SignOfLife


def check_alarms(email: EmailSettings) -> Iterator[Finding]:
    """Who is told, and by which way."""
    if not email.alarm_mail:
        if email.smtp_relay is not None:
            says = "when something is wrong with the desk itself, only the log and /metrics say so"
            yield warning("alarms", says, f"set {env_key('alarm_mail')} to whoever runs the desk")
        return
    to = ", ".join(email.alarm_mail)
    if email.alarm_relay is not None:
        yield check_relay(email.alarm_relay, key="alarm_relay", about="alarms")
    elif email.smtp_relay is not None:
        says = f"to {to} by the same relay as all mail: when that is down, nobody hears of it"
        yield warning("alarms", says, f"set {env_key('alarm_relay')} to another one")
    else:
        says = f"{to} is to be told, but no relay is configured"
        yield warning("alarms", says, f"set {env_key('alarm_relay')}, such as smtp://mail.example.com:25")


def check_signs(desk: DeskSettings, email: EmailSettings) -> Iterator[Finding]:
    """What was heard of last, and which alarms stand. A store that is not there yet, or does not answer, is told elsewhere."""
    file = store_file(desk)
    if file is not None and not file.is_file():
        return
    try:
        with reading(desk) as store:
            signs = store.ask(lambda reader: reader.signs_of_life())
    except HelpdeskError:
        return
    now = datetime.now(UTC)
    yield from _heard(signs, email, now)
    for sign in signs:
        name = alarm_of_row(sign.name)
        if name is not None and sign.silent_since is not None:
            says = f"{name}, given {age(sign.silent_since, now)} ago"
            yield warning("alarm", says, "its mail and the log say what to do; it ends by itself when that is mended")


def _heard(signs: Sequence[SignOfLife], email: EmailSettings, now: datetime) -> Iterator[Finding]:
    by_name = {sign.name: sign for sign in signs}
    if (desk := by_name.get(DESK)) is not None:
        yield ok("heard", f"a running desk last looked at itself {age(desk.seen_at, now)} ago (it does so once a minute)")
    for url in email.imap:
        name = imap_account_of(url.get_secret_value()).name
        sign = by_name.get(f"{MAILBOX}{name}")
        yield ok("heard", f"mailbox {name}: {f'looked at {age(sign.seen_at, now)} ago' if sign else 'not looked at yet'}")
    for address in email.mail_address:
        if (sign := by_name.get(f"{HOME}{address}")) is not None:
            yield ok("heard", f"canary {address}: the last one to come home left {age(sign.seen_at, now)} ago")
