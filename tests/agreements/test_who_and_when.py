"""Who may spend of an agreement, for which days, and in which stages of a change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.desk.agreements.spending import Spending
from intake.desk.case import Case
from intake.desk.telling import Teller
from intake.domain.agreement import Balance
from intake.domain.change import Stage
from intake.domain.deed import (
    AmendAgreement,
    ApproveOverdraft,
    BookHours,
    Deed,
    EstimateChange,
    WithdrawChange,
)
from intake.domain.errors import Forbidden
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Refusal
from tests.agreements.agreed_desk import (
    A_YEAR_LATER,
    ACME,
    IMPORTER,
    NEXT,
    a_change,
    balance,
    book_of,
    books,
    change_of,
    estimates,
    has,
    opened,
)
from tests.desk.at_the_desk import ANN, MONDAY, AtTheDesk
from tests.desk.staff import BEN, CLEO, LEE, LOU, PIA


def test_work_of_the_future_is_not_booked(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    receipt = books(agreed, number, 60, agreement=ACME, worked_on=date(2026, 11, 24))
    assert receipt.reason == "conflict: worked_on: 2026-11-24 lies in the future; work is booked when it is done"


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [
        ("Europe/Berlin", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 23)),
        ("Europe/Berlin", datetime(2026, 7, 22, 21, 59, tzinfo=UTC), date(2026, 7, 22)),
        ("America/New_York", datetime(2026, 11, 23, 4, 30, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_today_is_today_where_the_desk_is(agreed: AtTheDesk, zone: str, at: datetime, today: date) -> None:
    number = a_change(agreed)
    agreed.policy = replace(agreed.policy, calendar=replace(agreed.policy.calendar, zone=ZoneInfo(zone)))
    agreed.clock.now = at
    assert books(agreed, number, 60, agreement=ACME, worked_on=today + timedelta(days=1)).refusal is Refusal.CONFLICT
    assert books(agreed, number, 60, agreement=ACME).outcome is Outcome.APPLIED
    assert book_of(agreed).entries[-1].worked_on == today


def test_work_outside_the_period_belongs_elsewhere(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    number = a_change(agreed)
    assert "runs from 2027-01-01" in books(agreed, number, 60, agreement=NEXT).reason
    assert "is not in it" in books(agreed, number, 60, agreement=ACME, worked_on=date(2025, 12, 31)).reason
    assert books(agreed, number, 60, agreement=ACME, worked_on=date(2026, 1, 1)).outcome is Outcome.APPLIED


def test_after_the_period_work_is_still_booked_and_nothing_is_reserved(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    agreed.clock.now = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert estimates(agreed, number, 60).outcome is Outcome.APPLIED
    agreed.clock.now = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
    assert "ACME 2026 ended on 2026-12-31" in estimates(agreed, number, 90).reason
    assert estimates(agreed, number, 30).outcome is Outcome.APPLIED, "giving back is always possible"
    assert "name the day of the work" in books(agreed, number, 60).reason
    assert books(agreed, number, 60, worked_on=date(2026, 12, 30)).outcome is Outcome.APPLIED
    assert balance(agreed) == Balance(granted=600, spent=60)


def test_hours_may_be_reserved_before_the_period_begins(agreed: AtTheDesk) -> None:
    opened(agreed, A_YEAR_LATER)
    assert estimates(agreed, a_change(agreed), 60, agreement=NEXT).outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    ("by", "spends"),
    [(CLEO, True), (LEE, True), (PIA, True), (IMPORTER, True), (LOU, False), (BEN, False), (replace(PIA, name="PIA"), True)],
    ids=lambda value: value.name if isinstance(value, Principal) else "",
)
def test_teams_and_people_who_are_named_may_spend_and_nobody_else(agreed: AtTheDesk, by: Principal, spends: bool) -> None:
    receipt = books(agreed, a_change(agreed), 60, by, agreement=ACME)
    assert (receipt.outcome is Outcome.APPLIED) is spends
    if not spends:
        assert receipt.reason == f"forbidden: {by.name} spends nothing of ACME 2026: it is for CIO team, Lee, Pia"


def test_what_a_token_says_of_somebodys_teams_does_not_count_before_the_directory(agreed: AtTheDesk) -> None:
    borrowed = Principal(name="Ben", role=Role.AGENT, teams=frozenset({"cio"}))
    assert books(agreed, a_change(agreed), 60, borrowed, agreement=ACME).refusal is Refusal.FORBIDDEN


@pytest.mark.parametrize("name", ["cio", "Pia"])
def test_a_token_of_a_name_that_nobody_has_spends_nothing_whatever_it_is_called(agreed: AtTheDesk, name: str) -> None:
    """Like a team, or like somebody who left."""
    number = a_change(agreed)
    agreed.policy = replace(agreed.policy, agents={one: agent for one, agent in agreed.policy.agents.items() if one != "Pia"})
    token = Principal(name=name, role=Role.AGENT)
    assert books(agreed, number, 60, token, agreement=ACME).refusal is Refusal.FORBIDDEN
    assert balance(agreed) == Balance(granted=600)


def test_who_spends_may_also_be_refused_an_estimate_of_another_teams_change(agreed: AtTheDesk) -> None:
    assert estimates(agreed, a_change(agreed), 60, PIA).refusal is Refusal.FORBIDDEN


def test_only_spenders_give_back(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    estimates(agreed, number, 60)
    agreed.does(AmendAgreement(agreement=ACME, reason="Pia alone now", spenders=("Pia",)), LEE)
    assert estimates(agreed, number, 0).refusal is Refusal.FORBIDDEN
    assert balance(agreed).reserved == 60


@pytest.mark.parametrize("stage", Stage)
def test_hours_are_booked_from_assessment_on_and_also_afterwards(agreed: AtTheDesk, stage: Stage) -> None:
    if stage in {Stage.REJECTED, Stage.WITHDRAWN}:
        number = a_change(agreed)
        agreed.does(WithdrawChange(reason="not needed"), CLEO, ticket=number)
    else:
        number = a_change(agreed, stage)
    booked = books(agreed, number, 60, agreement=ACME).outcome is Outcome.APPLIED
    assert booked is (stage not in {Stage.DRAFT, Stage.REJECTED, Stage.WITHDRAWN})


@pytest.mark.parametrize(
    "deed",
    [
        EstimateChange(agreement=ACME, minutes=60),
        BookHours(agreement=ACME, minutes=60, text="x"),
        ApproveOverdraft(agreement=ACME, minutes=60, reason="x"),
    ],
    ids=lambda deed: deed.verb,
)
def test_who_asks_for_a_change_spends_nothing(agreed: AtTheDesk, deed: Deed) -> None:
    assert agreed.does(deed, ANN.value, ticket=a_change(agreed)).refusal is Refusal.FORBIDDEN


def test_the_desk_reserves_what_a_template_says_and_people_only_what_they_may_spend(agreed: AtTheDesk) -> None:
    number = a_change(agreed)
    teller = Teller(policy=agreed.policy, senders=agreed.senders, own=agreed.own)
    spending = Spending(policy=agreed.policy, teller=teller)
    change = change_of(agreed, number)
    with agreed.store.begin() as those:
        ticket = those.tickets.get(number)
        assert ticket is not None
        with pytest.raises(Forbidden):
            spending.reserve(Case(ticket, those, MONDAY, by=BEN), change, ACME, 240)
        spending.reserve(Case(ticket, those, MONDAY), change, ACME, 240)
    assert (change_of(agreed, number).agreement, change_of(agreed, number).estimate) == (ACME, 240)
    assert (has(agreed, number).reserved, book_of(agreed).entries[-1].by) == (240, "desk")
