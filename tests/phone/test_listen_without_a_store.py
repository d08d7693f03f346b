"""The store is away, silent or broken: the caller still reaches somebody, and afterwards the ticket is complete."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from intake.domain.event import EventKind
from intake.domain.label import Evidence, Kind, Label, Priority
from storage.store import SqlStore
from tests.calls.call_desk import CALLER, LINE, OUTAGE, PHONES, called_desk
from tests.phone.caller import Asked, Caller, Choice, PickUp, Press, Speak, Unreached, script
from tests.phone.open_line import ByWords, OpenLine, call, text

DOWN = "the order system is down for everybody"
SAYS_ALL = replace(OUTAGE, evidence=(Evidence(source="lexicon", says="impact=1"), Evidence(source="lexicon", says="urgency=1")))
WITHOUT_A_WORD = replace(OUTAGE, evidence=())


@pytest.fixture(autouse=True)
def log() -> Iterator[list[EventDict]]:
    """What whoever runs the desk would read."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def burning(sqlite_store: SqlStore) -> OpenLine:
    return OpenLine(called_desk(sqlite_store), labels={"is down": SAYS_ALL})


def only_ticket(line: OpenLine) -> int:
    (ticket,) = line.tickets()
    return ticket


def test_without_the_store_a_p1_reaches_on_call_and_afterwards_all_is_on_the_ticket(burning: OpenLine) -> None:
    burning.away = True
    with burning:
        caller = Caller(post=burning.post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), number=CALLER)
        caller.call()
        assert caller.bridged == [PHONES["Ben"]]
        assert burning.tickets() == []
        burning.books_the_spool()
    story = burning.desk.story(only_ticket(burning))
    assert story.line.ticket.priority is Priority.P1
    assert burning.desk.call(caller.sid).connected_to == "Ben"
    assert burning.desk.call(caller.sid).caller == CALLER
    assert [message.body for message in story.messages] == [DOWN]
    assert burning.desk.paged(story.line.ticket.number) == []


def test_a_store_that_does_not_answer_is_not_asked_again_and_again(burning: OpenLine) -> None:
    burning.silent, burning.patience = True, 0.3
    burning.reopen()
    with burning:
        for _ in range(12):
            assert burning.asks("/voice/hit?t=2&h=1", call(Digits="1")).status_code == 200
        assert len(burning.arrivals) <= 1
        assert len(burning.spooled) == 13  # the begin of the call, and each as it came


def test_what_the_words_tell_goes_along_also_where_nothing_says_why(burning: OpenLine) -> None:
    burning.away = True
    burning.knows({"is down": WITHOUT_A_WORD})
    with burning:
        caller = Caller(
            post=burning.post, choose=script([Speak(DOWN), Unreached("busy"), PickUp(0), Press("1")]), number=CALLER
        )
        caller.call()
    assert caller.rang == [(PHONES["Ben"],), (PHONES["Kim"],)]


@pytest.mark.parametrize("back_at", range(7))
def test_the_store_may_come_back_at_any_step(burning: OpenLine, back_at: int) -> None:
    burning.away = True
    steps = iter(range(100))

    def post(url: str, params: Mapping[str, str]) -> str:
        if next(steps) == back_at:
            burning.away = False
        return burning.post(url, params)

    with burning:
        choices: list[Choice] = [Speak(DOWN), Unreached("busy"), PickUp(0), Press("1")]
        caller = Caller(post=post, choose=script(choices), number=CALLER)
        caller.call()
        burning.books_the_spool()
    ticket = only_ticket(burning)
    assert burning.desk.priority(ticket) is Priority.P1
    assert burning.desk.call(caller.sid).connected_to == "Kim"
    assert len(burning.desk.happened(ticket, EventKind.PEOPLE_TRIED)) == 2
    order = [event.kind for event in sorted(burning.desk.story(ticket).events, key=lambda event: event.id)]
    assert order.index(EventKind.CALL_BEGAN) < order.index(EventKind.APPENDED) < order.index(EventKind.PEOPLE_TRIED)


@pytest.mark.parametrize("killed_at", range(1, 6))
def test_the_process_may_die_at_any_step(burning: OpenLine, killed_at: int) -> None:
    """Another one goes on with the call from its URL; what lay in the spool is booked when that one starts."""
    burning.away = True
    steps = iter(range(100))

    def post(url: str, params: Mapping[str, str]) -> str:
        if next(steps) == killed_at:
            burning.reopen()
        return burning.post(url, params)

    with burning:
        choices: list[Choice] = [Speak(DOWN), PickUp(0), Press("1")]
        caller = Caller(post=post, choose=script(choices), number=CALLER)
        caller.call()
        assert caller.bridged == [PHONES["Ben"]]
        burning.books_the_spool()
    assert burning.desk.call(caller.sid).connected_to == "Ben"
    assert burning.desk.priority(only_ticket(burning)) is Priority.P1


def test_a_caller_is_put_through_also_where_nothing_can_be_kept(burning: OpenLine) -> None:
    burning.away = burning.full = True
    with burning:

        def post(url: str, params: Mapping[str, str]) -> str:
            return burning.asks(url, params).text  # what is no step of the call is refused

        caller = Caller(post=post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), number=CALLER)
        caller.call()
        assert caller.bridged == [PHONES["Ben"]]


def test_texts_and_reports_are_spooled_and_refused_only_where_the_spool_is_full(burning: OpenLine) -> None:
    burning.away = True
    with burning:
        assert burning.asks("/sms", text()).status_code == 200
        assert burning.asks("/status", call(CallStatus="completed")).status_code == 204
        burning.full = True
        refused = burning.asks("/sms", text("SM2"))
        assert (refused.status_code, refused.content, refused.headers["retry-after"]) == (503, b"", "30")
        assert burning.asks("/status", call("CA2", CallStatus="completed")).status_code == 503
        burning.books_the_spool()
        burning.full = False
        assert burning.asks("/sms", text("SM2")).status_code == 200
    assert {entry.external_id for entry in burning.ledger()} >= {"SM1", "SM2", "CA1/completed"}


def test_a_store_that_cannot_be_read_costs_nobody_the_call(burning: OpenLine, log: list[EventDict]) -> None:
    burning.broken = ValueError("a bug of ours")
    with burning:
        caller = Caller(post=burning.post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), number=CALLER)
        caller.call()
    assert caller.bridged == [PHONES["Ben"]]
    assert burning.desk.call(caller.sid).connected_to == "Ben"
    assert "phone.ticket_not_read" in {entry["event"] for entry in log}


class Stumbles(ByWords):
    """A classifier with a bug."""

    def classify(self, text: str) -> Label:
        if "down" in text:
            raise RuntimeError("a bug of ours")
        return super().classify(text)


@pytest.mark.parametrize("away", [True, False])
def test_whatever_goes_wrong_in_our_own_code_somebody_is_rung_and_a_message_taken(burning: OpenLine, away: bool) -> None:
    burning.away = away
    burning.classifier = Stumbles({})
    burning.reopen()

    def choose(asked: Asked) -> Choice:
        done: Mapping[str, Choice] = {"Gather": Speak(DOWN), "Dial": Unreached("busy"), "Record": Speak("Please call me")}
        return done[asked.verb]

    with burning:
        caller = Caller(post=burning.post, choose=choose, number=CALLER)
        caller.call()
        assert caller.ended == "Hangup" if not away else caller.rang
        burning.books_the_spool()
    assert len(burning.tickets()) == 1


def test_a_webhook_without_a_calls_name_still_rings_on_call(burning: OpenLine) -> None:
    with burning:
        answer = burning.asks("/voice", call(sid=""))
        assert answer.status_code == 200
        assert PHONES["Ben"] in answer.text
        answer = burning.asks("/voice/screen?t=3", call())
        assert "<Dial" not in answer.text
    assert [entry.outcome.value for entry in burning.ledger()] == ["quarantined", "quarantined"]


def test_a_key_of_a_callee_waits_until_the_store_has_heard_of_the_call(burning: OpenLine) -> None:
    burning.away = True
    with burning:
        burning.asks("/voice/what?t=1", call(SpeechResult=DOWN, Confidence="0.9"))
        burning.away = False
        burning.reopen()  # nothing is remembered of what the spool holds
        rung = call("CA2", ParentCallSid="CA1", Direction="outbound-dial", From=LINE, To=PHONES["Ben"])
        assert burning.asks("/voice/accept?t=4&k=i&i=1&u=1&w=0", {**rung, "Digits": "1"}).status_code == 200
        assert burning.tickets() == []
        burning.books_the_spool()
    assert burning.desk.call("CA1").connected_to == "Ben"


def test_keys_are_heard_in_the_order_in_which_they_were_pressed_when_the_store_is_back(burning: OpenLine) -> None:
    with burning:
        burning.asks("/voice", call())
        burning.away = True
        burning.asks("/voice/what?t=1&n=1001", call(SpeechResult="my screen is down", Confidence="0.9"))
        burning.away = False
        burning.asks("/voice/hit?t=2&n=1001&k=i&h=1", call(Digits="3"))
        story = burning.desk.story(1001)
        assert [message.body for message in story.messages] == ["my screen is down"]
        assert (story.line.ticket.kind, story.line.ticket.impact.value) == (Kind.INCIDENT, 3)
        again = burning.books_the_spool()
    assert [receipt.duplicate for receipt in again] == [True]
