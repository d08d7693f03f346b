"""Which object a monitor's mail is about, so that a problem, its repeats and its recovery find one another.

The table of monitors is alerts.toml. Subjects that no row knows are compared by what is left of them without status words,
counters, durations, times and event numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from channels.email.machine_mail.alert_subject import TABLE, nouns, one_line, recovers
from channels.email.reading.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`fingerprint`: 24 hex digits, the same for all mails of one monitor's address about one object. `recovery`: this mail
    says that it is well again."""

    fingerprint: str
    recovery: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Monitor:
    problem: Sequence[re.Pattern[str]]
    recovery: Sequence[re.Pattern[str]]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    headers: frozenset[str]
    own_only: bool

    def sent(self, sender: str, headers: Headers) -> bool:
        return sender.startswith(self.begins) or sender.endswith(self.ends) or not self.headers.isdisjoint(headers.firsts)

    def reads(self, subject: str) -> tuple[re.Match[str], bool] | None:
        """How it says this, and whether that is a recovery."""
        for patterns, recovery in ((self.recovery, True), (self.problem, False)):
            for pattern in patterns:
                if found := pattern.fullmatch(subject):
                    return found, recovery
        return None


def _compiled(patterns: Sequence[str]) -> Sequence[re.Pattern[str]]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_MONITORS = tuple(
    _Monitor(
        problem=_compiled(row["problem"]),
        recovery=_compiled(row["recovery"]),
        begins=tuple(sender for sender in row["senders"] if sender.endswith("@")),
        ends=tuple(sender for sender in row["senders"] if not sender.endswith("@")),
        headers=frozenset(row["headers"]),
        own_only=row.get("own_only", False),
    )
    for row in TABLE["monitor"]
)
_ANY_MONITOR = _Monitor(
    problem=(),
    recovery=(),
    begins=tuple(begin for monitor in _MONITORS for begin in monitor.begins),
    ends=tuple(end for monitor in _MONITORS for end in monitor.ends),
    headers=frozenset(name for monitor in _MONITORS for name in monitor.headers),
    own_only=False,
)
_NAMES, _WHOLE = frozenset(TABLE["machine"]["names"]), frozenset(TABLE["machine"]["whole"])
_MAILERS = tuple(TABLE["machine"]["mailers"])
_ANSWERED = re.compile(
    r"(?i)(?:\[[^\]]{1,20}\] ?)?(?:re|aw|sv|vs|odp|antw|rif|ynt|fwd?|wg|tr|vb|rv|enc|i|doorst)(?:\[[0-9]{1,3}\])? ?[:：]"
)


def alert_of(subject: str, sender: str, headers: Headers) -> Alert | None:
    """For a mail that is known to be an alert. `subject` is decoded, `sender` the bare address. None where its subject names
    no object."""
    subject, sender = one_line(subject), sender.strip().lower()
    named, recovery = _read(subject, sender, headers)
    thing = " ".join(nouns(named))
    if not re.search(r"\w\w", thing):
        return None
    return Alert(fingerprint=sha256(f"{sender}\0{thing}".encode()).hexdigest()[:24], recovery=recovery)


def is_alert(subject: str, sender: str, headers: Headers) -> bool:
    """Whether a mail without an Auto-Submitted header is a monitor's: it reads like one and was sent like one. A human's
    answer to an alert, or one passed on, is not."""
    subject, sender = one_line(subject), sender.strip().lower()
    if not subject or _ANSWERED.match(subject):
        return False
    machine = _sent_by_machine(sender, headers) and not ("in-reply-to" in headers or "references" in headers)
    if not machine and not _ANY_MONITOR.sent(sender, headers):
        return False
    return any(
        ((machine and not monitor.own_only) or monitor.sent(sender, headers)) and monitor.reads(subject)
        for monitor in _MONITORS
    )


def _read(subject: str, sender: str, headers: Headers) -> tuple[str, bool]:
    """What it is about, still with the words of its state, and whether it is well again. The rows of who really sent it are
    asked first; a row that names no object leaves the subject as it is."""
    own = [monitor for monitor in _MONITORS if monitor.sent(sender, headers)]
    for monitor in (*own, *(other for other in _MONITORS if not other.own_only)):
        if read := monitor.reads(subject):
            found, recovery = read
            named = " ".join(part for part in found.groupdict().values() if part)
            return named or subject, recovery
    return subject, recovers(subject)


def _sent_by_machine(sender: str, headers: Headers) -> bool:
    submitted = headers.first("auto-submitted").strip().lower()
    if submitted and not submitted.startswith(("no", "auto-forwarded", "auto-replied")):
        return True
    if headers.first("precedence").strip().lower() in {"bulk", "junk"} or headers.first("return-path").strip() == "<>":
        return True
    local = sender.partition("@")[0]
    if local in _WHOLE or _NAMES.intersection((*re.split(r"[-_.+]", local), re.sub(r"[-_.+0-9]", "", local))):
        return True
    mailer = f"{headers.first('x-mailer')} {headers.first('user-agent')}".lower()
    return any(name in mailer for name in _MAILERS)
