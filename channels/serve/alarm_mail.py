"""Alarms as mail: plain words, and headers that keep machines from answering (RFC 3834)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from channels.email.outgoing.unbroken_headers import blank_mail
from intake.desk.alarm import Alarm
from intake.desk.keys import KeyRing
from intake.desk.signed_names import loop_mark
from intake.desk.watch_words import age


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLetters:
    """`address` is the desk's own, `to` who runs it, `instance` how this desk is told from others."""

    address: str
    to: Sequence[str]
    keys: KeyRing
    instance: str

    def raised(self, alarm: Alarm, now: datetime, unmailed: int) -> EmailMessage:
        lines = (
            alarm.what,
            f"Since: {_moment(alarm.since)} ({age(alarm.since, now)})",
            f"What it means. {alarm.means}",
            f"What to do. {alarm.remedy}",
            "You get one more mail when it is over. `intake check` shows how things are at any time.",
            *(
                [f"{unmailed} other alarms were not mailed, because there were too many: look into the log."]
                if unmailed
                else []
            ),
        )
        return self._mail(f"Alarm: {alarm.name}", lines, now)

    def over(self, name: str, since: datetime, now: datetime, what: str) -> EmailMessage:
        lines = (
            f"This is over: {name}.",
            f"The alarm was given at {_moment(since)}; it lasted {age(since, now)}.",
            *([what] if what else []),
        )
        return self._mail(f"Over: {name}", lines, now)

    def _mail(self, subject: str, lines: Sequence[str], now: datetime) -> EmailMessage:
        mail = blank_mail()
        mail["From"] = Address("Help desk alarms", addr_spec=self.address)
        mail["To"] = tuple(Address(addr_spec=address) for address in self.to)
        mail["Subject"] = " ".join(f"[{self.instance}] {subject}".replace("=?", "= ?").split())
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["X-Intake-Loop"] = loop_mark(self.keys, self.address)
        body = "\n\n".join(_in_lines(line) for line in lines)
        mail.set_content(f"{body}\n", cte="quoted-printable" if not body.isascii() else None)
        return mail


def _in_lines(text: str) -> str:
    """What a server said may hold anything."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
