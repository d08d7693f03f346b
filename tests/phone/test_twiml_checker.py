"""The checker refuses what the vendor would not follow, and the caller follows as the vendor does."""

from collections.abc import Mapping

import pytest

from tests.phone.caller import Caller, Choice, HangUp, PickUp, Press, Speak, Unreached, Wait, script
from tests.phone.twiml_checker import NotTwiml, check

NUMBER = "<Number>+4930555001</Number>"
NEXT = "https://desk.example.org/twilio/voice/next"


@pytest.mark.parametrize(
    "body",
    [
        "<Says>hello</Says>",
        "<Say><Dial>x</Dial></Say>",
        "<Gather><Dial/></Gather>",
        "<Gather><Record/></Gather>",
        "<Gather numdigits='1'/>",
        "<Gather numDigits='one'/>",
        "<Gather action='/relative'/>",
        "<Gather input='voice'/>",
        "<Dial timeout='0'/>",
        "<Dial><Number>555</Number></Dial>",
        f"<Dial>{NUMBER * 11}</Dial>",
        "<Dial callerId='anonymous'/>",
        "<Record maxLength='99999'/>",
        "<Say></Say>",
        "<Say language='german'>Hallo</Say>",
        "<Redirect/>",
        "<Hangup/>goodbye",
        "<Say>&nbsp;</Say>",
        "<Say>",
    ],
)
def test_what_is_no_answer_is_refused(body: str) -> None:
    with pytest.raises(NotTwiml):
        check(f"<Response>{body}</Response>")


def test_a_page_is_no_answer() -> None:
    with pytest.raises(NotTwiml, match="root"):
        check("<html/>")


def follow(first: str, *choices: Choice, then: str = "<Hangup/>") -> tuple[Caller, list[tuple[str, Mapping[str, str]]]]:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def post(url: str, params: Mapping[str, str]) -> str:
        asked.append((url.rpartition("/")[2], params))
        return f"<Response>{first if url.endswith('voice') else then}</Response>"

    caller = Caller(post=post, choose=script(choices))
    caller.call()
    return caller, asked


def test_silence_falls_through_unless_the_question_says_otherwise() -> None:
    caller, asked = follow(f"<Gather action='{NEXT}'/><Say>still here</Say><Hangup/>", Wait())
    assert caller.heard == ["still here"]
    assert [where for where, _ in asked] == ["voice", "status"]
    _, asked = follow(f"<Gather action='{NEXT}' actionOnEmptyResult='true'/><Hangup/>", Wait())
    assert [where for where, _ in asked] == ["voice", "next", "status"]


def test_the_hash_key_ends_a_question_unless_it_is_a_key_like_others() -> None:
    _, asked = follow(f"<Gather action='{NEXT}'/>", Press("#"))
    assert asked[1][1]["Digits"] == ""
    _, asked = follow(f"<Gather action='{NEXT}' finishOnKey=''/>", Press("#"))
    assert asked[1][1]["Digits"] == "#"


def test_a_recording_without_an_action_asks_for_its_own_document_again() -> None:
    with pytest.raises(NotTwiml, match="circle"):
        follow("<Record/>", *[Speak("help")] * 400)


def test_hanging_up_while_recording_leaves_the_recording() -> None:
    caller, asked = follow(f"<Record action='{NEXT}' recordingStatusCallback='{NEXT}r'/>", HangUp())
    assert [where for where, _ in asked] == ["voice", "next", "nextr", "status"]
    assert asked[1][1]["Digits"] == "hangup"
    assert caller.ended == "Record"


def test_without_an_action_a_call_goes_on_after_the_ringing() -> None:
    caller, _ = follow(f"<Dial>{NUMBER}</Dial><Say>nobody</Say><Hangup/>", Unreached("busy"))
    assert caller.heard == ["nobody"]


def test_with_an_action_what_follows_the_ringing_is_never_reached() -> None:
    caller, asked = follow(f"<Dial action='{NEXT}'>{NUMBER}</Dial><Say>never</Say>", Unreached("busy"))
    assert caller.heard == []
    assert asked[1][1]["DialCallStatus"] == "busy"


def test_a_document_for_whoever_is_rung_may_not_ring_others() -> None:
    with pytest.raises(NotTwiml, match="somebody who is rung"):
        follow(f"<Dial><Number url='{NEXT}'>+4930555001</Number></Dial>", PickUp(0), then=f"<Dial>{NUMBER}</Dial>")


def test_a_document_that_ends_brings_the_two_together_and_one_that_hangs_up_does_not() -> None:
    body = f"<Dial action='{NEXT}d'><Number url='{NEXT}'>+4930555001</Number></Dial>"
    caller, asked = follow(body, PickUp(0), then="<Say>hello</Say>")
    assert caller.bridged == ["+4930555001"]
    assert [params["DialBridged"] for where, params in asked if where == "nextd"] == ["true"]
    caller, _ = follow(body, PickUp(0), then="<Hangup/>")
    assert caller.bridged == []
