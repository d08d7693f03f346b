"""What comes while the final response of a major incident is on its way is not lost in it."""

from datetime import timedelta

from intake.domain.channel import Channel
from intake.domain.deed import Cancel, Dispute, JoinStorm
from intake.domain.message import ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.storm import StormStage
from intake.domain.ticket import State
from tests.storms.stormy_desk import COFFEE, STANDS_STILL, StormyDesk, mailbox
from tests.storms.test_by_hand import ROOT, ok, refused
from tests.storms.test_final_response import gives_the_final_response, nothing_bounces


def test_a_report_after_the_final_response_was_written_is_a_ticket_of_its_own(desk: StormyDesk) -> None:
    desk.many_report(6)
    gives_the_final_response(desk)
    desk.sends()
    late = desk.reports("p9", label=STANDS_STILL)
    assert desk.ticket(late).parent is None
    assert desk.ladders() == [late]
    assert desk.story(late).links == (desk.parent,)
    assert desk.told("p9", NoticeKind.STORM_KNOWN) == []
    nothing_bounces(desk)
    assert desk.ticket(desk.parent).state is State.RESOLVED


def test_nobody_lets_a_report_join_what_has_been_answered_already(desk: StormyDesk) -> None:
    desk.many_report(6)
    gives_the_final_response(desk)
    late = desk.reports("p9", COFFEE)
    assert "has been written already" in refused(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=late))


def test_whoever_objects_before_the_end_is_worked_on_by_themselves(desk: StormyDesk) -> None:
    first, second, *_ = [desk.reports(f"p{number}", label=STANDS_STILL) for number in range(1, 7)]
    gives_the_final_response(desk)
    desk.sends()
    ok(desk.does(Dispute(text="Still nothing."), mailbox("p1"), ticket=first))
    ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=f"HD-{second}")
    desk.hears(desk.report("p2", "It is not solved here.", answers=(ref,)))
    nothing_bounces(desk)
    assert desk.ticket(desk.parent).state is State.RESOLVED
    assert {desk.ticket(number).parent for number in (first, second)} == {None}
    assert {desk.ticket(number).state for number in (first, second)} == {State.NEW}
    assert sorted(desk.ladders()) == [first, second]


def test_what_is_being_answered_is_not_canceled(desk: StormyDesk) -> None:
    desk.many_report(6)
    gives_the_final_response(desk)
    assert "on its way" in refused(desk.does(Cancel(reason="a drill"), ROOT, ticket=desk.parent))
    assert desk.storm.stage is StormStage.FORMED
    assert desk.told("p1", NoticeKind.STORM_DISSOLVED) == []


def test_no_time_is_promised_that_is_over(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.clock.now += timedelta(minutes=90)
    desk.reports("p7")
    (told,) = desk.told("p7", NoticeKind.STORM_KNOWN)
    assert told.notice is not None
    assert "next" not in told.notice.fields


def test_nobody_is_reminded_of_an_update_while_the_final_response_goes_out(desk: StormyDesk) -> None:
    desk.many_report(6)
    desk.clock.now += timedelta(minutes=55)
    gives_the_final_response(desk)
    desk.clock.now += timedelta(minutes=6)
    desk.fires_what_is_due()
    assert [
        one for one in desk.story(desk.parent).deliveries if one.notice and one.notice.kind is NoticeKind.STORM_UPDATE_DUE
    ] == []


def test_whoever_was_asked_whether_it_is_one_is_told_at_once_when_it_became_one(desk: StormyDesk) -> None:
    desk.many_report(3)
    (asked,) = desk.story(desk.parent).deliveries
    desk.many_report(3, first=4)
    told = desk.story(desk.parent).deliveries[-1]
    assert told.notice is not None
    assert told.notice.fields["formed"] == "yes"
    assert (told.address, told.group) == (asked.address, "")
