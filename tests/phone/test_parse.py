"""What the vendor's webhooks mean: golden pairs (`payloads/NAME.form`: the address, then the body; `NAME.json`: what it is),
and any bytes at all."""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.parse import parse_call, parse_text
from channels.phone.sender_number import sender_number
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import to_query
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.deed import NoteCall
from intake.domain.errors import InvalidMessage
from intake.domain.message import Consent, InboundMessage
from tests.desk.at_the_desk import MONDAY
from tests.phone.open_line import call, text

PAYLOADS = Path(__file__).parent / "payloads"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.form"))
PATHS = (
    *(f"/twilio/voice/{step.value}".rstrip("/") for step in Step),
    *(f"/twilio/{name}" for name in ("sms", "status", "recording", "conference", "page", "page/key", "elsewhere")),
)


def arrival(target: str, body: bytes, channel: Channel = Channel.PHONE, **beside: str) -> Arrival:
    path, _, query = target.partition("?")
    return Arrival(channel=channel, received_at=MONDAY, raw=body, envelope={"path": path, "query": query, **beside})


def read(name: str) -> Arrival:
    target, _, rest = (PAYLOADS / f"{name}.form").read_text("utf-8").partition("\n")
    target, *beside = target.split(" ; ")
    sent = Channel.SMS if target.startswith("/twilio/sms") or "MessageSid" in rest else Channel.PHONE
    return arrival(target, rest.strip().replace("\n", "").encode(), sent, **dict(one.split("=", 1) for one in beside))


def understood(arrived: Arrival) -> InboundMessage | Action:
    return parse_text(arrived) if arrived.channel is Channel.SMS else parse_call(arrived)


def plain(value: object) -> object:
    """What is as it always is is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {
            "is": type(value).__name__,
            **{name: given for name, given in found.items() if given not in (None, "", [], False)},
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return None
    return [plain(one) for one in value] if isinstance(value, tuple | frozenset) else value


@pytest.mark.parametrize("name", NAMES)
def test_a_webhook_means_what_stands_beside_it(name: str) -> None:
    expected: object = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    assert plain(understood(read(name))) == expected


def test_each_step_of_a_call_has_its_example() -> None:
    begun = {step.value or "voice" for step in Step}
    assert begun <= {name.partition("-")[0] for name in NAMES}


@settings(max_examples=50)
@given(
    path=st.sampled_from(PATHS) | st.text(max_size=30),
    query=st.text(max_size=60) | st.just(to_query(CallState(turn=3, ticket=1042, attempt=1))),
    body=st.binary(max_size=300)
    | st.dictionaries(st.sampled_from([*call(), *text(), "Digits", "SpeechResult", "Confidence"]), st.text(max_size=40)).map(
        lambda form: "&".join(f"{name}={value}" for name, value in form.items()).encode("utf-8", "replace")
    ),
)
def test_any_bytes_are_something_or_an_invalid_message(path: str, query: str, body: bytes) -> None:
    for parse, channel in ((parse_call, Channel.PHONE), (parse_text, Channel.SMS)):
        try:
            said = parse(arrival(f"{path}?{query}", body, channel))
        except InvalidMessage:
            continue
        assert isinstance(said, InboundMessage | Action)
        assert said.external_id


WORDS: dict[str, Consent | None] = {
    "STOP": Consent.STOP,
    " stop ": Consent.STOP,
    "StopAll": Consent.STOP,
    "unsubscribe": Consent.STOP,
    "REVOKE": Consent.STOP,
    "optout": Consent.STOP,
    "START": Consent.START,
    "unstop": Consent.START,
    "HELP": Consent.HELP,
    "info": Consent.HELP,
    "yes": None,
    "CANCEL": None,
    "end": None,
    "quit": None,
    "STOP the server is down": None,
    "help me": None,
    "": None,
}


@pytest.mark.parametrize("word", WORDS)
def test_only_a_single_word_is_consent_and_not_every_one(word: str) -> None:
    body = "&".join(f"{name}={value}" for name, value in text(body=word).items()).replace("+", "%2B").encode()
    said = parse_text(arrival("/twilio/sms", body, Channel.SMS))
    assert isinstance(said, InboundMessage)
    assert (said.consent, said.text) == (WORDS[word], word.strip())


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
def test_what_the_vendor_calls_consent_is_consent_whatever_the_word(kind: str) -> None:
    body = f"MessageSid=SM1&From=%2B4930555000&Body=quit&OptOutType={kind}".encode()
    said = parse_text(arrival("/twilio/sms", body, Channel.SMS))
    assert isinstance(said, InboundMessage)
    assert said.consent is Consent(kind.lower())


NUMBERS = {
    "+4930901820": "+4930901820",
    " +14155550100 ": "+14155550100",
    "anonymous": "",
    "Anonymous": "",
    "": "",
    "Restricted": "",
    "+266696687": "",
    "+7378742883": "",
    "+86282452253": "",
    "+2562533": "",
    "+464": "",
    "client:alice": "",
    "sip:ann@example.com": "",
    "12345": "",
    "EXAMPLE": "",
    "+999123456789": "",
    "+1": "",
    "+49٣٤٥٦٧٨٩٠": "",
}


@pytest.mark.parametrize("given", NUMBERS)
def test_a_number_is_one_that_can_be_called(given: str) -> None:
    assert sender_number(given) == NUMBERS[given]


def test_a_deed_that_cannot_be_is_an_invalid_message() -> None:
    with pytest.raises(InvalidMessage):
        parse_call(arrival("/twilio/voice/dialed?t=1", b"CallSid=CA1&From=&To=", whom="x" * 3000))


def test_a_long_word_of_a_caller_fits_its_place() -> None:
    body = f"CallSid=CA1&From=anonymous&To=&SpeechResult={'mumble+' * 900}&Confidence=0.2".encode()
    said = parse_call(arrival("/twilio/voice/what?t=1", body))
    assert isinstance(said, Action)
    assert isinstance(said.deed, NoteCall)
    assert len(said.deed.text) < 1_100
