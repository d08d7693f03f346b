"""How far texts and page calls got, as the vendor reports it: in any order, twice, and in words it has not had so far."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.reports import is_report, parse_report
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import ReportDelivery
from intake.domain.delivery import DeliveryState
from intake.domain.errors import InvalidMessage

CALL, TEXT = f"CA{'ab' * 16}", f"SM{'ab' * 16}"
S = DeliveryState


def report(form: dict[str, str], query: str = "d=77") -> tuple[Action, ReportDelivery]:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    envelope = {"path": "/twilio/status", "query": query}
    action = parse_report(Arrival(channel=Channel.SMS, received_at=now, raw=b"", envelope=envelope), form)
    assert isinstance(action.deed, ReportDelivery)
    return action, action.deed


@pytest.mark.parametrize(
    ("status", "state"),
    [("queued", S.SENT), ("sent", S.SENT), ("delivered", S.DELIVERED), ("undelivered", S.FAILED), ("failed", S.FAILED)],
)
def test_a_text_is_as_far_as_the_vendor_says(status: str, state: DeliveryState) -> None:
    action, deed = report({"MessageSid": TEXT, "MessageStatus": status})
    assert (action.channel, action.delivery, action.external_id) == (Channel.SMS, 77, f"{TEXT}/{status}")
    assert (deed.delivery, deed.state) == (77, state)


@pytest.mark.parametrize(
    ("code", "dead"), [("30003", True), ("21610", True), ("30006", True), ("30007", False), ("30008", False)]
)
def test_a_code_says_whether_the_number_will_ever_be_reached(code: str, dead: bool) -> None:
    _, deed = report({"MessageSid": TEXT, "MessageStatus": "undelivered", "ErrorCode": code})
    assert deed.dead is dead
    assert deed.error.startswith(code)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_a_page_call_that_ends_without_a_key_has_failed(status: str) -> None:
    _, deed = report({"CallSid": CALL, "CallStatus": status})
    assert deed.state is S.FAILED
    assert deed.error


@pytest.mark.parametrize("status", ["initiated", "ringing", "in-progress"])
def test_picking_up_is_not_failing_and_not_arriving(status: str) -> None:
    action, deed = report({"CallSid": CALL, "CallStatus": status})
    assert (action.channel, deed.state) == (Channel.PHONE, S.SENT)


@pytest.mark.parametrize("heard", ["machine_start", "machine_end_beep", "fax"])
def test_a_machine_never_answers_a_page(heard: str) -> None:
    alone, deed = report({"CallSid": CALL, "AnsweredBy": heard})
    assert deed.state is S.FAILED
    assert deed.error.endswith("answered")
    assert alone.external_id == f"{CALL}/{heard}"
    at_the_end, last = report({"CallSid": CALL, "AnsweredBy": heard, "CallStatus": "completed"})
    assert (at_the_end.external_id, last.error) == (f"{CALL}/completed", deed.error)


def test_a_human_ear_takes_nothing() -> None:
    assert report({"CallSid": CALL, "AnsweredBy": "human"})[1].state is S.SENT


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ({"MessageSid": TEXT, "MessageStatus": "teleported"}, "d=77"),
        ({"MessageSid": TEXT}, "d=77"),
        ({"CallSid": CALL}, "d=77"),
        ({"CallSid": "'; drop table", "CallStatus": "busy"}, "d=77"),
        ({}, "d=77"),
        ({"MessageSid": TEXT, "MessageStatus": "sent"}, ""),
        ({"MessageSid": TEXT, "MessageStatus": "sent"}, "d=77&d=78"),
    ],
)
def test_what_is_no_report_of_ours_is_invalid(form: dict[str, str], query: str) -> None:
    with pytest.raises(InvalidMessage):
        report(form, query)


def test_a_callers_own_call_is_no_report_of_a_delivery() -> None:
    assert is_report("d=77")
    assert not is_report("")
    assert not is_report("n=1042")


@given(st.dictionaries(st.sampled_from(["MessageSid", "CallSid", "MessageStatus", "CallStatus", "ErrorCode"]), st.text()))
@settings(max_examples=50)
def test_any_form_is_a_report_or_invalid(form: dict[str, str]) -> None:
    try:
        report(form)
    except InvalidMessage:
        return
