"""A canary: a mail that the desk writes to itself, to learn whether mail still leaves and still comes in."""

from datetime import UTC, datetime, timedelta

from intake.desk.addressed import plain_address
from intake.desk.keys import KeyRing
from intake.desk.ports import UnitOfWork
from intake.desk.signed_names import canary_of_tag, canary_tag
from intake.domain.message import InboundMessage

HOME = "canary "  # before the address, among the signs of life; what was seen is the moment at which it left
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FAST_CLOCK = timedelta(minutes=5)  # another replica's clock may be ahead by so much


def canary_address(address: str, keys: KeyRing, left_at: datetime) -> str:
    """Where the canary that leaves now flies home to. Its number is the moment, in microseconds."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{canary_tag(keys, (left_at - _EPOCH) // _MICROSECOND)}@{domain}"


def came_home(message: InboundMessage, keys: KeyRing, books: UnitOfWork, now: datetime) -> str:
    """What to say of a canary; empty for any other message. One that came before, or is older than the last that came, proves
    nothing: whoever kept it could send it again."""
    for recipient in message.recipients:
        local, _, _ = recipient.value.rpartition("@")
        number = canary_of_tag(keys, local.partition("+")[2])
        if number is None:
            continue
        left_at = _EPOCH + min(number, 10**17) * _MICROSECOND
        name = f"{HOME}{plain_address(recipient)}"
        last = books.signs.get(name)
        if left_at > now + _FAST_CLOCK or (last is not None and left_at <= last.seen_at):
            return "canary: it proves nothing, one that left later has come home before"
        books.signs.saw(name, left_at)
        return f"canary: came home after {max(0, int((now - left_at).total_seconds()))} s"
    return ""
