"""Whether a mail is a mail system's report that mail of ours did not arrive, or not yet.

Half of all such reports have no machine-readable part: then a daemon's address or an empty return path counts together with the
words of a bounce, never the words alone. People write about undelivered mail to a help desk every day.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from channels.email.machine_mail.bounce import Evidence, bounce_in, report_text
from channels.email.machine_mail.words import begins, has, holds, leads, tells_of_delivery, unquoted
from channels.email.reading.headers import Headers
from intake.domain.message import Bounce

_HEAD_OF_TEXT = 20_000

_DAEMON = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_]?daemon|bounces?[@+-]|mdaemon|mailsystem|autoanswer|mailadm|inetgw|post_?master-?bounce)"
    r"|.{0,40}(?:smtp_mail_service|antivirus|mailer-daemon|microsoftexchange[0-9a-f]{20})"
)
_POSTMASTER = re.compile(r"post[-_.]?master\b|postmaster|mail-?delivery")
_NAMED = re.compile(
    r"mail delivery|mail deliver system|mailer[- ]daemon|postmaster|mail administrator|delivery subsystem|mail system"
    r"|mail daemon|delivery notification|microsoft outlook|courier mail server|interscan|internet mail service|mail sieve"
    r"|mail server|mail transport|system administrator|systemadministrat|administrateur système|administrador del? sistema"
    r"|administrador do sistema|amministratore del sistema|systeembeheerder|systemansvarlig|järjestelmänvalvoja"
    r"|administrator systemu|správce systému|rendszergazda|sistem yöneticisi|системный администратор|системний адміністратор"
    r"|システム管理者|系统管理员|系統管理員|시스템 관리자"
)
_HUMBLE = re.compile(
    r"(?:sysadmin|system|notif(?:y|ication|ications|ier)|no-?reply|do-?not-?reply|mail-?admin|mail|lddb|imss|administrator|scanmail"
    r"|virus\w{0,12}|mailscanner|mail-?sweeper|security|spam\w{0,10}|abuse|.{1,60}-(?:admin|owner|request|bounces)|owner-.{1,60}|listserv)@"
)
_TO_BOUNCES = re.compile(r"[+.=_-]bounces?[@+=-]|(?:\A|[\s<,])bounces?[@+=-]")
_BOUNCE_FIELDS = ("x-ahmailid", "x-mlserver", "x-nai-header", "x-mxl-notehash", "x-spasign", "x-mailerserver")
_BOUNCE_MAILERS = ("smtp32", "surfcontrol", "m-filter", "internet mail service", "mercury", "argosoft")
_TALK = re.compile(  # a server's own refusal, in whatever language the daemon speaks around it
    r"(?<![0-9.])5[0-9]{2}[ -]{1,3}#?<?(?:5\.[0-9]{1,3}\.[0-9]{1,3}|[^\n]{0,120}(?:user|mailbox|recipient|unknown|account"
    r"|address|host|relay|spam|block|reject|denied|quota|full|sender|domain|policy|found|exist|valid|allow|deliver))"
    r"|[#(]5\.[0-9]{1,2}\.[0-9]{1,2}"
)
_PERMANENT = re.compile(
    r"; failed; 5\.|\bpermanent (?:fatal )?(?:error|delivery fail)|\bgiving up\b|\bi've given up\b|address\(es\) failed"
)

_ASKS = re.compile(r"\?(?:\s|\Z)")


class Trust(IntEnum):
    """How surely a machine sends it."""

    NONE = 0
    HUMBLE = 1  # an address that people may use too
    NAMED = 2  # a name, or a program, that reports have
    NULL = 3  # an empty return path, as anything automatic may have
    SURE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`subject` is bare and in lower case, `marked_reply` whether it came with a Re:. `reported`: it has a part or a header
    for machines."""

    headers: Headers
    subject: str
    marked_reply: bool
    sender: str
    sender_text: str
    null_path: bool
    reported: bool
    evidence: Evidence


def bounce_of(report: Report) -> Bounce | None:
    """None where nothing failed, or nobody says so whom we would believe."""
    trust = _trust(report)
    subject = report.subject
    if not report.reported and not trust:
        return None
    spoken = report_text(report.evidence)[:_HEAD_OF_TEXT].lower()
    if not report.reported and not _says_so(report, trust, spoken):
        return None
    shown = unquoted(subject)
    late = begins("delayed", shown) or holds("delayed", shown) or holds("delayed_text", spoken)
    if late and not begins("delayed", shown) and _PERMANENT.search(spoken) and not holds("delayed_text", spoken):
        late = False
    return bounce_in(report.evidence, late=late)


def is_daemon(sender: str) -> bool:
    return bool(_DAEMON.match(sender) or _POSTMASTER.match(sender))


def _trust(report: Report) -> Trust:
    to_bounces = _TO_BOUNCES.search(report.headers.first("to").lower()) is not None
    if _DAEMON.match(report.sender) or to_bounces or "<>" in report.sender_text:
        return Trust.SURE
    answers = (
        not report.null_path and report.marked_reply and ("in-reply-to" in report.headers or "references" in report.headers)
    )
    if answers:
        return Trust.NONE
    if _POSTMASTER.match(report.sender) or report.sender.startswith("@"):
        return Trust.SURE
    if report.null_path:
        return Trust.NULL
    mailer = report.headers.first("x-mailer").lower()
    if (
        not report.sender
        or _NAMED.search(report.sender_text)
        or any(name in report.headers for name in _BOUNCE_FIELDS)
        or any(name in mailer for name in _BOUNCE_MAILERS)
    ):
        return Trust.NAMED
    return Trust.HUMBLE if _HUMBLE.match(report.sender) else Trust.NONE


def _says_so(report: Report, trust: Trust, spoken: str) -> bool:
    subject = report.subject
    if has("delivered", subject):
        return False
    told = holds("bounce_text", spoken) or _TALK.search(spoken) is not None
    late = begins("delayed", subject) or (holds("delayed", unquoted(subject)) and holds("delayed_text", spoken))
    if trust < Trust.NULL:
        named = begins("bounce", subject) or begins("delayed", subject)
        return named and (told or late) and not report.marked_reply and "@" in spoken and not _ASKS.search(spoken, 0, 600)
    automatic = leads("auto_reply", subject) or begins("auto_reply", subject) or leads("out_of_office", subject)
    if automatic or begins("out_of_office", subject):
        return begins("bounce", subject)
    told = told if trust is Trust.SURE else tells_of_delivery(spoken) or ("@" in spoken and _TALK.search(spoken) is not None)
    return has("bounce", subject) or late or told or holds("delayed_text", spoken)
