"""What Slack's payloads mean: golden pairs (`payloads/NAME.KIND.json`: what came; `NAME.means.json`: what it is), and any bytes
at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.slack.door.kept import Fate, Keeping
from channels.slack.envelope import Kind
from channels.slack.reading.parse import parse
from channels.slack.reading.parse_event import HEARD
from channels.slack.reading.plain_text import LONGEST
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage
from tests.desk.at_the_desk import MONDAY
from tests.phone.test_parse import plain
from tests.slack import workspace as w
from tests.slack.door import POLICY
from tests.slack.junk import EXAMPLES, JUNK, places, with_junk

PAYLOADS = Path(__file__).parent / "payloads"
NAMES = sorted(path.name for path in PAYLOADS.glob("*.json") if not path.name.endswith(".means.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_means_what_stands_beside_it(name: str) -> None:
    what, kind, _ = name.split(".")
    came = Arrival(channel=Channel.SLACK, received_at=MONDAY, raw=(PAYLOADS / name).read_bytes(), envelope={"kind": kind})
    expected: object = json.loads((PAYLOADS / f"{what}.means.json").read_text("utf-8"))
    assert plain(parse(came)) == expected


def test_every_event_that_is_heard_has_its_payload() -> None:
    events = [json.loads((PAYLOADS / name).read_text("utf-8")) for name in NAMES if ".event." in name]
    assert {one["event"]["type"] for one in events if "event" in one} == HEARD - {"app_home_opened"}


def message_of(payload: w.Payload) -> InboundMessage:
    said = parse(w.arrival(payload))
    assert isinstance(said, InboundMessage)
    return said


def action_of(payload: w.Payload) -> Action:
    done = parse(w.arrival(payload))
    assert isinstance(done, Action)
    return done


def test_the_two_events_of_a_mention_are_one_input() -> None:
    text = f"{w.MENTION} the VPN is slow"
    first, second = w.message(text, room=w.GENERAL), w.app_mention(text, room=w.GENERAL)
    assert first["event_id"] != second["event_id"]
    assert message_of(first) == message_of(second)


def test_the_desks_name_may_be_put_in_later() -> None:
    """Slack tells of the mention alone then: it must not be taken for the message that named nobody."""
    said = w.message("the VPN is slow", room=w.HELP)
    named = w.app_mention(f"{w.MENTION} the VPN is slow", room=w.HELP, edited=w.ts(20))
    first, later = message_of(said), message_of(named)
    assert first.external_id != later.external_id
    assert first.known_as == later.known_as


def test_a_message_that_two_workspaces_see_is_one_input() -> None:
    inner = w.said("We cannot see the report")
    ours, theirs = (w.event(inner, id=f"Ev{team}", team=team, shared=True) for team in (w.TEAM, w.OTHER_TEAM))
    assert message_of(ours).external_id == message_of(theirs).external_id


def test_each_edit_is_an_input_of_its_own_and_repeats_are_not() -> None:
    told = ((3, "Ev1"), (3, "Ev2"), (5, "Ev3"))
    edits = [w.changed("b", before="a", edited=w.ts(second), id=event) for second, event in told]
    names = [message_of(edit).external_id for edit in edits]
    assert names[0] == names[1] != names[2]


def test_whoever_was_refused_may_take_by_the_same_reaction_once_more() -> None:
    first = w.reaction("eyes", room=w.TRIAGE)
    again = w.event({**first["event"], "event_ts": w.ts(60)}, id="EvAgain")  # type: ignore[dict-item] # it is an object
    names = [action_of(one).external_id for one in (first, again, first)]
    assert names[0] == names[2] != names[1]


def test_nobody_says_of_what_is_pressed_whether_others_read_along() -> None:
    said = w.said("The printer is out of paper", room=w.GENERAL)
    told = (message_of(w.shortcut_make(said)), message_of(w.message()), message_of(w.message(shared=True)))
    assert [one.place.shared for one in told if one.place is not None] == [None, False, True]


def test_what_ended_is_told_as_of_when_it_did() -> None:
    """Slack brings it again for minutes."""
    told = action_of(w.event({"type": "app_uninstalled"}))
    assert told.received_at.timestamp() == w.event({})["event_time"]


def test_a_text_without_end_is_cut_and_says_so() -> None:
    said = message_of(w.message("x" * (LONGEST + 5)))
    assert (len(said.text), said.notes) == (LONGEST, (f"the text is cut at {LONGEST} characters",))


def test_only_ten_files_are_fetched_and_the_rest_is_counted() -> None:
    said = message_of(w.file_share("look", files=[w.file(id=f"F{number:010}") for number in range(13)]))
    assert (len(said.remote), said.notes) == (10, ("3 of its files are left out: 10 are taken in",))


@pytest.mark.parametrize(
    "payload",
    [
        w.message(subtype="channel_join"),
        w.message(user=""),
        w.message(user="nobody's id"),
        w.message(room="general"),
        w.message(at="yesterday"),
        w.event({"type": "reaction_added", "user": w.KIM, "reaction": "", "item": {"channel": w.HELP, "ts": w.ts(0)}}),
        w.event({"type": "tokens_revoked", "tokens": {"oauth": [w.ANN]}}),
        w.event({"type": "pin_added"}),
        w.command(""),
        w.shortcut_new(),
        {"type": "view_closed"},
    ],
)
def test_what_nobody_said_is_no_message(payload: w.Payload) -> None:
    with pytest.raises(InvalidMessage):
        parse(w.arrival(payload))


@pytest.mark.parametrize("kind", ["", "elsewhere"])
def test_an_arrival_of_no_kind_is_no_message(kind: str) -> None:
    with pytest.raises(InvalidMessage):
        parse(Arrival(channel=Channel.SLACK, received_at=MONDAY, raw=b"{}", envelope={"kind": kind}))


@settings(max_examples=50, deadline=None)
@given(data=st.data(), example=st.sampled_from(EXAMPLES), junk=JUNK, kind=st.sampled_from(list(Kind)))
def test_any_shape_is_something_or_an_invalid_message(
    data: st.DataObject, example: w.Payload, junk: object, kind: Kind
) -> None:
    way = data.draw(st.sampled_from(places(example)))
    payload = with_junk(example, way, junk)
    raw = json.dumps(payload).encode()
    own_kind = Kind(w.arrival(example).envelope["kind"])
    for one in {kind, own_kind}:
        if isinstance(payload, dict):
            assert Keeping(POLICY).fate(one, payload) in Fate
        reads_or_refuses(raw, one)


@settings(max_examples=50, deadline=None)
@given(raw=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps({"type": text}).encode()))
def test_any_bytes_are_something_or_an_invalid_message(raw: bytes) -> None:
    for kind in Kind:
        reads_or_refuses(raw, kind)


def test_what_is_nested_without_end_is_no_message() -> None:
    raw = b'{"type":"event_callback","event":' + b'{"a":' * 100_000
    for kind in Kind:
        reads_or_refuses(raw, kind)


def reads_or_refuses(raw: bytes, kind: Kind) -> None:
    try:
        said = parse(Arrival(channel=Channel.SLACK, received_at=MONDAY, raw=raw, envelope={"kind": kind.value, "retry": ""}))
    except InvalidMessage:
        return
    assert isinstance(said, InboundMessage | Action)
    assert said.external_id
    json.dumps(plain(said)).encode("utf-8")
