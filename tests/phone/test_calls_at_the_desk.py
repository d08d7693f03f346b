"""Calls through the phone's own door and a real desk: one ticket each, the right priority, the right people, whatever happens
on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from intake.desk.calls.plan import people_to_connect
from intake.domain.event import EventKind
from intake.domain.label import Category, Evidence, Kind, Label, Level, Priority
from intake.domain.receipt import Outcome
from intake.domain.ticket import Ticket, Tier
from storage.store import SqlStore
from tests.calls.call_desk import CALLER, OTHER, PHONES, called_desk
from tests.phone.caller import Caller, Choice, HangUp, PickUp, Post, Press, Speak, Unreached, Wait, script
from tests.phone.open_line import OpenLine
from tests.phone.pure_desk import A_JAM, A_WISH, EVERYTHING_IS_DOWN, SAID, PureDesk
from tests.phone.test_every_flow import walk
from tests.stores import sqlite_template, store

__all__ = ["sqlite_template", "store"]

OUTAGE, JAM, WISH, MUMBLED = Speak(EVERYTHING_IS_DOWN), Speak(A_JAM), Speak(A_WISH), Speak("mm hm", 0.2)
NO_ANSWER, BUSY, FAILED = Unreached("no-answer"), Unreached("busy"), Unreached("failed")
BEN, CLEO, LEE = ((PHONES[name],) for name in ("Ben", "Kim", "Lee"))
TAKES, VOICEMAIL, DECLINES = (PickUp(0), Press("1")), (PickUp(0), Wait()), (PickUp(0), Press("2"))
SAMPLED = 23  # one path of so many
SAYS = Speak("somebody should look at the pump")


def label(kind: Kind, impact: Level | None, urgency: Level | None) -> Label:
    axes = {"impact": impact, "urgency": urgency}
    return Label(
        kind=kind,
        category=Category.ERROR_MESSAGE if kind is Kind.INCIDENT else Category.USER_REQUEST,
        impact=impact or Level.LOW,
        urgency=urgency or Level.LOW,
        confidence=0.9,
        evidence=tuple(Evidence(source="test", says=f"{axis}={level.value}") for axis, level in axes.items() if level),
        version="test",
    )


LABELS = {words: label(*said) for words, said in SAID.items()}


@pytest.fixture
def phone(store: SqlStore) -> Iterator[OpenLine]:
    with OpenLine(called_desk(store), labels=LABELS) as phone:
        yield phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    priority: Priority
    kind: Kind = Kind.INCIDENT
    rang: tuple[tuple[str, ...], ...] = ()
    taken: bool = False
    ended: str = "Hangup"


CALLS: Mapping[str, tuple[tuple[Choice, ...], Expected]] = {
    "taken at once": ((OUTAGE, *TAKES), Expected(priority=Priority.P1, rang=(BEN,), taken=True)),
    "taken by the second": ((OUTAGE, NO_ANSWER, *TAKES), Expected(priority=Priority.P1, rang=(BEN, CLEO), taken=True)),
    "a voicemail, then the leads": (
        (OUTAGE, *VOICEMAIL, BUSY, *TAKES),
        Expected(priority=Priority.P1, rang=(BEN, CLEO, LEE), taken=True),
    ),
    "nobody": ((OUTAGE, NO_ANSWER, *DECLINES, FAILED, SAYS), Expected(priority=Priority.P1, rang=(BEN, CLEO, LEE))),
    "keys alone": (
        (Press("1"), Press("1"), Press("1"), *TAKES),
        Expected(priority=Priority.P1, rang=(BEN,), taken=True),
    ),
    "words, then keys": ((JAM, Press("2"), Press("1"), *TAKES), Expected(priority=Priority.P2, rang=(BEN,), taken=True)),
    "words, then words": ((JAM, Speak("only me"), Speak("it can wait"), Wait()), Expected(priority=Priority.P4)),
    "a wish": ((WISH, HangUp()), Expected(priority=Priority.P4, kind=Kind.SERVICE_REQUEST, ended="Record")),
    "a change by key": ((Press("3"), Wait()), Expected(priority=Priority.P4, kind=Kind.ENHANCEMENT)),
    "mumbled, then recorded": (
        (MUMBLED, MUMBLED, SAYS, Press("1"), Press("2"), *TAKES),
        Expected(priority=Priority.P2, kind=Kind.NONE, rang=(BEN,), taken=True),
    ),
    "silence": ((Wait(),) * 6, Expected(priority=Priority.P4, kind=Kind.NONE)),
}


def place_call(phone: OpenLine, *choices: Choice, number: str = CALLER, post: Post | None = None) -> Caller:
    """From the first ring to the end; `post` stands between the vendor and the door."""
    sid = f"CA{made(phone) + 1:032x}"
    caller = Caller(post=post or phone.post, choose=script(choices), number=number, sid=sid)
    caller.call()
    return caller


def made(phone: OpenLine) -> int:
    """Calls so far."""
    with phone.desk.store.looking() as reader:
        return len(reader.calls(limit=1000))


def tickets(phone: OpenLine) -> list[Ticket]:
    with phone.desk.store.looking() as reader:
        return [line.ticket for line in reader.tickets(limit=100)]


def quarantined(phone: OpenLine) -> int:
    with phone.desk.store.looking() as reader:
        return sum(entry.outcome is Outcome.QUARANTINED for entry in reader.ledger(limit=1000))


def the_ticket(phone: OpenLine) -> Ticket:
    (ticket,) = tickets(phone)
    return ticket


def check_outcome(phone: OpenLine, caller: Caller, expected: Expected) -> None:
    ticket = the_ticket(phone)
    assert (ticket.priority, ticket.kind) == (expected.priority, expected.kind)
    assert tuple(caller.rang) == expected.rang
    assert caller.ended == expected.ended
    call = phone.desk.call(caller.sid)
    assert bool(call.connected_to) == expected.taken == bool(caller.bridged)
    assert call.ended_at is not None
    assert quarantined(phone) == 0


@pytest.mark.parametrize("name", CALLS)
def test_a_call_opens_one_ticket_and_reaches_the_right_people_in_order(phone: OpenLine, name: str) -> None:
    choices, expected = CALLS[name]
    check_outcome(phone, place_call(phone, *choices), expected)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["nobody", "mumbled, then recorded", "words, then keys"])
def test_a_caller_may_hang_up_at_any_point_and_has_one_ticket(phone: OpenLine, name: str) -> None:
    choices, _ = CALLS[name]
    for place in range(len(choices)):
        if isinstance(choices[place - 1], PickUp) and place:
            continue  # a callee's choice
        caller = place_call(phone, *choices[:place], HangUp(), number=f"+3314000{place:04}")
        assert phone.desk.call(caller.sid).ended_at is not None
    calls = made(phone)
    assert len(tickets(phone)) == calls
    assert quarantined(phone) == 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["taken by the second", "nobody", "mumbled, then recorded"])
def test_what_the_vendor_sends_twice_counts_once(phone: OpenLine, name: str) -> None:
    choices, expected = CALLS[name]
    once, counted = phone.post, [0]

    def twice(url: str, params: Mapping[str, str]) -> str:
        first = once(url, params)
        before = events(phone)
        assert once(url, params) == first
        assert events(phone) == before
        counted[0] += 1
        return first

    check_outcome(phone, place_call(phone, *choices, post=twice), expected)
    assert counted[0] > 4


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_call_goes_on_at_another_replica_after_each_step(phone: OpenLine) -> None:
    def elsewhere(url: str, params: Mapping[str, str]) -> str:
        phone.phone.close()
        phone.reopen()
        return phone.post(url, params)

    choices, expected = CALLS["mumbled, then recorded"]
    check_outcome(phone, place_call(phone, *choices, post=elsewhere), expected)


def events(phone: OpenLine) -> int:
    return sum(len(phone.desk.story(ticket.number).events) for ticket in tickets(phone))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["taken by the second", "nobody", "keys alone", "words, then keys", "mumbled, then recorded"])
@pytest.mark.parametrize("lost", range(0, 7, 2))
def test_a_store_that_goes_away_during_a_call_costs_the_caller_nothing(phone: OpenLine, name: str, lost: int) -> None:
    choices, expected = CALLS[name]
    there, counted = phone.post, [0]

    def goes_away(url: str, params: Mapping[str, str]) -> str:
        phone.away = counted[0] >= lost
        counted[0] += 1
        return there(url, params)

    caller = place_call(phone, *choices, post=goes_away)
    assert tuple(caller.rang) == expected.rang
    assert bool(caller.bridged) == expected.taken
    assert phone.spooled
    phone.books_the_spool()
    check_outcome(phone, caller, expected)


def test_whoever_has_an_open_ticket_is_asked_whether_it_is_about_that(phone: OpenLine) -> None:
    place_call(phone, JAM, Press("3"), Press("3"), Wait())
    first = the_ticket(phone)
    caller = place_call(phone, Press("1"), Wait())
    assert "press 1. For anything else" in caller.heard[0]
    mine = {ticket.number: ticket for ticket in tickets(phone)}
    assert [ticket.merged_into for ticket in mine.values() if ticket.number != first.number] == [first.number]
    assert "Please say in a few words" not in " ".join(caller.heard)
    stranger = place_call(phone, HangUp(), number=OTHER)
    assert "press 0" not in stranger.heard[0]


def test_whoever_calls_again_after_a_silence_goes_on_with_the_same_ticket(phone: OpenLine) -> None:
    place_call(phone, HangUp())
    phone.desk.clock.advance(minutes=2)
    caller = place_call(phone, OUTAGE, *TAKES)
    assert the_ticket(phone).priority is Priority.P1
    assert caller.bridged == [*BEN]


def test_while_people_are_rung_for_a_caller_the_ladder_rings_nobody_and_when_nobody_took_it_it_does(phone: OpenLine) -> None:
    place_call(phone, OUTAGE, NO_ANSWER, NO_ANSWER, NO_ANSWER, SAYS)
    assert phone.desk.paged(the_ticket(phone).number) == ["Ben"]


def test_whoever_takes_the_call_stops_the_ladder(phone: OpenLine) -> None:
    place_call(phone, OUTAGE, NO_ANSWER, *TAKES)
    ticket = the_ticket(phone)
    assert phone.desk.paged(ticket.number) == []
    assert phone.desk.happened(ticket.number, EventKind.CALL_TAKEN)
    phone.desk.passes(hours=2)
    assert phone.desk.paged(ticket.number) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_sample_of_every_path_is_walked_at_the_desk_as_it_is_on_paper(phone: OpenLine) -> None:
    plan = people_to_connect(
        phone.desk.policy,
        kind=Kind.INCIDENT,
        priority=Priority.P1,
        tier=Tier.SUPPORT,
        assignment_group="support",
        now=phone.desk.clock(),
    )
    for index, (choices, on_paper, desk) in enumerate(walk(lambda: PureDesk(plan=plan)).ended[::SAMPLED]):
        if on_paper.rang and desk.standing.kind is not Kind.INCIDENT:
            continue  # of other kinds other people are on call
        caller = place_call(phone, *choices, number=f"+3314001{index:04}")
        assert caller.rang == on_paper.rang, choices
        assert caller.bridged == on_paper.bridged, choices
        assert caller.ended == on_paper.ended, choices
        assert tickets(phone)[0].priority is desk.standing.priority, choices
    assert len(tickets(phone)) == made(phone) > 20
    assert quarantined(phone) == 0
