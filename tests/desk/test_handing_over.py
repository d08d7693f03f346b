"""Tickets in other hands: tier by tier, with who, why and what was tried."""

from datetime import timedelta

import pytest

from intake.domain.deed import Assign, Cancel, Escalate, Hold, Note, Reply, Resume, Return, Take
from intake.domain.event import EventKind
from intake.domain.label import Category, Kind, Label, Level
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome, Refusal
from intake.domain.ticket import State, Tier
from tests.desk.at_the_desk import CALM, MONDAY, AtTheDesk, mail
from tests.desk.staff import ADMIN, AUDITOR, BEN, CLEO, LEE, LOU, PIA, policy_with_staff

BROKEN = Label(
    kind=Kind.INCIDENT, category=Category.DATA_PROBLEM, impact=Level.LOW, urgency=Level.LOW, confidence=0.9, version="test"
)
WISH = Label(
    kind=Kind.ENHANCEMENT,
    category=Category.CHANGE_REQUEST,
    impact=Level.LOW,
    urgency=Level.LOW,
    confidence=0.9,
    version="test",
)


def opened(desk: AtTheDesk, label: Label = BROKEN) -> int:
    number = desk.hears(mail(), label).ticket
    assert number is not None
    return number


@pytest.mark.parametrize(
    ("label", "teams"),
    [(BROKEN, ["support", "cio", "cio_leads"]), (CALM, ["support", "process", "process_leads"]), (WISH, ["cio", "cio_leads"])],
)
def test_each_kind_climbs_its_own_tiers_and_comes_back(staffed: AtTheDesk, label: Label, teams: list[str]) -> None:
    number = opened(staffed, label)
    seen = [staffed.ticket(number).assignment_group]
    for _ in teams[1:]:
        assert staffed.does(Escalate(reason="beyond us"), ADMIN, ticket=number).outcome is Outcome.APPLIED
        seen.append(staffed.ticket(number).assignment_group)
    assert seen == teams
    top = staffed.does(Escalate(reason="further"), ADMIN, ticket=number)
    assert (top.refusal, "no tier above" in top.reason) == (Refusal.CONFLICT, True)
    for team in reversed(teams[:-1]):
        staffed.does(Return(reason="yours after all"), ADMIN, ticket=number)
        assert staffed.ticket(number).assignment_group == team
    assert staffed.does(Return(reason="lower"), ADMIN, ticket=number).refusal is Refusal.CONFLICT


def test_a_hand_over_carries_who_why_and_what_was_tried_and_waits_to_be_taken(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    staffed.does(Escalate(reason="needs the database", tried="restarted the client"), BEN, ticket=number)
    story = staffed.story(number)
    event = next(event for event in story.events if event.kind is EventKind.ESCALATED)
    assert (event.actor, event.reason) == (
        "Ben",
        "from IT Support to CIO team: needs the database; tried: restarted the client",
    )
    ticket = story.line.ticket
    assert (ticket.state, ticket.assigned_to, ticket.tier) == (State.NEW, "", Tier.TEAM)
    told = [d for d in story.deliveries if d.address == "cio@localhost" and d.notice]
    assert told[0].notice is not None
    assert {"by": "Ben", "why": "needs the database", "tried": "restarted the client"}.items() <= told[0].notice.fields.items()


def test_to_the_leads_in_one_step(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Escalate(reason="the director calls", to_leads=True), BEN, ticket=number)
    assert staffed.ticket(number).assignment_group == "cio_leads"
    event = next(event for event in staffed.story(number).events if event.kind is EventKind.ESCALATED)
    assert event.data["escalation"] == "hierarchical"


@pytest.mark.parametrize(
    ("by", "may"),
    [(BEN, False), (CLEO, True), (PIA, False), (LEE, True), (LOU, False), (ADMIN, True), (AUDITOR, False)],
)
def test_whoever_works_on_a_tier_two_incident(staffed: AtTheDesk, by: Principal, may: bool) -> None:
    number = opened(staffed)
    staffed.does(Escalate(reason="beyond us"), BEN, ticket=number)
    receipt = staffed.does(Take(), by, ticket=number)
    assert receipt.refusal is (None if may else Refusal.FORBIDDEN)
    assert staffed.ticket(number).assigned_to == (by.name if may else "")


def test_whoever_gave_a_ticket_away_may_still_add_a_note_but_not_answer(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Escalate(reason="beyond us"), BEN, ticket=number)
    assert staffed.does(Note(text="they called again"), BEN, ticket=number).outcome is Outcome.APPLIED
    refused = staffed.does(Reply(text="soon"), BEN, ticket=number)
    assert (refused.refusal, "CIO team" in refused.reason) == (Refusal.FORBIDDEN, True)


def test_an_assignment_needs_somebody_of_the_tier(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    assert "nobody in the directory" in staffed.does(Assign(assigned_to="Zoe"), BEN, ticket=number).reason
    assert "another tier" in staffed.does(Assign(assigned_to="Cleo"), BEN, ticket=number).reason
    assert "does not work at tier" in staffed.does(Assign(assignment_group="cio"), BEN, ticket=number).reason
    assert staffed.does(Assign(assigned_to="Ben"), ADMIN, ticket=number).outcome is Outcome.APPLIED
    ticket = staffed.ticket(number)
    assert (ticket.assigned_to, ticket.state) == ("Ben", State.NEW)
    assert [d.address for d in staffed.story(number).deliveries if d.notice and d.notice.fields.get("why") == "assigned"] == [
        "ben@desk.example"
    ]
    staffed.does(Take(), BEN, ticket=number)
    assert staffed.ticket(number).state is State.IN_PROGRESS


def test_another_team_of_the_same_tier_gets_it_untaken(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Escalate(reason="beyond us"), BEN, ticket=number)
    staffed.does(Take(), CLEO, ticket=number)
    staffed.does(Assign(assignment_group="process"), CLEO, ticket=number)
    ticket = staffed.ticket(number)
    assert (ticket.assignment_group, ticket.assigned_to, ticket.state) == ("process", "", State.NEW)


def test_a_hold_ends_by_itself_and_whoever_has_the_ticket_hears_of_it(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Take(), BEN, ticket=number)
    staffed.does(Reply(text="We have ordered a part."), BEN, ticket=number)
    staffed.sends()
    staffed.clock.advance(minutes=11)
    staffed.fires_what_is_due()
    staffed.does(Hold(reason="waits for a part", until=MONDAY + timedelta(days=2)), BEN, ticket=number)
    ticket = staffed.ticket(number)
    assert (ticket.state, ticket.on_hold_reason) == (State.ON_HOLD, "waits for a part")
    staffed.clock.advance(days=1)
    assert staffed.fires_what_is_due() == 0
    staffed.clock.advance(days=1)
    staffed.fires_what_is_due()
    story = staffed.story(number)
    assert (story.line.ticket.state, story.line.ticket.on_hold_reason) == (State.IN_PROGRESS, "")
    assert "ben@desk.example" in [d.address for d in story.deliveries if d.notice and d.notice.kind is NoticeKind.WATCHED]


def test_a_hold_that_was_ended_by_hand_does_not_end_a_later_one(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Hold(reason="first", until=MONDAY + timedelta(hours=1)), BEN, ticket=number)
    staffed.does(Resume(), BEN, ticket=number)
    staffed.does(Hold(reason="second"), BEN, ticket=number)
    staffed.clock.advance(hours=2)
    assert staffed.fires_what_is_due() == 0
    assert staffed.ticket(number).on_hold_reason == "second"


def test_a_hold_into_the_past_is_refused(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    receipt = staffed.does(Hold(reason="x", until=MONDAY - timedelta(hours=1)), BEN, ticket=number)
    assert (receipt.refusal, staffed.ticket(number).state) == (Refusal.CONFLICT, State.NEW)


def test_whoever_had_not_seen_what_another_did_is_told(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    seen = staffed.ticket(number).revision
    assert staffed.does(Take(), BEN, ticket=number, seen=seen).outcome is Outcome.APPLIED
    late = staffed.does(Cancel(reason="spam"), ADMIN, ticket=number, seen=seen)
    assert late.refusal is Refusal.CONFLICT
    assert "changed since you looked (Ben, 09:00 UTC: taken, took the ticket)" in late.reason


def test_nothing_is_left_of_a_deed_that_was_refused(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    before = staffed.story(number)
    staffed.does(Assign(assigned_to="Cleo"), BEN, ticket=number)
    staffed.does(Reply(text="x"), PIA, ticket=number)
    assert staffed.story(number) == before


def test_a_team_that_was_renamed_leaves_its_tickets_workable(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Escalate(reason="beyond us"), BEN, ticket=number)
    staffed.policy = policy_with_staff(renamed=("cio", "erp"))
    assert staffed.does(Take(), BEN, ticket=number).refusal is Refusal.FORBIDDEN
    for deed in (Take(), Reply(text="We look."), Assign(assignment_group="erp"), Escalate(reason="further")):
        assert staffed.does(deed, ADMIN, ticket=number).outcome is Outcome.APPLIED
    assert staffed.ticket(number).assignment_group == "cio_leads"
