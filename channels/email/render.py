"""What leaves the desk by mail: headers that keep machines from answering what no human wrote (RFC 3834), and plain words."""

import re
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from channels.email.outgoing.change_mail import (
    announcement,
    approval_wanted,
    change_decided,
    consent_wanted,
    incident_wanted,
)
from channels.email.outgoing.context import (
    Acknowledgement,
    Announced,
    Answer,
    ApprovalWanted,
    ChangeDecided,
    ConsentWanted,
    Context,
    Digest,
    IncidentWanted,
    NotPassedOn,
    Page,
    StormDissolved,
    StormKnown,
    StormUpdate,
    TeamLetter,
    Urgent,
)
from channels.email.outgoing.letterhead import Letterhead
from channels.email.outgoing.notice_mail import acknowledgement, not_passed_on, page, urgent
from channels.email.outgoing.parts import fill
from channels.email.outgoing.reply_mail import reply_mail
from channels.email.outgoing.storm_mail import storm_dissolved, storm_known, storm_update
from channels.email.outgoing.team_mail import team_mail
from channels.email.outgoing.templates import Letter
from channels.email.outgoing.unbroken_headers import blank_mail, point_at
from channels.email.outgoing.words import Words
from intake.desk.outbound import Outbound
from intake.desk.signed_names import loop_mark
from intake.domain.errors import DeliveryError
from intake.domain.message import ThreadKind
from intake.domain.notice import NoticeKind

_ATOM = re.compile(r"[^\s\"(),:;<>@\[\\\]=?]{1,255}\Z")
_SAYS: Mapping[NoticeKind, tuple[str, Callable[[Outbound, Letterhead, Words], Context]]] = {
    NoticeKind.ACKNOWLEDGEMENT: (Acknowledgement.template, acknowledgement),
    NoticeKind.URGENT: (Urgent.template, urgent),
    NoticeKind.STORM_KNOWN: (StormKnown.template, storm_known),
    NoticeKind.STORM_UPDATE: (StormUpdate.template, storm_update),
    NoticeKind.STORM_DISSOLVED: (StormDissolved.template, storm_dissolved),
    NoticeKind.CHANGE_DECIDED: (ChangeDecided.template, change_decided),
    NoticeKind.INCIDENT_WANTED: (IncidentWanted.template, incident_wanted),
    NoticeKind.CONSENT_WANTED: (ConsentWanted.template, consent_wanted),
    NoticeKind.ANNOUNCEMENT: (Announced.template, announcement),
    NoticeKind.PAGE: (Page.template, page),
    NoticeKind.NOT_PASSED_ON: (NotPassedOn.template, not_passed_on),
}


def render(outbound: Outbound, letterhead: Letterhead) -> EmailMessage:
    """The mail for one outgoing message. The same delivery always gets the same Message-ID.

    Raises DeliveryError(permanent) where the address cannot stand in a header."""
    letter = _letter(outbound, letterhead)
    delivery = outbound.delivery
    mail = blank_mail()
    try:
        mail["From"] = Address(_undecodable(letterhead.name), addr_spec=letterhead.address_of(outbound.tickets))
        mail["To"] = _address(delivery.address)
        mail["Subject"] = _undecodable(letter.subject)
    except (ValueError, IndexError, AttributeError) as fault:  # what the header parser raises on odd addresses
        raise DeliveryError("This address cannot be written in a mail header", permanent=True) from fault
    mail["Date"] = format_datetime(delivery.created_at)
    name = letterhead.message_id(outbound)
    mail["Message-ID"] = f"<{name}>"
    if len({ticket.number for ticket in outbound.tickets}) == 1:
        mail["Reply-To"] = _reply_to(outbound, letterhead)
    point_at(mail, _answered(outbound))
    if (thread := _thread(outbound, letterhead)) and mail["References"] is None:
        mail["References"] = f"<{thread}>"
    if outbound.reply is None:
        _mark_as_automatic(mail, outbound)
    mail["X-Intake-Loop"] = loop_mark(letterhead.keys, letterhead.address)
    fill(mail, letter, outbound.files, unique=name)
    mail["Content-Language"] = letter.language
    return mail


def _undecodable(text: str) -> str:
    """Python would decode an encoded word (RFC 2047) in a text of ours, line breaks and all."""
    return text.replace("=?", "= ?")


def _address(text: str) -> Address:
    """Also of other scripts than ASCII (RFC 6532), which Python's own reader takes for a defect."""
    local, _, domain = text.rpartition("@")
    if local.isascii():
        return Address(addr_spec=text)
    if not _ATOM.match(local) or not _ATOM.match(domain) or not text.isprintable():
        raise ValueError("no address")
    return Address(username=local, domain=domain)


def _letter(outbound: Outbound, letterhead: Letterhead) -> Letter:
    name, make = _says(outbound)
    language = letterhead.language_of(outbound.tickets)
    return letterhead.templates.letter(name, language, lambda words: make(outbound, letterhead, words))


def _says(outbound: Outbound) -> tuple[str, Callable[[Outbound, Letterhead, Words], Context]]:
    """A template's name, and what it is told."""
    reply, notice = outbound.reply, outbound.delivery.notice
    if reply is not None:
        return Answer.template, lambda outbound, letterhead, words: reply_mail(reply, outbound, letterhead, words)
    if notice is None:
        raise DeliveryError("There is no mail for this yet", permanent=True)
    if notice.kind.public and notice.kind not in _SAYS:
        raise DeliveryError("There is no mail for this", permanent=True)  # never the letter to the desk's own people
    if notice.kind is NoticeKind.APPROVAL_WANTED and notice.fields.get("agent"):
        return ApprovalWanted.template, approval_wanted  # a team's own mailbox decides nothing, and gets no link
    alone = TeamLetter.template if len(outbound.deliveries) == 1 else Digest.template
    return _SAYS.get(notice.kind, (alone, team_mail))


def _answered(outbound: Outbound) -> list[str]:
    if outbound.reply is not None:
        return [ref.value for ref in outbound.answers if ref.kind is ThreadKind.MESSAGE_ID]
    notice = outbound.delivery.notice
    answers = notice.fields.get("answers", "") if notice else ""
    return [answers] if answers else []


def _reply_to(outbound: Outbound, letterhead: Letterhead) -> str:
    """An "on it!" to a page is for colleagues, and so is a "why now?" to somebody who decides on a change."""
    notice = outbound.delivery.notice
    internal = notice is not None and notice.kind in {NoticeKind.PAGE, NoticeKind.APPROVAL_WANTED}
    note = letterhead.note_address(outbound.ticket) if internal else ""
    return note or letterhead.reply_to(outbound.ticket)


def _thread(outbound: Outbound, letterhead: Letterhead) -> str:
    """Where what staff are told of one ticket stands together; requesters see their own conversation."""
    notice = outbound.delivery.notice
    alone = len({ticket.number for ticket in outbound.tickets}) == 1
    return letterhead.thread_of(outbound.ticket) if alone and notice is not None and not notice.kind.public else ""


def _mark_as_automatic(mail: EmailMessage, outbound: Outbound) -> None:
    notice = outbound.delivery.notice
    answers = notice is not None and notice.kind is NoticeKind.ACKNOWLEDGEMENT
    mail["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
