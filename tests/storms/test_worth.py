"""What is urgent is never swallowed by something larger that is less so."""

from intake.domain.channel import Channel
from intake.domain.deed import ConfirmStorm, JoinStorm, Relabel
from intake.domain.label import Kind, Level, Priority
from intake.domain.message import Nature, ThreadKind, ThreadRef
from storage.store import SqlStore
from tests.storms.stormy_desk import BROKEN, COFFEE, STANDS_STILL, StormyDesk, policy
from tests.storms.test_by_hand import ROOT, ok

WORST = Relabel(kind=Kind.INCIDENT, impact=Level.HIGH, urgency=Level.HIGH)
MILD = Relabel(kind=Kind.INCIDENT, impact=Level.LOW, urgency=Level.LOW)


def test_a_report_that_turns_out_to_be_urgent_makes_the_major_incident_so(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    assert desk.ladders() == []
    ok(desk.does(WORST, ROOT, ticket=tickets[2]))
    assert desk.ticket(desk.parent).priority is Priority.P1
    assert desk.ladders() == [desk.parent]


def test_an_alarm_that_becomes_worse_makes_the_major_incident_so(desk: StormyDesk) -> None:
    desk.many_report(6)
    episode = (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value="gateway 3"),)
    first = desk.report("monitor", nature=Nature.ALERT, answerable=False, known_as=episode, answers=episode)
    assert desk.ticket(desk.hears(first, BROKEN).ticket).parent == desk.parent
    desk.hears(desk.report("monitor", "Worse.", nature=Nature.ALERT, answerable=False, answers=episode), STANDS_STILL)
    assert desk.ticket(desk.parent).priority is Priority.P1
    assert desk.ladders() == [desk.parent]


def test_a_report_that_became_urgent_before_it_was_decided_counts_as_what_it_is(desk: StormyDesk) -> None:
    tickets = desk.many_report(3)
    ok(desk.does(WORST, ROOT, ticket=tickets[1]))
    assert desk.ladders() == [tickets[1]]
    ok(desk.does(ConfirmStorm(), ROOT, ticket=desk.parent))
    assert desk.ladders() == [desk.parent]


def test_an_urgent_report_is_not_swallowed_by_what_a_person_has_called_mild(desk: StormyDesk) -> None:
    tickets = desk.many_report(6)
    ok(desk.does(MILD, ROOT, ticket=desk.parent))
    urgent = desk.reports("p7", label=STANDS_STILL)
    assert desk.ladders() == [urgent]
    assert desk.story(urgent).links == (desk.parent,)
    ok(desk.does(WORST, ROOT, ticket=tickets[0]))
    assert desk.ladders() == [urgent, tickets[0]] or desk.ladders() == [tickets[0], urgent]
    assert desk.ticket(tickets[0]).parent is None


def test_a_decided_one_that_joins_an_undecided_one_decides_it(store: SqlStore) -> None:
    desk = StormyDesk(store=store, policy=policy(form_at=0))
    mine = [desk.reports(who, COFFEE, label=STANDS_STILL) for who in ("q1", "q2", "q3")]
    first = desk.parent
    ok(desk.does(ConfirmStorm(), ROOT, ticket=first))
    assert desk.ladders() == [first]
    theirs = desk.many_report(3)
    other = desk.storms[-1].parent
    ok(desk.does(JoinStorm(storm=other), ROOT, ticket=first))
    assert desk.ladders() == [other]
    assert {desk.ticket(number).parent for number in (*mine, *theirs)} == {other}
