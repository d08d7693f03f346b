"""What somebody marks: whose it is, where it is answered, and what is nobody's request."""

from collections.abc import Sequence
from dataclasses import replace

from intake.desk.outbound import Outbound
from intake.domain.channel import Channel
from intake.domain.deed import Resolve
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage, Nature
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State
from tests.chat.chat_desk import ChatDesk
from tests.chat.posted import claims
from tests.desk.on_call import told


def of_whom_nobody_says_who_reads_along(message: InboundMessage) -> InboundMessage:
    """As the shortcut brings it."""
    assert message.place is not None
    return replace(message, place=replace(message.place, shared=None))


def acknowledged(outbounds: Sequence[Outbound]) -> Outbound:
    (found,) = [one for one in outbounds if one.delivery.notice and one.delivery.notice.kind is NoticeKind.ACKNOWLEDGEMENT]
    return found


def test_a_room_counts_as_shared_until_somebody_says_that_it_is_not(desk: ChatDesk) -> None:
    words = of_whom_nobody_says_who_reads_along(desk.said("ann", "the printer is broken", room="talk"))
    assert desk.hears(desk.found(words, "bob"), "broken").outcome is Outcome.OPENED
    outbound = acknowledged(claims(desk))
    assert [ref.value for ref in outbound.answers] == [words.external_id]
    assert outbound.room is None
    desk.hears(desk.said("bob", "mine too", room="talk", thread=words.external_id))
    with desk.at.store.begin() as books:
        room = books.chat.room("C0TALK")
    assert room is not None
    assert not room.shared


def test_a_shared_room_stays_so_where_nobody_says(desk: ChatDesk) -> None:
    desk.hears(desk.said("ann", "the VPN is slow", room="talk", mentions=True, shared=True), "broken")
    words = of_whom_nobody_says_who_reads_along(desk.said("bob", "the printer is broken", room="talk"))
    desk.hears(desk.found(words, "ann"), "broken")
    with desk.at.store.begin() as books:
        room = books.chat.room("C0TALK")
    assert room is not None
    assert room.shared


def test_what_two_people_say_to_each_other_is_answered_where_the_desk_is(desk: ChatDesk) -> None:
    words = of_whom_nobody_says_who_reads_along(desk.said("ann", "the printer is broken"))
    assert desk.hears(desk.found(words, "bob"), "broken").outcome is Outcome.OPENED
    outbound = acknowledged(claims(desk))
    assert (outbound.delivery.channel, outbound.delivery.address, outbound.answers) == (Channel.SLACK, "U0ANN", ())
    again = desk.hears(replace(desk.found(words, "cid"), external_id="another trigger"))
    assert (again.outcome, "already" in again.reason) == (Outcome.SUPPRESSED, True)


def test_the_desks_own_words_are_nobodys_request(desk: ChatDesk) -> None:
    root = desk.said("ann", "the printer is broken", room="help")
    desk.hears(root, "broken")
    desk.sends()
    (number,) = desk.numbers()
    desk.at.does(Resolve(text="There was paper in it."), "root", ticket=number)
    desk.sends()
    final = [one for one in desk.told("ann") if one.reply is not None][-1].sent_ref
    at = final.partition("/")[2]
    words = desk.said("bot", "There was paper in it.", room="help", thread=root.external_id, nature=Nature.BOT, moment=at)
    before = len(desk.messages(number))
    receipt = desk.hears(desk.found(words, "ann"))
    assert (receipt.outcome, receipt.ticket) == (Outcome.SUPPRESSED, number)
    assert "own" in receipt.reason
    assert (len(desk.messages(number)), desk.at.ticket(number).state) == (before, State.RESOLVED)


def test_changes_that_come_in_another_order_leave_the_newest_words(desk: ChatDesk) -> None:
    said = desk.said("ann", "the printr is brokn", room="help")
    desk.hears(said, "broken")
    first, second = desk.amended(said, "the printer is brokn"), desk.amended(said, "the printer is broken")
    assert desk.hears(second, "broken").outcome is Outcome.APPLIED
    assert desk.hears(first, "broken").outcome is Outcome.SUPPRESSED
    (number,) = desk.numbers()
    assert [one.body for one in desk.messages(number)] == ["the printer is broken"]
    assert len(told(desk.at, number, EventKind.MESSAGE_AMENDED)) == 1
