"""Clocks at the desk: they start, pause, stop and run out as people would expect, and what is stored is what the events say."""

from datetime import datetime, timedelta

import pytest

from intake.desk.case import Case
from intake.domain.clock import ClockKind, ClockState, KeptClock
from intake.domain.deed import Cancel, Hold, Merge, Relabel, Reopen, Reply, ReportDelivery, Resolve, Resume, Take
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket import State, Tier
from tests.desk.at_the_desk import ANN, BURNING, MONDAY, AtTheDesk, mail
from tests.desk.kept_clocks import explained, kept, let_pass, of_kind, told
from tests.desk.staff import ADMIN, BEN, CLEO

HOUR = timedelta(hours=1)
RESPONSE, RESOLUTION = ClockKind.RESPONSE, ClockKind.RESOLUTION
P3 = Label(
    kind=Kind.INCIDENT,
    category=Category.BLOCKED_TASK,
    impact=Level.MEDIUM,
    urgency=Level.MEDIUM,
    confidence=0.9,
    version="test",
)
VENDOR = Principal(name="vendor", role=Role.DEVICE)
# The shipped hours are Monday to Friday, nine to five, UTC; P3 is answered in four of them and resolved in twenty-four.


def opened(desk: AtTheDesk, label: Label = P3) -> int:
    number = desk.hears(mail(), label).ticket
    assert number is not None
    return number


def clock(desk: AtTheDesk, number: int, of: ClockKind = RESOLUTION) -> KeptClock:
    clocks = kept(desk, number)
    found = clocks.response if of is RESPONSE else clocks.resolution
    assert found is not None
    return found


def due(desk: AtTheDesk, number: int, of: ClockKind = RESOLUTION) -> datetime | None:
    return clock(desk, number, of).due


def answered(desk: AtTheDesk, number: int) -> None:
    desk.does(Reply(text="We are looking into it."), BEN, ticket=number)
    desk.sends()


def test_both_clocks_start_when_the_ticket_was_opened(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    assert due(staffed, number, RESPONSE) == MONDAY + 4 * HOUR
    assert due(staffed, number) == MONDAY + timedelta(days=2, hours=8)  # Wednesday at five
    assert kept(staffed, number).next_breach == MONDAY + 4 * HOUR


def test_a_p1_counts_by_night_and_at_weekends(staffed: AtTheDesk) -> None:
    staffed.clock.now = MONDAY + timedelta(days=5, hours=14)  # Saturday, eleven at night
    number = staffed.hears(mail(received_at=staffed.clock.now), BURNING).ticket or 0
    assert due(staffed, number, RESPONSE) == staffed.clock.now + timedelta(minutes=15)
    assert due(staffed, number) == staffed.clock.now + 4 * HOUR


def test_an_answer_stops_the_response_when_the_relay_has_taken_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.advance(hours=1)
    staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    assert due(staffed, number, RESPONSE) == MONDAY + 4 * HOUR  # it has not left yet
    staffed.clock.advance(minutes=5)
    staffed.sends()
    assert clock(staffed, number, RESPONSE) == KeptClock(state=ClockState.STOPPED)
    reading = explained(staffed, number)[RESPONSE].reading
    assert (reading.stopped_at, reading.elapsed) == (MONDAY + timedelta(minutes=65), timedelta(minutes=65))
    assert due(staffed, number) == MONDAY + timedelta(days=2, hours=8)


def test_the_desks_own_acknowledgement_is_no_answer(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    assert staffed.sends()
    assert clock(staffed, number, RESPONSE).state is ClockState.RUNNING


def test_an_answer_that_comes_back_has_never_stopped_the_clock(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    (sent,) = [one.delivery for one in staffed.sends() if one.delivery.reply is not None]
    assert clock(staffed, number, RESPONSE).state is ClockState.STOPPED
    staffed.clock.advance(minutes=5)
    staffed.does(ReportDelivery(delivery=sent.id, state=DeliveryState.FAILED, error="5.1.1"), VENDOR, ticket=number)
    assert due(staffed, number, RESPONSE) == MONDAY + 4 * HOUR
    let_pass(staffed, hours=5)
    assert "response overdue" in of_kind(staffed, number, EventKind.SLA_BREACHED)[0].reason


def test_a_second_answer_counts_when_the_first_comes_back(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    (first,) = [one.delivery for one in staffed.sends() if one.delivery.reply is not None]
    staffed.clock.advance(minutes=2)
    answered(staffed, number)
    staffed.clock.advance(minutes=3)
    staffed.does(ReportDelivery(delivery=first.id, state=DeliveryState.FAILED, error="5.2.2"), VENDOR, ticket=number)
    reading = explained(staffed, number)[RESPONSE].reading
    assert reading.stopped_at is not None
    assert f"{reading.stopped_at:%H:%M:%S}" == "09:02:00"
    assert clock(staffed, number, RESPONSE).state is ClockState.STOPPED


def test_sending_an_answer_does_not_make_what_somebody_looked_at_old(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    revision = staffed.ticket(number).revision
    staffed.sends()
    assert staffed.ticket(number).revision == revision


def test_a_hold_pauses_the_resolution_and_not_the_response(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.advance(hours=2)
    staffed.does(Hold(reason="waits for a part"), BEN, ticket=number)
    assert clock(staffed, number) == KeptClock(state=ClockState.PAUSED, left=22 * HOUR)
    assert due(staffed, number, RESPONSE) == MONDAY + 4 * HOUR
    staffed.clock.advance(hours=1)
    staffed.does(Resume(), BEN, ticket=number)
    assert due(staffed, number) == MONDAY + timedelta(days=3, hours=1)  # an hour of Thursday


def test_a_hold_over_night_costs_only_the_hours_of_work_in_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    answered(staffed, number)
    staffed.clock.now = MONDAY + 7 * HOUR
    staffed.does(Hold(reason="waits for a part"), BEN, ticket=number)
    staffed.clock.now = MONDAY + timedelta(days=1, hours=1)
    staffed.does(Resume(), BEN, ticket=number)
    assert due(staffed, number) == MONDAY + timedelta(days=3, hours=2)
    story = explained(staffed, number)[RESOLUTION]
    assert [(one.counts, one.length) for one in story.stretches][:2] == [(True, 7 * HOUR), (False, 18 * HOUR)]
    assert "on hold: waits for a part (Ben)" in story.stretches[1].why


def test_another_priority_counts_from_the_start_in_its_own_hours_and_keeps_the_pause(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    answered(staffed, number)
    staffed.clock.now = MONDAY + HOUR
    staffed.does(Hold(reason="waits for a part"), BEN, ticket=number)
    staffed.does(Relabel(impact=Level.MEDIUM, urgency=Level.HIGH), BEN, ticket=number)  # P2: eight hours, always
    assert clock(staffed, number).left == 7 * HOUR
    staffed.clock.now = MONDAY + 3 * HOUR
    staffed.does(Resume(), BEN, ticket=number)
    assert due(staffed, number) == MONDAY + 10 * HOUR


def test_resolving_stops_both_clocks_and_reopening_lets_them_go_on(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.sends()
    staffed.clock.advance(minutes=10)
    staffed.fires_what_is_due()
    assert staffed.ticket(number).state is State.RESOLVED
    assert {clock(staffed, number, of).state for of in ClockKind} == {ClockState.STOPPED}
    staffed.clock.advance(hours=2)
    staffed.does(Reopen(reason="it is loose again"), BEN, ticket=number)
    assert clock(staffed, number, RESPONSE).state is ClockState.STOPPED  # the final response was an answer
    assert due(staffed, number) == MONDAY + timedelta(days=3, hours=2)


def test_a_ticket_that_is_canceled_unanswered_ends_the_response_as_it_stands(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.advance(hours=1)
    staffed.does(Cancel(reason="a test"), BEN, ticket=number)
    reading = explained(staffed, number)[RESPONSE].reading
    assert (reading.state, reading.elapsed) == (ClockState.STOPPED, HOUR)
    let_pass(staffed, days=2)
    assert of_kind(staffed, number, EventKind.SLA_BREACHED) == []


def test_a_merged_ticket_stops_and_the_other_goes_on_as_it_is(staffed: AtTheDesk) -> None:
    number, other = opened(staffed), opened(staffed)
    before = kept(staffed, other)
    staffed.does(Merge(into=other), ADMIN, ticket=number)
    assert clock(staffed, number).state is ClockState.STOPPED
    assert kept(staffed, other) == before


def test_whoever_has_the_ticket_is_warned_at_three_quarters_once(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    let_pass(staffed, hours=2, minutes=55)
    assert told(staffed, number, NoticeKind.DUE_SOON) == []
    let_pass(staffed, minutes=30)
    (address, why), *more = told(staffed, number, NoticeKind.DUE_SOON)
    assert (address, more) == ("ben@desk.example", [])
    assert why == "response due Mon 2026-11-23 13:00 UTC: 3 h of 4 h (desk) are used up, 1 h left"
    assert kept(staffed, number).timer == MONDAY + 4 * HOUR


def test_a_clock_that_runs_out_hands_the_ticket_to_the_next_tier_with_the_reason(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    let_pass(staffed, hours=4)
    ticket = staffed.ticket(number)
    assert (ticket.tier, ticket.assignment_group, ticket.assigned_to) == (Tier.TEAM, "cio", "")
    (escalated,) = of_kind(staffed, number, EventKind.ESCALATED)
    assert "response overdue since Mon 2026-11-23 13:00 UTC: 4 h (desk) had passed and nobody's answer" in escalated.reason
    assert escalated.actor == "desk"
    assert ("cio@localhost", escalated.data["why"]) in told(staffed, number, NoticeKind.ARRIVAL)
    let_pass(staffed, hours=3)
    assert staffed.ticket(number).tier is Tier.TEAM
    assert len(of_kind(staffed, number, EventKind.SLA_BREACHED)) == 1
    assert clock(staffed, number, RESPONSE).state is ClockState.BREACHED
    staffed.clock.now = MONDAY + timedelta(days=2, hours=3)  # the resolution's warning
    staffed.fires_what_is_due()
    assert len(of_kind(staffed, number, EventKind.SLA_WARNED)) == 2
    assert len(of_kind(staffed, number, EventKind.SLA_BREACHED)) == 1


def test_at_the_top_tier_its_holder_and_the_leads_are_told(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    answered(staffed, number)
    let_pass(staffed, days=3)  # resolution: to tier 2
    staffed.does(Take(), CLEO, ticket=number)
    staffed.does(Relabel(impact=Level.HIGH, urgency=Level.HIGH), ADMIN, ticket=number)  # four hours, always: over at once
    let_pass(staffed, minutes=5)
    assert staffed.ticket(number).tier is Tier.LEADS
    staffed.does(Take(), ADMIN, ticket=number)
    staffed.does(Relabel(impact=Level.MEDIUM, urgency=Level.HIGH), ADMIN, ticket=number)  # eight: over as well
    let_pass(staffed, minutes=5)
    assert [address for address, _ in told(staffed, number, NoticeKind.OVERDUE)] == ["cio-leads@localhost"]
    assert len(of_kind(staffed, number, EventKind.SLA_BREACHED)) == 3
    assert len(of_kind(staffed, number, EventKind.ESCALATED)) == 2


def test_a_target_that_was_missed_before_is_not_missed_again(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    let_pass(staffed, hours=4)
    for level in (Level.LOW, Level.MEDIUM):  # P4, and P3 again
        staffed.does(Relabel(impact=level, urgency=Level.MEDIUM), ADMIN, ticket=number)
        let_pass(staffed, minutes=10)
    assert len(of_kind(staffed, number, EventKind.SLA_BREACHED)) == 1


def test_a_final_response_on_its_way_is_not_taken_from_whoever_wrote_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    answered(staffed, number)
    staffed.clock.now = MONDAY + timedelta(days=2, hours=7, minutes=55)
    staffed.fires_what_is_due()
    staffed.does(Take(), BEN, ticket=number)
    staffed.does(Resolve(text="The plug was loose."), BEN, ticket=number)
    staffed.sends()
    let_pass(staffed, minutes=15)
    ticket = staffed.ticket(number)
    assert (ticket.state, ticket.assigned_to, ticket.tier) == (State.RESOLVED, "Ben", Tier.SUPPORT)
    assert {address for address, _ in told(staffed, number, NoticeKind.OVERDUE)} == {"ben@desk.example", "cio-leads@localhost"}


def test_a_desk_that_was_down_over_the_deadline_says_so_when_it_is_back(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.now = MONDAY + timedelta(days=7)
    while staffed.fires_what_is_due():
        pass
    breaches = of_kind(staffed, number, EventKind.SLA_BREACHED)
    assert [event.data["clock"] for event in breaches] == ["response", "resolution"]
    assert told(staffed, number, NoticeKind.DUE_SOON) == []
    assert len(of_kind(staffed, number, EventKind.ESCALATED)) == 1
    assert kept(staffed, number).timer is None


def test_the_response_is_too_late_but_nothing_escalates_once_it_has_left(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.clock.now = MONDAY + 5 * HOUR  # nothing has fired meanwhile
    answered(staffed, number)
    staffed.fires_what_is_due()
    (breach,) = of_kind(staffed, number, EventKind.SLA_BREACHED)
    assert "it was too late" in breach.reason
    assert of_kind(staffed, number, EventKind.ESCALATED) == []


@pytest.mark.parametrize("direct", [True, False])
def test_a_colleagues_mail_that_went_to_the_requester_directly_counts_when_the_desk_hears_of_it(
    staffed: AtTheDesk, direct: bool
) -> None:
    number = opened(staffed)
    with staffed.store.begin() as books:
        ticket = books.tickets.get(number)
        assert ticket is not None
        case = Case(ticket, books, MONDAY + HOUR, by=BEN)
        staffed.desk.replies.reply(Reply(text="Try another port."), case, {ANN.value} if direct else ())
    assert (clock(staffed, number, RESPONSE).state is ClockState.STOPPED) == direct
