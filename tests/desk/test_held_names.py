"""By the name of a held mail nobody finds the way to its ticket before an agent lets it in."""

from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import AcceptReply, RejectReply
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.receipt import Outcome
from tests.desk.at_the_desk import ANN, MALLORY, AtTheDesk, mail
from tests.desk.staff import BEN
from tests.desk.test_trust import opened, pointing

BOB = Address(kind=AddressKind.EMAIL, value="bob@partner.example", name="Bob")
BOBS_NAME = "bobs-report@partner.example"


def named(name: str) -> tuple[ThreadRef, ...]:
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=name),)


def held(desk: AtTheDesk, number: int, name: str = "aside@elsewhere.example") -> int:
    """Mallory's mail that has the ticket's number in its subject; the message's id."""
    stranger = mail(
        "Me too.", author=MALLORY, name=name, external_id=f"{name} of Mallory's", answers=pointing("subject tag", number)
    )
    assert desk.hears(stranger).outcome is Outcome.HELD
    return desk.story(number).messages[-1].id


def test_a_stranger_cannot_draw_somebody_elses_conversation_to_a_ticket(staffed: AtTheDesk) -> None:
    """Mallory, who got Bob's mail as well, is quicker at the desk: with a mail of the same name."""
    number = opened(staffed)
    held(staffed, number, BOBS_NAME)
    bobs = staffed.hears(mail("The report is empty.", author=BOB, name=BOBS_NAME)).ticket
    answer = staffed.hears(mail("Since Monday.", author=BOB, answers=named(BOBS_NAME)))
    assert (answer.outcome, answer.ticket) == (Outcome.APPENDED, bobs)
    assert bobs != number


def test_a_held_mail_that_is_accepted_then_takes_nobodys_name(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    message = held(staffed, number, BOBS_NAME)
    bobs = staffed.hears(mail("The report is empty.", author=BOB, name=BOBS_NAME)).ticket
    staffed.does(AcceptReply(message=message), BEN, ticket=number)
    assert staffed.hears(mail("Since Monday.", author=BOB, answers=named(BOBS_NAME))).ticket == bobs


def test_answers_to_a_mail_that_waits_are_no_part_of_the_ticket(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    held(staffed, number)
    assert staffed.hears(mail("And?", author=MALLORY, answers=named("aside@elsewhere.example"))).ticket != number


def test_answers_to_a_mail_that_was_accepted_find_its_ticket(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    message = held(staffed, number)
    staffed.does(AcceptReply(message=message), BEN, ticket=number)
    for author in (MALLORY, ANN):
        receipt = staffed.hears(mail("And?", author=author, answers=named("aside@elsewhere.example")))
        assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, number)


def test_answers_to_a_mail_that_was_rejected_find_nothing(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    message = held(staffed, number)
    staffed.does(RejectReply(message=message, reason="not one of theirs"), BEN, ticket=number)
    receipt = staffed.hears(mail("And?", author=MALLORY, answers=named("aside@elsewhere.example")))
    assert (receipt.outcome, receipt.ticket != number) == (Outcome.OPENED, True)


def test_an_absurdly_long_name_comes_back_whole(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    long = f"{'x y ' * 200}@elsewhere.example"
    message = held(staffed, number, long)
    staffed.does(AcceptReply(message=message), BEN, ticket=number)
    assert staffed.hears(mail("And?", author=MALLORY, answers=named(long))).ticket == number
