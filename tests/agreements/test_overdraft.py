"""More than is left, for one change: a lead allows it, and what is not needed is given back first."""

from dataclasses import replace
from datetime import date

import pytest

from intake.domain.agreement import Balance, EntryKind, OfChange
from intake.domain.change import Risk, Stage
from intake.domain.deed import (
    AmendAgreement,
    CloseAgreement,
    PlanChange,
    RequestApproval,
)
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from tests.agreements.agreed_desk import (
    A_YEAR_LATER,
    ACME,
    NEXT,
    a_change,
    allows,
    balance,
    book_of,
    books,
    estimates,
    has,
    kinds,
    opened,
)
from tests.desk.at_the_desk import AtTheDesk
from tests.desk.staff import CLEO, LEE, LOU

K = EntryKind
TODAY = date(2026, 11, 23)


def test_a_closed_change_is_no_reason_for_an_overdraft(agreed: AtTheDesk) -> None:
    number = a_change(agreed, Stage.CLOSED)
    assert "more hours can be agreed (amend_agreement)" in books(agreed, number, 601, agreement=ACME).reason
    assert allows(agreed, number, 60).refusal is Refusal.CONFLICT


def test_a_lead_lets_a_change_have_more_than_is_left(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    estimates(agreed, one, 600)
    assert books(agreed, other, 60, agreement=ACME).refusal is Refusal.CONFLICT
    assert allows(agreed, other, 60).outcome is Outcome.APPLIED
    assert balance(agreed) == Balance(granted=600, reserved=660, overdraft=60)
    line = book_of(agreed).entries[-1]
    assert (line.kind, line.by, line.ticket, line.text) == (K.OVERDRAFT, "Lee", other, "the audit waits")
    assert books(agreed, one, 601).refusal is Refusal.CONFLICT, "it is for the other change alone"
    assert books(agreed, other, 60, agreement=ACME).outcome is Outcome.APPLIED
    assert balance(agreed) == Balance(granted=600, reserved=600, spent=60, overdraft=60)


def test_what_is_missing_is_allowed_and_then_it_can_be_estimated(agreed: AtTheDesk) -> None:
    one, other = a_change(agreed), a_change(agreed)
    estimates(agreed, one, 470)
    assert allows(agreed, other, 50).outcome is Outcome.APPLIED
    assert estimates(agreed, other, 180).outcome is Outcome.APPLIED
    assert (balance(agreed).left, has(agreed, other).reserved) == (0, 180)


def test_an_overdraft_that_is_not_needed_is_given_back_first(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 600)
    allows(agreed, number, 60)
    estimates(agreed, number, 630)
    assert has(agreed, number) == OfChange(ticket=number, reserved=630, spent=0, overdraft=30)
    estimates(agreed, number, 540)
    assert has(agreed, number) == OfChange(ticket=number, reserved=540, spent=0)
    assert balance(agreed) == Balance(granted=600, reserved=540)


def test_an_overdraft_that_was_worked_stays_on_record_when_more_is_agreed(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    allows(agreed, number, 60)
    books(agreed, number, 660, agreement=ACME)
    agreed.does(AmendAgreement(agreement=ACME, reason="a second order", more=300), LEE)
    assert balance(agreed) == Balance(granted=900, spent=660, overdraft=60)
    opened(agreed, A_YEAR_LATER)
    agreed.does(AmendAgreement(agreement=ACME, reason="ends now", ends=TODAY), LEE)
    assert agreed.does(CloseAgreement(agreement=ACME, into=NEXT), LEE).outcome is Outcome.APPLIED
    assert balance(agreed, NEXT).granted == 600, "nothing goes over unless it was agreed"


@pytest.mark.parametrize(
    "by",
    [
        CLEO,
        LOU,
        Principal(name="Cleo", role=Role.LEAD, teams=frozenset({"cio_leads"})),
        Principal(name="root", role=Role.ADMIN),
        Principal(name="nobody", role=Role.LEAD, teams=frozenset({"cio_leads"})),
        Principal(name="Lou", role=Role.ADMIN),
        Principal(name="?", role=Role.REQUESTER),
        Principal(name="?", role=Role.DEVICE),
    ],
    ids=lambda by: f"{by.name} as {by.role.value}",
)
def test_nobody_but_a_lead_of_its_teams_whom_the_directory_knows_allows_more(agreed: AtTheDesk, by: Principal) -> None:
    assert allows(agreed, a_change(agreed), 60, by).refusal is Refusal.FORBIDDEN
    assert kinds(agreed) == [K.GRANTED]


@pytest.mark.parametrize("role", ["author", "assessed_by"])
def test_nobody_allows_their_own_change_more(agreed: AtTheDesk, role: str) -> None:
    number = a_change(agreed)
    with agreed.store.begin() as those:
        change = those.changes.get(number)
        assert change is not None
        those.changes.save(replace(change, author="lee") if role == "author" else replace(change, assessed_by="Lee"))
    assert "another lead can allow" in allows(agreed, number, 60).reason


def test_whoever_allowed_an_overdraft_does_not_become_its_author(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    plan = PlanChange(risk=Risk.LOW, services=("ERP",), backout_plan="Take the column out again.")
    assert agreed.does(plan, CLEO, ticket=number).outcome is Outcome.APPLIED
    allows(agreed, number, 60)
    estimates(agreed, number, 60)
    receipt = agreed.does(RequestApproval(), LEE, ticket=number)
    assert receipt.reason == f"forbidden: Lee allowed HD-{number} an overdraft: somebody else asks for its approval"
    estimates(agreed, number, 0)
    estimates(agreed, number, 90)
    assert agreed.does(RequestApproval(), LEE, ticket=number).outcome is Outcome.APPLIED, "nothing of it is left"


def test_an_overdraft_is_for_changes_that_are_under_way(agreed: AtTheDesk) -> None:
    assert allows(agreed, a_change(agreed, Stage.DRAFT), 60).refusal is Refusal.CONFLICT
    assert allows(agreed, a_change(agreed, Stage.IMPLEMENTING), 60).outcome is Outcome.APPLIED
