"""When something was said in a room, by the name that the chat gives to it (`room/seconds since 1970`)."""

from datetime import datetime, timedelta
from decimal import Decimal

from intake.desk.ports import UnitOfWork
from intake.domain.channel import Channel
from intake.domain.message import ThreadKind, ThreadRef

MAY_STILL_COME = timedelta(minutes=1)  # what something young refers to: chats do not keep the order
# What was not taken is brought again for five minutes. Less than that: what waits is decided when it is brought the last time.
MAY_BE_BROUGHT_AGAIN = timedelta(minutes=4)


def may_still_come(name: str, books: UnitOfWork, now: datetime, within: timedelta = MAY_STILL_COME) -> bool:
    """May what goes by this name, or is bound to it, still be on its way? What the desk has heard is what it is, also where it
    came to nothing. A clock that is ahead of ours makes nothing old."""
    young = now.timestamp() - float(_moment(name)) < within.total_seconds()
    return young and books.ledger.receipt_for(Channel.SLACK, name) is None


def apart(one: str, other: str) -> timedelta:
    """How long lies between two of one room."""
    return timedelta(seconds=float(abs(_moment(one) - _moment(other))))


def moved(name: str, by: timedelta) -> str:
    """What would have been said so much later in the same room, written alike, so that names sort as they were said."""
    room, _, moment = name.rpartition("/")
    places = len(moment.partition(".")[2])
    later = max(Decimal(0), Decimal(moment) + Decimal(str(by.total_seconds())))
    return f"{room}/{later:.{places}f}"


def message_in_chat(name: str) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.MESSAGE_ID, value=name)


def conversation_in_chat(root: str) -> ThreadRef:
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.CONVERSATION, value=root)


def notes_in_chat(root: str) -> ThreadRef:
    """The thread under a card."""
    return ThreadRef(channel=Channel.SLACK, kind=ThreadKind.NOTES, value=root)


def _moment(name: str) -> Decimal:
    return Decimal(name.rpartition("/")[2])
