"""Most of an agreement is used up: those who can do something about it hear of it, once."""

from dataclasses import replace

import pytest

from intake.domain.deed import AmendAgreement, ApproveOverdraft, Assign, BookHours, EstimateChange
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from tests.agreements.agreed_desk import ACME, a_change, book_of, mails_to
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import CLEO, LEE

LEADS = "cio-leads@localhost"


def told(desk: AtTheDesk, number: int) -> list[str]:
    return mails_to(desk, number, NoticeKind.AGREEMENT_LOW)


def estimates(desk: AtTheDesk, number: int, minutes: int) -> None:
    desk.does(EstimateChange(agreement=ACME, minutes=minutes), CLEO, ticket=number)


def test_leads_and_whoever_has_the_change_hear_that_most_is_used_up(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    agreed.does(Assign(assigned_to="Cleo"), CLEO, ticket=number)
    estimates(agreed, number, 479)
    assert told(agreed, number) == []
    agreed.does(BookHours(minutes=480, text="worked"), CLEO, ticket=number)
    assert told(agreed, number) == [LEADS, "cleo@desk.example"]
    (event,) = [event for event in agreed.story(number).events if event.kind is EventKind.AGREEMENT_LOW]
    assert event.reason == "ACME 2026: 8 h are reserved or spent, 80% of 10 h: 2 h left"
    (notice, *_) = [one.notice for one in agreed.story(number).deliveries if one.notice and "agreement" in one.notice.fields]
    assert notice is not None
    assert notice.fields["agreement"] == ACME
    assert notice.fields["why"] == "8 h are reserved or spent, 80% of 10 h: 2 h left"


def test_a_team_that_has_the_change_hears_it_as_a_team(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 500)
    assert told(agreed, number) == sorted([LEADS, agreed.policy.team("cio").mail])


def test_it_is_told_once_and_again_only_after_it_fell(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    for minutes in (500, 550, 500):
        estimates(agreed, number, minutes)
    assert len(told(agreed, number)) == 2
    estimates(agreed, number, 479)
    assert not book_of(agreed).line.agreement.alerted
    estimates(agreed, number, 480)
    assert book_of(agreed).line.agreement.alerted
    assert len(told(agreed, number)) == 4


def test_more_hours_end_the_alarm(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 500)
    agreed.does(AmendAgreement(agreement=ACME, reason="a second order", more=600), LEE)
    assert not book_of(agreed).line.agreement.alerted
    estimates(agreed, number, 960)
    assert len(told(agreed, number)) == 4


def test_fewer_hours_are_told_with_the_next_line_of_a_change(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 300)
    agreed.does(AmendAgreement(agreement=ACME, reason="less after all", fewer=250), LEE)
    assert told(agreed, number) == []
    agreed.does(BookHours(minutes=30, text="worked"), CLEO, ticket=number)
    assert len(told(agreed, number)) == 2


def test_an_overdraft_counts_as_used(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 470)
    agreed.does(ApproveOverdraft(minutes=60, reason="the audit waits"), LEE, ticket=number)
    assert len(told(agreed, number)) == 2


@pytest.mark.parametrize(("alert_at", "minutes"), [(0.5, 300), (1.0, 600)])
def test_how_much_is_most_is_for_the_administrator_to_say(agreed: AtTheDesk, alert_at: float, minutes: int) -> None:
    agreed.policy = replace(agreed.policy, changes=replace(agreed.policy.changes, alert_at=alert_at))
    number = a_change(agreed)
    estimates(agreed, number, minutes - 1)
    assert told(agreed, number) == []
    estimates(agreed, number, minutes)
    assert len(told(agreed, number)) == 2
