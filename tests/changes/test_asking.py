"""Those who may decide are asked by letter, and asked again in working time, once each."""

from datetime import UTC, datetime

from intake.domain import deed as d
from intake.domain.change import Side
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.changes.change_desk import MAX, PEOPLE, PLAN, ChangeDesk, policy
from tests.desk.at_the_desk import MONDAY

CIO, PROCESS = d.ApproveChange(side=Side.CIO), d.ApproveChange(side=Side.PROCESS)
WANTED = NoticeKind.APPROVAL_WANTED


def test_every_approver_who_may_decide_gets_a_letter_that_names_them(desk: ChangeDesk) -> None:
    ticket = desk.asked(by="Lee")
    letters = {one.address: one.notice.fields for one in desk.told(WANTED, ticket) if one.notice}
    assert set(letters) == {"lia@desk.example", "lou@desk.example"}, "not its author; Lyn has no mail"
    assert (letters["lia@desk.example"]["agent"], letters["lia@desk.example"]["side"]) == ("Lia", "cio")
    assert letters["lou@desk.example"]["side"] == "process"
    teams = [one.address for one in desk.told(NoticeKind.CHANGE_NEWS, ticket)]
    assert teams == ["cio-leads@localhost", "process-leads@localhost"]


def test_who_has_not_decided_is_asked_again_each_working_day(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.sends()
    desk.must(CIO, ticket, "Lee")
    desk.lets_pass(days=1, hours=1)
    assert desk.told_to(WANTED, ticket) == ["lee@desk.example", "lia@desk.example", "lou@desk.example", "lou@desk.example"]
    again = desk.told(WANTED, ticket)[-1].notice
    assert again is not None
    assert again.fields["reminder"] == "yes"
    desk.lets_pass(days=2)
    assert len(desk.events(ticket, EventKind.APPROVAL_REMINDED)) == 3
    desk.must(PROCESS, ticket, "Lou")
    desk.lets_pass(days=7)
    assert len(desk.events(ticket, EventKind.APPROVAL_REMINDED)) == 3


def test_nobody_is_asked_again_at_the_weekend(desk: ChangeDesk) -> None:
    desk.clock.now = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)  # a Friday
    ticket = desk.asked()
    desk.lets_pass(days=2)
    assert not desk.events(ticket, EventKind.APPROVAL_REMINDED)
    desk.lets_pass(days=1)
    assert len(desk.events(ticket, EventKind.APPROVAL_REMINDED)) == 1


def test_each_reminder_goes_out_once_whoever_else_took_the_same_timer(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.clock.advance(days=1, hours=1)
    with desk.store.begin() as books:
        until = desk.clock.now.replace(hour=23)
        timers = books.timers.claim(now=desk.clock(), until=until, replica="one", limit=100)
    for _ in range(2):
        with desk.store.begin() as books:
            for timer in timers:
                desk.desk.fire(timer, books)
    assert len(desk.events(ticket, EventKind.APPROVAL_REMINDED)) == 1


def test_where_nobody_can_decide_for_a_side_whoever_has_it_is_told_at_once(desk: ChangeDesk) -> None:
    desk.policy = policy(people=PEOPLE.replace('teams = ["process_leads"]', 'teams = ["support"]'))
    ticket = desk.asked()
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any("nobody is there who may approve it for Process" in why for why in told)


def test_where_one_person_would_have_to_decide_twice_whoever_has_it_is_told(desk: ChangeDesk) -> None:
    desk.policy = policy(people=PEOPLE.replace("_leads", "") + MAX)
    ticket = desk.opens()
    for deed, by in ((PLAN, "root"), (d.SubmitChange(), "root"), (d.RequestApproval(), "root")):
        desk.must(deed, ticket, by)
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any("it takes two people, and only Max" in why for why in told)


def test_approvals_wait_for_letters_no_longer_once_both_have_decided(desk: ChangeDesk) -> None:
    ticket = desk.approved()
    assert {one.state for one in desk.told(WANTED, ticket)} == {DeliveryState.CANCELED}


def test_where_a_product_owner_must_agree_the_reminders_go_on_to_them_alone(desk: ChangeDesk) -> None:
    desk.policy = policy(product_owner_must_agree=True)
    owner = "owner@acme.example"
    agreement = d.OpenAgreement(
        agreement="ACME 2026",
        party="ACME",
        starts=MONDAY.date(),
        ends=MONDAY.date().replace(year=2027),
        minutes=600,
        spenders=("cio",),
        product_owners=(owner,),
    )
    assert desk.does(agreement, "root").outcome is Outcome.APPLIED
    ticket = desk.assessed()
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=240), ticket)
    desk.must(d.RequestApproval(), ticket)
    desk.sends()
    desk.approve_both(ticket)
    letters = len(desk.told(WANTED, ticket))
    desk.lets_pass(days=1, hours=1)
    assert desk.told_to(NoticeKind.CONSENT_WANTED, ticket) == [owner, owner]
    assert len(desk.told(WANTED, ticket)) == letters, "both sides have decided"
