"""`intake calls`: who rang, who took it, and which ticket it became; and what commands write for phones."""

from urllib.parse import urlencode

import pytest

from channels.serve.compose import PARSERS, utc_now
from intake.desk.incoming import understand
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.receipt import Receipt
from tests.cli.at_the_prompt import Desk, Prompt, the_classifier
from tests.cli.test_shapes import documented
from tests.harness.phone_line import A_PHONE, ACCOUNT, NUMBER

ANN = "+491701234567"


def hears(desk: Desk, channel: Channel, path: str, **form: str) -> Receipt:
    raw = urlencode({"AccountSid": ACCOUNT, "From": ANN, "To": NUMBER, **form}).encode()
    arrival = Arrival(channel=channel, received_at=utc_now(), raw=raw, envelope={"path": path, "query": ""})
    incoming = understand(arrival, PARSERS[channel], the_classifier())
    with desk.store.begin() as books:
        return desk.desk.receive(incoming, books)


def rings(desk: Desk, sid: str, **form: str) -> Receipt:
    return hears(desk, Channel.PHONE, "/twilio/voice", CallSid=sid, CallStatus="ringing", **form)


def test_calls_are_listed_the_newest_first(desk: Desk, intake: Prompt) -> None:
    rings(desk, f"CA{'1' * 32}")
    rings(desk, f"CA{'2' * 32}", From="anonymous")
    ran = intake("calls")
    assert ran.code == 0
    heading, withheld, known, *_ = ran.out.splitlines()
    assert heading.split() == ["began", "(UTC)", "from", "line", "ticket", "lasted", "said", "taken", "by"]
    assert withheld.split()[2:] == ["withheld", NUMBER, "HD-1002", "-", "nothing", "-"]
    assert known.split()[2:5] == [ANN, NUMBER, "HD-1001"]


def test_in_json_a_call_has_the_documented_keys(desk: Desk, intake: Prompt) -> None:
    rings(desk, f"CA{'1' * 32}")
    record = intake("calls", "--json").record
    assert set(record) == documented("Call")
    assert (record["name"], record["ticket"], record["caller"], record["said"]) == (f"CA{'1' * 32}", "HD-1001", ANN, False)


@pytest.mark.usefixtures("desk")
def test_nobody_has_called_yet(intake: Prompt) -> None:
    assert intake("calls").out == "Nobody has called yet.\n"


@pytest.mark.parametrize(("phone", "state"), [(True, "queued"), (False, "no relay")])
def test_a_reply_that_is_typed_leaves_by_sms_where_that_is_configured(
    desk: Desk, intake: Prompt, monkeypatch: pytest.MonkeyPatch, phone: bool, state: str
) -> None:
    hears(desk, Channel.SMS, "/twilio/sms", MessageSid=f"SM{'1' * 32}", Body="My printer is jammed again, please help")
    if phone:
        for key, text in {**A_PHONE.environment, "INTAKE_PUBLIC_URL": "https://desk.example.com"}.items():
            monkeypatch.setenv(key, text)
    assert intake("reply", "HD-1001", "--text", "We are on it.").code == 0
    replies = [one for one in intake("outbox", "--json").records if one["reply"] is not None]
    assert [(one["channel"], one["state"]) for one in replies] == [("sms", state)]
