"""The way back: no, again, too late."""

from dataclasses import replace

import pytest

from intake.desk.lifecycle import OPEN
from intake.desk.outbound import Outbound
from intake.domain.deed import Close, Dispute, Reopen
from intake.domain.message import Nature
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_final_response import answer_to, resolved


@pytest.mark.parametrize("text", ["", "It broke again."])
def test_the_requesters_no_reopens(staffed: AtTheDesk, text: str) -> None:
    number = resolved(staffed)
    staffed.does(Dispute(text=text), ANN.value, ticket=number)
    story = staffed.story(number)
    assert (story.line.ticket.state, story.line.ticket.final_response) == (State.IN_PROGRESS, None)
    assert [message.body for message in story.messages if message.direction is Direction.IN][1:] == ([text] if text else [])
    staffed.clock.advance(days=30)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state in OPEN


def test_nobody_objects_for_five_working_days(staffed: AtTheDesk) -> None:
    number = resolved(staffed)  # on a Monday
    staffed.clock.advance(days=6)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.RESOLVED
    staffed.clock.advance(days=1)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.CLOSED


def test_a_new_message_reopens_within_the_window(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.clock.advance(days=20)
    staffed.fires_what_is_due()
    receipt = staffed.hears(mail("Again!", answers=answer_to(number)))
    assert (receipt.outcome, receipt.ticket) == (Outcome.APPENDED, number)
    ticket = staffed.ticket(number)
    assert (ticket.state, ticket.assigned_to, ticket.resolved_at) == (State.IN_PROGRESS, "Ben", None)


def test_why_a_requester_reopens_is_a_message_of_theirs(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.does(Close(reason="done"), BEN, ticket=number)
    assert staffed.does(Reopen(reason="It smokes."), ANN.value, ticket=number).outcome is Outcome.APPLIED
    story = staffed.story(number)
    assert (story.line.ticket.state, story.messages[-1].body) == (State.IN_PROGRESS, "It smokes.")


def test_a_message_after_the_window_opens_a_linked_ticket(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.clock.advance(days=31)
    staffed.fires_what_is_due()
    receipt = staffed.hears(mail("Again!", answers=answer_to(number)))
    assert receipt.outcome is Outcome.OPENED
    assert receipt.ticket != number
    assert staffed.story(receipt.ticket).links == (number,)
    assert staffed.ticket(number).state is State.CLOSED
    assert staffed.does(Reopen(reason="please"), ANN.value, ticket=number).refusal is Refusal.CONFLICT
    assert staffed.does(Reopen(reason="we missed something"), BEN, ticket=number).outcome is Outcome.APPLIED


def test_machine_mail_reopens_nothing(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.hears(replace(mail(answers=answer_to(number)), nature=Nature.OUT_OF_OFFICE))
    staffed.hears(replace(mail("RECOVERY", answers=answer_to(number)), nature=Nature.ALERT))
    assert staffed.ticket(number).state is State.RESOLVED


def told_ben(desk: AtTheDesk) -> Outbound:
    """The newest letter to whoever has the ticket."""
    desk.clock.advance(hours=1)
    return [outbound for outbound in desk.sends() if outbound.delivery.address == "ben@desk.example"][-1]


@pytest.mark.parametrize(
    ("deed", "says"), [(Dispute(text="It smokes."), "it is not solved"), (Reopen(reason="It smokes."), "has reopened it")]
)
def test_whoever_has_the_ticket_reads_what_the_requester_says_is_not_solved(
    staffed: AtTheDesk, deed: Dispute | Reopen, says: str
) -> None:
    number = resolved(staffed)
    staffed.does(deed, ANN.value, ticket=number)
    letter = told_ben(staffed)
    assert letter.said is not None
    assert (letter.said.body, letter.delivery.notice and says in letter.delivery.notice.fields["why"]) == ("It smokes.", True)


def test_a_no_without_words_and_a_colleagues_reason_are_told_as_reasons(staffed: AtTheDesk) -> None:
    number = resolved(staffed)
    staffed.does(Dispute(text=" "), ANN.value, ticket=number)
    letter = told_ben(staffed)
    assert letter.said is None
    assert letter.delivery.notice is not None
    assert letter.delivery.notice.fields["why"] == "the requester says that it is not solved; it is worked on again"
    other = resolved(staffed)
    staffed.does(Reopen(reason="we missed something"), ADMIN, ticket=other)
    letter = told_ben(staffed)
    assert letter.delivery.notice is not None
    assert letter.delivery.notice.fields["why"] == "reopened: we missed something"
