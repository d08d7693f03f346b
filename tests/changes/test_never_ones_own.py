"""Nobody decides on what they made themselves, however small their part, and whoever wrote the last word."""

from dataclasses import replace
from datetime import date

import pytest

from intake.domain import deed as d
from intake.domain.change import ChangeKind, Side
from intake.domain.deed import OpenAgreement
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from tests.changes.change_desk import PEOPLE, PLAN, ChangeDesk, policy
from tests.changes.stages import BROKEN

CIO, PROCESS = d.ApproveChange(side=Side.CIO), d.ApproveChange(side=Side.PROCESS)
WANTED = NoticeKind.APPROVAL_WANTED
A_WORD = d.PlanChange(test_plan="Look at it.")
TEN_HOURS = OpenAgreement(
    agreement="ACME 2026",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    minutes=600,
    spenders=("cio", "cio_leads"),
)


def planned_by(desk: ChangeDesk, *names: str) -> int:
    """The plan by the first, a word more by each of the others, and Cleo asks."""
    ticket = desk.opens()
    for place, name in enumerate(names):
        desk.must(A_WORD if place else PLAN, ticket, name)
    desk.must(d.SubmitChange(), ticket)
    desk.must(d.RequestApproval(), ticket)
    return ticket


def test_who_planned_nearly_all_of_it_does_not_approve_after_a_colleague_added_a_word(desk: ChangeDesk) -> None:
    ticket = planned_by(desk, "Lia", "Cora")
    assert "planned it, or a part of it" in desk.refuses(CIO, ticket, "Lia")
    assert "lia@desk.example" not in desk.told_to(WANTED, ticket)
    desk.must(CIO, ticket, "Lee")


def test_nor_in_a_later_round(desk: ChangeDesk) -> None:
    ticket = planned_by(desk, "Lia", "Cora")
    desk.must(d.ReworkChange(reason="too thin"), ticket, "Lou")
    desk.must(A_WORD, ticket, "Cora")
    desk.must(d.RequestApproval(), ticket)
    assert "planned it" in desk.refuses(CIO, ticket, "Lia")


def test_nor_after_it_was_rejected_and_drafted_again(desk: ChangeDesk) -> None:
    ticket = planned_by(desk, "Lia", "Cora")
    desk.must(d.RejectChange(reason="not now"), ticket, "Lou")
    desk.sends()
    desk.lets_pass(hours=80)
    desk.must(d.Reopen(reason="now"), ticket)
    desk.must(A_WORD, ticket, "Cora")
    for deed in (d.SubmitChange(), d.RequestApproval()):
        desk.must(deed, ticket)
    assert "planned it" in desk.refuses(CIO, ticket, "Lia")


def test_nor_does_who_stands_in_for_them(desk: ChangeDesk) -> None:
    away = '[[delegate]]\nfor = "Lia"\nagent = "Ben"\nfrom = "2026-11-23T00:00"\nuntil = "2026-11-30T00:00"\n'
    desk.policy = policy(away)
    ticket = planned_by(desk, "Lia", "Cora")
    assert "stands in for Lia" in desk.refuses(CIO, ticket, "Ben")


def test_who_opened_the_fix_planned_it_also_without_a_mail_address(desk: ChangeDesk) -> None:
    incident = desk.breaks(BROKEN)
    fix = int(desk.must(d.OpenFix(text="The last column is lost."), incident, "Lyn").rpartition("HD-")[2])
    for deed, by in ((PLAN, "Cora"), (d.SubmitChange(), "Cora"), (d.RequestApproval(), "Cleo")):
        desk.must(deed, fix, by)
    assert "planned it" in desk.refuses(PROCESS, fix, "Lyn")
    desk.must(PROCESS, fix, "Lou")


def test_where_all_of_one_side_had_a_part_in_it_whoever_has_it_is_told(desk: ChangeDesk) -> None:
    ticket = planned_by(desk, "Lia", "Lee", "Cora")
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any("nobody is there who may approve it for CIO" in why for why in told)


def test_where_nobody_is_left_only_later_whoever_has_it_is_told_with_the_reminder(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    desk.policy = policy(people=PEOPLE.replace('teams = ["process_leads"]', 'teams = ["support"]'))
    desk.lets_pass(days=1, hours=1)
    told = [one.notice.fields["why"] for one in desk.told(NoticeKind.CHANGE_NEWS, ticket, "cio@localhost") if one.notice]
    assert any("nobody is there who may approve it for Process" in why for why in told)


def emergency(desk: ChangeDesk) -> int:
    """Planned by Cora; Lee has let it have an hour more than there is."""
    assert desk.does(TEN_HOURS, desk.policy.agents["Lou"].principal).outcome is Outcome.APPLIED
    ticket = desk.emergency(begun=False)
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=600), ticket)
    desk.must(d.ApproveOverdraft(minutes=60, reason="it takes longer"), ticket, "Lee")
    return ticket


def test_who_allowed_its_overdraft_is_no_emergencys_author(desk: ChangeDesk) -> None:
    ticket = emergency(desk)
    desk.must(d.ImplementChange(), ticket, "Lee")
    change = desk.change(ticket)
    assert (change.author, change.implemented_by) == ("Cora", "Lee"), "the work was not held up"
    another = d.ApproveOverdraft(minutes=60, reason="longer still")
    assert "carries it out" in desk.refuses(another, ticket, "Lee")
    desk.must(another, ticket, "Lia")


def test_who_planned_it_after_allowing_its_overdraft_leaves_the_beginning_to_another(desk: ChangeDesk) -> None:
    ticket = emergency(desk)
    desk.must(A_WORD, ticket, "Lee")
    assert "somebody else asks" in desk.refuses(d.ImplementChange(), ticket, "Lee")
    desk.must(d.ImplementChange(), ticket, "Cleo")
    assert desk.change(ticket).author == "Cleo"


@pytest.mark.parametrize("by", ["Lia", "Cora"])
def test_who_planned_a_part_of_it_allows_it_no_overdraft(desk: ChangeDesk, by: str) -> None:
    assert desk.does(TEN_HOURS, desk.policy.agents["Lou"].principal).outcome is Outcome.APPLIED
    ticket = desk.opens()
    for deed, planner in ((PLAN, "Lia"), (A_WORD, "Cora"), (d.SubmitChange(), "Cora")):
        desk.must(deed, ticket, planner)
    desk.must(d.EstimateChange(agreement="ACME 2026", minutes=600), ticket)
    assert desk.refuses(d.ApproveOverdraft(minutes=60, reason="more"), ticket, by).startswith("forbidden")
    desk.must(d.ApproveOverdraft(minutes=60, reason="more"), ticket, "Lee")


def test_a_plan_called_an_emergency_is_planned_like_any_other(desk: ChangeDesk) -> None:
    ticket = desk.assessed(replace(PLAN, kind=ChangeKind.EMERGENCY, incident=desk.breaks()), by="Lee")
    desk.must(A_WORD, ticket, "Cora")
    desk.must(d.ImplementChange(), ticket)
    assert "planned it" in desk.refuses(CIO, ticket, "Lee")
