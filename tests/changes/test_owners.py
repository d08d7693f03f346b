"""Product owners: asked by letter, heard as themselves, and in the way of nothing but their own party's hours."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.desk.changes.owners import principal_of_owner
from intake.domain import deed as d
from intake.domain.change import Side, Stage, Verdict
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import AmendAgreement, OpenAgreement
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import Principal
from intake.domain.receipt import Outcome
from storage.store import SqlStore
from tests.changes.change_desk import ChangeDesk, policy
from tests.desk.at_the_desk import ANN, MALLORY, mail

S, WANTED = Stage, NoticeKind.CONSENT_WANTED
OLGA, OTTO = principal_of_owner("olga@acme.example"), principal_of_owner("Otto@acme.example")
AGREED = OpenAgreement(
    agreement="ACME 2026",
    party="ACME",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    minutes=6_000,
    spenders=("cio",),
    product_owners=("Olga@acme.example", "otto@acme.example"),
)
AN_HOUR = d.EstimateChange(agreement="ACME 2026", minutes=60)


@pytest.fixture
def desk(store: SqlStore) -> ChangeDesk:
    """A desk on which one of them must agree."""
    must = policy()
    return ChangeDesk(store=store, policy=replace(must, changes=replace(must.changes, product_owner_must_agree=True)))


def asked(desk: ChangeDesk, agreement: OpenAgreement = AGREED) -> int:
    """For an hour of ACME's, by Cleo."""
    assert desk.does(agreement, desk.policy.agents["Lee"].principal).outcome is Outcome.APPLIED
    ticket = desk.assessed()
    desk.must(AN_HOUR, ticket)
    desk.must(d.RequestApproval(), ticket)
    return ticket


def schedules(desk: ChangeDesk, ticket: int) -> str:
    starts = desk.clock() + timedelta(days=1)
    return desk.do(d.ScheduleChange(starts=starts, ends=starts + timedelta(hours=1)), ticket).reason


def test_each_of_them_is_asked_when_both_sides_are(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    assert desk.told_to(WANTED, ticket) == ["olga@acme.example", "otto@acme.example"]
    assert desk.change_story(ticket).decisions == ()


def test_nothing_is_scheduled_before_one_of_them_agreed(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.approve_both(ticket)
    assert "olga@acme.example" in schedules(desk, ticket)
    assert desk.must(d.ConsentToChange(comment="At last."), ticket, OTTO).endswith("agreed")
    schedules(desk, ticket)
    assert desk.change(ticket).stage is S.SCHEDULED
    (yes,) = [one for one in desk.change_story(ticket).decisions if one.side is Side.PRODUCT_OWNER]
    assert (yes.verdict, yes.by, yes.comment) == (Verdict.APPROVED, "otto@acme.example", "At last.")


def test_where_they_need_not_agree_nothing_waits_for_them(desk: ChangeDesk) -> None:
    desk.policy = policy()
    ticket = asked(desk)
    desk.approve_both(ticket)
    schedules(desk, ticket)
    assert desk.change(ticket).stage is S.SCHEDULED


def test_a_yes_is_said_once_and_whoever_has_the_change_hears_it(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.must(d.ConsentToChange(), ticket, OLGA)
    assert "already" in desk.must(d.ConsentToChange(), ticket, OLGA)
    assert len(desk.events(ticket, EventKind.CHANGE_CONSENTED)) == 1
    assert any("olga@acme.example" in str(one.notice) for one in desk.told(NoticeKind.CHANGE_NEWS, ticket))


def test_a_no_rejects_and_the_requester_gets_the_reason(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.must(d.DeclineChange(reason="We need the hours elsewhere."), ticket, OLGA)
    assert desk.change(ticket).stage is S.REJECTED
    (answer,) = desk.answers(ticket)
    assert "We need the hours elsewhere." in answer


STRANGERS = [
    principal_of_owner(MALLORY.value),
    principal_of_owner(ANN.value),  # who asked for it
    replace(OLGA, address=Address(kind=AddressKind.SLACK, value="olga@acme.example")),
    replace(OLGA, address=None),
]


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_else_speaks_for_their_party(desk: ChangeDesk, who: Principal) -> None:
    ticket = asked(desk)
    for deed in (d.ConsentToChange(), d.DeclineChange(reason="No.")):
        assert desk.refuses(deed, ticket, who).startswith("forbidden")
    assert desk.change(ticket).stage is S.APPROVAL


def test_staff_do_not_speak_for_them_either(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    assert desk.refuses(d.ConsentToChange(), ticket, "Lee").startswith("forbidden")


def test_who_speaks_for_the_party_no_more_is_not_heard_any_more(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.must(d.ConsentToChange(), ticket, OTTO)
    lee = desk.policy.agents["Lee"].principal
    desk.does(AmendAgreement(agreement="ACME 2026", reason="Otto left", product_owners=("olga@acme.example",)), lee)
    desk.approve_both(ticket)
    assert "must agree first" in schedules(desk, ticket)
    assert desk.refuses(d.DeclineChange(reason="No."), ticket, OTTO).startswith("forbidden")


def test_a_yes_to_the_plan_before_is_none_to_this_one(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.must(d.ConsentToChange(), ticket, OLGA)
    desk.must(d.ReworkChange(reason="it takes three hours"), ticket)
    desk.must(replace(AN_HOUR, minutes=180), ticket)
    desk.must(d.ConsentToChange(), ticket, OTTO)  # by the link of the first letter: they are asked again
    desk.must(d.RequestApproval(), ticket)
    desk.approve_both(ticket)
    assert "must agree first" in schedules(desk, ticket)
    assert desk.told_to(WANTED, ticket) == ["olga@acme.example"] * 2 + ["otto@acme.example"] * 2
    desk.must(d.ConsentToChange(), ticket, OLGA)
    schedules(desk, ticket)
    assert desk.change(ticket).stage is S.SCHEDULED


def test_they_take_part_from_then_on(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    olga = Address(kind=AddressKind.EMAIL, value="olga@acme.example")
    desk.hears(mail("Please in the blue of our house.", author=olga, ticket=ticket, received_at=desk.clock()))
    (added,) = [one for one in desk.story(ticket).messages if one.author == olga]
    assert (added.public, added.held) == (True, False)
    desk.must(d.Reply(text="Blue it is."), ticket)
    assert {one.address for one in desk.story(ticket).deliveries if one.reply} >= {ANN.value, olga.value}


def test_whoever_asked_may_be_one_of_them(desk: ChangeDesk) -> None:
    ticket = asked(desk, replace(AGREED, product_owners=(ANN.value,)))
    assert [one.value for one in desk.story(ticket).watchers] == []
    desk.must(d.ConsentToChange(), ticket, principal_of_owner(ANN.value))


def test_a_change_that_is_booked_nowhere_asks_none(desk: ChangeDesk) -> None:
    ticket = desk.asked()
    assert desk.told(WANTED, ticket) == []
    desk.approve_both(ticket)
    schedules(desk, ticket)
    assert desk.change(ticket).stage is S.SCHEDULED


def test_they_are_reminded_where_nothing_goes_on_without_them(desk: ChangeDesk) -> None:
    ticket = asked(desk)
    desk.lets_pass(days=3)
    reminders = [one for one in desk.told(WANTED, ticket) if one.notice and one.notice.fields.get("reminder")]
    assert {one.address for one in reminders} == {"olga@acme.example", "otto@acme.example"}
    desk.policy = policy()
    desk.lets_pass(days=3)
    assert len([one for one in desk.told(WANTED, ticket) if one.notice and one.notice.fields.get("reminder")]) == len(reminders)
