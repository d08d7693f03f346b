"""What a profile proves: mail and chat are one person, which an agent can take apart again; nobody gets another's."""

from dataclasses import replace

import pytest

from intake.domain.channel import Address, AddressKind
from intake.domain.chat import LookupKind, Person
from intake.domain.deed import AnswerQuestion, Reopen, Take, UnlinkAddress
from intake.domain.event import EventKind
from intake.domain.label import Kind
from intake.domain.receipt import Refusal
from storage.store import SqlStore
from tests.chat.people_desk import ANN, OURS, PeopleDesk, people_desk, slack
from tests.desk.at_the_desk import ANN as ANN_BY_MAIL
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

OTHER_MAIL = Address(kind=AddressKind.EMAIL, value="ann@new.example", name="Ann")
ANN_ASKED = Address(kind=AddressKind.EMAIL, value=ANN.mail, name="Ann")


@pytest.fixture
def desk(store: SqlStore) -> PeopleDesk:
    return people_desk(store)


only_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def is_hers(desk: PeopleDesk, number: int) -> bool:
    """May she answer a question of this ticket from the chat?"""
    answered = desk.does(ANN.id, AnswerQuestion(kind=Kind.INCIDENT), number)
    return answered.refusal is not Refusal.FORBIDDEN


def test_what_she_asked_by_mail_is_hers_in_the_chat_once_her_profile_proves_it(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    assert not is_hers(desk, number)
    desk.learns(ANN)
    assert is_hers(desk, number)
    (linked,) = desk.events(number, EventKind.ADDRESS_LINKED)
    assert (linked.data["kind"], linked.data["address"]) == ("slack", ANN.id)
    assert ANN.mail in linked.reason


def test_an_agent_takes_them_apart_and_they_stay_apart(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(ANN)
    undone = desk.at.does(UnlinkAddress(kind=AddressKind.SLACK, address=ANN.id), "root", ticket=number)
    assert undone.refusal is None, undone.reason
    assert not is_hers(desk, number)
    desk.at.clock.advance(days=2)
    desk.meets(ANN.id)
    desk.learns(ANN)
    assert not is_hers(desk, number)


def test_they_stay_apart_also_where_the_chat_did_not_tell_the_mail_meanwhile(desk: PeopleDesk) -> None:
    """A scope may be lost for a day."""
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(ANN)
    desk.at.does(UnlinkAddress(kind=AddressKind.SLACK, address=ANN.id), "root", ticket=number)
    desk.learns(replace(ANN, mail=""))
    desk.learns(ANN)
    assert not is_hers(desk, number)


def test_mail_that_comes_after_the_chat_joins_the_same_person(desk: PeopleDesk) -> None:
    """She was met in the chat first; only her profile knows her mail."""
    desk.learns(ANN)
    number = desk.opens(ANN_BY_MAIL)
    assert is_hers(desk, number)


@pytest.mark.parametrize("chat_first", [True, False])
def test_the_older_contact_goes_on(desk: PeopleDesk, chat_first: bool) -> None:
    first, second = (slack(ANN.id), ANN_ASKED) if chat_first else (ANN_ASKED, slack(ANN.id))
    older = desk.opens(first)
    desk.at.clock.advance(minutes=1)
    newer = desk.opens(second, "Another thing altogether: the door of room 4 does not close.")
    callers = [desk.at.ticket(number).caller for number in (older, newer)]
    assert callers[0] != callers[1]
    desk.learns(ANN)
    assert desk.are_one(first, second)
    with desk.at.store.begin() as books:
        contact = books.contacts.at(second)
    assert contact is not None
    assert contact.id == callers[0]
    for number in (older, newer):
        (linked,) = desk.events(number, EventKind.ADDRESS_LINKED)
        assert (linked.data["address"], linked.data["from"]) == (second.value, str(callers[1]))
        assert is_hers(desk, number)


def test_a_profile_with_another_mail_keeps_what_the_old_one_has_linked(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(ANN)
    desk.learns(replace(ANN, mail=OTHER_MAIL.value))
    assert is_hers(desk, number)
    assert desk.are_one(slack(ANN.id), ANN_ASKED, OTHER_MAIL)


@only_sqlite
@pytest.mark.parametrize(
    "person",
    [
        replace(ANN, guest=True),
        replace(ANN, stranger=True),
        replace(ANN, bot=True),
        replace(ANN, deactivated=True),
        replace(ANN, mail=""),
    ],
    ids=["a guest", "a stranger", "a bot", "one who has left", "no mail"],
)
def test_nobody_gets_somebodys_tickets_by_having_their_mail_in_a_profile(desk: PeopleDesk, person: Person) -> None:
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(person)
    assert not is_hers(desk, number)
    assert not desk.events(number, EventKind.ADDRESS_LINKED)


@only_sqlite
def test_a_mailbox_of_the_desk_or_of_a_team_proves_nobody(desk: PeopleDesk) -> None:
    team = replace(desk.at.policy.team("support"), mail="support@desk.example")
    desk.at.policy = replace(desk.at.policy, teams={**desk.at.policy.teams, "support": team})
    for mail in ("desk@localhost", "support@desk.example"):
        desk.learns(replace(ANN, mail=mail))
        assert not desk.are_one(slack(ANN.id), Address(kind=AddressKind.EMAIL, value=mail))


@only_sqlite
def test_an_agents_own_profile_gives_them_none_of_the_tickets_they_work_on(desk: PeopleDesk) -> None:
    number = desk.opens(ANN_BY_MAIL)
    kim = Person(id="U0KIM000001", workspace=OURS, name="Kim", mail="kim@desk.example")
    desk.learns(kim)
    desk.does(kim.id, Take(), number)
    assert desk.does(kim.id, AnswerQuestion(kind=Kind.INCIDENT), number).refusal is Refusal.FORBIDDEN
    assert desk.does(kim.id, Reopen(reason="again"), number).refusal is Refusal.CONFLICT  # as staff: it is open


def test_somebody_is_looked_up_once_and_again_after_a_day(desk: PeopleDesk) -> None:
    desk.meets(ANN.id)
    desk.meets(ANN.id)
    (lookup,) = desk.asks()
    assert (lookup.kind, lookup.subject, lookup.workspace) == (LookupKind.PERSON, ANN.id, OURS)
    with desk.at.store.begin() as books:
        desk.at.desk.lookups.found_person(lookup, replace(ANN, looked_up_at=desk.now), books, desk.now)
    desk.at.clock.advance(hours=23)
    desk.meets(ANN.id)
    assert not desk.asks()
    desk.at.clock.advance(hours=2)
    desk.meets(ANN.id)
    assert [one.subject for one in desk.asks()] == [ANN.id]


def test_somebody_whom_the_chat_does_not_know_any_more_proves_nothing(desk: PeopleDesk) -> None:
    kim = Person(id="U0KIM000001", workspace=OURS, name="Kim", mail="kim@desk.example")
    number = desk.opens(ANN_BY_MAIL)
    desk.learns(kim)
    desk.at.clock.advance(days=2)
    desk.meets(kim.id)
    (lookup,) = desk.asks()
    desk.fails(lookup, permanent=False)
    assert desk.does(kim.id, Take(), number).refusal is None
    desk.at.clock.advance(minutes=5)
    desk.has_in_group(kim.id)
    (lookup,) = desk.asks()
    desk.fails(lookup)
    assert desk.does(kim.id, Take(), number).refusal is Refusal.FORBIDDEN
    assert not desk.asks()


@only_sqlite
def test_a_room_is_shared_until_the_chat_says_that_it_is_not(desk: PeopleDesk) -> None:
    desk.meets(ANN.id, shared=True)
    desk.meets(ANN.id, shared=False)
    assert desk.is_shared()
