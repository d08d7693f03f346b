"""What the desk says by itself, and the chat will never take: whoever asked hears it on their next way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from intake.desk.case import Case
from intake.desk.parties import is_caller
from intake.desk.ports import UnitOfWork
from intake.desk.replies import Replies
from intake.desk.telling import REACHED_BY
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.delivery import Delivery
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind

# What has no words elsewhere is told by others, or not at all.
_ELSEWHERE: Mapping[NoticeKind, NoticeKind | None] = {
    NoticeKind.WHICH_TICKET: NoticeKind.ACKNOWLEDGEMENT,
    NoticeKind.PROGRESS: None,
}
_OF_A_CHAT = frozenset({"answers", "options", "words"})
# Nobody who asked: they were to decide, or to know.
_TO_OTHERS = frozenset({NoticeKind.CONSENT_WANTED, NoticeKind.ANNOUNCEMENT})


def tell_elsewhere(failed: Delivery, replies: Replies, books: UnitOfWork, now: datetime) -> None:
    """Of a notice that failed for good. What is internal has its mail beside it, and what is old is no news any more."""
    if now - failed.created_at > replies.policy.delivery.give_up_after:
        return
    notice = failed.notice
    kind = _ELSEWHERE.get(notice.kind, notice.kind) if notice is not None and notice.kind.public else None
    ticket = books.tickets.get(failed.ticket) if kind is not None else None
    if notice is None or kind is None or ticket is None:
        return
    case, gone = Case(ticket, books, now), Address(kind=AddressKind.SLACK, value=failed.address)
    there = _next_way(failed, kind, gone, case, replies)
    if there is not None:
        fields = {name: said for name, said in notice.fields.items() if name not in _OF_A_CHAT}
        told = replace(notice, kind=kind, fields=fields)
        replies.teller.tell(ticket, told, REACHED_BY[there.kind], there.value, books, now)
        why = f"{gone.value} cannot be reached ({failed.error}); told at {there.value} instead"
    else:
        why = f"{gone.value} cannot be reached ({failed.error}), and no other way is known"
    case.write(EventKind.DELIVERY_DIVERTED if there is not None else EventKind.UNDELIVERABLE, why)
    replies.teller.tell_holder(case.ticket, NoticeKind.UNREACHED, books, now, {"why": why})


def _next_way(failed: Delivery, kind: NoticeKind, gone: Address, case: Case, replies: Replies) -> Address | None:
    """Never another account of the chat, where the same fault may wait."""
    if kind in _TO_OTHERS and not is_caller(gone, case.ticket, case.books):
        person = case.books.chat.person(failed.address)
        mail = person.mail if person is not None and not person.stranger else ""
        return Address(kind=AddressKind.EMAIL, value=mail) if mail and Channel.EMAIL in replies.teller.senders else None
    others = replies.living_addresses(case, gone)
    return next((one for one in others if one.kind is not AddressKind.SLACK), None)
