"""What leaves the desk by mail: headers that keep machines from answering what no human wrote (RFC 3834), and plain words."""

from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from channels.email.letterhead import Letterhead
from channels.email.notice_mail import acknowledgement, page
from channels.email.reply_mail import reply_mail
from channels.email.team_mail import team_mail
from channels.email.unbroken_headers import blank_mail, point_at
from intake.desk.outbound import Outbound
from intake.desk.signed_names import loop_mark
from intake.domain.errors import DeliveryError
from intake.domain.message import ThreadKind
from intake.domain.notice import NoticeKind

_SAYS: Mapping[NoticeKind, Callable[[Outbound, Letterhead], tuple[str, str]]] = {
    NoticeKind.ACKNOWLEDGEMENT: acknowledgement,
    NoticeKind.ARRIVAL: team_mail,
    NoticeKind.ADDITION: team_mail,
    NoticeKind.UNREACHED: team_mail,
    NoticeKind.WATCHED: team_mail,
    NoticeKind.PAGE: page,
}


def render(outbound: Outbound, letterhead: Letterhead) -> EmailMessage:
    """The mail for one outgoing message. The same delivery always gets the same Message-ID.

    Raises DeliveryError(permanent) where the address cannot stand in a header."""
    subject, body = _words(outbound, letterhead)
    delivery = outbound.delivery
    mail = blank_mail()
    try:
        mail["From"] = Address("Help desk", addr_spec=letterhead.address)
        mail["To"] = Address(addr_spec=delivery.address)
        mail["Subject"] = subject.replace("=?", "= ?")  # Python would decode an encoded word here, line breaks and all
    except (ValueError, IndexError, AttributeError) as fault:  # what the header parser raises on odd addresses
        raise DeliveryError("This address cannot be written in a mail header", permanent=True) from fault
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = f"<{letterhead.message_id(delivery)}>"
    if len({ticket.number for ticket in outbound.tickets}) == 1:
        mail["Reply-To"] = letterhead.reply_to(outbound.ticket)
    point_at(mail, _answered(outbound))
    if outbound.reply is None:
        _mark_as_automatic(mail, outbound)
    mail["X-Intake-Loop"] = loop_mark(letterhead.keys, letterhead.address)
    mail.set_content(body, cte="quoted-printable" if not body.isascii() else None)
    return mail


def _words(outbound: Outbound, letterhead: Letterhead) -> tuple[str, str]:
    if outbound.reply is not None:
        return reply_mail(outbound.reply, outbound, letterhead)
    if outbound.delivery.notice is None:
        raise DeliveryError("There is no mail for this yet", permanent=True)
    return _SAYS[outbound.delivery.notice.kind](outbound, letterhead)


def _answered(outbound: Outbound) -> list[str]:
    if outbound.reply is not None:
        return [ref.value for ref in outbound.answers if ref.kind is ThreadKind.MESSAGE_ID]
    notice = outbound.delivery.notice
    answers = notice.fields.get("answers", "") if notice else ""
    return [answers] if answers else []


def _mark_as_automatic(mail: EmailMessage, outbound: Outbound) -> None:
    notice = outbound.delivery.notice
    answers = notice is not None and notice.kind is NoticeKind.ACKNOWLEDGEMENT
    mail["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
