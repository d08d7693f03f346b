"""What was written for colleagues stays among them, also where nobody waits for an answer."""

from intake.domain import deed as d
from intake.domain.change import CloseCode
from intake.domain.message import Nature
from intake.domain.ticket import State
from tests.changes.change_desk import PLAN, ChangeDesk

REVIEW = "it nearly went wrong, the backup was from March"


def test_what_the_review_said_is_no_final_response_of_a_ticket_that_a_machine_opened(desk: ChangeDesk) -> None:
    ticket = desk.opens(nature=Nature.ALERT)
    for deed in (PLAN, d.SubmitChange()):
        desk.must(deed, ticket, "Cora")
    desk.must(d.RequestApproval(), ticket)
    desk.approve_both(ticket)
    desk.schedule(ticket, desk.clock())
    for work in (
        d.ImplementChange(),
        d.CompleteChange(text="done"),
        d.CloseChange(close_code=CloseCode.SUCCESSFUL, text=REVIEW),
    ):
        desk.must(work, ticket)
    assert desk.ticket(ticket).state is State.RESOLVED
    assert desk.answers(ticket) == ["The change is closed."]
    assert desk.change(ticket).ended_because == REVIEW
