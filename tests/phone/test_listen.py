"""The phone's door: what comes in by it, and what is answered."""

from dataclasses import replace

import pytest

from channels.phone.rate import MOST_REMEMBERED, Kind, Rate, TooOften
from intake.desk.policy_file.phone import PhonePolicy
from intake.domain.event import EventKind
from intake.domain.label import Evidence, Priority
from intake.domain.label import Kind as Matter
from intake.domain.page import RunState
from intake.domain.receipt import Outcome
from tests.calls.call_desk import CALLER, LINE, OTHER, OUTAGE, PHONES, CallDesk
from tests.phone.caller import Caller, Choice, HangUp, PickUp, Press, Speak, Unreached, Wait, script
from tests.phone.open_line import OpenLine, call, text

DOWN = "the order system is down for everybody"
SAYS_ALL = replace(OUTAGE, evidence=(Evidence(source="lexicon", says="impact=1"), Evidence(source="lexicon", says="urgency=1")))


@pytest.fixture
def burning(line: OpenLine) -> OpenLine:
    line.knows({"is down": SAYS_ALL})
    return line


def only_ticket(line: OpenLine) -> int:
    (ticket,) = line.tickets()
    return ticket


def test_a_call_has_its_ticket_at_the_first_webhook(line: OpenLine) -> None:
    answer = line.asks("/voice", call())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert "<Gather" in answer.text
    assert line.desk.ticket(only_ticket(line)).short_description == "Call from +33 1 40 00 00 00"


def test_who_reports_an_outage_is_connected_with_whoever_is_on_call_and_they_have_it(burning: OpenLine) -> None:
    caller = Caller(post=burning.post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), number=CALLER)
    caller.call()
    story = burning.desk.story(only_ticket(burning))
    assert story.line.ticket.priority is Priority.P1
    assert (caller.rang, caller.bridged) == ([(PHONES["Ben"],)], [PHONES["Ben"]])
    assert DOWN in caller.screened[0]
    assert burning.desk.call(caller.sid).connected_to == "Ben"
    kinds = [event.kind for event in story.events]
    assert {EventKind.CALL_TAKEN, EventKind.PEOPLE_TRIED, EventKind.CALL_ENDED} <= set(kinds)
    assert [paging.run.state for paging in story.pagings] == [RunState.ACKNOWLEDGED]


def test_people_are_rung_in_order_and_the_last_one_is_known_as_the_last(burning: OpenLine) -> None:
    choices: list[Choice] = [
        Speak(DOWN),
        PickUp(0),
        Press("2"),
        Unreached("busy"),
        Unreached("no-answer"),
        Speak("Please call me"),
        Wait(),
    ]
    caller = Caller(post=burning.post, choose=script(choices), number=CALLER)
    caller.call()
    ticket = only_ticket(burning)
    assert caller.rang == [(PHONES["Ben"],), (PHONES["Kim"],), (PHONES["Lee"],)]
    tried = burning.desk.happened(ticket, EventKind.PEOPLE_TRIED)
    assert [event.data["outcome"] for event in tried] == ["picked up, and nobody took the call", "busy", "no answer"]
    assert ["last" in event.data for event in tried] == [False, False, True]
    assert burning.desk.paged(ticket) == ["Ben"]


def test_a_call_in_a_call_is_about_the_ticket_that_its_key_names(line: OpenLine) -> None:
    line.desk.rings("CA7")
    line.desk.names(Matter.SERVICE_REQUEST, "CA7")
    old = only_ticket(line)
    caller = Caller(post=line.post, choose=script([Press("1"), Speak("Any news?"), Wait()]), number=CALLER)
    caller.call()
    assert str(old)[-4:] in caller.heard[0].replace(", ", "")
    assert line.desk.call(caller.sid).ticket == old


def test_other_people_hear_of_nobody_elses_tickets(line: OpenLine) -> None:
    line.desk.rings("CA7")
    line.desk.names(Matter.SERVICE_REQUEST, "CA7")
    assert 'action="https://desk.example.org/twilio/voice/what' in line.post(
        "https://desk.example.org/twilio/voice", call(caller=OTHER)
    )


@pytest.mark.parametrize("times", [2, 3])
def test_a_repeated_request_changes_nothing_and_is_answered_as_before(burning: OpenLine, times: int) -> None:
    steps = [
        ("/voice", call()),
        ("/voice/what?t=1&n=1001", call(SpeechResult=DOWN, Confidence="0.9")),
        ("/voice/dialed?t=2&n=1001&k=i&i=1&u=1", call(DialCallStatus="busy")),
        ("/status", call(CallStatus="completed", CallDuration="9")),
    ]
    for url, params in steps:
        answers = {burning.asks(url, params).text for _ in range(times)}
        assert len(answers) == 1
    assert len(burning.ledger()) == len(steps)
    assert len(burning.desk.happened(only_ticket(burning), EventKind.PEOPLE_TRIED)) == 1


def test_requests_in_any_order_end_in_one_ticket_with_everything(burning: OpenLine) -> None:
    burning.asks("/status", call(CallStatus="completed", CallDuration="9"))
    burning.asks("/voice/hit?t=2&h=1", call(Digits="1"))
    burning.asks("/voice/what?t=1", call(SpeechResult=DOWN, Confidence="0.9"))
    burning.asks("/voice", call())
    story = burning.desk.story(only_ticket(burning))
    assert story.line.ticket.priority is Priority.P1
    assert [message.body for message in story.messages] == [DOWN]
    assert burning.desk.call("CA1").caller == CALLER


@pytest.mark.parametrize(
    "url", ["/voice/what?t=0", "/voice/hit?x=1", "/voice/bad?t=1&t=2", "/voice/offer?o=%00", "/voice/nowhere"]
)
def test_an_address_that_no_answer_of_ours_names_begins_the_call_anew(line: OpenLine, url: str) -> None:
    answer = line.asks(url, call())
    assert answer.status_code == 200
    assert 'twilio/voice/what?t=1&amp;n=1001"' in answer.text
    assert len(line.tickets()) == 1


def test_a_text_is_answered_with_nothing_and_becomes_a_ticket(line: OpenLine) -> None:
    answer = line.asks("/sms", text())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert line.asks("/sms", text()).text == answer.text
    assert len(line.tickets()) == 1


def test_a_recording_is_one_message_however_often_it_is_told(line: OpenLine) -> None:
    line.asks("/voice", call())
    there = {"RecordingSid": "RE1", "RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingDuration": "9"}
    line.asks("/recording", {**call(), **there, "RecordingStatus": "completed"})
    line.asks("/voice/left?t=3&n=1001", call(**there, Digits="#"))
    line.asks("/recording", {**call(), **there, "RecordingStatus": "completed"})
    story = line.desk.story(only_ticket(line))
    assert [message.body for message in story.messages] == ["(recording of 9 seconds)"]


def test_a_recording_of_a_call_that_nobody_knows_has_its_ticket(line: OpenLine) -> None:
    there = {"RecordingSid": "RE1", "RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingStatus": "completed"}
    answer = line.asks("/recording", {"AccountSid": call()["AccountSid"], "CallSid": "CA1", **there})
    assert (answer.status_code, answer.content) == (204, b"")
    assert [message.body for message in line.desk.story(only_ticket(line)).messages] == ["(recording of 0 seconds)"]
    line.asks("/voice/left?t=3", call())
    assert line.desk.call("CA1").ticket == only_ticket(line)


def test_the_end_of_a_call_that_was_turned_away_opens_no_ticket(line: OpenLine) -> None:
    most = line.desk.policy.phone.calls_per_hour
    for number in range(most):
        assert line.asks("/voice", call(f"CA{number}")).status_code == 200
    refused = line.asks("/voice", call("CAlast"))
    assert (refused.status_code, refused.content) == (429, b"")
    assert int(refused.headers["retry-after"]) > 0
    assert line.asks("/voice", call("CA0")).status_code == 200
    assert line.asks("/voice", call("CAother", caller=OTHER)).status_code == 200
    before = line.tickets()
    line.asks("/status", call("CAlast", CallStatus="completed"))
    assert line.tickets() == before


def test_texts_in_the_name_of_somebody_on_call_do_not_shut_out_their_own(line: OpenLine) -> None:
    (agent, *_) = (agent for agent in line.desk.policy.agents.values() if agent.phone)
    for number in range(line.desk.policy.phone.texts_per_hour + 1):
        said = text(f"SM{number}", "more of the same", sender=agent.phone)
        assert line.asks("/sms", said).status_code == 200


def test_texts_of_one_number_have_their_measure(line: OpenLine) -> None:
    for number in range(line.desk.policy.phone.texts_per_hour):
        assert line.asks("/sms", text(f"SM{number}", "more of the same")).status_code == 200
    assert line.asks("/sms", text("SMlast")).status_code == 429
    assert line.asks("/sms", text("SM0", "more of the same")).status_code == 200
    assert line.asks("/voice", call()).status_code == 200


def test_withheld_numbers_are_many_people() -> None:
    rate = Rate(PhonePolicy(calls_per_hour=2))
    for number in range(20):
        rate.count(Kind.CALL, "", f"CA{number}")
    with pytest.raises(TooOften):
        rate.count(Kind.CALL, "", "CA20")


def test_what_was_counted_is_forgotten_in_the_end() -> None:
    rate = Rate(PhonePolicy(calls_per_hour=10_000_000))
    for number in range(MOST_REMEMBERED + 50):
        rate.count(Kind.CALL, "+4930555001", f"CA{number}")
    assert len(rate._seen) == MOST_REMEMBERED


def test_what_the_vendor_reports_goes_on_record_without_a_word(line: OpenLine) -> None:
    line.asks("/voice", call())
    joined = {"ConferenceSid": "CF1", "CallSid": "CA9", "StatusCallbackEvent": "participant-join", "SequenceNumber": "2"}
    for url, params in {
        "/conference?n=1001": {**joined, "AccountSid": call()["AccountSid"], "ParticipantLabel": "Kim"},
        "/status?d=99": {**text("SM" + "0" * 32), "MessageStatus": "delivered"},
    }.items():
        answer = line.asks(url, params)
        assert (answer.status_code, answer.content) == (204, b"")
    assert [event.reason for event in line.desk.happened(1001, EventKind.CONFERENCE)] == ["Kim joined the conference"]
    assert len(line.ledger()) == 3


def test_what_nobody_understands_is_kept_and_acknowledged(line: OpenLine) -> None:
    assert line.asks("/status", call(CallStatus="")).status_code == 204
    assert line.ledger()[-1].outcome is Outcome.QUARANTINED


def test_an_unknown_path_is_not_found(line: OpenLine) -> None:
    assert line.asks("/elsewhere", call()).status_code == 404


def test_the_greeting_speaks_the_lines_language(desk_in_german: OpenLine) -> None:
    answer = desk_in_german.asks("/voice", call())
    assert 'language="de-DE"' in answer.text
    desk_in_german.asks("/voice/hit?t=2&n=1001&h=1", call(SpeechResult="alle bei uns", Confidence="0.9"))
    assert desk_in_german.arrivals[-1].envelope["language"] == "de-DE"


@pytest.fixture
def desk_in_german(line: OpenLine) -> OpenLine:
    lines = {LINE: replace(line.desk.policy.phone.line(LINE), language="de-DE")}
    phone = replace(line.desk.policy.phone, lines=lines)
    line.desk = CallDesk(store=line.desk.store, policy=replace(line.desk.policy, phone=phone), senders=line.desk.senders)
    line.reopen()
    return line


def test_somebody_who_hangs_up_at_once_leaves_a_call_that_is_over(line: OpenLine) -> None:
    caller = Caller(post=line.post, choose=script([HangUp()]), number="anonymous")
    caller.call()
    assert line.desk.call(caller.sid).ended_at is not None
    line.desk.passes(minutes=11)
    assert line.desk.ticket(only_ticket(line)).state.value == "canceled"
