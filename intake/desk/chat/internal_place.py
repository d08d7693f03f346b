"""What is internal goes to the desk's own people in a chat, or into the thread under a card; nowhere else."""

from intake.desk.chat.speaking import Speaking
from intake.desk.policy import Policy
from intake.desk.ports import UnitOfWork
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery
from intake.domain.mirror import Mirror
from intake.domain.notice import Notice

MIRROR = "mirror"  # the field of a notice that names the card under which it is told
_IN_PERSON = ("U", "W", "D")  # how the ids of people begin, and of rooms in which the desk is alone with somebody


def why_not_there(delivery: Delivery, policy: Policy, books: UnitOfWork) -> str:
    """Why this must not be sent to its address in a chat; empty where it may. Asked when it is queued and again when it would
    leave: who was staff then need not be any more."""
    if delivery.mirror is not None:
        return "" if _is_there(books.mirrors.get(delivery.mirror), delivery) else "no such card is there"
    notice = delivery.notice
    if notice is None or (notice.kind.public and MIRROR not in notice.fields):
        return "" if delivery.address.startswith(_IN_PERSON) else "whoever asked is answered in person, or in their thread"
    if MIRROR in notice.fields:
        return "" if _is_there(mirror_of(notice, books), delivery) else "no card of this ticket is there"
    address = Address(kind=AddressKind.SLACK, value=delivery.address)
    return "" if Speaking(policy=policy).agent(address, books.chat) is not None else "it is for the desk's own people alone"


def mirror_of(notice: Notice | None, books: UnitOfWork) -> Mirror | None:
    """The card under which this is told."""
    named = notice.fields.get(MIRROR, "") if notice is not None else ""
    return books.mirrors.get(int(named)) if named.isascii() and named.isdigit() else None


def _is_there(mirror: Mirror | None, delivery: Delivery) -> bool:
    if mirror is None or mirror.ticket != delivery.ticket:
        return False
    return (mirror.channel, mirror.address) == (Channel.SLACK, delivery.address)
