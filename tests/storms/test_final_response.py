"""The final response of a major incident is everybody's: each ticket is resolved when its own copy has arrived."""

from datetime import timedelta

import pytest

from intake.desk.signed_names import bounce_tag
from intake.domain.channel import Channel
from intake.domain.deed import ConfirmUndeliverable, Dispute, JoinStorm, Merge, Reopen, Reply, Resolve, UpdateStorm
from intake.domain.event import EventKind
from intake.domain.message import Bounce, Nature, ThreadKind, ThreadRef
from intake.domain.notice import NoticeKind
from intake.domain.ticket import State
from tests.desk.at_the_desk import KEYS, mail
from tests.storms.stormy_desk import COFFEE, STANDS_STILL, VPN, StormyDesk, mailbox
from tests.storms.test_by_hand import ROOT, ok, refused

GONE = timedelta(seconds=601)


def gives_the_final_response(desk: StormyDesk) -> None:
    ok(desk.does(Resolve(text="The tunnel is up again."), ROOT, ticket=desk.parent))


def nothing_bounces(desk: StormyDesk) -> None:
    desk.clock.now += GONE
    while desk.fires_what_is_due():
        pass


def bounces(desk: StormyDesk, who: str) -> None:
    (sent,) = desk.answers_to(who)
    ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=bounce_tag(KEYS, sent.ticket, sent.id))
    report = mail(
        "No such user.",
        nature=Nature.BOUNCE,
        answers=(ref,),
        bounce=Bounce(recipients=(mailbox(who),), temporary=False, status="5.1.1"),
    )
    desk.hears(report)


def test_everybody_gets_it_once_and_each_ticket_is_resolved_when_its_own_copy_has_arrived(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    gives_the_final_response(desk)
    assert {desk.ticket(number).state for number in tickets} == {State.NEW}
    desk.sends()
    assert {desk.ticket(number).state for number in (*tickets, desk.parent)} == {State.NEW}
    nothing_bounces(desk)
    assert {desk.ticket(number).state for number in (*tickets, desk.parent)} == {State.RESOLVED}
    for who in ("p1", "p6"):
        assert len(desk.answers_to(who)) == 1
    assert desk.ticket(tickets[0]).parent == desk.parent


def test_whoever_has_two_tickets_gets_one_copy_and_both_are_resolved(desk: StormyDesk) -> None:
    desk.many_report(6)
    again = desk.reports("p1")
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    assert len(desk.answers_to("p1")) == 1
    assert desk.ticket(again).state is State.RESOLVED


def test_a_copy_that_comes_back_leaves_its_ticket_open_and_its_holder_told(desk: StormyDesk) -> None:
    first, *rest = desk.many_report(6)
    gives_the_final_response(desk)
    desk.sends()
    bounces(desk, "p1")
    nothing_bounces(desk)
    assert desk.ticket(first).state is State.NEW
    assert {desk.ticket(number).state for number in (*rest, desk.parent)} == {State.RESOLVED}
    unreached = [one for one in desk.story(first).deliveries if one.notice and one.notice.kind is NoticeKind.UNREACHED]
    assert len(unreached) == 1
    ok(desk.does(ConfirmUndeliverable(reason="they left"), ROOT, ticket=first))
    assert desk.ticket(first).state is State.RESOLVED


def test_a_copy_that_comes_back_late_opens_both_tickets_of_its_reader(desk: StormyDesk) -> None:
    first, *rest = desk.many_report(6)
    again = desk.reports("p1")
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    bounces(desk, "p1")
    assert {desk.ticket(first).state, desk.ticket(again).state} == {State.IN_PROGRESS}
    assert desk.ticket(rest[0]).state is State.RESOLVED


def test_if_nobody_gets_it_the_major_incident_stays_open(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    gives_the_final_response(desk)
    desk.fails_to_send()
    assert desk.ticket(desk.parent).state is State.NEW
    ok(desk.does(ConfirmUndeliverable(reason="the mail server is what is down"), ROOT, ticket=desk.parent))
    assert {desk.ticket(number).state for number in (*tickets, desk.parent)} == {State.RESOLVED}


def test_a_monitors_report_is_resolved_with_the_major_incident(desk: StormyDesk) -> None:
    desk.many_report(6)
    alarm = desk.reports("monitor", nature=Nature.ALERT)
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    assert desk.ticket(alarm).state is State.RESOLVED
    assert desk.answers_to("monitor") == []


def test_a_second_final_response_waits_until_the_first_is_no_longer_on_its_way(desk: StormyDesk) -> None:
    desk.many_report(6)
    gives_the_final_response(desk)
    assert "on its way" in refused(desk.does(Resolve(text="Once more."), ROOT, ticket=desk.parent))


def test_what_is_only_proposed_has_no_final_response(desk: StormyDesk) -> None:
    desk.many_report(3)
    assert "confirm or dissolve" in refused(desk.does(Resolve(text="Done."), ROOT, ticket=desk.parent))


def test_an_answer_on_the_parent_is_an_update(desk: StormyDesk) -> None:
    desk.many_report(6)
    assert "update-storm" in refused(desk.does(Reply(text="Hello."), ROOT, ticket=desk.parent))


def test_a_report_with_an_answer_of_its_own_on_its_way_keeps_that(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    ok(desk.does(Resolve(text="Yours was a loose cable."), ROOT, ticket=first))
    own = desk.ticket(first).final_response
    gives_the_final_response(desk)
    assert desk.ticket(first).final_response == own
    assert len(desk.answers_to("p1")) == 1


def test_whoever_says_it_is_not_solved_gets_a_ticket_of_their_own_again(desk: StormyDesk) -> None:
    first, *_ = [desk.reports(f"p{number}", label=STANDS_STILL) for number in range(1, 7)]
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    ok(desk.does(Dispute(text="Still nothing."), mailbox("p1"), ticket=first))
    assert desk.ticket(first).state is State.IN_PROGRESS
    assert desk.ticket(first).parent is None
    assert desk.ticket(desk.parent).state is State.RESOLVED
    assert desk.ladders() == [first]


def test_what_a_reporter_answers_stays_on_their_own_ticket(desk: StormyDesk) -> None:
    first, *_ = desk.many_report(6)
    ref = ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=f"HD-{first}")
    reply = desk.report("p1", "It is the same at home.", answers=(ref,))
    assert desk.hears(reply).ticket == first
    assert desk.story(desk.parent).messages == ()


def is_over(desk: StormyDesk) -> None:
    desk.many_report(6)
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    assert desk.ticket(desk.parent).state is State.RESOLVED


@pytest.mark.parametrize("days", [0, 20])
def test_the_same_again_after_the_end_is_a_ticket_of_its_own_and_tier_1_is_asked(desk: StormyDesk, days: int) -> None:
    is_over(desk)
    desk.clock.advance(days=days, hours=1)
    again = desk.reports("p9")
    assert desk.ticket(again).parent is None
    assert desk.story(again).links == (desk.parent,)
    asked = [one for one in desk.story(again).deliveries if one.notice and one.notice.kind is NoticeKind.STORM_PROPOSED]
    assert len(asked) == 1
    assert [event.kind for event in desk.story(again).events].count(EventKind.STORM_AGAIN) == 1
    assert desk.ticket(desk.parent).state is State.RESOLVED


def test_joining_what_was_over_opens_it_again(desk: StormyDesk) -> None:
    is_over(desk)
    desk.clock.advance(hours=1)
    again = desk.reports("p9")
    ok(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=again))
    assert desk.ticket(desk.parent).state is State.IN_PROGRESS
    assert desk.ticket(again).parent == desk.parent
    assert desk.ticket(desk.reports("p10")).parent == desk.parent
    ok(desk.does(UpdateStorm(text="It is there again."), ROOT, ticket=desk.parent))
    assert len(desk.told("p9", NoticeKind.STORM_UPDATE)) == 1
    assert desk.told("p1", NoticeKind.STORM_UPDATE) == []
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    assert desk.ticket(again).state is State.RESOLVED
    assert len(desk.answers_to("p1")) == 1


def test_after_the_reopen_window_it_is_something_new(desk: StormyDesk) -> None:
    is_over(desk)
    desk.clock.advance(days=31)
    again = desk.reports("p9")
    assert desk.story(again).links == ()
    assert refused(desk.does(JoinStorm(storm=desk.parent), ROOT, ticket=again))


def test_six_new_reports_after_the_end_are_a_storm_of_their_own(desk: StormyDesk) -> None:
    is_over(desk)
    old = desk.parent
    desk.clock.advance(hours=1)
    tickets = desk.many_report(6, first=20)
    new = desk.storms[-1].parent
    assert new != old
    assert {desk.ticket(number).parent for number in tickets} == {new}
    assert old in desk.story(new).links


def test_a_reopened_major_incident_promises_an_update_again(desk: StormyDesk) -> None:
    is_over(desk)
    ok(desk.does(Reopen(reason="it is there again"), ROOT, ticket=desk.parent))
    assert desk.storm.next_update_at == desk.clock() + timedelta(hours=1)


def test_words_of_a_mail_are_the_reports_own(desk: StormyDesk) -> None:
    """A subject that says it all is a report as well."""
    for number in range(1, 4):
        desk.reports(f"p{number}", "", subject=VPN)
    assert len(desk.members()) == 3


def test_whoever_has_a_report_and_a_ticket_that_was_merged_into_another_one_gets_one_copy(desk: StormyDesk) -> None:
    first, second, *_ = desk.many_report(6)
    again = desk.reports("p2")
    ok(desk.does(Merge(into=first), ROOT, ticket=again))
    stranger = desk.reports("p9", COFFEE)
    ok(desk.does(Merge(into=first), ROOT, ticket=stranger))
    gives_the_final_response(desk)
    desk.sends()
    nothing_bounces(desk)
    assert len(desk.answers_to("p2")) == 1
    assert len(desk.answers_to("p9")) == 1
    assert desk.ticket(second).state is State.RESOLVED
