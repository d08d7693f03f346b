"""A clock runs out: who keeps the ticket, and who is woken for it."""

from intake.domain.deed import Resolve, Take
from intake.domain.event import EventKind
from intake.domain.ticket import Tier
from tests.desk.at_the_desk import BURNING, AtTheDesk, mail
from tests.desk.kept_clocks import let_pass, of_kind
from tests.desk.staff import BEN
from tests.desk.test_final_response import answers, bounce


def given(desk: AtTheDesk) -> int:
    number = desk.hears(mail(), BURNING).ticket
    assert number is not None
    desk.does(Resolve(text="It works again."), BEN, ticket=number)
    return number


def test_a_clock_that_runs_out_takes_no_ticket_from_whoever_has_answered(staffed: AtTheDesk) -> None:
    number = given(staffed)
    let_pass(staffed, hours=5)
    assert staffed.ticket(number).tier is Tier.SUPPORT


def test_a_final_response_that_came_back_keeps_it_no_longer(staffed: AtTheDesk) -> None:
    number = given(staffed)
    staffed.sends()
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    staffed.hears(bounce(number, answers(staffed, number)[0], "5.1.1"))
    let_pass(staffed, hours=5)
    assert staffed.ticket(number).tier is Tier.LEADS, "both clocks have run out, one after the other"


def test_an_urgent_ticket_that_the_clock_takes_from_somebody_wakes_the_next_tier(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail(), BURNING).ticket
    assert number is not None
    staffed.does(Take(), BEN, ticket=number)
    let_pass(staffed, minutes=10)
    assert len(of_kind(staffed, number, EventKind.PAGED)) == 1
    let_pass(staffed, minutes=10)
    assert (staffed.ticket(number).tier, staffed.ticket(number).assigned_to) == (Tier.TEAM, "")
    _, again = of_kind(staffed, number, EventKind.PAGED)
    assert "CIO team" in again.reason
    assert "where nobody has it yet" in of_kind(staffed, number, EventKind.LADDER_STARTED)[-1].reason


def test_a_ladder_that_is_being_climbed_goes_on_as_it_was(staffed: AtTheDesk) -> None:
    number = staffed.hears(mail(), BURNING).ticket
    assert number is not None
    let_pass(staffed, minutes=20)
    assert len(of_kind(staffed, number, EventKind.LADDER_STARTED)) == 1
