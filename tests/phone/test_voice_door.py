"""What a call may bring that nobody thinks of: our own call that comes back, a refused key, a vendor that leaves something
out."""

from collections.abc import Mapping

import pytest

from intake.domain.deed import Cancel
from intake.domain.event import EventKind
from intake.domain.label import Kind as Matter
from intake.domain.page import RunState
from storage.store import SqlStore
from tests.calls.call_desk import CALLER, LINE, PHONES, called_desk
from tests.phone.caller import ACCOUNT, Caller, PickUp, Press, Speak, Unreached, script
from tests.phone.open_line import OpenLine, call
from tests.phone.test_listen import DOWN, SAYS_ALL
from tests.phone.twiml_checker import check


@pytest.fixture
def burning(line: OpenLine) -> OpenLine:
    line.knows({"is down": SAYS_ALL})
    return line


def only_ticket(line: OpenLine) -> int:
    (ticket,) = line.tickets()
    return ticket


@pytest.mark.parametrize("more", [{}, {"ForwardedFrom": PHONES["Ben"]}])
def test_our_own_call_that_somebodys_phone_forwards_to_us_is_not_picked_up(
    sqlite_store: SqlStore, more: Mapping[str, str]
) -> None:
    desk = called_desk(sqlite_store)
    desk.own = (LINE,)
    with OpenLine(desk) as line:
        for away in (False, True):
            line.away = away
            answer = line.asks("/voice", call(caller=LINE, **more))
            assert answer.status_code == 200
            root = check(answer.text)
            assert [(verb.tag, verb.get("reason")) for verb in root] == [("Reject", "busy")]
        for number in range(line.desk.policy.phone.calls_per_hour + 2):
            assert "<Reject" in line.asks("/voice", call(f"CA{number}", caller=LINE)).text
        line.asks("/status", call(caller=LINE, CallStatus="busy"))
        line.away = False
        line.books_the_spool()
        assert line.tickets() == []


def test_a_key_for_a_ticket_that_is_over_meanwhile_leads_to_the_question_what_is_wrong(line: OpenLine) -> None:
    line.desk.rings("CA7")
    line.desk.names(Matter.SERVICE_REQUEST, "CA7")
    old = only_ticket(line)
    line.desk.ends("CA7")
    answer = line.asks("/voice", call())
    assert f"o={old}" in answer.text
    line.desk.does(Cancel(reason="done by phone"), "root", ticket=old)
    (own,) = set(line.tickets()) - {old}
    answer = line.asks(f"/voice/offer?t=1&n={own}&o={old}", call(Digits="1"))
    assert "/twilio/voice/what" in answer.text
    assert "Please say in a few words what is wrong" in answer.text


@pytest.mark.parametrize("digits", ["1", "2", ""])
def test_a_key_on_a_phone_that_we_rang_counts_also_where_the_vendor_does_not_say_for_which_call(
    burning: OpenLine, digits: str
) -> None:
    mine = {"AccountSid": ACCOUNT, "CallSid": "CAchild", "From": LINE, "To": PHONES["Ben"], "Digits": digits}
    answer = burning.asks("/voice/accept?t=3&n=1001&k=i&i=1&u=1", mine)
    assert [verb.tag for verb in check(answer.text)] == (["Say"] if digits == "1" else ["Hangup"])


def test_whoever_talked_has_the_call_also_where_their_key_was_booked_nowhere(burning: OpenLine) -> None:
    there = burning.post

    def loses_keys(url: str, params: Mapping[str, str]) -> str:
        burning.away = burning.full = "/accept" in url
        return there(url, params)

    caller = Caller(post=loses_keys, choose=script([Speak(DOWN), Unreached("busy"), PickUp(0), Press("1")]), number=CALLER)
    caller.call()
    ticket = only_ticket(burning)
    assert burning.desk.call(caller.sid).connected_to.startswith("Kim")
    assert [paging.run.state for paging in burning.desk.story(ticket).pagings] == [RunState.ACKNOWLEDGED]
    assert burning.desk.paged(ticket) == []


def test_a_key_that_another_replica_keeps_for_later_holds_up_no_step_of_the_caller(burning: OpenLine) -> None:
    """The begin and the words lie in the spool of the first one."""
    burning.away = True
    burning.asks("/voice", call())
    burning.asks("/voice/what?t=1", call(SpeechResult=DOWN, Confidence="0.9"))
    first, burning.spooled = burning.spooled, []
    burning.phone.close()
    burning.reopen()
    burning.away = False
    callee = {"CallSid": "CAchild", "ParentCallSid": "CA1", "From": LINE, "To": PHONES["Ben"], "Digits": "1"}
    burning.asks("/voice/accept?t=2&k=i&i=1&u=1", call() | callee)
    burning.asks("/voice/dialed?t=2&k=i&i=1&u=1", call(DialCallStatus="completed", DialBridged="true"))
    number = only_ticket(burning)
    assert burning.desk.call("CA1").connected_to.startswith("Ben")
    burning.spooled += first
    burning.books_the_spool()
    burning.asks("/status", call(CallStatus="completed"))
    assert only_ticket(burning) == number
    assert [message.body for message in burning.desk.story(number).messages] == [DOWN]
    assert burning.desk.paged(number) == []


def test_a_recording_that_is_told_before_its_call_does_not_hide_who_called(line: OpenLine) -> None:
    there = {"RecordingSid": "RE1", "RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingStatus": "completed"}
    line.asks("/recording", {"AccountSid": ACCOUNT, "CallSid": "CA1", **there})
    line.asks("/status", call(CallStatus="completed"))
    number = only_ticket(line)
    assert (line.desk.call("CA1").ticket, line.desk.call("CA1").caller) == (number, CALLER)
    assert line.desk.ticket(number).caller is not None
    assert line.desk.happened(number, EventKind.CALL_ENDED)


def test_what_cannot_be_understood_is_answered_with_a_way_to_somebody_whatever_else_fails(line: OpenLine) -> None:
    line.phone.close()  # nothing can be read or kept any more
    line.away = True
    for path in ("/voice", "/voice/what?t=1", "/voice/dialed?t=1", "/voice/left"):
        answer = line.asks(path, {"AccountSid": ACCOUNT, "From": CALLER, "To": LINE})
        assert answer.status_code == 200, path
        assert check(answer.text)
