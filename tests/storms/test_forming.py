"""Alike reports are proposed, then formed; each person hears of it once."""

from dataclasses import replace

import pytest

from intake.domain.deed import Cancel
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level, Priority
from intake.domain.message import Nature
from intake.domain.notice import NoticeKind
from intake.domain.storm import StormStage
from intake.domain.ticket import State
from storage.store import SqlStore
from tests.storms.stormy_desk import BROKEN, COFFEE, STANDS_STILL, VPN, StormyDesk, policy

KNOWN, ACK = NoticeKind.STORM_KNOWN, NoticeKind.ACKNOWLEDGEMENT


def test_two_alike_reports_are_no_storm(desk: StormyDesk) -> None:
    desk.many_report(2)
    assert desk.storms == []


def test_three_people_who_report_the_same_make_tier_1_asked_and_nobody_else_told(desk: StormyDesk) -> None:
    tickets = desk.many_report(3)
    parent = desk.story(desk.parent)
    assert desk.storm.stage is StormStage.PROPOSED
    assert [member.ticket for member in desk.members()] == tickets
    assert parent.links == tuple(tickets)
    assert [one.notice.kind for one in parent.deliveries if one.notice] == [NoticeKind.STORM_PROPOSED]
    assert [one.address for one in parent.deliveries] == [desk.policy.team("support").mail]
    for who, ticket in zip(("p1", "p2", "p3"), tickets, strict=True):
        assert len(desk.told(who, ACK)) == 1
        assert desk.told(who, KNOWN) == []
        assert desk.ticket(ticket).parent is None


def test_the_parent_is_an_incident_of_several_people(desk: StormyDesk) -> None:
    desk.many_report(2)
    desk.reports("p3", label=replace(BROKEN, urgency=Level.HIGH))
    parent = desk.ticket(desk.parent)
    assert (parent.kind, parent.impact, parent.urgency) == (Kind.INCIDENT, Level.MEDIUM, Level.HIGH)
    assert parent.priority is desk.policy.priority(Level.MEDIUM, Level.HIGH)
    assert parent.assignment_group == desk.policy.routes[Kind.INCIDENT][parent.tier]
    assert parent.caller is None


def test_one_person_who_writes_five_times_is_no_storm(desk: StormyDesk) -> None:
    for _ in range(5):
        desk.reports("p1")
    desk.reports("p2")
    assert desk.storms == []


def test_six_people_make_a_major_incident_and_each_is_told_once(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    assert desk.storm.stage is StormStage.FORMED
    assert {desk.ticket(number).parent for number in tickets} == {desk.parent}
    for who in ("p1", "p2", "p3", "p4", "p5"):
        assert len(desk.told(who, KNOWN)) == 1
        assert len(desk.told(who, ACK)) == 1
    assert len(desk.told("p6", KNOWN)) == 1
    assert desk.told("p6", ACK) == []
    assert desk.story(desk.parent).links == ()


def test_whoever_reports_later_joins_at_once_and_hears_of_it_in_place_of_the_usual_answer(desk: StormyDesk) -> None:
    desk.many_report(6)
    late = desk.reports("late")
    assert desk.ticket(late).parent == desk.parent
    assert [one.notice.kind for one in desk.story(late).deliveries if one.notice] == [KNOWN]
    (known,) = desk.told("late", KNOWN)
    assert known.notice is not None
    assert known.notice.fields["storm"] == f"HD-{desk.parent}"
    assert known.notice.fields["next"]


def test_whoever_was_told_and_reports_again_gets_the_usual_answer(desk: StormyDesk) -> None:
    desk.many_report(6)
    again = desk.reports("p1")
    assert desk.ticket(again).parent == desk.parent
    assert len(desk.told("p1", KNOWN)) == 1
    (answer,) = (one for one in desk.story(again).deliveries if one.notice and one.notice.kind is ACK)
    assert answer.notice is not None
    assert answer.notice.fields["storm"] == f"HD-{desk.parent}"


def test_a_report_of_something_else_stands_alone(desk: StormyDesk) -> None:
    desk.many_report(6)
    other = desk.reports("p7", COFFEE)
    assert desk.ticket(other).parent is None
    assert len(desk.told("p7", ACK)) == 1


def test_a_request_takes_no_part(desk: StormyDesk) -> None:
    desk.many_report(6)
    wish = replace(BROKEN, kind=Kind.SERVICE_REQUEST, category=None)
    assert desk.ticket(desk.reports("p7", label=wish)).parent is None


def test_an_unlabelled_report_takes_part(desk: StormyDesk) -> None:
    desk.many_report(6)
    unsure = replace(BROKEN, kind=Kind.NONE, category=None)
    assert desk.ticket(desk.reports("p7", label=unsure)).parent == desk.parent


def test_reports_that_are_further_apart_than_the_window_do_not_belong_together(desk: StormyDesk) -> None:
    desk.many_report(2)
    desk.clock.advance(minutes=31)
    desk.reports("p3")
    assert desk.storms == []


def test_a_storm_that_is_open_takes_in_reports_however_long_it_lasts(desk: StormyDesk) -> None:
    desk.many_report(6)
    for _ in range(6):
        desk.clock.advance(minutes=40)
        desk.reports("other", COFFEE)
    assert desk.ticket(desk.reports("late")).parent == desk.parent


def test_a_monitor_joins_and_is_never_answered(desk: StormyDesk) -> None:
    desk.many_report(6)
    alarm = desk.reports("monitor", nature=Nature.ALERT)
    assert desk.ticket(alarm).parent == desk.parent
    assert [one for one in desk.deliveries() if one.address.startswith("monitor")] == []


def test_a_monitor_is_one_person_however_often_it_alarms(desk: StormyDesk) -> None:
    for _ in range(5):
        desk.reports("monitor", nature=Nature.ALERT)
    assert desk.storms == []


def test_the_pages_of_reports_stop_and_one_ladder_runs(desk: StormyDesk) -> None:
    for number in range(1, 6):
        desk.reports(f"p{number}", label=STANDS_STILL)
    assert len(desk.ladders()) == 5
    desk.reports("p6", label=STANDS_STILL)
    assert desk.ladders() == [desk.parent]
    desk.reports("p7", label=STANDS_STILL)
    assert desk.ladders() == [desk.parent]


def test_the_more_people_the_worse_it_is(store: SqlStore) -> None:
    desk = StormyDesk(store=store, policy=policy(impact_1_at=8))
    desk.many_report(7)
    assert desk.ticket(desk.parent).priority is Priority.P3
    assert desk.ladders() == []
    desk.many_report(1, first=8)
    assert desk.ticket(desk.parent).priority is Priority.P2
    assert desk.ladders() == [desk.parent]
    labelled = [event for event in desk.story(desk.parent).events if event.kind is EventKind.LABELLED]
    assert "8 people report it" in labelled[-1].reason


def test_the_desk_can_say_why(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    late = desk.reports("late")
    (joined,) = (event for event in desk.story(late).events if event.kind is EventKind.STORM_JOINED)
    assert joined.evidence[0].source == "similarity"
    assert "timeout" in joined.evidence[0].text
    assert joined.evidence[0].says == f"alike=HD-{first}"
    assert "100% like" in joined.reason


@pytest.mark.parametrize("form_at", [0, 4])
def test_the_administrator_says_when_it_forms(store: SqlStore, form_at: int) -> None:
    desk = StormyDesk(store=store, policy=policy(form_at=form_at))
    desk.many_report(8)
    assert desk.storm.stage is (StormStage.FORMED if form_at else StormStage.PROPOSED)


def test_a_desk_that_was_told_to_do_nothing_does_nothing(store: SqlStore) -> None:
    desk = StormyDesk(store=store, policy=policy(form_at=0, propose_at=0))
    desk.many_report(8)
    assert desk.storms == []


def test_a_canceled_report_does_not_count(desk: StormyDesk) -> None:
    first, _ = desk.many_report(2)
    desk.does(Cancel(reason="spam"), "root", ticket=first)
    desk.reports("p3")
    assert desk.storms == []
    assert desk.ticket(first).state is State.CANCELED


def test_what_was_undone_leaves_no_ghost(desk: StormyDesk) -> None:
    for who in ("g1", "g2", "g3", "g4"):
        with pytest.raises(ZeroDivisionError), desk.store.begin() as books:
            desk.classifier.label = BROKEN
            desk.desk.receive(desk.understood(desk.report(who)), books)
            _ = 1 / 0
    desk.reports("p1", COFFEE)
    desk.reports("p2")
    desk.reports("p3")
    assert desk.storms == []


def test_after_a_restart_the_reports_are_known_again(desk: StormyDesk) -> None:
    desk.many_report(2)
    desk.forget_all()
    desk.reports("p3")
    assert desk.storm.stage is StormStage.PROPOSED
    desk.many_report(3, first=4)
    desk.clock.advance(hours=3)
    desk.forget_all()
    assert desk.ticket(desk.reports("late")).parent == desk.parent


def test_nothing_of_it_is_seen_by_whoever_reported(desk: StormyDesk) -> None:
    """What the others wrote is nobody's business."""
    desk.reports("p1", f"{VPN} My password is hunter2.")
    desk.many_report(5, first=2)
    for one in desk.deliveries():
        if one.notice and one.notice.kind is KNOWN and not one.address.startswith("p1"):
            assert "hunter2" not in " ".join(one.notice.fields.values())
