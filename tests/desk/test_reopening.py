"""The way back: no, again, too late."""

from dataclasses import replace

import pytest

from intake.domain.deed import Close, Dispute, Reopen
from intake.domain.message import Nature
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State
from intake.domain.ticket_message import Direction
from tests.desk.at_the_desk import ANN, AtTheDesk, mail
from tests.desk.staff import BEN
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
    assert staffed.ticket(number).state is State.IN_PROGRESS


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
