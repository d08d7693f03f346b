"""A ticket that is worked on again has its draft again; what was closed stays closed."""

import pytest

from intake.domain import deed as d
from intake.domain.change import ChangeKind, Stage
from intake.domain.label import Category
from storage.store import SqlStore
from tests.changes.change_desk import WISH, ChangeDesk, policy
from tests.changes.stages import in_stage, resolved
from tests.desk.at_the_desk import ANN, CALM, mail

S = Stage
ANSWER = d.Resolve(text="Use the filter on the left.")


@pytest.mark.parametrize("who", ["Cleo", ANN.value])
@pytest.mark.parametrize("stage", [S.REJECTED, S.WITHDRAWN])
def test_a_reopened_ticket_has_its_draft_again(desk: ChangeDesk, stage: Stage, who: str) -> None:
    ticket = in_stage(desk, stage)
    resolved(desk, ticket)
    before = desk.change(ticket)
    desk.must(d.Reopen(reason="we need it after all"), ticket, who)
    again = desk.change(ticket)
    assert (again.stage, again.round, again.ended_because) == (S.DRAFT, before.round, "")
    assert (again.author, again.cio_approved_by, again.process_approved_by, again.window) == ("", "", "", None)
    assert again.backout_plan == before.backout_plan


def test_a_mail_that_reopens_brings_the_draft_back(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.REJECTED)
    resolved(desk, ticket)
    desk.hears(mail("We really need it.", ticket=ticket, received_at=desk.clock()))
    assert desk.change(ticket).stage is S.DRAFT


def test_who_objects_to_the_reason_has_their_draft_again(desk: ChangeDesk) -> None:
    """Before it has arrived: the ticket was never over."""
    ticket = in_stage(desk, S.REJECTED)
    desk.must(d.Dispute(text="You have misread it."), ticket, ANN.value)
    assert desk.change(ticket).stage is S.DRAFT


def test_a_draft_again_goes_the_whole_way(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.REJECTED)
    resolved(desk, ticket)
    desk.must(d.Reopen(reason="the board wants it"), ticket)
    for deed in (d.SubmitChange(), d.RequestApproval()):
        desk.must(deed, ticket)
    desk.approve_both(ticket)
    assert (desk.change(ticket).round, desk.change(ticket).is_approved) == (2, True)


def test_a_closed_change_stays_closed_when_its_ticket_is_reopened(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.CLOSED)
    desk.must(ANSWER, ticket)
    resolved(desk, ticket)
    desk.must(d.Reopen(reason="it is narrow again"), ticket)
    assert desk.change(ticket).stage is S.CLOSED


def test_a_correction_of_what_is_over_begins_nothing(desk: ChangeDesk) -> None:
    ticket = desk.opens(CALM)
    desk.must(ANSWER, ticket, "root")
    resolved(desk, ticket)
    desk.must(d.Relabel(category=Category.CHANGE_REQUEST), ticket, "root")
    assert desk.change(ticket).stage is S.WITHDRAWN
    desk.must(d.Reopen(reason="then let us do it"), ticket, "root")
    assert desk.change(ticket).stage is S.DRAFT


def test_a_clock_that_takes_up_what_nobody_could_answer_leaves_a_draft_there(desk: ChangeDesk) -> None:
    ticket = in_stage(desk, S.REJECTED)
    desk.fails_to_send()
    desk.lets_pass(days=40)
    assert desk.ticket(ticket).final_response is None
    assert desk.change(ticket).stage is S.DRAFT


TEMPLATE = """
[[change_template]]
name = "wider reports"
title = "A wider report"
text = "One column more."
team = "cio"
risk = "low"
services = ["Reports"]
implementation_plan = "Widen it."
backout_plan = "Narrow it."
tasks = ["Widen"]
duration = "1h"
"""


def test_a_standard_change_that_comes_back_is_approved_by_nobody(store: SqlStore) -> None:
    desk = ChangeDesk(store=store, policy=policy(TEMPLATE))
    ticket = desk.opens(WISH)
    desk.must(d.UseTemplate(template="wider reports"), ticket)
    assert desk.change(ticket).is_approved
    desk.must(d.WithdrawChange(reason="not now"), ticket)
    desk.must(d.Dispute(text="Now, please."), ticket, ANN.value)
    again = desk.change(ticket)
    assert (again.kind, again.is_approved) == (ChangeKind.NORMAL, False)
