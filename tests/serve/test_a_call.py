"""Calls and texts over real HTTP, signed by the vendor's SDK: from the first ring to the ticket."""

import asyncio
from pathlib import Path

from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.label import Kind, Priority
from intake.domain.notice import NoticeKind
from intake.domain.receipt import Outcome
from intake.domain.ticket import State
from tests.phone.caller import Caller, HangUp, PickUp, Press, Speak, script
from tests.serve.calling import ANN, LINE, PEOPLE, Vendor
from tests.serve.open_desk import open_desk, open_phone_desk

DOWN = "the order system is down for everybody and nobody can work"


async def test_a_p1_by_phone_is_connected_with_whoever_takes_it_and_nobody_is_woken_besides(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        call = Caller(post=vendor.post, choose=script([Speak(DOWN), PickUp(0), Press("1")]), base=vendor.public, number=ANN)
        await asyncio.to_thread(call.call)
        (line,) = desk.tickets()
        ticket = line.ticket
        assert (ticket.kind, ticket.priority) == (Kind.INCIDENT, Priority.P1)
        assert (call.rang, call.bridged) == ([("+491701111111",)], ["+491701111111"])
        (known,) = vendor.calls()
        assert (known.ticket, known.caller, known.connected_to, known.said) == (ticket.number, ANN, "Robin", True)
        assert known.ended_at is not None
        assert EventKind.CALL_BEGAN in {event.kind for event in vendor.timeline(ticket.number)}
        pages = [one for one in desk.deliveries() if one.notice is not None and one.notice.kind is NoticeKind.PAGE]
        assert all(one.state is DeliveryState.CANCELED for one in pages)
        assert {entry.outcome for entry in desk.ledger()} <= {Outcome.OPENED, Outcome.APPENDED, Outcome.APPLIED}


async def test_a_caller_who_hangs_up_without_a_word_leaves_a_ticket_that_waits_for_the_next_ring(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        await asyncio.to_thread(Caller(post=vendor.post, choose=script([HangUp()]), base=vendor.public, number=ANN).call)
        again = Caller(post=vendor.post, choose=script([HangUp()]), base=vendor.public, number=ANN, sid=f"CA{'2' * 32}")
        await asyncio.to_thread(again.call)
        (line,) = desk.tickets()
        assert (line.ticket.kind, line.ticket.state) == (Kind.NONE, State.NEW)
        assert [call.said for call in vendor.calls()] == [False, False]
        assert desk.deliveries() == []


async def test_forged_repeated_and_foreign_requests_change_nothing(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        url = f"{vendor.public}/twilio/voice"
        form = {"AccountSid": LINE.account, "CallSid": f"CA{'3' * 32}", "From": ANN, "To": LINE.number, "CallStatus": "ringing"}
        forged = await asyncio.to_thread(vendor.asks, url, form, signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        foreign = await asyncio.to_thread(vendor.asks, url, {**form, "AccountSid": f"AC{'9' * 32}"})
        assert [(one.status, one.body) for one in (forged, foreign)] == [(403, ""), (403, "")]
        assert desk.ledger() == []
        first = await asyncio.to_thread(vendor.asks, url, form)
        second = await asyncio.to_thread(vendor.asks, url, form)
        assert (first.status, first.body) == (second.status, second.body)
        assert "<Gather" in first.body
        assert len(desk.tickets()) == len(vendor.calls()) == 1


async def test_a_text_opens_a_ticket_and_its_answer_waits_for_the_vendor(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        answer = await asyncio.to_thread(vendor.text, "The printer on floor 3 is jammed", sid=f"SM{'1' * 32}")
        again = await asyncio.to_thread(vendor.text, "The printer on floor 3 is jammed", sid=f"SM{'1' * 32}")
        assert (answer.status, again.status) == (200, 200)
        (line,) = desk.tickets()
        assert line.caller == ANN
        assert "sms" in {one.channel.value for one in desk.deliveries()}


async def test_a_desk_without_a_phone_has_no_such_door(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        vendor = Vendor(desk)
        assert (await asyncio.to_thread(vendor.text, "hello", sid=f"SM{'1' * 32}")).status == 404


async def test_metrics_tell_of_calls_and_of_how_fast_they_are_answered(tmp_path: Path) -> None:
    async with open_phone_desk(tmp_path, LINE, PEOPLE) as desk:
        vendor = Vendor(desk)
        await asyncio.to_thread(Caller(post=vendor.post, choose=script([HangUp()]), base=vendor.public, number=ANN).call)
        page = await asyncio.to_thread(lambda: _metrics(vendor.public))
        assert 'intake_calls{outcome="silent"} 1.0' in page
        assert 'intake_phone_answer_seconds_count{status="200",what="voice"}' in page
        assert "intake_spooled 0.0" in page
        assert "intake_last_call_timestamp_seconds" in page


def _metrics(public: str) -> str:
    from urllib.request import urlopen  # noqa: PLC0415

    with urlopen(f"{public}/metrics", timeout=30) as page:
        return str(page.read().decode())
