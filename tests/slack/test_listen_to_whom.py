"""Who is let in at Slack's door, and with what."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from structlog.typing import EventDict

from channels.slack.door.entrance import MOST_BYTES
from tests.desk.at_the_desk import MONDAY
from tests.slack import workspace as w
from tests.slack.door import NEXT_SECRET, SETTINGS, Door
from tests.slack.junk import EXAMPLES, JUNK, places, with_junk


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.slack.close()


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as entries:
        yield entries


GOOD = w.request(w.message(), MONDAY)


def without(name: str) -> w.Signed:
    return replace(GOOD, headers={key: value for key, value in GOOD.headers.items() if key != name})


def with_header(name: str, value: str) -> w.Signed:
    return replace(GOOD, headers={**GOOD.headers, name: value})


def at(seconds: float) -> w.Signed:
    return w.request(w.message(), MONDAY + timedelta(seconds=seconds))


STRANGERS: Mapping[str, w.Signed] = {
    "no signature": without("x-slack-signature"),
    "no time": without("x-slack-request-timestamp"),
    "another secret": w.request(w.message(), MONDAY, secret="x" * 32),
    "another body": replace(GOOD, body=GOOD.body + b" "),
    "another time": with_header("x-slack-request-timestamp", str(int(MONDAY.timestamp()) + 1)),
    "301 seconds old": at(-301),
    "301 seconds ahead": at(301),
    "a time in words": with_header("x-slack-request-timestamp", "now"),
    "a time without end": with_header("x-slack-request-timestamp", "9" * 400),
    "a negative time": with_header("x-slack-request-timestamp", "-1"),
    "digits of another script": with_header("x-slack-request-timestamp", "١٧"),
    "another scheme": with_header("x-slack-signature", GOOD.headers["x-slack-signature"].replace("v0", "v1")),
    "upper case": with_header("x-slack-signature", GOOD.headers["x-slack-signature"].upper()),
    "a signature without end": with_header("x-slack-signature", "v0=" + "a" * 9_000),
    "not UTF-8": replace(GOOD, body=b"\xff\xfe"),
    "too large": w.signed(b"x" * (MOST_BYTES + 1), MONDAY),
    "nothing": w.Signed(body=b"", headers={}),
}


@pytest.mark.parametrize("who", STRANGERS)
async def test_who_is_not_slack_is_turned_away_without_a_word(door: Door, who: str, log: list[EventDict]) -> None:
    signed = STRANGERS[who]
    headers = [(name.encode(), value.encode()) for name, value in signed.headers.items()]
    answer = await door.client.post("https://desk.example.org/slack/events", content=signed.body, headers=headers)
    assert (answer.status_code, answer.text, door.arrivals) == (401, "", [])
    assert [entry["event"] for entry in log] == ["slack.refused"]


async def test_two_signatures_are_none(door: Door) -> None:
    for name in ("x-slack-signature", "x-slack-request-timestamp"):
        headers = [*GOOD.headers.items(), (name, GOOD.headers[name])]
        answer = await door.client.post("https://desk.example.org/slack/events", content=GOOD.body, headers=headers)
        assert answer.status_code == 401


@pytest.mark.parametrize("seconds", [-299, 0, 299])
async def test_a_clock_may_be_a_little_wrong(door: Door, seconds: int) -> None:
    assert (await door.sends(at(seconds))).status_code == 200


@pytest.mark.parametrize("secret", [w.SECRET, NEXT_SECRET])
async def test_while_secrets_rotate_either_may_sign(door: Door, secret: str) -> None:
    assert (await door.sends(w.request(w.message(), MONDAY, secret=secret))).status_code == 200


async def test_without_a_signing_secret_nobody_is_let_in() -> None:
    door = Door(settings=SETTINGS.model_copy(update={"slack_signing_secret": ()}))
    assert (await door.posts(w.message())).status_code == 401
    await door.slack.close()


DEEP = b'{"type":"event_callback","event":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
UNREADABLE: Mapping[str, w.Signed] = {
    "no JSON": w.signed(b"{", MONDAY),
    "a list": w.signed(b"[]", MONDAY),
    "nothing": w.signed(b"", MONDAY),
    "not a number": w.signed(b'{"type": NaN}', MONDAY),
    "nested without end": w.signed(DEEP, MONDAY),
    "an event that is a list": w.signed(b'{"type":"event_callback","event":[]}', MONDAY),
    "authorizations that are none": w.signed(b'{"type":"event_callback","event":{},"authorizations":"x"}', MONDAY),
    "an event of no type": w.signed(b'{"type":"event_callback","event":{"type":{}}}', MONDAY),
    "a form without fields": w.signed(b"", MONDAY, content_type=w.FORM),
    "a form with a payload that is none": w.signed(b"payload=%7B", MONDAY, content_type=w.FORM),
    "a form that is no UTF-8": w.signed(b"payload=%FF", MONDAY, content_type=w.FORM),
    "a form with fields without end": w.signed(b"&".join(b"a=b" for _ in range(99)), MONDAY, content_type=w.FORM),
    "another type": w.signed(b"{}", MONDAY, content_type="text/plain"),
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_is_signed_and_cannot_be_read_is_a_bad_request(door: Door, what: str) -> None:
    answer = await door.sends(UNREADABLE[what])
    assert (answer.status_code, answer.text, door.arrivals) == (400, "", [])


async def test_other_methods_and_pages_are_not_there(door: Door) -> None:
    assert (await door.sends(GOOD, method="GET")).status_code == 405
    assert (await door.sends(GOOD, url="https://desk.example.org/slack/nowhere")).status_code == 404
    assert (await door.sends(GOOD, url="https://desk.example.org/slack/install")).status_code == 404


@settings(max_examples=50, deadline=None)
@given(data=st.data(), example=st.sampled_from(EXAMPLES), junk=JUNK)
def test_no_shape_that_is_signed_brings_the_door_down(data: st.DataObject, example: w.Payload, junk: object) -> None:
    payload = with_junk(example, data.draw(st.sampled_from(places(example))), junk)
    body, door = json.dumps(payload).encode(), Door()
    kinds = (w.signed(body, MONDAY), w.signed(urlencode({"payload": body}).encode(), MONDAY, content_type=w.FORM))
    for signed in kinds:
        answer = asyncio.run(_sent(door, signed))
        assert answer in ({200, 400} if isinstance(payload, dict) else {400})


async def _sent(door: Door, signed: w.Signed) -> int:
    return (await door.sends(signed)).status_code
