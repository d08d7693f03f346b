"""Letters to approvers, product owners and those concerned that come back: whoever has the change hears it, nobody else."""

from datetime import timedelta

import pytest

from intake.domain import deed as d
from intake.domain.change import CloseCode, Phase
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.notice import NoticeKind
from tests.changes.change_desk import PLAN, ChangeDesk
from tests.desk.at_the_desk import ANN
from tests.desk.test_final_response import bounce, unreached

ALL = "all@customer.example"


def comes_back(desk: ChangeDesk, ticket: int, sent: Delivery) -> None:
    desk.hears(bounce(ticket, sent, "5.1.1"))


@pytest.fixture
def ticket(desk: ChangeDesk) -> int:
    number = desk.assessed()
    desk.must(d.AddAudience(address=ALL), number)
    desk.must(d.PlanAnnouncement(phase=Phase.DURING, text="Reports are away."), number)
    desk.must(d.RequestApproval(), number)
    return number


def test_whoever_has_it_hears_that_an_approver_was_not_reached(desk: ChangeDesk, ticket: int) -> None:
    desk.sends()
    (sent,) = desk.told(NoticeKind.APPROVAL_WANTED, ticket, "lou@desk.example")
    comes_back(desk, ticket, sent)
    assert unreached(desk, ticket) == [
        "lou@desk.example cannot be reached (bounced 5.1.1): they were asked to approve the change"
    ]


def test_an_announcement_that_comes_back_does_not_go_to_whoever_asked(desk: ChangeDesk, ticket: int) -> None:
    desk.approve_both(ticket)
    desk.schedule(ticket, desk.clock())
    desk.must(d.ImplementChange(), ticket)
    desk.sends()
    (sent,) = desk.told(NoticeKind.ANNOUNCEMENT, ticket)
    comes_back(desk, ticket, sent)
    assert [one.address for one in desk.told(NoticeKind.ANNOUNCEMENT, ticket)] == [ALL]
    assert len(unreached(desk, ticket)) == 1


def test_what_whoever_asked_should_know_of_their_change_finds_no_other_way(desk: ChangeDesk) -> None:
    ticket = desk.opens()
    for deed in (PLAN, d.SubmitChange()):
        desk.must(deed, ticket)
    desk.sends()
    (sent,) = desk.told(NoticeKind.CHANGE_DECIDED, ticket, ANN.value)
    comes_back(desk, ticket, sent)
    assert "no other way is known" in unreached(desk, ticket)[0]


def test_whoever_has_it_hears_that_a_closed_change_was_not_answered_yet(desk: ChangeDesk) -> None:
    ticket = desk.in_review()
    desk.must(d.Take(), ticket, "Cora")
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="It is wider."), ticket)
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cora@desk.example") if one.notice]
    assert any("waits for the final response" in why for why in told)


def test_of_many_moves_only_the_last_window_leaves(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    for days in range(2, 9):
        desk.schedule(ticket, desk.clock() + timedelta(days=days))
    *earlier, last = desk.told(NoticeKind.CHANGE_DECIDED, ticket)
    assert {one.state for one in earlier} == {DeliveryState.CANCELED}
    assert last.notice is not None
    assert last.notice.fields["starts"].startswith("2026-12-01")


def test_what_was_told_of_a_window_does_not_leave_after_the_end(desk: ChangeDesk) -> None:
    ticket = desk.scheduled()
    desk.must(d.WithdrawChange(reason="nobody needs it"), ticket)
    assert {one.state for one in desk.told(NoticeKind.CHANGE_DECIDED, ticket)} == {DeliveryState.CANCELED}
    assert len(desk.answers(ticket)) == 1
