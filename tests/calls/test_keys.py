"""What callers say by key, in any order with words and with what people at the desk do meanwhile."""

import pytest

from intake.domain.channel import Address, AddressKind
from intake.domain.deed import LinkAddress, Merge, PressKey, Relabel
from intake.domain.event import EventKind
from intake.domain.label import Kind, Level, Priority
from intake.domain.principal import Principal, Role
from intake.domain.receipt import Refusal
from intake.domain.ticket import State, Tier
from storage.store import SqlStore
from tests.calls.call_desk import BROKEN, CALLER, OTHER, OUTAGE, CallDesk, call_policy, called_desk
from tests.desk.at_the_desk import CALM, mail
from tests.desk.examples import CALL_EXAMPLES

E = EventKind
H, M, L = Level.HIGH, Level.MEDIUM, Level.LOW


@pytest.mark.parametrize(
    ("kind", "urgency", "tier"),
    [
        (Kind.INCIDENT, M, Tier.SUPPORT),
        (Kind.SERVICE_REQUEST, L, Tier.SUPPORT),
        (Kind.ENHANCEMENT, L, Tier.TEAM),
    ],
)
def test_a_key_names_the_matter_and_people_hear_of_it(desk: CallDesk, kind: Kind, urgency: Level, tier: Tier) -> None:
    number = desk.rings()
    desk.names(kind)
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.urgency, ticket.tier, ticket.label_version) == (kind, urgency, tier, "caller")
    assert len(desk.texted(number)) == 1
    desk.ends()
    desk.passes(minutes=15)
    assert desk.ticket(number).state is State.NEW
    assert bool(desk.happened(number, E.CHANGE_DRAFTED)) is (kind is Kind.ENHANCEMENT)


def test_keys_make_it_urgent_and_the_one_text_says_that_people_are_woken(desk: CallDesk) -> None:
    number = desk.rings()
    desk.names(Kind.INCIDENT)
    desk.presses(impact=H)
    desk.presses(urgency=H)
    assert desk.priority(number) is Priority.P1
    assert len(desk.texted(number)) == 1
    waiting = [one for one in desk.story(number).deliveries if one.state.value == "queued" and one.notice is not None]
    assert [one.notice.fields["paged"] for one in waiting if one.notice is not None and "paged" in one.notice.fields] == ["yes"]
    assert not desk.happened(number, E.REQUESTER_TOLD)


def test_keys_alone_without_a_matter_are_words_too(desk: CallDesk) -> None:
    number = desk.rings()
    desk.is_noted("silence")
    desk.presses(impact=H)
    assert len(desk.texted(number)) == 1
    desk.presses(urgency=H)
    assert (desk.ticket(number).kind, desk.priority(number)) == (Kind.NONE, Priority.P1)


def test_keys_stand_over_the_words_that_come_after_them(desk: CallDesk) -> None:
    number = desk.rings()
    desk.names(Kind.INCIDENT)
    desk.presses(impact=L)
    desk.says("the network of the whole plant is down", OUTAGE)
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.impact, ticket.urgency) == (Kind.INCIDENT, L, H)
    assert ticket.category is OUTAGE.category
    assert ticket.short_description == "the network of the whole plant is down"


def test_words_of_another_kind_do_not_change_what_the_key_named(desk: CallDesk) -> None:
    number = desk.rings()
    desk.names(Kind.INCIDENT)
    desk.says("how do I do that", CALM)
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.category, ticket.urgency, ticket.label_version) == (Kind.INCIDENT, None, M, "caller")


def test_a_key_after_the_words_is_the_callers_own_word(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("something is odd", CALM)
    desk.names(Kind.INCIDENT)
    assert (desk.ticket(number).kind, desk.ticket(number).category) == (Kind.INCIDENT, None)


def test_what_an_agent_has_judged_during_the_call_keys_only_make_worse(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.does(Relabel(impact=M, urgency=M), "root", ticket=number)
    desk.presses(impact=L)
    assert desk.ticket(number).impact is M
    desk.names(Kind.SERVICE_REQUEST)
    assert desk.ticket(number).kind is Kind.INCIDENT
    desk.presses(impact=H)
    assert desk.ticket(number).impact is H


def test_a_spoofed_number_cannot_calm_down_a_ticket_that_another_call_opened(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the network of the whole plant is down", OUTAGE)
    desk.ends()
    desk.rings("CA2")
    desk.continues(number, "CA2")
    desk.presses("CA2", impact=L)
    desk.presses("CA2", urgency=L)
    desk.names(Kind.SERVICE_REQUEST, "CA2")
    assert (desk.priority(number), desk.ticket(number).kind) == (Priority.P1, Kind.INCIDENT)


def test_in_a_merged_call_keys_reach_the_ticket_that_people_work_on_and_only_raise_it(desk: CallDesk) -> None:
    other = desk.hears(mail(), OUTAGE).ticket
    assert other is not None
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.does(Merge(into=other), "root", ticket=number)
    before = desk.ticket(number)
    desk.presses(impact=L)
    assert desk.priority(other) is Priority.P1
    desk.says("and more of it", BROKEN)
    assert desk.ticket(number).priority is before.priority
    assert len(desk.story(number).messages) == 2
    desk.ends()


def test_keys_come_late_and_once(desk: CallDesk) -> None:
    number = desk.rings()
    desk.ends()
    desk.passes(minutes=30)
    desk.names(Kind.INCIDENT)
    assert (desk.ticket(number).state, desk.ticket(number).kind) == (State.NEW, Kind.INCIDENT)


def test_who_is_important_counts_in_a_call_as_in_a_mail(store: SqlStore) -> None:
    policy = call_policy(more='\n[[vip]]\naddresses = ["boss@customer.example"]\nimpact = 2\n')
    desk = called_desk(store, policy)
    assert policy.site.vips
    boss = Address(kind=AddressKind.EMAIL, value="boss@customer.example", name="Boss")
    number = desk.hears(mail(author=boss)).ticket
    assert number is not None
    desk.does(LinkAddress(kind=AddressKind.PHONE, address=CALLER), "root", ticket=number)
    first = desk.rings()
    desk.says("the printer jams", BROKEN)
    assert desk.ticket(first).impact is M
    desk.ends()
    second = desk.rings("CA2")
    desk.names(Kind.INCIDENT, "CA2")
    assert desk.ticket(second).impact is M


def test_a_key_that_an_agent_presses_on_the_ticket_says_what_it_says(desk: CallDesk) -> None:
    number = desk.rings()
    desk.says("the printer jams", BROKEN)
    desk.does(Relabel(impact=M), "root", ticket=number)
    desk.does(PressKey(impact=L), "root", ticket=number)
    assert desk.ticket(number).impact is L


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.AGENT, Role.LEAD, Role.ADMIN, Role.AUDITOR])
def test_no_token_does_what_only_the_phone_may(desk: CallDesk, role: Role) -> None:
    number = desk.rings()
    before = desk.story(number)
    for deed in CALL_EXAMPLES:
        assert desk.does(deed, Principal(name="x", role=role), ticket=number).refusal is Refusal.FORBIDDEN
    assert desk.story(number) == before


def test_a_deed_of_a_call_that_nobody_knows_changes_nothing(desk: CallDesk) -> None:
    assert desk.names(Kind.INCIDENT, "CA9").refusal is Refusal.NOT_FOUND
    number = desk.rings(caller=OTHER)
    assert desk.ticket(number).kind is Kind.NONE
