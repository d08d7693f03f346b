"""What a caller hears, and who is rung, one path at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from channels.phone.voice.connecting import talked
from channels.phone.voice.fallback import fallback_answer, fallback_twiml
from channels.phone.voice.heard import Heard
from channels.phone.voice.state import CallState, Step
from channels.phone.voice.urls import MOST_TURNS, Urls, from_query
from channels.phone.voice.words import words_for
from intake.desk.calls.plan import Attempt, Callee
from intake.desk.policy_file.phone import Line, PhonePolicy
from intake.domain.label import Level
from tests.phone.caller import Caller, Choice, HangUp, PickUp, Press, Speak, Unreached, Wait, script
from tests.phone.pure_desk import A_JAM, A_WISH, EVERYTHING_IS_DOWN, LINE, ONE, PUBLIC, TWO, UNTOLD, PureDesk
from tests.phone.twiml_checker import check

KIM, SAM, LEE, LEADS = ("+4930555110",), ("+4930555111",), ("+4930555112",), ("+4930555220", "+4930555221")
TOGETHER = KIM + SAM + LEE
OUTAGE = Speak(EVERYTHING_IS_DOWN)
NO_ANSWER = Unreached("no-answer")
WORDS = words_for(LINE, "Example Works")
HEARD = Heard(call="CA1", caller="+493012345678", line="+4930901820")


def call(desk: PureDesk, *choices: Choice, number: str = "+493012345678") -> Caller:
    caller = Caller(post=desk.post, choose=script(choices), number=number)
    caller.call()
    return caller


def told(caller: Caller) -> str:
    return " ".join(caller.heard)


def test_an_outage_rings_whoever_is_on_call_at_once() -> None:
    caller = call(PureDesk(), OUTAGE, PickUp(1), Press("1"))
    assert caller.rang == [TOGETHER]
    assert caller.bridged == [*SAM]
    assert "Your ticket is H D, 1, 0, 4, 2." in told(caller)
    assert caller.screened[0].startswith("Help desk, P 1, H D, 1, 0, 4, 2: the order system is down")
    assert caller.heard[-1] == "Your ticket is H D, 1, 0, 4, 2. Thank you for calling. Goodbye."


def test_a_voicemail_takes_no_call_and_each_of_the_others_is_rung_alone() -> None:
    voicemail = (PickUp(0), Wait())
    caller = call(PureDesk(), OUTAGE, *voicemail, *voicemail, NO_ANSWER, PickUp(0), Press("1"))
    assert caller.rang == [TOGETHER, KIM, SAM, LEE]
    assert caller.bridged == [*LEE]


def test_when_nobody_of_a_step_picks_up_the_next_step_is_rung() -> None:
    caller = call(PureDesk(), OUTAGE, NO_ANSWER, Unreached("busy"), Speak("please call me back"))
    assert caller.rang == [TOGETHER, LEADS]
    assert "We go on trying to reach people" in told(caller)
    assert caller.heard[-1] == "Thank you. Goodbye."


def test_in_order_means_one_phone_after_the_other() -> None:
    desk = PureDesk(policy=PhonePolicy(together=False))
    caller = call(desk, OUTAGE, NO_ANSWER, PickUp(0), Press("2"), Unreached("failed"), NO_ANSWER, NO_ANSWER, HangUp())
    assert caller.rang == [KIM, SAM, LEE, (LEADS[0],), (LEADS[1],)]


def test_whoever_talked_and_hung_up_is_not_replaced_by_the_next_one() -> None:
    assert len(call(PureDesk(), OUTAGE, PickUp(2), Press("1")).rang) == 1


def test_nobody_with_a_phone_means_a_message_and_no_ringing() -> None:
    caller = call(PureDesk(plan=()), OUTAGE, Speak("it is the mill"))
    assert caller.rang == []
    assert "I could not reach anybody yet" in told(caller)


def test_a_withheld_number_is_asked_how_to_be_called_back() -> None:
    caller = call(PureDesk(plan=()), OUTAGE, HangUp(), number="anonymous")
    assert "Please write it down. Once more: H D, 1, 0, 4, 2." in told(caller)
    assert "how we can call you back" in told(caller)


def test_a_call_that_was_taken_and_broke_off_goes_on_and_says_in_the_end_who_has_it() -> None:
    desk = PureDesk(plan=ONE, standing=replace(UNTOLD, taken_by="Robin Example"))
    assert "Robin Example has your ticket" in told(call(desk, OUTAGE, NO_ANSWER, HangUp()))


def test_what_can_wait_is_told_when_to_expect_an_answer() -> None:
    caller = call(PureDesk(), Speak(A_WISH), Wait())
    assert caller.rang == []
    assert "You can expect an answer within 4 working hours." in told(caller)
    assert caller.ended == "Hangup"


def test_a_question_or_a_change_is_not_asked_who_is_hit() -> None:
    for key in "23":
        assert "Who is affected" not in told(call(PureDesk(), Press(key), HangUp()))


def test_a_fault_is_asked_who_is_hit_and_how_badly_and_its_answers_make_it_urgent() -> None:
    desk = PureDesk()
    caller = call(desk, Speak(A_JAM), Speak("everybody"), Press("1"), PickUp(0), Press("1"))
    assert (desk.standing.impact, desk.standing.urgency) == (Level.HIGH, Level.HIGH)
    assert caller.rang == [TOGETHER]


def test_silence_leaves_things_as_they_are() -> None:
    desk = PureDesk()
    caller = call(desk, Wait(), Wait(), Wait(), Wait(), Wait(), Wait())
    assert caller.rang == []
    assert "Sorry, I did not understand" in told(caller)
    assert desk.standing.priority == UNTOLD.priority


def test_what_was_not_understood_is_recorded() -> None:
    mumbled = Speak("mm hm", 0.2)
    caller = call(PureDesk(), mumbled, mumbled, Speak("the mill is down"), Press("1"), Press("1"), PickUp(0), Press("1"))
    assert "Please tell us after the tone what is wrong" in told(caller)
    assert caller.bridged == [*KIM]


def test_open_tickets_are_offered_by_number_and_by_nothing_else() -> None:
    standing = replace(UNTOLD, number=1050, offers=(1050, 1031, 1030), about="a secret")
    caller = call(PureDesk(standing=standing), Press("2"), Press("3"), Press("3"), HangUp())
    assert "If you call about H D, 1, 0, 3, 1, press 1. If you call about H D, 1, 0, 3, 0, press 2." in caller.heard[0]
    assert "secret" not in told(caller)
    assert "Your ticket is H D, 1, 0, 3, 0." in told(caller)


@pytest.mark.parametrize("choice", [Press("0"), Press("9"), Wait()])
def test_another_matter_than_the_open_tickets_is_asked_for(choice: Choice) -> None:
    caller = call(PureDesk(standing=replace(UNTOLD, offers=(1031,))), choice, Press("2"), HangUp())
    assert "Please say in a few words what is wrong" in told(caller)
    assert "Your ticket is H D, 1, 0, 4, 2." in told(caller)


def test_a_known_major_incident_is_told_and_rings_nobody() -> None:
    caller = call(PureDesk(standing=replace(UNTOLD, known=True)), OUTAGE, HangUp())
    assert caller.rang == []
    assert "a problem that we know of" in told(caller)
    assert "news as a text message" in told(caller)


def test_nothing_is_asked_about_a_known_major_incident() -> None:
    caller = call(PureDesk(standing=replace(UNTOLD, known=True)), Speak(A_JAM), HangUp())
    assert "Who is affected" not in told(caller)
    assert "a problem that we know of" in told(caller)


def test_what_becomes_known_while_people_are_rung_rings_nobody_any_more() -> None:
    desk = PureDesk()

    def post(url: str, params: Mapping[str, str]) -> str:
        desk.standing = replace(desk.standing, known="/dialed" in url)
        return desk.post(url, params)

    caller = Caller(post=post, choose=script([OUTAGE, NO_ANSWER, HangUp()]))
    caller.call()
    assert caller.rang == [TOGETHER]
    assert "a problem that we know of" in told(caller)


@pytest.mark.parametrize(
    ("dialed", "bridged", "taken_by", "they_talked"),
    [
        ("completed", True, "Kim", True),
        ("completed", True, "", True),
        ("answered", True, "", True),
        ("completed", False, "Kim", False),
        ("completed", None, "Kim", True),
        ("completed", None, "", False),
        ("no-answer", None, "Kim", False),
        ("busy", True, "Kim", False),
        ("", None, "", False),
    ],
)
def test_they_talked_where_the_vendor_says_so_or_somebody_took_the_call(
    dialed: str, bridged: bool | None, taken_by: str, they_talked: bool
) -> None:
    assert talked(replace(HEARD, dialed=dialed, bridged=bridged), taken_by) is they_talked


def test_while_the_store_is_away_an_outage_still_rings_people() -> None:
    caller = call(PureDesk(away=True), Press("1"), Press("1"), Press("1"), PickUp(0), Press("1"))
    assert caller.rang == [TOGETHER]
    assert caller.screened[0] == "Help desk, an urgent call. Press 1 to take the call."
    assert "H D" not in told(caller)


def test_the_number_that_rings_people_is_the_desks_own() -> None:
    assert 'callerId="+4930901820"' in call(PureDesk(), OUTAGE, HangUp()).documents[-1]


def test_an_answer_that_is_asked_for_again_is_the_same() -> None:
    desk = PureDesk()
    caller = call(desk, OUTAGE, NO_ANSWER, NO_ANSWER, HangUp())
    again = call(PureDesk(), OUTAGE, NO_ANSWER, NO_ANSWER, HangUp())
    assert again.documents == caller.documents


def test_a_german_line_speaks_german_and_listens_to_it() -> None:
    words = words_for(Line(number="+4930901820", language="de-DE", voice="Polly.Vicki"), "")
    caller = call(PureDesk(words=words), Press("1"), Speak("alle"), Speak("hier steht alles"), PickUp(0), Press("1"))
    assert caller.heard[0].startswith("Guten Tag, hier ist die IT-Hotline.")
    assert 'language="de-DE"' in caller.documents[0]
    assert 'voice="Polly.Vicki"' in caller.documents[0]
    assert caller.bridged == [*KIM]


@pytest.mark.parametrize(
    "about",
    [
        "<Hangup/>&amp;]]>",
        "\x00\x08\x1b[2J\ud800\uffff",
        "a\"quote' </Say><Dial>+1900</Dial>",
        "long " * 1000,
        "{number} {0} %s",
        "🔥",
    ],
)
def test_what_people_say_is_spoken_and_never_obeyed(about: str) -> None:
    desk = PureDesk(standing=replace(UNTOLD, impact=Level.HIGH, urgency=Level.HIGH, impact_said=True, urgency_said=True))
    desk.words = replace(WORDS, company=about)
    desk.standing = replace(desk.standing, about=about, taken_by=about)
    caller = call(desk, Press("1"), PickUp(0), Wait(), *(NO_ANSWER,) * 4, HangUp())
    assert caller.rang[0] == TOGETHER
    assert len(caller.screened[0]) < 200


def test_a_call_that_would_never_end_is_ended() -> None:
    desk = PureDesk()
    state = CallState(turn=MOST_TURNS, ticket=1042)
    document = desk.post(Urls(public=PUBLIC).step(Step.WHAT, state), _params())
    assert [verb.tag for verb in check(document)] == ["Say", "Hangup"]


def _params() -> dict[str, str]:
    return {"CallSid": "CA1", "From": "+493012345678", "To": "+4930901820", "CallStatus": "in-progress"}


def plan_of(people: int) -> Sequence[Attempt]:
    callees = tuple(Callee(agent="", team="leads", phone=f"+49305556{n:03}") for n in range(people))
    return (Attempt(whom="leads", callees=callees), Attempt(whom="more", callees=callees), *TWO)


def test_the_document_that_lies_at_the_vendor_rings_each_phone_once_and_takes_a_message() -> None:
    document = fallback_twiml(TWO, WORDS, Urls(public=PUBLIC))
    rung = [number.text for number in check(document).iter("Number")]
    assert rung == [*TOGETHER, *LEADS]
    assert "screen" not in document
    assert len(document) < 4000


def test_the_vendor_never_rings_more_than_ten_at_once() -> None:
    for document in (
        fallback_twiml(plan_of(25), WORDS, Urls(public=PUBLIC)),
        call(PureDesk(plan=tuple(plan_of(25))), OUTAGE, HangUp()).documents[-1],
    ):
        assert len(list(check(document).iter("Number"))) == 10


@pytest.mark.parametrize("plan", [(), ONE, TWO])
@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("answers", [Unreached("no-answer"), PickUp(0)])
def test_when_our_own_code_fails_at_every_step_people_are_still_rung_and_a_message_is_taken(
    plan: tuple[Attempt, ...], step: Step, answers: Choice
) -> None:
    def post(url: str, params: object) -> str:
        path, _, query = url.partition("?")
        at = step if path.endswith("/voice") else Step(path.rpartition("/")[2]) if "/voice/" in path else Step.LEFT
        assert isinstance(params, dict)
        return fallback_answer(
            at, from_query(query), replace(HEARD, digits=params.get("Digits", "")), plan, WORDS, Urls(public=PUBLIC)
        )

    if step in (Step.SCREEN, Step.ACCEPT):
        return
    first = (answers, *((Press("1"),) if isinstance(answers, PickUp) else ())) if plan else ()
    choices = first if step not in (Step.DIALED, Step.LEFT) else ()
    caller = Caller(post=post, choose=script((*choices, *(() if step is Step.LEFT else (Speak("help"),)))))
    caller.call()
    assert caller.ended == "Hangup"
    assert len(caller.documents) <= 4
    assert bool(caller.bridged) == bool(choices and isinstance(answers, PickUp))


def test_the_levels_that_made_somebody_ring_stand_in_the_url_also_where_nobody_said_them() -> None:
    caller = call(PureDesk(standing=replace(UNTOLD, impact=Level.MEDIUM)), Press("1"), Wait(), Press("1"), HangUp())
    assert "/dialed?t=4&amp;n=1042&amp;k=i&amp;i=2&amp;u=1&amp;h=1&amp;b=1" in caller.documents[-1]
