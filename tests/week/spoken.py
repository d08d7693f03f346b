"""What people and mail servers say in the script, as messages."""

from datetime import datetime

from intake.desk.signed_names import bounce_tag, reply_tag
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.message import Bounce, InboundMessage, Nature, ThreadKind, ThreadRef
from tests.desk.at_the_desk import KEYS, mail
from tests.week.happening import Happening, What

DESK_ITSELF = Address(kind=AddressKind.EMAIL, value="desk@localhost")
CATEGORY = {
    Kind.INCIDENT: Category.ERROR_MESSAGE,
    Kind.SERVICE_REQUEST: Category.HOW_TO,
    Kind.ENHANCEMENT: Category.CHANGE_REQUEST,
    Kind.NONE: None,
}
SERVERS = Address(kind=AddressKind.EMAIL, value="mailer-daemon@customer.example")


def message_of(one: Happening, number: int, now: datetime, back: tuple[int, str]) -> InboundMessage:
    """`back` is the delivery that comes back, and the address that it went to."""
    author = Address(kind=AddressKind.EMAIL, value=one.by)
    to_ticket = (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=reply_tag(KEYS, number)),)
    match one.what:
        case What.OPENED:
            nature = Nature.ALERT if one.from_monitor else Nature.HUMAN
            return mail(one.text, subject="", author=author, received_at=now, nature=nature)
        case What.WRITTEN_TO:
            return mail("It is not over yet.", author=author, received_at=now, answers=to_ticket)
        case What.ANSWERED_DIRECTLY:
            asked = Address(kind=AddressKind.EMAIL, value=one.text)
            ada = Address(kind=AddressKind.EMAIL, value=one.by)
            return mail("Try this.", author=ada, recipients=(asked, DESK_ITSELF), received_at=now, answers=to_ticket)
        case _:
            delivery, address = back
            back_to = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=bounce_tag(KEYS, number, delivery))
            report = Bounce(recipients=(address,), temporary=False, status="5.1.1")
            return mail(author=None, received_at=now, answers=(back_to,), nature=Nature.BOUNCE, bounce=report)


def label_of(one: Happening) -> Label:
    assert one.kind is not None
    return Label(
        kind=one.kind,
        category=CATEGORY[one.kind],
        impact=one.impact or Level.LOW,
        urgency=one.urgency or Level.LOW,
        confidence=0.9,
        version="script",
    )
