"""Words that wait for an agent may be changed and taken back by their author meanwhile: it is the newest that is accepted."""

from datetime import timedelta

from intake.domain.deed import AcceptReply
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage, ThreadKind
from intake.domain.receipt import Outcome
from tests.chat.chat_desk import WHO, ChatDesk, named
from tests.desk.on_call import told


def held(desk: ChatDesk) -> InboundMessage:
    """By somebody who got news of a ticket that is not theirs."""
    desk.hears(desk.said("ann", "the printer is broken", room="help"), "broken")
    desk.sends()
    (number,) = desk.numbers()
    news = f"D{WHO['bob']}/{desk.moment(timedelta(hours=1))}"
    with desk.at.store.begin() as books:
        books.threads.bind([named(ThreadKind.CONVERSATION, news)], number)
    said = desk.said("bob", "Saturday suits us", thread=news)
    assert desk.hears(said).outcome is Outcome.HELD
    desk.at.clock.advance(minutes=5)
    return said


def test_what_waits_is_accepted_as_its_author_has_changed_it(desk: ChatDesk) -> None:
    said = held(desk)
    assert desk.hears(desk.amended(said, "Saturday does not suit us"), "calm").outcome is Outcome.APPLIED
    (number,) = desk.numbers()
    waits = desk.messages(number)[-1]
    assert (waits.body, waits.held, waits.public) == ("Saturday does not suit us", True, False)
    assert desk.at.does(AcceptReply(message=waits.id), "root", ticket=number).refusal is None
    assert (desk.messages(number)[-1].body, desk.messages(number)[-1].public) == ("Saturday does not suit us", True)


def test_what_its_author_takes_back_waits_no_longer_and_is_never_public(desk: ChatDesk) -> None:
    said = held(desk)
    (number,) = desk.numbers()
    assert desk.hears(desk.amended(said, deleted=True)).outcome is Outcome.APPLIED
    gone = desk.messages(number)[-1]
    assert (gone.held, gone.public) == (False, False)
    assert desk.at.does(AcceptReply(message=gone.id), "root", ticket=number).refusal is not None
    assert [one.data["message"] for one in told(desk.at, number, EventKind.MESSAGE_WITHDRAWN)] == [str(gone.id)]


def test_answers_below_what_waits_do_not_find_their_way_by_it(desk: ChatDesk) -> None:
    said = held(desk)
    receipt = desk.hears(desk.said("bob", "I cannot log in", thread=said.external_id), "broken")
    assert receipt.outcome is Outcome.OPENED
