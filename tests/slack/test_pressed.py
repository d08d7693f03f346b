"""A button in, a deed out."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.slack.forms.submitted import submitted
from channels.slack.pressed import pressed
from channels.slack.presses import OPEN_A_FORM, Press, Pressed, to_more
from intake.domain.action import Action
from intake.domain.channel import Address, AddressKind
from intake.domain.deed import (
    AcceptReply,
    AcknowledgePage,
    AnswerQuestion,
    ChooseTicket,
    Confirm,
    ConsentToChange,
    CorrectKind,
    Deed,
    Dispute,
    Resume,
    Take,
)
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind
from intake.domain.principal import Role
from tests.slack.workspace import KIM, LEE, TRIAGE, Payload, arrival, press, submission, ts

DEEDS = (
    (Press.TAKE, "", Take()),
    (Press.RESUME, "", Resume()),
    (Press.ACCEPT_REPLY, "55", AcceptReply(message=55)),
    (Press.ACKNOWLEDGE_PAGE, "9001", AcknowledgePage()),
    (Press.KIND, "incident", AnswerQuestion(kind=Kind.INCIDENT)),
    (Press.WRONG, "enhancement", CorrectKind(kind=Kind.ENHANCEMENT)),
    (Press.CONFIRM, "", Confirm()),
    (Press.DISPUTE, "", Dispute()),
    (Press.CHOOSE, "1040", ChooseTicket(on=1040)),
    (Press.CONSENT, "", ConsentToChange()),
    (Press.CONSENT, "3", ConsentToChange(round=3)),
)


def read(payload: Payload) -> Action:
    return pressed(payload, arrival(payload))


@pytest.mark.parametrize(("what", "more", "deed"), DEEDS)
def test_a_button_does_what_stands_on_it(what: Press, more: str, deed: Deed) -> None:
    action = read(press(f"{what}/mark", Pressed(ticket=1042, seen=7, more=more)))
    assert (action.deed, action.ticket) == (deed, 1042)
    assert action.by.role is Role.REQUESTER
    assert action.by.address == Address(kind=AddressKind.SLACK, value=KIM, name="kim")


def test_every_button_does_something_opens_a_form_or_only_leads_somewhere() -> None:
    done = {what for what, _, _ in DEEDS}
    assert done | OPEN_A_FORM | {Press.MORE, Press.LINK} == set(Press)


def test_only_whoever_takes_must_have_seen_the_ticket_as_it_is() -> None:
    assert read(press(Press.TAKE, Pressed(ticket=1042, seen=7))).seen == 7
    assert read(press(Press.RESUME, Pressed(ticket=1042, seen=7))).seen is None


def test_a_page_is_taken_by_its_own_delivery() -> None:
    assert read(press(Press.ACKNOWLEDGE_PAGE, Pressed(ticket=1042, seen=7, more="9001"))).delivery == 9001


@pytest.mark.parametrize(
    ("more", "deed"),
    [(to_more(Press.RESUME), Resume()), (to_more(Press.ACCEPT_REPLY, 55), AcceptReply(message=55))],
)
def test_an_option_of_the_menu_does_what_its_button_would(more: str, deed: Deed) -> None:
    assert read(press("more/7", option=Pressed(ticket=1042, seen=7, more=more))).deed == deed


def test_each_press_has_a_name_of_its_own() -> None:
    value, at = Pressed(ticket=1042, seen=7), ts(5)
    first = read(press(Press.TAKE, value, at=at)).external_id
    assert first == f"action/{TRIAGE}/{at}/1770000010.000200/{KIM}"
    assert read(press(Press.TAKE, value, at=at)).external_id == first
    assert read(press(Press.TAKE, value, at=at, user=LEE)).external_id != first
    assert read(press(Press.TAKE, value, at=at, action_ts="1770000011.000200")).external_id != first


@pytest.mark.parametrize(
    "payload",
    [
        press("launch", Pressed(ticket=1042, seen=7)),
        press(Press.REPLY, Pressed(ticket=1042, seen=7)),
        press(Press.TAKE),
        press(Press.CHOOSE, Pressed(ticket=1042, seen=7, more="x")),
        press(Press.KIND, Pressed(ticket=1042, seen=7, more="none")),
        press(Press.MORE, option=Pressed(ticket=1042, seen=7, more="launch")),
        press(Press.MORE, option=Pressed(ticket=1042, seen=7, more="accept_reply")),
        press(Press.TAKE, Pressed(ticket=1042, seen=7), user="kim"),
        press(Press.TAKE, Pressed(ticket=1042, seen=7), room="triage"),
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [7]},
    ],
)
def test_what_no_button_of_ours_says_is_refused(payload: Payload) -> None:
    with pytest.raises(InvalidMessage):
        read(payload)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("1042.7"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    what=st.sampled_from(sorted(Press)), put=_JSON, where=st.sampled_from(["actions", "container", "user", "view", "message"])
)
@settings(max_examples=50)
def test_a_press_of_any_shape_is_a_deed_or_refused(what: str, put: object, where: str) -> None:
    with suppress(InvalidMessage):
        read({**press(what, Pressed(ticket=1042, seen=7)), where: put})


@given(what=st.sampled_from(sorted(Press)), values=_JSON, private=st.text(max_size=20) | st.just('{"n":1,"r":1,"g":0}'))
@settings(max_examples=50)
def test_a_form_of_any_shape_is_an_input_or_refused(what: str, values: object, private: str) -> None:
    payload = submission(what, {"text/0": {"text": values}, "reason/0": {"reason": values}}, private=private)
    with suppress(InvalidMessage):
        submitted(payload, arrival(payload))
