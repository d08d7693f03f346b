"""Who is taken for staff in a chat is decided when they act, by the store and desk.toml, whatever the chat says of them."""

from dataclasses import replace

import pytest

from intake.domain.channel import Address, AddressKind
from intake.domain.chat import LookupKind, Person
from intake.domain.deed import Confirm, Dispute, LinkAddress, PersonChanged, Reopen, Resolve, Take
from intake.domain.principal import Role
from intake.domain.receipt import Outcome, Refusal
from storage.store import SqlStore
from tests.chat.people_desk import ANN, GROUP, KIM, OURS, PeopleDesk, people_desk, slack
from tests.desk.at_the_desk import ANN as ANN_BY_MAIL
from tests.desk.at_the_desk import BURNING, MONDAY, mail
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

SAM = Person(id="U0SAM000001", workspace=OURS, name="Sam S", looked_up_at=MONDAY)
PAT = Person(id="U0PAT000001", workspace=OURS, name="Pat P", mail="pat@desk.example", looked_up_at=MONDAY)


@pytest.fixture
def desk(store: SqlStore) -> PeopleDesk:
    return people_desk(store)


only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_an_agent_takes_a_ticket_by_the_mail_that_their_profile_proves(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(KIM)
    assert desk.does(KIM.id, Take(), number).outcome is Outcome.APPLIED
    assert desk.at.ticket(number).assigned_to == "Kim"


def test_somebody_whom_nobody_knows_yet_is_refused_for_a_moment_and_looked_up(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    refused = desk.does(KIM.id, Take(), number)
    assert refused.refusal is Refusal.FORBIDDEN
    assert "try again in a moment" in refused.reason
    (lookup,) = desk.asks()
    assert (lookup.kind, lookup.subject) == (LookupKind.PERSON, KIM.id)
    desk.learns(KIM)
    assert desk.does(KIM.id, Take(), number).outcome is Outcome.APPLIED


def test_the_directorys_own_id_needs_no_profile(desk: PeopleDesk) -> None:
    assert desk.does(SAM.id, Take(), desk.opens(ANN_BY_MAIL)).outcome is Outcome.APPLIED


@only_sqlite
@pytest.mark.parametrize(
    "person",
    [
        pytest.param(replace(KIM, guest=True), id="a guest with an agent's mail"),
        pytest.param(replace(KIM, stranger=True), id="another company's"),
        pytest.param(replace(KIM, bot=True), id="a bot"),
        pytest.param(replace(KIM, deactivated=True), id="an account that is no more"),
        pytest.param(replace(KIM, mail=""), id="a mail that is not confirmed"),
        pytest.param(replace(KIM, mail="kim@elsewhere.example"), id="another mail"),
        pytest.param(replace(SAM, stranger=True), id="a stranger with an agent's id"),
        pytest.param(replace(SAM, deactivated=True), id="an agent who has left"),
        pytest.param(ANN, id="somebody who asks"),
    ],
)
def test_nobody_else_is_staff(desk: PeopleDesk, person: Person) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(person)
    refused = desk.does(person.id, Take(), number)
    assert refused.refusal is Refusal.FORBIDDEN
    assert "try again" not in refused.reason
    assert desk.at.ticket(number).assigned_to == ""


@only_sqlite
def test_the_directory_may_name_a_guest(desk: PeopleDesk) -> None:
    desk.learns(replace(SAM, guest=True))
    assert desk.does(SAM.id, Take(), desk.opens(ANN_BY_MAIL)).outcome is Outcome.APPLIED


@only_sqlite
def test_a_profile_of_a_workspace_that_is_none_of_ours_proves_nothing(desk: PeopleDesk) -> None:
    """Whoever installs the app can write any mail into the profiles there."""
    chat = replace(desk.at.policy.chat, workspaces=frozenset({OURS}))
    desk.at.policy = replace(desk.at.policy, chat=chat)
    desk.learns(replace(KIM, workspace="T0THEIRS001"))
    desk.has_in_group(KIM.id)
    assert desk.does(KIM.id, Take(), desk.opens(ANN_BY_MAIL)).refusal is Refusal.FORBIDDEN
    assert not desk.are_one(slack(KIM.id), Address(kind=AddressKind.EMAIL, value=KIM.mail))


def test_members_of_a_staff_group_are_staff_under_their_profiles_name(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(PAT)
    assert desk.does(PAT.id, Take(), number).refusal is Refusal.FORBIDDEN
    desk.has_in_group(PAT.id)
    assert desk.does(PAT.id, Take(), number).outcome is Outcome.APPLIED
    assert desk.at.ticket(number).assigned_to == "Pat P"
    desk.has_in_group()
    assert desk.does(PAT.id, Resolve(text="Done."), number).refusal is Refusal.FORBIDDEN


@only_sqlite
@pytest.mark.parametrize("name", ["Kim", "KIM", "\N{FULLWIDTH LATIN CAPITAL LETTER K}im", "desk", "Service desk"])
def test_nobody_takes_an_agents_name_or_the_desks(desk: PeopleDesk, name: str) -> None:
    number = desk.opens(ANN_BY_MAIL)
    team = desk.at.policy.team("support").title
    name = team if name == "Service desk" else name
    desk.learns(replace(PAT, name=name))
    desk.has_in_group(PAT.id)
    desk.does(PAT.id, Take(), number)
    assert desk.at.ticket(number).assigned_to == f"{name} ({PAT.id})"


@only_sqlite
def test_a_guest_in_a_staff_group_is_none_of_the_staff(desk: PeopleDesk) -> None:
    desk.learns(replace(PAT, guest=True))
    desk.has_in_group(PAT.id)
    assert desk.does(PAT.id, Take(), desk.opens(ANN_BY_MAIL)).refusal is Refusal.FORBIDDEN


@only_sqlite
def test_a_member_of_two_groups_works_for_both_teams(desk: PeopleDesk) -> None:
    groups = desk.at.policy.chat.groups
    more = {**groups, "S0LEADS0001": replace(groups[GROUP], id="S0LEADS0001", team="cio", role=Role.LEAD)}
    desk.at.policy = replace(desk.at.policy, chat=replace(desk.at.policy.chat, groups=more))
    desk.learns(PAT)
    desk.has_in_group(PAT.id)
    desk.has_in_group(PAT.id, group="S0LEADS0001")
    with desk.at.store.begin() as books:
        agent = desk.at.desk.speaking.agent(slack(PAT.id), books.chat)
    assert agent is not None
    assert (agent.role, agent.teams) == (Role.LEAD, frozenset({"support", "cio"}))


@only_sqlite
def test_a_mail_that_an_agent_has_linked_makes_nobody_staff(desk: PeopleDesk) -> None:
    """Contacts say who asked what; who works at the desk is told by the directory and the profile alone."""
    number = desk.opens(slack(ANN.id))
    desk.learns(ANN)
    desk.at.does(LinkAddress(kind=AddressKind.EMAIL, address=KIM.mail), "root", ticket=number)
    assert desk.are_one(slack(ANN.id), Address(kind=AddressKind.EMAIL, value=KIM.mail))
    assert desk.does(ANN.id, Take(), number).refusal is Refusal.FORBIDDEN


def test_staff_follow_their_present_profile_at_once(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(KIM)
    assert desk.does(KIM.id, Take(), number).outcome is Outcome.APPLIED
    desk.hears_of(PersonChanged(workspace=OURS, person=KIM.id))
    refused = desk.does(KIM.id, Resolve(text="Done."), number)
    assert "try again in a moment" in refused.reason
    desk.learns(replace(KIM, mail="kim@elsewhere.example"))
    assert desk.does(KIM.id, Resolve(text="Done."), number).refusal is Refusal.FORBIDDEN


def test_whoever_asked_stays_a_requester_though_they_are_staff(desk: PeopleDesk) -> None:
    """They reopen their own ticket as anybody would, and work on those of others."""
    number = desk.opens(Address(kind=AddressKind.EMAIL, value=KIM.mail, name="Kim"))
    desk.learns(KIM)
    desk.at.does(Resolve(text="Done."), "root", ticket=number)
    desk.at.sends()
    assert desk.does(KIM.id, Dispute(text="It is not."), number).refusal is not Refusal.FORBIDDEN
    assert desk.does(KIM.id, Take(), number).outcome is Outcome.APPLIED


@only_sqlite
def test_a_button_of_whoever_asked_is_nobody_elses(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(KIM)
    for deed in (Confirm(), Dispute(text="No.")):
        assert desk.does(KIM.id, deed, number).refusal is Refusal.FORBIDDEN


@only_sqlite
def test_a_stranger_cannot_reopen_what_somebody_else_asked(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(PAT)
    assert desk.does(PAT.id, Reopen(reason="I want it."), number).refusal is Refusal.FORBIDDEN


def test_a_page_reaches_an_agent_whose_id_only_their_profile_tells(desk: PeopleDesk) -> None:
    desk.learns(KIM)
    desk.at.hears(mail(author=ANN_BY_MAIL), BURNING)
    paged = {one.delivery.address for one in desk.at.claims() if one.delivery.urgent}
    assert paged == {KIM.id, SAM.id}


@only_sqlite
@pytest.mark.parametrize("person", [replace(KIM, guest=True), replace(KIM, deactivated=True), replace(KIM, bot=True)])
def test_no_page_goes_to_somebody_who_only_has_an_agents_mail(desk: PeopleDesk, person: Person) -> None:
    desk.learns(person)
    desk.at.hears(mail(author=ANN_BY_MAIL), BURNING)
    assert {one.delivery.address for one in desk.at.claims() if one.delivery.urgent} == {SAM.id}
