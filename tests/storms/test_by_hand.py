"""What people decide: it is one, it is none, how it stands, which reports belong to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.deed import (
    Assign,
    Cancel,
    ConfirmStorm,
    DissolveStorm,
    JoinStorm,
    LeaveStorm,
    Merge,
    Relabel,
    Take,
    UpdateStorm,
)
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Outcome, Receipt, Refusal
from intake.domain.storm import StormStage
from intake.domain.ticket import State, Ticket
from tests.storms.stormy_desk import BROKEN, COFFEE, STANDS_STILL, StormyDesk

KNOWN, UPDATE, ALONE = NoticeKind.STORM_KNOWN, NoticeKind.STORM_UPDATE, NoticeKind.STORM_DISSOLVED
ROOT = "root"


def ok(receipt: Receipt) -> str:
    assert receipt.outcome is Outcome.APPLIED, receipt.reason
    return receipt.reason


def refused(receipt: Receipt) -> str:
    assert receipt.outcome is Outcome.SUPPRESSED
    return receipt.reason


def as_it_is(ticket: Ticket) -> Ticket:
    """Without what changes with everything."""
    return replace(ticket, revision=0, updated_at=ticket.opened_at)


def test_confirming_a_proposed_one_forms_it(desk: StormyDesk) -> None:
    tickets = desk.many_report(3)
    assert "3 people told" in ok(desk.does(ConfirmStorm(), ROOT, ticket=desk.parent))
    assert desk.storm.stage is StormStage.FORMED
    assert desk.storm.confirmed_by == ROOT
    assert {desk.ticket(number).parent for number in tickets} == {desk.parent}
    assert len(desk.told("p2", KNOWN)) == 1
    assert "already" in ok(desk.does(ConfirmStorm(), ROOT, ticket=desk.parent))
    assert len(desk.told("p2", KNOWN)) == 1


def test_confirming_a_formed_one_writes_down_who_has_looked(desk: StormyDesk) -> None:
    desk.many_report(6)
    ok(desk.does(ConfirmStorm(), ROOT, ticket=desk.parent))
    confirmed = [event for event in desk.story(desk.parent).events if event.kind is EventKind.STORM_CONFIRMED]
    assert [event.actor for event in confirmed] == [ROOT]


def test_dissolving_a_proposed_one_tells_nobody_outside(desk: StormyDesk) -> None:
    tickets = desk.many_report(3)
    before = [as_it_is(desk.ticket(number)) for number in tickets]
    said = ok(desk.does(DissolveStorm(reason="three printers"), ROOT, ticket=desk.parent))
    assert "3 reports stand alone" in said
    assert desk.ticket(desk.parent).state is State.CANCELED
    assert [as_it_is(desk.ticket(number)) for number in tickets] == before
    assert all(not desk.told(who, ALONE) for who in ("p1", "p2", "p3"))
    assert desk.story(desk.parent).links == ()


def test_dissolving_gives_every_ticket_back_as_it_was(desk: StormyDesk) -> None:
    tickets = [desk.reports(f"p{number}", label=STANDS_STILL) for number in range(1, 4)]
    tickets += [desk.reports("p4"), desk.reports("p5", label=STANDS_STILL)]
    desk.does(Take(), ROOT, ticket=tickets[0])
    desk.does(Assign(assigned_to="Ben"), ROOT, ticket=tickets[3])
    before = {number: as_it_is(desk.ticket(number)) for number in tickets}
    ladders = set(desk.ladders())
    assert ladders == {tickets[1], tickets[2], tickets[4]}
    late = desk.reports("p6", label=STANDS_STILL)
    assert desk.ladders() == [desk.parent]
    ok(desk.does(DissolveStorm(reason="six different things"), ROOT, ticket=desk.parent))
    assert {number: as_it_is(desk.ticket(number)) for number in tickets} == before
    assert set(desk.ladders()) == ladders | {late}
    assert desk.ticket(late).parent is None
    assert desk.storm.stage is StormStage.DISSOLVED
    assert desk.ticket(desk.parent).state is State.CANCELED
    assert desk.members() == []
    for who in ("p1", "p2", "p3", "p4", "p5", "p6"):
        assert len(desk.told(who, ALONE)) == 1
    assert "already" in ok(desk.does(DissolveStorm(reason="again"), ROOT, ticket=desk.parent))
    assert len(desk.told("p1", ALONE)) == 1


def test_what_was_dissolved_does_not_form_again_from_the_same_reports(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.does(DissolveStorm(reason="none"), ROOT, ticket=desk.parent)
    assert desk.ticket(desk.reports("p7")).parent is None
    assert len(desk.storms) == 1


def test_an_update_reaches_everybody_once(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.reports("p1")
    said = ok(desk.does(UpdateStorm(text="The provider works on it."), ROOT, ticket=desk.parent))
    assert "6 people told" in said
    for who in ("p1", "p6"):
        (heard,) = desk.told(who, UPDATE)
        assert heard.notice is not None
        assert heard.notice.fields["storm"] == f"HD-{desk.parent}"
        assert heard.notice.fields["message"] == str(desk.storm.update)
    assert desk.storm.next_update_at == desk.clock() + timedelta(hours=1)
    ok(desk.does(UpdateStorm(text="Half of you should be back."), ROOT, ticket=desk.parent))
    assert len(desk.told("p1", UPDATE)) == 2


def test_whoever_comes_later_hears_the_last_update_at_once_and_the_next_one_like_everybody(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.does(UpdateStorm(text="The provider works on it."), ROOT, ticket=desk.parent)
    desk.reports("late")
    (known,) = desk.told("late", KNOWN)
    assert known.notice is not None
    assert known.notice.fields["message"] == str(desk.storm.update)
    desk.does(UpdateStorm(text="Solved soon."), ROOT, ticket=desk.parent)
    assert len(desk.told("late", UPDATE)) == 1


def test_nobody_outside_is_told_of_what_is_only_proposed(desk: StormyDesk) -> None:
    desk.many_report(3)
    assert "confirm-storm" in refused(desk.does(UpdateStorm(text="Hello."), ROOT, ticket=desk.parent))


def test_whoever_has_it_is_reminded_of_the_update_that_was_promised(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.clock.advance(minutes=59)
    desk.fires_what_is_due()
    assert not [one for one in desk.deliveries() if one.notice and one.notice.kind is NoticeKind.STORM_UPDATE_DUE]
    desk.does(UpdateStorm(text="Soon."), ROOT, ticket=desk.parent)
    desk.clock.advance(minutes=61)
    desk.fires_what_is_due()
    (reminder,) = (one for one in desk.deliveries() if one.notice and one.notice.kind is NoticeKind.STORM_UPDATE_DUE)
    assert reminder.address == desk.policy.team("support").mail
    assert reminder.ticket == desk.parent
    desk.clock.advance(minutes=61)
    desk.fires_what_is_due()
    assert len([one for one in desk.deliveries() if one.notice and one.notice.kind is NoticeKind.STORM_UPDATE_DUE]) == 2


def test_a_report_joins_by_hand(desk: StormyDesk) -> None:
    desk.many_report(6)
    other = desk.reports("p7", COFFEE)
    ok(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=other))
    assert desk.ticket(other).parent == desk.parent
    assert len(desk.told("p7", KNOWN)) == 1
    assert "already" in ok(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=other))


def test_what_does_not_belong_leaves_by_hand_and_does_not_come_back_by_itself(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    ok(desk.does(LeaveStorm(reason="another site"), ROOT, ticket=first))
    assert desk.ticket(first).parent is None
    assert len(desk.told("p1", ALONE)) == 1
    desk.reports("p7")
    assert desk.ticket(first).parent is None
    assert "no major incident" in ok(desk.does(LeaveStorm(reason="again"), ROOT, ticket=first))
    ok(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=first))
    assert desk.ticket(first).parent == desk.parent


def test_a_request_must_be_relabelled_before_it_joins(desk: StormyDesk) -> None:
    desk.many_report(6)
    wish = desk.reports("p7", COFFEE, label=replace(BROKEN, kind=Kind.SERVICE_REQUEST, category=None))
    assert "relabel" in refused(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=wish))


def test_a_ticket_is_in_one_storm(desk: StormyDesk) -> None:
    here, *_ = desk.many_report(3)
    one = desk.parent
    for number in range(4, 7):
        desk.reports(f"p{number}", COFFEE)
    (other,) = (storm.parent for storm in desk.storms if storm.parent != one)
    assert "leave" in refused(desk.does(JoinStorm(storm=other), ROOT, ticket=here))
    assert "itself" in refused(desk.does(JoinStorm(storm=one), ROOT, ticket=one))


@pytest.mark.parametrize("decided", [False, True])
def test_two_storms_that_turn_out_to_be_one_become_one(desk: StormyDesk, *, decided: bool) -> None:
    tickets = desk.many_report(6)
    one = desk.parent
    more = [desk.reports(f"p{number}", COFFEE) for number in range(6, 9)]
    other = desk.storms[-1].parent
    if decided:
        ok(desk.does(ConfirmStorm(), ROOT, ticket=other))
    said = ok(desk.does(JoinStorm(storm=one), ROOT, ticket=other))
    assert "3 reports joined" in said
    assert {desk.ticket(number).parent for number in (*tickets, *more)} == {one}
    assert [member.ticket for member in desk.members(one)] == [*tickets, *more]
    assert desk.ticket(other).state is State.CANCELED
    assert [storm.stage for storm in desk.storms] == [StormStage.FORMED, StormStage.DISSOLVED]
    assert len([told for told in desk.told("p8", KNOWN) if told.notice and told.notice.fields["storm"] == f"HD-{one}"]) == 1
    assert len([told for told in desk.told("p6", KNOWN) if told.notice and told.notice.fields["storm"] == f"HD-{one}"]) == 1
    assert desk.told("p8", ALONE) == []


@pytest.mark.parametrize(
    "deed", [Cancel(reason="spam"), Relabel(kind=Kind.SERVICE_REQUEST)], ids=["canceled", "relabelled to a request"]
)
@pytest.mark.parametrize("people", [3, 6])
def test_a_report_that_turns_out_to_be_something_else_leaves(desk: StormyDesk, deed: Cancel | Relabel, people: int) -> None:
    first, *rest = desk.many_report(people)
    ok(desk.does(deed, ROOT, ticket=first))
    assert desk.ticket(first).parent is None
    assert [member.ticket for member in desk.members()] == rest
    assert len(desk.told("p1", ALONE)) == (1 if people == 6 and isinstance(deed, Relabel) else 0)


def test_a_report_that_is_merged_into_another_leaves(desk: StormyDesk) -> None:
    first, second, *_ = desk.many_report(6)
    ok(desk.does(Merge(into=second), ROOT, ticket=first))
    assert desk.ticket(first).parent is None
    assert first not in [member.ticket for member in desk.members()]


def test_a_major_incident_is_not_merged_nor_merged_into_nor_called_anything_else(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    other = desk.reports("p7", COFFEE)
    assert "stands for" in refused(desk.does(Merge(into=other), ROOT, ticket=desk.parent))
    assert "join-storm" in refused(desk.does(Merge(into=desk.parent), ROOT, ticket=other))
    assert "already" in refused(desk.does(Merge(into=desk.parent), ROOT, ticket=first))
    assert "dissolve" in refused(desk.does(Relabel(kind=Kind.SERVICE_REQUEST), ROOT, ticket=desk.parent))
    assert desk.ticket(desk.parent).kind is Kind.INCIDENT


def test_canceling_the_major_incident_dissolves_it(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    ok(desk.does(Cancel(reason="a drill"), ROOT, ticket=desk.parent))
    assert desk.storm.stage is StormStage.DISSOLVED
    assert {desk.ticket(number).parent for number in tickets} == {None}
    assert len(desk.told("p1", ALONE)) == 1


def test_what_a_person_decided_about_its_worth_stays(desk: StormyDesk) -> None:
    desk.many_report(6)
    ok(desk.does(Relabel(impact=Level.LOW, urgency=Level.LOW), ROOT, ticket=desk.parent))
    desk.reports("p7", label=STANDS_STILL)
    assert desk.ticket(desk.parent).impact is Level.LOW


def test_an_agent_of_another_team_may_not_decide(desk: StormyDesk) -> None:
    desk.many_report(3)
    pia = Principal(name="Pia", role=Role.AGENT, teams=frozenset({"process"}))
    ben = Principal(name="Ben", role=Role.AGENT, teams=frozenset({"support"}))
    for deed in (ConfirmStorm(), DissolveStorm(reason="no")):
        assert desk.does(deed, pia, ticket=desk.parent).refusal is Refusal.FORBIDDEN
    ok(desk.does(ConfirmStorm(), ben, ticket=desk.parent))


def test_a_ticket_that_is_no_storm_is_told_apart(desk: StormyDesk) -> None:
    alone = desk.reports("p1")
    for deed in (ConfirmStorm(), DissolveStorm(reason="no"), UpdateStorm(text="Hello.")):
        assert "no major incident" in refused(desk.does(deed, ROOT, ticket=alone))
    assert "no major incident" in refused(desk.does(JoinStorm(storm=alone), ROOT, ticket=alone))


def test_whoever_works_on_the_parent_is_not_disturbed_by_further_reports(desk: StormyDesk) -> None:
    desk.many_report(6)
    seen = desk.ticket(desk.parent).revision
    desk.reports("p7")
    assert desk.ticket(desk.parent).revision == seen
