"""A hundred clocks of one outage: the parent's count for people, the children's are kept."""

from intake.domain.clock import ClockState
from intake.domain.deed import ConfirmStorm, DissolveStorm, UpdateStorm
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Tier
from tests.desk.kept_clocks import kept, let_pass, of_kind, told
from tests.desk.staff import ADMIN
from tests.storms.stormy_desk import StormyDesk


def response(desk: StormyDesk, number: int) -> ClockState:
    clock = kept(desk, number).response
    assert clock is not None
    return clock.state


def test_an_update_is_an_answer_to_each_who_hears_it_and_on_the_incident_itself(desk: StormyDesk) -> None:
    reports = desk.many_report(6)
    desk.does(UpdateStorm(text="The provider works on it."), ADMIN, ticket=desk.parent)
    assert {response(desk, number) for number in (*reports, desk.parent)} == {ClockState.RUNNING}, "it has not left yet"
    desk.sends()
    assert {response(desk, number) for number in (*reports, desk.parent)} == {ClockState.STOPPED}
    assert len(of_kind(desk, desk.parent, EventKind.ANSWER_LEFT)) == 1


def test_being_told_that_it_is_known_is_no_humans_answer(desk: StormyDesk) -> None:
    reports = desk.many_report(6)
    desk.sends()
    assert {response(desk, number) for number in (*reports, desk.parent)} == {ClockState.RUNNING}


def test_what_runs_out_on_a_child_is_written_down_and_the_parent_alone_escalates(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    let_pass(desk, hours=9)
    assert of_kind(desk, first, EventKind.SLA_WARNED)
    assert of_kind(desk, first, EventKind.SLA_BREACHED)
    assert told(desk, first, NoticeKind.DUE_SOON) == []
    assert (desk.ticket(first).tier, desk.ticket(desk.parent).tier) == (Tier.SUPPORT, Tier.TEAM)


def test_a_report_that_stands_alone_again_escalates_by_itself(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    desk.does(ConfirmStorm(), ADMIN, ticket=desk.parent)
    desk.does(DissolveStorm(reason="two matters"), ADMIN, ticket=desk.parent)
    let_pass(desk, hours=9)
    assert desk.ticket(first).tier is Tier.TEAM
