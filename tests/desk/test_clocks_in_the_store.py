"""Clocks and the store: under the policy of the day, once whatever crashes, found by what is due next, and made up for."""

from datetime import timedelta
from importlib import resources

import pytest
from sqlalchemy import delete, select, update

from intake.desk.policy import Policy
from intake.desk.policy_file.whole import parse_policy
from intake.domain.channel import AddressKind
from intake.domain.clock import ClockKind, ClockState
from intake.domain.deed import Hold, Note, Relabel, Reply, ReportDelivery, Take, Watch
from intake.domain.delivery import DeliveryState, SentRef
from intake.domain.event import EventKind
from intake.domain.label import Level
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Tier
from intake.domain.timer import Timer
from storage import schema
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.desk.at_the_desk import BURNING, CALM, MONDAY, AtTheDesk, mail
from tests.desk.kept_clocks import explained, kept, of_kind, told
from tests.desk.staff import ADMIN, BEN
from tests.desk.test_clocks import P3, VENDOR, clock, due, opened

HOUR = timedelta(hours=1)
SHIPPED = resources.files("intake.desk").joinpath("desk.toml").read_text("utf-8")


def edited(*changes: tuple[str, str]) -> Policy:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_policy(text, "desk.toml")


def at_desk(store: SqlStore, policy: Policy, desk: AtTheDesk) -> AtTheDesk:
    return AtTheDesk(store=store, policy=policy, clock=desk.clock, replica="two")


def claimed(desk: AtTheDesk) -> list[Timer]:
    now = desk.clock()
    with desk.store.begin() as books:
        return books.timers.claim(now=now, until=now + timedelta(minutes=1), replica=desk.replica, limit=100)


def test_an_edited_policy_concerns_new_tickets_only(at_the_desk: AtTheDesk) -> None:
    old = opened(at_the_desk)
    edit = edited(('P3 = { response = "4h", resolution = "3d" }', 'P3 = { response = "2h", resolution = "1d" }'))
    after = at_desk(at_the_desk.store, edit, at_the_desk)
    new = opened(after)
    assert due(after, new, ClockKind.RESPONSE) == MONDAY + 2 * HOUR
    after.does(Relabel(impact=Level.LOW, urgency=Level.LOW), ADMIN, ticket=old)
    after.does(Relabel(impact=Level.MEDIUM, urgency=Level.MEDIUM), ADMIN, ticket=old)
    assert due(after, old, ClockKind.RESPONSE) == MONDAY + 4 * HOUR
    assert explained(after, old)[ClockKind.RESPONSE].reading.target.amount == 4 * HOUR


def test_holidays_of_a_country_are_kept_as_they_were_when_the_ticket_was_opened(at_the_desk: AtTheDesk) -> None:
    bavaria = at_desk(at_the_desk.store, edited(('holidays_of = ""', 'holidays_of = "DE-BY"')), at_the_desk)
    bavaria.clock.now = MONDAY.replace(month=12, day=23)
    number = bavaria.hears(mail(received_at=bavaria.clock.now), P3).ticket or 0
    assert due(bavaria, number) == MONDAY.replace(month=12, day=28).replace(hour=17)  # the 25th is one, the 24th is none
    with bavaria.store.begin() as books:
        known = books.clocks.policy(bavaria.policy.version)
    assert known is not None
    assert "2026-12-25" in known.text


def test_a_transaction_that_dies_does_not_leave_a_policy_that_nobody_kept(at_the_desk: AtTheDesk) -> None:
    with pytest.raises(ZeroDivisionError), at_the_desk.store.begin() as books:
        at_the_desk.desk.wind_clocks(1, books)
        raise ZeroDivisionError
    opened(at_the_desk)
    with at_the_desk.store.looking() as reader:
        known = reader.sla_policy(at_the_desk.policy.version)
    assert known is not None
    assert known.version == at_the_desk.policy.version


def test_a_ticket_without_a_target_has_no_clock(at_the_desk: AtTheDesk) -> None:
    plain = edited()
    text = SHIPPED[: SHIPPED.index("[sla.incident]")] + "[sla]\n" + SHIPPED[SHIPPED.index("# ── The ticket's own page") :]
    without = at_desk(at_the_desk.store, parse_policy(text, "desk.toml"), at_the_desk)
    number = opened(without)
    found = kept(without, number)
    assert (found.response, found.resolution, found.timer) == (None, None, None)
    assert plain.version != without.policy.version
    with without.store.looking() as reader:
        assert [line.line.ticket.number for line in reader.queue((), None, 10)] == [number]


def test_a_replica_that_dies_after_claiming_leaves_the_breach_to_another(at_the_desk: AtTheDesk) -> None:
    number = opened(at_the_desk)
    at_the_desk.clock.now = MONDAY + 4 * HOUR
    (timer,) = claimed(at_the_desk)  # and the process is gone
    other = at_desk(at_the_desk.store, at_the_desk.policy, at_the_desk)
    assert other.fires_what_is_due() == 0
    other.clock.advance(minutes=2)
    assert other.fires_what_is_due() == 1
    with at_the_desk.store.begin() as books:
        assert at_the_desk.desk.fire(timer, books) == ()  # it was only slow
    assert len(of_kind(other, number, EventKind.SLA_BREACHED)) == 1
    assert len(of_kind(other, number, EventKind.ESCALATED)) == 1


def test_a_fire_that_fails_leaves_nothing_behind_and_is_made_again(at_the_desk: AtTheDesk) -> None:
    number = opened(at_the_desk)
    at_the_desk.clock.now = MONDAY + 4 * HOUR
    (timer,) = claimed(at_the_desk)
    with pytest.raises(ZeroDivisionError), at_the_desk.store.begin() as books:
        at_the_desk.desk.fire(timer, books)
        raise ZeroDivisionError
    assert of_kind(at_the_desk, number, EventKind.SLA_BREACHED) == []
    at_the_desk.clock.advance(minutes=2)
    at_the_desk.fires_what_is_due()
    assert len(of_kind(at_the_desk, number, EventKind.SLA_BREACHED)) == 1


def test_a_timer_that_fires_too_early_is_set_again(at_the_desk: AtTheDesk) -> None:
    number = opened(at_the_desk)
    with at_the_desk.store.engine.begin() as connection:
        connection.execute(update(schema.timers).values(due_at=MONDAY))
    at_the_desk.fires_what_is_due()
    assert of_kind(at_the_desk, number, EventKind.SLA_WARNED) == []
    assert kept(at_the_desk, number).timer == MONDAY + 3 * HOUR


def test_the_queue_shows_what_is_due_first_and_what_is_paused_last(staffed: AtTheDesk) -> None:
    calm, burning, held, middle = (opened(staffed, label) for label in (CALM, BURNING, P3, P3))
    staffed.does(Take(), BEN, ticket=middle)
    staffed.sends()
    staffed.does(Hold(reason="waits for a part"), BEN, ticket=held)
    with staffed.store.looking() as reader:
        everything = [line.line.ticket.number for line in reader.queue((), None, 10)]
        assert everything == [burning, held, middle, calm]  # the response of what is on hold is still due
        assert [line.line.ticket.number for line in reader.queue((), "Ben", 10)] == [middle]
        assert [line.line.ticket.number for line in reader.queue((), "", 2)] == [burning, held]
        assert reader.queue(("process",), None, 10) == []


def test_a_team_is_counted_by_what_is_overdue_and_what_is_at_risk(staffed: AtTheDesk) -> None:
    opened(staffed)
    opened(staffed, BURNING)

    def standing(now_in: timedelta) -> set[tuple[str, int, int]]:
        with staffed.store.reading() as connection:
            found = SqlReader(connection).clocks_of_teams(MONDAY + now_in)
        return {(one.clock.value, one.overdue, one.at_risk) for one in found if one.assignment_group == "support"}

    assert standing(timedelta(0)) == {("response", 0, 0), ("resolution", 0, 0)}
    assert standing(timedelta(minutes=12)) == {("response", 0, 1), ("resolution", 0, 0)}
    assert standing(3 * HOUR) == {("response", 1, 1), ("resolution", 0, 1)}


def test_tickets_from_before_clocks_were_kept_get_theirs_without_an_uproar(staffed: AtTheDesk) -> None:
    late, fresh, over = opened(staffed), opened(staffed), opened(staffed)
    staffed.clock.now = MONDAY + 5 * HOUR
    with staffed.store.engine.begin() as connection:
        connection.execute(delete(schema.clocks))
        connection.execute(delete(schema.timers))
        connection.execute(update(schema.tickets).where(schema.tickets.c.number == over).values(state="closed"))
    with staffed.store.begin() as books:
        assert staffed.desk.wind_clocks(10, books) == 2
    with staffed.store.begin() as books:
        assert staffed.desk.wind_clocks(10, books) == 0
        assert books.clocks.of(over) is None
    assert staffed.fires_what_is_due() == 0
    (breach,) = of_kind(staffed, late, EventKind.SLA_BREACHED)
    assert "before clocks were kept" in breach.reason
    assert clock(staffed, late, ClockKind.RESPONSE).state is ClockState.BREACHED
    assert (staffed.ticket(fresh).tier, told(staffed, fresh, NoticeKind.OVERDUE)) == (Tier.SUPPORT, [])
    assert due(staffed, fresh) == MONDAY + timedelta(days=2, hours=8)


def test_what_was_answered_before_clocks_were_kept_is_not_taken_from_whoever_answered_it(staffed: AtTheDesk) -> None:
    mailed, direct, bounced = opened(staffed), opened(staffed), opened(staffed)
    for number in (mailed, direct, bounced):
        staffed.does(Take(), BEN, ticket=number)
    staffed.clock.advance(minutes=30)
    for number in (mailed, direct, bounced):
        staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    staffed.sends()
    staffed.clock.advance(minutes=20)
    staffed.fires_what_is_due()
    e, d = schema.events, schema.deliveries
    with staffed.store.engine.begin() as connection:  # as the version before left it
        connection.execute(delete(schema.clocks))
        connection.execute(delete(schema.timers))
        connection.execute(delete(e).where(e.c.kind == EventKind.ANSWER_LEFT.value))
        arrived = select(d.c.id).where(d.c.ticket == direct, d.c.reply.is_not(None))
        connection.execute(delete(e).where(e.c.kind == EventKind.DELIVERY_REPORTED.value))
        connection.execute(update(d).where(d.c.ticket == bounced, d.c.reply.is_not(None)).values(state="failed"))
        connection.execute(delete(d).where(d.c.id.in_(arrived)))
    with staffed.store.begin() as books:
        assert staffed.desk.wind_clocks(10, books) == 3
    answered = MONDAY + timedelta(minutes=30)
    for number in (mailed, direct):
        response = explained(staffed, number)[ClockKind.RESPONSE].reading
        assert (response.state, response.stopped_at) == (ClockState.STOPPED, answered)
    staffed.clock.now = MONDAY + 5 * HOUR
    staffed.fires_what_is_due()
    assert [staffed.ticket(number).assigned_to for number in (mailed, direct, bounced)] == ["Ben", "Ben", ""]


def test_a_copy_that_reached_somebody_who_watches_is_no_answer(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    staffed.does(Watch(kind=AddressKind.EMAIL, address="boss@customer.example"), BEN, ticket=number)
    staffed.does(Reply(text="We are looking into it."), BEN, ticket=number)
    (copy,) = [one for one in staffed.claims() if one.delivery.copy]
    with staffed.store.begin() as books:
        staffed.dispatcher.sent(copy, SentRef(value="taken"), books, staffed.clock())
    assert clock(staffed, number, ClockKind.RESPONSE).state is ClockState.RUNNING
    staffed.does(ReportDelivery(delivery=copy.delivery.id, state=DeliveryState.DELIVERED), VENDOR, ticket=number)
    assert clock(staffed, number, ClockKind.RESPONSE).state is ClockState.RUNNING


def test_a_deed_that_touches_no_clock_leaves_them_alone(staffed: AtTheDesk) -> None:
    number = opened(staffed)
    before = kept(staffed, number)
    staffed.does(Note(text="Seen."), BEN, ticket=number)
    assert kept(staffed, number) == before
