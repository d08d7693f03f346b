"""A clock, or a person, hands the ticket to the leads: the change stays in the hands of its teams."""

import pytest

from intake.domain import deed as d
from intake.domain.change import CloseCode, Phase, Stage
from intake.domain.deed import Deed
from tests.changes.change_desk import PLAN, ChangeDesk, policy
from tests.changes.stages import PATCHING

STANDARD = """
[[change_template]]
name = "certificates"
title = "Certificates"
text = "Renew them."
team = "cio"
risk = "low"
services = ["Portal"]
backout_plan = "The old one."
duration = "1h"
"""


def with_the_leads(desk: ChangeDesk, ticket: int) -> int:
    """Its team answered nobody in time."""
    desk.must(d.Escalate(reason="nobody answered in time"), ticket, "root")
    return ticket


def test_the_team_plans_and_carries_out_what_is_with_the_leads_now(desk: ChangeDesk) -> None:
    ticket = with_the_leads(desk, desk.opens())
    assert desk.ticket(ticket).assignment_group == "cio_leads"
    for deed in (PLAN, d.AddTask(title="Widen it"), d.SubmitChange(), d.RequestApproval()):
        desk.must(deed, ticket)
    desk.approve_both(ticket)
    desk.schedule(ticket, desk.clock())
    work: list[Deed] = [
        d.ImplementChange(),
        d.FinishTask(task=1),
        d.CompleteChange(text="done"),
        d.CloseChange(close_code=CloseCode.SUCCESSFUL, text="It is wider."),
    ]
    for each in work:
        desk.must(each, ticket)
    assert desk.change(ticket).stage is Stage.CLOSED


def test_what_a_clock_takes_to_the_leads_stays_the_teams_change(desk: ChangeDesk) -> None:
    ticket = desk.opens()
    desk.lets_pass(days=8)
    assert desk.ticket(ticket).assignment_group == "cio_leads"
    desk.must(PLAN, ticket)


@pytest.mark.parametrize("by", ["Ben", "Pia"])
def test_nobody_else_works_on_it(desk: ChangeDesk, by: str) -> None:
    ticket = with_the_leads(desk, desk.assessed())
    deeds: list[Deed] = [
        PLAN,
        d.RequestApproval(),
        d.ReworkChange(reason="no"),
        d.WithdrawChange(reason="no"),
        d.AddTask(title="Widen it"),
        d.AddAudience(address="all@customer.example"),
        d.PlanAnnouncement(phase=Phase.DURING, text="Now."),
    ]
    for deed in deeds:
        assert desk.do(deed, ticket, by).refusal is not None


def test_the_ticket_itself_is_for_whoever_has_it(desk: ChangeDesk) -> None:
    ticket = with_the_leads(desk, desk.assessed())
    for deed in (d.Resolve(text="no"), d.Cancel(reason="no"), d.Take(), d.Relabel(category=PATCHING.category)):
        assert desk.refuses(deed, ticket, "Cleo").startswith("forbidden")


def test_what_carries_no_change_is_planned_by_nobody_else(desk: ChangeDesk) -> None:
    incident = desk.breaks()
    assert desk.refuses(PLAN, incident, "Cleo").startswith("forbidden")


def test_the_team_of_a_template_goes_on_with_what_went_to_other_leads(desk: ChangeDesk) -> None:
    desk.policy = policy(STANDARD)
    ticket = desk.opens(PATCHING)
    for deed in (d.Escalate(reason="for the CIO team"), d.Assign(assignment_group="cio")):
        desk.must(deed, ticket, "root")
    desk.must(d.UseTemplate(template="certificates"), ticket)
    with_the_leads(desk, ticket)
    assert desk.ticket(ticket).assignment_group == "process_leads"
    desk.schedule(ticket, desk.clock())
    desk.must(d.ImplementChange(), ticket)
