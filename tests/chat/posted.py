"""What leaves for the chat, and is posted there as it would be: a card stays where it is, an answer stands in its thread."""

from collections.abc import Sequence
from dataclasses import replace

from intake.desk.outbound import Outbound
from intake.desk.policy import MirrorRule
from intake.domain.channel import Channel
from intake.domain.delivery import SentRef
from intake.domain.errors import DeliveryError
from intake.domain.notice import NoticeKind
from tests.chat.chat_desk import ChatDesk

CIO_ROOM = "C0TRIAGE2"


def claims(desk: ChatDesk) -> Sequence[Outbound]:
    return desk.at.claims(Channel.SLACK)


def post(desk: ChatDesk, outbound: Outbound) -> str:
    """Its name."""
    mirror = outbound.mirror if outbound.delivery.mirror is not None else None
    room = outbound.answers[0].value.partition("/")[0] if outbound.answers else outbound.delivery.address
    room = f"D{room}" if room.startswith("U") else room
    ref = (mirror.ref if mirror is not None else "") or f"{room}/{desk.moment()}"
    with desk.at.store.begin() as books:
        desk.at.dispatcher.sent(outbound, SentRef(value=ref), books, desk.at.clock())
    return ref


def posts(desk: ChatDesk) -> Sequence[Outbound]:
    """All that is due, and what comes of it, without waiting."""
    done: list[Outbound] = []
    while claimed := claims(desk):
        for outbound in claimed:
            post(desk, outbound)
        done += claimed
    return done


def refuse(desk: ChatDesk, fault: DeliveryError) -> Sequence[Outbound]:
    claimed = claims(desk)
    for outbound in claimed:
        with desk.at.store.begin() as books:
            desk.at.dispatcher.failed(outbound, fault, books, desk.at.clock())
    return claimed


def cards(posted: Sequence[Outbound]) -> list[tuple[int, str, bool]]:
    """Whose, where, and is it only said that it has moved?"""
    found = [(one.ticket.number, one.mirror) for one in posted if one.delivery.mirror is not None]
    return [(number, mirror.address, mirror.over) for number, mirror in found if mirror is not None]


def told(posted: Sequence[Outbound]) -> list[tuple[NoticeKind, str]]:
    return [(one.delivery.notice.kind, one.delivery.address) for one in posted if one.delivery.notice is not None]


def with_rooms_for_both(desk: ChatDesk) -> ChatDesk:
    rules = (*desk.at.policy.mirrors, MirrorRule(team="cio", channel=Channel.SLACK, address=CIO_ROOM))
    desk.at.policy = replace(desk.at.policy, mirrors=rules)
    return desk
