"""Product owners of what is carried out first: asked when the work begins, heard, and in the way of nothing."""

from datetime import date

from intake.desk.changes.owners import principal_of_owner
from intake.domain import deed as d
from intake.domain.change import CloseCode, Risk, Side, Stage, Verdict
from intake.domain.deed import AmendAgreement, OpenAgreement
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.changes.change_desk import ChangeDesk, policy

WANTED = NoticeKind.CONSENT_WANTED
OLGA, OTTO = principal_of_owner("olga@acme.example"), principal_of_owner("otto@acme.example")
AGREED = OpenAgreement(
    agreement="ACME 2026",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    minutes=6_000,
    spenders=("cio",),
    product_owners=(OLGA.name,),
)


def begun(desk: ChangeDesk) -> int:
    assert desk.does(AGREED, desk.policy.agents["Lee"].principal).outcome is Outcome.APPLIED
    ticket = desk.emergency(begun=False)
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=60), ticket)
    desk.must(d.ImplementChange(), ticket)
    return ticket


def test_they_are_asked_when_the_work_begins(desk: ChangeDesk) -> None:
    ticket = begun(desk)
    assert desk.told_to(WANTED, ticket) == [OLGA.name]
    desk.must(d.ConsentToChange(), ticket, OLGA)
    desk.must(d.CompleteChange(text="it holds"), ticket)
    assert "already" in desk.must(d.ConsentToChange(), ticket, OLGA)
    (yes,) = desk.change_story(ticket).decisions
    assert (yes.side, yes.verdict, yes.by) == (Side.PRODUCT_OWNER, Verdict.APPROVED, OLGA.name)


def test_who_was_asked_before_the_work_is_not_asked_twice(desk: ChangeDesk) -> None:
    assert desk.does(AGREED, desk.policy.agents["Lee"].principal).outcome is Outcome.APPLIED
    ticket = desk.emergency(begun=False)
    desk.must(d.PlanChange(services=("Reports",), backout_plan="The old one.", risk=Risk.LOW), ticket, "Cora")
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=60), ticket)
    desk.must(d.RequestApproval(), ticket)
    desk.must(d.ImplementChange(), ticket)
    assert desk.told_to(WANTED, ticket) == [OLGA.name]


def test_their_no_is_written_down_and_both_sides_decide(desk: ChangeDesk) -> None:
    ticket = begun(desk)
    assert "CIO and Process decide" in desk.must(d.DeclineChange(reason="It can wait."), ticket, OLGA)
    assert desk.change(ticket).stage is Stage.IMPLEMENTING
    assert not desk.answers(ticket), "nobody is told that it is not done: it is"
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any("It can wait." in why for why in told)
    desk.must(d.CompleteChange(text="it holds"), ticket)
    desk.approve_both(ticket)
    desk.must(d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="it holds"), ticket)


def test_a_yes_of_who_is_none_any_more_ends_no_reminders(desk: ChangeDesk) -> None:
    desk.policy = policy(product_owner_must_agree=True)
    lee = desk.policy.agents["Lee"].principal
    assert desk.does(AGREED, lee).outcome is Outcome.APPLIED
    ticket = desk.assessed()
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=60), ticket)
    desk.must(d.RequestApproval(), ticket)
    desk.must(d.ConsentToChange(), ticket, OLGA)
    desk.does(AmendAgreement(agreement="ACME 2026", reason="Olga left", product_owners=(OTTO.name,)), lee)
    desk.sends()
    desk.lets_pass(days=1, hours=1)
    assert OTTO.name in desk.told_to(WANTED, ticket)
