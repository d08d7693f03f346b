"""Whose mail came back: the recipients that a bounce names, machine-readably or in a daemon's own prose."""

import re
from dataclasses import dataclass
from itertools import islice

from channels.email.reading.headers import read_headers
from channels.email.reading.mailbox_list import addresses_in
from intake.domain.message import Bounce

_MAX_TEXT = 64 * 1024
_MAX_RECIPIENTS = 200
_MAX_MENTIONS = 1_000  # addresses in a daemon's prose that are looked at
_STATUS = re.compile(r"(?<![0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_FAILURE = re.compile(r"(?<![0-9.])([45]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")  # in prose a 2.0.1 is a version of something
_RETURNED = re.compile(
    r"(?im)^[ \t>*=#-]{0,40}(?:original message (?:follows|headers|details|as received|attached)|below this line is"
    r"|this is a copy of|start of returned message|returned mail\b|unsent message below|the header of the original"
    r"|returned message|message header|the following is a copy|here is a copy|included is a copy|a copy of the original"
    r"|original message\b|text of the message|old message:|headers? (?:of the original message )?follows?"
    r"|message contents follow|(?:received|return-path|message-id|x-mailer):)"
)
_NAMES_THEM = re.compile(
    r"(?i)did not reach the following|(?:the|these|to) following (?:\w+ )?(?:recipient|address|user|mailbox)"
    r"|failed (?:recipient|address)"
    r"|had (?:permanent|transient)|(?:not|n't) (?:be )?deliver(?:ed)? (?:\w+ ){0,6}to:?\s"
)
_OF_OTHERS = re.compile(
    r"(?i)\b(?:from|sender|sent by|contact|reply|message-id|reporting|remote|postmaster|help|questions)\b[^@]{0,40}\Z"
)
_MADE_FROM = re.compile(r"(?i)\((?:expanded|generated|originally to|forwarded) ?(?:from|to)?:? {0,3}<?\Z")
_FULL_WIDTH = dict.fromkeys(map(ord, "：；，。、（）「」『』【】《》“”"), " ")  # stand at an address without a blank
_LEADS = re.compile(r"[ \t>*•\-]{0,12}(?:[0-9]{1,3}[.)][ \t]{1,4})?[\"'<(\[]{0,3}\Z")
_SAYS = re.compile(
    r"(?i)(?:deliver\w{0,20}|unknown|undeliverable|failed|recipients?|addressed|address(?:es)?|rcpt to|user(?:id)?"
    r"|account|mailbox|empfänger|destinataires?|destinatari[oa]s?|attempts?|to|for|unable|rejected|returned)\b[^@]{0,60}\Z"
)
_BARE_NAME = re.compile(r"[ \t]{0,12}([A-Za-z0-9][\w.+-]{1,63})[ \t]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`status_parts` are delivery-status bodies, `failed` the X-Failed-Recipients header, `text` what the daemon wrote;
    `ours` the lower-cased headers whose addresses cannot have failed (the daemon's, ours), `domain` the daemon's."""

    status_parts: tuple[bytes, ...] = ()
    failed: str = ""
    text: str = ""
    ours: str = ""
    domain: str = ""


def bounce_in(evidence: Evidence, *, late: bool) -> Bounce | None:
    """`late`: its words say that delivery is merely delayed. None where nothing failed."""
    if evidence.status_parts:
        found = _by_report(evidence.status_parts)
        if found is not None and found.recipients:
            return found
        if found is None and not evidence.failed and not late:
            return None
    status = _FAILURE.search(evidence.text[:_MAX_TEXT])
    named = tuple(dict.fromkeys(evidence.failed[a:b] for a, b in addresses_in(evidence.failed)))
    recipients = named or _in_prose(evidence)
    return Bounce(recipients=recipients[:_MAX_RECIPIENTS], temporary=late, status=status[1] if status else "")


def report_text(evidence: Evidence) -> str:
    """What the daemon itself says: what stands above the mail that it returns."""
    text = evidence.text[:_MAX_TEXT]
    returned = _RETURNED.search(text)
    return text[: returned.start()] if returned and "@" in text[: returned.start()] else text


def _by_report(parts: tuple[bytes, ...]) -> Bounce | None:
    """RFC 3464: a block a recipient. None where every block reports success."""
    failed: dict[str, None] = {}
    delayed: dict[str, None] = {}
    statuses: list[str] = []
    good = 0
    for part in parts:
        for block in re.split(rb"\r?\n[ \t]{0,8}\r?\n", part[: 4 * _MAX_TEXT].strip()):
            headers, _ = read_headers(block, 0, len(block))
            action = headers.first("action").strip().lower()
            address = _rfc822(headers.first("original-recipient")) or _rfc822(headers.first("final-recipient"))
            if not address and not action:
                continue
            if action.startswith(("deliver", "relay", "expand", "success")):
                good += 1
                continue
            status = _STATUS.search(headers.first("status")) or _STATUS.search(headers.first("diagnostic-code"))
            late = action.startswith("delay") or (not action and status is not None and status[1].startswith("4"))
            if address and len(failed) + len(delayed) < _MAX_RECIPIENTS:
                (delayed if late else failed)[address] = None
            statuses += [status[1]] if status else []
    code = statuses[0] if statuses else ""
    if not failed and not delayed:
        return None if good else Bounce(recipients=(), temporary=False, status=code)
    return Bounce(recipients=tuple(failed or delayed), temporary=not failed, status=code)


def _rfc822(value: str) -> str:
    kind, split, address = value.partition(";")
    address = (address if split else kind).strip()
    if split and kind.strip().lower() not in {"rfc822", "utf-8", "smtp", "rfc-822", "internet", "local", "x-local", "unknown"}:
        return ""
    place = next(addresses_in(address), None)
    found = address[place[0] : place[1]] if place else address.strip("<> ")
    return "" if ".." in found else found


def _in_prose(evidence: Evidence) -> tuple[str, ...]:
    """What the daemon's own words name, above our returned mail; behind "the following recipients" if it says that."""
    text = report_text(evidence)
    ours = frozenset(evidence.ours[start:end] for start, end in addresses_in(evidence.ours))
    naming = _NAMES_THEM.search(text)
    if naming and (named := _named(text[naming.start() :], ours) or _bare_names(text[naming.end() :], evidence.domain)):
        return named
    return _named(text, ours)


def _named(text: str, ours: frozenset[str]) -> tuple[str, ...]:
    """Addresses that lead a line, else those that a phrase points at, else any."""
    text = text.translate(_FULL_WIDTH)
    leading: dict[str, str] = {}
    pointed: dict[str, str] = {}
    mentioned: dict[str, str] = {}
    for start, end in islice(addresses_in(text), _MAX_MENTIONS):
        address = text[start:end]
        smtp = address.lower().rfind("smtp=")
        address = address[smtp + 5 :] if smtp >= 0 else address
        key = address.lower()
        strange = ".." in key or "." not in key.partition("@")[2]
        if strange or key in ours or key.startswith(("postmaster@", "mailer-daemon@", "abuse@")):
            continue
        line_at = text.rfind("\n", max(0, start - 300), start) + 1
        before = text[max(line_at, start - 300) : start]
        if _MADE_FROM.search(before) or _LEADS.match(before):
            leading.setdefault(key, address)
        elif _OF_OTHERS.search(before):
            continue
        elif _SAYS.search(before):
            pointed.setdefault(key, address)
        mentioned.setdefault(key, address)
    return tuple((leading or pointed or mentioned).values())


def _bare_names(text: str, domain: str) -> tuple[str, ...]:
    """A daemon that names its own users without their domain, one a line."""
    lines = text[:2_000].split("\n")[1:]
    names = [found[1] for line in lines if (found := _BARE_NAME.match(line.rstrip("\r")))]
    return tuple(dict.fromkeys(f"{name}@{domain}" for name in names)) if domain and len(names) <= 10 else ()
